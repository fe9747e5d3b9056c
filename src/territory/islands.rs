//! Pieces of territories, and which of them are islands: cut off from the rest of their territory.

use super::Adjacency;
use super::adjacency::buckets;
use crate::base::ids::RepIx;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A connected piece of a territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whose it is.
    pub rep: RepIx,
    /// The component of the graph it lies in.
    pub component: u32,
    /// Its sites, the first one least.
    pub sites: Vec<u32>,
}

/// All territories, taken apart into connected pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces {
    /// The pieces, by their first sites.
    pub all: Vec<Piece>,
    /// The piece of each site, `u32::MAX` for a site that none of the reps owns.
    pub of_site: Vec<u32>,
}

impl Pieces {
    /// Takes the territories of `reps` reps apart: one pass over sites and edges, the reps in parallel.
    ///
    /// # Panics
    /// If there are fewer owners than sites.
    #[must_use]
    pub fn new(graph: &Adjacency, owner: &[RepIx], reps: usize) -> Pieces {
        const UNSEEN: u32 = u32::MAX;
        let owner = &owner[..graph.len()];
        let owned = owner.iter().map(|j| j.0).enumerate();
        let (start, sites) = buckets(owned.filter(|(_, j)| (*j as usize) < reps), reps);
        // Numbers within the territory at first; each rep writes those of its own sites alone.
        let piece: Vec<AtomicU32> = owner.par_iter().map(|_| AtomicU32::new(UNSEEN)).collect();
        let of_rep = |j: usize| -> Vec<Piece> {
            let rep = RepIx(j as u32);
            let own = &sites[start[j] as usize..start[j + 1] as usize];
            // A place may be part of several owners' pieces: the nodes are pairs of place and owner.
            let fresh =
                |s: &u32| owner[*s as usize] == rep && piece[*s as usize].load(Relaxed) == UNSEEN;
            let mut pieces: Vec<Piece> = Vec::new();
            let mut stack = Vec::new();
            for first in own.iter().filter(|s| fresh(s)) {
                let place = graph.place(*first as usize);
                stack.push(place);
                while let Some(place) = stack.pop() {
                    let mut any = false;
                    for site in graph.sites(place).iter().filter(|s| fresh(s)) {
                        piece[*site as usize].store(pieces.len() as u32, Relaxed);
                        any = true;
                    }
                    if any {
                        stack.extend(graph.neighbours(place).iter().map(|p| *p as usize));
                    }
                }
                pieces.push(Piece {
                    rep,
                    component: graph.component(place),
                    sites: Vec::new(),
                });
            }
            for s in own {
                pieces[piece[*s as usize].load(Relaxed) as usize]
                    .sites
                    .push(*s);
            }
            pieces
        };
        let by_rep: Vec<Vec<Piece>> = (0..reps).into_par_iter().map(of_rep).collect();
        let mut all: Vec<Piece> = by_rep.into_iter().flatten().collect();
        all.sort_unstable_by_key(|p| p.sites[0]);
        let mut of_site = vec![UNSEEN; owner.len()];
        for (id, piece) in all.iter().enumerate() {
            piece
                .sites
                .iter()
                .for_each(|s| of_site[*s as usize] = id as u32);
        }
        Pieces { all, of_site }
    }

    /// For each piece whether it is an island: not the main piece of its territory.
    ///
    /// The main piece is the one with the most sites, of equals the one with the least site. What lies in
    /// another component of the graph (a real island) cannot be connected to it and has a main piece of
    /// its own.
    #[must_use]
    pub fn islands(&self) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        let key = |i: &usize| (self.all[*i].rep, self.all[*i].component);
        order.sort_by_key(|i| (key(i), std::cmp::Reverse(self.all[*i].sites.len()), *i));
        let mut island = vec![false; self.all.len()];
        for run in order.chunk_by(|a, b| key(a) == key(b)) {
            run.iter().skip(1).for_each(|i| island[*i] = true);
        }
        island
    }
}

