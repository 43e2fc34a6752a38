//! What policies make of a request, as data: the verdict, and what each policy has to say (spec 07 section 4).

use super::{Edit, PairView, PolicyView};
use crate::effects::{Change, ExistingValue, PatchOperation, SkipReason, Skipped, Standing};
use crate::explain::{Explanation, Values};
use crate::value::{Fault, Reason, Value};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is carried out.
    Allowed,
    /// It is refused.
    Denied,
    /// The input does not tell (spec E-28).
    Undecided,
}

impl Verdict {
    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Undecided => "undecided",
        }
    }
}

/// Why a policy refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialReason {
    /// Its rule is true, and its effect is to refuse.
    Denied,
    /// Judging its rule, or working out what it would change, failed (spec E-23).
    Failed,
    /// It would write what cannot be written, or what is there already with another value (spec E-44, E-49).
    CannotChange,
    /// It and another policy would write different values, and neither gives way (spec E-61).
    Conflict,
}

impl DenialReason {
    /// The name that reports carry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Denied => "Denied",
            Self::Failed => "Failed",
            Self::CannotChange => "CannotChange",
            Self::Conflict => "Conflict",
        }
    }
}

/// What one policy has to say about a request.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags.env", "exists": false}, "then": {"effect": "audit"}}}"#)?
///     .build()?;
/// let body = serde_json::json!({"type": "A.B/c", "name": "n"});
/// let request = engine.request(&body, &Default::default()).expect("a resource");
/// let [ruling] = &request.rulings[..] else { panic!() };
/// assert_eq!(ruling.kind.name(), "flagged");
/// assert_eq!(ruling.sentence(ordain::Values::Show), "tags.env is missing, must be set");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ruling<'e> {
    /// The policy.
    pub policy: PolicyView<'e>,
    /// The pair that it is judged for.
    pub pair: PairView<'e>,
    /// Whether its assignment is enforced here (spec E-32, E-33).
    pub enforced: bool,
    /// What it says.
    pub kind: RulingKind,
    /// What was seen when its rule was judged.
    pub why: Explanation,
}

/// What a policy says, in the order in which requests are judged (spec E-20).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RulingKind {
    /// It changes the body, or would if another policy did not keep it from that.
    Changes {
        /// The change, with all details.
        change: Box<Change>,
        /// Whether it is carried out.
        standing: Standing,
        /// What it does to the body as it came, place by place.
        edits: Vec<Edit>,
    },
    /// It refuses the request.
    Denies {
        /// Why.
        reason: DenialReason,
        /// What failed.
        fault: Option<Fault>,
        /// The change that cannot be made.
        change: Option<Box<Change>>,
    },
    /// It would change the body, and leaves all of that out: its operations meet what it cannot write, or what is
    /// there already with another value, and its conflict effect is audit (spec E-44, E-49).
    Skips {
        /// The change, none of which is carried out.
        change: Box<Change>,
    },
    /// It lets the request pass, and leaves an audit event.
    Flags,
    /// The input does not tell what it says.
    Open {
        /// What is not known.
        reason: Reason,
        /// Whether the verdict hangs on it (spec E-28).
        decides: bool,
        /// What it would change if its rule were true.
        change: Option<Box<Change>>,
    },
    /// After the write it looks for a related resource, and the input holds none that satisfies.
    Later {
        /// The type that it looks for.
        resource_type: String,
        /// What was found, in one sentence.
        found: String,
        /// Whether there is certainly none; else the input may just lack it.
        certain: bool,
        /// What made the search fail.
        fault: Option<Fault>,
    },
    /// Were it enforced, it would refuse, change or flag the request.
    NotEnforced {
        /// The failure of its rule, if it failed.
        fault: Option<Fault>,
    },
}

impl RulingKind {
    /// The name that reports carry.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Changes { standing: Standing::Suppressed, .. } => "suppressed",
            Self::Changes { .. } => "changed",
            Self::Denies { .. } => "denied",
            Self::Skips { .. } => "skipped",
            Self::Flags => "flagged",
            Self::Open { .. } => "open",
            Self::Later { .. } => "later",
            Self::NotEnforced { .. } => "notEnforced",
        }
    }
}

