//! JSON Schemas of the documents that people write, for help in editors: what the engine's tables list is taken from
//! there.

mod configuration;
mod definition;
mod details;
mod governance;
mod keys;
mod shapes;
mod suite;

use crate::Fault;
use serde_json::Value;

/// The text of a schema's file.
fn text(schema: &Value) -> Result<String, Fault> {
    let text = serde_json::to_string_pretty(schema).map_err(|error| Fault::failed(error.to_string()))?;
    Ok(text + "\n")
}

pub fn definition() -> Result<String, Fault> {
    text(&definition::schema()?)
}

pub fn initiative() -> Result<String, Fault> {
    text(&governance::initiative())
}

pub fn assignment() -> Result<String, Fault> {
    text(&governance::assignment())
}

pub fn exemption() -> Result<String, Fault> {
    text(&governance::exemption())
}

pub fn suite() -> Result<String, Fault> {
    text(&suite::schema()?)
}

pub fn configuration() -> Result<String, Fault> {
    text(&configuration::schema())
}
