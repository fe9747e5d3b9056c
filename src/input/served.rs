//! Travel from a routing server, as a table: what the table lacks is asked for, and the table is written. It is read as any other matrix
//! then, by whoever solves and by whoever verifies.

use super::asking::{Asking, Heard};
use super::served_trips::{Side, Trips};
use super::{CustomerColumns, Inputs, RepColumns};
use crate::base::words::{counted, thousands};
use crate::disk::file;
use crate::disk::staging::{File, Guard, publish};
use crate::error::{Collector, Problem, codes};
use crate::routing::{Answers, Found, Held, Key, Kind, Place, Question, Server, ask};
use crate::scenario::{Metric, OffRoad, Scenario, ServerRules};
use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Ids that a message names.
const NAMED: usize = 1000;

/// Asks the scenario's server for what its table lacks, and writes the table where that changes.
pub(super) fn fill(
    rules: &ServerRules,
    scenario: &Scenario,
    (customers, reps): (&CustomerColumns, &RepColumns),
    asking: &mut Asking<'_>,
    problems: &mut Collector,
) {
    let sides = sides(customers, reps);
    if let Err(problem) = up_to_date(rules, scenario, sides, asking) {
        problems.add(*problem);
    }
}

fn sides<'a>(customers: &'a CustomerColumns, reps: &'a RepColumns) -> [Side<'a>; 2] {
    [
        Side {
            ids: &customers.ids,
            lon: &customers.lon,
            lat: &customers.lat,
        },
        Side {
            ids: &reps.ids,
            lon: &reps.lon,
            lat: &reps.lat,
        },
    ]
}

/// The server; its key is looked up when something is to be asked.
fn server(rules: &ServerRules, metric: Metric) -> Server {
    let kind = match metric {
        Metric::Valhalla => Kind::Valhalla,
        Metric::Openrouteservice => Kind::Openrouteservice,
        _ => Kind::Osrm,
    };
    Server {
        kind,
        url: rules.url.clone(),
        profile: rules.profile.clone(),
        key: None,
        parallel: rules.parallel as usize,
        per_minute: rules.per_minute,
        max_pairs: rules.max_pairs as usize,
        timeout: Duration::try_from_secs_f64(rules.timeout_s).unwrap_or(Duration::from_secs(60)),
        pause: Server::PAUSE,
    }
}

