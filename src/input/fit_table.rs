//! Tables of `[[prefer]]`: a row for each rep, a column for each value of a column of the customers, and in the cells what the pair costs.
//!
//! ```text
//! rep_id, Pharma, Retail            rep_id, industry, cost_km
//! R1,        -20,       5           R1,     Pharma,       -20
//! R2,           ,     -10           R1,     Retail,         5
//!                                   R2,     Retail,       -10
//! ```
//!
//! Values are the same where `==` of a condition says so, ids (`by = "id"`) where they are the same text.
//! An empty cell is 0, and so is a rep or a value that the table does not have. With a column `cost_km` or `cost_share` it is a list of pairs, as on the right.
//! Reps stand in the column `rep_id`; where there is none in the first one, in a list in the first with another name for it.

mod layout;
mod rows;

use super::bytes::bytes_of;
use super::chosen::Left;
use super::customers::CustomersRead;
use super::fit::{customer_value, key};
use super::reps::RepsRead;
use super::{Carried, FitTable};
use crate::base::ids::Ids;
use crate::disk::file;
use crate::error::Collector;
use crate::scenario::{FitUnit, Prefer, Scenario};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A file, its hash, and what is wrong with it.
pub(super) type FitFile<'s> = (&'s Path, String, Collector);

/// Reads the tables of all entries into the reps; the files, each once. Without `customers`, nothing is said of what no customer has.
pub(super) fn read<'s>(
    scenario: &'s Scenario,
    reps: &mut RepsRead,
    customers: Option<&CustomersRead>,
) -> Vec<FitFile<'s>> {
    let mut files: Vec<FitFile<'s>> = Vec::new();
    let mut fits = Vec::new();
    // Every id would seem unknown.
    let incomplete = reps.base.incomplete || customers.is_some_and(|c| c.base.incomplete);
    for (entry, prefer) in scenario.prefer.iter().enumerate() {
        let Some(path) = prefer.table.as_deref() else {
            continue;
        };
        let at = files.iter().position(|(other, ..)| *other == path);
        let at = at.unwrap_or_else(|| {
            let problems = Collector::new(scenario.label(path));
            files.push((path, String::new(), problems));
            files.len() - 1
        });
        let (_, hash, problems) = &mut files[at];
        match bytes_of(scenario, path) {
            Ok(bytes) => {
                *hash = file::sha256(&bytes);
                if !incomplete {
                    let about = About::new(scenario, prefer, reps, customers);
                    let (figures, rows) = rows::table(&bytes, path, scenario, &about, problems);
                    fits.push(FitTable {
                        entry,
                        figures,
                        rows,
                    });
                }
            }
            Err(problem) => problems.add(*problem),
        }
    }
    reps.reps.fits = fits;
    files
}

/// What a table is about.
struct About<'a> {
    prefer: &'a Prefer,
    unit: FitUnit,
    by: &'a str,
    reps: &'a RepsRead,
    /// Reps who are not chosen: their rows are passed over.
    left: Left,
    /// The values of the customers' column, folded and as they stand; `None` where there are no customers, or no such column.
    known: Option<BTreeMap<String, String>>,
    /// Whether these are all customers that there are.
    all: bool,
}

impl<'a> About<'a> {
    fn new(
        scenario: &Scenario,
        prefer: &'a Prefer,
        reps: &'a RepsRead,
        customers: Option<&CustomersRead>,
    ) -> About<'a> {
        let by = prefer.by.as_deref().unwrap_or_default();
        About {
            prefer,
            unit: prefer.unit.unwrap_or(FitUnit::Km),
            by,
            reps,
            left: Left::new(&reps.base.chosen.left, scenario.tables.ids),
            known: customers.and_then(|c| values(c, by)),
            all: customers.is_some_and(|c| c.base.chosen.left.is_empty()),
        }
    }

    /// What stands for a value.
    fn key(&self, value: &str) -> Option<String> {
        key(self.by, value)
    }

    fn ids(&self) -> &Ids {
        &self.reps.reps.ids
    }
}

/// The values of a column of the customers; `None` where it is not there.
fn values(customers: &CustomersRead, by: &str) -> Option<BTreeMap<String, String>> {
    let c = &customers.customers;
    let there = by == "id" || c.compared.iter().any(|column: &Carried| column.name == by);
    let of = |i: usize| {
        let value = customer_value(c, i, by);
        Some((key(by, &value)?, value.trim().to_owned()))
    };
    let found = (0..c.ids.len()).into_par_iter().filter_map(of);
    let different: HashMap<String, String> = found.collect();
    there.then(|| different.into_iter().collect())
}
