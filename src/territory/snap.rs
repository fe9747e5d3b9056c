//! Iterated snap rounding: borders and frame on one grid, without crossings.
//!
//! The arrangement of the exact borders (parts of bisectors) and the frame has vertices: ends,
//! crossings, and single points that nothing may move across. The pixels of its vertices are *hot*.
//! Every segment is rerouted through the centres of the hot pixels that it passes. Then (Greene and
//! Yao 1986; Hobby 1999; Guibas and Marimont 1998):
//!
//! - the pieces meet in common ends only, so no new crossing has to be looked for;
//! - the drawing is a continuous deformation of the exact one in which no piece moves across the
//!   centre of a hot pixel, although faces may collapse. So what was on the left of a segment is
//!   still on the left of its pieces.
//!
//! One round may leave a piece that passes through the pixel of a vertex it does not end in; it is
//! rerouted again until there is none (Halperin and Packer 2002). In the end every vertex is at least
//! half a unit away from every piece it does not end, far more than `f64` needs to see the same
//! picture.

use super::delaunay::{Border, NOBODY};
use super::grid::{Line, Pt, Rect};
use super::tree::{Tree, morton};
use rayon::prelude::*;

/// Winding numbers round a point: of the boundary or outline, and of the land within reach.
pub(super) type Winding = [i32; 2];

/// No winding at all.
pub(super) const STILL: Winding = [0; 2];

/// A piece `from -> to`, `from < to`, and what lies on its two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    pub from: Pt,
    pub to: Pt,
    /// Owners on the left and right; both [`NOBODY`] where no border runs.
    pub left: u32,
    pub right: u32,
    /// Winding numbers of the frame's layers on the left less those on the right.
    pub winding: Winding,
    /// Part of the antimeridian.
    pub cut: bool,
}

/// A segment before rounding.
#[derive(Clone, Copy)]
struct Segment {
    line: Line,
    from: Pt,
    to: Pt,
    left: u32,
    right: u32,
    winding: Winding,
    cut: bool,
}

impl Segment {
    fn plain(from: Pt, to: Pt, winding: Winding, cut: bool) -> Segment {
        let line = Line::through(from, to);
        Segment {
            line,
            from,
            to,
            left: NOBODY,
            right: NOBODY,
            winding,
            cut,
        }
    }

    fn border(b: &Border) -> Segment {
        let (line, from, to) = (b.line, b.from, b.to);
        Segment {
            line,
            from,
            to,
            left: b.left,
            right: b.right,
            winding: STILL,
            cut: false,
        }
    }
}

/// The hot pixels.
struct Hot {
    points: Vec<Pt>,
    tree: Tree,
}

impl Hot {
    fn new(points: Vec<Pt>) -> Hot {
        let mut keyed: Vec<(u64, Pt)> = points.into_par_iter().map(|p| (morton(p), p)).collect();
        keyed.par_sort_unstable();
        keyed.dedup();
        let points: Vec<Pt> = keyed.into_iter().map(|(_, p)| p).collect();
        let tree = Tree::new(points.iter().map(|&p| Rect::of(p, p)).collect());
        Hot { points, tree }
    }

    /// The hot pixels that the part of `line` between the pixels `from` and `to` passes, in order,
    /// both left out.
    ///
    /// Pixels are disjoint convex sets, so along a line they come in the order of their centres,
    /// first by x, then by y. In particular a pixel that the line passes lies between those of the
    /// ends exactly if its centre is in the box of theirs.
    fn passed(&self, line: &Line, from: Pt, to: Pt, out: &mut Vec<Pt>) {
        out.clear();
        let range = Rect::of(from, to);
        if range.max[0] - range.min[0] <= 1 && range.max[1] == range.min[1] {
            return;
        }
        self.tree.visit(
            |rect| rect.meets(&range) && line.near(rect),
            |i| {
                let p = self.points[i];
                if p != from && p != to && line.enters(p) {
                    out.push(p);
                }
            },
        );
        let (sx, sy) = ((to[0] - from[0]).signum(), (to[1] - from[1]).signum());
        out.sort_unstable_by_key(|p| (sx * p[0], sy * p[1]));
    }

    /// Reroutes a segment until its pieces pass no pixel but those of their ends.
    fn route(&self, segment: &Segment) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut passed = Vec::new();
        let mut todo = vec![(segment.line, segment.from, segment.to)];
        while let Some((line, from, to)) = todo.pop() {
            self.passed(&line, from, to, &mut passed);
            let exact = Line::through(from, to);
            let straight = (line.a, line.b, line.c) == (exact.a, exact.b, exact.c);
            if passed.is_empty() && straight {
                pieces.push(piece(segment, from, to));
                continue;
            }
            // The pieces, and a border's straight replacement, are looked at again.
            let mut next = to;
            for &p in passed.iter().rev() {
                todo.push((Line::through(p, next), p, next));
                next = p;
            }
            todo.push((Line::through(from, next), from, next));
        }
        pieces
    }
}

