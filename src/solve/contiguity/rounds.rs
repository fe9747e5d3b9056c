//! The search for contiguous plans, where a plan breaks bounds or is not proven to be good enough.
//!
//! A small population of [chains](super::anneal) is cooled in rounds: from the best plan, from plans of their own, some hot and some
//! warm, one within tighter bounds than those that hold: a plan within tight bounds is one within loose bounds. Chains run side by side,
//! and what comes of a round does not depend on the number of threads.
//!
//! How long the search goes on is counted in vertices looked at, not in seconds: a share of what the time limit has room for, and
//! longer while there are gains. So the same inputs give the same plan, unless the clock ends a round.

use super::anneal::{Accept, Found, Run, Step, cool};
use super::board::Board;
use super::search::Effort;
use rayon::prelude::*;

/// The chains of a round: temperature at the start (changes of cost on the border), and width of the bounds (share of theirs).
const CHAINS: [(f64, f64); 4] = [(0.3, 1.0), (1.0, 1.0), (1.0, 0.7), (0.5, 1.0)];
/// Steps of a chain in the first round, per vertex, and in any round.
const STEPS_PER_VERTEX: usize = 1_000;
const STEPS: std::ops::Range<usize> = 10_000..500_000;
/// Rounds after which the steps double.
const DOUBLE: usize = 3;
/// Vertices that are looked at per second of the time limit.
const RATE: f64 = 4e6;
/// Share of all that is looked at in any case without a gain, and while no plan is within the bounds.
const PATIENCE: f64 = 0.1;
const HOPE: f64 = 0.5;
/// The most vertices that are looked at without a gain where a plan is within the bounds: a map of thousands of units is good by then, and
/// who waits is a person.
const WAIT: f64 = 8e6;
/// The search ends when it went on for so many times as long as the last gain took.
const LONGER: f64 = 3.0;
/// Gains by less than this share do not count.
const GAIN: f64 = 1e-5;
/// Work per vertex and rep beyond which a small map is known inside out.
const PER_PAIR: f64 = 2e5;

/// Cools the chains in rounds; the best plan, and whether the clock ended that.
pub(super) fn rounds(
    board: &Board,
    start: &Found,
    step: Step,
    (effort, seconds): (&Effort, f64),
    whole: &Accept,
) -> (Found, bool) {
    let all = (RATE * seconds.min(1e6)).min(PER_PAIR * (board.len() * board.k) as f64);
    let first = (STEPS_PER_VERTEX * board.len()).clamp(STEPS.start, STEPS.end);
    let mut best = start.clone();
    let mut own = vec![start.clone(); CHAINS.len()];
    let (mut work, mut gained) = (0.0, 0.0);
    for round in 0.. {
        if effort.until.is_over() {
            return (best, true);
        }
        let idle = match best.broken {
            0 => (PATIENCE * all).min(WAIT),
            _ => HOPE * all,
        };
        let far = best.broken > 0 || best.cost > effort.target;
        if !far || work >= all || work - gained > idle.max((LONGER - 1.0) * gained) {
            break;
        }
        let steps = (first << (round / DOUBLE).min(20)).min(STEPS.end);
        let run = |at: usize| Run {
            seed: effort
                .seed
                .wrapping_add((1 + round * CHAINS.len() + at) as u64 * 0x9e37),
            steps,
            heat: CHAINS[at].0,
            width: CHAINS[at].1,
        };
        let from = |at: usize| {
            if (at + round).is_multiple_of(2) {
                &best
            } else {
                &own[at]
            }
        };
        let found: Vec<(Found, usize)> = (0..CHAINS.len())
            .into_par_iter()
            .map(|at| cool(board, from(at), step, &run(at), (whole, &effort.until)))
            .collect();
        for (at, (plan, looked)) in found.into_iter().enumerate() {
            work += looked as f64;
            if plan.beats(&best) {
                if plan.broken < best.broken || plan.cost < best.cost - GAIN * best.cost.abs() {
                    gained = work;
                }
                best = plan.clone();
            }
            own[at] = plan;
        }
    }
    (best, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::deadline::Deadline;
    use crate::solve::contiguity::layout::Layout;
    use crate::solve::contiguity::layout::tests::{columns, pieces};

    /// The best plan on a grid from columns of it.
    fn best(side: usize, k: usize, tolerance: f64, seed: u64) -> Found {
        let board = Board::grid(side, k, tolerance, seed);
        let owner = columns(&board, side);
        let start = Found::of(&Layout::new(&board, &owner, 1.0));
        let effort = Effort {
            target: 0.0,
            bound: 0.0,
            patience: 0,
            kicks: 0,
            seed: 1,
            until: Deadline::never(),
        };
        let step = Step::of(&board, &start.owner);
        let (found, cut) = rounds(&board, &start, step, (&effort, 2.0), &|_| true);
        assert!(!cut);
        let layout = Layout::new(&board, &found.owner, 1.0);
        assert_eq!(layout.broken, found.broken);
        assert!((layout.cost - found.cost).abs() <= 1e-9 * found.cost);
        let before = Layout::new(&board, &start.owner, 1.0);
        for j in 0..k as u32 {
            assert!(pieces(&layout, j) <= pieces(&before, j).max(1), "rep {j}");
        }
        found
    }

    #[test]
    fn plans_do_not_depend_on_the_number_of_threads() {
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().expect("a pool");
            pool.install(|| best(6, 3, 0.02, 4)).owner
        };
        let one = with(1);
        assert_eq!(one, with(2));
        assert_eq!(one, with(4));
    }

    #[test]
    fn looser_bounds_lose_no_plan() {
        for seed in [6, 7, 8] {
            let mut before: Option<Found> = None;
            for tolerance in [0.01, 0.02, 0.05, 0.1] {
                let found = best(6, 4, tolerance, seed);
                if let Some(tight) = before.filter(|b| b.broken == 0) {
                    assert_eq!(found.broken, 0, "{seed}, {tolerance}");
                    let (a, b) = (found.cost, tight.cost);
                    assert!(a <= 1.005 * b, "{seed}, {tolerance}: {a} after {b}");
                }
                before = Some(found);
            }
            let last = before.map(|b| b.broken);
            assert_eq!(last, Some(0), "{seed}: no plan within the loosest bounds");
        }
    }
}
