//! What is within reach by road: counts by trips, areas around them, ways.

use super::osm::{Osm, Tags};
use super::{ONEWAY, ROAD, at, driven, folder, km, run, square};
use geo::{Contains, MultiPolygon, Point};
use geojson::{FeatureCollection, JsonObject};
use std::fs;
use std::path::Path;

/// A long road along the equator, nodes 1 to 4, with a side road at 4 steps that is driven one way only: away from it.
fn fork() -> Osm {
    Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(4.0, 0.0))
        .node(3, at(10.0, 0.0))
        .node(4, at(4.0, 4.0))
        .node(5, at(10.0, 4.0))
        .way(12, &[1, 2], ROAD)
        .way(23, &[2, 3], ROAD)
        .way(24, &[2, 4], ONEWAY)
        .way(45, &[4, 5], ROAD)
        .way(35, &[3, 5], ROAD)
}

/// A folder with these customers: C0, C1, ...
fn many(osm: &Osm, home: [f64; 2], customers: &[[f64; 2]], keys: &str) -> tempfile::TempDir {
    let dir = folder(osm, home, customers[0], keys);
    let rows = customers.iter().enumerate();
    let rows: String = rows
        .map(|(i, [lon, lat])| format!("C{i},{lon},{lat},{}\n", i + 1))
        .collect();
    let text = format!("id,lon,lat,workload\n{rows}");
    fs::write(dir.path().join("customers.csv"), text).unwrap();
    dir
}

fn collection(path: &Path) -> FeatureCollection {
    let text = fs::read_to_string(path).unwrap();
    text.parse().unwrap()
}

/// Properties and areas of a file, smaller limits first.
fn areas(path: &Path) -> Vec<(JsonObject, MultiPolygon<f64>)> {
    let mut all: Vec<(JsonObject, MultiPolygon<f64>)> = collection(path)
        .features
        .into_iter()
        .map(|f| {
            let shape: geo::Geometry<f64> = f.geometry.unwrap().try_into().unwrap();
            let geo::Geometry::MultiPolygon(shape) = shape else {
                panic!("no MultiPolygon")
            };
            (f.properties.unwrap(), shape)
        })
        .collect();
    all.reverse();
    all
}

fn number(of: &JsonObject, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

fn reach(dir: &Path, args: &[&str]) -> Vec<(JsonObject, MultiPolygon<f64>)> {
    let mut all = vec!["reach", "s.toml", "--out", "out.geojson"];
    all.extend(args);
    let (status, said) = run(dir, &all);
    assert_eq!(status, 0, "{said}");
    areas(&dir.join("out.geojson"))
}

/// Customers every quarter of a step on the road and beside it.
fn around() -> Vec<[f64; 2]> {
    let mut all = Vec::new();
    for x in 0..=40 {
        for (y, off) in [(0.0, 0.0), (0.0, 0.21), (4.0, 0.1)] {
            let x = f64::from(x) * 0.25;
            if y == 0.0 || x >= 4.0 {
                all.push(at(x, y + off));
            }
        }
    }
    all.extend((1..16).map(|y| at(4.0, f64::from(y) * 0.25)));
    all
}

#[test]
fn customers_are_counted_by_their_trips_and_lie_in_the_areas_of_those() {
    let customers = around();
    for direction in ["out", "back", "round"] {
        let keys = format!("direction = \"{direction}\"");
        let dir = many(&fork(), at(2.0, 0.0), &customers, &keys);
        let (status, said) = run(dir.path(), &["roads", "s.toml", "--matrix", "m.csv"]);
        assert_eq!(status, 0, "{said}");
        let text = fs::read_to_string(dir.path().join("m.csv")).unwrap();
        let trips: Vec<[f64; 2]> = (text.lines().skip(1))
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                [cells[2].parse().unwrap(), cells[3].parse().unwrap()]
            })
            .collect();
        assert_eq!(trips.len(), customers.len());
        let found = reach(dir.path(), &["--minutes", "12,2,5,8", "--km", "3,6"]);
        assert_eq!(found.len(), 6);
        for (of, shape) in &found {
            let most = number(of, "limit");
            let unit = usize::from(of["unit"] == "minutes");
            let within: Vec<bool> = trips.iter().map(|trip| trip[unit] <= most).collect();
            let count = within.iter().filter(|w| **w).count();
            assert_eq!(number(of, "customers"), count as f64, "{direction} {most}");
            let workload: usize = (0..within.len())
                .filter(|i| within[*i])
                .map(|i| i + 1)
                .sum();
            assert_eq!(number(of, "workload"), workload as f64);
            for ([lon, lat], within) in customers.iter().zip(within) {
                let inside = shape.contains(&Point::new(*lon, *lat));
                assert_eq!(inside, within, "{direction} {most} {of:?}: {lon} {lat}");
            }
            assert_eq!(of["direction"], direction);
        }
        // Minutes first, then kilometres: nested, and larger.
        for pair in found
            .windows(2)
            .filter(|p| p[0].0["unit"] == p[1].0["unit"])
        {
            assert!(number(&pair[0].0, "area_km2") < number(&pair[1].0, "area_km2"));
            let corners = pair[0].1.iter().flat_map(|p| p.exterior().0.iter());
            for corner in corners {
                let [x, y] = [corner.x, corner.y];
                let near = [
                    (0.0, 0.0),
                    (1e-7, 0.0),
                    (-1e-7, 0.0),
                    (0.0, 1e-7),
                    (0.0, -1e-7),
                ];
                let in_larger = near.iter().any(|(dx, dy)| {
                    geo::Intersects::intersects(&pair[1].1, &Point::new(x + dx, y + dy))
                });
                assert!(in_larger, "{direction}: {x} {y}");
            }
        }
    }
}

