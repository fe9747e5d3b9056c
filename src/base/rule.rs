//! The rules that a plan keeps, or breaks.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A rule of a scenario; ordered by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Loads within their bounds.
    Balance,
    /// No more changes hands than the limit.
    Change,
    /// Each territory in one piece.
    Contiguous,
    /// Pairs that are ruled out one by one.
    Forbid,
    /// Groups stay together.
    Groups,
    /// Customers that stay with their owner.
    Locks,
    /// Pairs that the travel matrix has.
    Matrix,
    /// Limit on distance.
    MaxKm,
    /// Limit on travel time.
    MaxMinutes,
    /// Customers go to reps of their region.
    Regions,
    /// Customers go to reps who have the skills they require.
    Skills,
    /// Customers go to the reps that somebody wishes them to.
    Wishes,
}

impl Rule {
    /// Its name in files and texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rule::Balance => "balance",
            Rule::Change => "change",
            Rule::Contiguous => "contiguous",
            Rule::Forbid => "forbid",
            Rule::Groups => "groups",
            Rule::Locks => "locks",
            Rule::Matrix => "matrix",
            Rule::MaxKm => "max_km",
            Rule::MaxMinutes => "max_minutes",
            Rule::Regions => "regions",
            Rule::Skills => "skills",
            Rule::Wishes => "wishes",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names in a row: `max_km, skills`.
pub(crate) fn listed(rules: impl IntoIterator<Item = Rule>, between: &str) -> String {
    let names: Vec<&str> = rules.into_iter().map(Rule::name).collect();
    names.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_texts_have_the_same_names_in_their_order() {
        let all = [
            Rule::Balance,
            Rule::Change,
            Rule::Contiguous,
            Rule::Forbid,
            Rule::Groups,
            Rule::Locks,
            Rule::Matrix,
            Rule::MaxKm,
            Rule::MaxMinutes,
            Rule::Regions,
            Rule::Skills,
            Rule::Wishes,
        ];
        for rule in all {
            assert_eq!(serde_json::json!(rule), rule.name());
        }
        assert!(all.is_sorted_by_key(|rule| rule.name()));
        assert!(all.is_sorted());
        assert_eq!(
            listed(all[8..11].iter().copied(), " and "),
            "max_minutes and regions and skills"
        );
    }
}
