//! Travel on roads, on extracts that are small enough to work out by hand. `reference.py` compares real ones with scipy, and `osrm.py`
//! with OSRM (`.ci/roads.sh`).

#![cfg(feature = "roads")]

mod barriers;
mod files;
mod osm;
mod reach;

use osm::{Osm, Tags};
use revier::error::{Error, Problem};
use revier::input::{self, Inputs};
use revier::scenario::{Overrides, Scenario};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const ROAD: Tags = &[("highway", "primary"), ("maxspeed", "75")];
/// km/h on it: four fifths of the limit.
const KMH: f64 = 60.0;

/// A place in a grid of 0.01 degrees at the equator, where both axes are alike.
fn at(x: f64, y: f64) -> [f64; 2] {
    [10.0 + x * 0.01, y * 0.01]
}

/// Km along a meridian or the equator.
fn km(steps: f64) -> f64 {
    steps * 0.01_f64.to_radians() * 6371.0088
}

/// A folder with an extract, one home base and one customer, a scenario with some more keys.
fn folder(osm: &Osm, home: [f64; 2], customer: [f64; 2], keys: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let place = |[lon, lat]: [f64; 2]| format!("{lon},{lat}");
    let write = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
    fs::write(dir.path().join("x.osm.pbf"), osm.bytes()).unwrap();
    write(
        "customers.csv",
        format!("id,lon,lat\nC,{}\n", place(customer)),
    );
    write("reps.csv", format!("id,lon,lat\nR,{}\n", place(home)));
    let travel = format!("[travel]\nroads = \"x.osm.pbf\"\ncost = \"minutes\"\n{keys}");
    write(
        "s.toml",
        format!("customers = \"customers.csv\"\nreps = \"reps.csv\"\n{travel}"),
    );
    dir
}

fn read(dir: &Path) -> Result<Inputs, Vec<Problem>> {
    let path = dir.join("s.toml");
    let scenario = Scenario::load(Some(&path), &Overrides::default())?;
    input::read(&scenario, Some(&path)).map_err(|error| match error {
        Error::Input(problems) => problems,
        other => panic!("{other}"),
    })
}

/// Km and minutes of the one pair; `None` where there is no way.
fn trip(osm: &Osm, home: [f64; 2], customer: [f64; 2], keys: &str) -> Option<[f64; 2]> {
    let dir = folder(osm, home, customer, keys);
    let inputs = read(dir.path()).unwrap();
    let matrix = inputs.matrix.as_ref().unwrap();
    (!matrix.km.is_empty()).then(|| [matrix.km[0], matrix.minutes[0]])
}

fn same(got: Option<[f64; 2]>, km: f64, minutes: f64) {
    let [a, b] = got.expect("there is a way");
    // Whole centimetres and milliseconds per stretch.
    assert!((a - km).abs() < 1e-4, "{a} km, not {km}");
    assert!((b - minutes).abs() < 1e-3, "{b} minutes, not {minutes}");
}

/// Minutes on the road.
fn driven(steps: f64) -> f64 {
    km(steps) / KMH * 60.0
}

/// A square with a street on each side: nodes 1 to 4, anticlockwise from the lower left; ways 12, 23, 34, 41.
fn square(tags: [Tags; 4]) -> Osm {
    let [a, b, c, d] = tags;
    Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(2.0, 0.0))
        .node(3, at(2.0, 2.0))
        .node(4, at(0.0, 2.0))
        .way(12, &[1, 2], a)
        .way(23, &[2, 3], b)
        .way(34, &[3, 4], c)
        .way(41, &[4, 1], d)
}

const ONEWAY: Tags = &[
    ("highway", "primary"),
    ("maxspeed", "75"),
    ("oneway", "yes"),
];

#[test]
fn a_road_takes_its_length_at_four_fifths_of_the_limit() {
    let osm = square([ROAD; 4]);
    same(
        trip(&osm, at(0.5, 0.0), at(1.5, 0.0), ""),
        km(1.0),
        driven(1.0),
    );
    // Over a corner where two streets meet, nothing is lost.
    same(
        trip(&osm, at(1.5, 0.0), at(2.0, 0.5), ""),
        km(1.0),
        driven(1.0),
    );
}

#[test]
fn oneway_streets_make_ways_out_and_back_differ() {
    let osm = square([ONEWAY, ROAD, ROAD, ROAD]);
    let [a, b] = [at(0.5, 0.0), at(1.5, 0.0)];
    same(
        trip(&osm, a, b, "direction = \"out\""),
        km(1.0),
        driven(1.0),
    );
    same(
        trip(&osm, a, b, "direction = \"back\""),
        km(7.0),
        driven(7.0),
    );
    same(
        trip(&osm, a, b, "direction = \"round\""),
        km(4.0),
        driven(4.0),
    );
}

