//! Judges exported Azure resources against Azure Policy, offline: the engine.
pub mod aliases;
