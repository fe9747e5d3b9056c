//! The files of a curve: `curve.csv`, `reps.geojson`, `bounds.json`; and the plan of the recommended row.

use super::curve::Curve;
use super::people::{geojson, with_reps};
use super::question::bounded;
use super::row::{Row, Verdict};
use crate::base::deadline::Cancel;
use crate::disk::file;
use crate::error::Error;
use crate::run::{self, Solved, Stage, Task};
use crate::scenario::Scenario;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// The first line of `curve.csv`.
const HEADER: &str = "reps,travel,bound,gap,total_cost,cost_bound,free,feasible,recommended";
/// How `bounds.json` begins.
const BOUNDS: &str = "{\"format\": \"revier bounds 1\"";

/// `curve.csv`: a line per number of reps. `feasible` is `yes`, `no` (proven) or `not found`; `bound` is one on travel, `cost_bound` on all costs.
#[must_use]
pub fn table(curve: &Curve) -> String {
    let mut text = format!("{HEADER}\n");
    for (at, row) in curve.rows.iter().enumerate() {
        let number = |x: f64| match x.is_finite() {
            true => format!("{x:.3}"),
            false => String::new(),
        };
        let of = |x: Option<f64>| x.map_or_else(String::new, number);
        let feasible = row.verdict.word();
        let gap = match row.verdict {
            Verdict::Found => format!("{:.6}", row.gap()),
            _ => String::new(),
        };
        let cells = [
            row.reps.to_string(),
            number(row.travel),
            // Rounded against the claim.
            number((row.bound * 1e3).floor() / 1e3),
            gap,
            of(row.total_cost),
            of(row.cost_bound.map(|x| (x * 1e3).floor() / 1e3)),
            number(row.free),
            feasible.to_owned(),
            if curve.best == Some(at) { "yes" } else { "" }.to_owned(),
        ];
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

/// Whether a file is a curve of an earlier run.
#[must_use]
pub fn is_curve(path: &Path) -> bool {
    file::begins_with(path, HEADER)
}

/// Whether a file is a `reps.geojson` or `bounds.json` of an earlier run.
#[must_use]
pub fn is_ours(path: &Path) -> bool {
    file::begins_with(path, BOUNDS) || file::begins_with(path, REPS)
}

/// How `reps.geojson` begins.
const REPS: &str =
    "{\"type\": \"FeatureCollection\", \"features\": [\n{\"geometry\":{\"coordinates\":";

/// `reps.geojson`: those who are there in a row, with bounds of their own, as `solve` takes them.
#[must_use]
pub fn chosen(scenario: &Scenario, curve: &Curve, row: &Row) -> String {
    let rules = scenario.sizing.clone().unwrap_or_default();
    let reps = bounded(scenario, &rules, &curve.people.reps, &row.chosen);
    geojson(scenario, &reps)
}

/// `bounds.json`: who could be there, and the prices of the customers that prove the bound of each row (the formula of [`prices`](super::prices)).
///
/// # Errors
/// [`Error::Internal`] where a number cannot be written.
pub fn bounds(curve: &Curve) -> Result<String, Error> {
    let ids = &curve.people.reps.ids;
    let everyone: Vec<&str> = (0..ids.len()).map(|j| ids.get(j)).collect();
    let mut text = format!(
        "{BOUNDS}, \"candidates\": {},\n\"rows\": [",
        json!(everyone)
    );
    for (at, row) in curve
        .rows
        .iter()
        .filter(|r| !r.prices.is_empty())
        .enumerate()
    {
        let line = json!({"reps": row.reps, "bound": row.bound, "prices": row.prices});
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n{line}");
    }
    text.push_str("\n]}\n");
    Ok(text)
}

/// Solves, draws and checks the plan of a row, for the scenario of `file`.
///
/// # Errors
/// As [`run::run_until`](crate::run::run_until).
pub fn plan_of(
    file: &Path,
    reps: &str,
    cancel: &Cancel,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    let begin = Instant::now();
    let inputs = with_reps(file, reps)?;
    run::run_on(inputs, Task::default(), cancel, begin, watch)
}
