//! Travel round barriers, as a matrix: the shortest way between each home base and each customer.

use super::super::MatrixRows;
use super::super::places_of::Places;
use super::Drawn;
use crate::barriers::{Home, Ways, place};
use crate::base::ids::RepIx;
use crate::base::words::{counted, thousands};
use crate::error::{Collector, Problem, codes};
use crate::scenario::{Cost, Scenario};
use rayon::prelude::*;

/// Ids that a message names.
const NAMED: usize = 1000;

/// Tells of customers and home bases that nobody gets to, because they stand in a barrier.
pub(in crate::input) fn refuse_inside(
    drawn: &Drawn,
    places: [Places<'_>; 2],
    problems: &mut Collector,
) {
    for (places, whose) in places.into_iter().zip(["customer", "rep"]) {
        let all: Vec<[f64; 2]> = places.all().collect();
        let inside = all.par_iter().map(|at| drawn.barriers.shuts_in(place(*at)));
        let inside: Vec<bool> = inside.collect();
        let ids: Vec<&str> = (0..inside.len())
            .filter(|i| inside[*i])
            .map(|i| places.ids.get(i))
            .collect();
        if ids.is_empty() {
            continue;
        }
        let mut named = ids[..ids.len().min(NAMED)].join(", ");
        if ids.len() > NAMED {
            named += &format!(" and {} others", thousands(ids.len() - NAMED));
        }
        let who = counted(
            ids.len(),
            &format!("{whose} stands"),
            &format!("{whose}s stand"),
        );
        let what = format!("{who} in a barrier that nobody crosses, or on its line: {named}");
        let problem = Problem::error(codes::IN_BARRIER, what).with("ids", ids);
        let help =
            "correct their coordinates, or draw the barrier beside them; an area may have holes";
        problems.add(problem.help(help));
    }
}

/// The trips of all pairs of customers and reps; pairs without a way are left out.
pub(in crate::input) fn matrix(
    drawn: &Drawn,
    scenario: &Scenario,
    [customers, reps]: [Places<'_>; 2],
    problems: &mut Collector,
) -> MatrixRows {
    let trips = trips(drawn, scenario, [customers, reps]);
    gathered(trips, [customers, reps], problems)
}

/// Of each customer the trips to all home bases.
pub(in crate::input) fn trips(
    drawn: &Drawn,
    scenario: &Scenario,
    [customers, reps]: [Places<'_>; 2],
) -> Vec<Vec<Option<[f64; 2]>>> {
    let travel = &scenario.travel;
    let per_km = [travel.detour, travel.detour * (60.0 / travel.speed_kmh)];
    let by = match travel.cost {
        Cost::Km => 0,
        Cost::Minutes => 1,
    };
    let ways = Ways::new(&drawn.barriers, per_km, by);
    let bases: Vec<[f64; 2]> = reps.all().collect();
    let homes: Vec<Home> = (bases.par_iter())
        .map(|base| ways.home(place(*base)))
        .collect();
    let sites: Vec<[f64; 2]> = customers.all().collect();
    let trips = sites
        .par_iter()
        .map(|site| ways.trips(place(*site), &homes));
    trips.collect()
}

fn gathered(
    trips: Vec<Vec<Option<[f64; 2]>>>,
    [customers, reps]: [Places<'_>; 2],
    problems: &mut Collector,
) -> MatrixRows {
    let mut rows = MatrixRows::default();
    let pairs = customers.ids.len() * reps.ids.len();
    rows.start.reserve(customers.ids.len() + 1);
    rows.rep.reserve(pairs);
    rows.km.reserve(pairs);
    rows.minutes.reserve(pairs);
    rows.start.push(0);
    let mut without = Vec::new();
    for (i, of_site) in trips.into_iter().enumerate() {
        for (j, trip) in of_site.into_iter().enumerate() {
            if let Some([km, minutes]) = trip {
                rows.rep.push(RepIx(j as u32));
                rows.km.push(km);
                rows.minutes.push(minutes);
            }
        }
        let all = rows.rep.len() as u64;
        if rows.start.last() == Some(&all) {
            without.push(customers.ids.get(i));
        }
        rows.start.push(all);
    }
    if !without.is_empty() && !reps.ids.is_empty() {
        let who = counted(without.len(), "customer", "customers");
        let what = format!("{who} cannot be reached from any home base without crossing a barrier");
        let problem = Problem::warning(codes::NO_TRAVEL, what).with("ids", without);
        problems.add(problem.help("open the barrier with a named crossing, or give it a cost"));
    }
    rows
}
