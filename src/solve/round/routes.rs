//! What is known of the borders of a plan: the trades of neighbours, and routes.
//!
//! Both are kept until a load of one of their reps changes.

use super::state::State;
use super::trades::{Key, NONE, Offer, Trades};
use rayon::prelude::*;
use std::collections::HashMap;

/// Trades and routes that are kept, about 60 bytes each.
const KEPT: usize = 4_000_000;

/// Two neighbours and two common neighbours of theirs, [`NONE`] where there is none.
pub(super) type Diamond = [u32; 4];

/// A trade of a rep with each of two neighbours of it that are neighbours, too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    /// Cost above the plan as it is, what the load of the rep costs included.
    pub cost: f64,
    /// Change of the loads of the two neighbours.
    pub load: [f64; 2],
    pub trades: [u32; 2],
}

/// Something derived from the choices, and the versions of the reps it is of.
struct Cached<const N: usize, T> {
    versions: [u32; N],
    value: T,
}

/// The trades of neighbours and the routes of their common neighbours.
#[derive(Default)]
pub(super) struct Known {
    trades: HashMap<[u32; 2], Cached<2, Trades>>,
    routes: HashMap<[u32; 3], Cached<3, Vec<Route>>>,
    /// Trades per border, and routes per rep and border.
    most: usize,
}

/// The `most` entries with the least keys.
struct Least {
    most: usize,
    /// Nothing at or above this is among them.
    limit: f64,
    keys: Vec<Key>,
}

impl Least {
    fn new(most: usize) -> Least {
        Least {
            most,
            limit: f64::INFINITY,
            keys: Vec::with_capacity(2 * most),
        }
    }

    fn push(&mut self, key: Key) {
        if key.0 < self.limit {
            self.keys.push(key);
            if self.keys.len() == 2 * self.most {
                self.keys.select_nth_unstable(self.most - 1);
                self.keys.truncate(self.most);
                self.limit = self.keys[self.most - 1].0;
            }
        }
    }

    fn into_sorted(mut self) -> Vec<Key> {
        self.keys.sort_unstable();
        self.keys.truncate(self.most);
        self.keys
    }
}

/// Offers entries of a list in order of load, from the load `from` away on both sides, until it is told on a side that there is no
/// use in going on.
pub(super) fn outward<T>(
    list: &[T],
    from: f64,
    load: impl Fn(&T) -> f64,
    mut offer: impl FnMut(&T) -> bool,
) {
    let start = list.partition_point(|t| load(t) <= from);
    let _ = list[..start].iter().rev().all(&mut offer);
    let _ = list[start..].iter().all(&mut offer);
}

fn border(x: u32, y: u32) -> [u32; 2] {
    [x.min(y), x.max(y)]
}

impl Known {
    /// Looks at `most` trades per border, and as many routes, from now on.
    pub fn most(&mut self, most: usize) {
        if self.most != most {
            *self = Known {
                most,
                ..Known::default()
            };
        }
    }

    /// The trades of two reps: the first of them is the one with the lower number.
    pub fn trades(&self, x: u32, y: u32) -> &Trades {
        &self.trades[&border(x, y)].value
    }

    /// The routes of rep `a` between `b` and `c`.
    pub fn routes(&self, a: u32, b: u32, c: u32) -> &[Route] {
        &self.routes[&[a, b, c]].value
    }

    /// Brings up to date what is known of some diamonds.
    pub fn refresh(&mut self, s: &State, diamonds: &[Diamond]) {
        if (self.trades.len() + self.routes.len()) * self.most > KEPT {
            self.trades.clear();
            self.routes.clear();
        }
        let version = |j: u32| s.version[j as usize];
        let mut stale: Vec<[u32; 2]> = Vec::new();
        let mut torn: Vec<[u32; 3]> = Vec::new();
        for d in diamonds {
            let [b, c, apexes @ ..] = *d;
            let mut want = |x: u32, y: u32| {
                let key = border(x, y);
                if self
                    .trades
                    .get(&key)
                    .is_none_or(|t| t.versions != key.map(version))
                {
                    stale.push(key);
                }
            };
            want(b, c);
            for a in apexes.into_iter().filter(|a| *a != NONE) {
                want(a, b);
                want(a, c);
                let key = [a, b, c];
                if self
                    .routes
                    .get(&key)
                    .is_none_or(|r| r.versions != key.map(version))
                {
                    torn.push(key);
                }
            }
        }
        let fresh: Vec<Trades> = stale
            .par_iter()
            .map(|key| Trades::new(s, *key, self.most))
            .collect();
        for (key, value) in stale.into_iter().zip(fresh) {
            let versions = key.map(version);
            self.trades.insert(key, Cached { versions, value });
        }
        let fresh: Vec<Vec<Route>> = torn.par_iter().map(|key| self.route(s, *key)).collect();
        for (key, value) in torn.into_iter().zip(fresh) {
            let versions = key.map(version);
            self.routes.insert(key, Cached { versions, value });
        }
    }

    /// The cheapest routes of rep `a` between `b` and `c`, in order of cost.
    fn route(&self, s: &State, [a, b, c]: [u32; 3]) -> Vec<Route> {
        let (ab, ac) = (self.trades(a, b), self.trades(a, c));
        let (ab_a, ac_a) = (usize::from(a > b), usize::from(a > c));
        let row = s.row(a as usize);
        let load = s.load[a as usize];
        let now = row.cost(load);
        let mut least = Least::new(self.most);
        for x in 0..ab.len() as u32 {
            let base = ab.cost(x) - now;
            let load = load + ab.load(x, ab_a);
            if base + ac.cost(0) >= least.limit {
                // The last ones are not in order.
                continue;
            }
            let offer = |o: &Offer| {
                let cost = base + row.cost(load + o.load);
                if cost + ac.cost(0) >= least.limit {
                    return false;
                }
                least.push(Key(cost + o.cost, x, o.trade));
                true
            };
            outward(&ac.by_load[ac_a], row.pressed() - load, |o| o.load, offer);
        }
        let keys = least.into_sorted().into_iter();
        keys.map(|Key(cost, x, z)| Route {
            cost,
            load: [ab.load(x, 1 - ab_a), ac.load(z, 1 - ac_a)],
            trades: [x, z],
        })
        .collect()
    }
}
