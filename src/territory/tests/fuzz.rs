//! Thousands of random problems, each checked exactly.

use super::cases::{Random, random};
use super::*;
use std::io::Write as _;

/// Checks random problems. Some of the smallest boundaries collapse on the grid and are refused.
fn check_all(seeds: std::ops::Range<u64>, most: usize) {
    let refused = seeds
        .clone()
        .into_par_iter()
        .filter(|&seed| random(seed, most).try_check().is_none())
        .count();
    assert!(refused * 100 <= seeds.count(), "{refused} refused");
}

#[test]
fn small_problems() {
    check_all(0..4000, 24);
}

#[test]
fn middling_problems() {
    check_all(1_000_000..1_000_150, 400);
}

#[test]
fn larger_problems() {
    check_all(2_000_000..2_000_008, 2000);
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
                        let nearest = mesh.nearest(p).expect("there are places");
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
                    let c = random(4_000_000 + seed, 2000);
                    draw(&c.lon, &c.lat, &c.owner, c.reps, c.boundary.as_ref())
                        .expect("drawn")
                        .polygons
                })
                .collect::<Vec<_>>()
        })
    };
    let one = draw(1);
    assert_eq!(one, draw(2));
    assert_eq!(one, draw(4));
}

/// Writes cases for `tests/clients/check_cases.py`:
/// `TERRITORY_CASES=FILE TERRITORY_COUNT=5000 cargo test --release write_cases -- --ignored`.
#[test]
#[ignore = "writes a file for another checker"]
fn write_cases() {
    let path = std::env::var("TERRITORY_CASES").expect("TERRITORY_CASES names the file");
    let count = std::env::var("TERRITORY_COUNT").map_or(5000, |n| n.parse().expect("a number"));
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
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
    for seed in 0..count {
        let most = [12, 40, 200, 2000][(seed % 20 / 6) as usize];
        let c = random(5_000_000 + seed, most);
        let drawn = draw(&c.lon, &c.lat, &c.owner, c.reps, c.boundary.as_ref()).expect("drawn");
        let line = serde_json::json!({
            "seed": seed,
            "lon": c.lon,
            "lat": c.lat,
            "owner": c.owner,
            "boundary": c.boundary.as_ref().map(rings),
            "polygons": drawn.polygons.iter().map(rings).collect::<Vec<_>>(),
            "outside": drawn.outside,
            "shared_place": drawn.shared_place,
            "too_close": drawn.too_close,
        });
        writeln!(out, "{line}").expect("written");
    }
}
