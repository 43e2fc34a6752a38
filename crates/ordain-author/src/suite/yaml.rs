//! YAML text to a tree: the events of a parser put together, scalars read by the core schema of YAML 1.2.

use super::tree::{Kind, Member, Place, Tree};
use ordain::{Diagnostic, Num, Source, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::HashMap;

/// Levels of nesting that are read, as many as of JSON.
const DEPTH: usize = 128;
/// Nodes that aliases may repeat: more is no test, but an attack on memory.
const COPIES: usize = 200_000;

/// Reads the one document of a text; what is wrong is told, and what came before stands.
pub(super) fn read(source: &Source) -> (Option<Tree>, Vec<Diagnostic>) {
    let text = source.text();
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = text.get(mark..).unwrap_or_default();
    let offsets = (!body.is_ascii()).then(|| body.char_indices().map(|(at, _)| at).collect());
    let mut building = Building {
        source,
        bytes: Bytes { offsets, shift: mark, end: text.len() },
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        after: mark,
        root: None,
        told: Vec::new(),
    };
    for event in Parser::new_from_str(body) {
        match event {
            Ok((event, span)) => {
                let span = building.bytes.span(span.start.index(), span.end.index());
                if building.event(event, span).is_none() {
                    break;
                }
            }
            Err(error) => {
                let at = building.bytes.at(error.marker().index());
                let message = format!("the YAML cannot be read: {}", error.info());
                building.tell(Span::new(at, at + 1), "BadYaml", message);
                break;
            }
        }
    }
    (building.root, building.told)
}

/// From characters, which the parser counts, to bytes.
struct Bytes {
    offsets: Option<Vec<usize>>,
    shift: usize,
    end: usize,
}

impl Bytes {
    fn at(&self, character: usize) -> usize {
        let own = match &self.offsets {
            None => character + self.shift,
            Some(offsets) => offsets.get(character).map_or(self.end, |at| at + self.shift),
        };
        own.min(self.end)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.at(start), self.at(end))
    }
}

/// A collection that has begun.
struct Open {
    start: Span,
    anchor: usize,
    what: What,
}

enum What {
    Array(Vec<Tree>),
    /// Members, and the key whose value comes next.
    Object(Vec<Member>, Option<(String, Place)>),
}

struct Building<'s> {
    source: &'s Source,
    bytes: Bytes,
    open: Vec<Open>,
    anchors: HashMap<usize, Tree>,
    copied: usize,
    /// Where what was read last ends.
    after: usize,
    root: Option<Tree>,
    told: Vec<Diagnostic>,
}

