//! A graph of what an extract has.

use super::graph::{Arc, DEGREE, Edge, Facts, Graph, NO_BEARING, NONE};
use super::parts::{largest_part, reached, sorted_by};
use super::pbf::{Extract, Turn};
use super::profile::Node;
use super::search::Searcher;
use crate::base::sphere::EARTH_RADIUS_KM;
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use std::collections::HashMap;

/// The most stretches that meet in a node.
const MOST_AT_A_NODE: usize = 1000;

/// A stretch between junctions, as it is found.
struct Stretch {
    way: u32,
    ends: [u32; 2],
    /// Corners in [`Builder::shape`].
    corners: std::ops::Range<usize>,
    /// Milliseconds along and against the nodes of the way; `None` where it is not driven so.
    ms: [Option<u32>; 2],
    /// What its end takes, either way.
    wait: [u32; 2],
    cm: u32,
}

struct Builder<'a> {
    extract: &'a Extract,
    /// Vertex of each node that is a junction.
    vertex: Vec<u32>,
    /// Node of each vertex.
    node: Vec<u32>,
    stretches: Vec<Stretch>,
    shape: Vec<[i32; 2]>,
    missing: usize,
}

/// Makes the graph, and keeps the largest part of it in which each place can be reached from each.
pub(super) fn build(extract: &Extract) -> Result<Graph, Box<Problem>> {
    let mut builder = Builder {
        extract,
        vertex: vec![NONE; extract.nodes.len()],
        node: Vec::new(),
        stretches: Vec::new(),
        shape: Vec::new(),
        missing: extract
            .places
            .iter()
            .filter(|place| place.is_none())
            .count(),
    };
    let places = |refs: &[i64]| -> Vec<u32> {
        let at = refs.iter().map(|id| extract.nodes.binary_search(id));
        let mut at: Vec<u32> = at.map(|at| at.unwrap_or_default() as u32).collect();
        // A node twice in a row is one: a stretch without length would be a place to turn round.
        at.dedup();
        at
    };
    let ways: Vec<Vec<u32>> = extract
        .ways
        .iter()
        .map(|way| places(&extract.refs[way.nodes.clone()]))
        .collect();
    let junctions = junctions(&ways, extract.nodes.len());
    for (at, nodes) in ways.iter().enumerate() {
        builder.cut(at as u32, nodes, &junctions);
    }
    builder.is_plausible()?;
    Ok(builder.finish())
}

/// Whether each node is an end of a way, or on ways more than once.
fn junctions(ways: &[Vec<u32>], nodes: usize) -> Vec<bool> {
    let mut seen = vec![false; nodes];
    let mut junction = vec![false; nodes];
    for way in ways {
        for end in [way.first(), way.last()].into_iter().flatten() {
            junction[*end as usize] = true;
        }
        for node in way {
            let node = *node as usize;
            junction[node] |= std::mem::replace(&mut seen[node], true);
        }
    }
    junction
}

