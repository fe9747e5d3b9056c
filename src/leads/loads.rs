//! What leads add to the loads of the reps, and who they take beyond a bound.

use super::{By, Load, Route};
use crate::base::words::figure;
use crate::error::{Problem, codes};
use crate::model::{Model, SLIP};
use crate::saved::Report;

/// What the new accounts mean for each rep.
pub(super) fn loads(report: &Report, model: &Model, routes: &[Route]) -> Vec<Load> {
    let balance = &report.scenario.balance;
    let of = |j: usize| {
        let figures = report.territories[j].measures.clone();
        let measure = |m: usize| figures.get(&balance[m].measure).copied();
        Load {
            leads: 0,
            before: (0..model.m)
                .map(|m| measure(m).map_or(0.0, |f| f.total))
                .collect(),
            added: vec![0.0; model.m],
            upper: (0..model.m)
                .map(|m| measure(m).and_then(|f| f.upper))
                .collect(),
        }
    };
    let mut loads: Vec<Load> = (0..model.k).map(of).collect();
    for (i, route) in routes.iter().enumerate() {
        if let Some(j) = route.rep.some().filter(|_| route.by != By::Customer) {
            let load = &mut loads[j.at()];
            load.leads += 1;
            for (m, added) in load.added.iter_mut().enumerate() {
                *added += model.activity(i, j, m);
            }
        }
    }
    loads
}

/// Reps named in a message before "and N more".
const NAMED: usize = 5;

/// Tells which reps the leads take beyond a bound.
pub(super) fn beyond(report: &Report, loads: &[Load], name: &str) -> Option<Problem> {
    let balance = &report.scenario.balance;
    let mut over = Vec::new();
    for (rep, load) in report.territories.iter().zip(loads) {
        for (m, b) in balance.iter().enumerate() {
            let after = load.before[m] + load.added[m];
            let upper = load.upper[m].filter(|u| after > u * (1.0 + SLIP));
            if let Some(upper) = upper.filter(|_| load.added[m] > 0.0) {
                over.push(format!(
                    "{} ({}) has {} of {}, at most {} are allowed",
                    rep.name,
                    rep.rep,
                    figure(after),
                    b.measure,
                    figure(upper)
                ));
            }
        }
    }
    let more = over.len().saturating_sub(NAMED);
    over.truncate(NAMED);
    if more > 0 {
        over.push(format!("and {more} more"));
    }
    let what = format!("with these leads {}", over.join("; "));
    let mut problem = Problem::warning(codes::BEYOND_BOUND, what);
    problem.file = name.to_owned();
    let help = "add them to the customers and solve again, with [change] to keep most as it is";
    (!over.is_empty()).then(|| problem.help(help))
}
