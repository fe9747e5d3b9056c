//! The shortest ways round barriers.

use super::sphere::{Vector, between, crosses, km, side};
use super::{Barriers, Charge};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No corner.
const NONE: u32 = u32::MAX;

/// An end of a great circle.
#[derive(Clone, Copy)]
struct End {
    at: Vector,
    /// The corner that it is, or [`NONE`].
    corner: u32,
}

impl Barriers {
    fn corner(&self, v: u32) -> End {
        End {
            at: self.mesh.vertices[v as usize],
            corner: v,
        }
    }

    /// What the great circle between two ends pays for the barriers that it crosses; `None` where one of them lets nobody through, or where a corner
    /// lies on the way: there it goes in two steps.
    fn sight(&self, from: End, to: End) -> Option<Charge> {
        self.look_along(from, to).ok()
    }

    /// As [`Barriers::sight`]; else an edge that is in the way.
    fn look_along(&self, from: End, to: End) -> Result<Charge, u32> {
        let (p, q) = (from.at, to.at);
        let mut sum = [0.0; 2];
        if p == q {
            return Ok(sum);
        }
        for e in self.index.along(p, q) {
            let edge = &self.mesh.edges[e as usize];
            let own = |v: u32| v == from.corner || v == to.corner;
            let on = |v: u32| {
                let c = self.mesh.vertices[v as usize];
                !own(v) && side(p, q, c) == 0 && between(p, q, c)
            };
            if edge.ends.iter().any(|v| on(*v)) {
                return Err(e);
            }
            let [a, b] = self.mesh.ends(e);
            if !edge.ends.iter().any(|v| own(*v)) && crosses(p, q, a, b) {
                if edge.is_shut() {
                    return Err(e);
                }
                sum = [sum[0] + edge.charge[0], sum[1] + edge.charge[1]];
            }
        }
        Ok(sum)
    }

    /// Whether an edge that nobody crosses is in the way between two ends.
    fn is_wall(&self, e: u32, from: End, to: End) -> bool {
        let edge = &self.mesh.edges[e as usize];
        let [a, b] = self.mesh.ends(e);
        let own = |v: &u32| *v == from.corner || *v == to.corner;
        edge.is_shut() && !edge.ends.iter().any(own) && crosses(from.at, to.at, a, b)
    }
}

/// A side of a corner.
#[derive(Clone, Copy, Debug)]
struct Node {
    corner: u32,
    sector: u32,
}

/// The visibility graph of barriers, with what ways cost.
pub(crate) struct Ways<'b> {
    barriers: &'b Barriers,
    /// Kilometres on the ground and minutes of a kilometre of great circle.
    per_km: [f64; 2],
    /// Which of the two is to be least.
    by: usize,
    nodes: Vec<Node>,
    /// Nodes of corner `v`: `of[v]..of[v + 1]`.
    of: Vec<u32>,
    /// Links of node `n`: `links[start[n]..start[n + 1]]`.
    start: Vec<u32>,
    links: Vec<(u32, [f64; 2])>,
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

