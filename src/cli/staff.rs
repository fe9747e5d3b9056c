//! `revier staff`.

use super::files::{filled, place};
use super::log::Log;
use super::table::cut;
use super::{print, say};
use revier::base::words::{figure, fixed, percent, signed_percent, thousands};
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::scenario::{ColumnArg, TableRole};
use revier::staff::{self, Knows, Options, Staffing};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `staff` is asked for.
#[derive(clap::Args)]
#[command(after_long_help = "\
A person costs in a territory what all of its customers would cost from their home, as the plan counts it (workload x km, say). A pair is ruled out where a \
customer requires a skill that the person lacks, is too far away (max_km, max_minutes), has no way in the travel matrix, or is forbidden to the person, and where \
the load is outside of the person's own min_MEASURE and max_MEASURE. Locks and capacities play no part. As many territories as can be get a person, at the least cost.

Exit status: 0 as many territories have a person as there are people or territories; 2 bad input; 3 fewer can be staffed, and the reason is told (files are written \
all the same).")]
pub struct Args {
    /// A plan directory that `solve` wrote
    dir: PathBuf,
    /// People: a file like that of the reps, with id, name, home base, skills and limits; - is stdin
    people: PathBuf,
    /// FILE.json (all: costs, prices, reasons), FILE.csv (a row per person), FILE.geojson (the territories with their people), or - for JSON on stdout; a
    /// link is followed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What it is worth that an account keeps the person who looks after it today (its `owner`): a share of the way to it (10%), or km of it (20; minutes
    /// where the plan counts minutes) [default: 0]
    #[arg(long, value_name = "SHARE%|KM", value_parser = knows)]
    knows: Option<Knows>,
    /// A travel matrix with the people, in the place of the plan's: customer_id, rep_id, km, minutes
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// The column of the people's file that has a property: id=Personalnummer (or matrix.km=Weg)
    #[arg(long, value_name = "[TABLE.]PROPERTY=COLUMN", value_parser = column)]
    columns: Vec<ColumnArg>,
    /// Replace a file that is no staffing of revier
    #[arg(long)]
    force: bool,
}

fn knows(text: &str) -> Result<Knows, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let known = match text.strip_suffix('%') {
        Some(share) => {
            let share = number(share).filter(|s| (0.0..=100.0).contains(s));
            share.map(|s| Knows::Share(s / 100.0))
        }
        None => number(text)
            .filter(|x| (0.0..=40_000.0).contains(x))
            .map(Knows::Way),
    };
    match known {
        Some(Knows::Share(0.0) | Knows::Way(0.0)) => Ok(Knows::Nothing),
        Some(known) => Ok(known),
        None => Err("write a share (10%), or the km of a way (20)".into()),
    }
}

/// A column of the people, who stand in the place of the reps.
fn column(text: &str) -> Result<ColumnArg, String> {
    let left = text.split_once('=').map_or(text, |(left, _)| left);
    match left.contains('.') {
        true => text.parse(),
        false => format!("{}.{text}", TableRole::Reps).parse(),
    }
}

/// A format of the file.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Csv,
    GeoJson,
}

/// Where the staffing goes.
enum Out {
    Nowhere,
    Stdout,
    File(File, Format),
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let out = out(args)?;
    log.stage("who takes which territory");
    let people = revier::disk::named(Path::new(""), &args.people);
    let options = Options {
        knows: args.knows.unwrap_or_default(),
        matrix: args.matrix.clone(),
        columns: args.columns.clone(),
    };
    let (staffing, warnings) = staff::staff(&args.dir, &people, &options)?;
    log.clear();
    log.problems(&warnings);
    staffing.case.notes.iter().for_each(|note| log.note(note));
    for file in &staffing.case.stale {
        log.note(&format!(
            "{} has changed since the plan in {} was made; the costs are those of the file as it is now",
            file.display(),
            args.dir.display()
        ));
    }
    match out {
        Out::Nowhere => say(&table(&staffing))?,
        Out::Stdout => print(staff::json(&staffing)?.as_bytes())?,
        Out::File(file, format) => {
            let text = match format {
                Format::Json => staff::json(&staffing)?,
                Format::Csv => staff::csv(&staffing),
                Format::GeoJson => staff::geojson(&staffing),
            };
            publish(vec![file.stage(filled(text.as_bytes()))?])?;
            let name = args.out.as_deref().unwrap_or(Path::new("")).display();
            say(&format!("{}\nwritten to {name}\n", table(&staffing)))?;
        }
    }
    if staffing.is_complete() {
        return Ok(());
    }
    let most = staffing.case.people.min(staffing.case.territories.len());
    Err(Error::Infeasible(format!(
        "{} of {} can be staffed, no staffing has more\n  {}",
        thousands(staffing.assignment.staffed),
        thousands(most),
        staff::left_over(&staffing).join("\n  ")
    )))
}

