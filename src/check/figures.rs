//! The figures per rep and per customer.

use super::truth::Truth;
use super::{Claim, Finding, List, near};
use crate::base::ids::RepIx;
use rayon::prelude::*;

/// Files have travel to the metre and to the thousandth of a minute.
const ROUNDED: f64 = 0.000_500_1;

/// Compares counts, totals and travel with what the owners mean.
pub(super) fn figures(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let reps = &truth.inputs.reps.ids;
    let mut list = List::new("totals");
    let mut sums = vec![Sums::default(); truth.k];
    let mut totals = vec![0.0; truth.k * truth.m];
    let trips: Vec<[f64; 2]> = (0..truth.n)
        .into_par_iter()
        .map(|i| truth.trip(i, claim.owner[i]).map(|t| t.unwrap_or(f64::NAN)))
        .collect();
    for (i, j) in claim.owner.iter().enumerate() {
        customer(truth, claim, i, trips[i], &mut list);
        sums[j.at()].add(truth.weight[i], trips[i]);
        for m in 0..truth.m {
            totals[j.at() * truth.m + m] += truth.activity(i, *j, m);
        }
    }
    for (j, said) in claim.reps.iter().enumerate() {
        let id = reps.get(RepIx(j as u32).at());
        if said.customers != sums[j].count {
            list.add(format!(
                "{id:?} has {} customers, the plan says {}",
                sums[j].count, said.customers
            ));
        }
        for m in 0..truth.m {
            let is = totals[j * truth.m + m];
            if !near(is, said.totals[m]) {
                list.add(format!(
                    "{id:?} has {is} of {}, the plan says {}",
                    truth.inputs.scenario.balance[m].measure, said.totals[m]
                ));
            }
        }
        let km = ("km", sums[j].mean(0), said.travel_km);
        let minutes = ("minutes", sums[j].mean(1), said.travel_minutes);
        for (what, is, said) in [km, minutes] {
            mean(id, what, (is, said), &mut list);
        }
    }
    list.done()
}

/// Compares the trip to a customer, and whether it changes hands.
fn customer(truth: &Truth<'_>, claim: &Claim<'_>, i: usize, trip: [f64; 2], list: &mut List) {
    let (sites, reps) = (&truth.inputs.customers.ids, &truth.inputs.reps.ids);
    let j = claim.owner[i];
    for (what, is, said) in [
        ("km", trip[0], claim.km[i]),
        ("minutes", trip[1], claim.minutes[i]),
    ] {
        let both_unknown = is.is_nan() && said.is_nan();
        let agree = (is - said).abs() <= ROUNDED;
        if !both_unknown && !agree {
            list.add(format!(
                "customer {:?} is {is:.3} {what} from {:?}, the plan says {said:.3}",
                sites.get(i),
                reps.get(j.at())
            ));
        }
    }
    let changed = truth.previous(i).is_some_and(|owner| owner != j);
    if changed != claim.changed[i] {
        list.add(format!(
            "customer {:?}: `changed` is {}, it should be {changed}",
            sites.get(i),
            claim.changed[i]
        ));
    }
}

/// Compares how far a rep travels on average with what the plan says.
fn mean(id: &str, what: &str, (is, said): (Option<f64>, Option<f64>), list: &mut List) {
    let same = match (is, said) {
        (Some(a), Some(b)) => (a - b).abs() <= ROUNDED || near(a, b),
        (None, None) => true,
        _ => false,
    };
    if !same {
        let figure = |x: Option<f64>| x.map_or("no".to_owned(), |x| x.to_string());
        list.add(format!(
            "{id:?} travels {} {what} on average, the plan says {}",
            figure(is),
            figure(said)
        ));
    }
}

#[derive(Clone, Default)]
struct Sums {
    count: usize,
    weight: f64,
    weighted: [f64; 2],
    plain: [f64; 2],
}

impl Sums {
    fn add(&mut self, weight: f64, trip: [f64; 2]) {
        self.count += 1;
        self.weight += weight;
        for (at, t) in trip.into_iter().enumerate() {
            self.weighted[at] += weight * t;
            self.plain[at] += t;
        }
    }

    /// The mean weighted as the cost is; the plain mean where nothing has weight.
    fn mean(&self, at: usize) -> Option<f64> {
        let mean = if self.weight > 0.0 {
            self.weighted[at] / self.weight
        } else {
            self.plain[at] / self.count as f64
        };
        (self.count > 0 && mean.is_finite()).then_some(mean)
    }
}
