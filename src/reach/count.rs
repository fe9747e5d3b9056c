//! Customers and measures within limits, and the home base that is nearest to each customer.

use super::limit::Limit;
use super::read::Read;
use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::scenario::Cost;
use crate::travel::Travel;
use rayon::prelude::*;

/// What is within a limit of a home base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    /// Customers.
    pub customers: usize,
    /// Those of them whom the plan gives to the rep.
    pub own: usize,
    /// What all of them have of each measure of the scenario, in its order.
    pub measures: Vec<f64>,
}

/// The home base from which the trip to a customer costs least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// The rep; nobody where there is no trip.
    pub rep: RepIx,
    /// The trip, km and minutes; NaN where there is none.
    pub trip: [f64; 2],
}

/// Km and minutes of a pair.
pub(super) fn trip(travel: &Travel, i: usize, j: RepIx) -> Option<[f64; 2]> {
    Some([travel.km(i, j)?, travel.minutes(i, j)?])
}

/// What is within each limit of each rep.
pub(super) fn counts(read: &Read, travel: &Travel, limits: &[Limit]) -> Vec<Vec<Count>> {
    let (customers, scenario) = (&read.inputs.customers, &read.inputs.scenario);
    let measures = scenario.balance.iter();
    let measures: Vec<&[f64]> = measures
        .map(|b| customers.column(&b.measure).unwrap_or(&[]))
        .collect();
    let of = |j: usize| {
        let rep = RepIx(j as u32);
        let mut counts = vec![Count::default(); limits.len()];
        counts
            .iter_mut()
            .for_each(|c| c.measures = vec![0.0; measures.len()]);
        for i in 0..customers.len() {
            let Some(trip) = trip(travel, i, rep) else {
                continue;
            };
            let own = read.owner.get(i) == Some(&rep);
            let within = limits.iter().zip(&mut counts);
            for (_, count) in within.filter(|(l, _)| l.unit.of(trip) <= l.most) {
                count.customers += 1;
                count.own += usize::from(own);
                for (sum, of) in count.measures.iter_mut().zip(&measures) {
                    *sum += of.get(i).copied().unwrap_or(0.0);
                }
            }
        }
        counts
    };
    (0..read.inputs.reps.len())
        .into_par_iter()
        .map(of)
        .collect()
}

/// The nearest home base of each customer, by what the scenario's `cost` is; of equally near ones the first.
pub(super) fn nearest(inputs: &Inputs, travel: &Travel) -> Vec<Nearest> {
    let cost = |[km, minutes]: [f64; 2]| match inputs.scenario.travel.cost {
        Cost::Km => (km, minutes),
        Cost::Minutes => (minutes, km),
    };
    let of = |i: usize| {
        let reps = (0..inputs.reps.len() as u32).map(RepIx);
        let trips = reps.filter_map(|rep| Some((rep, trip(travel, i, rep)?)));
        let order = |a: &[f64; 2], b: &[f64; 2]| {
            let ((a, b), (c, d)) = (cost(*a), cost(*b));
            a.total_cmp(&c).then(b.total_cmp(&d))
        };
        let best = trips.min_by(|(_, a), (_, b)| order(a, b));
        let (rep, trip) = best.unwrap_or((RepIx::NONE, [f64::NAN; 2]));
        Nearest { rep, trip }
    };
    (0..inputs.customers.len())
        .into_par_iter()
        .map(of)
        .collect()
}
