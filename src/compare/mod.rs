//! Two plans side by side: what changes hands from whom to whom, and what travel and balance gain.
//!
//! Customers and reps are matched by id, so the two plans may come from different versions of the files.

mod read;

pub use read::Saved;

use crate::base::ids::RepIx;
use crate::plan::summary::Summary;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Amounts per measure.
pub type Amounts = BTreeMap<String, f64>;

/// A figure before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// In plan A; `None` where A has no such figure.
    pub a: Option<f64>,
    /// In plan B.
    pub b: Option<f64>,
}

impl Pair {
    /// Neither figure.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.a.is_none() && self.b.is_none()
    }

    /// `b - a`, where both are known.
    #[must_use]
    pub fn change(&self) -> Option<f64> {
        Some(self.b? - self.a?)
    }
}

/// Customers that go from one rep to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// The rep in A.
    pub from: String,
    /// The rep in B.
    pub to: String,
    /// How many.
    pub customers: usize,
    /// What they mean for the rep in B, per measure.
    pub measures: Amounts,
}

/// What the two plans mean for one rep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RepChange {
    /// The id.
    pub rep: String,
    /// The name.
    pub name: String,
    /// Number of customers.
    pub customers: Pair,
    /// How many come and how many go.
    pub gained: usize,
    /// How many go to another rep.
    pub lost: usize,
    /// Total per measure.
    pub totals: BTreeMap<String, Pair>,
    /// Total over target per measure.
    pub index: BTreeMap<String, Pair>,
    /// Mean one-way travel, km, weighted as the cost is.
    pub travel_km: Pair,
}

/// One of the two plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The directory.
    pub dir: String,
    /// Name of the scenario.
    pub name: String,
    /// Status of the plan.
    pub status: crate::plan::Status,
}

/// Plan A against plan B.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Before.
    pub a: Side,
    /// After.
    pub b: Side,
    /// Measures that both sides are compared in: those balanced in B, then its measure of change.
    pub measures: Vec<String>,
    /// Customers in both plans.
    pub customers: usize,
    /// Customers in A alone.
    pub removed: usize,
    /// Customers in B alone.
    pub added: usize,
    /// Customers in both that change hands.
    pub moved: usize,
    /// What they mean in B, per measure.
    pub moved_measures: Amounts,
    /// The same as a share of all customers in both.
    pub moved_share: Amounts,
    /// Travel cost (weight x km or minutes); without the other where the units differ.
    pub travel: Pair,
    /// What preferences add to it, below 0 where they take off, in the same unit; without plans that have some, none.
    #[serde(skip_serializing_if = "Pair::is_none")]
    pub preference: Pair,
    /// What changing hands costs, by the penalty of each plan's own `[change]` and against the owners of its own customers; without one, none.
    #[serde(skip_serializing_if = "Pair::is_none")]
    pub change_cost: Pair,
    /// What load beside the targets costs, by each plan's own `deviation_cost`; without one, none.
    #[serde(skip_serializing_if = "Pair::is_none")]
    pub balance_cost: Pair,
    /// The sum of these, which each of the plans keeps as small as it can.
    pub objective: Pair,
    /// Whether that sum counts the same in both: the same penalty, preferences and costs of load beside the targets, by the same numbers.
    pub same_costs: bool,
    /// Load above or below the targets of all reps, per measure that costs something in either plan.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub load_beside: BTreeMap<String, Pair>,
    /// Unit of `travel`.
    pub unit: String,
    /// Mean one-way travel, km, weighted as the cost is.
    pub travel_km: Pair,
    /// Greatest distance of an index from 1, per measure.
    pub worst_index_deviation: BTreeMap<String, Pair>,
    /// From whom to whom, the greatest first.
    pub moves: Vec<Move>,
    /// Per rep, in the order of B, then those of A alone.
    pub reps: Vec<RepChange>,
}

/// What changes hands from one plan to the other.
struct Moved {
    /// From whom to whom, the largest first.
    moves: Vec<Move>,
    /// Customers that both plans have, and how many of them change hands.
    both: usize,
    moved: usize,
    /// Per measure what those hold.
    of_all: Vec<f64>,
    of_moved: Vec<f64>,
}

