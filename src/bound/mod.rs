//! What a certificate proves: a tree of leaves that together cover all plans, and the arithmetic of each leaf.
//!
//! `CERTIFICATE.md` (beside the module `certificate`) has the formulas for who wants to verify one by other means. Here they are evaluated
//! for a [`Case`]: units, the reps that the rules permit them, what each pair costs and loads, and the exact bounds. The solver makes
//! the case of its model, the check makes its own from the inputs; only this arithmetic is shared.
//!
//! Loads are integers (steps of a grid, see [`decimal`](crate::base::decimal)), and what is said of loads alone is exact: rays and subsets. Costs
//! are floating point, and a value that is made of them is rounded down by what their sums may be off by.

mod beside;
mod bin;
pub(crate) mod grain;
pub(crate) mod knapsack;
mod leaf;
pub(crate) mod reachable;
mod stream;
mod subset;
mod sum;

pub(crate) use beside::Beside;
pub(crate) use leaf::{assignment, beyond, bins, press, prices, ray, row_term, unit_prices};
pub(crate) use stream::Stream;
pub(crate) use subset::empty;
pub(crate) use sum::{CANCELLED, DISTANCE_KM, Sum};

use crate::base::decimal::Grid;

/// A problem in numbers. What stays together is one unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub reps: usize,
    pub measures: usize,
    /// Options of unit `u`: `start[u]..start[u + 1]`.
    pub start: Vec<usize>,
    /// The rep of each option, ascending within a unit.
    pub rep: Vec<u32>,
    pub cost: Vec<f64>,
    /// Steps of each measure's grid, option-major.
    pub steps: Vec<i128>,
    /// The same as numbers.
    pub load: Vec<f64>,
    /// What changes hands, in steps, per option.
    pub moved_steps: Vec<i128>,
    pub moved: Vec<f64>,
    /// Per measure.
    pub grid: Vec<Grid>,
    /// Per rep and measure, rep-major.
    pub least: Vec<i128>,
    pub most: Vec<i128>,
    /// What load beside the target costs, rep-major; empty where nothing does.
    pub deviation: Vec<Beside>,
    /// Grid of what changes hands, and the most that may.
    pub change: Option<(Grid, i128)>,
    /// What the cost of a plan may be off by, because distances are not exact.
    pub blur: f64,
    /// How many times its rounding is taken off a bound: more for who claims than for who checks.
    pub caution: f64,
}

impl Case {
    /// Adds a pair to the unit that is being made: rep and cost, steps and load per measure, and what changes hands with it, both ways.
    pub fn push(
        &mut self,
        (rep, cost): (u32, f64),
        loads: impl Iterator<Item = (i128, f64)>,
        (moved_steps, moved): (i128, f64),
    ) {
        self.rep.push(rep);
        self.cost.push(cost);
        for (steps, load) in loads {
            self.steps.push(steps);
            self.load.push(load);
        }
        self.moved_steps.push(moved_steps);
        self.moved.push(moved);
    }

    /// Ends a unit: it has the pairs that were pushed since the one before.
    pub fn end_unit(&mut self) {
        if self.start.is_empty() {
            self.start.push(0);
        }
        self.start.push(self.rep.len());
    }

    /// Tightens the bounds, which loses no plan: no rep has more than all that it may have, and every total of a rep is a multiple of
    /// what all loads that it may have are multiples of.
    pub fn tighten(&mut self) {
        let spread = self.spread();
        self.tighten_by(&spread);
    }

    /// All that each rep may have, and what it is a multiple of.
    fn spread(&self) -> Spread {
        let rows = self.most.len();
        let mut spread = Spread {
            all: vec![0; rows],
            grain: vec![0; rows],
        };
        for (o, j) in self.rep.iter().enumerate() {
            for m in 0..self.measures {
                let (row, a) = (
                    *j as usize * self.measures + m,
                    self.steps[o * self.measures + m],
                );
                spread.all[row] += a;
                spread.grain[row] = grain::gcd(spread.grain[row], a.abs());
            }
        }
        spread
    }

    fn tighten_by(&mut self, spread: &Spread) {
        for (row, g) in spread.grain.iter().enumerate() {
            let (least, most) = (&mut self.least[row], &mut self.most[row]);
            *most = spread.all[row].min(*most);
            if *g > 0 {
                *most = most.div_euclid(*g) * g;
                *least = -(-*least).div_euclid(*g) * g;
            }
        }
    }

