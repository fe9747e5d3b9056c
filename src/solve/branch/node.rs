//! A node of the search: its leaf, and which of its options no better plan uses.

use super::relax::{self, Goal, Relaxed};
use super::{Grown, Kind, Open, Search};
use crate::bound::{self, Case, RowPrices, Tree};

impl Search<'_> {
    /// Makes a node of open options: finds its leaf, and returns it if it must be split.
    pub(super) fn node(
        &mut self,
        [mut open, split]: [Vec<bool>; 2],
        depth: u32,
        prices: Option<&RowPrices>,
    ) -> Option<Open> {
        let case = self.case;
        let at = self.nodes.len();
        if let Some(leaf) = without_plan(case, &open) {
            return self.leaf(leaf, Vec::new());
        }
        let alone = |open: &[bool]| (0..case.units()).all(|u| case.left(u, open).nth(1).is_none());
        let single = alone(&open);
        if single {
            let plan: Vec<usize> = (0..case.units())
                .filter_map(|u| case.left(u, &open).next())
                .collect();
            self.offer(&plan);
        }
        let none = RowPrices {
            row: vec![0.0; case.least.len()],
            change: 0.0,
        };
        let given = prices.map(|p| self.by_prices(&open, p));
        let zero = self.by_prices(&open, &none);
        let mut best = given.filter(|g| g.1 > zero.1).unwrap_or(zero);
        let mut share = vec![0.0; open.len()];
        let mut cutoffs: Vec<(f64, RowPrices)> = Vec::new();
        if let Some(p) = prices {
            cutoffs.extend(self.close(&mut open, p));
        }
        if let Some(none) = nobody(case, &open) {
            return self.leaf(none, cutoffs);
        }
        if !single || case.change.is_some() || best.1 < self.target() {
            match self.relax(&open) {
                Relax::Ray(ray) => return self.leaf(ray, cutoffs),
                Relax::Prices(relaxed) => {
                    share = relaxed.share;
                    self.round(&open, &share);
                    let lp = short(relaxed.prices);
                    let by_lp = self.by_prices(&open, &lp);
                    if by_lp.1 > best.1 {
                        best = by_lp;
                    }
                    cutoffs.extend(self.close(&mut open, &lp));
                    if let Some(none) = nobody(case, &open) {
                        return self.leaf(none, cutoffs);
                    }
                    self.raise([&open, &split], &lp, &mut best);
                }
                Relax::Nothing => {}
            }
        }
        self.numbers += numbers(&cutoffs);
        let (leaf, value) = best;
        self.numbers += size(&leaf);
        let below = cutoffs.iter().map(|c| c.0).fold(f64::INFINITY, f64::min);
        self.nodes.push(Grown {
            cutoffs,
            kind: Kind::Leaf(leaf, value),
        });
        let value = value.min(below);
        (value < self.target() && !alone(&open)).then_some(Open {
            value,
            depth,
            at,
            open,
            split,
            share,
            deep: self.plan.is_none(),
        })
    }

    /// A node that needs nothing more: no plan uses what is left to it.
    fn leaf(&mut self, leaf: Tree, cutoffs: Vec<(f64, RowPrices)>) -> Option<Open> {
        self.numbers += size(&leaf) + numbers(&cutoffs);
        self.nodes.push(Grown {
            cutoffs,
            kind: Kind::Leaf(leaf, f64::INFINITY),
        });
        None
    }

    pub(super) fn by_prices(&self, open: &[bool], prices: &RowPrices) -> (Tree, f64) {
        let value = bound::prices(self.case, open, prices).least();
        (Tree::Prices(prices.clone()), value)
    }

    /// The LP of a node.
    fn relax(&mut self, open: &[bool]) -> Relax {
        let (case, lp, until) = (self.case, self.budget.lp, self.budget.until.clone());
        // The knapsacks on top look at all of them again and again.
        self.columns += 2 * open.iter().filter(|o| **o).count();
        let Some(relaxed) = relax::solve(case, open, Goal::Cost, lp, &until) else {
            return Relax::Nothing;
        };
        if relaxed.slack > SLACK {
            let outside = relax::solve(case, open, Goal::Outside, lp, &until);
            if let Some(ray) = outside.and_then(|o| ray(case, open, &o.prices)) {
                return Relax::Ray(ray);
            }
        }
        Relax::Prices(relaxed)
    }

    /// Closes what no better plan uses; the cost up to which that holds, if anything was closed.
    fn close(&mut self, open: &mut [bool], prices: &RowPrices) -> Option<(f64, RowPrices)> {
        let cutoff = self.target();
        if !cutoff.is_finite() {
            return None;
        }
        let closed = bound::beyond(self.case, open, prices, cutoff);
        closed.iter().for_each(|o| open[*o] = false);
        (!closed.is_empty()).then(|| (cutoff, prices.clone()))
    }

    /// Offers what the LP comes to when each unit goes where most of it is.
    fn round(&mut self, open: &[bool], share: &[f64]) {
        let largest = |u: usize| {
            let all = self.case.left(u, open);
            all.max_by(|a, b| share[*a].total_cmp(&share[*b]).then(b.cmp(a)))
        };
        let plan: Vec<usize> = (0..self.case.units()).filter_map(largest).collect();
        self.offer(&plan);
    }
}

/// Load outside the bounds from which on a ray is looked for, in loads of a typical unit.
const SLACK: f64 = 1e-9;

/// What the LP of a node says.
enum Relax {
    /// That there is no plan.
    Ray(Tree),
    Prices(Relaxed),
    /// The solver gave up.
    Nothing,
}

