//! What a trace shows of each condition: its truth, whether judging reaches it, whether it alone decides.

use ordain::{Compared, Explanation, ExplanationNode, Span, Truth};

/// A condition as it was seen once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Bytes in the policy's text.
    pub(super) span: Span,
    pub(super) truth: Truth,
    /// Whether nothing before it had decided what is around it.
    pub(super) reached: bool,
    /// Whether the whole would be the opposite if this condition alone were.
    pub(super) decisive: bool,
    /// What a count came to.
    pub(super) number: Option<i64>,
}

/// All looks of a trace.
pub(super) fn looks(trace: &Explanation) -> Vec<Look> {
    let mut found = Vec::new();
    walk(trace.root(), Around { reached: true, decides: true }, &mut found);
    // Candidates are alternatives: the search stops at the first that satisfies.
    let candidates = trace.candidates();
    let mut reached = true;
    for (at, candidate) in candidates.iter().enumerate() {
        let decides = others(candidates, at, Truth::False);
        walk(candidate, Around { reached, decides }, &mut found);
        reached &= candidate.truth() != Truth::True;
    }
    found
}

/// What is around a node.
#[derive(Clone, Copy)]
struct Around {
    reached: bool,
    /// Whether the whole turns with the node.
    decides: bool,
}

fn walk(node: &ExplanationNode, around: Around, found: &mut Vec<Look>) {
    let members = node.members();
    match node.group() {
        None => {
            if let Some(condition) = node.condition() {
                leaf(condition, around, found);
            }
        }
        Some("not") => members.iter().for_each(|member| walk(member, around, found)),
        Some(group) => {
            let (neutral, stop) =
                if group == "allOf" { (Truth::True, Truth::False) } else { (Truth::False, Truth::True) };
            let mut reached = around.reached;
            for (at, member) in members.iter().enumerate() {
                let decides = around.decides && others(members, at, neutral);
                walk(member, Around { reached, decides }, found);
                reached &= member.truth() != stop && member.truth() != Truth::Error;
            }
        }
    }
}

/// Whether all but one have a truth.
fn others(nodes: &[ExplanationNode], but: usize, truth: Truth) -> bool {
    nodes.iter().enumerate().all(|(at, node)| at == but || node.truth() == truth)
}

fn leaf(condition: &Compared, around: Around, found: &mut Vec<Look>) {
    let truth = condition.truth();
    let settled = matches!(truth, Truth::True | Truth::False);
    let number = condition.number();
    found.push(Look {
        span: condition.span(),
        truth,
        reached: around.reached,
        decisive: around.decides && settled,
        number,
    });
    let elements = condition.elements();
    let known = elements.iter().all(|element| matches!(element.truth(), Truth::True | Truth::False));
    for element in elements {
        // An element that turned would make the number one more or one less.
        let other = number.map(|number| if element.truth() == Truth::True { number - 1 } else { number + 1 });
        let turned = other.and_then(|other| condition.would_hold(other));
        let decides =
            around.decides && settled && known && turned.is_some_and(|held| Truth::of(held) != truth);
        walk(element, Around { reached: around.reached, decides }, found);
    }
}
