//! Skills, as lists and as sets.

use super::scalar::LIST_SEPARATOR;
use std::collections::BTreeMap;

/// Distinct sets of the required skills, and the set of each customer.
pub(super) fn skill_sets(requires: &[u32], lists: &[String]) -> (Vec<u32>, Vec<Vec<String>>) {
    let mut sets: Vec<Vec<String>> = vec![Vec::new()];
    let mut numbers: BTreeMap<Vec<String>, u32> = BTreeMap::from([(Vec::new(), 0)]);
    let of_list: Vec<u32> = lists
        .iter()
        .map(|list| {
            let set = skills(list);
            *numbers.entry(set).or_insert_with_key(|set| {
                sets.push(set.clone());
                sets.len() as u32 - 1
            })
        })
        .collect();
    if sets.len() == 1 {
        return (Vec::new(), Vec::new());
    }
    let of = |list: &u32| of_list.get(*list as usize).copied().unwrap_or(0);
    (requires.iter().map(of).collect(), sets)
}

/// The skills in a joined list, sorted, each once.
pub(super) fn skills(list: &str) -> Vec<String> {
    let items = list.split(LIST_SEPARATOR).map(str::trim);
    let mut skills: Vec<String> = items.filter(|s| !s.is_empty()).map(str::to_owned).collect();
    skills.sort_unstable();
    skills.dedup();
    skills
}
