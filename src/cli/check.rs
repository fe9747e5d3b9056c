//! `revier check`.

use super::log::Log;
use super::say;
use revier::check;
use revier::error::Error;
use std::path::PathBuf;

/// What `check` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote
    dir: PathBuf,
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    log.stage("checking the plan");
    let verdict = check::check_dir(&args.dir)?;
    log.clear();
    if !verdict.findings.is_empty() {
        return Err(Error::CheckFailed(
            verdict.findings.iter().map(ToString::to_string).collect(),
        ));
    }
    say(&verdict.text())
}
