//! The value of an expression: laziness, members, and the functions that ask the surroundings (05 sections 3, 4,
//! 14).

use super::fields::{self, Slot};
use super::parser::{Expr, Fragment, fragment};
use super::{Frame, Resource, Scope, Stop, World, functions, look_up, surroundings};
use ordain::aliases::Step;
use serde_json::{Map, Value as Json, json};

const ABSENT: Stop = Stop::Unknown("ContextNotInInput");

/// What an expression may come to.
pub(super) enum Value {
    Known(Json),
    /// What is known of a group or subscription, and the names of what is unknown of it (F-214, F-215).
    Container(Map<String, Json>, Vec<&'static str>),
    /// The tags of a group or subscription, known: an absent one is `""` (F-217).
    Tags(Json),
}

impl Value {
    /// F-39: an object with an unknown member is unknown as a whole.
    fn whole(self) -> Result<Json, Stop> {
        match self {
            Value::Known(json) | Value::Tags(json) => Ok(json),
            Value::Container(..) => Err(ABSENT),
        }
    }
}

/// The value at an expression position, and whether a whole expression gave it: literals as they are, texts and
/// names inside arrays and objects as well (F-32, D-26).
pub fn template(world: &World<'_>, scope: &Scope, json: &Json) -> Result<(Json, bool), Stop> {
    match json {
        Json::String(text) => match fragment(text) {
            Fragment::Literal(text) => Ok((Json::String(text), false)),
            Fragment::Expression(None) => Err(Stop::Fault("Syntax")),
            Fragment::Expression(Some(expr)) => Ok((evaluate(world, scope, &expr)?, true)),
        },
        Json::Array(members) => {
            let mut values = Vec::new();
            let mut unknown = None;
            for member in members {
                // F-39: unknown as a whole, but a failing member fails.
                match template(world, scope, member) {
                    Ok((value, _)) => values.push(value),
                    Err(stop @ Stop::Unknown(_)) => unknown = unknown.or(Some(stop)),
                    Err(fault) => return Err(fault),
                }
            }
            unknown.map_or(Ok((Json::Array(values), false)), Err)
        }
        Json::Object(members) => {
            let mut values = Map::new();
            for (name, member) in members {
                let (name, _) = template(world, scope, &json!(name))?;
                let name = name.as_str().ok_or(Stop::Fault("Type"))?.to_owned();
                values.insert(name, template(world, scope, member)?.0);
            }
            Ok((Json::Object(values), false))
        }
        other => Ok((other.clone(), false)),
    }
}

/// The value of an expression.
pub fn evaluate(world: &World<'_>, scope: &Scope, expr: &Expr) -> Result<Json, Stop> {
    value(world, scope, expr)?.whole()
}

fn value(world: &World<'_>, scope: &Scope, expr: &Expr) -> Result<Value, Stop> {
    let known = |json: Json| Ok(Value::Known(json));
    match expr {
        Expr::Text(text) => known(json!(text)),
        Expr::Int(n) => known(json!(n)),
        Expr::Property(of, name) => {
            let is_container =
                matches!(&**of, Expr::Call(call, _) if call == "resourcegroup" || call == "subscription");
            let receiver = value(world, scope, of)?;
            let found = property(receiver, name)?;
            // F-217: the tags of a group or subscription.
            Ok(if is_container && name.eq_ignore_ascii_case("tags") {
                Value::Tags(found)
            } else {
                Value::Known(found)
            })
        }
        Expr::Index(of, index) => {
            let receiver = value(world, scope, of);
            let index = evaluate(world, scope, index);
            // F-39: a failing part fails whatever is unknown.
            if let Err(Stop::Fault(fault)) = receiver.as_ref().err().copied().map_or(Ok(()), Err) {
                return Err(Stop::Fault(fault));
            }
            let index = match (&receiver, index) {
                (Err(unknown), Err(Stop::Unknown(_)) | Ok(_)) => return Err(*unknown),
                (_, index) => index?,
            };
            known(element(receiver?, &index)?)
        }
        Expr::Call(name, arguments) => call(world, scope, name, arguments),
    }
}

/// F-17 … F-19: `.name`.
fn property(receiver: Value, name: &str) -> Result<Json, Stop> {
    match receiver {
        // F-214, F-215: what it never has is missing.
        Value::Container(members, unknown) => {
            let other = if unknown.iter().any(|has| has.eq_ignore_ascii_case(name)) {
                ABSENT
            } else {
                Stop::Fault("Property")
            };
            look_up(&members, name).cloned().ok_or(other)
        }
        // F-217.
        Value::Tags(Json::Object(tags)) => Ok(look_up(&tags, name).cloned().unwrap_or_else(|| json!(""))),
        Value::Known(Json::Object(members)) => {
            look_up(&members, name).cloned().ok_or(Stop::Fault("Property"))
        }
        Value::Known(Json::Null) | Value::Tags(Json::Null) => Err(Stop::Fault("Property")),
        Value::Known(_) | Value::Tags(_) => Err(Stop::Fault("Type")),
    }
}

/// F-11, F-18 … F-20: `[expr]`.
fn element(receiver: Value, index: &Json) -> Result<Json, Stop> {
    match (receiver, index) {
        (Value::Known(Json::Array(members)), Json::Number(at)) if at.is_i64() => {
            let at = at.as_i64().and_then(|at| usize::try_from(at).ok());
            at.and_then(|at| members.get(at).cloned()).ok_or(Stop::Fault("Range"))
        }
        (Value::Known(Json::Null) | Value::Tags(Json::Null), _) => Err(Stop::Fault("Property")),
        (
            receiver @ (Value::Container(..) | Value::Tags(_) | Value::Known(Json::Object(_))),
            Json::String(name),
        ) => property(receiver, name),
        _ => Err(Stop::Fault("Type")),
    }
}

fn call(world: &World<'_>, scope: &Scope, name: &str, arguments: &[Expr]) -> Result<Value, Stop> {
    let argument = |at: usize| -> Result<Json, Stop> {
        evaluate(world, scope, arguments.get(at).ok_or(Stop::Fault("Arity"))?)
    };
    let known = |json: Json| Ok(Value::Known(json));
    match name {
        // F-152, F-22: the condition and one branch.
        "if" => match argument(0)? {
            Json::Bool(true) => known(argument(1)?),
            Json::Bool(false) => known(argument(2)?),
            _ => Err(Stop::Fault("Type")),
        },
        "and" => known(json!(connective(world, scope, arguments, false)?)),
        "or" => known(json!(connective(world, scope, arguments, true)?)),
        // F-130, F-39.
        "coalesce" => {
            for at in 0..arguments.len() {
                let found = argument(at)?;
                if !found.is_null() {
                    return known(found);
                }
            }
            known(Json::Null)
        }
        // F-212, F-16.
        "parameters" => match argument(0)? {
            Json::String(name) => {
                known(look_up(world.parameters, &name).cloned().ok_or(Stop::Fault("UndeclaredParameter"))?)
            }
            _ => Err(Stop::Fault("Type")),
        },
        // F-210, L-5.
        "field" => match argument(0)? {
            Json::String(name) => known(of_field(fields::read(world, scope, &name).map_err(Stop::Fault)?)?),
            _ => Err(Stop::Fault("Type")),
        },
        "current" => match arguments.first() {
            None => known(current(world, scope, None)?),
            Some(_) => match argument(0)? {
                Json::String(name) => known(current(world, scope, Some(&name))?),
                _ => Err(Stop::Fault("Type")),
            },
        },
        "resourcegroup" => surroundings::group(world),
        "subscription" => surroundings::subscription(world),
        // F-216: nothing is given, and only a catalogue knows versions.
        "requestcontext" => known(json!({"apiVersion": "9999-12-31", "identity": {}})),
        // F-213, G-102.
        "policy" => known(json!({"assignmentId": "", "definitionId": world.definition,
            "setDefinitionId": "", "definitionReferenceId": ""})),
        // F-146, F-218: no clock and no claims are given.
        "utcnow" | "claims" => Err(Stop::Fault("Context")),
        pure => {
            // F-21, F-23, F-39: left to right; a failure fails the call, else what is unknown makes it so.
            let (mut values, mut unknown) = (Vec::new(), None);
            for at in 0..arguments.len() {
                match argument(at) {
                    Ok(value) => values.push(value),
                    Err(stop @ Stop::Unknown(_)) => unknown = unknown.or(Some(stop)),
                    Err(fault) => return Err(fault),
                }
            }
            unknown.map_or(Ok(()), Err)?;
            known(functions::call(pure, &values)?)
        }
    }
}

/// F-150, F-22, F-39: `and` stops at false, `or` at true; what fails behind an unknown one is unknown.
fn connective(world: &World<'_>, scope: &Scope, arguments: &[Expr], stops: bool) -> Result<bool, Stop> {
    let mut unknown = None;
    for argument in arguments {
        let found = match evaluate(world, scope, argument) {
            Ok(Json::Bool(found)) => Ok(found),
            Ok(_) => Err(Stop::Fault("Type")),
            Err(stop) => Err(stop),
        };
        match found {
            Ok(found) if found == stops => return Ok(stops),
            Ok(_) => {}
            Err(Stop::Fault(_)) if unknown.is_some() => break,
            Err(fault @ Stop::Fault(_)) => return Err(fault),
            Err(stop) => unknown = unknown.or(Some(stop)),
        }
    }
    unknown.map_or(Ok(!stops), Err)
}

/// F-38, L-96, A-20, A-21: missing is `""`, a collection the array of its values.
fn of_field(found: fields::Found) -> Result<Json, Stop> {
    let mut values = Vec::new();
    for slot in found.slots {
        match slot {
            Slot::Unknown(reason) => return Err(Stop::Unknown(reason)),
            Slot::Missing if found.star => {}
            Slot::Missing => values.push(json!("")),
            Slot::Value(value) => values.push(value),
        }
    }
    Ok(if found.star { Json::Array(values) } else { values.pop().unwrap_or_default() })
}

/// F-211.
fn current(world: &World<'_>, scope: &Scope, name: Option<&str>) -> Result<Json, Stop> {
    let innermost = scope.frames.last().ok_or(Stop::Fault("CurrentOutsideCount"))?;
    let Some(name) = name else {
        return Ok(match innermost {
            Frame::Value(_, member) => member.clone(),
            Frame::Field(bound) => bound[0].1.clone(),
        });
    };
    let path = match fields::classify(name) {
        Some(fields::Reference::Alias(_)) => fields::alias_path(world, name).ok().and_then(Result::ok),
        _ => None,
    };
    // The longest path that is bound, of equals the outermost: it has its element as it stands.
    let mut longest: Option<&(Vec<Step>, Json)> = None;
    for frame in scope.frames.iter().rev() {
        match frame {
            Frame::Value(given, member) if given.eq_ignore_ascii_case(name) => return Ok(member.clone()),
            Frame::Value(..) => {}
            Frame::Field(bound) => {
                let Some((steps, _)) = &path else { continue };
                let fits = bound.iter().find(|(prefix, _)| super::counts::starts_with(steps, prefix));
                longest = fits.filter(|f| longest.is_none_or(|l| f.0.len() >= l.0.len())).or(longest);
            }
        }
    }
    if let (Some((prefix, element)), Some((steps, _))) = (longest, &path) {
        return of_field(fields::walk(&Resource::nothing(), element, &steps[prefix.len()..]));
    }
    Err(Stop::Fault("UnknownCurrent"))
}
