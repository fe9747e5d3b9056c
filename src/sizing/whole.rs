//! Whole customers for choices of home bases.

use super::bases::Choice;
use super::problem::Problem;
use super::question::{Question, bounded};
use super::row::{Row, Verdict};
use super::search::Point;
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::input::{Customers, Inputs, Matrix, MatrixRows, Sealed};
use crate::model::Model;
use crate::plan::{Plan, Status};
use crate::solve::{self, Options};

/// Gap at which the plan of a row is good enough, and seconds it may take: the bases matter more.
const PLAN: (f64, f64) = (1e-3, 2.0);
/// Gap of a row from which swaps are tried with whole customers; pairs of customers and reps that are solved in all, and swaps at most.
const OPEN: f64 = 5e-3;
const TRIED: usize = 3_000_000;
const MOST_TRIED: usize = 200;

impl Question<'_> {
    /// The cheapest of whole customers for the choices of a point.
    pub fn row(
        &self,
        found: Point,
        worst: f64,
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<Row, Error> {
        if found.bound > worst * (1.0 + 1e-9) {
            let verdict = Verdict::TooDear {
                bound: found.bound,
                dearest: worst,
            };
            let mut row = self.nobody(found.p, verdict);
            (row.bound, row.prices) = (found.bound, found.pi);
            row.chosen = found.choices.into_iter().next().unwrap_or_default();
            return Ok(row);
        }
        let mut best = self.nobody(found.p, Verdict::NotFound);
        best.chosen = found.choices.first().cloned().unwrap_or_default();
        for chosen in found.choices {
            let plan = self.whole(&chosen, inputs, until)?;
            self.take(&mut best, chosen, plan);
        }
        best.bound = found.bound;
        best.cost_bound = self.cost_of(found.p, self.with_closing(found.bound));
        best.prices = found.pi;
        Ok(best)
    }

    /// Swaps that whole customers prefer, where the gap is open still: the fewer there are, the more can be tried.
    pub fn refine(
        &self,
        row: &mut Row,
        problem: &Problem,
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<(), Error> {
        let mut left = (TRIED / (self.model.n * row.reps).max(1)).min(MOST_TRIED);
        let mut better = true;
        let open = |row: &Row| {
            row.verdict == Verdict::NotFound || row.verdict == Verdict::Found && row.gap() > OPEN
        };
        while better && open(row) {
            better = false;
            for chosen in Choice::new(problem, row.chosen.iter().copied()).others(left) {
                if left == 0 || until.is_over() {
                    return Ok(());
                }
                left -= 1;
                let plan = self.whole(&chosen, inputs, until)?;
                better = self.take(row, chosen, plan);
                if better {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes a plan, travel and what is free, for a row, if it is the first or cheaper; whether it is.
    fn take(&self, row: &mut Row, chosen: Vec<u32>, plan: Option<(f64, f64)>) -> bool {
        let Some((travel, free)) = plan else {
            return false;
        };
        let all = travel + self.closed(&chosen);
        let better =
            row.verdict == Verdict::NotFound || all < row.travel + self.closed(&row.chosen);
        if better {
            (row.verdict, row.travel, row.free) = (Verdict::Found, travel, free);
            row.total_cost = self.cost_of(row.reps, all);
            row.chosen = chosen;
        }
        better
    }

    /// Travel, and what is free of the first measure, of a plan with these bases; `None` where none was found.
    fn whole(
        &self,
        chosen: &[u32],
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<Option<(f64, f64)>, Error> {
        let (model, plan) = self.solved(chosen, inputs, until)?;
        if plan.status == Status::Infeasible {
            return Ok(None);
        }
        let cap: f64 = model.bounds.iter().step_by(model.m).map(|b| b.upper).sum();
        let loads = plan.owner.iter().enumerate();
        let load: f64 = loads.map(|(i, j)| model.activity(i, *j, 0)).sum();
        Ok(Some((plan.objective, cap - load)))
    }

    /// A plan with these bases, and the model it is of; its reps are those of `chosen`, in their order.
    pub fn solved(
        &self,
        chosen: &[u32],
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<(Model, Plan), Error> {
        let reps = bounded(self.scenario, self.rules, &self.people.reps, chosen);
        inputs.reps = Sealed::gathered(reps)?;
        let place = |j: RepIx| chosen.binary_search(&j.0).ok().map(|at| RepIx(at as u32));
        // The model is made of those that are chosen; the others come back then.
        let forbid = std::mem::take(&mut inputs.forbid);
        let here = |(i, j): &(u32, RepIx)| Some((*i, place(*j)?));
        inputs.forbid = forbid.iter().filter_map(here).collect();
        let owner = owned(&mut inputs.customers, Vec::new())?;
        let of = |j: &RepIx| j.some().and_then(place).unwrap_or(RepIx::NONE);
        owned(&mut inputs.customers, owner.iter().map(of).collect())?;
        let matrix = inputs.matrix.take();
        let of_chosen = matrix.as_ref().map(|m| Sealed::gathered(only(m, &place)));
        inputs.matrix = of_chosen.transpose()?;
        let model = Model::build(inputs);
        (inputs.forbid, inputs.matrix) = (forbid, matrix);
        owned(&mut inputs.customers, owner)?;
        let options = Options {
            seed: self.scenario.solve.seed,
            gap: PLAN.0,
            time_limit_s: PLAN.1.min(self.scenario.solve.time_limit_s),
            until: until.clone(),
            ..Options::default()
        };
        let plan = solve::solve(&model, &options)?;
        Ok((model, plan))
    }
}

/// The pairs of a matrix with some of the reps.
fn only(matrix: &Matrix, place: &dyn Fn(RepIx) -> Option<RepIx>) -> MatrixRows {
    let mut kept = MatrixRows {
        start: vec![0],
        ..MatrixRows::default()
    };
    for i in 0..matrix.start.len() - 1 {
        for at in matrix.start[i] as usize..matrix.start[i + 1] as usize {
            if let Some(j) = place(matrix.rep[at]) {
                kept.rep.push(j);
                kept.km.extend(matrix.km.get(at));
                kept.minutes.extend(matrix.minutes.get(at));
            }
        }
        kept.start.push(kept.rep.len() as u64);
    }
    kept
}

/// Other owners of today; those that there were.
fn owned(customers: &mut Customers, owner: Vec<RepIx>) -> Result<Vec<RepIx>, Error> {
    let mut columns = std::mem::take(customers).into_columns();
    let before = std::mem::replace(&mut columns.owner, owner);
    *customers = Sealed::gathered(columns)?;
    Ok(before)
}
