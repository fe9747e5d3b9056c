//! The main job: from a scenario to a plan that has been drawn and checked.
//!
//! ```text
//! read -> model -> solve -> territories -> check -> write
//! ```

use crate::advice::{self, Advice};
use crate::check::{self, Broken, Claim};
use crate::error::Error;
use crate::frontier::{self, Row};
use crate::input::{self, Inputs};
use crate::model::Model;
use crate::output::{Contents, Target, Timings};
use crate::plan::{Plan, Status};
use crate::scenario::{Overrides, Scenario};
use crate::solve::{self, Options};
use crate::summary::Summary;
use crate::territory::{Territories, Tessellation};
use crate::violations;
use std::path::Path;
use std::time::Instant;

/// What a run works on next; told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading and validating the files.
    Read,
    /// Prices, LP, rounding.
    Solve,
    /// Solving again with other limits on change.
    Frontier,
    /// Drawing the territories.
    Draw,
    /// Verifying the plan.
    Check,
    /// Writing the plan directory.
    Write,
}

impl Stage {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Stage::Read => "reading the files",
            Stage::Solve => "solving",
            Stage::Frontier => "trading travel against change",
            Stage::Draw => "drawing the territories",
            Stage::Check => "checking the plan",
            Stage::Write => "writing the plan",
        }
    }
}

/// What a run does beyond a plan of the scenario's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Evaluate today's assignment instead of looking for a new plan.
    pub keep: bool,
    /// Also work out what less or more change would give.
    pub frontier: bool,
}

/// A plan with everything it was made from.
#[derive(Debug)]
pub struct Solved {
    /// What was read.
    pub inputs: Inputs,
    /// What was solved.
    pub model: Model,
    /// The plan, its violations and notes included.
    pub plan: Plan,
    /// The polygons.
    pub territories: Territories,
    /// The figures.
    pub summary: Summary,
    /// Plans with other limits on change; empty unless asked for.
    pub frontier: Vec<Row>,
    /// What the prices say, in words.
    pub advice: Vec<Advice>,
    /// Where the time went so far.
    pub timings: Timings,
    /// When the run began.
    pub begin: Instant,
}

/// Reads, solves, draws and checks; nothing is written.
///
/// # Errors
/// Bad input with all its problems, or [`Error::Internal`] when a step or the check fails.
pub fn run(
    scenario: &Scenario,
    file: Option<&Path>,
    overrides: &Overrides,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    run_task(scenario, file, overrides, Task::default(), watch)
}

/// As [`run`], and what `task` asks for.
///
/// # Errors
/// As [`run`]; [`Error::Usage`] when the task needs owners of today and there are none.
pub fn run_task(
    scenario: &Scenario,
    file: Option<&Path>,
    overrides: &Overrides,
    task: Task,
    mut watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    let begin = Instant::now();
    watch(Stage::Read);
    let mut inputs = input::read(scenario, file)?;
    inputs.overrides = overrides.clone();
    let mut timings = Timings {
        read: begin.elapsed().as_secs_f64(),
        ..Timings::default()
    };

    watch(Stage::Solve);
    let now = Instant::now();
    let model = Model::build(&inputs);
    timings.index = now.elapsed().as_secs_f64();
    let rules = &inputs.scenario.solve;
    let options = Options {
        seed: rules.seed,
        gap: rules.gap,
        time_limit_s: rules.time_limit_s,
        ..Options::default()
    };
    let mut plan = if task.keep {
        solve::keep(&model, &options)?
    } else {
        solve::solve(&model, &options)?
    };
    timings.index += plan.seconds.index;
    timings.lp = plan.seconds.lp;
    timings.round = plan.seconds.round;
    explain(&inputs, &model, &mut plan);
    let advice = if plan.lp.objective.is_finite() {
        advice::advice(&inputs, &model, &plan)
    } else {
        Vec::new()
    };
    let frontier = if task.frontier {
        watch(Stage::Frontier);
        frontier::change(&inputs, &model, &options)?
    } else {
        Vec::new()
    };

    watch(Stage::Draw);
    let now = Instant::now();
    let c = &inputs.customers;
    let tessellation = Tessellation::new(&c.lon, &c.lat, inputs.boundary.as_ref())
        .and_then(|t| t.draw(&plan.owner, model.k));
    let territories = tessellation.map_err(|e| Error::Usage(format!("no territories: {e}")))?;
    let summary = Summary::new(&model, &plan.owner);
    timings.polygons = now.elapsed().as_secs_f64();

    watch(Stage::Check);
    let now = Instant::now();
    let broken = Broken::of(&plan);
    let claim = Claim::of(&plan, &broken, &territories, &summary);
    let findings = check::check(&inputs, &claim);
    timings.check = now.elapsed().as_secs_f64();
    if !findings.is_empty() {
        let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
        return Err(Error::Internal(format!(
            "the plan does not pass its own check:\n{}",
            list.join("\n")
        )));
    }
    Ok(Solved {
        inputs,
        model,
        plan,
        territories,
        summary,
        frontier,
        advice,
        timings,
        begin,
    })
}

/// Fills in what the plan violates and why, and what is worth a note.
fn explain(inputs: &Inputs, model: &Model, plan: &mut Plan) {
    if plan.status == Status::Infeasible {
        plan.violations = violations::violations(inputs, model, &plan.owner);
        let reasons = violations::reasons(inputs, model);
        plan.notes.extend(reasons);
    }
    plan.notes.extend(violations::exceptions(inputs, model));
}

impl Solved {
    /// Writes the plan directory.
    ///
    /// # Errors
    /// [`Error::Io`]; what stood there before is untouched then.
    pub fn write(&self, target: Target) -> Result<(), Error> {
        target.write(&Contents {
            inputs: &self.inputs,
            model: &self.model,
            plan: &self.plan,
            territories: &self.territories,
            summary: &self.summary,
            frontier: &self.frontier,
            advice: &self.advice,
            timings: self.timings,
            begin: self.begin,
        })
    }
}
