//! Branch and bound of our own, for what is small or hard: the judge of whether a plan is the best one, or whether there is none.
//!
//! Nodes are sets of open options of the units; a node is split over the reps that are open to one of its units. Each gets the
//! strongest leaf that is found for it (see [`bound`](crate::bound)): a subset or a ray where no plan is within the bounds; the prices of
//! its LP; and prices of the units on top of them, raised by a few subgradient steps (Fisher 1981). The node with the lowest bound is
//! split next, so that what is proven grows whenever the search is ended. Totals are whole numbers: no tolerance decides.
//!
//! Options that no better plan uses, as the prices of a node prove, are left out below it (reduced-cost fixing). The tree is the certificate; it never
//! has more numbers than [`Budget::numbers`].

mod case;
mod node;
mod raise;
mod relax;
#[cfg(test)]
mod tests;

pub(crate) use case::{case, frame, loads, units};
pub(crate) use node::{one_measure, ray, rays, too_heavy, without_plan};

use crate::base::deadline::Deadline;
use crate::bound::{Case, RowPrices, Tree};
use crate::solve::lp::LpSolver;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What a search may take.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    /// Numbers that the certificate may have.
    pub numbers: usize,
    /// LPs times the options that are in them.
    pub columns: usize,
    /// The same, once the bound is within `gap` of the plan, as a share of its cost.
    pub enough: usize,
    pub gap: f64,
    /// Wall clock.
    pub until: Deadline,
    pub lp: LpSolver,
}

/// What a search found.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The best plan: the option of each unit. `None`: none within the bounds was found.
    pub plan: Option<(Vec<usize>, f64)>,
    /// What is proven, and no plan costs less than `value`; infinite: there is none.
    pub tree: Tree,
    pub value: f64,
    /// Whether the wall clock ended it.
    pub cut: bool,
}

/// A node that may be split.
struct Open {
    /// What is proven of it.
    value: f64,
    depth: u32,
    /// Where it stands among the nodes.
    at: usize,
    open: Vec<bool>,
    /// The same without what cutoffs left out.
    split: Vec<bool>,
    share: Vec<f64>,
    /// Before there is a plan, the deepest comes first.
    deep: bool,
}

impl PartialEq for Open {
    fn eq(&self, other: &Open) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Open) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    /// The greatest comes first.
    fn cmp(&self, other: &Open) -> Ordering {
        let depth = if self.deep {
            self.depth.cmp(&other.depth)
        } else {
            Ordering::Equal
        };
        depth
            .then(other.value.total_cmp(&self.value))
            .then(other.at.cmp(&self.at))
    }
}

/// A node of the tree while it grows.
struct Grown {
    /// Options that prices rule out at a cost are left out of what follows.
    cutoffs: Vec<(f64, RowPrices)>,
    kind: Kind,
}

enum Kind {
    /// What is proven of it.
    Leaf(Tree, f64),
    Split(usize, Vec<(u32, usize)>),
}

struct Search<'a> {
    case: &'a Case,
    budget: Budget,
    plan: Option<(Vec<usize>, f64)>,
    nodes: Vec<Grown>,
    /// Numbers that the certificate has.
    numbers: usize,
    columns: usize,
}

/// Share of a plan's cost that it may be above the bound and still be called the best: rounding.
const CLOSED: f64 = 2e-10;

/// Splits below each other at most: readers of JSON give up where values are nested much deeper than three times that.
const DEEPEST: u32 = 36;

/// Looks for the best plan and for what proves it, given prices to start with, and maybe a plan within the bounds.
pub(crate) fn search(
    case: &Case,
    prices: &RowPrices,
    plan: Option<Vec<usize>>,
    budget: Budget,
) -> Outcome {
    let mut search = Search {
        case,
        budget,
        plan: None,
        nodes: Vec::new(),
        numbers: 0,
        columns: 0,
    };
    if let Some(plan) = plan {
        search.offer(&plan);
    }
    let mut heap = BinaryHeap::new();
    heap.extend(search.node([case.open(), case.open()], 0, Some(prices)));
    let cut = search.grow(&mut heap);
    Outcome {
        value: search.value(0),
        tree: search.tree(0),
        plan: search.plan,
        cut,
    }
}

