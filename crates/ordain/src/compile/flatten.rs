//! A residual plan laid out flat: equal branches become one.

use crate::ast::{Effect, ModeKind, PolicyType};
use crate::functions::{self, Ask, Run};
use crate::plan::{
    Branch, Checked, Consequence, Counted, Course, Flat, FlatNode, Form, Line, Node, Policy, PolicyId,
    Residual, ResidualPolicy, Subject,
};
use crate::value::Value;
use std::collections::HashMap;

/// Lays out a plan; `policy` gives the policies that it names.
pub(crate) fn flatten<'p>(plan: &Residual, policy: impl Fn(PolicyId) -> Option<&'p Policy>) -> Flat {
    let mut flattening = Flattening::default();
    for left in &plan.policies {
        let (rule, _) = flattening.branch(&left.rule);
        let course = policy(left.policy).map_or(Course::Other, |policy| course(left, policy));
        flattening.flat.lines.push(Line { rule, course });
    }
    flattening.flat
}

/// How the records of a policy without assignment come about: the cases of judging that need no more than the rule.
fn course(left: &ResidualPolicy, policy: &Policy) -> Course {
    let is_static = policy.definition.policy_type == PolicyType::Static;
    let in_data_plane = left.mode == ModeKind::Data && !is_static;
    let known = left.applies.node == Node::Const(true)
        && !left.guess_indexed
        && policy.effect != Effect::Disabled
        && !(in_data_plane && super::rule_decides(policy))
        && !matches!(policy.consequence, Consequence::Attest(_));
    match policy.effect {
        _ if !known => Course::Other,
        _ if is_static => Course::Static,
        _ if in_data_plane => Course::Plane,
        Effect::AuditIfNotExists | Effect::DeployIfNotExists if policy.broken.is_some() => Course::Other,
        _ if policy.broken.is_some() => Course::Broken,
        Effect::Audit | Effect::Deny | Effect::Append | Effect::Modify => Course::Rule,
        Effect::DenyAction => Course::Protect,
        Effect::AuditIfNotExists | Effect::DeployIfNotExists => Course::Related,
        _ => Course::Unsupported,
    }
}

/// What makes two branches the same.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Const(bool),
    All(Vec<u32>),
    Any(Vec<u32>),
    Not(u32),
    Condition(u32),
    Own(String),
}

#[derive(Default)]
struct Flattening {
    flat: Flat,
    known: HashMap<Key, u32>,
}

impl Flattening {
    /// The node of a branch, and whether its truth is the same for every policy.
    fn branch(&mut self, branch: &Branch) -> (u32, bool) {
        let (key, form, shared) = match &branch.node {
            Node::Const(truth) => (Some(Key::Const(*truth)), Form::Const(*truth), true),
            Node::Shared(id) => (Some(Key::Condition(id.0)), Form::Condition(*id, branch.site), true),
            Node::Not(member) => {
                let (member, shared) = self.branch(member);
                (Some(Key::Not(member)), Form::Not(member), shared)
            }
            Node::All(members) | Node::Any(members) => {
                let mut shared = true;
                let mut made = Vec::with_capacity(members.len());
                for member in members {
                    let (member, alike) = self.branch(member);
                    shared &= alike;
                    made.push(member);
                }
                let all = matches!(branch.node, Node::All(_));
                let key = if all { Key::All(made.clone()) } else { Key::Any(made.clone()) };
                if let Some(known) = self.known.get(&key) {
                    return (*known, shared);
                }
                let from = short(self.flat.members.len());
                self.flat.members.append(&mut made);
                let to = short(self.flat.members.len());
                (Some(key), if all { Form::All { from, to } } else { Form::Any { from, to } }, shared)
            }
            Node::Own(_) | Node::Fail(_) => {
                let shared = !asks_policy(branch);
                let key = shared.then(|| Key::Own(without_places(&format!("{:?}", branch.node))));
                if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
                    return (*known, shared);
                }
                self.flat.owned.push(branch.clone());
                match depends(branch).filter(|_| shared) {
                    Some(Depends::Nothing) => self.flat.fixed.push(short(self.flat.nodes.len())),
                    Some(Depends::Place) => self.flat.placed.push(short(self.flat.nodes.len())),
                    None => {}
                }
                (key, Form::Own(short(self.flat.owned.len()) - 1), shared)
            }
        };
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return (*known, shared);
        }
        let made = short(self.flat.nodes.len());
        self.flat.nodes.push(FlatNode { form, shared });
        if let Some(key) = key {
            self.known.insert(key, made);
        }
        (made, shared)
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Whether an expression in it asks for what differs from policy to policy.
fn asks_policy(branch: &Branch) -> bool {
    let mut asks = false;
    branch.walk_expressions(&mut |root| {
        root.walk_calls(&mut |_, function, _| {
            let run = functions::function(function).run;
            asks |= matches!(run, Run::Asks(Ask::Policy | Ask::Parameters));
        });
    });
    asks
}

/// What the truth of a condition depends on beside the type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depends {
    Nothing,
    /// The group and the subscription.
    Place,
}

/// `None`: on the resource.
fn depends(branch: &Branch) -> Option<Depends> {
    let Node::Own(test) = &branch.node else { return None };
    match &test.subject {
        Subject::Value(_) => {}
        // Nothing is counted, whatever would be asked of it.
        Subject::Count(counted) => {
            let Counted::Value { over, .. } = &**counted else { return None };
            let empty = over.literal().and_then(Value::as_array).is_some_and(<[Value]>::is_empty);
            return (empty && matches!(test.check, Checked::Ready(_))).then_some(Depends::Nothing);
        }
        _ => return None,
    }
    let mut depends = Some(Depends::Nothing);
    branch.walk_expressions(&mut |root| {
        root.walk_calls(&mut |_, function, _| {
            if let Run::Asks(ask) = functions::function(function).run {
                depends = match ask {
                    Ask::RequestContext | Ask::UtcNow | Ask::Claims => depends,
                    Ask::Subscription | Ask::ResourceGroup => depends.map(|_| Depends::Place),
                    _ => None,
                };
            }
        });
    });
    depends
}

/// A printed branch without its places in the source, in which alone equal conditions differ.
fn without_places(printed: &str) -> String {
    const BEFORE: [&str; 3] = ["start: ", "end: ", "SiteId("];
    let mut kept = String::with_capacity(printed.len());
    let mut rest = printed;
    while let Some((at, front)) =
        BEFORE.iter().filter_map(|front| Some((rest.find(front)?, front))).min_by_key(|(at, _)| *at)
    {
        let (head, tail) = rest.split_at_checked(at + front.len()).unwrap_or((rest, ""));
        kept.push_str(head);
        rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    kept + rest
}
