//! Which customers are where they are because of a rule.

use super::Inputs;
use crate::ids::RepIx;

impl Inputs {
    /// Whether a rule binds each customer to its owner in a plan: a lock, required skills, a group, a
    /// forbidden pair, or the limit on what changes hands (which keeps it with its owner of today).
    ///
    /// # Panics
    /// If there are fewer owners than customers.
    #[must_use]
    pub fn forced(&self, owner: &[RepIx]) -> Vec<bool> {
        let (c, rules) = (&self.customers, &self.scenario.rules);
        let mut forced: Vec<bool> = (0..c.len())
            .map(|i| {
                let locked = rules.locks && c.locked.get(i).is_some_and(|l| *l);
                let set = c
                    .requires
                    .get(i)
                    .and_then(|r| c.skill_sets.get(*r as usize));
                let skilled = rules.skills && set.is_some_and(|set| !set.is_empty());
                let grouped = rules.groups && c.group.get(i).is_some_and(|g| *g != u32::MAX);
                let stays = self.scenario.change.is_some()
                    && c.owner.get(i).is_some_and(|today| *today == owner[i]);
                locked || skilled || grouped || stays
            })
            .collect();
        for &(i, _) in &self.forbid {
            if let Some(f) = forced.get_mut(i as usize) {
                *f = true;
            }
        }
        forced
    }
}
