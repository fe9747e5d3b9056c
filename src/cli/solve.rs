//! `revier solve`.

use super::log::Log;
use super::{MAX_THREADS, interrupt, say, table, teams, use_threads};
use clap::ValueEnum;
use revier::disk;
use revier::error::Error;
use revier::output::Target;
use revier::plan::Status;
use revier::plan::frontier::Trade;
use revier::report::Lang;
use revier::run::{self, Stage};
use revier::scenario::{BalanceArg, ColumnArg, Enclaves, Overrides, Scenario, parse_tolerance};
use std::path::{Path, PathBuf};

/// What `solve` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A scenario in TOML; or name the files with --customers and --reps
    scenario: Option<PathBuf>,
    /// Customers: .geojson, .geojsonl, .gpkg, .shp, .fgb, .csv, .xlsx, .xlsb, .ods or .xls, maybe with .gz; - is stdin
    #[arg(long, value_name = "FILE")]
    customers: Option<PathBuf>,
    /// Reps with their home bases, in the same formats
    #[arg(long, value_name = "FILE")]
    reps: Option<PathBuf>,
    /// Outline that the territories are cut to: .geojson, .gpkg, .shp or .fgb
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
    /// A measure to balance, maybe with its tolerance: workload, revenue:10%
    #[arg(long, value_name = "MEASURE[:TOL]")]
    balance: Vec<BalanceArg>,
    /// Tolerance of the measures that name none: 0.05 or 5%
    #[arg(long, value_name = "TOL", value_parser = parse_tolerance)]
    tolerance: Option<f64>,
    /// Travel table: customer_id,rep_id,km,minutes
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// The column of a table that has a property: id=Kundennummer, reps.id=Nr, matrix.km=Weg
    #[arg(long, value_name = "[TABLE.]PROPERTY=COLUMN")]
    columns: Vec<ColumnArg>,
    /// Seed of everything random
    #[arg(long)]
    seed: Option<u64>,
    /// Make borders straighter by moving them up to so many metres, never across a customer
    #[arg(long, value_name = "METRES")]
    simplify: Option<f64>,
    /// Round the corners of borders by moving them up to so many metres, never across a customer
    #[arg(long, value_name = "METRES")]
    smooth: Option<f64>,
    /// Accounts that a rule keeps far from their territory: drawn (keep), or only listed (list)
    #[arg(long, value_name = "keep|list")]
    enclaves: Option<Enclaves>,
    /// Leave land farther than this from every customer to nobody
    #[arg(long, value_name = "KM")]
    max_reach: Option<f64>,
    /// Plan one of the scenario's teams; without it all are, each in a directory of its own
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// Threads to use; the plan does not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
    /// Directory of the plan; a plan that stands there is replaced as a whole, a link is followed
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Language that the page opens in: en or de [default: as LANG says]
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
    /// Evaluate today's assignment (`owner`) as a plan: nothing moves
    #[arg(long)]
    keep: bool,
    /// Also solve with other limits: on change, from the least that is possible to none; on balance, from a tenth of the tolerances to three
    /// times as much; `change,balance` is a grid of both
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    frontier: Vec<Frontier>,
    /// Replace files in --out that are named like those of a plan, but that revier did not write
    #[arg(long)]
    force: bool,
    /// Write nothing when no plan meets the rules
    #[arg(long)]
    strict: bool,
}

/// What a frontier trades travel against.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Frontier {
    /// The share that changes hands
    Change,
    /// The tolerances of the balance measures
    Balance,
}

impl Args {
    fn overrides(&self) -> Overrides {
        // `-` is stdin.
        let file = |path: Option<&Path>| path.map(|p| disk::named(Path::new(""), p));
        Overrides {
            customers: file(self.customers.as_deref()),
            reps: file(self.reps.as_deref()),
            boundary: file(self.boundary.as_deref()),
            balance: (!self.balance.is_empty()).then(|| self.balance.clone()),
            tolerance: self.tolerance,
            matrix: file(self.matrix.as_deref()),
            columns: (!self.columns.is_empty()).then(|| self.columns.clone()),
            seed: self.seed,
            simplify_m: self.simplify,
            smooth_m: self.smooth,
            enclaves: self.enclaves,
            max_reach_km: self.max_reach,
            team: self.team.clone(),
        }
    }
}

