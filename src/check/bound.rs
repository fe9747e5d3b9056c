//! The bound in one pass over the data.
//!
//! For any prices `mu` (and `nu >= 0` for the change limit)
//!
//! ```text
//! sum_u min_j (c_uj + sum_m mu_jm a_ujm + nu b_uj)  -  sum_jm max(mu_jm U_jm, mu_jm L_jm)  -  nu B
//! ```
//!
//! is at most the cost of every plan within the rules (weak duality): `u` runs over the groups, and the customers
//! without one; the `min` over the reps that the rules permit to all members. A unit that nobody may have counts
//! with the rep that the plan gives it to.
//!
//! A plan may claim no more than that less what rounding can have added: sums of `n` floating-point numbers are off by at most
//! `gamma_n sum |terms|`, `gamma_n = n u / (1 - n u)`, `u = 2^-53` (Higham 2002, section 4.2), and distances by [`DISTANCE_KM`](crate::bound::DISTANCE_KM).

use super::assignment;
use super::truth::{Truth, great_circle_km};
use super::{Claim, Finding, near};
use crate::base::ids::RepIx;
use crate::bound::Sum;
use crate::plan::{LEAST_GAP, Prices, Proof, Status};
use crate::scenario::Cost;
use rayon::prelude::*;

/// Verifies objective, bound, gap and status.
pub(super) fn bounds(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let cost = |i: usize| {
        let travel = truth.travel(i, claim.owner[i]).unwrap_or(0.0);
        truth.weight[i] * travel + truth.penalty() * truth.moved(i, claim.owner[i])
    };
    let objective = sum(truth.n, cost);
    if !near(objective, claim.objective) {
        findings.push(Finding::new(
            "objective",
            format!(
                "the owners cost {objective}, the plan says {}",
                claim.objective
            ),
        ));
    }
    let proven = certified(truth, claim.prices, claim.owner);
    if proven.is_noise(objective + truth.distance_error()) {
        findings.push(Finding::new(
            "bound",
            format!(
                "the prices are larger than costs and loads can ask for: they prove {}, and rounding alone may make {} of it",
                proven.value, proven.error
            ),
        ));
        return findings;
    }
    // To claim less than is proven is no fault; a plan leaves some thirty times the error found here, and what rounded hours may make.
    let steps = 1.1 * rounded_hours(truth, claim.prices);
    let agree = 64.0 * proven.error + 1e-9 * objective.abs() + steps;
    if claim.certified > proven.least() || claim.certified < proven.least() - agree {
        findings.push(Finding::new(
            "bound",
            format!(
                "the prices prove {}, the plan says {}",
                proven.least(),
                claim.certified
            ),
        ));
    }
    let as_said = match claim.proof {
        Proof::Prices => claim.bound == claim.certified,
        // The tree is verified by itself.
        Proof::Tree => claim.bound >= claim.certified,
        Proof::Assignment => {
            let (prices, owner) = (claim.prices, claim.owner);
            let proven = assignment::proven(truth, prices, owner, proven, objective);
            if proven.is_noise(objective + truth.distance_error()) || claim.bound > proven.least() {
                findings.push(Finding::new(
                    "bound",
                    format!(
                        "the knapsacks prove {}, the plan says {}",
                        proven.least(),
                        claim.bound
                    ),
                ));
            }
            claim.bound >= claim.certified
        }
    };
    if !as_said || (claim.status != Status::Infeasible && claim.bound > claim.objective) {
        findings.push(Finding::new(
            "bound",
            format!(
                "the bound {} does not follow from the certified {} and the objective {}",
                claim.bound, claim.certified, claim.objective
            ),
        ));
    }
    let gap = if claim.objective > 0.0 {
        ((claim.objective - claim.bound) / claim.objective).max(0.0)
    } else {
        0.0
    };
    if gap.is_nan() || (gap - claim.gap).abs() > 1e-12 {
        findings.push(Finding::new(
            "bound",
            format!("the gap is {gap}, the plan says {}", claim.gap),
        ));
    }
    let asked = truth.inputs.scenario.solve.gap.max(LEAST_GAP);
    if claim.status == Status::Optimal && gap > asked {
        findings.push(Finding::new(
            "status",
            format!(
                "the plan calls itself optimal with a gap of {gap}; solve.gap is {}",
                truth.inputs.scenario.solve.gap
            ),
        ));
    }
    findings
}

