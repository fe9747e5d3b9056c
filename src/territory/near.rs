//! Units that run along each other without sharing vertices: slivers between neighbours.

use super::grid::{Pt, Rect};
use super::tree::Tree;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// An edge without a counterpart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    pub from: Pt,
    pub to: Pt,
    pub unit: u32,
}

/// Grid units per metre of latitude: 1e7 / 111,195 m per degree.
const PER_METRE: f64 = 1e7 / 111_195.0;
/// Borders this near to each other, in metres, are one border.
const WITHIN: f64 = 1.0;
/// Length in metres that borders must run along each other; less is a corner.
const ALONG: f64 = 5.0;

/// Pairs of units whose loose edges run along each other; each once, ascending.
pub(super) fn pairs(loose: &[Loose]) -> Vec<(u32, u32)> {
    let rects: Vec<Rect> = loose.iter().map(|e| Rect::of(e.from, e.to)).collect();
    let tree = Tree::new(rects.clone());
    let found: Vec<(u32, u32, f64)> = loose
        .par_iter()
        .zip(&rects)
        .flat_map_iter(|(e, rect)| {
            let middle = (rect.min[1] + rect.max[1]) as f64 / 2e7;
            let squeeze = middle.to_radians().cos().max(0.01);
            let grown = rect.grown((WITHIN * PER_METRE / squeeze).ceil() as i64);
            let mut out = Vec::new();
            tree.visit(
                |r| r.meets(&grown),
                |i| {
                    let f = &loose[i];
                    if e.unit < f.unit {
                        let along = along(e, f, squeeze);
                        if along > 0.0 {
                            out.push((e.unit, f.unit, along));
                        }
                    }
                },
            );
            out
        })
        .collect();
    let mut sums: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (u, v, along) in found {
        *sums.entry((u, v)).or_default() += along;
    }
    sums.into_iter()
        .filter(|(_, along)| *along >= ALONG)
        .map(|(pair, _)| pair)
        .collect()
}

/// Metres of `e` that lie within [`WITHIN`] of `f`, sideways.
///
/// In coordinates along and across `e`, the part of `f` beside it is a segment whose distance across is
/// linear: the stretch where that is at most `WITHIN` is an interval.
fn along(e: &Loose, f: &Loose, squeeze: f64) -> f64 {
    let metres = |p: Pt| {
        [
            (p[0] - e.from[0]) as f64 * squeeze / PER_METRE,
            (p[1] - e.from[1]) as f64 / PER_METRE,
        ]
    };
    let (b, c, d) = (metres(e.to), metres(f.from), metres(f.to));
    let length = b[0].hypot(b[1]);
    let (ux, uy) = (b[0] / length, b[1] / length);
    let local = |p: [f64; 2]| (p[0] * ux + p[1] * uy, p[1] * ux - p[0] * uy);
    let (mut p, mut q) = (local(c), local(d));
    if p.0 > q.0 {
        std::mem::swap(&mut p, &mut q);
    }
    let (low, high) = (p.0.max(0.0), q.0.min(length));
    if high <= low {
        return 0.0;
    }
    let slope = (q.1 - p.1) / (q.0 - p.0);
    let across = |s: f64| p.1 + slope * (s - p.0);
    // Where |across| <= WITHIN.
    let (mut from, mut to) = (low, high);
    if slope.abs() > 1e-12 {
        let (s, t) = (p.0 + (-WITHIN - p.1) / slope, p.0 + (WITHIN - p.1) / slope);
        from = from.max(s.min(t));
        to = to.min(s.max(t));
    } else if across(low).abs() > WITHIN {
        return 0.0;
    }
    (to - from).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(unit: u32, from: Pt, to: Pt) -> Loose {
        Loose { from, to, unit }
    }

    #[test]
    fn a_sliver_is_a_border_and_a_corner_is_none() {
        // Half a metre apart over 100 m; 3 m apart; end to end.
        let m = |x: f64, y: f64| [(x * PER_METRE) as i64, (y * PER_METRE) as i64];
        let e = edge(0, m(0.0, 0.0), m(100.0, 0.0));
        assert_eq!(pairs(&[e, edge(1, m(90.0, 0.5), m(10.0, -0.5))]), [(0, 1)]);
        assert!(pairs(&[e, edge(1, m(90.0, 3.0), m(10.0, 3.0))]).is_empty());
        assert!(pairs(&[e, edge(1, m(100.0, 0.0), m(200.0, 0.0))]).is_empty());
        assert!(pairs(&[e, edge(1, m(100.0, 0.0), m(50.0, 50.0))]).is_empty());
    }
}
