//! Compressed bytes to plain ones, as a stream: gzip and zstd (spec I-1).

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, BufReader, Read};

/// A form of compression, told by the first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// `1f 8b`; members one after another are one text.
    Gzip,
    /// `28 b5 2f fd`; frames one after another are one text.
    Zstd,
}

impl Packing {
    /// What bytes are packed with, if they are.
    ///
    /// ```
    /// use ordain_batch::Packing;
    /// assert_eq!(Packing::of(&[0x1f, 0x8b, 8]), Some(Packing::Gzip));
    /// assert_eq!(Packing::of(b"[]"), None);
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The plain bytes of a stream, whatever it is packed with; beside them what it is packed with.
///
/// # Errors
/// When the first bytes cannot be read, or do not begin a frame of the packing that they name. Faults further on come
/// with the reading, after everything before them.
pub fn unpacked<'r>(
    stream: impl Read + Send + 'r,
) -> io::Result<(Option<Packing>, Box<dyn Read + Send + 'r>)> {
    let mut stream = BufReader::with_capacity(256 << 10, stream);
    // A pipe may give its first bytes one by one.
    let mut head = Vec::with_capacity(4);
    (&mut stream).take(4).read_to_end(&mut head)?;
    let packing = Packing::of(&head);
    let whole = io::Cursor::new(head).chain(stream);
    Ok(match packing {
        None => (packing, Box::new(whole)),
        Some(Packing::Gzip) => (packing, Box::new(MultiGzDecoder::new(whole))),
        Some(Packing::Zstd) => {
            let left = Rewound { head: Vec::new(), stream: Box::new(whole) };
            (packing, Box::new(Frames { left: Some(left), frame: None }))
        }
    })
}

/// A stream that can give back its next bytes.
struct Rewound<'r> {
    head: Vec<u8>,
    stream: Box<dyn Read + Send + 'r>,
}

impl Rewound<'_> {
    /// At most so many of the next bytes, which are still to be read.
    fn peek(&mut self, most: usize) -> io::Result<&[u8]> {
        let missing = most.saturating_sub(self.head.len()) as u64;
        (&mut self.stream).take(missing).read_to_end(&mut self.head)?;
        Ok(&self.head)
    }
}

impl Read for Rewound<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.head.is_empty() {
            return self.stream.read(buffer);
        }
        let count = self.head.len().min(buffer.len());
        let (now, _) = buffer.split_at_mut(count);
        self.head.drain(..count).zip(now).for_each(|(from, to)| *to = from);
        Ok(count)
    }
}

/// Frames of zstd one after another; those that hold no data are passed over.
struct Frames<'r> {
    /// What no frame has taken yet.
    left: Option<Rewound<'r>>,
    frame: Option<StreamingDecoder<Rewound<'r>, FrameDecoder>>,
}

impl Frames<'_> {
    /// The next frame that holds data; false at the end.
    fn open(&mut self) -> io::Result<bool> {
        while let Some(mut left) = self.left.take() {
            let head = left.peek(4)?;
            if head.is_empty() {
                return Ok(false);
            }
            if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] = head {
                let mut header = [0; 8];
                left.read_exact(&mut header)?;
                let [.., a, b, c, d] = header;
                let length = u64::from(u32::from_le_bytes([a, b, c, d]));
                io::copy(&mut (&mut left).take(length), &mut io::sink())?;
                self.left = Some(left);
                continue;
            }
            let frame = StreamingDecoder::new(left);
            self.frame = Some(frame.map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?);
            return Ok(true);
        }
        Ok(false)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(buffer)?;
                if read > 0 {
                    return Ok(read);
                }
            }
            if let Some(frame) = self.frame.take() {
                let (left, decoder) = frame.into_parts();
                self.left = Some(left);
                let (told, counted) = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
                if told.is_some() && told != counted {
                    self.left = None;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match"));
                }
            }
            if !self.open()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    use std::io::Write as _;

    const TEXT: &[u8] = br#"[{"type":"A.B/c","name":"one"},{"type":"A.B/c","name":"two"}]"#;

    /// Gives one byte at a time, as a slow pipe does.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (now, rest) = self.0.split_at(self.0.len().min(1).min(buffer.len()));
            buffer[..now.len()].copy_from_slice(now);
            self.0 = rest;
            Ok(now.len())
        }
    }

    fn plain(bytes: &[u8]) -> (Option<Packing>, Vec<u8>, Option<io::ErrorKind>) {
        let mut text = Vec::new();
        match unpacked(Slow(bytes)) {
            Ok((packing, mut stream)) => {
                let fault = stream.read_to_end(&mut text).err().map(|e| e.kind());
                (packing, text, fault)
            }
            Err(error) => (None, text, Some(error.kind())),
        }
    }

    fn zipped(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn what_is_packed_how() {
        // spec: I-1
        let (gzip, zstd) = (zipped(TEXT), compress_to_vec(TEXT, CompressionLevel::Fastest));
        let skipped: &[u8] = &[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        let twice = [TEXT, TEXT].concat();
        for (bytes, packing, text) in [
            (TEXT.to_vec(), None, TEXT),
            (Vec::new(), None, &[][..]),
            (b"[".to_vec(), None, b"["),
            (gzip.clone(), Some(Packing::Gzip), TEXT),
            ([&gzip[..], &gzip].concat(), Some(Packing::Gzip), &twice),
            (zstd.clone(), Some(Packing::Zstd), TEXT),
            ([&zstd[..], skipped, skipped, &zstd].concat(), Some(Packing::Zstd), &twice),
        ] {
            assert_eq!(plain(&bytes), (packing, text.to_vec(), None));
        }
    }

    #[test]
    fn what_is_cut_or_damaged_ends_with_a_fault_and_keeps_what_was_before() {
        // spec: I-6
        for packed in [zipped(TEXT), compress_to_vec(TEXT, CompressionLevel::Fastest)] {
            for end in 4..packed.len() {
                let (_, text, fault) = plain(&packed[..end]);
                assert!(fault.is_some() && TEXT.starts_with(&text), "{end}");
            }
            for at in 4..packed.len() {
                for bit in 0..8 {
                    let mut damaged = packed.clone();
                    damaged[at] ^= 1 << bit;
                    // The header of gzip has bytes that mean nothing for the text; else a fault is found.
                    let (_, text, fault) = plain(&damaged);
                    assert!(at < 10 || fault.is_some() || text == TEXT, "{at} {bit}");
                }
            }
        }
    }
}
