//! What expressions ask for: fields, elements of counts, parameters, group, subscription, request, clock
//! (spec 05 section 13).

use super::condition::{self, field_of};
use super::lookup::{self, Place};
use super::machine::{Frame, Machine, Scope};
use super::{Observer, walk};
use crate::aliases::Step;
use crate::ast::FieldName;
use crate::document::{Slot, is_blank};
use crate::expr::Context;
use crate::functions::Ask;
use crate::ids::{self, ResourceId};
use crate::syntax::classify_field;
use crate::value::{Fault, FaultKind, Node, Object, Reason, Value, text::key_eq, time};
use std::cell::OnceCell;
use std::ops::ControlFlow;

/// Stands for the newest API version of a type when no list knows any (spec E-41, F-216).
pub(crate) const NEWEST_API_VERSION: &str = "9999-12-31";

/// Group and subscription of several resources, made when they are first asked for.
#[derive(Debug, Default)]
pub(crate) struct Around {
    subscription: OnceCell<Result<Value, Fault>>,
    group: OnceCell<Result<Value, Fault>>,
}

/// An expression's view of the evaluation.
pub(crate) struct Asker<'a, 'e, 'd, N, O> {
    pub(super) machine: &'a Machine<'e, 'd, N, O>,
    pub(super) scope: Option<&'a Scope<'a, N>>,
}

impl<'a, 'e, 'd, N, O> Asker<'a, 'e, 'd, N, O> {
    /// The view of expressions outside any count.
    pub(crate) fn outside(machine: &'a Machine<'e, 'd, N, O>) -> Self {
        Self { machine, scope: None }
    }
}

impl<'d, N: Node<'d>, O: Observer> Context for Asker<'_, '_, 'd, N, O> {
    fn ask(&self, ask: Ask, arguments: &[Value]) -> Result<Value, Fault> {
        let surroundings = self.machine.surroundings;
        if let Some(outer) = self.machine.outer()
            && ask != Ask::Current
        {
            return outer.ask(ask, arguments);
        }
        match ask {
            Ask::Field => self.field(arguments),
            Ask::Current => self.current(arguments),
            Ask::Parameters => {
                let none = Object::new();
                let bound = self.machine.policy.get().map_or(&none, |policy| &*policy.parameters);
                crate::expr::parameter(bound, arguments)
            }
            Ask::Policy => Ok(self.policy()),
            Ask::Subscription => match self.machine.around {
                Some(around) => around.subscription.get_or_init(|| self.subscription()).clone(),
                None => self.subscription(),
            },
            Ask::ResourceGroup => match self.machine.around {
                Some(around) => around.group.get_or_init(|| self.resource_group()).clone(),
                None => self.resource_group(),
            },
            Ask::RequestContext => Ok(self.request()),
            Ask::Claims => claims(surroundings.claims.as_ref(), arguments),
            Ask::UtcNow => match surroundings.now {
                Some(now) => Ok(Value::text(time::round_trip(now))),
                None => Err(Fault::new(FaultKind::Context, "no clock is given")),
            },
        }
    }
}

