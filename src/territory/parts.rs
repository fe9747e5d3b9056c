//! How many parts a territory has on the globe.

use crate::base::sets::Sets;
use geo::{MultiPolygon, Polygon};

/// Number of parts, those counted once that the antimeridian alone cuts (RFC 7946 wants a polygon on either side).
#[must_use]
pub fn parts(shape: &MultiPolygon<f64>) -> usize {
    let cuts = |side: f64| -> Vec<(f64, f64, usize)> {
        let on = |(at, polygon): (usize, &Polygon<f64>)| {
            let edges = polygon.exterior().lines();
            let cut = edges.filter(|e| e.start.x == side && e.end.x == side);
            cut.map(|e| (e.start.y.min(e.end.y), e.start.y.max(e.end.y), at))
                .collect::<Vec<_>>()
        };
        let mut all: Vec<_> = shape.iter().enumerate().flat_map(on).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all
    };
    let (east, west) = (cuts(180.0), cuts(-180.0));
    let mut count = shape.0.len();
    let mut sets = Sets::new(count);
    // Both lists are sorted, and the stretches of one side do not overlap.
    let (mut i, mut j) = (0, 0);
    while let (Some(e), Some(w)) = (east.get(i), west.get(j)) {
        if e.0.max(w.0) < e.1.min(w.1) {
            count -= usize::from(sets.join(e.2 as u32, w.2 as u32));
        }
        if e.1 <= w.1 { i += 1 } else { j += 1 }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    fn rect(x: [f64; 2], y: [f64; 2]) -> Polygon<f64> {
        polygon![(x: x[0], y: y[0]), (x: x[1], y: y[0]), (x: x[1], y: y[1]), (x: x[0], y: y[1])]
    }

    #[test]
    fn a_cut_at_the_antimeridian_is_no_gap() {
        let (east, west) = (
            rect([-180.0, -179.0], [0.0, 2.0]),
            rect([178.0, 180.0], [1.0, 3.0]),
        );
        let of = |all: &[Polygon<f64>]| parts(&MultiPolygon::new(all.to_vec()));
        assert_eq!(of(&[east.clone(), west.clone()]), 1);
        // They touch in a point only; one does not reach it; a third joins two.
        assert_eq!(of(&[east.clone(), rect([178.0, 180.0], [2.0, 3.0])]), 2);
        assert_eq!(of(&[east.clone(), rect([178.0, 179.9], [1.0, 3.0])]), 2);
        let upper = rect([-180.0, -179.0], [2.5, 4.0]);
        assert_eq!(of(&[upper.clone(), east.clone()]), 2);
        assert_eq!(of(&[upper, east, west]), 1);
        assert_eq!(of(&[]), 0);
    }
}