impl Moved {
    fn new(a: &Saved, b: &Saved, measures: &[String]) -> Moved {
        let position: HashMap<&str, usize> = a.inputs.customers.ids.iter().zip(0..).collect();
        let mut moves: BTreeMap<(&str, &str), Move> = BTreeMap::new();
        let (mut both, mut moved) = (0, 0);
        let mut of_all: Vec<f64> = vec![0.0; measures.len()];
        let mut of_moved = of_all.clone();
        for (i, id) in b.inputs.customers.ids.iter().enumerate() {
            let Some(old) = position.get(id) else {
                continue;
            };
            both += 1;
            let (from, to) = (a.rep(a.owner[*old]), b.rep(b.owner[i]));
            let amounts: Vec<f64> = measures.iter().map(|m| b.amount(i, m)).collect();
            let add = |to: &mut Vec<f64>| to.iter_mut().zip(&amounts).for_each(|(s, v)| *s += v);
            add(&mut of_all);
            if from == to {
                continue;
            }
            moved += 1;
            add(&mut of_moved);
            let entry = moves
                .entry((from, to))
                .or_insert_with(|| Move::none(from, to));
            entry.customers += 1;
            for (m, v) in measures.iter().zip(&amounts) {
                *entry.measures.entry(m.clone()).or_default() += v;
            }
        }
        let mut moves: Vec<Move> = moves.into_values().collect();
        let size = |m: &Move| {
            m.measures
                .get(&measures[0])
                .copied()
                .unwrap_or(f64::INFINITY)
        };
        moves.sort_by(|x, y| size(y).total_cmp(&size(x)));
        Moved {
            moves,
            both,
            moved,
            of_all,
            of_moved,
        }
    }
}

impl Move {
    fn none(from: &str, to: &str) -> Move {
        Move {
            from: from.to_owned(),
            to: to.to_owned(),
            customers: 0,
            measures: Amounts::new(),
        }
    }
}

/// Compares plan A with plan B.
#[must_use]
pub fn compare(a: &Saved, b: &Saved) -> Comparison {
    let measures = measures(b);
    let (now, then) = (Figures::new(b), Figures::new(a));
    let Moved {
        moves,
        both,
        moved,
        of_all,
        of_moved,
    } = Moved::new(a, b, &measures);
    let share = of_moved.iter().zip(&of_all);
    let share = share.map(|(m, all)| if *all > 0.0 { m / all } else { 0.0 });
    let costs = |of: &dyn Fn(&Figures) -> f64| Pair {
        a: Some(of(&then)).filter(|_| a.unit == b.unit),
        b: Some(of(&now)),
    };
    let named =
        |values: &mut dyn Iterator<Item = f64>| measures.iter().cloned().zip(values).collect();
    Comparison {
        a: a.side(),
        b: b.side(),
        customers: both,
        removed: a.model.n - both,
        added: b.model.n - both,
        moved,
        moved_measures: named(&mut of_moved.iter().copied()),
        moved_share: named(&mut share.into_iter()),
        travel: costs(&|f| f.travel),
        preference: match [a, b].iter().any(|plan| plan.model.has_preferences()) {
            true => costs(&|f| f.preference),
            false => Pair { a: None, b: None },
        },
        change_cost: match [a, b].iter().any(|plan| plan.penalty() > 0.0) {
            true => costs(&|f| f.change),
            false => Pair { a: None, b: None },
        },
        balance_cost: match [a, b].iter().any(|plan| plan.model.weighs_balance()) {
            true => costs(&|f| f.balance),
            false => Pair { a: None, b: None },
        },
        objective: costs(&|f| f.travel + f.preference + f.change + f.balance),
        same_costs: same_costs(a, b, &measures),
        load_beside: (measures.iter())
            .filter(|m| [a, b].iter().any(|plan| plan.deviation_price(m) > 0.0))
            .map(|m| {
                let [a, b] = [(a, &then), (b, &now)]
                    .map(|(plan, figures)| Some(figures.beside[plan.measure(m)?]));
                (m.clone(), Pair { a, b })
            })
            .collect(),
        unit: b.unit.clone(),
        travel_km: Pair {
            a: then.km,
            b: now.km,
        },
        worst_index_deviation: measures
            .iter()
            .filter(|m| b.measure(m).is_some())
            .map(|m| {
                (
                    m.clone(),
                    Pair {
                        a: then.worst(a, m),
                        b: now.worst(b, m),
                    },
                )
            })
            .collect(),
        reps: reps(a, b, &then, &now, &measures, &moves),
        moves,
        measures,
    }
}

/// The measures of a plan: balanced, then the one that change is measured in.
fn measures(plan: &Saved) -> Vec<String> {
    let scenario = &plan.inputs.scenario;
    let mut out: Vec<String> = scenario.balance.iter().map(|b| b.measure.clone()).collect();
    if let Some(change) = &scenario.change
        && !out.contains(&change.measure)
    {
        out.push(change.measure.clone());
    }
    out
}