impl Search<'_> {
    /// Splits nodes until nothing is left to prove, or the budget is used up; whether it was the wall clock that ended it.
    fn grow(&mut self, heap: &mut BinaryHeap<Open>) -> bool {
        while let Some(mut next) = heap.pop() {
            if next.deep && self.plan.is_some() {
                // There is a plan now: the order is another one.
                let mut all: Vec<Open> = heap.drain().collect();
                next.deep = false;
                all.push(next);
                all.iter_mut().for_each(|o| o.deep = false);
                heap.extend(all);
                continue;
            }
            if next.value >= self.target() {
                // So do all others.
                return false;
            }
            if self.budget.until.is_over() {
                return true;
            }
            let near = self.columns >= self.budget.enough && next.value >= self.near();
            if near || self.columns >= self.budget.columns || self.numbers >= self.budget.numbers {
                return false;
            }
            if next.depth >= DEEPEST {
                continue;
            }
            let Some(unit) = self.choose(&next) else {
                continue;
            };
            let branches: Vec<usize> = self.case.left(unit, &next.open).collect();
            let mut of = Vec::new();
            self.numbers += 1;
            for o in &branches {
                let (mut open, mut split) = (next.open.clone(), next.split.clone());
                for other in self.case.options(unit) {
                    open[other] &= other == *o;
                    split[other] &= other == *o;
                }
                of.push((self.case.rep[*o], self.nodes.len()));
                heap.extend(self.node([open, split], next.depth + 1, None));
            }
            if let Kind::Leaf(leaf, _) = &self.nodes[next.at].kind {
                self.numbers -= node::size(leaf);
            }
            self.nodes[next.at].kind = Kind::Split(unit, of);
        }
        false
    }

    /// The bound from which on a node is done.
    fn target(&self) -> f64 {
        (self.plan.as_ref()).map_or(f64::INFINITY, |(_, cost)| {
            cost - CLOSED * cost.abs() - 2.0 * self.case.caution * self.case.blur
        })
    }

    /// The bound that is near enough to the plan.
    fn near(&self) -> f64 {
        (self.plan.as_ref()).map_or(f64::INFINITY, |(_, cost)| {
            cost - self.budget.gap * cost.abs()
        })
    }

    /// Takes a plan if it is within the bounds and better.
    fn offer(&mut self, plan: &[usize]) {
        let case = self.case;
        if plan.len() != case.units() {
            return;
        }
        let cost = plan.iter().map(|o| case.cost[*o]).sum::<f64>() + case.balance_cost(plan);
        if self.plan.as_ref().is_some_and(|(_, best)| *best <= cost) {
            return;
        }
        let m = case.measures;
        let mut total = vec![0i128; case.least.len()];
        for o in plan {
            for r in 0..m {
                total[case.rep[*o] as usize * m + r] += case.steps[o * m + r];
            }
        }
        let moved: i128 = plan.iter().map(|o| case.moved_steps[*o]).sum();
        let within = (total.iter().zip(case.least.iter().zip(&case.most)))
            .all(|(y, (l, u))| l <= y && y <= u);
        if within && case.change.is_none_or(|(_, most)| moved <= most) {
            self.plan = Some((plan.to_vec(), cost));
        }
    }

    /// The unit to split: large, and far from whole in the LP; where all are whole, the largest with a choice.
    fn choose(&self, node: &Open) -> Option<usize> {
        let case = self.case;
        let m = case.measures;
        let size = |u: usize| {
            let loads = case.left(u, &node.open).map(|o| {
                let of = |r: usize| {
                    let row = case.rep[o] as usize * m + r;
                    case.load[o * m + r] / case.grid[r].value(case.most[row].max(1))
                };
                (0..m).map(of).fold(0.0, f64::max)
            });
            loads.fold(0.0, f64::max)
        };
        let score = |u: &usize| {
            let most = case
                .left(*u, &node.open)
                .map(|o| node.share[o])
                .fold(0.0, f64::max);
            (1.0 - most).max(1e-3) * (size(*u) + 1e-6)
        };
        (0..case.units())
            .filter(|u| case.left(*u, &node.open).nth(1).is_some())
            .max_by(|a, b| score(a).total_cmp(&score(b)).then(b.cmp(a)))
    }

    /// What is proven of a node and all below it.
    fn value(&self, at: usize) -> f64 {
        let node = &self.nodes[at];
        let value = match &node.kind {
            Kind::Leaf(_, value) => *value,
            Kind::Split(_, of) => of
                .iter()
                .map(|(_, n)| self.value(*n))
                .fold(f64::INFINITY, f64::min),
        };
        node.cutoffs
            .iter()
            .fold(value, |v, (cutoff, _)| v.min(*cutoff))
    }

    fn tree(&self, at: usize) -> Tree {
        let node = &self.nodes[at];
        let rest = match &node.kind {
            Kind::Leaf(tree, _) => tree.clone(),
            Kind::Split(unit, of) => Tree::Reps {
                unit: *unit,
                branches: of.iter().map(|(j, n)| (*j, self.tree(*n))).collect(),
            },
        };
        node.cutoffs
            .iter()
            .rev()
            .fold(rest, |rest, (cutoff, prices)| Tree::Cutoff {
                cutoff: *cutoff,
                prices: prices.clone(),
                rest: Box::new(rest),
            })
    }
}
