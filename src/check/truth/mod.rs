//! The problem by its definitions: distances, activities, targets, permitted pairs.

mod nearest;
mod permitted;
mod prefer;

pub(super) use nearest::Nearest;

use crate::base::decimal::{Grid, Ratio};
use crate::base::ids::RepIx;
use crate::bound::{Beside, CANCELLED, DISTANCE_KM};
use crate::input::{Fit, Inputs};
use crate::scenario::Cost;
use rayon::prelude::*;
use std::collections::HashSet;

/// Mean radius of the earth, km.
const RADIUS_KM: f64 = 6371.0088;
/// Half the circumference, rounded up: the longest great circle, km.
const LONGEST_KM: f64 = 20_016.0;
/// Decimals that hours of travel are rounded to where they count into a measure.
const TRAVEL_PLACES: i32 = 6;

/// What the inputs mean.
pub(super) struct Truth<'a> {
    pub inputs: &'a Inputs,
    pub n: usize,
    pub k: usize,
    pub m: usize,
    /// Cost per unit of travel.
    pub weight: Vec<f64>,
    /// The measures without travel.
    pub measure: Vec<&'a [f64]>,
    /// The measure that travel counts into, and the hours per minute one way of each customer.
    pub travel_load: Option<(usize, Vec<f64>)>,
    /// Unit vectors of customers and home bases.
    pub site: Vec<[f64; 3]>,
    pub base: Vec<[f64; 3]>,
    pub minutes_per_km: f64,
    /// `L`, `T`, `U` per rep and measure, rep-major.
    pub lower: Vec<f64>,
    pub target: Vec<Option<f64>>,
    /// The targets, exact.
    goal: Vec<Option<Ratio>>,
    pub upper: Vec<f64>,
    /// What load beside the target of each row costs; empty where none does.
    pub beside: Vec<Beside>,
    /// What the values of each measure are multiples of.
    pub grid: Vec<Grid>,
    /// The bounds in steps of the grid, exact; `most` is none where there is no upper bound.
    pub least: Vec<i128>,
    pub most: Vec<Option<i128>>,
    /// The most that may change hands, in steps of the grid of its measure.
    pub change_grid: Option<(Grid, Option<i128>)>,
    forbid: HashSet<(u32, RepIx)>,
    /// Which preferences hold for whom.
    fit: Option<Fit>,
    /// Per class of `fit`: whether any does.
    held: Vec<bool>,
    /// What changes hands with each customer, the most that may, and what a unit of it costs.
    change: Option<(&'a [f64], Option<f64>, f64)>,
}

