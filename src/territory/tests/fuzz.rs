//! Thousands of random problems, each checked exactly.

use super::super::tessellation::Drawing;
use super::cases::{Random, random, varied};
use super::*;
use rayon::prelude::*;

/// Checks random problems. Some of the smallest boundaries collapse on the grid and are refused.
fn check_all(seeds: std::ops::Range<u64>, case: impl Fn(u64) -> Case + Sync) {
    let refused = seeds
        .clone()
        .into_par_iter()
        .filter(|&seed| case(seed).try_check().is_none())
        .count();
    assert!(refused * 100 <= seeds.count(), "{refused} refused");
}

#[test]
fn small_problems() {
    check_all(0..2500, |seed| random(seed, 24));
}

#[test]
fn middling_problems() {
    check_all(1_000_000..1_000_100, |seed| random(seed, 400));
}

#[test]
fn larger_problems() {
    check_all(2_000_000..2_000_004, |seed| random(seed, 2000));
}

#[test]
fn small_problems_with_wishes() {
    check_all(6_000_000..6_004_000, |seed| varied(seed, 30));
}

#[test]
fn middling_problems_with_wishes() {
    check_all(7_000_000..7_000_150, |seed| varied(seed, 400));
}

#[test]
fn larger_problems_with_wishes() {
    check_all(8_000_000..8_000_008, |seed| varied(seed, 2000));
}

/// A spike a few units wide, which rounder borders once turned inside out.
#[test]
fn a_narrow_spike_stays_valid_when_smoothed() {
    varied(5_005_337, 200).check();
}

/// No vertex of a border is farther from the simplified borders than the tolerance.
#[test]
fn borders_stay_within_the_tolerance() {
    let mut fewer = 0;
    for seed in 0..150_u64 {
        let mut case = random(9_000_000 + seed, 120);
        (case.simplify_m, case.boundary) = (0.0, None);
        let before = case.check().drawing;
        let height = {
            let high = case.lat.iter().copied().fold(f64::MIN, f64::max);
            high - case.lat.iter().copied().fold(f64::MAX, f64::min)
        };
        let tolerance = [0.003, 0.03, 0.3][seed as usize % 3] * height;
        case.simplify_m = tolerance * 111_195.0;
        let after = case.check().drawing;
        let points = |d: &Drawing| -> HashSet<Pt> {
            let all = d.shapes.iter().flatten().flat_map(edges);
            all.flatten().collect()
        };
        let segments: Vec<[Pt; 2]> = after.shapes.iter().flatten().flat_map(edges).collect();
        let (old, new) = (points(&before), points(&after));
        assert!(new.is_subset(&old), "vertices stay where they were");
        fewer += old.len() - new.len();
        let limit = tolerance * grid::UNITS * 1.001 + 1.0;
        for &p in old.difference(&new) {
            let off = segments
                .iter()
                .map(|&[a, b]| chains::distance(a, b, p))
                .fold(f64::INFINITY, f64::min);
            assert!(off <= limit, "{off} of {limit}: {case:?}");
        }
    }
    assert!(fewer > 500, "{fewer} vertices taken out");
}

/// Rounder borders have more vertices, none of them farther from the borders as they were than the tolerance, nor the other way
/// round.
#[test]
fn rounder_borders_stay_within_the_tolerance() {
    let mut more = 0;
    for seed in 0..150_u64 {
        let mut case = random(11_000_000 + seed, 120);
        (case.simplify_m, case.boundary) = (0.0, None);
        let before = case.check().drawing;
        let height = {
            let high = case.lat.iter().copied().fold(f64::MIN, f64::max);
            high - case.lat.iter().copied().fold(f64::MAX, f64::min)
        };
        let tolerance = [0.003, 0.03, 0.3][seed as usize % 3] * height;
        case.smooth_m = tolerance * 111_195.0;
        let after = case.check().drawing;
        let segments =
            |d: &Drawing| -> Vec<[Pt; 2]> { d.shapes.iter().flatten().flat_map(edges).collect() };
        let (old, new) = (segments(&before), segments(&after));
        more += new.len() - old.len();
        let limit = tolerance * grid::UNITS * 1.001 + 3.0;
        for (from, to) in [(&old, &new), (&new, &old)] {
            for p in from.iter().flatten() {
                let off = to
                    .iter()
                    .map(|&[a, b]| chains::distance(a, b, *p))
                    .fold(f64::INFINITY, f64::min);
                assert!(off <= limit, "{off} of {limit}: {case:?}");
            }
        }
    }
    assert!(more > 5_000, "{more} vertices more");
}

/// Every point of the map belongs to the owner of the nearest site.
#[test]
fn faces_belong_to_the_nearest_site() {
    (0..300_u64).for_each(|seed| {
        let case = random(3_000_000 + seed, 30);
        let Some(Checked { map, drawing, .. }) = case.try_check() else {
            return;
        };
        let Some(mesh) = &map.mesh else { return };
        let tree = mesh.tree();
        let r = &mut Random::new(seed);
        for (rep, shapes) in drawing.shapes.iter().enumerate() {
            for shape in shapes {
                let mut rect = Rect::EMPTY;
                shape.shell.iter().for_each(|&p| rect.add(p));
                for _ in 0..20 {
                    let p = [0, 1].map(|k| {
                        let room = rect.max[k] - rect.min[k] + 1;
                        rect.min[k] + r.below(room as usize) as i64
                    });
                    // Where rounding cannot matter: four units around are covered too.
                    let clear = (-4..=4).all(|d| {
                        [[d, 4], [d, -4], [4, d], [-4, d]]
                            .iter()
                            .all(|o| covers(shape, [p[0] + o[0], p[1] + o[1]]))
                    });
                    if clear && covers(shape, p) {
                        let nearest = mesh.nearest(&tree, p).expect("there are places");
                        let owner = drawing.holder[nearest as usize];
                        assert_eq!(owner, rep as u32, "at {p:?}: {case:?}");
                    }
                }
            }
        }
    });
}

