//! The assignment problem, solved to its optimum: as many territories as can be get a person, at the least cost.
//!
//! ```text
//! minimise    sum_pt c_pt x_pt             over matchings x with as many pairs as any has; a pair that must not be has no c_pt
//! ```
//!
//! Shortest augmenting paths on a dense table, a row after the other, with prices that keep every reduced cost at 0 or more (Jonker &
//! Volgenant 1987; the form for unequal sides is that of Crouse 2016, "On implementing 2D rectangular assignment algorithms"). Nobody has to
//! have a territory: who has none costs `M`, which is more than all that costs can differ by, so that the number of pairs comes first. `O(n^3)`,
//! and far less where the first choices of most differ.
//!
//! Costs are whole numbers (of steps, see [`Grid`](super::grid::Grid)) below `2^50`, which doubles hold exactly, so that nothing is rounded: the prices
//! prove the optimum exactly. A price is `a M + b`, and is taken apart in the end. The `a` are the proof that no more territories can be staffed (a set of people and territories that
//! covers every permitted pair, one of them for each pair of the staffing: König 1931), the `b` that it cannot be done at less cost:
//!
//! ```text
//! c_pt >= b_p + b_t       where one of both is in the cover
//! b_p, b_t <= 0           where they are not in it; 0 for who is left over
//! sum_p b_p + sum_t b_t   = cost of the staffing
//! ```
//!
//! Every staffing with so many pairs has each of the cover in a pair of its own, so that no pair of it is covered twice, and costs that much at
//! least.

use super::path::Nearest;

/// The cost of a pair that must not be.
pub const NEVER: i64 = i64::MAX;
/// `M` is this at most: paths of a few `M` are whole numbers that doubles hold.
const MOST: i64 = 1 << 50;

/// What every person would cost in every territory.
#[derive(Clone, Debug)]
pub struct Table {
    /// How many people there are.
    pub people: usize,
    /// How many territories there are.
    pub territories: usize,
    /// By person, then territory, whole numbers; infinite where the pair must not be.
    cost: Vec<f64>,
    /// The largest of them, up or down.
    largest: i64,
}

impl Table {
    /// The largest cost, up or down, that a table of this size may have.
    #[must_use]
    pub fn limit(people: usize, territories: usize) -> i64 {
        MOST / (4 * (people + territories + 2) as i64)
    }

    /// A table of costs, by person, then territory; [`NEVER`] where the pair must not be.
    ///
    /// # Panics
    /// If they are not `people * territories`, or one is above [`Table::limit`].
    #[must_use]
    pub fn new(people: usize, territories: usize, cost: impl IntoIterator<Item = i64>) -> Table {
        let mut largest = 0;
        let mut whole = |c: i64| {
            if c == NEVER {
                return f64::INFINITY;
            }
            largest = largest.max(c.abs());
            c as f64
        };
        let cost: Vec<f64> = cost.into_iter().map(&mut whole).collect();
        assert_eq!(cost.len(), people * territories);
        assert!(largest <= Table::limit(people, territories));
        Table {
            people,
            territories,
            cost,
            largest,
        }
    }

    /// The costs of a person, by territory.
    pub(super) fn row(&self, person: usize) -> &[f64] {
        &self.cost[person * self.territories..][..self.territories]
    }

    /// The cost of a pair; `None` where it must not be.
    #[must_use]
    pub fn cost(&self, person: usize, territory: usize) -> Option<i64> {
        let cost = self.row(person)[territory];
        cost.is_finite().then_some(cost as i64)
    }

    /// `M`: a power of two above four times all that costs can differ by along a path.
    fn dear(&self) -> f64 {
        let least = self.largest.max(1) * (4 * (self.people + self.territories + 2)) as i64;
        (least.min(MOST) as u64).next_power_of_two() as f64
    }
}

/// A price, and whether who has it is in the cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Steps.
    pub price: i64,
    /// Whether it is part of the proof that no more can be staffed.
    pub covers: bool,
}

