//! What every person would cost in every territory, and which pairs the rules keep apart.
//!
//! ```text
//! c_pt = sum over the customers i of t of  w_i d_ip - s_ip
//! s_ip = share * w_i d_ip,  or  w_i * D           where p looks after i today, else 0
//! ```
//!
//! `w_i d_ip` is the plan's own cost of the pair (weight x km or minutes, as `[[prefer]]` has them). A pair of person and territory must not be where a rule keeps the person from
//! one of the customers, or where a load is outside of bounds of the person's own (`min_MEASURE`, `max_MEASURE`; exact, on the decimals of the files).
//! Limits on the way have no say about who an account is locked to: that exception the plan has made already.

use super::read::Case;
use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::base::words::{counted, dusted, enumerated, figure};
use rayon::prelude::*;

/// What it is worth that an account keeps the person who knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Knows {
    /// Nothing: it is only counted.
    #[default]
    Nothing,
    /// This share of the way to it.
    Share(f64),
    /// So many km (or minutes, as the plan counts) of the way to it, each as heavy as the account.
    Way(f64),
}

impl Knows {
    /// What is saved at an account of this weight that costs so much.
    fn saved(self, weight: f64, cost: f64) -> f64 {
        match self {
            Knows::Nothing => 0.0,
            Knows::Share(share) => share * cost,
            Knows::Way(way) => weight * way,
        }
    }
}

/// A person in a territory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair {
    /// Weight x travel, in the unit of the plan.
    pub travel: f64,
    /// What `[[prefer]]` adds to it.
    pub preference: f64,
    /// What is saved at accounts that know the person.
    pub saved: f64,
    /// How many accounts know the person.
    pub known: u32,
    /// Whether a rule keeps the two apart.
    pub forbidden: bool,
}

impl Pair {
    /// The cost; NaN where a rule keeps the two apart.
    #[must_use]
    pub fn cost(&self) -> f64 {
        match self.forbidden {
            true => f64::NAN,
            false => self.travel + self.preference - self.saved,
        }
    }
}

/// All pairs, by person, then territory. Sums are made customer by customer, in their order.
#[must_use]
pub fn pairs(case: &Case, knows: Knows) -> Vec<Pair> {
    let own: Vec<Vec<i128>> = (0..case.territories.len())
        .map(|t| own_load(case, t))
        .collect();
    let of_person = |p: usize| {
        let pair = |t: usize| pair(case, knows, (p, t), &own[t]);
        (0..case.territories.len()).map(pair).collect::<Vec<Pair>>()
    };
    let rows: Vec<Vec<Pair>> = (0..case.people).into_par_iter().map(of_person).collect();
    rows.concat()
}

fn pair(case: &Case, knows: Knows, (p, t): (usize, usize), own: &[i128]) -> Pair {
    let (model, j) = (&case.model, RepIx(p as u32));
    let mut pair = Pair::default();
    for i in case.customers[t].iter().map(|i| *i as usize) {
        pair.forbidden |= rule(case, i, j).is_some();
        let travel = model.travel_cost(i, j).unwrap_or(0.0);
        let preference = model.preference(i, j);
        pair.travel += travel;
        pair.preference += preference;
        if model.previous.get(i) == Some(&j) {
            pair.known += 1;
            pair.saved += knows.saved(model.weight[i], travel + preference);
        }
    }
    pair.forbidden |= (0..model.m).any(|m| {
        !model
            .limits
            .permits(p * model.m + m, load(case, (p, t), m, own))
    });
    pair
}

/// The load of a measure that a territory is for a person, in steps of the measure's grid.
fn load(case: &Case, (p, t): (usize, usize), m: usize, own: &[i128]) -> i128 {
    let (model, j) = (&case.model, RepIx(p as u32));
    if model.travel_load_of(m).is_none() {
        return own[m];
    }
    let travel = case.customers[t].iter();
    own[m]
        + travel
            .map(|i| model.travel_steps(*i as usize, j, m))
            .sum::<i128>()
}

/// Why a rule keeps a person from a territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// How many customers it keeps from the person; all of them where it is about loads.
    pub customers: usize,
    /// In words, without the person: `lacks the skill cold, which 3 customers require`.
    pub text: String,
}

/// All rules that keep a person from a territory; each customer counts with the first one that keeps it away.
#[must_use]
pub fn reasons(case: &Case, p: usize, t: usize) -> Vec<Reason> {
    let j = RepIx(p as u32);
    let mut kept: Vec<(Rule, Vec<usize>)> = Vec::new();
    for i in case.customers[t].iter().map(|i| *i as usize) {
        let Some(rule) = rule(case, i, j) else {
            continue;
        };
        match kept.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, list)) => list.push(i),
            None => kept.push((rule, vec![i])),
        }
    }
    kept.sort_by_key(|(rule, _)| *rule);
    let mut all: Vec<Reason> = (kept.iter())
        .map(|(rule, list)| Reason {
            rule: *rule,
            customers: list.len(),
            text: words(case, p, *rule, list),
        })
        .collect();
    all.extend(loads(case, p, t));
    all
}