#[test]
fn threads_do_not_matter() {
    let draw = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| {
            (0..20_u64)
                .map(|seed| {
                    let c = varied(4_000_000 + seed, 2000);
                    c.draw().map(|drawn| drawn.polygons).map_err(|e| e.0)
                })
                .collect::<Vec<_>>()
        })
    };
    let one = draw(1);
    assert_eq!(one, draw(2));
    assert_eq!(one, draw(4));
}

/// Writes cases for `tests/territory_fuzz/check_cases.py` (`.ci/fuzz.sh` runs both):
/// `TERRITORY_CASES=FILE TERRITORY_COUNT=5000 cargo test write_cases -- --ignored`.
#[test]
#[ignore = "writes a file for another checker"]
fn write_cases() {
    let count = std::env::var("TERRITORY_COUNT").map_or(5000, |n| n.parse().expect("a number"));
    let mut out = cases_file();
    for seed in 0..count {
        let most = [12, 40, 200, 2000][(seed % 20 / 6) as usize];
        write_case(&mut out, seed, &varied(5_000_000 + seed, most));
    }
}

/// Writes Germany with 10, 1,000 and 100,000 customers, as drawn and with straighter borders:
/// `TERRITORY_CASES=FILE cargo test --release write_sizes -- --ignored`.
#[test]
#[ignore = "writes a file for another checker"]
fn write_sizes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/germany/germany.geojson");
    let text = std::fs::read_to_string(path).expect("the boundary");
    let json: geojson::GeoJson = text.parse().expect("GeoJSON");
    let shapes = geo::GeometryCollection::<f64>::try_from(&json).expect("shapes");
    let boundary: MultiPolygon<f64> = shapes
        .into_iter()
        .flat_map(|shape| match shape {
            geo::Geometry::MultiPolygon(all) => all.0,
            geo::Geometry::Polygon(one) => vec![one],
            _ => Vec::new(),
        })
        .collect();
    let mut out = cases_file();
    for (k, n) in [10, 1000, 100_000].into_iter().enumerate() {
        let r = &mut Random::new(n as u64);
        let reps = [4, 30, 200][k];
        let mut place = || (5.9 + 9.1 * r.unit(), 47.3 + 7.7 * r.unit());
        let homes: Vec<(f64, f64)> = (0..reps).map(|_| place()).collect();
        let sites: Vec<(f64, f64)> = (0..n).map(|_| place()).collect();
        let nearest = |&(x, y): &(f64, f64)| {
            let far = |k: &usize| (0.63 * (homes[*k].0 - x)).hypot(homes[*k].1 - y);
            let best = (0..reps).min_by(|a, b| far(a).total_cmp(&far(b)));
            RepIx(best.unwrap_or(0) as u32)
        };
        for (simplify_m, smooth_m) in [
            (0.0, 0.0),
            (500.0, 0.0),
            (5000.0, 0.0),
            (0.0, 500.0),
            (5000.0, 2500.0),
        ] {
            let case = Case {
                lon: sites.iter().map(|p| p.0).collect(),
                lat: sites.iter().map(|p| p.1).collect(),
                owner: sites.iter().map(nearest).collect(),
                reps,
                boundary: Some(boundary.clone()),
                simplify_m,
                smooth_m,
                ..Case::default()
            };
            write_case(&mut out, n as u64, &case);
        }
    }
}

fn cases_file() -> std::io::BufWriter<std::fs::File> {
    let path = std::env::var("TERRITORY_CASES").expect("TERRITORY_CASES names the file");
    std::io::BufWriter::new(std::fs::File::create(path).expect("a file"))
}

fn write_case(out: &mut impl std::io::Write, seed: u64, c: &Case) {
    let Ok(drawn) = c.draw() else { return };
    let rings = |all: &MultiPolygon<f64>| -> serde_json::Value {
        let ring = |r: &LineString<f64>| r.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
        let polygon = |p: &Polygon<f64>| {
            std::iter::once(p.exterior())
                .chain(p.interiors())
                .map(ring)
                .collect::<Vec<_>>()
        };
        all.iter().map(polygon).collect::<Vec<_>>().into()
    };
    let line = serde_json::json!({
        "seed": seed,
        "simplify_m": c.simplify_m,
        "smooth_m": c.smooth_m,
        "reach_km": c.reach_km,
        "lon": c.lon,
        "lat": c.lat,
        "owner": c.owner.iter().map(|rep| rep.0).collect::<Vec<_>>(),
        "boundary": c.boundary.as_ref().map(rings),
        "polygons": drawn.polygons.iter().map(rings).collect::<Vec<_>>(),
        "outside": drawn.outside,
        "shared_place": drawn.shared_place,
        "too_close": drawn.too_close,
        "listed": drawn.listed,
        "inside": drawn.inside.iter().map(|rep| rep.0).collect::<Vec<_>>(),
    });
    writeln!(out, "{line}").expect("written");
}
