//! Which cells are next to each other on the map that is drawn.
//!
//! A Delaunay edge stands for the common border of two Voronoi cells, the segment between two circumcentres. Where all of it lies
//! outside the boundary, out of reach, or in a bay that the outline leaves open, the map shows no common border, and the cells
//! are no neighbours; nor are cells that touch in a corner.
//!
//! A cell that the rim of the land cuts into parts (`bays`) is its site's part only: who borders on another one is no neighbour.
//!
//! Most circumcentres lie far from the rim of the land. A raster tells: cells of it that no segment of the rim passes are land or
//! sea as a whole. Only the borders near the rim are cut by it, one by one.

use super::bays::{self, Cut, Rim, Side, Stretch, crossings};
use super::delaunay::{Link, Mesh};
use super::frame::{Frame, FrameIndex};
use super::grid::{Pt, Rect};
use super::tree::Tree;
use rayon::prelude::*;
use std::collections::HashMap;

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
    /// How many cells at the rim lie before each column and row, in a table with one more of both.
    rims: Vec<u32>,
}

/// The pairs of places whose cells have a common border on the map.
pub(super) fn pairs(mesh: &Mesh, frame: &Frame) -> Vec<(u32, u32)> {
    let land = Land::new(frame);
    let centres = mesh.centres();
    let ends = |link: &Link| link.faces.map(|f| centres[f as usize]);
    let passed = passed(mesh, &land, &centres);
    let is_passed = |link: &Link| link.ends.iter().any(|v| passed[*v as usize]);
    let cut = |(l, link): (usize, &Link)| {
        let [from, to] = ends(link);
        let wanted = from != to && is_passed(link) && land.is_near(from, to);
        wanted.then(|| (l as u32, land.cuts(from, to)))
    };
    let links = mesh.links.par_iter().enumerate();
    let cuts: HashMap<u32, Vec<Cut>> = links.filter_map(cut).collect();
    let own = own(mesh, &land, &centres, (&passed, &cuts));
    let next = |(l, link): &(usize, &Link)| {
        let [from, to] = ends(link);
        // Far apart as numbers, near the cut of a world map in truth: the border may lie on it.
        let copy = link.ends.iter().any(|v| !mesh.is_place(*v));
        if from == to || copy {
            return from != to;
        }
        // Most borders are far from the rim.
        if !is_passed(link) {
            return land.whole(from, to) == Stretch::Land;
        }
        let l = *l as u32;
        let cuts = cuts.get(&l).map_or(&[][..], Vec::as_slice);
        let own = link.ends.map(|v| own.get(&(v, l)));
        (land.stretches(from, to, cuts).iter().enumerate())
            .any(|(s, stretch)| *stretch == Stretch::Land && own.iter().flatten().all(|own| own[s]))
    };
    let joined = mesh.links.par_iter().enumerate();
    let joined = joined.filter(|(_, link)| mesh.places_of(link).is_some());
    joined
        .filter(next)
        .filter_map(|(_, link)| mesh.places_of(link).map(|[p, q]| (p, q)))
        .collect()
}

/// Of each vertex, whether it is a place whose cell the rim may pass.
fn passed(mesh: &Mesh, land: &Land<'_>, centres: &[Pt]) -> Vec<bool> {
    let mut cells = vec![Rect::EMPTY; mesh.at.len()];
    for link in &mesh.links {
        for v in link.ends {
            (link.faces.iter()).for_each(|f| cells[v as usize].add(centres[*f as usize]));
        }
    }
    let is_passed = |(v, cell): (usize, &Rect)| {
        let rim = |tree: &Tree| tree.any(|rect| rect.meets(cell), |_| true);
        mesh.is_place(v as u32)
            && land.is_near(cell.min, cell.max)
            && land.layers.iter().any(|(_, _, tree)| rim(tree))
    };
    cells.par_iter().enumerate().map(is_passed).collect()
}

