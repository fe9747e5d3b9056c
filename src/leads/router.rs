//! Who gets a lead.

use super::locator::Locator;
use super::{By, Known, Route};
use crate::base::ids::RepIx;
use crate::input::index::IdIndex;
use crate::input::{Inputs, Leads, Placed};
use crate::model::Model;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// What is made of a plan to route leads by it, whatever the leads.
#[derive(Debug)]
pub(super) struct Chart {
    /// Prices `mu_jm`, rep-major.
    prices: Vec<f64>,
    known: IdIndex,
    territories: Locator,
}

impl Chart {
    pub fn new(plan: Known<'_>) -> Chart {
        let (reps, balance) = (&plan.report.territories, &plan.report.scenario.balance);
        let mut prices = vec![0.0; reps.len() * balance.len()];
        for p in &plan.report.prices {
            let j = reps.iter().position(|t| t.rep == p.rep);
            let m = balance.iter().position(|b| b.measure == p.measure);
            if let (Some(j), Some(m)) = (j, m) {
                prices[j * balance.len() + m] = p.price;
            }
        }
        Chart {
            prices,
            known: IdIndex::build(plan.ids).0,
            territories: Locator::new(plan.polygons),
        }
    }
}

/// What routing looks at of a plan.
pub(super) struct Atlas<'a> {
    pub plan: Known<'a>,
    pub chart: &'a Chart,
}

impl Atlas<'_> {
    /// The territory of a place.
    pub fn zone(&self, [lon, lat]: [f64; 2]) -> RepIx {
        self.chart.territories.find(lon, lat)
    }

    /// The rep of a customer of the plan.
    pub fn owner_of(&self, id: &str) -> Option<RepIx> {
        let at = self.chart.known.get(self.plan.ids, id)?;
        self.plan.owner.get(at).copied()
    }
}

/// Leads, and what is known of the plan.
pub(super) struct Router<'a> {
    pub atlas: &'a Atlas<'a>,
    pub leads: &'a Inputs,
    pub placed: &'a HashMap<usize, Placed>,
    /// Those that are none of the plan's team.
    foreign: &'a HashSet<usize>,
    pub model: &'a Model,
}

