//! Which face of the drawing is whose.
//!
//! Pieces that rounding has laid on top of each other become one edge: going across it from right to
//! left crosses them all, so the steps of their winding numbers add up, and of their owners all but
//! the first and the last cancel. This is exact whatever has collapsed in between.

use super::TerritoryError;
use super::delaunay::NOBODY;
use super::graph::Graph;
use super::grid::{Pt, Rect, cross};
use super::slabs::{Slabs, Way};
use super::snap::{self, Piece, STILL, Winding};

/// "Not on the map".
pub(super) const OUTSIDE: u32 = u32::MAX - 1;

/// Merges sorted pieces with the same ends, and drops those where nothing changes.
pub(super) fn merged(pieces: &[Piece]) -> Result<Vec<Piece>, TerritoryError> {
    let mut edges = Vec::with_capacity(pieces.len());
    for run in pieces.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
        let mut edge = run[0];
        if run.len() > 1 {
            edge.winding = run.iter().fold(STILL, |sum, p| added(sum, p.winding, 1));
            edge.cut = run.iter().any(|p| p.cut);
            let mut left: Vec<u32> = run.iter().map(|p| p.left).collect();
            let mut right: Vec<u32> = run.iter().map(|p| p.right).collect();
            cancel(&mut left, &mut right);
            (edge.left, edge.right) = match (left.as_slice(), right.as_slice()) {
                ([], []) => (NOBODY, NOBODY),
                ([l], [r]) => (*l, *r),
                _ => return Err(broken("borders do not add up", edge.from)),
            };
        }
        if edge.winding != STILL || edge.left != edge.right || edge.cut {
            edges.push(edge);
        }
    }
    Ok(edges)
}

/// `sum + times * step`.
fn added(sum: Winding, step: Winding, times: i32) -> Winding {
    [sum[0] + times * step[0], sum[1] + times * step[1]]
}

/// The outline of the union of shapes given by their directed segments: pieces that meet in common
/// ends only, with the inside on their left.
pub(super) fn union(segments: &[[Pt; 2]]) -> Result<Vec<[Pt; 2]>, TerritoryError> {
    let edges = merged(&snap::arrange(&[], [segments, &[]], None, &[]))?;
    let ends: Vec<[Pt; 2]> = edges.iter().map(|e| [e.from, e.to]).collect();
    let graph = Graph::new(&ends);
    let winding = windings(&edges, &graph);
    let inside = |h: usize| winding[graph.cycle[h] as usize][0] > 0;
    let outline = |(e, &[from, to]): (usize, &[Pt; 2])| match (inside(2 * e), inside(2 * e + 1)) {
        (true, false) => Some([from, to]),
        (false, true) => Some([to, from]),
        _ => None,
    };
    Ok(ends.iter().enumerate().filter_map(outline).collect())
}

/// An internal error: a promise of the method that did not hold.
pub(super) fn broken(what: &str, at: Pt) -> TerritoryError {
    TerritoryError(format!(
        "internal error in the drawing: {what} at grid point {at:?}; please report this"
    ))
}

/// Takes out what both lists have, and [`NOBODY`].
fn cancel(left: &mut Vec<u32>, right: &mut Vec<u32>) {
    left.retain(|&owner| owner != NOBODY);
    right.retain(|&owner| owner != NOBODY);
    left.retain(|owner| match right.iter().position(|r| r == owner) {
        Some(k) => {
            right.swap_remove(k);
            false
        }
        None => true,
    });
}

/// The drawing with a label for each cycle.
pub(super) struct Labelled {
    pub edges: Vec<Piece>,
    pub graph: Graph,
    /// The owner of the face of each cycle, [`OUTSIDE`] off the map.
    pub label: Vec<u32>,
    /// Twice the area of the map.
    pub area2: i128,
}

