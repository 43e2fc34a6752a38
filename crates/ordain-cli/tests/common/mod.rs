//! Runs the command line inside the test and compares what it prints with files.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]
#![allow(dead_code, reason = "each test file uses a part of it")]

use ordain_cli::{Terminals, World, run};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::AtomicBool;

/// What a call left behind.
pub struct Ran {
    pub code: u8,
    pub out: String,
    pub err: String,
}

/// A call with its surroundings.
#[derive(Clone, Default)]
pub struct Call {
    pub stdin: Vec<u8>,
    pub terminals: Terminals,
    pub variables: Vec<(&'static str, &'static str)>,
}

/// The workspace: paths in reports are relative to it.
pub fn root() -> PathBuf {
    static ENTER: Once = Once::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace");
    ENTER.call_once(|| std::env::set_current_dir(&root).expect("the workspace"));
    root
}

impl Call {
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.stopped(&AtomicBool::new(false), arguments)
    }

    /// With a signal to stop that may have come.
    pub fn stopped(&self, stopped: &AtomicBool, arguments: &[&str]) -> Ran {
        root();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stdin = self.stdin.as_slice();
        let variable = |name: &str| {
            let locale = (name == "LANG").then(|| "C.UTF-8".to_owned());
            self.variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()).or(locale)
        };
        let mut world = World {
            stdin: &mut stdin,
            stdout: &mut out,
            stderr: &mut err,
            terminals: self.terminals,
            stopped,
            variable: &variable,
        };
        let line = std::iter::once("ordain").chain(arguments.iter().copied()).map(OsString::from);
        let code = run(line, &mut world).code();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { code, out: timeless(&text(out)), err: text(err) }
    }
}

/// Runs with nothing around it.
pub fn ordain(arguments: &[&str]) -> Ran {
    Call::default().run(arguments)
}

/// Runs with a document piped in.
pub fn piped(stdin: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
    Call { stdin: stdin.into(), ..Call::default() }.run(arguments)
}

/// The same on a terminal of this width.
pub fn on_terminal(width: usize) -> Call {
    let terminals = Terminals { stdin: true, stdout: true, stderr: true, width: Some(width) };
    Call { terminals, variables: vec![("NO_COLOR", "1")], ..Call::default() }
}

/// `   12 ms` at the end of the summary becomes `   0 ms`.
fn timeless(text: &str) -> String {
    let line = |line: &str| {
        let (head, digits) = line.strip_suffix(" ms").and_then(|l| l.rsplit_once(' '))?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{head} 0 ms"))
    };
    text.split('\n').map(|l| line(l).unwrap_or_else(|| l.to_owned())).collect::<Vec<_>>().join("\n")
}

/// Compares with `tests/snapshots/NAME.txt`; `UPDATE_SNAPSHOTS=1` writes it.
pub fn snapshot(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, actual).expect("the snapshot can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some((at, (want, have))) =
        expected.lines().zip(actual.lines()).enumerate().find(|(_, (a, b))| a != b)
    {
        panic!("{name}:{}: expected\n{want}\nfound\n{have}\n(UPDATE_SNAPSHOTS=1 takes it over)", at + 1);
    }
    assert_eq!(
        expected.lines().count(),
        actual.lines().count(),
        "{name}: length (UPDATE_SNAPSHOTS=1 takes it over)"
    );
}

/// A folder for one test, empty.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}
