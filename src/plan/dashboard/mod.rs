//! What a plan means beyond balance: further measures, segments, competitors, and today's owners beside it.
//!
//! Everything is counted over all customers, in input order, and stands in `report.json` and on the page.

mod segments;
mod today;

pub use segments::{Competitor, Segment};
pub use today::{Move, Side, Today, TodayTerritory};

use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::model::Model;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A measure that is counted and not balanced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The measure.
    pub measure: String,
    /// Its total.
    pub total: f64,
    /// Its total per territory, in rep order.
    pub territories: Vec<f64>,
}

/// What the scenario's `[dashboard]` asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// Measures that are not balanced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Counted>,
    /// Customers and measures per segment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// What competitors hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competitors: Vec<Competitor>,
}

impl Dashboard {
    /// Counts a plan; `None` when the scenario asks for nothing.
    #[must_use]
    pub fn new(inputs: &Inputs, model: &Model, owner: &[RepIx]) -> Option<Dashboard> {
        let (rules, c) = (&inputs.scenario.dashboard, &inputs.customers);
        let measures = Measures::new(inputs, model);
        let counted = rules.measures.iter().filter(|m| !measures.balanced(m));
        let dashboard = Dashboard {
            measures: counted.map(|m| measures.count(m, owner)).collect(),
            segments: c
                .segments
                .iter()
                .map(|s| Segment::new(s, &measures, owner))
                .collect(),
            competitors: c
                .shares
                .iter()
                .map(|s| Competitor::new(s, &rules.share_of, &measures, owner))
                .collect(),
        };
        (dashboard != Dashboard::default()).then_some(dashboard)
    }
}

/// The measures that are counted: those to balance, then the others that the scenario names.
pub(crate) struct Measures<'a> {
    model: &'a Model,
    inputs: &'a Inputs,
    pub names: Vec<&'a str>,
}

