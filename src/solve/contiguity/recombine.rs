//! The land of several reps who cost the same, cut in as many parts along random spanning trees.
//!
//! A side of a cut of a tree is a subtree, so both are in one piece, and a tree of `n` places has `n - 1` cuts, each evaluated from sums over
//! its subtree (as in [`super::trees`], which cuts the land of two at a time for a search).
//!
//! The edges of a tree are drawn such that places with a like preference for the one rep or the other hang together, more or less: then
//! some cut follows the line where both cost the same.

use super::ground::{Ground, Log};
use super::trees::{NOISE, Rooted};
use crate::base::ids::RepIx;
use crate::base::random::Random;
use crate::base::sets::Sets;

/// What a vertex means to a rep.
#[derive(Clone, Debug, Default)]
struct Means {
    value: f64,
    loads: Vec<f64>,
}

impl Means {
    fn zero(m: usize) -> Means {
        Means {
            value: 0.0,
            loads: vec![0.0; m],
        }
    }

    fn add(&mut self, other: &Means) {
        self.value += other.value;
        for (a, b) in self.loads.iter_mut().zip(&other.loads) {
            *a += b;
        }
    }

    fn less(&self, other: &Means) -> Means {
        let loads = self.loads.iter().zip(&other.loads).map(|(a, b)| a - b);
        Means {
            value: self.value - other.value,
            loads: loads.collect(),
        }
    }
}

/// The land of some reps: one vertex per node, its edges, and what each means to each of the reps.
pub(super) struct Land {
    reps: Vec<RepIx>,
    nodes: Vec<u32>,
    edges: Vec<(u32, u32)>,
    /// Per vertex and rep; `None`: a rule forbids it.
    means: Vec<Vec<Option<Means>>>,
    m: usize,
}

impl Land {
    /// The land of `reps`; `None` where it is not connected, has groups, or is too large or too small to be cut.
    pub fn of(g: &Ground, reps: &[RepIx], most: usize) -> Option<Land> {
        let sites = g.sites_of(reps, most)?;
        if sites.len() <= reps.len() {
            return None;
        }
        let mut nodes: Vec<u32> = sites.iter().map(|s| g.node(*s)).collect();
        nodes.sort_unstable();
        if nodes.windows(2).any(|w| w[0] == w[1]) || nodes.iter().any(|v| g.sites(*v).len() > 1) {
            return None;
        }
        let vertex = |site: u32| nodes.binary_search(&g.node(site)).ok();
        let mut edges = Vec::new();
        for (v, node) in nodes.iter().enumerate() {
            let place = g.graph.place(g.sites(*node)[0] as usize);
            let own = g.graph.sites(place).iter();
            let near = g.graph.neighbours(place).iter();
            let others = near.flat_map(|p| g.graph.sites(*p as usize));
            for w in own.chain(others).filter_map(|s| vertex(*s)) {
                if v < w {
                    edges.push((v as u32, w as u32));
                }
            }
        }
        let m = g.model.m;
        let mean = |node: u32, j: RepIx| {
            g.permits(node, j).then(|| {
                let mut loads = Vec::with_capacity(m);
                let offer = g.offer(node, j, &mut loads);
                Means {
                    value: offer.cost,
                    loads,
                }
            })
        };
        let of_node = |node: &u32| reps.iter().map(|j| mean(*node, *j)).collect();
        let land = Land {
            reps: reps.to_vec(),
            means: nodes.iter().map(of_node).collect(),
            nodes,
            edges,
            m,
        };
        land.connected().then_some(land)
    }

    fn connected(&self) -> bool {
        let mut sets = Sets::new(self.nodes.len());
        let joined = self.edges.iter().filter(|(a, b)| sets.join(*a, *b)).count();
        joined + 1 == self.nodes.len()
    }

    /// How much more the first of two reps costs for a vertex than the second, per unit of what it weighs.
    fn preference(&self, v: usize, [a, b]: [usize; 2]) -> f64 {
        match (&self.means[v][a], &self.means[v][b]) {
            (Some(x), Some(y)) => (x.value - y.value) / x.loads[0].abs().max(1e-300),
            _ => 0.0,
        }
    }

