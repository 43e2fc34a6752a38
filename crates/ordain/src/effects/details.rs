//! `then.details` after its expressions were evaluated, for those who want it whole.

use crate::ast::{Template, TemplateKind};
use crate::expr::{Context, template};
use crate::value::{Fault, Object, Value, text::key_eq};

/// The evaluated details. The conditions of operations stay as written; so do the existence condition and the
/// template of a deployment, which were never read as templates of this language.
///
/// # Errors
/// The first expression that fails.
pub(crate) fn details(body: &Template, context: &dyn Context) -> Result<Value, Fault> {
    let TemplateKind::Object(members) = &body.kind else { return template(body, context) };
    let mut object = Object::new();
    for (key, value) in members {
        let Value::Text(key) = template(key, context)? else { continue };
        let value = match &value.kind {
            TemplateKind::Array(items) if key_eq(&key, "operations") => {
                let items: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| operation(item, context)).collect();
                Value::array(items?)
            }
            _ => template(value, context)?,
        };
        object.push(key, value);
    }
    Ok(Value::object(object))
}

fn operation(item: &Template, context: &dyn Context) -> Result<Value, Fault> {
    let TemplateKind::Object(members) = &item.kind else { return template(item, context) };
    let mut object = Object::new();
    for (key, value) in members {
        let Value::Text(key) = template(key, context)? else { continue };
        let value = match &value.kind {
            TemplateKind::Expression(expression) if key_eq(&key, "condition") => {
                Value::text(expression.text.clone())
            }
            _ => template(value, context)?,
        };
        object.push(key, value);
    }
    Ok(Value::object(object))
}
