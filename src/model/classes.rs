//! Classes of sites: what skills and regions tell apart.

use crate::base::region::related;
use crate::base::rule::Rule;
use crate::input::Inputs;
use std::collections::HashMap;

/// The class of each site, and per class the rule that keeps it from each rep; empty where neither rule is about anybody.
pub(super) fn of(inputs: &Inputs) -> (Vec<u32>, Vec<Vec<Option<Rule>>>) {
    let (c, reps, s) = (&inputs.customers, &inputs.reps, &inputs.scenario);
    let by_skills = s.rules.skills && !c.requires.is_empty();
    let by_region = s.regions.as_ref().is_some_and(|r| r.stay) && !c.region.is_empty();
    let k = reps.len();
    let unskilled = |set: &Vec<String>| -> Vec<Option<Rule>> {
        let has = |j: usize| set.iter().all(|q| reps.skills[j].contains(q));
        let rule = |j| (!has(j)).then_some(Rule::Skills);
        (0..k).map(rule).collect()
    };
    if !by_region {
        return match by_skills {
            true => (
                c.requires.clone(),
                c.skill_sets.iter().map(unskilled).collect(),
            ),
            false => (Vec::new(), Vec::new()),
        };
    }
    let mut number: HashMap<(u32, u32), u32> = HashMap::new();
    let mut barred: Vec<Vec<Option<Rule>>> = Vec::new();
    let class = (0..c.len()).map(|i| {
        let set = if by_skills { c.requires[i] } else { 0 };
        *number.entry((set, c.region[i])).or_insert_with(|| {
            let skills = c.skill_sets.get(set as usize).filter(|_| by_skills);
            let mut rules = skills.map_or_else(|| vec![None; k], unskilled);
            for (j, rule) in rules.iter_mut().enumerate() {
                let away = !related(c.region_of(i), reps.region_of(j));
                *rule = rule.or(away.then_some(Rule::Regions));
            }
            barred.push(rules);
            barred.len() as u32 - 1
        })
    });
    (class.collect(), barred)
}
