//! The bound in one pass over the data.
//!
//! For any prices `mu` (and `nu >= 0` for the change limit)
//!
//! ```text
//! sum_u min_j (c_uj + sum_m mu_jm a_ujm + nu b_uj)  -  sum_jm max(mu_jm U_jm, mu_jm L_jm)  -  nu B
//! ```
//!
//! (with a cost of load beside the target, the conjugate of that in the place of the `max`, see [`Beside`](crate::bound::Beside))
//! is at most the cost of every plan within the rules (weak duality): `u` runs over the groups, and the customers
//! without one; the `min` over the reps that the rules permit to all members. A unit that nobody may have counts
//! with the rep that the plan gives it to.
//!
//! A plan may claim no more than that less what rounding can have added: sums of `n` floating-point numbers are off by at most
//! `gamma_n sum |terms|`, `gamma_n = n u / (1 - n u)`, `u = 2^-53` (Higham 2002, section 4.2), and distances by [`DISTANCE_KM`](crate::bound::DISTANCE_KM).

use super::assignment;
use super::priced::{HALF_STEP, Priced};
use super::truth::{Nearest, Truth};
use super::{Claim, Finding, near};
use crate::base::ids::RepIx;
use crate::bound::Sum;
use crate::plan::{LEAST_GAP, Prices, Proof, Status};
use rayon::prelude::*;

/// What the owners cost.
fn objective(truth: &Truth<'_>, owner: &[RepIx]) -> f64 {
    let pairs = sum(truth.n, |i| {
        let travel = truth.fitted(i, owner[i]).unwrap_or(0.0);
        truth.weight[i] * travel + truth.penalty() * truth.moved(i, owner[i])
    });
    pairs + truth.balance_cost(owner)
}

/// Verifies objective, bound, gap and status.
pub(super) fn bounds(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let objective = objective(truth, claim.owner);
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
    // Where the plan breaks rules, it may cost less than any within them: at one place, today's assignment costs nothing.
    let scale = |s: Sum| objective.max(s.value) + truth.distance_error();
    if proven.is_noise(scale(proven)) {
        findings.push(Finding::new(
            "bound",
            format!(
                "the prices are larger than costs and loads can ask for: they prove {}, and rounding alone may make {} of it",
                proven.value, proven.error
            ),
        ));
        return findings;
    }
    findings.extend(by_prices(truth, claim, &proven, objective));
    if claim.proof == Proof::Assignment {
        let (prices, owner) = (claim.prices, claim.owner);
        let proven = assignment::proven(truth, prices, owner, proven, objective);
        if proven.is_noise(scale(proven)) || claim.bound > proven.least() {
            findings.push(Finding::new(
                "bound",
                format!(
                    "the knapsacks prove {}, the plan says {}",
                    proven.least(),
                    claim.bound
                ),
            ));
        }
    }
    findings.extend(follows(claim));
    findings.extend(gap(truth, claim));
    findings
}

/// Whether no more is claimed than the prices prove, and no less by far.
fn by_prices(
    truth: &Truth<'_>,
    claim: &Claim<'_>,
    proven: &Sum,
    objective: f64,
) -> Option<Finding> {
    // To claim less than is proven is no fault; a plan leaves some thirty times the error found here, and what rounded hours may make.
    let steps = 1.1 * rounded_hours(truth, claim.prices);
    let agree = 64.0 * proven.error + 1e-9 * objective.abs() + steps;
    if claim.certified > proven.least() || claim.certified < proven.least() - agree {
        return Some(Finding::new(
            "bound",
            format!(
                "the prices prove {}, the plan says {}",
                proven.least(),
                claim.certified
            ),
        ));
    }
    None
}

/// Whether bound, certified bound and objective follow from each other.
fn follows(claim: &Claim<'_>) -> Option<Finding> {
    let as_said = match claim.proof {
        Proof::Prices => claim.bound == claim.certified,
        // The tree is verified by itself.
        Proof::Tree | Proof::Assignment => claim.bound >= claim.certified,
    };
    if !as_said || (claim.status != Status::Infeasible && claim.bound > claim.objective) {
        return Some(Finding::new(
            "bound",
            format!(
                "the bound {} does not follow from the certified {} and the objective {}",
                claim.bound, claim.certified, claim.objective
            ),
        ));
    }
    None
}

/// What is wrong with the gap, and with a status that rests on it.
fn gap(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
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
            let beside = truth.beside(row);
            value -= beside.conjugate(mu, lower, upper);
            size += beside.size(mu, lower, upper);
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
