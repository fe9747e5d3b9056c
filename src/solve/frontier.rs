//! What less or more change gives: plans from the least share that must change hands to no limit at all.
//!
//! ```text
//! s_free    share that changes hands without a limit
//! s_least   share of a plan made to move as little as the rules permit
//! limits    s_least + (s_free - s_least) (t / T)^2,   t = 0 .. T - 1,   then none
//! ```
//!
//! The squares put more of the plans where the curve is steep. Each LP starts from the prices of the plan
//! before it. A plan that keeps a limit keeps every wider one, so each limit gets the best of all plans that keep it, the one that is
//! written included: the curve never rises, and no point of it beats that plan, unless it is today's assignment, which is not exchanged.

use crate::base::ids::RepIx;
use crate::error::Error;
use crate::input::Inputs;
use crate::model::{ChangeLimit, Model};
use crate::plan::frontier::FrontierRow;
use crate::plan::summary::Summary;
use crate::plan::{LEAST_GAP, Plan, Prices, Status};
use crate::solve::{Contiguity, Options, keeps_all, solve_from};
use crate::territory;

/// The frontier, and what was found by the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontier {
    /// From little change to much.
    pub rows: Vec<FrontierRow>,
    /// Owners that keep all rules of the scenario and cost less than the plan does.
    pub better: Option<Vec<RepIx>>,
}

/// Plans with a limit.
const STEPS: usize = 7;
/// The least plan weighs travel by so much that all of it costs this share of all that could move.
const TIE: f64 = 1e-3;

/// The frontier of travel against change beside `plan`, the one of the scenario; all of its solves together end at `options.until`.
///
/// # Errors
/// [`Error::Usage`] without owners of today, [`Error::Internal`] when revier contradicts itself.
pub fn change(
    inputs: &Inputs,
    model: &Model,
    options: &Options,
    contiguity: &Contiguity,
    plan: &Plan,
) -> Result<Frontier, Error> {
    let rule = inputs.scenario.change.as_ref();
    let curve = Curve::new(inputs, model, options, contiguity)?;
    let free = curve.solve(&curve.model, None, STEPS + 3)?;
    let least = curve.least(&free)?;
    let limits = limits(
        curve.share(&least),
        curve.share(&free),
        rule.and_then(|c| c.max_share),
    );
    let mut plans = curve.plans(limits, free)?;
    let owners: Vec<Vec<RepIx>> = (plans.iter().map(|(_, p)| p.owner.clone()))
        .chain([least.owner, plan.owner.clone()])
        .collect();
    plans.iter_mut().for_each(|p| curve.best_of(&owners, p));
    let better = cheapest(model, contiguity, &owners);
    let better = better.filter(|(cost, owner)| {
        let infeasible = plan.status == Status::Infeasible;
        **owner != plan.owner && (infeasible || *cost < plan.objective * (1.0 - 1e-9))
    });
    Ok(Frontier {
        better: better.map(|(_, owner)| owner.clone()),
        rows: (plans.iter())
            .map(|(limit, plan)| row(&curve.model, *limit, curve.share(plan), plan))
            .collect(),
    })
}

/// A limit on the share that changes hands, none for no limit, and its plan.
type Limited = (Option<f64>, Plan);

/// What all plans of a frontier share.
struct Curve<'a> {
    /// The model of the scenario, without a limit on change.
    model: Model,
    options: &'a Options,
    contiguity: &'a Contiguity<'a>,
    /// No limit.
    free: ChangeLimit,
    /// All that could change hands.
    total: f64,
}

