//! The case of a model: its units, pairs and exact bounds.

use crate::base::ids::RepIx;
use crate::bound::{Case, Pair};
use crate::model::Model;
use crate::solve::rigor;

/// Pairs of unit and rep up to which a case is made.
const MOST_PAIRS: usize = 2_000_000;

/// The units of a model: groups, and sites without one, in the order of their first sites.
pub(crate) fn units(model: &Model) -> Vec<Vec<usize>> {
    let mut of_group = vec![None; model.groups];
    let mut units: Vec<Vec<usize>> = Vec::new();
    for i in 0..model.n {
        match model.group.get(i).filter(|g| **g != u32::MAX) {
            None => units.push(vec![i]),
            Some(g) => match of_group[*g as usize] {
                Some(u) => {
                    let unit: &mut Vec<usize> = &mut units[u];
                    unit.push(i);
                }
                None => {
                    of_group[*g as usize] = Some(units.len());
                    units.push(vec![i]);
                }
            },
        }
    }
    units
}

/// The case of a model with these units; `None` where it would be too large.
pub(crate) fn case(model: &Model, units: &[Vec<usize>]) -> Option<Case> {
    if units.len().saturating_mul(model.k) > MOST_PAIRS {
        return None;
    }
    let mut case = frame(model);
    for members in units {
        let pairs = permitted(model, members).map(|j| pair(model, members, j));
        case.add(pairs);
    }
    case.tighten();
    Some(case)
}

/// Everything of a case but its units.
pub(crate) fn frame(model: &Model) -> Case {
    let limits = &model.limits;
    Case {
        reps: model.k,
        measures: model.m,
        grid: limits.grid.clone(),
        least: limits.least.clone(),
        most: limits.most.clone(),
        change: (model.change.as_ref()).and_then(|c| Some((c.grid, c.most()?))),
        blur: rigor::blur(model),
        caution: rigor::TIMES,
        ..Case::default()
    }
}

/// The pairs of a unit without their costs.
pub(crate) fn loads(model: &Model, members: &[usize]) -> Vec<Pair> {
    let pair = |j| Pair {
        cost: 0.0,
        ..loaded(model, members, j)
    };
    permitted(model, members).map(pair).collect()
}

/// The reps that may have all of some sites.
fn permitted(model: &Model, members: &[usize]) -> impl Iterator<Item = RepIx> {
    let reps = (0..model.k as u32).map(RepIx);
    reps.filter(move |j| members.iter().all(|i| model.forbidden_by(*i, *j).is_none()))
}

fn pair(model: &Model, members: &[usize], j: RepIx) -> Pair {
    Pair {
        cost: members.iter().map(|i| model.cost(*i, j)).sum(),
        ..loaded(model, members, j)
    }
}

fn loaded(model: &Model, members: &[usize], j: RepIx) -> Pair {
    let steps = |m: usize| members.iter().map(|i| model.steps(*i, j, m)).sum();
    let grid = model.change.as_ref().map(|c| c.grid);
    let moved_steps = |i: &usize| grid.map_or(0, |g| g.count(model.moved(*i, j)));
    Pair {
        rep: j.0,
        cost: 0.0,
        steps: (0..model.m).map(steps).collect(),
        moved_steps: members.iter().map(moved_steps).sum(),
        moved: members.iter().map(|i| model.moved(*i, j)).sum(),
    }
}
