//! Second folding: the resource type is known. Aliases become paths, conditions on the type vanish, what is
//! alike in several policies is shared.

use super::{applies, bind, simplify};
use crate::aliases::{Aliases, Step};
use crate::ast::{Effect, FieldName, ModeKind, PolicyType};
use crate::evaluate::{self, Place, Plain};
use crate::functions::Ask;
use crate::ids;
use crate::operators::Side;
use crate::plan::{
    Branch, Checked, ConditionId, Counted, Node, PathId, PathTable, Policy, PolicyId, Residual,
    ResidualPolicy, SiteId, Subject, Test,
};
use crate::syntax::classify_field;
use crate::value::text::key_eq;
use std::collections::HashMap;
use std::sync::Arc;

/// How much is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// Everything: for judging.
    Full,
    /// Nothing: every condition is kept in the author's order, for explanations and for the law that folding
    /// changes no verdict.
    None,
}

/// What is left of policies for one type. Those that [`super::only_types`] keeps from it need not be given: nothing is
/// left of them.
#[must_use]
pub fn narrow<'p>(
    policies: impl IntoIterator<Item = (PolicyId, &'p Policy)>,
    resource_type: &str,
    api_version: Option<&str>,
    aliases: &Aliases,
    folding: Folding,
) -> Residual {
    let mut narrowing = Narrowing::new(resource_type, api_version, aliases, folding);
    let mut left = Vec::new();
    for (id, policy) in policies {
        if let Some(residual) = narrowing.policy(policy, id) {
            narrowing.resolve_named(policy);
            left.push(residual);
        }
    }
    narrowing.finish(left)
}

/// The same without asking whether the policies apply: for conditions that are looked at alone.
#[must_use]
pub(crate) fn narrow_rule(
    policies: &[Policy],
    resource_type: &str,
    api_version: Option<&str>,
    aliases: &Aliases,
    folding: Folding,
) -> Residual {
    let mut narrowing = Narrowing::new(resource_type, api_version, aliases, folding);
    let left = policies.iter().zip((0..).map(PolicyId)).map(|(policy, id)| ResidualPolicy {
        policy: id,
        applies: Branch::constant(true, policy.rule.site),
        rule: narrowing.branch(&policy.rule),
        mode: policy.definition.mode.kind,
        guess_indexed: false,
    });
    let left = left.collect();
    policies.iter().for_each(|policy| narrowing.resolve_named(policy));
    narrowing.finish(left)
}

/// One policy, nothing folded, where the type and the mode let it apply: whether or not its rule does. For watching
/// how a rule keeps a policy from a resource.
#[must_use]
pub(crate) fn narrow_meant(
    policy: &Policy,
    resource_type: &str,
    api_version: Option<&str>,
    aliases: &Aliases,
) -> Option<Residual> {
    let mut narrowing = Narrowing::new(resource_type, api_version, aliases, Folding::None);
    let guess_indexed = narrowing.meant(policy)?;
    let left = ResidualPolicy {
        policy: PolicyId(0),
        applies: Branch::constant(true, policy.rule.site),
        rule: narrowing.branch(&policy.rule),
        mode: policy.definition.mode.kind,
        guess_indexed,
    };
    narrowing.resolve_named(policy);
    Some(narrowing.finish(vec![left]))
}

/// The existence condition of a policy on candidates of a type.
#[must_use]
pub(crate) fn narrow_existence(
    policy: &Policy,
    resource_type: &str,
    api_version: Option<&str>,
    aliases: &Aliases,
    folding: Folding,
) -> Residual {
    let mut narrowing = Narrowing::new(resource_type, api_version, aliases, folding);
    let existence = policy.demand.as_ref().and_then(|demand| demand.existence.as_ref());
    let constant = Branch::constant(true, policy.rule.site);
    let left = ResidualPolicy {
        policy: PolicyId(0),
        applies: constant.clone(),
        rule: existence.map_or(constant, |branch| narrowing.branch(branch)),
        mode: policy.definition.mode.kind,
        guess_indexed: false,
    };
    narrowing.resolve_named(policy);
    narrowing.finish(vec![left])
}

