//! Bases and bound for one number of reps.

use super::bases::Choice;
use super::prices::{Effort, Known, Values, climb};
use super::problem::Problem;
use crate::base::deadline::Deadline;

/// What is known about one number of reps.
#[derive(Clone, Debug)]
pub struct Point {
    /// How many reps.
    pub p: usize,
    /// Choices of candidates, each ascending, those that stay among them: the cheapest, and others that the prices point to, in the order
    /// they were found. Where few customers fill a rep, whole customers may prefer one of these.
    pub choices: Vec<Vec<u32>>,
    /// What they cost, customers split where that is cheapest: about the optimum of the transport problem.
    pub value: f64,
    /// No plan with so many reps costs less.
    pub bound: f64,
    /// The prices that prove it.
    pub pi: Vec<f64>,
}

/// How thoroughly is searched.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// Swaps that may be in vain one after the other.
    pub tries: usize,
    /// Climbs, each followed by a search from where its prices point to.
    pub rounds: usize,
    /// Steps of a climb.
    pub steps: usize,
    /// Enough when the bound is this near, as a share of the plan.
    pub gap: f64,
}

/// Looks for bases and bound for `p` reps, from bases and prices of a similar problem where there are any. `seen` hears of every evaluation of prices.
pub fn point(
    problem: &Problem,
    p: usize,
    start: (&[u32], Option<&[f64]>),
    depth: Depth,
    until: &Deadline,
    mut seen: impl FnMut(&Values, &[f64]),
) -> Point {
    let mut best = Choice::new(problem, start.0.iter().copied());
    of_size(&mut best, p);
    best.improve(depth.tries, until);
    let mut known = Known {
        bound: f64::NEG_INFINITY,
        pi: start.1.map_or_else(|| best.site_prices(), <[f64]>::to_vec),
    };
    let effort = Effort {
        steps: depth.steps,
        gap: depth.gap,
    };
    let mut choices = Vec::new();
    let mut add = |chosen: Vec<u32>| {
        if chosen.len() == p && !choices.contains(&chosen) {
            choices.push(chosen);
        }
    };
    for round in 0..depth.rounds {
        let climbed = climb(
            problem,
            p,
            best.value(),
            &known.pi,
            effort,
            until,
            &mut seen,
        );
        if climbed.known.bound > known.bound {
            known = climbed.known;
        }
        if best.value() - known.bound <= depth.gap * best.value().abs() || until.is_over() {
            break;
        }
        let mut likely: Vec<u32> = problem.others().map(|j| j as u32).collect();
        likely.sort_by(|a, b| climbed.open[*b as usize].total_cmp(&climbed.open[*a as usize]));
        likely.truncate(p.saturating_sub(problem.staying()));
        let mut other = Choice::new(problem, likely);
        add(other.chosen());
        other.improve(depth.tries << round.min(3), until);
        add(other.chosen());
        if other.value() < best.value() {
            best = other;
        }
    }
    add(best.chosen());
    if let Some(at) = choices.iter().position(|c| *c == best.chosen()) {
        choices.swap(0, at);
    }
    Point {
        p,
        choices,
        value: best.value(),
        bound: known.bound,
        pi: known.pi,
    }
}

/// Opens and closes until there are `p`.
fn of_size(choice: &mut Choice, p: usize) {
    while choice.count() < p && choice.open_best() {}
    while choice.count() > p && choice.close_best() {}
}