/// Of the cells that the rim may pass: by place and link, which stretches are with the site.
fn own(
    mesh: &Mesh,
    land: &Land<'_>,
    centres: &[Pt],
    (passed, cuts): (&[bool], &HashMap<u32, Vec<Cut>>),
) -> HashMap<(u32, u32), Vec<bool>> {
    // The land within reach has a rim of its own: there the parts of a cell are not told apart.
    let [(segments, _, tree)] = &land.layers[..] else {
        return HashMap::new();
    };
    let rim = Rim { segments, tree };
    let mut links: HashMap<u32, Vec<u32>> = HashMap::new();
    for (l, link) in mesh.links.iter().enumerate() {
        for v in link.ends.iter().filter(|v| passed[**v as usize]) {
            links.entry(*v).or_default().push(l as u32);
        }
    }
    let told = |(place, links): (&u32, &Vec<u32>)| {
        let mut sides: Vec<Side<'_>> = (links.iter())
            .map(|l| {
                let ends = mesh.links[*l as usize].faces.map(|f| centres[f as usize]);
                let cuts = cuts.get(l).map_or(&[][..], Vec::as_slice);
                Side {
                    link: *l,
                    ends,
                    cuts,
                    stretches: land.stretches(ends[0], ends[1], cuts),
                }
            })
            .filter(|side| side.ends[0] != side.ends[1])
            .collect();
        let own = bays::own(mesh, *place, &mut sides, &rim, |p| land.covers(p))?;
        Some(own.into_iter().map(|(l, own)| ((*place, l), own)).collect())
    };
    let told: Vec<Vec<_>> = links.par_iter().filter_map(told).collect();
    told.into_iter().flatten().collect()
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
            rims: vec![0; ((SIDE + 1) * (SIDE + 1)) as usize],
        };
        land.mark();
        land.count_rims();
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

    fn count_rims(&mut self) {
        let side = SIDE as usize;
        for y in 0..side {
            let mut row = 0;
            for x in 0..side {
                row += u32::from(self.raster[y * side + x] == Cell::Rim);
                self.rims[(y + 1) * (side + 1) + x + 1] = self.rims[y * (side + 1) + x + 1] + row;
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

    /// Whether the rim may cut a border.
    fn is_near(&self, from: Pt, to: Pt) -> bool {
        let along = Rect::of(from, to);
        if !along.meets(&self.rect) {
            return false;
        }
        let at = |p: Pt, k: usize| (p[k] - self.rect.min[k]).div_euclid(self.step[k]);
        let [low, high] =
            [along.min, along.max].map(|p| [0, 1].map(|k| at(p, k).clamp(0, SIDE - 1)));
        let upto = |x: i64, y: i64| self.rims[(y * (SIDE + 1) + x) as usize];
        upto(high[0] + 1, high[1] + 1) + upto(low[0], low[1])
            > upto(low[0], high[1] + 1) + upto(high[0] + 1, low[1])
    }

    /// Where the rim cuts a border, in order.
    fn cuts(&self, from: Pt, to: Pt) -> Vec<Cut> {
        let along = Rect::of(from, to);
        let d = [0, 1].map(|k| (to[k] - from[k]) as f64);
        let mut cuts = Vec::new();
        for (segments, _, tree) in &self.layers {
            tree.visit(
                |rect| rect.meets(&along),
                |s| {
                    let mut found = Vec::new();
                    crossings(from, d, segments[s], &mut found);
                    let segment = s as u32;
                    cuts.extend(found.into_iter().map(|t| Cut { t, segment }));
                },
            );
        }
        cuts.sort_unstable_by(|a, b| a.t.total_cmp(&b.t).then(a.segment.cmp(&b.segment)));
        cuts
    }

    /// What a border is that the rim does not cut.
    fn whole(&self, from: Pt, to: Pt) -> Stretch {
        if self.is_near(from, to) {
            return self.kind(from, to, [0.0, 1.0]);
        }
        let known = |p: Pt| self.cell(p).map_or(Cell::Sea, |c| self.raster[c]);
        match [from, to].map(known).contains(&Cell::Land) {
            true => Stretch::Land,
            false => Stretch::Sea,
        }
    }

    /// What a part of a border is that the rim does not cut, 0 to 1 along it.
    fn kind(&self, from: Pt, to: Pt, [begin, end]: [f64; 2]) -> Stretch {
        let d = [0, 1].map(|k| (to[k] - from[k]) as f64);
        let middle = 0.5 * (begin + end);
        if (end - begin) * d[0].hypot(d[1]) < LEAST {
            Stretch::Corner
        } else if self.covers([0, 1].map(|k| from[k] + (middle * d[k]).round() as i64)) {
            Stretch::Land
        } else {
            Stretch::Sea
        }
    }

    /// What lies between the cuts of a border: one more than there are cuts.
    fn stretches(&self, from: Pt, to: Pt, cuts: &[Cut]) -> Vec<Stretch> {
        if cuts.is_empty() {
            return vec![self.whole(from, to)];
        }
        let ts = cuts.iter().map(|c| c.t);
        let ends: Vec<f64> = std::iter::once(0.0).chain(ts).chain([1.0]).collect();
        let between = ends.windows(2);
        between.map(|w| self.kind(from, to, [w[0], w[1]])).collect()
    }
}
