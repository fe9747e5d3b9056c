//! What less or more change, and narrower or wider tolerances, would give: plans from the least share that must change hands to no limit at
//! all, from a tenth of the tolerances to three times as much, or a grid of both.
//!
//! ```text
//! s_free      share that changes hands without a limit
//! s_least     share of a plan made to move as little as the rules permit
//! limits      s_least + (s_free - s_least) (t / T)^2,   t = 0 .. T - 1,   then none
//! tolerances  f * tolerance_m for every measure m,      f in FACTORS (a grid: GRID)
//! ```
//!
//! The squares put more of the plans where the curve is steep. Each LP starts from the prices of the plan
//! before it. A plan that keeps a limit keeps every wider one, so each row gets the best of all plans that keep its limits, the one that is
//! written included: a curve never rises (but over tolerances where reps have bounds of their own, see `model::bounds`), and no point of it beats that plan, unless it
//! is today's assignment, which is not exchanged.

use crate::base::ids::RepIx;
use crate::base::words::dusted;
use crate::error::Error;
use crate::input::Inputs;
use crate::model::{ChangeLimit, Model};
use crate::plan::frontier::{FrontierRow, Trade};
use crate::plan::summary::Summary;
use crate::plan::{LEAST_GAP, Plan, Prices, Status};
use crate::scenario::Balance;
use crate::solve::{Contiguity, Options, keeps_all, solve_from};
use crate::territory;

/// The frontier, and what was found by the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontier {
    /// From narrow tolerances to wide ones, and for each from little change to much.
    pub rows: Vec<FrontierRow>,
    /// Owners that keep all rules of the scenario and cost less than the plan does.
    pub better: Option<Vec<RepIx>>,
}

/// Plans with a limit on change.
const STEPS: usize = 7;
/// What tolerances are multiplied by for a curve, and for a grid; 1 is the scenario's own.
const FACTORS: [f64; 8] = [0.1, 0.2, 0.4, 0.6, 1.0, 1.5, 2.0, 3.0];
const GRID: [f64; 4] = [0.2, 0.5, 1.0, 2.0];
/// The least plan weighs travel by so much that all of it costs this share of all that could move.
const TIE: f64 = 1e-3;

/// The frontier of travel against what `trade` names beside `plan`, the one of the scenario; all of its solves together end at
/// `options.until`.
///
/// # Errors
/// [`Error::Usage`] where change is weighed and nobody has an owner of today, [`Error::Internal`] when revier contradicts itself.
pub fn frontier(
    inputs: &Inputs,
    model: &Model,
    options: &Options,
    contiguity: &Contiguity,
    trade: Trade,
    plan: &Plan,
) -> Result<Frontier, Error> {
    let mut curve = Curve::new(inputs, model, options, contiguity, trade)?;
    let own = inputs.scenario.change.as_ref().and_then(|c| c.max_share);
    let tolerances = tolerances(&inputs.scenario.balance, trade);
    let (limits, mut owners) = curve.limits(own, trade, tolerances.len())?;
    let mut cells = curve.cells(&tolerances, &limits)?;
    owners.extend(cells.iter().map(|cell| cell.plan.owner.clone()));
    owners.push(plan.owner.clone());
    let candidates = Candidates::new(&curve, owners);
    for cell in &mut cells {
        candidates.best_for(&curve, cell);
    }
    let better = candidates.cheapest(model).filter(|(cost, owner)| {
        let infeasible = plan.status == Status::Infeasible;
        **owner != plan.owner && (infeasible || *cost < plan.objective * (1.0 - 1e-9))
    });
    Ok(Frontier {
        better: better.map(|(_, owner)| owner.clone()),
        rows: cells.iter().map(|cell| curve.row(cell)).collect(),
    })
}

/// Tolerances of all measures, from narrow to wide; `None`: the scenario's. Those of 1 and more are no tolerances.
fn tolerances(own: &[Balance], trade: Trade) -> Vec<Option<Vec<Balance>>> {
    if !trade.balance {
        return vec![None];
    }
    let factors: &[f64] = if trade.change { &GRID } else { &FACTORS };
    let scaled = factors.iter().map(|factor| {
        own.iter()
            .map(|b| Balance {
                // As a person writes it.
                tolerance: dusted(b.tolerance * factor),
                ..b.clone()
            })
            .collect::<Vec<_>>()
    });
    scaled
        .filter(|all| all.iter().all(|b| b.tolerance < 1.0))
        .map(Some)
        .collect()
}