/// The place of the plan.
fn claim(args: &Args) -> Result<Target, Error> {
    match args.force {
        true => Target::claim_by_force(&args.out),
        false => Target::claim(&args.out),
    }
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    if args.scenario.is_none() && args.customers.is_none() && args.reps.is_none() {
        return Err(Error::Usage(
            "name a scenario (revier solve SCENARIO.toml), or --customers FILE and --reps FILE"
                .into(),
        ));
    }
    use_threads(args.threads)?;
    let overrides = args.overrides();
    let file = args.scenario.as_deref();
    let lang = args.lang.unwrap_or_else(Lang::of_environment);
    let task = run::Task {
        keep: args.keep,
        frontier: Trade {
            change: args.frontier.contains(&Frontier::Change),
            balance: args.frontier.contains(&Frontier::Balance),
        },
    };
    let (target, scenario) = match claim(args) {
        // Whose plan is in the way of what is found when the scenario is read.
        Ok(target) => (
            Some(target),
            Scenario::load(file, &overrides).map_err(Error::Input)?,
        ),
        Err(error) => match Scenario::load(file, &overrides) {
            Ok(scenario) if !scenario.team.is_empty() => (None, scenario),
            _ => return Err(error),
        },
    };
    if let Some(file) = file.filter(|_| !scenario.team.is_empty()) {
        let job = teams::Job {
            file,
            out: &args.out,
            force: args.force,
            strict: args.strict,
            task,
            lang,
        };
        drop(target);
        return teams::solve(&job, &scenario, &overrides, log);
    }
    let Some(target) = target else {
        return Err(Error::Internal("no place for the plan".into()));
    };
    let mut read: Vec<PathBuf> = file.map(Path::to_owned).into_iter().collect();
    scenario.clone().each_path(|path| read.push(path.clone()));
    target.spares(read.iter().map(PathBuf::as_path))?;
    let mut told = false;
    let watch = |stage| {
        interrupt::reached(stage);
        match stage {
            Stage::Ask(_) if !told => {
                told = true;
                log.note(&asked(&scenario));
            }
            Stage::Await(seconds) => {
                log.note(&format!(
                    "the routing server wants to be left alone for {seconds:.0} s"
                ));
            }
            _ => {}
        }
        log.solving(stage);
    };
    let cancel = interrupt::listen()?;
    let mut solved = run::run_until(&scenario, file, &overrides, task, &cancel, watch)?;
    solved.lang = lang;
    log.clear();
    log.problems(&solved.inputs.warnings);
    let infeasible = solved.plan.status == Status::Infeasible;
    if !(infeasible && args.strict) {
        log.solving(run::Stage::Write);
        solved.write(target)?;
        log.clear();
    }
    for note in &solved.plan.notes {
        log.note(note);
    }
    if infeasible {
        if args.keep {
            // The figures of today are what was asked for.
            say(&table::territories(&solved))?;
        }
        say(&table::frontier(&solved.frontier))?;
        let written = if args.strict {
            "nothing was written (--strict)".to_owned()
        } else {
            let what = if args.keep { "it" } else { "the closest plan" };
            format!("{what} is in {}", args.out.display())
        };
        return Err(Error::Infeasible(table::infeasible(&solved, &written)));
    }
    say(&table::summary(&solved, &args.out))?;
    say(&table::advice(&solved.advice))?;
    say(&table::frontier(&solved.frontier))
}

/// Whom the trips are asked of, and which key goes there.
fn asked(scenario: &Scenario) -> String {
    let Some(server) = &scenario.travel.server else {
        return String::new();
    };
    let url = &server.url;
    match &server.key_env {
        Some(variable) => {
            format!("{url} is asked for trips; the value of {variable} goes there as its key")
        }
        None => format!("{url} is asked for trips"),
    }
}
