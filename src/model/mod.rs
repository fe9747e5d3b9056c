//! The optimization model of a scenario, free of files: sites, reps, travel, balance, rules.
//!
//! ```text
//! minimise    sum_ij c_ij x_ij                c_ij = weight_i * fitted_ij(travel_ij)   (km or minutes)
//!           + sum_jm p_m |y_jm - T_jm|               + penalty * b_i [j != owner_i];   y_jm = sum_i a_ijm x_ij
//! subject to  sum_j x_ij = 1                  every site has an owner
//!             L_jm <= sum_i a_ijm x_ij <= U_jm
//!             x_ij = 0                        where a rule forbids the pair
//!             x_ij in {0, 1}
//! ```
//!
//! `fitted_ij(t)` is `t` but for the pairs that `[[prefer]]` is about: `max(0, t + sum cost_km) * prod (1 + cost_share)`.
//!
//! Hess et al. 1965; Kalcsics, Nickel & Schroeder 2005 give the model and its vocabulary.

mod bounds;
mod classes;
mod deviation;
mod parts;
mod prefer;

pub use bounds::{Bound, Origin, SLIP};
pub(crate) use bounds::{Limits, counted_hours, greatest_load};

use crate::base::decimal::{Grid, Ratio};
use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::input::{Fit, Inputs, Reps};
use crate::scenario::{Balance, Cost};
use crate::travel::Travel;
use prefer::Preferences;

/// Travel that counts into a measure: `a_ijm = a_im + hours_per_minute_i * minutes_ij`.
#[derive(Clone, Debug)]
pub struct TravelLoad {
    /// Which balance measure.
    pub measure: usize,
    /// `visits_i * 2 / 60 / stops_per_tour`, hours per minute of one-way travel.
    pub hours_per_minute: Vec<f64>,
}

/// What it means that a site changes hands: `sum_i b_i [owner(i) != owner today] <= limit`, and each unit of
/// it costs `penalty`.
#[derive(Clone, Debug)]
pub struct ChangeLimit {
    /// `b_i`; 0 for a site without an owner of today.
    pub amount: Vec<f64>,
    /// `B = max_share * sum_i b_i`, the sum over all sites of the measure; infinite: no limit.
    pub limit: f64,
    /// Objective units per unit of the measure that changes hands; 0: none.
    pub penalty: f64,
    /// What the amounts are multiples of.
    pub(crate) grid: Grid,
    /// The limit it was made with, and the same in steps of the grid, exact.
    pub(crate) exact: Option<(f64, i128)>,
}

impl ChangeLimit {
    /// The greatest sum of amounts that may change hands, in steps of the grid; `None`: no limit.
    pub(crate) fn most(&self) -> Option<i128> {
        match self.exact {
            Some((limit, most)) if limit == self.limit => Some(most),
            _ if self.limit.is_finite() => Some(self.grid.floor(&Ratio::of(self.limit))),
            _ => None,
        }
    }

    /// Whether an amount of `moved` may change hands.
    #[must_use]
    pub fn permits(&self, moved: f64) -> bool {
        self.permits_sum(std::iter::once(moved))
    }

    /// Whether sites with these amounts may change hands; exact, whatever their order.
    #[must_use]
    pub fn permits_sum(&self, moved: impl Iterator<Item = f64>) -> bool {
        let Some(most) = self.most() else {
            return true;
        };
        moved.map(|b| self.grid.count(b)).sum::<i128>() <= most
    }

