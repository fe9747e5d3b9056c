//! `revier assign`.

use super::files::{filled, place};
use super::log::Log;
use super::table::cut;
use super::{MAX_THREADS, print, say, use_threads};
use revier::base::words::{figure, thousands};
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::leads::{self, By, Format, Options, Out, Routing, Several, Source, Streamed, Tally};
use revier::teams::Index;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `assign` is asked for.
#[derive(clap::Args)]
#[command(after_long_help = "\
Each lead gets a row, in their order: its own columns as they stand, then customer_id, rep_id, by, territory, km, minutes, \
next_rep_id, next_km, reason, place, lon, lat (customer_id, lon and lat only where the leads have no such columns). A column of \
the leads that is called as another one of these comes back as lead_NAME, and that is told.

From stdin to stdout, CSV and newline-delimited GeoJSON are routed while they come: a lead in, a row out. Each row is read by \
itself then: ids are not compared with each other, a number that may be read in two ways is asked for, and the first lead of a \
group decides for those behind it.

Exit status: 0 all leads have a rep; 2 a lead is bad (without --skip-bad); 3 some leads go to nobody; 5 bad leads were put aside \
by --skip-bad, all others are routed (whether or not to somebody).")]
pub struct Args {
    /// A plan directory that `solve` wrote, or one with the plans of several teams: a lead then gets a row for each team whose customers it would be one of
    /// (the column `team` comes last), and nothing is routed before all have come
    dir: PathBuf,
    /// Leads: .geojson, .geojsonl, .gpkg, .shp, .fgb, .csv, .xlsx, .xlsb, .ods or .xls, maybe with .gz, with id, and lon and lat or a postcode, and what
    /// else customers have; - is stdin
    leads: PathBuf,
    /// Where they go: FILE.csv, FILE.geojson, FILE.geojsonl, or - for stdout; a link is followed
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// How they are written [default: as --out ends, CSV to stdout]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatArg>,
    /// Puts bad leads aside into FILE.csv, with what is wrong and what to do, and routes the others; status 5 if there are some
    #[arg(long, value_name = "FILE")]
    skip_bad: Option<PathBuf>,
    /// No lead goes to a rep farther away than this; where all are, to nobody (customers of the plan and locks stay)
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    max_km: Option<f64>,
    /// Where postcodes are, for leads without lon and lat: a text file in the postal format of GeoNames. Area units of the plan with
    /// that postcode come first
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,
    /// Threads to use; the rows do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
    /// Replace files that hold no routes of revier, or no bad leads
    #[arg(long)]
    force: bool,
}

/// How a routing is written.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormatArg {
    /// A table
    Csv,
    /// One GeoJSON collection
    Geojson,
    /// A GeoJSON feature a line
    Geojsonl,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Format {
        match arg {
            FormatArg::Csv => Format::Csv,
            FormatArg::Geojson => Format::GeoJson,
            FormatArg::Geojsonl => Format::Lines,
        }
    }
}

fn kilometres(text: &str) -> Result<f64, String> {
    let km = text.parse::<f64>().ok();
    km.filter(|km| *km >= 0.0 && km.is_finite())
        .ok_or_else(|| "write a number of kilometres, 0 or more".to_owned())
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    use_threads(args.threads)?;
    let format = format(args)?;
    let (file, rejects) = places(args)?;
    let options = Options {
        max_km: args.max_km,
        places: args.places.clone(),
        skip_bad: args.skip_bad.is_some(),
    };
    log.stage("routing leads");
    if let Some(index) = Index::read(&args.dir)? {
        let routed = several(args, &index, &options)?;
        return written(args, log, format, (file, rejects), &routed);
    }
    let from_stdin = args.leads == Path::new("-");
    let (routing, warnings) = if from_stdin && file.is_none() && format != Format::GeoJson {
        match stream(args, log, &options, format, rejects.as_ref())? {
            Streamed::Done(tally) => return streamed(args, log, &tally),
            Streamed::Whole(bytes) => leads::route(&args.dir, Source::Stdin(&bytes), &options)?,
        }
    } else if from_stdin {
        leads::route(&args.dir, Source::Stdin(&all_of_stdin()?), &options)?
    } else {
        leads::route(&args.dir, Source::File(&args.leads), &options)?
    };
    log.clear();
    log.problems(&warnings);
    let written = |e: std::io::Error| Error::Internal(e.to_string());
    let mut bytes = Vec::new();
    match format {
        Format::Csv => leads::csv(&mut bytes, &routing),
        Format::GeoJson => leads::geojson(&mut bytes, &routing),
        Format::Lines => leads::lines(&mut bytes, &routing),
    }
    .map_err(written)?;
    let mut staged = Vec::new();
    if let Some(rejects) = rejects {
        let mut bad = Vec::new();
        leads::rejects(&mut bad, &routing).map_err(written)?;
        staged.push(rejects.stage(filled(&bad))?);
    }
    let to_file = file.is_some();
    if let Some(file) = file {
        staged.push(file.stage(filled(&bytes))?);
    }
    publish(staged)?;
    let tally = tally(&routing);
    if to_file {
        let text = summary(&routing, &tally) + &format!("written to {}\n", args.out.display());
        say(&text)?;
    } else {
        print(&bytes)?;
        log.note(&decided(&tally));
    }
    outcome(args, &tally)
}

