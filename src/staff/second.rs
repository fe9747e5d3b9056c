//! What another choice costs: the best staffing with one person elsewhere, and swaps of two people.
//!
//! A person is put into another territory, and all others are assigned anew: that is one shortest path in reduced costs, from the person through
//! the territories and those who hold them, back to what the person gives up. Whoever is without a territory stands at one more vertex, together
//! with the territories that nobody has:
//!
//! ```text
//! territory t, held by p      -> territory s      c_ps - u_p - v_s
//! territory t, held by p      -> nobody           M - u_p
//! territory t, held by nobody -> nobody           0
//! nobody                      -> territory s      c_ps - u_p - v_s   for each p without a territory;   -v_s: it stays without anybody
//! ```
//!
//! All of these are 0 or more, and those of the staffing are 0, so that the length of the path is what the whole plan costs more, exactly.

use super::assign::{Assignment, Table};
use rayon::prelude::*;

/// The best that there is with a person in another territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// The other territory.
    pub territory: usize,
    /// Steps that the whole plan costs more, all others assigned anew.
    pub more: i64,
    /// How many territories fewer are staffed then.
    pub fewer: i64,
}

/// Two people who change places, all others staying where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Steps that the plan costs more.
    pub more: i64,
    /// One of them.
    pub one: usize,
    /// The other.
    pub other: usize,
}

/// The second choice of each person: another territory than their own, or any for who has none; `None` where no other may be.
#[must_use]
pub fn seconds(table: &Table, a: &Assignment) -> Vec<Option<Second>> {
    let people = 0..table.people;
    let each = people.into_par_iter();
    each.map_init(|| Paths::new(table, a), |paths, p| paths.second(p))
        .collect()
}

/// The `most` swaps that cost least.
#[must_use]
pub fn swaps(table: &Table, a: &Assignment, most: usize) -> Vec<Swap> {
    let pairs: Vec<(usize, usize)> = a.pairs().collect();
    let of = |i: usize| {
        let (one, t) = pairs[i];
        let more = move |(other, s): &(usize, usize)| {
            let then = table.cost(one, *s)?.checked_add(table.cost(*other, t)?)?;
            let now = table.cost(one, t)? + table.cost(*other, *s)?;
            let more = then - now;
            Some(Swap {
                more,
                one,
                other: *other,
            })
        };
        least(pairs[i + 1..].iter().filter_map(more).collect(), most)
    };
    let all: Vec<Vec<Swap>> = (0..pairs.len()).into_par_iter().map(of).collect();
    least(all.concat(), most)
}

/// The first of them.
fn least(mut all: Vec<Swap>, most: usize) -> Vec<Swap> {
    let key = |s: &Swap| (s.more, s.one, s.other);
    if all.len() > most && most > 0 {
        all.select_nth_unstable_by_key(most - 1, key);
    }
    all.truncate(most);
    all.sort_unstable_by_key(key);
    all
}

/// Shortest paths from a person, one search after the other.
struct Paths<'a> {
    table: &'a Table,
    a: &'a Assignment,
    /// People without a territory.
    idle: Vec<usize>,
    /// Distance of each territory, and of nobody in the end.
    dist: Vec<f64>,
    /// The first territory on the path.
    first: Vec<usize>,
    /// What is not final.
    open: Vec<usize>,
}

impl<'a> Paths<'a> {
    fn new(table: &'a Table, a: &'a Assignment) -> Paths<'a> {
        let size = table.territories + 1;
        Paths {
            table,
            a,
            idle: (0..table.people)
                .filter(|p| a.of_person[*p].is_none())
                .collect(),
            dist: vec![0.0; size],
            first: vec![0; size],
            open: Vec::with_capacity(size),
        }
    }

    fn second(&mut self, person: usize) -> Option<Second> {
        let nobody = self.table.territories;
        let own = self.a.of_person[person];
        self.dist.fill(f64::INFINITY);
        self.open.clear();
        self.open.extend(0..=nobody);
        for (t, c) in self.table.row(person).iter().enumerate() {
            if Some(t) != own {
                self.dist[t] = c - self.a.u[person] - self.a.v[t];
                self.first[t] = t;
            }
        }
        let end = own.unwrap_or(nobody);
        loop {
            let by_distance = |x: &(usize, &usize), y: &(usize, &usize)| {
                self.dist[*x.1]
                    .total_cmp(&self.dist[*y.1])
                    .then(x.1.cmp(y.1))
            };
            let nearest = self.open.iter().enumerate().min_by(by_distance);
            let (place, at) = nearest.map(|(place, at)| (place, *at))?;
            let low = self.dist[at];
            if low == f64::INFINITY {
                return None;
            }
            if at == end {
                let (more, fewer) = self.a.parts(low);
                let territory = self.first[at];
                return Some(Second {
                    territory,
                    more,
                    fewer,
                });
            }
            self.open.swap_remove(place);
            self.from(at, low);
        }
    }

    /// The edges of a vertex at distance `low`.
    fn from(&mut self, at: usize, low: f64) {
        let (nobody, first) = (self.table.territories, self.first[at]);
        if at == nobody {
            for p in 0..self.idle.len() {
                self.of_person(self.idle[p], low, first);
            }
            for t in 0..nobody {
                self.relax(t, low - self.a.v[t], first);
            }
            return;
        }
        match self.a.of_territory[at] {
            Some(p) => {
                self.of_person(p, low, first);
                self.relax(nobody, low + self.a.dear - self.a.u[p], first);
            }
            None => self.relax(nobody, low, first),
        }
    }

    /// A person takes another territory.
    fn of_person(&mut self, p: usize, low: f64, first: usize) {
        let base = low - self.a.u[p];
        for (t, c) in self.table.row(p).iter().enumerate() {
            let far = base + c - self.a.v[t];
            if far < self.dist[t] {
                (self.dist[t], self.first[t]) = (far, first);
            }
        }
    }

    fn relax(&mut self, at: usize, far: f64, first: usize) {
        if far < self.dist[at] {
            (self.dist[at], self.first[at]) = (far, first);
        }
    }
}
