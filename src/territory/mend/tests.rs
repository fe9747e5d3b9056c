//! Units that do not fit: what is joined, who has land that several claim, and that whatever comes out is a map.

use super::super::UnitMap;
use super::super::tests::unit_areas;
use super::*;

use crate::base::ids::RepIx;
use geo::{LineString, MultiPolygon, Polygon, Validation};

type Line = Vec<(f64, f64)>;

fn square(x: f64, y: f64, w: f64, h: f64) -> Line {
    vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
}

fn fitted(units: &[&[&[(f64, f64)]]], snap_m: f64) -> Mended {
    sound_map(mend(unit_areas(units), snap_m).expect("mended"))
}

/// Whatever was given, the result fits: nothing is left to mend without a tolerance, every owner has a valid polygon, and the land of
/// all is the land of each.
fn sound_map(mended: Mended) -> Mended {
    let again = mend(mended.areas.clone(), 0.0).expect("mended");
    assert!(again.given.is_none(), "fits");
    let n = mended.areas.len();
    let owner: Vec<RepIx> = (0..n as u32).map(|u| RepIx(u % 3)).collect();
    let map = UnitMap::new(&mended.areas);
    let drawn = map.dissolve(&owner, 3).expect("drawn");
    for (j, polygons) in drawn.iter().enumerate() {
        assert!(polygons.is_valid(), "{j}: {polygons:?}");
        let mut all = Areas::default();
        all.push(polygons);
        let own = (0..n).filter(|u| u % 3 == j);
        let land: i128 = own.map(|u| mended.areas.area2(u)).sum();
        assert_eq!(all.area2(0), land);
    }
    mended
}

#[test]
fn a_corner_off_the_common_border_is_joined_or_told() {
    let a = square(10.0, 48.0, 1.0, 1.0);
    for (off, told) in [
        (1e-7, true),
        (1e-6, true),
        (1e-5, true),
        (1e-4, false),
        (1e-3, false),
    ] {
        for side in [1.0, -1.0] {
            let b = vec![
                (11.0, 48.0),
                (12.0, 48.0),
                (12.0, 49.0),
                (11.0, 49.0),
                (11.0 - side * off, 48.5),
            ];
            let fit = fitted(&[&[&a], &[&b]], 2.0);
            if told {
                assert!(fit.snapped == 1 && fit.units == [0, 1], "{off} {fit:?}");
                let metres = off * 111_195.0 * 48.5_f64.to_radians().cos();
                assert!(
                    (fit.farthest_m / metres - 1.0).abs() < 0.06,
                    "{off} {}",
                    fit.farthest_m
                );
                assert!(fit.overlaps.is_empty());
            } else {
                // Where they are farther apart than that they overlap, or leave a gap.
                assert_eq!(fit.overlaps.len(), usize::from(side > 0.0), "{fit:?}");
            }
            assert_eq!(UnitMap::new(&fit.areas).pairs(), [(0, 1)], "{off} {side}");
        }
    }
}

#[test]
fn borders_apart_or_overlapping_by_a_hundred_thousandth_of_a_degree_are_one() {
    for off in [1e-5, -1e-5, 1.5e-5] {
        let (a, b) = (
            square(10.0, 48.0, 1.0, 1.0),
            square(11.0 + off, 48.0, 1.0, 1.0),
        );
        let fit = fitted(&[&[&a], &[&b]], 2.0);
        assert_eq!(UnitMap::new(&fit.areas).pairs(), [(0, 1)]);
        assert!(fit.snapped >= 2 && fit.overlaps.is_empty(), "{fit:?}");
        assert!(fit.farthest_m > 0.7 && fit.farthest_m < 2.0);
    }
    // Vertices at other places along it.
    let a: Line = vec![
        (10.0, 48.0),
        (11.0, 48.0),
        (11.00001, 48.3),
        (11.0, 48.6),
        (11.0, 49.0),
        (10.0, 49.0),
    ];
    let b: Line = vec![
        (11.0, 48.0),
        (12.0, 48.0),
        (12.0, 49.0),
        (11.00001, 49.0),
        (10.99999, 48.5),
        (11.0, 48.2),
    ];
    let fit = fitted(&[&[&a], &[&b]], 3.0);
    assert_eq!(UnitMap::new(&fit.areas).pairs(), [(0, 1)]);
    assert!(fit.overlaps.is_empty());
    let wide = UnitMap::new(&fit.areas)
        .dissolve(&[RepIx(0), RepIx(0)], 1)
        .expect("drawn");
    assert_eq!((wide[0].0.len(), wide[0].0[0].interiors().len()), (1, 0));
}

