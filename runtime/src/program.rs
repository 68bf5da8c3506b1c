//! From the command line to the exit code.

use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal;
use std::process::ExitCode;

use crate::arguments::{self, Params, SummaryForm};
use crate::counters::Summary;
use crate::layout::{Interface, Topology};
use crate::stderr::tell;
use crate::{progress, run, signals};

/// Makes a program from the values of its params. Not generic: whatever is here is compiled once, with the runtime.
type Make = fn(&Params) -> Result<Box<dyn Topology>, String>;

/// Why a run could not start, or stopped early.
#[derive(Debug)]
pub enum Error {
    /// A mistake on the command line or in the environment; or `--help`, which is none.
    Arguments(clap::Error),
    /// A param outside its range, or an input or output that cannot be used: a sentence that names it.
    Start(String),
    /// An input or output failed while the program ran: a sentence that names it, and how far the run had come.
    Stopped(String, Summary),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Arguments(error) => error.fmt(f),
            Error::Start(why) | Error::Stopped(why, _) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Tells people, as [`main`](fn@crate::private::main) does: on standard error, or on standard output where somebody
    /// has asked for help. Gives the exit code that belongs to it: 2, or 0 for help.
    pub fn report(&self) -> ExitCode {
        match self {
            Error::Arguments(error) => {
                // Where nobody can be told, the exit code has to do.
                let _ = error.print();
                if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
            }
            Error::Start(why) | Error::Stopped(why, _) => {
                tell(&format!("error: {why}\n"));
                ExitCode::from(2)
            }
        }
    }
}

/// What a program's `main` does: reads the arguments, runs, prints the summary on standard error. The exit code is 0, or
/// 2 for a mistake in the arguments and for an input or output that cannot be used. The first SIGINT or SIGTERM is the end
/// of the input, the second leaves at once with 130.
pub fn main(interface: &Interface<'_>, make: Make) -> ExitCode {
    let arguments = std::env::args_os().skip(1).collect();
    let options = match arguments::parse(interface, arguments) {
        Ok(options) => options,
        Err(error) => return Error::Arguments(error).report(),
    };
    let result = make(&options.params).map_err(Error::Start).and_then(|topology| {
        signals::listen().map_err(|error| Error::Start(format!("cannot listen to signals: {error}")))?;
        run::run(topology, &options, |counters| progress::start(&options, counters))
    });
    conclude(&result, options.summary)
}

/// As [`main`], but for a program that goes on afterwards: nothing is printed but what sinks write and the letters that
/// no sink reads, and signals are left alone. The arguments come without the program's name.
///
/// # Errors
/// See [`Error`].
pub fn run(interface: &Interface<'_>, arguments: Vec<OsString>, make: Make) -> Result<Summary, Error> {
    let options = arguments::parse(interface, arguments).map_err(Error::Arguments)?;
    let topology = make(&options.params).map_err(Error::Start)?;
    run::run(topology, &options, |_| ())
}

/// Tells people how a run has ended: what stopped it, if anything did, and the counters. Gives the exit code.
pub fn conclude(result: &Result<Summary, Error>, form: SummaryForm) -> ExitCode {
    let code = result.as_ref().err().map_or(ExitCode::SUCCESS, Error::report);
    if let Ok(summary) | Err(Error::Stopped(_, summary)) = result {
        tell_summary(summary, form);
    }
    code
}

fn tell_summary(summary: &Summary, form: SummaryForm) {
    match form {
        SummaryForm::Text if std::io::stderr().is_terminal() => tell(&format!("{summary:#}\n")),
        SummaryForm::Text => tell(&format!("{summary}\n")),
        SummaryForm::Json => tell(&format!("{}\n", summary.json())),
        SummaryForm::None => {}
    }
}
