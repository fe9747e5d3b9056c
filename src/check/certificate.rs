//! `certificate.json` as a claim: read by its names, and held against the report beside it.

use super::Finding;
use super::tree::units;
use super::truth::Truth;
use crate::bound::{RowPrices, Tree};
use crate::certificate::{FORMAT, NAME};
use crate::ids::Ids;
use crate::input::{Inputs, file};
use crate::plan::{self, Proof};
use crate::plan_dir::{Input, Report};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

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
    inputs: Vec<File>,
    claim: plan::Claim,
    value: f64,
    objective: f64,
    reps: Vec<String>,
    measures: Vec<String>,
    tree: Node,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    role: String,
    path: PathBuf,
    sha256: String,
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
        let names = |ids: &Ids| {
            (0..ids.len())
                .map(|j| ids.get(j).to_owned())
                .collect::<Vec<_>>()
        };
        let balance = &inputs.scenario.balance;
        let infeasible = self.claim == plan::Claim::Infeasible;
        let same_file =
            |a: &File, b: &Input| a.role == b.role && a.path == b.path && a.sha256 == b.sha256;
        let files = self.inputs.len() == report.inputs.len()
            && self
                .inputs
                .iter()
                .zip(&report.inputs)
                .all(|(a, b)| same_file(a, b));
        [
            (
                self.format == FORMAT,
                format!("the format is not {FORMAT:?}"),
            ),
            (
                files,
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
                self.reps == names(&inputs.reps.ids),
                "its reps are not those of the inputs".to_owned(),
            ),
            (
                self.measures.iter().eq(balance.iter().map(|b| &b.measure)),
                "its measures are not those of the scenario".to_owned(),
            ),
        ]
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, what)| what)
        .collect()
    }
}

/// A node as it is written; which members there are says of what kind it is.
#[derive(Clone, Debug, Default, Deserialize)]
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

/// The members of an object, none twice.
#[derive(Clone, Debug)]
struct Members<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Visit<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
                let (mut all, mut seen) = (Vec::new(), HashSet::new());
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format!(
                            "{name:?} stands twice in one object"
                        )));
                    }
                    all.push((name, value));
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(Visit(PhantomData))
    }
}

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

    fn node(&self, node: Node) -> Result<Tree, String> {
        match node {
            Node {
                unit: Some(unit),
                branches: Some(branches),
                cutoff: None,
                rest: None,
                prices: None,
                change: None,
                knapsack: None,
                above: None,
                ray: None,
                subset: None,
                measure: None,
            } => {
                let branch =
                    |(j, node): (String, Node)| Ok((find(&self.rep, &j)? as u32, self.node(node)?));
                Ok(Tree::Reps {
                    unit: find(&self.unit, &unit)?,
                    branches: branches
                        .0
                        .into_iter()
                        .map(branch)
                        .collect::<Result<_, String>>()?,
                })
            }
            Node {
                unit: None,
                branches: None,
                cutoff: None,
                rest: None,
                prices: None,
                change,
                knapsack: None,
                above: None,
                ray: Some(ray),
                subset: None,
                measure: None,
            } => {
                let change = change.unwrap_or(0.0);
                if change.fract() != 0.0 || !(0.0..9e15).contains(&change) {
                    return Err("a ray is not of whole numbers".to_owned());
                }
                Ok(Tree::Ray {
                    row: self.shaped(&ray)?,
                    change: change as i64,
                })
            }
            Node {
                unit: None,
                branches: None,
                cutoff: None,
                rest: None,
                prices: None,
                change: None,
                knapsack: None,
                above: None,
                ray: None,
                subset: Some(rep),
                measure: Some(measure),
            } => Ok(Tree::Subset {
                rep: find(&self.rep, &rep)?,
                measure: find(&self.measure, &measure)?,
            }),
            Node {
                unit: None,
                branches: None,
                ray: None,
                subset: None,
                measure: None,
                prices: Some(prices),
                change,
                ..
            } => {
                let prices = RowPrices {
                    row: self.shaped(&prices)?,
                    change: change.unwrap_or(0.0),
                };
                self.priced(
                    prices,
                    (node.cutoff, node.rest),
                    (node.knapsack, node.above),
                )
            }
            _ => Err("a node is of no kind that there is, or of two".to_owned()),
        }
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
            _ => Err("a node with prices is of no kind that there is, or of two".to_owned()),
        }
    }
}

fn find(names: &HashMap<&str, usize>, name: &str) -> Result<usize, String> {
    let at = names.get(name).copied();
    at.ok_or_else(|| format!("nothing in the inputs is called {name:?}"))
}
