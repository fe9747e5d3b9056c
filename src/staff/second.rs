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
use super::near::{Frontier, List, Next};
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
    let people = (0..table.people).into_par_iter();
    let list = |p: usize| List::new(table.row(p), &a.v);
    let lists: Vec<List> = people.clone().map(list).collect();
    let paths = || Paths::new(table, a, &lists);
    people.map_init(paths, Paths::second).collect()
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
    lists: &'a [List],
    /// People without a territory.
    idle: Vec<usize>,
    frontier: Frontier,
    /// The first territory on the path to each vertex.
    first: Vec<usize>,
    /// Who was looked at, at what distance, and the first territory on the path to them.
    seen: Vec<(usize, f64, Option<usize>)>,
    /// What the person of the search gives up, which is where the path ends.
    end: usize,
}

impl<'a> Paths<'a> {
    fn new(table: &'a Table, a: &'a Assignment, lists: &'a [List]) -> Paths<'a> {
        Paths {
            table,
            a,
            lists,
            idle: (0..table.people)
                .filter(|p| a.of_person[*p].is_none())
                .collect(),
            frontier: Frontier::default(),
            first: vec![0; table.territories + 1],
            seen: Vec::new(),
            end: 0,
        }
    }

    fn second(&mut self, person: usize) -> Option<Second> {
        let nobody = self.table.territories;
        self.frontier.begin(nobody + 1);
        self.seen.clear();
        self.end = self.a.of_person[person].unwrap_or(nobody);
        self.look(person, 0.0, None);
        loop {
            let (far, next) = self.frontier.next()?;
            match next {
                Next::Beyond(step) => self.look_beyond(step as usize),
                Next::Vertex(at) => self.from(at as usize, far),
                Next::End(at) => {
                    let (more, fewer) = self.a.parts(far);
                    let territory = self.first[at as usize];
                    return Some(Second {
                        territory,
                        more,
                        fewer,
                    });
                }
            }
        }
    }

    /// The edges of a vertex at distance `low`.
    fn from(&mut self, at: usize, low: f64) {
        let (nobody, first) = (self.table.territories, self.first[at]);
        if at == nobody {
            for p in 0..self.idle.len() {
                self.look(self.idle[p], low, Some(first));
            }
            for t in 0..nobody {
                self.offer(t, low - self.a.v[t], first);
            }
            return;
        }
        match self.a.of_territory[at] {
            Some(p) => {
                self.look(p, low, Some(first));
                self.offer(nobody, low + self.a.dear - self.a.u[p], first);
            }
            None => self.offer(nobody, low, first),
        }
    }

    /// A person takes another territory, of those that are near.
    fn look(&mut self, p: usize, low: f64, first: Option<usize>) {
        let (row, list, base) = (self.table.row(p), &self.lists[p], low - self.a.u[p]);
        self.frontier.later(base + list.beyond, self.seen.len());
        self.seen.push((p, low, first));
        for t in list.near.iter().map(|t| *t as usize) {
            // Who begins goes anywhere but back.
            if first.is_some() || t != self.end {
                self.offer(t, base + row[t] - self.a.v[t], first.unwrap_or(t));
            }
        }
    }

    /// The same, of all there are.
    fn look_beyond(&mut self, step: usize) {
        let (p, low, first) = self.seen[step];
        let (row, base) = (self.table.row(p), low - self.a.u[p]);
        for (t, c) in row.iter().enumerate() {
            if first.is_some() || t != self.end {
                self.offer(t, base + c - self.a.v[t], first.unwrap_or(t));
            }
        }
    }

    fn offer(&mut self, at: usize, far: f64, first: usize) {
        let kind = if at == self.end {
            Next::End
        } else {
            Next::Vertex
        };
        if self.frontier.offer(at, far, kind) {
            self.first[at] = first;
        }
    }
}
