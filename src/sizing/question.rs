//! What is asked: who could be there, what they can carry, and what all costs.

use super::people::{People, nobody, push};
use super::problem::{Base, Problem};
use super::row::{Row, Verdict};
use super::search::Depth;
use crate::base::ids::RepIx;
use crate::error::{Error, Problem as Wrong, codes};
use crate::input::RepColumns;
use crate::model::Model;
use crate::scenario::{Cost, Scenario, Sizing};
use std::collections::BTreeMap;

/// Numbers of reps looked at where the scenario names no greatest one: a third more than the least, and at least so many.
const MORE: usize = 5;

/// What a kilometre, and a rep, cost in objective units and in money.
pub(super) struct Money {
    /// Money per unit of the objective.
    pub travel: f64,
    /// Money per rep.
    pub rep: f64,
}

/// What stands behind all rows.
pub(super) struct Question<'a> {
    pub scenario: &'a Scenario,
    pub rules: &'a Sizing,
    pub people: &'a People,
    pub model: &'a Model,
    pub money: Option<Money>,
}

/// What travel costs in money: a visit is a round trip, shared among the stops of a tour.
pub(super) fn money(
    scenario: &Scenario,
    rules: &Sizing,
    label: &str,
) -> Result<Option<Money>, Error> {
    let mut problems = Vec::new();
    let mut wrong = |what: &str, field: &str, help: &str| {
        let mut problem = Wrong::error(codes::NO_EFFECT, what).field(field).help(help);
        problem.file = label.to_owned();
        problems.push(problem);
    };
    let closing = rules.may_close.values().any(|cost| *cost > 0.0);
    if rules.cost_per_km.is_none() && (rules.cost_per_rep.is_some() || closing) {
        wrong(
            "a rep costs money, and what a kilometre costs is not said",
            "sizing.cost_per_km",
            "add cost_per_km = 0.6, in the unit of cost_per_rep",
        );
    }
    let travel = &scenario.travel;
    if rules.cost_per_km.is_some() && (travel.weight != "visits" || travel.cost != Cost::Km) {
        wrong(
            "what is minimised is not the kilometres that are driven",
            "sizing.cost_per_km",
            "write weight = \"visits\" and cost = \"km\" in [travel]",
        );
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    Ok(rules.cost_per_km.map(|per_km| Money {
        travel: per_km * 2.0 / travel.stops_per_tour,
        rep: rules.cost_per_rep.unwrap_or(0.0),
    }))
}

impl Question<'_> {
    /// The capacities of one's own rules are the same for every number of reps.
    pub fn same_bounds(&self) -> bool {
        let measure = &self.scenario.balance[0].measure;
        self.rules.capacity.contains_key(measure)
            || (self.people.reps.max[0].iter().all(Option::is_some)
                && self.people.reps.min[0].iter().all(Option::is_some))
    }

    /// All pairs that can matter, with costs and loads of the first measure.
    pub fn problem(&self) -> Result<Problem, Error> {
        let model = self.model;
        let measure = &self.scenario.balance[0].measure;
        let shared = !self.rules.capacity.contains_key(measure);
        let capacity = &self.people.reps.capacity;
        if shared && (model.travel_load_of(0).is_some() || capacity.iter().any(|c| *c != Some(1.0)))
        {
            let what = format!(
                "what a rep can carry depends on who is there: say how much of {measure:?} a rep with capacity 1 can carry, as [sizing] capacity = {{ {measure} = 1600.0 }}"
            );
            return Err(Error::Usage(what));
        }
        let money = self.money.as_ref().map_or(1.0, |m| m.travel);
        let closing = |j: usize| match self.people.closing[j] {
            0.0 => 0.0,
            cost => -cost / money,
        };
        let base = |j: usize| Base {
            floor: 0.0,
            cap: f64::INFINITY,
            fixed_cost: closing(j),
            stays: self.people.stays[j],
        };
        let bases: Vec<Base> = (0..model.k).map(base).collect();
        let least = self.least_count();
        let keep = (8 * model.k / least.max(1)).clamp(60, model.k.max(60));
        Ok(Problem::new(model.n, &bases, keep, |i, j| {
            let rep = RepIx(j as u32);
            model
                .forbidden_by(i, rep)
                .is_none()
                .then(|| (model.cost(i, rep), model.activity(i, rep, 0)))
        }))
    }

    /// About the least number of reps that is looked at.
    fn least_count(&self) -> usize {
        let measure = &self.scenario.balance[0].measure;
        let total: f64 = (0..self.model.n)
            .map(|i| self.model.amount[i * self.model.m])
            .sum();
        let by_load = (self.rules.capacity.get(measure)).map_or(1.0, |cap| (total / cap).ceil());
        (self.rules.min as usize).max(by_load as usize).max(1)
    }

    /// Bounds on the load of the first measure when there are `p` reps.
    pub fn bounds_for(&self, p: usize, problem: &mut Problem) {
        let balance = &self.scenario.balance[0];
        let reps = &self.people.reps;
        let total: f64 = problem.load.iter().sum();
        let share = total / p as f64;
        for j in 0..problem.m {
            let relative = reps.capacity[j];
            let rule = self.rules.capacity.get(&balance.measure);
            let (floor, cap) = match (rule, relative) {
                (_, None) => (0.0, f64::INFINITY),
                (Some(cap), Some(relative)) => {
                    let floor = self.rules.floor.get(&balance.measure);
                    (floor.copied().unwrap_or(0.0) * relative, cap * relative)
                }
                (None, Some(_)) => (
                    (1.0 - balance.tolerance) * share * (1.0 - SUM),
                    (1.0 + balance.tolerance) * share * (1.0 + SUM),
                ),
            };
            // A share gives way to a bound of one's own on the other side: then it bounds nothing here.
            let (least, most) = (reps.min[0][j], reps.max[0][j]);
            let gives_way = rule.is_none() && (least.is_some() || most.is_some());
            let share = |x: f64, none: f64| if gives_way { none } else { x };
            problem.floor[j] = least.unwrap_or(share(floor, 0.0));
            problem.cap[j] = most.unwrap_or(share(cap, f64::INFINITY));
        }
    }

    /// The numbers of reps that are looked at.
    pub fn range(&self, problem: &mut Problem) -> std::ops::RangeInclusive<usize> {
        let most = problem.m;
        let staying = problem.staying().max(1);
        let clamp = |p: usize| p.clamp(staying, most.max(staying));
        let mut least = staying;
        if self.same_bounds() {
            self.bounds_for(1, problem);
            while least < most && problem.too_few(least).is_some() {
                least += 1;
            }
        }
        let min = match self.rules.min {
            // One fewer than the least, to say why.
            0 => clamp(least.saturating_sub(1)),
            min => clamp(min as usize),
        };
        let max = match self.rules.max {
            0 => clamp(least + MORE.max(least / 3)),
            max => clamp(max as usize),
        };
        min..=max.max(min)
    }

    pub fn depth(&self, problem: &Problem) -> Depth {
        let pairs = problem.pairs();
        Depth {
            tries: 30,
            rounds: 2,
            steps: (200_000_000 / pairs.max(1)).clamp(40, 200),
            gap: 1e-3,
        }
    }

    /// A row without a plan.
    pub fn nobody(&self, p: usize, verdict: Verdict) -> Row {
        Row {
            reps: p,
            verdict,
            travel: f64::NAN,
            bound: f64::NAN,
            total_cost: None,
            cost_bound: None,
            free: 0.0,
            chosen: Vec::new(),
            prices: Vec::new(),
        }
    }

    /// What closing those who are not there costs, in objective units.
    pub fn closed(&self, chosen: &[u32]) -> f64 {
        let Some(money) = &self.money else {
            return 0.0;
        };
        let away = |j: &usize| chosen.binary_search(&(*j as u32)).is_err();
        let costs = (0..self.people.closing.len()).filter(away);
        costs.map(|j| self.people.closing[j] / money.travel).sum()
    }

    /// A bound in which closing costs were counted from those who are there.
    pub fn with_closing(&self, bound: f64) -> f64 {
        bound + self.closed(&[])
    }

    /// What `p` reps cost whose travel and closings are so much.
    pub fn cost_of(&self, p: usize, travel: f64) -> Option<f64> {
        let money = self.money.as_ref()?;
        Some(p as f64 * money.rep + travel * money.travel)
    }
}

/// Doubles are off by less where totals are shared out.
const SUM: f64 = 1e-12;

/// Some of the reps; capacities of the rules become bounds of their own.
pub(super) fn bounded(
    scenario: &Scenario,
    rules: &Sizing,
    all: &RepColumns,
    chosen: &[u32],
) -> RepColumns {
    let mut reps = nobody(scenario.balance.len());
    chosen
        .iter()
        .for_each(|j| push(&mut reps, all, *j as usize));
    for (m, balance) in scenario.balance.iter().enumerate() {
        let of = |table: &BTreeMap<String, f64>| table.get(&balance.measure).copied();
        let most = of(&rules.capacity);
        // With a capacity nothing comes from shares, the floor neither.
        let least = of(&rules.floor).or(most.map(|_| 0.0));
        for (j, capacity) in reps.capacity.iter().enumerate() {
            let own = |rule: Option<f64>| Some(rule? * (*capacity)?);
            let (min, max) = (&mut reps.min[m][j], &mut reps.max[m][j]);
            *min = min.or(own(least));
            *max = max.or(own(most));
        }
    }
    reps
}
