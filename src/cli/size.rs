//! `revier size`.

use super::files::filled;
use super::log::Log;
use super::{interrupt, say, table};
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::output::Target;
use revier::plan::Status;
use revier::report::Lang;
use revier::run::Stage;
use revier::scenario::{Overrides, Scenario};
use revier::sizing::{self, Curve, Row, Verdict};
use std::path::{Path, PathBuf};

/// What `size` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A scenario in TOML with a section [sizing]
    scenario: PathBuf,
    /// Directory for curve.csv, reps.geojson, bounds.json, report.html, and plan/ with the plan that is recommended
    #[arg(long, value_name = "DIR", default_value = "size")]
    out: PathBuf,
    /// Language that the pages open in: en or de [default: as LANG says]
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
    /// Replace files in --out that revier did not write
    #[arg(long)]
    force: bool,
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let claim = |name: &str, is_ours: fn(&Path) -> bool| {
        let guard = Guard {
            is_ours,
            otherwise: "is in the way, and is no file of `revier size`",
            force: args.force,
        };
        File::claim(&args.out.join(name), guard)
    };
    let files = [
        claim("curve.csv", sizing::is_curve)?,
        claim("reps.geojson", sizing::is_ours)?,
        claim("bounds.json", sizing::is_ours)?,
        claim("report.html", sizing::is_page)?,
    ];
    let place = args.out.join("plan");
    let target = match args.force {
        true => Target::claim_by_force(&place)?,
        false => Target::claim(&place)?,
    };
    let scenario =
        Scenario::load(Some(&args.scenario), &Overrides::default()).map_err(Error::Input)?;
    let mut read = vec![args.scenario.clone()];
    scenario.clone().each_path(|path| read.push(path.clone()));
    target.spares(read.iter().map(PathBuf::as_path))?;
    for file in &files {
        file.spares(read.iter().map(PathBuf::as_path))?;
    }
    let left_out = [
        ("[change]", scenario.change.is_some()),
        ("[[prefer]]", !scenario.prefer.is_empty()),
    ];
    for (rule, _) in left_out.iter().filter(|(_, there)| *there) {
        log.note(&format!(
            "{rule} is left out: nobody knows who will be there"
        ));
    }
    let cancel = interrupt::listen()?;
    log.stage("looking for home bases");
    let curve = sizing::curve(&scenario, &args.scenario, &cancel)?;
    log.clear();
    let best = curve.best.map(|at| &curve.rows[at]);
    let reps = best.map(|row| sizing::chosen(&scenario, &curve, row));
    let solved = match &reps {
        None => None,
        Some(reps) => Some(sizing::plan_of(&args.scenario, reps, &cancel, |stage| {
            if stage != Stage::Read {
                log.solving(stage);
            }
        })?),
    };
    log.clear();
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    let contents = [
        Some(sizing::table(&curve).into_bytes()),
        reps.map(String::into_bytes),
        Some(sizing::bounds(&curve)?.into_bytes()),
        Some(sizing::page(&scenario, &curve, lang)?),
    ];
    let mut staged = Vec::new();
    for (file, bytes) in files.into_iter().zip(contents) {
        if let Some(bytes) = bytes {
            staged.push(file.stage(filled(&bytes))?);
        }
    }
    if let Some(mut solved) = solved {
        log.problems(&solved.inputs.warnings);
        solved.lang = lang;
        let infeasible = solved.plan.status == Status::Infeasible;
        solved.write(target)?;
        publish(staged)?;
        say(&lines(&curve))?;
        if infeasible {
            let written = format!("the closest plan is in {}", place.display());
            return Err(Error::Infeasible(table::infeasible(&solved, &written)));
        }
        return say(&format!("\n{}", table::summary(&solved, &place)));
    }
    publish(staged)?;
    say(&lines(&curve))?;
    Err(Error::Infeasible(
        "no number of reps that was looked at has a plan; more reps, or more capacity, may".into(),
    ))
}

/// The curve as a table, and what it says.
fn lines(curve: &Curve) -> String {
    let priced = curve.rows.iter().any(|row| row.total_cost.is_some());
    let mut text = String::from("reps       travel  at least    gap       free");
    text.push_str(if priced { "          cost\n" } else { "\n" });
    for (at, row) in curve.rows.iter().enumerate() {
        text.push_str(&format!("{:>4}", row.reps));
        match row.verdict {
            Verdict::Found => found(row, curve.best == Some(at), &mut text),
            Verdict::TooFew { needed, carried } => text.push_str(&format!(
                "  none can be: there is {needed:.1} to do, and so many can do {carried:.1} at most"
            )),
            Verdict::TooDear { bound, dearest } => text.push_str(&format!(
                "  none can be: it would cost {:.0} at least, and nobody can cost more than {:.0}",
                bound.floor(),
                dearest.ceil()
            )),
            Verdict::NotFound => text.push_str("  no plan was found; none is ruled out"),
        }
        text.push('\n');
    }
    text
}

/// The figures of a number of reps for which there is a plan.
fn found(row: &Row, best: bool, text: &mut String) {
    text.push_str(&format!(
        "{:>13.0} {:>9.0} {:>5.2} %",
        row.travel,
        row.bound.floor(),
        (1e4 * row.gap()).ceil() / 1e2
    ));
    match row.free.is_finite() {
        true => text.push_str(&format!("{:>11.0}", row.free)),
        false => text.push_str("          -"),
    }
    if let Some(cost) = row.total_cost {
        text.push_str(&format!("{cost:>14.0}"));
    }
    if best {
        text.push_str("  <- recommended");
    }
}
