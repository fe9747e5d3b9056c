//! The price engine: maximises the dual of the LP over the prices of its coupling rows.
//!
//! The LP of [`model`](crate::model) has `n * k` columns, its dual only one price per coupling row:
//!
//! ```text
//! g(mu) = sum_i min_j (c_ij + sum_m mu_jm a_ijm)  -  sum_jm max(mu_jm U_jm, mu_jm L_jm)
//! ```
//!
//! `g` is concave and piecewise linear. It is smoothed with a temperature `e`, in cost per unit of
//! weight: the `min` over reps becomes `-T_i ln sum_j exp(-r_ij / T_i)` with `T_i = e s_i`, and
//! `max(mu U, mu L) = C mu + H |mu|` (`C`, `H` the middle and half the width of the bounds) becomes
//! `C mu + H sqrt(mu^2 + d^2)`. Damped Newton steps on all prices at once maximise the smooth function;
//! the temperature falls in stages, each started from the prices of the one before, the early ones on
//! aggregated sites.
//!
//! Sources: Aurenhammer, Hoffmann & Aronov 1998 (the cells of the prices are an additively weighted
//! Voronoi partition); Kitagawa, Merigot & Thibert 2019 (Newton's method for semi-discrete optimal
//! transport); Cuturi 2013 (entropic smoothing).

mod candidates;
mod cholesky;
mod coarse;
mod evaluate;
mod newton;
mod ray;
mod scale;
mod stages;

pub(crate) use coarse::coarsen;
pub(crate) use evaluate::{Unit, dual_value, fold_units};
pub(crate) use ray::ray;
pub(crate) use scale::price_scale;
pub(crate) use stages::{Lacks, Outcome, prices};
