//! A plan on the map as flat arrays, for a search that makes millions of moves: what each node costs each rep, and who is next to whom.
//!
//! A *vertex* is a node of [`Ground`]: a site, or a group of sites that stay together. Vertices touch where sites of theirs share a place or
//! are neighbours. What is on a [`Board`] never changes, so several searches share one.

use super::ground::Ground;
use crate::base::ids::RepIx;
use crate::base::sets::Sets;
use crate::bound::Beside;
use rayon::prelude::*;

/// Pairs of vertex and rep that a board may have, and neighbours per vertex: beyond that it takes more memory than it is worth.
const MOST_PAIRS: usize = 6_000_000;
const MOST_NEAR: usize = 60;

/// Bounds of a coupling row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    lower: f64,
    upper: f64,
    /// What a load outside is measured in.
    size: f64,
    /// What load beside the target costs.
    deviation: Beside,
}

impl Band {
    /// By how much load `y` is outside, as a share.
    #[inline]
    pub fn outside(self, y: f64) -> f64 {
        (y - self.upper).max(self.lower - y).max(0.0) / self.size
    }

    /// What load `y` costs beside the target.
    #[inline]
    pub fn beside(self, y: f64) -> f64 {
        self.deviation.cost(y)
    }

    /// The same band about its middle, `share` times as wide; one-sided bands stay as they are.
    pub fn tightened(self, share: f64) -> Band {
        let (middle, half) = (
            0.5 * (self.lower + self.upper),
            0.5 * (self.upper - self.lower),
        );
        if !half.is_finite() || self.lower <= 0.0 || half <= 0.0 {
            return self;
        }
        Band {
            lower: middle - share * half,
            upper: middle + share * half,
            ..self
        }
    }
}

/// What does not change: the map, and what each vertex means to each rep.
pub(super) struct Board {
    pub k: usize,
    pub m: usize,
    start: Vec<u32>,
    near: Vec<u32>,
    /// The connected part of the map that a vertex is in.
    pub component: Vec<u32>,
    /// Travel cost per vertex and rep; infinite where a rule forbids the pair.
    cost: Vec<f64>,
    /// Loads per vertex and measure, or per vertex, rep and measure.
    load: Vec<f64>,
    by_rep: bool,
    /// What changes hands per vertex and rep; empty where that has no limit.
    moved: Vec<f64>,
    pub bands: Vec<Band>,
    /// Whether load beside a target costs anything.
    pub weighs_balance: bool,
    /// Whether a group has members that do not touch: its territory may be torn though the vertices hang together.
    pub loose: bool,
}

impl Board {
    /// The board of a plan; `None` where it would be too large, or a rep has what no rule lets it have.
    pub fn of(g: &Ground) -> Option<Board> {
        let (k, m, count) = (g.model.k, g.model.m, g.nodes());
        if k < 2 || count < 2 || count.saturating_mul(k) > MOST_PAIRS {
            return None;
        }
        let (start, near) = edges(g)?;
        let by_rep = g.model.travel_load.is_some();
        let change = g.change_row().is_some();
        let of_node = |node: u32| {
            let mut reps: Vec<RepIx> = (0..k as u32).map(RepIx).collect();
            reps.retain(|j| g.permits(node, *j));
            if reps.is_empty() {
                reps.push(g.rep(node));
            }
            let (mut cost, mut moved) = (vec![f64::INFINITY; k], Vec::new());
            if change {
                moved.resize(k, 0.0);
            }
            let mut load = vec![0.0; m * if by_rep { k } else { 1 }];
            for j in reps {
                let mut own = Vec::with_capacity(m);
                let offer = g.offer(node, j, &mut own);
                cost[j.at()] = offer.cost;
                if let Some(x) = moved.get_mut(j.at()) {
                    *x = offer.moved;
                }
                let at = if by_rep { j.at() * m } else { 0 };
                load[at..at + m].copy_from_slice(&own);
            }
            (cost, load, moved)
        };
        let all: Vec<_> = (0..count as u32).into_par_iter().map(of_node).collect();
        let mut board = Board {
            k,
            m,
            start,
            near,
            component: Vec::new(),
            cost: Vec::with_capacity(count * k),
            load: Vec::new(),
            by_rep,
            moved: Vec::new(),
            bands: Vec::new(),
            weighs_balance: !g.rows.deviation.is_empty(),
            loose: loose(g),
        };
        for (cost, load, moved) in all {
            board.cost.extend(cost);
            board.load.extend(load);
            board.moved.extend(moved);
        }
        board.component = board.components();
        board.bands = board.bands_of(g);
        let held = (0..count).all(|v| board.cost[v * k + g.rep(v as u32).at()].is_finite());
        held.then_some(board)
    }

    fn components(&self) -> Vec<u32> {
        let count = self.start.len() - 1;
        let mut sets = Sets::new(count);
        for v in 0..count as u32 {
            for w in self.near(v) {
                sets.join(v, *w);
            }
        }
        (0..count as u32).map(|v| sets.root(v)).collect()
    }

