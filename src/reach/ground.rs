//! Areas by road.
//!
//! A lattice lies over all that is within the largest limit of a home base. Of each cell with road one point of it is taken, of each other cell
//! the middle, with the walk to such a point; the trip there says within which limits it lies, as a customer's trip does. Customers near a border,
//! and the home base, are such places, too. Each place of the map then belongs to the nearest of all of these (Voronoi cells on a grid of 1e-7
//! degrees), so areas of several limits nest, and a customer lies in those that its own trip is within.
//!
//! Searches end at the largest limit of minutes. Whether a place that is reached through roads for residents alone has another, longer way is not known
//! then: it is not drawn; customers there are counted by their trips.
//!
//! A lattice has [`CELLS`] cells at most; it gets coarser until no area has more than [`CORNERS`] corners. Borders are made straighter by half a cell, and never across a place.

use super::cells::{Held, NOBODY, Size, sieve};
use super::circle;
use super::lattice::{Extent, Lattice, Point};
use super::limit::{Limit, Unit};
use super::{Area, Reach};
use crate::base::ids::RepIx;
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use crate::error::Error;
use crate::input::{Inputs, with_walks};
use crate::roads::{
    Found, Graph, Keeps, Searcher, Snap, Snapper, WALK_KMH, corners, ends, stretches,
};
use crate::scenario::{Direction, RoadRules};
use crate::territory::{Style, TerritoryError, Tessellation, dissolve};
use geo::MultiPolygon;
use rayon::prelude::*;
use std::collections::HashSet;
use std::ops::Range;

/// The most cells of a lattice.
const CELLS: usize = 12_000;
/// The most corners of an area.
const CORNERS: usize = 2000;
/// Lattices of fewer cells get no coarser.
const FEW: usize = 1000;
/// How many cells from a border customers have their say.
const BESIDE: usize = 3;

/// Roads, and where home bases meet them.
pub(super) struct Ground<'a> {
    pub graph: &'a Graph,
    pub searcher: Searcher<'a>,
    pub bases: Vec<Option<Snap>>,
    direction: Direction,
    pub max_snap_km: f64,
}

/// A home base, and what was searched from it.
struct Base<'s, 'g> {
    place: [f64; 2],
    snap: Snap,
    found: Vec<Found<'s, 'g>>,
}

impl<'a> Ground<'a> {
    pub fn new(graph: &'a Graph, inputs: &Inputs) -> Ground<'a> {
        let rules: Option<&RoadRules> = inputs.scenario.travel.roads.as_ref();
        let max_snap_km = rules.map_or(0.0, |r| r.max_snap_m / 1000.0);
        let reps = &inputs.reps;
        let places = reps.lon.iter().zip(&reps.lat);
        let places: Vec<[f64; 2]> = places.map(|(lon, lat)| [*lon, *lat]).collect();
        let snapper = Snapper::near(graph, places.iter().copied(), max_snap_km);
        let snap = |[lon, lat]: &[f64; 2]| snapper.snap(*lon, *lat, max_snap_km);
        Ground {
            graph,
            searcher: Searcher::new(graph),
            bases: places.iter().map(snap).collect(),
            direction: rules.map(|r| r.direction).unwrap_or_default(),
            max_snap_km,
        }
    }

    /// Great circle between a customer and a home base, km.
    pub fn straight(&self, reach: &Reach, i: usize, j: usize) -> f64 {
        let (c, r) = (&reach.inputs.customers, &reach.inputs.reps);
        straight([c.lon[i], c.lat[i]], [r.lon[j], r.lat[j]])
    }

    /// Which ways trips go: whether home.
    pub fn ways(&self) -> &'static [bool] {
        match self.direction {
            Direction::Out => &[false],
            Direction::Back => &[true],
            Direction::Round => &[false, true],
        }
    }