    /// Limit and penalty on a measure of the customers.
    #[must_use]
    pub fn new(
        inputs: &Inputs,
        measure: &str,
        max_share: Option<f64>,
        penalty: Option<f64>,
    ) -> ChangeLimit {
        let c = &inputs.customers;
        let values = c.column(measure).unwrap_or(&[]);
        let total: f64 = values.iter().sum();
        let owned = |i: usize| c.owner.get(i).copied().and_then(RepIx::some).is_some();
        let amount = values.iter().enumerate();
        let amount: Vec<f64> = amount
            .map(|(i, v)| if owned(i) { *v } else { 0.0 })
            .collect();
        let grid = Grid::of(values, 0);
        let limit = max_share.map_or(f64::INFINITY, |s| s * total);
        let exact = max_share.map(|share| {
            let whole = values.iter().map(|v| grid.count(*v)).sum();
            (
                limit,
                grid.floor(&Ratio::of(share).times(&grid.ratio(whole))),
            )
        });
        ChangeLimit {
            amount: if amount.is_empty() {
                vec![0.0; c.len()]
            } else {
                amount
            },
            limit,
            penalty: penalty.unwrap_or(0.0),
            grid,
            exact,
        }
    }
}

/// What the solver works on: flat arrays, indices instead of names.
#[derive(Clone, Debug)]
pub struct Model {
    /// Number of sites.
    pub n: usize,
    /// Number of reps.
    pub k: usize,
    /// Number of balance measures, at least 1.
    pub m: usize,
    /// Cost per unit of travel, `n` values.
    pub(crate) weight: Vec<f64>,
    /// `a_im`, the part of the activity that does not depend on the rep, site-major, `n * m` values.
    pub(crate) amount: Vec<f64>,
    /// Travel that counts into a measure.
    pub travel_load: Option<TravelLoad>,
    /// `L_jm`, `T_jm`, `U_jm`, rep-major, `k * m` values.
    pub(crate) bounds: Vec<Bound>,
    /// The bounds again, exact: what a plan is judged by.
    pub(crate) limits: Limits,
    /// What a unit of load beside the target costs, per measure; empty where none does.
    pub(crate) deviation: Vec<f64>,
    /// Distances and times.
    pub travel: Travel,
    /// What of the travel is minimised.
    pub cost: Cost,
    /// Greatest permitted km per rep (infinite: no limit).
    pub(crate) max_km: Vec<f64>,
    /// Greatest permitted minutes per rep (infinite: no limit).
    pub(crate) max_minutes: Vec<f64>,
    /// Owner of today per site, or empty.
    pub(crate) previous: Vec<RepIx>,
    /// The rep a site is locked to ([`RepIx::NONE`]: not locked), or empty.
    pub(crate) locked: Vec<RepIx>,
    /// The rep a site is wished to ([`RepIx::NONE`]: nobody wishes), or empty.
    pub(crate) wished: Vec<RepIx>,
    /// Class per site: sites that require the same skills and are of one region. Empty when no site requires anything, and none has to stay
    /// in its region.
    pub(crate) class: Vec<u32>,
    /// Per class: which of these two rules keeps it from each rep (`k` values).
    pub(crate) barred: Vec<Vec<Option<Rule>>>,
    /// Group of a site or `u32::MAX`; or empty.
    pub(crate) group: Vec<u32>,
    /// Number of groups.
    pub groups: usize,
    /// Forbidden pairs, sorted by site, then rep.
    pub(crate) forbid: Vec<(u32, RepIx)>,
    /// What it means that sites change hands.
    pub change: Option<ChangeLimit>,
    /// Which reps fit which sites.
    pub(crate) prefer: Option<Preferences>,
}

/// `a_im`, site-major.
fn amounts(inputs: &Inputs) -> Vec<f64> {
    let (c, balance) = (&inputs.customers, &inputs.scenario.balance);
    let m = balance.len();
    let mut amount = vec![0.0; c.len() * m];
    for (mi, balance) in balance.iter().enumerate() {
        let values = c.column(&balance.measure).unwrap_or(&[]);
        for (i, v) in values.iter().enumerate() {
            amount[i * m + mi] = *v;
        }
    }
    amount
}

