//! Rings, boxes and hulls of grid points.

use super::grid::{Pt, Rect, area2, cross};

/// Adds the segments of a ring, turned the way a shell or a hole runs.
pub(super) fn add_ring(segments: &mut Vec<[Pt; 2]>, mut ring: Vec<Pt>, shell: bool) {
    if ring.len() < 3 {
        return;
    }
    if (area2(&ring) > 0) != shell {
        ring.reverse();
    }
    segments.extend((0..ring.len()).map(|k| [ring[k], ring[(k + 1) % ring.len()]]));
}

/// The box around points.
pub(super) fn around<'a>(points: impl IntoIterator<Item = &'a Pt>) -> Rect {
    let mut rect = Rect::EMPTY;
    points.into_iter().for_each(|&p| rect.add(p));
    rect
}

/// The corners of the convex hull, counter-clockwise (Andrew's monotone chain, 1979).
pub(super) fn convex_hull(mut points: Vec<Pt>) -> Vec<Pt> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull: Vec<Pt> = Vec::new();
    for pass in 0..2 {
        let floor = hull.len();
        for &p in &points {
            while hull.len() >= floor + 2
                && cross(hull[hull.len() - 2], hull[hull.len() - 1], p) <= 0
            {
                hull.pop();
            }
            hull.push(p);
        }
        hull.pop();
        if pass == 0 {
            points.reverse();
        }
    }
    hull
}
