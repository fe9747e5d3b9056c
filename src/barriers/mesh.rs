//! Corners and the edges between them, such that edges meet in corners or cross, and nothing else.

use super::sphere::{Vector, chord, cross, dot, nearest};
use super::{Charge, TOUCH_KM};
use crate::base::sphere::chord2;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::{BTreeMap, HashMap};

/// Rounds of cutting: each may bring others within a centimetre.
const ROUNDS: usize = 16;

/// A stretch of barriers between two corners.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    /// Its corners, ascending.
    pub ends: [u32; 2],
    /// What crossing costs: the sum of all barriers that run here.
    pub charge: Charge,
    /// The areas whose rim it is, and whether they lie left of it (see `rims`). One whose rings run here twice is there twice.
    pub rims: Vec<(u32, bool)>,
}

impl Edge {
    pub fn is_shut(&self) -> bool {
        self.charge[0].is_infinite()
    }

    /// Whether the rings of an area run here an odd number of times: it lies on one side only.
    pub fn bounds(&self, area: u32) -> bool {
        self.rims.iter().filter(|(of, _)| *of == area).count() % 2 == 1
    }
}

/// A stretch of one barrier, in the order that it is drawn in.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub ends: [u32; 2],
    pub charge: Charge,
    /// The area whose rim it is.
    pub rim: Option<u32>,
}

/// Corners and edges.
#[derive(Clone, Debug, Default)]
pub(super) struct Mesh {
    pub vertices: Vec<Vector>,
    pub edges: Vec<Edge>,
}

/// Corners, of which none is within a centimetre of another.
#[derive(Default)]
pub(super) struct Corners {
    pub vertices: Vec<Vector>,
    cells: HashMap<[i64; 3], Vec<u32>>,
}

impl Corners {
    /// The corner at a place, or within a centimetre of it.
    pub fn at(&mut self, p: Vector) -> u32 {
        let size = 2.0 * chord(TOUCH_KM);
        let cell = p.map(|x| (x / size).floor() as i64);
        let most = chord(TOUCH_KM) * chord(TOUCH_KM);
        let mut found: Option<(f64, u32)> = None;
        for step in 0..27 {
            let near = [step / 9 - 1, step / 3 % 3 - 1, step % 3 - 1];
            let near = std::array::from_fn(|axis| cell[axis] + near[axis]);
            for v in self.cells.get(&near).into_iter().flatten() {
                let distance = chord2(p, self.vertices[*v as usize]);
                if distance <= most && found.is_none_or(|f| (distance, *v) < f) {
                    found = Some((distance, *v));
                }
            }
        }
        if let Some((_, v)) = found {
            return v;
        }
        let v = self.vertices.len() as u32;
        self.vertices.push(p);
        self.cells.entry(cell).or_default().push(v);
        v
    }
}

/// The box around a great circle, a little wider.
pub(super) fn envelope(a: Vector, b: Vector, more: f64) -> AABB<[f64; 3]> {
    // How far it bulges over its chord: 1 - cos(angle / 2).
    let bulge = 1.0 - (1.0 - chord2(a, b) / 4.0).max(0.0).sqrt();
    let by = bulge + more + 1e-12;
    AABB::from_corners(
        std::array::from_fn(|axis| a[axis].min(b[axis]) - by),
        std::array::from_fn(|axis| a[axis].max(b[axis]) + by),
    )
}

/// A stretch in a tree.
pub(super) type Boxed = GeomWithData<Rectangle<[f64; 3]>, u32>;

pub(super) fn boxed(a: Vector, b: Vector, at: u32) -> Boxed {
    let around = envelope(a, b, 0.0);
    Boxed::new(Rectangle::from_corners(around.lower(), around.upper()), at)
}

impl Mesh {
    /// Cuts stretches where a corner is within a centimetre of them, until none is, and joins those with the same corners.
    pub fn new(vertices: Vec<Vector>, mut stretches: Vec<Stretch>) -> Mesh {
        let places = vertices.iter().zip(0..);
        let places = places.map(|(v, at)| GeomWithData::new(*v, at)).collect();
        let places: RTree<GeomWithData<[f64; 3], u32>> = RTree::bulk_load(places);
        for _ in 0..ROUNDS {
            let before = stretches.len();
            let cut = |s: &Stretch| pieces(s, &vertices, &places);
            stretches = stretches.iter().flat_map(cut).collect();
            stretches.retain(|s| s.ends[0] != s.ends[1]);
            if stretches.len() == before {
                break;
            }
        }
        let mut edges: BTreeMap<[u32; 2], Edge> = BTreeMap::new();
        for stretch in stretches {
            let [a, b] = stretch.ends;
            let ends = [a.min(b), a.max(b)];
            let edge = edges.entry(ends).or_insert(Edge {
                ends,
                charge: [0.0; 2],
                rims: Vec::new(),
            });
            edge.charge = [0, 1].map(|i| edge.charge[i] + stretch.charge[i]);
            edge.rims.extend(stretch.rim.map(|area| (area, false)));
        }
        Mesh {
            vertices,
            edges: edges.into_values().collect(),
        }
    }

    /// The corners of an edge.
    pub fn ends(&self, e: u32) -> [Vector; 2] {
        self.edges[e as usize]
            .ends
            .map(|v| self.vertices[v as usize])
    }

    /// The chord from a place to the nearest one of an edge.
    pub fn distance(&self, e: u32, p: Vector) -> f64 {
        let [a, b] = self.ends(e);
        chord2(p, nearest(a, b, p)).sqrt()
    }
}

/// A stretch in pieces, cut at the corners that lie on it.
fn pieces(
    stretch: &Stretch,
    vertices: &[Vector],
    places: &RTree<GeomWithData<[f64; 3], u32>>,
) -> Vec<Stretch> {
    let [a, b] = stretch.ends.map(|v| vertices[v as usize]);
    let touch = chord(TOUCH_KM);
    let around = envelope(a, b, touch);
    let mut on: Vec<(f64, u32)> = Vec::new();
    for place in places.locate_in_envelope_intersecting(&around) {
        let p = *place.geom();
        if stretch.ends.contains(&place.data) {
            continue;
        }
        let foot = nearest(a, b, p);
        let inside = foot != a && foot != b;
        if inside && chord2(p, foot) <= touch * touch {
            let n = cross(a, b);
            on.push((dot(cross(n, a), p), place.data));
        }
    }
    if on.is_empty() {
        return vec![stretch.clone()];
    }
    on.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ends = on.iter().map(|(_, v)| *v).chain([stretch.ends[1]]);
    let mut from = stretch.ends[0];
    ends.map(|to| Stretch {
        ends: [std::mem::replace(&mut from, to), to],
        ..stretch.clone()
    })
    .collect()
}