/// Who takes which territory.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The territory of each person.
    pub(crate) of_person: Vec<Option<usize>>,
    /// The person of each territory.
    pub(crate) of_territory: Vec<Option<usize>>,
    /// How many pairs there are.
    pub staffed: usize,
    /// What they cost together, steps.
    pub total: i64,
    /// `u`: prices of the people; `M` for who is left over.
    pub(super) u: Vec<f64>,
    /// `v <= 0`: prices of the territories; 0 for those that nobody takes.
    pub(super) v: Vec<f64>,
    /// `M`.
    pub(super) dear: f64,
}

/// Assigns as many territories as can be, at the least cost. The same table has the same answer, ties included.
#[must_use]
pub fn assign(table: &Table) -> Assignment {
    let dear = table.dear();
    let least = |p: usize| table.row(p).iter().copied().fold(dear, f64::min);
    let mut a = Assignment {
        of_person: vec![None; table.people],
        of_territory: vec![None; table.territories],
        staffed: 0,
        total: 0,
        u: (0..table.people).map(least).collect(),
        v: vec![0.0; table.territories],
        dear,
    };
    outbid(table, &mut a);
    let mut search = Search::new(table);
    for p in 0..table.people {
        if a.of_person[p].is_none() {
            search.augment(p, &mut a);
        }
    }
    let pairs = a.pairs().filter_map(|(p, t)| table.cost(p, t));
    (a.staffed, a.total) = pairs.fold((0, 0), |(n, sum), c| (n + 1, sum + c));
    a
}

/// Rounds in which people outbid each other, before the search for paths.
const ROUNDS: usize = 2;
/// Bids per person, at most.
const BIDS: usize = 16;

/// Each person in turn takes the territory that is best for them at the prices, and its price falls to where the second best would do as well; who had
/// it bids again (the augmenting row reduction of Jonker & Volgenant). Most people are where they belong then, or near it, and paths are short.
///
/// Prices stay so near to 0 that they say nothing yet of how many territories can be staffed.
fn outbid(table: &Table, a: &mut Assignment) {
    if table.territories == 0 {
        return;
    }
    let lowest = -a.dear / 4.0;
    let mut bids = BIDS * table.people;
    for _ in 0..ROUNDS {
        for first in 0..table.people {
            let mut next = Some(first).filter(|p| a.of_person[*p].is_none());
            while let Some(p) = next.filter(|_| bids > 0) {
                bids -= 1;
                let bid = Bid::of(table.row(p), a);
                let price = a.v[bid.territory] - (bid.second - bid.first);
                if bid.second >= a.dear || price < lowest {
                    break;
                }
                (a.u[p], a.v[bid.territory]) = (bid.second, price);
                a.of_person[p] = Some(bid.territory);
                next = a.of_territory[bid.territory].replace(p);
                if let Some(loser) = next {
                    a.of_person[loser] = None;
                }
                // Between two that are as good, who loses one waits for the next round.
                next = next.filter(|_| bid.second > bid.first);
            }
        }
    }
}

/// The two territories that are best for a person at the prices.
struct Bid {
    territory: usize,
    first: f64,
    second: f64,
}

impl Bid {
    fn of(row: &[f64], a: &Assignment) -> Bid {
        let mut bid = Bid {
            territory: 0,
            first: f64::INFINITY,
            second: f64::INFINITY,
        };
        for (t, (c, v)) in row.iter().zip(&a.v).enumerate() {
            let worth = c - v;
            // Of those that are as good, one that nobody has.
            let better = worth == bid.first && a.of_territory[bid.territory].is_some();
            if worth < bid.first || (better && a.of_territory[t].is_none()) {
                (bid.territory, bid.second, bid.first) = (t, bid.first, worth);
            } else if worth < bid.second {
                bid.second = worth;
            }
        }
        bid
    }
}

impl Assignment {
    /// The territory of each person.
    #[must_use]
    pub fn of_people(&self) -> &[Option<usize>] {
        &self.of_person
    }

