//! From labelled faces to polygons that OGC Simple Features calls valid.

use super::TerritoryError;
use super::graph::Graph;
use super::grid::{Pt, Rect, area2, cross};
use super::label::{Labelled, OUTSIDE, broken};
use super::slabs::{Slabs, Way};
use super::unroll::Unroll;

/// A polygon on the grid. Rings come without their closing point and begin at their least vertex;
/// the shell runs counter-clockwise, holes clockwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    pub shell: Vec<Pt>,
    pub holes: Vec<Vec<Pt>>,
    /// Turns that the shape is away from longitudes -180 to 180.
    pub sheet: i64,
}

impl Shape {
    /// Whether the shape, its edge included, contains a point.
    pub(super) fn contains(&self, p: Pt) -> bool {
        winding(&self.shell, p) != Some(0)
            && (self.holes.iter()).all(|hole| matches!(winding(hole, p), None | Some(0)))
    }
}

/// The winding number of a ring round a point, `None` on its edge.
fn winding(ring: &[Pt], p: Pt) -> Option<i32> {
    let mut sum = 0;
    for k in 0..ring.len() {
        let (a, b) = (ring[k], ring[(k + 1) % ring.len()]);
        let side = cross(a, b, p).signum();
        if side == 0 && Rect::of(a, b).contains(p) {
            return None;
        }
        if a[1] <= p[1] && p[1] < b[1] && side > 0 {
            sum += 1;
        }
        if b[1] <= p[1] && p[1] < a[1] && side < 0 {
            sum -= 1;
        }
    }
    Some(sum)
}

/// An edge of the map of territories.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub ends: [Pt; 2],
    /// Owner ([`OUTSIDE`] off the map) and sheet on the left and right.
    pub sides: [(u32, i64); 2],
    /// Part of the frame or of the antimeridian.
    pub rigid: bool,
}

/// The edges with different owners, or different sides of the antimeridian, on both sides.
pub(super) fn edges(labelled: &Labelled, unroll: Unroll) -> Vec<Edge> {
    let sheets = sheets(labelled, unroll);
    let side = |h: usize| {
        let cycle = labelled.graph.cycle[h] as usize;
        let label = labelled.label[cycle];
        if label == OUTSIDE {
            (OUTSIDE, 0)
        } else {
            (label, sheets[cycle])
        }
    };
    let edges = labelled.edges.iter().enumerate().map(|(e, piece)| {
        let sides = [side(2 * e), side(2 * e + 1)];
        Edge {
            ends: [piece.from, piece.to],
            sides,
            rigid: piece.cut || sides.iter().any(|s| s.0 == OUTSIDE),
        }
    });
    edges.filter(|e| e.sides[0] != e.sides[1]).collect()
}

