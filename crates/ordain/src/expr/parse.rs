//! From text to tree: the grammar is in `grammar.pest`; names and numbers of arguments are checked here, in
//! every branch (spec F-22).

use crate::ast::{Expr, ExprKind};
use crate::functions::{self, Standing};
use crate::limits;
use crate::source::Span;
use crate::value::{FaultKind, Value};
use pest::Parser;
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "expr/grammar.pest"]
struct Grammar;

/// What a string at an expression position is (spec F-1 … F-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment<'t> {
    /// The text as it stands, one escaping bracket removed.
    Literal(&'t str),
    /// An expression; the text has its brackets.
    Expression(&'t str),
}

/// Tells an expression from a literal.
#[must_use]
pub fn classify(text: &str) -> Fragment<'_> {
    let bracketed = text.len() >= 2 && text.starts_with('[') && text.ends_with(']');
    match text.strip_prefix('[') {
        Some(rest) if bracketed && rest.starts_with('[') => Fragment::Literal(rest),
        Some(_) if bracketed => Fragment::Expression(text),
        _ => Fragment::Literal(text),
    }
}

/// A fault in an expression's text, found without evaluating it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// `Syntax`, `UnknownFunction`, `NotAllowed`, `Arity`.
    pub kind: FaultKind,
    /// What was found.
    pub message: String,
    /// The nearest name, if one is near.
    pub nearest: Option<&'static str>,
    /// Bytes of the expression's text.
    pub span: Span,
}

/// Whose expression it is: functions of deployments are refused in policies (spec F-220, F-222).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Policy,
    Deployment,
}

/// Parses an expression with its outer brackets.
///
/// # Errors
/// One mistake of syntax, or every unknown, refused or wrongly called function.
pub fn parse(text: &str) -> Result<Expr, Vec<Mistake>> {
    parse_in(Language::Policy, text)
}

/// Parses an expression of a deployment template, which may call what policies may not (spec D-22). Evaluating
/// such a call fails unless it was replaced before.
///
/// # Errors
/// One mistake of syntax, or every unknown or wrongly called function.
pub(crate) fn parse_deployment(text: &str) -> Result<Expr, Vec<Mistake>> {
    parse_in(Language::Deployment, text)
}

fn parse_in(language: Language, text: &str) -> Result<Expr, Vec<Mistake>> {
    let syntax =
        |message: String, span| vec![Mistake { kind: FaultKind::Syntax, message, nearest: None, span }];
    if let Some(at) = too_deep(text) {
        let message = format!("brackets are nested deeper than {} levels", limits::EXPRESSION_BRACKETS);
        return Err(syntax(message, Span::new(at, at + 1)));
    }
    let mut pairs = match Grammar::parse(Rule::text, text) {
        Ok(pairs) => pairs,
        Err(error) => return Err(syntax(describe(&error, text), place(&error, text))),
    };
    let body = pairs.next().and_then(|text| text.into_inner().next());
    let Some(body) = body else {
        return Err(syntax("the expression is empty".into(), Span::new(0, text.len())));
    };
    let mut found = Found { language, mistakes: Vec::new() };
    let root = expression(body, 0, &mut found);
    if found.mistakes.is_empty() { Ok(root) } else { Err(found.mistakes) }
}

/// The parser below is recursive, as pest's code is: so the depth is looked at before.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth += 1,
            b')' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        // The outer pair does not count.
        if depth > limits::EXPRESSION_BRACKETS + 1 {
            return Some(at);
        }
    }
    None
}

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    Span::new(pair.as_span().start(), pair.as_span().end())
}

/// What building a tree brings to light.
struct Found {
    language: Language,
    mistakes: Vec<Mistake>,
}

