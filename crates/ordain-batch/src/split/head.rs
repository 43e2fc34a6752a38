//! How the rows of a text are told apart: by its first bytes (spec I-4, I-5, I-9, I-13).

use super::scan::{Event, Scan};

/// How rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By brackets: one document, or several.
    Documents,
    /// By line breaks.
    Lines,
    /// Elements of one list; so many bytes stand before its bracket, blanks or an object that it is in.
    List { before: usize },
    /// By nothing.
    NotJson,
}

/// What may stand before the list in an answer of a list call or of Resource Graph.
const BESIDE: [&str; 12] = [
    "count",
    "facets",
    "nextLink",
    "totalRecords",
    "total_records",
    "resultTruncated",
    "skip_token",
    "skipToken",
    "$skipToken",
    "@odata.context",
    "@odata.count",
    "@odata.nextLink",
];

/// The layout; `None` when more bytes are needed to tell it. `all`: there are no more; beyond `most` bytes of one line
/// no line break is waited for.
pub fn layout(bytes: &[u8], all: bool, most: usize) -> Option<Layout> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Some(Layout::Documents);
    }
    let at = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    match bytes.get(at) {
        None => all.then_some(Layout::Documents),
        Some(b'[') => match bytes.get(at + 1..)?.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None if !all => None,
            // `[command]` and its like are lines of a log (spec I-90): who reads the whole says so.
            Some(b'{' | b']' | b'[' | b'"') => Some(Layout::List { before: at }),
            _ => Some(Layout::NotJson),
        },
        // A template or a policy may begin with a comment (spec I-3).
        Some(b'/') => Some(Layout::Documents),
        Some(b'{') => match list(bytes, at) {
            Some(before) => Some(Layout::List { before }),
            None => lines(bytes.get(at..)?, all, most),
        },
        Some(_) => (all || bytes.len() >= 4096).then_some(Layout::NotJson),
    }
}

/// Where the list of an object begins that is an answer of a call, if it is one.
fn list(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    let blank = |at: &mut usize| {
        while bytes.get(*at).is_some_and(u8::is_ascii_whitespace) {
            *at += 1;
        }
    };
    loop {
        blank(&mut at);
        let name = bytes.get(at + 1..).filter(|_| bytes.get(at) == Some(&b'"'))?;
        let end = memchr::memchr2(b'"', b'\\', name)?;
        let name = std::str::from_utf8(name.get(..end)?).ok()?;
        at += end + 2;
        blank(&mut at);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        at += 1;
        blank(&mut at);
        let is = |known: &&str| known.eq_ignore_ascii_case(name);
        if ["value", "data"].iter().any(&is) {
            return (bytes.get(at) == Some(&b'[')).then_some(at);
        }
        if !BESIDE.iter().any(is) {
            return None;
        }
        // The value, whatever it is, up to the comma behind it.
        let (mut scan, mut seen) = (Scan::default(), 0);
        let rest = bytes.get(at..)?;
        let comma = scan.events(rest, &mut seen).find_map(|event| match event {
            (Event::Border, comma) => Some(Some(comma)),
            (Event::Stray, _) => Some(None),
            _ => None,
        });
        at += comma??;
        at += 1;
    }
}

/// Lines or documents: a line that is an object by itself, among others, makes the text one of lines.
fn lines(bytes: &[u8], all: bool, most: usize) -> Option<Layout> {
    let (mut scan, mut seen) = (Scan::default(), 0);
    let closed = scan.events(bytes, &mut seen).find(|(event, _)| *event == Event::Close { depth: 0 });
    if let Some((_, end)) = closed
        && memchr::memchr(b'\n', bytes.get(..end)?).is_some()
    {
        return Some(Layout::Documents);
    }
    let mut rest = bytes;
    let mut broken = false;
    loop {
        let end = memchr::memchr(b'\n', rest);
        let line = rest.get(..end.unwrap_or(rest.len()))?.trim_ascii();
        let whole = is_whole(line);
        match end {
            None if all => {
                // The last line: the only one, unless broken ones stand before it.
                return Some(if broken && whole { Layout::Lines } else { Layout::Documents });
            }
            None => {
                return (rest.len() > most
                    || (bytes.len() > rest.len() && !line.starts_with(b"{") && !line.is_empty()))
                .then_some(Layout::Documents);
            }
            Some(end) => {
                rest = rest.get(end + 1..)?;
                let more = rest.iter().any(|byte| !byte.is_ascii_whitespace());
                match line {
                    [] => {}
                    _ if whole && (more || broken) => return Some(Layout::Lines),
                    _ if whole => return all.then_some(Layout::Documents),
                    [b'{', ..] if !matches!(line, [b'{']) => broken = true,
                    _ => return Some(Layout::Documents),
                }
            }
        }
    }
}

/// Whether a line is one object, as far as brackets tell.
fn is_whole(line: &[u8]) -> bool {
    let (mut scan, mut seen) = (Scan::default(), 0);
    let closed = line.starts_with(b"{")
        && scan.events(line, &mut seen).all(|(event, at)| match event {
            Event::Close { depth } => depth > 0 || at + 1 == line.len(),
            Event::Border | Event::Stray => false,
        });
    closed && scan.is_closed()
}