struct Narrowing<'n> {
    aliases: &'n Aliases,
    resource_type: &'n str,
    api_version: Option<&'n str>,
    folding: Folding,
    paths: PathTable,
    conditions: Vec<Test>,
    known: HashMap<String, ConditionId>,
    /// Paths of the enclosing field counts, outermost first; `None` for value counts.
    frames: Vec<Option<Arc<[Step]>>>,
    /// Aliases that expressions name.
    named: HashMap<Arc<str>, Place>,
    /// Where aliases lead, since many policies name the same.
    places: HashMap<Arc<str>, Place>,
    /// Whether the type is known to be indexed.
    indexed: Option<bool>,
}

impl<'n> Narrowing<'n> {
    fn new(
        resource_type: &'n str,
        api_version: Option<&'n str>,
        aliases: &'n Aliases,
        folding: Folding,
    ) -> Self {
        Self {
            aliases,
            resource_type,
            api_version,
            folding,
            paths: PathTable::default(),
            conditions: Vec::new(),
            known: HashMap::new(),
            frames: Vec::new(),
            named: HashMap::new(),
            places: HashMap::new(),
            indexed: aliases.indexed(resource_type).map(|known| known.indexed()),
        }
    }

    fn resolve(&mut self, name: &FieldName) -> Place {
        let FieldName::Alias(alias) = name else {
            return evaluate::resolve(self.aliases, self.resource_type, self.api_version, name);
        };
        if let Some(known) = self.places.get(&**alias) {
            return known.clone();
        }
        let place = evaluate::resolve(self.aliases, self.resource_type, self.api_version, name);
        self.places.insert(alias.clone(), place.clone());
        place
    }

    fn finish(self, policies: Vec<ResidualPolicy>) -> Residual {
        Residual { paths: self.paths, conditions: self.conditions, policies, aliases: self.named }
    }

    /// Whether a policy can apply to the type, whatever its rule says; `None` when it can't. What comes is whether
    /// the type is only guessed to be one that mode Indexed takes.
    fn meant(&self, policy: &Policy) -> Option<bool> {
        if policy.silent || is_exempt(self.resource_type) {
            return None;
        }
        let is_static = policy.definition.policy_type == PolicyType::Static;
        let mut guess_indexed = false;
        if policy.definition.mode.kind == ModeKind::Indexed && !is_static {
            if is_container(self.resource_type) {
                return None;
            }
            match self.indexed {
                Some(false) => return None,
                Some(true) => {}
                None => guess_indexed = true,
            }
        }
        if policy.reads_location && key_eq(self.resource_type, ids::SUBSCRIPTION_TYPE) {
            return None;
        }
        policy.consequence.may_apply_to(self.resource_type).then_some(guess_indexed)
    }

    /// `None`: the policy leaves no record on this type.
    fn policy(&mut self, policy: &Policy, id: PolicyId) -> Option<ResidualPolicy> {
        let guess_indexed = self.meant(policy)?;
        let mode = policy.definition.mode.kind;
        let related = matches!(policy.effect, Effect::AuditIfNotExists | Effect::DeployIfNotExists);
        let applies = if mode == ModeKind::Data {
            self.folded(&applies::may_in_data_plane(policy), Folding::Full)
        } else if related {
            // The rule itself decides (spec S-12).
            Branch::constant(true, policy.rule.site)
        } else {
            self.folded(&applies::may(policy), Folding::Full)
        };
        if applies.node == Node::Const(false) {
            return None;
        }
        let rule = self.folded(&policy.rule, self.folding);
        // Where the rule decides, it leaves no record where it is false (spec S-12, S-18).
        let is_static = policy.definition.policy_type == PolicyType::Static;
        let decides = related || (mode == ModeKind::Data && !is_static && applies::rule_decides(policy));
        if decides && rule.node == Node::Const(false) && self.folding == Folding::Full {
            return None;
        }
        Some(ResidualPolicy { policy: id, applies, rule, mode, guess_indexed })
    }

