//! What one element of a count says: the first that counts, or what all lack (spec S-71).

use super::{Compared, ExplanationNode, Location, NodeKind, PathItem, Side, decisive};
use crate::evaluate::Truth;
use crate::plan::SubjectKind;
use crate::value::{Node, Value, View};

/// What there is to say of a count's elements beside their number.
#[derive(Clone, Debug)]
pub(crate) enum Example {
    /// The first that counts, the innermost where counts nest.
    Counts(Counted),
    /// None counts, and all are asked this one thing: it as judged on the first.
    Lacks(Box<Compared>),
    /// There is none.
    None,
}

/// An element that counts.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// Where it is.
    pub(crate) place: Location,
    /// The condition inside `where` that says most of it.
    pub(crate) leaf: Option<Box<Compared>>,
    /// Whether the array's name sounds like a secret's.
    pub(crate) secret: bool,
    /// The names of the elements on the way to it and its own, where they have some.
    pub(crate) names: Vec<Value>,
    /// It itself, where it is at hand.
    pub(crate) value: Option<Value>,
}

impl Counted {
    /// It, or the place in it that is the matter.
    pub(crate) fn nearest(&self) -> &Location {
        let matter = self.leaf.as_deref().filter(|leaf| leaf.leaf.kind == SubjectKind::Field);
        let there = matter.and_then(Compared::side).filter(|side| side.value().is_some());
        there.map(Side::location).filter(|place| place.is_within(&self.place)).unwrap_or(&self.place)
    }
}

/// Says it of every count of a tree, and forgets the elements. `look` finds what is at a place of the resource.
pub(crate) fn settle(node: &mut ExplanationNode, look: &dyn Fn(&[PathItem<'_>]) -> Option<Value>) {
    match &mut node.kind {
        NodeKind::Group(_, members) => members.iter_mut().for_each(|member| settle(member, look)),
        NodeKind::Condition(compared) => {
            compared.example = of(compared, look).map(Box::new);
            compared.elements = Vec::new();
        }
    }
}

fn of(compared: &Compared, look: &dyn Fn(&[PathItem<'_>]) -> Option<Value>) -> Option<Example> {
    if compared.leaf.kind != SubjectKind::Count || !compared.leaf.filtered {
        return None;
    }
    if compared.number()? > 0 {
        let mut counted = innermost(compared)?;
        let items = counted.place.items();
        for (at, item) in items.iter().enumerate() {
            let inside = items.get(..=at).unwrap_or_default();
            let name = match item {
                PathItem::Index(_) => look(&[inside, &[PathItem::Key("name")]].concat()),
                PathItem::Key(_) => None,
            };
            counted.names.extend(name.filter(|name| name.as_text().is_some()));
        }
        counted.value = look(&items);
        return Some(Example::Counts(counted));
    }
    let Some((first, others)) = compared.elements.split_first() else { return Some(Example::None) };
    let asked = first.condition().filter(|_| others.iter().all(|node| node.span == first.span))?;
    Some(Example::Lacks(Box::new(bare(asked))))
}

/// The first element that counts; where a count inside its `where` decides, the first of that.
fn innermost(compared: &Compared) -> Option<Counted> {
    let place = &compared.counted().first()?.location;
    if place.items().is_empty() {
        return None;
    }
    let node = compared.elements.iter().find(|node| node.truth == Truth::True)?;
    let main = decisive::main(node).first().copied();
    main.filter(|main| main.number().is_some_and(|number| number > 0)).and_then(innermost).or_else(|| {
        Some(Counted {
            place: place.clone(),
            leaf: main.map(|main| Box::new(bare(main))),
            secret: compared.is_secret(),
            names: Vec::new(),
            value: None,
        })
    })
}

/// Without what is inside it.
fn bare(compared: &Compared) -> Compared {
    Compared { elements: Vec::new(), ..compared.clone() }
}

/// What is at a place; `properties` of a flattened row is the row itself.
pub(crate) fn found<'d, N: Node<'d>>(root: N, items: &[PathItem<'_>]) -> Option<Value> {
    let mut at = root;
    for (depth, item) in items.iter().enumerate() {
        at = match item {
            PathItem::Index(index) => at.elements().nth(*index as usize)?,
            PathItem::Key(key) => match at.member(key) {
                Some(member) => member,
                None if depth == 0 && key.eq_ignore_ascii_case("properties") => at,
                None => return None,
            },
        };
    }
    match at.view() {
        View::Array | View::Unknown(_) => None,
        _ => Some(at.to_value()),
    }
}