fn travel_load(inputs: &Inputs) -> Option<TravelLoad> {
    let (c, s) = (&inputs.customers, &inputs.scenario);
    let workload = s.balance.iter().position(|b| b.measure == "workload");
    let measure = workload.filter(|_| s.travel.in_workload)?;
    let per_visit = 2.0 / 60.0 / s.travel.stops_per_tour;
    let hours = |i: usize| c.visits.get(i).copied().unwrap_or(1.0) * per_visit;
    Some(TravelLoad {
        measure,
        hours_per_minute: (0..c.len()).map(hours).collect(),
    })
}

/// With whom each site is locked; empty without locks.
fn locked(inputs: &Inputs) -> Vec<RepIx> {
    let c = &inputs.customers;
    if !inputs.scenario.rules.locks {
        return Vec::new();
    }
    let owner = |i: usize| c.owner.get(i).copied().unwrap_or(RepIx::NONE);
    let lock = |(i, locked): (usize, &bool)| if *locked { owner(i) } else { RepIx::NONE };
    c.locked.iter().enumerate().map(lock).collect()
}

impl Model {
    /// Builds the model of validated inputs.
    ///
    /// A measure or weight that the inputs do not carry counts as 0; validation has ruled that out.
    #[must_use]
    pub fn build(inputs: &Inputs) -> Model {
        let (c, r, s) = (&inputs.customers, &inputs.reps, &inputs.scenario);
        let (n, k, m) = (c.len(), r.len(), s.balance.len());
        let weight = match s.travel.weight.as_str() {
            "none" => vec![1.0; n],
            name => c.column(name).map_or_else(|| vec![0.0; n], <[f64]>::to_vec),
        };
        let (class, barred) = classes::of(inputs);
        let (group, groups) = if inputs.keeps_groups() && !c.group.is_empty() {
            (c.group.clone(), c.group_names.len())
        } else {
            (Vec::new(), 0)
        };
        let limit = |own: &[Option<f64>], all: Option<f64>| -> Vec<f64> {
            let all = all.unwrap_or(f64::INFINITY);
            let of = |j: usize| own.get(j).copied().flatten().unwrap_or(f64::INFINITY);
            (0..k).map(|j| of(j).min(all)).collect()
        };
        let change = s
            .change
            .as_ref()
            .map(|c| ChangeLimit::new(inputs, &c.measure, c.max_share, c.penalty));
        let mut forbid = inputs.forbid.clone();
        forbid.sort_unstable();
        forbid.dedup();
        let mut model = Model {
            n,
            k,
            m,
            weight,
            amount: amounts(inputs),
            travel_load: travel_load(inputs),
            bounds: Vec::new(),
            limits: Limits::default(),
            deviation: Vec::new(),
            travel: Travel::build(inputs),
            cost: s.travel.cost,
            max_km: limit(&r.max_km, s.travel.max_km),
            max_minutes: limit(&r.max_minutes, s.travel.max_minutes),
            previous: c.owner.clone(),
            locked: locked(inputs),
            wished: inputs.wished.clone(),
            class,
            barred,
            group,
            groups,
            forbid,
            change,
            prefer: Preferences::new(inputs),
        };
        (model.bounds, model.limits) = bounds::bounds(&model, r, &s.balance);
        model.weigh_balance(&s.balance);
        model
    }

    /// The same with other tolerances.
    #[must_use]
    pub fn with_balance(&self, reps: &Reps, balance: &[Balance]) -> Model {
        let mut model = self.clone();
        (model.bounds, model.limits) = bounds::bounds(self, reps, balance);
        model.weigh_balance(balance);
        model
    }

    /// Cost `c_ij` of giving site `i` to rep `j`: travel as it fits, and the penalty on change; `None` where the matrix
    /// lacks the pair.
    #[must_use]
    pub fn pair_cost(&self, i: usize, j: RepIx) -> Option<f64> {
        self.fitted_cost(i, j).map(|t| t + self.penalty(i, j))
    }

    /// As [`Model::pair_cost`], without travel where the matrix lacks the pair.
    #[must_use]
    pub fn cost(&self, i: usize, j: RepIx) -> f64 {
        self.fitted_cost(i, j).unwrap_or(0.0) + self.penalty(i, j)
    }