/// Adds up in fixed pieces, in parallel, in the same order whatever the threads.
fn sum(n: usize, value: impl Fn(usize) -> f64 + Sync) -> f64 {
    let piece = |p: usize| (p * PIECE..((p + 1) * PIECE).min(n)).map(&value).sum();
    let parts: Vec<f64> = (0..n.div_ceil(PIECE)).into_par_iter().map(piece).collect();
    parts.iter().sum()
}

/// The bound that prices prove.
fn certified(truth: &Truth<'_>, prices: &Prices, owner: &[RepIx]) -> Sum {
    let priced = Priced::new(truth, prices);
    let nearest = Nearest::new(truth);
    let least: Vec<(f64, f64)> = (0..truth.n.div_ceil(PIECE))
        .into_par_iter()
        .map(|p| {
            let values =
                (p * PIECE..((p + 1) * PIECE).min(truth.n)).map(|i| match truth.group(i) {
                    Some(_) => 0.0,
                    None => priced.least(&nearest, i, owner[i]),
                });
            values.fold((0.0, 0.0), |(sum, size), v| (sum + v, size + v.abs()))
        })
        .collect();
    let groups = truth.groups();
    let of_groups = groups
        .iter()
        .map(|g| (priced.least_of_group(g, owner), g.len()));
    let (mut value, mut size) = (0.0, 0.0);
    for (v, s) in least {
        value += v;
        size += s;
    }
    let mut largest = 0;
    for (v, members) in of_groups {
        value += v;
        size += v.abs();
        largest = largest.max(members);
    }
    for j in 0..truth.k {
        for m in 0..truth.m {
            let row = j * truth.m + m;
            let (mu, lower) = (prices.rep_measure[row], truth.lower[row]);
            let upper = truth.bounded(j, m);
            value -= (mu * upper).max(mu * lower);
            size += mu.abs() * upper.max(lower);
        }
    }
    if let Some(limit) = truth.change_limit() {
        value -= (prices.change * limit).max(0.0);
        size += prices.change * limit;
    }
    // A value is the cost and the price of the loads, which may have cancelled each other.
    for (m, mu) in priced.greatest.iter().enumerate() {
        size += 3.0 * mu * truth.greatest(m);
    }
    size += 3.0 * prices.change * truth.all_changes();
    let terms = PIECE + truth.n.div_ceil(PIECE) + groups.len() + largest + truth.k * truth.m;
    Sum::new(value, terms, size, truth.distance_error())
}

/// What the hours of a pair are rounded by, at most.
const HALF_STEP: f64 = 0.5e-6;

/// What rounding the hours of all pairs of a plan may make of its price, where travel counts into a measure.
fn rounded_hours(truth: &Truth<'_>, prices: &Prices) -> f64 {
    let Some((at, _)) = &truth.travel_load else {
        return 0.0;
    };
    let of_measure = prices.rep_measure.iter().skip(*at).step_by(truth.m);
    let greatest = of_measure.fold(0.0, |most: f64, p| most.max(p.abs()));
    greatest * HALF_STEP * truth.n as f64
}

/// Customers whose values are added up at a time.
const PIECE: usize = 1024;

/// Pairs with their prices.
pub(super) struct Priced<'t, 'a> {
    truth: &'t Truth<'a>,
    prices: &'t Prices,
    /// Least price of each measure over the reps.
    least: Vec<f64>,
    /// Greatest absolute price of each measure.
    pub greatest: Vec<f64>,
}

impl<'t, 'a> Priced<'t, 'a> {
    pub fn new(truth: &'t Truth<'a>, prices: &'t Prices) -> Priced<'t, 'a> {
        let of = |m: usize| prices.rep_measure.iter().skip(m).step_by(truth.m);
        Priced {
            truth,
            prices,
            least: (0..truth.m)
                .map(|m| of(m).copied().fold(f64::INFINITY, f64::min))
                .collect(),
            greatest: (0..truth.m)
                .map(|m| of(m).map(|p| p.abs()).fold(0.0, f64::max))
                .collect(),
        }
    }

    /// `c_ij + sum_m mu_jm a_ijm + nu b_ij`.
    fn value(&self, i: usize, j: RepIx) -> f64 {
        let t = self.truth;
        let mut value = t.weight[i] * t.travel(i, j).unwrap_or(0.0);
        for m in 0..t.m {
            value += self.prices.rep_measure[j.at() * t.m + m] * t.activity(i, j, m);
        }
        value + (self.prices.change + t.penalty()) * t.moved(i, j)
    }

