//! Islands joined to what surrounds them, or to the rest of their territory.

use super::ground::{Ground, Log};
use crate::base::ids::RepIx;
use crate::territory::{Adjacency, Pieces};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// Places that the search for a bridge looks at.
const FAR: usize = 20_000;

/// Whether every territory is contiguous.
pub(super) fn none_cut_off(graph: &Adjacency, owner: &[RepIx], reps: usize) -> bool {
    crate::territory::islands(graph, owner, reps).is_empty()
}

/// Reps with a site next to the island, ascending.
fn around(g: &Ground, island: &[u32]) -> Vec<RepIx> {
    let rep = g.owner[island[0] as usize];
    let mut reps: Vec<RepIx> = Vec::new();
    for site in island {
        let place = g.graph.place(*site as usize);
        let near = g.graph.neighbours(place).iter().map(|p| *p as usize);
        for s in near.chain([place]).flat_map(|p| g.graph.sites(p)) {
            let other = g.owner[*s as usize];
            if other != rep && !reps.contains(&other) {
                reps.push(other);
            }
        }
    }
    reps.sort_unstable();
    reps
}

/// The nodes of an island, `None` when a group has members elsewhere.
fn nodes(g: &Ground, island: &[u32]) -> Option<Vec<u32>> {
    let mut nodes: Vec<u32> = island.iter().map(|s| g.node(*s)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let whole: usize = nodes.iter().map(|v| g.sites(*v).len()).sum();
    (whole == island.len()).then_some(nodes)
}

/// The reps that may have the whole island, the cheapest first.
pub(super) fn takers(g: &Ground, island: &[u32]) -> Vec<(RepIx, Vec<u32>)> {
    let Some(nodes) = nodes(g, island) else {
        return Vec::new();
    };
    let mut open: Vec<(f64, RepIx)> = around(g, island)
        .into_iter()
        .filter(|j| nodes.iter().all(|v| g.permits(*v, *j)))
        .map(|j| (nodes.iter().map(|v| g.shift(*v, j)).sum(), j))
        .collect();
    open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    open.into_iter().map(|(_, j)| (j, nodes.clone())).collect()
}

/// Gives away what can leave an island node by node, each to a neighbour in the main piece of its territory;
/// returns whether anything left.
fn peel(g: &mut Ground, pieces: &Pieces, main: &[bool], island: &[u32], log: &mut Log) -> bool {
    let rep = g.owner[island[0] as usize];
    let mut any = false;
    let mut again = true;
    while again {
        again = false;
        for site in island {
            let (site, node) = (*site as usize, g.node(*site));
            if g.sites(node).len() > 1 || g.owner[site] != rep {
                continue;
            }
            let place = g.graph.place(site);
            let near = g.graph.neighbours(place).iter().map(|p| *p as usize);
            let mut open: Vec<RepIx> = near
                .chain([place])
                .flat_map(|p| g.graph.sites(p))
                .map(|s| *s as usize)
                .filter(|s| g.owner[*s] != rep)
                .filter(|s| {
                    // What was done since for other islands may have changed the owner.
                    let piece = pieces.of_site[*s] as usize;
                    main[piece] && pieces.all[piece].rep == g.owner[*s]
                })
                .map(|s| g.owner[s])
                .collect();
            open.sort_unstable();
            open.dedup();
            open.retain(|j| g.permits(node, *j));
            let cheapest = open
                .into_iter()
                .map(|j| (g.shift(node, j), j))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, j)) = cheapest
                && g.try_move(node, j, log)
            {
                (any, again) = (true, true);
            }
        }
    }
    any
}

