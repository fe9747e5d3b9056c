//! Area units of a run: postcodes, counties, whatever territories are made of.
//!
//! Either the customers are units themselves, or customers are counted into the units of a file of their own.
//! Customers of one unit go to one rep, and a territory is the union of its units. A unit without customers goes
//! with the nearest unit that has some: fewest borders crossed, of equals the one that comes first.

use crate::base::areas::Areas;
use crate::base::ids::{Ids, RepIx};
use crate::territory::{Adjacency, Mended, Territories, TerritoryError, UnitMap};
use std::collections::VecDeque;
use std::sync::OnceLock;

/// The units, and which customer belongs to which.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// Ids of the units.
    pub ids: Ids,
    /// Their polygons, made to fit each other.
    pub mended: Mended,
    /// The unit of each customer.
    pub of_customer: Vec<u32>,
    /// Borders and neighbours, worked out when they are first needed.
    map: OnceLock<Map>,
}

/// What follows from the polygons.
#[derive(Clone, Debug)]
struct Map {
    borders: UnitMap,
    /// The unit with customers that each unit goes with.
    host: Vec<u32>,
    graph: Adjacency,
}

impl Units {
    /// Units with the customers of each.
    #[must_use]
    pub fn new(ids: Ids, mended: Mended, of_customer: Vec<u32>) -> Units {
        Units {
            ids,
            mended,
            of_customer,
            map: OnceLock::new(),
        }
    }

    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.areas().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas().is_empty()
    }

    /// The polygons as they are drawn: neighbours share their vertices, and none overlap.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        &self.mended.areas
    }

    fn map(&self) -> &Map {
        self.map.get_or_init(|| {
            let borders = UnitMap::new(self.areas());
            // Units that claim the same land are neighbours, whoever of them has it.
            let claims = self
                .mended
                .overlaps
                .iter()
                .map(|o| (o.units[0], o.units[1]));
            let pairs: Vec<(u32, u32)> = borders.pairs().iter().copied().chain(claims).collect();
            let host = hosts(self, &pairs);
            let graph = graph(self, &pairs, &host);
            Map {
                borders,
                host,
                graph,
            }
        })
    }

    /// Neighbours of the customers: those of one unit, and those of units that share a border.
    #[must_use]
    pub fn graph(&self) -> &Adjacency {
        &self.map().graph
    }

    /// The owner of each unit.
    #[must_use]
    pub fn owners(&self, owner: &[RepIx]) -> Vec<RepIx> {
        let mut own = vec![RepIx::NONE; self.len()];
        for (unit, j) in self.of_customer.iter().zip(owner) {
            if own[*unit as usize] == RepIx::NONE {
                own[*unit as usize] = *j;
            }
        }
        let host = self.map().host.iter();
        host.map(|host| own[*host as usize]).collect()
    }

    /// The territories: unions of units.
    ///
    /// # Errors
    /// A drawing that breaks one of its own promises.
    pub fn draw(&self, owner: &[RepIx], reps: usize) -> Result<Territories, TerritoryError> {
        let of_unit = self.owners(owner);
        Ok(Territories {
            polygons: self.map().borders.dissolve(&of_unit, reps)?,
            outside: Vec::new(),
            shared_place: Vec::new(),
            too_close: Vec::new(),
            listed: Vec::new(),
            inside: Vec::new(),
        })
    }
}

/// The unit with customers that each unit goes with: a breadth-first search from all of those at once; in
/// parts of the map without customers the one whose middle is nearest.
fn hosts(units: &Units, pairs: &[(u32, u32)]) -> Vec<u32> {
    let n = units.len();
    let borders = Adjacency::from_pairs((0..n as u32).collect(), n, pairs);
    let mut host = vec![u32::MAX; n];
    for unit in &units.of_customer {
        host[*unit as usize] = *unit;
    }
    let inhabited: Vec<u32> = (0..n as u32).filter(|u| host[*u as usize] == *u).collect();
    let mut queue: VecDeque<u32> = inhabited.iter().copied().collect();
    while let Some(unit) = queue.pop_front() {
        for next in borders.neighbours(unit as usize) {
            if host[*next as usize] == u32::MAX {
                host[*next as usize] = host[unit as usize];
                queue.push_back(*next);
            }
        }
    }
    for (unit, host) in host.iter_mut().enumerate() {
        if *host == u32::MAX {
            *host = nearest(units, unit as u32, &inhabited).unwrap_or(unit as u32);
        }
    }
    host
}

/// The one of some units whose middle is nearest to that of a unit.
fn nearest(units: &Units, unit: u32, among: &[u32]) -> Option<u32> {
    let middle = |u: u32| -> [f64; 2] {
        let [low, high] = units.areas().corners(u as usize).unwrap_or_default();
        [0, 1].map(|k| f64::from(low[k]) / 2.0 + f64::from(high[k]) / 2.0)
    };
    let here = middle(unit);
    let squeeze = (here[1] / 1e7).to_radians().cos();
    let far = |u: &u32| {
        let there = middle(*u);
        ((there[0] - here[0]) * squeeze).hypot(there[1] - here[1])
    };
    let nearest = among
        .iter()
        .min_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)));
    nearest.copied()
}

/// Places are the units with customers, each with the units that go with it.
fn graph(units: &Units, pairs: &[(u32, u32)], host: &[u32]) -> Adjacency {
    let mut place = vec![u32::MAX; units.len()];
    let mut places = 0;
    let of_site: Vec<u32> = units
        .of_customer
        .iter()
        .map(|unit| {
            let place = &mut place[*unit as usize];
            if *place == u32::MAX {
                *place = places;
                places += 1;
            }
            *place
        })
        .collect();
    let of = |unit: u32| place[host[unit as usize] as usize];
    let next: Vec<(u32, u32)> = pairs
        .iter()
        .map(|(u, v)| (of(*u), of(*v)))
        .filter(|(p, q)| *p != u32::MAX && *q != u32::MAX)
        .collect();
    Adjacency::from_pairs(of_site, places as usize, &next)
}
