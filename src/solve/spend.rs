//! `deviation_cost = "auto"`: the greatest cost of load beside the target that the travel can stand.
//!
//! With `V(p)` the optimum of the LP at a cost of `p`, and `D(p)` the load beside the targets in it, its travel (with preferences and the penalty on
//! change) is
//!
//! ```text
//! R(p) = V(p) - p D(p)
//! ```
//!
//! which never falls as `p` grows (`V` is concave in `p`, `D` a supergradient of it). Taken is the greatest `p` with
//! `R(p) <= (1 + budget) R(0)`, to 2 %, in three digits. The search begins above every price of the LP without the cost, goes up as long as that brings loads
//! nearer to their targets, and then halves what is between, on a scale of logarithms. A cost beyond which the budget buys nothing more is not exceeded by
//! more than four times. Several measures are looked at in the order of the scenario, each with a budget of its own on top of those before it.
//!
//! What is large is searched on a smaller problem first, and the LP of all customers has the last word: where it spends more, `p` falls on.

use super::lp::{self, LpOutcome, LpSolver};
use super::prices::{self, Outcome, coarsen};
use super::units::Units;
use super::{LP, Options, PRICES, part};
use crate::base::deadline::Deadline;
use crate::bound::Beside;
use crate::model::Model;
use crate::scenario::{Balance, LARGEST};

/// The first cost to try, in the greatest price of the LP without it (or what a unit of load costs in the mean, if that is more).
const ABOVE: f64 = 2.0;
/// What it grows by where the travel stands it, and how often it may.
const UP: f64 = 4.0;
const UPS: usize = 10;
/// The least cost to try is so many halves of the first.
const OCTAVES: i32 = 14;
/// How near to the greatest cost within the budget the search comes.
const NEAR: f64 = 1.02;
/// A share of the load beside the targets that is a difference.
const NEARER: f64 = 1e-6;
/// Units beyond which the grid is searched on fewer.
const MANY: usize = 20_000;
/// Steps down that the LP of all customers may take after that: the first is this share of an octave, each next one twice as long.
const DOWN: f64 = 1.0 / 32.0;
const DOWNS: usize = 8;
/// Share of the time that is left which all of it may take.
const SHARE: f64 = 0.4;

/// What was chosen.
pub(crate) struct Chosen {
    /// What each measure's load beside the target is to cost: as the scenario says, and where that is `auto`, what was found.
    pub costs: Vec<f64>,
    /// Prices to start a solve from.
    pub prices: Option<Vec<f64>>,
    /// Whether time ended the search: costs that were not found are 0.
    pub cut: bool,
}

/// Chooses the costs of the measures where `balance` leaves that to the travel.
pub(crate) fn spend(model: &Model, balance: &[Balance], options: &Options) -> Chosen {
    let until = options.until.within(options.time_limit_s);
    let until = part(&until, SHARE);
    let units = Units::build(model);
    let small = (units.len() > MANY).then(|| coarsen(&units, MANY));
    let mut search = Search {
        problem: small.as_ref().unwrap_or(&units),
        costs: balance.iter().map(Balance::price).collect(),
        at: Probe {
            model,
            backend: options.lp,
            until: &until,
            mu: None,
        },
    };
    let open = |m: &usize| balance[*m].is_auto() && balance[*m].chosen.is_none();
    let open: Vec<usize> = (0..balance.len()).filter(open).collect();
    // Nothing is chosen where there is no plan at all.
    let found = search.all(&open, balance, small.is_some().then_some(&units));
    Chosen {
        cut: found.is_none() && until.is_over(),
        costs: search.costs,
        prices: search.at.mu,
    }
}

/// The search, with the costs of all measures as far as it has come.
struct Search<'a> {
    problem: &'a Units,
    costs: Vec<f64>,
    at: Probe<'a>,
}

