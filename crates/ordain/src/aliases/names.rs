//! The set of known alias names: hashes only, enough to tell a typing error from an alias.
//!
//! `names.bin`: 32-bit hashes in 65,536 buckets by their high half. First 256 × u32: number of entries
//! before every 256th bucket; then 65,536 × u8: entries of each bucket; then the low halves as u16, bucket
//! by bucket. All little endian. A name that is not in the set is taken for known once in 54,000 times.

static NAMES: &[u8] = include_bytes!("../../data/aliases/names.bin");

const GROUP: usize = 256;
const GROUPS: usize = 256;
const COUNTS: usize = GROUPS * 4;
const ENTRIES: usize = COUNTS + GROUPS * GROUP;

/// Whether the name is in the embedded list, without regard to ASCII case.
pub(super) fn contains(name: &str) -> bool {
    let hash = hash(name);
    entries((hash >> 16) as usize).is_some_and(|mut lows| lows.any(|low| u32::from(low) == hash & 0xffff))
}

/// The low halves of a bucket.
fn entries(bucket: usize) -> Option<impl Iterator<Item = u16>> {
    let group = bucket / GROUP;
    let base: [u8; 4] = NAMES.get(group * 4..group * 4 + 4)?.try_into().ok()?;
    let before: usize =
        NAMES.get(COUNTS + group * GROUP..COUNTS + bucket)?.iter().map(|n| usize::from(*n)).sum();
    let start = ENTRIES + 2 * (u32::from_le_bytes(base) as usize + before);
    let len = 2 * usize::from(*NAMES.get(COUNTS + bucket)?);
    let lows = NAMES.get(start..start + len)?;
    Some(lows.as_chunks::<2>().0.iter().map(|low| u16::from_le_bytes(*low)))
}

/// FNV-1a of the lower-cased name, folded to 32 bits. The generator (`xtask`) computes the same.
fn hash(name: &str) -> u32 {
    let wide = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (wide ^ (wide >> 32)) as u32
}