    /// A random spanning tree of the vertices that are `open`.
    fn tree(&self, open: &[bool], pair: [usize; 2], random: &mut Random) -> Rooted {
        let like: Vec<f64> = (0..open.len()).map(|v| self.preference(v, pair)).collect();
        let bounds = like
            .iter()
            .zip(open)
            .filter(|(x, o)| **o && x.is_finite() && x.abs() < 1e100);
        let (low, high) = bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), (x, _)| {
            (l.min(*x), h.max(*x))
        });
        let range = (high - low).max(0.0);
        let noise = NOISE[random.below(NOISE.len())] * if range > 0.0 { range } else { 1.0 };
        let mut order: Vec<(f64, u32)> = Vec::with_capacity(self.edges.len());
        for (e, (a, b)) in self.edges.iter().enumerate() {
            if open[*a as usize] && open[*b as usize] {
                let apart = (like[*a as usize] - like[*b as usize]).abs().min(range);
                let random = random.below(1 << 20) as f64 / f64::from(1 << 20);
                order.push((apart + noise * random, e as u32));
            }
        }
        order.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let mut sets = Sets::new(open.len());
        let edges = order.iter().map(|(_, e)| self.edges[*e as usize]);
        let kept: Vec<(u32, u32)> = edges.filter(|(a, b)| sets.join(*a, *b)).collect();
        let root = open.iter().position(|o| *o).unwrap_or(0);
        let mut tree = Rooted::default();
        tree.hang(open.len(), kept.iter().copied(), root);
        tree
    }

    /// Cuts the land of several reps: one subtree after the other for a rep at random, such that it is within its bounds and the rest can
    /// be; `None` if a tree has no such cut.
    pub fn cut_in_parts(&self, g: &Ground, random: &mut Random) -> Option<Vec<u8>> {
        let (n, m) = (self.nodes.len(), self.m);
        let mut open = vec![true; n];
        let mut owner = vec![u8::MAX; n];
        let mut left: Vec<usize> = (0..self.reps.len()).collect();
        while left.len() > 1 {
            let a = left.swap_remove(random.below(left.len()));
            let other = left[random.below(left.len())];
            let tree = self.tree(&open, [a, other], random);
            let (parent, order) = (&tree.parent, &tree.order);
            let mut sums = vec![Means::zero(m); n];
            let mut barred = vec![0u32; n];
            for v in order.iter().rev().map(|v| *v as usize) {
                match &self.means[v][a] {
                    Some(mean) => sums[v].add(mean),
                    None => barred[v] += 1,
                }
                let up = parent[v] as usize;
                if up != v {
                    let own = std::mem::take(&mut sums[v]);
                    sums[up].add(&own);
                    sums[v] = own;
                    barred[up] += barred[v];
                }
            }
            let root = *order.first()? as usize;
            let fits = |part: &Means, whose: &[usize]| {
                (0..m).all(|r| {
                    let rows = || whose.iter().map(|a| self.reps[*a].at() * m + r);
                    let lower: f64 = rows().map(|row| g.rows.lower[row]).sum();
                    let upper: f64 = rows().map(|row| g.rows.upper[row]).sum();
                    part.loads[r] >= lower && part.loads[r] <= upper
                })
            };
            let mut cuts: Vec<(usize, bool)> = Vec::new();
            for v in order.iter().skip(1).map(|v| *v as usize) {
                let rest = sums[root].less(&sums[v]);
                if barred[v] == 0 && fits(&sums[v], &[a]) && fits(&rest, &left) {
                    cuts.push((v, true));
                }
                if barred[root] == barred[v] && fits(&rest, &[a]) && fits(&sums[v], &left) {
                    cuts.push((v, false));
                }
            }
            if cuts.is_empty() {
                return None;
            }
            let (top, below) = cuts[random.below(cuts.len())];
            let mut inside = Vec::new();
            tree.below(top, &mut inside);
            for v in order.iter().map(|v| *v as usize) {
                if inside[v] == below {
                    owner[v] = a as u8;
                    open[v] = false;
                }
            }
        }
        let last = left[0];
        for v in 0..n {
            if open[v] {
                self.means[v][last].as_ref()?;
                owner[v] = last as u8;
            }
        }
        Some(owner)
    }

    /// Gives the vertices to the reps that `owner` says.
    pub fn give(&self, g: &mut Ground, owner: &[u8], log: &mut Log) {
        for (node, a) in self.nodes.iter().zip(owner) {
            let to = self.reps[*a as usize];
            if g.rep(*node) != to {
                g.give(*node, to, log);
            }
        }
    }
}
