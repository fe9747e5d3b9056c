//! Contiguous plans by recombination: where bounds are tight, or a plan is far above its bound, exchanges of a node or two end in
//! a plan that none of them betters. Here pairs of neighbouring territories are [cut anew](super::recombine) again and again, accepted by
//! simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983): worse cuts with a probability that falls, while what is outside a bound costs more
//! and more.
//!
//! ```text
//! accepted where    u < exp((before - after) / T),    T = T_0 c^t,    fine = w_0 d^t * (load outside) / U
//! ```

use super::ground::Ground;
use super::recombine::{Fines, Land};
use super::search::{Effort, Search};
use crate::base::ids::RepIx;

/// Steps of one cooling, and the vertices that it may visit.
const STEPS: usize = 4_000;
const VISITS: usize = 2_000_000;
/// Coolings, each from the best plan.
const COOLINGS: usize = 4;
/// Trees drawn for each pair of territories.
const TREES: usize = 2;
/// Places of two territories that are cut anew.
const MOST: usize = 4_000;
/// The temperature at the start and at the end, as shares of what a territory costs.
const HOT: f64 = 0.1;
const COLD: f64 = 0.0005;
/// What a load outside by its whole upper bound costs at the start and at the end, in costs of a territory.
const MILD: f64 = 2.0;
const HARSH: f64 = 2_000.0;
/// A plan whose cost is above its bound by less than this share of it is not worth it.
const FAR: f64 = 0.01;

/// Steps of one cooling per node.
const STEPS_PER_NODE: usize = 40;

/// Improves a plan whose bounds are broken, or that is far above its bound; returns whether the wall-clock limit cut it short.
pub(super) fn anneal(g: &mut Ground, search: &mut Search, effort: &Effort) -> bool {
    let far = |g: &Ground| g.fines() > 0.0 || g.cost > effort.bound + FAR * effort.bound.abs();
    let k = g.model.k;
    if k < 2 {
        return false;
    }
    let steps = STEPS
        .min(STEPS_PER_NODE * g.nodes())
        .min(VISITS * k / (2 * g.model.n).max(1));
    for _ in 0..COOLINGS {
        if !far(g) || g.total() <= effort.target {
            return false;
        }
        let best = (g.total(), g.owner.clone());
        if cool(g, search, steps, effort) {
            restore(g, search, &best.1);
            return true;
        }
        search.plant(g);
        search.settle(g, &effort.until);
        if g.total() > best.0 {
            restore(g, search, &best.1);
        }
    }
    false
}

/// One cooling: the plan at its end.
fn cool(g: &mut Ground, search: &mut Search, steps: usize, effort: &Effort) -> bool {
    let k = g.model.k;
    let unit = (g.cost / k as f64).abs().max(1e-300);
    for step in 0..steps {
        let part = step as f64 / steps as f64;
        let between = |a: f64, b: f64| a * (b / a).powf(part);
        let heat = unit * between(HOT, COLD);
        let fines = Fines(unit * between(MILD, HARSH));
        if step % 64 == 0 {
            if effort.until.is_over() {
                return true;
            }
            search.plant(g);
        }
        let Some(pair) = pair(g, search) else {
            continue;
        };
        let Some(land) = Land::of(g, &pair, MOST) else {
            continue;
        };
        let before = land.total(g, fines);
        let cuts = (0..TREES).filter_map(|_| land.cut_in_two(g, fines, &mut search.random));
        let Some((after, owner)) = cuts.min_by(|a, b| a.0.total_cmp(&b.0)) else {
            continue;
        };
        let luck = (1 + search.random.below(1 << 20)) as f64 / f64::from(1 << 20);
        if after <= before || luck < ((before - after) / heat).exp() {
            search.log.clear();
            land.give(g, &owner, &mut search.log);
        }
    }
    false
}

/// Two neighbouring reps at random, half of the time one that is outside its bounds.
fn pair(g: &Ground, search: &mut Search) -> Option<[RepIx; 2]> {
    let outside = g.outside();
    let j = if !outside.is_empty() && search.random.below(2) == 0 {
        outside[search.random.below(outside.len())] / g.model.m
    } else {
        search.random.below(g.model.k)
    };
    let near = search.near(j).len();
    if near == 0 {
        return None;
    }
    let at = search.random.below(near);
    Some([RepIx(j as u32), RepIx(search.near(j)[at])])
}

/// Back to a plan that was.
fn restore(g: &mut Ground, search: &mut Search, owner: &[RepIx]) {
    search.log.clear();
    for node in 0..g.nodes() as u32 {
        let to = owner[g.sites(node)[0] as usize];
        if g.rep(node) != to {
            g.give(node, to, &mut search.log);
        }
    }
    search.plant(g);
}
