//! What leads add to the loads of the reps, and who they take beyond a bound.

use super::{By, Load, Route};
use crate::base::words::figure;
use crate::error::{Problem, codes};
use crate::model::{Model, SLIP};
use crate::saved::{RepFigures, Report};
use crate::scenario::Balance;

/// What each rep has before any new account.
pub(super) fn before(report: &Report) -> Vec<Load> {
    let balance = &report.scenario.balance;
    let of = |rep: &RepFigures| {
        let measure = |b: &Balance| rep.measures.get(&b.measure).copied();
        Load {
            leads: 0,
            before: (balance.iter())
                .map(|b| measure(b).map_or(0.0, |f| f.total))
                .collect(),
            added: vec![0.0; balance.len()],
            upper: (balance.iter())
                .map(|b| measure(b).and_then(|f| f.upper))
                .collect(),
        }
    };
    report.territories.iter().map(of).collect()
}

/// Adds what new accounts mean for each rep.
pub(super) fn add(loads: &mut [Load], model: &Model, routes: &[Route]) {
    for (i, route) in routes.iter().enumerate() {
        if let Some(j) = route.rep.some().filter(|_| route.by != By::Customer) {
            let load = &mut loads[j.at()];
            load.leads += 1;
            for (m, added) in load.added.iter_mut().enumerate() {
                *added += model.activity(i, j, m);
            }
        }
    }
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
