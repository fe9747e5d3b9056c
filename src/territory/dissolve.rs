//! Unions of territories: regions.
//!
//! Neighbouring territories share every vertex, so nothing is intersected: an edge with the same union on both sides goes, every other
//! one stays as it is. What is left bounds the unions, which nest in each other vertex by vertex as the sets of their territories do.

use super::grid::{Pt, UNITS};
use super::label::OUTSIDE;
use super::rings::{Edge, shapes};
use super::unroll::Unroll;
use super::{TerritoryError, polygons};
use geo::{Coord, MultiPolygon};

/// An edge of a territory: its ends, ascending; whether the territory is on its left; the union that the territory is of.
type Side = ([Pt; 2], bool, u32);

/// The unions of territories as they are drawn: `of` says for each which of `count` unions it is of, if of any.
///
/// # Errors
/// When the polygons are none that this crate drew.
pub fn dissolve(
    territories: &[MultiPolygon<f64>],
    of: &[Option<usize>],
    count: usize,
) -> Result<Vec<MultiPolygon<f64>>, TerritoryError> {
    let grid = |p: Coord<f64>| [p.x, p.y].map(|x| (x * UNITS).round() as i64);
    let mut sides: Vec<Side> = Vec::new();
    for (shape, union) in territories.iter().zip(of) {
        let Some(union) = union else { continue };
        let rings = |p: &'_ geo::Polygon<f64>| {
            let rings = std::iter::once(p.exterior()).chain(p.interiors());
            rings.flat_map(|r| r.lines()).collect::<Vec<_>>()
        };
        // Shells run counter-clockwise and holes clockwise: the land is on the left of both.
        for line in shape.iter().flat_map(rings) {
            let (p, q) = (grid(line.start), grid(line.end));
            sides.push(([p.min(q), p.max(q)], p < q, *union as u32));
        }
    }
    sides.sort_unstable();
    let edges = sides.chunk_by(|a, b| a.0 == b.0).map(|same| {
        let side = |left: bool| {
            let on_it = same.iter().find(|s| s.1 == left);
            (on_it.map_or(OUTSIDE, |s| s.2), 0)
        };
        Edge {
            ends: same[0].0,
            sides: [side(true), side(false)],
            rigid: false,
        }
    });
    let edges: Vec<Edge> = edges.filter(|e| e.sides[0] != e.sides[1]).collect();
    let unions = shapes(&edges, count)?;
    let drawn = unions.iter().map(|all| polygons(all, Unroll::flat()));
    Ok(drawn.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::RepIx;
    use crate::base::random::Random;
    use crate::territory::{area_km2, draw};
    use std::collections::BTreeSet;

    /// The edges of shapes that no two of them share.
    fn rim<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> BTreeSet<[[i64; 2]; 2]> {
        let mut rim = BTreeSet::new();
        for shape in shapes {
            for polygon in shape {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                for line in rings.flat_map(geo::LineString::lines) {
                    let [p, q] = [line.start, line.end]
                        .map(|c| [c.x, c.y].map(|x| (x * UNITS).round() as i64));
                    // Met from the other side before: inside.
                    if !rim.remove(&[q, p]) {
                        assert!(rim.insert([p, q]), "an edge is met twice");
                    }
                }
            }
        }
        rim
    }

    /// Unions of unions are the unions of all, edge by edge, at every level; also across the antimeridian.
    #[test]
    fn unions_nest_edge_by_edge() {
        let mut random = Random(7);
        for round in 0..40 {
            let (n, reps) = (60, 12);
            let middle = if round % 4 == 0 { 179.9 } else { 9.0 };
            let lon: Vec<f64> = (0..n)
                .map(|_| {
                    let x = middle + random.below(2000) as f64 / 1000.0 - 1.0;
                    if x > 180.0 { x - 360.0 } else { x }
                })
                .collect();
            let lat: Vec<f64> = (0..n)
                .map(|_| 50.0 + random.below(1000) as f64 / 1000.0)
                .collect();
            let owner: Vec<RepIx> = (0..n).map(|_| RepIx(random.below(reps) as u32)).collect();
            let drawn = draw(&lon, &lat, &owner, reps, None).unwrap().polygons;
            let low: Vec<Option<usize>> = (0..reps).map(|j| (j > 0).then_some(j % 4)).collect();
            let high: Vec<Option<usize>> = low.iter().map(|g| g.map(|g| g / 2)).collect();
            let small = dissolve(&drawn, &low, 4).unwrap();
            let large = dissolve(&drawn, &high, 2).unwrap();
            for (g, union) in small.iter().enumerate() {
                let own = (0..reps).filter(|j| low[*j] == Some(g));
                assert_eq!(rim(own.map(|j| &drawn[j])), rim(std::iter::once(union)));
            }
            for (g, union) in large.iter().enumerate() {
                let parts = [2 * g, 2 * g + 1].map(|s| &small[s]);
                assert_eq!(rim(parts.into_iter()), rim(std::iter::once(union)));
                let sum: f64 = parts.iter().map(|p| area_km2(p)).sum();
                assert!((sum - area_km2(union)).abs() < 1e-6 * sum.max(1.0));
            }
        }
    }

    #[test]
    fn one_union_of_all_is_the_frame_and_none_is_empty() {
        let owner = [0, 1, 2, 1].map(RepIx);
        let drawn = draw(
            &[8.0, 9.0, 9.5, 8.2],
            &[50.0, 50.0, 50.5, 50.3],
            &owner,
            3,
            None,
        );
        let drawn = drawn.unwrap().polygons;
        let all = dissolve(&drawn, &[Some(0); 3], 2).unwrap();
        assert_eq!(all[0].0.len(), 1);
        assert!(all[0].0[0].interiors().is_empty() && all[1].0.is_empty());
        let sum: f64 = drawn.iter().map(area_km2).sum();
        assert!((area_km2(&all[0]) - sum).abs() < 1e-6 * sum);
    }
}
