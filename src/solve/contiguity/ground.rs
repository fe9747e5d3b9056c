//! Owners on the map: what a move costs, and whether it tears a territory apart.

use super::coupling::Rows;
use crate::base::ids::RepIx;
use crate::model::Model;
use crate::territory::Adjacency;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Sites that are added up together: sums do not depend on the number of threads.
const PIECE: usize = 16_384;
/// Places looked at before a territory counts as torn.
const LOOK: usize = 400;

/// What a node means to a rep.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offer {
    pub cost: f64,
    /// Cost plus the price of the loads.
    pub value: f64,
    /// Amount that changes hands.
    pub moved: f64,
}

/// Moves made, to be taken back: (node, the owner it had, the versions of both territories before).
pub(super) type Log = Vec<(u32, RepIx, [u32; 2])>;

/// A plan on a graph of neighbours. What moves are *nodes*: sites, or groups of sites that stay together.
pub(super) struct Ground<'a> {
    pub model: &'a Model,
    pub graph: &'a Adjacency,
    pub owner: Vec<RepIx>,
    pub load: Vec<f64>,
    pub rows: Rows,
    /// Cost of the plan: travel, and what load beside the targets costs.
    pub cost: f64,
    /// Tells one state of each territory from another; what is taken back has the version it had.
    pub version: Vec<u32>,
    /// Versions in the plan that moves are taken back to (see [`Ground::begin`]).
    pub base: Vec<u32>,
    /// The greatest version yet.
    newest: u32,
    node_of: Vec<u32>,
    start: Vec<u32>,
    member: Vec<u32>,
    /// Per pair of neighbouring reps the nodes of the first that touch the second, and some that did.
    borders: BTreeMap<(u32, u32), Vec<u32>>,
    /// Per place, the last search that saw it.
    seen: Vec<u32>,
    search: u32,
    /// What a search has: the places round the one that leaves, and the places to look at next.
    near: Vec<u32>,
    queue: Vec<u32>,
}

