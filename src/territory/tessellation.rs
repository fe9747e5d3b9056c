//! Sites and map, triangulated, and the territories of any plan for them.

use super::delaunay::{Mesh, Plane};
use super::frame::{Frame, Position};
use super::grid::Pt;
use super::label::{Labelled, Locator};
use super::places::Places;
use super::rings::Shape;
use super::unroll::Unroll;
use super::{Adjacency, LEAST_REACH_KM, Style, Territories, TerritoryError, polygons};
use super::{
    chains, drawn, enclaves, hull, label, outline, places, rings, simplify, smooth, snap, tree,
    unroll,
};
use crate::base::ids::RepIx;
use geo::MultiPolygon;
use rayon::prelude::*;

/// Sites and map, triangulated: what the drawing of any plan for them starts from.
#[derive(Clone, Debug)]
pub struct Tessellation {
    pub(super) unroll: Unroll,
    pub(super) places: Places,
    /// Position of each place with respect to the frame.
    pub(super) position: Vec<Position>,
    /// `None` when there are neither sites nor boundary.
    pub(super) frame: Option<Frame>,
    /// `None` when there are no sites.
    pub(super) mesh: Option<Mesh>,
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
        self.draw_with(owner, reps, &Style::default())
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
        options: &Style<'_>,
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
    pub(super) fn drawing(
        &self,
        owner: &[RepIx],
        reps: usize,
        options: &Style<'_>,
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
    pub(super) fn territories(&self, owner: &[RepIx], drawing: &Drawing) -> Territories {
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
    pub(super) fn outside(&self) -> Vec<usize> {
        let mut outside: Vec<usize> = (0..self.places.len())
            .into_par_iter()
            .filter(|&place| !self.position[place].inside)
            .flat_map_iter(|place| self.places.sites(place).iter().map(|&i| i as usize))
            .collect();
        outside.par_sort_unstable();
        outside
    }

    /// Where a site stands.
    pub(super) fn place_of(&self, site: usize) -> Pt {
        self.places.at[self.places.of_site[site] as usize]
    }

    /// The map without some sites.
    pub(super) fn without(&self, apart: &[usize]) -> Result<Tessellation, TerritoryError> {
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
    pub(super) fn owners_at(&self, holder: &[u32], points: impl Iterator<Item = Pt>) -> Vec<RepIx> {
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

    pub(super) fn check_owners(&self, owner: &[RepIx], reps: usize) -> Result<(), TerritoryError> {
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
    pub(super) fn delaunay(&self) -> Adjacency {
        let mesh = self.mesh.iter();
        let joined = mesh.flat_map(|mesh| mesh.links.iter().filter_map(|l| mesh.places_of(l)));
        Adjacency::of_places(joined.map(|[p, q]| (p, q)).collect(), &self.places)
    }

    /// The drawing on the grid. No border moves across the `more` points.
    pub(super) fn shapes(
        &self,
        owner: &[RepIx],
        reps: usize,
        options: &Style<'_>,
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
    pub(super) fn obstacles(&self, mesh: &Mesh, holder: &[u32], more: &[Pt]) -> chains::Sites {
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

/// A drawing on the grid.
pub(super) struct Drawing {
    /// The shapes of each rep.
    pub(super) shapes: Vec<Vec<Shape>>,
    /// The owner of each place.
    pub(super) holder: Vec<u32>,
    /// Places that no face of their owner reaches.
    pub(super) lost: Vec<u32>,
    /// Twice the area of the map.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "tests compare it with the sum of the shapes")
    )]
    pub(super) area2: i128,
}
