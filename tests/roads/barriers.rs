//! Roads that barriers cut or charge.

use super::osm::{Osm, Tags};
use super::{ROAD, at, driven, folder, km, read, same, square};
use revier::input;
use std::collections::BinaryHeap;
use std::{cmp::Reverse, fs, path::Path};

/// A feature of GeoJSON.
fn feature(geometry: &str, places: &[[f64; 2]], properties: &str) -> String {
    let places = places.iter().map(|[x, y]| format!("[{x},{y}]"));
    let places = places.collect::<Vec<_>>().join(",");
    let coordinates = match geometry {
        "Point" => places,
        "Polygon" => format!("[[{places}]]"),
        _ => format!("[{places}]"),
    };
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"{geometry}","coordinates":{coordinates}}}}}"#
    )
}

fn put(dir: &Path, features: &[String]) {
    let all = features.join(",\n");
    let text = format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#);
    fs::write(dir.join("b.geojson"), text).unwrap();
}

/// Km and minutes of the one pair behind barriers; `None` where there is no way.
fn trip(
    osm: &Osm,
    [home, customer]: [[f64; 2]; 2],
    keys: &str,
    features: &[String],
) -> Option<[f64; 2]> {
    let keys = format!("barriers = \"b.geojson\"\n{keys}");
    let dir = folder(osm, home, customer, &keys);
    put(dir.path(), features);
    let inputs = read(dir.path()).unwrap();
    let matrix = inputs.matrix.as_ref().unwrap();
    (!matrix.km.is_empty()).then(|| [matrix.km[0], matrix.minutes[0]])
}

/// A wall from south to north.
fn wall(x: f64, properties: &str) -> String {
    feature("LineString", &[at(x, -0.5), at(x, 0.5)], properties)
}

fn street() -> Osm {
    Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(4.0, 0.0))
        .way(1, &[1, 2], ROAD)
}

#[test]
fn a_road_is_cut_where_nobody_crosses_and_both_ends_are_still_driven() {
    let walls = [wall(2.0, "")];
    let go = |a: f64, b: f64| trip(&street(), [at(a, 0.0), at(b, 0.0)], "", &walls);
    assert_eq!(go(1.0, 3.0), None);
    same(go(0.5, 1.5), km(1.0), driven(1.0));
    same(go(3.5, 2.5), km(1.0), driven(1.0));
    // Round the square there is another way.
    let osm = square([ROAD; 4]);
    let shut = [wall(1.0, "")];
    let round = trip(&osm, [at(0.5, 0.0), at(1.5, 0.0)], "", &shut);
    same(round, km(7.0), driven(7.0));
}