/// One plan of the frontier, and the limits that it is made for.
struct Cell {
    /// `None`: the scenario's.
    balance: Option<Vec<Balance>>,
    /// The greatest share that changes hands; `None`: no limit.
    limit: Option<f64>,
    plan: Plan,
}

/// Owners of whole plans.
type Found = Vec<Vec<RepIx>>;

/// What all plans of a frontier share.
struct Curve<'a> {
    inputs: &'a Inputs,
    /// The model of the scenario, without limit or penalty on change.
    model: Model,
    options: &'a Options,
    contiguity: &'a Contiguity<'a>,
    /// No limit.
    free: ChangeLimit,
    /// All that could change hands.
    total: f64,
    /// Solves that are left.
    left: usize,
}

impl<'a> Curve<'a> {
    fn new(
        inputs: &'a Inputs,
        model: &Model,
        options: &'a Options,
        contiguity: &'a Contiguity<'a>,
        trade: Trade,
    ) -> Result<Curve<'a>, Error> {
        let scenario = &inputs.scenario;
        let measure = scenario
            .change
            .as_ref()
            .map_or(scenario.balance[0].measure.as_str(), |c| c.measure.as_str());
        let free = ChangeLimit::new(inputs, measure, None, None);
        let total: f64 = inputs.customers.column(measure).unwrap_or(&[]).iter().sum();
        let owned = free.amount.iter().sum::<f64>() > 0.0;
        if trade.change && !owned {
            return Err(Error::Usage(format!(
                "--frontier change needs owners of today: no customer with an `owner` has any {measure}"
            )));
        }
        let mut model = model.clone();
        model.change = owned.then(|| free.clone());
        Ok(Curve {
            inputs,
            model,
            options,
            contiguity,
            free,
            total,
            left: 1,
        })
    }

    /// The share that changes hands.
    fn share(&self, owner: &[RepIx]) -> f64 {
        if self.model.change.is_none() {
            return 0.0;
        }
        let moved = (0..owner.len())
            .filter(|i| self.model.previous[*i] != owner[*i])
            .map(|i| self.free.amount[i]);
        moved.sum::<f64>() / self.total
    }

    /// Each of the solves that are left has its part of the time that is left.
    fn solve(&mut self, model: &Model, prices: Option<&Prices>) -> Result<Plan, Error> {
        let until = &self.options.until;
        let seconds = until.left().as_secs_f64() / self.left as f64;
        self.left = self.left.saturating_sub(1).max(1);
        let options = Options {
            until: until.within(seconds),
            ..self.options.clone()
        };
        solve_from(model, self.contiguity, &options, prices)
    }

    /// The model with other tolerances and a limit on change.
    fn model_of(&self, balance: Option<&[Balance]>, limit: Option<f64>) -> Model {
        let model = match balance {
            Some(balance) => self.model.with_balance(&self.inputs.reps, balance),
            None => self.model.clone(),
        };
        self.limited(model, limit)
    }

    fn limited(&self, mut model: Model, limit: Option<f64>) -> Model {
        if let (Some(limit), Some(change)) = (limit, &mut model.change) {
            change.limit = limit * self.total;
        }
        model
    }

    /// The limits on change, from narrow to none, and owners found on the way to them. Where change is not weighed there is one: the
    /// scenario's own.
    fn limits(
        &mut self,
        own: Option<f64>,
        trade: Trade,
        tolerances: usize,
    ) -> Result<(Vec<Option<f64>>, Found), Error> {
        if !trade.change {
            self.left = tolerances;
            return Ok((vec![own], Vec::new()));
        }
        self.left = 2 + tolerances * (STEPS + 2);
        let free = self.solve(&self.model.clone(), None)?;
        let least = self.least(&free)?;
        let limits = limits(self.share(&least.owner), self.share(&free.owner), own);
        let limits: Vec<Option<f64>> = limits.into_iter().map(Some).chain([None]).collect();
        self.left = tolerances * limits.len();
        Ok((limits, vec![free.owner, least.owner]))
    }

    /// A plan that moves as little as the rules permit.
    fn least(&mut self, free: &Plan) -> Result<Plan, Error> {
        let mut model = self.model.clone();
        let tie = TIE * self.total / free.objective.abs().max(1e-300);
        model.weight.iter_mut().for_each(|w| *w *= tie);
        model.deviation.clear();
        model.change = Some(ChangeLimit {
            penalty: 1.0,
            ..self.free.clone()
        });
        self.solve(&model, None)
    }

    /// The plans of all limits, from the narrowest; found from the widest on.
    fn cells(
        &mut self,
        tolerances: &[Option<Vec<Balance>>],
        limits: &[Option<f64>],
    ) -> Result<Vec<Cell>, Error> {
        let mut cells: Vec<Cell> = Vec::new();
        for balance in tolerances.iter().rev() {
            let model = self.model_of(balance.as_deref(), None);
            for limit in limits.iter().rev() {
                let limited = self.limited(model.clone(), *limit);
                let near = cells.last().map(|cell| cell.plan.prices.clone());
                cells.push(Cell {
                    balance: balance.clone(),
                    limit: *limit,
                    plan: self.solve(&limited, near.as_ref())?,
                });
            }
        }
        cells.reverse();
        Ok(cells)
    }

    fn row(&self, cell: &Cell) -> FrontierRow {
        let (plan, k, m) = (&cell.plan, self.model.k, self.model.m);
        let summary = Summary::new(&self.model, &plan.owner);
        let index = |j: usize, of: usize| {
            let target = self.model.bounds[j * m + of].target.filter(|t| *t > 0.0)?;
            Some((summary.reps[j].totals[of] / target - 1.0).abs())
        };
        FrontierRow {
            tolerance: cell.balance.as_ref().map(|all| all[0].tolerance),
            max_share: cell.limit,
            moved_share: self.share(&plan.owner),
            objective: plan.objective,
            travel_km: summary.mean_km(&self.model),
            worst_index_deviation: (0..k)
                .flat_map(|j| (0..m).filter_map(move |of| index(j, of)))
                .reduce(f64::max),
            status: plan.status,
            gap: plan.gap(),
        }
    }
}

