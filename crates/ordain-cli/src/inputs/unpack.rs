//! Compressed bytes to plain ones: gzip and zstd (spec I-1).

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use std::io::Read;

/// A form of compression, told by the first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Gzip,
    Zstd,
}

/// Whether bytes are compressed.
pub fn is_packed(bytes: &[u8]) -> bool {
    Packing::of(bytes).is_some()
}

impl Packing {
    /// What the bytes are packed with, if they are.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// At most so many plain bytes; beside them what ended the reading early. What was read before a fault stands.
    pub fn unpack(self, bytes: &[u8], most: u64) -> (Vec<u8>, Option<String>) {
        let mut plain = Vec::new();
        let fault = match self {
            Self::Gzip => MultiGzDecoder::new(bytes)
                .take(most)
                .read_to_end(&mut plain)
                .map(|_| ())
                .map_err(|e| e.to_string()),
            Self::Zstd => zstd(bytes, most, &mut plain),
        };
        (plain, fault.err())
    }
}

/// Frames one after another; those that hold no data are passed over.
fn zstd(mut bytes: &[u8], most: u64, plain: &mut Vec<u8>) -> Result<(), String> {
    while !bytes.is_empty() && (plain.len() as u64) < most {
        let frame = match StreamingDecoder::new(&mut bytes) {
            Ok(frame) => frame,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                bytes = bytes.get(length as usize..).unwrap_or_default();
                continue;
            }
            Err(error) => return Err(error.to_string()),
        };
        let left = most - plain.len() as u64;
        let mut frame = frame.take(left);
        frame.read_to_end(plain).map_err(|error| error.to_string())?;
        let decoder = frame.into_inner().into_frame_decoder();
        let (told, counted) = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
        let whole = (plain.len() as u64) < most;
        if whole && told.is_some() && told != counted {
            return Err("the checksum does not match".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    const TEXT: &[u8] = br#"[{"type":"A.B/c","name":"one"},{"type":"A.B/c","name":"two"}]"#;

    #[test]
    fn frames_of_zstd() {
        // spec: I-1
        let packed = compress_to_vec(TEXT, CompressionLevel::Fastest);
        assert_eq!(Packing::of(&packed), Some(Packing::Zstd));
        assert_eq!(Packing::Zstd.unpack(&packed, 1 << 20), (TEXT.to_vec(), None));
        assert_eq!(Packing::Zstd.unpack(&packed, 5), (TEXT[..5].to_vec(), None));
        // Two frames, and one between them that is to be skipped.
        let skipped: &[u8] = &[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        let both = [&packed, skipped, &packed].concat();
        assert_eq!(Packing::Zstd.unpack(&both, 1 << 20), ([TEXT, TEXT].concat(), None));
    }

    #[test]
    fn damaged_frames_of_zstd() {
        // spec: I-6
        let packed = compress_to_vec(TEXT, CompressionLevel::Fastest);
        for end in 4..packed.len() {
            let (plain, fault) = Packing::Zstd.unpack(&packed[..end], 1 << 20);
            assert!(fault.is_some() && TEXT.starts_with(&plain), "{end}");
        }
        for at in 0..packed.len() {
            for bit in 0..8 {
                let mut damaged = packed.clone();
                damaged[at] ^= 1 << bit;
                // Whatever comes, it comes without a panic.
                let (plain, fault) = Packing::Zstd.unpack(&damaged, 1 << 20);
                assert!(at < 6 || fault.is_some() || plain == TEXT, "{at} {bit}");
            }
        }
    }
}
