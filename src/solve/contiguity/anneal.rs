//! One chain of simulated annealing over contiguous plans (Kirkpatrick, Gelatt & Vecchi 1983).
//!
//! A step gives a vertex on a border to the neighbour, or does so and has the neighbour pass on another vertex, or
//! [cuts two territories anew](super::trees); none tears a territory. Worse plans are accepted with a probability that falls, while what is
//! outside the bounds costs more and more:
//!
//! ```text
//! accepted where    u < exp((before - after) / T),    T = T_0 c^t,    plan costs    travel + w_0 d^t * (outside, in shares)
//! ```
//!
//! What `T_0` and `w_0` count in is what a step on the border changes in cost and in load.

use super::board::Board;
use super::layout::Layout;
use super::trees::{Climate, Trees, uniform};
use crate::base::deadline::Deadline;
use crate::base::random::Random;

/// One of so many steps cuts two territories anew, and one of so many of those takes a rep who has nothing there.
const TREES: usize = 16;
const STRANGERS: usize = 16;
/// Steps between two looks at the clock.
const LOOK: usize = 512;
/// Vertices looked at for one to pass on.
const PASS: usize = 6;
/// The temperature at the end, in changes of cost on the border.
const COLD: f64 = 0.15;
/// What a change of load on the border costs when it is outside, at the start and at the end, in changes of cost on the border.
const MILD: f64 = 2.0;
const HARSH: f64 = 300.0;
/// Vertices that tell what a step changes.
const SAMPLE: usize = 400;

/// Whether owners of the vertices are a plan in which nothing is torn.
pub(super) type Accept<'a> = dyn Fn(&[u32]) -> bool + Sync + 'a;

/// A plan that a chain found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub owner: Vec<u32>,
    /// Rows outside the bounds, and by how much.
    pub broken: usize,
    pub outside: f64,
    pub cost: f64,
}

impl Found {
    pub fn of(layout: &Layout) -> Found {
        Found {
            owner: layout.owner.clone(),
            broken: layout.broken,
            outside: layout.outside,
            cost: layout.cost,
        }
    }

    /// Whether this plan is better: within the bounds, or nearer to them, or cheaper.
    pub fn beats(&self, other: &Found) -> bool {
        match (self.broken, other.broken) {
            (0, 0) => self.cost < other.cost - 1e-12 * other.cost.abs(),
            (0, _) => true,
            (_, 0) => false,
            _ => self.outside < other.outside - 1e-12,
        }
    }
}

/// How a chain is run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub seed: u64,
    pub steps: usize,
    /// The temperature at the start, in changes of cost on the border.
    pub heat: f64,
    /// Width of the bounds that it keeps to, as a share of theirs.
    pub width: f64,
}

/// What a step on the border changes: cost, and load as a share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    cost: f64,
    load: f64,
}

impl Step {
    /// Means over some vertices that could change hands.
    pub fn of(board: &Board, owner: &[u32]) -> Step {
        let mut random = Random(7);
        let layout = Layout::new(board, owner, 1.0);
        let (mut cost, mut load, mut count) = (0.0, 0.0, 0);
        for _ in 0..20 * SAMPLE {
            let v = random.below(board.len()) as u32;
            let Some(to) = other(&layout, v, &mut random) else {
                continue;
            };
            cost += layout.gain(v, to).0.abs();
            load += board.share(v, to);
            count += 1;
            if count == SAMPLE {
                break;
            }
        }
        let mean = |sum: f64, least: f64| (sum / f64::from(count.max(1) as u32)).max(least);
        Step {
            cost: mean(cost, 1e-9 * layout.cost.abs().max(1e-290)),
            load: mean(load, 1e-9),
        }
    }
}

/// A neighbour at random who may have the vertex.
fn other(layout: &Layout, v: u32, random: &mut Random) -> Option<u32> {
    let near = layout.board.near(v);
    if near.is_empty() {
        return None;
    }
    let w = near[random.below(near.len())];
    let (from, to) = (layout.owner[v as usize], layout.owner[w as usize]);
    (from != to && layout.board.cost(v, to).is_finite()).then_some(to)
}

/// A chain at work.
struct Chain<'b> {
    layout: Layout<'b>,
    trees: Trees,
    random: Random,
    log: Vec<(u32, u32)>,
    climate: Climate,
    best: Found,
    accept: &'b Accept<'b>,
    work: usize,
}

