//! Walking a path with `[*]` from a node: slots in order, with the elements and indices on the way (spec A-2).

use crate::aliases::Step;
use crate::document::Slot;
use crate::value::{Node, View};
use std::ops::ControlFlow;

/// A step of a concrete path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A member.
    Key(Box<str>),
    /// An element.
    Index(u32),
}

/// The elements that the stars of a path stand for, outermost first, with their indices.
pub(super) type Stars<N> = Vec<(u32, N)>;

/// Visits every slot; `odd` hears of what should be an array and is none (spec A-2). An unknown array is one slot of its own; an element that is unknown is found as it is.
pub(super) fn walk<'d, N: Node<'d>>(
    start: Slot<N>,
    steps: &[Step],
    stars: &mut Stars<N>,
    odd: &dyn Fn(&'static str),
    visit: &mut impl FnMut(Slot<N>, &[(u32, N)]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut at = start;
    for (done, step) in steps.iter().enumerate() {
        match step {
            Step::Key(key) => at = below(at, key),
            Step::Each => {
                let node = match at {
                    Slot::Missing => return ControlFlow::Continue(()),
                    Slot::Unknown(_) => return visit(at, stars),
                    Slot::Found(node) => node,
                };
                match node.view() {
                    View::Unknown(reason) => return visit(Slot::Unknown(reason), stars),
                    View::Array | View::Null => {}
                    other => odd(other.kind()),
                }
                let rest = steps.get(done + 1..).unwrap_or_default();
                for (index, element) in (0_u32..).zip(node.elements()) {
                    stars.push((index, element));
                    let flow = walk(Slot::Found(element), rest, stars, odd, visit);
                    stars.pop();
                    flow?;
                }
                return ControlFlow::Continue(());
            }
        }
    }
    visit(at, stars)
}

/// One key further: what is unknown stays unknown.
pub(super) fn below<'d, N: Node<'d>>(at: Slot<N>, key: &str) -> Slot<N> {
    match at {
        Slot::Found(node) => match node.view() {
            View::Object => Slot::of(node.member(key)),
            View::Unknown(reason) => Slot::Unknown(reason),
            _ => Slot::Missing,
        },
        other => other,
    }
}

/// A found node that is unknown as a whole.
pub(super) fn settle<'d, N: Node<'d>>(slot: Slot<N>) -> Slot<N> {
    match slot {
        Slot::Found(node) => match node.view() {
            View::Unknown(reason) => Slot::Unknown(reason),
            _ => slot,
        },
        other => other,
    }
}
