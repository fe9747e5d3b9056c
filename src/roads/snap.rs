//! Where a place meets the roads.

use super::graph::{DEGREE, Graph, NONE};
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree, RTreeObject};

/// A point on a stretch of road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Snap {
    /// One of the arcs of the stretch.
    pub arc: u32,
    /// How much of the arc lies before the point, 0 to 1.
    pub part: f64,
    /// Kilometres from the place to the point, along the great circle.
    pub km: f64,
}

/// A piece of a stretch between two corners, by unit vectors: chords order places as great circles do, and no meridian is special.
type Piece = GeomWithData<Line<[f64; 3]>, (u32, u32)>;

/// Finds the nearest road of places.
pub(crate) struct Snapper<'g> {
    graph: &'g Graph,
    pieces: RTree<Piece>,
}

impl<'g> Snapper<'g> {
    /// With the roads within `most_km` of some of these places (degrees); no others are found.
    pub fn near(
        graph: &'g Graph,
        places: impl Iterator<Item = [f64; 2]>,
        most_km: f64,
    ) -> Snapper<'g> {
        let places: Vec<[f64; 3]> = places.map(|[lon, lat]| unit_vector(lon, lat)).collect();
        let places = RTree::bulk_load(places);
        let most = chord(most_km) * (1.0 + 1e-9);
        let mut pieces = Vec::new();
        for (at, edge) in graph.edges.iter().enumerate() {
            let corners = &graph.shape[edge.from as usize..edge.to as usize];
            let mut last = corners.first().map(|c| vector(*c));
            for (corner, next) in corners.iter().enumerate().skip(1) {
                let next = vector(*next);
                let from = last.replace(next).unwrap_or(next);
                // A gate in a barrier is no place to be at.
                if corners.len() == 2 && corners[0] == corners[1] {
                    continue;
                }
                for (from, next) in cut(from, next) {
                    let line = Line::new(from, next);
                    let reach = widened(&line.envelope(), most);
                    if places.locate_in_envelope(&reach).next().is_some() {
                        pieces.push(Piece::new(line, (at as u32, corner as u32 - 1)));
                    }
                }
            }
        }
        let pieces = RTree::bulk_load(pieces);
        Snapper { graph, pieces }
    }

    /// The nearest road within `most_km` of a place.
    pub fn snap(&self, lon: f64, lat: f64, most_km: f64) -> Option<Snap> {
        self.snap_by(lon, lat, most_km, |_, _| Some(()))
            .map(|(snap, ())| snap)
    }

    /// The nearest road within `most_km` of a place to whose nearest point one can walk, and what is known of the walk.
    pub fn snap_by<W>(
        &self,
        lon: f64,
        lat: f64,
        most_km: f64,
        walk: impl Fn([f64; 3], [f64; 3]) -> Option<W>,
    ) -> Option<(Snap, W)> {
        let place = unit_vector(lon, lat);
        let mut nearest: Option<(f64, &Piece, W)> = None;
        for (piece, distance) in self.pieces.nearest_neighbor_iter_with_distance_2(&place) {
            if (nearest.as_ref()).is_some_and(|(least, ..)| distance > *least) {
                break;
            }
            // Of equally near ones the first in the file: where stretches meet, all of them are.
            let first = nearest
                .as_ref()
                .is_none_or(|(least, other, _)| (distance, piece.data) < (*least, other.data));
            let point = || on_ground(piece.geom().nearest_point(&place));
            if first && let Some(walk) = walk(place, point()) {
                nearest = Some((distance, piece, walk));
            }
        }
        let (_, piece, walk) = nearest?;
        let (edge, corner) = piece.data;
        let point = on_ground(piece.geom().nearest_point(&place));
        let km = chord_to_km(chord2(place, point));
        (km <= most_km).then(|| (on_edge(self.graph, edge, corner, point, km), walk))
    }
}

/// A point of a stretch, which lies after one of its corners.
pub(super) fn on_edge(graph: &Graph, edge: u32, corner: u32, point: [f64; 3], km: f64) -> Snap {
    let edge = &graph.edges[edge as usize];
    let corners = &graph.shape[edge.from as usize..edge.to as usize];
    let vectors: Vec<[f64; 3]> = corners.iter().map(|c| vector(*c)).collect();
    let way = |p: [f64; 3], q: [f64; 3]| chord_to_km(chord2(p, q));
    let length = |line: &[[f64; 3]]| -> f64 { line.windows(2).map(|p| way(p[0], p[1])).sum() };
    let before = &vectors[..=corner as usize];
    let done = length(before) + way(vectors[corner as usize], point);
    let whole = length(&vectors);
    // Within a centimetre of its end it is there.
    let along = match (done, whole - done) {
        (before, _) if before < 1e-5 => 0.0,
        (_, after) if after < 1e-5 => 1.0,
        _ => done / whole,
    };
    debug_assert_ne!(edge.arc, NONE);
    Snap {
        arc: edge.arc,
        part: if edge.along { along } else { 1.0 - along },
        km,
    }
}

/// Pieces of a line over the ground that are a kilometre long at most: the chord of a longer one lies too far below it.
fn cut(from: [f64; 3], to: [f64; 3]) -> impl Iterator<Item = ([f64; 3], [f64; 3])> {
    let pieces = chord_to_km(chord2(from, to)).ceil().max(1.0);
    let at = move |n: f64| match n {
        0.0 => from,
        n if n == pieces => to,
        n => on_ground(std::array::from_fn(|axis| {
            from[axis] + (to[axis] - from[axis]) * (n / pieces)
        })),
    };
    (0..pieces as u32).map(move |n| (at(f64::from(n)), at(f64::from(n) + 1.0)))
}

/// Length of the chord under so many km of great circle.
fn chord(km: f64) -> f64 {
    let half = km / (2.0 * crate::base::sphere::EARTH_RADIUS_KM);
    2.0 * half.min(std::f64::consts::FRAC_PI_2).sin()
}

pub(super) fn vector(corner: [i32; 2]) -> [f64; 3] {
    unit_vector(f64::from(corner[0]) * DEGREE, f64::from(corner[1]) * DEGREE)
}

/// The place on the sphere above a point near it.
pub(super) fn on_ground(point: [f64; 3]) -> [f64; 3] {
    let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
    point.map(|x| x / length)
}

fn widened(of: &AABB<[f64; 3]>, by: f64) -> AABB<[f64; 3]> {
    AABB::from_corners(of.lower().map(|x| x - by), of.upper().map(|x| x + by))
}
