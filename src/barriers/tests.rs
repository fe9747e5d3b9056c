//! Ways round barriers beside a search that shares nothing with them: on a plane (the gnomonic projection, on which great circles are straight lines), with floating
//! point, over places a hand's breadth beside each corner, so that no case is special.

use super::sphere::{Vector, cross, degrees, dot, km, unit};
use super::*;
use crate::base::random::Random;

/// How far beside a corner, as a share of the radius: 6 cm.
const EPS: f64 = 1e-8;

type Pt = [f64; 2];

/// In [0, 1).
fn unit_of(random: &mut Random) -> f64 {
    random.below(1 << 52) as f64 / (1_u64 << 52) as f64
}

/// A plane that touches the globe.
struct Plane {
    axes: [Vector; 3],
}

impl Plane {
    fn at(lon: f64, lat: f64) -> Plane {
        let up = place([lon, lat]);
        let east = unit(cross([0.0, 0.0, 1.0], up)).unwrap();
        Plane {
            axes: [east, cross(up, east), up],
        }
    }

    fn place(&self, [x, y]: Pt) -> Vector {
        let [e, n, u] = self.axes;
        unit(std::array::from_fn(|i| x * e[i] + y * n[i] + u[i])).unwrap()
    }

    fn degrees(&self, at: Pt) -> [f64; 2] {
        degrees(self.place(at))
    }

    fn flat(&self, p: Vector) -> Pt {
        let [e, n, u] = self.axes;
        [dot(p, e) / dot(p, u), dot(p, n) / dot(p, u)]
    }
}

/// A barrier on the plane: rings are closed.
#[derive(Clone, Debug)]
struct Flat {
    lines: Vec<Vec<Pt>>,
    area: bool,
    charge: Option<f64>,
}

impl Flat {
    fn has(&self, p: Pt) -> bool {
        let mut inside = false;
        for pair in self
            .lines
            .iter()
            .filter(|_| self.area)
            .flat_map(|l| l.windows(2))
        {
            let [a, b] = [pair[0], pair[1]];
            if (a[1] > p[1]) != (b[1] > p[1]) {
                let x = a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                inside ^= x > p[0];
            }
        }
        inside
    }

    /// What each crossing of a line of it costs.
    fn cost(&self) -> f64 {
        let half = if self.area { 0.5 } else { 1.0 };
        self.charge.map_or(f64::INFINITY, |c| c * half)
    }
}

fn turn(a: Pt, b: Pt, c: Pt) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// What the straight line between two places pays.
fn paid(scene: &[Flat], p: Pt, q: Pt) -> f64 {
    let mut sum = 0.0;
    for barrier in scene {
        for pair in barrier.lines.iter().flat_map(|l| l.windows(2)) {
            let [a, b] = [pair[0], pair[1]];
            if turn(p, q, a) * turn(p, q, b) < 0.0 && turn(a, b, p) * turn(a, b, q) < 0.0 {
                sum += barrier.cost();
            }
        }
    }
    sum
}

/// Places beside each corner, some in each angle between the lines there.
fn beside(scene: &[Flat], random: &mut Random) -> Vec<Pt> {
    let lines: Vec<[Pt; 2]> = (scene.iter())
        .flat_map(|b| b.lines.iter().flat_map(|l| l.windows(2)))
        .map(|w| [w[0], w[1]])
        .collect();
    let mut places = Vec::new();
    for v in lines.iter().flatten() {
        let mut angles = Vec::new();
        for [a, b] in &lines {
            let length = (b[0] - a[0]).hypot(b[1] - a[1]);
            let off = turn(*a, *b, *v).abs() / length;
            let share = ((v[0] - a[0]) * (b[0] - a[0]) + (v[1] - a[1]) * (b[1] - a[1])) / length;
            if off > 1e-10 || share < -1e-10 || share > length + 1e-10 {
                continue;
            }
            for end in [a, b] {
                let d = [end[0] - v[0], end[1] - v[1]];
                if d[0].hypot(d[1]) > 1e-9 {
                    angles.push(d[1].atan2(d[0]));
                }
            }
        }
        angles.sort_by(f64::total_cmp);
        angles.dedup_by(|a, b| (*a - *b).abs() < 1e-7);
        for (i, from) in angles.iter().enumerate() {
            let to = angles
                .get(i + 1)
                .copied()
                .unwrap_or(angles[0] + std::f64::consts::TAU);
            // Around the end of a line several are needed: each sees the next.
            for step in 0..5 {
                let share = (f64::from(step) + 0.2 + 0.6 * unit_of(random)) / 5.0;
                let angle = from + (to - from) * share;
                let by = EPS * (0.5 + unit_of(random));
                places.push([v[0] + by * angle.cos(), v[1] + by * angle.sin()]);
            }
        }
    }
    let open = |p: &Pt| !scene.iter().any(|b| b.charge.is_none() && b.has(*p));
    places.retain(open);
    places
}

