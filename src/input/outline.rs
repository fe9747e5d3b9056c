//! Polygons that may touch, joined to one valid area.
//!
//! The check of crossings in `geo` compares all pairs of segments; an outline of a country has a
//! hundred thousand of them. Here an R-tree finds the pairs that can meet, and the exact
//! predicates of `geo` decide.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::orient::Direction;
use geo::{
    BoundingRect, Contains, Coord, Line, LineString, MultiPolygon, Orient, Point, Polygon,
    unary_union,
};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Where a polygon crosses itself: the number of its feature, and the place.
pub(super) type Crossing = (usize, [f64; 2]);

/// Which ring of which polygon a segment belongs to, and its place in it.
#[derive(Clone, Copy, PartialEq)]
struct Origin {
    polygon: usize,
    ring: usize,
    at: usize,
    of: usize,
}

type Segment = GeomWithData<Rectangle<[f64; 2]>, (Origin, Line<f64>)>;

/// One area of all polygons, each given with the number of its feature.
///
/// Polygons that meet nothing keep their vertices; otherwise the union of all is made.
///
/// # Errors
/// The places where the rings of one polygon cross.
pub(super) fn join(
    polygons: Vec<(usize, Polygon<f64>)>,
) -> Result<MultiPolygon<f64>, Vec<Crossing>> {
    let (mut crossings, meets) = meetings(&polygons);
    if !crossings.is_empty() {
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1[0].total_cmp(&b.1[0])));
        return Err(crossings);
    }
    let polygons: Vec<Polygon<f64>> = polygons.into_iter().map(|(_, polygon)| polygon).collect();
    if meets || nested(&polygons) {
        // The union takes its fill rule from the first ring: all must turn alike.
        let alike: Vec<Polygon<f64>> = polygons
            .iter()
            .map(|p| p.orient(Direction::Default))
            .collect();
        return Ok(unary_union(&alike));
    }
    Ok(MultiPolygon(polygons))
}

/// Where the rings of one polygon cross, and whether polygons meet.
fn meetings(polygons: &[(usize, Polygon<f64>)]) -> (Vec<Crossing>, bool) {
    let tree = RTree::bulk_load(segments(polygons));
    let mut crossings = Vec::new();
    let mut meets = false;
    for segment in tree.iter() {
        let (origin, line) = segment.data;
        let rectangle = segment.geom();
        let around = AABB::from_corners(rectangle.lower(), rectangle.upper());
        for other in tree.locate_in_envelope_intersecting(&around) {
            let (other_origin, other_line) = other.data;
            if !before(origin, other_origin) {
                continue;
            }
            match meeting(origin, line, other_origin, other_line) {
                Meeting::None => {}
                Meeting::Touch => meets = true,
                Meeting::Cross(_) if origin.polygon != other_origin.polygon => meets = true,
                Meeting::Cross(at) => crossings.push((polygons[origin.polygon].0, [at.x, at.y])),
            }
        }
    }
    (crossings, meets)
}

/// The polygon with its coordinates rounded to 1e-7 degrees, without holes that vanish then; as it is if it would vanish itself.
pub(super) fn on_grid(polygon: &Polygon<f64>) -> Polygon<f64> {
    let round = |v: f64| (v * 1e7).round() / 1e7;
    let ring = |line: &LineString<f64>| {
        let points = line.coords().map(|c| Coord {
            x: round(c.x),
            y: round(c.y),
        });
        let mut points: Vec<Coord<f64>> = points.collect();
        points.dedup();
        (points.len() > 3).then(|| LineString::new(points))
    };
    match ring(polygon.exterior()) {
        Some(shell) => Polygon::new(shell, polygon.interiors().iter().filter_map(ring).collect()),
        None => polygon.clone(),
    }
}

fn segments(polygons: &[(usize, Polygon<f64>)]) -> Vec<Segment> {
    let mut all = Vec::new();
    for (polygon, (_, shape)) in polygons.iter().enumerate() {
        let rings = std::iter::once(shape.exterior()).chain(shape.interiors());
        for (ring, line) in rings.enumerate() {
            let of = line.0.len().saturating_sub(1);
            for (at, segment) in line.lines().enumerate() {
                let Line { start, end } = segment;
                let origin = Origin {
                    polygon,
                    ring,
                    at,
                    of,
                };
                let rectangle = Rectangle::from_corners([start.x, start.y], [end.x, end.y]);
                all.push(GeomWithData::new(rectangle, (origin, segment)));
            }
        }
    }
    all
}

/// Whether a pair comes in this order, so that each is looked at once.
fn before(a: Origin, b: Origin) -> bool {
    (a.polygon, a.ring, a.at) < (b.polygon, b.ring, b.at)
}

