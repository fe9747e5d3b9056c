//! `certificate.json` as a claim: read by its names, and held against the report beside it.

use super::Finding;
use super::tree::units;
use super::truth::Truth;
use crate::bound::{RowPrices, Tree};
use crate::certificate::{FORMAT, NAME};
use crate::disk::file;
use crate::input::Inputs;
use crate::plan::{self, Proof};
use crate::saved::{Input, Members, Report};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;
use std::path::Path;

/// A tree, and what it has above 0 where it proves that there is no plan.
pub(super) type Proven = (Tree, f64);

/// Reads the certificate of a plan directory: its tree, if the claim rests on one.
///
/// # Errors
/// What is wrong with the file, and where it is not the one of this report.
pub(super) fn read(
    dir: &Path,
    inputs: &Inputs,
    report: &Report,
) -> Result<Option<Proven>, Vec<Finding>> {
    let saved = saved(dir)?;
    let differs = saved.differs(inputs, report);
    if !differs.is_empty() {
        return Err(differs.into_iter().flat_map(told).collect());
    }
    saved.proven(inputs, report)
}

/// The same by inputs that are not those of the report.
pub(super) fn by(
    dir: &Path,
    inputs: &Inputs,
    report: &Report,
) -> Result<Option<Proven>, Vec<Finding>> {
    saved(dir)?.proven(inputs, report)
}

fn saved(dir: &Path) -> Result<Saved, Vec<Finding>> {
    let bytes = file::kept_bytes(&dir.join(NAME)).map_err(|e| told(e.what))?;
    serde_json::from_slice(&bytes).map_err(|e| told(format!("it is damaged: {e}")))
}

fn told(what: String) -> Vec<Finding> {
    vec![Finding::new("certificate", format!("{NAME}: {what}"))]
}

/// `certificate.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: String,
    inputs: Vec<Input>,
    claim: plan::Claim,
    value: f64,
    objective: f64,
    reps: Vec<String>,
    measures: Vec<String>,
    #[serde(default, deserialize_with = "there")]
    deviation: Option<Vec<f64>>,
    tree: Node,
}

impl Saved {
    /// The tree with the indices of these inputs.
    fn proven(self, inputs: &Inputs, report: &Report) -> Result<Option<Proven>, Vec<Finding>> {
        let tree = Names::new(inputs).node(self.tree).map_err(told)?;
        let infeasible = report.claim == plan::Claim::Infeasible;
        let refuted = if infeasible { self.value } else { 0.0 };
        Ok((infeasible || report.proof == Proof::Tree).then_some((tree, refuted)))
    }

    /// In what it differs from the report beside it and from the inputs.
    fn differs(&self, inputs: &Inputs, report: &Report) -> Vec<String> {
        let balance = &inputs.scenario.balance;
        let infeasible = self.claim == plan::Claim::Infeasible;
        [
            (
                self.format == FORMAT,
                format!("the format is not {FORMAT:?}"),
            ),
            (
                self.inputs == report.inputs,
                "it speaks of other inputs than report.json".to_owned(),
            ),
            (
                self.claim == report.claim,
                "it claims something else than report.json".to_owned(),
            ),
            (
                infeasible || self.value == report.bound,
                "its value is not the bound of report.json".to_owned(),
            ),
            (
                self.objective == report.objective.value,
                "its objective is not that of report.json".to_owned(),
            ),
            (
                self.reps
                    .iter()
                    .map(String::as_str)
                    .eq(inputs.reps.ids.iter()),
                "its reps are not those of the inputs".to_owned(),
            ),
            (
                self.measures.iter().eq(balance.iter().map(|b| &b.measure)),
                "its measures are not those of the scenario".to_owned(),
            ),
            (
                self.deviation == inputs.scenario.deviation(),
                "what load beside the targets costs in it is not what scenario and report.json say"
                    .to_owned(),
            ),
        ]
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, what)| what)
        .collect()
    }
}

/// A node as it is written; which members there are says of what kind it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Node {
    #[serde(deserialize_with = "there")]
    unit: Option<String>,
    #[serde(deserialize_with = "there")]
    branches: Option<Members<Node>>,
    #[serde(deserialize_with = "there")]
    cutoff: Option<f64>,
    #[serde(deserialize_with = "there")]
    rest: Option<Box<Node>>,
    #[serde(deserialize_with = "there")]
    prices: Option<Vec<Vec<f64>>>,
    #[serde(deserialize_with = "there")]
    change: Option<f64>,
    #[serde(deserialize_with = "there")]
    knapsack: Option<String>,
    #[serde(deserialize_with = "there")]
    above: Option<Members<f64>>,
    #[serde(deserialize_with = "there")]
    ray: Option<Vec<Vec<i64>>>,
    #[serde(deserialize_with = "there")]
    subset: Option<String>,
    #[serde(deserialize_with = "there")]
    measure: Option<String>,
}

