//! Which cells are next to each other on the map that is drawn.
//!
//! A Delaunay edge stands for the common border of two Voronoi cells, the segment between two circumcentres. Where all of it lies
//! outside the boundary, out of reach, or in a bay that the outline leaves open, the map shows no common border, and the cells
//! are no neighbours; nor are cells that touch in a corner.
//!
//! Most circumcentres lie far from the rim of the land. A raster tells: cells of it that no segment of the rim passes are land or
//! sea as a whole. Only the borders near the rim are cut by it, one by one.

use super::delaunay::{Link, Mesh};
use super::frame::{Frame, FrameIndex};
use super::grid::{Pt, Rect};
use super::tree::Tree;
use rayon::prelude::*;

/// Raster cells along each side.
const SIDE: i64 = 256;
/// Grid units (of 1.1 cm) that a border near the rim must run across land; less is a corner.
const LEAST: f64 = 16.0;

/// What a raster cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Land,
    Sea,
    /// Both, or unknown.
    Rim,
}

/// The land: where the winding number is positive in every layer.
struct Land<'a> {
    layers: Vec<(&'a [[Pt; 2]], FrameIndex, Tree)>,
    rect: Rect,
    /// Size of a raster cell in grid units, per axis.
    step: [i64; 2],
    raster: Vec<Cell>,
}

/// The pairs of places whose cells have a common border on the map.
pub(super) fn pairs(mesh: &Mesh, frame: &Frame) -> Vec<(u32, u32)> {
    let land = Land::new(frame);
    let centres = mesh.centres();
    let next = |link: &&Link| {
        let [from, to] = link.faces.map(|f| centres[f as usize]);
        // Far apart as numbers, near the cut of a world map in truth: the border may lie on it.
        let copy = link.ends.iter().any(|v| !mesh.is_place(*v));
        from != to && (copy || land.meets(from, to))
    };
    let joined = mesh
        .links
        .par_iter()
        .filter(|link| mesh.places_of(link).is_some())
        .filter(next);
    joined
        .filter_map(|link| mesh.places_of(link).map(|[p, q]| (p, q)))
        .collect()
}

impl<'a> Land<'a> {
    fn new(frame: &'a Frame) -> Land<'a> {
        let segments = std::iter::once(&frame.segments[..]).chain(frame.reach.as_deref());
        let layers = segments.map(|s| {
            let boxes = s.iter().map(|[a, b]| Rect::of(*a, *b)).collect();
            (s, FrameIndex::new(s), Tree::new(boxes))
        });
        let size = [0, 1].map(|k| frame.rect.max[k] - frame.rect.min[k] + 1);
        let mut land = Land {
            layers: layers.collect(),
            rect: frame.rect,
            step: size.map(|s| (s / SIDE + 1).max(1)),
            raster: vec![Cell::Sea; (SIDE * SIDE) as usize],
        };
        land.mark();
        land
    }

    /// The raster cell of a point; `None` off the raster.
    fn cell(&self, p: Pt) -> Option<usize> {
        if !self.rect.contains(p) {
            return None;
        }
        let [x, y] = [0, 1].map(|k| (p[k] - self.rect.min[k]) / self.step[k]);
        Some((y * SIDE + x) as usize)
    }

    /// Fills the raster: first the cells that the rim passes, then the rest, one look per run of cells.
    fn mark(&mut self) {
        let (min, step) = (self.rect.min, self.step);
        for (segments, _, _) in &self.layers {
            for [a, b] in *segments {
                let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
                let row = |y: i64| ((y - min[1]).div_euclid(step[1])).clamp(0, SIDE - 1);
                for y in row(low[1])..=row(high[1]) {
                    // The part of the segment in this row, and a cell more on either side.
                    let at = |edge: i64| {
                        let rise = (high[1] - low[1]).max(1) as f64;
                        let part = ((edge - low[1]) as f64 / rise).clamp(0.0, 1.0);
                        low[0] as f64 + part * (high[0] - low[0]) as f64
                    };
                    let edge = min[1] + y * step[1];
                    let ends = if low[1] == high[1] {
                        [low[0] as f64, high[0] as f64]
                    } else {
                        [at(edge), at(edge + step[1])]
                    };
                    let column = |x: f64| ((x - min[0] as f64) / step[0] as f64).floor() as i64;
                    let (first, last) =
                        (column(ends[0].min(ends[1])), column(ends[0].max(ends[1])));
                    for x in (first - 1).max(0)..=(last + 1).min(SIDE - 1) {
                        self.raster[(y * SIDE + x) as usize] = Cell::Rim;
                    }
                }
            }
        }
        for y in 0..SIDE {
            let mut before = Cell::Rim;
            for x in 0..SIDE {
                let at = (y * SIDE + x) as usize;
                if self.raster[at] == Cell::Rim {
                    before = Cell::Rim;
                    continue;
                }
                if before == Cell::Rim {
                    let middle = [
                        min[0] + x * step[0] + step[0] / 2,
                        min[1] + y * step[1] + step[1] / 2,
                    ];
                    before = if self.covers(middle) {
                        Cell::Land
                    } else {
                        Cell::Sea
                    };
                }
                self.raster[at] = before;
            }
        }
    }

    /// Whether a point lies on land, and not at its rim.
    fn covers(&self, p: Pt) -> bool {
        self.layers.iter().all(|(_, index, _)| {
            let position = index.position(p);
            position.inside && !position.near
        })
    }

    /// Whether a border has a part on land.
    fn meets(&self, from: Pt, to: Pt) -> bool {
        let known = |p: Pt| self.cell(p).map_or(Cell::Sea, |c| self.raster[c]);
        if known(from) == Cell::Land || known(to) == Cell::Land {
            return true;
        }
        let along = Rect::of(from, to);
        if !along.meets(&self.rect) {
            return false;
        }
        let [dx, dy] = [0, 1].map(|k| (to[k] - from[k]) as f64);
        let length = dx.hypot(dy);
        let mut cuts = vec![0.0, 1.0];
        for (segments, _, tree) in &self.layers {
            tree.visit(
                |rect| rect.meets(&along),
                |s| crossings(from, [dx, dy], segments[s], &mut cuts),
            );
        }
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.windows(2).any(|w| {
            let middle = 0.5 * (w[0] + w[1]);
            let at = |k: usize, d: f64| from[k] + (middle * d).round() as i64;
            (w[1] - w[0]) * length >= LEAST && self.covers([at(0, dx), at(1, dy)])
        })
    }
}

/// Where the segment from `from` along `d` meets another one, 0 to 1: the ends of the other where they run along each other.
fn crossings(from: Pt, d: [f64; 2], [a, b]: [Pt; 2], cuts: &mut Vec<f64>) {
    let a_ = [0, 1].map(|k| (a[k] - from[k]) as f64);
    let e = [0, 1].map(|k| (b[k] - a[k]) as f64);
    let den = d[0] * e[1] - d[1] * e[0];
    if den == 0.0 {
        let square = d[0] * d[0] + d[1] * d[1];
        for p in [a_, [a_[0] + e[0], a_[1] + e[1]]] {
            let t = (p[0] * d[0] + p[1] * d[1]) / square;
            if t > 0.0 && t < 1.0 {
                cuts.push(t);
            }
        }
        return;
    }
    let t = (a_[0] * e[1] - a_[1] * e[0]) / den;
    let s = (a_[0] * d[1] - a_[1] * d[0]) / den;
    if t > 0.0 && t < 1.0 && (-1e-9..=1.0 + 1e-9).contains(&s) {
        cuts.push(t);
    }
}
