//! Targets against actual results: `revier track`.
//!
//! ```text
//! plan directory (targets, owners) + table of results -> join -> dashboard -> page, JSON, table
//! ```

mod actuals;
mod columns;
mod dashboard;
mod months;
mod page;
mod period;
mod plan;
mod text;

pub use dashboard::{Dashboard, GoalView, Line, Note, Point, Status};
pub use page::{html, is_page};
pub use period::Period;
pub use text::summary;

use crate::base::date::Date;
use crate::disk::file;
use crate::error::{Collector, Error, Problem, codes};
use crate::input::lines::{Lines, Reading};
use crate::input::read_lines::read_lines;
use crate::scenario::TableRole;
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
    let mut gather = actuals::Gather::new(&plan, &actuals.display().to_string());
    if let Err(problem) = read(actuals, &plan, &mut gather) {
        gather.broken(*problem);
    }
    let (results, mut problems) = gather.into_results();
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

/// Reads the rows of a table of results.
fn read(
    path: &Path,
    plan: &plan::TrackedPlan,
    gather: &mut actuals::Gather<'_>,
) -> Result<(), Box<Problem>> {
    let bytes = file::bytes_of(path)?;
    let (format, bytes) = file::content(path, &bytes)?;
    if format == file::Format::Json {
        let problem = Problem::error(codes::WRONG_FORMAT, "results are a table, this is JSON");
        return Err(problem.help("write them as .csv or .xlsx").into());
    }
    let reading = Reading {
        sheet: plan
            .tables
            .sheets
            .get(&TableRole::Results)
            .map(String::as_str),
        decimal: plan.tables.decimal,
    };
    read_lines(format, &bytes, reading, gather)
}

/// Errors first.
fn sorted(problems: Collector) -> Vec<Problem> {
    let mut list = problems.into_problems();
    list.sort_by_key(|problem| problem.severity);
    list
}
