//! `revier check`.

use super::log::Log;
use super::{say, teams};
use revier::check;
use revier::error::Error;
use revier::teams::Index;
use std::path::PathBuf;

/// What `check` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote, or one with the plans of several teams
    dir: PathBuf,
    /// Judge the plan by the rules of this scenario too, not only by those that it names itself
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    if let Some(index) = Index::read(&args.dir)? {
        if args.scenario.is_some() {
            let what = "--scenario judges one plan: name the directory of a team";
            return Err(Error::Usage(what.into()));
        }
        return teams::check(&args.dir, &index, log);
    }
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