enum Meeting {
    None,
    /// At ends of segments, or along them: the union mends that.
    Touch,
    Cross(Coord<f64>),
}

fn meeting(a: Origin, line: Line<f64>, b: Origin, other: Line<f64>) -> Meeting {
    let same_ring = a.polygon == b.polygon && a.ring == b.ring;
    let neighbours = same_ring && (a.at + 1 == b.at || (a.at == 0 && b.at + 1 == b.of));
    match line_intersection(line, other) {
        None => Meeting::None,
        Some(LineIntersection::SinglePoint {
            intersection,
            is_proper: true,
        }) => Meeting::Cross(intersection),
        Some(LineIntersection::SinglePoint { .. }) if neighbours => Meeting::None,
        Some(_) => Meeting::Touch,
    }
}

/// Whether one polygon lies within another, where no borders meet.
fn nested(polygons: &[Polygon<f64>]) -> bool {
    let boxes: Vec<_> = polygons.iter().map(BoundingRect::bounding_rect).collect();
    polygons.iter().enumerate().any(|(i, outer)| {
        polygons.iter().enumerate().any(|(j, inner)| {
            let within = match (boxes[i], boxes[j]) {
                (Some(a), Some(b)) => i != j && a.contains(&b),
                _ => false,
            };
            let first = inner.exterior().0.first();
            within && first.is_some_and(|c| outer.contains(&Point::from(*c)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Validation, polygon};

    fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
        polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
    }

    #[test]
    fn islands_keep_their_vertices() {
        let all = vec![(1, square(0.1, 0.2, 1.0)), (1, square(5.3, 0.7, 1.0))];
        let joined = join(all.clone()).unwrap();
        assert_eq!(joined.0, [all[0].1.clone(), all[1].1.clone()]);
    }

    #[test]
    fn neighbours_become_one() {
        let east = square(1.0, 0.0, 1.0).orient(Direction::Reversed);
        let joined = join(vec![(1, square(0.0, 0.0, 1.0)), (2, east)]).unwrap();
        assert_eq!(joined.0.len(), 1);
        assert!((joined.unsigned_area() - 2.0).abs() < 1e-9);
        assert!(joined.is_valid());
    }

    #[test]
    fn nested_and_overlapping_polygons_count_once() {
        let nested = join(vec![(1, square(0.0, 0.0, 4.0)), (2, square(1.0, 1.0, 1.0))]).unwrap();
        assert!((nested.unsigned_area() - 16.0).abs() < 1e-9);
        let crossed = join(vec![(1, square(0.0, 0.0, 2.0)), (2, square(1.0, 1.0, 2.0))]).unwrap();
        assert!((crossed.unsigned_area() - 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_bow_tie_is_refused_where_it_crosses() {
        let bow = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 2.0), (x: 2.0, y: 0.0), (x: 0.0, y: 2.0)];
        assert_eq!(join(vec![(7, bow)]), Err(vec![(7, [1.0, 1.0])]));
    }

    #[test]
    fn a_spike_is_mended() {
        let spiked = polygon![
            (x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 3.0, y: 2.0),
            (x: 2.0, y: 2.0), (x: 0.0, y: 2.0)
        ];
        let mended = join(vec![(1, spiked)]).unwrap();
        assert!((mended.unsigned_area() - 4.0).abs() < 1e-9);
        assert!(mended.is_valid());
    }

    #[test]
    fn a_spike_narrower_than_the_grid_is_one_on_the_grid() {
        let spiked = polygon![
            (x: 10.0, y: 50.0), (x: 11.0, y: 50.0), (x: 11.0, y: 51.0), (x: 12.0, y: 51.000_000_02),
            (x: 11.0, y: 51.000_000_04), (x: 11.0, y: 52.0), (x: 10.0, y: 52.0)
        ];
        let mended = join(vec![(1, on_grid(&spiked))]).unwrap();
        let furthest = mended.bounding_rect().map(|r| r.max().x);
        assert_eq!(furthest, Some(11.0));
        assert!((mended.unsigned_area() - 2.0).abs() < 1e-9 && mended.is_valid());
        let speck =
            polygon![(x: 1.0, y: 1.0), (x: 1.000_000_01, y: 1.0), (x: 1.0, y: 1.000_000_01)];
        assert_eq!(on_grid(&speck), speck, "left to those who refuse it");
    }

    #[test]
    fn holes_stay() {
        let holed = Polygon::new(
            square(0.0, 0.0, 4.0).exterior().clone(),
            vec![square(1.0, 1.0, 1.0).exterior().clone()],
        );
        let joined = join(vec![(1, holed), (2, square(4.0, 0.0, 4.0))]).unwrap();
        assert!((joined.unsigned_area() - 31.0).abs() < 1e-9);
    }
}
