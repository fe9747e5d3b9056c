//! Two neighbouring territories merged and cut anew along a random spanning tree.
//!
//! The recombination of redistricting samplers (DeFord, Duchin & Solomon 2021): a random spanning tree of what two reps have is cut at one
//! edge; a side of it is a subtree, so both are in one piece. One step changes whole territories, where moves of a vertex change a border;
//! and a tree of `n` vertices has `n - 1` cuts, each evaluated from sums over its subtree.
//!
//! The edges of a tree are drawn such that vertices with a like preference for the one rep or the other hang together, more or less: then
//! some cut follows the line where both cost the same. Of all cuts of a tree one is drawn with probability
//!
//! ```text
//! p ~ exp(-(cost + fine * outside) / T)
//! ```
//!
//! by the Gumbel trick: the least of `cost + fine * outside + T ln(-ln u)` with `u` uniform.

use super::board::Board;
use super::layout::Layout;
use crate::base::random::Random;
use crate::base::sets::Sets;

/// Noise on the order of the edges, as a share of the range of preferences: hardly any, some, and nothing but noise.
pub(super) const NOISE: [f64; 4] = [0.02, 0.2, 1.0, 100.0];

/// How hot a search is, and what it costs to be outside the bounds by all of a load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Climate {
    pub heat: f64,
    pub fine: f64,
}

/// A number between 0 and 1, neither of them.
pub(super) fn uniform(random: &mut Random) -> f64 {
    (0.5 + random.below(1 << 30) as f64) / f64::from(1 << 30)
}

/// A tree hung up at one of its vertices.
#[derive(Default)]
pub(super) struct Rooted {
    /// The vertices, parents first.
    pub order: Vec<u32>,
    /// The parent of each; the root is its own, and what is not in the tree has `u32::MAX`.
    pub parent: Vec<u32>,
    start: Vec<u32>,
    near: Vec<u32>,
}

impl Rooted {
    /// Hangs up a tree of some of `n` vertices.
    pub fn hang(
        &mut self,
        n: usize,
        edges: impl ExactSizeIterator<Item = (u32, u32)> + Clone,
        root: usize,
    ) {
        self.start.clear();
        self.start.resize(n + 2, 0);
        for (a, b) in edges.clone() {
            self.start[a as usize + 2] += 1;
            self.start[b as usize + 2] += 1;
        }
        (2..n + 2).for_each(|v| self.start[v] += self.start[v - 1]);
        self.near.clear();
        self.near.resize(2 * edges.len(), 0);
        for (a, b) in edges {
            for (a, b) in [(a, b), (b, a)] {
                let at = &mut self.start[a as usize + 1];
                self.near[*at as usize] = b;
                *at += 1;
            }
        }
        self.parent.clear();
        self.parent.resize(n, u32::MAX);
        self.parent[root] = root as u32;
        self.order.clear();
        self.order.push(root as u32);
        let mut at = 0;
        while at < self.order.len() {
            let v = self.order[at] as usize;
            at += 1;
            for w in &self.near[self.start[v] as usize..self.start[v + 1] as usize] {
                if self.parent[*w as usize] == u32::MAX {
                    self.parent[*w as usize] = v as u32;
                    self.order.push(*w);
                }
            }
        }
    }

    /// Which vertices are in the subtree below `top`, itself among them.
    pub fn below(&self, top: usize, inside: &mut Vec<bool>) {
        inside.clear();
        inside.resize(self.parent.len(), false);
        for v in self.order.iter().map(|v| *v as usize) {
            let up = self.parent[v] as usize;
            inside[v] = v == top || (v != up && inside[up]);
        }
    }
}

/// Room for one tree after another.
pub(super) struct Trees {
    /// Position of a vertex in `nodes`, where `stamp` is the one at hand.
    place: Vec<u32>,
    stamp: Vec<u32>,
    now: u32,
    nodes: Vec<u32>,
    edges: Vec<(f64, u32, u32)>,
    like: Vec<f64>,
    tree: Rooted,
    sums: Vec<f64>,
    /// Vertices in the subtree that either rep may not have.
    barred: Vec<[u32; 2]>,
    inside: Vec<bool>,
}

/// A cut: the top of a subtree, and who of the two gets it.
#[derive(Clone, Copy)]
struct Cut {
    top: usize,
    side: usize,
    cost: f64,
    outside: f64,
}

