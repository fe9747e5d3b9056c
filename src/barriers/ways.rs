//! The shortest ways round barriers.

use super::corners::{End, NONE};
use super::sight::{Blocked, Limit, Walls};
use super::sphere::{Vector, km};
use super::{Barriers, Charge};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A side of a corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    corner: u32,
    sector: u32,
}

/// The visibility graph of barriers, with what ways cost.
pub(crate) struct Ways<'b> {
    pub(super) barriers: &'b Barriers,
    /// Kilometres on the ground and minutes of a kilometre of great circle.
    per_km: [f64; 2],
    /// Which of the two is to be least.
    pub(super) by: usize,
    pub(super) nodes: Vec<Node>,
    /// Nodes of corner `v`: `of[v]..of[v + 1]`.
    of: Vec<u32>,
    /// Links of node `n`: `links[start[n]..start[n + 1]]`.
    pub(super) start: Vec<u32>,
    pub(super) links: Vec<(u32, [f64; 2])>,
}

/// The ways from a home base to all corners.
pub(crate) struct Home {
    at: Vector,
    /// Areas at a cost that it is in.
    within: Vec<u32>,
    /// What is to be least, of each node.
    least: Vec<f64>,
    /// Kilometres and minutes of each node.
    cost: Vec<[f64; 2]>,
}