/// What a rule says of these customers.
fn words(case: &Case, p: usize, rule: Rule, list: &[usize]) -> String {
    let (inputs, n) = (&case.inputs, list.len());
    let customers = counted(n, "customer", "customers");
    let are = if n == 1 { "is" } else { "are" };
    let limit = |own: &[f64], unit: &str| {
        let limit = figure(own[p]);
        format!("{customers} {are} more than {limit} {unit} away")
    };
    match rule {
        Rule::Skills => {
            let require = if n == 1 { "requires" } else { "require" };
            let missing = missing_skills(case, p, list);
            let skills = if missing.len() == 1 {
                "skill"
            } else {
                "skills"
            };
            let missing = enumerated(missing.into_iter());
            format!("lacks the {skills} {missing}, which {customers} {require}")
        }
        Rule::Regions => {
            let are = if n == 1 { "is" } else { "are" };
            let of = inputs.reps.region_of(p);
            format!("is of the region {of}, and {customers} {are} of others")
        }
        Rule::Forbid => {
            let ids = list.iter().map(|i| inputs.customers.ids.get(*i));
            format!("must not have {} ([rules] forbid)", enumerated(ids))
        }
        Rule::Matrix => format!("the travel matrix has no way to {customers}"),
        Rule::MaxKm => limit(&case.model.max_km, "km"),
        Rule::MaxMinutes => limit(&case.model.max_minutes, "minutes"),
        other => format!("{other}: {customers}"),
    }
}

/// The skills that a person lacks for these customers, each once.
fn missing_skills<'a>(case: &'a Case, p: usize, list: &[usize]) -> Vec<&'a str> {
    let (customers, skills) = (&case.inputs.customers, &case.inputs.reps.skills[p]);
    let sets = list.iter().filter_map(|i| customers.requires.get(*i));
    let sets = sets.filter_map(|set| customers.skill_sets.get(*set as usize));
    let mut missing: Vec<&str> = sets
        .flatten()
        .filter(|skill| !skills.contains(skill))
        .map(String::as_str)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// The bounds of their own that a person's load would be outside of.
fn loads(case: &Case, p: usize, t: usize) -> Vec<Reason> {
    let model = &case.model;
    let own = own_load(case, t);
    let broken = |m: usize| {
        let (row, load) = (p * model.m + m, load(case, (p, t), m, &own));
        let measure = &case.inputs.scenario.balance[m].measure;
        let (amount, bound) = (model.limits.grid[m].value(load), &model.bounds[row]);
        let text = if load > model.limits.most[row] {
            format!(
                "{} {measure} is above max_{measure}, {}",
                dusted(amount),
                dusted(bound.upper)
            )
        } else {
            format!(
                "{} {measure} is below min_{measure}, {}",
                dusted(amount),
                dusted(bound.lower)
            )
        };
        (!model.limits.permits(row, load)).then(|| Reason {
            rule: Rule::Balance,
            customers: case.customers[t].len(),
            text,
        })
    };
    (0..model.m).filter_map(broken).collect()
}

/// The rule that keeps a person from a customer. Whom an account is locked to by the plan's rules may be farther away than others, as in the plan; the lock
/// itself holds nobody.
fn rule(case: &Case, i: usize, j: RepIx) -> Option<Rule> {
    let rule = case.model.forbidden_by(i, j)?;
    let customers = &case.inputs.customers;
    let locked = case.inputs.wished.get(i) == Some(&j)
        || case.plan.report.scenario.rules.locks
            && customers.locked.get(i) == Some(&true)
            && customers.owner.get(i) == Some(&j);
    let limit = matches!(rule, Rule::MaxKm | Rule::MaxMinutes);
    (!(locked && limit)).then_some(rule)
}

/// Per measure, the load of a territory that is the same for all people, in steps of the measure's grid.
fn own_load(case: &Case, t: usize) -> Vec<i128> {
    let (model, list) = (&case.model, &case.customers[t]);
    let load = |m: usize| list.iter().map(|i| model.own_steps(*i as usize, m)).sum();
    (0..model.m).map(load).collect()
}

/// How far a person's customers are in a territory on average, one way, weighted as the cost is (plainly where nothing has weight).
#[must_use]
pub fn mean_km(case: &Case, p: usize, t: usize) -> Option<f64> {
    let (model, j) = (&case.model, RepIx(p as u32));
    let (mut weight, mut weighted, mut plain) = (0.0, 0.0, 0.0);
    for i in case.customers[t].iter().map(|i| *i as usize) {
        let km = model.travel.km(i, j)?;
        weight += model.weight[i];
        weighted += model.weight[i] * km;
        plain += km;
    }
    let mean = if weight > 0.0 {
        weighted / weight
    } else {
        plain / case.customers[t].len() as f64
    };
    mean.is_finite().then_some(mean)
}
