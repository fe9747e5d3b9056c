//! Who is next to whom: the graph that contiguity is judged by.

use super::delaunay::Mesh;
use super::places::Places;
use crate::ids::RepIx;
use rayon::prelude::*;

/// Neighbours by Delaunay edges between places (distinct positions of sites).
///
/// Sites at one place are neighbours of each other and share the place's neighbours. The graph of
/// all places is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjacency {
    of_site: Vec<u32>,
    site_start: Vec<u32>,
    sites: Vec<u32>,
    start: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Adjacency {
    /// The edges of a mesh between different places, each in both directions.
    pub(super) fn new(mesh: Option<&Mesh>, places: &Places) -> Adjacency {
        let mut pairs: Vec<(u32, u32)> = mesh
            .map_or(&[][..], |mesh| &mesh.links)
            .par_iter()
            .filter_map(|link| mesh.and_then(|mesh| mesh.places_of(link)))
            .flat_map_iter(|[p, q]| [(p, q), (q, p)])
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let mut start = vec![0; places.len() + 1];
        pairs.iter().for_each(|&(p, _)| start[p as usize + 1] += 1);
        (0..places.len()).for_each(|p| start[p + 1] += start[p]);
        let (site_start, sites) = places.parts();
        Adjacency {
            of_site: places.of_site.clone(),
            site_start: site_start.to_vec(),
            sites: sites.to_vec(),
            start,
            neighbours: pairs.into_iter().map(|(_, q)| q).collect(),
        }
    }

    /// How many places there are.
    #[must_use]
    pub fn places(&self) -> usize {
        self.start.len() - 1
    }

    /// The place of a site.
    ///
    /// # Panics
    /// If there is no such site.
    #[must_use]
    pub fn place(&self, site: usize) -> usize {
        self.of_site[site] as usize
    }

    /// The sites at a place, ascending.
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn sites(&self, place: usize) -> &[u32] {
        &self.sites[self.site_start[place] as usize..self.site_start[place + 1] as usize]
    }

    /// The places next to a place, ascending.
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn neighbours(&self, place: usize) -> &[u32] {
        &self.neighbours[self.start[place] as usize..self.start[place + 1] as usize]
    }

    /// The sites next to a site: those at its own place, then those at the places next to it.
    ///
    /// # Panics
    /// If there is no such site.
    pub fn near_sites(&self, site: usize) -> impl Iterator<Item = usize> + '_ {
        let place = self.place(site);
        let own = self
            .sites(place)
            .iter()
            .filter(move |&&s| s as usize != site);
        let next = self
            .neighbours(place)
            .iter()
            .flat_map(|&p| self.sites(p as usize));
        own.chain(next).map(|&s| s as usize)
    }

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
        // A place may be part of several owners' pieces: the nodes are pairs of place and owner,
        // each stood for by its first site.
        let mut piece = vec![u32::MAX; self.of_site.len()];
        let mut owners = Vec::new();
        let mut stack = Vec::new();
        for first in 0..self.of_site.len() {
            let rep = owner[first];
            if piece[first] != u32::MAX || rep.at() >= reps {
                continue;
            }
            let id = owners.len() as u32;
            owners.push(rep);
            stack.push(self.place(first));
            while let Some(place) = stack.pop() {
                let mut fresh = false;
                for &site in self.sites(place) {
                    if owner[site as usize] == rep && piece[site as usize] == u32::MAX {
                        piece[site as usize] = id;
                        fresh = true;
                    }
                }
                if fresh {
                    stack.extend(self.neighbours(place).iter().map(|&p| p as usize));
                }
            }
        }
        (piece, owners)
    }
}
