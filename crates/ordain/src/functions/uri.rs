//! `uri`: resolution of a reference against a base, RFC 3986 section 5 (spec F-187).

use super::Function;
use super::arguments::{exactly, text, unusable};
use super::encodings::{hex, percent_encode};
use crate::value::{Fault, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function::strict("uri", (2, 2), "t t -> t", uri, "F-187")];

fn uri(arguments: &[Value]) -> Result<Value, Fault> {
    let [base, relative] = exactly(arguments)?;
    let (absolute, reference) = (text(base)?, text(relative)?);
    let absolute = escaped(absolute);
    let base_parts = Parts::of(&absolute);
    let web = |scheme: &str| ["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    let usable = match (base_parts.scheme, base_parts.authority) {
        (Some(scheme), host) => !web(scheme) || host.is_some_and(|host| !host.is_empty()),
        (None, _) => false,
    };
    if !usable {
        return Err(unusable("an absolute URI", base));
    }
    let reference = escaped(reference);
    Ok(resolve(&base_parts, &Parts::of(&reference)).into())
}

/// The five components.
struct Parts<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
    fragment: Option<&'t str>,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Self {
        let split = |text: &'t str, at: char| match text.split_once(at) {
            Some((before, after)) => (before, Some(after)),
            None => (text, None),
        };
        let (rest, fragment) = split(text, '#');
        let (rest, query) = split(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) =
                    rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Self { scheme, authority, path, query, fragment }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn resolve(base: &Parts<'_>, reference: &Parts<'_>) -> String {
    let (scheme, authority, path, query) = if reference.scheme.is_some() {
        (reference.scheme, reference.authority, without_dots(reference.path), reference.query)
    } else if reference.authority.is_some() {
        (base.scheme, reference.authority, without_dots(reference.path), reference.query)
    } else if reference.path.is_empty() {
        (base.scheme, base.authority, base.path.to_owned(), reference.query.or(base.query))
    } else if reference.path.starts_with('/') {
        (base.scheme, base.authority, without_dots(reference.path), reference.query)
    } else {
        let merged = match base.path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{}", reference.path),
            None if base.authority.is_some() => format!("/{}", reference.path),
            None => reference.path.to_owned(),
        };
        (base.scheme, base.authority, without_dots(&merged), reference.query)
    };
    let mut out = String::new();
    if let Some(scheme) = scheme {
        out.push_str(scheme);
        out.push(':');
    }
    if let Some(authority) = authority {
        out.push_str("//");
        out.push_str(authority);
    }
    out.push_str(if path.is_empty() && authority.is_some() { "/" } else { &path });
    for (mark, part) in [('?', query), ('#', reference.fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(part);
        }
    }
    out
}

/// The path with `.` and `..` segments carried out.
fn without_dots(path: &str) -> String {
    let (root, relative) = match path.strip_prefix('/') {
        Some(relative) => ("/", relative),
        None => ("", path),
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = relative.split('/').peekable();
    while let Some(segment) = segments.next() {
        let dots = match segment {
            "." => true,
            ".." => {
                kept.pop();
                true
            }
            other => {
                kept.push(other);
                false
            }
        };
        if dots && segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("{root}{}", kept.join("/"))
}

/// Percent-encodes what may not stand in a URI; a `%` that begins no escape becomes one.
fn escaped(text: &str) -> String {
    let encoded = percent_encode(text, |byte| b":/?#[]@!$&'()*+,;=%".contains(&byte));
    let mut out = String::with_capacity(encoded.len());
    for (i, piece) in encoded.split('%').enumerate() {
        if i > 0 {
            let mut digits = piece.bytes();
            let escape = digits.next().and_then(hex).and(digits.next().and_then(hex)).is_some();
            out.push_str(if escape { "%" } else { "%25" });
        }
        out.push_str(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn resolution() {
        let base = "http://a/b/c/d;p?q";
        // The examples of RFC 3986 sections 5.4.1 and 5.4.2, of an absolute reference and of an empty path.
        let table = [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("./../g", "http://a/b/g"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("https://x.org", "https://x.org/"),
            ("a b/é%20%", "http://a/b/c/a%20b/%C3%A9%20%25"),
        ];
        for (reference, want) in table {
            check(&[("F-187", "uri", &format!("['{base}','{reference}']"), &format!("'{want}'"))]);
        }
        check(&[
            ("F-187", "uri", "['https://contoso.com','path']", "'https://contoso.com/path'"),
            ("F-187", "uri", "['https://contoso.com','']", "'https://contoso.com/'"),
            ("F-187", "uri", "['contoso.com/x','path']", "!Value"),
            ("F-187", "uri", "['https:','path']", "!Value"),
            ("F-187", "uri", "[null,'path']", "!Value"),
            ("F-187", "uri", "[1,'x']", "!Type"),
        ]);
    }
}
