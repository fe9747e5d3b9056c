//! Travel from a routing server, as a table: what the table lacks is asked for, and the table is written. It is read as any other matrix
//! then, by whoever solves and by whoever verifies.

use super::asking::Asking;
use super::served_trips::{Side, Trips};
use super::{CustomerColumns, RepColumns};
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
    let sides = [
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
    ];
    if let Err(problem) = up_to_date(rules, scenario, sides, asking) {
        problems.add(*problem);
    }
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
    let travel = &scenario.travel;
    let mut server = server(rules, travel.metric);
    let mut trips = Trips::new(sides, travel.max_km, rules.direction);
    let mut off = HashSet::new();
    let mut tables = HashSet::new();
    let path = Answers::beside(&rules.table);
    let mut answers = Answers::open(&path, &server, |held| match held {
        Held::Trips(from, to, found) => trips.recall(&from, &to, &found),
        Held::OffRoad(place) => {
            off.insert(place);
        }
        Held::Table(hash) => {
            tables.insert(hash);
        }
    })?;
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
    let around = |km: f64| {
        [
            km * travel.detour,
            km * travel.detour / travel.speed_kmh * 60.0,
        ]
    };
    let table = trips.table(server.kind, sides, &off, around);
    let hash = file::sha256(&table);
    if there.as_ref() != Some(&hash) {
        answers.keep_table(&hash, &trips.hash())?;
        write(&rules.table, &table)?;
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
    (asking.watch)(from);
    ask(server, question, &needs, asking.until, |found, done| {
        match found {
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
        (asking.watch)(from + share * done);
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

/// Puts the table in its place: whole, or not at all.
fn write(path: &Path, table: &[u8]) -> Result<(), Box<Problem>> {
    // That it is ours was seen before anything was asked.
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
