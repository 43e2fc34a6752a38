//! The words for verdicts and rulings that all forms for people share.

use super::Report;
use crate::asking::{Answer, edits_of};
use crate::format::summary::counted;
use crate::format::{named, reasons};
use ordain::requests::Action;
use ordain::{Ruling, RulingKind, Standing, Values, Verdict};

/// A ruling in words.
pub struct Said {
    /// `denied`, `changed`, `suppressed`, `skipped`, `flagged`, `open`, `later`, `idle`.
    pub word: &'static str,
    /// The policy and who assigned it.
    pub title: String,
    /// What is to be said, in sentences.
    pub sentences: Vec<String>,
}

/// What one policy says.
pub fn said(answer: &Answer<'_>, ruling: &Ruling<'_>, values: Values) -> Said {
    let word = match ruling.kind {
        RulingKind::NotEnforced { .. } => "idle",
        _ => ruling.kind.name(),
    };
    let told = |edit: &ordain::Edit| {
        let [before, after] = edit.shown(values);
        format!("{}: {before} → {after}", edit.path)
    };
    let mut sentences = match &ruling.kind {
        RulingKind::Changes { edits, standing: Standing::Suppressed, .. } => {
            let why =
                "another policy writes to the same place: nothing of this one is carried out".to_owned();
            let not_done = edits.iter().map(|edit| format!("not done: {}", told(edit)));
            std::iter::once(why).chain(not_done).collect()
        }
        RulingKind::Changes { edits, .. } => edits.iter().map(told).collect(),
        RulingKind::Open { .. } => vec![open(answer, ruling)],
        RulingKind::Later { certain, .. } => {
            let deploys = ruling.policy.effect().eq_ignore_ascii_case("deployIfNotExists");
            let then = if deploys && ruling.enforced { "it is deployed" } else { "non-compliant" };
            let then = match certain {
                true => format!("{then} after the write"),
                false => format!("{then} if that is so after the write"),
            };
            vec![ruling.sentence(values), then]
        }
        RulingKind::NotEnforced { .. } => {
            vec![format!("not enforced, or it would {}: {}", would(ruling), ruling.sentence(values))]
        }
        _ => vec![ruling.sentence(values)],
    };
    if let RulingKind::Changes { standing, .. } = &ruling.kind
        && *standing != Standing::Suppressed
    {
        let left_out = ruling.left_out(values);
        sentences.extend(left_out.into_iter().map(|reason| format!("left out: {reason}")));
    }
    let shows_message = matches!(ruling.kind, RulingKind::Denies { .. } | RulingKind::Flags);
    if let Some(message) = ruling.message().filter(|_| shows_message) {
        sentences.push(format!("“{message}”"));
    }
    Said { word, title: title(ruling), sentences }
}

