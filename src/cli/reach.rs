//! `revier reach`.

use super::files::filled;
use super::log::Log;
use super::table::cut;
use super::{print, say};
use revier::base::words::{figure, fixed, thousands};
use revier::disk::staging::{File, Guard, lies_in, publish, resolve};
use revier::error::Error;
use revier::reach::{self, Options, Reach, limits};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `reach` is asked for.
#[derive(clap::Args)]
#[command(after_long_help = "\
Trips are those of the plan: by road as its scenario has it (out, back, or the mean of both), great circles with its detour and speed_kmh, or the pairs of its matrix. Customers \
are counted by their own trips. An area is drawn from a lattice of places and the trips there; `resolution_m` says how fine. By great circle it is a circle; a matrix has none.")]
pub struct Args {
    /// A plan directory that `solve` wrote, or a scenario
    #[arg(value_name = "DIR|SCENARIO.toml")]
    from: PathBuf,
    /// Limits in minutes of a trip: 30,60
    #[arg(
        long,
        value_name = "MINUTES",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    minutes: Vec<f64>,
    /// Limits in km of a trip (by road: of the fastest way)
    #[arg(
        long,
        value_name = "KM",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    km: Vec<f64>,
    /// Areas: FILE.geojson, a feature per home base and limit; - is stdout; a link is followed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Customers with their nearest home base, and how that compares with the plan's: FILE.csv or FILE.geojson
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Of a plan by road: the ways to its customers, FILE.geojson, each piece of road once per rep
    #[arg(long, value_name = "FILE")]
    routes: Option<PathBuf>,
    /// Replace files that `revier reach` did not write
    #[arg(long)]
    force: bool,
    /// Of a scenario with teams: the team
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
}

/// What is written, and where.
type Output = (File, PathBuf, fn(&Reach) -> String);

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let limits = limits(&args.minutes, &args.km)?;
    let outputs = outputs(args)?;
    let options = Options {
        limits,
        team: args.team.clone(),
        areas: args.out.is_some(),
        routes: args.routes.is_some(),
    };
    log.stage("searching what is within reach");
    let (reach, warnings) = reach::reach(&args.from, &options)?;
    log.clear();
    log.problems(&warnings);
    reach.notes.iter().for_each(|note| log.note(note));
    for file in &reach.stale {
        log.note(&format!(
            "{} has changed since the plan in {} was made; what is told is of the file as it is now",
            file.display(),
            args.from.display()
        ));
    }
    let read = reach.inputs.files.iter().map(|f| f.path.as_path());
    let read: Vec<&Path> = read
        .chain(reach.named.iter().map(PathBuf::as_path))
        .collect();
    let mut staged = Vec::new();
    let mut names = Vec::new();
    for (file, name, text) in outputs {
        file.spares(read.iter().copied())?;
        staged.push(file.stage(filled(text(&reach).as_bytes()))?);
        names.push(name.display().to_string());
    }
    let to_stdout = is_stdout(args);
    if to_stdout {
        print(reach::areas(&reach).as_bytes())?;
    }
    publish(staged)?;
    match (to_stdout, names.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => say(&table(&reach)),
        (false, false) => say(&format!(
            "{}\nwritten to {}\n",
            table(&reach),
            names.join(", ")
        )),
    }
}

fn is_stdout(args: &Args) -> bool {
    args.out.as_deref() == Some(Path::new("-"))
}

/// The files that may be written.
fn outputs(args: &Args) -> Result<Vec<Output>, Error> {
    let mut outputs: Vec<Output> = Vec::new();
    if let Some(out) = args.out.as_deref().filter(|_| !is_stdout(args)) {
        ends(out, "--out", &["geojson", "json"])?;
        outputs.push((claim(args, out, reach::is_areas)?, out.into(), reach::areas));
    }
    if let Some(out) = args.customers.as_deref() {
        let ending = ends(out, "--customers", &["csv", "geojson"])?;
        outputs.push(match ending.as_str() {
            "csv" => (
                claim(args, out, reach::is_customers_csv)?,
                out.into(),
                reach::customers_csv,
            ),
            _ => (
                claim(args, out, reach::is_customers_geojson)?,
                out.into(),
                reach::customers_geojson,
            ),
        });
    }
    if let Some(out) = args.routes.as_deref() {
        ends(out, "--routes", &["geojson", "json"])?;
        outputs.push((
            claim(args, out, reach::is_routes)?,
            out.into(),
            reach::routes,
        ));
    }
    for (k, (file, name, _)) in outputs.iter().enumerate() {
        if outputs[..k]
            .iter()
            .any(|(other, _, _)| other.path() == file.path())
        {
            let what = format!(
                "{} is named for two outputs; name two files",
                name.display()
            );
            return Err(Error::Usage(what));
        }
    }
    Ok(outputs)
}

