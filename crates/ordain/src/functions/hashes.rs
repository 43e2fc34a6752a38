//! `guid` and `uniqueString` (spec F-177, F-186).

use super::Function;
use super::arguments::some_text;
use super::size::Output;
use super::table::MANY;
use crate::value::{Fault, Value};
use std::fmt::Write as _;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("guid", (1, MANY), "t\u{2026} -> t", guid, "F-177"),
    Function::strict("uniqueString", (1, MANY), "t\u{2026} -> t", unique_string, "F-186"),
];

/// The name space of `guid`, as bytes.
const NAME_SPACE: u128 = 0x11fb06fb_712d_4ddd_98c7_e71bbd588830;

/// All arguments with hyphens between; null counts as empty.
fn joined(arguments: &[Value]) -> Result<String, Fault> {
    let mut out = Output::default();
    for (i, argument) in arguments.iter().enumerate() {
        out.push(if i == 0 { "" } else { "-" })?;
        out.push(if argument.is_null() { "" } else { some_text(argument)? })?;
    }
    Ok(out.finish())
}

/// A UUID of version 5.
fn guid(arguments: &[Value]) -> Result<Value, Fault> {
    let mut hash = sha1_smol::Sha1::new();
    hash.update(&NAME_SPACE.to_be_bytes());
    hash.update(joined(arguments)?.as_bytes());
    let bits =
        hash.digest().bytes().into_iter().take(16).fold(0u128, |bits, byte| bits << 8 | u128::from(byte));
    let version = (bits & !(0xf << 76)) | 5 << 76;
    let variant = (version & !(0b11 << 62)) | 0b10 << 62;
    let mut out = String::new();
    for (shift, digits) in [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)] {
        let part = (variant >> shift) & ((1u128 << (4 * digits)) - 1);
        let hyphen = if out.is_empty() { "" } else { "-" };
        let _ = write!(out, "{hyphen}{part:0digits$x}");
    }
    Ok(out.into())
}

/// Thirteen base-32 digits of the 64-bit hash, the most significant first.
fn unique_string(arguments: &[Value]) -> Result<Value, Fault> {
    let mut hash = hash(joined(arguments)?.as_bytes());
    let mut out = String::with_capacity(13);
    for _ in 0..13 {
        let digit = u8::try_from(hash >> 59).unwrap_or(0);
        out.push(char::from(if digit < 26 { b'a' + digit } else { b'2' + (digit - 26) }));
        hash <<= 5;
    }
    Ok(out.into())
}

const C1: u32 = 0x239b_961b;
const C2: u32 = 0xab0e_9789;

fn scramble(k: u32, first: u32, rotate: u32, second: u32) -> u32 {
    k.wrapping_mul(first).rotate_left(rotate).wrapping_mul(second)
}

fn finish(mut h: u32) -> u32 {
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// A 64-bit hash of the Murmur kind with two 32-bit lanes; the steps are spelled out in the spec.
fn hash(bytes: &[u8]) -> u64 {
    let (mut h1, mut h2) = (0u32, 0u32);
    let (blocks, tail) = bytes.as_chunks::<8>();
    for [a, b, c, d, e, f, g, h] in blocks {
        let k1 = scramble(u32::from_le_bytes([*a, *b, *c, *d]), C1, 15, C2);
        h1 = (h1 ^ k1).rotate_left(19).wrapping_add(h2).wrapping_mul(5).wrapping_add(0x561c_cd1b);
        let k2 = scramble(u32::from_le_bytes([*e, *f, *g, *h]), C2, 17, C1);
        h2 = (h2 ^ k2).rotate_left(13).wrapping_add(h1).wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
    let (low, high) = tail.split_at_checked(4).unwrap_or((tail, &[]));
    if !low.is_empty() {
        h1 ^= scramble(word(low), C1, 15, C2);
    }
    if !high.is_empty() {
        h2 ^= scramble(word(high), C2, 17, C1);
    }
    let n = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    h1 = (h1 ^ n).wrapping_add(h2 ^ n);
    h2 = (h2 ^ n).wrapping_add(h1);
    (h1, h2) = (finish(h1), finish(h2));
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    u64::from(h2) << 32 | u64::from(h1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn known_values() {
        let subscription = "'/subscriptions/00000000-0000-0000-0000-000000000000'";
        check(&[
            ("F-177", "guid", "['foo','bar','baz']", "'2ed86837-7c7c-5eaa-9864-dd077fd19b0d'"),
            ("F-177", "guid", "['foo-bar-baz']", "'2ed86837-7c7c-5eaa-9864-dd077fd19b0d'"),
            ("F-177", "guid", "[1]", "!Type"),
            ("F-186", "uniqueString", "['snap','crackle','pop']", "'byghxckddilkc'"),
            ("F-186", "uniqueString", &format!("[{subscription},'resource-id']"), "'cwvxuqg24sifi'"),
            ("F-186", "uniqueString", "[[]]", "!Type"),
            ("F-186", "uniqueString", "[]", "!Arity"),
        ]);
    }
}