/// A member that is there has a value: `null` is none.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What is wrong with a node whose members do not belong together.
const NO_KIND: &str = "a node is of no kind that there is, or of two";

/// What the names of a certificate stand for.
struct Names<'a> {
    unit: HashMap<&'a str, usize>,
    rep: HashMap<&'a str, usize>,
    measure: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn new(inputs: &'a Inputs) -> Names<'a> {
        let truth = Truth::new(inputs);
        let first = |(u, members): (usize, Vec<usize>)| {
            Some((inputs.customers.ids.get(*members.first()?), u))
        };
        let measures = inputs.scenario.balance.iter().enumerate();
        Names {
            unit: units(&truth)
                .into_iter()
                .enumerate()
                .filter_map(first)
                .collect(),
            rep: (0..truth.k).map(|j| (inputs.reps.ids.get(j), j)).collect(),
            measure: measures.map(|(m, b)| (b.measure.as_str(), m)).collect(),
        }
    }

    /// The tree below a node, which has the members of its kind and no others.
    fn node(&self, mut node: Node) -> Result<Tree, String> {
        let tree = match (
            node.unit.take(),
            node.subset.take(),
            node.ray.take(),
            node.prices.take(),
        ) {
            (Some(unit), None, None, None) => self.split(&unit, node.branches.take()),
            (None, Some(rep), None, None) => {
                let measure = node.measure.take().ok_or("a subset has no measure")?;
                Ok(Tree::Subset {
                    rep: find(&self.rep, &rep)?,
                    measure: find(&self.measure, &measure)?,
                })
            }
            (None, None, Some(ray), None) => self.ray(&ray, node.change.take()),
            (None, None, None, Some(prices)) => {
                let prices = RowPrices {
                    row: self.shaped(&prices)?,
                    change: node.change.take().unwrap_or(0.0),
                };
                let cutoff = (node.cutoff.take(), node.rest.take());
                self.priced(prices, cutoff, (node.knapsack.take(), node.above.take()))
            }
            _ => Err(NO_KIND.to_owned()),
        }?;
        if node == Node::default() {
            Ok(tree)
        } else {
            Err(NO_KIND.to_owned())
        }
    }

    fn split(&self, unit: &str, branches: Option<Members<Node>>) -> Result<Tree, String> {
        let branch =
            |(j, node): (String, Node)| Ok((find(&self.rep, &j)? as u32, self.node(node)?));
        let branches = branches.ok_or("a split has no branches")?;
        Ok(Tree::Reps {
            unit: find(&self.unit, unit)?,
            branches: branches
                .0
                .into_iter()
                .map(branch)
                .collect::<Result<_, String>>()?,
        })
    }

    fn ray(&self, ray: &[Vec<i64>], change: Option<f64>) -> Result<Tree, String> {
        let change = change.unwrap_or(0.0);
        if change.fract() != 0.0 || !(0.0..9e15).contains(&change) {
            return Err("a ray is not of whole numbers".to_owned());
        }
        Ok(Tree::Ray {
            row: self.shaped(ray)?,
            change: change as i64,
        })
    }

    /// One number per rep and measure, rep-major.
    fn shaped<T: Clone>(&self, rows: &[Vec<T>]) -> Result<Vec<T>, String> {
        if rows.len() == self.rep.len() && rows.iter().all(|r| r.len() == self.measure.len()) {
            return Ok(rows.concat());
        }
        Err("a node has not one price per rep and measure".to_owned())
    }

    /// A node with prices of the rows.
    fn priced(
        &self,
        prices: RowPrices,
        cutoff: (Option<f64>, Option<Box<Node>>),
        units: (Option<String>, Option<Members<f64>>),
    ) -> Result<Tree, String> {
        match (cutoff, units) {
            ((None, None), (None, None)) => Ok(Tree::Prices(prices)),
            ((Some(cutoff), Some(rest)), (None, None)) => Ok(Tree::Cutoff {
                cutoff,
                prices,
                rest: Box::new(self.node(*rest)?),
            }),
            ((None, None), (Some(measure), Some(above))) => {
                let price = |(id, p): (String, f64)| Ok((find(&self.unit, &id)? as u32, p));
                let mut above: Vec<(u32, f64)> = above
                    .0
                    .into_iter()
                    .map(price)
                    .collect::<Result<_, String>>()?;
                above.sort_unstable_by_key(|(u, _)| *u);
                Ok(Tree::Assignment {
                    prices,
                    measure: find(&self.measure, &measure)?,
                    above,
                })
            }
            _ => Err(NO_KIND.to_owned()),
        }
    }
}

fn find(names: &HashMap<&str, usize>, name: &str) -> Result<usize, String> {
    let at = names.get(name).copied();
    at.ok_or_else(|| format!("nothing in the inputs is called {name:?}"))
}
