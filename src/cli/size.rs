//! `revier size`.

use super::files::filled;
use super::log::Log;
use super::visible::visible;
use super::{interrupt, say, table};
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::output::Target;
use revier::plan::{Claim, Status};
use revier::report::Lang;
use revier::run::Stage;
use revier::scenario::{Overrides, Scenario};
use revier::sizing::{self, Asked, Curve, Row, Turnover, Verdict};
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
    /// Instead of the curve: the N best places for one more rep beside those of today
    #[arg(long, value_name = "N")]
    next: Option<usize>,
    /// Instead of the curve: what it costs when a rep leaves, each of them
    #[arg(long)]
    leave: bool,
    /// Instead of the curve: the N best moves of a rep of today to another place
    #[arg(long = "move", value_name = "N")]
    moves: Option<usize>,
}

impl Args {
    /// What is asked of the team of today, if anything is.
    fn asked(&self) -> Option<Asked> {
        let asked = Asked {
            joins: self.next.unwrap_or(0),
            leaves: self.leave,
            moves: self.moves.unwrap_or(0),
        };
        (asked != Asked::default()).then_some(asked)
    }
}

/// A file in `--out`.
fn claim(args: &Args, name: &str, is_ours: fn(&Path) -> bool) -> Result<File, Error> {
    let guard = Guard {
        is_ours,
        otherwise: "is in the way, and is no file of `revier size`",
        force: args.force,
    };
    File::claim(&args.out.join(name), guard)
}

/// Says which rules of the scenario are left out.
fn tell_left_out(scenario: &Scenario, log: &Log) {
    let left_out = [
        ("[change]", scenario.change.is_some()),
        ("[[prefer]]", !scenario.prefer.is_empty()),
        ("[rules] wishes", scenario.rules.wishes.is_some()),
    ];
    for (rule, _) in left_out.iter().filter(|(_, there)| *there) {
        tell(rule, log);
    }
    if scenario.deviation().is_some() {
        log.note("[[balance]] deviation_cost is left out: what is compared is travel");
    }
}

fn tell(rule: &str, log: &Log) {
    log.note(&format!(
        "{rule} is left out: nobody knows who will be there"
    ));
}

/// Says that regions are left out, where there are places without one.
fn tell_regions(left_out: bool, log: &Log) {
    if left_out {
        tell("[regions] for places without a region", log);
    }
}

/// What changes of the team of today do.
fn turnover(args: &Args, asked: Asked, log: &Log) -> Result<(), Error> {
    let file = claim(args, "turnover.csv", sizing::is_turns)?;
    let scenario =
        Scenario::load(Some(&args.scenario), &Overrides::default()).map_err(Error::Input)?;
    let mut read = vec![args.scenario.clone()];
    scenario.clone().each_path(|path| read.push(path.clone()));
    file.spares(read.iter().map(PathBuf::as_path))?;
    tell_left_out(&scenario, log);
    let cancel = interrupt::listen()?;
    log.stage("looking at changes of the team");
    let turnover = sizing::turnover(&scenario, &args.scenario, asked, &cancel)?;
    log.clear();
    tell_regions(turnover.without_region, log);
    let table = sizing::turns_table(&turnover).into_bytes();
    publish(vec![file.stage(filled(&table))?])?;
    say(&turns(&turnover))
}

/// The changes as a table.
fn turns(turnover: &Turnover) -> String {
    let (value, bound) = turnover.today;
    let mut text = format!(
        "{} reps today: travel {value:.0}, at least {:.0}\n\n",
        turnover.reps,
        bound.floor()
    );
    let money = turnover
        .turns
        .iter()
        .any(|t| turnover.saves_money(t).is_some());
    text.push_str("change   who, and where                      travel       saves     at most");
    text.push_str(if money { "         money\n" } else { "\n" });
    for turn in &turnover.turns {
        let id = |at: Option<u32>| at.map(|at| turnover.person(at).0.to_owned());
        let who = match (id(turn.rep), id(turn.place)) {
            (Some(rep), Some(place)) => format!("{rep} to {place}"),
            (rep, place) => rep.or(place).unwrap_or_default(),
        };
        text.push_str(&format!("{:<8} {:<28}", turn.what.word(), visible(&who)));
        let (found, most) = turnover.saves(turn);
        match (turn.is_found(), turn.claim) {
            (true, _) => text.push_str(&format!(
                " {:>13.0} {found:>11.0} {:>11.0}",
                turn.travel,
                most.ceil()
            )),
            (false, Claim::Infeasible) => text.push_str("  no plan is within the rules (proven)"),
            (false, _) => text.push_str("  no plan was found; none is ruled out"),
        }
        if let Some(saved) = turnover.saves_money(turn).filter(|_| turn.is_found()) {
            text.push_str(&format!(" {saved:>13.0}"));
        }
        text.push('\n');
    }
    text
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    if let Some(asked) = args.asked() {
        return turnover(args, asked, log);
    }
    let files = [
        claim(args, "curve.csv", sizing::is_curve)?,
        claim(args, "reps.geojson", sizing::is_ours)?,
        claim(args, "bounds.json", sizing::is_ours)?,
        claim(args, "report.html", sizing::is_page)?,
    ];
    let place = args.out.join("plan");
    let target = match args.force {
        true => Target::claim_by_force(&place)?,
        false => Target::claim(&place)?,
    };
    let scenario =
        Scenario::load(Some(&args.scenario), &Overrides::default()).map_err(Error::Input)?;
    if !scenario.team.is_empty() || (scenario.select.as_ref()).is_some_and(|s| s.reps.is_some()) {
        let what = "`revier size` looks for places of reps, and cannot tell whose team they would be of: leave [[team]] and `reps` of [select] out; \
                    [select] customers = '...' sizes one team";
        return Err(Error::Usage(what.into()));
    }
    let mut read = vec![args.scenario.clone()];
    scenario.clone().each_path(|path| read.push(path.clone()));
    target.spares(read.iter().map(PathBuf::as_path))?;
    for file in &files {
        file.spares(read.iter().map(PathBuf::as_path))?;
    }
    tell_left_out(&scenario, log);
    let cancel = interrupt::listen()?;
    log.stage("looking for home bases");
    let curve = sizing::curve(&scenario, &args.scenario, &cancel)?;
    log.clear();
    tell_regions(curve.without_region, log);
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
        log.problems(&solved.warnings());
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
