//! Points in time: the proleptic Gregorian calendar, years 1 to 9999, without leap seconds (spec C-42, F-140).

use std::fmt::{self, Write as _};

/// Ticks of 100 ns in a second.
pub const SECOND: i128 = 10_000_000;
/// Ticks in a day.
pub const DAY: i128 = 86_400 * SECOND;
/// Ticks from the beginning of year 1 to that of 1970.
pub const EPOCH: i128 = 719_162 * DAY;
/// Ticks from the beginning of year 1 to that of year 10000.
const END: i128 = 3_652_059 * DAY;

/// The point in time of a universal timestamp as ticks of 100 ns since the beginning of year 1, which order
/// as the points do: `YYYY-MM-DDThh:mm:ssZ` with up to seven fraction digits, or with exactly seven and an
/// offset `±hh:mm` (spec C-42, F-140). `None` for anything else, impossible dates included.
#[must_use]
pub fn universal(text: &str) -> Option<i128> {
    // Most texts are no timestamps: look before reading.
    if !matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..]) {
        return None;
    }
    let mut rest = Rest(text);
    let date = rest.date()?;
    rest.take("T")?;
    let (time, digits) = rest.time()?;
    let offset = rest.offset()?;
    let zulu = text.ends_with('Z');
    (rest.0.is_empty() && (zulu || digits == Some(7))).then(|| within(date + time - offset)).flatten()
}

/// A point in time in one of the looser forms of `dateTimeAdd`: a blank for `T`, no zone for UTC, a date
/// alone, any number of fraction digits up to seven (spec F-142).
#[must_use]
pub fn lenient(text: &str) -> Option<i128> {
    let mut rest = Rest(text);
    let date = rest.date()?;
    if rest.0.is_empty() {
        return Some(date);
    }
    rest.take("T").or_else(|| rest.take(" "))?;
    let (time, _) = rest.time()?;
    let offset = if rest.0.is_empty() { 0 } else { rest.offset()? };
    rest.0.is_empty().then(|| within(date + time - offset)).flatten()
}

/// The ticks if they are in years 1 to 9999.
#[must_use]
pub fn within(ticks: i128) -> Option<i128> {
    (0..END).contains(&ticks).then_some(ticks)
}

/// A text that is read from its beginning.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn take(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(token)?;
        Some(())
    }

    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i128> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok()).flatten()
    }

    fn date(&mut self) -> Option<i128> {
        let year = self.number(4)?;
        self.take("-")?;
        let month = self.number(2)?;
        self.take("-")?;
        let day = self.number(2)?;
        let fits = year >= 1 && (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&day);
        fits.then(|| (days_before(year, month) + day - 1) * DAY)
    }

    /// Time of day, and how many digits the fraction has.
    fn time(&mut self) -> Option<(i128, Option<usize>)> {
        let hour = self.number(2)?;
        self.take(":")?;
        let minute = self.number(2)?;
        self.take(":")?;
        let second = self.number(2)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let ticks = ((hour * 60 + minute) * 60 + second) * SECOND;
        if self.take(".").is_none() {
            return Some((ticks, None));
        }
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let scale = 10i128.pow(u32::try_from(7usize.checked_sub(digits)?).ok()?);
        let fraction = if digits == 0 { 0 } else { self.number(digits)? };
        Some((ticks + fraction * scale, Some(digits)))
    }

    /// `Z` or `±hh:mm`, at most 14 hours, as ticks east of Greenwich.
    fn offset(&mut self) -> Option<i128> {
        if self.take("Z").is_some() {
            return Some(0);
        }
        let sign = match (self.take("+"), self.take("-")) {
            (Some(()), _) => 1,
            (None, Some(())) => -1,
            (None, None) => return None,
        };
        let hours = self.number(2)?;
        self.take(":")?;
        let minutes = self.number(2)?;
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 14 * 60).then_some(sign * total * 60 * SECOND)
    }
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the beginning of year 1 to that of a month.
fn days_before(year: i128, month: i128) -> i128 {
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    years + (1..month).map(|m| month_length(year, m)).sum::<i128>()
}

/// A point in time taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// 1 to 9999.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// Ticks of 100 ns in the second.
    pub fraction: u32,
    /// Sunday is 0.
    pub weekday: u32,
}

