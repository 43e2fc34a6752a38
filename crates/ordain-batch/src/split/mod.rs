//! Bytes to pieces of whole rows: where a row ends is told by line breaks or brackets alone (spec I-4 to I-6, I-87).

mod head;
mod place;
mod scan;

#[cfg(test)]
mod tests;

pub use place::Place;

use head::Layout;
use scan::{Event, Scan};
use std::io::Read;

/// How large things may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// What a piece should have; it has more where a single row has.
    pub piece: usize,
    /// What a row may have (spec I-83).
    pub row: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { piece: 1 << 20, row: 64 << 20 }
    }
}

/// What the text of a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// One document, or several one after another, or no JSON at all.
    Documents,
    /// Whole lines of a text with a row a line.
    Lines,
    /// Some elements of the one list of the text, between brackets of their own: the first stands in the place of
    /// `[` or of the comma before them, so that places in the piece are those in the text.
    Elements {
        /// The list is the member `data` of an object.
        data: bool,
    },
    /// The object around the list, its list empty: the last piece.
    Around {
        /// Offset in the piece from which on it is the text behind the list.
        from: usize,
        /// Where that is in the text.
        place: Place,
    },
}

/// Why a text ends before its end, or has a row that is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The stream could not be read to its end; what was there before it is in the pieces.
    #[error("the input ends early: {0}")]
    Read(String),
    /// A row has more bytes than a row may have.
    #[error("a row is larger than {0} bytes")]
    RowTooLarge(usize),
}

/// Some rows of a text, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What the text is.
    pub kind: PieceKind,
    /// The bytes. Nothing is known of them but where they end: they may be no UTF-8.
    pub text: Vec<u8>,
    /// Where the first byte is in the text.
    pub place: Place,
    /// What is wrong behind the text of the piece, or in its place where that is empty.
    pub fault: Option<Fault>,
}

/// Cuts a stream into pieces. It keeps one piece in memory, and of a text whose rows it can't tell apart all.
///
/// ```
/// use ordain_batch::{Limits, PieceKind, Splitter};
/// let text = br#"[{"a": 1}, {"a": 2}, {"a": 3}]"#;
/// let limits = Limits { piece: 8, ..Limits::default() };
/// let pieces: Vec<_> = Splitter::new(&text[..], limits).collect();
/// assert_eq!(pieces[0].text, br#"[{"a": 1}]"#);
/// assert_eq!(pieces[1].text, br#"[ {"a": 2}]"#);
/// assert_eq!((pieces[1].kind, pieces[1].place.column), (PieceKind::Elements { data: false }, 10));
/// ```
#[derive(Debug)]
pub struct Splitter<R> {
    stream: R,
    limits: Limits,
    /// Bytes that were read and are in no piece yet.
    buffer: Vec<u8>,
    /// Where the first of them is.
    place: Place,
    ended: bool,
    fault: Option<Fault>,
    state: State,
}

#[derive(Debug)]
enum State {
    Start,
    Documents,
    NotJson,
    Lines,
    /// In the list; the scan has seen so many bytes of the buffer.
    List {
        around: Option<Vec<u8>>,
        begin: Place,
        scan: Scan,
        seen: usize,
    },
    /// Dropping a row that is too large.
    Skipping(Box<State>),
    Tail {
        around: Vec<u8>,
        begin: Place,
    },
    Done,
}

/// Bytes that are asked of the stream at a time.
const READ: usize = 256 << 10;
/// What lies around a list may be this long.
const AROUND: usize = 1 << 20;

impl<R: Read> Splitter<R> {
    /// Begins with plain bytes (see [`unpacked`](crate::unpacked)).
    pub fn new(stream: R, limits: Limits) -> Self {
        Self {
            stream,
            limits,
            buffer: Vec::new(),
            place: Place::default(),
            ended: false,
            fault: None,
            state: State::Start,
        }
    }

