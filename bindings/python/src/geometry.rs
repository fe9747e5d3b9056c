//! Shapes as well-known binary (OGC Simple Features 06-103r4, section 8), which shapely writes and reads.

use geo::{Geometry, GeometryCollection, MultiPolygon};
use geozero::wkb::Wkb;
use geozero::{CoordDimensions, ToGeo, ToWkb};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Shapes of all rows; where there is none, an empty collection, which the library tells the user about.
pub fn read(rows: &[Option<Vec<u8>>]) -> PyResult<Vec<Geometry<f64>>> {
    let shape = |(i, row): (usize, &Option<Vec<u8>>)| match row {
        None => Ok(Geometry::GeometryCollection(GeometryCollection::default())),
        Some(bytes) => read_one(bytes)
            .map_err(|why| PyValueError::new_err(format!("the geometry of row {}: {why}", i + 1))),
    };
    rows.iter().enumerate().map(shape).collect()
}

/// One shape.
pub fn read_one(bytes: &[u8]) -> Result<Geometry<f64>, geozero::error::GeozeroError> {
    Wkb(bytes).to_geo()
}

/// An area as WKB.
pub fn write(area: &MultiPolygon<f64>) -> PyResult<Vec<u8>> {
    // geozero writes geometries; a clone of one territory at a time is small beside the copy that is made anyway.
    Geometry::MultiPolygon(area.clone())
        .to_wkb(CoordDimensions::xy())
        .map_err(|why| PyValueError::new_err(why.to_string()))
}
