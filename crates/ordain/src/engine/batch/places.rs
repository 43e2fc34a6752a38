//! What is the same for all rows of a resource group: the group, its subscription, and conditions on nothing else.

use super::sheet::Sheet;
use crate::document::{Facts, Leaf};
use crate::evaluate::{Around, Memo};
use crate::ids;
use crate::value::{Node, text::key_eq};
use std::collections::HashMap;

/// By the front of the ids.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<Box<str>, Placed>);

/// One group.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) around: Around,
    /// By the number of the sheet.
    memos: Vec<Option<Memo>>,
}

/// A bound on memory: groups that are kept at a time.
const MOST: usize = 4_096;

impl Places {
    /// The group of a row; `None` where more than the id's front decides what surrounds the row.
    pub(super) fn of<'d>(&mut self, facts: &Facts<'d, Leaf<'d>>, root: Leaf<'d>) -> Option<&mut Placed> {
        let front = ids::group_front(facts.id()?)?;
        let kind = facts.resource_type();
        // Their own rows tell of them.
        let own = key_eq(kind, ids::RESOURCE_GROUP_TYPE) || key_eq(kind, ids::SUBSCRIPTION_TYPE);
        if own || root.member("tenantId").is_some() {
            return None;
        }
        if !self.0.contains_key(front) {
            if self.0.len() >= MOST {
                self.0.clear();
            }
            self.0.insert(front.into(), Placed::default());
        }
        self.0.get_mut(front)
    }
}

impl Placed {
    /// What is known of a sheet's conditions here.
    pub(super) fn memo(&self, sheet: &Sheet) -> Option<&Memo> {
        self.memos.get(sheet.number)?.as_ref()
    }

    pub(super) fn keep(&mut self, sheet: &Sheet, memo: &Memo) {
        if self.memos.len() <= sheet.number {
            self.memos.resize_with(sheet.number + 1, || None);
        }
        if let Some(slot) = self.memos.get_mut(sheet.number) {
            *slot = Some(memo.clone());
        }
    }
}
