//! The case of a model: its units, pairs and exact bounds.

use crate::base::ids::RepIx;
use crate::bound::Case;
use crate::model::Model;
use crate::solve::rigor;
use crate::solve::rows::Rows;

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
        let cost = |j| members.iter().map(|i| model.cost(*i, j)).sum();
        add(model, members, cost, &mut case);
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
        deviation: Rows::deviations(model),
        change: (model.change.as_ref()).and_then(|c| Some((c.grid, c.most()?))),
        blur: rigor::blur(model),
        caution: rigor::TIMES,
        ..Case::default()
    }
}

/// Adds a unit without its costs to a case.
pub(crate) fn loads(model: &Model, members: &[usize], case: &mut Case) {
    add(model, members, |_| 0.0, case);
}

/// Adds a unit to a case. What is the same with every rep is counted once: decimals of many digits take their time.
fn add(model: &Model, members: &[usize], cost: impl Fn(RepIx) -> f64, case: &mut Case) {
    let own: Vec<(i128, f64)> = (0..model.m)
        .map(|m| {
            let steps = members.iter().map(|i| model.own_steps(*i, m)).sum();
            (steps, model.limits.grid[m].value(steps))
        })
        .collect();
    let change: Vec<i128> = (model.change.iter())
        .flat_map(|c| members.iter().map(|i| c.grid.count(c.amount[*i])))
        .collect();
    for j in permitted(model, members) {
        let load = |m: usize| match model.travel_load_of(m) {
            None => own[m],
            Some(_) => {
                let travel = members.iter().map(|i| model.travel_steps(*i, j, m));
                let steps = own[m].0 + travel.sum::<i128>();
                (steps, model.limits.grid[m].value(steps))
            }
        };
        let moved = |i: &usize| model.moved(*i, j);
        let changed = members.iter().zip(&change).filter(|(i, _)| moved(i) != 0.0);
        case.push(
            (j.0, cost(j)),
            (0..model.m).map(load),
            (
                changed.map(|(_, steps)| steps).sum(),
                members.iter().map(moved).sum(),
            ),
        );
    }
    case.end_unit();
}

/// The reps that may have all of some sites.
fn permitted(model: &Model, members: &[usize]) -> impl Iterator<Item = RepIx> {
    let reps = (0..model.k as u32).map(RepIx);
    reps.filter(move |j| members.iter().all(|i| model.forbidden_by(*i, *j).is_none()))
}
