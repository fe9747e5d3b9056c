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
    /// Judge the plan by the rules of this scenario too, not only by those that it names itself
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    log.stage("checking the plan");
    let verdict = match &args.scenario {
        Some(file) => check::check_dir_by(&args.dir, file)?,
        None => check::check_dir(&args.dir)?,
    };
    log.clear();
    if !verdict.findings.is_empty() {
        return Err(Error::CheckFailed(
            verdict.findings.iter().map(ToString::to_string).collect(),
        ));
    }
    say(&verdict.text())
}