/// The pieces that are cut off from the rest of their territory, by their first sites.
///
/// A territory is *contiguous* when it has none. Parts in different components of the graph are no islands in
/// this sense: nothing connects them.
///
/// # Panics
/// If there are fewer owners than sites.
///
/// # Examples
/// ```
/// use revier::{base::ids::RepIx, territory::{Adjacency, islands}};
///
/// // Four units in a row, owned by 0 1 0 0: the first one is cut off.
/// let row = Adjacency::from_pairs(vec![0, 1, 2, 3], 4, &[(0, 1), (1, 2), (2, 3)]);
/// let cut_off = islands(&row, &[0, 1, 0, 0].map(RepIx), 2);
/// assert_eq!(cut_off.len(), 1);
/// assert_eq!(cut_off[0].sites, [0]);
/// ```
#[must_use]
pub fn islands(graph: &Adjacency, owner: &[RepIx], reps: usize) -> Vec<Piece> {
    let pieces = Pieces::new(graph, owner, reps);
    let island = pieces.islands();
    let both = pieces.all.into_iter().zip(island);
    both.filter_map(|(piece, island)| island.then_some(piece))
        .collect()
}

impl Adjacency {
    /// How many connected pieces the sites of each of `reps` reps form. Sites owned by nobody
    /// ([`RepIx::NONE`]) or by a rep out of range count for none.
    ///
    /// # Panics
    /// If there are fewer owners than sites.
    #[must_use]
    pub fn pieces(&self, owner: &[RepIx], reps: usize) -> Vec<usize> {
        let mut pieces = vec![0; reps];
        let (_, owners) = self.piece_of_site(owner, reps);
        owners.iter().for_each(|rep| pieces[rep.at()] += 1);
        pieces
    }

    /// The piece of each site (`u32::MAX` for sites that count for none), and the owner of each
    /// piece. Pieces are in the order of their first sites.
    ///
    /// # Panics
    /// If there are fewer owners than sites.
    #[must_use]
    pub fn piece_of_site(&self, owner: &[RepIx], reps: usize) -> (Vec<u32>, Vec<RepIx>) {
        let pieces = Pieces::new(self, owner, reps);
        let owners = pieces.all.iter().map(|piece| piece.rep).collect();
        (pieces.of_site, owners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three units, and two units on a real island.
    fn graph() -> Adjacency {
        let pairs = [
            (0, 1),
            (1, 2),
            (3, 4),
            (4, 5),
            (0, 3),
            (1, 4),
            (2, 5),
            (6, 7),
        ];
        Adjacency::from_pairs((0..8).collect(), 8, &pairs)
    }

    #[test]
    fn a_real_island_is_no_fault() {
        let owner = [0, 0, 1, 0, 1, 1, 0, 0].map(RepIx);
        assert_eq!(graph().pieces(&owner, 2), [2, 1]);
        assert!(islands(&graph(), &owner, 2).is_empty());
        assert_eq!(graph().component(5), 0);
        assert_eq!(graph().component(7), 1);
    }

    #[test]
    fn the_smaller_piece_is_the_island() {
        let owner = [0, 1, 0, 1, 1, 0, 1, 0].map(RepIx);
        let cut = islands(&graph(), &owner, 2);
        assert_eq!(cut.len(), 1);
        assert_eq!((cut[0].rep, cut[0].sites.as_slice()), (RepIx(0), &[0][..]));
        // Of equals the later one.
        let owner = [0, 1, 0, 1, 1, 1, 1, 0].map(RepIx);
        assert_eq!(islands(&graph(), &owner, 2)[0].sites, [2]);
    }

    #[test]
    fn sites_of_one_place_hold_together() {
        // Places 0 - 1 - 2; two customers in the middle, of different reps.
        let graph = Adjacency::from_pairs(vec![0, 1, 1, 2], 3, &[(0, 1), (1, 2)]);
        assert!(islands(&graph, &[0, 0, 1, 1].map(RepIx), 2).is_empty());
        assert!(islands(&graph, &[0, 0, 1, 0].map(RepIx), 2).is_empty());
        assert_eq!(islands(&graph, &[0, 1, 1, 0].map(RepIx), 2).len(), 1);
    }
}
