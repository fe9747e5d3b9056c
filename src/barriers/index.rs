//! Finds the edges that a great circle may cross: an R-tree of boxes around them.

use super::mesh::{Boxed, Mesh, boxed};
use super::sphere::{Vector, cross, dot};
use rstar::primitives::Rectangle;
use rstar::{AABB, RTree, RTreeObject, SelectionFunction};

/// What rounding may have added to a plane and a box.
const SLACK: f64 = 1e-12;

/// The edges by place.
#[derive(Clone, Debug)]
pub(super) struct Index(RTree<Boxed>);

impl Index {
    pub fn new(mesh: &Mesh) -> Index {
        let all = 0..mesh.edges.len() as u32;
        let boxes = all.map(|e| {
            let [a, b] = mesh.ends(e);
            boxed(a, b, e)
        });
        Index(RTree::bulk_load(boxes.collect()))
    }

    /// Edges whose boxes the great circle from `p` to `q` meets, in the order of the tree.
    pub fn along(&self, p: Vector, q: Vector) -> impl Iterator<Item = u32> + '_ {
        let boxes = self.0.locate_with_selection_function(Along::new(p, q));
        boxes.map(|found| found.data)
    }

    /// Edges that may be within a chord of a place.
    pub fn near(&self, p: Vector, by: f64) -> impl Iterator<Item = u32> + '_ {
        let around = AABB::from_corners(p.map(|x| x - by), p.map(|x| x + by));
        self.0
            .locate_in_envelope_intersecting(&around)
            .map(|found| found.data)
    }
}

/// A great circle that is shorter than half of one: its plane, and two planes across it at its ends.
struct Along {
    planes: [Vector; 3],
}

impl Along {
    fn new(p: Vector, q: Vector) -> Along {
        let n = cross(p, q);
        Along {
            planes: [n, cross(n, p), cross(q, n)],
        }
    }

    /// Whether a box has a point in the plane, and one on the inner side of either other plane.
    fn meets(&self, around: &AABB<[f64; 3]>) -> bool {
        let (low, high) = (around.lower(), around.upper());
        let middle: Vector = std::array::from_fn(|x| (low[x] + high[x]) / 2.0);
        let half: Vector = std::array::from_fn(|x| (high[x] - low[x]) / 2.0);
        let reach = |plane: Vector| dot(plane.map(f64::abs), half) + SLACK;
        let [n, first, last] = self.planes;
        dot(n, middle).abs() <= reach(n)
            && dot(first, middle) >= -reach(first)
            && dot(last, middle) >= -reach(last)
    }
}

impl SelectionFunction<Boxed> for Along {
    fn should_unpack_parent(&self, envelope: &AABB<[f64; 3]>) -> bool {
        self.meets(envelope)
    }

    fn should_unpack_leaf(&self, leaf: &Boxed) -> bool {
        let rectangle: &Rectangle<[f64; 3]> = leaf.geom();
        self.meets(&rectangle.envelope())
    }
}
