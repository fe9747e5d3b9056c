//! `revier assign`.

use super::files::{filled, place, starts_with};
use super::log::Log;
use super::table::cut;
use super::{print, say};
use revier::base::words::figure;
use revier::base::words::thousands;
use revier::disk::staging::{Guard, publish};
use revier::error::Error;
use revier::leads::{self, By, CSV_HEADER, Routing, Source};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `assign` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote
    dir: PathBuf,
    /// Leads: .geojson, .geojsonl, .csv, .xlsx, .xlsb, .ods or .xls, maybe with .gz, with id, lon, lat, and what else customers have; - is stdin
    leads: PathBuf,
    /// Where they go: FILE.csv, FILE.geojson, or - for CSV on stdout; a link is followed
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Replace a file that holds no routes of revier
    #[arg(long)]
    force: bool,
}

/// How a routing is written.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    GeoJson,
}

/// How a GeoJSON of routes begins.
const GEOJSON_START: &str = "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"properties\":{\"customer_id\":";

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let to_stdout = args.out == Path::new("-");
    let (format, file) = if to_stdout {
        (Format::Csv, None)
    } else {
        let format = format(&args.out)?;
        let guard = Guard {
            is_ours: match format {
                Format::Csv => |path| starts_with(path, CSV_HEADER),
                Format::GeoJson => |path| starts_with(path, GEOJSON_START),
            },
            otherwise: "is in the way, and no routes that revier wrote",
            force: args.force,
        };
        let file = place(&args.out, &args.dir, &args.leads, guard)?;
        (format, Some(file))
    };
    log.stage("routing leads");
    let (routing, warnings) = if args.leads == Path::new("-") {
        let bytes = revier::disk::read_whole(std::io::stdin().lock()).map_err(|mut problem| {
            problem.file = "stdin".into();
            Error::Input(vec![*problem])
        })?;
        leads::route(&args.dir, Source::Stdin(&bytes))?
    } else {
        leads::route(&args.dir, Source::File(&args.leads))?
    };
    log.clear();
    log.problems(&warnings);
    let mut bytes = Vec::new();
    let written = match format {
        Format::Csv => leads::csv(&mut bytes, &routing),
        Format::GeoJson => leads::geojson(&mut bytes, &routing),
    };
    written.map_err(|e| Error::Internal(e.to_string()))?;
    if let Some(file) = file {
        publish(vec![file.stage(filled(&bytes))?])?;
        let text = summary(&routing) + &format!("written to {}\n", args.out.display());
        say(&text)?;
    } else {
        print(&bytes)?;
        log.note(&decided(&routing));
    }
    let nobody = of(&routing, By::Nobody);
    if nobody > 0 {
        return Err(Error::Infeasible(format!(
            "no rep may have {} of {} leads; the column `reason` names the rules",
            thousands(nobody),
            thousands(routing.routes.len())
        )));
    }
    Ok(())
}

/// The format that the name of a file asks for.
fn format(out: &Path) -> Result<Format, Error> {
    let ending = out.extension().map(|e| e.to_ascii_lowercase());
    match ending.as_deref().and_then(|e| e.to_str()) {
        Some("csv") => Ok(Format::Csv),
        Some("geojson" | "json") => Ok(Format::GeoJson),
        _ => Err(Error::Usage(format!(
            "--out {}: the name must end in .csv or .geojson; - is CSV on stdout",
            out.display()
        ))),
    }
}

/// How many leads this decided about.
fn of(r: &Routing, by: By) -> usize {
    r.routes.iter().filter(|route| route.by == by).count()
}

/// How many leads there are, and what decided about them.
fn decided(r: &Routing) -> String {
    let parts: Vec<String> = (By::ALL.iter().map(|by| (by.name(), of(r, *by))))
        .filter(|(_, n)| *n > 0)
        .map(|(name, n)| format!("{name} {}", thousands(n)))
        .collect();
    format!("{} leads: {}", thousands(r.routes.len()), parts.join(", "))
}

/// Widest name of a rep.
const NAME: usize = 22;

/// A line per rep that gets leads, and what decided about how many.
fn summary(r: &Routing) -> String {
    let measure = (r.leads.scenario.balance.first()).map_or("", |b| b.measure.as_str());
    let mut text = format!(
        "{:<NAME$} {:>7} {:>16} {:>12} {:>12}\n",
        "rep",
        "leads",
        cut(measure, 16),
        "with leads",
        "upper bound"
    );
    for (name, load) in r.leads.reps.name.iter().zip(&r.reps) {
        let (Some(before), Some(added)) = (load.before.first(), load.added.first()) else {
            continue;
        };
        if load.leads > 0 {
            let upper = load.upper[0].map_or("-".to_owned(), figure);
            let _ = writeln!(
                text,
                "{:<NAME$} {:>7} {:>16} {:>12} {upper:>12}",
                cut(name, NAME),
                thousands(load.leads),
                figure(*before),
                figure(before + added),
            );
        }
    }
    let _ = writeln!(text, "\n{}", decided(r));
    text
}
