//! Area on the sphere.

use crate::base::sphere::EARTH_RADIUS_KM;
use geo::{LineString, MultiPolygon, Polygon};

/// Area on the sphere of radius 6371.0088 km, km2, of polygons whose edges are straight in degrees, as maps and
/// GIS draw them.
///
/// A cylinder around the sphere has its area (Archimedes): `dA = R^2 cos(phi) dphi dlambda`. So a ring
/// encloses, by Green's theorem,
///
/// ```text
/// A = R^2 |sum over edges (lambda_b - lambda_a) s|,   s = mean of sin(phi) along the edge from a to b
///                                                       = sin((phi_a + phi_b) / 2) sin(h) / h,  h = (phi_b - phi_a) / 2
/// ```
///
/// without error but rounding, whatever the length of the edges: areas of neighbours add up.
#[must_use]
pub fn area_km2(shape: &MultiPolygon<f64>) -> f64 {
    let area = |polygon: &Polygon<f64>| {
        ring(polygon.exterior()) - polygon.interiors().iter().map(ring).sum::<f64>()
    };
    shape.iter().map(area).sum::<f64>() * EARTH_RADIUS_KM * EARTH_RADIUS_KM
}

/// Area of a closed ring on the unit sphere, whichever way it runs.
fn ring(line: &LineString<f64>) -> f64 {
    let edges = line.lines().map(|edge| {
        let (a, b) = (edge.start.y.to_radians(), edge.end.y.to_radians());
        let half = (b - a) / 2.0;
        let sinc = if half == 0.0 { 1.0 } else { half.sin() / half };
        edge.dx().to_radians() * ((a + b) / 2.0).sin() * sinc
    });
    edges.sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    #[test]
    fn an_octant_is_an_eighth_of_the_sphere() {
        let octant = polygon![
            (x: 0.0, y: 0.0), (x: 90.0, y: 0.0), (x: 90.0, y: 90.0), (x: 0.0, y: 90.0)
        ];
        let whole = 4.0 * std::f64::consts::PI * EARTH_RADIUS_KM * EARTH_RADIUS_KM;
        let area = area_km2(&MultiPolygon::new(vec![octant]));
        assert!((area / (whole / 8.0) - 1.0).abs() < 1e-14, "{area}");
    }

    #[test]
    fn a_slanted_edge_is_as_good_as_many_short_ones() {
        let corner = polygon![(x: 0.0, y: 10.0), (x: 40.0, y: 70.0), (x: 0.0, y: 70.0)];
        let mut points: Vec<(f64, f64)> = (0..=4000)
            .map(|i| (f64::from(i) / 100.0, 10.0 + f64::from(i) * 0.015))
            .collect();
        points.push((0.0, 70.0));
        let fine = Polygon::new(LineString::from(points), Vec::new());
        let of = |p: &Polygon<f64>| area_km2(&MultiPolygon::new(vec![p.clone()]));
        assert!((of(&fine) / of(&corner) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_hole_is_no_area_whichever_way_it_runs() {
        let square = |x: f64, size: f64| polygon![(x: x, y: 0.0), (x: x + size, y: 0.0), (x: x + size, y: size), (x: x, y: size)];
        let (shell, hole) = (square(0.0, 3.0), square(1.0, 1.0));
        let of = |p: &Polygon<f64>| area_km2(&MultiPolygon::new(vec![p.clone()]));
        let expected = of(&shell) - of(&hole);
        let mut line = hole.exterior().clone();
        for _ in 0..2 {
            let with_hole = Polygon::new(shell.exterior().clone(), vec![line.clone()]);
            assert!((of(&with_hole) / expected - 1.0).abs() < 1e-12);
            line.0.reverse();
        }
    }
}
