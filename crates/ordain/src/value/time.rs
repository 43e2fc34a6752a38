//! placeholder
/// placeholder
pub fn universal(_: &str) -> Option<i128> { None }