fn would(ruling: &Ruling<'_>) -> &'static str {
    match ruling.policy.effect() {
        "deny" => "deny",
        "append" | "modify" => "change it",
        _ => "flag it",
    }
}

/// The policy, its effect where the word does not tell it, and the assignment.
fn title(ruling: &Ruling<'_>) -> String {
    let mut title = named::ruling(ruling);
    let effect = ruling.policy.effect();
    if !matches!(effect, "deny" | "audit") {
        title.push_str(&format!(" ({effect})"));
    }
    let assignment = ruling.pair.assignment();
    if !assignment.is_stand_in() {
        title.push_str(&format!(" · {}", assigned(ruling)));
    }
    title
}

/// What people call the assignment; empty where nothing is assigned.
pub fn assigned(ruling: &Ruling<'_>) -> String {
    let assignment = ruling.pair.assignment();
    match (assignment.is_stand_in(), assignment.display_name()) {
        (true, _) => String::new(),
        (false, "") => assignment.name().to_owned(),
        (false, name) => name.to_owned(),
    }
}

/// Why it can't be known, with the expression where the document has one.
fn open(answer: &Answer<'_>, ruling: &Ruling<'_>) -> String {
    let RulingKind::Open { reason, .. } = &ruling.kind else { return String::new() };
    if let Some(open) = answer.expression(ruling) {
        let only = if open.expression.is_empty() {
            format!("`{}` is not known before the deployment", open.path)
        } else {
            format!("`{}` is an expression that only Azure can resolve: `{}`", open.path, open.expression)
        };
        return only;
    }
    match reason.name() {
        "ScopeUnknown" => "whether the assignment holds where this goes can't be told".to_owned(),
        name => match ruling.why.unknown().first() {
            Some(compared) => format!("`{}` can't be told: {}", compared.subject(), reasons::told(name).why),
            None => reasons::told(name).why.to_owned(),
        },
    }
}

/// What becomes of a request, in words.
pub fn verdict(report: &Report<'_>, answer: &Answer<'_>) -> &'static str {
    match answer.request.verdict {
        Verdict::Denied if answer.is_known(report.known) => "denied, as known",
        Verdict::Denied => "would be denied",
        Verdict::Undecided => "open",
        Verdict::Allowed if answer.rulings().iter().any(|ruling| edits_of(ruling).is_some()) => {
            "would be changed"
        }
        Verdict::Allowed => "allowed",
    }
}

/// `delete`, where it is one, and why where it was not asked for.
pub fn action(answer: &Answer<'_>) -> String {
    match (&answer.with_group, answer.action) {
        (Some(group), _) => format!("deleted with `{group}`"),
        (None, Action::Write) => String::new(),
        (None, Action::Delete) => "delete".to_owned(),
    }
}

/// What is to be said of requests whose place is not known.
pub fn placeless(report: &Report<'_>) -> Option<String> {
    let count = report.answers.placeless;
    (count > 0).then(|| {
        let some = counted(count, "request does", "requests do");
        let options = report.options;
        let missing = [
            (options.subscription.is_none(), "--subscription"),
            (options.resource_group.is_none(), "--resource-group"),
        ];
        let missing: Vec<&str> =
            missing.into_iter().filter(|(missing, _)| *missing).map(|(_, option)| option).collect();
        // The options say where templates and plain rows go; what else has no place has none whatever they say.
        let help = match report.answers.placeable > 0 && !missing.is_empty() {
            true => format!(" ({})", missing.join(", ")),
            false => String::new(),
        };
        format!("{some} not say where: assignments of every scope are asked{help}")
    })
}

/// The two closing lines: rows, then requests.
pub fn closing(report: &Report<'_>) -> [String; 2] {
    let (account, counts) = (report.answers.account, report.counts);
    let mut rows = format!(
        "{}: {} evaluated, {} not applicable, {} skipped, {} duplicate, {}",
        counted(account.read, "row", "rows"),
        account.evaluated,
        account.not_applicable,
        account.skipped,
        account.duplicate,
        counted(account.errors, "error", "errors"),
    );
    if account.documents > 0 {
        rows.push_str(&format!("; {}", counted(account.documents, "other document", "other documents")));
    }
    let mut line = match (counts.requests, counts.denied) {
        (0, _) => "no request was judged".to_owned(),
        (1, 0) => "the request would not be denied".to_owned(),
        (1, _) => "the request would be denied".to_owned(),
        (n, 0) => format!("none of {n} requests would be denied"),
        (n, denied) => format!("{denied} of {n} requests would be denied"),
    };
    if counts.known > 0 {
        line.push_str(&format!(" ({} known)", counts.known));
    }
    let others = [
        (counts.undecided, "open"),
        (counts.changed, "changed"),
        (counts.flagged, "flagged"),
        (counts.later, "checked again later"),
    ];
    for (count, word) in others.into_iter().filter(|(count, _)| *count > 0) {
        line.push_str(&format!(", {count} {word}"));
    }
    [rows, format!("{line}; {} asked", counted(report.answers.policies, "policy", "policies"))]
}