impl<'a> Truth<'a> {
    pub fn new(inputs: &'a Inputs) -> Truth<'a> {
        let (c, r, s) = (&inputs.customers, &inputs.reps, &inputs.scenario);
        let n = c.len();
        let weight = match s.travel.weight.as_str() {
            "none" => vec![1.0; n],
            name => c.column(name).map_or_else(|| vec![0.0; n], <[f64]>::to_vec),
        };
        let measure: Vec<&[f64]> = s
            .balance
            .iter()
            .map(|b| c.column(&b.measure).unwrap_or(&[]))
            .collect();
        let of_workload = s.balance.iter().position(|b| b.measure == "workload");
        let travel_load = of_workload.filter(|_| s.travel.in_workload).map(|at| {
            // A visit costs the way there and back, shared by the stops of a tour.
            let hours = (0..n).map(|i| {
                let visits = c.visits.get(i).copied().unwrap_or(1.0);
                visits * 2.0 / s.travel.stops_per_tour / 60.0
            });
            (at, hours.collect())
        });
        let vectors = |lon: &[f64], lat: &[f64]| -> Vec<[f64; 3]> {
            lon.par_iter()
                .zip(lat)
                .map(|(lon, lat)| vector(*lon, *lat))
                .collect()
        };
        let fit = inputs.fit();
        let mut truth = Truth {
            inputs,
            n,
            k: r.len(),
            m: s.balance.len(),
            weight,
            measure,
            travel_load,
            site: vectors(&c.lon, &c.lat),
            base: vectors(&r.lon, &r.lat),
            minutes_per_km: 60.0 / s.travel.speed_kmh,
            lower: Vec::new(),
            target: Vec::new(),
            goal: Vec::new(),
            upper: Vec::new(),
            beside: Vec::new(),
            grid: Vec::new(),
            least: Vec::new(),
            most: Vec::new(),
            change_grid: None,
            forbid: inputs.forbid.iter().copied().collect(),
            held: prefer::held(fit.as_ref(), r.len()),
            fit,
            change: s.change.as_ref().map(|change| {
                let values = c.column(&change.measure).unwrap_or(&[]);
                let total: f64 = values.iter().sum();
                let limit = change.max_share.map(|share| share * total);
                (values, limit, change.penalty.unwrap_or(0.0))
            }),
        };
        truth.fill_bounds();
        truth
    }

    /// `T = capacity / sum of capacities * total`, `L, U = (1 -+ tolerance) T`, own bounds first; none is below 0 or above all there is.
    fn fill_bounds(&mut self) {
        let (r, s) = (&self.inputs.reps, &self.inputs.scenario);
        let capacities = r.capacity.iter().flatten();
        let whole = capacities.fold(Ratio::of(0.0), |sum, c| sum.plus(&Ratio::of(*c)));
        let places = |m: usize| self.travel_of(m).map_or(0, |_| TRAVEL_PLACES);
        self.grid = (self.measure.iter().enumerate())
            .map(|(m, values)| Grid::of(values, places(m)))
            .collect();
        let of_measure = |m: usize| (self.grid[m].ratio(self.least_total(m)), self.greatest(m));
        let totals: Vec<(Ratio, f64)> = (0..self.m).map(of_measure).collect();
        for j in 0..self.k {
            for (m, balance) in s.balance.iter().enumerate() {
                let (grid, (total, greatest)) = (self.grid[m], &totals[m]);
                let capacity = r.capacity[j].filter(|_| whole.is_positive());
                let target = capacity.map(|c| Ratio::of(c).over(&whole).times(total));
                let own = |all: &[Vec<Option<f64>>]| all.get(m).and_then(|v| v[j]).map(Ratio::of);
                let sides = sides(target.as_ref(), own(&r.min), own(&r.max), balance.tolerance);
                let (lower, upper) = sides;
                self.target.push(target.as_ref().map(Ratio::value));
                self.goal.push(target);
                self.lower.push(lower.value().max(0.0));
                let above = upper.as_ref().map(Ratio::value);
                self.upper
                    .push(above.map_or(f64::INFINITY, |u| u.min(*greatest)));
                self.least.push(grid.ceil(&lower).max(0));
                self.most.push(upper.map(|u| grid.floor(&u)));
            }
        }
        if s.balance.iter().any(|b| b.price() > 0.0) {
            let of = |(row, target): (usize, &Option<f64>)| {
                Beside::new(s.balance[row % self.m].price(), *target)
            };
            self.beside = self.target.iter().enumerate().map(of).collect();
        }
        self.fill_change();
    }

    /// What load beside the target of a row costs.
    pub fn beside(&self, row: usize) -> Beside {
        self.beside.get(row).copied().unwrap_or_default()
    }

    /// The part of the objective that is load beside the targets.
    pub fn balance_cost(&self, owner: &[RepIx]) -> f64 {
        if self.beside.is_empty() {
            return 0.0;
        }
        let mut total = vec![0i128; self.k * self.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..self.m {
                total[j.at() * self.m + m] += self.steps(i, *j, m);
            }
        }
        let off = |(row, y): (usize, i128)| {
            let goal = self.goal[row].as_ref();
            let off = goal.map(|g| self.grid[row % self.m].ratio(y).minus(g).value().abs());
            self.beside(row).price * off.unwrap_or(0.0)
        };
        total.into_iter().enumerate().map(off).sum()
    }

    /// What change is counted in, and how much of it there may be.
    fn fill_change(&mut self) {
        let Some((values, ..)) = self.change else {
            return;
        };
        let grid = Grid::of(values, 0);
        let whole = values.iter().map(|v| grid.count(*v)).sum();
        let share = (self.inputs.scenario.change.as_ref()).and_then(|c| c.max_share);
        let most = share.map(|s| grid.floor(&Ratio::of(s).times(&grid.ratio(whole))));
        self.change_grid = Some((grid, most));
    }

    /// The hours per minute of travel that count into a measure.
    pub fn travel_of(&self, m: usize) -> Option<&[f64]> {
        let of = self.travel_load.as_ref().filter(|(at, _)| *at == m);
        of.map(|(_, hours)| hours.as_slice())
    }

    /// The total of a measure in steps of its grid, travel from the nearest permitted rep.
    fn least_total(&self, m: usize) -> i128 {
        let grid = self.grid[m];
        let own: i128 = self.measure[m].iter().map(|v| grid.count(*v)).sum();
        let Some(hours) = self.travel_of(m) else {
            return own;
        };
        let nearest = Nearest::new(self);
        let minutes = |i: usize| {
            let mut least = f64::INFINITY;
            nearest.visit(i, |j, floor| {
                if floor * self.minutes_per_km >= least {
                    return false;
                }
                if let Some(t) = self.minutes(i, j)
                    && t < least
                    && self.forbidden(i, j).is_none()
                {
                    least = t;
                }
                true
            });
            if least.is_finite() { least } else { 0.0 }
        };
        let travel = (0..self.n).map(|i| grid.count(counted(hours[i] * minutes(i))));
        own + travel.sum::<i128>()
    }

    /// One-way km on the ground.
    pub fn km(&self, i: usize, j: RepIx) -> Option<f64> {
        match &self.inputs.matrix {
            Some(matrix) if self.by_matrix() => {
                let at = self.entry(i, j)?;
                Some(match matrix.km.get(at) {
                    Some(km) => *km,
                    None => matrix.minutes[at] / self.minutes_per_km,
                })
            }
            _ => Some(
                self.inputs.scenario.travel.detour
                    * great_circle_km(&self.site[i], &self.base[j.at()]),
            ),
        }
    }

    /// One-way minutes.
    pub fn minutes(&self, i: usize, j: RepIx) -> Option<f64> {
        match &self.inputs.matrix {
            Some(matrix) if self.by_matrix() => {
                let at = self.entry(i, j)?;
                Some(match matrix.minutes.get(at) {
                    Some(t) => *t,
                    None => matrix.km[at] * self.minutes_per_km,
                })
            }
            _ => self.km(i, j).map(|km| km * self.minutes_per_km),
        }
    }

    /// One-way km and minutes.
    pub fn trip(&self, i: usize, j: RepIx) -> [Option<f64>; 2] {
        let km = self.km(i, j);
        if self.by_matrix() {
            [km, self.minutes(i, j)]
        } else {
            [km, km.map(|km| km * self.minutes_per_km)]
        }
    }

    /// One-way km that are surely not more than [`Truth::km`] says, without a transcendental function: the chord.
    pub fn least_km(&self, i: usize, j: RepIx) -> f64 {
        if self.by_matrix() {
            return 0.0;
        }
        let chord = distance(&self.site[i], &self.base[j.at()]);
        // Less what rounding may have added.
        let least = RADIUS_KM * chord * (1.0 - 1e-12) - 1e-9;
        (self.inputs.scenario.travel.detour * least).max(0.0)
    }

    pub fn by_matrix(&self) -> bool {
        self.inputs.scenario.travel.by_pair() && self.inputs.matrix.is_some()
    }

    /// Where the pair stands in the matrix.
    fn entry(&self, i: usize, j: RepIx) -> Option<usize> {
        let matrix = self.inputs.matrix.as_ref()?;
        let row = matrix.start[i] as usize..matrix.start[i + 1] as usize;
        let at = matrix.rep[row.clone()].partition_point(|r| *r < j) + row.start;
        (row.contains(&at) && matrix.rep[at] == j).then_some(at)
    }

    /// Travel in the unit that is minimised.
    pub fn travel(&self, i: usize, j: RepIx) -> Option<f64> {
        match self.inputs.scenario.travel.cost {
            Cost::Km => self.km(i, j),
            Cost::Minutes => self.minutes(i, j),
        }
    }

    /// Activity `a_ijm`.
    pub fn activity(&self, i: usize, j: RepIx, m: usize) -> f64 {
        let own = self.measure[m].get(i).copied().unwrap_or(0.0);
        let minutes = || self.minutes(i, j).unwrap_or(0.0);
        (self.travel_of(m)).map_or(own, |hours| own + counted(hours[i] * minutes()))
    }

    /// Activity in steps of the grid.
    pub fn steps(&self, i: usize, j: RepIx, m: usize) -> i128 {
        self.own_steps(i, m) + self.travel_steps(i, j, m)
    }

    /// The part of it that is the same with every rep.
    pub fn own_steps(&self, i: usize, m: usize) -> i128 {
        self.grid[m].count(self.measure[m].get(i).copied().unwrap_or(0.0))
    }

    /// The part of it that is travel.
    pub fn travel_steps(&self, i: usize, j: RepIx, m: usize) -> i128 {
        let minutes = || self.minutes(i, j).unwrap_or(0.0);
        let steps = |hours: &[f64]| self.grid[m].count(counted(hours[i] * minutes()));
        self.travel_of(m).map_or(0, steps)
    }

    /// Owner of today.
    pub fn previous(&self, i: usize) -> Option<RepIx> {
        let owner = &self.inputs.customers.owner;
        owner.get(i).copied().and_then(RepIx::some)
    }

    /// The group of a customer.
    pub fn group(&self, i: usize) -> Option<usize> {
        let group = self.inputs.customers.group.get(i).copied();
        group
            .filter(|g| self.inputs.keeps_groups() && *g != u32::MAX)
            .map(|g| g as usize)
    }

    /// The members of every group.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.inputs.customers.group_names.len()];
        (0..self.n).for_each(|i| {
            if let Some(g) = self.group(i) {
                groups[g].push(i);
            }
        });
        groups
    }