impl<'d, N: Node<'d>, O: Observer> Asker<'_, '_, 'd, N, O> {
    /// `field()`: what is missing is the empty text or the empty array (spec F-38).
    fn field(&self, arguments: &[Value]) -> Result<Value, Fault> {
        if let [Value::Text(name)] = arguments
            && let Some(place) = self.machine.plan.aliases.get(&**name)
        {
            return self.value_at(place.clone(), None);
        }
        let name = match arguments {
            // Here the empty text is one more name that nothing has (spec L-5).
            [Value::Text(name)] if name.is_empty() => {
                return Err(Fault::new(FaultKind::UnknownField, "the name of the field is empty"));
            }
            [value @ Value::Text(_)] => field_of(value)?,
            [other] => {
                return Err(Fault::new(
                    FaultKind::Type,
                    format!("expects the name of a field, got the {}", other.kind()),
                ));
            }
            _ => return Err(Fault::new(FaultKind::Arity, "expects one argument")),
        };
        self.value_at(self.machine.resolve(&name), Some(&name))
    }

    /// The value at a place; `name` is needed for those of the envelope.
    fn value_at(&self, place: Place, name: Option<&FieldName>) -> Result<Value, Fault> {
        let text = |text: Option<std::borrow::Cow<'_, str>>| Value::text(text.unwrap_or_default().as_ref());
        Ok(match place {
            Place::Envelope => match name.map(|name| self.machine.envelope(name)) {
                Some(Slot::Unknown(reason)) => Value::Unknown(reason),
                Some(Slot::Found(found)) => text(Some(found)),
                Some(Slot::Missing) | None => text(None),
            },
            Place::Location => match self.machine.location() {
                Slot::Unknown(reason) => Value::Unknown(reason),
                Slot::Missing => text(None),
                Slot::Found(found) => text(Some(found)),
            },
            Place::Path(steps, Some(extract)) => {
                match self.machine.path_slot(steps.iter().filter_map(condition::key_of)) {
                    Slot::Unknown(reason) => Value::Unknown(reason),
                    slot => Value::text(condition::extracted(slot, &extract).unwrap_or_default()),
                }
            }
            Place::Path(steps, None) => self.collect(&steps),
            Place::Absent { star: true } => Value::array([]),
            Place::Absent { star: false } => text(None),
            Place::Unknown => return Err(condition::no_field()),
        })
    }

    /// The value of a path, or the array of values where it has a star or leads into an enclosing count.
    fn collect(&self, steps: &[Step]) -> Value {
        let star = steps.contains(&Step::Each);
        let whole = lookup::bind(steps, Scope::paths(self.scope)).is_some_and(|(binding, _)| binding.whole);
        let mut values = Vec::new();
        let mut unknown = None;
        self.machine.steps_slots(steps, self.scope, &mut |slot, path| {
            if O::WATCHES {
                self.machine.reads.borrow_mut().push(path());
            }
            match slot {
                Slot::Missing => {}
                Slot::Unknown(reason) => unknown = unknown.or(Some(reason)),
                Slot::Found(node) => match node.to_value() {
                    Value::Unknown(reason) => unknown = unknown.or(Some(reason)),
                    value => values.push(value),
                },
            }
            ControlFlow::Continue(())
        });
        match (unknown, star, whole) {
            (Some(reason), ..) => Value::Unknown(reason),
            // The array of one is one selected value among others (spec ).
            (None, true, true) => Value::array([Value::array(values)]),
            (None, true, _) | (None, _, true) => Value::array(values),
            (None, false, false) => values.pop().unwrap_or_else(|| Value::text("")),
        }
    }

    /// `current()`: the element of an enclosing count (spec ).
    fn current(&self, arguments: &[Value]) -> Result<Value, Fault> {
        let Some(innermost) = self.scope else {
            return Err(Fault::new(FaultKind::CurrentOutsideCount, "there is no enclosing count"));
        };
        let name = match arguments {
            [] => {
                return Ok(match &innermost.frame {
                    Frame::Value { member, .. } => (*member).clone(),
                    Frame::Field { stars, .. } => {
                        stars.last().map_or(Value::Null, |(_, element)| element.to_value())
                    }
                });
            }
            [Value::Text(name)] => name,
            [other, ..] => {
                return Err(Fault::new(FaultKind::Type, format!("expects a name, got the {}", other.kind())));
            }
        };
        // A name holds no `/`, an alias does: which of the two is meant is never open (spec A-52).
        let mut at = Some(innermost);
        while let Some(scope) = at {
            match &scope.frame {
                Frame::Value { name: own, member } if key_eq(own, name) => return Ok((*member).clone()),
                _ => at = scope.outer,
            }
        }
        let steps = self.steps_of(name);
        if let Some((binding, rest)) = lookup::bind_element(&steps, Scope::paths(self.scope)) {
            return Ok(self.bound(usize::from(binding.depth), usize::from(binding.star), rest));
        }
        Err(Fault::new(FaultKind::UnknownCurrent, format!("no enclosing count is called `{name}`")))
    }

    fn steps_of(&self, name: &str) -> Vec<Step> {
        if let Some(Place::Path(steps, None)) = self.machine.plan.aliases.get(name) {
            return steps.to_vec();
        }
        match classify_field(name).map(|field: FieldName| self.machine.resolve(&field)) {
            Some(Place::Path(steps, None)) => steps.to_vec(),
            _ => Vec::new(),
        }
    }

    /// What lies behind an element that a count binds.
    fn bound(&self, depth: usize, star: usize, rest: &[Step]) -> Value {
        let Some((_, stars)) = condition::field_frame(self.scope, depth) else { return Value::Null };
        let Some((_, element)) = stars.get(star).copied() else { return Value::Null };
        let mut values = Vec::new();
        let odd = |found| self.machine.not_an_array(found);
        let _ = walk::walk(Slot::Found(element), rest, &mut walk::Stars::new(), &odd, &mut |slot, _| {
            match slot {
                Slot::Found(node) => values.push(node.to_value()),
                Slot::Unknown(reason) => values.push(Value::Unknown(reason)),
                Slot::Missing => {}
            }
            ControlFlow::Continue(())
        });
        if let Some(unknown) = values.iter().find(|v| matches!(v, Value::Unknown(_))) {
            return unknown.clone();
        }
        if rest.contains(&Step::Each) {
            Value::array(values)
        } else {
            values.pop().unwrap_or_else(|| Value::text(""))
        }
    }

    fn policy(&self) -> Value {
        if let Some(given) = &self.machine.surroundings.policy {
            return given.clone();
        }
        let mut object = Object::new();
        if let Some(policy) = self.machine.policy.get() {
            let origin = &policy.origin;
            object.push("assignmentId", Value::text(origin.assignment.clone()));
            object.push("definitionId", Value::text(policy.definition.id.clone()));
            object.push("setDefinitionId", Value::text(origin.initiative.clone()));
            object.push("definitionReferenceId", Value::text(origin.reference.clone()));
        }
        Value::object(object)
    }

    fn request(&self) -> Value {
        let given = self.machine.surroundings.request.as_ref().and_then(Value::as_object);
        let mut object = given.cloned().unwrap_or_default();
        if object.get("apiVersion").is_none() {
            let newest = || self.machine.aliases.newest_api_version(self.machine.facts.resource_type());
            let version = self.machine.surroundings.api_version.as_deref().or_else(newest);
            object.push("apiVersion", Value::text(version.unwrap_or(NEWEST_API_VERSION)));
        }
        if object.get("identity").is_none() {
            object.push("identity", Value::object(Object::new()));
        }
        Value::object(object)
    }

    /// Columns of a row that stand in for an id (spec L-111).
    fn column(&self, names: &[&str]) -> Option<&'d str> {
        names.iter().find_map(|name| match self.machine.root.member(name)?.view() {
            crate::value::View::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        })
    }

    /// Subscription and group by the id, else by columns, else by where the resource is put (spec G-8).
    fn place(&self) -> Containment<'_> {
        let own = self.machine.facts.id();
        if let Some(id) = own.and_then(ResourceId::parse) {
            return Containment { subscription: id.subscription, group: id.resource_group, open: false };
        }
        let subscription = self.column(&["subscriptionId"]);
        let group = self.column(&["resourceGroup", "ResourceGroupName"]);
        if own.is_some() || subscription.is_some() || group.is_some() {
            return Containment { subscription, group, open: false };
        }
        let destination = &self.machine.surroundings.destination;
        match &destination.place {
            Some(place) => {
                let place = ResourceId::parse(place).unwrap_or_default();
                Containment { subscription: place.subscription, group: place.resource_group, open: false }
            }
            None => {
                Containment { subscription: destination.subscription.as_deref(), group: None, open: true }
            }
        }
    }

    /// The location of the resource's group where the caller gave one: that of the group that things are put into.
    fn group_location(&self) -> Option<&str> {
        let destination = &self.machine.surroundings.destination;
        let given = destination.group_location.as_deref()?;
        let Some(id) = self.machine.facts.id() else { return Some(given) };
        let head = id.split_at_checked(destination.place.as_deref()?.len());
        let (head, rest) = head.filter(|(_, rest)| rest.is_empty() || rest.starts_with('/'))?;
        (key_eq(head, destination.place.as_deref()?) && rest.len() < id.len()).then_some(given)
    }

    /// The row of a group or subscription: the resource's own if it is that, else one that the input holds.
    fn row(&self, kind: &str, id: Option<&str>) -> Option<Object> {
        let own = || self.machine.root.to_value().as_object().cloned();
        let held =
            || self.machine.surroundings.containers.as_deref()?.get(&id?.to_ascii_lowercase()).cloned();
        let is_own = key_eq(self.machine.facts.resource_type(), kind);
        is_own.then(own).flatten().or_else(held).map(without_blanks)
    }

    fn subscription(&self) -> Result<Value, Fault> {
        let given = self.machine.surroundings.subscription.as_ref().and_then(Value::as_object);
        let Containment { subscription, open, .. } = self.place();
        let id = subscription.map(|s| format!("/subscriptions/{s}"));
        let mut known = given.cloned();
        if known.is_none() {
            known = self
                .row(ids::SUBSCRIPTION_TYPE, id.as_deref())
                .map(|row| with_display_name(row, subscription));
        }
        if known.is_none() && subscription.is_none() && !open {
            return Err(Fault::new(FaultKind::Context, "the resource is in no subscription"));
        }
        let complete = known.is_some();
        let mut object = known.unwrap_or_default();
        supply(&mut object, "id", id.as_deref());
        supply(&mut object, "subscriptionId", subscription);
        if open && given.is_none() {
            unknown(&mut object, &["id", "subscriptionId"]);
        }
        if complete {
            if object.get("tags").is_none_or(Value::is_null) {
                object.set("tags", Value::object(Object::new()));
            }
        } else {
            supply(&mut object, "tenantId", self.column(&["tenantId"]));
            unknown(&mut object, &["tenantId", "displayName", "tags"]);
        }
        Ok(Value::object(object))
    }

    fn resource_group(&self) -> Result<Value, Fault> {
        let given = self.machine.surroundings.resource_group.as_ref().and_then(Value::as_object);
        let Containment { subscription, group, open } = self.place();
        let id = group.zip(subscription).map(|(g, s)| format!("/subscriptions/{s}/resourceGroups/{g}"));
        let known = given.cloned().or_else(|| self.row(ids::RESOURCE_GROUP_TYPE, id.as_deref()));
        if known.is_none() && group.is_none() && !open {
            return Err(Fault::new(FaultKind::Context, "the resource is in no resource group"));
        }
        let complete = known.is_some();
        let mut object = known.unwrap_or_default();
        if given.is_none() {
            object.set("type", Value::text("Microsoft.Resources/resourceGroups"));
        }
        supply(&mut object, "id", id.as_deref());
        supply(&mut object, "name", group);
        supply(&mut object, "type", Some("Microsoft.Resources/resourceGroups"));
        // A group that is made has no id yet where its name or its subscription is not known.
        if given.is_none() && (open || complete) {
            unknown(&mut object, &["id", "name"]);
        }
        if complete {
            if object.get("tags").is_none_or(Value::is_null) {
                object.set("tags", Value::object(Object::new()));
            }
            if object.get("managedBy").is_none_or(Value::is_null) {
                object.set("managedBy", Value::text(""));
            }
        } else {
            supply(&mut object, "location", self.group_location());
            unknown(&mut object, &["location", "managedBy", "tags", "properties"]);
        }
        Ok(Value::object(object))
    }
}

