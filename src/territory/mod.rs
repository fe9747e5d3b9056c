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
//! 8. `rings`: polygons.
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
mod chains;
mod cover;
mod delaunay;
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
#[cfg(test)]
mod tests;
mod tree;
mod unit_map;
pub mod units;
mod unroll;

pub use adjacency::Adjacency;
pub use area::area_km2;
pub use islands::{Piece, Pieces, islands};
pub use mend::{Mended, Overlap, mend};
pub use parts::parts;
pub use unit_map::UnitMap;

use crate::base::ids::RepIx;
use delaunay::{Mesh, Plane};
use frame::{Frame, Position};
use geo::{LineString, MultiPolygon, Polygon};
use grid::Pt;
use label::{Labelled, Locator};
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
    /// Sites inside the boundary whose cell is too small for the grid, ascending: no polygon of
    /// their owner reaches them. They stand within two or three units (of 1e-7 degrees) of sites of
    /// other owners on all sides, or on the boundary where that is narrower than the grid.
    pub too_close: Vec<usize>,
    /// Sites that were left out of the drawing ([`Options::forced`]), ascending: they stand inside
    /// the boundary, in the territory of another rep. One that comes to stand in its own rep's is no longer one.
    pub listed: Vec<usize>,
    /// In whose territory each of `listed` stands, in their order.
    pub inside: Vec<RepIx>,
}

