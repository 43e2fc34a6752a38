//! The `ordain` binary: the process around the library.

use ordain_cli::{Exit, Terminals, World, run};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> ExitCode {
    let terminals = Terminals {
        stdin: io::stdin().is_terminal(),
        stdout: io::stdout().is_terminal(),
        stderr: io::stderr().is_terminal(),
        width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
    };
    // Styles are decided inside; the streams only make old consoles understand them.
    let mut stdout = io::BufWriter::new(anstream::AutoStream::always(io::stdout().lock()));
    let mut stderr = anstream::AutoStream::always(io::stderr());
    // The first signal asks for an end with what is there, the second one is obeyed at once.
    static STOPPED: AtomicBool = AtomicBool::new(false);
    let _ = ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Stopped.code()));
        }
    });
    let mut world = World {
        stdin: &mut io::stdin(),
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminals,
        stopped: &STOPPED,
        variable: &|name| std::env::var(name).ok(),
    };
    let exit = run(std::env::args_os(), &mut world);
    ExitCode::from(exit.code())
}
