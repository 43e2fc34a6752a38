//! Brackets and strings of JSON, and nothing else of it.

/// What is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A container is closed; how many are left open around it.
    Close { depth: usize },
    /// A comma between two values outside all containers.
    Border,
    /// A closing bracket outside all containers.
    Stray,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether something came outside all containers since the last comma there.
    value: bool,
    /// A comma outside all containers behind a value, behind which nothing has come yet.
    comma: Option<usize>,
}

/// The events of some bytes, one after another.
pub struct Events<'s> {
    scan: &'s mut Scan,
    bytes: &'s [u8],
    at: &'s mut usize,
}

impl Scan {
    /// Goes on with bytes of which so many are seen already.
    pub fn events<'s>(&'s mut self, bytes: &'s [u8], seen: &'s mut usize) -> Events<'s> {
        Events { scan: self, bytes, at: seen }
    }

    /// Whether nothing is open.
    pub fn is_closed(&self) -> bool {
        self.depth == 0 && !self.in_string
    }
}

impl Iterator for Events<'_> {
    type Item = (Event, usize);

    fn next(&mut self) -> Option<(Event, usize)> {
        let scan = &mut *self.scan;
        while let Some(&byte) = self.bytes.get(*self.at) {
            let at = *self.at;
            if scan.in_string {
                if scan.escaped {
                    scan.escaped = false;
                    *self.at += 1;
                    continue;
                }
                let rest = self.bytes.get(at..).unwrap_or_default();
                match memchr::memchr2(b'"', b'\\', rest) {
                    None => *self.at = self.bytes.len(),
                    Some(found) => {
                        scan.escaped = rest.get(found) == Some(&b'\\');
                        scan.in_string = scan.escaped;
                        *self.at = at + found + 1;
                    }
                }
                continue;
            }
            if let Some(comma) = scan.comma
                && !byte.is_ascii_whitespace()
            {
                scan.comma = None;
                // Commas without a value between them stay in one piece: who reads it tells them.
                if !matches!(byte, b']' | b'}' | b',') {
                    // The byte itself is looked at next.
                    return Some((Event::Border, comma));
                }
            }
            *self.at += 1;
            if scan.depth == 0 && !byte.is_ascii_whitespace() {
                if byte == b',' {
                    scan.comma = scan.value.then_some(at);
                }
                scan.value = byte != b',';
            }
            match byte {
                b'"' => scan.in_string = true,
                b'{' | b'[' => scan.depth += 1,
                b'}' | b']' if scan.depth == 0 => return Some((Event::Stray, at)),
                b'}' | b']' => {
                    scan.depth -= 1;
                    return Some((Event::Close { depth: scan.depth }, at));
                }
                _ => {}
            }
        }
        None
    }
}
