//! For those who write policies: test suites, read, judged by the engine and compared with what they expect;
//! and what their cases show of the policies ([`coverage`]).
//!
//! The engine's public interface is all that this crate uses. It opens no file: whoever calls it reads texts and
//! hands them in ([`suite::Files`]).

#![forbid(unsafe_code)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]
#![allow(clippy::result_large_err, reason = "diagnostics are made where reading fails, never in a hot loop")]

pub mod coverage;
pub mod suite;
