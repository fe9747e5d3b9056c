//! A saved plan read back: its inputs, its model, its owners.

use crate::base::ids::RepIx;
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Inputs, csv_safe};
use crate::model::Model;
use crate::plan::Status;
use crate::saved;
use std::collections::HashMap;
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
    /// Reads `report.json` and `assignments.csv` of a plan directory, and the inputs that the report names.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be read, [`Error::Input`] when the inputs are bad or the assignments
    /// do not fit them.
    pub fn read(dir: &Path) -> Result<Saved, Error> {
        let report = saved::report(dir)?;
        saved::inputs_are_there(dir, &report)?;
        let scenario = report.scenario.seen_from(dir);
        let inputs = input::read(&scenario, None)?;
        let changed = |f: &&saved::Input| {
            let now = inputs.files.iter().find(|g| g.role == f.role);
            now.is_some_and(|g| g.sha256 != f.sha256)
        };
        let stale = report.inputs.iter().filter(changed);
        let stale = stale.map(|f| dir.join(&f.path)).collect();
        let owner = owners(&dir.join("assignments.csv"), &inputs)?;
        Ok(Saved {
            dir: dir.to_owned(),
            model: Model::build(&inputs),
            inputs,
            owner,
            status: report.status,
            unit: report.objective.unit,
            stale,
        })
    }
}

fn bad(path: &Path, mut problem: Problem) -> Error {
    problem.file = path.display().to_string();
    Error::Input(vec![problem])
}

/// Owner of each customer of the inputs.
fn owners(path: &Path, inputs: &Inputs) -> Result<Vec<RepIx>, Error> {
    let read = |e: csv::Error| {
        let what = format!("the assignments cannot be read: {e}");
        bad(
            path,
            Problem::error(codes::UNREADABLE_FILE, what).help("solve again"),
        )
    };
    let (customers, reps) = (&inputs.customers.ids, &inputs.reps.ids);
    let customer_at: HashMap<&str, usize> = customers.iter().zip(0..).collect();
    let rep_at: HashMap<&str, u32> = reps.iter().zip(0..).collect();
    let bytes = file::kept_bytes(path).map_err(|problem| bad(path, *problem))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().map_err(read)?.clone();
    let column = |name: &str| {
        header.iter().position(|h| h == name).ok_or_else(|| {
            let what = format!("there is no column `{name}`");
            bad(
                path,
                Problem::error(codes::MISSING_COLUMN, what).help("solve again"),
            )
        })
    };
    let (of_customer, of_rep) = (column("customer_id")?, column("rep_id")?);
    let mut owner = vec![RepIx::NONE; customers.len()];
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(read)?;
        let cell = |at: usize| {
            let cell = record.get(at).unwrap_or_default();
            match inputs.scenario.output.csv_safe {
                true => csv_safe::unsafe_again(cell),
                false => cell,
            }
        };
        let unknown = |code, id: &str, what: &str| {
            let what = format!("{id:?} is not among the {what}s of the plan");
            let help = "the inputs have changed since: solve again";
            bad(path, Problem::error(code, what).at(row + 1).help(help))
        };
        let (customer, rep) = (cell(of_customer), cell(of_rep));
        let i = customer_at
            .get(customer)
            .ok_or_else(|| unknown(codes::UNKNOWN_CUSTOMER, customer, "customer"))?;
        let j = rep_at
            .get(rep)
            .ok_or_else(|| unknown(codes::UNKNOWN_REP, rep, "rep"))?;
        owner[*i] = RepIx(*j);
    }
    if let Some(i) = owner.iter().position(|j| *j == RepIx::NONE) {
        let what = format!("customer {:?} has no row", customers.get(i));
        let help = "the inputs have changed since: solve again";
        return Err(bad(
            path,
            Problem::error(codes::MISSING_VALUE, what).help(help),
        ));
    }
    Ok(owner)
}
