//! The LP solvers behind `good_lp`.

use crate::base::deadline::Deadline;
use crate::solve::guard::guarded;
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolutionWithDual, SolverModel,
    Variable, solvers::DualValues,
};

/// The LP solver behind `good_lp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LpSolver {
    /// Clarabel, an interior-point method in Rust.
    Clarabel,
    /// HiGHS, simplex (feature `highs`).
    #[cfg(feature = "highs")]
    Highs,
}

impl LpSolver {
    /// HiGHS where it was built in, else Clarabel.
    #[must_use]
    pub fn preferred() -> LpSolver {
        #[cfg(feature = "highs")]
        return LpSolver::Highs;
        #[cfg(not(feature = "highs"))]
        LpSolver::Clarabel
    }

    /// Its name, as reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LpSolver::Clarabel => "Clarabel",
            #[cfg(feature = "highs")]
            LpSolver::Highs => "HiGHS",
        }
    }

    /// Minimises `objective` under `rows` (expression, relation to 0); returns the values of `wanted` and
    /// the shadow price of each row (change of the optimum per unit of its right-hand side). `None`: the solver gave up, panicked, or ran out
    /// of time.
    pub(crate) fn solve(
        self,
        variables: ProblemVariables,
        objective: Expression,
        rows: Vec<(Expression, Relation)>,
        wanted: Vec<Variable>,
        until: &Deadline,
    ) -> Option<(Vec<f64>, Vec<f64>)> {
        let seconds = until.left().as_secs_f64().min(LONGEST);
        if seconds <= 0.0 {
            return None;
        }
        let work = move || self.run(variables, objective, rows, &wanted, seconds);
        guarded(until, work).ok()?.ok()
    }

    fn run(
        self,
        variables: ProblemVariables,
        objective: Expression,
        rows: Vec<(Expression, Relation)>,
        wanted: &[Variable],
        seconds: f64,
    ) -> Result<(Vec<f64>, Vec<f64>), ResolutionError> {
        let problem = variables.minimise(objective);
        match self {
            LpSolver::Clarabel => {
                let mut model = problem.using(good_lp::solvers::clarabel::clarabel);
                model
                    .settings()
                    .tol_gap_abs(1e-10)
                    .tol_gap_rel(1e-10)
                    .tol_feas(1e-10)
                    .time_limit(seconds)
                    .max_threads(1);
                run(model, rows, wanted)
            }
            #[cfg(feature = "highs")]
            LpSolver::Highs => {
                let model = problem
                    .using(good_lp::solvers::highs::highs)
                    .set_threads(1)
                    .set_time_limit(seconds);
                run(model, rows, wanted)
            }
        }
    }
}

/// Longest time limit that the solvers know, seconds.
const LONGEST: f64 = 1e6;

/// How a row's expression relates to 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Relation {
    Equal,
    AtMost,
}

fn run<M>(
    mut model: M,
    rows: Vec<(Expression, Relation)>,
    wanted: &[Variable],
) -> Result<(Vec<f64>, Vec<f64>), ResolutionError>
where
    M: SolverModel<Error = ResolutionError>,
    for<'a> M::Solution: SolutionWithDual<'a>,
{
    let references: Vec<_> = rows
        .into_iter()
        .map(|(e, relation)| {
            model.add_constraint(match relation {
                Relation::Equal => e.eq(0.0),
                Relation::AtMost => e.leq(0.0),
            })
        })
        .collect();
    let mut solution = model.solve()?;
    let values = wanted.iter().map(|v| solution.value(*v)).collect();
    let dual = solution.compute_dual();
    Ok((
        values,
        references.into_iter().map(|r| dual.dual(r)).collect(),
    ))
}