/// The subscription and the group that a resource is in.
struct Containment<'a> {
    subscription: Option<&'a str>,
    group: Option<&'a str>,
    /// Whether what is absent is not known, rather than not there.
    open: bool,
}

impl<'d, N: Node<'d>, O: Observer> Machine<'_, 'd, N, O> {
    /// The value of a template outside any count.
    ///
    /// # Errors
    /// The failure of an expression in it.
    pub fn value(&self, template: &crate::ast::Template) -> Result<Value, Fault> {
        crate::expr::template(template, &Asker { machine: self, scope: None })
    }

    /// The value of a field outside any count; `[*]` gives the array of what is there.
    ///
    /// # Errors
    /// The name is none of a field.
    pub fn read(&self, name: &FieldName) -> Result<Slot<Value>, Fault> {
        let text = |text: Option<std::borrow::Cow<'_, str>>| {
            text.map_or(Slot::Missing, |t| Slot::Found(Value::text(t.as_ref())))
        };
        Ok(match self.resolve(name) {
            Place::Envelope => match self.envelope(name) {
                Slot::Unknown(reason) => Slot::Unknown(reason),
                Slot::Missing => Slot::Missing,
                Slot::Found(found) => text(Some(found)),
            },
            Place::Location => match self.location() {
                Slot::Unknown(reason) => Slot::Unknown(reason),
                Slot::Missing => Slot::Missing,
                Slot::Found(found) => text(Some(found)),
            },
            Place::Path(steps, Some(extract)) => {
                match self.path_slot(steps.iter().filter_map(condition::key_of)) {
                    Slot::Unknown(reason) => Slot::Unknown(reason),
                    slot => condition::extracted(slot, &extract)
                        .map_or(Slot::Missing, |t| Slot::Found(Value::text(t))),
                }
            }
            Place::Path(steps, None) if steps.contains(&Step::Each) => {
                match (Asker { machine: self, scope: None }).collect(&steps) {
                    Value::Unknown(reason) => Slot::Unknown(reason),
                    value => Slot::Found(value),
                }
            }
            Place::Path(steps, None) => match self.path_slot(steps.iter().filter_map(condition::key_of)) {
                Slot::Unknown(reason) => Slot::Unknown(reason),
                Slot::Missing => Slot::Missing,
                Slot::Found(node) => match node.to_value() {
                    Value::Unknown(reason) => Slot::Unknown(reason),
                    value => Slot::Found(value),
                },
            },
            Place::Absent { star: true } => Slot::Found(Value::array([])),
            Place::Absent { star: false } => Slot::Missing,
            Place::Unknown => return Err(condition::no_field()),
        })
    }
}