    /// `w_i` times the travel from rep `j` to site `i` as `[[prefer]]` has it; `None` where the matrix lacks the pair.
    #[must_use]
    pub fn fitted_cost(&self, i: usize, j: RepIx) -> Option<f64> {
        let travel = self.minimised(i, j);
        let fitted = |t: f64| (self.prefer.as_ref()).map_or(t, |p| p.fitted(i, j, t));
        travel.map(|t| self.weight[i] * fitted(t))
    }

    /// What preferences add to the cost of site `i` with rep `j`, below 0 where it is preferred.
    #[must_use]
    pub fn preference(&self, i: usize, j: RepIx) -> f64 {
        match self.prefers(i) {
            true => {
                (self.fitted_cost(i, j).zip(self.travel_cost(i, j))).map_or(0.0, |(f, t)| f - t)
            }
            false => 0.0,
        }
    }

    /// Whether the scenario has preferences.
    #[must_use]
    pub fn has_preferences(&self) -> bool {
        self.prefer.is_some()
    }

    /// Which entries of `[[prefer]]` hold for whom; `None` without any.
    pub(crate) fn fit(&self) -> Option<&Fit> {
        self.prefer.as_ref().map(Preferences::fit)
    }

    /// Whether `[[prefer]]` is about site `i` and some rep.
    pub(crate) fn prefers(&self, i: usize) -> bool {
        self.prefer.as_ref().is_some_and(|p| p.touches(i))
    }

    /// What it costs that site `i` changes hands to rep `j`.
    fn penalty(&self, i: usize, j: RepIx) -> f64 {
        match &self.change {
            Some(change) if change.penalty > 0.0 => change.penalty * self.moved(i, j),
            _ => 0.0,
        }
    }

    /// Amount `b_i` of the measure of change that changes hands when site `i` goes to rep `j`: 0 where `j` is its
    /// owner of today, where it has none, and where nothing limits change.
    #[must_use]
    pub fn moved(&self, i: usize, j: RepIx) -> f64 {
        match &self.change {
            Some(change) if self.previous.get(i).is_some_and(|p| *p != j) => change.amount[i],
            _ => 0.0,
        }
    }

    /// `w_i` times the travel from rep `j` to site `i`; `None` where the matrix lacks the pair.
    #[must_use]
    pub fn travel_cost(&self, i: usize, j: RepIx) -> Option<f64> {
        self.minimised(i, j).map(|t| self.weight[i] * t)
    }

    /// Travel in the unit that is minimised.
    fn minimised(&self, i: usize, j: RepIx) -> Option<f64> {
        match self.cost {
            Cost::Km => self.travel.km(i, j),
            Cost::Minutes => self.travel.minutes(i, j),
        }
    }

    /// Activity `a_ijm` that site `i` means for rep `j`; the travel part, rounded to six decimals, is 0 where the matrix lacks the pair.
    #[must_use]
    pub fn activity(&self, i: usize, j: RepIx, measure: usize) -> f64 {
        let own = self.amount[i * self.m + measure];
        match self.travel_load_of(measure) {
            Some(_) => own + self.travel_hours(i, j),
            None => own,
        }
    }

    /// The travel that counts into a measure, if any does.
    pub(crate) fn travel_load_of(&self, measure: usize) -> Option<&TravelLoad> {
        (self.travel_load.as_ref()).filter(|l| l.measure == measure)
    }

    /// Hours of travel that count into a measure when site `i` is with rep `j`.
    pub(crate) fn travel_hours(&self, i: usize, j: RepIx) -> f64 {
        let minutes = || self.travel.minutes(i, j).unwrap_or(0.0);
        (self.travel_load.as_ref())
            .map_or(0.0, |l| counted_hours(l.hours_per_minute[i] * minutes()))
    }

    /// Activity in steps of the measure's grid, exact.
    pub(crate) fn steps(&self, i: usize, j: RepIx, measure: usize) -> i128 {
        self.own_steps(i, measure) + self.travel_steps(i, j, measure)
    }

