//! Exports as streams: files and standard input, cut into pieces of whole rows (spec I-72, I-83, I-85).

use super::bytes::{self, Text};
use super::elements::Within;
use super::rows::{self, Part, Rows, Wanted};
use super::telling::Telling;
use super::{find, shown};
use ordain::requests::RequestOptions;
use ordain::{Anchor, Diagnostic, Position, Span};
use ordain_batch::{Fault, Limits, Packing, Piece, PieceKind, Place, Splitter, unpacked};
use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// The name of standard input in reports.
const STDIN: &str = "<stdin>";

/// A file, or standard input.
#[derive(Debug)]
pub struct Origin {
    pub name: String,
    /// Whether it was named rather than found in a folder.
    pub named: bool,
    /// None: standard input.
    path: Option<PathBuf>,
}

/// What is to be read, in the order in which its rows count.
pub struct Origins<'w> {
    pub list: Vec<Origin>,
    stdin: &'w mut (dyn Read + Send),
    /// Standard input, kept for a second reading.
    kept: Option<File>,
    limits: Limits,
    /// Bytes of the files, where all of them tell.
    pub size: Option<u64>,
    /// Bytes that were read so far, as they are stored.
    pub read: AtomicU64,
}

/// A part of an origin on its way to a reader.
pub struct Chunk {
    /// Place among the origins.
    pub origin: usize,
    /// Nothing of the origin stands before it.
    first: bool,
    packed: bool,
    content: Result<Piece, Diagnostic>,
}

impl<'w> Origins<'w> {
    /// Finds what the words name; `-` is standard input, once.
    pub fn find(
        words: &[String],
        stdin: &'w mut (dyn Read + Send),
        max_row: Option<usize>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let (mut list, mut size) = (Vec::new(), Some(0));
        let piped = ["-".to_owned()];
        for word in if words.is_empty() { &piped } else { words } {
            if word == "-" {
                if list.iter().any(|origin: &Origin| origin.path.is_none()) {
                    diagnostics.push(super::resources::stdin_twice());
                    continue;
                }
                size = None;
                list.push(Origin { name: STDIN.to_owned(), named: true, path: None });
                continue;
            }
            for found in find::find(word, diagnostics) {
                let bytes = std::fs::metadata(&found.path).map(|data| data.len()).ok();
                size = size.zip(bytes).map(|(all, one)| all + one);
                list.push(Origin { name: shown(&found.path), named: found.named, path: Some(found.path) });
            }
        }
        let mut limits = Limits::default();
        limits.row = max_row.unwrap_or(limits.row);
        Self { list, stdin, kept: None, limits, size, read: AtomicU64::new(0) }
    }

    /// Makes it possible to read everything twice: what is piped in goes to a file that nobody else sees.
    ///
    /// # Errors
    /// When that file cannot be written.
    pub fn keep(&mut self) -> io::Result<()> {
        if self.kept.is_none() && self.list.iter().any(|origin| origin.path.is_none()) {
            let mut file = tempfile::tempfile()?;
            io::copy(&mut self.stdin, &mut file)?;
            self.kept = Some(file);
        }
        Ok(())
    }

    /// All pieces of all origins; beside them the origins, and the bytes that were read so far.
    pub fn chunks(&mut self) -> (Chunks<'_>, &[Origin], &AtomicU64) {
        self.read.store(0, Ordering::Relaxed);
        let stdin: Stream<'_> = match &self.kept {
            None => Box::new(&mut self.stdin),
            Some(file) => match file.try_clone().and_then(|mut file| file.rewind().map(|()| file)) {
                Ok(file) => Box::new(file),
                Err(error) => Box::new(Failing(Some(error))),
            },
        };
        let (origins, read, limits) = (&self.list, &self.read, self.limits);
        (Chunks { origins, read, limits, stdin: Some(stdin), next: 0, current: None }, origins, read)
    }
}

type Stream<'o> = Box<dyn Read + Send + 'o>;

/// The pieces of all origins, one after the other.
pub struct Chunks<'o> {
    origins: &'o [Origin],
    read: &'o AtomicU64,
    limits: Limits,
    stdin: Option<Stream<'o>>,
    next: usize,
    /// Splitter, whether what it reads is packed, whether it has yielded nothing yet.
    current: Option<(Splitter<Stream<'o>>, bool, bool)>,
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        loop {
            if let Some((splitter, packed, first)) = &mut self.current {
                let (packed, begins) = (*packed, std::mem::replace(first, false));
                let origin = self.next.saturating_sub(1);
                match splitter.next() {
                    Some(piece) => return Some(Chunk { origin, first: begins, packed, content: Ok(piece) }),
                    // Nothing at all is something to tell of.
                    None if begins => {
                        let piece = Piece {
                            kind: PieceKind::Documents,
                            text: Vec::new(),
                            place: Place::default(),
                            fault: None,
                        };
                        return Some(Chunk { origin, first: true, packed, content: Ok(piece) });
                    }
                    None => self.current = None,
                }
            }
            let origin = self.origins.get(self.next)?;
            self.next += 1;
            match self.open(origin) {
                Ok((packed, stream)) => {
                    self.current = Some((Splitter::new(stream, self.limits), packed, true));
                }
                Err(diagnostic) => {
                    let content = Err(diagnostic);
                    return Some(Chunk { origin: self.next - 1, first: true, packed: false, content });
                }
            }
        }
    }
}

