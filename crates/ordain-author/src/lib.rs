//! For those who write policies: test suites, read, judged by the engine and compared with what they expect.

#![forbid(unsafe_code)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod coverage;