    /// Resolves what its expressions name; what is no alias is cheap to look up when it is asked for.
    fn resolve_named(&mut self, policy: &Policy) {
        for name in &policy.named {
            if let Some(alias @ FieldName::Alias(_)) = classify_field(name)
                && !self.named.contains_key(name)
            {
                let place = self.resolve(&alias);
                self.named.insert(name.clone(), place);
            }
        }
    }

    fn folded(&mut self, branch: &Branch, folding: Folding) -> Branch {
        let before = std::mem::replace(&mut self.folding, folding);
        let folded = self.branch(branch);
        self.folding = before;
        folded
    }

    fn branch(&mut self, branch: &Branch) -> Branch {
        let site = branch.site;
        let full = self.folding == Folding::Full;
        match &branch.node {
            Node::All(members) | Node::Any(members) => {
                let all = matches!(branch.node, Node::All(_));
                if full {
                    let mut left = Vec::with_capacity(members.len());
                    for member in members {
                        let member = self.branch(member);
                        // Nothing behind it is reached.
                        let last = matches!(member.node, Node::Const(truth) if truth != all)
                            || matches!(member.node, Node::Fail(_));
                        left.push(member);
                        if last {
                            break;
                        }
                    }
                    return simplify::junction(left, all, site);
                }
                let members: Vec<Branch> = members.iter().map(|m| self.branch(m)).collect();
                let members = members.into_boxed_slice();
                Branch { node: if all { Node::All(members) } else { Node::Any(members) }, site }
            }
            Node::Not(member) => {
                let member = self.branch(member);
                if full {
                    simplify::negation(member, site)
                } else {
                    Branch { node: Node::Not(Box::new(member)), site }
                }
            }
            Node::Own(test) => Branch { node: self.test(test, site), site },
            other => Branch { node: other.clone(), site },
        }
    }

    fn test(&mut self, test: &Test, site: SiteId) -> Node {
        let narrowed = Test { subject: self.subject(&test.subject), check: test.check.clone() };
        if self.folding == Folding::None {
            return Node::Own(Box::new(narrowed));
        }
        if let Some(folded) = self.constant(&narrowed, site) {
            return folded;
        }
        match self.key(&narrowed) {
            Some(key) => Node::Shared(self.share(key, narrowed)),
            None => Node::Own(Box::new(narrowed)),
        }
    }

    /// A comparison that the type alone decides.
    fn constant(&self, test: &Test, _site: SiteId) -> Option<Node> {
        let Checked::Ready(check) = &test.check else { return None };
        let held = match &test.subject {
            Subject::Field(FieldName::Type) => check.holds(Some(Plain(self.resource_type)), Side::Field),
            Subject::Value(template) => check.holds(Some(template.literal()?), Side::Value),
            // No slot: every operator holds (spec A-10).
            Subject::Absent { star: true } => Ok(true),
            Subject::Absent { star: false } => check.holds::<Plain<'_>>(None, Side::Field),
            _ => return None,
        };
        Some(held.map_or_else(Node::Fail, Node::Const))
    }

    /// What makes two conditions the same; `None` for those that depend on more than the resource, or can fail:
    /// a failure must tell its own place.
    fn key(&self, test: &Test) -> Option<String> {
        if !self.frames.is_empty() || simplify::test_can_fail(test) {
            return None;
        }
        let Checked::Ready(check) = &test.check else { return None };
        let subject = match &test.subject {
            subject @ (Subject::Slot(_) | Subject::Each { .. } | Subject::Field(_)) => format!("{subject:?}"),
            _ => return None,
        };
        Some(format!("{subject} {:?} {:?}", check.operator(), check.operand()))
    }

    fn share(&mut self, key: String, test: Test) -> ConditionId {
        let next = ConditionId(u32::try_from(self.conditions.len()).unwrap_or(u32::MAX));
        let id = *self.known.entry(key).or_insert(next);
        if id == next {
            self.conditions.push(test);
        }
        id
    }