impl Builder<'_> {
    /// Refuses what no map has, before turns are made of it: so many that they fill the memory.
    fn is_plausible(&self) -> Result<(), Box<Problem>> {
        let mut meet = vec![0_usize; self.node.len()];
        let ends = self.stretches.iter().flat_map(|s| s.ends);
        ends.for_each(|v| meet[v as usize] += 1);
        let Some(v) = meet.iter().position(|meet| *meet > MOST_AT_A_NODE) else {
            return Ok(());
        };
        let node = self.extract.nodes[self.node[v] as usize];
        let what = format!("{} roads meet in node {node}", thousands(meet[v]));
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        Err(problem
            .help("no junction has that many: download the extract again")
            .into())
    }

    /// What the extract knows of a node.
    fn special(&self, node: u32) -> Option<Node> {
        let list = &self.extract.special;
        let at = list.binary_search_by_key(&node, |(at, _)| *at).ok()?;
        Some(list[at].1)
    }

    /// The vertex of a node; a new one where nobody passes.
    fn vertex_of(&mut self, node: u32) -> u32 {
        let shut = self.special(node) == Some(Node::Shut);
        let known = self.vertex[node as usize];
        if known != NONE && !shut {
            return known;
        }
        let new = self.node.len() as u32;
        self.node.push(node);
        self.vertex[node as usize] = new;
        new
    }

    /// Cuts a way where others meet it, where nobody passes, and where a node is missing.
    fn cut(&mut self, way: u32, nodes: &[u32], junctions: &[bool]) {
        let mut run: Vec<u32> = Vec::new();
        let pace = self.pace(way, nodes);
        for node in nodes {
            if self.extract.places[*node as usize].is_none() {
                self.stretch(way, &std::mem::take(&mut run), pace);
                continue;
            }
            run.push(*node);
            // What slows who passes is passed between two stretches: none of it is on the way to a place in the middle of one.
            let ends = junctions[*node as usize] || self.special(*node).is_some();
            if ends && run.len() > 1 {
                self.stretch(way, &run, pace);
                run.clear();
                run.push(*node);
            }
        }
        self.stretch(way, &run, pace);
    }

    /// A stretch over these nodes.
    fn stretch(&mut self, way: u32, nodes: &[u32], pace: Option<f64>) {
        let [first, .., last] = nodes else { return };
        let ends = [self.vertex_of(*first), self.vertex_of(*last)];
        let begin = self.shape.len();
        let places = nodes
            .iter()
            .filter_map(|n| self.extract.places[*n as usize]);
        self.shape.extend(places);
        let corners = begin..self.shape.len();
        let cm = centimetres(&self.shape[corners.clone()]);
        let drive = &self.extract.ways[way as usize].drive;
        let waits = |node: u32, side: usize| match self.special(node) {
            Some(Node::Slow(ms)) => ms[side],
            _ => 0,
        };
        let wait = [waits(*last, 0), waits(*first, 1)];
        // Metres per km/h: 3.6 s, and so 36 ms a centimetre.
        let time = |kmh: f64| (f64::from(cm) * 36.0 / kmh).round() as u32;
        let timed = pace.map(|pace| (f64::from(cm) * pace).round() as u32);
        let ms = [0, 1].map(|side| {
            let kmh = drive.kmh[side]?;
            Some(timed.unwrap_or_else(|| time(kmh)))
        });
        self.stretches.push(Stretch {
            way,
            ends,
            corners,
            ms,
            wait,
            cm,
        });
    }

    /// Milliseconds a centimetre of a way that takes its time as a whole.
    fn pace(&self, way: u32, nodes: &[u32]) -> Option<f64> {
        let seconds = self.extract.ways[way as usize].drive.seconds?;
        let places = nodes
            .iter()
            .filter_map(|n| self.extract.places[*n as usize]);
        let places: Vec<[i32; 2]> = places.collect();
        Some(seconds * 1000.0 / f64::from(centimetres(&places).max(1)))
    }

    /// The largest part in which each stretch can be driven to from each, by the turns that are allowed.
    fn finish(mut self) -> Graph {
        let km = |cm: u32| f64::from(cm) / 1e5;
        let all: f64 = self.stretches.iter().map(|s| km(s.cm)).sum();
        loop {
            let (mut graph, of_edges) = self.assemble();
            let kept = connected(&graph);
            if kept.iter().all(|kept| *kept) {
                graph.facts.km = graph
                    .edges
                    .iter()
                    .map(|e| km(graph.arcs[e.arc as usize].cm))
                    .sum();
                graph.facts.cut_km = all - graph.facts.km;
                return graph;
            }
            // Where a stretch is gone, who comes by others may have to turn round: so once more.
            for (stretch, _) in of_edges.iter().zip(kept).filter(|(_, kept)| !kept) {
                self.stretches[*stretch as usize].ms = [None; 2];
            }
        }
    }

    /// The graph of the stretches that are driven; and of each edge its stretch.
    fn assemble(&self) -> (Graph, Vec<u32>) {
        let driven = |s: &&Stretch| s.ms.iter().any(Option::is_some);
        let mut number = vec![NONE; self.node.len()];
        let mut graph = Graph::default();
        let mut of_edges = Vec::new();
        for (at, s) in self.stretches.iter().enumerate().filter(|(_, s)| driven(s)) {
            let ends = s.ends.map(|v| {
                let number = &mut number[v as usize];
                if *number == NONE {
                    *number = graph.meet.len() as u32;
                    graph.meet.push(0);
                }
                *number
            });
            ends.iter().for_each(|v| {
                let meet = &mut graph.meet[*v as usize];
                *meet = meet.saturating_add(1);
            });
            self.arcs(s, ends, &mut graph);
            of_edges.push(at as u32);
        }
        let vertices = graph.meet.len();
        (graph.out_start, graph.out) = sorted_by(vertices, graph.arcs.iter().map(|a| a.tail));
        (graph.into_start, graph.into) = sorted_by(vertices, graph.arcs.iter().map(|a| a.head));
        let way = |arc: u32| {
            let edge = graph.arcs[arc as usize].edge;
            let stretch = &self.stretches[of_edges[edge as usize] as usize];
            self.extract.ways[stretch.way as usize].id
        };
        let (banned, unclear) = banned(&graph, &way, self.extract, &self.turned(&number));
        graph.banned = banned;
        mark(&mut graph);
        graph.facts = Facts {
            vertices,
            arcs: graph.arcs.len(),
            banned_turns: graph.banned.len(),
            turns_not_kept: self.extract.turns_over_ways + unclear,
            missing_nodes: self.missing,
            ..Facts::default()
        };
        (graph, of_edges)
    }

    /// The vertices of nodes where turns are restricted.
    fn turned(&self, number: &[u32]) -> HashMap<i64, u32> {
        let vertex = |turn: &Turn| {
            let node = self.extract.nodes.binary_search(&turn.via).ok()?;
            let made = *number.get(self.vertex[node] as usize)?;
            (made != NONE).then_some((turn.via, made))
        };
        self.extract.turns.iter().filter_map(vertex).collect()
    }

    /// Adds the stretch and its arcs.
    fn arcs(&self, s: &Stretch, ends: [u32; 2], graph: &mut Graph) {
        let corners = &self.shape[s.corners.clone()];
        let from = graph.shape.len() as u32;
        graph.shape.extend(corners);
        let (edge, first) = (graph.edges.len() as u32, graph.arcs.len() as u32);
        let [begin, end] = bearings(corners);
        let back = |degrees: u16| match degrees {
            NO_BEARING => NO_BEARING,
            degrees => (degrees + 180) % 360,
        };
        let both = s.ms[0].is_some() && s.ms[1].is_some();
        let local = self.extract.ways[s.way as usize].drive.local;
        let sides = [
            (s.ms[0], s.wait[0], ends, [begin, end]),
            (
                s.ms[1],
                s.wait[1],
                [ends[1], ends[0]],
                [back(end), back(begin)],
            ),
        ];
        let driven = sides
            .into_iter()
            .filter_map(|(ms, wait, ends, bearing)| Some((ms?, wait, ends, bearing)));
        for (at, (ms, wait, [tail, head], bearing)) in driven.enumerate() {
            graph.arcs.push(Arc {
                tail,
                head,
                ms,
                wait,
                cm: s.cm,
                twin: if both { first + 1 - at as u32 } else { NONE },
                bearing,
                local,
                banned: false,
                ends: false,
                edge,
            });
        }
        graph.edges.push(Edge {
            from,
            to: graph.shape.len() as u32,
            arc: first,
            along: s.ms[0].is_some(),
        });
    }
}

