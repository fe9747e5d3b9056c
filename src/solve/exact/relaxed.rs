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
    /// `r_ij`, and `r_ij - mu_j a_ij`.
    reduced: Vec<f64>,
    cost: Vec<f64>,
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
            Rep {
                item: Vec::new(),
                reduced: Vec::new(),
                cost: Vec::new(),
                side: Side {
                    load: Vec::new(),
                    lower: l - SLIP * l.abs() - base[j],
                    upper: u + SLIP * u.abs() - base[j],
                },
                constant: mu * (if mu >= 0.0 { u } else { l } - base[j]),
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
                rep.cost.push(o.cost[c] - s.mu[*j as usize * m] * load);
                rep.side.load.push(load);
            }
            relaxed.start.push(relaxed.rep_of.len() as u32);
        }
        (relaxed.reps.iter_mut()).for_each(|rep| rep.side.count_in_grains());
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
            let set = &workers[*j as usize].knapsack.set;
            set.get(*t as usize).copied().unwrap_or(false)
        };
        let pairs = self.rep_of.iter().zip(&self.member_of);
        pairs.map(|o| f64::from(u8::from(taken(o)))).collect()
    }
}

/// Room to evaluate one rep.
#[derive(Clone, Debug, Default)]
pub(super) struct Worker {
    knapsack: Knapsack,
    w: Vec<f64>,
    q: Vec<f64>,
    /// Least excess of the rep.
    value: f64,
}

impl Worker {
    /// Least excess of the rep at prices `pi`.
    fn run(&mut self, rep: &Rep, pi: &[f64], core: f64) {
        self.w.clear();
        self.q.clear();
        for ((i, r), c) in rep.item.iter().zip(&rep.reduced).zip(&rep.cost) {
            self.q.push(r - pi[*i as usize]);
            self.w.push(c - pi[*i as usize]);
        }
        let costs = (&self.w[..], &self.q[..]);
        let knapsack = &mut self.knapsack;
        self.value = knapsack.least(&rep.side, costs, rep.constant, core, SETS);
    }
}