    /// At most [`Priced::value`] but for rounding, from the least km: most reps are ruled out without their distance.
    fn floor(&self, i: usize, j: RepIx, per_km: f64) -> f64 {
        let t = self.truth;
        let mut slope = t.weight[i] * per_km;
        let mut rest = self.prices.change * t.moved(i, j);
        for m in 0..t.m {
            let price = self.prices.rep_measure[j.at() * t.m + m];
            rest += price * t.measure[m].get(i).copied().unwrap_or(0.0);
            if let Some((at, hours)) = &t.travel_load
                && *at == m
            {
                slope += price * hours[i] * t.minutes_per_km;
                rest -= price.abs() * HALF_STEP;
            }
        }
        if slope < 0.0 {
            return f64::NEG_INFINITY;
        }
        slope * t.least_km(i, j) + rest
    }

    /// The least value of a customer over the permitted reps.
    fn least(&self, nearest: &Nearest<'_, '_>, i: usize, owner: RepIx) -> f64 {
        let mut best = f64::INFINITY;
        self.visit(nearest, i, owner, 0.0, &mut |_, value| {
            best = best.min(value);
        });
        best
    }

    /// Permitted reps of a customer and their values: all that are within `excess` of the least one, and maybe more.
    pub fn within(
        &self,
        nearest: &Nearest<'_, '_>,
        i: usize,
        owner: RepIx,
        excess: f64,
    ) -> Vec<(RepIx, f64)> {
        let mut all = Vec::new();
        self.visit(nearest, i, owner, excess, &mut |j, value| {
            all.push((j, value));
        });
        all
    }

    /// Tells the permitted reps of a customer and their values, nearest first, as far as one can be within `excess` of the least.
    fn visit(
        &self,
        nearest: &Nearest<'_, '_>,
        i: usize,
        owner: RepIx,
        excess: f64,
        tell: &mut dyn FnMut(RepIx, f64),
    ) {
        let t = self.truth;
        if let Some(lock) = t.lock(i) {
            return tell(lock, self.value(i, lock));
        }
        // Whatever the rep, a km costs at least `slope`, and the rest at least `rest`.
        let per_km = match t.inputs.scenario.travel.cost {
            Cost::Km => 1.0,
            Cost::Minutes => t.minutes_per_km,
        };
        let mut slope = t.weight[i] * per_km;
        let mut rest = 0.0;
        for m in 0..t.m {
            rest += self.least[m] * t.measure[m].get(i).copied().unwrap_or(0.0);
        }
        if let Some((m, hours)) = &t.travel_load {
            slope += self.least[*m] * hours[i] * t.minutes_per_km;
            rest -= self.greatest[*m] * HALF_STEP;
        }
        let mut best = f64::INFINITY;
        nearest.visit(i, |j, km| {
            if slope >= 0.0 && km.is_finite() && slope * km + rest >= best + excess {
                return false;
            }
            if self.floor(i, j, per_km) >= best + excess {
                return true;
            }
            let value = self.value(i, j);
            if value < best + excess && t.forbidden(i, j).is_none() {
                best = best.min(value);
                tell(j, value);
            }
            true
        });
        if best.is_infinite() {
            tell(owner, self.value(i, owner));
        }
    }

    /// The reps that all members of a group permit, and their values; without one, the group counts with its owners.
    pub fn of_group(&self, members: &[usize], owner: &[RepIx]) -> Vec<(RepIx, f64)> {
        let open = |j: &RepIx| {
            let forbidden = |i: &usize| self.truth.forbidden(*i, *j).is_some();
            !members.iter().any(forbidden)
        };
        let together = |j: RepIx| members.iter().map(|i| self.value(*i, j)).sum::<f64>();
        let reps = (0..self.truth.k as u32).map(RepIx).filter(open);
        let all: Vec<(RepIx, f64)> = reps.map(|j| (j, together(j))).collect();
        match members.first() {
            Some(first) if all.is_empty() => {
                let value = members.iter().map(|i| self.value(*i, owner[*i])).sum();
                vec![(owner[*first], value)]
            }
            _ => all,
        }
    }

    /// The least value of a group.
    fn least_of_group(&self, members: &[usize], owner: &[RepIx]) -> f64 {
        if members.is_empty() {
            return 0.0;
        }
        let all = self.of_group(members, owner);
        all.iter().map(|v| v.1).fold(f64::INFINITY, f64::min)
    }
}

