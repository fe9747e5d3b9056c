//! Who may have whom.

use super::Truth;
use crate::base::ids::RepIx;
use crate::base::rule::Rule;

impl Truth<'_> {
    /// The rep a customer is held to: by a wish, or else by its lock.
    pub fn lock(&self, i: usize) -> Option<RepIx> {
        self.wish(i).or_else(|| self.locked(i))
    }

    /// The rep a customer is wished to.
    fn wish(&self, i: usize) -> Option<RepIx> {
        let wish = self.inputs.wished.get(i).copied();
        wish.and_then(RepIx::some)
    }

    /// The rep a customer is locked to.
    fn locked(&self, i: usize) -> Option<RepIx> {
        let locked = self.inputs.customers.locked.get(i).copied();
        if self.inputs.scenario.rules.locks && locked.unwrap_or(false) {
            self.previous(i)
        } else {
            None
        }
    }

    /// Whether a customer and a rep have regions that differ at a level that both have.
    fn is_elsewhere(&self, i: usize, j: RepIx) -> bool {
        let (c, r) = (&self.inputs.customers, &self.inputs.reps);
        let named = c
            .region
            .get(i)
            .and_then(|n| c.region_names.get(*n as usize));
        let pair = named.zip(r.region.get(j.at()));
        let pair = pair.filter(|(_, of_rep)| !of_rep.is_empty());
        pair.is_some_and(|(a, b)| a.split('/').zip(b.split('/')).any(|(x, y)| x != y))
    }

    /// The rule that forbids a pair.
    pub fn forbidden(&self, i: usize, j: RepIx) -> Option<Rule> {
        let (c, r, s) = (
            &self.inputs.customers,
            &self.inputs.reps,
            &self.inputs.scenario,
        );
        let (wish, lock) = (self.wish(i), self.locked(i));
        if wish.is_some_and(|w| w != j) {
            return Some(Rule::Wishes);
        }
        if lock.is_some_and(|l| l != j) {
            return Some(Rule::Locks);
        }
        if s.rules.skills
            && let Some(set) = c
                .requires
                .get(i)
                .and_then(|q| c.skill_sets.get(*q as usize))
            && !set.iter().all(|skill| r.skills[j.at()].contains(skill))
        {
            return Some(Rule::Skills);
        }
        if s.regions.as_ref().is_some_and(|rules| rules.stay) && self.is_elsewhere(i, j) {
            return Some(Rule::Regions);
        }
        if !self.forbid.is_empty() && self.forbid.contains(&(i as u32, j)) {
            return Some(Rule::Forbid);
        }
        if self.by_matrix() && self.entry(i, j).is_none() {
            return Some(Rule::Matrix);
        }
        if wish.or(lock).is_some() {
            return None;
        }
        // Travel is computed where there is a limit only.
        let exceeds = |value: &dyn Fn() -> Option<f64>, own: &[Option<f64>], all: Option<f64>| {
            let limits = [own.get(j.at()).copied().flatten(), all];
            limits
                .iter()
                .flatten()
                .any(|limit| value().is_none_or(|v| v > *limit))
        };
        if exceeds(&|| self.km(i, j), &r.max_km, s.travel.max_km) {
            return Some(Rule::MaxKm);
        }
        if exceeds(&|| self.minutes(i, j), &r.max_minutes, s.travel.max_minutes) {
            return Some(Rule::MaxMinutes);
        }
        None
    }
}
