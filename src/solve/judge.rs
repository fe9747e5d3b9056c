//! Whether a plan is the best one, or whether there is none: what the branch and bound makes of a rounded plan, and the tree that proves it.
//!
//! The local search finds plans, the prices prove a bound; where neither closes the gap, or no plan was found, [`branch`] looks at
//! all of them. Nothing that is claimed rests on another solver.

use super::branch::{self, Budget, Outcome};
use super::exact::{self, MOST_COLUMNS};
use super::local::State;
use super::lp::LpOutcome;
use super::units::Units;
use super::{Options, WHOLE};
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::bound::{self, Case, RowPrices, Stream, Tree};
use crate::model::Model;

/// What is proven of all plans.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// No plan costs less; infinite: there is none.
    pub value: f64,
    pub tree: Tree,
    /// Where it is infinite: what the least leaf has above 0.
    pub excess: f64,
    /// The best plan within all bounds that is known.
    pub plan: Option<Vec<RepIx>>,
    /// Whether the clock ended it.
    pub cut: bool,
}

/// Options in the LPs of a search, per second of the time limit.
const COLUMNS_PER_SECOND: f64 = 40_000.0;
/// Part of them that a plan is worth which is as good as was asked for.
const GOOD: f64 = 0.05;
/// Numbers that a certificate may have.
const NUMBERS: usize = 40_000;
/// Units and rows up to which subsets are looked at for what is no small instance.
const FEW: usize = 2_000;

/// Whether what a better plan may use, or any plan where none is known, is little enough to look at all of it: by reduced costs, no better plan than one whose
/// excess over the bound is `E` uses an option that costs more than `E`.
pub(super) fn is_small(model: &Model, state: &State, kept: bool) -> bool {
    let limit = if kept {
        state.excess() * (1.0 + 1e-9)
    } else {
        f64::INFINITY
    };
    model.n.saturating_mul(model.k) <= WHOLE && exact::columns(state, limit) <= MOST_COLUMNS
}

/// Judges the plan of a state that holds all options, and takes a better one into it. `owner` has who gets what is no item of the state.
pub(super) fn judge(
    model: &Model,
    units: &Units,
    (lp, state): (&LpOutcome, &mut State),
    owner: &[RepIx],
    options: &Options,
    until: &Deadline,
) -> Option<Judged> {
    let members = branch::units(model);
    let case = branch::case(model, &members)?;
    let of = |owner: &[RepIx]| -> Option<Vec<usize>> {
        let option = |(u, sites): (usize, &Vec<usize>)| case.option(u, owner[sites[0]].0);
        members.iter().enumerate().map(option).collect()
    };
    let columns = COLUMNS_PER_SECOND * options.time_limit_s.min(1e6);
    let budget = Budget {
        numbers: NUMBERS,
        columns: columns as usize,
        enough: (GOOD * columns) as usize,
        gap: options.gap,
        until: until.clone(),
        lp: options.lp,
    };
    let found = branch::search(&case, &row_prices(model, &lp.mu), of(owner), budget);
    let Outcome {
        plan,
        tree,
        value,
        cut,
    } = found;
    let plan = plan.map(|(plan, _)| {
        let mut best = owner.to_vec();
        for (o, sites) in plan.iter().zip(&members) {
            sites.iter().for_each(|i| best[*i] = RepIx(case.rep[*o]));
        }
        take(units, state, &best);
        best
    });
    let worth = bound::worth(&case, &tree).ok()?;
    Some(Judged {
        plan,
        value: worth.value.min(value),
        excess: worth.excess as f64,
        tree,
        cut,
    })
}

/// What shows without a search that there is no plan.
pub(super) fn impossible(model: &Model, lp: &LpOutcome, until: &Deadline) -> Option<Judged> {
    let members = branch::units(model);
    let prices = lp.ray.as_ref().map(|r| row_prices(model, r));
    let Some(case) = branch::case(model, &members) else {
        return streamed(model, &members, prices.as_ref(), until);
    };
    let open = case.open();
    let found = prices.and_then(|p| branch::ray(&case, &open, &p));
    let few = case.units() <= FEW;
    let tree = found
        .or_else(|| branch::one_measure(&case, &open))
        .or_else(|| branch::too_heavy(&case, &open))
        .or_else(|| few.then(|| branch::without_plan(&case, &open)).flatten())?;
    Some(refuted(bound::worth(&case, &tree).ok()?.excess, tree))
}

/// The same of what is too large for one case.
fn streamed(
    model: &Model,
    members: &[Vec<usize>],
    prices: Option<&RowPrices>,
    until: &Deadline,
) -> Option<Judged> {
    let unit = |u: usize, case: &mut Case| branch::loads(model, &members[u], case);
    let frame = branch::frame(model);
    let stop = || until.is_over();
    let stream = Stream::new(frame.clone(), members.len(), &unit, &stop)?;
    let value = |row: &[i64], change: i64| stream.ray(row, change);
    let tree = branch::rays(&frame, prices, &value)?;
    let Tree::Ray { row, change } = &tree else {
        return None;
    };
    Some(refuted(stream.ray(row, *change)?, tree))
}

/// That there is no plan.
fn refuted(excess: i128, tree: Tree) -> Judged {
    Judged {
        plan: None,
        value: f64::INFINITY,
        excess: excess as f64,
        tree,
        cut: false,
    }
}

/// Prices of the rows of a model.
fn row_prices(model: &Model, mu: &[f64]) -> RowPrices {
    let rows = model.k * model.m;
    RowPrices {
        row: mu[..rows].to_vec(),
        change: mu.get(rows).copied().unwrap_or(0.0).max(0.0),
    }
}

/// Gives the items of a state to these owners, if that is better.
fn take(units: &Units, state: &mut State, owner: &[RepIx]) {
    let before = state.choice.clone();
    let rank = |s: &State| (s.violation().max(0.0), s.excess());
    let old = rank(state);
    for i in 0..state.items.len() {
        let item = &state.items[i];
        let rep = owner[units.sites(item.unit as usize)[0] as usize].0;
        if let Some(o) = item.options.rep.iter().position(|j| *j == rep) {
            state.take(i, o);
        }
    }
    let new = rank(state);
    if new.0 > old.0 || (new.0 == old.0 && new.1 > old.1) {
        state.choose(&before);
    }
}
