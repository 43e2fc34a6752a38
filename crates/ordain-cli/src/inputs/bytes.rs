//! From bytes to a text with a name: compression and encodings (spec I-1, I-2, I-6).

use ordain::json::{Decoded, decode};
use ordain::{Anchor, Diagnostic, Source, Span};
use ordain_batch::{Packing, unpacked};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bound on a policy text (spec D-7).
pub const POLICY_BYTES: u64 = 64 << 20;
/// Bound on an export: places in it are counted in 32 bits.
pub const EXPORT_BYTES: u64 = u32::MAX as u64;

/// A text as far as it could be read.
#[derive(Debug)]
pub struct Text {
    pub source: Source,
    /// Where bytes were no text (spec I-2); only in a text of several rows, since it is theirs to fail.
    pub bad: Vec<u32>,
    /// What was wrong with the bytes.
    pub diagnostics: Vec<Diagnostic>,
}

impl Text {
    /// A text that is whole.
    pub fn of(source: Source) -> Self {
        Self { source, bad: Vec::new(), diagnostics: Vec::new() }
    }
}

/// Reads a file whole; `None` and a diagnostic when nothing can be made of it.
pub fn read_file(path: &Path, limit: u64) -> Result<Text, Diagnostic> {
    let name = super::find::shown(path);
    let unreadable = |error: io::Error| super::find::unreadable(path, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    read(&name, &mut file, limit, |error| super::find::unreadable(path, error))
}

/// Reads a stream whole.
pub fn read_stream(name: &str, stream: &mut dyn Read, limit: u64) -> Result<Text, Diagnostic> {
    read(name, stream, limit, |error| unreadable(name, error))
}

/// What is to be said of a stream that cannot be read.
pub fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("Unreadable", format!("the input cannot be read: {error}")).origin(name)
}

fn read(
    name: &str,
    stream: &mut dyn Read,
    limit: u64,
    unreadable: impl Fn(&io::Error) -> Diagnostic,
) -> Result<Text, Diagnostic> {
    let mut bytes = Vec::new();
    stream.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    let too_large = |bytes: &[u8]| bytes.len() as u64 > limit;
    let large = || {
        let message = format!("the file is larger than {} MiB", (limit + 1) >> 20);
        Diagnostic::error("TooLarge", message).origin(name).help("split it")
    };
    if too_large(&bytes) {
        return Err(large());
    }
    let mut cut = None;
    if Packing::of(&bytes).is_some() {
        (bytes, cut) = plain(&bytes, limit + 1);
        if too_large(&bytes) {
            return Err(large());
        }
        if Packing::of(&bytes).is_some() {
            return Err(packed_twice(name));
        }
    }
    let mut text = decoded(name, &bytes, Vec::new(), cut.is_some())?;
    text.diagnostics.extend(cut.map(|error| ends_early(name, &error)));
    Ok(text)
}

/// At most so many plain bytes; beside them what ended the reading early. What was read before a fault stands.
fn plain(bytes: &[u8], most: u64) -> (Vec<u8>, Option<String>) {
    let mut plain = Vec::new();
    let read = unpacked(bytes).and_then(|(_, stream)| stream.take(most).read_to_end(&mut plain));
    (plain, read.err().map(|error| error.to_string()))
}

/// What is to be said of compressed data that is cut or damaged.
pub fn ends_early(name: &str, error: &str) -> Diagnostic {
    Diagnostic::error("BadJson", format!("the compressed data ends early: {error}"))
        .origin(name)
        .note("what was there before is read")
        .help("was the download or the copy cut off?")
}

/// What is to be said of data that is compressed once more.
pub fn packed_twice(name: &str) -> Diagnostic {
    Diagnostic::error("Unsupported", "the file is compressed twice").origin(name).help("decompress it first")
}

/// A part of a file that begins behind others: where bytes are no text, it is the row that fails.
pub fn part(name: &str, bytes: Vec<u8>, anchors: Vec<Anchor>) -> Text {
    match String::from_utf8(bytes) {
        Ok(text) => Text::of(Source::part(name, text, anchors)),
        Err(error) => {
            let (text, bad) = lossy(error.as_bytes());
            Text { bad, ..Text::of(Source::part(name, text, anchors)) }
        }
    }
}

/// The beginning of a file, or all of it; `cut` when more should follow.
pub fn decoded(name: &str, bytes: &[u8], anchors: Vec<Anchor>, cut: bool) -> Result<Text, Diagnostic> {
    let whole = |text: &str| Text::of(Source::part(name, text, anchors.clone()));
    match decode(bytes) {
        Decoded::Text(text) => Ok(whole(&text)),
        Decoded::BadUtf16 => Err(Diagnostic::error("Encoding", "the file starts as UTF-16, but is none")
            .origin(name)
            .help("write it as UTF-8")),
        Decoded::BadUtf8(at) => {
            let good = bytes.get(..at).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
            // The last character of a cut stream is no fault of its own.
            if cut && bytes.len() - at < 4 {
                return Ok(whole(good));
            }
            let (lossy, bad) = lossy(bytes);
            if lossy.trim_start().starts_with('[') || is_one_row_a_line(&lossy) {
                return Ok(Text { bad, ..whole(&lossy) });
            }
            // A text up to the bad byte is enough to show the place.
            let shown = Source::new(name, format!("{good}\u{fffd}"));
            let byte = bytes.get(at).copied().unwrap_or_default();
            let message = format!(
                "the file is not UTF-8: the byte 0x{byte:02X} at offset {at} is part of no character"
            );
            Err(Diagnostic::error("Encoding", message)
                .label(&shown, Span::new(good.len(), good.len() + 3), "here")
                .help("write the file as UTF-8, or as UTF-16 with a byte order mark"))
        }
    }
}

/// The text with a mark in the place of each run of bytes that are none, and where those marks are.
pub fn lossy(bytes: &[u8]) -> (String, Vec<u32>) {
    let (mut text, mut bad) = (String::with_capacity(bytes.len()), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            bad.push(Span::new(text.len(), text.len()).start);
            text.push('\u{fffd}');
        }
    }
    (text, bad)
}

/// Whether a text holds a row a line: the first line is an object by itself, and more lines follow.
fn is_one_row_a_line(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let object = lines.next().is_some_and(super::lines::is_whole_object);
    object && lines.next().is_some()
}