/// `above` counts the nodes that this one hangs under: a row of accesses is a deep tree without deep brackets.
fn expression(pair: Pair<'_, Rule>, above: usize, found: &mut Found) -> Expr {
    let start = pair.as_span().start();
    let mut parts = pair.into_inner();
    let primary = parts.next();
    let suffixes: Vec<Pair<'_, Rule>> = parts.collect();
    let above = above + suffixes.len();
    if above > limits::EXPRESSION_BRACKETS {
        let message =
            format!("calls and accesses are nested deeper than {} levels", limits::EXPRESSION_BRACKETS);
        let span = suffixes.first().map_or(Span::new(start, start), span_of);
        found.mistakes.push(Mistake { kind: FaultKind::Syntax, message, nearest: None, span });
        return Expr { kind: ExprKind::Literal(Value::Null), span };
    }
    let mut built = match primary {
        Some(primary) => self::primary(primary, above, found),
        None => Expr { kind: ExprKind::Literal(Value::Null), span: Span::new(start, start) },
    };
    for suffix in suffixes {
        let span = Span::new(start, suffix.as_span().end());
        let rule = suffix.as_rule();
        let Some(inner) = suffix.into_inner().next() else { continue };
        let of = Box::new(built);
        let kind = if rule == Rule::property {
            ExprKind::Property { of, name: inner.as_str().into() }
        } else {
            ExprKind::Element { of, index: Box::new(expression(inner, above, found)) }
        };
        built = Expr { kind, span };
    }
    built
}

fn primary(pair: Pair<'_, Rule>, above: usize, found: &mut Found) -> Expr {
    let span = span_of(&pair);
    let kind = match pair.as_rule() {
        Rule::string => {
            let quoted = pair.as_str();
            let inner = quoted.strip_prefix('\'').and_then(|q| q.strip_suffix('\'')).unwrap_or(quoted);
            ExprKind::Literal(Value::text(inner.replace("''", "'")))
        }
        Rule::integer => match pair.as_str().parse() {
            Ok(n) => ExprKind::Literal(Value::int(n)),
            Err(_) => {
                let message = "the integer does not fit 64 bits".to_owned();
                found.mistakes.push(Mistake { kind: FaultKind::Syntax, message, nearest: None, span });
                ExprKind::Literal(Value::Null)
            }
        },
        _ => return call(pair, above, found),
    };
    Expr { kind, span }
}

fn call(pair: Pair<'_, Rule>, above: usize, found: &mut Found) -> Expr {
    let span = span_of(&pair);
    let mut parts = pair.into_inner();
    let name = parts.next();
    let arguments: Vec<Expr> = parts.map(|argument| expression(argument, above + 1, found)).collect();
    let (name_text, name_span) = name.as_ref().map_or(("", span), |n| (n.as_str(), span_of(n)));
    let refuse = |kind, message: String, nearest| Mistake { kind, message, nearest, span: name_span };
    if name_text.contains('.') {
        let message = format!("`{name_text}` is a user-defined function, which policies cannot call");
        found.mistakes.push(refuse(FaultKind::NotAllowed, message, None));
        return Expr { kind: ExprKind::Literal(Value::Null), span };
    }
    let Some(function) = functions::find(name_text) else {
        let message = format!("there is no function `{name_text}`");
        found.mistakes.push(refuse(FaultKind::UnknownFunction, message, functions::nearest(name_text)));
        return Expr { kind: ExprKind::Literal(Value::Null), span };
    };
    let row = functions::function(function);
    if row.standing == Standing::Refused && found.language == Language::Policy {
        found.mistakes.push(refuse(
            FaultKind::NotAllowed,
            format!("policies cannot call `{name_text}`"),
            None,
        ));
    } else if let Some(message) = functions::arity_fault(row, arguments.len()) {
        found.mistakes.push(refuse(FaultKind::Arity, format!("`{}` {message}", row.name), None));
    }
    Expr { kind: ExprKind::Call { function, arguments }, span }
}

fn place(error: &pest::error::Error<Rule>, text: &str) -> Span {
    match error.location {
        pest::error::InputLocation::Pos(at) => {
            let rest = text.get(at..).unwrap_or_default();
            let width = rest.chars().next().map_or(0, char::len_utf8).max(word(rest).len());
            Span::new(at, at + width)
        }
        pest::error::InputLocation::Span((from, to)) => Span::new(from, to),
    }
}

