//! What the terminal can show: colours, glyphs, width.

use unicode_width::UnicodeWidthStr as _;

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How text is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// With styles.
    pub colour: bool,
    /// With glyphs beyond ASCII.
    pub unicode: bool,
    /// Columns; none: no limit.
    pub width: Option<usize>,
}

/// Whether to use colours on a stream.
pub fn colours(wanted: Colour, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    match wanted {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if set("NO_COLOR") => false,
        Colour::Auto if variable("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty() && v != "0") => true,
        Colour::Auto => is_terminal && variable("TERM").as_deref() != Some("dumb"),
    }
}

/// Whether the locale is one of UTF-8. Windows has no such variables and takes Unicode.
pub fn unicode(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
    match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        // Without a locale a terminal is of unknown make; a pipe or file is read as UTF-8 by nearly everything.
        None => true,
    }
}

/// A style of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\u{1b}[1m",
            Self::Dim => "\u{1b}[2m",
            Self::Red => "\u{1b}[1;31m",
            Self::Green => "\u{1b}[32m",
            Self::Yellow => "\u{1b}[33m",
            Self::Blue => "\u{1b}[34m",
            Self::Magenta => "\u{1b}[1;35m",
        }
    }
}

impl Look {
    /// A text in a style.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour && style != Style::Plain && !text.is_empty() {
            format!("{}{text}\u{1b}[0m", style.code())
        } else {
            text.to_owned()
        }
    }

    /// Our own glyphs in ASCII where the terminal has no others. Characters of documents are left alone.
    pub fn glyphs(self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '✗' => out.push('x'),
                '≠' => out.push_str("!="),
                '█' => out.push('#'),
                '░' => out.push('.'),
                '–' => out.push('-'),
                '✓' => out.push('+'),
                '·' => out.push('-'),
                '…' => out.push_str("..."),
                '→' => out.push_str("->"),
                other => out.push(other),
            }
            out
        })
    }
}

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// A text from a document, made harmless: a terminal must not take orders from an export.
pub fn clean(text: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(odd) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if odd(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Breaks a text at blanks into lines of at most so many columns; a longer word stands alone.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > limit {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn colours_follow_the_environment() {
        let auto = |terminal, pairs| colours(Colour::Auto, terminal, &env(pairs));
        assert!(auto(true, &[]) && !auto(false, &[]));
        assert!(!auto(true, &[("NO_COLOR", "1")]));
        assert!(auto(true, &[("NO_COLOR", "")]));
        assert!(auto(false, &[("CLICOLOR_FORCE", "1")]) && !auto(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!auto(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!auto(true, &[("TERM", "dumb")]));
        assert!(colours(Colour::Always, false, &env(&[("NO_COLOR", "1")])));
    }

    #[test]
    fn locales() {
        assert!(unicode(&env(&[("LANG", "de_DE.UTF-8")])));
        assert!(!unicode(&env(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")])));
        assert!(unicode(&env(&[])));
    }

    #[test]
    fn documents_give_no_orders() {
        assert_eq!(clean("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb c");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
    }
}
