//! Territory polygons that agree with the assignment.

use crate::ids::RepIx;
use geo::MultiPolygon;

/// The polygons of a plan.
#[derive(Clone, Debug)]
pub struct Territories {
    /// One per rep, in rep order; empty for a rep without customers.
    pub polygons: Vec<MultiPolygon<f64>>,
    /// Positions (indices into the sites) that lie outside the boundary.
    pub outside: Vec<usize>,
    /// Sites that share their place (to 1e-7 degrees) with a site of another owner who holds the place.
    pub shared_place: Vec<usize>,
}

/// Why no polygons could be drawn.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TerritoryError(pub String);

/// Draws the territories: each point of the frame belongs to the owner of the nearest site.
///
/// # Errors
/// When the inputs cannot be drawn without wrong polygons.
pub fn draw(
    _lon: &[f64],
    _lat: &[f64],
    _owner: &[RepIx],
    _reps: usize,
    _boundary: Option<&MultiPolygon<f64>>,
) -> Result<Territories, TerritoryError> {
    Err(TerritoryError("not drawn".into()))
}