impl<'a> Curve<'a> {
    fn new(
        inputs: &Inputs,
        model: &Model,
        options: &'a Options,
        contiguity: &'a Contiguity<'a>,
    ) -> Result<Curve<'a>, Error> {
        let scenario = &inputs.scenario;
        let measure = scenario
            .change
            .as_ref()
            .map_or(scenario.balance[0].measure.as_str(), |c| c.measure.as_str());
        let free = ChangeLimit::new(inputs, measure, None, None);
        let total: f64 = inputs.customers.column(measure).unwrap_or(&[]).iter().sum();
        if free.amount.iter().sum::<f64>() <= 0.0 {
            return Err(Error::Usage(format!(
                "--frontier change needs owners of today: no customer with an `owner` has any {measure}"
            )));
        }
        let mut model = model.clone();
        model.change = Some(free.clone());
        Ok(Curve {
            model,
            options,
            contiguity,
            free,
            total,
        })
    }

    /// The share that changes hands.
    fn share(&self, plan: &Plan) -> f64 {
        let moved = (0..plan.owner.len())
            .filter(|i| self.model.previous[*i] != plan.owner[*i])
            .map(|i| self.free.amount[i]);
        moved.sum::<f64>() / self.total
    }

    /// One of so many solves that are left: each has its part of the time that is left.
    fn solve(&self, model: &Model, prices: Option<&Prices>, solves: usize) -> Result<Plan, Error> {
        let until = &self.options.until;
        let seconds = until.left().as_secs_f64() / solves as f64;
        let options = Options {
            until: until.within(seconds),
            ..self.options.clone()
        };
        solve_from(model, self.contiguity, &options, prices)
    }

    /// The model with a limit.
    fn limited(&self, limit: f64) -> Model {
        let mut model = self.model.clone();
        model.change = Some(ChangeLimit {
            limit: limit * self.total,
            ..self.free.clone()
        });
        model
    }

    /// A plan that moves as little as the rules permit.
    fn least(&self, free: &Plan) -> Result<Plan, Error> {
        let mut model = self.model.clone();
        let tie = TIE * self.total / free.objective.abs().max(1e-300);
        model.weight.iter_mut().for_each(|w| *w *= tie);
        model.change = Some(ChangeLimit {
            penalty: 1.0,
            ..self.free.clone()
        });
        self.solve(&model, None, STEPS + 2)
    }

    /// The plans of all limits, from the least; `free`, without one, is the last.
    fn plans(&self, limits: Vec<f64>, free: Plan) -> Result<Vec<Limited>, Error> {
        let mut prices = free.prices.clone();
        let mut plans = vec![(None, free)];
        let count = limits.len();
        for (at, limit) in limits.into_iter().rev().enumerate() {
            let plan = self.solve(&self.limited(limit), Some(&prices), count - at)?;
            prices = plan.prices.clone();
            plans.push((Some(limit), plan));
        }
        plans.reverse();
        Ok(plans)
    }

    /// Gives a limit the best of all plans that keep it.
    fn best_of(&self, owners: &[Vec<RepIx>], (limit, plan): &mut Limited) {
        let model = limit.map_or_else(|| self.model.clone(), |limit| self.limited(limit));
        if let Some((cost, owner)) = cheapest(&model, self.contiguity, owners)
            && (plan.status == Status::Infeasible || cost < plan.objective)
        {
            plan.owner.clone_from(owner);
            plan.objective = cost;
            plan.bound = plan.bound.min(cost);
            plan.status = if plan.gap() <= self.options.gap.max(LEAST_GAP) {
                Status::Optimal
            } else {
                Status::Feasible
            };
        }
    }
}

/// The cheapest owners that keep all rules, and their cost.
fn cheapest<'a>(
    model: &Model,
    contiguity: &Contiguity,
    owners: &'a [Vec<RepIx>],
) -> Option<(f64, &'a Vec<RepIx>)> {
    let whole = |owner: &[RepIx]| territory::islands(contiguity.graph, owner, model.k).is_empty();
    let kept = owners
        .iter()
        .filter(|o| keeps_all(model, o) && (!contiguity.required || whole(o)));
    let cost = |owner: &[RepIx]| {
        let pairs = owner.iter().enumerate();
        pairs.map(|(i, j)| model.cost(i, *j)).sum::<f64>()
    };
    kept.map(|o| (cost(o), o))
        .min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The limits, from narrow to wide; the scenario's own is among them if it lies between.
fn limits(least: f64, free: f64, own: Option<f64>) -> Vec<f64> {
    // The least plan must keep the first limit after a sum in another order, too.
    let least = least * (1.0 + 1e-9);
    if least >= free {
        return vec![least.min(1.0)];
    }
    let mut out: Vec<f64> = (0..STEPS)
        .map(|t| least + (free - least) * (t as f64 / STEPS as f64).powi(2))
        .collect();
    out.extend(own.filter(|s| *s > least && *s < free));
    out.sort_by(f64::total_cmp);
    out.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    out
}

fn row(model: &Model, max_share: Option<f64>, moved_share: f64, plan: &Plan) -> FrontierRow {
    let summary = Summary::new(model, &plan.owner);
    let index = |j: usize, m: usize| {
        let target = model.bounds[j * model.m + m].target.filter(|t| *t > 0.0)?;
        Some((summary.reps[j].totals[m] / target - 1.0).abs())
    };
    FrontierRow {
        max_share,
        moved_share,
        objective: plan.objective,
        travel_km: summary.mean_km(model),
        worst_index_deviation: (0..model.k)
            .flat_map(|j| (0..model.m).filter_map(move |m| index(j, m)))
            .reduce(f64::max),
        status: plan.status,
        gap: plan.gap(),
    }
}
