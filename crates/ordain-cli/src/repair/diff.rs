//! Two texts as a unified diff. Where they differ is known beforehand, so that large files cost little.

use std::fmt::Write as _;
use std::ops::Range;

/// Lines shown around a change.
const CONTEXT: usize = 3;
/// Cells of the table that finds common lines; a larger difference is shown as one.
const CELLS: usize = 4_000_000;

/// Lines that differ, by number in each text.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// The diff of a file; `edits` are the bytes of the old text with what stands there in the new one, in order.
/// Empty when nothing differs.
pub fn unified(name: &str, old: &str, edits: &[(Range<usize>, String)]) -> String {
    let new = spliced(old, edits);
    let (old_lines, new_lines) = (lines(old), lines(&new));
    let mut changes = Vec::new();
    for (old_range, new_range) in regions(old, edits) {
        let of = |lines: &[&str], range: &Range<usize>| -> Vec<String> {
            lines.get(range.clone()).unwrap_or_default().iter().map(|line| (*line).to_owned()).collect()
        };
        compare(
            &of(&old_lines, &old_range),
            &of(&new_lines, &new_range),
            (old_range.start, new_range.start),
            &mut changes,
        );
    }
    let mut out = String::new();
    let mut from = 0;
    while let Some(first) = changes.get(from) {
        // Changes whose surroundings meet are one hunk.
        let mut last = first;
        let mut to = from + 1;
        while let Some(next) = changes.get(to).filter(|next| next.old.start <= last.old.end + 2 * CONTEXT) {
            last = next;
            to += 1;
        }
        if out.is_empty() {
            // Of an absolute path too `a/` is the one thing that tools take off.
            let name = name.trim_start_matches('/');
            let _ = write!(out, "--- a/{name}\n+++ b/{name}\n");
        }
        hunk(&old_lines, &new_lines, changes.get(from..to).unwrap_or_default(), &mut out);
        from = to;
    }
    out
}

