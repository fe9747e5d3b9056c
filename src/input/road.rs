//! Travel on roads, as a matrix: the trips between each home base and each customer, searched on the road network.
//!
//! A trip is the walk to the nearest road, the fastest way by car, and the walk to the door; who is nearer by foot than both are to
//! the road walks.

use super::road_network::network;
use super::{CustomerColumns, Inputs, MatrixRows, RepColumns};
use crate::base::ids::{Ids, RepIx};
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use crate::base::words::{counted, thousands};
use crate::error::{Collector, Error, Problem, codes};
use crate::roads::{self, Graph, Searcher, Snap, Snapper, Trip, WALK_KMH};
use crate::scenario::{Direction, OffRoad, RoadRules, Scenario};
use rayon::prelude::*;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Ids that a message names.
const NAMED: usize = 1000;

/// Kilometres and minutes.
pub(crate) type Way = Option<[f64; 2]>;

/// The hash of the extract, and the matrix unless there are problems.
pub(super) fn read(
    rules: &RoadRules,
    scenario: &Scenario,
    customers: &CustomerColumns,
    reps: &RepColumns,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let origin = &scenario.origin;
    let read = match network(&rules.file, &origin.memory, origin.saved) {
        Ok(read) => read,
        Err(problem) => {
            problems.add(*problem);
            return (String::new(), None);
        }
    };
    read.warning
        .into_iter()
        .for_each(|warning| problems.add(warning));
    let places = [customers.into(), reps.into()];
    let matrix = matrix(&read.graph, rules, scenario, places, problems);
    (read.hash, (!problems.has_errors()).then_some(matrix))
}

/// Places and their ids.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub lon: &'a [f64],
    pub lat: &'a [f64],
    pub ids: &'a Ids,
}

impl<'a> From<&'a CustomerColumns> for Places<'a> {
    fn from(c: &'a CustomerColumns) -> Places<'a> {
        let CustomerColumns { lon, lat, ids, .. } = c;
        Places { lon, lat, ids }
    }
}

impl<'a> From<&'a RepColumns> for Places<'a> {
    fn from(r: &'a RepColumns) -> Places<'a> {
        let RepColumns { lon, lat, ids, .. } = r;
        Places { lon, lat, ids }
    }
}

impl Places<'_> {
    fn all(&self) -> impl Iterator<Item = [f64; 2]> {
        self.lon.iter().zip(self.lat).map(|(lon, lat)| [*lon, *lat])
    }
}