/// A row without the members that count as absent (spec L-110).
fn without_blanks(row: Object) -> Object {
    let mut kept = Object::new();
    for (name, value) in row.members() {
        if !is_blank(name, value) {
            kept.push(name.clone(), value.clone());
        }
    }
    kept
}

/// Resource Graph puts the display name of a subscription into `name` (spec L-120, F-214).
fn with_display_name(mut row: Object, guid: Option<&str>) -> Object {
    let name = row.get("name").and_then(Value::as_text).map(str::to_owned);
    supply(
        &mut row,
        "displayName",
        name.as_deref().filter(|name| !guid.is_some_and(|guid| key_eq(guid, name))),
    );
    row
}

/// Adds members that the object lacks as unknown.
fn unknown(object: &mut Object, names: &[&str]) {
    for name in names {
        if object.get(name).is_none() {
            object.push(*name, Value::Unknown(Reason::ContextNotInInput));
        }
    }
}

/// Adds a member that the object lacks.
fn supply(object: &mut Object, name: &str, value: Option<&str>) {
    if let Some(value) = value
        && object.get(name).is_none()
    {
        object.push(name, Value::text(value));
    }
}

fn claims(given: Option<&Value>, arguments: &[Value]) -> Result<Value, Fault> {
    let Some(claims) = given else { return Err(Fault::new(FaultKind::Context, "no claims are given")) };
    match arguments {
        [] => Ok(claims.clone()),
        [Value::Text(name), ..] => {
            Ok(claims.as_object().and_then(|o| o.get(name)).cloned().unwrap_or(Value::Null))
        }
        [other, ..] => Err(Fault::new(FaultKind::Type, format!("expects a text, got the {}", other.kind()))),
    }
}