impl Trees {
    pub fn new(board: &Board) -> Trees {
        Trees {
            place: vec![0; board.len()],
            stamp: vec![0; board.len()],
            now: 0,
            nodes: Vec::new(),
            edges: Vec::new(),
            like: Vec::new(),
            tree: Rooted::default(),
            sums: Vec::new(),
            barred: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// Vertices of the last tree.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Cuts what two reps have in the part of the map where vertex `v` is, along a new tree; returns what that adds to cost and to what is
    /// outside, `None` where nothing can be cut. [`Trees::take`] makes the cut.
    pub fn cut(
        &mut self,
        layout: &Layout,
        (pair, v): ([u32; 2], u32),
        climate: Climate,
        random: &mut Random,
    ) -> Option<(f64, f64)> {
        self.gather(layout, pair, layout.board.component[v as usize]);
        if self.nodes.len() < 2 || !self.grow(layout.board, pair, random) {
            return None;
        }
        self.add_up(layout.board, pair);
        let parts = self.offsets(layout, pair);
        let best = self.best(layout, pair, &parts, climate, random)?;
        let top = self.tree.order[best.top] as usize;
        self.tree.below(top, &mut self.inside);
        if best.side == 1 {
            self.inside.iter_mut().for_each(|x| *x = !*x);
        }
        Some((best.cost, best.outside))
    }

    /// Makes the last cut; what was given away joins `log` with the rep it was with.
    pub fn take(&self, layout: &mut Layout, pair: [u32; 2], log: &mut Vec<(u32, u32)>) {
        for (v, inside) in self.nodes.iter().zip(&self.inside) {
            let to = pair[usize::from(!*inside)];
            let from = layout.owner[*v as usize];
            if from != to {
                log.push((*v, from));
                layout.set(*v, to);
            }
        }
    }

    fn gather(&mut self, layout: &Layout, pair: [u32; 2], component: u32) {
        self.now += 1;
        self.nodes.clear();
        for v in pair.iter().flat_map(|j| layout.of_rep(*j)) {
            if layout.board.component[*v as usize] == component {
                self.place[*v as usize] = self.nodes.len() as u32;
                self.stamp[*v as usize] = self.now;
                self.nodes.push(*v);
            }
        }
    }

    /// A random spanning tree (Kruskal's, of random lengths); `false` where the vertices do not hang together.
    fn grow(&mut self, board: &Board, pair: [u32; 2], random: &mut Random) -> bool {
        let n = self.nodes.len();
        let preference = |v: u32| {
            let [a, b] = pair.map(|j| board.cost(v, j));
            let weight = board.loads(v, pair[0]).first().copied().unwrap_or(0.0);
            match (a.is_finite(), b.is_finite()) {
                (true, true) if weight > 0.0 => (a - b) / weight,
                _ => 0.0,
            }
        };
        self.like.clear();
        self.like.extend(self.nodes.iter().map(|v| preference(*v)));
        let (low, high) = (self.like.iter())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
                (l.min(*x), h.max(*x))
            });
        let range = high - low;
        let noise = NOISE[random.below(NOISE.len())] * if range > 0.0 { range } else { 1.0 };
        self.edges.clear();
        for (a, v) in self.nodes.iter().enumerate() {
            for w in board.near(*v) {
                let b = self.place[*w as usize] as usize;
                if self.stamp[*w as usize] == self.now && a < b {
                    let apart = (self.like[a] - self.like[b]).abs();
                    let length = apart + noise * uniform(random);
                    self.edges.push((length, a as u32, b as u32));
                }
            }
        }
        self.edges
            .sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let mut sets = Sets::new(n);
        self.edges.retain(|(_, a, b)| sets.join(*a, *b));
        if self.edges.len() + 1 != n {
            return false;
        }
        let edges = self.edges.iter().map(|(_, a, b)| (*a, *b));
        self.tree.hang(n, edges, random.below(n));
        true
    }

