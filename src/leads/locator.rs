//! Which territory a place lies in.
//!
//! The extent of all territories is a grid of cells. A cell that no border touches lies in one territory, or outside of all, and a place in it needs no more than
//! that. A cell with borders has their edges, and for each territory that these belong to whether its middle `r` lies inside. A place `p` of the cell lies inside
//! like `r` where the segment `r p` crosses an even number of edges, and unlike it where that is odd: cells are convex, so no other edge can cross it. Where a
//! segment meets a vertex, or `r` lies on an edge, all edges of the territory are asked instead (`Areas::contains`). All of it is in whole numbers, so that the
//! answer is that of `Areas::contains` everywhere, borders included.

use crate::base::areas::{Areas, GridPoint, cross, on_grid};
use crate::base::ids::RepIx;
use geo::MultiPolygon;
use rayon::prelude::*;
use std::ops::Range;

/// Cells of a grid for each edge, and the most cells.
const CELLS_PER_EDGE: usize = 8;
const MOST_CELLS: usize = 1 << 22;
/// Places that one thread looks for at a time.
const CHUNK: usize = 4096;

/// An edge of a territory.
type Edge = [GridPoint; 2];

/// Finds the territory of a place.
#[derive(Debug, Default)]
pub struct Locator {
    /// The polygons one by one, and whose they are.
    parts: Areas,
    owner: Vec<RepIx>,
    grid: Grid,
    /// Per cell whose it is, or, with [`MIXED`], which of `mixed` says more.
    cells: Vec<u32>,
    mixed: Vec<Mixed>,
    /// Parts with borders in a cell, cell by cell, those of the first reps first.
    borders: Vec<Border>,
    edges: Vec<Edge>,
}

/// Marks a cell with borders.
const MIXED: u32 = 1 << 31;
/// A cell outside of all territories.
const NOBODY: u32 = MIXED - 1;

/// A cell with borders.
#[derive(Clone, Copy, Debug)]
struct Mixed {
    /// The first rep of those in whose territories the whole of the cell lies.
    whole: RepIx,
    /// Where its entries in `borders` begin, and end.
    borders: [u32; 2],
}

/// A part whose border touches a cell.
#[derive(Clone, Copy, Debug)]
struct Border {
    part: u32,
    owner: RepIx,
    /// Whether the middle of the cell lies inside; `None` where it lies on an edge.
    inside: Option<bool>,
    /// Where its edges in `edges` begin, and end.
    edges: [u32; 2],
}

/// Cells of equal size.
#[derive(Clone, Copy, Debug, Default)]
struct Grid {
    low: [i64; 2],
    /// Width and height of a cell.
    size: [i64; 2],
    count: [usize; 2],
}

impl Grid {
    fn new([low, high]: [GridPoint; 2], edges: usize) -> Grid {
        let extent = [0, 1].map(|k| i64::from(high[k]) - i64::from(low[k]) + 1);
        let cells = (edges * CELLS_PER_EDGE).clamp(64, MOST_CELLS) as f64;
        let side = (extent[0] as f64 * extent[1] as f64 / cells).sqrt();
        let mut size = (side.ceil() as i64).max(2);
        let count = |size: i64| extent.map(|e| (e as u64).div_ceil(size as u64) as usize);
        // Land that is all length has more cells than its area says.
        while count(size).iter().product::<usize>() > 2 * MOST_CELLS {
            size *= 2;
        }
        Grid {
            low: low.map(i64::from),
            size: [size; 2],
            count: count(size),
        }
    }

    /// Column or row of a coordinate, which may be outside.
    fn at(&self, k: usize, x: i64) -> i64 {
        (x - self.low[k]).div_euclid(self.size[k])
    }

    /// The cell of a place.
    fn cell(&self, p: GridPoint) -> Option<usize> {
        let at = [0, 1].map(|k| i64::from(p[k]) - self.low[k]);
        if at[0] < 0 || at[1] < 0 || self.count[0] == 0 {
            return None;
        }
        let [column, row] = [0, 1].map(|k| (at[k] as u64 / self.size[k] as u64) as usize);
        (column < self.count[0] && row < self.count[1]).then(|| row * self.count[0] + column)
    }