#[test]
fn the_walk_to_the_road_counts_and_neighbours_walk() {
    let osm = square([ROAD; 4]);
    let off = 0.2;
    let walk = km(off);
    let got = trip(&osm, at(0.5, -off), at(1.5, 0.0), "max_snap_m = 1000");
    same(got, km(1.0) + walk, driven(1.0) + walk / 5.0 * 60.0);
    let near = trip(&osm, at(0.5, -off), at(0.5, off), "max_snap_m = 1000");
    same(near, 2.0 * walk, 2.0 * walk / 5.0 * 60.0);
    same(
        trip(&osm, at(0.5, -off), at(0.5, -off), "max_snap_m = 1000"),
        0.0,
        0.0,
    );
}

#[test]
fn of_parallel_roads_the_faster_is_taken_and_roads_without_length_do_no_harm() {
    let slow: Tags = &[("highway", "residential"), ("maxspeed", "25")];
    let osm = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(3.0, 0.0))
        .node(4, at(3.0, 0.0))
        .node(5, at(4.0, 0.0))
        .node(6, at(2.0, 0.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[2, 6, 3], slow)
        .way(3, &[2, 3], ROAD)
        .way(4, &[3, 4], ROAD)
        .way(5, &[4, 5], ROAD);
    let got = trip(&osm, at(0.5, 0.0), at(3.5, 0.0), "").unwrap();
    assert!((got[0] - km(3.0)).abs() < 1e-4, "{got:?}");
    // Straight on at a junction takes next to nothing (14 ms), twice.
    assert!((got[1] - driven(3.0)).abs() < 0.002, "{got:?}");
}

#[test]
fn ferries_keep_their_timetable() {
    let ferry: Tags = &[("route", "ferry"), ("duration", "00:30")];
    let osm = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(2.0, 0.0))
        .node(4, at(3.0, 0.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[2, 3], ferry)
        .way(3, &[3, 4], ROAD);
    same(
        trip(&osm, at(0.5, 0.0), at(2.5, 0.0), ""),
        km(2.0),
        driven(1.0) + 30.0,
    );
}

