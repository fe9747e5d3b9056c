//! The schedule: temperatures from hot to cold, problems from coarse to fine.
//!
//! Tried at 100,000 x 50 on 2 cores, prices and LP together, least of three runs, as multiples of what is used:
//!
//! | | time | columns of the LP | its rounds |
//! | --- | ---: | ---: | ---: |
//! | cooling by 0.3, problems 16 times finer, coldest at 0.03 of the spacing | 1 | 4,027 | 1 |
//! | cooling by 0.5 or by 0.15 | 1 | 4,027 | 1 |
//! | problems 4 times finer | 1.1 | 4,027 | 1 |
//! | no coarse problems, all stages on all units | 6 | 4,027 | 1 |
//! | coldest at 0.1 of the spacing | 1.8 | 8,105 | 2 |
//! | coldest at 0.01 of the spacing | 1.1 | 3,851 | 1 |
//!
//! So the coarse problems are what counts, and a temperature cold enough for one LP to do; the rest is within the noise.
//!
//! Prices may span many times the distance to the nearest rep: with 200 reps at towns of all sizes 30 times, with 1,000 reps 50 times. A
//! soft-min that cold sees the next reps only, and Newton steps come to nothing. So some hundred reps begin hotter, on few points, and a first stage
//! that does not converge is begun anew, hotter again. At 10,000 x 200 the prices took 0.4 of the time for it; at 20,000 x 1,000 they
//! were no start for the LP before, and now two rounds of it do.

use super::coarse::coarsen;
use super::evaluate::{Shape, dual_value};
use super::newton::{Stop, maximise};
use super::ray::diverged;
use super::scale::price_scale;
use crate::base::deadline::Deadline;
use crate::solve::units::Units;

/// Prices near the optimum of the dual.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// One price per row.
    pub mu: Vec<f64>,
    /// The last temperature, cost per unit of weight: how far from the optimum the prices may be.
    pub temperature: f64,
    /// What the bounds lack, where no plan keeps them.
    pub lacks: Option<Lacks>,
}

/// Why no plan keeps all bounds, not even one that shares customers between reps, and what the bounds lack.
#[derive(Clone, Debug)]
pub(crate) struct Lacks {
    /// Prices that prove it.
    pub ray: Vec<f64>,
    /// Per row, load above and below its bounds.
    pub rows: Vec<(f64, f64)>,
}

/// Points per rep that the first, coarsest problem has.
const FIRST_PER_REP: usize = 100;
/// With so many reps there is a hot problem before it (with fewer it is not needed, with more it takes longer than it saves where reps
/// are spread evenly): its points per rep, and its temperature, in distances to the nearest rep.
const MANY: std::ops::RangeInclusive<usize> = 100..=400;
const HOT_PER_REP: usize = 4;
const HOT: f64 = 2.0;
/// Times that the first temperature is raised, and by how much, when it does not do.
const RAISES: usize = 4;
const RAISE: f64 = 4.0;
/// Distances to the nearest rep beyond which a price is looked at: it may be on its way to infinity. (With 1,000 reps they span 50 of them.)
const WALL: f64 = 100.0;
/// From one problem to the next finer one.
const REFINE: usize = 16;
/// From one temperature to the next.
const COOL: f64 = 0.3;

impl Outcome {
    /// Prices of nothing.
    fn cold(mu: Vec<f64>) -> Outcome {
        Outcome {
            mu,
            temperature: 0.0,
            lacks: None,
        }
    }
}

/// Where the coldest stage on all units ends.
const FINAL: Stop = Stop {
    evaluations: 40,
    gain: 1e-9,
};

/// How many units the coarse problems have, the smallest first.
fn coarse_sizes(units: &Units) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut size = (FIRST_PER_REP * units.k).clamp(4_000, 50_000);
    while size * 2 < units.len() {
        sizes.push(size);
        size *= REFINE;
    }
    sizes
}

/// Runs all stages for which there is time; `start` are prices to begin with (of a similar problem), if there are any.
pub(crate) fn prices(units: &Units, start: Option<&[f64]>, until: &Deadline) -> Outcome {
    let rows = units.rows.len();
    let mut mu = start.map_or_else(|| vec![0.0; rows], <[f64]>::to_vec);
    let n = units.len();
    if n == 0 {
        return Outcome::cold(mu);
    }
    let typical = typical_value(units);
    let per_weight = price_scale(units);
    let mut targets = coarse_sizes(units);
    let hot = start.is_none() && MANY.contains(&units.k) && n > 2 * HOT_PER_REP * units.k;
    if hot {
        targets.insert(0, HOT_PER_REP * units.k);
    }
    let first = match (hot, start) {
        (true, _) => HOT * typical,
        (false, None) => 0.5 * typical,
        (false, Some(_)) => 0.5 * typical * 0.1,
    };
    let mut e = first;
    let mut raises = 0;
    // Where the bounds cannot be met, prices run away until there is a wall.
    let mut ray: Option<Vec<f64>> = None;
    let walls: Vec<f64> = per_weight.iter().map(|p| WALL * typical * p).collect();
    let mut lacks = vec![0.0; rows];
    'stages: for level in 0..=targets.len() {
        let coarse = targets.get(level).map(|t| coarsen(units, *t));
        let problem = coarse.as_ref().unwrap_or(units);
        let coldest = if hot && level == 0 {
            HOT * COOL * typical
        } else {
            cold(typical, problem)
        };
        loop {
            let last = e <= coldest;
            let width: Vec<f64> = per_weight.iter().map(|p| p * e).collect();
            let stop = if last && coarse.is_none() {
                FINAL
            } else {
                Stop {
                    evaluations: 25,
                    gain: 1e-4 * e / typical,
                }
            };
            let shape = Shape {
                e,
                width: &width,
                wall: ray.is_some().then_some(&walls[..]),
            };
            let converged = maximise(problem, &mut mu, &shape, stop, until);
            lacks = shape.outside(units, &mu);
            if until.is_over() {
                // What is near a border is told from the spacing of the units: at a hotter temperature, that is all of them.
                e = e.min(cold(typical, units));
                break 'stages;
            }
            let far = || mu.iter().zip(&walls).any(|(p, w)| p.abs() > *w);
            if !converged && ray.is_none() && far() && diverged(units, &mu) {
                ray = Some(std::mem::replace(&mut mu, vec![0.0; rows]));
                e = first;
                continue;
            }
            if !converged && level == 0 && ray.is_none() && raises < RAISES {
                raises += 1;
                e *= RAISE;
                continue;
            }
            if last {
                break;
            }
            e = (e * COOL).max(coldest);
        }
    }
    let rows = lacks.iter().map(|y| (y.max(0.0), (-y).max(0.0))).collect();
    Outcome {
        mu,
        temperature: e,
        lacks: ray.map(|ray| Lacks { ray, rows }),
    }
}

/// The coldest temperature: below the spacing of the units there is nothing more to see.
fn cold(typical: f64, problem: &Units) -> f64 {
    let spacing = typical * (problem.k as f64 / problem.len() as f64).sqrt();
    (0.03 * spacing).min(0.5 * typical)
}

/// Mean of the least cost per unit of weight at price 0: how far the nearest rep is.
fn typical_value(units: &Units) -> f64 {
    let weight: f64 =
        units.points.scale.iter().sum::<f64>() + units.tables.scale.iter().sum::<f64>();
    let zero = vec![0.0; units.rows.len()];
    let least = dual_value(units, &zero) - units.fixed_cost;
    (least / weight.max(1e-300)).max(1e-6)
}
