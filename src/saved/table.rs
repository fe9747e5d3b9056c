//! `assignments.csv`: its columns, and whether it says what `assignments.geojson` says.

use super::schema::COLUMNS;
use super::text::Dialect;
use super::{Assignments, Report, TerritoryTable, bytes_of};
use crate::base::ids::RepIx;
use crate::error::{Collector, Problem, codes};
use crate::input::index::IdIndex;
use std::path::Path;

const AGAIN: &str = "run `revier solve` again";

/// What is wrong with the table: it is damaged, has other columns, or names other customers or reps than the features do.
///
/// Figures are for `check` to judge.
pub(super) fn agrees(
    path: &Path,
    report: &Report,
    territories: &TerritoryTable,
    assignments: &Assignments,
) -> Result<(), Vec<Problem>> {
    let bytes = bytes_of(path)?;
    let mut problems = Collector::new(path.display().to_string());
    if let Err(problem) = compare(&bytes, report, territories, assignments, &mut problems) {
        problems.add(*problem);
    }
    problems.refuse()
}

fn damaged(what: String) -> Problem {
    Problem::error(codes::DAMAGED_PLAN, format!("the file is damaged: {what}")).help(AGAIN)
}

fn compare(
    bytes: &[u8],
    report: &Report,
    territories: &TerritoryTable,
    assignments: &Assignments,
    problems: &mut Collector,
) -> Result<(), Box<Problem>> {
    let broken = |e: csv::Error| Box::new(damaged(e.to_string()));
    let dialect = Dialect::of(&report.scenario.output);
    let mut reader = dialect.reader(bytes);
    let header = reader.headers().map_err(broken)?;
    if header.iter().take(COLUMNS.len()).ne(COLUMNS) {
        let what = format!(
            "the columns should be {}, then what is carried along",
            COLUMNS.join(",")
        );
        return Err(damaged(what).into());
    }
    let (index, _) = IdIndex::build(&territories.ids);
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(broken)? {
        let cell = |at: usize| dialect.as_given(record.get(at).unwrap_or_default());
        let (customer, name) = (cell(0), cell(1));
        let rep = index.get(&territories.ids, name);
        let same = row < assignments.len() && assignments.ids.get(row) == customer;
        if rep.is_none() {
            let what = format!("there is no territory of the rep {name:?}");
            let problem = Problem::error(codes::UNKNOWN_REP, what).field("rep_id");
            let help = "the files are of different plans; run `revier solve` again";
            problems.add(problem.at(row + 1).id(customer).help(help));
        } else if !same || rep.map(|j| RepIx(j as u32)) != assignments.owner.get(row).copied() {
            let what = "it says another customer or rep than assignments.geojson".to_owned();
            problems.add(damaged(what).at(row + 1).id(customer));
        }
        row += 1;
    }
    if row < assignments.len() {
        let (n, of) = (row, assignments.len());
        return Err(damaged(format!("it has {n} of {of} customers")).into());
    }
    Ok(())
}
