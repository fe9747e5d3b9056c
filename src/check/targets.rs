//! The targets per territory, by their definition.

use super::saved::Rows;
use super::{List, near};
use crate::input::Inputs;
use crate::plan::targets::targets as derive;
use crate::saved::Report;

/// Compares the targets of `report.json` with those that the scenario means for these owners.
pub(super) fn targets(inputs: &Inputs, report: &Report, rows: &Rows, list: &mut List) {
    let measures = &inputs.scenario.balance;
    let total = |j: usize, m: usize| {
        let territory = report.territories.get(j);
        let figure = territory.and_then(|t| t.measures.get(&measures[m].measure));
        figure.map_or(f64::NAN, |f| f.total)
    };
    let expected = derive(inputs, &rows.owner, total);
    if expected.len() != report.targets.len() {
        list.add(format!(
            "report.json has {} targets, the scenario means {}",
            report.targets.len(),
            expected.len()
        ));
        return;
    }
    for (said, is) in report.targets.iter().zip(&expected) {
        let base = match (said.base, is.base) {
            (Some(a), Some(b)) => near(a, b),
            (a, b) => a == b,
        };
        let same = base
            && near(said.value, is.value)
            && [&said.name, &said.rep, &said.measure] == [&is.name, &is.rep, &is.measure]
            && (said.total, said.from, said.date, said.met) == (is.total, is.from, is.date, is.met);
        if !same {
            list.add(format!(
                "report.json: the target {:?} of {:?} is {} on {:?} (met: {:?}), the file says {} on {:?} (met: {:?})",
                is.name, is.rep, is.value, is.base, is.met, said.value, said.base, said.met
            ));
        }
    }
}
