//! A way out of a broken bound: units handed on from rep to rep along a chain, one per step, to where there is room.
//!
//! Where a rep has few units, the rep next door has no room either, and exchanges between two do not help: what one has too much
//! must go through many hands (an augmenting path, as for the assignment problem). The chain is a shortest path: a step costs
//! the reduced cost of its unit, and the price of how much its load differs from what is too much.

use super::state::{State, undo};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A unit and the option it gets.
type Step = (u32, u16);

/// Hands on units from every rep outside its bounds where that makes the plan better; returns whether any did. The moves are noted
/// in `log`.
pub(super) fn mend(s: &mut State, log: &mut Vec<(u32, u16)>) -> bool {
    let mut any = false;
    for row in 0..s.k * s.m {
        let y = s.load[row];
        let (over, under) = (y - s.upper[row], s.lower[row] - y);
        if over <= 0.0 && under <= 0.0 {
            continue;
        }
        let Some(chain) = chain(s, row, over > 0.0, over.max(under)) else {
            continue;
        };
        let (before, begin) = (s.excess(), log.len());
        for (item, option) in chain {
            log.push((item, s.choice[item as usize]));
            s.take(item as usize, option as usize);
        }
        if s.excess() < before {
            any = true;
        } else {
            undo(s, log, begin);
        }
    }
    any
}

/// The cheapest chain from the rep of a row to one that stays within its bounds of that measure: units leave (`gives`) or come, about
/// `amount` of load per step.
fn chain(s: &State, row: usize, gives: bool, amount: f64) -> Option<Vec<Step>> {
    let (m, r) = (s.m, row % s.m);
    let start = row / m;
    let price = 0.01 * s.penalty[row];
    let mut best: Vec<Option<(f64, u32, Step)>> = vec![None; s.k];
    let mut done = vec![false; s.k];
    let mut distance = vec![f64::INFINITY; s.k];
    distance[start] = 0.0;
    // Items by a rep they may come from.
    let mut wanted: Vec<Vec<(u32, u16)>> = vec![Vec::new(); if gives { 0 } else { s.k }];
    if !gives {
        for (i, item) in s.items.iter().enumerate() {
            for (o, l) in item.options.rep.iter().enumerate() {
                if o != s.choice[i] as usize {
                    wanted[*l as usize].push((i as u32, o as u16));
                }
            }
        }
    }
    let mut heap = BinaryHeap::from([Reverse((0u64, start))]);
    // Costs as integers, so that the order is total: non-negative floats sort as their bits.
    while let Some(Reverse((_, j))) = heap.pop() {
        if std::mem::replace(&mut done[j], true) {
            continue;
        }
        if let Some((_, _, (item, option))) = best[j] {
            let o = &s.items[item as usize].options;
            let (from, to) = (s.choice[item as usize] as usize, option as usize);
            let load = s.load[j * m + r];
            let fits = if gives {
                load + o.load[to * m + r] <= s.upper[j * m + r]
            } else {
                load - o.load[from * m + r] >= s.lower[j * m + r]
            };
            if fits {
                return Some(way(&best, start, j));
            }
        }
        let mut look = |i: u32, option: u16, other: usize| {
            let o = &s.items[i as usize].options;
            let (from, to) = (s.choice[i as usize] as usize, option as usize);
            let load = o.load[if gives { from } else { to } * m + r];
            let cost = (o.cost[to] - o.cost[from]).max(0.0) + price * (load - amount).abs();
            let total = distance[j] + cost;
            if !done[other] && total < distance[other] {
                distance[other] = total;
                best[other] = Some((total, j as u32, (i, option)));
                heap.push(Reverse((total.to_bits(), other)));
            }
        };
        if gives {
            for i in &s.of_rep[j] {
                for (o, l) in s.items[*i as usize].options.rep.iter().enumerate() {
                    if *l as usize != j {
                        look(*i, o as u16, *l as usize);
                    }
                }
            }
        } else {
            for (i, o) in &wanted[j] {
                look(*i, *o, s.rep(*i as usize));
            }
        }
    }
    None
}

/// The steps from `start` to `end`.
fn way(best: &[Option<(f64, u32, Step)>], start: usize, end: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = end;
    while at != start
        && let Some((_, before, step)) = best[at]
    {
        steps.push(step);
        at = before as usize;
    }
    steps
}
