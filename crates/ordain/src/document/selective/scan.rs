//! Passing over JSON bytes: ends of strings, ends of containers, by structure alone (spec I-87). Eight bytes at a time
//! in plain integers, so that every platform has the same code.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*eight))
}

/// The high bit of each byte that equals `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    let diff = word ^ (ONES * u64::from(byte));
    !(((diff & LOW) + LOW) | diff | LOW)
}

/// The high bit of each byte below a blank.
fn control(word: u64) -> u64 {
    !(((word & LOW) + (ONES * 0x60)) | word) & HIGH
}

/// One bit for each byte whose high bit is set.
fn gathered(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Where a string ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StringEnd {
    /// Place of the closing quote.
    pub(super) close: usize,
    /// Whether it holds an escape.
    pub(super) escaped: bool,
    /// Whether it holds a control character, which JSON does not allow.
    pub(super) control: bool,
}

/// The end of a string of which `at` is the place behind the opening quote; `None` when the text ends first.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Option<StringEnd> {
    let (mut escaped, mut odd) = (false, false);
    loop {
        while let Some(word) = word(bytes, at) {
            let quotes = equal(word, b'"');
            let hits = quotes | equal(word, b'\\') | control(word);
            if hits == 0 {
                at += 8;
                continue;
            }
            let first = (hits.trailing_zeros() >> 3) as usize;
            at += first;
            if quotes.trailing_zeros() == hits.trailing_zeros() {
                return Some(StringEnd { close: at, escaped, control: odd });
            }
            break;
        }
        match bytes.get(at)? {
            b'"' => return Some(StringEnd { close: at, escaped, control: odd }),
            b'\\' => {
                escaped = true;
                at += 2;
            }
            byte => {
                odd |= *byte < 0x20;
                at += 1;
            }
        }
    }
}

/// The end of a container of which `at` is the place behind the opening bracket: the place behind the closing one.
/// `None` when the text ends first or brackets nest deeper than `levels`. Which bracket closes which is not compared.
pub(super) fn container_end(bytes: &[u8], mut at: usize, levels: usize) -> Option<usize> {
    let mut depth = 1_usize;
    // All bits: the block begins inside a string.
    let mut inside = 0_u64;
    // Whether the first byte of the block is escaped.
    let mut escaped = 0_u64;
    loop {
        let mut block = [b' '; 64];
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let taken = match rest.first_chunk::<64>() {
            Some(whole) => {
                block = *whole;
                64
            }
            None => {
                let length = rest.len();
                block.get_mut(..length)?.copy_from_slice(rest);
                length
            }
        };
        let (mut quotes, mut slashes, mut opens, mut closes) = (0_u64, 0_u64, 0_u64, 0_u64);
        for (nth, eight) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*eight);
            let shift = 8 * nth;
            quotes |= gathered(equal(word, b'"')) << shift;
            slashes |= gathered(equal(word, b'\\')) << shift;
            // `[` and `{`, `]` and `}` differ in one bit.
            let folded = word | (ONES * 0x20);
            opens |= gathered(equal(folded, b'{')) << shift;
            closes |= gathered(equal(folded, b'}')) << shift;
        }
        if slashes | escaped != 0 {
            let odd = escapes(slashes, &mut escaped);
            quotes &= !odd;
        }
        let strings = prefix_xor(quotes) ^ inside;
        inside = if strings >> 63 == 1 { u64::MAX } else { 0 };
        (opens, closes) = (opens & !strings, closes & !strings);
        let (opened, closed) = (opens.count_ones() as usize, closes.count_ones() as usize);
        if closed < depth && depth + opened <= levels {
            depth = depth + opened - closed;
        } else {
            let mut both = opens | closes;
            while both != 0 {
                let bit = both & both.wrapping_neg();
                if opens & bit != 0 {
                    depth += 1;
                    if depth > levels {
                        return None;
                    }
                } else {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + both.trailing_zeros() as usize + 1);
                    }
                }
                both ^= bit;
            }
        }
        at += taken;
    }
}

/// The bytes that a backslash escapes; `carry` is 1 when the next block begins with such a byte.
fn escapes(slashes: u64, carry: &mut u64) -> u64 {
    let mut escaped = 0_u64;
    let mut next = *carry;
    let mut left = slashes;
    escaped |= next;
    left &= !next;
    next = 0;
    while left != 0 {
        let bit = left & left.wrapping_neg();
        let behind = bit << 1;
        if behind == 0 {
            next = 1;
        }
        escaped |= behind;
        left &= !(bit | behind);
    }
    *carry = next;
    escaped
}

/// Bit n: whether an odd number of bits up to n is set.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The place of the next byte that is no blank.
#[inline]
pub(super) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The end of a number or word.
#[inline]
pub(super) fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r') {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_a_plain_scan_says() {
        let texts = [
            r#"" tail"#,
            r#"abc" tail"#,
            r#"abcdefgh" tail"#,
            r#"abcdefghijklmnop\"q" tail"#,
            r#"\\" tail"#,
            r#"\\\"\\" tail"#,
            r#"abcdef\u0022g" tail"#,
            "a\tb\" tail",
            "größe & 物流 and more\" tail",
            r#"no end"#,
            r#"no end\"#,
        ];
        for text in texts {
            let bytes = text.as_bytes();
            let (mut at, mut escaped, mut control) = (0, false, false);
            let plain = loop {
                match bytes.get(at) {
                    None => break None,
                    Some(b'"') => break Some(StringEnd { close: at, escaped, control }),
                    Some(b'\\') => {
                        escaped = true;
                        at += 2;
                    }
                    Some(b) => {
                        control |= *b < 0x20;
                        at += 1;
                    }
                }
            };
            assert_eq!(string_end(bytes, 0), plain, "{text}");
        }
    }

    #[test]
    fn containers_end_where_a_plain_scan_says() {
        // spec: I-87
        let filler = "x".repeat(57);
        let mut texts = vec![
            "} tail".to_owned(),
            r#""a": [1, {"b": "}"}], "c\\": "\"}" } tail"#.to_owned(),
            r#"[[[[]]]]} tail"#.to_owned(),
            r#""open"#.to_owned(),
            "[".to_owned(),
        ];
        for at in 0..70 {
            let pad = " ".repeat(at);
            texts.push(format!(r#"{pad}"{filler}\\\\\\\\": {{"a\"}}": ["]"]}}, "b": "\\" }} tail"#));
        }
        for text in &texts {
            let bytes = text.as_bytes();
            let (mut depth, mut inside, mut at) = (1, false, 0);
            let plain = loop {
                match bytes.get(at) {
                    None => break None,
                    Some(b'\\') if inside => at += 1,
                    Some(b'"') => inside = !inside,
                    Some(b'{' | b'[') if !inside => depth += 1,
                    Some(b'}' | b']') if !inside => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break Some(at);
                }
            };
            assert_eq!(container_end(bytes, 0, 128), plain, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        // spec: I-83
        let nested = |levels: usize| format!("{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(container_end(nested(9).as_bytes(), 0, 10), Some(19));
        assert_eq!(container_end(nested(10).as_bytes(), 0, 10), None);
        assert_eq!(container_end(nested(100_000).as_bytes(), 0, 128), None);
    }
}