#[test]
fn oneway_streets_reach_one_way() {
    let up = at(4.0, 2.0);
    let area = |direction: &str| {
        let keys = format!("direction = \"{direction}\"");
        let dir = many(&fork(), at(2.0, 0.0), &[at(4.0, 0.0)], &keys);
        let found = reach(dir.path(), &["--minutes", "6"]);
        found[0].1.contains(&Point::new(up[0] + 1e-4, up[1]))
    };
    assert!(area("out"));
    // Home from there leads all the way round.
    assert!(!area("back"));
}

#[test]
fn a_ferry_reaches_the_other_side_when_it_is_there_in_time() {
    let ferry: Tags = &[("route", "ferry"), ("duration", "00:30")];
    let osm = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(2.0, 0.0))
        .node(3, at(6.0, 0.0))
        .node(4, at(8.0, 0.0))
        // Cut off: no road leads there.
        .node(5, at(4.0, 3.0))
        .node(6, at(5.0, 3.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[2, 3], ferry)
        .way(3, &[3, 4], ROAD)
        .way(4, &[5, 6], ROAD);
    let dir = many(&osm, at(1.0, 0.0), &[at(1.5, 0.0), at(7.0, 0.0)], "");
    let found = reach(dir.path(), &["--minutes", "20,40"]);
    let has = |k: usize, place: [f64; 2]| found[k].1.contains(&Point::new(place[0], place[1]));
    assert!(has(0, at(0.5, 0.0)) && !has(0, at(7.5, 0.0)));
    assert!(has(1, at(0.5, 0.0)) && has(1, at(7.5, 0.0)));
    assert!(!has(1, at(4.5, 3.0)));
    assert_eq!(number(&found[0].0, "customers"), 1.0);
    assert_eq!(number(&found[1].0, "customers"), 2.0);
}

#[test]
fn a_home_base_off_the_road_walks_or_goes_by_great_circle() {
    let walk = km(0.2);
    let home = at(2.0, -0.2);
    let customers = [at(4.0, 0.0), at(2.0, -0.2)];
    let dir = many(&fork(), home, &customers, "max_snap_m = 1000");
    let minutes = walk / 5.0 * 60.0 + driven(2.0);
    let limits = format!("{:.4},{:.4}", minutes - 0.01, minutes + 0.01);
    let found = reach(dir.path(), &["--minutes", &limits]);
    let counted: Vec<f64> = found
        .iter()
        .map(|(of, _)| number(of, "customers"))
        .collect();
    assert_eq!(counted, [1.0, 2.0]);
    assert!(
        found
            .iter()
            .all(|(_, shape)| shape.contains(&Point::new(home[0], home[1])))
    );
    // Too far: a circle.
    let keys = "max_snap_m = 10\noff_road = \"great-circle\"\nspeed_kmh = 60";
    let dir = many(&fork(), home, &customers, keys);
    let found = reach(dir.path(), &["--minutes", "3"]);
    let area = number(&found[0].0, "area_km2");
    assert!((area - 9.0 * std::f64::consts::PI).abs() < 0.01, "{area}");
}