/// The trips of all pairs of customers and reps.
fn matrix(
    graph: &Graph,
    rules: &RoadRules,
    scenario: &Scenario,
    [customers, reps]: [Places<'_>; 2],
    problems: &mut Collector,
) -> MatrixRows {
    let most_km = rules.max_snap_m / 1000.0;
    let snapper = Snapper::near(graph, customers.all().chain(reps.all()), most_km);
    let [sites, bases] = [(customers, "customer"), (reps, "rep")].map(|(places, whose)| {
        let all: Vec<[f64; 2]> = places.all().collect();
        let snaps = all
            .par_iter()
            .map(|[lon, lat]| snapper.snap(*lon, *lat, most_km));
        let snaps: Vec<Option<Snap>> = snaps.collect();
        complain(&snaps, places.ids, whose, rules, problems);
        snaps
    });
    if problems.has_errors() {
        return MatrixRows::default();
    }
    let searcher = Searcher::new(graph);
    let travel = &scenario.travel;
    let around = |i: usize, j: usize| {
        let km = straight(customers, i, reps, j) * travel.detour;
        [km, km / travel.speed_kmh * 60.0]
    };
    let ways: Vec<Vec<Way>> = (bases.par_iter().enumerate())
        .map(|(j, base)| {
            let Some(base) = base else {
                return (0..sites.len()).map(|i| Some(around(i, j))).collect();
            };
            let trips = trips(&searcher, base, &sites, rules.direction);
            let way = |(i, (trip, site)): (usize, (Option<Trip>, &Option<Snap>))| match site {
                None => Some(around(i, j)),
                Some(site) => with_walks(trip, base.km + site.km, straight(customers, i, reps, j)),
            };
            trips.into_iter().zip(&sites).enumerate().map(way).collect()
        })
        .collect();
    gathered(&ways, customers.ids, problems)
}

/// The trips between a base and all sites; of a round trip the half.
fn trips(
    searcher: &Searcher<'_>,
    base: &Snap,
    sites: &[Option<Snap>],
    direction: Direction,
) -> Vec<Option<Trip>> {
    let of = |back| searcher.trips(base, sites, back);
    match direction {
        Direction::Out => of(false),
        Direction::Back => of(true),
        Direction::Round => {
            let half = |(out, back): (Option<Trip>, Option<Trip>)| {
                let (out, back) = (out?, back?);
                Some(Trip {
                    seconds: (out.seconds + back.seconds) / 2.0,
                    km: (out.km + back.km) / 2.0,
                })
            };
            of(false).into_iter().zip(of(true)).map(half).collect()
        }
    }
}

/// A trip with the walks at its ends, or the walk from door to door where that is not longer than both.
pub(crate) fn with_walks(trip: Option<Trip>, walks_km: f64, straight_km: f64) -> Way {
    let minutes = |km: f64| km / WALK_KMH * 60.0;
    if straight_km <= walks_km {
        return Some([straight_km, minutes(straight_km)]);
    }
    trip.map(|trip| [trip.km + walks_km, trip.seconds / 60.0 + minutes(walks_km)])
}

/// Great circle between a customer and a home base, km.
fn straight(customers: Places<'_>, i: usize, reps: Places<'_>, j: usize) -> f64 {
    let of = |places: Places<'_>, at: usize| unit_vector(places.lon[at], places.lat[at]);
    chord_to_km(chord2(of(customers, i), of(reps, j)))
}

/// Tells of places that are far from any road.
fn complain(
    snaps: &[Option<Snap>],
    ids: &Ids,
    whose: &str,
    rules: &RoadRules,
    problems: &mut Collector,
) {
    let off: Vec<&str> = (0..snaps.len())
        .filter(|i| snaps[*i].is_none())
        .map(|i| ids.get(i))
        .collect();
    if off.is_empty() {
        return;
    }
    let mut named = off[..off.len().min(NAMED)].join(", ");
    if off.len() > NAMED {
        named += &format!(" and {} others", thousands(off.len() - NAMED));
    }
    let (who, most) = (
        counted(off.len(), &format!("{whose} is"), &format!("{whose}s are")),
        rules.max_snap_m,
    );
    let what = format!("{who} farther than {most} m from any road that cars drive: {named}");
    let problem = match rules.off_road {
        OffRoad::Refuse => Problem::error(codes::OFF_ROAD, what).help(
            "correct their coordinates, take an extract that has them, raise max_snap_m, or write off_road = \"great-circle\"",
        ),
        OffRoad::GreatCircle => Problem::warning(codes::OFF_ROAD, what)
            .help("their trips follow great circles, with the scenario's detour and speed_kmh"),
    };
    problems.add(problem.field("travel.max_snap_m").with("ids", off));
}

/// The trips as a matrix.
fn gathered(ways: &[Vec<Way>], customers: &Ids, problems: &mut Collector) -> MatrixRows {
    let n = customers.len();
    let mut rows = MatrixRows::default();
    let pairs = n * ways.len();
    rows.start.reserve(n + 1);
    rows.rep.reserve(pairs);
    rows.km.reserve(pairs);
    rows.minutes.reserve(pairs);
    rows.start.push(0);
    let mut without = Vec::new();
    for i in 0..n {
        for (j, of_rep) in ways.iter().enumerate() {
            if let Some([km, minutes]) = of_rep[i] {
                rows.rep.push(RepIx(j as u32));
                rows.km.push(km);
                rows.minutes.push(minutes);
            }
        }
        let all = rows.rep.len() as u64;
        if rows.start.last() == Some(&all) {
            without.push(customers.get(i));
        }
        rows.start.push(all);
    }
    if !without.is_empty() && !ways.is_empty() {
        let who = counted(without.len(), "customer", "customers");
        let what = format!("{who} cannot be reached by road from any home base");
        let problem = Problem::warning(codes::NO_TRAVEL, what).with("ids", without);
        problems.add(problem.help("turns may be restricted all around them: look at the map"));
    }
    rows
}

/// The road network of a scenario; `None` where its travel follows no roads.
///
/// # Errors
/// [`Error::Input`] where the roads cannot be read.
pub(crate) fn roads_of(scenario: &Scenario) -> Result<Option<Graph>, Error> {
    let Some(rules) = &scenario.travel.roads else {
        return Ok(None);
    };
    let read = network(&rules.file, &scenario.origin.memory, false);
    let read = read.map_err(|mut problem| {
        problem.file = scenario.label(&rules.file);
        Error::Input(vec![*problem])
    })?;
    Ok(Some(read.graph))
}

/// Writes the network of a scenario into a directory, as tables for other programs: `arcs.csv`, `turns.csv`, and `snaps.csv` with where
/// its customers and reps meet the roads.
///
/// # Errors
/// [`Error::Input`] where the scenario has no roads or they cannot be read, [`Error::Io`] where a table cannot be written.
pub fn write_network(inputs: &Inputs, out: &Path) -> Result<(), Error> {
    let scenario = &inputs.scenario;
    let told = |problem: Box<Problem>| Error::Input(vec![*problem]);
    let Some(rules) = &scenario.travel.roads else {
        let what = "the scenario names no roads";
        let problem = Problem::error(codes::MISSING_KEY, what).field("travel.roads");
        return Err(told(
            problem
                .help("add roads = \"germany.osm.pbf\" to [travel]")
                .into(),
        ));
    };
    let graph = network(&rules.file, &scenario.origin.memory, false)
        .map_err(told)?
        .graph;
    let most_km = rules.max_snap_m / 1000.0;
    let places: [Places<'_>; 2] = [(&*inputs.customers).into(), (&*inputs.reps).into()];
    let snapper = &Snapper::near(&graph, places.iter().flat_map(Places::all), most_km);
    let snaps = places
        .iter()
        .zip(["customer", "rep"])
        .flat_map(|(p, role)| {
            let each = p.all().enumerate();
            each.map(move |(i, [lon, lat])| (role, p.ids.get(i), snapper.snap(lon, lat, most_km)))
        });
    table(out, "arcs.csv", |file| roads::arcs(&graph, file))?;
    table(out, "turns.csv", |file| roads::turns(&graph, file))?;
    table(out, "snaps.csv", |file| roads::snaps(&graph, snaps, file))
}

fn table(
    dir: &Path,
    name: &str,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let path = dir.join(name);
    let write = || {
        let mut file = io::BufWriter::new(fs::File::create_new(&path)?);
        fill(&mut file)?;
        file.flush()
    };
    write().map_err(|source| Error::Io {
        path: path.clone(),
        source,
    })
}
