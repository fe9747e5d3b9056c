//! Totals that whole customers cannot reach: why no plan keeps the bounds of a measure, where that is a matter of arithmetic.
//!
//! Where all loads are multiples of a grain `g`, so is every total. Then
//!
//! ```text
//! a rep with ceil(L / g) > floor(U / g)                    has no total within its bounds
//! sum_j floor(U_j / g) < A / g, or sum_j ceil(L_j / g) > A / g      leaves some of the whole to nobody, or asks for more than all
//! ```
//!
//! and for each rep the sums of sets of the customers that it may have are the reachable ones of a subset sum (a bit per multiple of `g`): where
//! none lies within its bounds, no plan keeps them. Each of these proves that there is no plan, whatever else the rules say.

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::bound::grain::{grain, in_grains};
use crate::model::Model;

/// One way to see that no plan keeps the bounds of a measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreachable {
    /// No multiple of the grain of all loads lies within the bounds of these reps.
    NoMultiple {
        /// Which balance measure.
        measure: usize,
        /// What all loads are multiples of.
        grain: f64,
        /// The reps, ascending.
        reps: Vec<RepIx>,
    },
    /// The totals that the bounds permit do not add up to the whole.
    Total {
        /// Which balance measure.
        measure: usize,
        /// What all loads are multiples of.
        grain: f64,
        /// Whether it is the upper bounds, which permit too little; else the lower bounds ask for too much.
        upper: bool,
        /// The sum of the multiples within the bounds that are nearest to them.
        sum: f64,
        /// What there is.
        total: f64,
    },
    /// No set of the customers that a rep may have adds up to a total within its bounds.
    NoSet {
        /// Which balance measure.
        measure: usize,
        /// Whose bounds.
        rep: RepIx,
        /// The greatest sum below the bounds.
        below: Option<f64>,
        /// The least sum above the bounds.
        above: Option<f64>,
    },
}

/// Words of bits that the subset sums of one measure may take, times customers.
const MOST_WORK: usize = 100_000_000;

/// All that is found in time; empty where arithmetic alone does not rule out a plan.
#[must_use]
pub fn unreachable(model: &Model, until: &Deadline) -> Vec<Unreachable> {
    (0..model.m)
        .filter(|m| model.travel_load.as_ref().is_none_or(|l| l.measure != *m))
        .flat_map(|m| of_measure(model, m, until))
        .collect()
}

/// The same for one measure.
fn of_measure(model: &Model, m: usize, until: &Deadline) -> Vec<Unreachable> {
    let loads = model.amount.iter().skip(m).step_by(model.m).copied();
    let bounds: Vec<(f64, f64)> = (model.bounds.iter().skip(m).step_by(model.m))
        .map(|b| (b.lower, b.upper))
        .collect();
    let total: f64 = loads.clone().sum();
    let least = loads
        .clone()
        .filter(|a| *a > 0.0)
        .fold(f64::INFINITY, f64::min);
    if !least.is_finite() || loads.clone().any(|a| a < 0.0) {
        return Vec::new();
    }
    // The grain is at most the least load: wide bounds hold a multiple of it whatever it is.
    let narrow = |(l, u): &(f64, f64)| u - l < least;
    let upper: f64 = bounds.iter().map(|b| b.1.min(total)).sum();
    let lower: f64 = bounds.iter().map(|b| b.0).sum();
    let slack = least * bounds.len() as f64;
    let tight = upper - slack < total || lower + slack > total;
    if !tight && !bounds.iter().any(narrow) && sets_matter(model, m).is_empty() {
        return Vec::new();
    }
    let Some(g) = grain(loads).filter(|g| *g > 0.0) else {
        return Vec::new();
    };
    let in_g: Vec<(f64, f64)> = (bounds.iter())
        .map(|(l, u)| in_grains(*l, u.min(total), g))
        .collect();
    let none = in_g.iter().enumerate().filter(|(_, (l, u))| l > u);
    let reps: Vec<RepIx> = none.map(|(j, _)| RepIx(j as u32)).collect();
    if !reps.is_empty() {
        return vec![Unreachable::NoMultiple {
            measure: m,
            grain: g,
            reps,
        }];
    }
    let whole = (total / g).round();
    let (low, high) = in_g
        .iter()
        .fold((0.0, 0.0), |(a, b), (l, u)| (a + l.max(0.0), b + u));
    if high < whole || low > whole {
        let upper = high < whole;
        return vec![Unreachable::Total {
            measure: m,
            grain: g,
            upper,
            sum: if upper { high * g } else { low * g },
            total,
        }];
    }
    let mut known = None;
    let found = sets_matter(model, m)
        .into_iter()
        .find_map(|j| no_set(model, (m, j), g, in_g[j.at()], (&mut known, until)));
    found.into_iter().collect()
}