impl Labelled {
    /// Labels the faces: the map is what the boundary or outline surrounds, and with `limited` only
    /// the part of it within reach. `anyone` says who owns the site nearest to a point, needed where
    /// no border is in sight.
    pub(super) fn new(
        edges: Vec<Piece>,
        rect: &Rect,
        limited: bool,
        anyone: impl Fn(Pt) -> Option<u32>,
    ) -> Result<Labelled, TerritoryError> {
        let ends: Vec<[Pt; 2]> = edges.iter().map(|e| [e.from, e.to]).collect();
        let graph = Graph::new(&ends);
        let winding = windings(&edges, &graph);
        let on_map = |w: Winding| w[0] > 0 && (!limited || w[1] > 0);
        let (mut area2, mut positive, mut negative) = (0, 0, 0);
        for (cycle, &w) in winding.iter().enumerate() {
            let area = graph.area2(cycle as u32);
            match w[0].signum() {
                1 => positive += area,
                -1 => negative += area,
                _ => {}
            }
            if on_map(w) {
                area2 += area;
            }
        }
        if positive <= 0 && negative == 0 {
            return Err(TerritoryError("the boundary has no area".into()));
        }
        // A millionth: what sloppy digitising leaves. More is a ring in the form of an eight.
        if negative * 1_000_000 > positive {
            return Err(TerritoryError(
                "the boundary crosses itself: part of it is inside out; repair it first".into(),
            ));
        }
        let mut sight = Sight::new(&edges, rect);
        let mut label = vec![OUTSIDE; graph.cycles.len()];
        for (cycle, slot) in label.iter_mut().enumerate() {
            if on_map(winding[cycle]) {
                let owner = beside(&edges, &graph, cycle as u32);
                let v = graph.at[graph.origin[graph.cycles[cycle] as usize] as usize];
                *slot = owner
                    .or_else(|| sight.owner(&edges, v))
                    .or_else(|| sight.everywhere(rect, &anyone))
                    .or_else(|| anyone(v))
                    .ok_or_else(|| TerritoryError("there is no site to own the map".into()))?;
            }
        }
        Ok(Labelled {
            edges,
            graph,
            label,
            area2,
        })
    }

    /// The label on the left of a half-edge.
    pub(super) fn left(&self, h: u32) -> u32 {
        self.label[self.graph.cycle[h as usize] as usize]
    }

    /// Whether a face of `owner` reaches the point; `None` when no edge ends there.
    pub(super) fn touches(&self, p: Pt, owner: u32) -> Option<bool> {
        let v = self.graph.at.binary_search(&p).ok()? as u32;
        Some(self.graph.leaving(v).iter().any(|&h| self.left(h) == owner))
    }
}

/// Tells whose face a point lies in that is no vertex. Its index is built when first asked.
#[derive(Default)]
pub(super) struct Locator {
    slabs: Option<Slabs>,
}

impl Locator {
    pub(super) fn label(&mut self, labelled: &Labelled, p: Pt) -> u32 {
        let edges = &labelled.edges;
        let slabs = self
            .slabs
            .get_or_insert_with(|| Slabs::new(edges.iter().map(|e| [e.from, e.to]), 0));
        match slabs.first(p, Way::Left) {
            // The half-edge with the ray on its left runs down.
            Some(e) if edges[e].to[1] < edges[e].from[1] => labelled.left(2 * e as u32),
            Some(e) => labelled.left(2 * e as u32 + 1),
            None => OUTSIDE,
        }
    }
}

/// The winding numbers of each cycle: outside a component from the frame edges west of it, inside
/// it by the steps of its edges.
fn windings(edges: &[Piece], graph: &Graph) -> Vec<Winding> {
    let frame: Vec<usize> = (0..edges.len())
        .filter(|&e| edges[e].winding != STILL)
        .collect();
    let slabs = Slabs::new(frame.iter().map(|&e| [edges[e].from, edges[e].to]), 0);
    let mut winding: Vec<Option<Winding>> = vec![None; graph.cycles.len()];
    let mut todo = Vec::new();
    for (v, round) in graph.components() {
        let mut sum = STILL;
        slabs.left_of(graph.at[v as usize], |i| {
            // Crossing an upward edge eastwards leads from its left to its right.
            let edge = &edges[frame[i]];
            let times = if edge.to[1] > edge.from[1] { -1 } else { 1 };
            sum = added(sum, edge.winding, times);
        });
        winding[round as usize] = Some(sum);
        todo.push((round, sum));
        while let Some((cycle, here)) = todo.pop() {
            graph.walk(cycle, |h| {
                let other = graph.cycle[(h ^ 1) as usize];
                if winding[other as usize].is_none() {
                    // From the left of a half-edge to its right.
                    let times = if h.is_multiple_of(2) { -1 } else { 1 };
                    let there = added(here, edges[h as usize / 2].winding, times);
                    winding[other as usize] = Some(there);
                    todo.push((other, there));
                }
            });
        }
    }
    winding.into_iter().map(|w| w.unwrap_or(STILL)).collect()
}