impl<'a> Ground<'a> {
    pub fn new(
        model: &'a Model,
        graph: &'a Adjacency,
        rows: Rows,
        owner: Vec<RepIx>,
    ) -> Ground<'a> {
        let (node_of, start, member) = nodes(model);
        let mut ground = Ground {
            model,
            graph,
            load: vec![0.0; rows.mu.len()],
            rows,
            cost: 0.0,
            version: vec![0; model.k],
            base: vec![0; model.k],
            newest: 0,
            node_of,
            start,
            member,
            borders: BTreeMap::new(),
            seen: vec![0; graph.places()],
            search: 0,
            near: Vec::new(),
            queue: Vec::new(),
            owner,
        };
        let parts: Vec<(f64, Vec<f64>, Vec<u32>)> = (0..model.n.div_ceil(PIECE))
            .into_par_iter()
            .map(|p| ground.part(p * PIECE..((p + 1) * PIECE).min(model.n)))
            .collect();
        for (cost, load, border) in parts {
            ground.cost += cost;
            let rows = ground.load.iter_mut().zip(load);
            rows.for_each(|(sum, part)| *sum += part);
            border.into_iter().for_each(|i| ground.enlist(i as usize));
        }
        let rows = 0..ground.rows.deviation.len();
        let beside = |row: usize| ground.rows.deviation(row).cost(ground.load[row]);
        ground.cost += rows.map(beside).sum::<f64>();
        ground
    }

    /// Travel cost and loads of some sites, and those of them that touch another rep.
    fn part(&self, sites: Range<usize>) -> (f64, Vec<f64>, Vec<u32>) {
        let model = self.model;
        let (mut cost, mut load) = (0.0, vec![0.0; self.rows.mu.len()]);
        let mut border = Vec::new();
        for i in sites {
            let j = self.owner[i];
            cost += model.pair_cost(i, j).unwrap_or(0.0);
            for m in 0..model.m {
                load[j.at() * model.m + m] += model.activity(i, j, m);
            }
            if let Some(row) = self.change_row() {
                load[row] += self.moved(i, j);
            }
            let place = self.graph.place(i);
            let mut near = self.graph.neighbours(place).iter().map(|p| *p as usize);
            let alone = |p: usize| {
                self.graph
                    .sites(p)
                    .iter()
                    .all(|s| self.owner[*s as usize] == j)
            };
            if !(alone(place) && near.all(alone)) {
                border.push(i as u32);
            }
        }
        (cost, load, border)
    }

    /// The row of the limit on change.
    pub fn change_row(&self) -> Option<usize> {
        self.model
            .change
            .as_ref()
            .filter(|c| c.limit.is_finite())
            .map(|_| self.model.k * self.model.m)
    }

    /// What changes hands when site `i` goes to `j`.
    fn moved(&self, i: usize, j: RepIx) -> f64 {
        self.model.moved(i, j)
    }

    pub fn sites(&self, node: u32) -> &[u32] {
        &self.member[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }

    pub fn node(&self, site: u32) -> u32 {
        self.node_of[site as usize]
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.start.len() - 1
    }

    /// The rep that a node is with.
    pub fn rep(&self, node: u32) -> RepIx {
        self.owner[self.member[self.start[node as usize] as usize] as usize]
    }

    /// Whether the rules let rep `j` have the node.
    pub fn permits(&self, node: u32, j: RepIx) -> bool {
        let open = |i: &u32| self.model.forbidden_by(*i as usize, j).is_none();
        self.sites(node).iter().all(open)
    }

    /// What the node means to rep `j`; its loads are appended to `loads`.
    pub fn offer(&self, node: u32, j: RepIx, loads: &mut Vec<f64>) -> Offer {
        let (m, at) = (self.model.m, loads.len());
        loads.resize(at + m, 0.0);
        let mut offer = Offer::default();
        for i in self.sites(node) {
            let i = *i as usize;
            offer.cost += self.model.pair_cost(i, j).unwrap_or(0.0);
            offer.moved += self.moved(i, j);
            for r in 0..m {
                loads[at + r] += self.model.activity(i, j, r);
            }
        }
        offer.value = offer.cost;
        for r in 0..m {
            offer.value += self.rows.mu[j.at() * m + r] * loads[at + r];
        }
        if let Some(row) = self.change_row() {
            offer.value += self.rows.mu[row] * offer.moved;
        }
        offer
    }

    /// What it costs, at the prices, to give the node to `to`.
    pub fn shift(&self, node: u32, to: RepIx) -> f64 {
        let mut loads = Vec::new();
        let now = self.offer(node, self.rep(node), &mut loads).value;
        self.offer(node, to, &mut loads).value - now
    }

    /// Travel cost and fines.
    pub fn total(&self) -> f64 {
        self.cost + self.fines()
    }

    /// Fines for loads outside their bounds.
    pub fn fines(&self) -> f64 {
        (0..self.load.len())
            .map(|row| self.rows.fine(row, self.load[row]))
            .sum()
    }

    /// The rows of reps and measures whose load is outside its bounds, ascending.
    pub fn outside(&self) -> Vec<usize> {
        (0..self.model.k * self.model.m)
            .filter(|row| self.rows.fine(*row, self.load[*row]) > 0.0)
            .collect()
    }

    /// Whether rep `j` has a site at the place.
    pub fn holds(&self, place: usize, j: RepIx) -> bool {
        let mut sites = self.graph.sites(place).iter();
        sites.any(|s| self.owner[*s as usize] == j)
    }

    /// Whether rep `j` has a site at the place of `site` or next to it.
    fn touches(&self, site: usize, j: RepIx) -> bool {
        let place = self.graph.place(site);
        let mut near = self.graph.neighbours(place).iter();
        self.holds(place, j) || near.any(|p| self.holds(*p as usize, j))
    }

    /// Whether the territory of `site` stays in as many pieces (or fewer) when the site leaves.
    ///
    /// Its neighbours of the same owner must reach each other without it. The search goes round the site, so
    /// a few steps tell as a rule; a long way round counts as none.
    pub fn may_leave(&mut self, site: usize) -> bool {
        let j = self.owner[site];
        let place = self.graph.place(site);
        let mates = self.graph.sites(place);
        if mates.len() > 1
            && mates
                .iter()
                .any(|s| *s as usize != site && self.owner[*s as usize] == j)
        {
            return true;
        }
        let mut near = std::mem::take(&mut self.near);
        let around = self.graph.neighbours(place).iter().copied();
        near.clear();
        near.extend(around.filter(|p| self.holds(*p as usize, j)));
        let whole = near.len() < 2 || self.graph.joins(&near) || self.in_one_piece(place, &near, j);
        self.near = near;
        whole
    }

    /// Whether some places of rep `j` next to `place` reach each other without it, over places of the rep.
    fn in_one_piece(&mut self, place: usize, near: &[u32], j: RepIx) -> bool {
        self.search += 1;
        let mark = self.search;
        self.seen[place] = mark;
        self.seen[near[0] as usize] = mark;
        let mut queue = std::mem::take(&mut self.queue);
        queue.clear();
        queue.push(near[0]);
        let mut missing = near.len() - 1;
        let mut at = 0;
        while at < queue.len() && at < LOOK && missing > 0 {
            for next in self.graph.neighbours(queue[at] as usize) {
                if self.seen[*next as usize] != mark && self.holds(*next as usize, j) {
                    self.seen[*next as usize] = mark;
                    queue.push(*next);
                    missing -= usize::from(near.contains(next));
                }
            }
            at += 1;
        }
        self.queue = queue;
        missing == 0
    }

    /// Gives a node to `to` if no territory gains a piece by it.
    pub fn try_move(&mut self, node: u32, to: RepIx, log: &mut Log) -> bool {
        let from = self.rep(node);
        let range = self.start[node as usize] as usize..self.start[node as usize + 1] as usize;
        for at in range.clone() {
            let site = self.member[at] as usize;
            if !self.touches(site, to) || !self.may_leave(site) {
                // Back with those that went already.
                for back in range.start..at {
                    self.owner[self.member[back] as usize] = from;
                }
                return false;
            }
            self.owner[site] = to;
        }
        for at in range {
            self.owner[self.member[at] as usize] = from;
        }
        self.give(node, to, log);
        true
    }

    /// Gives a node to `to`, whatever that does to the territories.
    pub fn give(&mut self, node: u32, to: RepIx, log: &mut Log) {
        let from = self.rep(node);
        let before = [self.version[from.at()], self.version[to.at()]];
        log.push((node, from, before));
        self.newest += 1;
        self.set(node, to, [self.newest; 2]);
    }

    /// Starts a new log: the plan as it is now is what later moves are taken back to.
    pub fn begin(&mut self, log: &mut Log) {
        log.clear();
        self.base.clone_from(&self.version);
    }

    /// Sets the owner, and the versions of the territory left and the one entered.
    fn set(&mut self, node: u32, to: RepIx, versions: [u32; 2]) {
        let m = self.model.m;
        let from = self.rep(node);
        let mut loads = Vec::with_capacity(2 * m);
        let before = self.offer(node, from, &mut loads);
        let after = self.offer(node, to, &mut loads);
        self.cost += after.cost - before.cost;
        for r in 0..m {
            self.shift_load(from.at() * m + r, -loads[r]);
            self.shift_load(to.at() * m + r, loads[m + r]);
        }
        if let Some(row) = self.change_row() {
            self.load[row] += after.moved - before.moved;
        }
        self.version[from.at()] = versions[0];
        self.version[to.at()] = versions[1];
        for at in self.start[node as usize]..self.start[node as usize + 1] {
            self.owner[self.member[at as usize] as usize] = to;
        }
        for at in self.start[node as usize]..self.start[node as usize + 1] {
            let site = self.member[at as usize] as usize;
            self.enlist(site);
            let place = self.graph.place(site);
            for near in self.graph.neighbours(place) {
                for s in self.graph.sites(*near as usize) {
                    let other = self.owner[*s as usize];
                    if other != to {
                        let list = self.borders.entry((other.0, to.0)).or_default();
                        list.push(self.node_of[*s as usize]);
                    }
                }
            }
        }
    }

    fn shift_load(&mut self, row: usize, by: f64) {
        let (before, after) = (self.load[row], self.load[row] + by);
        if let Some(beside) = self.rows.deviation.get(row) {
            self.cost += beside.cost(after) - beside.cost(before);
        }
        self.load[row] = after;
    }

    /// Takes back the moves of the log from `begin` on.
    pub fn undo(&mut self, log: &mut Log, begin: usize) {
        while log.len() > begin {
            if let Some((node, rep, [left, entered])) = log.pop() {
                self.set(node, rep, [entered, left]);
            }
        }
    }

    /// Notes the borders that a site is on.
    fn enlist(&mut self, site: usize) {
        let j = self.owner[site];
        let node = self.node_of[site];
        let place = self.graph.place(site);
        let own = std::iter::once(place as u32);
        for near in own.chain(self.graph.neighbours(place).iter().copied()) {
            for s in self.graph.sites(near as usize) {
                let l = self.owner[*s as usize];
                if l != j {
                    let list = self.borders.entry((j.0, l.0)).or_default();
                    if list.last() != Some(&node) {
                        list.push(node);
                    }
                }
            }
        }
    }

    /// The sites of some reps, ascending; `None` where they are more than `most`.
    pub fn sites_of(&self, reps: &[RepIx], most: usize) -> Option<Vec<u32>> {
        let own = self
            .owner
            .iter()
            .enumerate()
            .filter(|(_, j)| reps.contains(j));
        let sites: Vec<u32> = own.map(|(i, _)| i as u32).take(most + 1).collect();
        (sites.len() <= most).then_some(sites)
    }

    /// The nodes of rep `j` that touch rep `l`, ascending.
    pub fn border(&mut self, j: usize, l: usize) -> Vec<u32> {
        let key = (j as u32, l as u32);
        let mut list = self.borders.remove(&key).unwrap_or_default();
        list.sort_unstable();
        list.dedup();
        list.retain(|node| {
            let touching = |s: &u32| self.touches(*s as usize, RepIx(l as u32));
            self.rep(*node).at() == j && self.sites(*node).iter().any(touching)
        });
        self.borders.insert(key, list.clone());
        list
    }

    /// Which reps are next to each other now, or have been.
    pub fn neighbours(&self) -> Vec<Vec<u32>> {
        let mut out = vec![Vec::new(); self.model.k];
        for ((j, l), list) in &self.borders {
            if !list.is_empty() {
                out[*j as usize].push(*l);
            }
        }
        out
    }
}

/// Node of each site, and the sites of each node: groups as one, all other sites alone.
fn nodes(model: &Model) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let mut node_of = Vec::with_capacity(model.n);
    let mut of_group = vec![u32::MAX; model.groups];
    let mut count = 0;
    for i in 0..model.n {
        let group = model
            .group
            .get(i)
            .and_then(|g| of_group.get_mut(*g as usize));
        let node = match group {
            Some(first) if *first != u32::MAX => *first,
            first => {
                count += 1;
                if let Some(first) = first {
                    *first = count - 1;
                }
                count - 1
            }
        };
        node_of.push(node);
    }
    let mut start = vec![0; count as usize + 1];
    node_of.iter().for_each(|v| start[*v as usize + 1] += 1);
    (0..count as usize).for_each(|v| start[v + 1] += start[v]);
    let mut fill = start.clone();
    let mut member = vec![0; model.n];
    for (i, v) in node_of.iter().enumerate() {
        member[fill[*v as usize] as usize] = i as u32;
        fill[*v as usize] += 1;
    }
    (node_of, start, member)
}