    fn bands_of(&self, g: &Ground) -> Vec<Band> {
        let largest = self
            .load
            .iter()
            .chain(&self.moved)
            .fold(0.0_f64, |most, y| most.max(*y));
        let band = |row: usize| {
            let (lower, upper) = (g.rows.lower[row], g.rows.upper[row]);
            let finite = [upper, lower]
                .into_iter()
                .find(|b| b.is_finite() && *b > 0.0);
            Band {
                lower,
                upper,
                size: finite.unwrap_or(largest).max(1e-300),
                deviation: g.rows.deviation(row),
            }
        };
        (0..g.load.len()).map(band).collect()
    }

    /// How many vertices there are.
    pub fn len(&self) -> usize {
        self.start.len() - 1
    }

    /// The vertices next to `v`.
    #[inline]
    pub fn near(&self, v: u32) -> &[u32] {
        &self.near[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }

    /// What the vertex costs the rep; infinite where a rule forbids it.
    #[inline]
    pub fn cost(&self, v: u32, j: u32) -> f64 {
        self.cost[v as usize * self.k + j as usize]
    }

    /// The loads of the vertex with the rep, by measure.
    #[inline]
    pub fn loads(&self, v: u32, j: u32) -> &[f64] {
        let at = if self.by_rep {
            v as usize * self.k + j as usize
        } else {
            v as usize
        };
        &self.load[at * self.m..(at + 1) * self.m]
    }

    /// The greatest share of a bound of the rep that the vertex takes.
    pub fn share(&self, v: u32, j: u32) -> f64 {
        let rows = self.bands[j as usize * self.m..]
            .iter()
            .zip(self.loads(v, j));
        rows.map(|(band, y)| y / band.size).fold(0.0, f64::max)
    }

    /// What changes hands when the rep has the vertex; 0 where that has no limit.
    #[inline]
    pub fn moved(&self, v: u32, j: u32) -> f64 {
        let at = v as usize * self.k + j as usize;
        self.moved.get(at).copied().unwrap_or(0.0)
    }
}

/// Neighbours of each node, ascending; `None` where they are too many.
fn edges(g: &Ground) -> Option<(Vec<u32>, Vec<u32>)> {
    let (mut start, mut near) = (vec![0], Vec::new());
    for node in 0..g.nodes() as u32 {
        let mut own: Vec<u32> = Vec::new();
        for site in g.sites(node) {
            let place = g.graph.place(*site as usize);
            let around = g.graph.neighbours(place).iter().map(|p| *p as usize);
            for p in around.chain([place]) {
                own.extend(g.graph.sites(p).iter().map(|s| g.node(*s)));
            }
        }
        own.sort_unstable();
        own.dedup();
        own.retain(|w| *w != node);
        near.extend(own);
        if near.len() > MOST_NEAR * g.nodes() {
            return None;
        }
        start.push(near.len() as u32);
    }
    Some((start, near))
}

/// Whether the sites of some node do not hang together by themselves.
fn loose(g: &Ground) -> bool {
    (0..g.nodes() as u32).any(|node| {
        let sites = g.sites(node);
        let mut sets = Sets::new(sites.len());
        let mut parts = sites.len();
        for (a, site) in sites.iter().enumerate() {
            for other in g.graph.near_sites(*site as usize) {
                if let Ok(b) = sites.binary_search(&(other as u32))
                    && sets.join(a as u32, b as u32)
                {
                    parts -= 1;
                }
            }
        }
        parts > 1
    })
}

#[cfg(test)]
impl Board {
    /// A grid of cells with random loads and homes of reps for tests, and a few pairs that a rule forbids.
    pub fn grid(side: usize, k: usize, tolerance: f64, seed: u64) -> Board {
        let mut random = crate::base::random::Random(seed);
        let n = side * side;
        let (mut start, mut near) = (vec![0], Vec::new());
        for v in 0..n {
            let (r, c) = (v / side, v % side);
            let around = [
                (r > 0).then(|| v - side),
                (c > 0).then(|| v - 1),
                (c + 1 < side).then(|| v + 1),
                (r + 1 < side).then(|| v + side),
            ];
            near.extend(around.into_iter().flatten().map(|w| w as u32));
            start.push(near.len() as u32);
        }
        let mut number = |most: usize| (1 + random.below(most)) as f64;
        let load: Vec<f64> = (0..n).map(|_| number(9)).collect();
        let homes: Vec<usize> = (0..k).map(|_| number(n) as usize - 1).collect();
        let mut cost = Vec::with_capacity(n * k);
        for (v, load) in load.iter().enumerate() {
            for (j, home) in homes.iter().enumerate() {
                let far = (v / side).abs_diff(home / side) + (v % side).abs_diff(home % side);
                let forbidden = number(100) > 95.0 && j != v % side * k / side;
                let travel = load * (far as f64 + 0.01 * number(50));
                cost.push(if forbidden { f64::INFINITY } else { travel });
            }
        }
        let moved = (0..n * k).map(|_| number(5)).collect();
        let band = |lower: f64, upper: f64| Band {
            lower,
            upper,
            size: upper,
            deviation: Beside::default(),
        };
        let even = load.iter().sum::<f64>() / k as f64;
        let mut bands = vec![band((1.0 - tolerance) * even, (1.0 + tolerance) * even); k];
        bands.push(band(0.0, 2.5 * n as f64));
        Board {
            k,
            m: 1,
            start,
            near,
            component: vec![0; n],
            cost,
            load,
            by_rep: false,
            moved,
            bands,
            weighs_balance: false,
            loose: false,
        }
    }
}
