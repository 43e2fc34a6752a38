//! Base64, data URIs and percent-encoding (spec F-170 … F-174, F-188, F-189).

use super::arguments::{exactly, text, unusable, unusable_text};
use super::strings::as_string;
use super::{Function, json_text};
use crate::value::{Fault, Value};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use std::fmt::Write as _;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("base64", (1, 1), "t -> t", base64, "F-170"),
    Function::strict("base64ToJson", (1, 1), "t -> any", base64_to_json, "F-172"),
    Function::strict("base64ToString", (1, 1), "t -> t", base64_to_string, "F-171"),
    Function::strict("dataUri", (1, 1), "any -> t", data_uri, "F-173"),
    Function::strict("dataUriToString", (1, 1), "t -> t", data_uri_to_string, "F-174"),
    Function::strict("uriComponent", (1, 1), "t -> t", uri_component, "F-188"),
    Function::strict("uriComponentToString", (1, 1), "t -> t", uri_component_to_string, "F-189"),
];

/// The standard alphabet. Unused low bits of the last digit may be set, as .NET has it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD.with_decode_allow_trailing_bits(true));

fn base64(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(ENGINE.encode(text(value)?).into())
}

/// Decodes with padding; blanks, tabs and line breaks don't count; broken UTF-8 becomes U+FFFD.
fn decode(encoded: &str) -> Result<String, Fault> {
    let digits: String = encoded.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    let bytes = ENGINE.decode(digits).map_err(|_| unusable_text("base64 with padding", encoded))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn base64_to_string(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(decode(text(value)?)?.into())
}

fn base64_to_json(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    json_text::read(&decode(text(value)?)?)
}

fn data_uri(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let media = match value {
        Value::Text(_) | Value::Null => "text/plain",
        _ => "application/json",
    };
    Ok(format!("data:{media};charset=utf8;base64,{}", ENGINE.encode(as_string(value)?)).into())
}

fn data_uri_to_string(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let parts = text(value)?.split_once(':').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("data"));
    let parts = parts.and_then(|(_, rest)| rest.split_once(','));
    let (metadata, data) = parts.ok_or_else(|| unusable("a data URI", value))?;
    let parts: Vec<&str> = metadata.split(';').collect();
    // No metadata at all, and `;base64` without a media type, are the two forms that may leave a part empty.
    if !matches!(metadata, "" | ";base64") && parts.contains(&"") {
        return Err(unusable("a data URI without empty parts", value));
    }
    let charset = parts.get(1).and_then(|part| part.split_once('='));
    if let Some((name, charset)) = charset
        && name.eq_ignore_ascii_case("charset")
        && !charset.eq_ignore_ascii_case("utf-8")
        && !charset.eq_ignore_ascii_case("utf8")
    {
        return Err(unusable("a data URI in UTF-8", value));
    }
    let encoded = parts.len() > 1 && parts.last().is_some_and(|last| last.eq_ignore_ascii_case("base64"));
    Ok(if encoded { decode(data)? } else { percent_decode(data) }.into())
}

fn uri_component(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(percent_encode(text(value)?, |_| false).into())
}

fn uri_component_to_string(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(percent_decode(text(value)?).into())
}

/// Encodes all bytes but letters, digits, `-`, `_`, `.`, `~` and those that are kept besides.
pub(super) fn percent_encode(text: &str, kept: fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || kept(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes as UTF-8, `+` as a blank; a `%` without two hex digits stays.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) => match hex(*high).zip(hex(*low)) {
                Some((high, low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                None => bytes.push(b'%'),
            },
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of a hex digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn base64() {
        check(&[
            ("F-170", "base64", "['é?']", "'w6k/'"),
            ("F-170", "base64", "[null]", "''"),
            ("F-171", "base64ToString", "[' w6\\nk= ']", "'é'"),
            ("F-171", "base64ToString", "['w6k']", "!Value"),
            ("F-171", "base64ToString", "['w6-_']", "!Value"),
            ("F-171", "base64ToString", "['/w==']", "'\\ufffd'"),
            ("F-171", "base64ToString", "[1]", "!Type"),
            ("F-172", "base64ToJson", "['eydhJzoxfQ==']", "{'a':1}"),
            ("F-172", "base64ToJson", "[null]", "!Value"),
        ]);
    }

    #[test]
    fn data_uris() {
        check(&[
            ("F-173", "dataUri", "[' Fizz ']", "'data:text/plain;charset=utf8;base64,IEZpenog'"),
            ("F-173", "dataUri", "[{'a':1}]", "'data:application/json;charset=utf8;base64,eyJhIjoxfQ=='"),
            ("F-173", "dataUri", "[1.5]", "!Type"),
            ("F-174", "dataUriToString", "['data:text/plain;charset=utf8;base64,IEZpenog']", "' Fizz '"),
            ("F-174", "dataUriToString", "['DATA:;base64,YQ==']", "'a'"),
            ("F-174", "dataUriToString", "['data:text/plain,a+b%20c,d']", "'a b c,d'"),
            ("F-174", "dataUriToString", "['data:text/plain;charset=ascii,a']", "!Value"),
            ("F-174", "dataUriToString", "['data:text/plain;;base64,YQ==']", "!Value"),
            ("F-174", "dataUriToString", "['data:,a+b']", "'a b'"),
            ("F-174", "dataUriToString", "['data:base64,a']", "'a'"),
            ("F-174", "dataUriToString", "['text']", "!Value"),
            ("F-174", "dataUriToString", "[null]", "!Value"),
        ]);
    }

    #[test]
    fn components() {
        check(&[
            ("F-188", "uriComponent", "['a-b_c.d~e é!*()']", "'a-b_c.d~e%20%C3%A9%21%2A%28%29'"),
            ("F-188", "uriComponent", "[null]", "''"),
            ("F-189", "uriComponentToString", "['%c3%A9+%2B%']", "'é +%'"),
            ("F-189", "uriComponentToString", "['%zz%4']", "'%zz%4'"),
            ("F-189", "uriComponentToString", "['%FF']", "'\\ufffd'"),
        ]);
    }
}
