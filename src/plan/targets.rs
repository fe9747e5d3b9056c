//! The targets of each territory: what a goal means for the rep, given the customers.
//!
//! ```text
//! base_jg  = sum of the measure of goal g over the customers of rep j, as the customers file has it today
//! value_jg = the goal's value, or (1 + growth_g) base_jg
//! met_jg   = base_jg >= value_jg
//! ```
//!
//! For a balanced measure the base is the territory's total, so travel is in it where it counts into the workload.

use crate::base::date::Date;
use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::input::loose::Alike;
use crate::scenario::{Amount, Total};
use serde::{Deserialize, Serialize};

/// Sums may differ in their last digits; a target is met within this share of it.
const ROUNDING: f64 = 1e-9;

/// A goal of one rep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepTarget {
    /// The goal's name.
    pub name: String,
    /// The rep's id.
    pub rep: String,
    /// What is counted.
    pub measure: String,
    /// How results of several periods make one figure.
    pub total: Total,
    /// What the customers of the territory have today; `None` when the measure is no property of theirs.
    pub base: Option<f64>,
    /// What is to be reached.
    pub value: f64,
    /// The first day that counts.
    pub from: Date,
    /// The last day that counts.
    pub date: Date,
    /// Whether the plan's own totals reach it; `None` when the customers do not say.
    pub met: Option<bool>,
}

/// The targets of a plan: goals in the order of the scenario, and for each the reps in theirs.
///
/// `total(rep, measure)` is the total of a balanced measure (its position in the scenario).
pub fn targets(
    inputs: &Inputs,
    owner: &[RepIx],
    total: impl Fn(usize, usize) -> f64,
) -> Vec<RepTarget> {
    let (scenario, reps) = (&inputs.scenario, &inputs.reps.ids);
    let mut list = Vec::new();
    let mut alike = Alike::new(scenario.tables.ids);
    for goal in &scenario.target {
        let mut at = |id: &String| {
            let exact = reps.iter().position(|rep| rep == id);
            exact.or_else(|| alike.find(reps, id))
        };
        let set: Option<Vec<usize>> =
            (goal.reps.as_ref()).map(|ids| ids.iter().filter_map(&mut at).collect());
        let balanced = scenario
            .balance
            .iter()
            .position(|b| b.measure == goal.measure);
        let bases: Option<Vec<f64>> = match balanced {
            Some(m) => Some((0..reps.len()).map(|j| total(j, m)).collect()),
            None => inputs
                .customers
                .column(&goal.measure)
                .map(|values| sums(values, owner, reps.len())),
        };
        for (j, rep) in reps.iter().enumerate() {
            if !set.as_ref().is_none_or(|set| set.contains(&j)) {
                continue;
            }
            let base = bases.as_ref().map(|b| b[j]);
            let value = match goal.amount {
                Amount::Value(value) => value,
                // The reader refuses a growth of what the customers do not have.
                Amount::Growth(growth) => (1.0 + growth) * base.unwrap_or(0.0),
            };
            list.push(RepTarget {
                name: goal.name.clone(),
                rep: rep.to_owned(),
                measure: goal.measure.clone(),
                total: goal.total,
                base,
                value,
                from: goal.from,
                date: goal.date,
                met: base.map(|base| reached(base, value)),
            });
        }
    }
    list
}

/// Whether a figure reaches a target.
#[must_use]
pub fn reached(figure: f64, value: f64) -> bool {
    figure >= value - ROUNDING * value.abs()
}

