//! `[[prefer]]`: which rep fits a customer, as a cost.

use super::Scenario;
use super::keys::{KEYS, PREFER};
use super::toml_walk::{Bounds, Doc, Section};
use crate::base::condition::{Condition, Side};
use crate::base::decimal::Ratio;
use crate::base::words::shorten;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One `[[prefer]]`: what a pair costs more, or less, where a condition holds.
///
/// ```text
/// c_ij = w_i * max(0, t_ij + sum cost_km) * prod (1 + cost_share)        over the entries that hold for i and j
/// ```
///
/// `t_ij` is the travel in the unit that is minimised; where that is minutes, a kilometre counts as `60 / speed_kmh` of them. What is below 0 makes a
/// pair preferred, what is above 0 avoided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefer {
    /// The [`Condition`].
    pub when: String,
    /// As many kilometres of travel, one way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_km: Option<f64>,
    /// This share of the travel, -0.99 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_share: Option<f64>,
}

/// No way on earth is longer.
pub(super) const COST_KM: Bounds = Bounds {
    ok: |x| (-20_000.0..=20_000.0).contains(&x),
    says: "in [-20000, 20000]",
    help: "write kilometres: below 0 is preferred, above 0 avoided",
};
pub(super) const COST_SHARE: Bounds = Bounds {
    ok: |x| (-0.99..=10.0).contains(&x),
    says: "in [-0.99, 10]",
    help: "write a fraction of the travel: 10 % less is -0.10",
};
/// The most entries.
pub(super) const MOST: usize = 100;

/// All `[[prefer]]` entries.
pub(super) fn section(doc: &mut Doc, root: Section<'_>) -> Vec<Prefer> {
    let mut found = Vec::new();
    let entries = doc.tables(root, "prefer").unwrap_or_default();
    if entries.len() > MOST {
        let what = format!("there are {} entries", entries.len());
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field("prefer");
        doc.add(
            &entries[MOST].1,
            problem.help(format!("write {MOST} at most")),
        );
        return found;
    }
    for (section, span) in entries {
        doc.unknown_keys(section, PREFER, KEYS);
        let lacks = |field: &str, what: &str, help: &str| {
            Problem::error(codes::MISSING_KEY, what)
                .field(field)
                .help(help)
        };
        if !section.table.contains_key("when") {
            let what = "this entry does not say for whom it is";
            let help = "add when = 'industry == \"Pharma\" && !(\"pharma\" in rep.experience)'";
            doc.add(&span, lacks("prefer.when", what, help));
        }
        if !["cost_km", "cost_share"]
            .iter()
            .any(|key| section.table.contains_key(*key))
        {
            let what = "this entry says neither kilometres nor a share";
            let help = "add cost_km = -20, or cost_share = -0.1";
            doc.add(&span, lacks("prefer.cost_km", what, help));
        }
        let cost_km = doc.number(section, "cost_km", &COST_KM);
        let cost_share = doc.number(section, "cost_share", &COST_SHARE);
        let Some((when, span)) = doc.text(section, "when") else {
            continue;
        };
        if let Err(wrong) = Condition::parse(&when) {
            let problem = Problem::error(codes::BAD_CONDITION, in_words(&when, &wrong));
            let help = "compare columns of the customer and of the rep: industry == \"Pharma\" && \"fr\" in rep.languages";
            doc.add(&span, problem.field("prefer.when").help(help));
        }
        found.push(Prefer {
            when,
            cost_km,
            cost_share,
        });
    }
    found
}

/// What is wrong with a condition, and where.
pub(super) fn in_words(when: &str, (at, what): &(usize, String)) -> String {
    let rest: String = when.chars().skip(at - 1).collect();
    match rest.trim().is_empty() {
        true => format!("at the end of the condition: {what}"),
        false => format!(
            "letter {at} of the condition, at `{}`: {what}",
            shorten(&rest)
        ),
    }
}

impl Prefer {
    /// `1 + cost_share`, from its decimals: near -1 a sum of doubles would be off by much of itself.
    #[must_use]
    pub(crate) fn times(&self) -> f64 {
        let share = Ratio::of(self.cost_share.unwrap_or(0.0));
        Ratio::of(1.0).plus(&share).value()
    }
}

impl Scenario {
    /// The conditions of `[[prefer]]`. One that is none holds for nobody; reading has refused it.
    pub(crate) fn conditions(&self) -> Vec<Option<Condition>> {
        (self.prefer.iter())
            .map(|p| Condition::parse(&p.when).ok())
            .collect()
    }

    /// The columns that `[[prefer]]` looks at, of customers or of reps.
    pub(crate) fn compared(&self, side: Side) -> BTreeSet<String> {
        let conditions = self.conditions();
        let columns = conditions.iter().flatten().flat_map(|c| c.columns(side));
        columns.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Prefer;

    #[test]
    fn factors_are_those_of_the_decimals() {
        for (share, times) in [
            (-0.99, 0.01),
            (-0.9, 0.1),
            (0.1, 1.1),
            (-0.123456789, 0.876543211),
        ] {
            let prefer = Prefer {
                when: String::new(),
                cost_km: None,
                cost_share: Some(share),
            };
            assert_eq!(prefer.times(), times);
        }
    }
}