    /// What load beside the target of a row costs.
    pub fn deviation(&self, row: usize) -> Beside {
        self.deviation.get(row).copied().unwrap_or_default()
    }

    /// What the loads of a plan cost beside their targets, from the options of its units.
    pub fn balance_cost(&self, plan: &[usize]) -> f64 {
        if self.deviation.is_empty() {
            return 0.0;
        }
        let m = self.measures;
        let mut total = vec![0i128; self.least.len()];
        for o in plan {
            for r in 0..m {
                total[self.rep[*o] as usize * m + r] += self.steps[o * m + r];
            }
        }
        let cost = |(row, y): (usize, i128)| self.deviation(row).cost(self.grid[row % m].value(y));
        total.into_iter().enumerate().map(cost).sum()
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// Options of a unit.
    pub fn options(&self, u: usize) -> std::ops::Range<usize> {
        self.start[u]..self.start[u + 1]
    }

    /// The option that gives unit `u` to rep `j`.
    pub fn option(&self, u: usize, j: u32) -> Option<usize> {
        let range = self.options(u);
        let at = self.rep[range.clone()].binary_search(&j).ok()?;
        Some(range.start + at)
    }

    /// Every option is open.
    pub fn open(&self) -> Vec<bool> {
        vec![true; self.rep.len()]
    }

    /// Options of a unit that are open.
    pub fn left<'a>(&self, u: usize, open: &'a [bool]) -> impl Iterator<Item = usize> + Clone + 'a {
        self.options(u).filter(|o| open[*o])
    }
}

/// Per rep and measure: the sum of all loads that it may have, and their greatest common divisor.
#[derive(Clone, Debug)]
struct Spread {
    all: Vec<i128>,
    grain: Vec<i128>,
}

impl Spread {
    fn join(mut self, other: &Spread) -> Spread {
        for row in 0..self.all.len() {
            self.all[row] += other.all[row];
            self.grain[row] = grain::gcd(self.grain[row], other.grain[row]);
        }
        self
    }
}

/// A tree that covers all plans: where it splits, each plan is in one of the branches.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// A unit over the reps that are open to it.
    Reps {
        unit: usize,
        branches: Vec<(u32, Tree)>,
    },
    /// Options that no plan cheaper than `cutoff` uses, as the prices prove, are left out of the rest.
    Cutoff {
        cutoff: f64,
        prices: RowPrices,
        rest: Box<Tree>,
    },
    /// What the prices of the rows prove.
    Prices(RowPrices),
    /// What prices of the units prove besides, with one knapsack per rep over measure `measure`.
    Assignment {
        prices: RowPrices,
        measure: usize,
        /// Unit and what its price is above its least value, ascending; half of what the second least is above it where it is not named.
        above: Vec<(u32, f64)>,
    },
    /// No plan, because loads priced so cannot be within the bounds; whole numbers per step.
    Ray { row: Vec<i64>, change: i64 },
    /// No plan, because no set of whole units has a total within the bounds.
    Subset { rep: usize, measure: usize },
}

/// Prices of the rows, per unit of the measure.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct RowPrices {
    /// Rep-major.
    pub row: Vec<f64>,
    /// >= 0.
    pub change: f64,
}

/// What a tree is worth: the least of its leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worth {
    /// No plan costs less; infinite: there is no plan.
    pub value: f64,
    /// Where it is infinite: the least of what its leaves have above 0, in steps; 1 for a leaf that is no ray.
    pub excess: i128,
}

/// The value of a tree.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn worth(case: &Case, tree: &Tree) -> Result<Worth, String> {
    let mut open = Open {
        left: case.open(),
        split: case.open(),
    };
    walk(case, tree, &mut open)
}

/// Which options are open to a node.
struct Open {
    /// After all splits and cutoffs above it.
    left: Vec<bool>,
    /// After all splits: what cutoffs leave out depends on rounding, and prices that are not named may not.
    split: Vec<bool>,
}

