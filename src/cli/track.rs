//! `revier track`.

use super::files::{filled, place};
use super::log::Log;
use super::{print, say};
use revier::base::date::Date;
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::report::Lang;
use revier::track;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What `track` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote, of a scenario with [[target]]
    dir: PathBuf,
    /// Results: a table with customer_id or rep, period, and a column per measure (.csv, .xlsx, .xlsb, .ods or .xls, maybe with .gz; - is stdin)
    actuals: PathBuf,
    /// The dashboard: FILE.html with FILE.json beside it, FILE.json alone, or - for JSON on stdout; a link is followed
    #[arg(long, value_name = "FILE", default_value = "track.html")]
    out: PathBuf,
    /// Replace files that are no dashboard of revier
    #[arg(long)]
    force: bool,
    /// The day that results are known to [default: the end of their last period]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// Language: en or de [default: that of the environment]
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
}

/// Where the dashboard goes.
enum Out {
    Stdout,
    Files { html: Option<File>, json: File },
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let out = out(args)?;
    log.stage("comparing results with targets");
    let actuals = revier::disk::named(Path::new(""), &args.actuals);
    let (dashboard, warnings) = track::track(&args.dir, &actuals, args.as_of)?;
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    let mut json =
        serde_json::to_string_pretty(&dashboard).map_err(|e| Error::Internal(e.to_string()))?;
    json.push('\n');
    log.clear();
    log.problems(&warnings);
    match out {
        Out::Stdout => print(json.as_bytes()),
        Out::Files { html, json: file } => {
            let mut text = track::summary(&dashboard, lang);
            // As they were named, and not where links lead.
            let json_name = args.out.with_extension("json");
            let named = html.iter().map(|_| &args.out).chain([&json_name]);
            let named: Vec<String> = named.map(|path| path.display().to_string()).collect();
            text += &format!("\nwritten to {}\n", named.join(", "));
            let mut staged = vec![file.stage(filled(json.as_bytes()))?];
            if let Some(html) = html {
                staged.push(html.stage(filled(&track::html(&dashboard, lang)?))?);
            }
            publish(staged)?;
            say(&text)
        }
    }
}

/// What `--out` means. The endings keep results and plans from being overwritten.
fn out(args: &Args) -> Result<Out, Error> {
    let out = &args.out;
    if out == Path::new("-") {
        return Ok(Out::Stdout);
    }
    let ending = out.extension().map(|e| e.to_ascii_lowercase());
    let html = match ending.as_deref().and_then(|e| e.to_str()) {
        Some("html" | "htm") => true,
        Some("json") => false,
        _ => {
            return Err(Error::Usage(format!(
                "--out {}: the name must end in .html or .json; - is JSON on stdout",
                out.display()
            )));
        }
    };
    let claim = |out: &Path, is_ours| {
        let guard = Guard {
            is_ours,
            otherwise: "is in the way, and is no dashboard of revier",
            force: args.force,
        };
        place(out, &args.dir, &args.actuals, guard)
    };
    let html = if html {
        Some(claim(out, track::is_page)?)
    } else {
        None
    };
    let json = claim(&out.with_extension("json"), is_dashboard)?;
    Ok(Out::Files { html, json })
}

/// Whether a file is the JSON of an earlier run, which may be replaced.
fn is_dashboard(path: &Path) -> bool {
    let mut start = [0; 128];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start));
    let text = String::from_utf8_lossy(&start[..read.unwrap_or(0)]).into_owned();
    let mut lines = text.lines().map(str::trim_start);
    lines.next() == Some("{")
        && lines.next().is_some_and(|l| l.starts_with("\"revier\": "))
        && lines.next().is_some_and(|l| l.starts_with("\"plan\": "))
}