    /// The middle of a cell.
    fn middle(&self, column: usize, row: usize) -> GridPoint {
        let of = |k: usize, at: usize| self.low[k] + self.size[k] * at as i64 + self.size[k] / 2;
        let within = |x: i64| x.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        [within(of(0, column)), within(of(1, row))]
    }

    /// Columns and rows that a box touches.
    fn touched(&self, [low, high]: [[i64; 2]; 2]) -> [[usize; 2]; 2] {
        let last = |k: usize| self.count[k].saturating_sub(1) as i64;
        // A place on the line between two cells belongs to the second, and touches the first.
        [0, 1].map(|k| [low[k] - 1, high[k] + 1].map(|x| self.at(k, x).clamp(0, last(k)) as usize))
    }
}

/// Where a place lies to a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Inside where the middle of the cell is (`false`: where it is not).
    Same(bool),
    /// On an edge.
    OnEdge,
    /// The way to the middle meets a vertex.
    Unclear,
}

/// Where `p` lies to the middle `r`, by the edges that the segment between them can cross.
fn side<'e>(r: GridPoint, p: GridPoint, edges: impl Iterator<Item = &'e Edge>) -> Side {
    let (mut same, mut unclear) = (true, false);
    for [a, b] in edges {
        let of_p = cross(*a, *b, p);
        let within = |k: usize| a[k].min(b[k]) <= p[k] && p[k] <= a[k].max(b[k]);
        if of_p == 0 && within(0) && within(1) {
            return Side::OnEdge;
        }
        let (of_r, of_a, of_b) = (cross(*a, *b, r), cross(r, p, *a), cross(r, p, *b));
        // Ends on the line of the segment, and an edge in it: whoever looks at all edges knows.
        unclear |= of_a == 0 || of_b == 0 || of_r == 0;
        same ^= (of_p > 0) != (of_r > 0) && (of_a > 0) != (of_b > 0);
    }
    match unclear && p != r {
        true => Side::Unclear,
        false => Side::Same(same),
    }
}

impl Locator {
    /// Of the territories of reps, by their positions.
    #[must_use]
    pub fn new(polygons: &[MultiPolygon<f64>]) -> Locator {
        let (mut parts, mut owner) = (Areas::default(), Vec::new());
        for (j, territory) in polygons.iter().enumerate() {
            for part in territory {
                parts.push(&MultiPolygon(vec![part.clone()]));
                owner.push(RepIx(j as u32));
            }
        }
        let corners = (0..parts.len()).filter_map(|part| parts.corners(part));
        let extent = corners.reduce(|a, b| {
            let of = |k: usize| [a[0][k].min(b[0][k]), a[1][k].max(b[1][k])];
            let [x, y] = [of(0), of(1)];
            [[x[0], y[0]], [x[1], y[1]]]
        });
        let Some(extent) = extent else {
            return Locator::default();
        };
        let edges = (0..parts.len()).map(|part| parts.edges(part).count()).sum();
        let grid = Grid::new(extent, edges);
        let looked: Vec<Looked> = (0..parts.len())
            .into_par_iter()
            .map(|part| Looked::new(&parts, part, &grid))
            .collect();
        let mut locator = Locator {
            cells: vec![NOBODY; grid.count[0] * grid.count[1]],
            parts,
            owner,
            grid,
            ..Locator::default()
        };
        locator.gather(&looked);
        locator
    }

    /// Puts what was found of all parts together, cell by cell.
    fn gather(&mut self, looked: &[Looked]) {
        // Parts are in the order of their reps: the first one that has a cell keeps it.
        for (part, found) in looked.iter().enumerate() {
            for cell in &found.whole {
                let cell = &mut self.cells[*cell as usize];
                *cell = (*cell).min(self.owner[part].0);
            }
        }
        let mut touched: Vec<(u32, u32, u32)> = Vec::new();
        for (part, found) in looked.iter().enumerate() {
            let cells = found.touched.iter().enumerate();
            touched.extend(cells.map(|(at, t)| (t.cell, part as u32, at as u32)));
        }
        touched.sort_unstable();
        for of_cell in touched.chunk_by(|a, b| a.0 == b.0) {
            let begin = self.borders.len() as u32;
            for (_, part, at) in of_cell {
                let found = &looked[*part as usize];
                let at = *at as usize;
                let first = self.edges.len() as u32;
                self.edges.extend_from_slice(found.edges_of(at));
                self.borders.push(Border {
                    part: *part,
                    owner: self.owner[*part as usize],
                    inside: found.touched[at].inside,
                    edges: [first, self.edges.len() as u32],
                });
            }
            let cell = &mut self.cells[of_cell[0].0 as usize];
            let whole = match *cell {
                NOBODY => RepIx::NONE,
                rep => RepIx(rep),
            };
            *cell = MIXED | self.mixed.len() as u32;
            self.mixed.push(Mixed {
                whole,
                borders: [begin, self.borders.len() as u32],
            });
        }
    }

