//! How far long work has come: one line on the terminal, written over and over.

use crate::judge::Judgement;
use std::io::Write;
use std::time::{Duration, Instant};

/// Nothing is shown before this: most work is done by then.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line changes.
const PACE: Duration = Duration::from_millis(200);

/// The line, if there is a terminal to show it.
pub struct Progress<'w> {
    out: Option<&'w mut dyn Write>,
    total: Option<u64>,
    begun: Instant,
    last: Option<Instant>,
}

impl<'w> Progress<'w> {
    /// `out`: the terminal, if there is one and somebody wants to know.
    pub fn new(out: Option<&'w mut dyn Write>) -> Self {
        Self { out, total: None, begun: Instant::now(), last: None }
    }

    /// Work begins on so many bytes.
    pub fn begin(&mut self, total: Option<u64>) {
        (self.total, self.begun) = (total.filter(|total| *total > 0), Instant::now());
    }

    /// Shows how far it is.
    pub fn tell(&mut self, read: u64, judgement: &Judgement<'_>) {
        let Some(out) = &mut self.out else { return };
        let since = self.begun.elapsed();
        if since < PATIENCE || self.last.is_some_and(|last| last.elapsed() < PACE) {
            return;
        }
        self.last = Some(Instant::now());
        let line = line(since, read, self.total, judgement.account.read, judgement.findings);
        let _ = write!(out, "\r\u{1b}[K{line}").and_then(|()| out.flush());
    }

    /// Takes the line away.
    pub fn end(&mut self) {
        if let (Some(out), Some(_)) = (&mut self.out, self.last.take()) {
            let _ = write!(out, "\r\u{1b}[K").and_then(|()| out.flush());
        }
    }
}

fn line(since: Duration, read: u64, total: Option<u64>, rows: usize, findings: usize) -> String {
    let seconds = since.as_secs_f64();
    let per_second = if seconds > 0.0 { rows as f64 / seconds } else { 0.0 };
    let far = match total {
        Some(total) => format!("{} of {}", bytes(read), bytes(total)),
        None => bytes(read),
    };
    let left = match total {
        Some(total) if read > 0 && total > read => {
            let left = seconds * (total - read) as f64 / read as f64;
            format!(" · {} left", span(left))
        }
        _ => String::new(),
    };
    format!("{far} · {per_second:.0} resources/s · {findings} findings{left}")
}

fn bytes(n: u64) -> String {
    match n {
        0..1_000_000 => format!("{} kB", n / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", n / 1_000_000),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

fn span(seconds: f64) -> String {
    match seconds as u64 {
        s @ 0..60 => format!("{} s", s + 1),
        s => format!("{}:{:02} min", s / 60, s % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_line_says() {
        let line = |read, total| line(Duration::from_secs(2), read, total, 5_000, 12);
        assert_eq!(
            line(50_000_000, Some(200_000_000)),
            "50 MB of 200 MB · 2500 resources/s · 12 findings · 7 s left"
        );
        assert_eq!(line(1_500_000_000, None), "1.5 GB · 2500 resources/s · 12 findings");
        assert_eq!(span(61.0), "1:01 min");
    }
}