fn piece(segment: &Segment, from: Pt, to: Pt) -> Piece {
    let Segment {
        left,
        right,
        winding,
        cut,
        ..
    } = *segment;
    if from < to {
        Piece {
            from,
            to,
            left,
            right,
            winding,
            cut,
        }
    } else {
        Piece {
            from: to,
            to: from,
            left: right,
            right: left,
            winding: winding.map(|w| -w),
            cut,
        }
    }
}

/// Where the segments of the frame and the antimeridian cross each other and the borders.
fn crossings(borders: &[Segment], frame: &[Segment]) -> Vec<Pt> {
    let rects: Vec<Rect> = frame.iter().map(|s| Rect::of(s.from, s.to)).collect();
    let tree = Tree::new(rects.clone());
    let near = |s: &Segment, found: &mut dyn FnMut(usize)| {
        // Borders are exact, their ends are rounded: a crossing may be in the pixel of an end.
        let range = Rect::of(s.from, s.to).grown(1);
        tree.visit(|rect| rect.meets(&range) && s.line.near(rect), found);
    };
    let meets = |s: &Segment, i: usize| {
        let range = Rect::of(s.from, s.to);
        s.line
            .meet(&frame[i].line)
            .filter(|&p| range.contains(p) && rects[i].contains(p))
    };
    let with_borders = borders.par_iter().flat_map_iter(|s| {
        let mut points = Vec::new();
        near(s, &mut |i| points.extend(meets(s, i)));
        points
    });
    let with_frame = frame.par_iter().enumerate().flat_map_iter(|(j, s)| {
        let mut points = Vec::new();
        near(s, &mut |i| {
            let t = &frame[i];
            let joined = [t.from, t.to]
                .iter()
                .any(|end| [s.from, s.to].contains(end));
            if i < j && !joined {
                points.extend(meets(s, i));
            }
        });
        points
    });
    with_borders.chain(with_frame).collect()
}

/// Draws borders, the two layers of the frame and the antimeridian (a vertical line at `cut`) on the
/// grid. `fixed` are points that nothing may move across. Pieces are sorted, equal ones not yet
/// merged.
pub(super) fn arrange(
    borders: &[Border],
    layers: [&[[Pt; 2]]; 2],
    cut: Option<[Pt; 2]>,
    fixed: &[Pt],
) -> Vec<Piece> {
    let borders: Vec<Segment> = borders.iter().map(Segment::border).collect();
    let mut rigid: Vec<Segment> = Vec::with_capacity(layers[0].len() + layers[1].len() + 1);
    for (layer, winding) in layers.into_iter().zip([[1, 0], [0, 1]]) {
        let plain = |&[from, to]: &[Pt; 2]| Segment::plain(from, to, winding, false);
        rigid.extend(layer.iter().map(plain));
    }
    rigid.extend(cut.map(|[from, to]| Segment::plain(from, to, STILL, true)));
    let mut hot = crossings(&borders, &rigid);
    hot.extend(borders.iter().chain(&rigid).flat_map(|s| [s.from, s.to]));
    hot.extend_from_slice(fixed);
    let hot = Hot::new(hot);
    let mut pieces: Vec<Piece> = borders
        .par_iter()
        .chain(&rigid)
        .flat_map_iter(|segment| hot.route(segment))
        .collect();
    pieces.par_sort_unstable();
    pieces
}

/// Cuts segments where they meet, on the grid: the pieces of each, `(from, to, segment)`, in its direction.
pub(super) fn noded(segments: &[[Pt; 2]]) -> Vec<(Pt, Pt, u32)> {
    let rigid: Vec<Segment> = segments
        .iter()
        .map(|&[from, to]| Segment::plain(from, to, [1, 0], false))
        .collect();
    let mut hot = crossings(&[], &rigid);
    hot.extend(segments.iter().flatten());
    let hot = Hot::new(hot);
    rigid
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, segment)| {
            let pieces = hot.route(segment).into_iter();
            pieces.map(move |p| match p.winding[0] {
                1 => (p.from, p.to, i as u32),
                _ => (p.to, p.from, i as u32),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_bent_to_the_vertices_it_passes() {
        let frame = [[[0, 0], [10, 1]], [[5, 0], [5, -9]]];
        let pieces = arrange(&[], [&frame, &[]], None, &[]);
        // (5, 1/2) belongs to the pixel of (5, 1); the segment passes that of (5, 0) too, just left
        // of there.
        let ends: Vec<[Pt; 2]> = pieces.iter().map(|p| [p.from, p.to]).collect();
        assert_eq!(
            ends,
            [[[0, 0], [5, 0]], [[5, -9], [5, 0]], [[5, 0], [10, 1]]]
        );
        assert_eq!(pieces[0].winding, [1, 0]);
        assert_eq!(pieces[1].winding, [-1, 0]);
    }

    #[test]
    fn crossings_become_vertices() {
        let frame = [[[0, 0], [9, 9]], [[0, 9], [9, 0]]];
        let pieces = arrange(&[], [&frame, &[]], None, &[]);
        assert_eq!(pieces.len(), 4);
        assert!(pieces.iter().all(|p| p.from == [5, 5] || p.to == [5, 5]));
    }
}