impl<'e> Ruling<'e> {
    /// The non-compliance message that the assignment has for the pair (spec G-62, E-35).
    #[must_use]
    pub fn message(&self) -> Option<&'e str> {
        self.pair.message()
    }

    /// Why it refuses the request; `None` when it does not.
    #[must_use]
    pub fn denial(&self) -> Option<DenialReason> {
        match &self.kind {
            RulingKind::Denies { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    /// Whether judging the policy failed (spec E-23): such a pair counts as one in state Error (spec S-36).
    #[must_use]
    pub fn has_failed(&self) -> bool {
        match &self.kind {
            RulingKind::Denies { reason, .. } => *reason == DenialReason::Failed,
            RulingKind::NotEnforced { fault } | RulingKind::Later { fault, .. } => fault.is_some(),
            _ => false,
        }
    }

    /// What it would change and leaves out, since it cannot write there or another value is there already, each with
    /// the reason; told where its conflict effect is audit (spec E-44, E-49).
    #[must_use]
    pub fn left_out(&self, values: Values) -> Vec<String> {
        match &self.kind {
            RulingKind::Changes { change, standing, .. }
                if change.is_audited() && *standing != Standing::Suppressed =>
            {
                obstacles(change, values).collect()
            }
            RulingKind::Skips { change } => obstacles(change, values).collect(),
            _ => Vec::new(),
        }
    }

    /// What is to be said, in one sentence. Of changes it is the rule's own reason: what they write is in the edits.
    #[must_use]
    pub fn sentence(&self, values: Values) -> String {
        let why = || {
            let told = self.why.sentence(values);
            told.unwrap_or_else(|| "the rule holds for every resource of this kind".to_owned())
        };
        match &self.kind {
            RulingKind::Denies { fault: Some(fault), .. }
            | RulingKind::NotEnforced { fault: Some(fault) } => self
                .why
                .failed()
                .and_then(|_| self.why.sentence(values))
                .unwrap_or_else(|| fault.message().to_owned()),
            RulingKind::Denies { reason: DenialReason::Conflict, .. } => {
                "another policy would write another value to the same place, and neither gives way".to_owned()
            }
            RulingKind::Denies { reason: DenialReason::CannotChange, change: Some(change), .. } => {
                obstacles(change, values).next().unwrap_or_else(why)
            }
            RulingKind::Skips { .. } => format!("nothing is changed: {}", self.left_out(values).join("; ")),
            RulingKind::Open { reason, .. } => {
                let conditions = self.why.unknown();
                let subjects: Vec<String> = conditions.iter().map(|c| format!("`{}`", c.subject())).collect();
                match subjects.is_empty() {
                    true => format!("what it would change is not known: {}", reason.name()),
                    false => format!("{} can't be told: {}", subjects.join(", "), reason.name()),
                }
            }
            RulingKind::Later { found, .. } => found.clone(),
            _ => why(),
        }
    }
}

/// What keeps a change, or parts of it, from being made.
fn obstacles(change: &Change, values: Values) -> impl Iterator<Item = String> {
    let clash = move |clash: &ExistingValue| {
        let path = clash.path.trim_start_matches('/').replace('/', ".");
        let edit = Edit { path, before: Some(clash.current.clone()), after: Some(clash.wanted.clone()) };
        let [is, wanted] = edit.shown(values);
        format!("`{}` is {is} already, the policy would write {wanted}", edit.path)
    };
    let refused = |skipped: &Skipped| {
        let told = match skipped.reason {
            SkipReason::NotModifiable => "cannot be written in this API version",
            SkipReason::TypeMismatch => "is of another type than the value that the policy would write",
            _ => return None,
        };
        Some(format!("`{}` {told}", skipped.field))
    };
    change.conflicts.iter().map(clash).chain(change.skipped.iter().filter_map(refused))
}

/// What policies make of a request to write or delete a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request<'e> {
    /// Whether it is carried out.
    pub verdict: Verdict,
    /// Of `Undecided` what is not known.
    pub reason: Option<Reason>,
    /// What each policy has to say, in the order of spec E-20. Policies that are content have nothing to say. When
    /// the request is refused, policies leave no audit events and look for nothing later (spec E-22).
    pub rulings: Vec<Ruling<'e>>,
    /// How many policies applied.
    pub applied: usize,
    /// The body as it would be written.
    pub body: Value,
    /// What policies change in the body; `None` when that cannot be said as a patch (spec E-59).
    pub patch: Option<Vec<PatchOperation>>,
}

impl<'e> Request<'e> {
    /// The policies that refuse the request.
    pub fn denials(&self) -> impl Iterator<Item = &Ruling<'e>> {
        self.rulings.iter().filter(|ruling| matches!(ruling.kind, RulingKind::Denies { .. }))
    }

    /// The policies that let it pass with an audit event.
    pub fn audits(&self) -> impl Iterator<Item = &Ruling<'e>> {
        self.rulings.iter().filter(|ruling| matches!(ruling.kind, RulingKind::Flags))
    }
}

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The resource.
    Resource,
    /// The resource group that it is in (spec E-27).
    ResourceGroup,
}
