//! Targets against actual results: `revier track`.
//!
//! ```text
//! plan directory (targets, owners) + table of results -> join -> dashboard -> page, JSON, table
//! ```

mod actuals;
mod dashboard;
mod page;
mod period;
mod plan;
mod table;
mod text;

pub use dashboard::{Dashboard, GoalView, Line, Note, Point, Status};
pub use page::{html, is_page};
pub use period::Period;
pub use text::summary;

use crate::base::date::Date;
use crate::error::{Collector, Error, Problem};
use std::path::Path;

/// Compares actual results with the targets of a saved plan, as they stand on `as_of` (default: the end of
/// the last period of each measure). The second value: problems of the results that do not stop it.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in `dir`, [`Error::Input`] with all problems of the results.
pub fn track(
    dir: &Path,
    actuals: &Path,
    as_of: Option<Date>,
) -> Result<(Dashboard, Vec<Problem>), Error> {
    let plan = plan::TrackedPlan::read(dir)?;
    let mut problems = Collector::new(actuals.display().to_string());
    let mut gather = actuals::Gather::new(&plan);
    if let Err(problem) = table::read(actuals, &mut gather, &mut problems) {
        problems.add(*problem);
        return Err(Error::Input(problems.into_problems()));
    }
    let results = gather.into_results(&mut problems);
    if problems.has_errors() {
        return Err(Error::Input(sorted(problems)));
    }
    let mut dashboard = dashboard::dashboard(&plan, &results, as_of, &mut problems);
    if problems.has_errors() {
        return Err(Error::Input(sorted(problems)));
    }
    let warnings = sorted(problems);
    dashboard.notes = warnings.iter().map(Note::from).collect();
    Ok((dashboard, warnings))
}

/// Errors first.
fn sorted(problems: Collector) -> Vec<Problem> {
    let mut list = problems.into_problems();
    list.sort_by_key(|problem| problem.severity);
    list
}
