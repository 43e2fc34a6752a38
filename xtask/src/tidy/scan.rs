//! Rust source with everything blanked out that is no code of the product: comments, literals, test items. Lines
//! keep their numbers and bytes their places. A scanner, not a parser: good enough to find paths in it.

/// The text with comments and the insides of literals replaced by blanks.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => find(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => block_comment(bytes, at),
            b'"' => string(bytes, at),
            b'r' if !continues_word(bytes, at) => raw_string(bytes, at).unwrap_or(at),
            b'\'' => character(bytes, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        blank(&mut out[at..end]);
        at = end;
    }
    // Only whole literals and comments were replaced, byte by byte, with ASCII.
    String::from_utf8_lossy(&out).into_owned()
}

/// `code`, and with items under `#[cfg(test)]` blanked out too.
pub fn product_code(text: &str) -> String {
    let mut code = code(text);
    let mut from = 0;
    while let Some(start) = code[from..].find("#[cfg(test)]").map(|offset| from + offset) {
        let end = item_end(code.as_bytes(), start + "#[cfg(test)]".len());
        let mut bytes = code.into_bytes();
        blank(&mut bytes[start..end]);
        code = String::from_utf8_lossy(&bytes).into_owned();
        from = end;
    }
    code
}

/// The part that `product_code` blanks out, with its comments and literals; everything else blank.
pub fn test_code(text: &str) -> String {
    let product = product_code(text);
    let code = code(text);
    let mut out = text.as_bytes().to_vec();
    let mut inside_test = false;
    for (at, byte) in out.iter_mut().enumerate() {
        let (kept, all) = (product.as_bytes()[at], code.as_bytes()[at]);
        if !all.is_ascii_whitespace() {
            inside_test = kept != all;
        }
        if !inside_test && !byte.is_ascii_whitespace() {
            *byte = b' ';
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// From 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> usize {
    bytes[from..].windows(needle.len()).position(|part| part == needle).map_or(bytes.len(), |at| from + at)
}

fn continues_word(bytes: &[u8], at: usize) -> bool {
    // `b` and `c` before `r` are prefixes of raw literals, and blanking from `r` on is right for them.
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && {
        let prefix = matches!(bytes[at - 1], b'b' | b'c');
        !(prefix && (at < 2 || !(bytes[at - 2].is_ascii_alphanumeric() || bytes[at - 2] == b'_')))
    }
}

fn block_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_string(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None; // a raw identifier, or just a word with r
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    Some((find(bytes, open + 1, &close) + close.len()).min(bytes.len()))
}

/// `None` for a lifetime.
fn character(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        return Some((find(bytes, start + 3, b"'") + 1).min(bytes.len()));
    }
    let first = bytes.get(start + 1)?;
    let length = match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    (bytes.get(start + 1 + length) == Some(&b'\'')).then_some(start + length + 2)
}

/// Where the item that begins at `from` ends: behind its `;` or its closing brace. Works on blanked text.
fn item_end(bytes: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && *byte == b'}' {
                    // `use a::{b};` ends behind the brace.
                    return at + 1 + usize::from(bytes.get(at + 1) == Some(&b';'));
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{code, line_of, product_code, test_code};

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn blanks_comments_and_literals() {
        for (source, wanted) in [
            ("a // crate::x\nb", "a b"),
            ("a /* x /* y */ z */ b", "a b"),
            ("a(\"crate::x \\\" y\") b", "a( ) b"),
            ("a(r#\"one \" two\"#) b", "a( ) b"),
            ("a(br\"x\") b", "a(b ) b"),
            ("let r = bar\"x\"; c", "let r = bar ; c"),
            ("a('\"') b('\\'') c", "a( ) b( ) c"),
            ("a('ä') b", "a( ) b"),
            ("fn f<'a>(x: &'a str) { 'x' }", "fn f<'a>(x: &'a str) { }"),
            ("a \"open", "a"),
            ("a r#type b", "a r#type b"),
        ] {
            assert_eq!(squeezed(&code(source)), wanted, "{source}");
            assert_eq!(code(source).len(), source.len(), "{source}");
        }
    }

    #[test]
    fn leaves_test_items_out() {
        let source = "one();\n#[cfg(test)]\nmod tests {\n  fn f() { \"}\" }\n}\ntwo();\n#[cfg(test)]\nuse a::{b, c};\nthree();";
        let product = product_code(source);
        assert_eq!(squeezed(&product), "one(); two(); three();");
        assert_eq!(line_of(&product, product.find("three").unwrap()), 9);
    }

    #[test]
    fn keeps_test_items_whole_in_the_other_view() {
        let source = "row(\"A\");\n#[cfg(test)]\nmod tests {\n // spec: C-1\n row(\"B\"); }\nrow(\"C\");";
        assert_eq!(squeezed(&test_code(source)), "#[cfg(test)] mod tests { // spec: C-1 row(\"B\"); }");
    }
}
