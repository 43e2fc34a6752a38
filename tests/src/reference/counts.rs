//! `count`: the elements, each seen as the only member of its array (04 sections 4 and 5).

use super::expression::template;
use super::fields;
use super::{Frame, Scope, Stop, Truth, World, conditions, look_up, member};
use ordain::aliases::Step;
use serde_json::Value as Json;

/// Whether a path begins with another: whole steps, keys without regard to ASCII case.
pub fn starts_with(path: &[Step], prefix: &[Step]) -> bool {
    let same = |(a, b): (&Step, &Step)| match (a, b) {
        (Step::Each, Step::Each) => true,
        (Step::Key(a), Step::Key(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    path.len() >= prefix.len() && path.iter().zip(prefix).all(same)
}

/// The members that a count goes through: the scope of each.
struct Members {
    scopes: Vec<Scope>,
}

/// The number of elements that satisfy `where`, as the range from the certain ones to the possible ones, given to
/// `compare` (A-30, C-64, C-66).
pub fn judge(
    world: &World<'_>,
    scope: &Scope,
    count: &Json,
    compare: impl Fn(usize, (usize, Option<Truth>)) -> Truth,
) -> Truth {
    let members = match (member(count, "field"), member(count, "value")) {
        (Some(field), _) => of_field(world, scope, field),
        (_, Some(value)) => of_value(world, scope, value, member(count, "name")),
        _ => return Truth::Error("CountShape"),
    };
    let members = match members {
        Ok(members) => members,
        Err(Stop::Fault(fault)) => return Truth::Error(fault),
        Err(Stop::Unknown(reason)) => return Truth::Unknown(reason),
    };
    let (mut certain, mut possible, mut unknown) = (0, 0, None);
    for inner in &members.scopes {
        let holds = match member(count, "where") {
            None => Truth::True,
            Some(condition) => conditions::judge(world, inner, condition),
        };
        match holds {
            Truth::True => {
                certain += 1;
                possible += 1;
            }
            Truth::False => {}
            Truth::Unknown(_) => {
                possible += 1;
                unknown = unknown.or(Some(holds));
            }
            // C-64; C-66: as under allOf.
            Truth::Error(_) => return unknown.unwrap_or(holds),
        }
    }
    compare(certain, (possible, unknown))
}

/// D-73.
fn of_value(world: &World<'_>, scope: &Scope, value: &Json, name: Option<&Json>) -> Result<Members, Stop> {
    let (array, _) = template(world, scope, value)?;
    let Json::Array(elements) = array else { return Err(Stop::Fault("TypeMismatch")) };
    let name = name.and_then(Json::as_str).unwrap_or("default");
    let iterations = scope.iterations.saturating_mul(elements.len());
    // D-73: an array that depends on the resource fails beyond the limit.
    let text = value.to_string().to_ascii_lowercase();
    if iterations > 200 && text.contains("field(") {
        return Err(Stop::Fault("LimitExceeded"));
    }
    let scopes = elements.into_iter().map(|element| {
        let mut inner = scope.clone();
        inner.frames.push(Frame::Value(name.to_owned(), element));
        inner.iterations = iterations;
        inner
    });
    Ok(Members { scopes: scopes.collect() })
}

///
fn of_field(world: &World<'_>, scope: &Scope, field: &Json) -> Result<Members, Stop> {
    let (name, _) = template(world, scope, field)?;
    let name = name.as_str().ok_or(Stop::Fault("FieldExpression"))?;
    let none = Ok(Members { scopes: Vec::new() });
    let path = match fields::classify(name) {
        Some(fields::Reference::Alias(_)) => fields::alias_path(world, name).map_err(Stop::Fault)?,
        _ => return Err(Stop::Fault("CountFieldNotArray")),
    };
    // L-63: the empty collection.
    let Ok((mut steps, _)) = path else { return none };
    // a path that goes on after the last `[*]` counts the elements of that.
    let Some(last) = steps.iter().rposition(|step| *step == Step::Each) else {
        return Err(Stop::Fault("CountFieldNotArray"));
    };
    steps.truncate(last + 1);
    if let Some(fields::Slot::Unknown(reason)) =
        fields::walk(world.resource, &scope.document, &steps).slots.first()
    {
        return Err(Stop::Unknown(reason));
    }
    let mut narrowed = Vec::new();
    narrow(&scope.document, &steps, 0, &mut Vec::new(), &mut narrowed);
    let scopes = narrowed.into_iter().map(|(document, mut bound)| {
        bound.reverse();
        let mut inner = scope.clone();
        inner.document = document;
        inner.frames.push(Frame::Field(bound));
        inner
    });
    Ok(Members { scopes: scopes.collect() })
}

type Bound = Vec<(Vec<Step>, Json)>;

/// for every element at the end of the path, the value in which each array on the way has one
/// member, with the element of each `[*]`, outermost first.
fn narrow(value: &Json, steps: &[Step], at: usize, bound: &mut Bound, out: &mut Vec<(Json, Bound)>) {
    match steps.get(at) {
        None => out.push((value.clone(), bound.clone())),
        Some(Step::Key(key)) => {
            let Some(object) = value.as_object() else { return };
            let Some(inner) = look_up(object, key) else { return };
            let real = object.iter().find(|(_, v)| std::ptr::eq(*v, inner)).map(|(k, _)| k.clone());
            let mut found = Vec::new();
            narrow(inner, steps, at + 1, bound, &mut found);
            for (narrowed, elements) in found {
                let mut object = object.clone();
                object.insert(real.clone().expect("a member"), narrowed);
                out.push((Json::Object(object), elements));
            }
        }
        Some(Step::Each) => {
            for element in value.as_array().into_iter().flatten() {
                bound.push((steps[..=at].to_vec(), element.clone()));
                let mut found = Vec::new();
                narrow(element, steps, at + 1, bound, &mut found);
                bound.pop();
                // Seen from further in, the element itself is as it stands.
                out.extend(found.into_iter().map(|(narrowed, held)| (Json::Array(vec![narrowed]), held)));
            }
        }
    }
}