/// What comes from stdin, to its end.
fn all_of_stdin() -> Result<Vec<u8>, Error> {
    revier::disk::read_whole(std::io::stdin().lock()).map_err(|mut problem| {
        problem.file = "stdin".into();
        Error::Input(vec![*problem])
    })
}

/// Leads routed by the plan of each team.
struct Routed {
    leads: Several,
    warnings: Vec<revier::Problem>,
}

fn several(args: &Args, index: &Index, options: &Options) -> Result<Routed, Error> {
    let stdin = match args.leads == Path::new("-") {
        true => Some(all_of_stdin()?),
        false => None,
    };
    let (mut teams, mut warnings) = (Vec::new(), Vec::new());
    for team in &index.teams {
        let source = match &stdin {
            Some(bytes) => Source::Stdin(bytes),
            None => Source::File(&args.leads),
        };
        let (routing, told) = leads::route(&args.dir.join(&team.name), source, options)?;
        warnings.extend(told);
        teams.push((team.name.clone(), routing));
    }
    let mut known = std::collections::HashSet::new();
    warnings.retain(|w| known.insert(w.to_string()));
    match Several::new(teams) {
        Some(leads) => Ok(Routed { leads, warnings }),
        None => Err(Error::Usage(format!(
            "the teams in {} do not read the same leads; run `revier solve` again",
            args.dir.display()
        ))),
    }
}

/// Writes the leads of several teams, a row for each lead and team.
fn written(
    args: &Args,
    log: &Log,
    format: Format,
    (file, rejects): (Option<File>, Option<File>),
    routed: &Routed,
) -> Result<(), Error> {
    log.clear();
    log.problems(&routed.warnings);
    let failed = |e: std::io::Error| Error::Internal(e.to_string());
    let mut bytes = Vec::new();
    routed.leads.write(&mut bytes, format).map_err(failed)?;
    let mut staged = Vec::new();
    if let (Some(rejects), Some((_, first))) = (rejects, routed.leads.teams().next()) {
        let mut bad = Vec::new();
        leads::rejects(&mut bad, first).map_err(failed)?;
        staged.push(rejects.stage(filled(&bad))?);
    }
    let to_file = file.is_some();
    if let Some(file) = file {
        staged.push(file.stage(filled(&bytes))?);
    }
    publish(staged)?;
    let all = routed.leads.tally();
    if to_file {
        let mut text = String::new();
        for (name, routing) in routed.leads.teams() {
            let mut tally = tally(routing);
            // Those of other teams are not told as nobody's.
            tally.by[By::Nobody as usize] -= routing.foreign.len();
            tally.leads -= routing.foreign.len();
            let _ = writeln!(text, "team {name}\n{}", summary(routing, &tally));
        }
        let (none, twice) = routed.leads.spread();
        let _ = writeln!(
            text,
            "{} leads: {} of no team, {} of several teams, with a row for each\nwritten to {}",
            thousands(all.leads),
            thousands(none),
            thousands(twice),
            args.out.display()
        );
        say(&text)?;
    } else {
        print(&bytes)?;
    }
    outcome(args, &all)
}

/// Routes a stream, row by row.
fn stream(
    args: &Args,
    log: &Log,
    options: &Options,
    format: Format,
    rejects: Option<&File>,
) -> Result<Streamed, Error> {
    log.clear();
    let mut bad = match rejects {
        Some(file) => Some(
            std::fs::File::create(file.path()).map_err(|source| Error::Io {
                path: args.skip_bad.clone().unwrap_or_default(),
                source,
            })?,
        ),
        None => None,
    };
    let told = |problems: &[revier::Problem]| log.problems(problems);
    let mut stdout = std::io::stdout();
    let out = Out {
        routes: &mut stdout,
        lines: format == Format::Lines,
        rejects: bad.as_mut().map(|file| file as &mut dyn std::io::Write),
        told: &told,
    };
    leads::stream(&args.dir, std::io::stdin(), options, out)
}

