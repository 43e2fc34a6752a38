//! Damaged documents.