/// A cheapest way of sites of other reps from an island to the main piece of its territory, at most `longest`
/// sites; every one of them may go to the rep.
///
/// Dijkstra's algorithm over places, a step costing what the new owner costs more at the prices.
pub(super) fn bridge(
    g: &Ground,
    pieces: &Pieces,
    main: &[bool],
    island: &[u32],
    longest: usize,
) -> Option<Vec<u32>> {
    let rep = g.owner[island[0] as usize];
    let own = pieces.of_site[island[0] as usize];
    // Cost in millionths of a unit, so that the order is total; place -> (cost, steps, from).
    let mut best: HashMap<u32, (u64, usize, u32)> = HashMap::new();
    let mut queue: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let mut done = 0;
    for site in island {
        let place = g.graph.place(*site as usize) as u32;
        if best.insert(place, (0, 0, u32::MAX)).is_none() {
            queue.push(Reverse((0, place)));
        }
    }
    while let Some(Reverse((cost, place))) = queue.pop() {
        let (known, steps, _) = best[&place];
        if known < cost {
            continue;
        }
        done += 1;
        if done > FAR {
            return None;
        }
        for next in g.graph.neighbours(place as usize) {
            let home = g.graph.sites(*next as usize).iter().find(|s| {
                let piece = pieces.of_site[**s as usize];
                piece != own && g.owner[**s as usize] == rep && main[piece as usize]
            });
            if home.is_some() {
                return Some(way(g, &best, place, rep));
            }
            if steps == longest {
                continue;
            }
            let Some(site) = crossing(g, *next, rep) else {
                continue;
            };
            let step = (g.shift(g.node(site), rep).max(0.0) * 1e6).min(1e15) as u64;
            let total = cost + step + 1;
            if best.get(next).is_none_or(|b| total < b.0) {
                best.insert(*next, (total, steps + 1, place));
                queue.push(Reverse((total, *next)));
            }
        }
    }
    None
}

/// The first site at a place that may go to `rep` alone.
fn crossing(g: &Ground, place: u32, rep: RepIx) -> Option<u32> {
    let mut sites = g.graph.sites(place as usize).iter().copied();
    sites.find(|s| {
        let node = g.node(*s);
        g.sites(node).len() == 1 && g.permits(node, rep)
    })
}

/// The sites to take over on the way back from `place` to the island, the ones next to the island first.
fn way(g: &Ground, best: &HashMap<u32, (u64, usize, u32)>, place: u32, rep: RepIx) -> Vec<u32> {
    let mut sites = Vec::new();
    let mut at = place;
    while let Some((_, steps, from)) = best.get(&at)
        && *steps > 0
    {
        if !g.holds(at as usize, rep) {
            sites.extend(crossing(g, at, rep));
        }
        at = *from;
    }
    sites.reverse();
    sites
}

/// Rounds of joining islands; each takes one pass over the map.
const ROUNDS: usize = 30;
/// Bridges built for one island before it is given up.
const BRIDGES: usize = 3;

/// Joins every island that the rules let go to a neighbour, or else builds a bridge to the rest of its
/// territory, at whatever cost and load. What is left is forced by the rules, or nearly so.
pub(super) fn join_all(g: &mut Ground) {
    let mut log = Vec::new();
    let mut bridges: BTreeMap<u32, usize> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let pieces = Pieces::new(g.graph, &g.owner, g.model.k);
        let island = pieces.islands();
        let main: Vec<bool> = island.iter().map(|cut| !cut).collect();
        let mut order: Vec<usize> = (0..main.len()).filter(|p| island[*p]).collect();
        order.sort_by_key(|p| (pieces.all[*p].sites.len(), *p));
        let mut progress = false;
        for piece in order {
            let (rep, sites) = (pieces.all[piece].rep, &pieces.all[piece].sites);
            if sites.iter().any(|s| g.owner[*s as usize] != rep) {
                progress = true;
                continue;
            }
            log.clear();
            if let Some((to, nodes)) = takers(g, sites).into_iter().next() {
                nodes.iter().for_each(|v| g.give(*v, to, &mut log));
                progress = true;
                continue;
            }
            if peel(g, &pieces, &main, sites, &mut log) {
                progress = true;
                continue;
            }
            let tried = bridges.entry(sites[0]).or_default();
            *tried += 1;
            if *tried <= BRIDGES
                && let Some(way) = bridge(g, &pieces, &main, sites, usize::MAX)
            {
                for s in way {
                    let node = g.node(s);
                    g.give(node, rep, &mut log);
                }
                progress = true;
            }
        }
        if !progress {
            return;
        }
    }
}
