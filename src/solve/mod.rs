//! From a model to a plan.

use crate::ids::RepIx;
use crate::model::Model;
use crate::plan::{LpSummary, Plan, Prices, Status};

/// How to solve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of everything random.
    pub seed: u64,
    /// Stop when the plan is proven this close.
    pub gap: f64,
    /// Stop improving after this long, seconds.
    pub time_limit_s: f64,
}

/// Solves a model.
#[must_use]
pub fn solve(model: &Model, _options: &Options) -> Plan {
    let nearest = |i: usize| {
        let cost = |j: &RepIx| model.pair_cost(i, *j).unwrap_or(f64::INFINITY);
        let reps = (0..model.k as u32).map(RepIx);
        reps.min_by(|a, b| cost(a).total_cmp(&cost(b)))
            .unwrap_or(RepIx::NONE)
    };
    let owner: Vec<RepIx> = (0..model.n).map(nearest).collect();
    let objective = owner
        .iter()
        .enumerate()
        .map(|(i, j)| model.pair_cost(i, *j).unwrap_or(0.0))
        .sum();
    Plan {
        owner,
        status: Status::Feasible,
        objective,
        bound: objective,
        prices: Prices {
            rep_measure: vec![0.0; model.k * model.m],
            change: 0.0,
        },
        lp: LpSummary::default(),
        violations: Vec::new(),
        notes: Vec::new(),
    }
}

mod lp;
mod prices;
mod rows;
mod units;

/// Trial.
pub fn trial(model: &Model) {
    let t = std::time::Instant::now();
    let units = units::Units::build(model);
    println!("units {:?} n {}", t.elapsed(), units.len());
    let t = std::time::Instant::now();
    let out = prices::prices(&units, None);
    println!(
        "prices {:?} e {} evals {}",
        t.elapsed(),
        out.temperature,
        out.evaluations
    );
    let t = std::time::Instant::now();
    match lp::solve(&units, &out, lp::Backend::preferred()) {
        Ok(l) => println!("lp {:?} obj {} bound {} rounds {} columns {} split {} proven {}", t.elapsed(), l.objective, l.bound, l.rounds, l.columns, l.split(), l.proven),
        Err(e) => println!("lp error {e}"),
    }
}