impl<'o> Chunks<'o> {
    fn open(&mut self, origin: &Origin) -> Result<(bool, Stream<'o>), Diagnostic> {
        let unreadable = |error: &io::Error| match &origin.path {
            Some(path) => find::unreadable(path, error),
            None => bytes::unreadable(&origin.name, error),
        };
        let stream: Stream<'o> = match &origin.path {
            Some(path) => Box::new(File::open(path).map_err(|error| unreadable(&error))?),
            None => self.stdin.take().unwrap_or_else(|| Box::new(io::empty())),
        };
        let counted = Counted { stream, read: self.read };
        match unpacked(counted) {
            Ok((packing, stream)) => Ok((packing.is_some(), stream)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(bytes::ends_early(&origin.name, &error.to_string()))
            }
            Err(error) => Err(unreadable(&error)),
        }
    }
}

/// Counts the bytes that pass.
struct Counted<'o> {
    stream: Stream<'o>,
    read: &'o AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A stream that could not be opened.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// What a chunk holds beside its rows.
#[derive(Debug, Default)]
pub struct Beside {
    pub telling: Telling,
    /// Nothing can be found behind it.
    pub cut: bool,
}

impl Chunk {
    /// Reads the rows, and hands them on.
    pub fn rows<R>(self, origin: Option<&Origin>, then: impl FnOnce(Rows<'_>) -> R) -> (R, Beside) {
        let mut beside = Beside::default();
        let Some(origin) = origin else { return (then(Rows::default()), beside) };
        let Piece { kind, text, place, fault } = match self.content {
            Ok(piece) => piece,
            Err(diagnostic) => {
                beside.telling.of_bytes([diagnostic]);
                return (then(Rows::default()), beside);
            }
        };
        let mut errors = 0;
        // A fault of the bytes is told before what they hold.
        match fault {
            Some(Fault::Read(error)) if self.packed => {
                beside.telling.of_bytes([bytes::ends_early(&origin.name, &error)]);
            }
            Some(Fault::Read(error)) => {
                let error = format!("the input cannot be read to its end: {error}");
                beside.telling.of_bytes([Diagnostic::error("Unreadable", error).origin(&*origin.name)]);
            }
            Some(Fault::RowTooLarge(limit)) => {
                errors = 1;
                let at = ordain::Source::part(&*origin.name, "{", [anchor(0, place)]);
                let message = format!("the row has more than {} MiB", limit >> 20);
                beside.telling.tell(
                    Diagnostic::error("TooLarge", message)
                        .label(&at, Span::new(0, 1), "this row is left out")
                        .help("`--max-row` takes larger ones, in MiB"),
                );
            }
            _ => {}
        }
        let nothing = text.is_empty() && (!self.first || errors > 0 || !beside.telling.is_silent());
        let read = if nothing { None } else { Some(text_of(origin, kind, text, place, self.first)) };
        let part = Part {
            first: self.first,
            lined: kind == PieceKind::Lines,
            within: if kind == (PieceKind::Elements { data: true }) { Within::Graph } else { Within::List },
            around: matches!(kind, PieceKind::Around { .. }),
        };
        let result = match read {
            Some(Ok(text)) => {
                let options = RequestOptions::default();
                let (mut rows, telling) =
                    rows::part(&text, origin.named, Wanted::Resources, part, None, &options);
                beside.telling.merge(telling);
                beside.cut = rows.cut;
                rows.errors += errors;
                then(rows)
            }
            Some(Err(diagnostic)) => {
                beside.telling.of_bytes([diagnostic]);
                then(Rows::default())
            }
            None => then(Rows { errors, ..Rows::default() }),
        };
        (result, beside)
    }
}

fn text_of(
    origin: &Origin,
    kind: PieceKind,
    text: Vec<u8>,
    place: Place,
    first: bool,
) -> Result<Text, Diagnostic> {
    let mut anchors = vec![anchor(0, place)];
    if let PieceKind::Around { from, place } = kind {
        anchors.push(anchor(from, place));
    }
    if first && kind == PieceKind::Documents {
        if Packing::of(&text).is_some() {
            return Err(bytes::packed_twice(&origin.name));
        }
        // Of what is no JSON only the beginning is here.
        let cut = !text.trim_ascii_start().starts_with(b"{");
        return bytes::decoded(&origin.name, &text, anchors, cut);
    }
    Ok(bytes::part(&origin.name, text, anchors))
}

fn anchor(offset: usize, place: Place) -> Anchor {
    let cap = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let position = Position { line: cap(place.line), column: cap(place.column) };
    Anchor { offset: Span::new(offset, offset).start, position }
}