/// Numbers of a leaf.
pub(super) fn size(leaf: &Tree) -> usize {
    match leaf {
        Tree::Prices(p) => p.row.len() + 1,
        Tree::Assignment { prices, above, .. } => prices.row.len() + 1 + 2 * above.len(),
        Tree::Ray { row, .. } => row.len(),
        Tree::Subset { .. } | Tree::Reps { .. } | Tree::Cutoff { .. } => 2,
    }
}

/// A leaf that shows that no plan uses these options only, if there is one that looks at one unit or one rep.
pub(crate) fn without_plan(case: &Case, open: &[bool]) -> Option<Tree> {
    let of_rep = || {
        (0..case.least.len()).find_map(|row| {
            let (rep, measure) = (row / case.measures, row % case.measures);
            let none = bound::empty(case, open, rep, measure) == Some(true);
            none.then_some(Tree::Subset { rep, measure })
        })
    };
    nobody(case, open).or_else(of_rep)
}

/// A unit that is open to nobody.
fn nobody(case: &Case, open: &[bool]) -> Option<Tree> {
    let unit = (0..case.units()).find(|u| case.left(*u, open).next().is_none())?;
    Some(Tree::Reps {
        unit,
        branches: Vec::new(),
    })
}

/// Numbers of cutoffs.
fn numbers(cutoffs: &[(f64, RowPrices)]) -> usize {
    cutoffs.iter().map(|(_, p)| p.row.len() + 1).sum()
}

/// A unit that is more than any rep who may have it may take, all else left out.
pub(crate) fn too_heavy(case: &Case, open: &[bool]) -> Option<Tree> {
    let m = case.measures;
    let over = |o: usize| {
        let row = case.rep[o] as usize * m;
        (0..m).find(|r| case.steps[o * m + r] > case.most[row + r])
    };
    let unit = (0..case.units()).find(|u| case.left(*u, open).all(|o| over(o).is_some()))?;
    let branch = |o: usize| {
        let rep = case.rep[o];
        let leaf = Tree::Subset {
            rep: rep as usize,
            measure: over(o)?,
        };
        Some((rep, leaf))
    };
    Some(Tree::Reps {
        unit,
        branches: case.left(unit, open).map(branch).collect::<Option<_>>()?,
    })
}

/// A measure whose bounds permit less than there is, or ask for more.
pub(crate) fn one_measure(case: &Case, open: &[bool]) -> Option<Tree> {
    let all = single(case.least.len(), case.measures);
    first(all, &|row, change| bound::ray(case, open, row, change))
}

/// A ray of whole numbers near the prices, if one proves that there is no plan.
pub(crate) fn ray(case: &Case, open: &[bool], prices: &RowPrices) -> Option<Tree> {
    let near = near(case, prices);
    first(near, &|row, change| bound::ray(case, open, row, change))
}

/// What may prove that there is no plan: one measure by itself, and whole numbers near prices. `frame` is a case without units.
pub(crate) fn rays(frame: &Case, prices: Option<&RowPrices>, value: Value<'_>) -> Option<Tree> {
    let all = single(frame.least.len(), frame.measures);
    let by_prices = || prices.and_then(|p| first(near(frame, p), value));
    first(all, value).or_else(by_prices)
}

/// What a ray is worth.
pub(crate) type Value<'a> = &'a dyn Fn(&[i64], i64) -> Option<i128>;

/// The first ray that proves something.
fn first(mut rays: impl Iterator<Item = (Vec<i64>, i64)>, value: Value<'_>) -> Option<Tree> {
    let (row, change) = rays.find(|(row, change)| value(row, *change).is_some_and(|v| v > 0))?;
    Some(Tree::Ray { row, change })
}

/// 1 or -1 for all rows of one measure.
fn single(rows: usize, m: usize) -> impl Iterator<Item = (Vec<i64>, i64)> {
    (0..2 * m).map(move |way| {
        let sign = if way < m { 1 } else { -1 };
        let of = |row: usize| if row % m == way % m { sign } else { 0 };
        ((0..rows).map(of).collect(), 0)
    })
}

/// Whole numbers near prices, of few digits and of more.
fn near(case: &Case, prices: &RowPrices) -> impl Iterator<Item = (Vec<i64>, i64)> {
    let m = case.measures;
    // Per step of the grid, as the ray counts.
    let per_step = |(row, p): (usize, &f64)| p * case.grid[row % m].value(1);
    let scaled: Vec<f64> = prices.row.iter().enumerate().map(per_step).collect();
    let change = case
        .change
        .map_or(0.0, |(grid, _)| prices.change * grid.value(1));
    let most = scaled.iter().map(|p| p.abs()).fold(change, f64::max);
    let factors = [1.0, 2.0, 6.0, 60.0, 1e3, 1e4, 1e6, 1e9].into_iter();
    factors
        .filter(move |_| most > 0.0 && most.is_finite())
        .map(move |factor| {
            let whole = |p: f64| (p / most * factor).round() as i64;
            (
                scaled.iter().map(|p| whole(*p)).collect(),
                whole(change).max(0),
            )
        })
}

/// Eight digits, so that certificates are short: every price proves something.
fn short(mut prices: RowPrices) -> RowPrices {
    prices.row.iter_mut().for_each(|p| *p = short_number(*p));
    prices.change = short_number(prices.change);
    prices
}

pub(super) fn short_number(p: f64) -> f64 {
    format!("{p:.8e}").parse().unwrap_or(0.0)
}
