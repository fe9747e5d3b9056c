//! A prepared network as bytes, to be kept beside its extract.
//!
//! `revier roads`, the versions of the format and of the profile, the hash of the extract, the columns, each with its length; at the end the
//! SHA-256 of all before. What does not fit in any of these is made anew from the extract.

use super::car;
use super::graph::{Arc, Edge, Facts, Graph, NO_BEARING, NONE};
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 16] = b"revier roads\0\0\0\0";
/// The number of this format.
const FORMAT: u32 = 1;
/// Bytes of the hash at the end.
const HASH: usize = 32;

/// Whether bytes begin as those of a prepared network do.
pub(crate) fn is_ours(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

fn head(extract: &str) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend(FORMAT.to_le_bytes());
    head.extend(car::VERSION.to_le_bytes());
    head.extend(extract.as_bytes());
    head
}

/// The bytes of a network; `extract` is the hash of the file that it was made of.
pub(crate) fn encode(graph: &Graph, extract: &str) -> Vec<u8> {
    let mut out = head(extract);
    let arcs = &graph.arcs;
    let flags = |a: &Arc| u32::from(a.local) | u32::from(a.banned) << 1 | u32::from(a.ends) << 2;
    let bearings = |a: &Arc| u32::from(a.bearing[0]) << 16 | u32::from(a.bearing[1]);
    let of_arcs: [&dyn Fn(&Arc) -> u32; 9] = [
        &|a| a.tail,
        &|a| a.head,
        &|a| a.ms,
        &|a| a.wait,
        &|a| a.cm,
        &|a| a.twin,
        &bearings,
        &flags,
        &|a| a.edge,
    ];
    of_arcs
        .iter()
        .for_each(|of| put(&mut out, arcs.iter().map(of)));
    let edges = &graph.edges;
    let of_edges: [&dyn Fn(&Edge) -> u32; 4] =
        [&|e| e.from, &|e| e.to, &|e| e.arc, &|e| u32::from(e.along)];
    of_edges
        .iter()
        .for_each(|of| put(&mut out, edges.iter().map(of)));
    put(
        &mut out,
        graph.shape.iter().flatten().map(|x| x.cast_unsigned()),
    );
    for list in [&graph.out, &graph.out_start, &graph.into, &graph.into_start] {
        put(&mut out, list.iter().copied());
    }
    put(&mut out, graph.meet.iter().map(|m| u32::from(*m)));
    put(&mut out, graph.banned.iter().flat_map(|(a, b)| [*a, *b]));
    let f = &graph.facts;
    let facts = [
        f.vertices as u64,
        f.arcs as u64,
        f.km.to_bits(),
        f.cut_km.to_bits(),
        f.banned_turns as u64,
        f.turns_not_kept as u64,
        f.missing_nodes as u64,
    ];
    facts.iter().for_each(|x| out.extend(x.to_le_bytes()));
    let hash = Sha256::digest(&out);
    out.extend(hash);
    out
}

fn put(out: &mut Vec<u8>, values: impl Iterator<Item = u32>) {
    let at = out.len();
    out.extend(0_u64.to_le_bytes());
    let mut count = 0_u64;
    for value in values {
        out.extend(value.to_le_bytes());
        count += 1;
    }
    out[at..at + 8].copy_from_slice(&count.to_le_bytes());
}

/// The network; `None` where the bytes are damaged, or of another extract, profile or version.
pub(crate) fn decode(bytes: &[u8], extract: &str) -> Option<Graph> {
    let content = bytes.strip_prefix(head(extract).as_slice())?;
    let end = bytes.len().checked_sub(HASH)?;
    if Sha256::digest(&bytes[..end]).as_slice() != &bytes[end..] {
        return None;
    }
    let mut rest = content.get(..content.len().checked_sub(HASH)?)?;
    let mut columns: Vec<Vec<u32>> = Vec::new();
    for _ in 0..20 {
        columns.push(take(&mut rest)?);
    }
    let facts: Vec<u64> = rest
        .chunks_exact(8)
        .map(|x| u64::from_le_bytes(x.try_into().unwrap_or_default()))
        .collect();
    let [
        vertices,
        arcs,
        km,
        cut_km,
        banned_turns,
        turns_not_kept,
        missing_nodes,
    ] = facts[..]
    else {
        return None;
    };
    let facts = Facts {
        vertices: vertices as usize,
        arcs: arcs as usize,
        km: f64::from_bits(km),
        cut_km: f64::from_bits(cut_km),
        banned_turns: banned_turns as usize,
        turns_not_kept: turns_not_kept as usize,
        missing_nodes: missing_nodes as usize,
    };
    let columns: [Vec<u32>; 20] = columns.try_into().ok()?;
    let graph = assembled(columns, facts)?;
    fits(&graph).then_some(graph)
}