/// A text with parts of it put in the place of others.
pub fn spliced(old: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut new = String::with_capacity(old.len());
    let mut done = 0;
    for (range, put) in edits {
        new.push_str(old.get(done..range.start).unwrap_or_default());
        new.push_str(put);
        done = range.end;
    }
    new.push_str(old.get(done..).unwrap_or_default());
    new
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines that edits lie on, those on one line together.
fn regions(old: &str, edits: &[(Range<usize>, String)]) -> Vec<(Range<usize>, Range<usize>)> {
    let breaks = |text: &str| text.bytes().filter(|b| *b == b'\n').count();
    let (mut at, mut old_line, mut new_line) = (0, 0, 0);
    let mut regions: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (range, put) in edits {
        let passed = breaks(old.get(at..range.start).unwrap_or_default());
        let within = breaks(old.get(range.clone()).unwrap_or_default());
        old_line += passed;
        new_line += passed;
        let own_old = old_line..old_line + within + 1;
        let own_new = new_line..new_line + breaks(put) + 1;
        match regions.last_mut().filter(|(known, _)| known.end > own_old.start) {
            Some((known_old, known_new)) => (known_old.end, known_new.end) = (own_old.end, own_new.end),
            None => regions.push((own_old.clone(), own_new.clone())),
        }
        (old_line, new_line, at) = (own_old.end - 1, own_new.end - 1, range.end);
    }
    regions
}

/// The changes between two runs of lines, by the longest common subsequence.
fn compare(old: &[String], new: &[String], from: (usize, usize), changes: &mut Vec<Change>) {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (old.get(front..).unwrap_or_default(), new.get(front..).unwrap_or_default());
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) =
        (old.get(..old.len() - back).unwrap_or_default(), new.get(..new.len() - back).unwrap_or_default());
    let (from_old, from_new) = (from.0 + front, from.1 + front);
    let wide = new.len() + 1;
    if (old.len() + 1).saturating_mul(wide) > CELLS {
        changes.push(Change { old: from_old..from_old + old.len(), new: from_new..from_new + new.len() });
        return;
    }
    // How long the common part of what follows is, for each pair of lines.
    let mut table = vec![0_u32; (old.len() + 1) * wide];
    let cell = |table: &[u32], a: usize, b: usize| table.get(a * wide + b).copied().unwrap_or_default();
    for (a, own) in old.iter().enumerate().rev() {
        for (b, other) in new.iter().enumerate().rev() {
            let longest = match own == other {
                true => cell(&table, a + 1, b + 1) + 1,
                false => cell(&table, a + 1, b).max(cell(&table, a, b + 1)),
            };
            if let Some(slot) = table.get_mut(a * wide + b) {
                *slot = longest;
            }
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < old.len() || b < new.len() {
        let (start_a, start_b) = (a, b);
        while (a < old.len() || b < new.len())
            && (a == old.len() || b == new.len() || old.get(a) != new.get(b))
        {
            let down = a < old.len() && (b == new.len() || cell(&table, a + 1, b) >= cell(&table, a, b + 1));
            if down { a += 1 } else { b += 1 }
        }
        if (start_a, start_b) != (a, b) {
            changes.push(Change {
                old: from_old + start_a..from_old + a,
                new: from_new + start_b..from_new + b,
            });
        }
        while a < old.len() && b < new.len() && old.get(a) == new.get(b) {
            (a, b) = (a + 1, b + 1);
        }
    }
}

fn hunk(old: &[&str], new: &[&str], changes: &[Change], out: &mut String) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    let before = first.old.start.min(CONTEXT);
    let after = (old.len() - last.old.end.min(old.len())).min(CONTEXT);
    let (old_from, new_from) = (first.old.start - before, first.new.start - before);
    let header = |from: usize, count: usize| match count {
        // An empty side is named by the line before it.
        0 => format!("{from},0"),
        1 => format!("{}", from + 1),
        _ => format!("{},{count}", from + 1),
    };
    let _ = writeln!(
        out,
        "@@ -{} +{} @@",
        header(old_from, last.old.end + after - old_from),
        header(new_from, last.new.end + after - new_from)
    );
    let mut put = |sign: char, lines: &[&str], range: Range<usize>| {
        for line in lines.get(range).unwrap_or_default() {
            out.push(sign);
            out.push_str(line);
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    };
    let mut at = old_from;
    for change in changes {
        put(' ', old, at..change.old.start);
        put('-', old, change.old.clone());
        put('+', new, change.new.clone());
        at = change.old.end;
    }
    put(' ', old, at..at + after);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm";
        let at = |what: &str| old.find(what).unwrap()..old.find(what).unwrap() + what.len();
        let edits =
            [(at("b\nc"), "b\nx\nc".to_owned()), (at("k"), "K".to_owned()), (at("m"), "M".to_owned())];
        let wanted = "--- a/f\n+++ b/f\n@@ -1,5 +1,6 @@\n a\n b\n+x\n c\n d\n e\n@@ -8,6 +9,6 @@\n h\n i\n j\n-k\n+K\n l\n-m\n\\ No newline at end of file\n+M\n\\ No newline at end of file\n";
        assert_eq!(unified("f", old, &edits), wanted);
        assert_eq!(unified("f", old, &[]), "");
        assert_eq!(unified("f", old, &[(at("c"), "c".to_owned())]), "");
    }

    #[test]
    fn edits_on_one_line() {
        let old = "[1, 2]\n";
        let diff = unified("f", old, &[(1..2, "3".to_owned()), (4..5, "4\n".to_owned())]);
        assert_eq!(
            unified("/t/f", "a\n", &[(0..1, "b".to_owned())]),
            "--- a/t/f\n+++ b/t/f\n@@ -1 +1 @@\n-a\n+b\n"
        );
        assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-[1, 2]\n+[3, 4\n+]\n");
        assert_eq!(spliced(old, &[(1..2, "3".to_owned())]), "[3, 2]\n");
    }
}
