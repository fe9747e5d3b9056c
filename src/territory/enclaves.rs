//! Accounts far from the territory they belong to.

use super::adjacency::Adjacency;
use crate::base::ids::RepIx;

/// The sites that stand in pieces of their own, apart from the rest of their owner's sites, and that
/// a rule put there.
///
/// Of the pieces of an owner (connected by Delaunay edges) the one with the most sites, of equals the
/// first, is the territory. Another piece is an enclave when each of its sites is `forced`; if one is
/// not, the plan itself wants the piece, and it stays.
pub(super) fn enclaves(
    near: &Adjacency,
    owner: &[RepIx],
    reps: usize,
    forced: &[bool],
) -> Vec<usize> {
    let (piece, owners) = near.piece_of_site(owner, reps);
    let mut size = vec![0_usize; owners.len()];
    let mut all_forced = vec![true; owners.len()];
    for (site, &p) in piece.iter().enumerate().filter(|(_, p)| **p != u32::MAX) {
        size[p as usize] += 1;
        all_forced[p as usize] &= forced[site];
    }
    let mut largest: Vec<Option<usize>> = vec![None; reps];
    for (p, rep) in owners.iter().enumerate() {
        let best = &mut largest[rep.at()];
        if best.is_none_or(|b| size[p] > size[b]) {
            *best = Some(p);
        }
    }
    let apart = |p: usize| all_forced[p] && largest[owners[p].at()] != Some(p);
    (0..piece.len())
        .filter(|&site| piece[site] != u32::MAX && apart(piece[site] as usize))
        .collect()
}
