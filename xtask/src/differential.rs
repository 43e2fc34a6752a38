//! `cargo xtask differential`: the engine against the naive reference, on as many pairs as wanted.

use crate::Fault;
use ordain_tests::differential::{Options, run as compare};

/// `[--pairs N] [--seed S]`.
pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let report = compare(options(arguments)?);
    println!("{report}");
    match report.pairs - report.agreed {
        0 => Ok(()),
        failed => Err(Fault::failed(format!("{failed} pairs differ"))),
    }
}

fn options(arguments: &[String]) -> Result<Options, Fault> {
    let mut options = Options { pairs: 1_000_000, seed: 1, stride: 1 };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let number = |value: Option<&String>| {
            value
                .and_then(|value| value.replace('_', "").parse::<u64>().ok())
                .ok_or_else(|| Fault::Usage(format!("{name} wants a number")))
        };
        match name.as_str() {
            "--pairs" => options.pairs = usize::try_from(number(rest.next())?).unwrap_or(usize::MAX),
            "--seed" => options.seed = number(rest.next())?,
            other => return Err(Fault::Usage(format!("unexpected argument `{other}`"))),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::options;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_read() {
        let read = options(&words("--pairs 2_000 --seed 7")).unwrap();
        assert_eq!((read.pairs, read.seed), (2000, 7));
        assert!(options(&words("--pairs many")).is_err() && options(&words("--pears 1")).is_err());
    }
}
