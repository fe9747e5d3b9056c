//! Shortest paths at prices that stay: most end among the territories that are near for the people on them, so that those are kept apart, with a bound for all others.
//!
//! A search looks beyond a list when its distance gets there, and not before. Everything is a whole number in a double, and exact.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many territories a list has; few in tests, whose problems are small.
const WIDTH: usize = if cfg!(test) { 2 } else { 40 };

/// The territories with the least `c - v` for a person, and what it is for all others at least.
#[derive(Debug)]
pub(super) struct List {
    /// The territories.
    pub near: Vec<u32>,
    /// The bound.
    pub beyond: f64,
}

impl List {
    /// By the costs of a person, and prices.
    pub fn new(row: &[f64], prices: &[f64]) -> List {
        let worth = (row.iter().zip(prices).zip(0..)).map(|((c, v), t)| (c - v, t));
        let mut all: Vec<(f64, u32)> = worth.filter(|(worth, _)| worth.is_finite()).collect();
        let mut beyond = f64::INFINITY;
        if all.len() > WIDTH {
            let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            let (_, (least, _), _) = all.select_nth_unstable_by(WIDTH, order);
            beyond = *least;
            all.truncate(WIDTH);
        }
        List {
            near: all.into_iter().map(|(_, t)| t).collect(),
            beyond,
        }
    }
}

/// What a search comes to next: in this order where distances are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Next {
    /// A vertex where it may end.
    End(u32),
    /// Another vertex.
    Vertex(u32),
    /// The territories beyond the list of who was seen at this step.
    Beyond(u32),
}

/// Distances that are not final, the least first.
#[derive(Debug, Default)]
pub(super) struct Frontier {
    dist: Vec<f64>,
    touched: Vec<usize>,
    heap: BinaryHeap<Reverse<(u64, Next)>>,
}

impl Frontier {
    /// A new search over so many vertices.
    pub fn begin(&mut self, vertices: usize) {
        self.dist.resize(vertices, f64::INFINITY);
        self.touched
            .drain(..)
            .for_each(|at| self.dist[at] = f64::INFINITY);
        self.heap.clear();
    }

    /// A vertex can be reached at a distance; whether that is shorter than before.
    pub fn offer(&mut self, at: usize, far: f64, next: impl FnOnce(u32) -> Next) -> bool {
        if far < self.dist[at] {
            if self.dist[at] == f64::INFINITY {
                self.touched.push(at);
            }
            self.dist[at] = far;
            self.heap.push(Reverse((far as u64, next(at as u32))));
            return true;
        }
        false
    }

    /// At this distance, others than those of a list are to be looked at.
    pub fn later(&mut self, far: f64, step: usize) {
        if far < f64::INFINITY {
            self.heap
                .push(Reverse((far.max(0.0) as u64, Next::Beyond(step as u32))));
        }
    }

    /// What is nearest, and how far it is.
    pub fn next(&mut self) -> Option<(f64, Next)> {
        while let Some(Reverse((far, next))) = self.heap.pop() {
            let far = far as f64;
            match next {
                Next::End(at) | Next::Vertex(at) if self.dist[at as usize] != far => {}
                _ => return Some((far, next)),
            }
        }
        None
    }
}
