//! The command line of revier.
#![warn(clippy::too_many_lines)]
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