/// The letters, digits and underscores at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// One line in the words of the language instead of grammar rules.
fn describe(error: &pest::error::Error<Rule>, text: &str) -> String {
    let at = place(error, text);
    let found = match text.get(at.start as usize..).and_then(|rest| rest.chars().next()) {
        None => "the end of the text".to_owned(),
        Some(']') if at.end as usize == text.len() => "the closing bracket".to_owned(),
        Some('"') => "a double quote (texts stand in single quotes)".to_owned(),
        Some(c) if c.is_alphabetic() => {
            format!("`{}`", word(text.get(at.start as usize..).unwrap_or_default()))
        }
        Some(c) => format!("`{c}`"),
    };
    let mut expected: Vec<&str> = Vec::new();
    if let pest::error::ErrorVariant::ParsingError { positives, .. } = &error.variant {
        for rule in positives {
            let words = match rule {
                Rule::member if is_decimal(text, at.start as usize) => {
                    return "numbers in expressions are integers: write `float('…')` for others".to_owned();
                }
                Rule::string | Rule::integer | Rule::expression => "a text, an integer or a function call",
                Rule::call | Rule::name => "a function call",
                Rule::property | Rule::element => "`.` or `[`",
                Rule::member => "a property name",
                Rule::EOI => "the end",
                _ => continue,
            };
            if !expected.contains(&words) {
                expected.push(words);
            }
        }
    }
    if expected.contains(&"a text, an integer or a function call") {
        expected.retain(|words| *words != "a function call");
    }
    match expected[..] {
        [] => format!("unexpected {found}"),
        ["`.` or `[`"] => format!("unexpected {found}: a closing bracket or a comma is missing"),
        ["a text, an integer or a function call", ..] if found.starts_with('`') && found.len() > 3 => {
            let remark = "texts stand in single quotes, calls have brackets";
            format!("expected {}, found {found} ({remark})", expected.join(" or "))
        }
        _ => format!("expected {}, found {found}", expected.join(" or ")),
    }
}

/// Whether a digit, a point and a digit meet at a byte.
fn is_decimal(text: &str, at: usize) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    digit(Some(at)) && digit(at.checked_sub(2)) && text.as_bytes().get(at.saturating_sub(1)) == Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_expressions() {
        // spec: F-1, F-2, F-3
        let table = [
            ("", Fragment::Literal("")),
            ("[", Fragment::Literal("[")),
            ("[]", Fragment::Expression("[]")),
            ("[[x]", Fragment::Literal("[x]")),
            ("[[[x]", Fragment::Literal("[[x]")),
            ("[[]", Fragment::Literal("[]")),
            ("[[x", Fragment::Literal("[[x")),
            ("[a] b", Fragment::Literal("[a] b")),
            (" [f()]", Fragment::Literal(" [f()]")),
            ("[f()]", Fragment::Expression("[f()]")),
            ("[f()] ", Fragment::Literal("[f()] ")),
        ];
        for (text, want) in table {
            assert_eq!(classify(text), want, "{text}");
        }
    }

    #[test]
    fn deployments_may_call_more() {
        // spec: D-22, F-220
        let kinds = |found: Result<Expr, Vec<Mistake>>| {
            found.map_err(|m| m.iter().map(|m| m.kind).collect::<Vec<_>>()).err()
        };
        for text in ["[variables('a').b]", "[copyIndex()]", "[if(true(), reference('x'), listKeys('y'))]"] {
            assert!(
                kinds(parse(text)).is_some_and(|k| k.iter().all(|k| *k == FaultKind::NotAllowed)),
                "{text}"
            );
            assert_eq!(kinds(parse_deployment(text)), None, "{text}");
        }
        assert_eq!(kinds(parse_deployment("[frobnicate()]")), Some(vec![FaultKind::UnknownFunction]));
        assert_eq!(kinds(parse_deployment("[a.b()]")), Some(vec![FaultKind::NotAllowed]));
    }

    #[test]
    fn depth_is_bounded() {
        // spec: F-14
        let nested = |n: usize| format!("[{}1{}]", "if(".repeat(n), ")".repeat(n));
        let kinds = |text: &str| parse(text).map_err(|m| m.iter().map(|m| m.kind).collect::<Vec<_>>()).err();
        assert_eq!(kinds(&nested(129)), Some(vec![FaultKind::Syntax]));
        assert_eq!(kinds(&nested(128)).map(|k| k[0]), Some(FaultKind::Arity));
        assert!(kinds(&format!("['{}']", "(".repeat(5_000))).is_none());
    }
}
