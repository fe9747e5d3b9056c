//! Writes a certificate.

use super::FORMAT;
use crate::bound::{RowPrices, Tree};
use crate::input::Inputs;
use crate::plan::{Claim, Plan, Proof};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

#[derive(Serialize)]
struct Certificate<'a, F: Serialize> {
    format: &'a str,
    /// Role, path and hash of the files that it speaks of.
    inputs: &'a F,
    claim: Claim,
    /// No plan within the rules costs less; where there is none, what the least leaf has above 0.
    value: f64,
    objective: f64,
    reps: Vec<&'a str>,
    measures: Vec<&'a str>,
    /// What a unit of load beside the target costs, per measure; where it costs something.
    #[serde(skip_serializing_if = "Option::is_none")]
    deviation: Option<Vec<f64>>,
    tree: Value,
}

/// Writes the certificate of a plan.
pub(crate) fn write(
    out: &mut impl Write,
    inputs: &Inputs,
    plan: &Plan,
    files: &impl Serialize,
) -> io::Result<()> {
    let names = Names::new(inputs);
    let certificate = Certificate {
        format: FORMAT,
        inputs: files,
        claim: plan.claim,
        value: if plan.claim == Claim::Infeasible {
            plan.refuted
        } else {
            plan.bound
        },
        objective: plan.objective,
        reps: (0..inputs.reps.len())
            .map(|j| inputs.reps.ids.get(j))
            .collect(),
        measures: names.measures.clone(),
        deviation: inputs.scenario.deviation(),
        tree: names.of_plan(plan),
    };
    serde_json::to_writer(&mut *out, &certificate)?;
    out.write_all(b"\n")
}

/// What the numbers of a tree are called.
struct Names<'a> {
    inputs: &'a Inputs,
    measures: Vec<&'a str>,
    /// The first customer of each unit.
    first: Vec<usize>,
}

impl<'a> Names<'a> {
    fn new(inputs: &'a Inputs) -> Names<'a> {
        let balance = &inputs.scenario.balance;
        let mut seen = vec![false; inputs.customers.group_names.len()];
        let first = |i: &usize| {
            let group = inputs.customers.group.get(*i).filter(|g| **g != u32::MAX);
            let group = group.filter(|_| inputs.keeps_groups());
            group.is_none_or(|g| !std::mem::replace(&mut seen[*g as usize], true))
        };
        Names {
            inputs,
            measures: balance.iter().map(|b| b.measure.as_str()).collect(),
            first: (0..inputs.customers.len()).filter(first).collect(),
        }
    }

    fn of_plan(&self, plan: &Plan) -> Value {
        let prices = || RowPrices {
            row: plan.prices.rep_measure.clone(),
            change: plan.prices.change,
        };
        match (&plan.tree, plan.proof) {
            (Some(tree), _) => self.node(tree),
            (None, Proof::Assignment) => {
                let mut leaf = self.prices(&prices());
                let above = plan.prices.assignment.iter();
                let named = |(i, p): &(u32, f64)| {
                    (
                        self.inputs.customers.ids.get(*i as usize).to_owned(),
                        json!(p),
                    )
                };
                leaf.insert("knapsack".to_owned(), json!(self.measures[0]));
                leaf.insert(
                    "above".to_owned(),
                    Value::Object(above.map(named).collect()),
                );
                self.cutoff(plan.objective, &prices(), Value::Object(leaf))
            }
            _ => Value::Object(self.prices(&prices())),
        }
    }

    /// What no plan cheaper than `cutoff` uses is left out of the rest.
    fn cutoff(&self, cutoff: f64, prices: &RowPrices, rest: Value) -> Value {
        let mut node = self.prices(prices);
        node.insert("cutoff".to_owned(), json!(cutoff));
        node.insert("rest".to_owned(), rest);
        Value::Object(node)
    }

    fn unit(&self, u: usize) -> &'a str {
        self.inputs.customers.ids.get(self.first[u])
    }

    fn rep(&self, j: usize) -> &'a str {
        self.inputs.reps.ids.get(j)
    }

    /// Prices, in the order of the reps.
    fn prices(&self, p: &RowPrices) -> Map<String, Value> {
        let rows: Vec<&[f64]> = p.row.chunks(self.measures.len()).collect();
        let mut leaf = Map::new();
        leaf.insert("prices".to_owned(), json!(rows));
        if p.change > 0.0 {
            leaf.insert("change".to_owned(), json!(p.change));
        }
        leaf
    }

    fn node(&self, tree: &Tree) -> Value {
        match tree {
            Tree::Reps { unit, branches } => {
                let branch =
                    |(j, t): &(u32, Tree)| (self.rep(*j as usize).to_owned(), self.node(t));
                let branches: Map<String, Value> = branches.iter().map(branch).collect();
                json!({ "unit": self.unit(*unit), "branches": branches })
            }
            Tree::Prices(p) => Value::Object(self.prices(p)),
            Tree::Cutoff {
                cutoff,
                prices,
                rest,
            } => self.cutoff(*cutoff, prices, self.node(rest)),
            Tree::Assignment {
                prices,
                measure,
                above,
            } => {
                let price = |(u, p): &(u32, f64)| (self.unit(*u as usize).to_owned(), json!(p));
                let mut leaf = self.prices(prices);
                leaf.insert("knapsack".to_owned(), json!(self.measures[*measure]));
                leaf.insert("above".to_owned(), above.iter().map(price).collect());
                Value::Object(leaf)
            }
            Tree::Ray { row, change } => {
                let rows: Vec<&[i64]> = row.chunks(self.measures.len()).collect();
                json!({ "ray": rows, "change": change })
            }
            Tree::Subset { rep, measure } => {
                json!({ "subset": self.rep(*rep), "measure": self.measures[*measure] })
            }
        }
    }
}