#[test]
fn a_charge_is_paid_for_each_crossing_and_by_nobody_else() {
    let both = [
        wall(2.0, r#""minutes":10"#),
        wall(3.0, r#""minutes":10,"km":0"#),
    ];
    let go = |a: f64, b: f64| trip(&street(), [at(a, 0.0), at(b, 0.0)], "speed_kmh = 30", &both);
    same(go(0.5, 1.9), km(1.4), driven(1.4));
    same(go(1.9, 2.1), km(0.2) + 5.0, driven(0.2) + 10.0);
    same(go(3.9, 0.1), km(3.8) + 5.0, driven(3.8) + 20.0);
    // Going round is faster.
    let dear = [wall(1.0, r#""minutes":60"#)];
    let osm = square([ROAD; 4]);
    same(
        trip(&osm, [at(0.5, 0.0), at(1.5, 0.0)], "", &dear),
        km(7.0),
        driven(7.0),
    );
    // An area is paid for once, by whoever passes through and by whoever ends in it.
    let corners = [
        at(1.0, -0.5),
        at(2.0, -0.5),
        at(2.0, 0.5),
        at(1.0, 0.5),
        at(1.0, -0.5),
    ];
    let area = [feature("Polygon", &corners, r#""minutes":8"#)];
    let go = |a: f64, b: f64| trip(&street(), [at(a, 0.0), at(b, 0.0)], "", &area);
    same(go(0.5, 3.5), km(3.0) + 8.0, driven(3.0) + 8.0);
    same(go(0.5, 1.5), km(1.0) + 8.0, driven(1.0) + 8.0);
    same(go(1.2, 1.7), km(0.5), driven(0.5));
}

#[test]
fn named_crossings_open_roads() {
    let ends = [at(1.0, 0.0), at(3.0, 0.0)];
    let open = |place: [f64; 2], properties: &str| {
        let crossing = feature(
            "Point",
            &[place],
            &format!(r#""crossing":"Tunnel"{properties}"#),
        );
        trip(&street(), ends, "", &[wall(2.0, ""), crossing])
    };
    same(open(at(2.0, 0.0), ""), km(2.0), driven(2.0));
    same(
        open(at(2.0, 0.0), r#","minutes":3"#),
        km(2.0) + 3.0,
        driven(2.0) + 3.0,
    );
    assert_eq!(open(at(2.0, 0.3), ""), None, "the road crosses elsewhere");
    let corners = [
        at(1.5, -0.5),
        at(2.5, -0.5),
        at(2.5, 0.5),
        at(1.5, 0.5),
        at(1.5, -0.5),
    ];
    let lake = feature("Polygon", &corners, "");
    let bridge = feature(
        "LineString",
        &[at(1.4, 0.0), at(2.6, 0.0)],
        r#""crossing":"Bridge","minutes":2"#,
    );
    same(
        trip(&street(), ends, "", &[lake.clone(), bridge]),
        km(2.0) + 2.0,
        driven(2.0) + 2.0,
    );
    assert_eq!(trip(&street(), ends, "", &[lake]), None);
}

#[test]
fn a_place_meets_the_road_on_its_side() {
    // The nearer road is beyond the wall.
    let osm = Osm::default()
        .node(1, at(0.0, 0.0))
        .node(2, at(4.0, 0.0))
        .node(3, at(0.0, 1.0))
        .node(4, at(4.0, 1.0))
        .way(1, &[1, 2], ROAD)
        .way(2, &[3, 4], ROAD)
        .way(3, &[1, 3], ROAD);
    let wall = feature("LineString", &[at(0.5, 0.1), at(5.0, 0.1)], "");
    let keys = "max_snap_m = 2000";
    let got = trip(&osm, [at(0.0, 0.0), at(2.0, 0.2)], keys, &[wall]).unwrap();
    assert!((got[0] - km(3.0 + 0.8)).abs() < 1e-3, "{got:?}");
    // Neighbours on either side do not walk to each other.
    let between = feature("LineString", &[at(1.9, 0.05), at(2.1, 0.05)], "");
    let near = [at(2.0, -0.1), at(2.0, 0.1)];
    let direct = km(0.2);
    let got = trip(&street(), near, "max_snap_m = 2000", &[between]);
    assert!(got.is_none_or(|way| way[0] > direct), "{got:?}");
}

/// Sides of a street grid that a wall crosses, in the plane.
fn crosses(p: [f64; 2], q: [f64; 2], wall: &[[f64; 2]]) -> bool {
    let turn = |a: [f64; 2], b: [f64; 2], c: [f64; 2]| {
        (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    };
    wall.windows(2).any(|w| {
        turn(p, q, w[0]) * turn(p, q, w[1]) < 0.0 && turn(w[0], w[1], p) * turn(w[0], w[1], q) < 0.0
    })
}

/// An arc of the network without barriers: its ends, and milliseconds.
struct Arc {
    ends: [[f64; 2]; 2],
    ms: u64,
}

fn table(dir: &Path, name: &str) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(dir.join(name)).unwrap();
    let row = |line: &str| line.split(',').map(|x| x.parse().unwrap()).collect();
    text.lines().skip(1).map(row).collect()
}

#[test]
fn trips_behind_random_walls_are_those_of_a_plain_dijkstra() {
    const N: usize = 6;
    let mut seed = 5_u64;
    let mut random = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let node = |x: usize, y: usize| 1 + (x + N * y) as i64;
    let mut osm = Osm::default();
    let tags: [Tags; 2] = [ROAD, &[("highway", "residential"), ("maxspeed", "30")]];
    let mut id = 0;
    for y in 0..N {
        for x in 0..N {
            osm = osm.node(node(x, y), at(x as f64, y as f64));
        }
    }
    for y in 0..N {
        for x in 0..N {
            for (u, v) in [(x + 1, y), (x, y + 1)] {
                if u < N && v < N {
                    id += 1;
                    osm = osm.way(
                        id,
                        &[node(x, y), node(u, v)],
                        tags[usize::from(random() < 0.4)],
                    );
                }
            }
        }
    }
    let (mut without, mut slower) = (0, 0);
    for case in 0..25 {
        let mut corner = || at(0.3 + 4.4 * random(), 0.3 + 4.4 * random());
        let walls: Vec<Vec<[f64; 2]>> =
            (0..3).map(|_| (0..3).map(|_| corner()).collect()).collect();
        let cut = |p, q| walls.iter().any(|w| crosses(p, q, w));
        // On streets that are not cut, at three tenths of them.
        let mut place = || loop {
            let (x, y) = ((random() * 5.0).floor(), (random() * 5.0).floor());
            let [p, q] = if random() < 0.5 {
                [at(x, y), at(x + 1.0, y)]
            } else {
                [at(x, y), at(x, y + 1.0)]
            };
            if !cut(p, q) {
                return [0, 1].map(|i| p[i] + 0.3 * (q[i] - p[i]));
            }
        };
        let (home, customer) = (place(), place());
        let features: Vec<String> = walls.iter().map(|w| feature("LineString", w, "")).collect();
        let got = trip(&osm, [home, customer], "", &features);
        let plain = folder(&osm, home, customer, "");
        let inputs = read(plain.path()).unwrap();
        let tables = plain.path().join("network");
        fs::create_dir(&tables).unwrap();
        input::write_network(&inputs, &tables).unwrap();
        let arcs: Vec<Arc> = (table(&tables, "arcs.csv").iter())
            .map(|r| Arc {
                ends: [[r[6], r[7]], [r[8], r[9]]],
                ms: (r[3] * 1e3).round() as u64,
            })
            .collect();
        let turns: Vec<(usize, usize, u64)> = (table(&tables, "turns.csv").iter())
            .map(|r| (r[0] as usize, r[1] as usize, (r[2] * 1e3).round() as u64))
            .collect();
        let expected = dijkstra(&arcs, &turns, [home, customer], &cut);
        assert_eq!(got.is_some(), expected.is_some(), "case {case}");
        without += usize::from(got.is_none());
        if let (Some(got), Some(ms)) = (got, expected) {
            assert!(
                (got[1] - ms as f64 / 60_000.0).abs() < 1e-4,
                "case {case}: {got:?} {ms}"
            );
            let free = inputs.matrix.as_ref().unwrap().minutes[0];
            slower += usize::from(got[1] > free + 0.01);
        }
    }
    assert!(slower > 3, "{slower} go round, {without} have no way");
}

/// Milliseconds between two places on arcs, none of which is cut.
fn dijkstra(
    arcs: &[Arc],
    turns: &[(usize, usize, u64)],
    [home, customer]: [[f64; 2]; 2],
    cut: &dyn Fn([f64; 2], [f64; 2]) -> bool,
) -> Option<u64> {
    // How much of an arc lies before a place on it.
    let share = |arc: &Arc, p: [f64; 2]| {
        let [a, b] = arc.ends;
        let whole = (b[0] - a[0]).hypot(b[1] - a[1]);
        let [before, after] = [a, b].map(|e| (p[0] - e[0]).hypot(p[1] - e[1]));
        (before + after - whole < 1e-9).then(|| before / whole)
    };
    let part = |arc: &Arc, share: f64| (arc.ms as f64 * share).round() as u64;
    let mut least = vec![u64::MAX; arcs.len()];
    let mut heap = BinaryHeap::new();
    let mut best: Option<u64> = None;
    for (at, arc) in arcs.iter().enumerate() {
        if let Some(from) = share(arc, home) {
            if let Some(to) = share(arc, customer).filter(|to| *to >= from) {
                let along = part(arc, to - from);
                best = Some(best.map_or(along, |b| b.min(along)));
            }
            // Driven to its end.
            least[at] = part(arc, 1.0 - from);
            heap.push(Reverse((least[at], at)));
        }
    }
    let mut settled = vec![false; arcs.len()];
    while let Some(Reverse((ms, at))) = heap.pop() {
        if std::mem::replace(&mut settled[at], true) {
            continue;
        }
        for (_, to, turn) in turns.iter().filter(|(from, ..)| *from == at) {
            let arc = &arcs[*to];
            if let Some(until) = share(arc, customer) {
                let all = ms + turn + part(arc, until);
                best = Some(best.map_or(all, |b| b.min(all)));
            }
            let next = ms + turn + arc.ms;
            if !cut(arc.ends[0], arc.ends[1]) && next < least[*to] {
                least[*to] = next;
                heap.push(Reverse((next, *to)));
            }
        }
    }
    best
}
