//! What a planner asks for: one edit, as the interface and the journal have it.

use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// One edit. Customers and reps are named by their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Edit {
    /// These customers go to this rep, and stay there.
    Assign { customers: Vec<String>, rep: String },
    /// These customers do not go to this rep.
    Forbid { customers: Vec<String>, rep: String },
    /// These customers stay with the rep that they have now.
    Lock { customers: Vec<String> },
    /// What holds these customers to a rep, a wish or a lock of the file, does so no longer.
    Unlock { customers: Vec<String> },
    /// No wish is left about these customers.
    Release { customers: Vec<String> },
    /// The rep is away: nobody is theirs.
    RepOff { rep: String },
    /// The rep is back.
    RepOn { rep: String },
    /// A rep more.
    RepNew {
        id: String,
        #[serde(default)]
        name: Option<String>,
        lon: f64,
        lat: f64,
    },
    /// Another home base.
    RepMove { rep: String, lon: f64, lat: f64 },
    /// Other rules.
    Settings(Settings),
}

/// Rules that are set; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// Tolerances by measure.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tolerance: BTreeMap<String, f64>,
    /// Share of the travel that may be spent on even loads, by measure: `balance.deviation_budget`; 0 is none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub deviation_budget: BTreeMap<String, f64>,
    /// `travel.max_km`; `null` is no limit.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub max_km: Option<Option<f64>>,
    /// `travel.max_minutes`; `null` is no limit.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub max_minutes: Option<Option<f64>>,
    /// `change.max_share`; `null` is no limit.
    #[serde(deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub change_max_share: Option<Option<f64>>,
    /// `rules.contiguous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contiguous: Option<bool>,
}

/// `null` is said, too.
fn said<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(d).map(Some)
}

impl Settings {
    /// What these set goes over what was set before.
    pub fn over(&self, before: &Settings) -> Settings {
        let mut all = before.clone();
        all.tolerance.extend(self.tolerance.clone());
        all.deviation_budget.extend(self.deviation_budget.clone());
        all.max_km = self.max_km.or(all.max_km);
        all.max_minutes = self.max_minutes.or(all.max_minutes);
        all.change_max_share = self.change_max_share.or(all.change_max_share);
        all.contiguous = self.contiguous.or(all.contiguous);
        all
    }
}

impl Edit {
    /// The customers that it names.
    pub fn customers(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Edit::Assign { customers, .. }
            | Edit::Forbid { customers, .. }
            | Edit::Lock { customers }
            | Edit::Unlock { customers }
            | Edit::Release { customers } => Some(customers),
            _ => None,
        }
    }

    /// What was done, in words.
    pub fn text(&self) -> String {
        let count = |list: &[String]| match list {
            [one] => one.clone(),
            _ => format!("{} customers", list.len()),
        };
        match self {
            Edit::Assign { customers, rep } => format!("{} to {rep}", count(customers)),
            Edit::Forbid { customers, rep } => format!("{} not to {rep}", count(customers)),
            Edit::Lock { customers } => format!("{} locked", count(customers)),
            Edit::Unlock { customers } => format!("{} unlocked", count(customers)),
            Edit::Release { customers } => format!("no wishes for {}", count(customers)),
            Edit::RepOff { rep } => format!("{rep} is away"),
            Edit::RepOn { rep } => format!("{rep} is back"),
            Edit::RepNew { id, .. } => format!("{id} is new"),
            Edit::RepMove { rep, .. } => format!("{rep} has another home base"),
            Edit::Settings(_) => "other rules".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_read_as_they_are_written() {
        let texts = [
            r#"{"kind":"assign","customers":["a","<script>"],"rep":"R1"}"#,
            r#"{"kind":"rep_new","id":"N","name":null,"lon":9.5,"lat":50.0}"#,
            r#"{"kind":"settings","tolerance":{"workload":0.1},"deviation_budget":{"workload":0.01},"max_km":null,"contiguous":true}"#,
        ];
        for text in texts {
            let edit: Edit = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&edit).unwrap(), text);
        }
        for bad in [
            r#"{"kind":"assign","customers":"a","rep":"R1"}"#,
            r#"{"kind":"assign","customers":["a"],"rep":"R1","more":1}"#,
            r#"{"kind":"settings","speed":1}"#,
            r#"{"kind":"nothing"}"#,
            "{}",
            "[]",
        ] {
            assert!(serde_json::from_str::<Edit>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn null_takes_a_limit_away_and_nothing_keeps_it() {
        let read = |text: &str| serde_json::from_str::<Settings>(text).unwrap();
        let first = read(r#"{"max_km":10,"max_minutes":20}"#);
        let then = read(r#"{"max_km":null}"#).over(&first);
        assert_eq!(
            (then.max_km, then.max_minutes),
            (Some(None), Some(Some(20.0)))
        );
    }
}
