//! People to territories: `revier staff`.
//!
//! ```text
//! plan directory (territories, scenario) + people -> cost of every pair -> assignment problem -> who takes which, prices, second choices
//! ```
//!
//! The territories of a plan stay as they are; who looks after each is open. As many as can be get a person of their own, at the least cost, and the
//! prices prove both ([`assign`](mod@assign)).

pub mod assign;
mod explain;
pub mod grid;
pub mod hall;
mod near;
mod pairs;
mod path;
mod read;
pub mod second;
#[cfg(test)]
mod tests;
mod write;

pub use explain::{left_over, rounding, ruled_out};
pub use pairs::{Knows, Pair, Reason, mean_km};
pub use read::Case;
pub use write::{csv, geojson, is_csv, is_geojson, is_json, json};

use crate::error::{Error, Problem};
use crate::input::Inputs;
use crate::saved::TerritoryTable;
use crate::scenario::ColumnArg;
use assign::{Assignment, Table, assign};
use grid::Grid;
use hall::Short;
use second::{Second, Swap};
use std::path::{Path, PathBuf};

/// Swaps that are told.
const SWAPS: usize = 5;

/// How a plan is staffed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What it is worth that an account keeps the person who knows it.
    pub knows: Knows,
    /// A travel matrix with the people, in the place of the plan's.
    pub matrix: Option<PathBuf>,
    /// What columns of the people are called.
    pub columns: Vec<ColumnArg>,
}

/// Who takes which territory.
#[derive(Debug)]
pub struct Staffing {
    /// Plan and people.
    pub case: Case,
    /// How it was asked for.
    pub options: Options,
    /// All pairs, by person, then territory.
    pub pairs: Vec<Pair>,
    /// What costs are rounded to.
    pub grid: Grid,
    /// Costs in steps of it.
    pub table: Table,
    /// The staffing.
    pub assignment: Assignment,
    /// The second choice of each person.
    pub seconds: Vec<Option<Second>>,
    /// The swaps that cost least.
    pub swaps: Vec<Swap>,
    /// Territories that too few people can take; empty where all are staffed, or all people are busy.
    pub short_of_people: Vec<Short>,
    /// People who can take too few territories; empty as above.
    pub short_of_territories: Vec<Short>,
}

/// Staffs the plan in `dir`. The second value: problems that do not stop it.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in `dir`, [`Error::Input`] with all problems of plan and people.
pub fn staff(
    dir: &Path,
    people: &Path,
    options: &Options,
) -> Result<(Staffing, Vec<Problem>), Error> {
    let mut case = read::read(dir, people, options.matrix.as_deref(), &options.columns)?;
    let warnings = std::mem::take(&mut case.inputs.warnings);
    let pairs = pairs::pairs(&case, options.knows);
    let (k, n) = (case.people, case.territories.len());
    let costs: Vec<f64> = pairs.iter().map(Pair::cost).collect();
    let grid = Grid::of(k, n, &costs);
    let table = Table::new(k, n, costs.into_iter().map(|c| grid.steps(c)));
    let assignment = assign(&table);
    let (mut short_of_people, mut short_of_territories) = (Vec::new(), Vec::new());
    if assignment.staffed < k.min(n) {
        short_of_people = hall::short_of_people(&table, &assignment);
        short_of_territories = hall::short_of_territories(&table, &assignment);
    }
    let staffing = Staffing {
        options: options.clone(),
        pairs,
        grid,
        seconds: second::seconds(&table, &assignment),
        swaps: second::swaps(&table, &assignment, SWAPS),
        short_of_people,
        short_of_territories,
        assignment,
        table,
        case,
    };
    Ok((staffing, warnings))
}

impl Staffing {
    /// The people, whom others stand behind.
    #[must_use]
    pub fn inputs(&self) -> &Inputs {
        &self.case.inputs
    }

    /// The territories of the plan; `case.territories` says which of them have customers.
    #[must_use]
    pub fn plan(&self) -> &TerritoryTable {
        &self.case.plan.territories
    }

    /// The name of a person.
    #[must_use]
    pub fn person(&self, p: usize) -> &str {
        &self.case.inputs.reps.name[p]
    }

    /// The name of a territory: that of the rep it was planned for.
    #[must_use]
    pub fn territory(&self, t: usize) -> &str {
        &self.plan().name[self.case.territories[t]]
    }

    /// A person in a territory.
    #[must_use]
    pub fn pair(&self, p: usize, t: usize) -> &Pair {
        &self.pairs[p * self.case.territories.len() + t]
    }

    /// Whether there are as many pairs as there are people, or territories.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.assignment.staffed == self.case.people.min(self.case.territories.len())
    }

    /// How many customers know one of the people, and how many of these keep theirs.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        let owner = self.case.inputs.customers.owner.iter();
        let of_people = owner.filter(|j| j.at() < self.case.people).count();
        let kept = self
            .assignment
            .pairs()
            .map(|(p, t)| self.pair(p, t).known as usize);
        (of_people, kept.sum())
    }
}
