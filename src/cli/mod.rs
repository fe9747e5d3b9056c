//! Arguments, messages, exit codes; the work is done by the library.

mod assign;
mod check;
mod compare;
mod export;
mod files;
mod guard;
mod interrupt;
mod log;
mod man;
mod new;
mod reach;
#[cfg(feature = "roads")]
mod roads;
#[cfg(feature = "serve")]
mod serve;
mod sheets;
mod size;
mod solve;
mod staff;
mod table;
mod teams;
mod track;
mod visible;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use log::Log;
use revier::error::Error;
use std::io::Write;
use std::process::ExitCode;

/// Balanced sales territories with a proof of how good they are.
#[derive(Parser)]
#[command(name = "revier", version, about, max_term_width = 100)]
struct Args {
    /// How messages are written to stderr
    #[arg(long, value_enum, global = true, default_value_t = Format::Text)]
    log: Format,
    /// No progress and no messages but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON object per line, the last one with the exit code
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a directory with a commented scenario and example files to start from
    New(new::Args),
    /// Cuts balanced territories and writes a plan directory
    Solve(solve::Args),
    /// Says how many reps are needed and where they should live
    Size(size::Args),
    /// Verifies a saved plan from its inputs alone
    Check(check::Args),
    /// Routes leads to reps by a saved plan
    Assign(assign::Args),
    /// Says what changes hands between two plans, and what that gains
    Compare(compare::Args),
    /// Says what is within reach of each home base: areas, customers, ways
    Reach(reach::Args),
    /// Says who of some people takes which territory of a plan
    Staff(staff::Args),
    /// Compares actual results with the targets of a plan
    Track(track::Args),
    /// Writes a saved plan in the format of another program
    Export(export::Args),
    /// Writes a printable page and a table for each rep of a saved plan
    Sheets(sheets::Args),
    /// Prepares a road network, and writes travel on it as a table
    #[cfg(feature = "roads")]
    Roads(roads::Args),
    /// Serves the planning desk of a project: a page, and an interface for other programs
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    /// Prints a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page of revier or of one of its commands (try `revier man solve | man -l -`)
    Man(man::Args),
}

/// Parses the arguments, runs the command, and turns its outcome into an exit code.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let log = Log::new(args.log == Format::Json, args.quiet);
    guard::keep_panics();
    let outcome = guard::guarded(|| match args.command {
        Command::New(args) => new::run(&args),
        Command::Solve(args) => solve::run(&args, &log),
        Command::Size(args) => size::run(&args, &log),
        Command::Check(args) => check::run(&args, &log),
        Command::Assign(args) => assign::run(&args, &log),
        Command::Compare(args) => compare::run(&args, &log),
        Command::Reach(args) => reach::run(&args, &log),
        Command::Staff(args) => staff::run(&args, &log),
        Command::Track(args) => track::run(&args, &log),
        Command::Sheets(args) => sheets::run(&args, &log),
        Command::Export(args) => export::run(&args, &log),
        #[cfg(feature = "roads")]
        Command::Roads(args) => roads::run(&args, &log),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args, &log),
        Command::Completions { shell } => completions(shell),
        Command::Man(args) => man::run(&args, Args::command()),
    });
    let code = match &outcome {
        Ok(()) => 0,
        Err(error) => error.exit_code(),
    };
    log.end(outcome.as_ref().err(), code);
    ExitCode::from(code)
}

fn completions(shell: clap_complete::Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "revier", &mut script);
    print(&script)
}

/// More threads than any machine of today has cores for; each costs memory before it does anything.
const MAX_THREADS: i64 = 512;

/// Works on so many threads from here on; all cores where none are named.
fn use_threads(threads: Option<u16>) -> Result<(), Error> {
    let Some(threads) = threads else {
        return Ok(());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads));
    let built = pool.build_global();
    built.map_err(|e| Error::Internal(e.to_string()))
}

/// Prints a result that is meant for people.
fn say(text: &str) -> Result<(), Error> {
    print(visible::visible(text).as_bytes())
}

/// Writes a result to stdout; a reader that went away is no error.
fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::Io {
            path: "stdout".into(),
            source: e,
        }),
        _ => Ok(()),
    }
}
