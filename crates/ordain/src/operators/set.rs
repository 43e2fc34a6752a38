//! in, notIn: membership by equality (spec C-36 … C-38).

use super::equality::{Equal, Scalar};
use crate::value::{Node, Num, Value, View, text};
use std::cmp::Ordering;

/// A prepared list: texts folded and sorted; arrays and objects, which are rare, beside.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set {
    folded: Box<[Box<str>]>,
    compounds: Box<[Value]>,
}

impl Set {
    /// Null members match nothing and are left out.
    pub(super) fn new(list: &Value) -> Self {
        let members = list.as_array().unwrap_or_default();
        let texts = members.iter().filter_map(|m| text::scalar(Node::view(m)));
        let mut folded: Vec<Box<str>> = texts.map(|t| text::fold(&t).into()).collect();
        folded.sort_unstable();
        folded.dedup();
        let compounds = members.iter().filter(|m| matches!(m, Value::Array(_) | Value::Object(_)));
        Self { folded: folded.into(), compounds: compounds.cloned().collect() }
    }

    pub(super) fn has_compounds(&self) -> bool {
        !self.compounds.is_empty()
    }

    pub(super) fn holds<'a, N: Node<'a>>(&self, left: Option<N>, view: View<'a>) -> bool {
        match view {
            View::Text(t) => self.lists(t),
            View::Null => self.lists(""),
            View::Bool(b) => self.lists(if b { "true" } else { "false" }),
            View::Number(Num::Int(n)) if self.folded.len() <= 4 => {
                self.folded.iter().any(|member| Scalar::new(member).equals(View::Number(Num::Int(n))))
            }
            View::Number(n) => self.lists(&n.text()),
            View::Array | View::Object => left.is_some_and(|node| {
                self.compounds.iter().any(|m| Equal::Compound(m.clone()).holds(Some(node), view))
            }),
            View::Unknown(_) => false,
        }
    }

    fn lists(&self, given: &str) -> bool {
        if !given.is_ascii() {
            let folded = text::fold(given);
            return self.folded.binary_search_by(|member| (**member).cmp(folded.as_ref())).is_ok();
        }
        // An ASCII text folds byte by byte, where it is short without being made anew.
        let mut room = [0_u8; 64];
        if let Some(lower) = room.get_mut(..given.len()) {
            lower.copy_from_slice(given.as_bytes());
            lower.make_ascii_lowercase();
            let lower: &[u8] = lower;
            return self.folded.binary_search_by(|member| member.as_bytes().cmp(lower)).is_ok();
        }
        self.folded.binary_search_by(|member| fold_order(member, given)).is_ok()
    }
}

fn fold_order(member: &str, given: &str) -> Ordering {
    member.bytes().cmp(given.bytes().map(|b| b.to_ascii_lowercase()))
}
