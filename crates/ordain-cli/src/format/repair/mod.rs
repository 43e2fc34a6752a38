//! Repairs in the forms in which they are shown.

mod json;
mod text;

pub use json::json;
pub use text::text;

use crate::args::Fix;
use crate::command::eval::Found;
use crate::repair::{Changed, Planned};
use crate::terminal::{Look, Style, clean};
use std::io::{self, Write};

/// What is to be shown.
pub struct Repairs<'r> {
    pub options: &'r Fix,
    pub found: &'r Found<'r>,
    pub planned: &'r [Planned<'r>],
    /// Files that were changed.
    pub written: &'r [Changed<'r>],
}

/// The changed resources as they would be.
pub fn documents(planned: &[Planned<'_>], out: &mut dyn Write) -> io::Result<()> {
    let bodies: Vec<_> =
        planned.iter().filter(|plan| plan.repair.has_patch()).map(|plan| &plan.repair.body).collect();
    serde_json::to_writer_pretty(&mut *out, &bodies)?;
    writeln!(out)
}

/// Unified diffs; for people in colours.
pub fn diff(diffs: &[String], look: Look, out: &mut dyn Write) -> io::Result<()> {
    for diff in diffs {
        // Nobody but a terminal takes orders, and a diff must be exact everywhere else.
        if look.width.is_none() && !look.colour {
            out.write_all(diff.as_bytes())?;
            continue;
        }
        for line in diff.lines() {
            let style = match line.as_bytes() {
                [b'-', b'-', ..] | [b'+', b'+', ..] => Style::Bold,
                [b'@', ..] => Style::Blue,
                [b'-', ..] => Style::Red,
                [b'+', ..] => Style::Green,
                _ => Style::Plain,
            };
            writeln!(out, "{}", look.paint(style, &clean(line)))?;
        }
    }
    Ok(())
}