    /// More bytes, if there are any. An interruption is none, and a fault ends the text.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let before = self.buffer.len();
        if let Err(error) = (&mut self.stream).take(READ as u64).read_to_end(&mut self.buffer) {
            self.fault = Some(Fault::Read(error.to_string()));
            self.ended = true;
        } else if self.buffer.len() == before {
            self.ended = true;
        }
        self.buffer.len() > before
    }

    /// Takes the first bytes out of the buffer.
    fn take(&mut self, count: usize) -> (Vec<u8>, Place) {
        let rest = self.buffer.split_off(count.min(self.buffer.len()));
        let taken = std::mem::replace(&mut self.buffer, rest);
        let place = self.place;
        self.place = place.behind(&taken);
        (taken, place)
    }

    fn piece(&mut self, kind: PieceKind, text: Vec<u8>, place: Place) -> Option<Piece> {
        let last = self.ended && self.buffer.is_empty();
        let fault = if last { self.fault.take() } else { None };
        (!text.is_empty() || fault.is_some()).then_some(Piece { kind, text, place, fault })
    }

    /// Looks at the first bytes, more and more of them, until they tell how rows are told apart.
    fn start(&mut self) -> State {
        loop {
            let more = self.fill();
            if self.place.offset == 0 && self.buffer.starts_with(&[0xEF, 0xBB, 0xBF]) {
                // A byte order mark is no character of the text.
                self.buffer.drain(..3);
                self.place.offset = 3;
            }
            match head::layout(&self.buffer, !more, self.limits.row) {
                Some(Layout::Documents) => return State::Documents,
                Some(Layout::Lines) => return State::Lines,
                Some(Layout::NotJson) => {
                    // The first lines are enough to say what it is.
                    self.ended = true;
                    return State::NotJson;
                }
                Some(Layout::List { before }) => {
                    let begin = self.place;
                    let around = Some(self.take(before).0).filter(|around| around.contains(&b'{'));
                    // The bracket itself stays: it opens the first piece.
                    return State::List { around, begin, scan: Scan::default(), seen: 1 };
                }
                None => {}
            }
        }
    }

    /// Documents end where brackets do. Of what is no JSON, nothing can be told.
    fn documents(&mut self) -> Option<Piece> {
        let (mut scan, mut seen, mut whole) = (Scan::default(), 0, None);
        loop {
            for event in scan.events(&self.buffer, &mut seen) {
                if let (Event::Close { depth: 0 }, at) = event {
                    whole = Some(at + 1);
                }
            }
            let cut = whole.filter(|whole| *whole >= self.limits.piece);
            if let Some(cut) = cut.or_else(|| (!self.fill()).then_some(self.buffer.len())) {
                // A document that is cut is the last.
                let (mut text, place) = self.take(cut);
                if place.offset > 0 && text.iter().all(u8::is_ascii_whitespace) {
                    text.clear();
                }
                return self.piece(PieceKind::Documents, text, place);
            }
        }
    }

    fn lines(&mut self) -> Option<Piece> {
        loop {
            let enough = self.buffer.len() >= self.limits.piece;
            let end = if enough { memchr::memrchr(b'\n', &self.buffer) } else { None };
            if let Some(end) = end {
                let (text, place) = self.take(end + 1);
                return self.piece(PieceKind::Lines, text, place);
            }
            if self.buffer.len() > self.limits.row {
                self.state = State::Skipping(Box::new(State::Lines));
                return Some(self.too_large());
            }
            if !self.fill() {
                let (text, place) = self.take(self.buffer.len());
                return self.piece(PieceKind::Lines, text, place);
            }
        }
    }

    fn too_large(&self) -> Piece {
        let fault = Some(Fault::RowTooLarge(self.limits.row));
        Piece { kind: PieceKind::Lines, text: Vec::new(), place: self.place, fault }
    }

    /// Drops what is left of a line.
    fn skip_line(&mut self) -> bool {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                self.take(end + 1);
                return true;
            }
            self.take(self.buffer.len());
            if !self.fill() {
                return false;
            }
        }
    }

    /// Elements up to a comma between two of them, or up to the end of the list.
    fn elements(
        &mut self,
        mut around: Option<Vec<u8>>,
        begin: Place,
        mut scan: Scan,
        mut seen: usize,
    ) -> Option<Piece> {
        let mut border = None;
        let kind = PieceKind::Elements { data: around.as_deref().is_some_and(ends_with_data) };
        loop {
            // A comma is a border once something follows that is no closing bracket.
            let mut closed = None;
            for event in scan.events(&self.buffer, &mut seen) {
                match event {
                    (Event::Border, at) => border = Some(at),
                    (Event::Stray, at) => {
                        closed = Some(at);
                        break;
                    }
                    _ => {}
                }
                if border.is_some_and(|at| at >= self.limits.piece) {
                    break;
                }
            }
            if let Some(end) = closed {
                let list = self.buffer.get(end) == Some(&b']');
                let (mut text, place) = self.take(if list { end } else { self.buffer.len() });
                if let Some(first) = text.first_mut() {
                    *first = b'[';
                }
                if list {
                    text.push(b']');
                    self.state = match around.take() {
                        Some(around) => State::Tail { around, begin },
                        None => State::Tail { around: Vec::new(), begin },
                    };
                } else {
                    // Brackets that do not match: nothing behind them can be found.
                    self.state = State::Done;
                }
                return self.piece(kind, text, place);
            }
            let enough = self.buffer.len() >= self.limits.piece;
            if let Some(at) = border.filter(|_| enough) {
                let (mut text, place) = self.take(at);
                if let Some(first) = text.first_mut() {
                    *first = b'[';
                }
                text.push(b']');
                // What was scanned behind the border is scanned again: it is less than a piece.
                self.state = State::List { around, begin, scan: Scan::default(), seen: 1 };
                return self.piece(kind, text, place);
            }
            if self.buffer.len() > self.limits.row {
                let state = State::List { around, begin, scan, seen };
                self.state = State::Skipping(Box::new(state));
                return Some(self.too_large());
            }
            if !self.fill() {
                // The list is cut: the reader of the piece says so.
                let (mut text, place) = self.take(self.buffer.len());
                if let Some(first) = text.first_mut() {
                    *first = b'[';
                }
                self.state = State::Done;
                return self.piece(kind, text, place);
            }
        }
    }

    /// Drops what is left of an element.
    fn skip_element(
        &mut self,
        around: Option<Vec<u8>>,
        begin: Place,
        mut scan: Scan,
        mut seen: usize,
    ) -> bool {
        loop {
            let found = scan.events(&self.buffer, &mut seen).find_map(|event| match event {
                (Event::Border | Event::Stray, at) => Some(at),
                _ => None,
            });
            if let Some(at) = found {
                // In front of a closing bracket the list goes on as if the row had been there.
                let stray = matches!(self.buffer.get(at), Some(b']' | b'}'));
                self.take(at);
                if stray {
                    self.buffer.insert(0, b',');
                    self.place = self.place.before_one();
                }
                self.state = State::List { around, begin, scan: Scan::default(), seen: 1 };
                return true;
            }
            self.take(seen.min(self.buffer.len()));
            seen = 0;
            if !self.fill() {
                return false;
            }
        }
    }

    /// What follows the list: the rest of the object around it, or what should not be there.
    fn tail(&mut self, around: Vec<u8>, begin: Place) -> Option<Piece> {
        while self.buffer.len() < AROUND && self.fill() {}
        if around.is_empty() {
            // Blanks behind a list are nothing; the bracket is gone with them.
            let (rest, place) = self.take(self.buffer.len());
            self.ended = true;
            let rest = rest.get(1..).unwrap_or_default();
            let blank = rest.iter().all(u8::is_ascii_whitespace);
            if blank {
                return self.piece(PieceKind::Documents, Vec::new(), place);
            }
            // An empty list in front makes it what it is: more text behind a list.
            let text = [b"[]", rest].concat();
            return self.piece(PieceKind::Around { from: 1, place }, text, begin);
        }
        let from = around.len() + 1;
        let (rest, place) = self.take(self.buffer.len());
        self.ended = true;
        let text = [&around[..], b"[", &rest].concat();
        self.piece(PieceKind::Around { from, place }, text, begin)
    }
}