    /// The areas of each rep and limit, and what is to be said of those that have none.
    pub fn areas(&self, reach: &Reach) -> Result<(Vec<Vec<Area>>, Vec<String>), Error> {
        let of = |j: usize| self.around(reach, j);
        let all: Vec<Result<Vec<Area>, TerritoryError>> =
            (0..self.bases.len()).into_par_iter().map(of).collect();
        let mut notes = Vec::new();
        let nothing = || Area {
            shape: MultiPolygon::new(Vec::new()),
            resolution_m: 0.0,
        };
        let areas = all.into_iter().enumerate().map(|(j, areas)| {
            areas.unwrap_or_else(|error| {
                let rep = reach.inputs.reps.ids.get(j);
                notes.push(format!(
                    "{rep} has no areas, customers are counted: {error}"
                ));
                reach.limits.iter().map(|_| nothing()).collect()
            })
        });
        Ok((areas.collect(), notes))
    }

    /// The areas around a home base.
    fn around(&self, reach: &Reach, j: usize) -> Result<Vec<Area>, TerritoryError> {
        let reps = &reach.inputs.reps;
        let place = [reps.lon[j], reps.lat[j]];
        // Its trips follow great circles.
        let Some(snap) = self.bases[j] else {
            return Ok(circle::around(reach, place));
        };
        let limits = &reach.limits;
        let by_time = limits.iter().filter(|l| l.unit == Unit::Minutes).count();
        let most = limits[..by_time].last().map(|l| l.most * 60.0);
        // The fastest trips are not the shortest: those within some km may take any time.
        let within_s = most.filter(|_| by_time == limits.len());
        let within_s = within_s.map(|s| s * self.ways().len() as f64);
        let keeps = Keeps {
            within_s,
            ways: false,
        };
        let found = self
            .ways()
            .iter()
            .map(|back| self.searcher.search(&snap, *back, keeps));
        let base = Base {
            place,
            snap,
            found: found.collect(),
        };
        let mut areas = Vec::with_capacity(limits.len());
        for family in [0..by_time, by_time..limits.len()] {
            if !family.is_empty() {
                areas.extend(self.family(reach, j, &base, family)?);
            }
        }
        Ok(areas)
    }

    /// The areas of limits of one unit.
    fn family(
        &self,
        reach: &Reach,
        j: usize,
        base: &Base<'_, '_>,
        family: Range<usize>,
    ) -> Result<Vec<Area>, TerritoryError> {
        let limits = &reach.limits[family];
        let customers = places_of(reach, RepIx(j as u32), limits);
        let last = limits[limits.len() - 1];
        let extent = self.extent(base, &customers, last);
        let margin = match last.unit {
            Unit::Km => last.most,
            Unit::Minutes => last.most / 60.0 * WALK_KMH,
        };
        let margin = margin.min(self.max_snap_km);
        let mut cells = CELLS;
        loop {
            let lattice = extent.lattice(margin, cells, base.place[1]);
            cells = lattice.size.cells() / 2;
            let Some(areas) = self.drawn(base, &lattice, &customers, limits)? else {
                continue;
            };
            let most = areas.iter().map(corners_of).max().unwrap_or(0);
            if most <= CORNERS || cells < FEW {
                let area = |shape| Area {
                    shape,
                    resolution_m: 1000.0 * lattice.km(),
                };
                return Ok(areas.into_iter().map(area).collect());
            }
        }
    }

    /// Where the places lie that are within a limit.
    fn extent(&self, base: &Base<'_, '_>, customers: &[Place], limit: Limit) -> Extent {
        let mut extent = Extent::around(base.place);
        for customer in customers.iter().filter(|c| !c.beyond) {
            extent.add(customer.at);
        }
        let within = |snap: &Snap| {
            let trip = base.trip(snap);
            trip.is_some_and(|trip| limit.unit.of(trip) <= limit.most)
        };
        for edge in stretches(self.graph) {
            // Most lie where others have been before: their trips are not looked at.
            if corners(self.graph, edge).all(|corner| extent.has(corner)) {
                continue;
            }
            if base.found[0].is_begun(edge) && ends(self.graph, edge).iter().any(within) {
                corners(self.graph, edge).for_each(|corner| extent.add(corner));
            }
        }
        extent
    }