fn reps(
    a: &Saved,
    b: &Saved,
    then: &Figures,
    now: &Figures,
    measures: &[String],
    moves: &[Move],
) -> Vec<RepChange> {
    let mut ids: Vec<&str> = b.inputs.reps.ids.iter().collect();
    let known: std::collections::HashSet<&str> = ids.iter().copied().collect();
    ids.extend(a.inputs.reps.ids.iter().filter(|id| !known.contains(id)));
    let places = |plan: &Saved| -> HashMap<String, usize> {
        plan.inputs
            .reps
            .ids
            .iter()
            .map(str::to_owned)
            .zip(0..)
            .collect()
    };
    let (in_a, in_b) = (places(a), places(b));
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let (old, new) = (in_a.get(id).copied(), in_b.get(id).copied());
        let pair = |of: &dyn Fn(&Saved, &Figures, usize) -> Option<f64>| Pair {
            a: old.and_then(|j| of(a, then, j)),
            b: new.and_then(|j| of(b, now, j)),
        };
        let per_measure = |of: &dyn Fn(&Saved, &Figures, usize, usize) -> Option<f64>| {
            let of_measure = |m: &String| pair(&|plan, f, j| of(plan, f, j, plan.measure(m)?));
            measures
                .iter()
                .map(|m| (m.clone(), of_measure(m)))
                .filter(|(_, p)| p.a.is_some() || p.b.is_some())
                .collect()
        };
        let sum = |of: &dyn Fn(&Move) -> &str| {
            let mine = moves.iter().filter(|m| of(m) == id);
            mine.map(|m| m.customers).sum()
        };
        let name = new.map_or_else(
            || old.map_or(id, |j| &a.inputs.reps.name[j]),
            |j| &b.inputs.reps.name[j],
        );
        out.push(RepChange {
            rep: id.to_owned(),
            name: name.to_owned(),
            customers: pair(&|_, f, j| Some(f.summary.reps[j].customers as f64)),
            gained: sum(&|m| &m.to),
            lost: sum(&|m| &m.from),
            totals: per_measure(&|_, f, j, m| Some(f.summary.reps[j].totals[m])),
            index: per_measure(&|plan, f, j, m| f.index(plan, j, m)),
            travel_km: pair(&|_, f, j| f.summary.reps[j].travel_km),
        });
    }
    out
}

impl Saved {
    fn rep(&self, j: RepIx) -> &str {
        self.inputs.reps.ids.get(j.at())
    }

    fn side(&self) -> Side {
        Side {
            dir: self.dir.display().to_string(),
            name: self.inputs.scenario.name.clone(),
            status: self.status,
        }
    }

    /// What each unit of the measure of `[change]` costs that changes hands.
    fn penalty(&self) -> f64 {
        let change = self.model.change.as_ref();
        change.map_or(0.0, |c| c.penalty)
    }

    /// What a unit of load beside the target costs, of a measure that is balanced.
    fn deviation_price(&self, measure: &str) -> f64 {
        let m = self.measure(measure);
        m.map_or(0.0, |m| self.model.deviation_price(m))
    }

    /// Position of a balanced measure.
    fn measure(&self, name: &str) -> Option<usize> {
        let balance = &self.inputs.scenario.balance;
        balance.iter().position(|b| b.measure == name)
    }

    /// What customer `i` means for its rep.
    fn amount(&self, i: usize, measure: &str) -> f64 {
        match self.measure(measure) {
            Some(m) => self.model.activity(i, self.owner[i], m),
            None => {
                let column = self.inputs.customers.column(measure);
                column.map_or(0.0, |values| values[i])
            }
        }
    }
}

/// Whether the objectives of two plans count the same.
fn same_costs(a: &Saved, b: &Saved, measures: &[String]) -> bool {
    let rules = |plan: &Saved| plan.inputs.scenario.prefer.clone();
    let same = |m: &String| a.deviation_price(m).to_bits() == b.deviation_price(m).to_bits();
    a.unit == b.unit
        && a.penalty().to_bits() == b.penalty().to_bits()
        && rules(a) == rules(b)
        && measures.iter().all(same)
        && a.model.weighs_balance() == b.model.weighs_balance()
}

/// A plan in figures.
struct Figures {
    summary: Summary,
    travel: f64,
    preference: f64,
    change: f64,
    balance: f64,
    /// Load beside the targets, per measure.
    beside: Vec<f64>,
    km: Option<f64>,
}

impl Figures {
    fn new(plan: &Saved) -> Figures {
        let model = &plan.model;
        let summary = Summary::new(model, &plan.owner);
        let sum = |of: &dyn Fn(usize, RepIx) -> f64| -> f64 {
            let pairs = plan.owner.iter().enumerate();
            pairs.map(|(i, j)| of(i, *j)).sum()
        };
        let moved = sum(&|i, j| model.moved(i, j));
        Figures {
            km: summary.mean_km(model),
            summary,
            travel: sum(&|i, j| model.travel_cost(i, j).unwrap_or(0.0)),
            preference: sum(&|i, j| model.preference(i, j)),
            change: plan.penalty() * moved,
            balance: model.balance_cost(&plan.owner),
            beside: model.beside(&plan.owner),
        }
    }

    fn index(&self, plan: &Saved, j: usize, m: usize) -> Option<f64> {
        let target = plan.model.bounds[j * plan.model.m + m].target;
        Some(self.summary.reps[j].totals[m] / target.filter(|t| *t > 0.0)?)
    }

    fn worst(&self, plan: &Saved, measure: &str) -> Option<f64> {
        let m = plan.measure(measure)?;
        (0..plan.model.k)
            .filter_map(|j| Some((self.index(plan, j, m)? - 1.0).abs()))
            .reduce(f64::max)
    }
}
