//! Reps of whom a table of `[[prefer]]` says nothing.

use crate::base::words::enumerated_to;
use crate::input::{FitTable, Inputs};

/// How many reps a sentence names.
const NAMED: usize = 8;

/// A note for each table that lacks some of the first `reps`.
pub(crate) fn without_rows(inputs: &Inputs, reps: usize) -> Vec<String> {
    let ids = &inputs.reps.ids;
    let of = |table: &FitTable| {
        let entry = inputs.scenario.prefer.get(table.entry)?;
        let lacks = |j: &usize| !table.rows.get(*j).copied().unwrap_or(false);
        let lacking: Vec<usize> = (0..reps).filter(lacks).collect();
        let some = !table.rows.is_empty() && !lacking.is_empty();
        let names = enumerated_to(NAMED, lacking.iter().map(|j| ids.get(*j)));
        some.then(|| {
            format!(
                "{} has no row for {names}: it counts 0 for them",
                entry.said()
            )
        })
    };
    inputs.reps.fits.iter().filter_map(of).collect()
}
