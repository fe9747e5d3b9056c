//! Assignment rules by postcode: ranges of the plan's area units, as few as there can be.
//!
//! Along all postcodes of the plan in their order, each territory has some that follow on each other without one of another territory between
//! them. Every range that holds only its own lies within one of these, so that there cannot be fewer than these ranges. Those of one or two
//! postcodes are listed instead, which takes less room.

use super::names::legal;
use crate::base::words::first_of;
use crate::disk::file::sha256;

/// The most characters of a `Value`, lines of a rule, and rules of a territory.
///
/// Sources: `Value`, <https://developer.salesforce.com/docs/platform/field-reference/references/field-reference/salesforce-field-reference-objectterritory2assignmentruleitem.html>;
/// rules, <http://releasenotes.docs.salesforce.com/en-us/winter15/release-notes/rn_sales_tm2_limits.htm>; that a rule has ten lines is said by
/// others (<https://hub.appirio.com/tech-blog/territory-management-and-territory-management-rules-limitations>), not by a reference.
pub(super) const LONGEST: usize = 1000;
pub(super) const LINES: usize = 10;
pub(super) const RULES: usize = 15;

/// Postcodes up to which a range is listed.
const LISTED: usize = 2;

/// A condition on the postcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub operation: &'static str,
    pub value: String,
}

/// A rule: conditions, and how they belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub lines: Vec<Line>,
    pub filter: String,
}

impl Rule {
    /// Its name: that of the territory, and what it says.
    pub fn name(&self, territory: &str) -> String {
        let said = self
            .lines
            .iter()
            .map(|l| format!("{} {};", l.operation, l.value));
        let hash = sha256(said.collect::<String>().as_bytes());
        legal(territory, &format!("zip_{}", &hash[..8]))
    }
}

/// The rules of each of `k` territories, by all postcodes and whose they are; in words, why there are none.
pub(super) fn rules(codes: &[(String, usize)], k: usize) -> Result<Vec<Vec<Rule>>, String> {
    let mut sorted: Vec<(&str, Option<usize>)> =
        codes.iter().map(|(c, j)| (c.as_str(), Some(*j))).collect();
    sorted.sort_unstable();
    // A postcode of two territories is in no range.
    sorted.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same && a.1 != b.1 {
            a.1 = None;
        }
        same
    });
    let length = sorted.first().map_or(0, |(code, _)| code.len());
    let odd = |(code, _): &&(&str, Option<usize>)| {
        code.len() != length || !code.bytes().all(|b| b.is_ascii_digit())
    };
    let others: Vec<&str> = sorted.iter().filter(odd).map(|(code, _)| *code).collect();
    if !others.is_empty() {
        let others = first_of(others.into_iter());
        return Err(format!(
            "postcodes are compared as texts, sign by sign, and not all of the plan's are digits of one length: {others}"
        ));
    }
    let mut runs: Vec<Vec<Vec<&str>>> = vec![Vec::new(); k];
    let mut last = None;
    for (code, owner) in sorted {
        if let Some(of) = owner.and_then(|j| runs.get_mut(j)) {
            match of.last_mut().filter(|_| last == owner) {
                Some(run) => run.push(code),
                None => of.push(vec![code]),
            }
        }
        last = owner;
    }
    (0..k).map(|j| packed(&runs[j])).collect()
}

/// Ranges as lines, in rules; the shortest of them are listed where they are too many.
fn packed(runs: &[Vec<&str>]) -> Result<Vec<Rule>, String> {
    let mut lengths: Vec<usize> = runs.iter().map(Vec::len).filter(|n| *n > LISTED).collect();
    lengths.sort_unstable();
    lengths.dedup();
    for most in std::iter::once(LISTED).chain(lengths) {
        let rules = with(runs, most);
        if rules.len() <= RULES {
            return Ok(rules);
        }
    }
    Err(format!(
        "a territory has more postcodes than {RULES} rules hold"
    ))
}