    fn subject(&mut self, subject: &Subject) -> Subject {
        match subject {
            Subject::Field(name) => self.field(name),
            Subject::Count(counted) => Subject::Count(Box::new(self.count(counted))),
            other => other.clone(),
        }
    }

    fn field(&mut self, name: &FieldName) -> Subject {
        match self.resolve(name) {
            Place::Absent { star } => Subject::Absent { star },
            Place::Path(steps, None) => self.path(&steps),
            Place::Unknown if matches!(name, FieldName::Alias(_)) => Subject::NoField,
            // The envelope's fields, extracted texts and computed names are looked up when they are reached.
            place => {
                if let FieldName::Alias(alias) = name {
                    self.named.insert(alias.clone(), place);
                }
                Subject::Field(name.clone())
            }
        }
    }

    fn path(&mut self, steps: &Arc<[Step]>) -> Subject {
        let frames: Vec<Option<&[Step]>> = self.frames.iter().rev().map(|f| f.as_deref()).collect();
        if let Some((binding, rest)) = evaluate::bind(steps, frames.into_iter()) {
            return Subject::Bound { binding, rest: rest.into() };
        }
        let mut at = PathId::ROOT;
        for (done, step) in steps.iter().enumerate() {
            match step {
                Step::Key(key) => at = self.paths.child(at, key),
                Step::Each => {
                    return Subject::Each { start: at, rest: steps.get(done..).unwrap_or_default().into() };
                }
            }
        }
        Subject::Slot(at)
    }

    fn count(&mut self, counted: &Counted) -> Counted {
        match counted {
            Counted::Field { over, filter, .. } => {
                let Subject::Field(name) = over else { return counted.clone() };
                let place = self.resolve(name);
                // The elements of the last star are counted, whatever follows it (spec A-32).
                let steps: Arc<[Step]> = match &place {
                    Place::Path(steps, _) => match steps.iter().rposition(|s| *s == Step::Each) {
                        Some(last) => steps.get(..=last).unwrap_or_default().into(),
                        None => Arc::from([]),
                    },
                    _ => Arc::from([]),
                };
                let over = match place {
                    Place::Unknown => Subject::NoField,
                    _ if steps.is_empty() => Subject::Absent { star: true },
                    _ => self.path(&steps),
                };
                self.frames.push(Some(steps.clone()));
                let filter = filter.as_ref().map(|f| self.branch(f));
                self.frames.pop();
                Counted::Field { over, path: steps, filter }
            }
            Counted::Value { over, name, filter, limited } => {
                self.frames.push(None);
                let filter = filter.as_ref().map(|f| self.branch(f));
                self.frames.pop();
                let limited = *limited && bind::asks(over, |ask| ask != Ask::Parameters);
                Counted::Value { over: over.clone(), name: name.clone(), filter, limited }
            }
        }
    }
}

/// Groups and subscriptions, which `Indexed` leaves out (spec D-43).
fn is_container(resource_type: &str) -> bool {
    key_eq(resource_type, ids::RESOURCE_GROUP_TYPE) || key_eq(resource_type, ids::SUBSCRIPTION_TYPE)
}

/// Types that no policy is evaluated on, in any mode (spec S-11, L-123).
fn is_exempt(resource_type: &str) -> bool {
    let lower = resource_type.to_ascii_lowercase();
    if is_container(resource_type) {
        return false;
    }
    let below =
        |front: &str| lower == front || lower.strip_prefix(front).is_some_and(|rest| rest.starts_with('/'));
    [
        "microsoft.resources",
        "microsoft.billing",
        "microsoft.capacity/reservationorders",
        "microsoft.help",
        "microsoft.diagnostics",
        "microsoft.management/managementgroups",
    ]
    .into_iter()
    .any(below)
        || EXEMPT_TOPICS.contains(&lower.as_str())
}

const EXEMPT_TOPICS: [&str; 4] = [
    "microsoft.servicebus/namespaces/topics",
    "microsoft.servicebus/namespaces/topics/authorizationrules",
    "microsoft.servicebus/namespaces/topics/subscriptions",
    "microsoft.servicebus/namespaces/topics/subscriptions/rules",
];