/// A stream has ended.
fn streamed(args: &Args, log: &Log, tally: &Tally) -> Result<(), Error> {
    log.note(&decided(tally));
    outcome(args, tally)
}

/// Where routes and bad leads go: a file each, that may be written.
fn places(args: &Args) -> Result<(Option<File>, Option<File>), Error> {
    let guard = |is_ours: fn(&Path) -> bool, otherwise: &'static str| Guard {
        is_ours,
        otherwise,
        force: args.force,
    };
    let mut read = vec![args.leads.as_path()];
    read.extend(args.places.as_deref());
    let file = if args.out == Path::new("-") {
        None
    } else {
        let guard = guard(
            leads::is_ours,
            "is in the way, and no routes that revier wrote",
        );
        Some(place(&args.out, &args.dir, &args.leads, guard)?)
    };
    if let Some(file) = &file {
        file.spares(read.iter().copied())?;
    }
    let Some(out) = &args.skip_bad else {
        return Ok((file, None));
    };
    if out
        .extension()
        .is_none_or(|e| !e.eq_ignore_ascii_case("csv"))
    {
        let name = out.display();
        return Err(Error::Usage(format!(
            "--skip-bad {name}: the name must end in .csv"
        )));
    }
    let guard = guard(
        leads::is_rejects,
        "is in the way, and no bad leads that revier put aside",
    );
    let rejects = place(out, &args.dir, &args.leads, guard)?;
    rejects.spares(read.iter().copied())?;
    if file
        .as_ref()
        .is_some_and(|file| file.path() == rejects.path())
    {
        let name = out.display();
        return Err(Error::Usage(format!(
            "--out and --skip-bad both name {name}; name two files"
        )));
    }
    Ok((file, Some(rejects)))
}

/// The format that is asked for, or that the name of a file says.
fn format(args: &Args) -> Result<Format, Error> {
    let to_stdout = args.out == Path::new("-");
    if let Some(format) = args.format {
        return Ok(format.into());
    }
    if to_stdout {
        return Ok(Format::Csv);
    }
    let ending = args.out.extension().map(|e| e.to_ascii_lowercase());
    match ending.as_deref().and_then(|e| e.to_str()) {
        Some("csv") => Ok(Format::Csv),
        Some("geojson" | "json") => Ok(Format::GeoJson),
        Some("geojsonl" | "jsonl" | "ndjson") => Ok(Format::Lines),
        _ => Err(Error::Usage(format!(
            "--out {}: the name must end in .csv, .geojson or .geojsonl; - is stdout",
            args.out.display()
        ))),
    }
}

/// How many leads each rule decided about.
fn tally(r: &Routing) -> Tally {
    let mut tally = Tally {
        leads: r.routes.len(),
        rejects: r.rejects.len(),
        ..Tally::default()
    };
    for route in &r.routes {
        tally.by[route.by as usize] += 1;
    }
    tally
}

/// What the status says of the leads.
fn outcome(args: &Args, tally: &Tally) -> Result<(), Error> {
    if let Some(rejects) = args.skip_bad.as_ref().filter(|_| tally.rejects > 0) {
        let (bad, all) = (tally.rejects, tally.rejects + tally.leads);
        return Err(Error::Rejected(format!(
            "{} of {} leads are bad, and stand in {}; the others are routed",
            thousands(bad),
            thousands(all),
            rejects.display()
        )));
    }
    let nobody = tally.by[By::Nobody as usize];
    if nobody > 0 {
        return Err(Error::Infeasible(format!(
            "no rep may have {} of {} leads; the column `reason` says why",
            thousands(nobody),
            thousands(tally.leads)
        )));
    }
    Ok(())
}

/// How many leads there are, and what decided about them.
fn decided(tally: &Tally) -> String {
    let parts: Vec<String> = (By::ALL.iter().zip(tally.by))
        .filter(|(_, n)| *n > 0)
        .map(|(by, n)| format!("{} {}", by.name(), thousands(n)))
        .collect();
    format!("{} leads: {}", thousands(tally.leads), parts.join(", "))
}

/// Widest name of a rep.
const NAME: usize = 22;

/// A line per rep that gets leads, and what decided about how many.
fn summary(r: &Routing, tally: &Tally) -> String {
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
    let _ = writeln!(text, "\n{}", decided(tally));
    text
}