    /// `U` of a rep, or without one an amount that it cannot exceed.
    pub fn bounded(&self, j: usize, m: usize) -> f64 {
        let row = j * self.m + m;
        if self.upper[row].is_finite() {
            self.upper[row]
        } else {
            self.greatest(m).max(self.lower[row])
        }
    }

    /// An amount that no rep can exceed: everything, at the longest way there is.
    pub fn greatest(&self, m: usize) -> f64 {
        let own: f64 = self.measure[m].iter().sum();
        let Some((_, hours)) = self.travel_load.as_ref().filter(|(at, _)| *at == m) else {
            return own;
        };
        let longest = match self.inputs.matrix.as_ref().filter(|_| self.by_matrix()) {
            Some(matrix) => {
                let most = |v: &[f64]| v.iter().copied().fold(0.0, f64::max);
                most(&matrix.minutes).max(most(&matrix.km) * self.minutes_per_km)
            }
            None => LONGEST_KM * self.inputs.scenario.travel.detour * self.minutes_per_km,
        };
        // Hours are rounded, each by half a millionth at most.
        own + hours.iter().sum::<f64>() * longest + 1e-6 * self.n as f64
    }

    /// What the cost of all customers may be off by, because distances are not exact, and what preferences add may cancel them.
    pub fn distance_error(&self) -> f64 {
        let travel = &self.inputs.scenario.travel;
        let per_km = match travel.cost {
            Cost::Km => 1.0,
            Cost::Minutes => self.minutes_per_km,
        };
        let distance = match self.by_matrix() {
            true => 0.0,
            false => DISTANCE_KM * travel.detour,
        };
        (distance + CANCELLED * self.added_km()) * per_km * self.greatest_weight()
    }

