//! The best combination of trades round one diamond.

use super::routes::{Diamond, Known, Route, outward};
use super::state::{Row, State};
use super::trades::{Key, Move, NONE, Trades};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A diamond and what it is made of.
pub(super) struct Search<'a> {
    /// The two reps in the middle, the one that minds its load more first.
    rows: [Row; 2],
    loads: [f64; 2],
    straight: &'a Trades,
    /// Which rep of `straight` is the first.
    end: usize,
    /// What the loads of the common neighbours cost as they are.
    common: f64,
    /// Per common neighbour, its routes, the position of the first rep in them, and its trades with the two.
    routes: Vec<(&'a [Route], usize, [&'a Trades; 2])>,
}

/// A sum of a route and a straight trade.
#[derive(Clone, Copy)]
struct Sum {
    cost: f64,
    load: [f64; 2],
    route: u32,
    trade: u32,
}

impl<'a> Search<'a> {
    pub fn new(s: &State, diamond: Diamond, known: &'a Known) -> Search<'a> {
        let [b, c, apexes @ ..] = diamond;
        let rows = [b, c].map(|j| s.row(j as usize));
        let swap = rows[0].mu.abs() < rows[1].mu.abs();
        let [first, second] = if swap { [c, b] } else { [b, c] };
        let of = |a: u32| {
            let with = [b, c].map(|j| known.trades(a, j));
            (known.routes(a, b, c), usize::from(swap), with)
        };
        Search {
            rows: [first, second].map(|j| s.row(j as usize)),
            loads: [first, second].map(|j| s.load[j as usize]),
            straight: known.trades(b, c),
            end: usize::from(first > second),
            common: apexes
                .iter()
                .filter(|a| **a != NONE)
                .map(|a| s.row_cost(*a as usize, s.load[*a as usize]))
                .sum(),
            routes: apexes.into_iter().filter(|a| *a != NONE).map(of).collect(),
        }
    }

    /// The moves that lower the excess most, if any do; `most` sums are looked at per route.
    pub fn best(&self, most: usize) -> Option<Vec<Move>> {
        let [row, other] = self.rows;
        let now = row.cost(self.loads[0]) + other.cost(self.loads[1]);
        let sums = self.sums(most);
        let least = sums.iter().map(|x| x.cost).fold(f64::INFINITY, f64::min);
        let nothing = [Route {
            cost: 0.0,
            load: [0.0; 2],
            trades: [NONE; 2],
        }];
        let (last, first) = match self.routes.get(1) {
            Some((routes, first, _)) => (*routes, *first),
            None => (&nothing[..], 0),
        };
        // No more than this can be gained, and what is small beside it is rounding.
        let paid = |t: &[&Trades; 2]| t[0].cost(0) + t[1].cost(0);
        let routes: f64 = self.routes.iter().map(|(.., with)| paid(with)).sum();
        let mut best = -1e-9 * (now + self.common - self.straight.cost(0) - routes);
        let mut found = None;
        for (at, r) in last.iter().enumerate() {
            let base = r.cost - now;
            if base + least >= best {
                break;
            }
            let load = [first, 1 - first].map(|end| r.load[end]);
            let loads = [self.loads[0] + load[0], self.loads[1] + load[1]];
            let offer = |x: &Sum| {
                let cost = base + row.cost(loads[0] + x.load[0]);
                if cost + least >= best {
                    return false;
                }
                let cost = cost + x.cost;
                if cost < best {
                    let delta = cost + other.cost(loads[1] + x.load[1]);
                    if delta < best
                        && let Some(moves) = self.moves([x.route, at as u32], x.trade)
                    {
                        best = delta;
                        found = Some(moves);
                    }
                }
                true
            };
            outward(&sums, row.pressed() - loads[0], |x| x.load[0], offer);
        }
        found
    }

    /// The cheapest sums of a route of the first common neighbour and a straight trade, in order of the load of the first rep.
    fn sums(&self, most: usize) -> Vec<Sum> {
        let straight = |y: u32| [self.end, 1 - self.end].map(|end| self.straight.load(y, end));
        let mut sums: Vec<Sum> = match self.routes.first() {
            None => (0..self.straight.len() as u32)
                .map(|y| Sum {
                    cost: self.straight.cost(y),
                    load: straight(y),
                    route: 0,
                    trade: y,
                })
                .collect(),
            Some((routes, first, _)) => {
                let mut out = Vec::with_capacity(most);
                let mut heap = BinaryHeap::new();
                let push = |heap: &mut BinaryHeap<Reverse<Key>>, x: u32, y: u32| {
                    if let Some(r) = routes.get(x as usize)
                        && (y as usize) < self.straight.len()
                    {
                        heap.push(Reverse(Key(r.cost + self.straight.cost(y), x, y)));
                    }
                };
                push(&mut heap, 0, 0);
                while out.len() < most
                    && let Some(Reverse(Key(cost, x, y))) = heap.pop()
                {
                    let r = routes[x as usize].load;
                    let t = straight(y);
                    out.push(Sum {
                        cost,
                        load: [r[*first] + t[0], r[1 - *first] + t[1]],
                        route: x,
                        trade: y,
                    });
                    push(&mut heap, x, y + 1);
                    if y == 0 {
                        push(&mut heap, x + 1, y);
                    }
                }
                out
            }
        };
        let tie = |x: &Sum| (x.route, x.trade);
        sums.sort_unstable_by(|x, y| x.load[0].total_cmp(&y.load[0]).then(tie(x).cmp(&tie(y))));
        sums
    }

    /// The moves of a combination, unless a unit would move twice.
    fn moves(&self, routes: [u32; 2], trade: u32) -> Option<Vec<Move>> {
        let mut moves = Vec::new();
        self.straight.unfold(trade, &mut moves);
        for ((list, _, with), at) in self.routes.iter().zip(routes) {
            let r = list[at as usize];
            with.iter()
                .zip(r.trades)
                .for_each(|(t, at)| t.unfold(at, &mut moves));
        }
        let mut items: Vec<u32> = moves.iter().map(|m| m.item).collect();
        items.sort_unstable();
        let twice = items.windows(2).any(|w| w[0] == w[1]);
        (!twice).then_some(moves)
    }
}
