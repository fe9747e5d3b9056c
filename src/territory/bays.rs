//! Cells that the rim of the land cuts into parts.
//!
//! What is drawn of a cell is its land. Across a bay or a channel it may be a second part, without the site; who borders on that part
//! only is no neighbour of the site. A cell is convex, so its parts can be told from its border:
//!
//! - The rim cuts the border into stretches of land and of sea. Within the cell the rim is chains of segments, from cut to cut, or
//!   closed.
//! - A stretch of land and the chains at its ends bound the same part, and a chain bounds one part. So parts are what is left of
//!   stretches and chains when all that meet are joined.
//! - The site's part is the one of the first chain on a straight way from the site to the border, or of the stretch where it ends. A
//!   closed chain is a lake in it, and the way goes on behind; or it is the shore of an island, all of whose neighbours are across the sea.

use super::delaunay::Mesh;
use super::grid::{Pt, Rect, cross};
use super::tree::Tree;
use crate::base::sets::Sets;
use std::collections::HashMap;

/// Where the rim cuts a border: 0 to 1 along it, and by which segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    pub t: f64,
    pub segment: u32,
}

/// A part of a border between two cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Land,
    Sea,
    /// Too short to tell.
    Corner,
}

/// The rim of the land, and a tree of its segments' boxes.
pub(super) struct Rim<'a> {
    pub segments: &'a [[Pt; 2]],
    pub tree: &'a Tree,
}

/// A link of a cell: its index, the ends of the border, and where the rim cuts it, in that order.
pub(super) struct Side<'a> {
    pub link: u32,
    pub ends: [Pt; 2],
    pub cuts: &'a [Cut],
    /// One more than cuts.
    pub stretches: Vec<Stretch>,
}

