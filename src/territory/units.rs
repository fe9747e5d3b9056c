//! Area units of a run: postcodes, counties, whatever territories are made of.
//!
//! Either the customers are units themselves, or customers are counted into the units of a file of their own.
//! Customers of one unit go to one rep, and a territory is the union of its units. A unit without customers goes
//! with the nearest unit that has some: fewest borders crossed, of equals the one that comes first. Where units have places in a
//! hierarchy ([`Units::within`]), those in its own come first, then those above, then any.

use crate::base::areas::Areas;
use crate::base::ids::{Ids, RepIx};
use crate::territory::{Adjacency, Mended, Territories, TerritoryError, UnitMap};
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
    /// The place of each unit in a hierarchy; empty where there is none.
    spans: Vec<Span>,
    /// Borders and neighbours, worked out when they are first needed.
    map: OnceLock<Map>,
}

/// A place in a hierarchy: a range of numbers, which has those of the places in it within it, and of which no two overlap otherwise.
pub type Span = [u32; 2];

/// The whole, which has all places in it.
pub const WHOLE: Span = [0, u32::MAX];

/// How well a unit of one place goes with another of the second; each of these takes what the ones before it take.
const WAYS: [fn(Span, Span) -> bool; 3] = [
    |own, other| lies_in(other, own),
    |own, other| lies_in(other, own) || lies_in(own, other),
    |_, _| true,
];

fn lies_in(inner: Span, outer: Span) -> bool {
    outer[0] <= inner[0] && inner[1] <= outer[1]
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
            spans: Vec::new(),
            map: OnceLock::new(),
        }
    }

    /// The same with places in a hierarchy: of each unit its own, or with customers the lowest of theirs.
    #[must_use]
    pub fn within(self, spans: Vec<Span>) -> Units {
        Units {
            spans,
            map: OnceLock::new(),
            ..self
        }
    }

    fn span(&self, unit: u32) -> Span {
        self.spans.get(unit as usize).copied().unwrap_or(WHOLE)
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
/// parts of the map without customers the one whose middle is nearest. Who goes well together is looked for first.
fn hosts(units: &Units, pairs: &[(u32, u32)]) -> Vec<u32> {
    let n = units.len();
    let borders = Adjacency::from_pairs((0..n as u32).collect(), n, pairs);
    let mut host = vec![u32::MAX; n];
    for unit in &units.of_customer {
        host[*unit as usize] = *unit;
    }
    let inhabited: Vec<u32> = (0..n as u32).filter(|u| host[*u as usize] == *u).collect();
    let mut reached = inhabited.clone();
    let [well, passably, anyhow] =
        WAYS.map(|goes| move |u: u32, v: u32| goes(units.span(u), units.span(v)));
    spread(&borders, &mut host, &mut reached, &well);
    spread(&borders, &mut host, &mut reached, &passably);
    join(units, &mut host, &inhabited, &well);
    join(units, &mut host, &inhabited, &passably);
    spread(&borders, &mut host, &mut reached, &anyhow);
    join(units, &mut host, &inhabited, &anyhow);
    for (unit, host) in host.iter_mut().enumerate() {
        if *host == u32::MAX {
            *host = unit as u32;
        }
    }
    host
}

/// Takes units that border on those that were reached along with these, if they go with their hosts.
fn spread(
    borders: &Adjacency,
    host: &mut [u32],
    reached: &mut Vec<u32>,
    goes: &dyn Fn(u32, u32) -> bool,
) {
    let mut at = 0;
    while let Some(unit) = reached.get(at).copied() {
        at += 1;
        let of = host[unit as usize];
        for next in borders.neighbours(unit as usize) {
            if host[*next as usize] == u32::MAX && goes(*next, of) {
                host[*next as usize] = of;
                reached.push(*next);
            }
        }
    }
}

/// Gives units that were not reached to the nearest one with customers that they go with.
fn join(units: &Units, host: &mut [u32], inhabited: &[u32], goes: &dyn Fn(u32, u32) -> bool) {
    for (unit, host) in (0..).zip(host) {
        if *host == u32::MAX {
            let among = inhabited.iter().copied().filter(|u| goes(unit, *u));
            *host = nearest(units, unit, among).unwrap_or(u32::MAX);
        }
    }
}

/// The one of some units whose middle is nearest to that of a unit.
fn nearest(units: &Units, unit: u32, among: impl Iterator<Item = u32>) -> Option<u32> {
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
    among.min_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};

    /// Units side by side, of which these have customers.
    fn row(n: usize, inhabited: &[u32], spans: &[Span]) -> Vec<u32> {
        let mut areas = Areas::default();
        let mut ids = Ids::new();
        for u in 0..n {
            let x = u as f64 / 10.0;
            let square = polygon![(x: x, y: 0.0), (x: x + 0.1, y: 0.0), (x: x + 0.1, y: 0.1), (x: x, y: 0.1)];
            areas.push(&MultiPolygon(vec![square]));
            ids.push(&format!("U{u}"), false);
        }
        let mended = crate::territory::mend(areas, 1.0).unwrap();
        let units = Units::new(ids, mended, inhabited.to_vec()).within(spans.to_vec());
        units.map().host.clone()
    }

    #[test]
    fn a_unit_without_customers_goes_with_its_own_place_first() {
        let [a, b, below, c] = [[0, 1], [1, 3], [2, 3], [3, 4]];
        assert_eq!(row(7, &[0, 6], &[]), [0, 0, 0, 0, 6, 6, 6]);
        let spans = [a, b, below, a, WHOLE, a, below];
        assert_eq!(row(7, &[0, 6], &spans), [0, 6, 6, 0, 6, 0, 6]);
        // Borders count, not how far it is, where both will do.
        assert_eq!(row(5, &[0, 4], &[a, a, a, a, a]), [0, 0, 0, 4, 4]);
        // What lies above is better than what lies elsewhere, and anything is better than nothing.
        assert_eq!(row(3, &[0, 2], &[a, below, b]), [0, 2, 2]);
        assert_eq!(row(3, &[0, 2], &[a, c, b]), [0, 0, 2]);
        assert_eq!(row(2, &[], &[a, b]), [0, 1]);
    }
}
