//! The graph of neighbours against the polygons: cells are next to each other where the drawing has a common border.

use super::super::tessellation::Drawing;
use super::*;
use crate::base::random::Random;

/// Grid units below which a common border is taken for a corner by the one and drawn by the other, or the other way round.
const SHORT: f64 = 100.0;

/// Lengths of the common borders of all pairs of reps that have one, grid units: of the parts with their only site, or of all parts
/// where the site stands in none, or `whole` cells are asked for.
fn borders(drawing: &Drawing, site: &[Pt], whole: bool) -> HashMap<(usize, usize), f64> {
    let mut of_edge = HashMap::new();
    for (rep, shapes) in drawing.shapes.iter().enumerate() {
        let own = shapes.iter().position(|shape| shape.contains(site[rep]));
        for (at, shape) in shapes.iter().enumerate() {
            if whole || own.is_none_or(|own| own == at) {
                of_edge.extend(edges(shape).map(|edge| (edge, rep)));
            }
        }
    }
    let mut shared: HashMap<(usize, usize), f64> = HashMap::new();
    for (&[p, q], &rep) in &of_edge {
        if let Some(&other) = of_edge.get(&[q, p])
            && rep < other
        {
            let length = ((p[0] - q[0]) as f64).hypot((p[1] - q[1]) as f64);
            *shared.entry((rep, other)).or_default() += length;
        }
    }
    shared
}

/// Draws every site as a territory of its own, and compares; returns how many pairs are neighbours, and how many Delaunay edges
/// are none.
fn compare(case: &Case) -> (usize, usize) {
    let Checked { map, drawing, .. } = case.check();
    let places = &map.mesh.as_ref().expect("sites").at;
    let sites: Vec<Pt> = (0..case.lon.len())
        .map(|i| places[map.places.of_site[i] as usize])
        .collect();
    let whole = case.reach_km.is_some() && case.boundary.is_some();
    let shared = borders(&drawing, &sites, whole);
    let graph = map.adjacency();
    let mut count = 0;
    for i in 0..case.lon.len() {
        let near: Vec<usize> = graph.near_sites(i).collect();
        for j in i + 1..case.lon.len() {
            let length = shared.get(&(i, j)).copied().unwrap_or(0.0);
            let told = near.contains(&j);
            count += usize::from(told);
            let fine = case.lon.iter().any(|x| *x != x.round());
            assert!(
                told == (length > 0.0) || (length > 0.0 && length < SHORT) || (told && !fine),
                "{i} and {j} share {length}, the graph says {told}: {case:?}"
            );
        }
    }
    let all = map.delaunay();
    let edges: usize = (0..all.places()).map(|p| all.neighbours(p).len()).sum();
    (count, edges / 2 - count)
}

/// A comb: a strip in the south, and teeth of random height with bays between them.
fn comb(random: &mut Random, teeth: usize) -> MultiPolygon<f64> {
    let width = 4.0 / teeth as f64;
    let mut ring = vec![(6.0, 47.0), (10.0, 47.0)];
    for t in (0..teeth).rev() {
        let (west, east) = (6.0 + width * t as f64, 6.0 + width * (t as f64 + 0.7));
        let north = 48.0 + random.below(3000) as f64 / 1000.0;
        ring.extend([(east, 47.5), (east, north), (west, north), (west, 47.5)]);
    }
    ring.push((6.0, 47.0));
    MultiPolygon::new(vec![Polygon::new(ring.into(), vec![])])
}

/// Land with lakes, and islands in some of them.
fn lakes(random: &mut Random) -> MultiPolygon<f64> {
    let ring = |x: f64, y: f64, w: f64, h: f64| -> geo::LineString<f64> {
        vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)].into()
    };
    let mut part = |from: f64, to: f64| from + (to - from) * random.below(1000) as f64 / 1000.0;
    let (mut holes, mut polygons) = (Vec::new(), Vec::new());
    for at in 0..16 {
        let (w, h) = (part(0.05, 0.98), part(0.05, 0.98));
        let x = 6.0 + f64::from(at % 4) + part(0.0, 0.99 - w);
        let y = 47.0 + f64::from(at / 4) + part(0.0, 0.99 - h);
        if part(0.0, 1.0) < 0.3 {
            continue;
        }
        holes.push(ring(x, y, w, h));
        if part(0.0, 1.0) < 0.5 {
            let island = ring(x + 0.1 * w, y + 0.1 * h, 0.8 * w, 0.8 * h);
            polygons.push(Polygon::new(island, vec![]));
        }
    }
    polygons.push(Polygon::new(ring(5.9, 46.9, 4.2, 4.2), holes));
    MultiPolygon::new(polygons)
}