/// Reps whose bounds are narrower than the greatest load: only there a sum may step over them.
fn sets_matter(model: &Model, m: usize) -> Vec<RepIx> {
    let loads = model.amount.iter().skip(m).step_by(model.m);
    let greatest = loads.fold(0.0_f64, |a, b| a.max(*b));
    let narrow = |j: &RepIx| {
        let b = model.bounds[j.at() * model.m + m];
        b.upper - b.lower < greatest
    };
    // With many customers nearly every sum is reached: it is not worth the time.
    if model.n > 2_000 {
        return Vec::new();
    }
    (0..model.k as u32).map(RepIx).filter(narrow).collect()
}

/// The sums of the sets of some parts: reps who may have the same customers share them.
struct Reached {
    parts: Vec<usize>,
    sums: Vec<u64>,
}

/// Whether no set of customers adds up to a total within the bounds of a rep, given in grains.
fn no_set(
    model: &Model,
    (m, j): (usize, RepIx),
    g: f64,
    (low, high): (f64, f64),
    (known, until): (&mut Option<Reached>, &Deadline),
) -> Option<Unreachable> {
    if until.is_over() {
        return None;
    }
    let amount = |i: usize| (model.amount[i * model.m + m] / g).round() as usize;
    let grouped = |i: usize| model.group.get(i).is_some_and(|g| *g != u32::MAX);
    let mut fixed = 0;
    let mut parts: Vec<usize> = Vec::new();
    let mut of_group = vec![Some(0usize); model.groups];
    for i in 0..model.n {
        let permitted = model.forbidden_by(i, j).is_none();
        if grouped(i) {
            let sum = &mut of_group[model.group[i] as usize];
            *sum = sum.filter(|_| permitted).map(|s| s + amount(i));
        } else if model.lock(i) == Some(j) {
            fixed += amount(i);
        } else if permitted {
            parts.push(amount(i));
        }
    }
    parts.extend(of_group.into_iter().flatten());
    parts.retain(|a| *a > 0);
    let all = fixed + parts.iter().sum::<usize>();
    let words = all / 64 + 1;
    if words.saturating_mul(parts.len()) > MOST_WORK {
        return None;
    }
    let known = match known {
        Some(same) if same.parts == parts => same,
        other => {
            let sums = sums(&parts, all - fixed, until)?;
            other.insert(Reached { parts, sums })
        }
    };
    let reached = &known.sums;
    let at = |s: usize| s >= fixed && reached[(s - fixed) / 64] >> ((s - fixed) % 64) & 1 == 1;
    let (low, high) = (low.max(0.0) as usize, high.max(0.0) as usize);
    if (low..=high.min(all)).any(at) {
        return None;
    }
    let figure = |s: usize| s as f64 * g;
    Some(Unreachable::NoSet {
        measure: m,
        rep: j,
        below: (0..low.min(all + 1)).rev().find(|s| at(*s)).map(figure),
        above: (high + 1..=all).find(|s| at(*s)).map(figure),
    })
}

/// A bit for every sum of some of the parts, up to `all`; `None` where time runs out.
fn sums(parts: &[usize], all: usize, until: &Deadline) -> Option<Vec<u64>> {
    let mut reached = vec![0u64; all / 64 + 1];
    reached[0] = 1;
    for a in parts {
        if until.is_over() {
            return None;
        }
        let (words, bits) = (a / 64, a % 64);
        for at in (words..reached.len()).rev() {
            let mut shifted = reached[at - words] << bits;
            if bits > 0 && at > words {
                shifted |= reached[at - words - 1] >> (64 - bits);
            }
            reached[at] |= shifted;
        }
    }
    Some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reached_sums_are_those_of_all_sets() {
        let parts = [3, 70, 70, 128, 5];
        let all: usize = parts.iter().sum();
        let reached = sums(&parts, all, &Deadline::never()).expect("no limit");
        for s in 0..=all {
            let mut sets = 0..1u32 << parts.len();
            let of = |set: u32| (0..parts.len()).filter(move |i| set >> i & 1 == 1);
            let any = sets.any(|set| of(set).map(|i| parts[i]).sum::<usize>() == s);
            assert_eq!(reached[s / 64] >> (s % 64) & 1 == 1, any, "{s}");
        }
        assert_eq!(sums(&parts, all, &Deadline::after(0.0)), None);
    }
}