/// Brings the table up to date: its answers are recalled, what they lack is asked for, and it is written where it is another one then.
fn up_to_date(
    rules: &ServerRules,
    scenario: &Scenario,
    sides: [Side<'_>; 2],
    asking: &mut Asking<'_>,
) -> Result<(), Box<Problem>> {
    let mut server = server(rules, scenario.travel.metric);
    let Recalled {
        mut answers,
        mut trips,
        mut off,
        mut tables,
    } = recalled(rules, &server, sides)?;
    let there = table_there(&rules.table, &tables)?;
    for back in [false, true] {
        let Some(needed) = trips.needed(back, &off) else {
            continue;
        };
        if let (None, Some(variable)) = (&server.key, &rules.key_env) {
            server.key = Some(Key::of_variable(variable)?);
        }
        let kept = (&mut answers, &mut off);
        ask_for(&server, &mut trips, (back, &needed), kept, asking)?;
    }
    refuse_off_road(&off, sides, rules)?;
    let table = table(&trips, server.kind, scenario, sides, &off);
    let hash = file::sha256(&table);
    if there.as_ref() != Some(&hash) {
        answers.keep_table(&hash, &trips.hash())?;
        tables.insert(hash);
        write(&rules.table, &table, &tables)?;
    }
    Ok(())
}

/// What is known of a server without asking it.
struct Recalled {
    answers: Answers,
    trips: Trips,
    /// Places near no road.
    off: HashSet<Place>,
    /// Hashes of the tables that were made of the answers.
    tables: HashSet<String>,
}

/// What was answered until now.
fn recalled(
    rules: &ServerRules,
    server: &Server,
    sides: [Side<'_>; 2],
) -> Result<Recalled, Box<Problem>> {
    let mut trips = Trips::new(sides, rules.direction);
    let (mut off, mut tables) = (HashSet::new(), HashSet::new());
    let path = Answers::beside(&rules.table);
    let answers = Answers::open(&path, server, |held| match held {
        Held::Trips(from, to, found) => trips.recall(&from, &to, &found),
        Held::OffRoad(place) => {
            off.insert(place);
        }
        Held::Table(hash) => {
            tables.insert(hash);
        }
    })?;
    Ok(Recalled {
        answers,
        trips,
        off,
        tables,
    })
}

/// The table of what is known. Trips of places off the road are great circles with the scenario's detour and speed.
fn table(
    trips: &Trips,
    kind: Kind,
    scenario: &Scenario,
    sides: [Side<'_>; 2],
    off: &HashSet<Place>,
) -> Vec<u8> {
    let travel = &scenario.travel;
    let around = |km: f64| {
        [
            km * travel.detour,
            km * travel.detour / travel.speed_kmh * 60.0,
        ]
    };
    trips.table(kind, sides, off, around)
}

/// Whether the table that is there is the one that `solve` would make of the answers, without a question: of this server, profile and
/// direction, these places, and as it was written.
///
/// # Errors
/// That it is another one.
pub(crate) fn current(inputs: &Inputs) -> Result<(), Box<Problem>> {
    let scenario = &inputs.scenario;
    let Some(rules) = &scenario.travel.server else {
        return Ok(());
    };
    let sides = sides(&inputs.customers, &inputs.reps);
    let server = server(rules, scenario.travel.metric);
    let of_table = |mut problem: Box<Problem>| {
        if problem.file.is_empty() {
            problem.file = scenario.label(&rules.table);
        }
        problem
    };
    let known = recalled(rules, &server, sides).map_err(of_table)?;
    let needed = |back: bool| known.trips.needed(back, &known.off).is_some();
    let made = || {
        file::sha256(&table(
            &known.trips,
            server.kind,
            scenario,
            sides,
            &known.off,
        ))
    };
    let there = table_there(&rules.table, &known.tables).map_err(of_table)?;
    if needed(false) || needed(true) || there != Some(made()) {
        let what = "it is not of the customers, home bases and [travel] as they are now";
        let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
        let help = "run `revier solve`, which asks the routing server for what is new; here nothing is asked";
        return Err(of_table(problem.help(help).into()));
    }
    Ok(())
}

/// Asks for what is not known in one direction.
fn ask_for(
    server: &Server,
    trips: &mut Trips,
    (back, needed): (bool, &[bool]),
    (answers, off): (&mut Answers, &mut HashSet<Place>),
    asking: &mut Asking<'_>,
) -> Result<(), Box<Problem>> {
    let [bases, sites] = [trips.bases.clone(), trips.sites.clone()];
    let [sources, targets] = if back { [sites, bases] } else { [bases, sites] };
    let columns = targets.len();
    let question = Question {
        sources: &sources,
        targets: &targets,
    };
    let needs = |i: usize, j: usize| needed[i * columns + j];
    let [from, share] = trips.share_of(back);
    (asking.watch)(Heard::Share(from));
    ask(server, question, &needs, asking.until, |found, done| {
        match found {
            Found::Waits(time) => (asking.watch)(Heard::Waits(time)),
            Found::OffRoad(place) => {
                off.insert(place);
                answers.keep_off_road(place)?;
            }
            Found::Trips {
                sources: rows,
                targets: places,
                trips: found,
            } => {
                let of = |list: &[u32], all: &[Place]| -> Vec<Place> {
                    list.iter().map(|at| all[*at as usize]).collect()
                };
                let (rows, places) = (of(&rows, &sources), of(&places, &targets));
                trips.recall(&rows, &places, &found);
                answers.keep_trips(rows, places, &found)?;
            }
        }
        (asking.watch)(Heard::Share(from + share * done));
        Ok(())
    })
}

/// The hash of the table that is there, if it is one that revier wrote.
fn table_there(path: &Path, known: &HashSet<String>) -> Result<Option<String>, Box<Problem>> {
    if !fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() > 0) {
        return Ok(None);
    }
    let read = fs::File::open(path)
        .and_then(|mut file| file::hashed(|hash| std::io::copy(&mut file, hash).map(drop)));
    let hash = read.map_err(|error| {
        let what = format!("cannot be read: {error}");
        Box::new(Problem::error(codes::UNREADABLE_FILE, what).field("travel.table"))
    })?;
    if known.contains(&hash) {
        return Ok(Some(hash));
    }
    let what = "it is not as revier wrote it from the answers of the routing server";
    let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
    let help = "to plan with it as it is, write metric = \"matrix\" and matrix = the file; otherwise name another table, or remove it: it is made anew of the answers";
    Err(problem.help(help).into())
}

/// Puts the table in its place: whole, or not at all, and over none but one of ours.
fn write(path: &Path, table: &[u8], known: &HashSet<String>) -> Result<(), Box<Problem>> {
    // What was there before anything was asked was ours; since then somebody may have put another file there.
    table_there(path, known)?;
    let guard = Guard {
        is_ours: |_| true,
        otherwise: "",
        force: true,
    };
    let fill = |path: &Path| fs::File::create_new(path)?.write_all(table);
    let put = File::claim(path, guard).and_then(|file| publish(vec![file.stage(fill)?]));
    put.map_err(|error| {
        let what = format!("the table cannot be kept: {error}");
        let problem = Problem::error(codes::NO_TABLE, what).field("travel.table");
        let help = "name another place: travel.table";
        problem.help(help).into()
    })
}

/// Tells of customers and home bases that the server knows no road near, unless their trips follow great circles.
fn refuse_off_road(
    off: &HashSet<Place>,
    sides: [Side<'_>; 2],
    rules: &ServerRules,
) -> Result<(), Box<Problem>> {
    if off.is_empty() || rules.off_road == OffRoad::GreatCircle {
        return Ok(());
    }
    let mut who = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (side, whose) in sides.iter().zip(["customer", "rep"]) {
        let places = side.places().enumerate();
        let some = places.filter(|(_, place)| off.contains(place));
        let ids: Vec<&str> = some.map(|(at, _)| side.ids.get(at)).collect();
        if !ids.is_empty() {
            who.push(counted(ids.len(), whose, &format!("{whose}s")));
            named.extend(ids);
        }
    }
    if named.is_empty() {
        return Ok(());
    }
    let mut list = named[..named.len().min(NAMED)].join(", ");
    if named.len() > NAMED {
        list += &format!(" and {} others", thousands(named.len() - NAMED));
    }
    let what = format!(
        "the routing server knows no road near {}: {list}",
        who.join(" and ")
    );
    let problem = Problem::error(codes::OFF_ROAD, what).field("travel.off_road");
    let help = "correct their coordinates, give the server a map that has them, or write off_road = \"great-circle\"; answers are kept beside the table, in the file that ends in .answers: without it all is asked anew";
    Err(Box::new(problem.help(help).with("ids", named)))
}
