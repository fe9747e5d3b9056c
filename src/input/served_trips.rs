//! The trips between the places of customers and home bases, each asked once wherever several are at one place; and the table of them.

use crate::base::ids::Ids;
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use crate::disk::file;
use crate::routing::{Kind, Place, Trip, degrees, near_each_other, place};
use crate::scenario::Direction;
use std::collections::{HashMap, HashSet};
use std::io::Write;

/// The header of the table.
const HEADER: &str = "customer_id,rep_id,km,minutes\n";
/// No answer yet; no trip.
const UNKNOWN: [f64; 2] = [f64::NAN; 2];
const NONE: [f64; 2] = [f64::INFINITY; 2];

/// Customers, or reps.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub ids: &'a Ids,
    pub lon: &'a [f64],
    pub lat: &'a [f64],
}

impl<'a> Side<'a> {
    /// Where each is.
    pub fn places(&self) -> impl Iterator<Item = Place> + use<'a> {
        let (lon, lat) = (self.lon, self.lat);
        lon.iter().zip(lat).map(|(lon, lat)| place(*lon, *lat))
    }

    fn distinct(&self) -> (Vec<Place>, HashMap<Place, u32>) {
        let mut places: Vec<Place> = self.places().collect();
        near_each_other(&mut places);
        places.dedup();
        let index = places.iter().enumerate().map(|(at, p)| (*p, at as u32));
        let index = index.collect();
        (places, index)
    }
}

/// Seconds and distances between each home base and each place of a customer, out and back.
pub(super) struct Trips {
    /// The places of home bases, each once, and of customers.
    pub bases: Vec<Place>,
    pub sites: Vec<Place>,
    of_base: HashMap<Place, u32>,
    of_site: HashMap<Place, u32>,
    /// Out, and back, as far as the direction needs them: a row for each base.
    ways: [Option<Vec<[f64; 2]>>; 2],
}

impl Trips {
    /// Nothing is known yet.
    pub fn new([customers, reps]: [Side<'_>; 2], direction: Direction) -> Trips {
        let ((bases, of_base), (sites, of_site)) = (reps.distinct(), customers.distinct());
        let none = || Some(vec![UNKNOWN; bases.len() * sites.len()]);
        let ways = match direction {
            Direction::Out => [none(), None],
            Direction::Back => [None, none()],
            Direction::Round => [none(), none()],
        };
        Trips {
            bases,
            sites,
            of_base,
            of_site,
            ways,
        }
    }

    /// Takes what was answered, as far as it is about these places.
    pub fn recall(&mut self, from: &[Place], to: &[Place], found: &[Trip]) {
        let columns = self.sites.len();
        let [out, back] = &mut self.ways;
        let positions = |list: &[Place], of: &HashMap<Place, u32>| -> Vec<Option<usize>> {
            list.iter()
                .map(|p| of.get(p).map(|at| *at as usize))
                .collect()
        };
        if let Some(ways) = out {
            let targets = positions(to, &self.of_site);
            for (base, row) in positions(from, &self.of_base)
                .iter()
                .zip(found.chunks(to.len().max(1)))
            {
                for (site, trip) in targets.iter().zip(row) {
                    if let (Some(base), Some(site)) = (base, site) {
                        ways[base * columns + site] = trip.unwrap_or(NONE);
                    }
                }
            }
        }
        if let Some(ways) = back {
            let targets = positions(to, &self.of_base);
            for (site, row) in positions(from, &self.of_site)
                .iter()
                .zip(found.chunks(to.len().max(1)))
            {
                for (base, trip) in targets.iter().zip(row) {
                    if let (Some(base), Some(site)) = (base, site) {
                        ways[base * columns + site] = trip.unwrap_or(NONE);
                    }
                }
            }
        }
    }

    /// Which pairs must be asked for, a row for each place that trips begin at; `None` where all is known.
    pub fn needed(&self, back: bool, off: &HashSet<Place>) -> Option<Vec<bool>> {
        let ways = self.ways[usize::from(back)].as_ref()?;
        let (m, n) = (self.bases.len(), self.sites.len());
        let mut needed = vec![false; m * n];
        let mut some = false;
        for base in (0..m).filter(|base| !off.contains(&self.bases[*base])) {
            for site in (0..n).filter(|site| !off.contains(&self.sites[*site])) {
                if ways[base * n + site][0].is_nan() {
                    let at = if back {
                        site * m + base
                    } else {
                        base * n + site
                    };
                    needed[at] = true;
                    some = true;
                }
            }
        }
        some.then_some(needed)
    }

    /// Where the asking for one direction begins, and how much of all it is.
    pub fn share_of(&self, back: bool) -> [f64; 2] {
        match (self.ways.iter().flatten().count(), back) {
            (2, false) => [0.0, 0.5],
            (2, true) => [0.5, 0.5],
            _ => [0.0, 1.0],
        }
    }

    /// The hash of the places.
    pub fn hash(&self) -> String {
        let all = self.bases.iter().chain(&self.sites).flatten();
        let bytes: Vec<u8> = all.flat_map(|x| x.to_le_bytes()).collect();
        file::sha256(&bytes)
    }

    /// Km and minutes of a pair of places, the mean of both ways of a round trip; `None` where there is no way.
    fn between(&self, kind: Kind, base: usize, site: usize) -> Option<[f64; 2]> {
        let at = base * self.sites.len() + site;
        let used = self.ways.iter().flatten();
        let (mut sum, mut count) = ([0.0, 0.0], 0.0);
        for [seconds, distance] in used.map(|ways| ways[at]) {
            if !seconds.is_finite() {
                return None;
            }
            sum[0] += kind.km(distance);
            sum[1] += seconds / 60.0;
            count += 1.0;
        }
        Some(sum.map(|x| x / count))
    }

    /// The table: a row for each pair of customer and rep that has a trip. Trips of places off the road are `around` as the crow flies.
    pub fn table(
        &self,
        kind: Kind,
        [customers, reps]: [Side<'_>; 2],
        off: &HashSet<Place>,
        around: impl Fn(f64) -> [f64; 2],
    ) -> Vec<u8> {
        let mut out = HEADER.as_bytes().to_vec();
        let bases: Vec<Place> = reps.places().collect();
        let rep_ids: Vec<String> = (0..bases.len()).map(|j| quoted(reps.ids.get(j))).collect();
        let of = |place: Place| unit_vector(degrees(place[0]), degrees(place[1]));
        for (i, site) in customers.places().enumerate() {
            let id = quoted(customers.ids.get(i));
            for (base, rep) in bases.iter().zip(&rep_ids) {
                let way = if off.contains(&site) || off.contains(base) {
                    Some(around(chord_to_km(chord2(of(site), of(*base)))))
                } else {
                    let [base, site] = [self.of_base[base], self.of_site[&site]];
                    self.between(kind, base as usize, site as usize)
                };
                if let Some([km, minutes]) = way {
                    let _ = writeln!(out, "{id},{rep},{km},{minutes}");
                }
            }
        }
        out
    }
}

/// An id as a cell.
fn quoted(id: &str) -> String {
    match id.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", id.replace('"', "\"\"")),
        false => id.to_owned(),
    }
}
