//! `revier sheets`.

use super::log::Log;
use super::say;
use revier::error::Error;
use revier::export;
use revier::report::Lang;
use revier::saved::SavedPlan;
use std::path::PathBuf;

/// What `sheets` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote
    dir: PathBuf,
    /// The directory for index.html, and a page (.html) and a table (.csv) per rep
    #[arg(long, value_name = "DIR", default_value = "sheets")]
    out: PathBuf,
    /// Replace files of these names that revier did not write
    #[arg(long)]
    force: bool,
    /// Language: en or de [default: that of the environment]
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    log.stage("reading the plan");
    let plan = SavedPlan::open(&args.dir)?;
    log.stage("writing sheets");
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    let exported = export::sheets(&plan, lang, &args.out, args.force)?;
    log.clear();
    exported.notes.iter().for_each(|note| log.note(note));
    let line = |(path, what): &(PathBuf, String)| format!("{}: {what}\n", path.display());
    say(&exported.files.iter().map(line).collect::<String>())
}
