//! The tree of a certificate, verified from the inputs: which units there are, what the rules permit them, what pairs cost and load and
//! what the bounds are is worked out here; the arithmetic of leaves is [`bound`](crate::bound)'s.

use super::truth::Truth;
use super::{Claim, Finding};
use crate::base::ids::RepIx;
use crate::bound::{self, Case, Stream, Tree, Worth};
use crate::plan::{self, Proof, Status};

/// Whether the claim is one of a plan with this status.
fn is_of_status(claim: &Claim<'_>) -> bool {
    match claim.status {
        Status::Optimal => claim.claim == plan::Claim::Optimal,
        Status::Feasible => claim.claim == plan::Claim::Within,
        Status::Infeasible => {
            matches!(claim.claim, plan::Claim::Infeasible | plan::Claim::NotFound)
        }
    }
}

/// Verifies what rests on the tree of a plan: its bound, or that there is no plan.
pub(super) fn tree(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let infeasible = claim.claim == plan::Claim::Infeasible;
    let told = |text: String| vec![Finding::new("certificate", text)];
    if !is_of_status(claim) {
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
pub(super) fn units(truth: &Truth<'_>) -> Vec<Vec<usize>> {
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
    let unit = |u: usize, case: &mut Case| add(truth, &units[u], |_, _| 0.0, case);
    let stream = Stream::new(frame(truth), units.len(), &unit, &|| false)
        .ok_or("a ray was not evaluated to its end")?;
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
        deviation: truth.beside.clone(),
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
        let cost = |i: usize, j: RepIx| {
            let travel = truth.fitted(i, j).unwrap_or(0.0);
            truth.weight[i] * travel + truth.penalty() * truth.moved(i, j)
        };
        add(truth, members, cost, &mut case);
    }
    case.tighten();
    case
}

/// The reps that may have all of a unit.
fn permitted(truth: &Truth<'_>, members: &[usize]) -> impl Iterator<Item = RepIx> {
    let reps = (0..truth.k as u32).map(RepIx);
    reps.filter(move |j| members.iter().all(|i| truth.forbidden(*i, *j).is_none()))
}

/// Adds a unit. Its own activity and what would change hands are counted once for all reps.
fn add(truth: &Truth<'_>, members: &[usize], cost: impl Fn(usize, RepIx) -> f64, case: &mut Case) {
    let with_load = |m: usize, steps: i128| (steps, truth.grid[m].value(steps));
    let own: Vec<(i128, f64)> = (0..truth.m)
        .map(|m| with_load(m, members.iter().map(|i| truth.own_steps(*i, m)).sum()))
        .collect();
    let amounts: Vec<i128> = members.iter().map(|i| truth.changed_steps(*i)).collect();
    for j in permitted(truth, members) {
        let load = |m: usize| match truth.travel_of(m) {
            None => own[m],
            Some(_) => {
                let travel = members.iter().map(|i| truth.travel_steps(*i, j, m));
                with_load(m, own[m].0 + travel.sum::<i128>())
            }
        };
        let moved = |i: &usize| truth.moved(*i, j);
        let changed = members
            .iter()
            .zip(&amounts)
            .filter(|(i, _)| moved(i) != 0.0);
        case.push(
            (j.0, members.iter().map(|i| cost(*i, j)).sum()),
            (0..truth.m).map(load),
            (
                changed.map(|(_, steps)| steps).sum(),
                members.iter().map(moved).sum(),
            ),
        );
    }
    case.end_unit();
}
