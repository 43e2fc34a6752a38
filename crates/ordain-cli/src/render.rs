//! Diagnostics and places as snippets, in the manner of rustc.

use crate::terminal::{Look, clean};
use crate::veil::Veils;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use ordain::{Diagnostic, Severity, Source, Span};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

/// Diagnostics of one code and file that are shown one by one (spec I-82).
const SHOWN: usize = 20;
/// Lines up to this length are left to the renderer, which cuts them itself; it reads longer ones for too long.
const LONG_LINE: usize = 16 << 10;
/// Bytes of a longer line that are shown around a place.
const AROUND: usize = 160;

/// How many were of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub errors: usize,
    pub warnings: usize,
}

/// Counts errors and warnings.
pub fn count(diagnostics: &[Diagnostic]) -> Count {
    let of = |severity| diagnostics.iter().filter(|d| d.severity() == severity).count();
    Count { errors: of(Severity::Error), warnings: of(Severity::Warning) }
}

/// Writes the diagnostics from a severity on, and their number.
pub fn diagnostics(out: &mut dyn Write, look: Look, from: Severity, all: &[Diagnostic]) -> io::Result<()> {
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    let mut of_code: HashMap<&str, usize> = HashMap::new();
    let mut veils = Veils::default();
    for diagnostic in all.iter().filter(|d| d.severity() >= from) {
        let times = seen.entry((diagnostic.code(), diagnostic.name())).or_default();
        *times += usize::from(!diagnostic.labels().is_empty());
        if *times <= SHOWN || diagnostic.labels().is_empty() {
            // A fault that hundreds of files share is shown in full often enough to be understood.
            let known = of_code.entry(diagnostic.code()).or_default();
            *known += 1;
            match *known <= SHOWN {
                true => writeln!(out, "{}\n", report(look, diagnostic, &mut veils))?,
                false => writeln!(out, "{}", look.glyphs(&clean(&diagnostic.to_string())))?,
            }
        }
    }
    let mut left: Vec<_> = seen.into_iter().filter(|(_, times)| *times > SHOWN).collect();
    left.sort();
    for ((code, name), times) in left {
        writeln!(out, "{}: {} more of [{code}]\n", clean(name), times - SHOWN)?;
    }
    let Count { errors, warnings } = count(all);
    if errors + warnings > 1 && from <= Severity::Warning {
        let counted = [(errors, "error"), (warnings, "warning")].into_iter().filter(|(n, _)| *n > 0);
        let counted: Vec<String> =
            counted.map(|(n, word)| format!("{n} {word}{}", if n == 1 { "" } else { "s" })).collect();
        writeln!(out, "{} in the inputs\n", counted.join(" and "))?;
    }
    Ok(())
}

fn report(look: Look, diagnostic: &Diagnostic, veils: &mut Veils) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = look.glyphs(&clean(diagnostic.message()));
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code()));
    let marks: Vec<Mark<'_>> = diagnostic
        .labels()
        .iter()
        .enumerate()
        .map(|(at, label)| Mark {
            source: label.source(),
            span: label.span(),
            text: look.glyphs(&clean(label.text())),
            primary: at == 0,
            secrets: Secrets::ByName,
        })
        .collect();
    group = with_marks(group, &marks, veils);
    if marks.is_empty() && !diagnostic.name().is_empty() {
        group = group.element(Origin::path(clean(diagnostic.name())));
    }
    for note in diagnostic.notes() {
        group = group.element(Level::NOTE.message(look.glyphs(&clean(note))));
    }
    for help in diagnostic.helps() {
        group = group.element(Level::HELP.message(look.glyphs(&clean(help))));
    }
    rendered(look, &[group])
}

/// A place to underline.
pub struct Mark<'s> {
    pub source: &'s Source,
    pub span: Span,
    pub text: String,
    pub primary: bool,
    pub secrets: Secrets,
}

/// What of a document may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Values are hidden by the names of their members.
    ByName,
    /// The marked value is hidden, too.
    Marked,
    /// Everything is shown.
    Shown,
}