#[test]
fn the_smaller_of_two_has_what_both_claim() {
    let (county, town) = (square(0.0, 0.0, 3.0, 3.0), square(1.0, 1.0, 1.0, 1.0));
    for order in [[&county, &town], [&town, &county]] {
        let fit = fitted(&[&[order[0]], &[order[1]]], 2.0);
        let small = u32::from(order[1].len() == 4 && order[1] == &town);
        assert_eq!(fit.overlaps.len(), 1);
        assert_eq!(
            (fit.overlaps[0].units, fit.overlaps[0].to),
            ([0, 1], Some(small))
        );
        assert_eq!(UnitMap::new(&fit.areas).pairs(), [(0, 1)]);
    }
    // The same unit twice: the first has it, the other has nothing.
    let fit = fitted(&[&[&town], &[&town]], 2.0);
    assert_eq!(
        (fit.landless.as_slice(), fit.overlaps[0].to),
        (&[1][..], Some(0))
    );
}

#[test]
fn holes_beside_their_shell_and_eights_are_told() {
    let shell = square(0.0, 0.0, 1.0, 1.0);
    let fit = fitted(&[&[&shell, &square(2.0, 0.0, 1.0, 1.0)]], 2.0);
    assert_eq!(
        (fit.invalid.as_slice(), fit.areas.rings(0).count()),
        (&[0][..], 1)
    );
    // The hole beside it is another unit's land, vertex by vertex.
    let fit = fitted(
        &[
            &[&shell, &square(2.0, 0.0, 1.0, 1.0)],
            &[&square(2.0, 0.0, 1.0, 1.0)],
        ],
        2.0,
    );
    assert_eq!(fit.invalid, [0]);
    assert_eq!(fit.areas.area2(0), fit.areas.area2(1));
    let eight = vec![(0.0, 0.0), (3.0, 3.0), (3.0, 0.0), (0.0, 2.0)];
    let fit = fitted(&[&[&eight]], 2.0);
    assert_eq!(
        (fit.invalid.as_slice(), fit.areas.rings(0).count()),
        (&[0][..], 2)
    );
}

#[test]
fn an_island_in_a_lake_of_the_same_unit_is_in_order() {
    let part = |rings: &[Line]| {
        let mut lines = rings.iter().cloned().map(LineString::from);
        Polygon::new(lines.next().expect("a shell"), lines.collect())
    };
    let (land, lake, isle) = (
        square(0.0, 0.0, 9.0, 9.0),
        square(1.0, 1.0, 7.0, 7.0),
        square(3.0, 3.0, 2.0, 2.0),
    );
    let (main, isle) = (part(&[land, lake]), part(&[isle]));
    for polygons in [vec![main.clone(), isle.clone()], vec![isle, main]] {
        let mut areas = Areas::default();
        areas.push(&MultiPolygon(polygons));
        let fit = mend(areas, 2.0).expect("mended");
        assert!(fit.given.is_none() && fit.invalid.is_empty());
    }
}

#[test]
fn units_meet_at_the_antimeridian() {
    // Exactly, with other vertices, and a metre off.
    for (edge, low) in [(180.0, 0.0), (180.0, 1.0), (179.999_99, 0.0)] {
        let (a, b) = (
            square(178.0, 0.0, edge - 178.0, 4.0),
            square(-180.0, low, 2.0, 3.0),
        );
        let fit = fitted(&[&[&a], &[&b]], 2.0);
        assert_eq!(UnitMap::new(&fit.areas).pairs(), [(0, 1)], "{edge} {low}");
        for unit in 0..2 {
            let [west, east] = fit.areas.corners(unit).expect("land");
            assert!(west[0] >= -1_800_000_000 && east[0] <= 1_800_000_000);
            assert!(east[0] - west[0] <= 20_000_001, "{west:?} {east:?}");
        }
    }
}

/// A seeded generator: the same cases everywhere.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

