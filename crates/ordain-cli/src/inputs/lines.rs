//! Texts with a row a line: where one is broken, the next can be found.

use ordain::json::{Dialect, read};

/// Whether a line is an object by itself.
pub fn is_whole_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && read(line, Dialect::Strict).1.is_empty()
}

/// Where the next row begins, when the text has a row a line and the line at `start` is broken. Of a text that is
/// `known` to be such a one every line is a row; else a whole line must follow, and up to it all must begin as rows
/// do, since the fault may lie in a document over several lines.
pub fn next_row(text: &str, start: usize, known: bool) -> Option<usize> {
    let rest = text.get(start..)?;
    let mut at = start + (rest.len() - rest.trim_start().len());
    if !known && !text.get(at..)?.starts_with('{') {
        return None;
    }
    let mut next = None;
    loop {
        at += text.get(at..)?.find('\n')? + 1;
        let line = text.get(at..)?.lines().next()?;
        if line.trim().is_empty() {
            continue;
        }
        if !known && !line.trim_start().starts_with('{') {
            return None;
        }
        next = next.or(Some(at));
        if known || is_whole_object(line) {
            return next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_behind_a_broken_line() {
        // spec: I-6
        let table = [
            ("{oh\n{}\n", false, Some(4)),
            ("{oh\n\n{no\n{}", false, Some(5)),
            ("{oh\n", false, None),
            ("{\n\"a\": oh,\n\"b\": [\n{}\n]}", false, None),
            ("{oh\n{no\n", true, Some(4)),
            ("oh\nno\n", true, Some(3)),
            ("oh", true, None),
        ];
        for (text, known, expected) in table {
            assert_eq!(next_row(text, 0, known), expected, "{text}");
        }
    }
}