/// Rules in which ranges of up to `most` postcodes are listed.
fn with(runs: &[Vec<&str>], most: usize) -> Vec<Rule> {
    let mut parts: Vec<Vec<Line>> = Vec::new();
    let line = |operation, value: &str| Line {
        operation,
        value: value.to_owned(),
    };
    for run in runs.iter().filter(|run| run.len() > most) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            parts.push(vec![
                line("greaterOrEqual", first),
                line("lessOrEqual", last),
            ]);
        }
    }
    let mut list = String::new();
    for code in runs.iter().filter(|run| run.len() <= most).flatten() {
        if !list.is_empty() && list.len() + 1 + code.len() > LONGEST {
            parts.push(vec![line("equals", &std::mem::take(&mut list))]);
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(code);
    }
    if !list.is_empty() {
        parts.push(vec![line("equals", &list)]);
    }
    let mut rules: Vec<Rule> = Vec::new();
    for part in parts {
        let full = rules
            .last()
            .is_none_or(|r| r.lines.len() + part.len() > LINES);
        if full {
            rules.push(Rule {
                lines: Vec::new(),
                filter: String::new(),
            });
        }
        if let Some(rule) = rules.last_mut() {
            let n = rule.lines.len();
            let term = match part.len() {
                1 => format!("{}", n + 1),
                _ => format!("({} AND {})", n + 1, n + 2),
            };
            if n > 0 {
                rule.filter.push_str(" OR ");
            }
            rule.filter.push_str(&term);
            rule.lines.extend(part);
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether a rule takes a postcode.
    fn takes(rule: &Rule, code: &str) -> bool {
        let holds = |line: &Line| match line.operation {
            "equals" => line.value.split(',').any(|v| v == code),
            "greaterOrEqual" => code >= line.value.as_str(),
            _ => code <= line.value.as_str(),
        };
        rule.filter.split(" OR ").any(|term| {
            let numbers = term.trim_matches(['(', ')']).split(" AND ");
            numbers
                .map(|n| n.parse::<usize>().unwrap())
                .all(|n| holds(&rule.lines[n - 1]))
        })
    }

    #[test]
    fn what_follows_on_each_other_is_one_range() {
        let codes: Vec<(String, usize)> = (0..30)
            .map(|i| {
                (
                    format!("{:05}", 1000 + 7 * i),
                    usize::from(i >= 10 && i != 20),
                )
            })
            .collect();
        let all = rules(&codes, 2).unwrap();
        let values: Vec<&str> = all[0][0].lines.iter().map(|l| l.value.as_str()).collect();
        assert_eq!(values, ["01000", "01063", "01140"]);
        assert_eq!(all[0][0].filter, "(1 AND 2) OR 3");
        assert_eq!(all[1][0].filter, "(1 AND 2) OR (3 AND 4)");
        let mixed = [("01067".to_owned(), 0), ("SW1".to_owned(), 0)];
        assert!(rules(&mixed, 1).is_err());
    }

    proptest! {
        #[test]
        fn rules_give_every_owner_within_their_limits(owners in proptest::collection::vec(0_usize..4, 1..500), runs in 1_usize..40) {
            let codes: Vec<(String, usize)> = (0..owners.len()).map(|i| (format!("{:05}", 10_000 + 3 * i), owners[i / runs])).collect();
            let all = rules(&codes, 4).unwrap();
            for of in &all {
                prop_assert!(of.len() <= RULES);
                for rule in of {
                    prop_assert!(rule.lines.len() <= LINES && rule.filter.len() <= 255);
                    prop_assert!(rule.lines.iter().all(|l| l.value.len() <= LONGEST));
                }
            }
            for (code, owner) in &codes {
                for (j, of) in all.iter().enumerate() {
                    prop_assert_eq!(of.iter().any(|r| takes(r, code)), j == *owner);
                }
            }
        }
    }
}
