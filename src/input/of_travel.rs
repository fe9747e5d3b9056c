//! Where the travel of a scenario comes from: a matrix, or roads.

use super::chosen::Left;
use super::customers::CustomersRead;
use super::reps::RepsRead;
#[cfg(feature = "roads")]
use super::road;
use super::{MatrixRows, matrix};
use crate::error::Collector;
#[cfg(not(feature = "roads"))]
use crate::error::{Problem, codes};
use crate::scenario::{Metric, Role, Scenario};
use std::path::Path;

/// The file that travel comes from, and what it is.
pub(super) fn file_of(scenario: &Scenario) -> Option<(Role, &Path)> {
    let travel = &scenario.travel;
    match travel.metric {
        Metric::GreatCircle => None,
        Metric::Matrix => Some((Role::Matrix, travel.matrix.as_deref()?)),
        Metric::Road => Some((Role::Roads, &travel.roads.as_ref()?.file)),
    }
}

/// Reads it: its hash, the matrix unless there are problems, and the problems.
pub(super) fn read(
    (role, path): (Role, &Path),
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
) -> (String, Option<MatrixRows>, Collector) {
    let mut problems = Collector::new(scenario.label(path));
    let incomplete = customers.base.incomplete || reps.base.incomplete;
    let (hash, matrix) = match role {
        // Every id would seem unknown.
        _ if incomplete => (String::new(), None),
        Role::Roads => by_road(scenario, customers, reps, &mut problems),
        _ => {
            let known = matrix::Known {
                customers: &customers.customers,
                customer_index: &customers.index,
                reps: &reps.reps,
                rep_index: &reps.index,
                left: [&customers.base, &reps.base]
                    .map(|b| Left::new(&b.chosen.left, scenario.tables.ids)),
            };
            matrix::read(path, scenario, &known, &mut problems)
        }
    };
    (hash, matrix, problems)
}

/// The trips on roads. Where customers or reps are wrong, their places are, too: then nothing is searched.
#[cfg(feature = "roads")]
fn by_road(
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let wrong = customers.base.problems.has_errors() || reps.base.problems.has_errors();
    match &scenario.travel.roads {
        Some(rules) if !wrong => {
            let (customers, reps) = (&customers.customers, &reps.reps);
            road::read(rules, scenario, customers, reps, problems)
        }
        _ => (String::new(), None),
    }
}

#[cfg(not(feature = "roads"))]
fn by_road(
    _: &Scenario,
    _: &CustomersRead,
    _: &RepsRead,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let what = "this build of revier does not read road networks";
    let problem = Problem::error(codes::NO_ROADS, what);
    problems.add(problem.help("build it with the feature `roads`"));
    (String::new(), None)
}