/// Two links, in the order of their nodes.
type Link = (u32, u32, [f64; 2]);

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

    fn link(&mut self) {
        let corners = 0..self.barriers.corners.len() as u32;
        let of = |v: u32| {
            let mut links = Vec::new();
            let others = v + 1..self.barriers.corners.len() as u32;
            others.for_each(|w| self.between(v, w, &mut links));
            self.at_corner(v, &mut links);
            links
        };
        let found: Vec<Vec<Link>> = corners.into_par_iter().map(of).collect();
        let mut all: Vec<Link> = found.into_iter().flatten().collect();
        self.over_gates(&mut all);
        let both = |(a, b, cost): &Link| [(*a, *b, *cost), (*b, *a, *cost)];
        let mut all: Vec<Link> = all.iter().flat_map(both).collect();
        all.sort_by_key(|(a, b, _)| (*a, *b));
        self.start = vec![0; self.nodes.len() + 1];
        all.iter()
            .for_each(|(a, ..)| self.start[*a as usize + 1] += 1);
        (0..self.nodes.len()).for_each(|n| self.start[n + 1] += self.start[n]);
        self.links = all.into_iter().map(|(_, b, cost)| (b, cost)).collect();
    }

    fn nodes_of(&self, v: u32) -> std::ops::Range<u32> {
        self.of[v as usize]..self.of[v as usize + 1]
    }

    /// The node of a sector, where there is one.
    fn node(&self, v: u32, sector: usize) -> Option<u32> {
        self.nodes_of(v)
            .find(|n| self.nodes[*n as usize].sector as usize == sector)
    }

    fn cost(&self, km: f64, charge: Charge) -> [f64; 2] {
        [0, 1].map(|i| km * self.per_km[i] + charge[i])
    }

    /// Links along the great circle between two corners.
    fn between(&self, v: u32, w: u32, links: &mut Vec<Link>) {
        if self.nodes_of(v).is_empty() || self.nodes_of(w).is_empty() {
            return;
        }
        let (from, to) = (self.barriers.corner(v), self.barriers.corner(w));
        let pairs = match self.edge(v, w) {
            // On either side of it.
            Some((t, u)) => {
                let before = |t: usize, v: u32| {
                    let many = self.barriers.corners[v as usize].sectors();
                    (t + many - 1) % many
                };
                let left = (self.node(v, t), self.node(w, before(u, w)));
                let right = (self.node(v, before(t, v)), self.node(w, u));
                [Some(left), (right != left).then_some(right)]
            }
            None => [Some((self.facing(v, to.at), self.facing(w, from.at))), None],
        };
        let of = |pair: &Option<(Option<u32>, Option<u32>)>| {
            let (a, b) = (*pair)?;
            Some((a?, b?))
        };
        let mut pairs = pairs.iter().filter_map(of).peekable();
        if pairs.peek().is_none() {
            return;
        }
        if let Some(charge) = self.barriers.sight(from, to) {
            let cost = self.cost(km(from.at, to.at), charge);
            links.extend(pairs.map(|(a, b)| (a, b, cost)));
        }
    }

    /// Where the edge between two corners stands at each.
    fn edge(&self, v: u32, w: u32) -> Option<(usize, usize)> {
        let stands = |v: u32, w: u32| {
            let edges = &self.barriers.corners[v as usize].edges;
            edges.iter().position(|(_, other)| *other == w)
        };
        Some((stands(v, w)?, stands(w, v)?))
    }

    /// The node of a corner at which ways from a place go on to others: the place is in its sector, and the great circle on from there is, too. A way
    /// that ran into the barrier could be cut short before it.
    fn facing(&self, v: u32, from: Vector) -> Option<u32> {
        let barriers = self.barriers;
        let passes = barriers.corners[v as usize].passes;
        let faces = |n: &u32| {
            let sector = self.nodes[*n as usize].sector as usize;
            barriers.is_in(v, sector, from, false)
                && (passes || barriers.is_in(v, sector, from, true))
        };
        self.nodes_of(v).find(faces)
    }

    /// Links between sectors of one corner, over the edges between them.
    fn at_corner(&self, v: u32, links: &mut Vec<Link>) {
        let edges = &self.barriers.corners[v as usize].edges;
        let many = edges.len();
        for t in (0..many).filter(|_| many > 1) {
            let charge = self.barriers.mesh.edges[edges[t].0 as usize].charge;
            let (before, after) = (self.node(v, (t + many - 1) % many), self.node(v, t));
            if let (Some(a), Some(b), true) = (before, after, charge[0].is_finite()) {
                links.push((a, b, charge));
            }
        }
    }

    /// Links over named crossings.
    fn over_gates(&self, links: &mut Vec<Link>) {
        for gate in &self.barriers.gates {
            let cost = self.cost(gate.km, gate.charge);
            for a in self.nodes_of(gate.ends[0]) {
                for b in self.nodes_of(gate.ends[1]) {
                    if a != b && (!gate.is_point() || a < b) {
                        links.push((a, b, cost));
                    }
                }
            }
        }
    }

    /// The ways from a home base to all corners: Dijkstra's algorithm.
    pub fn home(&self, at: Vector) -> Home {
        let mut cost = vec![[f64::INFINITY; 2]; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        for v in 0..self.barriers.corners.len() as u32 {
            let Some(n) = self.facing(v, at) else {
                continue;
            };
            let from = End { at, corner: NONE };
            if let Some(charge) = self.barriers.sight(from, self.barriers.corner(v)) {
                let hop = self.cost(km(at, self.barriers.mesh.vertices[v as usize]), charge);
                cost[n as usize] = hop;
                heap.push(Reverse((Ordered(hop[self.by]), n)));
            }
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
        Home {
            at,
            within: self.barriers.within(at),
            least: cost.iter().map(|c| c[self.by]).collect(),
            cost,
        }
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
    next: Vec<(f64, u32)>,
    /// What was in the way lately, the last first: it mostly is of what stands beside.
    walls: Vec<u32>,
}

/// Edges that are looked at before all others.
const WALLS: usize = 16;

impl<'w, 'b> View<'w, 'b> {
    fn new(ways: &'w Ways<'b>, at: Vector) -> View<'w, 'b> {
        View {
            ways,
            from: End { at, corner: NONE },
            hop: Vec::new(),
            known: Vec::new(),
            seen: Vec::new(),
            next: Vec::new(),
            walls: Vec::new(),
        }
    }

    /// As [`Barriers::sight`].
    fn sight(&mut self, to: End) -> Option<Charge> {
        let barriers = self.ways.barriers;
        let mut walls = self.walls.iter();
        if let Some(at) = walls.position(|e| barriers.is_wall(*e, self.from, to)) {
            self.walls[..=at].rotate_right(1);
            return None;
        }
        let seen = barriers.look_along(self.from, to);
        if let Err(wall) = seen {
            self.walls.truncate(WALLS - 1);
            self.walls.insert(0, wall);
        }
        seen.ok()
    }

    fn way(&mut self, home: &Home) -> Option<[f64; 2]> {
        let (ways, by) = (self.ways, self.ways.by);
        let to = End {
            at: home.at,
            corner: NONE,
        };
        let direct = self.sight(to);
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
        self.next.clear();
        for (n, (hop, rest)) in self.hop.iter().zip(&home.least).enumerate() {
            if hop + rest < best.0 {
                self.next.push((hop + rest, n as u32));
            }
        }
        self.next
            .sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (least, n) in std::mem::take(&mut self.next) {
            if least >= best.0 {
                break;
            }
            self.learn(n as usize);
            let sum = self.hop[n as usize] + home.least[n as usize];
            if sum < best.0 {
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
    }

    /// Looks at a node.
    fn learn(&mut self, n: usize) {
        let (ways, v) = (self.ways, self.ways.nodes[n].corner);
        let faces = ways.facing(v, self.from.at) == Some(n as u32);
        let charge = faces.then(|| self.sight(ways.barriers.corner(v)));
        let charge = charge.flatten();
        self.known[n] = charge.map(|charge| {
            let at = ways.barriers.mesh.vertices[v as usize];
            ways.cost(km(self.from.at, at), charge)
        });
        self.hop[n] = self.known[n].map_or(f64::INFINITY, |cost| cost[ways.by]);
        if self.known[n].is_some() {
            self.seen.push(n as u32);
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