/// The polygons of each of `reps` owners.
///
/// The cycles of the edges bound the faces of the map. A cycle that passes a vertex twice is taken
/// apart there: of a shell's cycle that leaves one shell and holes that touch it in a point, of a
/// hole's cycle several holes, as the standard wants it.
pub(super) fn shapes(edges: &[Edge], reps: usize) -> Result<Vec<Vec<Shape>>, TerritoryError> {
    let ends: Vec<[Pt; 2]> = edges.iter().map(|e| e.ends).collect();
    let graph = Graph::new(&ends);
    let label_of = |cycle: u32| {
        let h = graph.cycles[cycle as usize] as usize;
        edges[h / 2].sides[h % 2]
    };
    // The shell's cycle of the face of each cycle: its own for most, for the outline of a
    // component that of the face around it. Components come from west to east, so what is west of
    // one is known.
    let slabs = Slabs::new(ends.iter().copied(), 0);
    let mut face: Vec<u32> = (0..graph.cycles.len() as u32).collect();
    for (v, round) in graph.components() {
        if label_of(round).0 == OUTSIDE {
            continue;
        }
        let p = graph.at[v as usize];
        let e = slabs
            .first(p, Way::Left)
            .ok_or_else(|| broken("a hole without a shell", p))?;
        // The half-edge with the ray on its left runs down.
        let [from, to] = ends[e];
        let h = if to[1] < from[1] { 2 * e } else { 2 * e + 1 };
        face[round as usize] = face[graph.cycle[h] as usize];
        if label_of(round) != label_of(face[round as usize]) {
            return Err(broken("a hole in another's shell", p));
        }
    }
    let mut split = Splitter {
        mark: vec![u32::MAX; graph.at.len()],
    };
    let mut parts: Vec<Option<Shape>> = vec![None; graph.cycles.len()];
    let mut holes: Vec<(u32, Vec<Pt>)> = Vec::new();
    for cycle in 0..graph.cycles.len() as u32 {
        let (label, sheet) = label_of(cycle);
        if label == OUTSIDE {
            continue;
        }
        for ring in split.rings(&graph, cycle) {
            if area2(&ring) < 0 {
                holes.push((face[cycle as usize], ring));
            } else {
                let at = ring[0];
                let shape = Shape {
                    shell: ring,
                    holes: Vec::new(),
                    sheet,
                };
                if parts[cycle as usize].replace(shape).is_some() {
                    return Err(broken("a face with two shells", at));
                }
            }
        }
    }
    for (shell, ring) in holes {
        match &mut parts[shell as usize] {
            Some(shape) => shape.holes.push(ring),
            None => return Err(broken("a hole without a shell", ring[0])),
        }
    }
    let mut shapes = vec![Vec::new(); reps];
    for (cycle, shape) in parts.into_iter().enumerate() {
        if let Some(mut shape) = shape {
            shape.holes.sort_unstable();
            shapes[label_of(cycle as u32).0 as usize].push(shape);
        }
    }
    shapes.iter_mut().for_each(|all| all.sort_unstable());
    Ok(shapes)
}

/// The turns that the face of each cycle is away from longitudes -180 to 180. The antimeridian is
/// drawn, so no cycle is on both sides; of points on it the middle of the cycle's extent decides.
fn sheets(labelled: &Labelled, unroll: Unroll) -> Vec<i64> {
    let graph = &labelled.graph;
    (0..graph.cycles.len() as u32)
        .map(|cycle| {
            if labelled.label[cycle as usize] == OUTSIDE {
                return 0;
            }
            let (mut low, mut high) = (i64::MAX, i64::MIN);
            graph.walk(cycle, |h| {
                let x = graph.at[graph.origin[h as usize] as usize][0];
                (low, high) = (low.min(x), high.max(x));
            });
            // A cycle is at least a unit wide: 2 low < low + high < 2 high.
            unroll.sheet((low + high).div_euclid(2))
        })
        .collect()
}

/// Takes cycles apart into simple rings.
struct Splitter {
    /// Where each vertex stands on the path.
    mark: Vec<u32>,
}

impl Splitter {
    fn rings(&mut self, graph: &Graph, cycle: u32) -> Vec<Vec<Pt>> {
        let mut rings = Vec::new();
        let mut path: Vec<u32> = Vec::new();
        graph.walk(cycle, |h| {
            let v = graph.origin[h as usize];
            let seen = self.mark[v as usize];
            if seen != u32::MAX {
                rings.push(self.cut(graph, &mut path, seen as usize));
            }
            self.mark[v as usize] = path.len() as u32;
            path.push(v);
        });
        rings.push(self.cut(graph, &mut path, 0));
        rings
    }

    /// Takes the end of the path, from `from` on, as a ring that begins at its least vertex.
    fn cut(&mut self, graph: &Graph, path: &mut Vec<u32>, from: usize) -> Vec<Pt> {
        let mut loop_: Vec<u32> = path.split_off(from);
        loop_.iter().for_each(|&v| self.mark[v as usize] = u32::MAX);
        let least = (0..loop_.len()).min_by_key(|&k| loop_[k]).unwrap_or(0);
        loop_.rotate_left(least);
        loop_.into_iter().map(|v| graph.at[v as usize]).collect()
    }
}
