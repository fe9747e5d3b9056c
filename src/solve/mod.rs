//! From a model to a plan, in four steps: units, prices, LP, rounding.
//!
//! 1. The free sites become units in an order that keeps neighbours together (`units`).
//! 2. The price engine maximises the smoothed dual (`prices`).
//! 3. Column generation solves the LP to the proven optimum (`lp`).
//! 4. Rounding and local search make an integer plan of it (`round`).
//! 5. Where the neighbours of the sites are known, torn territories are mended (`contiguity`).
//!
//! What follows the LP stands in `search`.

mod again;
mod assemble;
mod branch;
mod contiguity;
mod exact;
pub mod frontier;
mod guard;
mod judge;
mod keep;
mod local;
mod lp;
mod prices;
mod relax;
mod rigor;
mod rows;
mod search;
mod spend;
mod units;

pub use contiguity::{Contiguity, MOST_RISE};
pub use keep::keep;
pub use relax::Relaxation;

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::model::Model;
use crate::plan::said;
use crate::plan::{Plan, Prices, SolveSeconds};
use assemble::{Known, assemble};
pub(crate) use assemble::{adopt, keeps_all, weaken};
pub use lp::LpSolver;
use search::{MOVABLE_PER_PAIR, Search, WHOLE};
pub(crate) use spend::spend;
use std::time::Instant;
use units::Units;

/// How to solve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of everything random.
    pub seed: u64,
    /// Stop when the plan is proven this close.
    pub gap: f64,
    /// Every phase together takes this long at most, seconds; how thoroughly is searched follows from it, too.
    pub time_limit_s: f64,
    /// Ends the solve earlier: at a time, or when somebody sets its flag. The best plan known by then is returned.
    pub until: Deadline,
    /// Who solves the restricted LPs.
    pub lp: LpSolver,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            gap: 1e-4,
            time_limit_s: 60.0,
            until: Deadline::never(),
            lp: LpSolver::preferred(),
        }
    }
}

/// How far a solve has come; told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// The prices are being looked for.
    Prices,
    /// The LP is being solved to its proven optimum.
    Lp,
    /// A whole plan is being improved; it is at most this far from the best one, (objective - bound) / objective.
    Plan {
        /// The gap, 0 to 1.
        gap: f64,
    },
}

/// Solves a model.
///
/// The same model and options give the same plan, whatever the number of threads, unless the time limit
/// cuts the search short (a note says so).
///
/// # Errors
/// [`crate::error::Error::Internal`] when revier contradicts itself.
pub fn solve(model: &Model, options: &Options) -> Result<Plan, crate::error::Error> {
    solve_with(model, &Task::of(options), &mut |_| {})
}

/// Solves a model whose sites have neighbours (see [`Contiguity`]), and `watch` is told how far it has come.
///
/// # Errors
/// As for [`solve()`].
pub fn solve_on(
    model: &Model,
    contiguity: Option<&Contiguity>,
    options: &Options,
    watch: &mut dyn FnMut(Progress),
) -> Result<Plan, crate::error::Error> {
    let task = Task {
        contiguity,
        ..Task::of(options)
    };
    solve_with(model, &task, watch)
}

/// Solves a model, starting from the prices of a similar one (the same reps and measures, other limits): the
/// nearer they are, the sooner the LP is solved. Territories are contiguous where that is required, and islands are left alone otherwise.
///
/// # Errors
/// As [`solve()`].
pub fn solve_from(
    model: &Model,
    contiguity: &Contiguity,
    options: &Options,
    prices: Option<&Prices>,
) -> Result<Plan, crate::error::Error> {
    let contiguity = contiguity.required.then_some(contiguity);
    let task = Task {
        contiguity,
        prices,
        ..Task::of(options)
    };
    solve_with(model, &task, &mut |_| {})
}

/// As [`solve_on`], starting from the prices of a similar model where some are given.
///
/// # Errors
/// As for [`solve()`].
pub fn solve_near(
    model: &Model,
    contiguity: &Contiguity,
    options: &Options,
    prices: Option<&Prices>,
    watch: &mut dyn FnMut(Progress),
) -> Result<Plan, crate::error::Error> {
    let task = Task {
        contiguity: Some(contiguity),
        prices,
        ..Task::of(options)
    };
    solve_with(model, &task, watch)
}

