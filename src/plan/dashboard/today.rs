//! Today's owners beside the plan: travel, balance, and what changes hands.
//!
//! Both sides are counted over the customers that have an owner today, so that they compare.

use super::Measures;
use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::model::Model;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Today and the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Today {
    /// Customers with an owner today.
    pub owned: u64,
    /// Customers without one.
    pub unowned: u64,
    /// Customers whose owner changes.
    pub changed: u64,
    /// What they hold of each measure (at today's owner), and of the total of all customers.
    pub moved: BTreeMap<String, Moved>,
    /// Travel and balance with today's owners.
    pub today: Side,
    /// Travel and balance of the plan.
    pub plan: Side,
    /// Per rep, in rep order.
    pub territories: Vec<TodayTerritory>,
    /// What moves from whom to whom, most customers first; at most a thousand of them.
    pub moves: Vec<Move>,
    /// How many others there are.
    pub other_moves: usize,
}

/// An amount that changes hands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The amount.
    pub total: f64,
    /// Its share of all customers' total, 0 to 1.
    pub share: f64,
}

/// Figures of one side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Travel with preferences over the customers with an owner today: the objective without what changes of hands and load beside the targets cost; `null`
    /// where a pair has no travel.
    pub objective: Option<f64>,
    /// Mean one-way travel, weighted as the objective is, km.
    pub travel_km: Option<f64>,
    /// The greatest `|total / target - 1|` of all territories and balanced measures. Targets are the plan's.
    pub worst_index_deviation: Option<f64>,
}

/// One rep on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TodayTerritory {
    /// The rep.
    pub rep: String,
    /// Customers today.
    pub customers: u64,
    /// Totals today.
    pub measures: BTreeMap<String, f64>,
    /// `total / target` today of the balanced measures.
    pub index: BTreeMap<String, f64>,
    /// Mean one-way travel today, km.
    pub travel_km: Option<f64>,
    /// Customers that come from other reps.
    pub gained: u64,
    /// Customers that go to other reps.
    pub lost: u64,
}

/// What goes from one rep to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The rep of today.
    pub from: String,
    /// The rep of the plan.
    pub to: String,
    /// Customers.
    pub customers: u64,
    /// Amounts, at the rep of today.
    pub measures: BTreeMap<String, f64>,
}

/// Moves that are listed.
const LISTED: usize = 1000;

/// Sums of one rep on one side.
#[derive(Clone, Default)]
struct Sums {
    customers: u64,
    totals: Vec<f64>,
    weight: f64,
    km: f64,
    cost: f64,
}

impl Sums {
    fn travel_km(&self) -> Option<f64> {
        let mean = self.km / self.weight;
        mean.is_finite().then_some(mean)
    }
}

impl Today {
    /// Compares; `None` when no customer has an owner today.
    #[must_use]
    pub fn new(inputs: &Inputs, model: &Model, owner: &[RepIx]) -> Option<Today> {
        let previous = &model.previous;
        let owned = previous.iter().filter(|p| p.some().is_some()).count() as u64;
        if owned == 0 {
            return None;
        }
        let measures = Measures::new(inputs, model);
        let before = sums(&measures, previous, previous);
        let after = sums(&measures, owner, previous);
        let mut moves: BTreeMap<(RepIx, RepIx), (u64, Vec<f64>)> = BTreeMap::new();
        let mut all = vec![0.0; measures.names.len()];
        for (i, to) in owner.iter().enumerate() {
            let from = previous[i];
            measures.add(i, *to, &mut all);
            if from.some().is_some() && from != *to {
                let entry = moves.entry((from, *to));
                let (count, amounts) =
                    entry.or_insert_with(|| (0, vec![0.0; measures.names.len()]));
                *count += 1;
                measures.add(i, from, amounts);
            }
        }
        let mut moved = vec![0.0; measures.names.len()];
        let (mut gained, mut lost) = (vec![0; model.k], vec![0; model.k]);
        for ((from, to), (count, amounts)) in &moves {
            moved.iter_mut().zip(amounts).for_each(|(m, a)| *m += a);
            lost[from.at()] += count;
            gained[to.at()] += count;
        }
        let moved = measures.names.iter().zip(moved.iter().zip(&all));
        let moved = moved.map(|(name, (total, all))| {
            let share = if *all > 0.0 { total / all } else { 0.0 };
            let total = *total;
            ((*name).to_owned(), Moved { total, share })
        });
        let id = |j: RepIx| inputs.reps.ids.get(j.at()).to_owned();
        let territory = |(j, s): (usize, &Sums)| TodayTerritory {
            rep: id(RepIx(j as u32)),
            customers: s.customers,
            measures: measures.named(&s.totals),
            index: (0..model.m)
                .filter_map(|m| {
                    let index = index(model, j, m, s.totals[m])?;
                    Some((measures.names[m].to_owned(), index))
                })
                .collect(),
            travel_km: s.travel_km(),
            gained: gained[j],
            lost: lost[j],
        };
        let mut flows: Vec<Move> = moves
            .iter()
            .map(|((from, to), (count, amounts))| Move {
                from: id(*from),
                to: id(*to),
                customers: *count,
                measures: measures.named(amounts),
            })
            .collect();
        // Stable: ties stay in rep order.
        flows.sort_by_key(|f| std::cmp::Reverse(f.customers));
        let changed = flows.iter().map(|f| f.customers).sum();
        let other_moves = flows.len().saturating_sub(LISTED);
        flows.truncate(LISTED);
        Some(Today {
            owned,
            unowned: model.n as u64 - owned,
            changed,
            moved: moved.collect(),
            today: side(model, &before),
            plan: side(model, &after),
            territories: before.iter().enumerate().map(territory).collect(),
            moves: flows,
            other_moves,
        })
    }
}

/// Sums per rep of `owner`, over the customers that have an owner today.
fn sums(measures: &Measures<'_>, owner: &[RepIx], previous: &[RepIx]) -> Vec<Sums> {
    let model = measures.model;
    let zero = Sums {
        totals: vec![0.0; measures.names.len()],
        ..Sums::default()
    };
    let mut out = vec![zero; model.k];
    for (i, j) in owner.iter().enumerate() {
        if previous[i].some().is_none() {
            continue;
        }
        let s = &mut out[j.at()];
        s.customers += 1;
        s.weight += model.weight[i];
        s.km += model.weight[i] * model.travel.km(i, *j).unwrap_or(f64::NAN);
        s.cost += model.pair_cost(i, *j).unwrap_or(f64::NAN);
        measures.add(i, *j, &mut s.totals);
    }
    out
}

fn side(model: &Model, sums: &[Sums]) -> Side {
    let mut all = Sums::default();
    let mut worst: Option<f64> = None;
    for (j, s) in sums.iter().enumerate() {
        all.weight += s.weight;
        all.km += s.km;
        all.cost += s.cost;
        for m in 0..model.m {
            if let Some(index) = index(model, j, m, s.totals[m]) {
                worst = Some(worst.unwrap_or(0.0).max((index - 1.0).abs()));
            }
        }
    }
    Side {
        objective: Some(all.cost).filter(|c| c.is_finite()),
        travel_km: all.travel_km(),
        worst_index_deviation: worst,
    }
}

fn index(model: &Model, j: usize, m: usize, total: f64) -> Option<f64> {
    let target = model.bounds[j * model.m + m].target;
    target.filter(|t| *t > 0.0).map(|t| total / t)
}
