//! Random problems of the kinds that break drawings.

use super::*;

/// A small generator of random numbers (xorshift64*), so that cases are the same everywhere.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    /// From 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.bits() as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

/// Rounds to seven digits.
fn grid(v: f64) -> f64 {
    (v * 1e7).round() / 1e7
}

/// A random problem of up to `most` sites.
pub(super) fn random(seed: u64, most: usize) -> Case {
    let r = &mut Random::new(seed);
    let n = 1 + r.below(most);
    let (x0, y0) = match r.below(8) {
        0 => (179.9, -17.0),
        1 => (20.0, 89.0),
        2 => (-70.0, -89.5),
        _ => (r.range(-175.0, 175.0).round(), r.range(-60.0, 60.0).round()),
    };
    // From a continent down to a few grid units.
    let size = [8.0, 1.0, 1.0, 0.01, 1e-4, 2e-6, 8e-7][r.below(7)];
    let mut sites = points(r, n, size);
    let reps = 1 + r.below(n.min(12));
    let random_owner = r.below(4) == 0;
    let seeds: Vec<(f64, f64)> = (0..reps).map(|_| sites[r.below(n)]).collect();
    let owner: Vec<RepIx> = sites
        .iter()
        .map(|&(x, y)| {
            let far = |k: &usize| (seeds[*k].0 - x).hypot(seeds[*k].1 - y);
            let near = (0..reps).min_by(|a, b| far(a).total_cmp(&far(b)));
            RepIx(if random_owner {
                r.below(reps)
            } else {
                near.unwrap_or(0)
            } as u32)
        })
        .collect();
    let kind = r.below(7);
    let boundary = boundary(r, kind, size, &sites).map(|mut all| {
        for polygon in &mut all {
            for ring in polygon {
                ring.iter_mut().for_each(|p| {
                    p.0 += x0;
                    p.1 = (p.1 + y0).clamp(-90.0, 90.0);
                });
            }
        }
        MultiPolygon::new(
            all.into_iter()
                .map(|mut rings| {
                    let shell = LineString::from(rings.remove(0));
                    Polygon::new(shell, rings.into_iter().map(LineString::from).collect())
                })
                .collect(),
        )
    });
    for p in &mut sites {
        p.0 += x0;
        p.1 = (p.1 + y0).clamp(-90.0, 90.0);
        if r.below(2) == 0 {
            *p = (grid(p.0), grid(p.1));
        }
        if p.0 > 180.0 {
            p.0 -= 360.0;
        }
    }
    Case {
        lon: sites.iter().map(|p| p.0).collect(),
        lat: sites.iter().map(|p| p.1).collect(),
        owner,
        reps,
        boundary,
        ..Case::default()
    }
}

/// A random problem with everything that may be asked of a drawing.
pub(super) fn varied(seed: u64, most: usize) -> Case {
    let mut case = random(seed, most);
    let r = &mut Random::new(seed ^ 0x5eed);
    let extent = |v: &[f64]| {
        v.iter().copied().fold(f64::MIN, f64::max) - v.iter().copied().fold(f64::MAX, f64::min)
    };
    let metres = 111_195.0 * extent(&case.lat).max(1e-7);
    case.simplify_m = metres * [0.0, 0.01, 0.1, 1.0, 100.0][r.below(5)];
    case.smooth_m = metres * [0.0, 0.0, 0.003, 0.03, 1.0][r.below(5)];
    if r.below(3) == 0 {
        let km = metres / 1000.0 * [0.02, 0.1, 0.5, 2.0][r.below(4)];
        case.reach_km = Some(km.max(LEAST_REACH_KM));
    }
    if r.below(3) == 0 {
        let share = [0.1, 0.5, 1.0][r.below(3)];
        case.forced = Some(case.lon.iter().map(|_| r.unit() < share).collect());
    }
    case
}

