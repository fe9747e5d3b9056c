//! Who is next to whom: the graph that contiguity is judged by.

use super::places::Places;
use rayon::prelude::*;

/// Neighbours by common borders on the map between the cells of places (distinct positions of sites), or by shared
/// borders of area units (each unit is a place, and the customers counted into it are its sites).
///
/// Sites at one place are neighbours of each other and share the place's neighbours. Real islands, and places with no
/// land on the map, are components of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjacency {
    of_site: Vec<u32>,
    site_start: Vec<u32>,
    sites: Vec<u32>,
    start: Vec<u32>,
    neighbours: Vec<u32>,
    /// Connected component of each place, numbered by their first places; empty when there is only one.
    component: Vec<u32>,
}

impl Adjacency {
    /// A graph of `places` places from the place of each site and the pairs of neighbouring places.
    ///
    /// Pairs may come in any order, repeatedly, and in one direction only.
    ///
    /// # Panics
    /// If a site or a pair names a place that is not below `places`.
    #[must_use]
    pub fn from_pairs(of_site: Vec<u32>, places: usize, pairs: &[(u32, u32)]) -> Adjacency {
        let mut both: Vec<(u32, u32)> = pairs
            .iter()
            .filter(|(p, q)| p != q)
            .flat_map(|&(p, q)| [(p, q), (q, p)])
            .collect();
        both.par_sort_unstable();
        both.dedup();
        let (site_start, sites) = buckets(of_site.iter().copied().enumerate(), places);
        let (start, _) = buckets(both.iter().map(|&(p, _)| (0, p)), places);
        let mut graph = Adjacency {
            of_site,
            site_start,
            sites,
            start,
            neighbours: both.into_iter().map(|(_, q)| q).collect(),
            component: Vec::new(),
        };
        graph.component = graph.components();
        graph
    }

    /// Connected component of each place, or nothing when there is only one.
    fn components(&self) -> Vec<u32> {
        let mut component = vec![u32::MAX; self.places()];
        let mut count = 0;
        let mut stack = Vec::new();
        for first in 0..self.places() {
            if component[first] != u32::MAX {
                continue;
            }
            component[first] = count;
            stack.push(first);
            while let Some(place) = stack.pop() {
                for &next in self.neighbours(place) {
                    if component[next as usize] == u32::MAX {
                        component[next as usize] = count;
                        stack.push(next as usize);
                    }
                }
            }
            count += 1;
        }
        if count > 1 { component } else { Vec::new() }
    }

    /// The connected component that a place belongs to, numbered from 0.
    #[must_use]
    pub fn component(&self, place: usize) -> u32 {
        self.component.get(place).copied().unwrap_or(0)
    }

    /// How many sites there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of_site.len()
    }

    /// Whether there are no sites.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of_site.is_empty()
    }

    /// From pairs of different places.
    pub(super) fn of_places(pairs: Vec<(u32, u32)>, places: &Places) -> Adjacency {
        let both = pairs.into_par_iter();
        let mut pairs: Vec<(u32, u32)> = both.flat_map_iter(|(p, q)| [(p, q), (q, p)]).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let mut start = vec![0; places.len() + 1];
        pairs.iter().for_each(|&(p, _)| start[p as usize + 1] += 1);
        (0..places.len()).for_each(|p| start[p + 1] += start[p]);
        let (site_start, sites) = places.parts();
        let mut graph = Adjacency {
            of_site: places.of_site.clone(),
            site_start: site_start.to_vec(),
            sites: sites.to_vec(),
            start,
            neighbours: pairs.into_iter().map(|(_, q)| q).collect(),
            component: Vec::new(),
        };
        graph.component = graph.components();
        graph
    }

    /// The graph with some pairs of neighbours more, and then without some. Its components are those with all of them: what is cut apart must
    /// still be one piece.
    ///
    /// # Panics
    /// If a pair names a place that is not there.
    #[must_use]
    pub(crate) fn rejoined(self, without: &[(u32, u32)], more: &[(u32, u32)]) -> Adjacency {
        let places = self.places();
        let own = (0..places as u32).flat_map(|p| {
            let next = self.neighbours(p as usize).iter();
            next.map(move |q| (p, *q))
        });
        let mut pairs: Vec<(u32, u32)> = own.chain(more.iter().copied()).collect();
        let whole = Adjacency::from_pairs(self.of_site.clone(), places, &pairs);
        let both = without.iter().flat_map(|&(p, q)| [(p, q), (q, p)]);
        let mut cut: Vec<(u32, u32)> = both.collect();
        cut.sort_unstable();
        pairs.retain(|pair| cut.binary_search(pair).is_err());
        pairs.extend(more);
        Adjacency {
            component: whole.component,
            ..Adjacency::from_pairs(self.of_site, places, &pairs)
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

    /// Whether some places, ascending, reach each other over nothing but themselves. Of more than 64 it says that they do not.
    pub(crate) fn joins(&self, places: &[u32]) -> bool {
        if places.is_empty() || places.len() > 64 {
            return places.is_empty();
        }
        let (mut seen, mut open) = (1_u64, 1_u64);
        while open != 0 {
            let at = open.trailing_zeros() as usize;
            open &= open - 1;
            for near in self.neighbours(places[at] as usize) {
                if let Ok(near) = places.binary_search(near) {
                    open |= (1 << near) & !seen;
                    seen |= 1 << near;
                }
            }
        }
        seen.count_ones() as usize == places.len()
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
}

/// Values in buckets: where each bucket starts, and what is in it.
pub(super) fn buckets(
    items: impl Iterator<Item = (usize, u32)> + Clone,
    count: usize,
) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0; count + 1];
    items.clone().for_each(|(_, b)| start[b as usize + 1] += 1);
    (0..count).for_each(|b| start[b + 1] += start[b]);
    let mut fill = start.clone();
    let mut values = vec![0; start[count] as usize];
    for (value, b) in items {
        values[fill[b as usize] as usize] = value as u32;
        fill[b as usize] += 1;
    }
    (start, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::sets::Sets;

    #[test]
    fn places_join_where_pairs_of_them_make_one_set() {
        let mut random = Random(6);
        let mut joined = 0;
        for case in 0..2_000 {
            let places = 2 + random.below(90);
            let pairs: Vec<(u32, u32)> = (0..random.below(3 * places))
                .map(|_| (random.below(places) as u32, random.below(places) as u32))
                .filter(|(a, b)| a != b)
                .collect();
            let graph = Adjacency::from_pairs((0..places as u32).collect(), places, &pairs);
            let share = 1 + random.below(4);
            let some: Vec<u32> = (0..places as u32)
                .filter(|_| random.below(share) == 0)
                .collect();
            let mut sets = Sets::new(places);
            let inside = |v: &u32| some.binary_search(v).is_ok();
            let joins = pairs
                .iter()
                .filter(|(a, b)| inside(a) && inside(b))
                .filter(|(a, b)| sets.join(*a, *b))
                .count();
            let one = some.len() <= joins + 1;
            let expected = one && some.len() <= 64;
            assert_eq!(graph.joins(&some), expected, "case {case}");
            joined += usize::from(expected && some.len() > 2);
        }
        assert!(joined > 100, "{joined} of them joined");
    }
}