/// What `--out` means.
fn out(args: &Args) -> Result<Out, Error> {
    let Some(out) = &args.out else {
        return Ok(Out::Nowhere);
    };
    if out == Path::new("-") {
        return Ok(Out::Stdout);
    }
    let ending = out.extension().map(|e| e.to_ascii_lowercase());
    let (format, is_ours): (Format, fn(&Path) -> bool) =
        match ending.as_deref().and_then(|e| e.to_str()) {
            Some("json") => (Format::Json, staff::is_json),
            Some("csv") => (Format::Csv, staff::is_csv),
            Some("geojson") => (Format::GeoJson, staff::is_geojson),
            _ => {
                return Err(Error::Usage(format!(
                    "--out {}: the name must end in .json, .csv or .geojson; - is JSON on stdout",
                    out.display()
                )));
            }
        };
    let guard = Guard {
        is_ours,
        otherwise: "is in the way, and is no staffing of revier",
        force: args.force,
    };
    let file = place(out, &args.dir, &args.people, guard)?;
    file.spares(args.matrix.as_deref())?;
    Ok(Out::File(file, format))
}

/// Widest names of people, territories and second choices.
const NAMES: [usize; 3] = [16, 16, 14];

/// A line per person, and what the whole costs.
fn table(s: &Staffing) -> String {
    let [a, b, c] = NAMES;
    let mut text = format!(
        "{:<a$} {:<b$} {:>9} {:>5} {:>7} {:<c$} {:>7}\n",
        "person", "territory", "customers", "known", "mean km", "next best", "more"
    );
    for (p, t) in s.assignment.of_people().iter().enumerate() {
        person(s, p, *t, &mut text);
    }
    let empty = s.assignment.of_territories().iter().enumerate();
    for (t, _) in empty.filter(|(_, p)| p.is_none()) {
        let customers = thousands(s.case.customers[t].len());
        let _ = writeln!(
            text,
            "{:<a$} {:<b$} {customers:>9}",
            "-",
            cut(s.territory(t), b)
        );
    }
    text.push('\n');
    text + &ending(s)
}

fn person(s: &Staffing, p: usize, t: Option<usize>, text: &mut String) {
    let [a, b, c] = NAMES;
    let km = t.and_then(|t| staff::mean_km(&s.case, p, t));
    let _ = write!(
        text,
        "{:<a$} {:<b$} {:>9} {:>5} {:>7}",
        cut(s.person(p), a),
        t.map_or("-".into(), |t| cut(s.territory(t), b)),
        t.map_or(String::new(), |t| thousands(s.case.customers[t].len())),
        t.map_or(String::new(), |t| thousands(s.pair(p, t).known as usize)),
        km.map_or(String::new(), |km| fixed(km, 1)),
    );
    let (next, more) = match s.seconds[p] {
        None => ("none", String::new()),
        Some(next) if next.fewer > 0 => ("none", "1 fewer".into()),
        Some(next) => (s.territory(next.territory), figure(s.grid.value(next.more))),
    };
    let _ = writeln!(text, " {:<c$} {more:>7}", cut(next, c));
}

/// What the whole costs, what is proven, swaps, and what is ruled out.
fn ending(s: &Staffing) -> String {
    let mut text = String::new();
    let (staffed, count) = (s.assignment.staffed, s.case.territories.len());
    let unit = s.inputs().scenario.objective_unit();
    let total = s.grid.value(s.assignment.total);
    let _ = writeln!(
        text,
        "{} of {} territories have a person, {} of {} people a territory: {} {unit}",
        thousands(staffed),
        thousands(count),
        thousands(staffed),
        thousands(s.case.people),
        figure(total)
    );
    let then = s.case.plan.report.objective.travel;
    if staffed == count && then > 0.0 {
        let travel: f64 = s.assignment.pairs().map(|(p, t)| s.pair(p, t).travel).sum();
        let change = signed_percent(travel / then - 1.0, 2);
        let _ = writeln!(
            text,
            "its travel is {}, that of the plan's own reps {} ({change})",
            figure(travel),
            figure(then)
        );
    }
    let (known, kept) = s.known();
    if known > 0 {
        let share = percent(kept as f64 / known as f64, 1);
        let _ = writeln!(
            text,
            "{} of {} customers who know one of the people keep theirs ({share})",
            thousands(kept),
            thousands(known)
        );
    }
    let _ = writeln!(
        text,
        "no staffing has more pairs, or as many for less (proven by prices; {})",
        staff::rounding(s)
    );
    if let Some(ruled_out) = staff::ruled_out(s) {
        let _ = writeln!(text, "{ruled_out}");
    }
    if !s.swaps.is_empty() {
        text.push_str("swaps that cost least:\n");
    }
    for swap in &s.swaps {
        let (one, other) = (s.person(swap.one), s.person(swap.other));
        let more = figure(s.grid.value(swap.more));
        let _ = writeln!(
            text,
            "  {} <-> {}: {more} more",
            cut(one, 30),
            cut(other, 30)
        );
    }
    text
}
