//! The command line of ordain as a library: arguments in, text and an exit code out.

#![allow(clippy::result_large_err, reason = "diagnostics are made where reading fails, never in a hot loop")]

mod args;
mod asking;
mod baseline;
mod command;
mod compare;
pub mod configuration;
mod entry;
mod exit;
mod format;
mod inputs;
mod judge;
mod place;
mod progress;
mod render;
mod repair;
mod store;
mod stream;
mod terminal;
mod veil;

pub use exit::Exit;
use terminal::Look;

use args::{Asked, Call, Refused};
use ordain::Severity;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::sync::atomic::AtomicBool;

/// What surrounds a run; tests put their own around it.
pub struct World<'w> {
    /// Standard input.
    pub stdin: &'w mut (dyn Read + Send),
    /// Where findings go.
    pub stdout: &'w mut dyn Write,
    /// Where everything else goes.
    pub stderr: &'w mut dyn Write,
    /// Which of them people look at.
    pub terminals: Terminals,
    /// Set when the user wants to stop: what was done so far is told.
    pub stopped: &'w AtomicBool,
    /// The environment.
    pub variable: &'w dyn Fn(&str) -> Option<String>,
}

/// Which streams are terminals, and how wide.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// Somebody could type.
    pub stdin: bool,
    /// Somebody reads the findings.
    pub stdout: bool,
    /// Somebody reads the messages.
    pub stderr: bool,
    /// Columns.
    pub width: Option<usize>,
}

/// Runs one call. A reader that goes away early is no fault.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> Exit {
    let world =
        &mut World { stderr: &mut Unheard(world.stderr), stdin: world.stdin, stdout: world.stdout, ..*world };
    let done = answer(arguments, world).and_then(|exit| world.stdout.flush().map(|()| exit));
    match done {
        Ok(exit) => exit,
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(e) => {
            let _ = writeln!(world.stderr, "error: the output cannot be written: {e}");
            Exit::Trouble
        }
    }
}

/// Messages that nobody takes change nothing: the findings and the exit code stand.
struct Unheard<'w>(&'w mut dyn Write);

impl Write for Unheard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

fn answer(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> io::Result<Exit> {
    let Call { asked, told } = match args::read(arguments) {
        Ok(call) => call,
        Err(Refused::Line(told)) => return refused(&told, world),
        Err(Refused::Configuration(diagnostics)) => {
            let look = plain_look(world);
            render::diagnostics(world.stderr, look, Severity::Warning, &diagnostics)?;
            return Ok(Exit::Trouble);
        }
    };
    if let (Some(told), Some(common)) = (told, asked.common())
        && common.verbose
    {
        let look = command::eval::look(common, world, command::eval::Stream::Messages);
        render::diagnostics(world.stderr, look, Severity::Info, &[told])?;
    }
    match asked {
        Asked::Eval(options) => command::eval::run(&options, world),
        Asked::Fix(options) => command::fix::run(&options, world),
        Asked::Check(options) => command::check::run(&options, world),
        Asked::Test(options) => command::test::run(&options, world),
        Asked::Init(options) => command::init::run(&options, world),
    }
}

/// How messages look before the line is understood.
fn plain_look(world: &World<'_>) -> Look {
    Look {
        colour: terminal::colours(terminal::Colour::Auto, world.terminals.stderr, world.variable),
        unicode: terminal::unicode(world.variable),
        width: world.terminals.width.filter(|_| world.terminals.stderr),
    }
}

fn refused(told: &clap::Error, world: &mut World<'_>) -> io::Result<Exit> {
    let to_stdout = !told.use_stderr();
    let is_terminal = if to_stdout { world.terminals.stdout } else { world.terminals.stderr };
    let colour = terminal::colours(terminal::Colour::Auto, is_terminal, world.variable);
    let text = told.render();
    let text = if colour { text.ansi().to_string() } else { text.to_string() };
    if to_stdout {
        world.stdout.write_all(text.as_bytes())?;
        Ok(Exit::Clean)
    } else {
        world.stderr.write_all(text.as_bytes())?;
        Ok(Exit::Trouble)
    }
}
