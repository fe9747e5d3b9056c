//! What the files of a plan directory claim of its inputs, by the reader that every command has.

use super::{Finding, List};
use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::input::index::IdIndex;
use crate::saved::{Assignments, SavedPlan, TerritoryTable, Value};
use geo::MultiPolygon;

/// The assignments, in the order of the inputs.
pub(super) struct Rows {
    pub owner: Vec<RepIx>,
    pub km: Vec<f64>,
    pub minutes: Vec<f64>,
    pub changed: Vec<bool>,
    /// Positions of the customers by their ids.
    pub index: IdIndex,
}

/// The territories, in the order of the reps.
pub(super) struct Shapes(TerritoryTable);

impl Shapes {
    /// The polygons, one per rep.
    pub fn polygons(&self) -> &[MultiPolygon<f64>] {
        &self.0.polygons
    }

    /// A property of territory `j`, where it is a number.
    pub fn number(&self, j: usize, name: &str) -> Option<f64> {
        if name == "customers" {
            return self.0.customers.get(j).map(|n| *n as f64);
        }
        match self.0.property(name)?.values.get(j)? {
            Value::Number(x) => Some(*x),
            _ => None,
        }
    }
}

/// Owners and territories of a plan, where they are those of the customers and reps of the inputs.
pub(super) fn claims(plan: SavedPlan, inputs: &Inputs) -> Result<(Rows, Shapes), Vec<Finding>> {
    let drawn = territories(&plan.territories, inputs);
    let (rows, found) = assignments(&plan.assignments, inputs);
    let findings = [drawn, found].concat();
    match findings.is_empty() {
        true => Ok((rows, Shapes(plan.territories))),
        false => Err(findings),
    }
}

/// Whether there is one territory per rep, in their order and with their names.
fn territories(table: &TerritoryTable, inputs: &Inputs) -> Vec<Finding> {
    let mut list = List::new("polygons");
    let reps = &inputs.reps;
    if table.len() != reps.len() {
        let (n, k) = (table.len(), reps.len());
        list.add(format!("territories.geojson: {n} territories, {k} reps"));
        return list.done();
    }
    for j in 0..reps.len() {
        let id = reps.ids.get(j);
        if table.ids.get(j) != id || table.name[j] != reps.name[j] {
            let what = format!("feature {} is not that of {id:?}", j + 1);
            list.add(format!("territories.geojson: {what}"));
        }
    }
    list.done()
}

/// The assignments in the order of the inputs, and where they are not of the inputs: every customer once, at its place, with its owner of today.
fn assignments(said: &Assignments, inputs: &Inputs) -> (Rows, Vec<Finding>) {
    let mut list = List::new("owners");
    let (c, n) = (&inputs.customers, inputs.customers.len());
    let (index, _) = IdIndex::build(&c.ids);
    let mut rows = Rows {
        owner: vec![RepIx::NONE; n],
        km: vec![f64::NAN; n],
        minutes: vec![f64::NAN; n],
        changed: vec![false; n],
        index,
    };
    for at in 0..said.len() {
        let id = said.ids.get(at);
        let Some(i) = rows.index.get(&c.ids, id) else {
            list.add(format!("customer {id:?} is not in the inputs"));
            continue;
        };
        rows.owner[i] = said.owner[at];
        (rows.km[i], rows.minutes[i]) = (said.km[at], said.minutes[at]);
        rows.changed[i] = said.changed[at];
        let place = [said.lon[at], said.lat[at]] == [c.lon[i], c.lat[i]];
        let previous = c.owner.get(i).copied().unwrap_or(RepIx::NONE);
        if !place || previous != said.previous[at] {
            list.add(format!(
                "customer {id:?} has a place or an owner of today that is not in the inputs"
            ));
        }
        // Who has no owner is not locked to anybody, but may be wished to somebody.
        let wished = inputs.wished.get(i).is_some_and(|j| j.some().is_some());
        let locks = inputs.scenario.rules.locks && c.locked.get(i) == Some(&true);
        let lock = wished || locks && previous != RepIx::NONE;
        if said.locked[at] != lock {
            list.add(format!("customer {id:?}: `locked` should be {lock}"));
        }
    }
    for i in (0..n).filter(|i| rows.owner[*i] == RepIx::NONE) {
        list.add(format!("customer {:?} is missing", c.ids.get(i)));
    }
    (rows, list.done())
}