/// Which stretches can be driven to from all others of these, and left for all of them, in either direction: of the largest part in
/// which that is so for arcs, those that lead to it and that it leads to.
fn connected(graph: &Graph) -> Vec<bool> {
    let links = turns(graph);
    let core = largest_part(graph.arcs.len(), &links);
    let from_core = reached(core.clone(), &links);
    let back: Vec<(u32, u32)> = links.iter().map(|(a, b)| (*b, *a)).collect();
    let to_core = reached(core, &back);
    let either = |edge: &Edge, arcs: &[bool]| {
        let twin = graph.arcs[edge.arc as usize].twin;
        arcs[edge.arc as usize] || twin != NONE && arcs[twin as usize]
    };
    let kept = graph
        .edges
        .iter()
        .map(|edge| either(edge, &from_core) && either(edge, &to_core));
    kept.collect()
}

/// Turns that are allowed.
fn turns(graph: &Graph) -> Vec<(u32, u32)> {
    let searcher = Searcher::new(graph);
    let mut links = Vec::new();
    for (from, arc) in graph.arcs.iter().enumerate() {
        let to = graph.leaving(arc.head).iter();
        let allowed = to.filter(|to| searcher.turn(from as u32, **to).is_some());
        links.extend(allowed.map(|to| (from as u32, *to)));
    }
    links
}

