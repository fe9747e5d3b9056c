//! Sites at the same grid position are one place.

use super::grid::Pt;
use super::tree::morton;
use crate::base::ids::RepIx;
use rayon::prelude::*;

/// "No place": of sites that are not drawn.
pub(super) const NO_PLACE: u32 = u32::MAX;

/// The distinct positions of the sites, in Morton order.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Position of each place.
    pub at: Vec<Pt>,
    /// Place of each site.
    pub of_site: Vec<u32>,
    /// Start of the sites of each place in `sites`, one more than places.
    start: Vec<u32>,
    /// The sites, place by place, ascending within a place.
    sites: Vec<u32>,
}

impl Places {
    /// Groups the sites by position.
    pub(super) fn new(site: &[Pt]) -> Places {
        let mut order: Vec<(u64, u32)> = site
            .par_iter()
            .enumerate()
            .map(|(i, &p)| (morton(p), i as u32))
            .collect();
        // Codes are unique here: sites lie within the 2^32 units that a code tells apart.
        order.par_sort_unstable();
        let mut places = Places {
            at: Vec::with_capacity(site.len()),
            of_site: vec![0; site.len()],
            start: Vec::with_capacity(site.len() + 1),
            sites: order.iter().map(|&(_, i)| i).collect(),
        };
        let mut last = None;
        for (k, &(code, i)) in order.iter().enumerate() {
            if last != Some(code) {
                last = Some(code);
                places.at.push(site[i as usize]);
                places.start.push(k as u32);
            }
            places.of_site[i as usize] = places.at.len() as u32 - 1;
        }
        places.start.push(site.len() as u32);
        places
    }

    /// The places that are left without some of the sites, which then have none ([`NO_PLACE`]), and
    /// which of the places here they are.
    pub(super) fn without(&self, gone: &[bool]) -> (Places, Vec<u32>) {
        let mut kept = Vec::with_capacity(self.len());
        let mut places = Places {
            at: Vec::with_capacity(self.len()),
            of_site: vec![NO_PLACE; self.of_site.len()],
            start: vec![0],
            sites: Vec::with_capacity(self.sites.len()),
        };
        for place in 0..self.len() {
            let before = places.sites.len();
            let left = self.sites(place).iter().filter(|&&i| !gone[i as usize]);
            places.sites.extend(left);
            if places.sites.len() > before {
                for &i in &places.sites[before..] {
                    places.of_site[i as usize] = kept.len() as u32;
                }
                places.at.push(self.at[place]);
                places.start.push(places.sites.len() as u32);
                kept.push(place as u32);
            }
        }
        (places, kept)
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    /// The sites of a place, ascending.
    pub(super) fn sites(&self, place: usize) -> &[u32] {
        &self.sites[self.start[place] as usize..self.start[place + 1] as usize]
    }

    /// The sites of all places: where each place starts, and the sites place by place.
    pub(super) fn parts(&self) -> (&[u32], &[u32]) {
        (&self.start, &self.sites)
    }

    /// Who holds each place: the owner of most of its sites, of equals the one with the smallest
    /// index.
    pub(super) fn owners(&self, owner: &[RepIx]) -> Vec<u32> {
        (0..self.len())
            .into_par_iter()
            .map(|place| match self.sites(place) {
                [only] => owner[*only as usize].0,
                several => {
                    let mut all: Vec<u32> = several.iter().map(|&i| owner[i as usize].0).collect();
                    all.sort_unstable();
                    let mut best = (0, 0);
                    for run in all.chunk_by(|a, b| a == b) {
                        if run.len() > best.0 {
                            best = (run.len(), run[0]);
                        }
                    }
                    best.1
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_sites_hold_a_place() {
        let places = Places::new(&[[5, 5], [1, 1], [5, 5], [5, 5], [1, 1]]);
        assert_eq!(places.at, [[1, 1], [5, 5]]);
        assert_eq!(places.of_site, [1, 0, 1, 1, 0]);
        assert_eq!(places.sites(1), [0, 2, 3]);
        assert_eq!(places.owners(&[2, 1, 2, 0, 0].map(RepIx)), [0, 2]);
        let (left, kept) = places.without(&[false, true, true, false, true]);
        assert_eq!(kept, [1]);
        assert_eq!(left.at, [[5, 5]]);
        assert_eq!(left.sites(0), [0, 3]);
        assert_eq!(left.of_site, [0, NO_PLACE, NO_PLACE, 0, NO_PLACE]);
    }
}