impl<'a> Router<'a> {
    pub fn new(atlas: &'a Atlas<'a>, leads: &'a Leads, model: &'a Model) -> Router<'a> {
        Router {
            atlas,
            leads: &leads.inputs,
            placed: &leads.placed,
            foreign: &leads.foreign,
            model,
        }
    }

    /// All leads; `groups` are the reps of those that have customers.
    pub fn all(&self, groups: &[RepIx]) -> Vec<Route> {
        let together = self.together(groups);
        self.each(&together, &[])
    }

    /// All leads with the reps of their groups, but for those that are the `first` of theirs.
    fn each(&self, groups: &[RepIx], first: &[usize]) -> Vec<Route> {
        let of = |i: usize| match first.binary_search(&i) {
            Ok(_) => self.one(i, RepIx::NONE),
            Err(_) => self.one(i, self.group(i, groups)),
        };
        (0..self.model.n).into_par_iter().map(of).collect()
    }

    /// The leads of a piece of a stream: the first lead of a new group decides for those that come after it.
    pub fn in_turn(&self, known: &mut HashMap<String, RepIx>) -> Vec<Route> {
        let names = &self.leads.customers.group_names;
        let mut groups = vec![RepIx::NONE; names.len()];
        if !self.leads.scenario.rules.groups || names.is_empty() {
            return self.each(&groups, &[]);
        }
        let mut first = Vec::new();
        for (i, g) in self.leads.customers.group.iter().enumerate() {
            let Some(name) = names.get(*g as usize) else {
                continue;
            };
            if !known.contains_key(name) {
                let rep = self.one(i, RepIx::NONE).rep;
                if rep != RepIx::NONE {
                    known.insert(name.clone(), rep);
                    first.push(i);
                }
            }
            groups[*g as usize] = known.get(name).copied().unwrap_or(RepIx::NONE);
        }
        self.each(&groups, &first)
    }

    /// The rep of the group of a lead.
    fn group(&self, i: usize, groups: &[RepIx]) -> RepIx {
        let group = self.leads.customers.group.get(i);
        let rep = group.and_then(|g| groups.get(*g as usize));
        rep.copied().unwrap_or(RepIx::NONE)
    }

    /// What a rep costs a lead at the plan's prices; `None` where a rule forbids it.
    fn cost(&self, i: usize, j: RepIx) -> Option<f64> {
        if self.model.forbidden_by(i, j).is_some() {
            return None;
        }
        let m = self.model.m;
        let load =
            |r: usize| self.atlas.chart.prices[j.at() * m + r] * self.model.activity(i, j, r);
        Some(self.model.fitted_cost(i, j)? + (0..m).map(load).sum::<f64>())
    }

    /// The rep of each group of leads: that of its customers, or who costs all its leads least together.
    fn together(&self, groups: &[RepIx]) -> Vec<RepIx> {
        let mut of = groups.to_vec();
        if !self.leads.scenario.rules.groups {
            return vec![RepIx::NONE; groups.len()];
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for (i, g) in self.leads.customers.group.iter().enumerate() {
            if let Some(list) = members.get_mut(*g as usize)
                && !self.foreign.contains(&i)
            {
                list.push(i);
            }
        }
        for (rep, list) in of.iter_mut().zip(members) {
            if *rep == RepIx::NONE && list.len() > 1 {
                let all = |j: &RepIx| list.iter().map(|i| self.cost(*i, *j)).sum::<Option<f64>>();
                let reps = (0..self.model.k as u32).map(RepIx);
                let costs = reps.filter_map(|j| Some((all(&j)?, j)));
                *rep = costs
                    .min_by(|a, b| a.0.total_cmp(&b.0))
                    .map_or(RepIx::NONE, |c| c.1);
            }
        }
        of
    }

    /// The two permitted reps who cost a lead least.
    fn cheapest(&self, i: usize) -> [Option<RepIx>; 2] {
        let mut best: [Option<(f64, RepIx)>; 2] = [None; 2];
        for j in (0..self.model.k as u32).map(RepIx) {
            let Some(cost) = self.cost(i, j) else {
                continue;
            };
            let below = |b: Option<(f64, RepIx)>| b.is_none_or(|b| cost.total_cmp(&b.0).is_lt());
            if below(best[0]) {
                best = [Some((cost, j)), best[0]];
            } else if below(best[1]) {
                best[1] = Some((cost, j));
            }
        }
        best.map(|b| b.map(|(_, j)| j))
    }

    /// A lead whose group this rep has.
    fn one(&self, i: usize, group: RepIx) -> Route {
        if self.foreign.contains(&i) {
            return Route::nobody();
        }
        let c = &self.leads.customers;
        let placed = self.placed.get(&i);
        let unclear = placed.is_some_and(|p| p.unclear);
        let territory = match placed {
            Some(placed) => placed.zone,
            None => self.atlas.zone([c.lon[i], c.lat[i]]),
        };
        let permitted = |j: RepIx| {
            j.some()
                .filter(|j| self.model.forbidden_by(i, *j).is_none())
        };
        let owner = c.owner.get(i).copied().unwrap_or(RepIx::NONE);
        let best = match unclear {
            true => [None; 2],
            false => self.cheapest(i),
        };
        let (rep, by) = if let Some(j) = self.atlas.owner_of(c.ids.get(i)) {
            (j, By::Customer)
        } else if let Some(j) = self.model.lock(i) {
            (j, By::Lock)
        } else if let Some(j) = permitted(group) {
            (j, By::Group)
        } else if let Some(j) = permitted(owner) {
            (j, By::Owner)
        } else if let Some(j) = permitted(territory) {
            (j, By::Territory)
        } else if let Some(j) = best[0] {
            (j, By::Price)
        } else {
            (RepIx::NONE, By::Nobody)
        };
        let next = best.into_iter().flatten().find(|j| *j != rep);
        Route {
            rep,
            by,
            territory,
            next: next.unwrap_or(RepIx::NONE),
        }
    }
}
