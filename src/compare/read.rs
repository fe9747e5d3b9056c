//! A saved plan read back: its inputs, its model, its owners.

use crate::base::ids::RepIx;
use crate::error::{Error, Problem, codes};
use crate::input::index::IdIndex;
use crate::input::{self, Inputs};
use crate::model::Model;
use crate::plan::Status;
use crate::saved::{self, SavedPlan};
use std::path::{Path, PathBuf};

/// A plan directory with everything it was made from.
#[derive(Debug)]
pub struct Saved {
    /// The directory as the user named it.
    pub dir: PathBuf,
    /// The inputs that the plan names, as they are now.
    pub inputs: Inputs,
    /// Their model.
    pub model: Model,
    /// Owner of each customer.
    pub owner: Vec<RepIx>,
    /// What the report says of the plan.
    pub status: Status,
    /// Unit of the objective.
    pub unit: String,
    /// Inputs whose bytes are others than when the plan was made.
    pub stale: Vec<PathBuf>,
}

impl Saved {
    /// Reads a plan directory, and the inputs that its report names.
    ///
    /// # Errors
    /// As [`SavedPlan::open`], and [`Error::Input`] when the inputs are bad or the assignments do not fit them.
    pub fn read(dir: &Path) -> Result<Saved, Error> {
        let plan = SavedPlan::open(dir)?;
        saved::inputs_are_there(dir, &plan.report)?;
        let scenario = plan.report.scenario.seen_from(dir);
        let inputs = input::read(&scenario, None)?;
        // A shapefile is several files of one role.
        let changed = |f: &&saved::Input| {
            let mut now = inputs.files.iter().filter(|g| g.role == f.role).peekable();
            now.peek().is_some() && now.all(|g| g.sha256 != f.sha256)
        };
        let stale = plan.report.inputs.iter().filter(changed);
        let stale = stale.map(|f| dir.join(&f.path)).collect();
        let owner = owners(&plan, &inputs).map_err(|mut problem: Box<Problem>| {
            let path = dir.join("assignments.geojson");
            problem.file = path.display().to_string();
            Error::Input(vec![*problem])
        })?;
        Ok(Saved {
            dir: dir.to_owned(),
            model: Model::build(&inputs),
            inputs,
            owner,
            status: plan.report.status,
            unit: plan.report.objective.unit,
            stale,
        })
    }
}

/// Owner of each customer of the inputs.
fn owners(plan: &SavedPlan, inputs: &Inputs) -> Result<Vec<RepIx>, Box<Problem>> {
    let help = "the inputs have changed since: solve again";
    let unknown = |code, id: &str, what: &str| {
        let what = format!("{id:?} is not among the {what}s of the plan");
        Problem::error(code, what).help(help)
    };
    let (customers, reps) = (&inputs.customers.ids, &inputs.reps.ids);
    let (customer_at, _) = IdIndex::build(customers);
    let (rep_at, _) = IdIndex::build(reps);
    let mut rep_of = Vec::with_capacity(plan.territories.len());
    for id in plan.territories.ids.iter() {
        let j = rep_at.get(reps, id);
        rep_of.push(j.ok_or_else(|| unknown(codes::UNKNOWN_REP, id, "rep"))?);
    }
    let mut owner = vec![RepIx::NONE; customers.len()];
    let rows = plan.assignments.ids.iter().zip(&plan.assignments.owner);
    for (row, (id, rep)) in rows.enumerate() {
        let i = customer_at.get(customers, id);
        let i = i.ok_or_else(|| unknown(codes::UNKNOWN_CUSTOMER, id, "customer").at(row + 1))?;
        let j = rep.some().and_then(|j| rep_of.get(j.at()));
        owner[i] = j.map_or(RepIx::NONE, |j| RepIx(*j as u32));
    }
    match owner.iter().position(|j| *j == RepIx::NONE) {
        None => Ok(owner),
        Some(i) => {
            let what = format!("customer {:?} has no row", customers.get(i));
            Err(Problem::error(codes::MISSING_VALUE, what).help(help).into())
        }
    }
}