/// A grid of quadrilaterals, each with vertices of its own that are off by up to `off` degrees; some with more vertices, holes,
/// copies of others, or land in others.
fn random_units(random: &mut Random) -> Areas {
    let (columns, rows) = (1 + random.below(4), 1 + random.below(4));
    let (x0, y0) = [
        (10.0, 48.0),
        (179.0, -17.0),
        (-1.0, -0.5),
        (20.0, 88.0),
        (-70.0, -89.5),
    ][random.below(5)];
    let step = if y0 > 80.0 {
        0.4
    } else if y0 < -80.0 {
        0.2
    } else {
        [1.0, 0.01][random.below(2)]
    };
    let off = [0.0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3][random.below(6)];
    let mut areas = Areas::default();
    for c in 0..columns {
        for r in 0..rows {
            let mut ring: Line = Vec::new();
            let corners = square(x0 + c as f64 * step, y0 + r as f64 * step, step, step);
            for (k, p) in corners.iter().enumerate() {
                let q = corners[(k + 1) % 4];
                let n = 1 + random.below(3);
                for i in 0..n {
                    let t = i as f64 / n as f64;
                    let moved = if random.below(3) == 0 { off } else { 0.0 };
                    let mut shift = || moved * (2.0 * random.unit() - 1.0);
                    ring.push((
                        p.0 + t * (q.0 - p.0) + shift(),
                        p.1 + t * (q.1 - p.1) + shift(),
                    ));
                }
            }
            let mut rings = vec![ring];
            match random.below(8) {
                0 => rings.push(square(
                    x0 + (c as f64 + 0.3) * step,
                    y0 + (r as f64 + 0.3) * step,
                    0.3 * step,
                    0.3 * step,
                )),
                1 => rings.push(square(
                    x0 + (c as f64 + 0.8) * step,
                    y0 + (r as f64 + 0.8) * step,
                    0.3 * step,
                    0.3 * step,
                )),
                2 => {
                    rings[0] = square(
                        x0 + random.unit() * step,
                        y0 + random.unit() * step,
                        step,
                        step,
                    )
                }
                3 if areas.len() > 1 => rings[0].rotate_left(1),
                4 => {
                    let at = random.below(rings[0].len());
                    let other = random.below(rings[0].len());
                    rings[0].swap(at, other);
                }
                _ => {}
            }
            let wrapped = |p: &(f64, f64)| (p.0, p.1.clamp(-90.0, 90.0));
            let mut lines = rings
                .iter()
                .map(|r| LineString::from(r.iter().map(wrapped).collect::<Line>()));
            let shell = lines.next().expect("a shell");
            let polygon = Polygon::new(shell, lines.collect());
            // What runs on past 180 degrees is another part.
            let shift = |by: f64| {
                let ring = |l: &LineString<f64>| {
                    LineString::from(
                        l.coords()
                            .map(|c| ((c.x + by).clamp(-180.0, 180.0), c.y))
                            .collect::<Line>(),
                    )
                };
                Polygon::new(
                    ring(polygon.exterior()),
                    polygon.interiors().iter().map(ring).collect(),
                )
            };
            areas.push(&MultiPolygon(vec![shift(0.0), shift(-360.0)]));
        }
    }
    areas
}

#[test]
fn random_units_always_make_a_map() {
    let mut random = Random(1);
    let count = std::env::var("UNIT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(720);
    let (mut joined, mut told) = (0, 0);
    for case in 0..count {
        let areas = random_units(&mut random);
        let snap = [0.0, 0.5, 2.0, 20.0, 500.0][random.below(5)];
        let result = std::panic::catch_unwind(|| mend(areas.clone(), snap).map(sound_map));
        let fit = result.unwrap_or_else(|_| panic!("case {case} snap {snap}: {areas:?}"));
        let fit = fit.unwrap_or_else(|e| panic!("case {case} snap {snap}: {e} {areas:?}"));
        joined += usize::from(fit.snapped > 0);
        told += usize::from(!fit.overlaps.is_empty());
    }
    assert!(joined > count / 8 && told > count / 8, "{joined} {told}");
}

#[test]
fn nothing_that_fits_is_touched() {
    let areas = unit_areas(&[
        &[&square(0.0, 0.0, 1.0, 1.0)],
        &[&square(1.0, 0.0, 1.0, 1.0)],
        &[&square(1.0, 1.0, 1.0, 1.0)],
    ]);
    let fit = mend(areas.clone(), 1000.0).expect("mended");
    assert_eq!((fit.areas, fit.given), (areas, None));
}
