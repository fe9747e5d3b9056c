//! The main job: from a scenario to a plan that has been drawn and checked.
//!
//! ```text
//! read -> model -> solve -> territories -> check -> write
//! ```

use crate::check::{self, Broken, Claim};
use crate::contiguity;
use crate::error::Error;
use crate::input::{self, Inputs};
use crate::model::Model;
use crate::output::{Contents, Target, Timings};
use crate::plan::{Plan, Status};
use crate::scenario::{Overrides, Scenario};
use crate::solve::{self, Contiguity, Options};
use crate::summary::Summary;
use crate::territory::{Territories, TerritoryError, Tessellation};
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
            Stage::Draw => "drawing the territories",
            Stage::Check => "checking the plan",
            Stage::Write => "writing the plan",
        }
    }
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
    let c = &inputs.customers;
    let none = |e: TerritoryError| Error::Usage(format!("no territories: {e}"));
    let tessellation = match &inputs.units {
        None => Some(Tessellation::new(&c.lon, &c.lat, inputs.boundary.as_ref()).map_err(none)?),
        Some(_) => None,
    };
    let graph = match (&tessellation, &inputs.units) {
        (Some(tessellation), _) => tessellation.adjacency(),
        (None, Some(units)) => units.graph().map_err(none)?.clone(),
        (None, None) => return Err(Error::Internal("there is no map".into())),
    };
    timings.polygons = now.elapsed().as_secs_f64() - timings.index;
    let contiguity = Contiguity {
        graph: &graph,
        required: inputs.scenario.rules.contiguous,
    };
    let mut plan = solve::solve_on(&model, Some(&contiguity), &options)?;
    timings.index += plan.seconds.index;
    timings.lp = plan.seconds.lp;
    timings.round = plan.seconds.round;
    explain(&inputs, &model, &contiguity, &mut plan);

    watch(Stage::Draw);
    let now = Instant::now();
    let territories = match (&tessellation, &inputs.units) {
        (None, Some(units)) => units.draw(&plan.owner, model.k),
        (Some(tessellation), _) => tessellation.draw(&plan.owner, model.k),
        (None, None) => return Err(Error::Internal("there is no map".into())),
    };
    let territories = territories.map_err(none)?;
    let summary = Summary::new(&model, &plan.owner);
    timings.polygons += now.elapsed().as_secs_f64();

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
        timings,
        begin,
    })
}

/// Fills in what the plan violates and why, and what is worth a note.
fn explain(inputs: &Inputs, model: &Model, contiguity: &Contiguity, plan: &mut Plan) {
    let graph = contiguity.graph;
    if plan.status == Status::Infeasible {
        plan.violations = violations::violations(inputs, model, &plan.owner);
        if contiguity.required {
            let torn = contiguity::violations(inputs, graph, &plan.owner);
            plan.violations.extend(torn);
        }
        let reasons = violations::reasons(inputs, model);
        plan.notes.extend(reasons);
    }
    plan.notes.extend(violations::exceptions(inputs, model));
    if contiguity.required {
        plan.notes.extend(contiguity::exceptions(inputs, graph));
    } else {
        let islands = contiguity::notes(inputs, model, graph, &plan.owner);
        plan.notes.extend(islands);
    }
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
            timings: self.timings,
            begin: self.begin,
        })
    }
}
