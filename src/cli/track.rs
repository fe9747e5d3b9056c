//! `revier track`.

use super::files::{replace, writable};
use super::log::Log;
use super::print;
use revier::date::Date;
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
    /// Results: a .csv or .xlsx with customer_id or rep, period, and a column per measure
    actuals: PathBuf,
    /// The dashboard: FILE.html with FILE.json beside it, FILE.json alone, or - for JSON on stdout
    #[arg(long, value_name = "FILE", default_value = "track.html")]
    out: PathBuf,
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
    Files {
        html: Option<PathBuf>,
        json: PathBuf,
    },
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let out = place(&args.out, &args.dir)?;
    log.stage("comparing results with targets");
    let (dashboard, warnings) = track::track(&args.dir, &args.actuals, args.as_of)?;
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    let mut json =
        serde_json::to_string_pretty(&dashboard).map_err(|e| Error::Internal(e.to_string()))?;
    json.push('\n');
    log.clear();
    log.problems(&warnings);
    match out {
        Out::Stdout => print(json.as_bytes()),
        Out::Files { html, json: file } => {
            replace(&file, json.as_bytes())?;
            if let Some(html) = &html {
                replace(html, &track::html(&dashboard, lang)?)?;
            }
            let mut text = track::summary(&dashboard, lang);
            let named: Vec<String> = html
                .iter()
                .chain([&file])
                .map(|path| path.display().to_string())
                .collect();
            text += &format!("\nwritten to {}\n", named.join(", "));
            print(text.as_bytes())
        }
    }
}

/// What `--out` means. The endings keep results and plans from being overwritten.
fn place(out: &Path, dir: &Path) -> Result<Out, Error> {
    if out == Path::new("-") {
        return Ok(Out::Stdout);
    }
    let name = out.display();
    let ending = out.extension().map(|e| e.to_ascii_lowercase());
    let html = match ending.as_deref().and_then(|e| e.to_str()) {
        Some("html" | "htm") => Some(out.to_owned()),
        Some("json") => None,
        _ => {
            return Err(Error::Usage(format!(
                "--out {name}: the name must end in .html or .json; - is JSON on stdout"
            )));
        }
    };
    writable(out, dir)?;
    let json = out.with_extension("json");
    if json.exists() && !is_dashboard(&json) {
        return Err(Error::Usage(format!(
            "{} is in the way, and is no dashboard of revier; name another file with --out",
            json.display()
        )));
    }
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