/// Runs one chain from a plan; the best plan on its way, and the vertices that it looked at.
pub(super) fn cool(
    board: &Board,
    start: &Found,
    step: Step,
    run: &Run,
    (accept, until): (&Accept, &Deadline),
) -> (Found, usize) {
    let layout = Layout::new(board, &start.owner, run.width);
    let mut chain = Chain {
        layout,
        trees: Trees::new(board),
        random: Random(run.seed),
        log: Vec::new(),
        climate: Climate {
            heat: 0.0,
            fine: 0.0,
        },
        best: start.clone(),
        accept,
        work: 0,
    };
    for now in 0..run.steps {
        if now % LOOK == 0 {
            if until.is_over() {
                break;
            }
            let part = now as f64 / run.steps as f64;
            let between = |a: f64, b: f64| a * (b / a).powf(part);
            chain.climate = Climate {
                heat: step.cost * between(run.heat, COLD.min(run.heat)),
                fine: step.cost / step.load * between(MILD, HARSH),
            };
            chain.layout.refresh();
        }
        if chain.random.below(TREES) == 0 {
            chain.recombine();
        } else {
            chain.step();
        }
    }
    (chain.best, chain.work)
}

impl Chain<'_> {
    /// Whether a change is accepted at this temperature.
    fn accepts(&mut self, cost: f64, outside: f64) -> bool {
        let more = cost + self.climate.fine * outside;
        more <= 0.0 || uniform(&mut self.random) < (-more / self.climate.heat).exp()
    }

    /// Notes the plan at hand where it is the best.
    fn note(&mut self) {
        let layout = &self.layout;
        let better = if layout.broken == 0 {
            self.best.broken > 0 || layout.cost < self.best.cost - 1e-9 * self.best.cost.abs()
        } else {
            self.best.broken > 0 && layout.outside < self.best.outside - 1e-9
        };
        if better && (self.accept)(&layout.owner) {
            self.best = Found::of(layout);
        }
    }

    /// Cuts two neighbouring territories anew.
    fn recombine(&mut self) {
        let board = self.layout.board;
        let v = self.random.below(board.len()) as u32;
        let own = self.layout.owner[v as usize];
        let with = if self.random.below(STRANGERS) == 0 {
            Some(self.random.below(board.k) as u32).filter(|l| *l != own)
        } else {
            let near = board.near(v);
            let start = self.random.below(near.len().max(1));
            let turned = near.iter().cycle().skip(start).take(near.len());
            turned
                .map(|w| self.layout.owner[*w as usize])
                .find(|l| *l != own)
        };
        let Some(with) = with else {
            return;
        };
        let pair = [own, with];
        let cut = self
            .trees
            .cut(&self.layout, (pair, v), self.climate, &mut self.random);
        self.work += 4 * self.trees.size();
        if let Some((cost, outside)) = cut
            && self.accepts(cost, outside)
        {
            self.log.clear();
            self.trees.take(&mut self.layout, pair, &mut self.log);
            self.note();
        }
    }

    /// Gives a vertex to a neighbour; half of the time the neighbour passes another one on.
    fn step(&mut self) {
        self.work += 1;
        let v = self.random.below(self.layout.board.len()) as u32;
        let Some(to) = other(&self.layout, v, &mut self.random) else {
            return;
        };
        self.work += 3;
        if self.random.below(2) == 0 {
            self.exchange(v, to);
            return;
        }
        let (cost, outside) = self.layout.gain(v, to);
        if self.accepts(cost, outside) && self.layout.may_leave(v) {
            self.layout.set(v, to);
            self.note();
        }
    }

    /// Gives a vertex to a neighbour, who passes another one on: back, or to a third.
    fn exchange(&mut self, v: u32, to: u32) {
        let from = self.layout.owner[v as usize];
        let Some((w, third)) = self.passed_on(v, to) else {
            return;
        };
        self.work += 4;
        let before = (self.layout.cost, self.layout.outside);
        self.layout.set(v, to);
        let (cost, outside) = self.layout.gain(w, third);
        let cost = self.layout.cost - before.0 + cost;
        let outside = self.layout.outside - before.1 + outside;
        let accepted = self.accepts(cost, outside);
        if accepted {
            self.layout.set(v, from);
            if self.layout.may_leave(v) {
                self.layout.set(v, to);
                if self.layout.touches(w, third) && self.layout.may_leave(w) {
                    self.layout.set(w, third);
                    self.note();
                    return;
                }
                self.layout.set(v, from);
            }
        } else {
            self.layout.set(v, from);
        }
    }

    /// A vertex of rep `to` other than `v` on a border, and whom it may go to.
    fn passed_on(&mut self, v: u32, to: u32) -> Option<(u32, u32)> {
        for _ in 0..PASS {
            let list = self.layout.of_rep(to);
            if list.is_empty() {
                return None;
            }
            let w = list[self.random.below(list.len())];
            if w != v
                && let Some(third) = other(&self.layout, w, &mut self.random)
            {
                return Some((w, third));
            }
        }
        None
    }
}