/// Leaves may be as deep as there are units; each level opens and closes what it changed.
fn walk(case: &Case, tree: &Tree, open: &mut Open) -> Result<Worth, String> {
    let leaf = |value: f64| Worth { value, excess: 1 };
    match tree {
        Tree::Reps { unit, branches } => split(case, (*unit, branches), open),
        Tree::Prices(p) => shaped(case, p).map(|()| leaf(prices(case, &open.left, p).least())),
        Tree::Cutoff {
            cutoff,
            prices,
            rest,
        } => cut(case, *cutoff, prices, rest, open),
        Tree::Assignment {
            prices,
            measure,
            above,
        } => {
            shaped(case, prices)?;
            let known = |(u, p): &(u32, f64)| (*u as usize) < case.units() && p.is_finite();
            if *measure >= case.measures || !above.iter().all(known) {
                return Err("a price of a unit is not a number, or of no unit".to_owned());
            }
            let pi = unit_prices(case, &open.split, prices, above);
            Ok(leaf(
                assignment(case, &open.left, prices, *measure, &pi).least(),
            ))
        }
        Tree::Ray { row, change } => {
            if row.len() != case.least.len() || *change < 0 {
                return Err("a ray has not one price per rep and measure".to_owned());
            }
            match ray(case, &open.left, row, *change) {
                Some(v) if v > 0 => Ok(Worth {
                    value: f64::INFINITY,
                    excess: v,
                }),
                _ => Err("a ray proves nothing".to_owned()),
            }
        }
        Tree::Subset { rep, measure } => {
            if *rep >= case.reps || *measure >= case.measures {
                return Err("a subset leaf is of no rep or measure".to_owned());
            }
            match empty(case, &open.left, *rep, *measure) {
                Some(true) => Ok(leaf(f64::INFINITY)),
                _ => Err("a subset leaf proves nothing".to_owned()),
            }
        }
    }
}

fn cut(
    case: &Case,
    cutoff: f64,
    prices: &RowPrices,
    rest: &Tree,
    open: &mut Open,
) -> Result<Worth, String> {
    shaped(case, prices)?;
    if !cutoff.is_finite() {
        return Err("a cutoff is not a number".to_owned());
    }
    let closed = beyond(case, &open.left, prices, cutoff);
    closed.iter().for_each(|o| open.left[*o] = false);
    // What lost all its reps is in no cheaper plan, whatever the rest says of it.
    let lost = (0..case.units()).any(|u| case.left(u, &open.left).next().is_none());
    let nothing = Worth {
        value: f64::INFINITY,
        excess: 1,
    };
    let worth = if lost {
        nothing
    } else {
        walk(case, rest, open)?
    };
    closed.iter().for_each(|o| open.left[*o] = true);
    Ok(Worth {
        value: worth.value.min(cutoff),
        ..worth
    })
}

fn split(
    case: &Case,
    (unit, branches): (usize, &[(u32, Tree)]),
    open: &mut Open,
) -> Result<Worth, String> {
    if unit >= case.units() {
        return Err("a branch is of no unit".to_owned());
    }
    let left: Vec<usize> = case.left(unit, &open.left).collect();
    let split: Vec<usize> = case.left(unit, &open.split).collect();
    permitted(case, unit, branches)?;
    let mut all = Worth {
        value: f64::INFINITY,
        excess: if left.is_empty() { 1 } else { i128::MAX },
    };
    for o in &left {
        let Some((_, tree)) = branches.iter().find(|(j, _)| *j == case.rep[*o]) else {
            return Err(format!("a branch of unit {unit} leaves out a rep"));
        };
        left.iter().for_each(|other| open.left[*other] = other == o);
        split
            .iter()
            .for_each(|other| open.split[*other] = other == o);
        let worth = walk(case, tree, open)?;
        all.value = all.value.min(worth.value);
        all.excess = all.excess.min(worth.excess);
    }
    left.iter().for_each(|o| open.left[*o] = true);
    split.iter().for_each(|o| open.split[*o] = true);
    Ok(all)
}

fn shaped(case: &Case, p: &RowPrices) -> Result<(), String> {
    if p.row.len() != case.least.len() {
        return Err("a leaf has not one price per rep and measure".to_owned());
    }
    if !(p.row.iter().all(|v| v.is_finite()) && p.change.is_finite() && p.change >= 0.0) {
        return Err("a price is not a number, or the price of change is negative".to_owned());
    }
    Ok(())
}

/// Whether each branch of a unit is of a rep that may have it.
fn permitted(case: &Case, unit: usize, branches: &[(u32, Tree)]) -> Result<(), String> {
    // One that a cutoff leaves out here, and did not where the certificate was written, does no harm.
    match branches
        .iter()
        .find(|(j, _)| case.option(unit, *j).is_none())
    {
        Some((j, _)) => Err(format!(
            "unit {unit} has a branch for rep {j}, who may not have it"
        )),
        None => Ok(()),
    }
}
