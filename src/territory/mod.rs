//! Territory polygons that agree with the assignment.
//!
//! Every point of the map belongs to the owner of the site nearest to it, so a territory is the union
//! of the Voronoi cells of its sites, cut to the boundary. No cell is ever built: a Delaunay edge
//! between sites of two owners is a piece of border, the others are none.
//!
//! 1. `unroll`: longitudes are laid out flat, cut where nothing is.
//! 2. `places`: coordinates are snapped to the grid of 1e-7 degrees; sites on one grid point are
//!    one place.
//! 3. `frame`, `outline`: the boundary, or a padded outline of the sites; on request only the land
//!    within reach of a site.
//! 4. `delaunay`, `drawn`: the triangulation of the places, in a plane where a degree of longitude counts
//!    `cos` of the mean latitude; exact circumcentres and borders.
//! 5. `snap`: borders and frame on the grid, without crossings, by iterated snap rounding.
//! 6. `graph`, `label`: the faces of the drawing, and whose they are.
//! 7. `simplify`, `smooth`: straighter and rounder borders, on request.
//! 8. `rings`: polygons; `dissolve`: unions of them.
//!
//! Neighbouring territories and the frame share every vertex, because they are drawn from the same
//! edges. Coordinates are integers throughout, so areas sum up exactly, and the result does not
//! depend on the number of threads.
//!
//! All sites have their say, those outside the boundary too: territories are cut to the boundary,
//! and the sites outside are reported. On request (`enclaves`) accounts that a rule put far from
//! their owner's other ones have none: they are listed instead of drawn.

mod adjacency;
mod area;
mod bays;
mod chains;
mod cover;
mod delaunay;
mod dissolve;
mod drawn;
mod enclaves;
mod frame;
mod graph;
mod grid;
mod hull;
mod islands;
mod join;
mod label;
mod mend;
mod outline;
mod parts;
mod places;
mod rings;
mod simplify;
mod slabs;
mod smooth;
mod snap;
mod tessellation;
#[cfg(test)]
mod tests;
mod tree;
mod unit_map;
pub mod units;
mod unroll;

pub use adjacency::Adjacency;
pub use area::area_km2;
pub use dissolve::dissolve;
pub use islands::{Piece, Pieces, islands};
pub use mend::{Mended, Overlap, mend};
pub use parts::parts;
pub use tessellation::Tessellation;
pub use unit_map::UnitMap;

use crate::base::ids::RepIx;
use geo::{LineString, MultiPolygon, Polygon};
use grid::Pt;
use rings::Shape;
use unroll::Unroll;

/// The polygons of a plan.
#[derive(Clone, Debug)]
pub struct Territories {
    /// One per rep, in rep order; empty for a rep without customers. Coordinates are multiples of
    /// 1e-7 degrees. Shells run counter-clockwise and holes clockwise, nothing crosses the
    /// antimeridian (RFC 7946).
    pub polygons: Vec<MultiPolygon<f64>>,
    /// Positions (indices into the sites) that lie outside the boundary, ascending.
    pub(crate) outside: Vec<usize>,
    /// Sites that share their place (to 1e-7 degrees) with a site of another owner who holds the
    /// place, ascending.
    pub(crate) shared_place: Vec<usize>,
    /// Sites inside the boundary whose cell is too small for the grid, ascending: no polygon of
    /// their owner reaches them. They stand within two or three units (of 1e-7 degrees) of sites of
    /// other owners on all sides, or on the boundary where that is narrower than the grid.
    pub(crate) too_close: Vec<usize>,
    /// Sites that were left out of the drawing ([`Style::forced`]), ascending: they stand inside
    /// the boundary, in the territory of another rep. One that comes to stand in its own rep's is no longer one.
    pub(crate) listed: Vec<usize>,
    /// In whose territory each of `listed` stands, in their order.
    pub(crate) inside: Vec<RepIx>,
}

/// How a plan is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style<'a> {
    /// How far borders may move to become straighter, metres; 0 leaves them as they are.
    ///
    /// No border moves across a site. The frame is kept exactly, the boundary as well as an outline
    /// made here, so the territories still fill it.
    pub simplify_m: f64,
    /// How far borders may move to become rounder, metres, after `simplify_m`; 0 cuts no corner. The same holds of it.
    pub smooth_m: f64,
    /// Which sites a rule binds to their owner (a lock, a skill, a group, a forbidden pair). Where
    /// such sites stand apart from the rest of their owner's, they are listed instead of drawn.
    /// `None` draws them all.
    pub forced: Option<&'a [bool]>,
}

/// The smallest reach, km: where rounding to the grid cannot matter.
pub const LEAST_REACH_KM: f64 = 0.01;

/// Why no polygons could be drawn.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct TerritoryError(pub String);

/// Shapes in degrees.
fn polygons(shapes: &[Shape], unroll: Unroll) -> MultiPolygon<f64> {
    let ring = |points: &[Pt], sheet: i64| {
        let closed = points.iter().chain(points.first());
        LineString::new(closed.map(|&p| unroll.degrees(p, sheet)).collect())
    };
    let polygon = |shape: &Shape| {
        let holes = shape
            .holes
            .iter()
            .map(|hole| ring(hole, shape.sheet))
            .collect();
        Polygon::new(ring(&shape.shell, shape.sheet), holes)
    };
    MultiPolygon::new(shapes.iter().map(polygon).collect())
}

/// Draws the territories: each point of the frame belongs to the owner of the nearest site.
///
/// # Errors
/// When the inputs cannot be drawn without wrong polygons.
///
/// # Examples
/// ```
/// use revier::{base::ids::RepIx, territory::draw};
///
/// let owner = [RepIx(0), RepIx(1), RepIx(1)];
/// let drawn = draw(&[8.0, 9.0, 9.5], &[50.0, 50.0, 50.5], &owner, 2, None)?;
/// assert_eq!(drawn.polygons.len(), 2);
/// assert_eq!(drawn.polygons[1].0.len(), 1);
/// # Ok::<(), revier::territory::TerritoryError>(())
/// ```
pub fn draw(
    lon: &[f64],
    lat: &[f64],
    owner: &[RepIx],
    reps: usize,
    boundary: Option<&MultiPolygon<f64>>,
) -> Result<Territories, TerritoryError> {
    Tessellation::new(lon, lat, boundary)?.draw(owner, reps)
}

/// Which sites are next to each other, for sites at the given degrees, on the map that is drawn without a boundary
/// (see [`Tessellation::adjacency`]).
///
/// # Errors
/// When coordinates are not on the globe.
pub fn adjacency(lon: &[f64], lat: &[f64]) -> Result<Adjacency, TerritoryError> {
    Ok(Tessellation::new(lon, lat, None)?.adjacency())
}
