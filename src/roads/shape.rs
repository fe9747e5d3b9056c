//! Where stretches of road lie.

use super::graph::{DEGREE, Graph};
use super::snap::{Snap, on_edge, on_ground, vector};
use crate::base::sphere::{chord_to_km, chord2};

/// The numbers of all stretches.
pub(crate) fn stretches(graph: &Graph) -> std::ops::Range<u32> {
    0..graph.edges.len() as u32
}

/// The corners of a stretch, degrees.
pub(crate) fn corners(graph: &Graph, edge: u32) -> impl Iterator<Item = [f64; 2]> {
    let corners = graph.corners(edge).iter();
    corners.map(|corner| corner.map(|x| f64::from(x) * DEGREE))
}

/// The ends of a stretch.
pub(crate) fn ends(graph: &Graph, edge: u32) -> [Snap; 2] {
    let at = |part| Snap {
        arc: graph.edges[edge as usize].arc,
        part,
        km: 0.0,
    };
    [at(0.0), at(1.0)]
}

/// The point that lies so much of the way from a corner of a stretch to the next.
pub(crate) fn between(graph: &Graph, edge: u32, corner: u32, share: f64) -> Snap {
    let corners = graph.corners(edge);
    let last = corners.len() - 1;
    let [p, q] = [corner, corner + 1].map(|k| vector(corners[(k as usize).min(last)]));
    let point = on_ground(std::array::from_fn(|axis| {
        p[axis] + (q[axis] - p[axis]) * share
    }));
    on_edge(graph, edge, corner, point, 0.0)
}

/// The length of an arc, km.
pub(crate) fn arc_km(graph: &Graph, arc: u32) -> f64 {
    f64::from(graph.arcs[arc as usize].cm) / 1e5
}

/// What of an arc lies between two shares of it, as it is driven, degrees.
pub(crate) fn line(graph: &Graph, arc: u32, [from, to]: [f64; 2]) -> Vec<[f64; 2]> {
    let number = graph.arcs[arc as usize].edge;
    let edge = &graph.edges[number as usize];
    let mut places: Vec<[f64; 2]> = corners(graph, number).collect();
    let mut points: Vec<[f64; 3]> = graph.corners(number).iter().map(|c| vector(*c)).collect();
    if (edge.arc == arc) != edge.along {
        places.reverse();
        points.reverse();
    }
    let mut gone = vec![0.0];
    for pair in points.windows(2) {
        gone.push(gone[gone.len() - 1] + chord_to_km(chord2(pair[0], pair[1])));
    }
    let whole = gone[gone.len() - 1];
    let [from_km, to_km] = [from * whole, to * whole];
    let at = |km: f64| {
        let k = gone.partition_point(|g| *g < km).clamp(1, gone.len() - 1);
        let length = gone[k] - gone[k - 1];
        let share = if length > 0.0 {
            (km - gone[k - 1]) / length
        } else {
            0.0
        };
        let [a, b] = [places[k - 1], places[k]];
        [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * share.clamp(0.0, 1.0))
    };
    let mut line = vec![if from <= 0.0 { places[0] } else { at(from_km) }];
    let inner = (1..places.len() - 1).filter(|k| gone[*k] > from_km && gone[*k] < to_km);
    line.extend(inner.map(|k| places[k]));
    line.push(if to >= 1.0 {
        places[places.len() - 1]
    } else {
        at(to_km)
    });
    line
}