    /// Sums over each subtree, for either rep: cost, what changes hands, loads.
    fn add_up(&mut self, board: &Board, pair: [u32; 2]) {
        let (n, each) = (self.nodes.len(), 2 + board.m);
        self.sums.clear();
        self.sums.resize(2 * n * each, 0.0);
        self.barred.clear();
        self.barred.resize(n, [0; 2]);
        for v in self.tree.order.iter().rev().map(|v| *v as usize) {
            let (node, up) = (self.nodes[v], self.tree.parent[v] as usize);
            for (side, j) in pair.iter().enumerate() {
                let at = (2 * v + side) * each;
                let cost = board.cost(node, *j);
                if cost.is_finite() {
                    self.sums[at] += cost;
                } else {
                    self.barred[v][side] += 1;
                }
                self.sums[at + 1] += board.moved(node, *j);
                for (r, a) in board.loads(node, *j).iter().enumerate() {
                    self.sums[at + 2 + r] += a;
                }
                if up != v {
                    let above = (2 * up + side) * each;
                    for x in 0..each {
                        self.sums[above + x] += self.sums[at + x];
                    }
                    self.barred[up][side] += self.barred[v][side];
                }
            }
        }
    }

    /// Cost, what changes hands and the loads of what each of the two has of these vertices now.
    fn offsets(&self, layout: &Layout, pair: [u32; 2]) -> [Vec<f64>; 2] {
        let (board, each) = (layout.board, 2 + layout.board.m);
        let mut parts = [vec![0.0; each], vec![0.0; each]];
        for v in &self.nodes {
            let j = layout.owner[*v as usize];
            let part = &mut parts[usize::from(j != pair[0])];
            part[0] += board.cost(*v, j);
            part[1] += board.moved(*v, j);
            for (r, a) in board.loads(*v, j).iter().enumerate() {
                part[2 + r] += a;
            }
        }
        parts
    }

    /// A cut drawn by what it costs.
    fn best(
        &self,
        layout: &Layout,
        pair: [u32; 2],
        parts: &[Vec<f64>; 2],
        climate: Climate,
        random: &mut Random,
    ) -> Option<Cut> {
        let (m, each) = (layout.board.m, 2 + layout.board.m);
        let root = *self.tree.order.first()? as usize;
        let row = |side: usize, r: usize| pair[side] as usize * m + r;
        // What each has elsewhere, and what of all that is outside now.
        let mut elsewhere = [vec![0.0; m], vec![0.0; m]];
        let mut now = 0.0;
        for (side, rest) in elsewhere.iter_mut().enumerate() {
            for (r, y) in rest.iter_mut().enumerate() {
                let load = layout.load(row(side, r));
                *y = load - parts[side][2 + r];
                now += layout.out(row(side, r), load);
            }
        }
        let change = layout
            .change_row()
            .map(|c| (c, layout.load(c) - parts[0][1] - parts[1][1]));
        if let Some((c, _)) = change {
            now += layout.out(c, layout.load(c));
        }
        let before = parts[0][0] + parts[1][0];
        let mut best: Option<(f64, Cut)> = None;
        for (at, v) in self.tree.order.iter().map(|v| *v as usize).enumerate() {
            for side in 0..2 {
                // The subtree to `side`, the rest to the other.
                let other = 1 - side;
                let (of_rest, of_other) = (self.barred[root][other], self.barred[v][other]);
                if self.barred[v][side] > 0 || of_rest > of_other {
                    continue;
                }
                let sub = &self.sums[(2 * v + side) * each..][..each];
                let all = &self.sums[(2 * root + other) * each..][..each];
                let less = &self.sums[(2 * v + other) * each..][..each];
                let mut cost = sub[0] + all[0] - less[0] - before;
                let mut outside = -now;
                for r in 0..m {
                    let rest = elsewhere[other][r] + all[2 + r] - less[2 + r];
                    let own = elsewhere[side][r] + sub[2 + r];
                    outside += layout.out(row(side, r), own);
                    outside += layout.out(row(other, r), rest);
                    if layout.board.weighs_balance {
                        cost += layout.more_beside(row(side, r), own);
                        cost += layout.more_beside(row(other, r), rest);
                    }
                }
                if let Some((c, others)) = change {
                    outside += layout.out(c, others + sub[1] + all[1] - less[1]);
                }
                let luck = climate.heat * (-uniform(random).ln()).ln();
                let value = cost + climate.fine * outside + luck;
                if best.is_none_or(|(least, _)| value < least) {
                    let cut = Cut {
                        top: at,
                        side,
                        cost,
                        outside,
                    };
                    best = Some((value, cut));
                }
            }
        }
        best.map(|(_, cut)| cut)
    }
}