impl<'a> Measures<'a> {
    pub fn new(inputs: &'a Inputs, model: &'a Model) -> Measures<'a> {
        let s = &inputs.scenario;
        let mut names: Vec<&str> = s.balance.iter().map(|b| b.measure.as_str()).collect();
        let others = s.dashboard.measures.iter().map(String::as_str);
        for name in others.chain(s.change.iter().map(|c| c.measure.as_str())) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Measures {
            model,
            inputs,
            names,
        }
    }

    pub fn balanced(&self, name: &str) -> bool {
        self.names[..self.model.m].contains(&name)
    }

    /// What customer `i` means for rep `j` in a measure; travel that counts into it included.
    pub fn amount(&self, i: usize, j: RepIx, name: &str) -> f64 {
        match self.names[..self.model.m].iter().position(|n| *n == name) {
            Some(m) => self.model.activity(i, j, m),
            None => self.inputs.customers.column(name).map_or(0.0, |v| v[i]),
        }
    }

    fn count(&self, name: &str, owner: &[RepIx]) -> Counted {
        let mut territories = vec![0.0; self.model.k];
        for (i, j) in owner.iter().enumerate() {
            territories[j.at()] += self.amount(i, *j, name);
        }
        Counted {
            measure: name.to_owned(),
            total: territories.iter().sum(),
            territories,
        }
    }

    /// All measures of customer `i` with rep `j`, added to `sums`.
    fn add(&self, i: usize, j: RepIx, sums: &mut [f64]) {
        for (sum, name) in sums.iter_mut().zip(&self.names) {
            *sum += self.amount(i, j, name);
        }
    }

    fn named(&self, sums: &[f64]) -> BTreeMap<String, f64> {
        let names = self.names.iter().map(|n| (*n).to_owned());
        names.zip(sums.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Category, Column, CustomerColumns, RepColumns, Sealed};
    use crate::scenario::{Balance, Overrides, Scenario};

    /// Four customers on a meridian, two reps at its ends.
    fn inputs() -> Inputs {
        let scenario: Scenario = serde_json::from_value(serde_json::json!({
            "name": "t", "customers": "c", "reps": "r", "boundary": null,
            "balance": [Balance::new("workload", 0.5)],
            "travel": crate::scenario::TravelRules::default(),
            "rules": crate::scenario::Rules::default(), "change": null,
            "solve": crate::scenario::SolveRules::default(),
            "dashboard": {
                "segments": ["kind"], "measures": ["revenue"], "competitors": ["rival"],
                "share_of": "revenue", "context": null, "tiles": null, "attribution": null
            }
        }))
        .unwrap();
        let mut customers = CustomerColumns::default();
        let mut reps = RepColumns::default();
        for (i, id) in ["a", "b", "c", "d"].iter().enumerate() {
            customers.ids.push(id, false);
            customers.lon.push(10.0);
            customers.lat.push(i as f64);
        }
        let column = |name: &str, values: [f64; 4]| Column {
            name: name.into(),
            values: values.into(),
        };
        customers.columns = vec![
            column("workload", [1.0, 2.0, 3.0, 4.0]),
            column("revenue", [10.0, 20.0, 30.0, 40.0]),
        ];
        customers.shares = vec![column("rival", [0.5, f64::NAN, 0.1, 0.2])];
        customers.segments = vec![Category {
            name: "kind".into(),
            values: vec!["x".into(), "y".into()],
            of: vec![0, 1, 1, u32::MAX],
        }];
        customers.owner = vec![RepIx(0), RepIx(1), RepIx(1), RepIx::NONE];
        for (id, lat) in [("R0", 0.0), ("R1", 3.0)] {
            reps.ids.push(id, false);
            reps.name.push(id.into());
            reps.lon.push(10.0);
            reps.lat.push(lat);
            reps.capacity.push(Some(1.0));
            reps.skills.push(vec![]);
            reps.max_km.push(None);
            reps.max_minutes.push(None);
        }
        reps.min = vec![vec![None; 2]];
        reps.max = vec![vec![None; 2]];
        Inputs {
            scenario,
            customers: Sealed::new(customers).unwrap(),
            reps: Sealed::new(reps).unwrap(),
            boundary: None,
            matrix: None,
            units: None,
            barriers: None,
            context: vec![],
            forbid: vec![],
            wished: vec![],
            wishes_forbid: vec![],
            unlocked: vec![],
            files: vec![],
            overrides: Overrides::default(),
            left: Default::default(),
            warnings: vec![],
        }
    }

    #[test]
    fn totals_by_hand() {
        let inputs = inputs();
        let model = Model::build(&inputs);
        let owner = [RepIx(0), RepIx(0), RepIx(1), RepIx(1)];
        let dashboard = Dashboard::new(&inputs, &model, &owner).unwrap();
        assert_eq!(dashboard.measures[0].territories, [30.0, 70.0]);
        let kind = &dashboard.segments[0];
        // "y" has more customers than "x"; then all others, then none.
        assert_eq!(kind.values, ["y", "x"]);
        assert_eq!(kind.customers, [[1, 1, 0, 0], [1, 0, 0, 1]]);
        assert_eq!(kind.amounts, [[2.0, 1.0, 0.0, 0.0], [3.0, 0.0, 0.0, 4.0]]);
        let rival = &dashboard.competitors[0];
        assert_eq!((rival.unknown, rival.totals[0]), (1, 5.0));
        // The unknown share of b counts in neither sum.
        assert_eq!(rival.shares, [Some(0.5), Some(11.0 / 70.0)]);
        assert_eq!(rival.share, Some(16.0 / 80.0));
    }

    #[test]
    fn today_and_plan_compare_the_same_customers() {
        let inputs = inputs();
        let model = Model::build(&inputs);
        let owner = [RepIx(0), RepIx(0), RepIx(1), RepIx(1)];
        let today = Today::new(&inputs, &model, &owner).unwrap();
        assert_eq!((today.owned, today.unowned, today.changed), (3, 1, 1));
        assert_eq!(today.moved["revenue"].total, 20.0);
        assert_eq!(today.moved["workload"].share, 0.2);
        assert_eq!(
            (today.territories[0].gained, today.territories[1].lost),
            (1, 1)
        );
        assert_eq!(today.territories[1].measures["workload"], 5.0);
        assert_eq!(
            (today.moves[0].from.as_str(), today.moves[0].to.as_str()),
            ("R1", "R0")
        );
        // One degree of a great circle is 111.195 km: b goes from 2 degrees away to 1.
        let km = |side: &Side| side.objective.unwrap() / 111.195;
        assert!((km(&today.today) - (2.0 * 2.0 + 3.0)).abs() < 1e-4);
        assert!((km(&today.plan) - (2.0 + 3.0)).abs() < 1e-4);
        let worst = today.today.worst_index_deviation.unwrap();
        assert!((worst - 0.8).abs() < 1e-9, "{worst}");
    }

    #[test]
    fn without_owners_there_is_no_before() {
        let mut inputs = inputs();
        inputs.customers.edit(|c| c.owner.clear()).unwrap();
        let model = Model::build(&inputs);
        assert!(Today::new(&inputs, &model, &[RepIx(0); 4]).is_none());
    }
}
