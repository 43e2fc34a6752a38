//! Reading of the embedded outlines: sorted blocks of indented names, searched where they lie.
//!
//! A block is a head line and the lines below it that begin with blanks; one blank more means one level
//! deeper. A line is a name and, behind blanks, its marks. The mark `&x` says that the node's children are
//! those of the block `&x`. Blocks are sorted by the lower-cased head, so a look-up is a binary search over
//! the text itself: nothing is built at start. All names compare without regard to ASCII case (spec L-53).

use std::cmp::Ordering;

/// An outline as it is embedded.
#[derive(Clone, Copy)]
pub(super) struct Outline(pub(super) &'static str);

/// A line of an outline together with what is below it.
#[derive(Clone, Copy)]
pub(super) struct Node {
    outline: Outline,
    marks: &'static str,
    below: &'static str,
    depth: usize,
}

impl Outline {
    /// The block whose head is `name`.
    pub(super) fn find(self, name: &str) -> Option<Node> {
        // INVARIANT: `rest` starts with a head line, or is empty.
        let mut rest = self.0;
        while !rest.is_empty() {
            let (before, from) = rest.split_at_checked(last_head(rest, rest.len() / 2))?;
            let (block, after) = from.split_at_checked(first_head_behind(from))?;
            let (line, below) = block.split_once('\n').unwrap_or((block, ""));
            let (head, marks) = split_marks(line);
            match compare_folded(head, name) {
                Ordering::Less => rest = after,
                Ordering::Greater => rest = before,
                Ordering::Equal => return Some(Node { outline: self, marks, below, depth: 0 }),
            }
        }
        None
    }
}

impl Node {
    /// The marks of the node's line, fragment marks left out.
    pub(super) fn marks(&self) -> impl Iterator<Item = &'static str> {
        self.marks.split(' ').filter(|mark| !mark.is_empty() && !mark.starts_with('&'))
    }

    /// The child of that name.
    pub(super) fn child(&self, name: &str) -> Option<Node> {
        let shared = self.marks.split(' ').find(|mark| mark.starts_with('&'));
        let parent = match shared {
            Some(fragment) => self.outline.find(fragment)?,
            None => *self,
        };
        parent.own_child(name)
    }

    fn own_child(&self, name: &str) -> Option<Node> {
        let wanted = self.depth + 1;
        let mut below = self.below;
        while let Some((line, rest)) = below.split_once('\n') {
            let text = line.trim_start_matches(' ');
            let depth = line.len() - text.len();
            if depth < wanted {
                return None;
            }
            let (found, marks) = split_marks(text);
            if depth == wanted && found.eq_ignore_ascii_case(name) {
                return Some(Node { outline: self.outline, marks, below: rest, depth });
            }
            below = rest;
        }
        None
    }
}

fn split_marks(line: &'static str) -> (&'static str, &'static str) {
    line.split_once(' ').unwrap_or((line, ""))
}

/// Start of the last head line that begins at or before `position`.
fn last_head(text: &str, position: usize) -> usize {
    let before = text.get(..position).unwrap_or(text);
    before.rmatch_indices('\n').map(|(at, _)| at + 1).find(|start| is_head(text, *start)).unwrap_or(0)
}

/// Start of the second head line of `text`, or its end.
fn first_head_behind(text: &str) -> usize {
    text.match_indices('\n').map(|(at, _)| at + 1).find(|start| is_head(text, *start)).unwrap_or(text.len())
}

fn is_head(text: &str, start: usize) -> bool {
    text.as_bytes().get(start).is_some_and(|first| *first != b' ')
}

fn compare_folded(a: &str, b: &str) -> Ordering {
    a.bytes().map(|c| c.to_ascii_lowercase()).cmp(b.bytes().map(|c| c.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Outline =
        Outline("# note\n&f1\n leaf w\n  deep\nA/b\n x w\n  y =p.q\n z &f1\nA/B/c +c p\nlast d &f1\n");

    /// Marks at a path of names; the first is the head.
    fn marks(path: &[&str]) -> Option<String> {
        let (head, rest) = path.split_first()?;
        let node = rest.iter().try_fold(SAMPLE.find(head)?, |node, name| node.child(name))?;
        Some(node.marks().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn looks_up_blocks_and_children() {
        // spec: L-53
        for (path, wanted) in [
            (&["a/B"][..], Some("")),
            (&["A/b/C"], Some("+c p")),
            (&["A/b", "X"], Some("w")),
            (&["A/b", "x", "y"], Some("=p.q")),
            (&["A/b", "y"], None),
            (&["A/b", "z", "leaf", "deep"], Some("")),
            (&["last"], Some("d")),
            (&["last", "leaf"], Some("w")),
            (&["A/b/c", "x"], None),
            (&["zz"], None),
            (&[""], None),
        ] {
            assert_eq!(marks(path).as_deref(), wanted, "{path:?}");
        }
    }
}