/// Adds the marks to a group, those near each other in one snippet.
pub fn with_marks<'g>(mut group: Group<'g>, marks: &[Mark<'g>], veils: &mut Veils) -> Group<'g> {
    let mut done: Vec<usize> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        if done.contains(&at) {
            continue;
        }
        let near = |(other, m): &(usize, &Mark<'g>)| {
            *other >= at && m.source == mark.source && m.span.start.abs_diff(mark.span.start) < 16_384
        };
        let together: Vec<(usize, &Mark<'g>)> = marks.iter().enumerate().filter(near).collect();
        done.extend(together.iter().map(|(at, _)| *at));
        let lines = together
            .iter()
            .map(|(_, m)| lines_of(m.source, m.span))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let (start, end) = lines.unwrap_or_default();
        let text = mark.source.text();
        let longest = text.get(start..end).unwrap_or_default().lines().map(str::len).max().unwrap_or(0);
        if longest <= LONG_LINE {
            let position = mark.source.position(Span::new(start, start).start);
            let excerpt = excerpt(veils, mark.source, start, end, &together);
            let snippet = Snippet::source(excerpt)
                .line_start(position.line as usize)
                .path(clean(mark.source.name()))
                .annotations(together.iter().map(|(_, m)| annotation(m, start, end)));
            group = group.element(snippet);
        } else {
            // A document on one line: a window of it, under the true position.
            for (_, mark) in together {
                let (from, end) = window(mark.source, mark.span);
                let excerpt = excerpt(veils, mark.source, from, end, &[(at, mark)]);
                let position = mark.source.position(mark.span.start);
                let origin = Origin::path(clean(mark.source.name()))
                    .line(position.line as usize)
                    .char_column(position.column as usize);
                let snippet = Snippet::source(excerpt)
                    .line_start(position.line as usize)
                    .annotation(annotation(mark, from, end));
                group = group.element(origin).element(snippet);
            }
        }
    }
    group
}

fn annotation<'g>(mark: &Mark<'g>, start: usize, end: usize) -> Annotation<'g> {
    let inside = |offset: u32| (offset as usize).clamp(start, end) - start;
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(inside(mark.span.start)..inside(mark.span.end));
    if mark.text.is_empty() { annotation } else { annotation.label(mark.text.clone()) }
}

/// The whole lines around a span.
fn lines_of(source: &Source, span: Span) -> (usize, usize) {
    let line = |offset| source.line(offset).range();
    (line(span.start).start, line(span.end.max(span.start)).end)
}

/// A part of a long line around a span.
fn window(source: &Source, span: Span) -> (usize, usize) {
    let text = source.text();
    let (line_start, line_end) = lines_of(source, span);
    let start = (span.start as usize).saturating_sub(AROUND / 2).max(line_start);
    let end = (span.end as usize).min(span.start as usize + AROUND).saturating_add(AROUND / 2).min(line_end);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let end = (end.max(start)..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    (start, end)
}

/// A part of a text without its secrets.
fn excerpt<'t>(
    veils: &mut Veils,
    source: &'t Source,
    from: usize,
    to: usize,
    marks: &[(usize, &Mark<'_>)],
) -> Cow<'t, str> {
    if marks.iter().any(|(_, mark)| mark.secrets == Secrets::Shown) {
        return Cow::Borrowed(source.text().get(from..to).unwrap_or_default());
    }
    let mut shown = veils.excerpt(source, from..to);
    for (_, mark) in marks.iter().filter(|(_, mark)| mark.secrets == Secrets::Marked) {
        let inside = |at: u32| (at as usize).clamp(from, to) - from;
        let range = inside(mark.span.start)..inside(mark.span.end);
        if shown.is_char_boundary(range.start) && shown.is_char_boundary(range.end) {
            let stars = "*".repeat(range.len());
            shown.to_mut().replace_range(range, &stars);
        }
    }
    shown
}

/// Draws groups in the look of the terminal.
pub fn rendered(look: Look, groups: &[Group<'_>]) -> String {
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    let decor = if look.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    renderer.decor_style(decor).term_width(look.width.unwrap_or(AROUND)).render(groups)
}
