//! The quick way and the slow one say the same.

use super::Locator;
use crate::base::ids::RepIx;
use crate::base::random::Random;
use crate::territory::Tessellation;
use geo::{Coord, LineString, MultiPolygon, Polygon, polygon};

/// In `[0, 1)`.
fn unit(random: &mut Random) -> f64 {
    random.below(1 << 53) as f64 / (1_u64 << 53) as f64
}

/// Asks both ways for places anywhere, and on and right beside vertices and the middles of edges.
fn agree(polygons: &[MultiPolygon<f64>], random: &mut Random, n: usize) -> [usize; 2] {
    let locator = Locator::new(polygons);
    let (mut inside, mut outside) = (0, 0);
    let mut ask = |lon: f64, lat: f64| {
        let (quick, slow) = (locator.find(lon, lat), locator.find_slowly(lon, lat));
        assert_eq!(quick, slow, "{lon} {lat}");
        *(if quick == RepIx::NONE {
            &mut outside
        } else {
            &mut inside
        }) += 1;
    };
    let points: Vec<Coord<f64>> = (polygons.iter().flatten())
        .flat_map(|p| {
            p.exterior()
                .coords()
                .chain(p.interiors().iter().flat_map(|r| r.coords()))
        })
        .copied()
        .collect();
    let of = |f: fn(f64, f64) -> f64, x: fn(&Coord<f64>) -> f64, from: f64| {
        points.iter().map(x).fold(from, f)
    };
    let (west, east) = (of(f64::min, |c| c.x, 180.0), of(f64::max, |c| c.x, -180.0));
    let (south, north) = (of(f64::min, |c| c.y, 90.0), of(f64::max, |c| c.y, -90.0));
    for _ in 0..n {
        let (u, v) = (1.2 * unit(random) - 0.1, 1.2 * unit(random) - 0.1);
        ask(west + u * (east - west), south + v * (north - south));
    }
    for pair in points.windows(2).step_by(1 + points.len() / 400) {
        let middle = [(pair[0].x + pair[1].x) / 2.0, (pair[0].y + pair[1].y) / 2.0];
        for [x, y] in [[pair[0].x, pair[0].y], middle] {
            for (dx, dy) in [(0.0, 0.0), (1e-7, 0.0), (0.0, -1e-7), (-1e-7, 1e-7)] {
                ask(x + dx, y + dy);
            }
        }
    }
    [inside, outside]
}

#[test]
fn territories_of_plans() {
    let mut random = Random(5);
    let (mut inside, mut outside) = (0, 0);
    for n in [3, 40, 400, 1500] {
        for k in [1, 3, 17] {
            let lon: Vec<f64> = (0..n).map(|_| 5.0 + 10.0 * unit(&mut random)).collect();
            let lat: Vec<f64> = (0..n).map(|_| 47.0 + 8.0 * unit(&mut random)).collect();
            // Some in patches, some wild.
            let wild = random.below(2) == 0;
            let owner: Vec<RepIx> = (lon.iter())
                .map(|x| match wild {
                    true => RepIx(random.below(k) as u32),
                    false => RepIx(((x - 5.0) / 10.0 * k as f64) as u32),
                })
                .collect();
            let drawn = Tessellation::new(&lon, &lat, None).and_then(|t| t.draw(&owner, k));
            let [a, b] = agree(&drawn.unwrap().polygons, &mut random, 1500);
            (inside, outside) = (inside + a, outside + b);
        }
    }
    assert!(inside > 20_000 && outside > 2_000, "{inside} {outside}");
}

/// Polygons that overlap, have holes, cross themselves and are as wide as the world: nothing that a plan has, and the same all the same.
#[test]
fn shapes_of_any_kind() {
    let mut random = Random(6);
    for round in 0..40 {
        // On a coarse grid, edges meet vertices and lie in each other.
        let step = [1e-7, 1e-6, 0.5, 10.0][round % 4];
        let mut point = || {
            let x = (random.below(30) as f64 - 15.0) * step;
            Coord {
                x,
                y: (random.below(16) as f64 - 8.0) * step,
            }
        };
        let mut ring = |n: usize| LineString((0..n).map(|_| point()).collect());
        let all: Vec<MultiPolygon<f64>> = (0..4)
            .map(|n| MultiPolygon(vec![Polygon::new(ring(3 + 4 * n), vec![ring(3)])]))
            .collect();
        agree(&all, &mut Random(round as u64), 1000);
    }
    let world = polygon![(x: -180.0, y: -90.0), (x: 180.0, y: -90.0), (x: 180.0, y: 90.0), (x: -180.0, y: 90.0)];
    // Land that is all length.
    let thin =
        polygon![(x: -180.0, y: 0.0), (x: 180.0, y: 0.0), (x: 180.0, y: 1e-7), (x: 0.0, y: 2e-7)];
    agree(&[MultiPolygon(vec![thin])], &mut random, 1000);
    let [inside, outside] = agree(&[MultiPolygon(vec![world])], &mut random, 1000);
    assert!(inside > 500 && outside > 0);
}

#[test]
fn nothing_has_no_territories() {
    for none in [vec![], vec![MultiPolygon(vec![])]] {
        let locator = Locator::new(&none);
        assert_eq!(locator.find(9.0, 50.0), RepIx::NONE);
        assert_eq!(
            locator.find_all(&[9.0, 1.0], &[50.0, 2.0]),
            [RepIx::NONE; 2]
        );
    }
}