    /// The territory of a place; on a border, that of the first rep.
    #[must_use]
    pub fn find(&self, lon: f64, lat: f64) -> RepIx {
        let p = on_grid(lon, lat);
        let Some(at) = self.grid.cell(p) else {
            return RepIx::NONE;
        };
        match self.cells[at] {
            NOBODY => RepIx::NONE,
            mixed if mixed & MIXED != 0 => {
                let middle = || {
                    let width = self.grid.count[0];
                    self.grid.middle(at % width, at / width)
                };
                self.among(p, middle(), self.mixed[(mixed ^ MIXED) as usize])
            }
            rep => RepIx(rep),
        }
    }

    /// The territory of a place in a cell with borders.
    fn among(&self, p: GridPoint, middle: GridPoint, mixed: Mixed) -> RepIx {
        let [begin, end] = mixed.borders.map(|at| at as usize);
        let first = self.borders[begin..end].iter().find(|border| {
            if border.owner >= mixed.whole {
                return true;
            }
            let [first, last] = border.edges.map(|at| at as usize);
            let edges = &self.edges[first..last];
            let side = border
                .inside
                .map_or(Side::Unclear, |_| side(middle, p, edges.iter()));
            match side {
                Side::OnEdge => true,
                Side::Same(same) => border.inside == Some(same),
                Side::Unclear => self.parts.contains(border.part as usize, p),
            }
        });
        first.map_or(mixed.whole, |border| border.owner.min(mixed.whole))
    }

    /// The territories of many places, in their order.
    #[must_use]
    pub fn find_all(&self, lon: &[f64], lat: &[f64]) -> Vec<RepIx> {
        let places = lon.par_iter().zip(lat).with_min_len(CHUNK);
        places.map(|(lon, lat)| self.find(*lon, *lat)).collect()
    }

    /// As [`Locator::find`], by all edges of all territories.
    #[must_use]
    pub fn find_slowly(&self, lon: f64, lat: f64) -> RepIx {
        let p = on_grid(lon, lat);
        let inside = |part: &usize| self.parts.contains(*part, p);
        let all = (0..self.parts.len()).filter(inside);
        all.map(|part| self.owner[part])
            .min()
            .unwrap_or(RepIx::NONE)
    }
}

/// A cell that the border of a part touches.
#[derive(Clone, Copy, Debug)]
struct Touched {
    cell: u32,
    /// Whether its middle lies inside; `None` where it lies on an edge.
    inside: Option<bool>,
    /// Where its edges begin.
    first: u32,
}

/// The cells of one part.
#[derive(Debug, Default)]
struct Looked {
    /// Cells in their order, with their edges one after the other, and the numbers of these.
    touched: Vec<Touched>,
    edges: Vec<Edge>,
    numbers: Vec<u32>,
    /// Cells that lie in it as a whole.
    whole: Vec<u32>,
}

impl Looked {
    fn new(parts: &Areas, part: usize, grid: &Grid) -> Looked {
        let Some(corners) = parts.corners(part) else {
            return Looked::default();
        };
        let mut by_cell: Vec<(u32, u32, Edge)> = Vec::new();
        for (number, edge) in (0..).zip(parts.edges(part)) {
            each_cell(grid, edge, |cell| by_cell.push((cell, number, edge)));
        }
        by_cell.sort_unstable();
        let mut looked = Looked::default();
        for of_cell in by_cell.chunk_by(|a, b| a.0 == b.0) {
            looked.touched.push(Touched {
                cell: of_cell[0].0,
                inside: None,
                first: looked.edges.len() as u32,
            });
            looked.edges.extend(of_cell.iter().map(|(.., edge)| *edge));
            looked.numbers.extend(of_cell.iter().map(|(_, n, _)| *n));
        }
        looked.fill(parts, part, grid, corners.map(|c| c.map(i64::from)));
        looked
    }

