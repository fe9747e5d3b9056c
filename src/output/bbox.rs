//! The member `bbox` of RFC 7946, section 5.

use geo::{CoordsIter, MultiPolygon, Polygon};

/// West, south, east, north of all polygons; `None` when there are none.
///
/// West is greater than east when they reach the antimeridian from both sides (5.2): then the box
/// leaves out the widest stretch of longitudes without a polygon.
pub(super) fn bbox<'a>(all: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> Option<[f64; 4]> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    for polygon in all.into_iter().flatten() {
        let (west, east) = span(polygon);
        for c in polygon.exterior().coords_iter() {
            (south, north) = (south.min(c.y), north.max(c.y));
        }
        spans.push((west, east));
    }
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (&(west, first), _) = spans.split_first()?;
    let mut east = first;
    // The widest gap, and what is west and east of it.
    let mut gap: Option<(f64, f64)> = None;
    for &(w, e) in &spans {
        if w > east && gap.is_none_or(|(a, b)| w - east > b - a) {
            gap = Some((east, w));
        }
        east = east.max(e);
    }
    Some(match gap {
        Some((end, begin)) if west == -180.0 && east == 180.0 => [begin, south, end, north],
        _ => [west, south, east, north],
    })
}

/// The least and the greatest longitude of a polygon.
fn span(polygon: &Polygon<f64>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let all = polygon.exterior().coords_iter();
    all.fold(ends, |(west, east), c| (west.min(c.x), east.max(c.x)))
}

/// `"bbox":[...],`, or nothing.
pub(crate) fn member<'a>(to: &mut String, all: impl IntoIterator<Item = &'a MultiPolygon<f64>>) {
    let Some(bbox) = bbox(all) else { return };
    to.push_str("\"bbox\":");
    for (k, value) in bbox.into_iter().enumerate() {
        to.push(if k > 0 { ',' } else { '[' });
        crate::saved::text::number(to, value);
    }
    to.push_str("],");
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Rect;

    fn boxes(all: &[(f64, f64)]) -> MultiPolygon<f64> {
        let polygon = |&(w, e): &_| Rect::new((w, -17.0), (e, -16.0)).to_polygon();
        MultiPolygon::new(all.iter().map(polygon).collect())
    }

    #[test]
    fn a_box_spans_the_antimeridian_only_where_land_reaches_it_from_both_sides() {
        let of = |all: &[(f64, f64)]| bbox([&boxes(all)]);
        assert_eq!(of(&[]), None);
        assert_eq!(
            of(&[(6.0, 7.0), (9.0, 15.0)]),
            Some([6.0, -17.0, 15.0, -16.0])
        );
        let fiji = [(177.0, 180.0), (-180.0, -178.5), (-178.0, -177.5)];
        assert_eq!(of(&fiji), Some([177.0, -17.0, -177.5, -16.0]));
        assert_eq!(of(&[(177.0, 180.0)]), Some([177.0, -17.0, 180.0, -16.0]));
        assert_eq!(
            of(&[(-170.0, -160.0), (170.0, 175.0)]),
            Some([-170.0, -17.0, 175.0, -16.0])
        );
        assert_eq!(of(&[(-180.0, 180.0)]), Some([-180.0, -17.0, 180.0, -16.0]));
    }
}