    /// The person of each territory.
    #[must_use]
    pub fn of_territories(&self) -> &[Option<usize>] {
        &self.of_territory
    }

    /// Person and territory, in the order of the people.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let of = self.of_person.iter().enumerate();
        of.filter_map(|(p, t)| Some((p, (*t)?)))
    }

    /// The price of a person.
    #[must_use]
    pub fn price_of_person(&self, p: usize) -> Price {
        self.apart(self.u[p] - self.dear)
    }

    /// The price of a territory.
    #[must_use]
    pub fn price_of_territory(&self, t: usize) -> Price {
        self.apart(self.v[t])
    }

    /// `a` and `b` of `a M + b`, where `b` is less than half of `M`, and `a` is 0 or -1.
    fn apart(&self, price: f64) -> Price {
        let (b, a) = self.parts(price);
        Price {
            price: b,
            covers: a != 0,
        }
    }

    /// `b` and `a` of `a M + b`: steps of a rise in cost, say, and how many territories fewer are staffed then.
    pub(super) fn parts(&self, value: f64) -> (i64, i64) {
        let (value, dear) = (value as i64, self.dear as i64);
        let a = (value + dear / 2).div_euclid(dear);
        (value - a * dear, a)
    }
}

/// Dijkstra's algorithm over the territories, from a person who has none.
struct Search<'a> {
    table: &'a Table,
    nearest: Nearest,
    /// Who was looked at, and at what distance: `done[i]` is held by `seen[i + 1]`.
    seen: Vec<(usize, f64)>,
    /// Territories whose distance is final.
    done: Vec<usize>,
}

/// How a path ends.
#[derive(Clone, Copy)]
enum End {
    /// At a territory that nobody has.
    Free(usize),
    /// At a person who gives theirs away, or never gets one: `seen` at this place.
    Idle(usize),
}

impl<'a> Search<'a> {
    fn new(table: &'a Table) -> Search<'a> {
        Search {
            table,
            nearest: Nearest::default(),
            seen: Vec::with_capacity(table.territories + 1),
            done: Vec::with_capacity(table.territories),
        }
    }

    /// Makes room for a person, along the shortest path.
    fn augment(&mut self, start: usize, a: &mut Assignment) {
        let (end, length) = self.path(start, a);
        let mut next = match end {
            End::Idle(0) => None,
            End::Idle(at) => a.of_person[self.seen[at].0].take(),
            End::Free(t) => Some(t),
        };
        while let Some(t) = next {
            let (p, _) = self.seen[self.nearest.before(t)];
            a.of_territory[t] = Some(p);
            next = a.of_person[p].replace(t);
        }
        a.u[start] += length;
        for (t, (p, dist)) in self.done.iter().zip(&self.seen[1..]) {
            a.v[*t] -= length - dist;
            a.u[*p] += length - dist;
        }
    }

    /// The shortest path from a person without a territory; its end, and how long it is.
    fn path(&mut self, start: usize, a: &Assignment) -> (End, f64) {
        self.nearest.begin(&a.v);
        self.done.clear();
        self.seen.clear();
        let (mut person, mut low) = (start, 0.0);
        let mut idle = (f64::INFINITY, 0);
        loop {
            let unless = low + a.dear - a.u[person];
            if unless < idle.0 {
                idle = (unless, self.seen.len());
            }
            let (step, row) = (self.seen.len(), self.table.row(person));
            self.seen.push((person, low));
            low = self.nearest.relax(step, row, low - a.u[person]);
            if low > idle.0 || low == f64::INFINITY {
                return (End::Idle(idle.1), idle.0);
            }
            let free = |t: usize| a.of_territory[t].is_none();
            let Some(t) = self.nearest.at(low, free) else {
                return (End::Idle(idle.1), idle.0);
            };
            let Some(holder) = a.of_territory[t] else {
                return (End::Free(t), low);
            };
            self.done.push(t);
            self.nearest.close(t);
            person = holder;
        }
    }
}
