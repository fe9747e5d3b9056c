//! How long it takes to draw territories: `cargo bench --bench territory [SITES [REPS]]`.
//!
//! Times the steps (triangulation, drawing) on clustered customers with a lognormal spread, whose
//! owners are the nearest of random home bases, so that the borders are as long as those of real
//! plans. Prints a table; the best of three runs counts.

use geo::{LineString, MultiPolygon, Polygon};
use rayon::prelude::*;
use revier::base::ids::RepIx;
use revier::territory::Tessellation;
use std::time::Instant;

/// xorshift64*: the same sites everywhere.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.unit(), self.unit());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}

struct Sites {
    lon: Vec<f64>,
    lat: Vec<f64>,
    owner: Vec<RepIx>,
}

/// Two thirds of the sites in 300 towns, the others anywhere, on the area of Germany.
fn sites(n: usize, reps: usize) -> Sites {
    let r = &mut Random(0x5eed_5eed_5eed_5eed);
    let place = |r: &mut Random| (6.0 + 9.0 * r.unit(), 47.3 + 7.6 * r.unit());
    let towns: Vec<(f64, f64, f64)> = (0..300)
        .map(|_| {
            let (x, y) = place(r);
            (x, y, 0.05 * (0.6 * r.normal()).exp())
        })
        .collect();
    let at: Vec<(f64, f64)> = (0..n)
        .map(|_| {
            if r.unit() < 1.0 / 3.0 {
                return place(r);
            }
            let (x, y, spread) = towns[(r.unit() * 300.0) as usize];
            (
                (x + 1.5 * spread * r.normal()).clamp(6.0, 15.0),
                (y + spread * r.normal()).clamp(47.3, 54.9),
            )
        })
        .collect();
    let homes: Vec<(f64, f64)> = (0..reps).map(|_| place(r)).collect();
    let owner = at
        .par_iter()
        .map(|&(x, y)| {
            let far = |h: &(f64, f64)| (0.62 * (h.0 - x)).hypot(h.1 - y);
            let best = (0..reps).min_by(|&a, &b| far(&homes[a]).total_cmp(&far(&homes[b])));
            RepIx(best.unwrap_or(0) as u32)
        })
        .collect();
    Sites {
        lon: at.iter().map(|p| p.0).collect(),
        lat: at.iter().map(|p| p.1).collect(),
        owner,
    }
}

/// A star with 20,000 corners: a coast.
fn coast() -> MultiPolygon<f64> {
    let r = &mut Random(0xc0a5_7c0a_57c0_a57c);
    let mut ring: Vec<(f64, f64)> = (0..20_000)
        .map(|k| {
            let angle = f64::from(k) / 20_000.0 * std::f64::consts::TAU;
            let far = 1.0 + 0.02 * (9.0 * angle).sin() + 0.002 * r.unit();
            (
                10.5 + 4.4 * far * angle.cos(),
                51.1 + 3.7 * far * angle.sin(),
            )
        })
        .collect();
    ring.push(ring[0]);
    Polygon::new(LineString::from(ring), vec![]).into()
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    let sizes: Vec<usize> = match numbers.next() {
        Some(n) => vec![n],
        None => vec![10_000, 100_000, 1_000_000],
    };
    let reps = numbers.next().unwrap_or(200);
    let coast = coast();
    println!(
        "{:>9} {:>5} {:<9} {:>9} {:>9} {:>9}  vertices",
        "sites", "reps", "map", "mesh s", "draw s", "total s"
    );
    for n in sizes {
        let s = sites(n, reps);
        for (name, boundary) in [("coast", Some(&coast)), ("outline", None)] {
            let mut best = [f64::INFINITY; 3];
            let mut vertices = 0;
            for _ in 0..3 {
                let begin = Instant::now();
                let mesh = Tessellation::new(&s.lon, &s.lat, boundary).expect("valid sites");
                let built = begin.elapsed().as_secs_f64();
                let drawn = mesh.draw(&s.owner, reps).expect("a drawing");
                let total = begin.elapsed().as_secs_f64();
                if total < best[2] {
                    best = [built, total - built, total];
                }
                let rings = drawn
                    .polygons
                    .iter()
                    .flatten()
                    .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
                vertices = rings.map(|ring| ring.0.len()).sum();
            }
            let [mesh, draw, total] = best;
            println!("{n:>9} {reps:>5} {name:<9} {mesh:>9.3} {draw:>9.3} {total:>9.3}  {vertices}");
        }
    }
}