    /// Where the edges of a touched cell are.
    fn range_of(&self, at: usize) -> Range<usize> {
        let end = self.touched.get(at + 1);
        let end = end.map_or(self.edges.len(), |next| next.first as usize);
        self.touched[at].first as usize..end
    }

    /// The edges of a touched cell.
    fn edges_of(&self, at: usize) -> &[Edge] {
        &self.edges[self.range_of(at)]
    }

    /// The edges of two cells side by side, each once.
    fn edges_of_both(&self, cells: [Option<usize>; 2]) -> Vec<&Edge> {
        let ranges = cells.into_iter().flatten().map(|at| self.range_of(at));
        let mut all: Vec<usize> = ranges.flatten().collect();
        all.sort_unstable_by_key(|at| self.numbers[*at]);
        all.dedup_by_key(|at| self.numbers[*at]);
        all.into_iter().map(|at| &self.edges[at]).collect()
    }

    /// Goes along each row of cells, and finds out which middles lie inside.
    fn fill(&mut self, parts: &Areas, part: usize, grid: &Grid, corners: [[i64; 2]; 2]) {
        let [columns, rows] = grid.touched(corners);
        let mut next = 0;
        for row in rows[0]..=rows[1] {
            // What the middle of the last cell is, and its edges; before the first one all is outside.
            let (mut inside, mut before): (Option<bool>, Option<usize>) = (None, None);
            for column in columns[0]..=columns[1] {
                let cell = (row * grid.count[0] + column) as u32;
                let touched =
                    (self.touched.get(next).is_some_and(|t| t.cell == cell)).then_some(next);
                next += usize::from(touched.is_some());
                let middle = grid.middle(column, row);
                let here = match inside.filter(|_| column > columns[0]) {
                    Some(last) => {
                        let from = grid.middle(column - 1, row);
                        let edges = self.edges_of_both([before, touched]);
                        match side(from, middle, edges.into_iter()) {
                            Side::Same(same) => Some(last == same),
                            Side::OnEdge => None,
                            Side::Unclear => Some(parts.contains(part, middle)),
                        }
                    }
                    None => {
                        let on_edge = touched.is_some_and(|at| {
                            side(middle, middle, self.edges_of(at).iter()) == Side::OnEdge
                        });
                        (!on_edge).then(|| parts.contains(part, middle))
                    }
                };
                match touched {
                    Some(at) => self.touched[at].inside = here,
                    None if here == Some(true) => self.whole.push(cell),
                    None => {}
                }
                (inside, before) = (here, touched);
            }
        }
    }
}

/// The cells that an edge touches, and maybe some beside them.
fn each_cell(grid: &Grid, [a, b]: Edge, mut visit: impl FnMut(u32)) {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    let [x, y] = [0, 1].map(|k| [a[k].min(b[k]), a[k].max(b[k])].map(i64::from));
    let [_, rows] = grid.touched([[x[0], y[0]], [x[1], y[1]]]);
    let [rise, run] = [1, 0].map(|k| i64::from(high[k]) - i64::from(low[k]));
    for row in rows[0]..=rows[1] {
        // As far as it lies in the row, and a bit more: doubles are off by less than 2.
        let bottom = grid.low[1] + grid.size[1] * row as i64;
        let at = |y: i64| {
            let up = (y - i64::from(low[1])).clamp(0, rise) as f64 / rise.max(1) as f64;
            i64::from(low[0]) + (up * run as f64).round() as i64
        };
        let [from, to] = match rise {
            0 => x,
            _ => {
                let ends = [at(bottom - 1), at(bottom + grid.size[1] + 1)];
                [ends[0].min(ends[1]) - 2, ends[0].max(ends[1]) + 2]
            }
        };
        let box_of_row = [[from.max(x[0]), y[0]], [to.min(x[1]), y[1]]];
        let [columns, _] = grid.touched(box_of_row);
        (columns[0]..=columns[1]).for_each(|column| visit((row * grid.count[0] + column) as u32));
    }
}

#[cfg(test)]
mod tests;
