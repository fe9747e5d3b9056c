//! Small and hard instances: better plans, and a stronger bound than the LP's.
//!
//! - `small`: what reduced costs leave open, as an integer `programme`;
//! - `relaxed`: the bound that relaxes the assignment rows instead, one `knapsack` per rep, maximised by `volume`.

mod programme;
mod relaxed;
mod small;
mod volume;

pub(crate) use programme::{Goal, Limits, MOST_COLUMNS, run, sizes, unit_of_cost};
pub(crate) use small::{columns, improve};

use crate::base::deadline::Deadline;
use crate::bound::knapsack;
use crate::model::SLIP;
use crate::solve::local::{Item, State, far};
use crate::solve::lp::{self, LpOutcome};
use crate::solve::units::Units;
use relaxed::Relaxed;
use std::collections::HashMap;
use volume::Volume;

/// Pairs of unit and rep up to which a stronger bound is looked for.
const MOST_PAIRS: usize = 500_000_000;
/// Options looked at per second of the time limit, which makes a second or two by default.
const OPTIONS_PER_SECOND: f64 = 200_000.0;
/// Steps below which the first prices have to do.
const FEW: usize = 20;
/// Steps after which the ascent ends unless the bound has risen by [`RISE`] of what it lacks.
const PATIENCE: usize = 60;
const RISE: f64 = 0.01;

/// How long to look for a stronger bound.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    /// Time limit of the whole solve, seconds: the number of steps is a share of it.
    pub time_limit_s: f64,
    /// Excess that the plan was to have.
    pub target: f64,
    /// Wall-clock limit.
    pub until: Deadline,
}

/// Prices of the assignment rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ascent {
    /// Units and prices other than half of what the second option costs more than the first.
    pub prices: Vec<(u32, f64)>,
    /// Whether the wall-clock limit cut it short.
    pub cut: bool,
}

/// Looks for prices of the assignment rows that may prove more than the LP bound. `state` must keep all bounds.
///
/// Measured on 1,000 x 50 (20 customers a rep, lognormal workloads, 5 %): the best plan is 0.36 % above the LP bound; after 40
/// steps (0.1 s) the bound has risen by 0.20 %, after 400 by 0.23 %, after 6,000 no further. HiGHS comes to 0.20 % in 600 s.
///
/// Where customers are many, so are the steps' knapsacks, and the first prices are nearly as good: at 100,000 x 200 they prove 199 of
/// the 300 that the plan is above the LP bound (no plan can come within 1e-5 of that), 40 steps 211.
pub(crate) fn ascend(
    units: &Units,
    lp: &LpOutcome,
    state: &State,
    effort: &Effort,
) -> Option<Ascent> {
    if units.len().saturating_mul(units.k) > MOST_PAIRS {
        return None;
    }
    let upper = state.excess();
    let worth = far(upper, effort.target).min(1.0) * effort.time_limit_s.min(1e6);
    // Each unit has two options at least.
    let steps = |options: usize| (OPTIONS_PER_SECOND * worth / options.max(1) as f64) as usize;
    if steps(2 * units.len()) < FEW {
        return Some(Ascent::default());
    }
    let core = knapsack::core(upper, units.k);
    let wide = open(units, lp, upper.min(2.0 * core));
    let options: usize = wide.items.iter().map(|t| t.options.rep.len()).sum();
    if options == 0 {
        return None;
    }
    let steps = steps(options);
    if steps < FEW {
        return Some(Ascent::default());
    }
    let relaxed = Relaxed::new(&wide, &units.rows, core);
    let mut workers = relaxed.workers();
    let mut volume = Volume::new(
        &relaxed,
        &mut workers,
        wide.items.iter().map(start).collect(),
    );
    if !volume.bound.is_finite() {
        // A rep has no set within its bounds: that is for the tree to show.
        return Some(Ascent::default());
    }
    let mut cut = false;
    let mut before = volume.bound;
    for step in 1..=steps {
        if effort.until.is_over() {
            cut = true;
            break;
        }
        volume.step(&relaxed, &mut workers, upper);
        if step % PATIENCE == 0 {
            if volume.bound - before < RISE * (upper - volume.bound) {
                break;
            }
            before = volume.bound;
        }
    }
    let priced = wide.items.iter().zip(&volume.pi);
    let moved = priced.filter(|(t, p)| **p != start(t));
    Some(Ascent {
        prices: moved.map(|(t, p)| (t.unit, short(*p))).collect(),
        cut,
    })
}

/// What prices of the assignment rows prove of every plan that is within the bounds and at most `excess` above the LP bound: so
/// much above it, at least. It is what [`crate::check`] finds, but for rounding.
pub(crate) fn proven(units: &Units, lp: &LpOutcome, prices: &[(u32, f64)], excess: f64) -> f64 {
    let core = knapsack::core(excess, units.k);
    let dearest = prices.iter().fold(core, |most, p| most.max(p.1));
    let wide = open(units, lp, excess.min(dearest + core));
    let relaxed = Relaxed::new(&wide, &units.rows, core);
    let known: HashMap<u32, f64> = prices.iter().copied().collect();
    let price = |t: &Item| known.get(&t.unit).copied().unwrap_or(start(t));
    let pi: Vec<f64> = wide.items.iter().map(price).collect();
    let bound = relaxed.evaluate(&mut relaxed.workers(), &pi);
    // Loads may exceed their bounds by a little, and sums of many numbers are not exact.
    (bound - 2.0 * SLIP * lp.bound.abs()).clamp(0.0, excess.max(0.0))
}

/// The price to start with: half-way from the cheapest option, which costs nothing, to the next.
fn start(t: &Item) -> f64 {
    0.5 * t.options.cost[1]
}

/// All options that cost at most `reach` more than the cheapest of the unit, where there are two.
///
/// With a `reach` of the excess of a plan no better one uses any other. And with the greatest price and `core` together, what deviates beyond it
/// costs `core` at least.
fn open(units: &Units, lp: &LpOutcome, reach: f64) -> State {
    let reach = reach * (1.0 + SLIP);
    let (border, base) = lp::border(units, &lp.mu, f64::INFINITY, reach);
    let mut wide = State::new(units, lp, border, base);
    (0..wide.items.len()).for_each(|i| wide.take(i, 0));
    wide.restrict(reach);
    wide
}

/// Six digits, so that the report is short: every price proves something.
fn short(price: f64) -> f64 {
    format!("{price:.5e}").parse().unwrap_or(price)
}