/// What every plan of a model costs at least by these prices, whatever they were made for (weak duality): `g(mu)` less all that rounding and distances
/// may add. `None` where the prices are of other rows, or some customer has no rep at all.
///
/// ```text
/// g(mu) = sum_i min_j (c_ij + sum_m mu_jm a_ijm + nu b_i [j != owner_i]) - sum_jm max(mu_jm U_jm, mu_jm L_jm) - nu B
/// ```
#[must_use]
pub fn least_cost(model: &Model, prices: &Prices, objective: f64) -> Option<f64> {
    let units = Units::build(model);
    let mu = warm(&units, prices)?;
    let held = |i: usize| {
        model
            .lock(i)
            .is_none_or(|j| model.forbidden_by(i, j).is_none())
    };
    if !units.stranded.is_empty() || !(0..model.n).all(held) {
        return None;
    }
    let value = prices::dual_value(&units, &mu);
    let off =
        rigor::rounding(model, &mu, objective.max(value.abs())) + rigor::TIMES * rigor::blur(model);
    let bound = value - off;
    bound.is_finite().then_some(bound.max(0.0))
}

/// What a solve is asked for.
#[derive(Clone, Copy)]
struct Task<'a> {
    options: &'a Options,
    contiguity: Option<&'a Contiguity<'a>>,
    /// Prices to start from.
    prices: Option<&'a Prices>,
    /// Whether the search goes on where it finds no plan within the bounds.
    again: bool,
}

impl<'a> Task<'a> {
    fn of(options: &'a Options) -> Task<'a> {
        Task {
            options,
            contiguity: None,
            prices: None,
            again: true,
        }
    }
}

fn solve_with(
    model: &Model,
    task: &Task,
    watch: &mut dyn FnMut(Progress),
) -> Result<Plan, crate::error::Error> {
    let options = task.options;
    let begin = Instant::now();
    let until = options.until.within(options.time_limit_s);
    let units = Units::build(model);
    let indexed = Instant::now();
    watch(Progress::Prices);
    let warm = task.prices.and_then(|p| warm(&units, p));
    let start = prices::prices(&units, warm.as_deref(), &part(&until, PRICES));
    let priced = Instant::now();
    watch(Progress::Lp);
    let mut lp = lp::solve(&units, &start, options.lp, &part(&until, LP));
    lp.deal(&units, |unit, rep| {
        let site = units.sites(unit as usize)[0] as usize;
        model.travel.chord2(site, RepIx(rep))
    });
    let solved = Instant::now();
    let search = Search::new(model, *task, (&units, &lp, start.temperature), &until);
    let mut plan = search.plan(watch)?;
    plan.seconds = SolveSeconds {
        index: (indexed - begin).as_secs_f64(),
        lp: (solved - indexed).as_secs_f64(),
        prices: (priced - indexed).as_secs_f64(),
        round: solved.elapsed().as_secs_f64(),
    };
    Ok(plan)
}

/// Share of the time that is left which the prices may take, and the LP of what is left then.
const PRICES: f64 = 0.5;
const LP: f64 = 0.6;

/// A part of the time that is left.
fn part(until: &Deadline, share: f64) -> Deadline {
    until.within(share * until.left().as_secs_f64())
}

/// What ended the search early, in words.
fn cut_off(cut: bool, until: &Deadline, options: &Options) -> Option<String> {
    if until.is_cancelled() {
        return Some(said::INTERRUPTED.to_owned());
    }
    cut.then(|| said::time_limit(options.time_limit_s))
}

/// The prices of another plan as a start, if they fit.
fn warm(units: &Units, prices: &Prices) -> Option<Vec<f64>> {
    let mut mu = prices.rep_measure.clone();
    if units.rows.change {
        mu.push(prices.change);
    }
    (mu.len() == units.rows.len()).then_some(mu)
}