    /// The part of [`Model::steps`] that is the same with every rep.
    pub(crate) fn own_steps(&self, i: usize, measure: usize) -> i128 {
        self.limits.grid[measure].count(self.amount[i * self.m + measure])
    }

    /// The part of [`Model::steps`] that is travel.
    pub(crate) fn travel_steps(&self, i: usize, j: RepIx, measure: usize) -> i128 {
        let hours = |_| self.limits.grid[measure].count(self.travel_hours(i, j));
        self.travel_load_of(measure).map_or(0, hours)
    }

    /// Per rep and measure, rep-major: whether the totals of these owners are within the bounds. Exact: the numbers are the decimals of the
    /// files, and nothing is rounded.
    #[must_use]
    pub fn within(&self, owner: &[RepIx]) -> Vec<bool> {
        let mut total = vec![0i128; self.k * self.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..self.m {
                total[j.at() * self.m + m] += self.steps(i, *j, m);
            }
        }
        let rows = total.into_iter().enumerate();
        rows.map(|(row, y)| self.limits.permits(row, y)).collect()
    }

    /// The rep that site `i` is held to: whom it is wished to, or else locked to.
    #[must_use]
    pub fn lock(&self, i: usize) -> Option<RepIx> {
        let locked = || self.locked.get(i).copied().and_then(RepIx::some);
        self.wish(i).or_else(locked)
    }

    /// The rep that site `i` is wished to.
    #[must_use]
    pub fn wish(&self, i: usize) -> Option<RepIx> {
        self.wished.get(i).copied().and_then(RepIx::some)
    }

    /// The rep that site `i` costs least with among those that the rules permit; where they permit none, the
    /// nearest one, those who break only a travel limit first.
    #[must_use]
    pub fn cheapest(&self, i: usize) -> RepIx {
        let rank = |j: RepIx| match self.forbidden_by(i, j) {
            None => (0, self.pair_cost(i, j).unwrap_or(0.0)),
            Some(Rule::MaxKm | Rule::MaxMinutes) => (1, self.travel.km(i, j).unwrap_or(0.0)),
            Some(Rule::Matrix) => (2, 0.0),
            Some(_) => (3, self.travel.km(i, j).unwrap_or(0.0)),
        };
        let mut best = (RepIx(0), rank(RepIx(0)));
        for j in (1..self.k as u32).map(RepIx) {
            let new = rank(j);
            if new.0 < best.1.0 || (new.0 == best.1.0 && new.1 < best.1.1) {
                best = (j, new);
            }
        }
        best.0
    }

    /// The first rule that keeps site `i` from rep `j`, `None` where the pair is permitted.
    ///
    /// Locks and wishes outrank the travel limits: the account is where it is, or where somebody wants it. They do not outrank each other.
    #[must_use]
    pub fn forbidden_by(&self, i: usize, j: RepIx) -> Option<Rule> {
        let wish = self.wish(i);
        if wish.is_some_and(|w| w != j) {
            return Some(Rule::Wishes);
        }
        let lock = self.locked.get(i).copied().and_then(RepIx::some);
        if lock.is_some_and(|l| l != j) {
            return Some(Rule::Locks);
        }
        if !self.class.is_empty()
            && let Some(rule) = self.barred[self.class[i] as usize][j.at()]
        {
            return Some(rule);
        }
        if !self.forbid.is_empty() && self.forbid.binary_search(&(i as u32, j)).is_ok() {
            return Some(Rule::Forbid);
        }
        let Some(km) = self.travel.km(i, j) else {
            return Some(Rule::Matrix);
        };
        if lock.or(wish).is_none() {
            if km > self.max_km[j.at()] {
                return Some(Rule::MaxKm);
            }
            if self
                .travel
                .minutes(i, j)
                .is_none_or(|t| t > self.max_minutes[j.at()])
            {
                return Some(Rule::MaxMinutes);
            }
        }
        None
    }
}
