//! What RFC 7946 (3.1.9) asks of shapes that cross the antimeridian: they come in parts, cut at 180 degrees.

use geo::{CoordsIter, LineString, MapCoordsInPlace, MultiPolygon, Polygon};

/// Whether a step from one longitude to another is taken to go the other way round the globe: by more than half of it, but not
/// by all of it, which is the rim of a map of the world; and not along a pole.
fn jumps(a: [f64; 2], b: [f64; 2]) -> bool {
    let pole = a[1].abs() == 90.0 && a[1] == b[1];
    let span = (a[0] - b[0]).abs();
    span > 180.0 && span != 360.0 && !pole
}

/// Refuses polygons that cross the antimeridian without being cut there.
pub(super) fn uncut(area: &MultiPolygon<f64>) -> Result<(), String> {
    area.iter().try_for_each(|polygon| {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .try_for_each(uncut_ring)
    })
}

/// Refuses a ring that crosses the antimeridian without being cut there.
pub(super) fn uncut_ring(ring: &LineString<f64>) -> Result<(), String> {
    let jump = ring
        .lines()
        .find(|e| jumps([e.start.x, e.start.y], [e.end.x, e.end.y]));
    match jump {
        None => Ok(()),
        Some(edge) => Err(format!(
            "an edge runs from longitude {} to {}, across the antimeridian: RFC 7946 wants the polygon cut there, in parts",
            edge.start.x, edge.end.x
        )),
    }
}

/// Lays the parts of an area that is cut at the antimeridian side by side: those west of its widest gap move east by 360 degrees.
pub(super) fn join(area: &mut MultiPolygon<f64>) {
    let mut spans: Vec<(f64, f64)> = area.iter().map(span).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(east)) = (
        spans.first().map(|s| s.0),
        spans.iter().map(|s| s.1).reduce(f64::max),
    ) else {
        return;
    };
    // The gap round the back, and the widest one between parts.
    let back = 360.0 - (east - first);
    let (mut widest, mut from, mut reach) = (0.0, 0.0, first);
    for (west, east) in spans {
        if west - reach > widest {
            (widest, from) = (west - reach, west);
        }
        reach = f64::max(reach, east);
    }
    if widest > back {
        for polygon in area.iter_mut().filter(|p| span(p).0 < from) {
            polygon.map_coords_in_place(|c| geo::coord! { x: c.x + 360.0, y: c.y });
        }
    }
}

/// Least and greatest longitude.
fn span(polygon: &Polygon<f64>) -> (f64, f64) {
    let all = polygon.exterior_coords_iter();
    all.fold((f64::MAX, f64::MIN), |(low, high), c| {
        (low.min(c.x), high.max(c.x))
    })
}

/// A longitude within -180 to 180 degrees.
pub(super) fn wrapped(lon: f64) -> f64 {
    if lon >= 180.0 { lon - 360.0 } else { lon }
}

/// A line, taken apart at the antimeridian where it crosses it: each part ends where its latitude is there.
pub(super) fn split(line: Vec<[f64; 2]>) -> Vec<Vec<[f64; 2]>> {
    let mut parts = vec![Vec::with_capacity(line.len())];
    for p in line {
        let Some(part) = parts.last_mut() else { break };
        match part.last().copied() {
            Some(q) if jumps(q, p) => {
                let side = 180.0_f64.copysign(q[0]);
                let step = p[0] + 2.0 * side - q[0];
                let lat = q[1] + (side - q[0]) / step * (p[1] - q[1]);
                part.push([side, lat]);
                parts.push(vec![[-side, lat], p]);
            }
            _ => part.push(p),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_crosses() {
        assert_eq!(
            split(vec![[178.0, 0.0], [-178.0, 4.0], [-177.0, 4.0]]),
            [
                vec![[178.0, 0.0], [180.0, 2.0]],
                vec![[-180.0, 2.0], [-178.0, 4.0], [-177.0, 4.0]]
            ]
        );
        assert_eq!(
            split(vec![[-179.0, 0.0], [179.0, 0.0]])[1],
            [[180.0, 0.0], [179.0, 0.0]]
        );
        // Along the pole, and round the whole globe.
        for whole in [
            vec![[-180.0, -90.0], [180.0, -90.0]],
            vec![[-180.0, 60.0], [180.0, 60.0]],
            vec![[0.0, 0.0], [180.0, 0.0]],
        ] {
            assert_eq!(split(whole.clone()), [whole]);
        }
    }
}