    /// The areas on a lattice; `None` where it is not coarse enough, as the borders between its cells show.
    fn drawn(
        &self,
        base: &Base<'_, '_>,
        lattice: &Lattice,
        customers: &[Place],
        limits: &[Limit],
    ) -> Result<Option<Vec<MultiPolygon<f64>>>, TerritoryError> {
        let points = lattice.points(self.graph);
        let all = limits.len() as u8;
        let mut level = self.levels(base, lattice, &points, limits);
        let mut held: Vec<Held> = vec![NOBODY; level.len()];
        for place in customers {
            if let Some(cell) = lattice.cell(place.at) {
                let (low, high) = &mut held[cell];
                (*low, *high) = ((*low).min(place.level), (*high).max(place.level));
            }
        }
        sieve(&mut level, &held, lattice.size, all);
        // Each side of a cell has a corner at most, and half of them are made straight.
        if lattice.size.cells() / 2 >= FEW && sides(&level, lattice.size, all) > 2 * CORNERS {
            return Ok(None);
        }
        let (mut lon, mut lat, mut owner) = (Vec::new(), Vec::new(), Vec::new());
        let mut put = |at: [f64; 2], level: u8| {
            lon.push(at[0]);
            lat.push(at[1]);
            owner.push(RepIx(u32::from(level)));
        };
        let grid = |at: [f64; 2]| at.map(|x| (x * 1e7).round() as i64);
        let mut taken = HashSet::new();
        for place in customers {
            let beside = lattice
                .cell(place.at)
                .is_some_and(|cell| is_beside(lattice, &level, &held, cell));
            if beside {
                taken.insert(grid(place.at));
                put(place.at, place.level);
            }
        }
        for (cell, level) in level.iter().enumerate() {
            let at = points[cell]
                .as_ref()
                .map_or_else(|| lattice.center(cell), |p| p.place);
            if !taken.contains(&grid(at)) {
                put(at, *level);
            }
        }
        let style = Style {
            simplify_m: lattice.km() * 500.0,
            ..Style::default()
        };
        let drawn = Tessellation::new(&lon, &lat, None)?;
        let drawn = drawn.draw_with(&owner, limits.len() + 1, &style)?.polygons;
        let union = |most: usize| {
            let of: Vec<Option<usize>> = (0..drawn.len())
                .map(|level| (level <= most).then_some(0))
                .collect();
            let mut union = dissolve(&drawn, &of, 1)?;
            Ok(union.pop().unwrap_or_else(|| MultiPolygon::new(Vec::new())))
        };
        let areas: Result<Vec<MultiPolygon<f64>>, TerritoryError> =
            (0..limits.len()).map(union).collect();
        Ok(Some(areas?))
    }

    /// How many of the limits are too small for each cell.
    fn levels(
        &self,
        base: &Base<'_, '_>,
        lattice: &Lattice,
        points: &[Option<Point>],
        limits: &[Limit],
    ) -> Vec<u8> {
        let near = lattice.nearest(points);
        let of = |(cell, near): (usize, &Option<usize>)| {
            let point = near.and_then(|near| points[near].as_ref());
            let trip = point.and_then(|point| {
                let at = match points[cell] {
                    Some(_) => point.place,
                    None => lattice.center(cell),
                };
                let walk = straight(point.place, at);
                let trip = (walk <= self.max_snap_km).then(|| base.trip_on(&point.snap, at, walk));
                trip.flatten()
            });
            level(trip, limits)
        };
        near.iter().enumerate().map(of).collect()
    }
}