/// The owner of a cycle's face, from the first border met turning from the face round one of its
/// vertices.
fn beside(edges: &[Piece], graph: &Graph, cycle: u32) -> Option<u32> {
    let mut owner = None;
    let first = graph.cycles[cycle as usize];
    let mut h = first;
    while owner.is_none() {
        // The face is on the left of h, so counter-clockwise from h; the face right of the first
        // border out of the vertex is the same as far as owners go.
        let mut border = graph.turned(h);
        while border != h && edges[border as usize / 2].left == NOBODY {
            border = graph.turned(border);
        }
        let edge = &edges[border as usize / 2];
        if edge.left != NOBODY {
            owner = Some(if border.is_multiple_of(2) {
                edge.right
            } else {
                edge.left
            });
        }
        h = graph.next(h);
        if h == first {
            break;
        }
    }
    owner
}

/// Borders seen from afar.
struct Sight {
    /// The edges that are borders.
    borders: Vec<usize>,
    rows: Slabs,
    /// The borders with x and y exchanged: rays up and down.
    columns: Slabs,
    rect: Rect,
    all: Option<Option<u32>>,
}

impl Sight {
    fn new(edges: &[Piece], rect: &Rect) -> Sight {
        let borders: Vec<usize> = (0..edges.len())
            .filter(|&e| edges[e].left != NOBODY)
            .collect();
        let ends = || borders.iter().map(|&e| [edges[e].from, edges[e].to]);
        let rows = Slabs::new(ends(), 0);
        let columns = Slabs::new(ends().map(|s| s.map(|[x, y]| [y, x])), 0);
        Sight {
            borders,
            rows,
            columns,
            rect: *rect,
            all: None,
        }
    }

    /// The owner at a point that no border touches: the near side of the first border to its west
    /// or east; else of the first one south or north of the western end of its row, which no
    /// border crosses. Borders are looked for on the map's box only: beyond it, not all are drawn.
    ///
    /// A row runs infinitely little above its point, so a level border at the height of the point is
    /// south of the row, not on it.
    fn owner(&self, edges: &[Piece], p: Pt) -> Option<u32> {
        let hit = |slabs: &Slabs, p: Pt, way, end: i64| {
            let i = slabs.first_right_of(p, way)?;
            let [low, high] = slabs.segment(i as u32);
            let beyond = cross(low, high, [end, p[1]]);
            let within = if way == Way::Left {
                beyond >= 0
            } else {
                beyond <= 0
            };
            within.then(|| &edges[self.borders[i]])
        };
        // Pieces run to the east, or straight up. East of a piece is its right if it runs up.
        let rises = |edge: &Piece| edge.to[1] > edge.from[1];
        let (low, high) = (self.rect.min, self.rect.max);
        if let Some(edge) = hit(&self.rows, p, Way::Left, low[0]) {
            return Some(if rises(edge) { edge.right } else { edge.left });
        }
        if let Some(edge) = hit(&self.rows, p, Way::Right, high[0]) {
            return Some(if rises(edge) { edge.left } else { edge.right });
        }
        let p = [p[1], low[0]];
        if let Some(edge) = hit(&self.columns, p, Way::Left, low[1]) {
            return Some(edge.left);
        }
        hit(&self.columns, p, Way::Right, high[1]).map(|edge| edge.right)
    }

    /// The owner of a map without borders: of the nearest site to most of a row of points across it.
    fn everywhere(&mut self, rect: &Rect, anyone: &impl Fn(Pt) -> Option<u32>) -> Option<u32> {
        if !self.borders.is_empty() {
            return None;
        }
        *self.all.get_or_insert_with(|| {
            let width = rect.max[0] - rect.min[0];
            let y = i64::midpoint(rect.min[1], rect.max[1]);
            let mut owners: Vec<u32> = (0..=8)
                .filter_map(|k| anyone([rect.min[0] + width * k / 8, y]))
                .collect();
            owners.sort_unstable();
            owners
                .chunk_by(|a, b| a == b)
                .max_by_key(|run| run.len())
                .map(|run| run[0])
        })
    }
}
