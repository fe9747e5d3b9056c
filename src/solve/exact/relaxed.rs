//! The assignment rows relaxed: one knapsack per rep.
//!
//! In the shifted form of the LP (reduced costs `r_ij >= 0` at prices `mu`, unused load priced at `|mu|`), with a
//! price `pi_i` for leaving unit `i` out, every plan within the bounds costs at least
//!
//! ```text
//! L(pi) = sum_i pi_i + sum_j z_j,
//! z_j   = min sum_{i in S} (r_ij - pi_i) + |mu_j| (unused load of S)      over the sets S within the bounds of rep j
//! ```
//!
//! above the LP bound. `L(0) >= 0`: it starts where the LP ends, and each `z_j` is the true minimum over whole units,
//! which the LP does not see (Fisher, Jaikumar & Van Wassenhove 1986; its maximum is the bound of the set-partitioning
//! LP of Savelsbergh 1997). The rows of further measures and the limit on change stay in the reduced costs with their prices.

use crate::bound::knapsack::{Knapsack, Side};
use crate::model::SLIP;
use crate::solve::local::State;
use crate::solve::rows::Rows;
use rayon::prelude::*;

/// Partial sets that one knapsack looks at before it settles for less than its minimum.
const SETS: usize = 50_000;

/// One rep: its members and its knapsack.
#[derive(Clone, Debug)]
struct Rep {
    item: Vec<u32>,
    /// `r_ij`.
    reduced: Vec<f64>,
    /// One for each piece of the loads in which what they cost beside the target is a line.
    pieces: Vec<Piece>,
}

/// A knapsack.
#[derive(Clone, Debug)]
struct Piece {
    /// `r_ij - mu_j a_ij`, and what the load costs beside the target.
    cost: Vec<f64>,
    /// What a unit of load costs beside the target.
    slope: f64,
    side: Side,
    /// What the cost of a set lacks to be its excess.
    constant: f64,
}

/// The knapsacks of all reps.
#[derive(Clone, Debug)]
pub(super) struct Relaxed {
    pub items: usize,
    /// Options of item `i`: `start[i]..start[i + 1]`.
    start: Vec<u32>,
    /// Rep of each option, and its position among the rep's members.
    rep_of: Vec<u32>,
    member_of: Vec<u32>,
    reps: Vec<Rep>,
    /// Deviations that cost as much are left out (see [`Knapsack::least`]).
    core: f64,
}

impl Relaxed {
    /// From a state that holds every option that a better plan may use, or whose deviation costs less than `core`.
    pub fn new(s: &State, rows: &Rows, core: f64) -> Relaxed {
        let m = s.m;
        // Loads without the items.
        let mut base: Vec<f64> = (0..s.k).map(|j| s.load[j * m]).collect();
        for (item, c) in s.items.iter().zip(&s.choice) {
            let c = *c as usize;
            base[item.options.rep[c] as usize] -= item.options.load[c * m];
        }
        let rep = |j: usize| {
            let (l, u, mu) = (rows.lower[j * m], rows.upper[j * m], s.mu[j * m]);
            let deviation = rows.deviation(j * m);
            let at = deviation.pressed(mu, l, u);
            let piece = |(l, u, slope, from): (f64, f64, f64, f64)| Piece {
                cost: Vec::new(),
                slope,
                side: Side {
                    load: Vec::new(),
                    lower: l - SLIP * l.abs() - base[j],
                    upper: u + SLIP * u.abs() - base[j],
                },
                constant: mu * (at - base[j]) + (from + slope * base[j] - deviation.cost(at)),
            };
            Rep {
                item: Vec::new(),
                reduced: Vec::new(),
                pieces: deviation.pieces(l, u).into_iter().map(piece).collect(),
            }
        };
        let mut relaxed = Relaxed {
            items: s.items.len(),
            start: vec![0],
            rep_of: Vec::new(),
            member_of: Vec::new(),
            reps: (0..s.k).map(rep).collect(),
            core,
        };
        for (i, item) in s.items.iter().enumerate() {
            let o = &item.options;
            for (c, j) in o.rep.iter().enumerate() {
                let load = o.load[c * m];
                let rep = &mut relaxed.reps[*j as usize];
                relaxed.rep_of.push(*j);
                relaxed.member_of.push(rep.item.len() as u32);
                rep.item.push(i as u32);
                rep.reduced.push(o.cost[c]);
                for piece in &mut rep.pieces {
                    let at_price = o.cost[c] - s.mu[*j as usize * m] * load;
                    piece.cost.push(at_price + piece.slope * load);
                    piece.side.load.push(load);
                }
            }
            relaxed.start.push(relaxed.rep_of.len() as u32);
        }
        let pieces = relaxed.reps.iter_mut().flat_map(|rep| &mut rep.pieces);
        pieces.for_each(|piece| piece.side.count_in_grains());
        relaxed
    }

    /// Options of item `i`.
    pub fn options(&self, i: usize) -> std::ops::Range<usize> {
        self.start[i] as usize..self.start[i + 1] as usize
    }

    /// A worker per rep.
    pub fn workers(&self) -> Vec<Worker> {
        vec![Worker::default(); self.reps.len()]
    }

    /// `L(pi)`; the sets stay with the workers. Infinite: some rep has no set within its bounds.
    pub fn evaluate(&self, workers: &mut [Worker], pi: &[f64]) -> f64 {
        workers
            .par_iter_mut()
            .zip(&self.reps)
            .for_each(|(w, rep)| w.run(rep, pi, self.core));
        pi.iter().sum::<f64>() + workers.iter().map(|w| w.value).sum::<f64>()
    }

    /// 1 for every option in the sets of the workers, 0 for the others.
    pub fn sets(&self, workers: &[Worker]) -> Vec<f64> {
        let taken = |(j, t): (&u32, &u32)| {
            let set = &workers[*j as usize].knapsack().set;
            set.get(*t as usize).copied().unwrap_or(false)
        };
        let pairs = self.rep_of.iter().zip(&self.member_of);
        pairs.map(|o| f64::from(u8::from(taken(o)))).collect()
    }
}

/// Room to evaluate one rep.
#[derive(Clone, Debug, Default)]
pub(super) struct Worker {
    /// One per piece.
    knapsacks: Vec<Knapsack>,
    /// The piece with the best set.
    best: usize,
    none: Knapsack,
    w: Vec<f64>,
    q: Vec<f64>,
    /// Least excess of the rep.
    value: f64,
}

impl Worker {
    /// The one with the best set.
    fn knapsack(&self) -> &Knapsack {
        self.knapsacks.get(self.best).unwrap_or(&self.none)
    }

    /// Least excess of the rep at prices `pi`.
    fn run(&mut self, rep: &Rep, pi: &[f64], core: f64) {
        self.knapsacks
            .resize_with(rep.pieces.len(), Knapsack::default);
        self.q.clear();
        let reduced = rep.item.iter().zip(&rep.reduced);
        self.q.extend(reduced.map(|(i, r)| r - pi[*i as usize]));
        self.value = f64::INFINITY;
        for (at, (piece, knapsack)) in rep.pieces.iter().zip(&mut self.knapsacks).enumerate() {
            self.w.clear();
            let costs = rep.item.iter().zip(&piece.cost);
            self.w.extend(costs.map(|(i, c)| c - pi[*i as usize]));
            let costs = (&self.w[..], &self.q[..]);
            let value = knapsack.least(&piece.side, costs, piece.constant, core, SETS);
            if at == 0 || value < self.value {
                (self.value, self.best) = (value, at);
            }
        }
    }
}