impl Moment {
    /// Takes ticks apart; those outside years 1 to 9999 are moved to the nearest day.
    #[must_use]
    pub fn of(ticks: i128) -> Self {
        let ticks = ticks.clamp(0, END - 1);
        let (days, time) = (ticks / DAY, ticks % DAY);
        // Never too late, and at most one year too early.
        let mut year = (days * 400 / 146_097).max(1);
        while days_before(year + 1, 1) <= days {
            year += 1;
        }
        while days_before(year, 1) > days {
            year -= 1;
        }
        let mut month = 1;
        while month < 12 && days_before(year, month + 1) <= days {
            month += 1;
        }
        let part = |n: i128| u32::try_from(n).unwrap_or(0);
        let seconds = time / SECOND;
        Self {
            year: part(year),
            month: part(month),
            day: part(days - days_before(year, month) + 1),
            hour: part(seconds / 3600),
            minute: part(seconds / 60 % 60),
            second: part(seconds % 60),
            fraction: part(time % SECOND),
            weekday: part((days + 1) % 7),
        }
    }
}

/// `yyyy-MM-ddTHH:mm:ss`, without fraction and zone.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, .. } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// `yyyy-MM-ddTHH:mm:ss.fffffffZ`, always seven digits: the form of `addDays` and `utcNow` (spec F-141, F-146).
#[must_use]
pub fn round_trip(ticks: i128) -> String {
    let moment = Moment::of(ticks);
    let mut out = String::new();
    let _ = write!(out, "{moment}.{:07}Z", moment.fraction);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn universal_forms() {
        // spec: C-42, F-140
        let table = [
            ("0001-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T00:00:00Z", Some(EPOCH)),
            ("1970-01-01T00:00:00.0000001Z", Some(EPOCH + 1)),
            ("1970-01-01T00:00:00.5Z", Some(EPOCH + SECOND / 2)),
            ("1970-01-01T00:00:00.Z", Some(EPOCH)),
            ("1970-01-01T02:00:00.0000000+02:00", Some(EPOCH)),
            ("1969-12-31T22:30:00.0000000-01:30", Some(EPOCH)),
            ("9999-12-31T23:59:59.9999999Z", Some(END - 1)),
            ("1970-01-01T00:00:00.00000001Z", None),
            ("1970-01-01T00:00:00.000000+00:00", None),
            ("1970-01-01T00:00:00+00:00", None),
            ("1970-01-01T00:00:00.0000000+15:00", None),
            ("0001-01-01T00:00:00.0000000+01:00", None),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01", None),
            ("1970-01-01t00:00:00Z", None),
            ("1970-01-01T00:00:00z", None),
            ("1970-01-01 00:00:00Z", None),
            ("1970-01-01T24:00:00Z", None),
            ("1970-01-01T00:60:00Z", None),
            ("1970-01-01T00:00:60Z", None),
            ("1970-00-01T00:00:00Z", None),
            ("1970-13-01T00:00:00Z", None),
            ("2023-02-29T00:00:00Z", None),
            ("1900-02-29T00:00:00Z", None),
            ("0000-01-01T00:00:00Z", None),
            ("1970-01-01T00:00:00Z ", None),
            ("+970-01-01T00:00:00Z", None),
            ("1970-01-01T00:00:00éZ", None),
            ("", None),
        ];
        for (text, ticks) in table {
            assert_eq!(universal(text), ticks, "{text}");
        }
        assert!(universal("2000-02-29T00:00:00Z").is_some() && universal("2024-02-29T00:00:00Z").is_some());
    }

    #[test]
    fn lenient_forms() {
        // spec: F-142
        for text in
            ["1970-01-01", "1970-01-01 00:00:00", "1970-01-01T01:00:00.0+01:00", "1970-01-01T00:00:00Z"]
        {
            assert_eq!(lenient(text), Some(EPOCH), "{text}");
        }
        for text in
            ["", "nope", "1970-1-1", "1970-01-01T", "1970-01-01T00:00", "1970-02-30", "1970-01-01 00:00:00 Z"]
        {
            assert_eq!(lenient(text), None, "{text}");
        }
    }

    #[test]
    fn days_read_back() {
        // spec: F-140
        let mut day = 0;
        for year in 1..=9999 {
            let months = [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(months) {
                for date in [1, length] {
                    let ticks = (day + date - 1) * DAY;
                    let text = format!("{year:04}-{month:02}-{date:02}T00:00:00");
                    assert_eq!(Moment::of(ticks).to_string(), text);
                    assert_eq!(universal(&format!("{text}Z")), Some(ticks));
                }
                day += length;
            }
        }
        assert_eq!(day * DAY, END);
        // 1 January 1970 was a Thursday.
        assert_eq!(Moment::of(EPOCH).weekday, 4);
        assert_eq!(round_trip(EPOCH - 1), "1969-12-31T23:59:59.9999999Z");
    }
}