impl<'b> Ways<'b> {
    /// The graph; `by` 0: the fewest kilometres are looked for, 1: the fewest minutes.
    pub fn new(barriers: &'b Barriers, per_km: [f64; 2], by: usize) -> Ways<'b> {
        let mut nodes = Vec::new();
        let mut of = vec![0];
        for (v, corner) in barriers.corners.iter().enumerate() {
            let v = v as u32;
            let open = (0..corner.sectors()).filter(|t| !corner.shut[*t]);
            // A way does not bend into an angle of less than half around, unless it goes on to another side there.
            let kept = open.filter(|t| corner.passes || barriers.is_wide(v, *t));
            nodes.extend(kept.map(|t| Node {
                corner: v,
                sector: t as u32,
            }));
            of.push(nodes.len() as u32);
        }
        let mut ways = Ways {
            barriers,
            per_km,
            by,
            nodes,
            of,
            start: Vec::new(),
            links: Vec::new(),
        };
        ways.link();
        ways
    }

    pub(super) fn nodes_of(&self, v: u32) -> std::ops::Range<u32> {
        self.of[v as usize]..self.of[v as usize + 1]
    }

    /// The node of a sector, where there is one.
    pub(super) fn node(&self, v: u32, sector: usize) -> Option<u32> {
        self.nodes_of(v)
            .find(|n| self.nodes[*n as usize].sector as usize == sector)
    }

    pub(super) fn cost(&self, km: f64, charge: Charge) -> [f64; 2] {
        [0, 1].map(|i| km * self.per_km[i] + charge[i])
    }

    /// The node of a corner at which ways from a place go on to others: the place is in its sector, and the great circle on from there is, too. A way
    /// that ran into the barrier could be cut short before it.
    pub(super) fn facing(&self, v: u32, from: Vector) -> Option<u32> {
        let barriers = self.barriers;
        let corner = &barriers.corners[v as usize];
        let passes = corner.passes && !corner.plain;
        let faces = |n: &u32| {
            let sector = self.nodes[*n as usize].sector as usize;
            barriers.is_in(v, sector, from, false)
                && (passes
                    || barriers.is_in(v, sector, from, true)
                    || corner.plain && barriers.is_in_line(v, from))
        };
        self.nodes_of(v).find(faces)
    }

    /// The ways from a home base to all corners: Dijkstra's algorithm.
    pub fn home(&self, at: Vector) -> Home {
        let from = End { at, corner: NONE };
        let mut walls = Walls::around(self.barriers, from, self.by);
        let mut start = Vec::new();
        for v in 0..self.barriers.corners.len() as u32 {
            let Some(n) = self.facing(v, at) else {
                continue;
            };
            let to = self.barriers.corner(v);
            let limit = Limit {
                by: self.by,
                most: f64::INFINITY,
            };
            if let Ok(charge) = walls.sight(self.barriers, from, to, limit) {
                start.push((n, self.cost(km(at, to.at), charge)));
            }
        }
        let cost = self.spread(&start);
        Home {
            at,
            within: self.barriers.within(at),
            least: cost.iter().map(|c| c[self.by]).collect(),
            cost,
        }
    }

    /// What the ways to all nodes cost that start with one of these hops: Dijkstra's algorithm.
    pub(super) fn spread(&self, start: &[(u32, [f64; 2])]) -> Vec<[f64; 2]> {
        let mut cost = vec![[f64::INFINITY; 2]; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        for (n, hop) in start {
            cost[*n as usize] = *hop;
            heap.push(Reverse((Ordered(hop[self.by]), *n)));
        }
        while let Some(Reverse((Ordered(least), n))) = heap.pop() {
            let so_far = cost[n as usize];
            if least > so_far[self.by] {
                continue;
            }
            let (a, b) = (self.start[n as usize], self.start[n as usize + 1]);
            for (to, hop) in &self.links[a as usize..b as usize] {
                let sum = [so_far[0] + hop[0], so_far[1] + hop[1]];
                if sum[self.by] < cost[*to as usize][self.by] {
                    cost[*to as usize] = sum;
                    heap.push(Reverse((Ordered(sum[self.by]), *to)));
                }
            }
        }
        cost
    }

    /// Kilometres and minutes between a place and each home base; `None` where there is no way.
    pub fn trips(&self, at: Vector, homes: &[Home]) -> Vec<Option<[f64; 2]>> {
        let mut view = View::new(self, at);
        let within = self.barriers.within(at);
        let trip = |home: &Home| {
            let way = view.way(home)?;
            let ends = self.barriers.ends_pay(&within, &home.within);
            Some([way[0] + ends[0], way[1] + ends[1]])
        };
        homes.iter().map(trip).collect()
    }
}

/// What is seen from a place. Corners are looked at when they may be on a shortest way, and not before.
struct View<'w, 'b> {
    ways: &'w Ways<'b>,
    from: End,
    /// What the great circle to the corner of each node costs, of what is to be least: at least that, or, where `known`, just that; infinite where it is
    /// not seen. Empty until it is needed.
    hop: Vec<f64>,
    known: Vec<Option<[f64; 2]>>,
    /// The nodes that are seen, of those that were looked at.
    seen: Vec<u32>,
    walls: Walls,
}

impl<'w, 'b> View<'w, 'b> {
    fn new(ways: &'w Ways<'b>, at: Vector) -> View<'w, 'b> {
        View {
            ways,
            from: End { at, corner: NONE },
            hop: Vec::new(),
            known: Vec::new(),
            seen: Vec::new(),
            walls: Walls::default(),
        }
    }

    /// What the great circle to an end pays, where that is less than a limit.
    fn sight(&mut self, to: End, most: f64) -> Result<Charge, Blocked> {
        let by = self.ways.by;
        let limit = Limit { by, most };
        self.walls.sight(self.ways.barriers, self.from, to, limit)
    }

    fn way(&mut self, home: &Home) -> Option<[f64; 2]> {
        let (ways, by) = (self.ways, self.ways.by);
        let to = End {
            at: home.at,
            corner: NONE,
        };
        let direct = self.sight(to, f64::INFINITY).ok();
        let direct = direct.map(|charge| (charge, ways.cost(km(self.from.at, home.at), charge)));
        if let Some((charge, way)) = direct
            && charge == [0.0; 2]
        {
            return Some(way);
        }
        let direct = direct.map(|(_, way)| way);
        if self.hop.is_empty() {
            self.look();
        }
        // The best of what is seen already, and then whatever may be better, from the best on.
        let mut best = (direct.map_or(f64::INFINITY, |way| way[by]), None);
        for n in &self.seen {
            let sum = self.hop[*n as usize] + home.least[*n as usize];
            if sum < best.0 {
                best = (sum, Some(*n));
            }
        }
        let mut next = BinaryHeap::new();
        for (n, (hop, rest)) in self.hop.iter().zip(&home.least).enumerate() {
            if hop + rest < best.0 {
                next.push(Reverse((Ordered(hop + rest), n as u32)));
            }
        }
        while let Some(Reverse((Ordered(least), n))) = next.pop() {
            if least >= best.0 {
                break;
            }
            let rest = home.least[n as usize];
            self.learn(n as usize, best.0 - rest);
            let sum = self.hop[n as usize] + rest;
            if self.known[n as usize].is_some() && sum < best.0 {
                best = (sum, Some(n));
            }
        }
        let Some(n) = best.1 else {
            return direct;
        };
        let hop = self.known[n as usize]?;
        Some([0, 1].map(|i| hop[i] + home.cost[n as usize][i]))
    }

    /// Bounds of all nodes.
    fn look(&mut self) {
        let ways = self.ways;
        let per_km = ways.per_km[ways.by];
        let place = |node: &Node| ways.barriers.mesh.vertices[node.corner as usize];
        let hop = |node: &Node| km(self.from.at, place(node)) * per_km;
        self.hop = ways.nodes.iter().map(hop).collect();
        self.known = vec![None; ways.nodes.len()];
        self.walls = Walls::around(ways.barriers, self.from, ways.by);
    }

    /// Looks at a node, whether the great circle there costs less than a limit.
    fn learn(&mut self, n: usize, most: f64) {
        let (ways, v) = (self.ways, self.ways.nodes[n].corner);
        let to = ways.barriers.corner(v);
        let straight = ways.cost(km(self.from.at, to.at), [0.0; 2]);
        if ways.facing(v, self.from.at) != Some(n as u32) {
            self.hop[n] = f64::INFINITY;
            return;
        }
        match self.sight(to, most - straight[ways.by]) {
            Ok(charge) => {
                let cost = [0, 1].map(|i| straight[i] + charge[i]);
                self.hop[n] = cost[ways.by];
                self.known[n] = Some(cost);
                self.seen.push(n as u32);
            }
            Err(blocked) if blocked.always => self.hop[n] = f64::INFINITY,
            Err(_) => self.hop[n] = self.hop[n].max(most),
        }
    }
}

/// A number that is none of NaN.
#[derive(Clone, Copy, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Ordered) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Ordered) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
