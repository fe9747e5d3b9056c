//! Whether the files of a plan belong together, so that nobody who starts from them has to ask again.

use super::{Assignments, REPORT, Report, TerritoryTable};
use crate::error::{Problem, codes};
use std::path::Path;

/// No figure of a plan comes near: a million customers of the largest number, on the longest way.
const MAX_FIGURE: f64 = 1e40;

/// Judges the report beside the territories and the assignments.
pub(super) fn judge(
    dir: &Path,
    report: &Report,
    territories: &TerritoryTable,
    assignments: &Assignments,
) -> Result<(), Vec<Problem>> {
    let told = |name: &str, what: String| {
        let mut problem =
            Problem::error(codes::DAMAGED_PLAN, format!("the file is damaged: {what}"));
        problem.file = dir.join(name).display().to_string();
        vec![problem.help("run `revier solve` again")]
    };
    let in_report = |what: String| told(REPORT, what);
    let ids = report.territories.iter().map(|t| t.rep.as_str());
    if !ids.eq(territories.ids.iter()) {
        let what = "its reps are not those of territories.geojson".to_owned();
        return Err(in_report(what));
    }
    let n = assignments.len() as u64;
    for (rep, drawn) in report.territories.iter().zip(&territories.customers) {
        if rep.customers as u64 > n {
            let what = format!("{:?} has {} of {n} customers", rep.rep, rep.customers);
            return Err(in_report(what));
        }
        if *drawn > n {
            let what = format!("{:?} has {drawn} of {n} customers", rep.rep);
            return Err(told("territories.geojson", what));
        }
        for (name, m) in &rep.measures {
            let figures = [Some(m.total), m.target, Some(m.lower), m.upper, m.index];
            let bad = figures.into_iter().flatten();
            if let Some(x) = bad.into_iter().find(|x| x.abs() > MAX_FIGURE) {
                let what = format!("{:?} has {x} of {name}", rep.rep);
                return Err(in_report(what));
            }
        }
    }
    Ok(())
}
