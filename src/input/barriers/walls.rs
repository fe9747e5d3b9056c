//! What barriers part: walks to the road, and neighbours.

use super::super::Inputs;
use super::Drawn;
#[cfg(feature = "roads")]
use crate::barriers::Charge;
use crate::barriers::place;
#[cfg(feature = "roads")]
use crate::roads::{self, ASIDE, Graph, Trip, WALK_KMH};
use crate::territory::Adjacency;
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

/// Barriers as roads meet them: a trip by car crosses them where its road does, and the walks at its ends do as they go.
#[cfg(feature = "roads")]
#[derive(Clone, Copy)]
pub(in crate::input) struct Walls<'a>(pub &'a Drawn);

#[cfg(feature = "roads")]
impl Walls<'_> {
    /// What a walk pays; `None` where a barrier lets nobody through.
    pub fn walk(self, p: [f64; 3], q: [f64; 3]) -> Option<Charge> {
        let mut found = Vec::new();
        let drawn = &self.0.barriers;
        let free = !drawn.parts(p, q, &mut found);
        let sum =
            |sum: Charge, (_, charge): &(f64, Charge)| [sum[0] + charge[0], sum[1] + charge[1]];
        free.then(|| found.iter().fold([0.0; 2], sum))
    }

    /// The roads, cut where nobody crosses.
    pub fn bar(self, graph: Graph) -> Graph {
        let aside = |p: [f64; 3]| [p[0] + ASIDE, p[1] - ASIDE / 3.0, p[2] + ASIDE / 2.0];
        let drawn = &self.0.barriers;
        roads::barred(graph, &|p, q, found| {
            drawn.crossed(aside(p), aside(q), found)
        })
    }

    /// Kilometres and minutes of a trip with its walks and what they pay, or of the walk from door to door where that is not longer than both walks, and
    /// where there is one: whichever takes fewer minutes.
    pub fn trip(
        self,
        trip: Option<Trip>,
        (walks_km, pays): (f64, Charge),
        straight_km: f64,
        [from, to]: [[f64; 3]; 2],
    ) -> Option<[f64; 2]> {
        let on_foot = |km: f64| [km, km / WALK_KMH * 60.0];
        let paid = |way: [f64; 2], charge: Charge| [way[0] + charge[0], way[1] + charge[1]];
        let straight = if straight_km <= walks_km {
            self.walk(from, to)
        } else {
            None
        };
        let straight = straight.map(|charge| paid(on_foot(straight_km), charge));
        let driven = trip.map(|trip| {
            let [km, minutes] = paid(on_foot(walks_km), pays);
            [trip.km + km, trip.seconds / 60.0 + minutes]
        });
        let drawn = &self.0.barriers;
        let ends = || drawn.ends_pay(&drawn.within(from), &drawn.within(to));
        let least = |a: [f64; 2], b: [f64; 2]| if b[1] < a[1] { b } else { a };
        let way = straight.into_iter().chain(driven).reduce(least)?;
        Some(paid(way, ends()))
    }
}

impl Inputs {
    /// The neighbours of customers, without those that a barrier parts which nobody crosses, where every territory is to be in one piece
    /// (`rules.contiguous`). The customers nearest to a named crossing, on either side of it, are neighbours.
    ///
    /// What were parts of the map before stay parts: a territory is in one piece within each.
    #[must_use]
    pub(crate) fn parted(&self, graph: Adjacency) -> Adjacency {
        let Some(drawn) = self
            .barriers
            .as_ref()
            .filter(|_| self.scenario.rules.contiguous)
        else {
            return graph;
        };
        let c = &self.customers;
        let at: Vec<Option<[f64; 3]>> = (0..graph.places())
            .map(|p| {
                let site = *graph.sites(p).first()? as usize;
                Some(place([c.lon[site], c.lat[site]]))
            })
            .collect();
        let cut: Vec<Vec<(u32, u32)>> = (0..graph.places())
            .into_par_iter()
            .map(|p| {
                let mut found = Vec::new();
                let next = graph.neighbours(p).iter().filter(|q| **q as usize > p);
                let parted = |q: &&u32| match (at[p], at[**q as usize]) {
                    (Some(a), Some(b)) => drawn.barriers.parts(a, b, &mut found),
                    _ => false,
                };
                next.filter(parted).map(|q| (p as u32, *q)).collect()
            })
            .collect();
        let cut: Vec<(u32, u32)> = cut.into_iter().flatten().collect();
        graph.rejoined(&cut, &joined(drawn, &at))
    }
}

/// Places on either side of each named crossing: those nearest to it that no barrier parts from it.
fn joined(drawn: &Drawn, at: &[Option<[f64; 3]>]) -> Vec<(u32, u32)> {
    let places = at.iter().zip(0..);
    let places = places.filter_map(|(at, p)| Some(GeomWithData::new((*at)?, p)));
    let places: RTree<GeomWithData<[f64; 3], u32>> = RTree::bulk_load(places.collect());
    let nearest = |side: [f64; 3]| {
        let mut near = places.nearest_neighbor_iter(&side);
        let near = near.find(|p| !drawn.barriers.walls_off(side, *p.geom()));
        near.map(|p| p.data)
    };
    let mut pairs = Vec::new();
    for [a, b] in drawn.barriers.joined() {
        if let (Some(p), Some(q)) = (nearest(a), nearest(b)) {
            pairs.push((p, q));
        }
    }
    pairs
}
