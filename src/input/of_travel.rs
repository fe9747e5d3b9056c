//! Where the travel of a scenario comes from: a matrix, roads, or the table of a routing server.

use super::asking::Asking;
use super::barriers::{self, Drawn};
use super::chosen::Left;
use super::customers::CustomersRead;
use super::listing::Shapes;
use super::reps::RepsRead;
#[cfg(feature = "roads")]
use super::road;
#[cfg(feature = "routing")]
use super::served;
use super::{MatrixRows, matrix};
use crate::error::{Collector, Problem, codes};
use crate::scenario::{Metric, Role, Scenario, ServerRules};
use std::path::Path;

/// What was read of a file of travel: its hash, the matrix unless there are problems, and the problems.
type Read = (String, Option<MatrixRows>, Collector);

/// What was read of barriers.
type Walls = Shapes<Option<Drawn>>;

/// What was read of the file of travel and of barriers, and the matrix round these.
type All<'s> = (
    Option<(Role, &'s Path, Read)>,
    Option<Walls>,
    Option<MatrixRows>,
);

/// Reads where travel comes from, and what it goes round: the file, the barriers, and the matrix round them where travel follows great circles.
pub(super) fn all<'s>(
    scenario: &'s Scenario,
    both: (&CustomersRead, &RepsRead),
    asking: Option<&mut Asking<'_>>,
) -> All<'s> {
    let named = scenario.travel.barriers.as_deref();
    let mut barriers = named.map(|path| barriers::read(scenario, path));
    let of_file = file_of(scenario).map(|(role, path)| {
        let read = read((role, path), scenario, both, barriers.as_ref(), asking);
        (role, path, read)
    });
    let round = barriers
        .as_mut()
        .and_then(|walls| round(scenario, both, walls));
    (of_file, barriers, round)
}

/// The file that travel comes from, and what it is.
fn file_of(scenario: &Scenario) -> Option<(Role, &Path)> {
    let travel = &scenario.travel;
    match travel.metric {
        Metric::GreatCircle => None,
        Metric::Matrix => Some((Role::Matrix, travel.matrix.as_deref()?)),
        Metric::Road => Some((Role::Roads, &travel.roads.as_ref()?.file)),
        Metric::Osrm | Metric::Valhalla | Metric::Openrouteservice => {
            Some((Role::Matrix, &travel.server.as_ref()?.table))
        }
    }
}

/// Reads it.
fn read(
    (role, path): (Role, &Path),
    scenario: &Scenario,
    (customers, reps): (&CustomersRead, &RepsRead),
    barriers: Option<&Walls>,
    asking: Option<&mut Asking<'_>>,
) -> Read {
    let mut problems = Collector::new(scenario.label(path));
    let incomplete = customers.base.incomplete || reps.base.incomplete;
    let (hash, matrix) = match role {
        // Every id would seem unknown.
        _ if incomplete => (String::new(), None),
        Role::Matrix if !by_server(scenario, (customers, reps), asking, &mut problems) => {
            (String::new(), None)
        }
        // Without what they cross, roads lead anywhere.
        Role::Roads if barriers.is_some_and(|b| b.shape.is_none()) => (String::new(), None),
        Role::Roads => {
            let barriers = barriers.and_then(|b| b.shape.as_ref());
            by_road(scenario, (customers, reps), barriers, &mut problems)
        }
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

/// Travel round barriers, where it follows no roads: the matrix unless there are problems, which are those of the barriers.
fn round(
    scenario: &Scenario,
    (customers, reps): (&CustomersRead, &RepsRead),
    barriers: &mut Walls,
) -> Option<MatrixRows> {
    let bases = [&customers.base, &reps.base];
    if bases
        .iter()
        .any(|b| b.incomplete || b.problems.has_errors())
    {
        return None;
    }
    let drawn = barriers.shape.as_ref()?;
    let places = [(&customers.customers).into(), (&reps.reps).into()];
    let problems = &mut barriers.problems;
    barriers::refuse_inside(drawn, places, problems);
    let here = scenario.travel.metric == Metric::GreatCircle && !problems.has_errors();
    here.then(|| barriers::matrix(drawn, scenario, places, problems))
}

/// Whether the table of a routing server is there to be read: the server is asked for what it lacks, where that may be. Any other matrix is
/// read as it is.
fn by_server(
    scenario: &Scenario,
    (customers, reps): (&CustomersRead, &RepsRead),
    asking: Option<&mut Asking<'_>>,
    problems: &mut Collector,
) -> bool {
    let Some(rules) = &scenario.travel.server else {
        return true;
    };
    if let Some(asking) = asking {
        if customers.base.problems.has_errors() || reps.base.problems.has_errors() {
            return false;
        }
        ask(rules, scenario, (customers, reps), asking, problems);
    } else if !rules.table.exists() {
        let what = "the table of the routing server is not there";
        let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
        problems.add(problem.help("`revier solve` asks for it; here nothing is asked"));
    }
    !problems.has_errors()
}

#[cfg(feature = "routing")]
fn ask(
    rules: &ServerRules,
    scenario: &Scenario,
    (customers, reps): (&CustomersRead, &RepsRead),
    asking: &mut Asking<'_>,
    problems: &mut Collector,
) {
    let places = (&customers.customers, &reps.reps);
    served::fill(rules, scenario, places, asking, problems);
}

#[cfg(not(feature = "routing"))]
fn ask(
    _: &ServerRules,
    _: &Scenario,
    _: (&CustomersRead, &RepsRead),
    _: &mut Asking<'_>,
    problems: &mut Collector,
) {
    let what = "this build of revier does not ask routing servers";
    let problem = Problem::error(codes::NO_SERVERS, what).field("travel.metric");
    problems.add(
        problem
            .help("build it with the feature `routing`; or give it a table: metric = \"matrix\""),
    );
}

/// The trips on roads. Where customers or reps are wrong, their places are, too: then nothing is searched.
#[cfg(feature = "roads")]
fn by_road(
    scenario: &Scenario,
    (customers, reps): (&CustomersRead, &RepsRead),
    barriers: Option<&Drawn>,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let wrong = customers.base.problems.has_errors() || reps.base.problems.has_errors();
    match &scenario.travel.roads {
        Some(rules) if !wrong => {
            let (customers, reps) = (&customers.customers, &reps.reps);
            road::read(rules, scenario, (customers, reps), barriers, problems)
        }
        _ => (String::new(), None),
    }
}

#[cfg(not(feature = "roads"))]
fn by_road(
    _: &Scenario,
    _: (&CustomersRead, &RepsRead),
    _: Option<&Drawn>,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let what = "this build of revier does not read road networks";
    let problem = Problem::error(codes::NO_ROADS, what);
    problems.add(problem.help("build it with the feature `roads`"));
    (String::new(), None)
}