/// Whether the last key before a list is `data`.
fn ends_with_data(around: &[u8]) -> bool {
    let key = around.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let tail = key.and_then(|key| key.get(key.len().checked_sub(6)?..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"\"data\""))
}

impl<R: Read> Iterator for Splitter<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Start => self.state = self.start(),
                State::Documents => {
                    self.state = State::Documents;
                    let piece = self.documents();
                    if piece.is_none() {
                        self.state = State::Done;
                    }
                    return piece;
                }
                State::NotJson => {
                    let (text, place) = self.take(self.buffer.len());
                    return self.piece(PieceKind::Documents, text, place);
                }
                State::Lines => {
                    self.state = State::Lines;
                    let piece = self.lines();
                    if piece.is_none() {
                        self.state = State::Done;
                    }
                    return piece;
                }
                State::List { around, begin, scan, seen } => {
                    if let Some(piece) = self.elements(around, begin, scan, seen) {
                        return Some(piece);
                    }
                }
                State::Skipping(state) => {
                    let on = match *state {
                        State::List { around, begin, scan, seen } => {
                            self.skip_element(around, begin, scan, seen)
                        }
                        _ => {
                            self.state = State::Lines;
                            self.skip_line()
                        }
                    };
                    if !on {
                        self.state = State::Done;
                    }
                }
                State::Tail { around, begin } => return self.tail(around, begin),
                State::Done => {
                    // A fault behind the last piece.
                    let fault = self.fault.take()?;
                    let place = self.place;
                    let kind = PieceKind::Documents;
                    return Some(Piece { kind, text: Vec::new(), place, fault: Some(fault) });
                }
            }
        }
    }
}
