//! The one place of exit codes (spec S-35).

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain of.
    Clean,
    /// Something is in a state that was asked to fail.
    Findings,
    /// Something could not be read or linked, a condition failed, or the call was wrong.
    Trouble,
    /// The user stopped the run: what was judged so far is told.
    Stopped,
}

/// What a run saw that matters for its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Any diagnostic of severity error, about policies or inputs.
    pub input_error: bool,
    /// Any record in state Error.
    pub failed_record: bool,
    /// Any record in a state of `--fail-on`.
    pub complaint: bool,
}

impl Exit {
    /// Trouble wins over findings.
    #[must_use]
    pub fn of(seen: Seen) -> Self {
        match seen {
            Seen { input_error: true, .. } | Seen { failed_record: true, .. } => Self::Trouble,
            Seen { complaint: true, .. } => Self::Findings,
            _ => Self::Clean,
        }
    }

    /// What the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Trouble => 2,
            Self::Stopped => 130,
        }
    }
}

/// For `--help`.
pub const HELP: &str = "\
Exit codes:
  0  nothing to complain of
  1  something is in a state of --fail-on
  2  something could not be read or linked, a condition failed on a resource (both win over 1), or the call was wrong
  130  it was stopped; what was judged so far is told, marked incomplete";

/// For `fix --help`.
pub const FIX_HELP: &str = "\
Exit codes:
  0  nothing to mend
  1  something is to be mended, or was
  2  something could not be read, linked or written, or a condition failed on a resource (both win over 1), or the call was wrong";

/// For `test --help`.
pub const TEST_HELP: &str = "\
Exit codes:
  0  every case passed
  1  a case failed: something else came out than was expected; or the coverage is below --fail-under
  2  a suite, or what it names, could not be read, linked or judged; no suite was found (both win over 1); or the call was wrong";

/// For `init --help`.
pub const INIT_HELP: &str = "\
Exit codes:
  0  the files are there
  2  a file or folder could not be written, or the call was wrong";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_wins() {
        // spec: S-35
        let code = |input_error, failed_record, complaint| {
            Exit::of(Seen { input_error, failed_record, complaint }).code()
        };
        assert_eq!(code(false, false, false), 0);
        assert_eq!(code(false, false, true), 1);
        assert_eq!(code(true, false, true), 2);
        assert_eq!(code(false, true, true), 2);
        assert_eq!(code(false, true, false), 2);
    }
}