/// Sites that own themselves.
fn alone(places: &[(f64, f64)]) -> Case {
    let sites: Vec<(f64, f64, u32)> = (0..).zip(places).map(|(j, p)| (p.0, p.1, j)).collect();
    Case::of(&sites)
}

#[test]
fn cells_on_both_sides_of_a_bay_are_no_neighbours() {
    // Two arms of land and the strip that joins them; places in the arms and in the strip.
    let ring = [
        (8.0, 50.0),
        (11.0, 50.0),
        (11.0, 52.0),
        (10.0, 52.0),
        (10.0, 50.4),
        (9.0, 50.4),
        (9.0, 52.0),
        (8.0, 52.0),
        (8.0, 50.0),
    ];
    let land = MultiPolygon::new(vec![Polygon::new(ring.to_vec().into(), vec![])]);
    let places = [
        (8.5, 51.7),
        (10.5, 51.7),
        (9.5, 50.2),
        (8.5, 50.9),
        (10.5, 50.9),
    ];
    let free = alone(&places);
    let graph = free.map().expect("valid").adjacency();
    assert!(
        graph.near_sites(0).any(|j| j == 1),
        "without a boundary they meet"
    );
    let case = free.within(land);
    compare(&case);
    let graph = case.map().expect("valid").adjacency();
    assert!(!graph.near_sites(0).any(|j| j == 1), "land parts them");
    assert_eq!(graph.near_sites(0).collect::<Vec<_>>(), [3]);
    assert_eq!(graph.pieces(&[0, 0, 1, 1, 1].map(RepIx), 2), [2, 1]);
    assert_eq!(
        graph.component(graph.place(0)),
        graph.component(graph.place(1))
    );
}

#[test]
fn land_out_of_reach_and_islands_part_cells() {
    let mut case = alone(&[(8.0, 50.0), (8.1, 50.0), (9.0, 50.0), (9.1, 50.0)]);
    assert!(
        case.map()
            .expect("valid")
            .adjacency()
            .near_sites(1)
            .any(|j| j == 2)
    );
    case.reach_km = Some(10.0);
    compare(&case);
    let graph = case.map().expect("valid").adjacency();
    assert!(!graph.near_sites(1).any(|j| j == 2));
    assert_ne!(
        graph.component(graph.place(0)),
        graph.component(graph.place(3))
    );
    // Two islands of land.
    let islands = boxes(&[(7.5, 49.5, 8.5, 50.5), (8.6, 49.5, 9.5, 50.5)]);
    let mut case = alone(&[(8.0, 50.0), (8.1, 50.0), (9.0, 50.0), (9.1, 50.0)]).within(islands);
    compare(&case);
    case.reach_km = Some(50.0);
    compare(&case);
}

#[test]
fn the_graph_is_the_map_that_is_drawn() {
    let mut random = Random(31);
    let (mut count, mut parted) = (0, 0);
    for round in 0..300 {
        let n = 2 + random.below(24);
        // Now and then on a grid, where corners meet.
        let coarse = if round % 5 == 0 { 4 } else { 4000 };
        let mut places: Vec<(f64, f64)> = (0..n)
            .map(|_| {
                let mut at =
                    |from: f64| from + 4.0 * random.below(coarse + 1) as f64 / coarse as f64;
                (at(6.0), at(47.0))
            })
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        places.dedup();
        let mut case = alone(&places);
        if round % 3 > 0 {
            let teeth = 1 + random.below(6);
            case = case.within(match round % 2 {
                0 => comb(&mut random, teeth),
                _ => lakes(&mut random),
            });
        }
        if round % 4 == 0 {
            case.reach_km = Some(20.0 + random.below(100) as f64);
        }
        let (near, none) = compare(&case);
        count += near;
        parted += none;
    }
    assert!(
        count > 1000 && parted > 300,
        "{count} pairs, {parted} parted"
    );
}
