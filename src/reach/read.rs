//! A saved plan, or a scenario, as far as it says where everybody is and how trips go.

use super::Options;
use crate::base::ids::RepIx;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Inputs};
use crate::output::colors::any;
use crate::saved::{self, SavedPlan};
use crate::scenario::{Carry, Dashboard, Overrides, Role, Scenario};
use std::path::{Path, PathBuf};

/// What is read.
pub(super) struct Read {
    pub inputs: Inputs,
    /// Whose each customer is; empty without a plan.
    pub owner: Vec<RepIx>,
    /// A colour per rep.
    pub colors: Vec<String>,
    pub stale: Vec<PathBuf>,
    /// The files that a scenario names, also those that are not read.
    pub named: Vec<PathBuf>,
}

/// Reads the plan in a directory, or a scenario.
pub(super) fn read(from: &Path, options: &Options) -> Result<Read, Error> {
    if from.is_dir() {
        return of_plan(from, options);
    }
    let overrides = Overrides {
        team: options.team.clone(),
        ..Overrides::default()
    };
    let scenario = Scenario::load(Some(from), &overrides).map_err(Error::Input)?;
    if options.routes {
        let what = "--routes draws the trips of a plan: name the directory of one, not a scenario";
        return Err(Error::Usage(what.into()));
    }
    let mut named = Vec::new();
    scenario
        .clone()
        .each_path(|path| named.push(std::mem::take(path)));
    let inputs = input::read(&of_places(scenario), Some(from))?;
    current(&inputs).map_err(|problem| Error::Input(vec![*problem]))?;
    Ok(Read {
        named,
        colors: (0..inputs.reps.len()).map(|j| any(j).into()).collect(),
        owner: Vec::new(),
        stale: Vec::new(),
        inputs,
    })
}

fn of_plan(dir: &Path, options: &Options) -> Result<Read, Error> {
    if options.team.is_some() {
        let what =
            "--team is about a scenario: of teams that are planned, name the directory of one";
        return Err(Error::Usage(what.into()));
    }
    let plan = SavedPlan::open(dir)?;
    let mut report = plan.report.clone();
    report.inputs.retain(|input| is_read(input.role));
    saved::inputs_are_there(dir, &report)?;
    let mut scenario = of_places(plan.report.scenario.seen_from(dir));
    // Whoever judges a plan trusts no prepared network; here it is as good as the extract.
    scenario.origin.saved = false;
    let mut inputs = input::read(&scenario, None)?;
    let others = [
        (
            inputs.customers.ids != plan.assignments.ids,
            &scenario.customers,
            "customers",
        ),
        (
            inputs.reps.ids != plan.territories.ids,
            &scenario.reps,
            "reps",
        ),
    ];
    let others = others.into_iter().filter(|(other, _, _)| *other);
    let problems: Vec<Problem> = others
        .map(|(_, path, who)| {
            let what = format!("these are not the {who} that the plan was made from");
            let mut problem = Problem::error(codes::UNKNOWN_CUSTOMER, what)
                .help("run `revier solve` again, and look at the new plan");
            problem.file = scenario.label(path);
            problem
        })
        .collect();
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    // What is odd about the files was told when the plan was made.
    inputs
        .warnings
        .retain(|p| p.code == codes::OFF_ROAD || p.code == codes::NO_TRAVEL);
    let stale = stale(&plan, &inputs);
    if scenario.travel.metric.by_server() && !stale.is_empty() {
        return Err(Error::Input(trips_of_others(&scenario, &stale)));
    }
    Ok(Read {
        owner: plan.assignments.owner.clone(),
        colors: plan.territories.color.clone(),
        stale,
        named: Vec::new(),
        inputs,
    })
}

/// That the table of a routing server, and the places that are there now, do not belong together.
fn trips_of_others(scenario: &Scenario, stale: &[PathBuf]) -> Vec<Problem> {
    let of = |path: &PathBuf| {
        let what = "it has changed since the plan was made: the trips in the table of the routing server need not be those of the places";
        let mut problem = Problem::error(codes::NO_TABLE, what)
            .field("travel.table")
            .help("run `revier solve` again, and look at the new plan");
        problem.file = scenario.label(path);
        problem
    };
    stale.iter().map(of).collect()
}

/// Whether the table of a routing server is that of the places: a scenario, unlike a plan, has no hashes that say so.
#[cfg(feature = "routing")]
fn current(inputs: &Inputs) -> Result<(), Box<Problem>> {
    input::current(inputs)
}

#[cfg(not(feature = "routing"))]
fn current(inputs: &Inputs) -> Result<(), Box<Problem>> {
    if !inputs.scenario.travel.metric.by_server() {
        return Ok(());
    }
    let what =
        "this build of revier cannot tell whether the table of the routing server is up to date";
    let problem = Problem::error(codes::NO_SERVERS, what).field("travel.metric");
    Err(problem
        .help("build it with the feature `routing`; or name the directory of a plan")
        .into())
}

fn is_read(role: Role) -> bool {
    matches!(
        role,
        Role::Customers | Role::Reps | Role::Matrix | Role::Roads | Role::Barriers
    )
}

/// Without what has no say in where everybody is.
fn of_places(mut s: Scenario) -> Scenario {
    (s.boundary, s.change, s.sizing) = (None, None, None);
    (s.regions, s.units) = (None, None);
    s.dashboard = Dashboard::default();
    s.target.clear();
    s.prefer.clear();
    s.output.carry = Carry::default();
    s.rules.wishes = None;
    s.rules.forbid.clear();
    (s.rules.locks, s.rules.groups, s.rules.places) = (false, false, false);
    s
}

/// Inputs of the plan that are not as they were.
fn stale(plan: &SavedPlan, inputs: &Inputs) -> Vec<PathBuf> {
    let changed = |f: &&saved::Input| {
        let mut now = inputs.files.iter().filter(|g| g.role == f.role).peekable();
        is_read(f.role) && now.peek().is_some() && now.all(|g| g.sha256 != f.sha256)
    };
    let stale = plan.report.inputs.iter().filter(changed);
    stale.map(|f| plan.dir.join(&f.path)).collect()
}