    /// The amounts of all customers, should all of them change hands.
    pub fn all_changes(&self) -> f64 {
        self.change.map_or(0.0, |(amount, ..)| amount.iter().sum())
    }

    /// How much of the measure of `[change]` changes hands with a customer.
    pub fn moved(&self, i: usize, j: RepIx) -> f64 {
        match (self.change, self.previous(i)) {
            (Some((amount, ..)), Some(owner)) if owner != j => {
                amount.get(i).copied().unwrap_or(0.0)
            }
            _ => 0.0,
        }
    }

    /// What changes hands where a customer does, in steps of its grid.
    pub fn changed_steps(&self, i: usize) -> i128 {
        let amount = self.change.and_then(|(amount, ..)| amount.get(i).copied());
        let grid = self.change_grid.map(|(grid, _)| grid);
        grid.zip(amount).map_or(0, |(grid, a)| grid.count(a))
    }

    /// The most that may change hands.
    pub fn change_limit(&self) -> Option<f64> {
        self.change.and_then(|(_, limit, _)| limit)
    }

    /// What each unit that changes hands costs.
    pub fn penalty(&self) -> f64 {
        self.change.map_or(0.0, |(.., penalty)| penalty)
    }
}

/// The bounds of a rep: `(1 -+ t) T`, or its own; where only one is its own and contradicts the other, that keeps its proportion of
/// `1 - t` to `1 + t` to it.
fn sides(
    target: Option<&Ratio>,
    min: Option<Ratio>,
    max: Option<Ratio>,
    tolerance: f64,
) -> (Ratio, Option<Ratio>) {
    let [less, more] = [-tolerance, tolerance].map(|t| Ratio::of(1.0).plus(&Ratio::of(t)));
    let mut lower = target.map_or(Ratio::of(0.0), |t| t.times(&less));
    let mut upper = target.map(|t| t.times(&more));
    let above = |a: &Ratio, b: &Ratio| a.minus(b).is_positive();
    if let (Some(max), None) = (&max, &min)
        && above(&lower, max)
    {
        lower = max.times(&less).over(&more);
    }
    if let (Some(min), None, Some(u)) = (&min, &max, &upper)
        && above(min, u)
    {
        upper = less.is_positive().then(|| min.times(&more).over(&less));
    }
    (min.unwrap_or(lower), max.or(upper))
}

/// Hours of travel as they count into a measure.
fn counted(hours: f64) -> f64 {
    (hours * 1e6).round() / 1e6
}

/// Unit vector of a place in degrees.
pub(super) fn vector(lon: f64, lat: f64) -> [f64; 3] {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// Length of the chord between two unit vectors.
fn distance(p: &[f64; 3], q: &[f64; 3]) -> f64 {
    let d = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
    (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
}

/// Great circle between two unit vectors, km: `2 R atan2(|p - q|, |p + q|)`, exact at every distance.
pub(super) fn great_circle_km(p: &[f64; 3], q: &[f64; 3]) -> f64 {
    let (mut minus, mut plus) = (0.0, 0.0);
    for (a, b) in p.iter().zip(q) {
        minus += (a - b) * (a - b);
        plus += (a + b) * (a + b);
    }
    2.0 * RADIUS_KM * minus.sqrt().atan2(plus.sqrt())
}
