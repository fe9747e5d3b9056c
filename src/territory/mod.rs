//! Territory polygons that agree with the assignment.
//!
//! Every point of the map belongs to the owner of the site nearest to it, so a territory is the union
//! of the Voronoi cells of its sites, cut to the boundary. No cell is ever built: a Delaunay edge
//! between sites of two owners is a piece of border, the others are none.
//!
//! 1. [`unroll`]: longitudes are laid out flat, cut where nothing is.
//! 2. [`places`]: coordinates are snapped to the grid of 1e-7 degrees; sites on one grid point are
//!    one place.
//! 3. `frame`: the boundary, or a padded hull.
//! 4. `delaunay`: the triangulation of the places, in a plane where a degree of longitude counts
//!    `cos` of the mean latitude; exact circumcentres and borders.
//! 5. `snap`: borders and frame on the grid, without crossings, by iterated snap rounding.
//! 6. `graph`, `label`: the faces of the drawing, and whose they are.
//! 7. `rings`: polygons.
//!
//! Neighbouring territories and the frame share every vertex, because they are drawn from the same
//! edges. Coordinates are integers throughout, so areas sum up exactly, and the result does not
//! depend on the number of threads.
//!
//! All sites have their say, those outside the boundary too: territories are cut to the boundary,
//! and the sites outside are reported.

mod adjacency;
mod area;
mod delaunay;
mod frame;
mod graph;
mod grid;
mod islands;
mod label;
mod near;
mod places;
mod rings;
mod slabs;
mod snap;
#[cfg(test)]
mod tests;
mod tree;
mod unit_map;
mod unroll;

pub use adjacency::Adjacency;
pub use area::area_km2;
pub use islands::{Piece, Pieces, islands};
pub use unit_map::UnitMap;

use crate::ids::RepIx;
use delaunay::{Mesh, Plane};
use frame::{Frame, Position};
use geo::{LineString, MultiPolygon, Polygon};
use grid::Pt;
use label::Labelled;
use places::Places;
use rayon::prelude::*;
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
    pub outside: Vec<usize>,
    /// Sites that share their place (to 1e-7 degrees) with a site of another owner who holds the
    /// place, ascending.
    pub shared_place: Vec<usize>,
    /// Sites inside the boundary whose cell is too small for the grid, ascending: they stand
    /// within two or three units (of 1e-7 degrees) of sites of other owners on all sides, and
    /// no polygon of their owner reaches them.
    pub too_close: Vec<usize>,
}

/// Why no polygons could be drawn.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct TerritoryError(pub String);

/// Sites and map, triangulated: what the drawing of any plan for them starts from.
#[derive(Clone, Debug)]
pub struct Tessellation {
    unroll: Unroll,
    places: Places,
    /// Position of each place with respect to the frame.
    position: Vec<Position>,
    /// `None` when there are neither sites nor boundary.
    frame: Option<Frame>,
    /// `None` when there are no sites.
    mesh: Option<Mesh>,
}

impl Tessellation {
    /// Triangulates sites at the given degrees. The map is the boundary, or without one a padded
    /// hull of the sites.
    ///
    /// # Errors
    /// Coordinates that are not on the globe, a boundary without area, or one that cannot be laid
    /// out flat.
    pub fn new(
        lon: &[f64],
        lat: &[f64],
        boundary: Option<&MultiPolygon<f64>>,
    ) -> Result<Tessellation, TerritoryError> {
        if lon.len() != lat.len() {
            return Err(TerritoryError(
                "longitudes and latitudes differ in number".into(),
            ));
        }
        if lon.len() > (u32::MAX / 8) as usize {
            return Err(TerritoryError("more than 500 million sites".into()));
        }
        let xs = lon
            .iter()
            .map(|&l| unroll::lon_units(l))
            .collect::<Result<Vec<_>, _>>()?;
        let ys = lat
            .iter()
            .map(|&l| unroll::lat_units(l))
            .collect::<Result<Vec<_>, _>>()?;
        let unroll = Unroll::new(&xs, boundary)?;
        let site: Vec<Pt> = xs
            .par_iter()
            .zip(&ys)
            .map(|(&x, &y)| [unroll.x(x), y])
            .collect();
        let places = Places::new(&site);
        let squeeze = Plane::squeeze(&places.at);
        let frame = match boundary {
            Some(boundary) => Some(Frame::of_boundary(boundary, unroll)?),
            None if site.is_empty() => None,
            None => Some(Frame::padded(&places.at, unroll, squeeze)),
        };
        let position = match &frame {
            Some(frame) if !frame.padded => {
                let index = frame.index();
                places.at.par_iter().map(|&p| index.position(p)).collect()
            }
            _ => vec![
                Position {
                    inside: true,
                    near: false
                };
                places.len()
            ],
        };
        let mesh = match &frame {
            Some(frame) if !site.is_empty() => Some(Mesh::new(&places.at, &frame.rect, squeeze)?),
            _ => None,
        };
        Ok(Tessellation {
            unroll,
            places,
            position,
            frame,
            mesh,
        })
    }

