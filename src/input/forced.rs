//! Which customers are where they are because of a rule.

use super::Inputs;
use crate::base::ids::RepIx;

impl Inputs {
    /// Whether a rule binds each customer to its owner in a plan: a lock, a wish, required skills, a group, a region, a
    /// forbidden pair, or the limit on what changes hands (which keeps it with its owner of today).
    ///
    /// # Panics
    /// If there are fewer owners than customers.
    #[must_use]
    pub fn forced(&self, owner: &[RepIx]) -> Vec<bool> {
        let (c, rules) = (&self.customers, &self.scenario.rules);
        let apart = self.groups_apart();
        let mut forced: Vec<bool> = (0..c.len())
            .map(|i| {
                let locked = rules.locks && c.locked.get(i).is_some_and(|l| *l);
                let wished = self.wished.get(i).is_some_and(|j| j.some().is_some());
                let set = c
                    .requires
                    .get(i)
                    .and_then(|r| c.skill_sets.get(*r as usize));
                let skilled = rules.skills && set.is_some_and(|set| !set.is_empty());
                let regional = self.scenario.regions.as_ref().is_some_and(|r| r.stay)
                    && !c.region_of(i).is_empty();
                let group = c.group.get(i).filter(|_| rules.groups);
                let grouped = group.is_some_and(|g| apart.get(*g as usize) == Some(&true));
                let stays = self.scenario.change.is_some()
                    && c.owner.get(i).is_some_and(|today| *today == owner[i]);
                locked || wished || skilled || regional || grouped || stays
            })
            .collect();
        for &(i, _) in &self.forbid {
            if let Some(f) = forced.get_mut(i as usize) {
                *f = true;
            }
        }
        forced
    }

    /// Whether each group may hold its members away from others: not one that `rules.places` made of a single place.
    fn groups_apart(&self) -> Vec<bool> {
        let c = &self.customers;
        if !self.scenario.rules.places {
            return vec![true; c.group_names.len()];
        }
        let mut first: Vec<Option<[f64; 2]>> = vec![None; c.group_names.len()];
        let mut apart = vec![false; c.group_names.len()];
        for (i, g) in c.group.iter().enumerate() {
            if let Some(place) = first.get_mut(*g as usize) {
                let here = [c.lon[i], c.lat[i]];
                apart[*g as usize] |= *place.get_or_insert(here) != here;
            }
        }
        apart
    }
}
