//! Travel on roads, as a matrix: the trips between each home base and each customer, searched on the road network.
//!
//! A trip is the walk to the nearest road, the fastest way by car, and the walk to the door; who is nearer by foot than both are to
//! the road walks.

use super::barriers::{Drawn, Walls, trips_round};
use super::places_of::Places;
use super::road_network::network;
use super::{CustomerColumns, Inputs, MatrixRows, RepColumns};
use crate::barriers::Charge;
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
    (customers, reps): (&CustomerColumns, &RepColumns),
    barriers: Option<&Drawn>,
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
    let graph = match barriers {
        Some(drawn) => Walls(drawn).bar(read.graph),
        None => read.graph,
    };
    let matrix = matrix(&graph, (rules, barriers), scenario, places, problems);
    (read.hash, (!problems.has_errors()).then_some(matrix))
}

/// The trips of all pairs of customers and reps.
fn matrix(
    graph: &Graph,
    (rules, barriers): (&RoadRules, Option<&Drawn>),
    scenario: &Scenario,
    [customers, reps]: [Places<'_>; 2],
    problems: &mut Collector,
) -> MatrixRows {
    let most_km = rules.max_snap_m / 1000.0;
    let snapper = Snapper::near(graph, customers.all().chain(reps.all()), most_km);
    let walls = barriers.map(Walls);
    let [sites, bases] = [(customers, "customer"), (reps, "rep")].map(|(places, whose)| {
        let all: Vec<[f64; 2]> = places.all().collect();
        let snaps = all
            .par_iter()
            .map(|at| snapped(&snapper, *at, most_km, walls));
        let (snaps, walks): (Vec<Option<Snap>>, Vec<Charge>) = snaps.unzip();
        complain(&snaps, places.ids, whose, rules, problems);
        (snaps, walks)
    });
    if problems.has_errors() {
        return MatrixRows::default();
    }
    let ((sites, of_sites), (bases, of_bases)) = (sites, bases);
    let around = Around::new(scenario, [customers, reps], [&sites, &bases], walls);
    let searcher = Searcher::new(graph);
    let ways: Vec<Vec<Way>> = (bases.par_iter().enumerate())
        .map(|(j, base)| {
            let Some(base) = base else {
                return (0..sites.len()).map(|i| around.way(i, j)).collect();
            };
            let trips = trips(&searcher, base, &sites, rules.direction);
            let way = |(i, (trip, site)): (usize, (Option<Trip>, &Option<Snap>))| {
                let Some(site) = site else {
                    return around.way(i, j);
                };
                let walks = base.km + site.km;
                let straight = straight(customers, i, reps, j);
                let Some(walls) = walls else {
                    return with_walks(trip, walks, straight);
                };
                let pays = [0, 1].map(|x| of_sites[i][x] + of_bases[j][x]);
                walls.trip(
                    trip,
                    (walks, pays),
                    straight,
                    [at(customers, i), at(reps, j)],
                )
            };
            trips.into_iter().zip(&sites).enumerate().map(way).collect()
        })
        .collect();
    gathered(&ways, customers.ids, barriers.is_some(), problems)
}

/// Where a place meets the roads, and what the walk pays.
fn snapped(
    snapper: &Snapper<'_>,
    [lon, lat]: [f64; 2],
    most_km: f64,
    walls: Option<Walls<'_>>,
) -> (Option<Snap>, Charge) {
    let snap = match walls {
        None => snapper.snap(lon, lat, most_km).map(|snap| (snap, [0.0; 2])),
        Some(walls) => snapper.snap_by(lon, lat, most_km, |p, q| walls.walk(p, q)),
    };
    snap.map_or((None, [0.0; 2]), |(snap, pays)| (Some(snap), pays))
}

/// The trips of places off the road.
struct Around<'a> {
    places: [Places<'a>; 2],
    per_km: [f64; 2],
    /// Round barriers: of each customer, for each rep; empty where nobody is off the road, `None` without barriers.
    round: Option<Vec<Vec<Way>>>,
}

impl<'a> Around<'a> {
    fn new(
        scenario: &Scenario,
        places: [Places<'a>; 2],
        snaps: [&[Option<Snap>]; 2],
        walls: Option<Walls<'_>>,
    ) -> Around<'a> {
        let travel = &scenario.travel;
        let off = snaps.iter().any(|snaps| snaps.iter().any(Option::is_none));
        let round = walls.map(|Walls(drawn)| match off {
            true => trips_round(drawn, scenario, places),
            false => Vec::new(),
        });
        Around {
            places,
            per_km: [travel.detour, travel.speed_kmh],
            round,
        }
    }

    fn way(&self, i: usize, j: usize) -> Way {
        if let Some(round) = &self.round {
            return round.get(i).and_then(|of_site| of_site[j]);
        }
        let [customers, reps] = self.places;
        let [detour, speed_kmh] = self.per_km;
        let km = straight(customers, i, reps, j) * detour;
        Some([km, km / speed_kmh * 60.0])
    }
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
    chord_to_km(chord2(at(customers, i), at(reps, j)))
}

fn at(places: Places<'_>, i: usize) -> [f64; 3] {
    unit_vector(places.lon[i], places.lat[i])
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
fn gathered(
    ways: &[Vec<Way>],
    customers: &Ids,
    barred: bool,
    problems: &mut Collector,
) -> MatrixRows {
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
        problems.add(problem.help(if barred {
            "a barrier may cut all their roads: open it with a named crossing, or give it a cost; else turns may be restricted all around them"
        } else {
            "turns may be restricted all around them: look at the map"
        }));
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
    let mut graph = network(&rules.file, &scenario.origin.memory, false)
        .map_err(told)?
        .graph;
    let walls = inputs.barriers.as_ref().map(Walls);
    if let Some(walls) = walls {
        graph = walls.bar(graph);
    }
    let most_km = rules.max_snap_m / 1000.0;
    let places: [Places<'_>; 2] = [(&*inputs.customers).into(), (&*inputs.reps).into()];
    let snapper = &Snapper::near(&graph, places.iter().flat_map(Places::all), most_km);
    let snaps = places
        .iter()
        .zip(["customer", "rep"])
        .flat_map(|(p, role)| {
            let each = p.all().enumerate();
            each.map(move |(i, at)| (role, p.ids.get(i), snapped(snapper, at, most_km, walls).0))
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
