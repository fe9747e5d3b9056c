//! What is carried along from the input, and what it is called in the files of a plan.

use crate::base::cells::Cell;
use crate::input::{Carried, Customers, Inputs};
use crate::saved::schema::{COLUMNS, OF_REP};
use crate::scenario::{MEASURE_SUFFIXES, TERRITORY_PROPERTIES};
use std::collections::HashSet;

/// The column with the name of a customer.
const NAME: &str = "name";

/// Columns under names that nothing else in the file has.
pub(super) struct Columns<'a> {
    /// The names of the customers.
    names: Option<&'a Customers>,
    carried: &'a [Carried],
    /// What they are called, the names of the customers first.
    pub names_of: Vec<String>,
}

impl<'a> Columns<'a> {
    /// Those of the customers, beside the columns of assignments.
    pub fn of_customers(customers: &'a Customers) -> Columns<'a> {
        let names = (!customers.names.is_empty()).then_some(customers);
        let taken = COLUMNS.iter().chain(&OF_REP).chain([&NAME]);
        let mut names_of = distinct(
            &customers.carried,
            "customer",
            taken.map(|t| (*t).to_owned()),
        );
        if names.is_some() {
            names_of.insert(0, NAME.to_owned());
        }
        Columns {
            names,
            carried: &customers.carried,
            names_of,
        }
    }

    /// Those of the reps, beside the properties of territories.
    pub fn of_reps(inputs: &'a Inputs) -> Columns<'a> {
        let fixed = TERRITORY_PROPERTIES.iter().map(|t| (*t).to_owned());
        let measures = inputs.scenario.balance.iter().flat_map(|b| {
            let with = |suffix: &str| format!("{}{suffix}", b.measure);
            ["", MEASURE_SUFFIXES[0], MEASURE_SUFFIXES[1]].map(with)
        });
        let taken = fixed.chain(measures).chain(["customers".to_owned()]);
        Columns {
            names: None,
            carried: &inputs.reps.carried,
            names_of: distinct(&inputs.reps.carried, "rep", taken),
        }
    }

    /// The values of a row, in the order of the names.
    pub fn row(&self, i: usize) -> impl Iterator<Item = Cell<'a>> + '_ {
        let name = self.names.map(|c| match c.names.get(i) {
            "" => Cell::Null,
            name => Cell::Text(name),
        });
        name.into_iter()
            .chain(self.carried.iter().map(move |c| c.cells.get(i)))
    }
}

/// Names for columns; one that is taken gets what it is of before it (`customer_km`), and a number if need be.
fn distinct(carried: &[Carried], of: &str, taken: impl Iterator<Item = String>) -> Vec<String> {
    let mut used: HashSet<String> = taken.collect();
    let mut free = |name: &str| {
        let mut found = name.to_owned();
        let mut n = 1;
        while !used.insert(found.clone()) {
            found = match n {
                1 => format!("{of}_{name}"),
                n => format!("{of}_{name}_{n}"),
            };
            n += 1;
        }
        found
    };
    carried.iter().map(|c| free(&c.name)).collect()
}
