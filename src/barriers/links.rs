//! The links of the visibility graph.
//!
//! Those that pay nothing are found first. One that crosses barriers at a cost is worth its place only where no way over links that are known already
//! costs as little: the ways from each node limit what its great circles may pay.

use super::sight::{Limit, Walls};
use super::sphere::km;
use super::ways::Ways;
use rayon::prelude::*;

/// Two nodes, and what the way between them costs.
type Link = (u32, u32, [f64; 2]);

impl Ways<'_> {
    pub(super) fn link(&mut self) {
        let corners = self.barriers.corners.len() as u32;
        let free = |v: u32| {
            let (mut links, mut walls) = (Vec::new(), self.walls(v));
            for w in v + 1..corners {
                self.between(v, w, &mut walls, &mut links, &mut |_, _| f64::MIN_POSITIVE);
            }
            self.at_corner(v, &mut links);
            links
        };
        let found: Vec<Vec<Link>> = (0..corners).into_par_iter().map(free).collect();
        let mut all: Vec<Link> = found.into_iter().flatten().collect();
        self.over_gates(&mut all);
        self.fill(&all);
        let edges = &self.barriers.mesh.edges;
        if edges.iter().all(|e| e.is_shut()) {
            return;
        }
        let found: Vec<Vec<Link>> = (0..corners)
            .into_par_iter()
            .map(|v| self.paying(v))
            .collect();
        all.extend(found.into_iter().flatten());
        self.fill(&all);
    }

    /// What may be in the way from a corner.
    fn walls(&self, v: u32) -> Walls {
        Walls::around(self.barriers, self.barriers.corner(v), self.by)
    }

    /// Puts links in the order of their nodes, in both directions.
    fn fill(&mut self, links: &[Link]) {
        let both = |(a, b, cost): &Link| [(*a, *b, *cost), (*b, *a, *cost)];
        let mut all: Vec<Link> = links.iter().flat_map(both).collect();
        all.sort_unstable_by(|(a, b, x), (c, d, y)| {
            let costs = || x[0].total_cmp(&y[0]).then(x[1].total_cmp(&y[1]));
            (a, b).cmp(&(c, d)).then_with(costs)
        });
        self.start = vec![0; self.nodes.len() + 1];
        all.iter()
            .for_each(|(a, ..)| self.start[*a as usize + 1] += 1);
        (0..self.nodes.len()).for_each(|n| self.start[n + 1] += self.start[n]);
        self.links = all.into_iter().map(|(_, b, cost)| (b, cost)).collect();
    }

    /// Links of a corner to later ones that pay, and less than all other ways cost.
    fn paying(&self, v: u32) -> Vec<Link> {
        let (mut links, mut walls) = (Vec::new(), self.walls(v));
        let first = self.nodes_of(v).start;
        let mut known: Vec<Option<Vec<[f64; 2]>>> = vec![None; self.nodes_of(v).len()];
        for w in v + 1..self.barriers.corners.len() as u32 {
            self.between(v, w, &mut walls, &mut links, &mut |[a, b], straight| {
                let own = &self.links
                    [self.start[a as usize] as usize..self.start[a as usize + 1] as usize];
                if own.binary_search_by_key(&b, |(to, _)| *to).is_ok() {
                    return 0.0;
                }
                let ways = &mut known[(a - first) as usize];
                let ways = ways.get_or_insert_with(|| self.spread(&[(a, [0.0; 2])]));
                ways[b as usize][self.by] - straight
            });
        }
        links
    }

    /// Links along the great circle between two corners that pay less than the limit for their nodes and what they cost without.
    fn between(
        &self,
        v: u32,
        w: u32,
        walls: &mut Walls,
        links: &mut Vec<Link>,
        most: &mut impl FnMut([u32; 2], f64) -> f64,
    ) {
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
            None => {
                let Some(a) = self.facing(v, to.at) else {
                    return;
                };
                [Some((Some(a), self.facing(w, from.at))), None]
            }
        };
        for (a, b) in pairs.into_iter().flatten() {
            let (Some(a), Some(b)) = (a, b) else {
                continue;
            };
            let straight = self.cost(km(from.at, to.at), [0.0; 2]);
            let most = most([a, b], straight[self.by]);
            let limit = Limit { by: self.by, most };
            if most > 0.0
                && let Ok(charge) = walls.sight(self.barriers, from, to, limit)
            {
                links.push((a, b, [0, 1].map(|i| straight[i] + charge[i])));
            }
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
}