impl Building<'_> {
    fn tell(&mut self, span: Span, code: &'static str, message: impl std::fmt::Display) {
        self.told.push(Diagnostic::error(code, message).label(self.source, span, ""));
    }

    fn help(&mut self, text: &str) {
        if let Some(last) = self.told.pop() {
            self.told.push(last.help(text));
        }
    }

    /// `None`: what follows is not read. Starts of events are exact, their ends are not.
    fn event(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.written(span, style);
                let kind = match self.waits_for_key() {
                    true => Kind::Text((&*text).into()),
                    false => self.scalar(&text, style, tag.as_deref(), span),
                };
                self.put(Tree { kind, place: self.place(span) }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(span, anchor, tag.as_deref(), What::Array(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(span, anchor, tag.as_deref(), What::Object(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { start, anchor, what } = self.open.pop()?;
                let (kind, last) = match what {
                    What::Array(items) => {
                        let last = items.last().map(|item| item.place.span);
                        (Kind::Array(items), last)
                    }
                    What::Object(members, _) => {
                        let last = members.last().map(|m| m.value.place.span.max(m.place.span));
                        (Kind::Object(members), last)
                    }
                };
                let flow = self.source.slice(start).starts_with(['[', '{']);
                // Without brackets a collection ends with its last member: the parser looks further.
                let end =
                    if flow { span.start.saturating_add(1) } else { last.map_or(start.end, |last| last.end) };
                let place = self.place(Span { start: start.start, end: end.max(start.start) });
                self.after = end as usize;
                self.put(Tree { kind, place }, anchor)
            }
            Event::Alias(anchor) => {
                let Some(known) = self.anchors.get(&anchor).cloned() else {
                    self.tell(span, "BadYaml", "the anchor is not complete where it is used");
                    return None;
                };
                self.copied += size(&known);
                if self.copied > COPIES {
                    self.tell(span, "TooLarge", "aliases repeat more than can be read");
                    return None;
                }
                // The place of what is repeated is that of the alias: it is there that it is read.
                self.put(Tree { place: self.place(span), ..known }, 0)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.tell(span, "TrailingContent", "a second document follows");
                self.help("a suite is one document: leave the rest out, or move it to a file of its own");
                None
            }
            _ => Some(()),
        }
    }

    fn place(&self, span: Span) -> Place {
        Place { source: self.source.clone(), span }
    }

    /// The bytes of a scalar: the parser names blanks and remarks behind it too, and of a block not its header.
    fn written(&mut self, span: Span, style: ScalarStyle) -> Span {
        let text = self.source.slice(span);
        let start = span.start as usize;
        let kept = match style {
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => text.trim_end().len(),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => quoted(text),
        };
        let header = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let between = self.source.text().get(self.after..start).unwrap_or_default();
                between.find(['|', '>']).map(|at| self.after + at)
            }
            _ => None,
        };
        self.after = start + kept;
        Span::new(header.unwrap_or(start), start + kept)
    }

    fn waits_for_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { what: What::Object(_, None), .. }))
    }

    fn begin(&mut self, start: Span, anchor: usize, tag: Option<&Tag>, what: What) -> Option<()> {
        if self.waits_for_key() {
            self.tell(start, "BadYaml", "a key must be a scalar");
            return None;
        }
        if self.open.len() >= DEPTH {
            self.tell(start, "TooDeep", format_args!("nested deeper than {DEPTH} levels"));
            return None;
        }
        if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
            self.tagged(start);
        }
        self.open.push(Open { start, anchor, what });
        Some(())
    }

    fn tagged(&mut self, span: Span) {
        self.tell(span, "BadYaml", "a tag of this kind has no meaning here");
        self.help("tags of the core schema such as `!!str` are read");
    }

    fn put(&mut self, tree: Tree, anchor: usize) -> Option<()> {
        if anchor > 0 {
            self.anchors.insert(anchor, tree.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(tree),
            Some(Open { what: What::Array(items), .. }) => items.push(tree),
            Some(Open { what: What::Object(members, waiting), .. }) => match waiting.take() {
                Some((key, place)) => {
                    let known = members.iter().find(|m| *m.key == *key).map(|m| m.place.span);
                    match known {
                        None => members.push(Member { key: key.into(), place, value: tree }),
                        Some(first) => {
                            let diagnostic =
                                Diagnostic::error("DuplicateKey", format!("`{key}` is there twice"))
                                    .label(self.source, place.span, "this one is left out")
                                    .label(self.source, first, "is there already");
                            self.told.push(diagnostic);
                        }
                    }
                }
                None => {
                    let Kind::Text(key) = &tree.kind else {
                        let span = tree.place.span;
                        self.tell(span, "BadYaml", "a key must be a scalar");
                        return None;
                    };
                    *waiting = Some((key.to_string(), tree.place.clone()));
                    if &**key == "<<" {
                        let span = tree.place.span;
                        self.tell(span, "BadYaml", "merge keys are no part of YAML 1.2");
                        self.help("`bases` and `set` say what cases have in common");
                    }
                }
            },
        }
        Some(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Kind {
        let plain = style == ScalarStyle::Plain;
        match tag {
            None if plain => {}
            None => return Kind::Text(text.into()),
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Kind::Text(text.into()),
            Some(tag) if tag.is_yaml_core_schema() => {}
            Some(_) => {
                self.tagged(span);
                return Kind::Text(text.into());
            }
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
            "true" | "True" | "TRUE" => Kind::Bool(true),
            "false" | "False" | "FALSE" => Kind::Bool(false),
            ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | ".nan" | ".NaN" | ".NAN" => {
                self.tell(span, "BadYaml", format_args!("JSON has no number `{text}`"));
                Kind::Null
            }
            _ => number(text).unwrap_or_else(|| Kind::Text(text.into())),
        }
    }
}

/// A value as YAML on one line: words bare where nothing else could be meant, the rest as JSON.
pub(super) fn written(value: &serde_json::Value) -> String {
    let word = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let wordy = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
        let known = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
        wordy && known.iter().all(|word| !word.eq_ignore_ascii_case(text))
    };
    match value {
        serde_json::Value::String(text) if word(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number as the core schema writes it.
fn number(text: &str) -> Option<Kind> {
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok();
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16).map(|n| Kind::Number(Num::UInt(n).to_owned())).map(narrowed);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8).map(|n| Kind::Number(Num::UInt(n).to_owned())).map(narrowed);
    }
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let all = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let good = all(whole)
        && fraction.is_none_or(all)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && exponent.is_none_or(|e| {
            let e = e.strip_prefix(['-', '+']).unwrap_or(e);
            !e.is_empty() && all(e)
        });
    if !good {
        return None;
    }
    if fraction.is_some() || exponent.is_some() {
        let number: f64 = digits.parse().ok()?;
        return Some(Kind::Number(Num::Float(if negative { -number } else { number }).to_owned()));
    }
    // Leading zeros mean nothing in the core schema.
    let plain = whole.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    let signed = if negative && plain != "0" { format!("-{plain}") } else { plain.to_owned() };
    Some(Kind::Number(Num::parse(&signed).to_owned()))
}

/// How long a quoted scalar is that a text begins with.
fn quoted(text: &str) -> usize {
    let mut rest = text.char_indices().peekable();
    let Some((_, quote)) = rest.next() else { return 0 };
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if quote == '"' => drop(rest.next()),
            c if c == quote && quote == '\'' && rest.peek().is_some_and(|(_, next)| *next == quote) => {
                rest.next();
            }
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.trim_end().len()
}

/// An unsigned number as JSON would have read it.
fn narrowed(kind: Kind) -> Kind {
    match &kind {
        Kind::Number(number) => Kind::Number(Num::parse(&number.view().text()).to_owned()),
        _ => kind,
    }
}

fn size(tree: &Tree) -> usize {
    let below: usize = match &tree.kind {
        Kind::Array(items) => items.iter().map(size).sum(),
        Kind::Object(members) => members.iter().map(|m| size(&m.value)).sum(),
        _ => 0,
    };
    below + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let (_, told) = read(&Source::new("a.yaml", text));
        told.iter().map(|d| format!("{}: {}", d.code(), d.message())).collect()
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "é: { b: c }   # x\r\nd: [1, 'it''s'] # y\ne: |-  # z | w\n  text\n\n  more\n\n\"f\\\"\": \"q\\\"\" # z\ng:\n  - a: 1\n    b: >\n      folded\n  # remark\nh:\ni: plain words # r\n";
        let source = Source::new("a.yaml", text);
        let (tree, told) = read(&source);
        assert!(told.is_empty(), "{told:?}");
        let tree = tree.expect("a tree");
        let slices: Vec<(&str, &str)> = tree
            .members()
            .iter()
            .map(|m| (source.slice(m.place.span), source.slice(m.value.place.span)))
            .collect();
        let wanted = [
            ("é", "{ b: c }"),
            ("d", "[1, 'it''s']"),
            ("e", "|-  # z | w\n  text\n\n  more"),
            ("\"f\\\"\"", "\"q\\\"\""),
            ("g", "- a: 1\n    b: >\n      folded"),
            ("h", ""),
            ("i", "plain words"),
        ];
        assert_eq!(slices, wanted);
        assert_eq!(
            tree.to_json(),
            serde_json::json!({"é": {"b": "c"}, "d": [1, "it's"], "e": "text\n\nmore", "f\"": "q\"",
                "g": [{"a": 1, "b": "folded\n"}], "h": null, "i": "plain words"})
        );
    }

    #[test]
    fn scalars_of_the_core_schema() {
        let rows = [
            ("~", "null"),
            ("Null", "null"),
            ("yes", "\"yes\""),
            ("TRUE", "true"),
            ("012", "12"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("-7", "-7"),
            ("+7", "7"),
            (".5", "0.5"),
            ("1e3", "1000.0"),
            ("1.5E-2", "0.015"),
            ("99999999999999999999", "99999999999999999999"),
            ("1_000", "\"1_000\""),
            ("2026-11-24", "\"2026-11-24\""),
            ("0.0.0.0/0", "\"0.0.0.0/0\""),
            ("'1'", "\"1\""),
            ("!!str 1", "\"1\""),
            ("-", "[null]"),
            ("1.2.3", "\"1.2.3\""),
            ("-0", "0"),
            ("'\u{1F600}'", "\"\u{1F600}\""),
        ];
        for (text, wanted) in rows {
            let source = Source::new("a.yaml", text);
            let (tree, told) = read(&source);
            assert!(told.is_empty(), "{text}: {told:?}");
            let tree = tree.expect("a value");
            let shown = match &tree.kind {
                Kind::Number(number) if text.len() > 10 => number.view().text(),
                _ => tree.to_json().to_string(),
            };
            assert_eq!(shown, wanted, "{text}");
        }
    }

    #[test]
    fn anchors_repeat() {
        let (tree, told) = read(&Source::new("a.yaml", "a: &x {b: [1]}\nc: *x\n"));
        assert!(told.is_empty());
        assert_eq!(tree.map(|t| t.to_json()), Some(serde_json::json!({"a": {"b": [1]}, "c": {"b": [1]}})));
    }

    #[test]
    fn what_is_refused() {
        let rows = [
            ("a: [", "BadYaml"),
            ("a: 1\na: 2", "DuplicateKey"),
            ("a: .inf", "BadYaml"),
            ("a: 1\n---\nb: 1", "TrailingContent"),
            ("? [a]\n: 1", "BadYaml"),
            ("a: &x {}\n<<: *x", "BadYaml"),
            ("a: !secret x", "BadYaml"),
            ("a: *nobody", "BadYaml"),
            ("a: &x [*x]", "BadYaml"),
        ];
        for (text, code) in rows {
            let told = told(text);
            assert!(told.first().is_some_and(|first| first.starts_with(code)), "{text}: {told:?}");
        }
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(told(&deep(DEPTH)), Vec::<String>::new());
        assert!(told(&deep(DEPTH + 1)).first().is_some_and(|first| first.starts_with("TooDeep")));
        // The parser may refuse what lies deeper still by itself.
        assert_eq!(told(&deep(100_000)).len(), 1);
        // Nine times ten copies of what was copied: a billion nodes from a few lines.
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..9 {
            let copies = vec![format!("*a{}", n - 1); 10].join(",");
            bomb += &format!("a{n}: &a{n} [{copies}]\n");
        }
        assert_eq!(told(&bomb).len(), 1);
        assert!(told(&bomb)[0].starts_with("TooLarge"));
    }
}
