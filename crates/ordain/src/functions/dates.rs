//! Dates (spec 05 section 8).

use super::arguments::{exactly, int, leading, text, unusable, unusable_text};
use super::{Function, date_format};
use crate::value::time::{self, DAY, EPOCH, Moment, SECOND};
use crate::value::{Fault, FaultKind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("addDays", (2, 2), "t i -> t", add_days, "F-141"),
    Function::strict("dateTimeAdd", (2, 3), "t t [t] -> t", date_time_add, "F-142").extra(),
    Function::strict("dateTimeFromEpoch", (1, 1), "i -> t", date_time_from_epoch, "F-144").extra(),
    Function::strict("dateTimeToEpoch", (1, 1), "t -> i", date_time_to_epoch, "F-145").extra(),
];

/// What `dateTimeAdd` writes when no format is given.
const DEFAULT_FORMAT: &str = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

fn outside() -> Fault {
    Fault::new(FaultKind::Overflow, "the date is outside the years 1 to 9999")
}

fn add_days(arguments: &[Value]) -> Result<Value, Fault> {
    let [date, days] = exactly(arguments)?;
    let expected = "a timestamp such as `2024-01-31T00:00:00Z`";
    let start = time::universal(text(date)?).ok_or_else(|| unusable(expected, date))?;
    let end = time::within(start + i128::from(int(days)?) * DAY).ok_or_else(outside)?;
    Ok(time::round_trip(end).into())
}

fn date(value: &Value) -> Result<i128, Fault> {
    time::lenient(text(value)?).ok_or_else(|| unusable("a date or timestamp", value))
}

fn date_time_add(arguments: &[Value]) -> Result<Value, Fault> {
    let (base, rest) = leading(arguments)?;
    let (length, rest) = leading(rest)?;
    let start = date(base)?;
    let duration = duration(text(length)?).ok_or_else(|| unusable("a duration such as `P1DT2H`", length))?;
    let end = start.checked_add(duration).and_then(time::within).ok_or_else(outside)?;
    let format = match rest.first().map_or(Ok(""), text)? {
        "" => DEFAULT_FORMAT,
        format => format,
    };
    let written = date_format::format(&Moment::of(end), format);
    Ok(written.ok_or_else(|| unusable_text("a date format", format))?.into())
}

/// Ticks of `-PnYnMnWnDTnHnMnS`: a year has 365 days, a month 30. `None` for anything else.
fn duration(text: &str) -> Option<i128> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        // A `T` promises parts of a day.
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let dates = parts(date, &[('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)])?;
    let times = parts(time, &[('H', 3600 * SECOND), ('M', 60 * SECOND), ('S', SECOND)])?;
    Some(sign * dates.checked_add(times)?)
}

/// The sum of numbers with these letters, each at most once and in this order; seconds may have a fraction.
fn parts(mut text: &str, letters: &[(char, i128)]) -> Option<i128> {
    let mut total = 0i128;
    for (letter, unit) in letters {
        let Some((number, rest)) = text.split_once(*letter) else { continue };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if *letter == 'S' => (whole, fraction),
            Some(_) => return None,
            None => (number, "0"),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        let ticks = format!("{fraction:0<7}");
        let ticks: i128 = ticks.get(..7)?.parse().ok()?;
        let part = whole.parse::<i128>().ok()?.checked_mul(*unit)?.checked_add(ticks)?;
        total = total.checked_add(part)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}

fn date_time_from_epoch(arguments: &[Value]) -> Result<Value, Fault> {
    let [seconds] = exactly(arguments)?;
    let ticks = time::within(EPOCH + i128::from(int(seconds)?) * SECOND).ok_or_else(outside)?;
    Ok(format!("{}Z", Moment::of(ticks)).into())
}

fn date_time_to_epoch(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let seconds = (date(value)? - EPOCH).div_euclid(SECOND);
    i64::try_from(seconds).map(Value::int).map_err(|_| outside())
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn days() {
        check(&[
            ("F-141", "addDays", "['2024-02-28T00:00:00Z',2]", "'2024-03-01T00:00:00.0000000Z'"),
            ("F-141", "addDays", "['2026-01-02T03:04:05.12Z',-2]", "'2025-12-31T03:04:05.1200000Z'"),
            ("F-141", "addDays", "['2026-01-02T03:04:05.0000000+02:00',0]", "'2026-01-02T01:04:05.0000000Z'"),
            ("F-141", "addDays", "['9999-12-31T00:00:00Z',1]", "!Overflow"),
            ("F-141", "addDays", "['2026-01-02T03:04:05Z',-9223372036854775808]", "!Overflow"),
            ("F-140", "addDays", "['2026-01-02',0]", "!Value"),
            ("F-140", "addDays", "[null,0]", "!Value"),
            ("F-141", "addDays", "['2026-01-02T03:04:05Z','1']", "!Type"),
            ("F-141", "addDays", "['2026-01-02T03:04:05Z',1.0]", "!Type"),
        ]);
    }

    #[test]
    fn durations() {
        let table = [
            ("P1Y", "2021-04-07T14:53:14Z"),
            ("P1M", "2020-05-07T14:53:14Z"),
            ("-P1W", "2020-03-31T14:53:14Z"),
            ("P1DT2H3M4S", "2020-04-08T16:56:18Z"),
            ("PT0.25S", "2020-04-07T14:53:14.25Z"),
            ("-PT15M", "2020-04-07T14:38:14Z"),
        ];
        for (duration, want) in table {
            check(&[(
                "F-143",
                "dateTimeAdd",
                &format!("['2020-04-07 14:53:14Z','{duration}']"),
                &format!("'{want}'"),
            )]);
        }
        for duration in [
            "P", "PT", "1D", "P1DT", "p1d", "P1.5D", "PD", "P1D1Y", "P1H", "PT1D", "P-1D", "+P1D", "P1DX", "",
        ] {
            check(&[("F-143", "dateTimeAdd", &format!("['2020-04-07','{duration}']"), "!Value")]);
        }
        check(&[("F-142", "dateTimeAdd", "['2020-04-07','P99999Y']", "!Overflow")]);
    }

    #[test]
    fn epochs() {
        check(&[
            ("F-144", "dateTimeFromEpoch", "[-1]", "'1969-12-31T23:59:59Z'"),
            ("F-144", "dateTimeFromEpoch", "[9223372036854775807]", "!Overflow"),
            ("F-144", "dateTimeFromEpoch", "['0']", "!Type"),
            ("F-145", "dateTimeToEpoch", "['1969-12-31T23:59:59.9Z']", "-1"),
            ("F-145", "dateTimeToEpoch", "['2023-11-14T23:13:20+01:00']", "1700000000"),
            ("F-145", "dateTimeToEpoch", "[null]", "!Value"),
        ]);
    }
}