/// The ending of a file, which has to be one of these.
fn ends(out: &Path, flag: &str, endings: &[&str]) -> Result<String, Error> {
    let ending = out.extension().map(|e| e.to_ascii_lowercase());
    let ending = ending
        .and_then(|e| e.to_str().map(String::from))
        .unwrap_or_default();
    if endings.contains(&ending.as_str()) {
        return Ok(ending);
    }
    let all: Vec<String> = endings.iter().map(|e| format!(".{e}")).collect();
    Err(Error::Usage(format!(
        "{flag} {}: the name must end in {}",
        out.display(),
        all.join(" or ")
    )))
}

/// A file that is none of those that are read, and does not lie in the plan.
fn claim(args: &Args, out: &Path, is_ours: fn(&Path) -> bool) -> Result<File, Error> {
    let guard = Guard {
        is_ours,
        otherwise: "is in the way, and `revier reach` has not written it",
        force: args.force,
    };
    let of_this = args.from.is_dir() && lies_in(out, &args.from);
    if !of_this && lies_in_a_plan(out) {
        let name = out.display();
        let what = format!("{name} would lie among the files of a plan; name a file elsewhere");
        return Err(Error::Usage(what));
    }
    if args.from.is_dir() {
        return super::files::place(out, &args.from, &args.from, guard);
    }
    let file = File::claim(out, guard)?;
    file.spares([args.from.as_path()])?;
    Ok(file)
}

/// Whether a file, links followed, would lie in the directory of a plan: what is there is sealed by its report.
fn lies_in_a_plan(out: &Path) -> bool {
    let real = resolve(out);
    let full = std::path::absolute(&real).unwrap_or(real);
    let seals = ["report.json", "certificate.json"];
    let is_plan = |dir: &Path| seals.iter().all(|seal| dir.join(seal).is_file());
    full.ancestors().skip(1).any(is_plan)
}

/// The widest name of a rep.
const NAME: usize = 20;

/// A line per rep and limit.
fn table(reach: &Reach) -> String {
    let measures = &reach.inputs.scenario.balance;
    let measures: Vec<&str> = measures.iter().map(|b| b.measure.as_str()).collect();
    let mut text = format!("{:<NAME$} {:>12} {:>9}", "home base", "within", "customers");
    if !reach.owner.is_empty() {
        let _ = write!(text, " {:>9}", "its own");
    }
    let shown = measures
        .iter()
        .enumerate()
        .filter(|(_, m)| **m != "customers");
    let shown: Vec<(usize, usize)> = shown
        .map(|(k, name)| {
            let width = name.chars().count().clamp(9, 14);
            let _ = write!(text, " {:>width$}", cut(name, width));
            (k, width)
        })
        .collect();
    text.push('\n');
    for (j, counts) in reach.counts.iter().enumerate() {
        for (limit, count) in reach.limits.iter().zip(counts) {
            let most = format!(
                "{} {}",
                limit.most,
                if limit.unit.name() == "km" {
                    "km"
                } else {
                    "min"
                }
            );
            let _ = write!(
                text,
                "{:<NAME$} {most:>12} {:>9}",
                cut(&reach.inputs.reps.name[j], NAME),
                thousands(count.customers)
            );
            if !reach.owner.is_empty() {
                let _ = write!(text, " {:>9}", thousands(count.own));
            }
            for (k, width) in &shown {
                let _ = write!(text, " {:>width$}", figure(count.measures[*k]));
            }
            text.push('\n');
        }
    }
    text.push('\n');
    text + &ending(reach)
}

/// Who is nearest to whom, and who is within no limit.
fn ending(reach: &Reach) -> String {
    let n = reach.nearest.len();
    let mut text = String::new();
    for limit in &reach.limits {
        let far = reach.nobody_within(*limit);
        if far > 0 {
            let (far, most, unit) = (thousands(far), limit.most, limit.unit.name());
            let _ = writeln!(
                text,
                "{far} of {} customers are within {most} {unit} of no home base",
                thousands(n)
            );
        }
    }
    if !reach.owner.is_empty() {
        let of = reach.owner.iter().zip(&reach.nearest);
        let own = of.filter(|(own, nearest)| **own == nearest.rep).count();
        let (own, all) = (thousands(own), thousands(n));
        let more = reach.minutes_more();
        let _ = writeln!(
            text,
            "{own} of {all} customers have the rep whose home base is nearest; to the others the trip takes {} minutes more on average",
            fixed(more, 1)
        );
    }
    if let Some(osm) = reach.attribution() {
        let _ = writeln!(text, "roads: {osm}");
    }
    text
}
