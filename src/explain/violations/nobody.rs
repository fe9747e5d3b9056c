//! Customers and groups that no rep may have.

use super::Teller;
use crate::base::ids::RepIx;
use crate::base::rule::{Rule, listed};
use crate::base::words::{NAMED, fixed, thousands};
use crate::model::Model;

impl Teller<'_> {
    /// Customers that no rep may have, by the rules that leave nobody.
    pub(super) fn orphans(&self) -> Vec<String> {
        let mut by_rule: Vec<(String, Vec<usize>)> = Vec::new();
        for i in 0..self.model.n {
            let mut rules: Vec<Rule> = Vec::new();
            for j in (0..self.model.k as u32).map(RepIx) {
                match self.model.forbidden_by(i, j) {
                    None => {
                        rules.clear();
                        break;
                    }
                    Some(Rule::Locks) if self.model.wish(i).is_none() => {}
                    Some(Rule::Wishes) => {}
                    Some(rule) if rules.contains(&rule) => {}
                    Some(rule) => rules.push(rule),
                }
            }
            if rules.is_empty() {
                continue;
            }
            rules.sort_unstable();
            let lock = self.model.lock(i);
            let wish = self.model.wish(i);
            let held = if wish.is_some() { "wished" } else { "locked" };
            let reason = match (lock, rules.as_slice()) {
                (Some(j), [Rule::Locks]) => {
                    let locked = self.model.locked.get(i).and_then(|l| l.some());
                    let locked = locked.map_or("nobody", |l| self.rep(l));
                    format!("is wished to {}, but locked to {locked}", self.rep(j))
                }
                (Some(j), [Rule::Skills]) => {
                    format!("is {held} to {}, who lacks {}", self.rep(j), self.skills(i))
                }
                (Some(j), [Rule::Regions]) => format!(
                    "is {held} to {}, who is not of the region {}",
                    self.rep(j),
                    self.region(i)
                ),
                (Some(j), _) => format!(
                    "is {held} to {}, which `{}` rules out",
                    self.rep(j),
                    listed(rules.iter().copied(), "` and `")
                ),
                (None, [Rule::Skills]) => format!("requires {}, which no rep has", self.skills(i)),
                (None, [Rule::Regions]) => {
                    format!("is of the region {}, which no rep is of", self.region(i))
                }
                (None, [Rule::MaxKm]) => "lies beyond max_km of every rep".to_owned(),
                (None, [Rule::MaxMinutes]) => "lies beyond max_minutes of every rep".to_owned(),
                (None, [Rule::Matrix]) => "is not in the matrix with any rep".to_owned(),
                (None, _) => format!(
                    "finds no rep that `{}` permit",
                    listed(rules.iter().copied(), "` and `")
                ),
            };
            match by_rule.iter_mut().find(|(r, _)| *r == reason) {
                Some((_, list)) => list.push(i),
                None => by_rule.push((reason, vec![i])),
            }
        }
        let limited = |(reason, _): &(String, Vec<usize>)| {
            reason.contains("max_km") || reason.contains("max_minutes")
        };
        let beyond: Vec<usize> = (by_rule.iter().filter(|r| limited(r)))
            .flat_map(|(_, list)| list.iter().copied())
            .filter(|i| self.model.lock(*i).is_none())
            .collect();
        // Told where it is first asked for.
        let mut reaching = Some(self.reaching(&beyond));
        by_rule
            .iter()
            .map(|each| {
                let (reason, list) = each;
                let way = if limited(each) { reaching.take() } else { None };
                let reason = if list.len() > 1 {
                    plural(reason)
                } else {
                    reason.clone()
                };
                let count = if list.len() > NAMED {
                    format!("{} customers ({})", thousands(list.len()), self.names(list))
                } else {
                    self.names(list)
                };
                format!("{count} {reason}{}", way.unwrap_or_default())
            })
            .collect()
    }

    /// The limit on travel that would reach all of these that other rules permit to somebody, each from the rep nearest to it.
    fn reaching(&self, list: &[usize]) -> String {
        let model = self.model;
        let limited = |limits: &[f64]| limits.iter().any(|l| l.is_finite());
        let by_km = limited(&model.max_km);
        if by_km == limited(&model.max_minutes) {
            return String::new();
        }
        let unlimited = unlimited(model);
        let least = |i: &usize, of: &dyn Fn(usize, RepIx) -> Option<f64>| {
            let reps = (0..model.k as u32).map(RepIx);
            let open = reps.filter(|j| unlimited.forbidden_by(*i, *j).is_none());
            open.filter_map(|j| of(*i, j)).fold(f64::INFINITY, f64::min)
        };
        let most = |of: &dyn Fn(usize, RepIx) -> Option<f64>| {
            let needs = list.iter().map(|i| least(i, of));
            needs.filter(|need| need.is_finite()).fold(0.0, f64::max)
        };
        let (name, limits, need) = if by_km {
            let need = most(&|i, j| model.travel.km(i, j));
            ("max_km", &model.max_km, need)
        } else {
            let need = most(&|i, j| model.travel.minutes(i, j));
            ("max_minutes", &model.max_minutes, need)
        };
        if need <= 0.0 {
            return String::new();
        }
        let whom = if list.len() == 1 { "it" } else { "everybody" };
        let alike = limits.iter().all(|l| *l == limits[0]);
        let all = if alike { "" } else { " for all reps" };
        format!("; {name} of {}{all} reaches {whom}", at_least_whole(need))
    }

    /// Groups whose members have no rep in common.
    pub(super) fn split_groups(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (g, list) in self.members().iter().enumerate() {
            let open = |i: usize| {
                (0..self.model.k as u32)
                    .map(RepIx)
                    .any(|j| self.permits(i, j))
            };
            let shared = (0..self.model.k as u32)
                .map(RepIx)
                .any(|j| list.iter().all(|i| self.permits(*i, j)));
            if list.is_empty() || shared || !list.iter().all(|i| open(*i)) {
                continue;
            }
            let name = &self.inputs.customers.group_names[g];
            let locks: Vec<usize> = list
                .iter()
                .copied()
                .filter(|i| self.model.lock(*i).is_some())
                .collect();
            let several = locks
                .windows(2)
                .any(|w| self.model.lock(w[0]) != self.model.lock(w[1]));
            let mut needs: Vec<String> = list
                .iter()
                .map(|i| self.skills(*i))
                .filter(|s| !s.is_empty())
                .collect();
            needs.sort_unstable();
            needs.dedup();
            let skilled = |j: usize| {
                let class = |i: &usize| self.model.class[*i] as usize;
                (list.iter()).all(|i| self.model.barred[class(i)][j] != Some(Rule::Skills))
            };
            let unskilled =
                !self.model.class.is_empty() && !(0..self.model.k).any(skilled) && needs.len() > 1;
            out.push(if unskilled {
                format!(
                    "group {name:?}: its customers require {}, which no rep has together",
                    needs.join(" and ")
                )
            } else if several {
                format!(
                    "group {name:?}: its customers are locked to different reps ({})",
                    self.names(&locks)
                )
            } else {
                format!(
                    "group {name:?}: no rep is permitted for all its {} customers",
                    list.len()
                )
            });
        }
        out
    }
}

/// The next whole number, or to a tenth where that is small.
fn at_least_whole(x: f64) -> String {
    if x > 10.0 {
        fixed(x.ceil(), 0)
    } else {
        format!("{}", (10.0 * x).ceil() / 10.0)
    }
}

/// "is locked" to "are locked", and so on.
fn plural(reason: &str) -> String {
    let (verb, rest) = reason.split_once(' ').unwrap_or((reason, ""));
    let verb = match verb {
        "is" => "are",
        "requires" => "require",
        "lies" => "lie",
        "finds" => "find",
        other => other,
    };
    format!("{verb} {rest}")
}

/// The model without limits on travel.
fn unlimited(model: &Model) -> Model {
    Model {
        max_km: vec![f64::INFINITY; model.k],
        max_minutes: vec![f64::INFINITY; model.k],
        ..model.clone()
    }
}
