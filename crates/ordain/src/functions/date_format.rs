//! Dates in .NET's standard and custom formats, invariant culture, always UTC (spec F-147).

use crate::value::time::Moment;
use std::fmt::Write as _;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The moment under a format; `None` when the format is none.
pub(super) fn format(moment: &Moment, format: &str) -> Option<String> {
    let mut letters = format.chars();
    match (letters.next(), letters.next()) {
        (Some(single), None) => custom(moment, standard(single)?),
        _ => custom(moment, format),
    }
}

/// The custom format that a standard one stands for.
fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => "dddd, dd MMMM yyyy HH:mm:ss",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'M' | 'm' => "MMMM dd",
        'O' | 'o' => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        'R' | 'r' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-ddTHH:mm:ss",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ssZ",
        'Y' | 'y' => "yyyy MMMM",
        _ => return None,
    })
}

fn custom(moment: &Moment, format: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 'f' | 'F' | 't' | 'K' | 'z' => {
                let mut run = 1;
                while c != 'K' && rest.next_if_eq(&c).is_some() {
                    run += 1;
                }
                field(moment, c, run, &mut out)?;
            }
            '%' => match rest.next()? {
                '%' => return None,
                single if single.is_ascii_alphabetic() => {
                    out.push_str(&custom(moment, single.encode_utf8(&mut [0; 4]))?);
                }
                literal => out.push(literal),
            },
            '\\' => out.push(rest.next()?),
            '\'' | '"' => loop {
                match rest.next()? {
                    end if end == c => break,
                    '\\' => out.push(rest.next()?),
                    literal => out.push(literal),
                }
            },
            literal => out.push(literal),
        }
    }
    Some(out)
}

/// One run of a letter.
fn field(moment: &Moment, letter: char, run: usize, out: &mut String) -> Option<()> {
    let number = |out: &mut String, n: u32, width: usize| {
        let _ = write!(out, "{n:0width$}");
    };
    let name = |names: &[&'static str], i: u32| names.get(usize::try_from(i).ok()?).copied();
    let two = run.min(2);
    match letter {
        'y' if run <= 2 => number(out, moment.year % 100, run),
        'y' => number(out, moment.year, run.min(99)),
        'M' if run <= 2 => number(out, moment.month, run),
        'M' => {
            let month = name(&MONTHS, moment.month.checked_sub(1)?)?;
            out.push_str(if run == 3 { month.get(..3)? } else { month });
        }
        'd' if run <= 2 => number(out, moment.day, run),
        'd' => {
            let day = name(&DAYS, moment.weekday)?;
            out.push_str(if run == 3 { day.get(..3)? } else { day });
        }
        'H' => number(out, moment.hour, two),
        'h' => number(out, (moment.hour + 11) % 12 + 1, two),
        'm' => number(out, moment.minute, two),
        's' => number(out, moment.second, two),
        'f' | 'F' => {
            let digits = format!("{:07}", moment.fraction);
            let digits = digits.get(..run)?;
            if letter == 'f' {
                out.push_str(digits);
            } else {
                out.push_str(digits.trim_end_matches('0'));
                // Nothing behind a point takes the point along.
                if out.ends_with('.') {
                    out.pop();
                }
            }
        }
        't' => {
            let half = if moment.hour < 12 { "AM" } else { "PM" };
            out.push_str(half.get(..two)?);
        }
        'K' => out.push('Z'),
        _ => out.push_str(match run {
            1 => "+0",
            2 => "+00",
            _ => "+00:00",
        }),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::time::universal;

    #[test]
    fn formats() {
        // spec: F-147
        let afternoon = Moment::of(universal("2020-04-07T14:03:09.05Z").unwrap());
        let midnight = Moment::of(universal("0009-12-25T00:00:00Z").unwrap());
        let table = [
            (afternoon, "d", Some("04/07/2020")),
            (afternoon, "D", Some("Tuesday, 07 April 2020")),
            (afternoon, "f", Some("Tuesday, 07 April 2020 14:03")),
            (afternoon, "G", Some("04/07/2020 14:03:09")),
            (afternoon, "m", Some("April 07")),
            (afternoon, "o", Some("2020-04-07T14:03:09.0500000Z")),
            (afternoon, "R", Some("Tue, 07 Apr 2020 14:03:09 GMT")),
            (afternoon, "u", Some("2020-04-07 14:03:09Z")),
            (afternoon, "Y", Some("2020 April")),
            (afternoon, "q", None),
            (afternoon, "%d", Some("7")),
            (afternoon, "%", None),
            (afternoon, "%%", None),
            (afternoon, "h:m:s tt t", Some("2:3:9 PM P")),
            (afternoon, "s.FFF", Some("9.05")),
            (afternoon, "s.fff", Some("9.050")),
            (afternoon, "ffffffff", None),
            (afternoon, "yy 'yy' \\y \"d\"", Some("20 yy y d")),
            (afternoon, "yy 'open", None),
            (afternoon, "yy\\", None),
            (afternoon, "z zz zzz K", Some("+0 +00 +00:00 Z")),
            (midnight, "yyyyy-MM-dd hh tt", Some("00009-12-25 12 AM")),
            (midnight, "y ddd MMM", Some("9 Fri Dec")),
            (midnight, "ss.FF", Some("00")),
        ];
        for (moment, text, want) in table {
            assert_eq!(format(&moment, text).as_deref(), want, "{text}");
        }
    }
}
