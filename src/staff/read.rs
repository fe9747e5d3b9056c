//! A saved plan, and the people who may take its territories.

use crate::base::ids::RepIx;
use crate::error::{Error, Problem, codes};
use crate::explain::without_rows;
use crate::input::{self, Inputs, Sealed};
use crate::model::Model;
use crate::saved::{self, SavedPlan};
use crate::scenario::{Carry, ColumnArg, Dashboard, FormerOwners, Metric, Role, Scenario};
use std::path::{Path, PathBuf};

/// What the staffing of a plan is made from.
#[derive(Debug)]
pub struct Case {
    /// The plan.
    pub plan: SavedPlan,
    /// Its customers, and the people, whom the reps of the plan stand behind where they are not among them.
    pub inputs: Inputs,
    /// Travel and rules.
    pub model: Model,
    /// How many people there are.
    pub people: usize,
    /// The territories that have customers, by position in the plan.
    pub territories: Vec<usize>,
    /// The customers of each of those, in the order of the customers.
    pub customers: Vec<Vec<u32>>,
    /// What is worth a note: people of whom a table of `[[prefer]]` says nothing.
    pub notes: Vec<String>,
    /// Inputs whose bytes are others than when the plan was made.
    pub stale: Vec<PathBuf>,
}

/// Reads the plan in `dir` and the people; `matrix` takes the place of the plan's travel matrix, and
/// `columns` name columns of the people's.
///
/// # Errors
/// As [`SavedPlan::open`]; [`Error::Input`] with all problems of the files, or when the customers are others than those of the plan;
/// [`Error::Usage`] when a matrix is named that the plan has no use for.
pub fn read(
    dir: &Path,
    people: &Path,
    matrix: Option<&Path>,
    columns: &[ColumnArg],
) -> Result<Case, Error> {
    let plan = SavedPlan::open(dir)?;
    let mut scenario = of_people(by_table(plan.report.scenario.seen_from(dir)), people);
    for arg in columns {
        arg.add_to(&mut scenario.columns);
    }
    if let Some(path) = matrix {
        if scenario.travel.metric != Metric::Matrix {
            let what = "--matrix: the travel of this plan comes from no matrix; leave it out";
            return Err(Error::Usage(what.into()));
        }
        scenario.travel.matrix = Some(path.to_owned());
    }
    are_there(&plan, &scenario)?;
    let (mut inputs, count) =
        input::read_among(&scenario, None, &plan.territories.ids).map_err(of_today)?;
    if inputs.customers.ids != plan.assignments.ids {
        let what = "these are not the customers that the plan was made from";
        let mut problem = Problem::error(codes::UNKNOWN_CUSTOMER, what)
            .help("run `revier solve` again, and staff the new plan");
        problem.file = scenario.label(&scenario.customers);
        return Err(Error::Input(vec![problem]));
    }
    // What is odd about the customers was told when they were planned for.
    let told = [people, scenario.travel.matrix.as_deref().unwrap_or(people)];
    let told = told.map(|path| scenario.label(path));
    let of_people =
        |p: &Problem| told.contains(&p.file) && p.code != codes::MORE_REPS_THAN_CUSTOMERS;
    inputs.warnings.retain(of_people);
    inputs.warnings = std::mem::take(&mut inputs.warnings)
        .into_iter()
        .map(by_flag)
        .collect();
    // A share is of a whole that all reps have; a territory is there already. Bounds of their own stay.
    let mut reps = inputs.reps.into_columns();
    reps.capacity.fill(None);
    inputs.reps = Sealed::gathered(reps)?;
    // Whom a plan's wishes give customers to is there today, too, and holds nobody.
    let wished = std::mem::take(&mut inputs.wished);
    let model = Model::build(&inputs);
    inputs.wished = wished;
    let (territories, customers) = territories(&plan);
    Ok(Case {
        model,
        stale: stale(&plan, &inputs),
        notes: without_rows(&inputs, count),
        plan,
        inputs,
        people: count,
        territories,
        customers,
    })
}

/// A scenario whose travel comes from a routing server, with the table of its answers as its matrix.
fn by_table(mut s: Scenario) -> Scenario {
    if let Some(server) = s.travel.server.take() {
        (s.travel.metric, s.travel.matrix) = (Metric::Matrix, Some(server.table));
    }
    s
}

/// The scenario of a plan, as far as it says what people cost and may do. Locks say who is there today, and hold nobody.
fn of_people(mut s: Scenario, people: &Path) -> Scenario {
    people.clone_into(&mut s.reps);
    (s.units, s.boundary, s.change, s.sizing) = (None, None, None, None);
    s.dashboard = Dashboard::default();
    s.target.clear();
    s.output.carry = Carry::default();
    s.rules.former_owners = FormerOwners::Free;
    // Whoever is named is looked at.
    if let Some(select) = &mut s.select {
        select.reps = None;
    }
    (s.rules.locks, s.rules.groups, s.rules.places) = (false, false, false);
    // People may come from a pipe, which is read once.
    s.origin.saved = false;
    s
}

/// What is to be done about columns of the people: no scenario names them, a flag does.
fn by_flag(mut problem: Problem) -> Problem {
    let action = problem
        .action
        .replace("in the scenario: [columns.reps] ", "so: [columns.reps] ");
    problem.action = match action.split_once("[columns.reps]") {
        None => action,
        Some((before, said)) => {
            let said = said.trim_start().replacen(" = ", "=", 1);
            format!("{before}--columns {said}").trim_end().to_owned()
        }
    };
    problem
}

/// Without what is said of owners who are not among the people: nobody left.
fn of_today(error: Error) -> Error {
    match error {
        Error::Input(mut problems) => {
            problems.retain(|p| p.code != codes::FORMER_OWNER);
            Error::Input(problems.into_iter().map(by_flag).collect())
        }
        other => other,
    }
}

/// Whether the inputs of the plan that are read again are there.
fn are_there(plan: &SavedPlan, scenario: &Scenario) -> Result<(), Error> {
    let mut report = plan.report.clone();
    let read = |role: Role| match role {
        Role::Customers | Role::Fit | Role::Wishes | Role::Roads | Role::Barriers => true,
        Role::Matrix => scenario.travel.matrix.as_deref().is_some_and(|now| {
            let then = by_table(plan.report.scenario.seen_from(&plan.dir))
                .travel
                .matrix;
            then.as_deref() == Some(now)
        }),
        _ => false,
    };
    report.inputs.retain(|input| read(input.role));
    saved::inputs_are_there(&plan.dir, &report)
}

/// The territories that have customers, and their customers.
fn territories(plan: &SavedPlan) -> (Vec<usize>, Vec<Vec<u32>>) {
    let mut of = vec![Vec::new(); plan.territories.len()];
    for (i, rep) in plan.assignments.owner.iter().enumerate() {
        if let Some(list) = rep.some().and_then(|RepIx(j)| of.get_mut(j as usize)) {
            list.push(i as u32);
        }
    }
    let some = of
        .into_iter()
        .enumerate()
        .filter(|(_, list)| !list.is_empty());
    some.unzip()
}

/// Inputs of the plan that are not as they were.
fn stale(plan: &SavedPlan, inputs: &Inputs) -> Vec<PathBuf> {
    let changed = |f: &&saved::Input| {
        let mut now = (inputs.files.iter())
            .filter(|g| g.role == f.role && f.role != Role::Reps)
            .peekable();
        now.peek().is_some() && now.all(|g| g.sha256 != f.sha256)
    };
    let stale = plan.report.inputs.iter().filter(changed);
    stale.map(|f| plan.dir.join(&f.path)).collect()
}