impl Base<'_, '_> {
    /// The trip to a point of road, km and minutes; of a round trip the half.
    fn trip(&self, snap: &Snap) -> Option<[f64; 2]> {
        let mut sum = [0.0; 2];
        for found in &self.found {
            let trip = found.trip(snap)?;
            sum[0] += trip.km;
            sum[1] += trip.seconds / 60.0;
        }
        let n = self.found.len() as f64;
        let walk = self.snap.km;
        Some([sum[0] / n + walk, sum[1] / n + walk / WALK_KMH * 60.0])
    }

    /// The trip to a place that is a walk away from a point of road, as that to a customer is.
    fn trip_on(&self, snap: &Snap, at: [f64; 2], walk: f64) -> Option<[f64; 2]> {
        let walks = self.snap.km + walk;
        match with_walks(None, walks, straight(self.place, at)) {
            Some(walked) => Some(walked),
            None => self
                .trip(snap)
                .map(|[km, minutes]| [km + walk, minutes + walk / WALK_KMH * 60.0]),
        }
    }
}

/// Great circle between two places, km.
fn straight(a: [f64; 2], b: [f64; 2]) -> f64 {
    chord_to_km(chord2(unit_vector(a[0], a[1]), unit_vector(b[0], b[1])))
}

/// How many of the limits, which ascend, are too small for a trip.
fn level(trip: Option<[f64; 2]>, limits: &[Limit]) -> u8 {
    let Some(trip) = trip else {
        return limits.len() as u8;
    };
    limits.partition_point(|l| l.unit.of(trip) > l.most) as u8
}

/// A customer, or the home base.
struct Place {
    at: [f64; 2],
    level: u8,
    /// Whether all limits are too small.
    beyond: bool,
}

/// All customers, and the home base.
fn places_of(reach: &Reach, rep: RepIx, limits: &[Limit]) -> Vec<Place> {
    let (customers, reps) = (&reach.inputs.customers, &reach.inputs.reps);
    let customer = |i: usize| {
        let level = level(super::count::trip(&reach.travel, i, rep), limits);
        Place {
            at: [customers.lon[i], customers.lat[i]],
            level,
            beyond: usize::from(level) == limits.len(),
        }
    };
    let home = Place {
        at: [reps.lon[rep.at()], reps.lat[rep.at()]],
        level: 0,
        beyond: false,
    };
    let all = (0..customers.len()).map(customer);
    all.chain(std::iter::once(home)).collect()
}

/// Whether a customer in a cell has its say: somebody or something near it is on another side.
fn is_beside(lattice: &Lattice, level: &[u8], held: &[Held], cell: usize) -> bool {
    let (mut low, mut high) = held[cell];
    for near in lattice.size.around(cell, BESIDE) {
        (low, high) = (low.min(level[near]), high.max(level[near]));
        let (least, most) = held[near];
        if held[near] != NOBODY {
            (low, high) = (low.min(least), high.max(most));
        }
    }
    low != high
}

/// The most sides of cells that the border of one limit has.
fn sides(level: &[u8], size: Size, limits: u8) -> usize {
    let of = |limit: u8| {
        let within = |cell: usize| level[cell] <= limit;
        let all = 0..level.len();
        let parted = all.map(|cell| {
            let right = (cell + 1) % size.columns != 0 && within(cell) != within(cell + 1);
            let above = cell + size.columns;
            let above = above < level.len() && within(cell) != within(above);
            usize::from(right) + usize::from(above)
        });
        parted.sum::<usize>()
    };
    (0..limits).map(of).max().unwrap_or(0)
}

/// How many corners an area has.
fn corners_of(shape: &MultiPolygon<f64>) -> usize {
    let of = |p: &geo::Polygon<f64>| {
        let holes = p.interiors().iter().map(|hole| hole.0.len());
        p.exterior().0.len() + holes.sum::<usize>()
    };
    shape.iter().map(of).sum()
}