/// Turns that are not allowed, ascending; `id` is the way of an arc. Restrictions whose ways go on past the node do not say from which
/// side, or to which: they are counted.
fn banned(
    graph: &Graph,
    id: &dyn Fn(u32) -> i64,
    extract: &Extract,
    vertex: &HashMap<i64, u32>,
) -> (Vec<(u32, u32)>, usize) {
    let mut banned = Vec::new();
    let mut unclear = 0;
    // What is allowed alone, by way and node: with several such, each of them is.
    let mut only: HashMap<(i64, i64), Vec<i64>> = HashMap::new();
    for turn in &extract.turns {
        let Some(via) = vertex.get(&turn.via) else {
            continue;
        };
        if ![turn.from, turn.to]
            .iter()
            .all(|way| ends_at(extract, *way, turn.via))
        {
            unclear += 1;
        } else if turn.only {
            only.entry((turn.from, turn.via)).or_default().push(turn.to);
        } else {
            for entering in graph.ending(*via).iter().filter(|a| id(**a) == turn.from) {
                // Of a way onto itself, turning round is meant.
                let round =
                    |a: u32| turn.from != turn.to || graph.arcs[*entering as usize].twin == a;
                let leaving = graph.leaving(*via).iter();
                let hit = leaving.filter(|a| id(**a) == turn.to && round(**a));
                banned.extend(hit.map(|leaving| (*entering, *leaving)));
            }
        }
    }
    for ((from, via), to) in only {
        let Some(via) = vertex.get(&via) else {
            continue;
        };
        let leaving = graph.leaving(*via);
        if !leaving.iter().any(|a| to.contains(&id(*a))) {
            continue;
        }
        for entering in graph.ending(*via).iter().filter(|a| id(**a) == from) {
            let hit = leaving.iter().filter(|a| !to.contains(&id(**a)));
            banned.extend(hit.map(|leaving| (*entering, *leaving)));
        }
    }
    banned.sort_unstable();
    banned.dedup();
    (banned, unclear)
}

/// Whether a way is driven and has this node at an end.
fn ends_at(extract: &Extract, way: i64, node: i64) -> bool {
    let Ok(at) = extract.ways.binary_search_by_key(&way, |w| w.id) else {
        return false;
    };
    let nodes = &extract.refs[extract.ways[at].nodes.clone()];
    nodes.first() == Some(&node) || nodes.last() == Some(&node)
}

/// Marks arcs whose turns are restricted, and those from which nobody can go on but by turning round.
fn mark(graph: &mut Graph) {
    for (from, to) in &graph.banned {
        graph.arcs[*from as usize].banned = true;
        graph.arcs[*to as usize].banned = true;
    }
    let ends: Vec<bool> = (graph.arcs.iter().enumerate())
        .map(|(at, arc)| {
            let shut = |to: &u32| graph.banned.binary_search(&(at as u32, *to)).is_ok();
            let mut on = graph.leaving(arc.head).iter();
            on.all(|to| *to == arc.twin || (arc.banned && shut(to)))
        })
        .collect();
    let arcs = graph.arcs.iter_mut().zip(ends);
    arcs.for_each(|(arc, ends)| arc.ends = ends);
}

/// Length of a line, cm, along great circles.
pub(super) fn centimetres(corners: &[[i32; 2]]) -> u32 {
    let km: f64 = corners.windows(2).map(|p| km_between(p[0], p[1])).sum();
    (km * 1e5).round() as u32
}

/// Great circle between two places, km: the haversine keeps its digits where they are near.
pub(super) fn km_between(p: [i32; 2], q: [i32; 2]) -> f64 {
    let [[lon1, lat1], [lon2, lat2]] =
        [p, q].map(|p| p.map(|x| (f64::from(x) * DEGREE).to_radians()));
    let (dy, dx) = (((lat2 - lat1) / 2.0).sin(), ((lon2 - lon1) / 2.0).sin());
    let h = dy * dy + lat1.cos() * lat2.cos() * dx * dx;
    2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
}

/// Degrees clockwise from north, where a line begins and where it ends; [`NO_BEARING`] of a line without length.
fn bearings(corners: &[[i32; 2]]) -> [u16; 2] {
    let bearing = |p: [i32; 2], q: [i32; 2]| {
        let flat = (f64::from(p[1]) * DEGREE).to_radians().cos();
        // The shorter way round the Earth.
        let half = 1_800_000_000;
        let east = (i64::from(q[0]) - i64::from(p[0]) + half).rem_euclid(2 * half) - half;
        let (dx, dy) = (east as f64 * flat, f64::from(q[1] - p[1]));
        (dx.atan2(dy).to_degrees().round() as i32).rem_euclid(360) as u16
    };
    let mut pairs = corners.windows(2).filter(|p| p[0] != p[1]);
    let first = pairs.next();
    let last = pairs.next_back().or(first);
    [first, last].map(|p| p.map_or(NO_BEARING, |p| bearing(p[0], p[1])))
}