/// Points in `[0, size]^2`.
fn points(r: &mut Random, n: usize, size: f64) -> Vec<(f64, f64)> {
    let kind = r.below(8);
    let centres: Vec<(f64, f64)> = (0..5).map(|_| (r.unit(), r.unit())).collect();
    let across = (n as f64).sqrt().ceil() as usize;
    let (dx, dy) = (r.unit(), r.unit());
    (0..n)
        .map(|i| {
            let (x, y) = match kind {
                0 | 1 => (r.unit(), r.unit()),
                2 => {
                    let c = centres[r.below(5)];
                    let spread = [0.1, 1e-3, 3e-6][r.below(3)];
                    (
                        c.0 + spread * (r.unit() - 0.5),
                        c.1 + spread * (r.unit() - 0.5),
                    )
                }
                3 => (
                    (i % across) as f64 / across as f64,
                    (i / across) as f64 / across as f64,
                ),
                4 => {
                    let t = r.below(50) as f64 / 50.0;
                    [(t, 0.5), (0.5, t), (t, t), (t * dx, t * dy)][r.below(4).min(i % 4)]
                }
                5 => centres[r.below(5)],
                6 => {
                    let c = centres[r.below(2)];
                    let step = 1e-7 / size;
                    (
                        c.0 + step * r.below(6) as f64,
                        c.1 + step * r.below(6) as f64,
                    )
                }
                _ => {
                    let angle = i as f64 / n as f64 * std::f64::consts::TAU;
                    (0.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin())
                }
            };
            (x * size, y * size)
        })
        .collect()
}

type Rings = Vec<Vec<(f64, f64)>>;

/// A boundary round `[0, size]^2`, or only part of it.
fn boundary(r: &mut Random, kind: usize, size: f64, sites: &[(f64, f64)]) -> Option<Vec<Rings>> {
    let ring = |w: f64, s: f64, e: f64, n: f64| {
        let (w, s, e, n) = (w * size, s * size, e * size, n * size);
        vec![(w, s), (e, s), (e, n), (w, n), (w, s)]
    };
    let star = |r: &mut Random, corners: usize, reach: f64| -> Vec<(f64, f64)> {
        let mut ring: Vec<(f64, f64)> = (0..corners)
            .map(|k| {
                let angle = k as f64 / corners as f64 * std::f64::consts::TAU;
                let far = size * reach * r.range(0.5, 1.0);
                (
                    size * 0.5 + far * angle.cos(),
                    size * 0.5 + far * angle.sin(),
                )
            })
            .collect();
        ring.push(ring[0]);
        ring
    };
    match kind {
        0 | 1 => None,
        2 => Some(vec![vec![ring(0.0, 0.0, 1.0, 1.0)]]),
        3 => {
            let corners = 3 + r.below(60);
            let reach = [0.4, 0.9, 3.0][r.below(3)];
            Some(vec![vec![star(r, corners, reach)]])
        }
        4 => Some(vec![vec![
            ring(-0.1, -0.1, 1.1, 1.1),
            ring(0.2, 0.2, 0.4, 0.4),
            ring(0.4, 0.4, 0.6, 0.7),
            ring(0.7, 0.1, 0.8, 0.8),
        ]]),
        5 => Some(vec![
            vec![ring(0.1, 0.1, 0.5, 0.9), ring(0.2, 0.2, 0.4, 0.8)],
            vec![ring(0.25, 0.3, 0.3, 0.5)],
            vec![ring(0.5, 0.9, 0.8, 1.0)],
            vec![ring(2.0, 2.0, 2.1, 2.2)],
            vec![ring(-1.0, 0.5, -0.9, 0.6)],
        ]),
        _ => {
            // A triangle through sites: sites on vertices and edges of the boundary.
            let pick = |r: &mut Random| sites[r.below(sites.len())];
            let (a, b) = (pick(r), pick(r));
            let c = (
                a.0 + (b.1 - a.1) + size * 0.3,
                a.1 - (b.0 - a.0) - size * 0.3,
            );
            let area = (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
            (area.abs() > 1e-12).then(|| vec![vec![vec![a, b, c, a]]])
        }
    }
}
