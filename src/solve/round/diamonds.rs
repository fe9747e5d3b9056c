//! Trades round up to four reps at once.
//!
//! Loads that are pressed onto a bound are conserved: what a rep gets from one neighbour it must hand on to another. So trades along
//! one border, or along a tree of them, leave the net flow over each border what it is, and only trades round a cycle change it.
//! A *diamond* is two neighbours `b` and `c` and two that are neighbours of both. Load goes from `b` to `c` straight and by way of
//! each of the other two (a *route*: a trade `a b` and a trade `a c` that together suit `a`), so there are three lists, and from
//! each one entry is taken such that their sum suits `b` and `c`: the cheapest sums of two lists, in order of load, are looked up
//! for each entry of the third.
//!
//! Tried at 10,000 x 50 (lognormal workloads, sigma 0.8), excess in 1e-4 of the LP bound. Exchanges between two reps: 3.2. The best
//! combination along a random spanning tree (dynamic programming), again and again with wrong costs: 2.4 after 60 s. Trades round
//! three reps, 200 per border: 2.1; 1,000 per border: 1.7. Diamonds, 200 per border and then 500: 1.55 in 0.2 s. All pairs of the
//! three or four best common neighbours instead of the best two: no better in the same time.

use super::forest::Forest;
use super::routes::{Diamond, Known};
use super::state::State;
use super::sums::Search;
use super::trades::{Move, NONE};
use rayon::prelude::*;
use std::collections::VecDeque;
use std::time::Instant;

/// Diamonds looked at together.
const BATCH: usize = 16;
/// Diamonds passed over to fill a batch.
const AHEAD: usize = 64;

/// The diamonds of a plan, and what is known of their borders.
pub(super) struct Diamonds {
    all: Vec<Diamond>,
    /// Diamonds per rep.
    of_rep: Vec<Vec<u32>>,
    known: Known,
}

impl Diamonds {
    /// One for each two neighbours, with the two common neighbours that have the most cheap units on both borders.
    pub fn new(forest: &Forest) -> Diamonds {
        let k = forest.density.len();
        let mut all: Vec<Diamond> = Vec::new();
        for b in 0..k as u32 {
            for (c, _) in forest.density[b as usize].iter().filter(|c| c.0 > b) {
                let apex = |(a, x): &(u32, f64)| Some((forest.density(*a, *c)?.min(*x), *a));
                let mut by: Vec<(f64, u32)> =
                    forest.density[b as usize].iter().filter_map(apex).collect();
                by.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
                let apex = |at: usize| by.get(at).map_or(NONE, |x| x.1);
                all.push([b, *c, apex(0), apex(1)]);
            }
        }
        let mut of_rep = vec![Vec::new(); k];
        for (at, d) in all.iter().enumerate() {
            reps(d).for_each(|j| of_rep[j as usize].push(at as u32));
        }
        Diamonds {
            all,
            of_rep,
            known: Known::default(),
        }
    }

    /// Trades round diamonds until none helps: those with a rep of `dirty`, and those whose loads change then. If `within`, only such
    /// that have all their reps in `dirty`. `most` trades per border are looked at. Returns how many diamonds were looked at.
    pub fn descend(
        &mut self,
        s: &mut State,
        dirty: &[u32],
        within: bool,
        most: usize,
        until: Instant,
        log: &mut Vec<(u32, u16)>,
    ) -> usize {
        self.known.most(most);
        let mut open = vec![!within; s.k];
        dirty.iter().for_each(|j| open[*j as usize] = true);
        let open: Vec<bool> = self
            .all
            .iter()
            .map(|d| reps(d).all(|j| open[j as usize]))
            .collect();
        let mut queue: VecDeque<u32> = VecDeque::new();
        let mut queued = vec![false; self.all.len()];
        let add = |j: u32, queue: &mut VecDeque<u32>, queued: &mut [bool]| {
            for d in &self.of_rep[j as usize] {
                if open[*d as usize] && !queued[*d as usize] {
                    queued[*d as usize] = true;
                    queue.push_back(*d);
                }
            }
        };
        dirty.iter().for_each(|j| add(*j, &mut queue, &mut queued));
        let mut busy = vec![0u32; s.k];
        let (mut turn, mut looked) = (0, 0);
        let mut later: VecDeque<u32> = VecDeque::new();
        while !queue.is_empty() && Instant::now() < until {
            // Diamonds that share no rep do not mind each other.
            turn += 1;
            let mut batch: Vec<u32> = Vec::new();
            while batch.len() < BATCH
                && later.len() < AHEAD
                && let Some(d) = queue.pop_front()
            {
                let diamond = &self.all[d as usize];
                if reps(diamond).any(|j| busy[j as usize] == turn) {
                    later.push_back(d);
                } else {
                    reps(diamond).for_each(|j| busy[j as usize] = turn);
                    batch.push(d);
                }
            }
            while let Some(d) = later.pop_back() {
                queue.push_front(d);
            }
            let diamonds: Vec<Diamond> = batch.iter().map(|d| self.all[*d as usize]).collect();
            self.known.refresh(s, &diamonds);
            let known = &self.known;
            let found: Vec<Option<Vec<Move>>> = diamonds
                .par_iter()
                .map(|d| Search::new(s, *d, known).best(2 * most))
                .collect();
            looked += batch.len();
            for (d, moves) in batch.iter().zip(found) {
                queued[*d as usize] = false;
                let Some(moves) = moves else { continue };
                for m in moves {
                    log.push((m.item, s.choice[m.item as usize]));
                    s.take(m.item as usize, m.option as usize);
                }
                reps(&self.all[*d as usize]).for_each(|j| add(j, &mut queue, &mut queued));
            }
        }
        looked
    }
}

fn reps(d: &Diamond) -> impl Iterator<Item = u32> + '_ {
    d.iter().copied().filter(|j| *j != NONE)
}
