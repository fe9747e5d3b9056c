//! `report.html` of a curve: what each number of reps costs, and where they live, in one file that needs no network.

use super::curve::Curve;
use super::row::{Row, Verdict};
use crate::base::lang::Lang;
use crate::error::Error;
use crate::report::assets::{self, AXIS, BAR, DOM, Page, WORDS};
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::path::Path;

/// The command that makes the page.
const COMMAND: &str = "size";
/// The dashboard's style, and what is new here.
const STYLE: &str = concat!(
    include_str!("../track/page/style.css"),
    include_str!("page/style.css")
);
/// The modules of the page, in the order in which they need each other.
const MODULES: &[&str] = &[
    include_str!("page/text_en.js"),
    include_str!("page/text_de.js"),
    WORDS,
    include_str!("page/data.js"),
    DOM,
    AXIS,
    include_str!("page/chart.js"),
    include_str!("page/map.js"),
    BAR,
    include_str!("page/main.js"),
];

/// The page of a curve, which opens in `lang`.
///
/// # Errors
/// [`Error::Internal`] when the data cannot be written as JSON.
pub fn page(scenario: &Scenario, curve: &Curve, lang: Lang) -> Result<Vec<u8>, Error> {
    let page = Page {
        command: COMMAND,
        beside: "curve.csv beside it",
        style: STYLE,
        modules: MODULES,
    };
    page.with(&data(scenario, curve), lang, &scenario.name)
}

/// Whether a file is such a page.
#[must_use]
pub fn is_page(path: &Path) -> bool {
    assets::is_page(path, COMMAND)
}

fn data(scenario: &Scenario, curve: &Curve) -> Value {
    let reps = &curve.people.reps;
    let person = |j: usize| json!({"id": reps.ids.get(j), "name": reps.name[j], "lon": reps.lon[j], "lat": reps.lat[j], "stays": curve.people.stays[j]});
    let places = &curve.places;
    json!({
        "revier": env!("CARGO_PKG_VERSION"),
        "name": scenario.name,
        "measure": scenario.balance[0].measure,
        "unit": scenario.objective_unit(),
        "best": curve.best,
        "rows": curve.rows.iter().map(|row| line(curve, row)).collect::<Vec<_>>(),
        "people": (0..reps.len()).map(person).collect::<Vec<_>>(),
        "customers": places.shown,
        "all": places.all,
        "outline": places.outline,
    })
}

fn line(curve: &Curve, row: &Row) -> Value {
    let (needed, carried) = match row.verdict {
        Verdict::TooFew { needed, carried } => (needed, carried),
        _ => (f64::NAN, f64::NAN),
    };
    let is_found = row.verdict == Verdict::Found;
    // Numbers that are none become null.
    json!({
        "reps": row.reps,
        "verdict": row.verdict.word(),
        "needed": needed,
        "carried": carried,
        "travel": row.travel,
        "bound": row.bound,
        "total_cost": row.total_cost,
        "cost_bound": row.cost_bound,
        "travel_cost": row.total_cost.map(|cost| cost - row.reps as f64 * curve.cost_per_rep),
        "gap": is_found.then(|| row.gap()),
        "free": is_found.then_some(row.free),
        "chosen": if is_found { &row.chosen[..] } else { &[] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_do_not_end_their_element() {
        assert!(MODULES.iter().all(|module| assets::is_safe(module)));
        assert!(!STYLE.contains("</style"));
    }
}
