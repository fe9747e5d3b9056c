//! The trees of the plan's ways: each piece of road once per rep and direction, with all who are visited by it.

use super::ground::Ground;
use super::{Reach, Route};
use crate::base::ids::RepIx;
use crate::base::words::counted;
use crate::input::with_walks;
use crate::roads::{Keeps, Snap, Snapper, arc_km, line};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Who passes some of an arc: from where to where, as shares of it, and the customer.
type Passing = (f64, f64, u32);

/// The ways between home bases and the customers of their territories, and what is not drawn of them.
pub(super) fn routes(ground: &Ground<'_>, reach: &Reach) -> (Vec<Route>, Vec<String>) {
    let customers = &reach.inputs.customers;
    let places = customers.lon.iter().zip(&customers.lat);
    let places: Vec<[f64; 2]> = places.map(|(lon, lat)| [*lon, *lat]).collect();
    let most_km = ground.max_snap_km;
    let snapper = Snapper::near(ground.graph, places.iter().copied(), most_km);
    let snap = |[lon, lat]: &[f64; 2]| snapper.snap(*lon, *lat, most_km);
    let snaps: Vec<Option<Snap>> = places.par_iter().map(snap).collect();
    let pairs = (0..ground.bases.len()).flat_map(|j| ground.ways().iter().map(move |w| (j, *w)));
    let pairs: Vec<(usize, bool)> = pairs.collect();
    let of = |(j, back): &(usize, bool)| tree(ground, reach, &snaps, *j, *back);
    let trees: Vec<(Vec<Route>, usize)> = pairs.par_iter().map(of).collect();
    let missed: usize = trees.iter().map(|(_, missed)| missed).sum();
    let mut notes = Vec::new();
    if missed > 0 {
        let who = counted(missed, "trip", "trips");
        notes.push(format!(
            "{who} of the plan are not drawn: they follow no road, on foot, or off the road by great circle"
        ));
    }
    let routes = trees.into_iter().flat_map(|(routes, _)| routes);
    (routes.collect(), notes)
}

/// The ways of a rep in one direction, and how many trips have none.
fn tree(
    ground: &Ground<'_>,
    reach: &Reach,
    snaps: &[Option<Snap>],
    j: usize,
    back: bool,
) -> (Vec<Route>, usize) {
    let rep = RepIx(j as u32);
    let own = reach
        .owner
        .iter()
        .enumerate()
        .filter(|(_, owner)| **owner == rep);
    let own: Vec<usize> = own.map(|(i, _)| i).collect();
    let (Some(base), false) = (ground.bases[j], own.is_empty()) else {
        return (Vec::new(), own.len());
    };
    let keeps = Keeps {
        within_s: None,
        ways: true,
    };
    let found = ground.searcher.search(&base, back, keeps);
    let mut passed: BTreeMap<u32, Vec<Passing>> = BTreeMap::new();
    let mut missed = 0;
    for i in own {
        let driven = snaps[i].filter(|site| {
            let straight = ground.straight(reach, i, j);
            with_walks(None, base.km + site.km, straight).is_none()
        });
        let way = driven.map(|site| found.way(&site)).unwrap_or_default();
        missed += usize::from(way.is_empty());
        for (arc, [from, to]) in way.into_iter().filter(|(_, [from, to])| to > from) {
            passed.entry(arc).or_default().push((from, to, i as u32));
        }
    }
    let measures = reach.measures();
    let route = |arc: u32, [from, to]: [f64; 2], who: &[u32]| {
        let of = |i: &u32, m: &&[f64]| m.get(*i as usize).copied().unwrap_or(0.0);
        let mut sums = vec![who.len() as f64];
        sums.extend(
            measures
                .iter()
                .map(|m| who.iter().map(|i| of(i, m)).sum::<f64>()),
        );
        Route {
            rep,
            back,
            line: line(ground.graph, arc, [from, to]),
            km: arc_km(ground.graph, arc) * (to - from),
            sums,
        }
    };
    let mut routes = Vec::new();
    for (arc, mut passing) in passed {
        passing.sort_by_key(|(_, _, i)| *i);
        let mut ends: Vec<f64> = passing
            .iter()
            .flat_map(|(from, to, _)| [*from, *to])
            .collect();
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        for pair in ends.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let all = passing.iter().filter(|(a, b, _)| *a <= from && *b >= to);
            let who: Vec<u32> = all.map(|(_, _, i)| *i).collect();
            if !who.is_empty() {
                routes.push(route(arc, [from, to], &who));
            }
        }
    }
    (routes, missed)
}