impl Search<'_> {
    /// All that is to be chosen; `None` where an LP was not solved, and what it was for costs nothing. `all` are the units of all customers, where those
    /// of the problem are fewer.
    fn all(&mut self, open: &[usize], balance: &[Balance], all: Option<&Units>) -> Option<()> {
        let free = self.at.solve(self.problem, &self.costs)?;
        let mut whole = None;
        if let Some(all) = all {
            whole = Some(self.at.solve(all, &self.costs)?.travel);
        }
        let mut budget = 0.0;
        for &m in open {
            budget += balance[m].budget();
            let most = |base: f64| (1.0 + budget) * base * (1.0 + 1e-9);
            let first = first(self.at.model, m, &free.lp);
            let cost = self.greatest(m, first, most(free.travel))?;
            self.costs[m] = match (all, whole) {
                (Some(all), Some(base)) => self.lowered(m, cost, all, most(base))?,
                _ => cost,
            };
        }
        Some(())
    }

    /// What load is beside the targets of a measure where that costs so much and the travel is no more than `most`, else infinite: so it is where the LP
    /// was not solved, whose numbers may be too far apart. `None` where there is no time.
    fn tried(&mut self, m: usize, cost: f64, most: f64, units: Option<&Units>) -> Option<f64> {
        let costs: Vec<f64> = (self.costs.iter().enumerate())
            .map(|(at, c)| if at == m { cost } else { *c })
            .collect();
        let found = self.at.solve(units.unwrap_or(self.problem), &costs);
        if found.is_none() && self.at.until.is_over() {
            return None;
        }
        let within = found.filter(|found| found.travel <= most);
        Some(within.map_or(f64::INFINITY, |found| found.beside[m]))
    }

    /// The greatest cost of a measure with which the problem travels no more than `most`; 0 where none is so small.
    fn greatest(&mut self, m: usize, first: f64, most: f64) -> Option<f64> {
        let (mut within, mut beyond) = (0.0, first);
        // The least load beside the targets so far, and the cost that brought it.
        let (mut beside, mut worth, mut found_beyond) = (f64::INFINITY, first, false);
        for _ in 0..UPS {
            let found = self.tried(m, beyond, most, None)?;
            if found.is_infinite() {
                found_beyond = true;
                break;
            }
            within = beyond;
            if found < (1.0 - NEARER) * beside {
                (beside, worth) = (found, within);
            }
            beyond = short((UP * within).min(LARGEST));
            if found == 0.0 || beyond <= within {
                break;
            }
        }
        if !found_beyond {
            return Some(worth);
        }
        let least = first * f64::powi(0.5, OCTAVES);
        loop {
            let middle = short((within.max(least) * beyond).sqrt());
            if beyond <= NEAR * within.max(least) || middle <= within || middle >= beyond {
                return Some(within);
            }
            match self.tried(m, middle, most, None)?.is_finite() {
                true => within = middle,
                false => beyond = middle,
            }
        }
    }

    /// A cost that all customers travel no more than `most` with.
    fn lowered(&mut self, m: usize, cost: f64, all: &Units, most: f64) -> Option<f64> {
        let (mut cost, mut octaves) = (cost, DOWN);
        for _ in 0..DOWNS {
            if cost == 0.0 || self.tried(m, cost, most, Some(all))?.is_finite() {
                return Some(cost);
            }
            cost = short(cost * (-octaves).exp2());
            octaves *= 2.0;
        }
        Some(0.0)
    }
}

/// The first cost to try.
fn first(model: &Model, measure: usize, free: &LpOutcome) -> f64 {
    let rows = (measure..model.k * model.m).step_by(model.m);
    let dearest = rows
        .clone()
        .map(|row| free.mu[row].abs())
        .fold(0.0, f64::max);
    let load: f64 = rows.map(|row| free.load[row]).sum();
    let mean = if load > 0.0 { free.bound / load } else { 0.0 };
    short((ABOVE * dearest.max(mean)).clamp(f64::MIN_POSITIVE, LARGEST))
}

/// Three digits, as a person writes them.
fn short(cost: f64) -> f64 {
    format!("{cost:.2e}").parse().unwrap_or(0.0)
}

/// An LP at some costs, and what of it is not load beside the targets.
struct Spent {
    lp: LpOutcome,
    travel: f64,
    /// Load beside the targets, per measure.
    beside: Vec<f64>,
}

/// Solves LPs, each from the prices of the one before.
struct Probe<'a> {
    model: &'a Model,
    backend: LpSolver,
    until: &'a Deadline,
    mu: Option<Vec<f64>>,
}

impl Probe<'_> {
    /// `None`: the LP was not solved, because there is no plan, or no time.
    fn solve(&mut self, units: &Units, costs: &[f64]) -> Option<Spent> {
        let mut units = units.clone();
        let m = self.model.m;
        let bounds = self.model.bounds.iter().enumerate();
        units.rows.deviation = bounds
            .map(|(row, b)| Beside::new(costs[row % m], b.target))
            .collect();
        let start: Outcome = prices::prices(&units, self.mu.as_deref(), &part(self.until, PRICES));
        let lp = lp::solve(&units, &start, self.backend, &part(self.until, LP));
        if !lp.objective.is_finite() || lp.ray.is_some() {
            return None;
        }
        self.mu = Some(lp.mu.clone());
        let mut beside = vec![0.0; m];
        for (row, b) in self.model.bounds.iter().enumerate() {
            beside[row % m] += b.target.map_or(0.0, |target| (lp.load[row] - target).abs());
        }
        let cost: f64 = beside.iter().zip(costs).map(|(load, p)| load * p).sum();
        Some(Spent {
            travel: lp.objective - cost,
            beside,
            lp,
        })
    }
}