/// How a plan is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
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
    /// outline of the sites.
    ///
    /// # Errors
    /// Coordinates that are not on the globe, a boundary without area, or one that cannot be laid
    /// out flat.
    pub fn new(
        lon: &[f64],
        lat: &[f64],
        boundary: Option<&MultiPolygon<f64>>,
    ) -> Result<Tessellation, TerritoryError> {
        Tessellation::within_reach(lon, lat, boundary, None)
    }

    /// The same, with no land on the map that is farther than `max_reach_km` from every site. With
    /// it and without a boundary, the map is all the land within reach.
    ///
    /// # Errors
    /// Those of [`Tessellation::new`], and a reach that is not above 0.
    pub fn within_reach(
        lon: &[f64],
        lat: &[f64],
        boundary: Option<&MultiPolygon<f64>>,
        max_reach_km: Option<f64>,
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
        if max_reach_km.is_some_and(|km| !(km >= LEAST_REACH_KM && km.is_finite())) {
            return Err(TerritoryError(format!(
                "the reach must be {LEAST_REACH_KM} km or more"
            )));
        }
        let mut frame = match boundary {
            Some(boundary) => Some(Frame::of_boundary(boundary, unroll)?),
            None if site.is_empty() || max_reach_km.is_some() => None,
            None => Some(Frame::padded(&places.at, unroll, squeeze)?),
        };
        let mut mesh = None;
        if !site.is_empty() {
            let mut rect = hull::around(&places.at);
            frame.iter().for_each(|frame| rect.join(&frame.rect));
            if let Some(km) = max_reach_km {
                rect.join(&outline::reach_rect(&places.at, km, unroll));
            }
            let new = Mesh::new(&places.at, &rect, squeeze)?;
            if let Some(km) = max_reach_km {
                let reach = outline::within_reach(&new, km, unroll, squeeze)?;
                match &mut frame {
                    Some(frame) => frame.reach = Some(reach),
                    None => frame = Some(Frame::of_reach(reach)),
                }
            }
            mesh = Some(new);
        }
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
    /// Those of [`Tessellation::draw_with`].
    pub fn draw(&self, owner: &[RepIx], reps: usize) -> Result<Territories, TerritoryError> {
        self.draw_with(owner, reps, &Options::default())
    }

    /// Draws the territories of `reps` reps.
    ///
    /// # Errors
    /// When an owner is out of range, when the boundary crosses itself, or when the drawing breaks
    /// one of its own promises; never wrong polygons.
    pub fn draw_with(
        &self,
        owner: &[RepIx],
        reps: usize,
        options: &Options<'_>,
    ) -> Result<Territories, TerritoryError> {
        let (rest, mut listed, drawing) = self.drawing(owner, reps, options)?;
        let Some(rest) = rest else {
            return Ok(self.territories(owner, &drawing));
        };
        let mut drawn = rest.territories(owner, &drawing);
        // Sites outside the boundary stand in no territory; they are reported as such.
        listed.retain(|&i| self.position[self.places.of_site[i] as usize].inside);
        drawn.outside = self.outside();
        let at = listed.iter().map(|&i| self.place_of(i));
        let nearest = rest.owners_at(&drawing.holder, at);
        // Where cells are too small for the grid, another one than the nearest may have the land; on a
        // rim too narrow for it, nobody.
        let has = |rep: usize, p: Pt| drawing.shapes[rep].iter().any(|s| s.contains(p));
        for (&i, nearest) in listed.iter().zip(nearest) {
            let p = self.place_of(i);
            let host = std::iter::once(nearest.at())
                .chain(0..reps)
                .find(|&rep| has(rep, p));
            match host {
                // What surrounded it was left out, too: it is drawn after all.
                Some(rep) if rep == owner[i].at() => {}
                Some(rep) => {
                    drawn.listed.push(i);
                    drawn.inside.push(RepIx(rep as u32));
                }
                None => drawn.too_close.push(i),
            }
        }
        drawn.too_close.sort_unstable();
        Ok(drawn)
    }

    /// The drawing on the grid, the sites that were left out of it, and the map of the others where
    /// that is another one.
    fn drawing(
        &self,
        owner: &[RepIx],
        reps: usize,
        options: &Options<'_>,
    ) -> Result<(Option<Tessellation>, Vec<usize>, Drawing), TerritoryError> {
        self.check_owners(owner, reps)?;
        let apart = match options.forced {
            Some(forced) if forced.len() != owner.len() => {
                return Err(TerritoryError("sites and rules differ in number".into()));
            }
            Some(forced) if forced.contains(&true) => {
                enclaves::enclaves(&self.delaunay(), owner, reps, forced)
            }
            _ => Vec::new(),
        };
        if apart.is_empty() {
            let drawing = self.shapes(owner, reps, options, &[])?;
            return Ok((None, apart, drawing));
        }
        let rest = self.without(&apart)?;
        let at: Vec<Pt> = apart.iter().map(|&i| self.place_of(i)).collect();
        let drawing = rest.shapes(owner, reps, options, &at)?;
        Ok((Some(rest), apart, drawing))
    }

    /// Turns shapes into polygons, and tells which sites have none.
    fn territories(&self, owner: &[RepIx], drawing: &Drawing) -> Territories {
        let polygons = drawing
            .shapes
            .par_iter()
            .map(|all| polygons(all, self.unroll))
            .collect();
        let of_site = &self.places.of_site;
        let held = |i: usize| drawing.holder[of_site[i] as usize] == owner[i].0;
        let shared_place = (0..owner.len())
            .into_par_iter()
            .filter(|&i| of_site[i] != places::NO_PLACE && !held(i))
            .collect();
        let mut too_close: Vec<usize> = drawing
            .lost
            .iter()
            .flat_map(|&place| self.places.sites(place as usize))
            .map(|&i| i as usize)
            .filter(|&i| held(i))
            .collect();
        too_close.sort_unstable();
        Territories {
            polygons,
            outside: self.outside(),
            shared_place,
            too_close,
            listed: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// The sites outside the boundary, ascending.
    fn outside(&self) -> Vec<usize> {
        let mut outside: Vec<usize> = (0..self.places.len())
            .into_par_iter()
            .filter(|&place| !self.position[place].inside)
            .flat_map_iter(|place| self.places.sites(place).iter().map(|&i| i as usize))
            .collect();
        outside.par_sort_unstable();
        outside
    }

    /// Where a site stands.
    fn place_of(&self, site: usize) -> Pt {
        self.places.at[self.places.of_site[site] as usize]
    }

    /// The map without some sites.
    fn without(&self, apart: &[usize]) -> Result<Tessellation, TerritoryError> {
        let mut gone = vec![false; self.places.of_site.len()];
        apart.iter().for_each(|&i| gone[i] = true);
        let (places, kept) = self.places.without(&gone);
        let position = kept.iter().map(|&k| self.position[k as usize]).collect();
        let mesh = match &self.mesh {
            Some(mesh) => Some(mesh.of_others(&places.at)?),
            None => None,
        };
        Ok(Tessellation {
            unroll: self.unroll,
            places,
            position,
            frame: self.frame.clone(),
            mesh,
        })
    }

    /// The owners of the places nearest to some points.
    fn owners_at(&self, holder: &[u32], points: impl Iterator<Item = Pt>) -> Vec<RepIx> {
        let Some(mesh) = &self.mesh else {
            return Vec::new();
        };
        let tree = mesh.tree();
        points
            .map(|p| match mesh.nearest(&tree, p) {
                Some(place) => RepIx(holder[place as usize]),
                None => RepIx::NONE,
            })
            .collect()
    }

    fn check_owners(&self, owner: &[RepIx], reps: usize) -> Result<(), TerritoryError> {
        if owner.len() != self.places.of_site.len() {
            return Err(TerritoryError("sites and owners differ in number".into()));
        }
        match owner.iter().position(|rep| rep.at() >= reps) {
            Some(site) => Err(TerritoryError(format!(
                "site {site} has no owner among the {reps} reps"
            ))),
            None => Ok(()),
        }
    }

    /// Which sites are next to each other on the map: their cells have a common border inside the boundary and
    /// within reach.
    #[must_use]
    pub fn adjacency(&self) -> Adjacency {
        let pairs = match (&self.mesh, &self.frame) {
            (Some(mesh), Some(frame)) => drawn::pairs(mesh, frame),
            _ => Vec::new(),
        };
        Adjacency::of_places(pairs, &self.places)
    }

    /// Which sites are joined by a Delaunay edge, wherever the land is.
    fn delaunay(&self) -> Adjacency {
        let mesh = self.mesh.iter();
        let joined = mesh.flat_map(|mesh| mesh.links.iter().filter_map(|l| mesh.places_of(l)));
        Adjacency::of_places(joined.map(|[p, q]| (p, q)).collect(), &self.places)
    }

    /// The drawing on the grid. No border moves across the `more` points.
    fn shapes(
        &self,
        owner: &[RepIx],
        reps: usize,
        options: &Options<'_>,
        more: &[Pt],
    ) -> Result<Drawing, TerritoryError> {
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
        let points = fixed.iter().map(|&p| self.places.at[p as usize]);
        let points: Vec<Pt> = points.chain(more.iter().copied()).collect();
        let (low, high) = (frame.rect.min, frame.rect.max);
        let cut = self
            .unroll
            .antimeridian(low[0], high[0])
            .map(|x| [[x, low[1]], [x, high[1]]]);
        let layers = [&frame.segments, frame.reach.as_deref().unwrap_or_default()];
        let pieces = snap::arrange(&borders, layers, cut, &points);
        let edges = label::merged(&pieces)?;
        let limited = frame.reach.is_some();
        let tree = std::cell::OnceCell::new();
        let labelled = Labelled::new(edges, &frame.rect, limited, |p| {
            let tree = tree.get_or_init(|| mesh.tree());
            let place = mesh.nearest(tree, p)?;
            Some(holder[place as usize])
        })?;
        let mut edges = rings::edges(&labelled, self.unroll);
        let (straight, round) = (options.simplify_m, options.smooth_m);
        if straight > 0.0 || round > 0.0 {
            let sites = self.obstacles(mesh, &holder, more);
            if straight > 0.0 {
                edges = simplify::simplified(edges, &sites, straight);
            }
            if round > 0.0 {
                edges = smooth::smoothed(edges, &sites, round);
            }
        }
        let shapes = rings::shapes(&edges, reps)?;
        let mut locator = Locator::default();
        let lost = fixed
            .into_iter()
            .filter(|&place| {
                let (p, holder) = (self.places.at[place as usize], holder[place as usize]);
                let reached = labelled.touches(p, holder);
                !reached.unwrap_or_else(|| locator.label(&labelled, p) == holder)
            })
            .collect();
        Ok(Drawing {
            shapes,
            holder,
            lost,
            area2: labelled.area2,
        })
    }

    /// What no border may move across: the sites on the map, and `more` points.
    fn obstacles(&self, mesh: &Mesh, holder: &[u32], more: &[Pt]) -> chains::Sites {
        let clear = mesh.clearances(holder);
        let inside = (0..self.places.len()).filter(|&k| self.position[k].inside);
        let mut sites: Vec<(Pt, f64)> = inside.map(|k| (self.places.at[k], clear[k])).collect();
        if !more.is_empty() {
            sites.extend(more.iter().map(|&p| (p, f64::INFINITY)));
            sites.sort_by_cached_key(|(p, _)| tree::morton(*p));
        }
        let (at, clear) = sites.into_iter().unzip();
        chains::Sites::new(at, clear)
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

/// Which sites are next to each other, for sites at the given degrees, on the map that is drawn without a boundary
/// (see [`Tessellation::adjacency`]).
///
/// # Errors
/// When coordinates are not on the globe.
pub fn adjacency(lon: &[f64], lat: &[f64]) -> Result<Adjacency, TerritoryError> {
    Ok(Tessellation::new(lon, lat, None)?.adjacency())
}