/// Great circle on the globe, or more: a link of a crossing.
struct Bridge {
    ends: [Pt; 2],
    cost: f64,
}

/// The least cost between two places, km: Bellman and Ford on all pairs of places beside corners.
fn by_hand(
    plane: &Plane,
    scene: &[Flat],
    bridges: &[Bridge],
    [from, to]: [Pt; 2],
    random: &mut Random,
) -> f64 {
    let mut nodes = vec![from, to];
    nodes.extend(beside(scene, random));
    let first = nodes.len();
    nodes.extend(bridges.iter().flat_map(|b| b.ends));
    let n = nodes.len();
    let at: Vec<Vector> = nodes.iter().map(|p| plane.place(*p)).collect();
    let mut link = vec![vec![f64::INFINITY; n]; n];
    for i in 0..n {
        for j in 0..i {
            let cost = km(at[i], at[j]) + paid(scene, nodes[i], nodes[j]);
            (link[i][j], link[j][i]) = (cost, cost);
        }
    }
    for (k, bridge) in bridges.iter().enumerate() {
        let (a, b) = (first + 2 * k, first + 2 * k + 1);
        let cost = link[a][b].min(bridge.cost);
        (link[a][b], link[b][a]) = (cost, cost);
    }
    let mut least = vec![f64::INFINITY; n];
    least[0] = 0.0;
    loop {
        let mut changed = false;
        for i in 0..n {
            for j in 0..n {
                if least[i] + link[i][j] < least[j] - 1e-12 {
                    least[j] = least[i] + link[i][j];
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let half = |b: &Flat| match b.has(from) != b.has(to) {
        true => b.charge.unwrap_or(0.0) / 2.0,
        false => 0.0,
    };
    least[1] + scene.iter().map(half).sum::<f64>()
}

/// A corner: on a coarse grid, so that barriers touch and lie in line, or anywhere.
fn corner(random: &mut Random, grid: bool) -> Pt {
    let at = |random: &mut Random| match grid {
        true => 0.01 * random.below(7) as f64,
        false => 0.06 * unit_of(random),
    };
    [at(random), at(random)]
}

fn ring(middle: Pt, radius: f64, corners: usize, random: &mut Random) -> Vec<Pt> {
    let mut ring: Vec<Pt> = (0..corners)
        .map(|k| {
            let angle = std::f64::consts::TAU * (k as f64 + 0.6 * unit_of(random)) / corners as f64;
            let r = radius * (0.5 + 0.5 * unit_of(random));
            [middle[0] + r * angle.cos(), middle[1] + r * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

fn scene(random: &mut Random) -> Vec<Flat> {
    let grid = random.below(2) == 0;
    let charged = random.below(2) == 0;
    let many = 1 + random.below(4);
    (0..many)
        .map(|_| {
            let charge = (charged && random.below(2) == 0).then(|| 300.0 * unit_of(random));
            if random.below(2) == 0 {
                let mut line: Vec<Pt> = (0..2 + random.below(3))
                    .map(|_| corner(random, grid))
                    .collect();
                line.dedup();
                if line.len() < 2 {
                    line = vec![[0.0, 0.03], [0.05, 0.03]];
                }
                return Flat {
                    lines: vec![line],
                    area: false,
                    charge,
                };
            }
            if grid {
                let [x, y] = corner(random, true);
                let (w, h) = (
                    0.01 * (1 + random.below(3)) as f64,
                    0.01 * (1 + random.below(3)) as f64,
                );
                let rectangle = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]];
                return Flat {
                    lines: vec![rectangle],
                    area: true,
                    charge,
                };
            }
            let middle = corner(random, false);
            let many = 3 + random.below(4);
            let mut lines = vec![ring(middle, 0.02, many, random)];
            // The outer ring keeps half of its radius: with five corners or more there is room for a hole.
            if many >= 5 && random.below(2) == 0 {
                lines.push(ring(middle, 0.006, 3, random));
            }
            Flat {
                lines,
                area: true,
                charge,
            }
        })
        .collect()
}

fn made(plane: &Plane, scene: &[Flat], crossings: &[Crossing]) -> Result<Barriers, Vec<Fault>> {
    let drawn = |line: &Vec<Pt>| line.iter().map(|p| plane.degrees(*p)).collect::<Vec<_>>();
    let of = |(at, flat): (usize, &Flat)| Barrier {
        feature: at + 1,
        shape: match flat.area {
            true => Shape::Area(flat.lines.iter().map(drawn).collect()),
            false => Shape::Line(drawn(&flat.lines[0])),
        },
        charge: flat.charge.map_or(SHUT, |c| [c, c]),
    };
    let barriers: Vec<Barrier> = scene.iter().enumerate().map(of).collect();
    Barriers::new(&barriers, crossings)
}

fn found(barriers: &Barriers, plane: &Plane, [from, to]: [Pt; 2]) -> Option<[f64; 2]> {
    let ways = Ways::new(barriers, [1.0, 1.0], 0);
    let home = ways.home(plane.place(to));
    ways.trips(plane.place(from), &[home])[0]
}

fn same(found: Option<[f64; 2]>, expected: f64, told: &dyn std::fmt::Debug) {
    let got = found.map_or(f64::INFINITY, |way| way[0]);
    let equal = got == expected || (got - expected).abs() < 3e-3;
    assert!(equal, "{got} km, by hand {expected}: {told:?}");
}

#[test]
fn ways_are_those_of_a_search_by_hand() {
    let cases = if cfg!(debug_assertions) { 400 } else { 4000 };
    let mut random = Random(11);
    let (mut round, mut far, mut paying) = (0, 0, 0);
    for case in 0..cases {
        let plane = Plane::at(20.0 * unit_of(&mut random), 60.0 * unit_of(&mut random));
        let scene = scene(&mut random);
        let Ok(barriers) = made(&plane, &scene, &[]) else {
            panic!("case {case}: {scene:?}");
        };
        for _ in 0..4 {
            let ends = [(); 2].map(|()| {
                [
                    0.08 * unit_of(&mut random) - 0.01,
                    0.08 * unit_of(&mut random) - 0.01,
                ]
            });
            let shut = |p: &Pt| scene.iter().any(|b| b.charge.is_none() && b.has(*p));
            for p in &ends {
                assert_eq!(
                    barriers.shuts_in(plane.place(*p)),
                    shut(p),
                    "case {case}: {p:?} {scene:?}"
                );
            }
            if ends.iter().any(shut) {
                continue;
            }
            let expected = by_hand(&plane, &scene, &[], ends, &mut random);
            same(
                found(&barriers, &plane, ends),
                expected,
                &(case, &ends, &scene),
            );
            let straight = km(plane.place(ends[0]), plane.place(ends[1]));
            far += usize::from(expected.is_infinite());
            round += usize::from(expected.is_finite() && expected > straight + 0.1);
            paying += usize::from(scene.iter().any(|b| b.charge.is_some()));
        }
    }
    assert!(
        round > cases / 2 && far > cases / 100 && paying > cases,
        "{round} {far} {paying}"
    );
}

/// Rings that are no simple area with holes, on a grid.
const RINGS: [&[&[[i32; 2]]]; 10] = [
    // Two beside each other, as if one were a hole.
    &[
        &[[-3, -1], [-1, -1], [-1, 1], [-3, 2]],
        &[[1, -1], [3, -1], [3, 1], [1, 2]],
    ],
    // An island in a hole.
    &[
        &[[-3, -3], [3, -3], [3, 3], [-3, 3]],
        &[[-2, -2], [2, -2], [2, 2], [-2, 2]],
        &[[-1, -1], [1, -1], [1, 1], [-1, 1]],
    ],
    // A bow tie whose crossing is a corner, of both parts and of one.
    &[&[[-2, -1], [0, 0], [3, -2], [3, 2], [0, 0], [-2, 1]]],
    &[&[[-2, -1], [0, 0], [3, -2], [3, 2], [-2, 0], [-2, 2]]],
    &[&[[-2, 0], [2, 0], [2, 2], [0, 0], [-2, 2]]],
    // A keyhole, a spike outward, a ring drawn twice.
    &[&[
        [-2, -2],
        [2, -2],
        [2, 2],
        [-2, 2],
        [-2, -2],
        [-1, -1],
        [0, 1],
        [1, -1],
    ]],
    &[&[[-2, -2], [2, -2], [2, 2], [2, 3], [2, 2], [-2, 2]]],
    &[&[
        [-2, -2],
        [2, -2],
        [1, 2],
        [-2, -2],
        [2, -2],
        [1, 2],
        [-2, -2],
        [2, -2],
        [1, 2],
    ]],
    // Holes with a side in common, and one with a side of the outer ring.
    &[
        &[[-3, -3], [3, -3], [3, 3], [-3, 3]],
        &[[-2, -1], [0, -1], [0, 1], [-2, 1]],
        &[[0, -1], [2, -1], [2, 1], [0, 1]],
    ],
    &[
        &[[-3, -3], [3, -3], [3, 3], [-3, 3]],
        &[[-3, -1], [0, -1], [0, 1], [-3, 1]],
    ],
];

#[test]
fn areas_are_what_an_odd_number_of_rings_is_around() {
    let mut random = Random(13);
    let cases = if cfg!(debug_assertions) { 100 } else { 600 };
    for case in 0..cases {
        let plane = Plane::at(20.0 * unit_of(&mut random), 60.0 * unit_of(&mut random));
        let mut drawn = |rings: &[&[[i32; 2]]]| {
            let (angle, size) = (
                unit_of(&mut random) * 6.0,
                0.01 + 0.005 * unit_of(&mut random),
            );
            let mirror = if random.below(2) == 0 { 1.0 } else { -1.0 };
            let at = |[x, y]: [i32; 2]| {
                let (x, y) = (size * f64::from(x) * mirror, size * f64::from(y));
                [
                    x * angle.cos() - y * angle.sin(),
                    x * angle.sin() + y * angle.cos(),
                ]
            };
            let mut lines = Vec::new();
            for ring in rings {
                let mut line: Vec<Pt> = ring.iter().map(|c| at(*c)).collect();
                let first = random.below(line.len());
                line.rotate_left(first);
                if random.below(2) == 0 {
                    line.reverse();
                }
                line.push(line[0]);
                lines.push(line);
            }
            let first = random.below(lines.len());
            lines.rotate_left(first);
            lines
        };
        let lines = drawn(RINGS[case % RINGS.len()]);
        let charge = (random.below(2) == 0).then(|| 300.0 * unit_of(&mut random));
        let scene = [Flat {
            lines,
            area: true,
            charge,
        }];
        let barriers = made(&plane, &scene, &[]).unwrap();
        for _ in 0..6 {
            let ends = [(); 2].map(|()| [(); 2].map(|()| 0.1 * unit_of(&mut random) - 0.05));
            let shut = |p: &Pt| scene.iter().any(|b| b.charge.is_none() && b.has(*p));
            for p in &ends {
                assert_eq!(
                    barriers.shuts_in(plane.place(*p)),
                    shut(p),
                    "case {case}: {p:?} {scene:?}"
                );
            }
            if !ends.iter().any(shut) {
                let expected = by_hand(&plane, &scene, &[], ends, &mut random);
                same(
                    found(&barriers, &plane, ends),
                    expected,
                    &(case, &ends, &scene),
                );
            }
        }
    }
}

#[test]
fn named_crossings_open_barriers() {
    let cases = if cfg!(debug_assertions) { 200 } else { 2000 };
    let mut random = Random(12);
    let mut better = 0;
    for case in 0..cases {
        let plane = Plane::at(10.0, 50.0);
        let wall = Flat {
            lines: vec![vec![
                [-0.05, 0.03],
                [0.1, 0.03 + 0.002 * unit_of(&mut random)],
            ]],
            area: false,
            charge: None,
        };
        let scene = vec![wall.clone()];
        let share = 0.2 + 0.6 * unit_of(&mut random);
        let [a, b] = [wall.lines[0][0], wall.lines[0][1]];
        let at = [0, 1].map(|i| a[i] + share * (b[i] - a[i]));
        let cost = 100.0 * unit_of(&mut random);
        let point = random.below(2) == 0;
        let (up, down) = (
            [at[0] + 0.001, at[1] + 0.004],
            [at[0] - 0.002, at[1] - 0.003],
        );
        let way = if point {
            vec![plane.degrees(at)]
        } else {
            vec![plane.degrees(up), plane.degrees(down)]
        };
        let crossing = Crossing {
            feature: 2,
            name: "Tunnel".into(),
            way,
            charge: [cost, cost],
        };
        let barriers = made(&plane, &scene, &[crossing]).unwrap();
        let bridge = match point {
            true => Bridge {
                ends: [[at[0], at[1] + EPS], [at[0], at[1] - EPS]],
                cost,
            },
            false => Bridge {
                ends: [up, down],
                cost: cost + km(plane.place(up), plane.place(down)),
            },
        };
        let ends = [
            [
                0.06 * unit_of(&mut random),
                0.04 + 0.02 * unit_of(&mut random),
            ],
            [0.06 * unit_of(&mut random), 0.02 * unit_of(&mut random)],
        ];
        let expected = by_hand(&plane, &scene, &[bridge], ends, &mut random);
        same(
            found(&barriers, &plane, ends),
            expected,
            &(case, ends, point),
        );
        let without = by_hand(&plane, &scene, &[], ends, &mut random);
        better += usize::from(expected < without - 0.1);
        let [p, q] = ends.map(|p| plane.place(p));
        assert!(barriers.parts(p, q, &mut Vec::new()) || (plane.flat(p)[0] - at[0]).abs() < 0.05);
        let [left, right] = barriers.joined().next().unwrap();
        let above = |p: Vector| turn(a, b, plane.flat(p)) > 0.0;
        assert!(above(left) != above(right));
    }
    assert!(better > cases / 4, "{better}");
}

#[test]
fn who_passes_a_corner_exactly_is_not_stopped_and_not_let_through() {
    // On the equator: all of it is in one plane, exactly.
    let wall = |line: Vec<[f64; 2]>| {
        let barrier = Barrier {
            feature: 1,
            shape: Shape::Line(line),
            charge: SHUT,
        };
        Barriers::new(&[barrier], &[]).unwrap()
    };
    let trip = |barriers: &Barriers, a: [f64; 2], b: [f64; 2]| {
        let ways = Ways::new(barriers, [1.0; 2], 0);
        ways.trips(place(a), &[ways.home(place(b))])[0].map(|way| way[0])
    };
    let straight = km(place([-1.0, 0.0]), place([1.0, 0.0]));
    let close = |got: Option<f64>, expected: f64| {
        assert!((got.unwrap() - expected).abs() < 1e-9, "{got:?} {expected}")
    };
    // It ends on the way, comes from above, and bends there.
    let grazed = wall(vec![[0.0, 0.0], [0.0, 2.0]]);
    close(trip(&grazed, [-1.0, 0.0], [1.0, 0.0]), straight);
    let bent = wall(vec![[-0.5, 2.0], [0.0, 0.0], [0.5, 2.0]]);
    close(trip(&bent, [-1.0, 0.0], [1.0, 0.0]), straight);
    // The way runs along it.
    let along = wall(vec![[-0.5, 0.0], [0.2, 0.0], [0.5, 0.0]]);
    close(trip(&along, [-1.0, 0.0], [1.0, 0.0]), straight);
    // It has a corner on the way, and goes on below.
    let through = wall(vec![[0.0, 2.0], [0.0, 0.0], [0.0, -3.0]]);
    let round = km(place([-1.0, 0.0]), place([0.0, 2.0])) * 2.0;
    close(trip(&through, [-1.0, 0.0], [1.0, 0.0]), round);
    // A ring around.
    let ring = wall(vec![
        [-0.5, -0.5],
        [0.5, -0.5],
        [0.5, 0.5],
        [-0.5, 0.5],
        [-0.5, -0.5],
    ]);
    assert_eq!(trip(&ring, [0.0, 0.0], [1.0, 0.0]), None);
    close(
        trip(&ring, [0.0, 0.0], [0.2, 0.0]),
        km(place([0.0, 0.0]), place([0.2, 0.0])),
    );
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let area = |ring: Vec<[f64; 2]>| Barrier {
        feature: 3,
        shape: Shape::Area(vec![ring]),
        charge: SHUT,
    };
    let line = |line: Vec<[f64; 2]>| Barrier {
        feature: 4,
        shape: Shape::Line(line),
        charge: SHUT,
    };
    let faults = |barriers: &[Barrier], crossings: &[Crossing]| -> Vec<String> {
        let faults = Barriers::new(barriers, crossings).unwrap_err();
        faults
            .into_iter()
            .map(|f| format!("{}: {}", f.feature, f.what))
            .collect()
    };
    let bow = area(vec![
        [0.0, 0.0],
        [2.0, 2.0],
        [2.0, 0.0],
        [0.0, 2.0],
        [0.0, 0.0],
    ]);
    let told = faults(&[bow], &[]);
    assert!(
        told[0].starts_with("3: the rim crosses itself near [1.0000"),
        "{told:?}"
    );
    assert!(faults(&[line(vec![[5.0, 5.0], [5.0, 5.0]])], &[])[0].contains("no length"));
    assert!(
        faults(&[area(vec![[5.0, 5.0], [6.0, 5.0], [5.0, 5.0]])], &[])[0]
            .contains("three distinct")
    );
    assert!(faults(&[line(vec![[179.0, 5.0], [-179.0, 5.0]])], &[])[0].contains("antimeridian"));
    assert!(faults(&[line(vec![[0.0, 0.0], [90.0, 0.0]])], &[])[0].contains("80 degrees"));
    let cap = area(
        (0..5)
            .map(|k| [f64::from(k % 4) * 90.0 - 180.0, 5.0])
            .collect(),
    );
    assert!(
        faults(&[cap], &[])[0].contains("antimeridian") || !faults(&[line(vec![])], &[]).is_empty()
    );
    let long = |many: u32, charge: Charge| Barrier {
        charge,
        ..line(
            (0..many)
                .map(|k| [f64::from(k) * 1e-3, f64::from(k % 2)])
                .collect(),
        )
    };
    let many = faults(&[long(20_001, SHUT)], &[]);
    assert!(
        many[0].contains("0: the barriers have 20") && many[0].contains("001 corners"),
        "{many:?}"
    );
    let paid = faults(&[long(5_001, [1.0; 2])], &[]);
    assert!(paid[0].contains("crossed at a cost have 5"), "{paid:?}");
    let wall = line(vec![[0.0, 0.0], [2.0, 0.0]]);
    let crossing = |way: Vec<[f64; 2]>| Crossing {
        feature: 9,
        name: "Furt".into(),
        way,
        charge: [0.0; 2],
    };
    let far = faults(std::slice::from_ref(&wall), &[crossing(vec![[1.0, 1.0]])]);
    assert!(
        far[0].contains("no barrier within 100 m of the crossing \"Furt\""),
        "{far:?}"
    );
    let aside = faults(
        std::slice::from_ref(&wall),
        &[crossing(vec![[1.0, 1.0], [1.0, 2.0]])],
    );
    assert!(aside[0].contains("crosses no barrier"), "{aside:?}");
    let lake = area(vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]);
    let wet = faults(
        std::slice::from_ref(&lake),
        &[crossing(vec![[1.0, 1.0], [1.0, 3.0]])],
    );
    assert!(wet[0].contains("ends in an area"), "{wet:?}");
    let rim = faults(&[lake], &[crossing(vec![[1.0, 0.0]])]);
    assert!(rim[0].contains("point at an area"), "{rim:?}");
}