fn take(rest: &mut &[u8]) -> Option<Vec<u32>> {
    let (length, more) = rest.split_first_chunk::<8>()?;
    let bytes = usize::try_from(u64::from_le_bytes(*length))
        .ok()?
        .checked_mul(4)?;
    let (column, more) = more.split_at_checked(bytes)?;
    *rest = more;
    let value = |x: &[u8]| u32::from_le_bytes(x.try_into().unwrap_or_default());
    Some(column.chunks_exact(4).map(value).collect())
}

fn assembled(columns: [Vec<u32>; 20], facts: Facts) -> Option<Graph> {
    let [
        tail,
        head,
        ms,
        wait,
        cm,
        twin,
        bearing,
        flags,
        edge,
        from,
        to,
        arc,
        along,
        shape,
        out,
        out_start,
        into,
        into_start,
        meet,
        banned,
    ] = columns;
    let same = |a: &[&Vec<u32>]| a.windows(2).all(|p| p[0].len() == p[1].len());
    if !same(&[
        &tail, &head, &ms, &wait, &cm, &twin, &bearing, &flags, &edge,
    ]) || !same(&[&from, &to, &arc, &along])
    {
        return None;
    }
    let arcs = (0..tail.len()).map(|i| Arc {
        tail: tail[i],
        head: head[i],
        ms: ms[i],
        wait: wait[i],
        cm: cm[i],
        twin: twin[i],
        bearing: [(bearing[i] >> 16) as u16, bearing[i] as u16],
        local: flags[i] & 1 != 0,
        banned: flags[i] & 2 != 0,
        ends: flags[i] & 4 != 0,
        edge: edge[i],
    });
    let edges = (0..from.len()).map(|i| Edge {
        from: from[i],
        to: to[i],
        arc: arc[i],
        along: along[i] != 0,
    });
    let signed = |x: u32| x.cast_signed();
    Some(Graph {
        arcs: arcs.collect(),
        edges: edges.collect(),
        shape: shape
            .chunks_exact(2)
            .map(|p| [signed(p[0]), signed(p[1])])
            .collect(),
        out,
        out_start,
        into,
        into_start,
        meet: meet.into_iter().map(|m| m as u8).collect(),
        banned: banned.chunks_exact(2).map(|p| (p[0], p[1])).collect(),
        facts,
    })
}

/// Whether every number points at something.
fn fits(graph: &Graph) -> bool {
    let (arcs, edges, corners) = (graph.arcs.len(), graph.edges.len(), graph.shape.len());
    let vertices = graph.meet.len();
    let is = |x: u32, below: usize| (x as usize) < below;
    let lists = [
        (&graph.out, &graph.out_start),
        (&graph.into, &graph.into_start),
    ];
    let sound = |(list, start): &(&Vec<u32>, &Vec<u32>)| {
        start.len() == vertices + 1
            && start.is_sorted()
            && start.last().is_some_and(|end| *end as usize == list.len())
            && list.iter().all(|a| is(*a, arcs))
    };
    let arc = |a: &Arc| {
        let ends = is(a.tail, vertices) && is(a.head, vertices);
        ends && is(a.edge, edges)
            && (a.twin == NONE || is(a.twin, arcs))
            && a.bearing.iter().all(|b| *b <= NO_BEARING)
    };
    let edge = |e: &Edge| is(e.arc, arcs) && e.from < e.to && e.to as usize <= corners;
    lists.iter().all(sound)
        && graph.arcs.iter().all(arc)
        && graph.edges.iter().all(edge)
        && graph.banned.is_sorted()
        && graph
            .banned
            .iter()
            .all(|(a, b)| is(*a, arcs) && is(*b, arcs))
}
