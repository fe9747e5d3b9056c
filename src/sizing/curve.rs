//! The curve: what each number of reps costs, and at least costs.

use super::people::{People, geojson, refuse_servers, with_reps};
use super::places::Places;
use super::prices::Values;
use super::question::{Question, money};
use super::row::{Row, Verdict};
use super::search::point;
use crate::base::deadline::{Cancel, Deadline};
use crate::error::Error;
use crate::model::Model;
use crate::scenario::Scenario;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// All numbers of reps that were looked at.
#[derive(Debug)]
pub struct Curve {
    /// Everyone who could be there.
    pub people: People,
    /// One row per number, ascending.
    pub rows: Vec<Row>,
    /// What a rep costs, 0 without costs.
    pub cost_per_rep: f64,
    /// Whether there are places without a region, which regions of the customers do not keep to themselves.
    pub without_region: bool,
    /// What a map shows beside home bases.
    pub(super) places: Places,
    /// Position of the row that is recommended: the cheapest, or without costs the one with the fewest reps; `None` where no row has a plan.
    pub best: Option<usize>,
}

/// Looks at all numbers of reps for the scenario that was read from `file`.
///
/// # Errors
/// Bad input with all its problems; [`Error::Internal`] when a solve contradicts itself.
pub fn curve(scenario: &Scenario, file: &Path, cancel: &Cancel) -> Result<Curve, Error> {
    let Some(rules) = &scenario.sizing else {
        let what = "the scenario has no section [sizing]: add one with `candidates`, or candidates = \"customers\"";
        return Err(Error::Usage(what.into()));
    };
    refuse_servers(scenario)?;
    let label = file.display().to_string();
    let money = money(scenario, rules, &label)?;
    let people = People::read(scenario, rules, &label)?;
    let mut inputs = with_reps(file, &geojson(scenario, &people.reps))?;
    let without_region = people.without_region(&inputs);
    let places = Places::new(&inputs);
    let model = Model::build(&inputs);
    let question = Question {
        scenario,
        rules,
        people: &people,
        model: &model,
        money,
    };
    let mut problem = question.problem()?;
    let range: Vec<usize> = question.range(&mut problem).collect();
    let until = Deadline::after(scenario.solve.time_limit_s * (1 + range.len()) as f64).or(cancel);
    let mut shared = Shared::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut start: (Vec<u32>, Option<Vec<f64>>) = (Vec::new(), None);
    for p in range.iter().copied() {
        question.bounds_for(p, &mut problem);
        let row = match problem.too_few(p) {
            Some((needed, carried)) => question.nobody(p, Verdict::TooFew { needed, carried }),
            None => {
                let depth = question.depth(&problem);
                let from = (&start.0[..], start.1.as_deref());
                let see = |v: &Values, pi: &[f64]| shared.see(v, pi, &range);
                let found = point(&problem, p, from, depth, &until, see);
                let mut row = question.row(found, problem.worst(p), &mut inputs, &until)?;
                question.refine(&mut row, &problem, &mut inputs, &until)?;
                start = (row.chosen.clone(), Some(row.prices.clone()));
                row
            }
        };
        rows.push(row);
        if until.is_cancelled() {
            break;
        }
    }
    if question.same_bounds() {
        shared.improve(&mut rows, &question);
    }
    let best = best(&rows);
    Ok(Curve {
        cost_per_rep: question.money.map_or(0.0, |m| m.rep),
        people,
        without_region,
        rows,
        places,
        best,
    })
}

/// The row that is recommended.
fn best(rows: &[Row]) -> Option<usize> {
    let found = |r: &&(usize, &Row)| r.1.verdict == Verdict::Found;
    let all: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
    let cost = |r: &Row| r.total_cost.unwrap_or(r.reps as f64);
    let best = all.iter().filter(found);
    best.min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)))
        .map(|r| r.0)
}

/// The best bound seen for each number of reps, whichever it was looked for.
#[derive(Default)]
struct Shared(BTreeMap<usize, (f64, Arc<[f64]>)>);

impl Shared {
    fn see(&mut self, values: &Values, pi: &[f64], range: &[usize]) {
        // Copied once, and only if they are better for somebody.
        let mut kept: Option<Arc<[f64]>> = None;
        for p in range {
            let bound = values.bound(*p);
            if self.0.get(p).is_none_or(|(best, _)| bound > *best) {
                let prices = kept.get_or_insert_with(|| pi.into());
                self.0.insert(*p, (bound, Arc::clone(prices)));
            }
        }
    }

    fn improve(self, rows: &mut [Row], question: &Question<'_>) {
        for row in rows {
            if let Some((bound, pi)) = self.0.get(&row.reps)
                && *bound > row.bound
                && matches!(row.verdict, Verdict::Found | Verdict::NotFound)
            {
                row.bound = *bound;
                row.cost_bound = question.cost_of(row.reps, question.with_closing(*bound));
                row.prices = pi.to_vec();
            }
        }
    }
}
