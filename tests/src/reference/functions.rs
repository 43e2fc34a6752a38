//! One pure template function on known arguments: the only place where the engine computes for the reference.

use super::Stop;
use ordain::probe::{Probe, Probed};
use ordain::{Number, Object, Value};
use serde_json::{Map, Value as Json, json};

/// `[name(parameters('a0'),…)]` with the values as parameters.
pub fn call(name: &str, arguments: &[Json]) -> Result<Json, Stop> {
    let mut parameters = Object::new();
    let mut texts = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        parameters.push(format!("a{at}"), Value::from(argument));
        texts.push(format!("parameters('a{at}')"));
    }
    let probe = Probe { parameters, ..Probe::default() };
    match probe.expression(&format!("[{name}({})]", texts.join(",")), &json!({})) {
        Probed::Value(value) => Ok(plain(&value)),
        Probed::Failed(fault) => Err(Stop::Fault(fault.kind().name())),
        Probed::Unknown(reason) => Err(Stop::Unknown(reason.name())),
        // F-9, F-24: the policy would not have been taken.
        Probed::Missing | Probed::Refused(_) => Err(Stop::Fault("Refused")),
    }
}

/// A value of the engine as JSON.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Text(text) => json!(&**text),
        Value::Number(Number::Int(n)) => json!(n),
        Value::Number(Number::UInt(n)) => json!(n),
        Value::Number(Number::Float(n)) => json!(n),
        Value::Number(Number::Wide(digits)) => json!(digits.parse::<f64>().unwrap_or_default()),
        Value::Array(members) => members.iter().map(plain).collect(),
        Value::Object(object) => {
            let members: Map<String, Json> =
                object.members().iter().map(|(name, value)| (name.to_string(), plain(value))).collect();
            Json::Object(members)
        }
    }
}