#[test]
fn at_the_antimeridian_areas_are_cut() {
    let x = |steps: f64| {
        let lon = 180.0 + steps * 0.01;
        [if lon > 180.0 { lon - 360.0 } else { lon }, 0.0]
    };
    let osm = Osm::default()
        .node(1, x(-3.0))
        .node(2, x(3.0))
        .way(1, &[1, 2], ROAD);
    let dir = many(&osm, x(-0.5), &[x(-2.0), x(2.0)], "");
    let found = reach(dir.path(), &["--minutes", "2.2,4"]);
    for (of, shape) in &found {
        assert_eq!(number(of, "parts"), 2.0, "{of:?}");
        assert!(
            shape
                .iter()
                .all(|p| p.exterior().0.iter().all(|c| c.x.abs() <= 180.0))
        );
    }
    let [west, east] = [Point::new(x(-2.0)[0], 0.0), Point::new(x(2.0)[0], 0.0)];
    assert!(found[0].1.contains(&west) && !found[0].1.contains(&east));
    assert!(found[1].1.contains(&west) && found[1].1.contains(&east));
}

#[test]
fn ways_are_drawn_once_with_all_who_pass() {
    let osm = square([ROAD; 4]);
    let dir = many(
        &osm,
        at(0.5, 0.0),
        &[at(1.5, 0.0), at(2.0, 0.5), at(2.0, 1.0)],
        "direction = \"round\"",
    );
    let (status, said) = run(dir.path(), &["solve", "s.toml", "--out", "plan"]);
    assert_eq!(status, 0, "{said}");
    let args = [
        "reach",
        "plan",
        "--minutes",
        "30",
        "--routes",
        "ways.geojson",
        "--customers",
        "c.csv",
    ];
    let (status, said) = run(dir.path(), &args);
    assert_eq!(status, 0, "{said}");
    let ways = collection(&dir.path().join("ways.geojson"));
    let told = ways.foreign_members.unwrap();
    assert_eq!(told["attribution"], "© OpenStreetMap contributors");
    let of = |way: &geojson::Feature| {
        let of = way.properties.clone().unwrap();
        let km = number(&of, "km");
        (
            of["direction"] == "back",
            number(&of, "customers"),
            km,
            number(&of, "workload"),
        )
    };
    let all: Vec<(bool, f64, f64, f64)> = ways.features.iter().map(of).collect();
    for back in [false, true] {
        let own: Vec<&(bool, f64, f64, f64)> = all.iter().filter(|w| w.0 == back).collect();
        // Each customer's way is the sum of its pieces: one and a half steps, two, two and a half.
        let driven: f64 = own.iter().map(|w| w.1 * w.2).sum();
        assert!(
            (driven - km(1.0 + 2.0 + 2.5)).abs() < 1e-3,
            "{driven}: {all:?}"
        );
        let once: f64 = own.iter().map(|w| w.2).sum();
        assert!((once - km(2.5)).abs() < 1e-3, "{once}: {all:?}");
        let three = own.iter().find(|w| w.1 == 3.0).unwrap();
        assert_eq!(three.3, 1.0 + 2.0 + 3.0);
    }
    let table = fs::read_to_string(dir.path().join("c.csv")).unwrap();
    let first: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    assert_eq!([first[0], first[1], first[4]], ["C0", "R", "R"]);
    assert_eq!(
        table.lines().next().unwrap().split(',').next_back(),
        Some("bases_30_minutes")
    );
    // What is in the plan's directory stays as it was.
    let (status, said) = run(
        dir.path(),
        &[
            "reach",
            "plan",
            "--minutes",
            "5",
            "--out",
            "plan/reach.geojson",
        ],
    );
    assert!(
        status == 2 && said.contains("among the files of the plan"),
        "{said}"
    );
    let (status, said) = run(
        dir.path(),
        &[
            "reach",
            "s.toml",
            "--minutes",
            "5",
            "--out",
            "plan/reach.geojson",
        ],
    );
    assert!(
        status == 2 && said.contains("among the files of a plan"),
        "{said}"
    );
    let (status, said) = run(dir.path(), &["check", "plan"]);
    assert_eq!(status, 0, "{said}");
    // The page and the picture say whose the roads are.
    let page = fs::read_to_string(dir.path().join("plan/report.html")).unwrap();
    assert!(page.contains("© OpenStreetMap contributors"));
    let (status, said) = run(
        dir.path(),
        &["export", "plan", "--to", "svg", "--out", "a.svg"],
    );
    assert_eq!(status, 0, "{said}");
    let picture = fs::read_to_string(dir.path().join("a.svg")).unwrap();
    assert!(picture.contains("Roads: © OpenStreetMap contributors"));
}