/// The reps from near to far, for every customer, with a lower bound on the way that only grows.
///
/// Customers are sorted into the cells of a grid. From the middle of a cell the reps are sorted by distance
/// once; by the triangle inequality no customer of the cell is nearer to a rep than that distance less the
/// radius of the cell.
pub(super) struct Nearest<'t, 'a> {
    truth: &'t Truth<'a>,
    /// Cell of each customer; empty when travel comes from a matrix.
    cell: Vec<u32>,
    /// Per cell `k` reps, nearest first, with the least km on the ground.
    order: Vec<(f32, u32)>,
}

impl<'t, 'a> Nearest<'t, 'a> {
    pub fn new(truth: &'t Truth<'a>) -> Nearest<'t, 'a> {
        if truth.by_matrix() || truth.n == 0 {
            return Nearest {
                truth,
                cell: Vec::new(),
                order: Vec::new(),
            };
        }
        let (lon, lat) = (&truth.inputs.customers.lon, &truth.inputs.customers.lat);
        let span = |v: &[f64]| {
            v.iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| {
                    (lo.min(*x), hi.max(*x))
                })
        };
        let side = ((truth.n as f64 / 50.0).sqrt().ceil() as usize).clamp(1, 256);
        let (x, y) = (span(lon), span(lat));
        let at = |v: f64, (lo, hi): (f64, f64)| {
            let step = ((hi - lo) / side as f64).max(1e-12);
            (((v - lo) / step) as usize).min(side - 1)
        };
        let key: Vec<u32> = lon
            .par_iter()
            .zip(lat)
            .map(|(a, b)| (at(*b, y) * side + at(*a, x)) as u32)
            .collect();
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); side * side];
        for (i, c) in key.iter().enumerate() {
            members[*c as usize].push(i as u32);
        }
        let rows: Vec<Vec<(f32, u32)>> = members
            .par_iter()
            .map(|list| reps_of_cell(truth, list))
            .collect();
        // Empty cells have no reps.
        let mut start = vec![0u32; rows.len()];
        let mut order = Vec::new();
        for (c, row) in rows.iter().enumerate() {
            start[c] = (order.len() / truth.k.max(1)) as u32;
            order.extend_from_slice(row);
        }
        Nearest {
            truth,
            cell: key.into_iter().map(|c| start[c as usize]).collect(),
            order,
        }
    }

    /// Calls `look` with the reps and a lower bound on the km to this one and all that follow, until it returns
    /// `false`. With a matrix the reps of the customer's row come, with an infinite bound: nothing is known.
    pub fn visit(&self, i: usize, mut look: impl FnMut(RepIx, f64) -> bool) {
        if self.cell.is_empty() {
            if let Some(matrix) = &self.truth.inputs.matrix {
                let row = matrix.start[i] as usize..matrix.start[i + 1] as usize;
                for j in &matrix.rep[row] {
                    if !look(*j, f64::NEG_INFINITY) {
                        return;
                    }
                }
            }
            return;
        }
        let k = self.truth.k;
        let at = self.cell[i] as usize * k;
        for (km, j) in &self.order[at..at + k] {
            if !look(RepIx(*j), f64::from(*km)) {
                return;
            }
        }
    }
}

/// The reps from near to far of a cell with these customers.
fn reps_of_cell(truth: &Truth<'_>, members: &[u32]) -> Vec<(f32, u32)> {
    if members.is_empty() {
        return Vec::new();
    }
    let mut middle = [0.0; 3];
    for i in members {
        for (a, b) in middle.iter_mut().zip(truth.site[*i as usize]) {
            *a += b;
        }
    }
    let length = middle.iter().map(|v| v * v).sum::<f64>().sqrt();
    if length < 1e-9 {
        middle = truth.site[members[0] as usize];
    } else {
        middle.iter_mut().for_each(|v| *v /= length);
    }
    let detour = truth.inputs.scenario.travel.detour;
    let radius = members
        .iter()
        .map(|i| great_circle_km(&middle, &truth.site[*i as usize]))
        .fold(0.0, f64::max);
    let mut order: Vec<(f32, u32)> = truth
        .base
        .iter()
        .enumerate()
        .map(|(j, base)| {
            // Rounded down by more than `f32` rounds.
            let least = (great_circle_km(&middle, base) - radius) * detour;
            ((least - 0.01 * detour) as f32, j as u32)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order
}
