//! How much must change hands whatever the plan, where a limit on change is below that.
//!
//! A customer whose owner of today may not have it changes hands. A rep whose other customers of today exceed
//! an upper bound by `e` gives that much away, at best those with the least `b_i` per unit of the measure: a
//! fractional knapsack, so
//!
//! ```text
//! moved >= sum of b over the forbidden + sum_j knapsack_j(e_j)          for each measure
//! ```
//!
//! because each customer has one owner. The same for lower bounds: what all reps lack together is filled, at
//! best, with the customers that cost least per unit.

use super::{Teller, figure};
use crate::base::ids::RepIx;
use crate::base::words::{NAMED, percent_at_least};

/// One way to see that too much must change hands.
struct Forced {
    moved: f64,
    /// (rep, what it has too much or too little).
    reps: Vec<(usize, f64)>,
    measure: usize,
    gives: bool,
}

impl Teller<'_> {
    /// Why the limit on change cannot be kept, if the rules above say so.
    pub(super) fn forced_change(&self) -> Option<String> {
        let model = self.model;
        let limit = model.change.as_ref().filter(|c| c.limit.is_finite())?;
        let rule = self.inputs.scenario.change.as_ref()?;
        let owner = |i: usize| model.previous.get(i).copied().and_then(RepIx::some);
        let mut must = Vec::new();
        let mut may: Vec<Vec<usize>> = vec![Vec::new(); model.k];
        let mut nobody = Vec::new();
        for i in 0..model.n {
            match owner(i) {
                None => nobody.push(i),
                Some(j) if model.forbidden_by(i, j).is_some() => must.push(i),
                Some(j) => may[j.at()].push(i),
            }
        }
        let first: f64 = must.iter().map(|i| limit.amount[*i]).sum();
        let mut best = Forced {
            moved: 0.0,
            reps: Vec::new(),
            measure: 0,
            gives: true,
        };
        for m in 0..model.m {
            for found in [self.give(m, &may), self.take(m, &may, &must, &nobody)] {
                if found.moved > best.moved {
                    best = found;
                }
            }
        }
        let total = first + best.moved;
        if limit.permits(total) {
            return None;
        }
        let whole: f64 = self
            .inputs
            .customers
            .column(&rule.measure)
            .map_or(0.0, |v| v.iter().sum());
        let mut text = format!(
            "at least {} {} must change hands ({} of all), change.max_share = {} permits {}",
            figure(total),
            rule.measure,
            percent_at_least(total / whole, 2),
            rule.max_share.unwrap_or(1.0),
            figure(limit.limit)
        );
        if !must.is_empty() {
            text.push_str(&format!(
                "; {} may not stay with their owner",
                self.names(&must)
            ));
        }
        best.reps.sort_by(|a, b| b.1.total_cmp(&a.1));
        let verb = if best.gives { "give away" } else { "get" };
        let named: Vec<String> = best
            .reps
            .iter()
            .take(NAMED)
            .map(|(j, e)| {
                format!(
                    "{} must {verb} {} {}",
                    self.rep(RepIx(*j as u32)),
                    figure(*e),
                    self.measure(best.measure)
                )
            })
            .collect();
        for part in named {
            text.push_str("; ");
            text.push_str(&part);
        }
        let more = best.reps.len().saturating_sub(NAMED);
        if more > 0 {
            text.push_str(&format!("; and {more} more reps"));
        }
        Some(text)
    }

    /// What reps above their upper bound must give away.
    fn give(&self, m: usize, may: &[Vec<usize>]) -> Forced {
        let (model, mut moved, mut reps) = (self.model, 0.0, Vec::new());
        for (j, sites) in may.iter().enumerate() {
            let rep = RepIx(j as u32);
            let load: f64 = sites.iter().map(|i| model.activity(*i, rep, m)).sum();
            let excess = load - model.bounds[j * model.m + m].upper;
            if excess > 1e-9 * load.abs() {
                // Locked customers stay.
                let free = sites.iter().filter(|i| model.lock(**i).is_none());
                let parts = free.map(|i| (self.amount(*i), model.activity(*i, rep, m)));
                moved += cheapest(parts.collect(), excess);
                reps.push((j, excess));
            }
        }
        Forced {
            moved,
            reps,
            measure: m,
            gives: true,
        }
    }

    /// What reps below their lower bound must get.
    fn take(&self, m: usize, may: &[Vec<usize>], must: &[usize], nobody: &[usize]) -> Forced {
        let model = self.model;
        let mut none = Forced {
            moved: 0.0,
            reps: Vec::new(),
            measure: m,
            gives: false,
        };
        if model.travel_load.as_ref().is_some_and(|l| l.measure == m) {
            // What a customer means depends on who gets it.
            return none;
        }
        let amount = |i: usize| model.amount[i * model.m + m];
        let mut lacks = 0.0;
        let mut parts: Vec<(f64, f64)> = Vec::new();
        for (j, sites) in may.iter().enumerate() {
            let load: f64 = sites.iter().map(|i| amount(*i)).sum();
            let lack = model.bounds[j * model.m + m].lower - load;
            if lack > 1e-9 * load.abs() {
                lacks += lack;
                none.reps.push((j, lack));
            } else {
                let free = sites.iter().filter(|i| model.lock(**i).is_none());
                parts.extend(free.map(|i| (self.amount(*i), amount(*i))));
            }
        }
        // Those who change hands anyway, and those without an owner, cost nothing more.
        parts.extend(must.iter().chain(nobody).map(|i| (0.0, amount(*i))));
        none.moved = cheapest(parts, lacks);
        none
    }

    /// `b_i`.
    fn amount(&self, i: usize) -> f64 {
        self.model.change.as_ref().map_or(0.0, |c| c.amount[i])
    }
}

/// The least sum of `b` over parts (`b`, `a`) whose `a` add up to `need`, fractions permitted.
fn cheapest(mut parts: Vec<(f64, f64)>, need: f64) -> f64 {
    parts.retain(|(_, a)| *a > 0.0);
    let rate = |(b, a): &(f64, f64)| b / a;
    parts.sort_by(|x, y| rate(x).total_cmp(&rate(y)));
    let (mut left, mut sum) = (need, 0.0);
    for (b, a) in parts {
        if left <= 0.0 {
            break;
        }
        let share = (left / a).min(1.0);
        sum += share * b;
        left -= share * a;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::cheapest;

    #[test]
    fn the_cheapest_per_unit_go_first() {
        let parts = vec![(10.0, 1.0), (1.0, 2.0), (0.0, 1.0), (5.0, 0.0), (4.0, 4.0)];
        assert_eq!(cheapest(parts.clone(), 1.0), 0.0);
        assert_eq!(cheapest(parts.clone(), 2.0), 0.5);
        assert_eq!(cheapest(parts.clone(), 5.0), 3.0);
        assert_eq!(cheapest(parts, 8.0), 15.0);
    }

    #[test]
    fn parts_of_one_rate_are_no_contradiction() {
        let parts: Vec<(f64, f64)> = (1..4000)
            .map(|w| (0.1 * f64::from(w) * 7.77, 0.1 * f64::from(w)))
            .collect();
        let need: f64 = parts.iter().map(|p| p.1).sum::<f64>() / 3.0;
        assert!((cheapest(parts, need) / (7.77 * need) - 1.0).abs() < 1e-9);
    }
}