/// Sums per rep, over the customers in input order.
fn sums(values: &[f64], owner: &[RepIx], k: usize) -> Vec<f64> {
    let mut sums = vec![0.0; k];
    for (value, rep) in values.iter().zip(owner) {
        sums[rep.at()] += value;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Column, CustomerColumns, RepColumns, Sealed};
    use crate::scenario::{
        Balance, Dashboard, Goal, Rules, Scenario, SolveRules, TerritoryRules, TravelRules,
    };

    fn goal(measure: &str, amount: Amount, reps: Option<&[&str]>) -> Goal {
        Goal {
            name: format!("{measure} goal"),
            measure: measure.into(),
            amount,
            total: Total::Sum,
            from: "2026-01-01".parse().unwrap(),
            date: "2026-12-31".parse().unwrap(),
            reps: reps.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()),
        }
    }

    fn inputs(target: Vec<Goal>) -> Inputs {
        let column = |name: &str, values: [f64; 3]| Column {
            name: name.into(),
            values: values.into(),
        };
        let mut customers = CustomerColumns {
            columns: vec![
                column("workload", [1.0, 2.0, 4.0]),
                column("revenue", [10.0, 20.0, 40.0]),
            ],
            ..CustomerColumns::default()
        };
        for id in ["A", "B", "C"] {
            customers.ids.push(id, false);
            customers.lon.push(8.0);
            customers.lat.push(50.0);
        }
        let mut reps = RepColumns::default();
        for id in ["R1", "R2"] {
            reps.ids.push(id, false);
            reps.name.push(id.to_owned());
            reps.lon.push(8.0);
            reps.lat.push(50.0);
            reps.capacity.push(None);
            reps.skills.push(Vec::new());
            reps.max_km.push(None);
            reps.max_minutes.push(None);
        }
        Inputs {
            scenario: Scenario {
                name: "test".into(),
                customers: "c".into(),
                reps: "r".into(),
                units: None,
                unit_rules: Default::default(),
                regions: None,
                sizing: None,
                boundary: None,
                balance: vec![Balance::new("workload", 0.1)],
                travel: TravelRules::default(),
                rules: Rules::default(),
                change: None,
                prefer: Vec::new(),
                team: Vec::new(),
                select: None,
                territories: TerritoryRules::default(),
                dashboard: Dashboard::default(),
                solve: SolveRules::default(),
                target,
                output: Default::default(),
                tables: Default::default(),
                columns: Default::default(),
                origin: Default::default(),
            },
            customers: Sealed::new(customers).unwrap(),
            reps: Sealed::new(reps).unwrap(),
            units: None,
            boundary: None,
            matrix: None,
            barriers: None,
            context: vec![],
            forbid: vec![],
            wished: vec![],
            wishes_forbid: vec![],
            unlocked: vec![],
            files: vec![],
            overrides: crate::scenario::Overrides::default(),
            left: Default::default(),
            warnings: vec![],
        }
    }

    #[test]
    fn growth_is_on_what_the_territory_has() {
        let inputs = inputs(vec![
            goal("revenue", Amount::Growth(0.5), None),
            goal("revenue", Amount::Growth(-0.5), Some(&["R2"])),
            goal("workload", Amount::Value(6.5), None),
            goal("leads", Amount::Value(7.0), Some(&["R1"])),
        ]);
        let owner = [0, 1, 0].map(RepIx);
        // With travel, 7 and 6 hours.
        let list = targets(&inputs, &owner, |j, _| [7.0, 6.0][j]);
        let told: Vec<_> = list
            .iter()
            .map(|t| (t.rep.as_str(), t.base, t.value, t.met))
            .collect();
        assert_eq!(
            told,
            [
                ("R1", Some(50.0), 75.0, Some(false)),
                ("R2", Some(20.0), 30.0, Some(false)),
                ("R2", Some(20.0), 10.0, Some(true)),
                ("R1", Some(7.0), 6.5, Some(true)),
                ("R2", Some(6.0), 6.5, Some(false)),
                ("R1", None, 7.0, None),
            ]
        );
    }

    #[test]
    fn the_last_digit_does_not_decide() {
        assert!(reached(0.1 + 0.2, 0.3));
        assert!(reached(0.3, 0.1 + 0.2));
        assert!(!reached(0.299_999, 0.3));
        assert!(reached(0.0, 0.0));
    }
}
