//! The tree of a certificate, verified from the inputs: which units there are, what the rules permit them, what pairs cost and load and
//! what the bounds are is worked out here; the arithmetic of leaves is [`bound`](crate::bound)'s.

use super::truth::Truth;
use super::{Claim, Finding};
use crate::bound::{self, Case, Pair, RowPrices, Stream, Tree, Worth};
use crate::certificate::{FORMAT, NAME};
use crate::ids::{Ids, RepIx};
use crate::input::{Inputs, file};
use crate::plan::{self, Proof, Status};
use crate::plan_dir::{Input, Report};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// Verifies what rests on the tree of a plan: its bound, or that there is no plan.
pub(super) fn tree(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let infeasible = claim.claim == plan::Claim::Infeasible;
    let told = |text: String| vec![Finding::new("certificate", text)];
    let as_said = match claim.status {
        Status::Optimal => claim.claim == plan::Claim::Optimal,
        Status::Feasible => claim.claim == plan::Claim::Within,
        Status::Infeasible => {
            matches!(claim.claim, plan::Claim::Infeasible | plan::Claim::NotFound)
        }
    };
    if !as_said {
        return told(format!(
            "the claim {:?} is not that of a plan that is {:?}",
            claim.claim, claim.status
        ));
    }
    if claim.proof != Proof::Tree && !infeasible {
        return Vec::new();
    }
    let Some(tree) = claim.tree else {
        return told("the plan rests on a tree and there is none".to_owned());
    };
    let worth = worth(truth, tree);
    match worth {
        Err(e) => told(e),
        Ok(worth) if infeasible && worth.value < f64::INFINITY => told(format!(
            "the plan says that there is none within the rules, its certificate proves no more than that none costs less than {}",
            worth.value
        )),
        Ok(worth) if claim.bound > worth.value && !infeasible => told(format!(
            "the tree proves {}, the plan says {}",
            worth.value, claim.bound
        )),
        Ok(worth) if infeasible && claim.refuted != worth.excess as f64 => told(format!(
            "the least leaf of the certificate has {} above 0, the plan says {}",
            worth.excess, claim.refuted
        )),
        Ok(_) => Vec::new(),
    }
}

/// The customers of each unit: a group, or one without; in the order of their first customers.
fn units(truth: &Truth<'_>) -> Vec<Vec<usize>> {
    let groups = truth.groups();
    let whole = |i: usize| match truth.group(i) {
        None => Some(vec![i]),
        Some(g) => groups[g]
            .first()
            .filter(|f| **f == i)
            .map(|_| groups[g].clone()),
    };
    (0..truth.n).filter_map(whole).collect()
}

/// Pairs of unit and rep up to which all are held at once; beyond it a tree may be one ray.
const MOST_PAIRS: usize = 2_000_000;

/// What a tree is worth.
fn worth(truth: &Truth<'_>, tree: &Tree) -> Result<Worth, String> {
    let units = units(truth);
    if units.len().saturating_mul(truth.k) <= MOST_PAIRS {
        return bound::worth(&case(truth, &units), tree);
    }
    let Tree::Ray { row, change } = tree else {
        return Err("the tree of so large a plan may be one ray only".to_owned());
    };
    let pairs = |u: usize| {
        let loaded = |j| loaded(truth, &units[u], j);
        permitted(truth, &units[u]).map(loaded).collect()
    };
    let stream = Stream::new(frame(truth), units.len(), &pairs);
    let excess = (row.len() == stream.rows() && *change >= 0).then(|| stream.ray(row, *change));
    match excess.flatten() {
        Some(excess) if excess > 0 => Ok(Worth {
            value: f64::INFINITY,
            excess,
        }),
        _ => Err("a ray proves nothing".to_owned()),
    }
}

/// Everything of the problem in numbers but its units.
fn frame(truth: &Truth<'_>) -> Case {
    let far = |most: &Option<i128>| most.unwrap_or(i128::MAX);
    Case {
        reps: truth.k,
        measures: truth.m,
        grid: truth.grid.clone(),
        least: truth.least.clone(),
        most: truth.most.iter().map(far).collect(),
        change: truth
            .change_grid
            .and_then(|(grid, most)| Some((grid, most?))),
        blur: truth.distance_error(),
        caution: 1.0,
        ..Case::default()
    }
}

/// The problem in numbers.
fn case(truth: &Truth<'_>, units: &[Vec<usize>]) -> Case {
    let mut case = frame(truth);
    for members in units {
        case.add(permitted(truth, members).map(|j| pair(truth, members, j)));
    }
    case.tighten();
    case
}

/// The reps that may have all of a unit.
fn permitted(truth: &Truth<'_>, members: &[usize]) -> impl Iterator<Item = RepIx> {
    let reps = (0..truth.k as u32).map(RepIx);
    reps.filter(move |j| members.iter().all(|i| truth.forbidden(*i, *j).is_none()))
}

fn pair(truth: &Truth<'_>, members: &[usize], j: RepIx) -> Pair {
    let cost = |i: &usize| {
        let travel = truth.travel(*i, j).unwrap_or(0.0);
        truth.weight[*i] * travel + truth.penalty() * truth.moved(*i, j)
    };
    Pair {
        cost: members.iter().map(cost).sum(),
        ..loaded(truth, members, j)
    }
}

/// A pair without its cost.
fn loaded(truth: &Truth<'_>, members: &[usize], j: RepIx) -> Pair {
    let steps = |m: usize| members.iter().map(|i| truth.steps(*i, j, m)).sum();
    let moved = |i: &usize| truth.moved(*i, j);
    let moved_steps = |i: &usize| {
        truth
            .change_grid
            .map_or(0, |(grid, _)| grid.count(moved(i)))
    };
    Pair {
        rep: j.0,
        cost: 0.0,
        steps: (0..truth.m).map(steps).collect(),
        moved_steps: members.iter().map(moved_steps).sum(),
        moved: members.iter().map(moved).sum(),
    }
}

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
