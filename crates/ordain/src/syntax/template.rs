//! Deployment templates that hold policy objects (spec D-20 … D-24).

use super::{Options, Parsed, Problem, Reading};
use crate::expr::Pool;
use crate::json::Json;
use crate::source::{Source, Span};

pub(super) fn resources(
    source: &Source,
    pool: &mut Pool,
    options: Options,
    json: &Json<'_>,
    parsed: &mut Parsed,
) {
    let mut reading = Reading::new(source, pool, options);
    let opening = Span { start: json.span.start, end: json.span.start + 1 };
    reading
        .report(&Problem::Unsupported { what: "a deployment template", explicit: options.explicit }, opening);
    parsed.diagnostics.append(&mut reading.diagnostics);
}
