//! The regions of the reps in figures, at every level.
//!
//! ```text
//! total_gm  = sum of the totals of measure m over the reps of region g, and of the regions in it
//! target_gm = sum of their targets; none where one of them has none
//! ```
//!
//! Travel is the mean over all customers of these reps, weighted as the cost is.

use super::summary::{Summary, index};
use super::targets::{RepTarget, reached};
use crate::base::date::Date;
use crate::base::region::{lineage, split};
use crate::base::words::dusted;
use crate::input::{Inputs, RepColumns};
use crate::model::Model;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A region of the reps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its path, `Süd/Bayern`.
    pub region: String,
    /// The last level of the path.
    pub name: String,
    /// How many levels the path has.
    pub level: usize,
    /// The region that it lies in.
    pub parent: Option<String>,
    /// The ids of its reps, those of the regions in it among them.
    pub reps: Vec<String>,
    /// How many customers they have.
    pub customers: usize,
    /// Their totals, by the measures of the scenario.
    pub measures: Vec<RegionTotal>,
    /// Mean one-way travel, km.
    pub travel_km: Option<f64>,
    /// Mean one-way travel, minutes.
    pub travel_minutes: Option<f64>,
    /// What they are to reach together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<RegionTarget>,
}

/// A region's total of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionTotal {
    /// The measure.
    pub measure: String,
    /// Total of its reps.
    pub total: f64,
    /// Their fair share.
    pub target: Option<f64>,
    /// `total / target`.
    pub index: Option<f64>,
}

/// A goal of the reps of a region, added up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionTarget {
    /// The goal's name.
    pub name: String,
    /// What is counted.
    pub measure: String,
    /// The first day that counts.
    pub from: Date,
    /// The last day that counts.
    pub date: Date,
    /// What the customers have today; `None` when the measure is no property of theirs.
    pub base: Option<f64>,
    /// What is to be reached.
    pub value: f64,
    /// Whether the plan's own totals reach it; `None` when the customers do not say.
    pub met: Option<bool>,
}

/// The regions of the reps, each followed by those in it; beside each other in the order of the reps.
#[must_use]
pub fn paths(reps: &RepColumns) -> Vec<String> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<&str> = Vec::new();
    for path in (0..reps.len()).flat_map(|j| lineage(reps.region_of(j))) {
        first.entry(path).or_insert_with(|| {
            all.push(path);
            all.len()
        });
    }
    all.sort_by_cached_key(|path| -> Vec<usize> {
        lineage(path)
            .filter_map(|p| first.get(p).copied())
            .collect()
    });
    all.into_iter().map(str::to_owned).collect()
}

/// The regions of a plan; none where the scenario has no `[regions]`, or no rep has one.
#[must_use]
pub fn regions(
    inputs: &Inputs,
    model: &Model,
    summary: &Summary,
    targets: &[RepTarget],
) -> Vec<Region> {
    let reps = &inputs.reps;
    let of = |path: String| {
        let of_it = |j: &usize| lineage(reps.region_of(*j)).any(|p| p == path);
        let own: Vec<usize> = (0..reps.len()).filter(of_it).collect();
        let ids: Vec<String> = own.iter().map(|j| reps.ids.get(*j).to_owned()).collect();
        let (parent, name) = split(&path);
        let all = summary.together(&own);
        let balance = inputs.scenario.balance.iter().enumerate();
        let measures = balance.map(|(m, b)| {
            let target: Option<f64> = own
                .iter()
                .map(|j| model.bounds[j * model.m + m].target)
                .sum();
            RegionTotal {
                measure: b.measure.clone(),
                total: dusted(all.totals[m]),
                target: target.map(dusted),
                index: index(all.totals[m], target).map(dusted),
            }
        });
        Region {
            name: name.to_owned(),
            level: lineage(&path).count(),
            parent: parent.map(str::to_owned),
            customers: all.customers,
            measures: measures.collect(),
            travel_km: all.travel_km,
            travel_minutes: all.travel_minutes,
            targets: added_up(targets, &ids),
            reps: ids,
            region: path,
        }
    };
    paths(reps).into_iter().map(of).collect()
}

/// The goals of these reps, those of one name, measure and time added up.
fn added_up(targets: &[RepTarget], reps: &[String]) -> Vec<RegionTarget> {
    let mut all: Vec<RegionTarget> = Vec::new();
    for t in targets.iter().filter(|t| reps.contains(&t.rep)) {
        let same = |a: &&mut RegionTarget| {
            (&a.name, &a.measure, a.from, a.date) == (&t.name, &t.measure, t.from, t.date)
        };
        match all.iter_mut().find(same) {
            Some(sum) => {
                sum.value += t.value;
                sum.base = sum.base.zip(t.base).map(|(a, b)| a + b);
            }
            None => all.push(RegionTarget {
                name: t.name.clone(),
                measure: t.measure.clone(),
                from: t.from,
                date: t.date,
                base: t.base,
                value: t.value,
                met: None,
            }),
        }
    }
    for sum in &mut all {
        (sum.base, sum.value) = (sum.base.map(dusted), dusted(sum.value));
        sum.met = sum.base.map(|base| reached(base, sum.value));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_stands_before_those_in_it() {
        let region = ["S/B", "N", "", "S", "S/B/M", "N/H", "S/A"];
        let mut reps = RepColumns {
            region: region.map(str::to_owned).to_vec(),
            ..RepColumns::default()
        };
        for j in 0..region.len() {
            reps.ids.push(&format!("R{j}"), false);
        }
        let told = paths(&reps);
        assert_eq!(told, ["S", "S/B", "S/B/M", "S/A", "N", "N/H"]);
        reps.region.clear();
        assert!(paths(&reps).is_empty());
    }

    #[test]
    fn goals_are_added_up_where_they_are_the_same() {
        let target = |rep: &str, name: &str, base: Option<f64>, value: f64| RepTarget {
            name: name.into(),
            rep: rep.into(),
            measure: "revenue".into(),
            total: crate::scenario::Total::Sum,
            base,
            value,
            from: "2026-01-01".parse().unwrap(),
            date: "2026-12-31".parse().unwrap(),
            met: None,
        };
        let all = [
            target("R1", "a", Some(5.0), 6.0),
            target("R2", "a", Some(8.0), 6.5),
            target("R3", "a", Some(1.0), 100.0),
            target("R2", "b", None, 3.0),
        ];
        let told = added_up(&all, &["R1".into(), "R2".into()]);
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].base, told[0].value), (Some(13.0), 12.5));
        assert_eq!((told[0].met, told[1].met), (Some(true), None));
    }
}