    /// Draws the territories of `reps` reps.
    ///
    /// # Errors
    /// When an owner is out of range, when the boundary crosses itself, or when the drawing breaks
    /// one of its own promises; never wrong polygons.
    pub fn draw(&self, owner: &[RepIx], reps: usize) -> Result<Territories, TerritoryError> {
        let drawing = self.shapes(owner, reps)?;
        let polygons = drawing
            .shapes
            .par_iter()
            .map(|all| polygons(all, self.unroll))
            .collect();
        let places = (0..self.places.len()).into_par_iter();
        let mut outside: Vec<usize> = places
            .filter(|&place| !self.position[place].inside)
            .flat_map_iter(|place| self.places.sites(place).iter().map(|&i| i as usize))
            .collect();
        outside.par_sort_unstable();
        let held = |&i: &usize| drawing.holder[self.places.of_site[i] as usize] == owner[i].0;
        let shared_place = (0..owner.len())
            .into_par_iter()
            .filter(|i| !held(i))
            .collect();
        let mut too_close: Vec<usize> = drawing
            .lost
            .iter()
            .flat_map(|&place| self.places.sites(place as usize))
            .map(|&i| i as usize)
            .filter(held)
            .collect();
        too_close.sort_unstable();
        Ok(Territories {
            polygons,
            outside,
            shared_place,
            too_close,
        })
    }

    /// Which sites are next to each other.
    #[must_use]
    pub fn adjacency(&self) -> Adjacency {
        Adjacency::new(self.mesh.as_ref(), &self.places)
    }

    /// The drawing on the grid.
    fn shapes(&self, owner: &[RepIx], reps: usize) -> Result<Drawing, TerritoryError> {
        if owner.len() != self.places.of_site.len() {
            return Err(TerritoryError("sites and owners differ in number".into()));
        }
        if let Some(site) = owner.iter().position(|rep| rep.at() >= reps) {
            return Err(TerritoryError(format!(
                "site {site} has no owner among the {reps} reps"
            )));
        }
        let holder = self.places.owners(owner);
        let (Some(frame), Some(mesh)) = (&self.frame, &self.mesh) else {
            return Ok(Drawing {
                shapes: vec![Vec::new(); reps],
                holder,
                lost: Vec::new(),
                area2: 0,
            });
        };
        let (borders, close) = mesh.borders(&holder, &frame.rect);
        let near = (0..self.places.len() as u32).filter(|&p| self.position[p as usize].near);
        let mut fixed: Vec<u32> = close.into_iter().chain(near).collect();
        fixed.retain(|&p| self.position[p as usize].inside);
        fixed.sort_unstable();
        fixed.dedup();
        let points: Vec<Pt> = fixed.iter().map(|&p| self.places.at[p as usize]).collect();
        let (low, high) = (frame.rect.min, frame.rect.max);
        let cut = self
            .unroll
            .antimeridian(low[0], high[0])
            .map(|x| [[x, low[1]], [x, high[1]]]);
        let pieces = snap::arrange(&borders, &frame.segments, cut, &points);
        let edges = label::merged(&pieces)?;
        let labelled = Labelled::new(edges, &frame.rect, |p| {
            mesh.nearest(p).map(|place| holder[place as usize])
        })?;
        let shapes = rings::shapes(&labelled, self.unroll, reps)?;
        let lost = fixed
            .into_iter()
            .filter(|&p| {
                labelled.touches(self.places.at[p as usize], holder[p as usize]) == Some(false)
            })
            .collect();
        Ok(Drawing {
            shapes,
            holder,
            lost,
            area2: labelled.area2,
        })
    }
}

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

/// A drawing on the grid.
struct Drawing {
    /// The shapes of each rep.
    shapes: Vec<Vec<Shape>>,
    /// The owner of each place.
    holder: Vec<u32>,
    /// Places that no face of their owner reaches.
    lost: Vec<u32>,
    /// Twice the area of the map.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "tests compare it with the sum of the shapes")
    )]
    area2: i128,
}

/// Draws the territories: each point of the frame belongs to the owner of the nearest site.
///
/// # Errors
/// When the inputs cannot be drawn without wrong polygons.
///
/// # Examples
/// ```
/// use revier::{ids::RepIx, territory::draw};
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

/// Which sites are next to each other, for sites at the given degrees.
///
/// # Errors
/// When coordinates are not on the globe.
pub fn adjacency(lon: &[f64], lat: &[f64]) -> Result<Adjacency, TerritoryError> {
    Ok(Tessellation::new(lon, lat, None)?.adjacency())
}