/// Owners that were found for one cell or another, and what they cost; the cheapest first.
struct Candidates(Vec<(f64, Vec<RepIx>)>);

impl Candidates {
    fn new(curve: &Curve, owners: Found) -> Candidates {
        let contiguity = curve.contiguity;
        let whole =
            |owner: &[RepIx]| territory::islands(contiguity.graph, owner, curve.model.k).is_empty();
        let cost = |owner: &[RepIx]| {
            let pairs = owner.iter().enumerate();
            let cost = pairs.map(|(i, j)| curve.model.cost(i, *j)).sum::<f64>();
            cost + curve.model.balance_cost(owner)
        };
        let mut all: Vec<(f64, Vec<RepIx>)> = owners
            .into_iter()
            .filter(|owner| !contiguity.required || whole(owner))
            .map(|owner| (cost(&owner), owner))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        Candidates(all)
    }

    /// The cheapest owners that keep the rules of a model, and what they cost there.
    fn cheapest(&self, model: &Model) -> Option<(f64, &Vec<RepIx>)> {
        let penalty = model.change.as_ref().is_some_and(|c| c.penalty > 0.0);
        let kept = self.0.iter().filter(|(_, owner)| keeps_all(model, owner));
        if !penalty {
            return kept.map(|(cost, owner)| (*cost, owner)).next();
        }
        let cost = |owner: &[RepIx]| {
            let pairs = owner.iter().enumerate();
            pairs.map(|(i, j)| model.cost(i, *j)).sum::<f64>() + model.balance_cost(owner)
        };
        kept.map(|(_, owner)| (cost(owner), owner))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Gives a cell the best of all plans that keep its limits.
    fn best_for(&self, curve: &Curve, cell: &mut Cell) {
        let model = curve.model_of(cell.balance.as_deref(), cell.limit);
        let plan = &mut cell.plan;
        if let Some((cost, owner)) = self.cheapest(&model)
            && (plan.status == Status::Infeasible || cost < plan.objective)
        {
            plan.owner.clone_from(owner);
            plan.objective = cost;
            plan.bound = plan.bound.min(cost);
            plan.status = if plan.gap() <= curve.options.gap.max(LEAST_GAP) {
                Status::Optimal
            } else {
                Status::Feasible
            };
        }
    }
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
