//! The LP solvers behind `good_lp`.

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
    /// the shadow price of each row (change of the optimum per unit of its right-hand side).
    pub(super) fn solve(
        self,
        variables: ProblemVariables,
        objective: Expression,
        rows: Vec<(Expression, Relation)>,
        wanted: &[Variable],
    ) -> Result<(Vec<f64>, Vec<f64>), String> {
        let problem = variables.minimise(objective);
        match self {
            LpSolver::Clarabel => {
                let mut model = problem.using(good_lp::solvers::clarabel::clarabel);
                model
                    .settings()
                    .tol_gap_abs(1e-10)
                    .tol_gap_rel(1e-10)
                    .tol_feas(1e-10)
                    .max_threads(1);
                run(model, rows, wanted)
            }
            #[cfg(feature = "highs")]
            LpSolver::Highs => {
                let model = problem.using(good_lp::solvers::highs::highs).set_threads(1);
                run(model, rows, wanted)
            }
        }
    }
}

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
) -> Result<(Vec<f64>, Vec<f64>), String>
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
    let mut solution = model.solve().map_err(|e| e.to_string())?;
    let values = wanted.iter().map(|v| solution.value(*v)).collect();
    let dual = solution.compute_dual();
    Ok((
        values,
        references.into_iter().map(|r| dual.dual(r)).collect(),
    ))
}