/// Per side, whether each stretch bounds the part of the cell that the site stands in; `None` where that cannot be told.
pub(super) fn own(
    mesh: &Mesh,
    place: u32,
    sides: &mut [Side<'_>],
    rim: &Rim<'_>,
    covers: impl Fn(Pt) -> bool,
) -> Option<Vec<(u32, Vec<bool>)>> {
    let site = mesh.at[place as usize];
    if !covers(site) {
        return None;
    }
    sides.sort_by(|a, b| angle(site, a.ends).total_cmp(&angle(site, b.ends)));
    let mut parts = Parts::new(sides, rim);
    parts.join_border(site, sides);
    parts.join_chains(sides, rim);
    let mine = parts.of_site(site, sides, rim, covers);
    let told = sides.iter().zip(&parts.first).map(|(side, first)| {
        let is_mine = |s: usize| mine.is_some_and(|m| parts.sets.root((first + s) as u32) == m);
        (side.link, (0..side.stretches.len()).map(is_mine).collect())
    });
    Some(told.collect())
}

/// The direction of the middle of a border from the site.
fn angle(site: Pt, [a, b]: [Pt; 2]) -> f64 {
    let middle = [0, 1].map(|k| ((a[k] - site[k]) + (b[k] - site[k])) as f64);
    middle[1].atan2(middle[0])
}

/// Whether a border runs counter-clockwise round the site.
fn forward(site: Pt, [a, b]: [Pt; 2]) -> bool {
    cross(site, a, b) > 0
}

/// Stretches, numbered from `first` of each side, and segments of the rim after them.
struct Parts {
    sets: Sets,
    first: Vec<usize>,
    segments: Vec<u32>,
    of_segment: HashMap<u32, u32>,
}

impl Parts {
    fn new(sides: &[Side<'_>], rim: &Rim<'_>) -> Parts {
        let mut cell = Rect::EMPTY;
        sides.iter().flat_map(|s| s.ends).for_each(|p| cell.add(p));
        let mut segments = Vec::new();
        rim.tree
            .visit(|rect| rect.meets(&cell), |s| segments.push(s as u32));
        segments.sort_unstable();
        let mut count = 0;
        let first = sides.iter().map(|side| {
            count += side.stretches.len();
            count - side.stretches.len()
        });
        let first = first.collect();
        let of_segment = segments.iter().zip(count as u32..);
        Parts {
            sets: Sets::new(count + segments.len()),
            first,
            of_segment: of_segment.map(|(s, at)| (*s, at)).collect(),
            segments,
        }
    }

    /// Joins stretches of land with the chains that end them, and what meets in the corners of the cell.
    fn join_border(&mut self, site: Pt, sides: &[Side<'_>]) {
        for (side, first) in sides.iter().zip(self.first.clone()) {
            for (c, cut) in side.cuts.iter().enumerate() {
                let Some(&chain) = self.of_segment.get(&cut.segment) else {
                    continue;
                };
                for s in [c, c + 1] {
                    if side.stretches[s] != Stretch::Sea {
                        self.sets.join((first + s) as u32, chain);
                    }
                }
            }
        }
        for (at, side) in sides.iter().enumerate() {
            let next = (at + 1) % sides.len();
            let last = self.first[at] + usize::from(forward(site, side.ends)) * side.cuts.len();
            let begins = usize::from(!forward(site, sides[next].ends)) * sides[next].cuts.len();
            self.sets
                .join(last as u32, (self.first[next] + begins) as u32);
        }
    }

    /// Joins segments that meet within the cell.
    fn join_chains(&mut self, sides: &[Side<'_>], rim: &Rim<'_>) {
        // By a ray to the east: the shortest sides are rounded to any direction, and the cell is not quite convex.
        let crossed = |p: Pt, [a, b]: [Pt; 2]| {
            let [low, high] = if a[1] <= b[1] { [a, b] } else { [b, a] };
            low[1] <= p[1] && p[1] < high[1] && cross(low, high, p) > 0
        };
        let inside = |p: Pt| sides.iter().filter(|s| crossed(p, s.ends)).count() % 2 == 1;
        let mut at: HashMap<Pt, u32> = HashMap::new();
        for s in &self.segments {
            for p in rim.segments[*s as usize] {
                if inside(p) {
                    let own = self.of_segment[s];
                    let first = *at.entry(p).or_insert(own);
                    self.sets.join(first, own);
                }
            }
        }
    }

    /// The part that the site stands in; `None` on an island within its cell.
    fn of_site(
        &mut self,
        site: Pt,
        sides: &[Side<'_>],
        rim: &Rim<'_>,
        covers: impl Fn(Pt) -> bool,
    ) -> Option<u32> {
        let length = |[a, b]: [Pt; 2]| ((a[0] - b[0]) as f64).hypot((a[1] - b[1]) as f64);
        let longest =
            |a: &usize, b: &usize| length(sides[*a].ends).total_cmp(&length(sides[*b].ends));
        let side = (0..sides.len()).max_by(longest)?;
        let [a, b] = sides[side].ends;
        let target = [0, 1].map(|k| i64::midpoint(a[k], b[k]));
        let way = [0, 1].map(|k| (target[k] - site[k]) as f64);
        let mut cuts: Vec<(f64, u32)> = Vec::new();
        for s in &self.segments {
            let mut found = Vec::new();
            crossings(site, way, rim.segments[*s as usize], &mut found);
            cuts.extend(found.into_iter().map(|t| (t, self.of_segment[s])));
        }
        cuts.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let borders: Vec<u32> = (0..self.first.last()? + sides.last()?.stretches.len())
            .map(|s| self.sets.root(s as u32))
            .collect();
        let mut next = 0;
        while let Some((_, chain)) = cuts.get(next) {
            let chain = self.sets.root(*chain);
            if borders.contains(&chain) {
                return Some(chain);
            }
            // Closed: a lake to be passed, or the shore of an island.
            let last = cuts
                .iter()
                .rposition(|(_, c)| self.sets.root(*c) == chain)?;
            let end = cuts.get(last + 1).map_or(1.0, |c| c.0);
            let middle = 0.5 * (cuts[last].0 + end);
            if !covers([0, 1].map(|k| site[k] + (middle * way[k]).round() as i64)) {
                return None;
            }
            next = last + 1;
        }
        let half = sides[side].cuts.iter().filter(|c| c.t < 0.5).count();
        Some(self.sets.root((self.first[side] + half) as u32))
    }
}

/// Where the segment from `from` along `d` meets another one, 0 to 1: the ends of the other where they run along each other.
pub(super) fn crossings(from: Pt, d: [f64; 2], [a, b]: [Pt; 2], cuts: &mut Vec<f64>) {
    let a_ = [0, 1].map(|k| (a[k] - from[k]) as f64);
    let e = [0, 1].map(|k| (b[k] - a[k]) as f64);
    let den = d[0] * e[1] - d[1] * e[0];
    if den == 0.0 {
        if a_[0] * d[1] != a_[1] * d[0] {
            return;
        }
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
