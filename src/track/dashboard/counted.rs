//! Which results count for a goal, and what they add up to.

use crate::scenario::Total;
use crate::track::actuals::Entry;
use crate::track::period::Period;
use crate::track::plan::{Goal, TrackedPlan};
use std::collections::{BTreeMap, BTreeSet};

/// The results that count for a goal.
pub(super) struct Counted {
    /// Per rep and period; empty for who has no share of the goal.
    pub amounts: Vec<BTreeMap<Period, f64>>,
    /// Of nobody.
    pub outside: BTreeMap<Period, f64>,
    /// Entries of periods that are partly within the goal's.
    pub edge: BTreeMap<Period, usize>,
}

impl Counted {
    pub fn new(plan: &TrackedPlan, goal: &Goal, entries: &[&Entry]) -> Counted {
        let mut edge: BTreeMap<Period, usize> = BTreeMap::new();
        let mut counted = Vec::new();
        for entry in entries {
            match within(goal, entry.period) {
                Within::No => {}
                Within::Partly => *edge.entry(entry.period).or_default() += 1,
                Within::Yes => counted.push(*entry),
            }
        }
        let k = plan.reps.len();
        let mut amounts = match goal.total {
            Total::Sum => sums(&counted, k),
            Total::Last => readings(&counted, k),
        };
        let outside = amounts.pop().unwrap_or_default();
        for (of, share) in amounts.iter_mut().zip(&goal.of) {
            if share.is_none() {
                of.clear();
            }
        }
        Counted {
            amounts,
            outside,
            edge,
        }
    }
}

/// Results by step, one map per rep and a last one for those outside of the plan.
type Amounts = Vec<BTreeMap<Period, f64>>;

/// Results that add up, in the order of the file.
fn sums(entries: &[&Entry], k: usize) -> Amounts {
    let mut amounts = vec![BTreeMap::new(); k + 1];
    for entry in entries {
        let of = &mut amounts[(entry.owner as usize).min(k)];
        *of.entry(entry.period.step()).or_default() += entry.amount;
    }
    amounts
}

/// Results of which the latest counts: at each step the sum of what each customer (or the rep) had last.
fn readings(entries: &[&Entry], k: usize) -> Amounts {
    let mut amounts = vec![BTreeMap::new(); k + 1];
    let mut latest: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); k + 1];
    let mut order = entries.to_vec();
    order.sort_by_key(|e| (e.period.step(), e.period));
    for step in order.chunk_by(|a, b| a.period.step() == b.period.step()) {
        let mut read = BTreeSet::new();
        for entry in step {
            let owner = (entry.owner as usize).min(k);
            latest[owner].insert(entry.subject, entry.amount);
            read.insert(owner);
        }
        for owner in read {
            let sum = latest[owner].values().sum();
            amounts[owner].insert(step[0].period.step(), sum);
        }
    }
    amounts
}

/// Whether a period counts for a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Yes,
    Partly,
    No,
}

fn within(goal: &Goal, period: Period) -> Within {
    let (start, end) = (period.start(), period.end());
    // The latest result is one of the last day of its period.
    let start = match goal.total {
        Total::Sum => start,
        Total::Last => end.min(goal.date).max(start),
    };
    if end < goal.from || start > goal.date {
        Within::No
    } else if start >= goal.from && end <= goal.date {
        Within::Yes
    } else {
        Within::Partly
    }
}
