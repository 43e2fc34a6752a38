//! Texts with a row a line: where one is broken, the next can be found.

use ordain::json::{Dialect, read};

/// Whether a line is an object by itself.
pub fn is_whole_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && read(line, Dialect::Strict).1.is_empty()
}

/// Where the next row begins, when the text has a row a line and the line at `start` is broken.
pub fn next_row(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let begin = start + (rest.len() - rest.trim_start().len());
    if !text.get(begin..)?.starts_with('{') {
        return None;
    }
    let mut at = begin + text.get(begin..)?.find('\n')? + 1;
    loop {
        let rest = text.get(at..)?;
        let line = rest.lines().next()?;
        if !line.trim().is_empty() {
            return is_whole_object(line).then_some(at);
        }
        at += rest.find('\n')? + 1;
    }
}
