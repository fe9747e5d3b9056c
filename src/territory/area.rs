//! Area on the sphere.

use crate::model::EARTH_RADIUS_KM;
use geo::{ChamberlainDuquetteArea, MultiPolygon};

/// Area on the sphere of radius 6371.0088 km, km2 (Chamberlain & Duquette 2007).
#[must_use]
pub fn area_km2(shape: &MultiPolygon<f64>) -> f64 {
    /// The radius that `geo` computes this area with, km.
    const RADIUS_OF_GEO: f64 = 6378.137;
    let scale = EARTH_RADIUS_KM / RADIUS_OF_GEO;
    shape.chamberlain_duquette_unsigned_area() * 1e-6 * scale * scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{LineString, polygon};

    #[test]
    fn an_octant_is_an_eighth_of_the_sphere() {
        // Fine steps along the meridians and the equator.
        let mut points: Vec<(f64, f64)> = (0..900).map(|i| (f64::from(i) / 10.0, 0.0)).collect();
        points.extend((0..900).map(|i| (90.0, f64::from(i) / 10.0)));
        points.push((90.0, 90.0));
        points.push((0.0, 90.0));
        points.extend((0..900).rev().map(|i| (0.0, f64::from(i) / 10.0)));
        let mut octant = polygon![];
        octant.exterior_mut(|line| *line = LineString::from(points));
        let whole = 4.0 * std::f64::consts::PI * EARTH_RADIUS_KM * EARTH_RADIUS_KM;
        let area = area_km2(&MultiPolygon::new(vec![octant]));
        assert!((area / (whole / 8.0) - 1.0).abs() < 1e-6, "{area}");
    }
}