/// A crossing at the middle, node 5, of a road from west (1) to east (2) and one from south (3) to north (4), and a long way round
/// from the west to the north.
fn crossing() -> Osm {
    Osm::default()
        .node(1, at(-1.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(0.0, -1.0))
        .node(4, at(0.0, 1.0))
        .node(5, at(0.0, 0.0))
        .node(6, at(-1.0, 1.0))
        .way(15, &[1, 5], ROAD)
        .way(52, &[5, 2], ROAD)
        .way(35, &[3, 5], ROAD)
        .way(54, &[5, 4], ROAD)
        .way(164, &[1, 6, 4], ROAD)
}

#[test]
fn turns_take_time_and_left_ones_more() {
    let free = crossing();
    let [west, north, south] = [at(-0.5, 0.0), at(0.0, 0.5), at(0.0, -0.5)];
    let seconds = |got: Option<[f64; 2]>| (got.unwrap()[1] - driven(1.0)) * 60.0;
    let left = seconds(trip(&free, west, north, ""));
    let right = seconds(trip(&free, west, south, ""));
    // The sigmoid of the documentation at 90 degrees, 2 s on top for the oncoming traffic.
    let of = |slope: f64, middle: f64| 1.0 / (1.0 + (-(slope * 0.5 - middle)).exp());
    let told = 7.5 * of(13.0 * 1.075, 6.5 / 1.075) + 2.0 * of(13.0, 3.25);
    assert!((left - told).abs() < 2e-3, "{left} s, not {told}");
    let told = 7.5 * of(13.0 / 1.075, 6.5 * 1.075);
    assert!((right - told).abs() < 2e-3, "{right} s, not {told}");
}

#[test]
fn restricted_turns_are_not_taken() {
    let [west, north] = [at(-0.5, 0.0), at(0.0, 0.5)];
    let length = |osm: &Osm| trip(osm, west, north, "").unwrap()[0];
    assert!((length(&crossing()) - km(1.0)).abs() < 1e-4);
    let around = km(0.5 + 1.0 + 1.0 + 0.5);
    let no = crossing().turn("no_left_turn", 15, 5, 54);
    assert!((length(&no) - around).abs() < 1e-4);
    let only = crossing().turn("only_straight_on", 15, 5, 52);
    assert!((length(&only) - around).abs() < 1e-4);
    // It is about another way.
    let other = crossing().turn("no_left_turn", 35, 5, 15);
    assert!((length(&other) - km(1.0)).abs() < 1e-4);
}

#[test]
fn of_turns_that_are_allowed_alone_each_is() {
    let [west, east] = [at(-0.5, 0.0), at(0.5, 0.0)];
    let two = crossing()
        .turn("only_straight_on", 15, 5, 52)
        .turn("only_right_turn", 15, 5, 35);
    same(
        trip(&two, west, east, ""),
        km(1.0),
        driven(1.0) + 0.014 / 60.0,
    );
    // Whose ways go on past the node does not say from which side.
    let osm = Osm::default()
        .node(1, at(-1.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(0.0, -1.0))
        .node(4, at(0.0, 1.0))
        .node(5, at(0.0, 0.0))
        .way(152, &[1, 5, 2], ROAD)
        .way(354, &[3, 5, 4], ROAD)
        .turn("only_straight_on", 152, 5, 152)
        .turn("no_left_turn", 152, 5, 354);
    let dir = folder(&osm, west, east, "");
    let (status, said) = run(dir.path(), &["roads", "x.osm.pbf"]);
    assert!(
        status == 0 && said.contains("not kept to: 2 restrictions"),
        "{said}"
    );
    let right = trip(&osm, west, at(0.0, -0.5), "").unwrap();
    assert!((right[0] - km(1.0)).abs() < 1e-4, "{right:?}");
}

#[test]
fn what_stands_twice_counts_once() {
    let [west, north] = [at(-0.5, 0.0), at(0.0, 0.5)];
    let forbidden = || crossing().turn("no_left_turn", 15, 5, 54);
    let around = trip(&forbidden(), west, north, "");
    // A node twice in a row would be a place to turn round.
    let twice = forbidden().without(52).way(52, &[5, 5, 2], ROAD);
    assert_eq!(trip(&twice, west, north, ""), around);
    // So would be a way that is there twice; the last one counts.
    let again = forbidden().way(15, &[1, 5], ROAD).way(54, &[5, 4], ROAD);
    assert_eq!(trip(&again, west, north, ""), around);
    let slower: Tags = &[("highway", "primary"), ("maxspeed", "37.5")];
    let later = square([ROAD; 4]).way(12, &[1, 2], slower);
    same(
        trip(&later, at(0.5, 0.0), at(1.5, 0.0), ""),
        km(1.0),
        2.0 * driven(1.0),
    );
}

#[test]
fn a_place_at_a_junction_is_on_all_roads_there() {
    // Oneway from the corner, which stands first in the file: nobody has to drive all of it.
    let osm = square([ONEWAY, ROAD, ROAD, ROAD]);
    let corner = [at(0.0, 0.0)[0] - 0.001, -0.001];
    let walk = km(0.1) * 2.0_f64.sqrt();
    let got = trip(&osm, at(0.0, 1.0), corner, "max_snap_m = 1000");
    same(got, km(1.0) + walk, driven(1.0) + walk / 5.0 * 60.0);
    let got = trip(&osm, corner, at(0.0, 1.0), "max_snap_m = 1000");
    same(got, km(1.0) + walk, driven(1.0) + walk / 5.0 * 60.0);
    // From a junction to a junction.
    same(
        trip(&osm, at(0.0, 0.0), at(2.0, 2.0), ""),
        km(4.0),
        driven(4.0),
    );
    same(trip(&osm, at(0.0, 0.0), at(0.0, 0.0), ""), 0.0, 0.0);
    same(
        trip(&osm, at(1.0, 0.0), at(0.0, 0.0), "direction = \"back\""),
        km(1.0),
        driven(1.0),
    );
}

#[test]
fn trips_may_take_weeks() {
    let ferry: Tags = &[("route", "ferry"), ("duration", "400:00")];
    let osm = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(900.0, 0.0))
        .node(4, at(901.0, 0.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[2, 3], ferry)
        .way(3, &[3, 4], ROAD);
    same(
        trip(&osm, at(0.5, 0.0), at(900.5, 0.0), ""),
        km(900.0),
        driven(1.0) + 24_000.0,
    );
    // Who stands beside the middle of a straight line is beside it, however long it is.
    let beside = at(450.0, 0.1);
    let got = trip(&osm, at(1.0, 0.0), beside, "max_snap_m = 200").unwrap();
    assert!((got[0] - km(449.0 + 0.1)).abs() < 0.01, "{got:?}");
}

#[test]
fn many_long_steps_are_as_right_as_one() {
    // Each of them takes half the time that a search counts in the few bits that do for most, all of them twice as much.
    let ferry: Tags = &[("route", "ferry"), ("duration", "100:00")];
    let mut osm = Osm::default().node(0, at(0.0, 0.0));
    for i in 1..=4 {
        osm = osm
            .node(i, at(10.0 * i as f64, 0.0))
            .way(i, &[i - 1, i], ferry);
    }
    osm = osm
        .node(5, at(41.0, 0.0))
        .node(6, at(-1.0, 0.0))
        .way(5, &[4, 5], ROAD)
        .way(6, &[6, 0], ROAD);
    for i in 1..=4 {
        let got = trip(&osm, at(-0.5, 0.0), at(10.0 * f64::from(i), 0.0), "");
        same(
            got,
            km(10.0 * f64::from(i) + 0.5),
            driven(0.5) + 6000.0 * f64::from(i),
        );
    }
    same(
        trip(&osm, at(-0.5, 0.0), at(40.5, 0.0), ""),
        km(41.0),
        driven(1.0) + 24_000.0,
    );
}

#[test]
fn the_antimeridian_is_like_any_other() {
    let moved = |by: f64| {
        let at = |x: f64, y: f64| {
            [
                if by + x > 180.0 {
                    by + x - 360.0
                } else {
                    by + x
                },
                y,
            ]
        };
        let osm = Osm::default()
            .node(1, at(-0.01, 0.0))
            .node(2, at(0.01, 0.0))
            .node(3, at(0.01, 0.01))
            .node(4, at(0.02, 0.0))
            .way(1, &[1, 2], ROAD)
            .way(2, &[2, 3], ROAD)
            .way(3, &[2, 4], ROAD);
        trip(&osm, at(-0.005, 0.0), at(0.01, 0.005), "").unwrap()
    };
    let [here, there] = [moved(10.0), moved(180.0)];
    assert!(
        (here[0] - there[0]).abs() < 1e-4 && (here[1] - there[1]).abs() < 1e-3,
        "{here:?} {there:?}"
    );
}

#[test]
fn who_has_no_business_there_does_not_pass_through() {
    let local: Tags = &[
        ("highway", "primary"),
        ("maxspeed", "75"),
        ("access", "destination"),
    ];
    let osm = square([local, ROAD, ROAD, ROAD]);
    // Round three sides, rather than through.
    let through = trip(&osm, at(0.0, 0.5), at(2.0, 0.5), "");
    same(through, km(5.0), driven(5.0));
    // To it, and out of it, by either end.
    same(
        trip(&osm, at(0.0, 0.5), at(1.5, 0.0), ""),
        km(2.0),
        driven(2.0),
    );
    same(
        trip(&osm, at(1.5, 0.0), at(2.0, 0.5), ""),
        km(1.0),
        driven(1.0),
    );
    same(
        trip(&osm, at(0.5, 0.0), at(2.0, 0.5), ""),
        km(2.0),
        driven(2.0),
    );
    // Where there is no other way, it is passed.
    let row = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(1.0, 0.0))
        .node(3, at(2.0, 0.0))
        .node(4, at(3.0, 0.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[2, 3], local)
        .way(3, &[3, 4], ROAD);
    same(
        trip(&row, at(0.5, 0.0), at(2.5, 0.0), ""),
        km(2.0),
        driven(2.0),
    );
}

#[test]
fn barriers_shut_ways_and_gates_and_lights_take_time() {
    let osm = || {
        Osm::default()
            .node(1, at(0.0, 0.0))
            .node(2, at(1.0, 0.0))
            .node(3, at(2.0, 0.0))
            .node(4, at(1.0, 1.0))
            .way(1, &[1, 2, 3], ROAD)
            .way(2, &[1, 4, 3], ROAD)
    };
    let [a, b] = [at(0.5, 0.0), at(1.5, 0.0)];
    same(trip(&osm(), a, b, ""), km(1.0), driven(1.0));
    let gate = osm().at(2, &[("barrier", "gate")]);
    same(trip(&gate, a, b, ""), km(1.0), driven(1.0) + 1.0);
    let light = osm().at(2, &[("highway", "traffic_signals")]);
    same(trip(&light, a, b, ""), km(1.0), driven(1.0) + 2.0 / 60.0);
    let shut = osm().at(2, &[("barrier", "bollard")]);
    let around = trip(&shut, a, b, "").unwrap()[0];
    let slanted = 2.0 * (2.0_f64).sqrt();
    assert!((around - km(0.5 + slanted + 0.5)).abs() < 1e-3, "{around}");
}

/// Runs revier; its status and what it says.
fn run(dir: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
    let done = command.args(args).current_dir(dir).output().unwrap();
    let text = [done.stdout, done.stderr].concat();
    (
        done.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}
