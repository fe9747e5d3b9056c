//! Exchanges between two reps: a small set of units one way for a small set the other way.

use super::sets::{Set, SetList, Sets, make};
use super::state::State;

/// Whose loads an exchange between `j` and `l` is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// Both reps.
    Both,
    /// Rep `j` alone: rep `l` passes what it gets on later.
    First,
}

/// Makes the best exchange between reps `j` and `l`, if one lowers the cost that `judge` looks at; returns by
/// how much.
pub(super) fn exchange(
    s: &mut State,
    sets: &mut Sets,
    (j, l): (usize, usize),
    judge: Judge,
    log: &mut Vec<(u32, u16)>,
) -> f64 {
    let (a, b) = sets.both(s, j, l);
    let best = if s.m == 1 && !s.change {
        search_one(s, (j, l), judge, a, b)
    } else {
        search(s, (j, l), judge, a, b)
    };
    let Some((x, y, delta)) = best else {
        return 0.0;
    };
    make(s, &x, log);
    make(s, &y, log);
    -delta
}

/// All pairs of sets, in order of cost, cut off by what the rows can give at most.
fn search(
    s: &State,
    (j, l): (usize, usize),
    judge: Judge,
    a: &SetList,
    b: &SetList,
) -> Option<(Set, Set, f64)> {
    let m = s.m;
    let change = s.k * m;
    let both = judge == Judge::Both;
    let (mut now, mut least) = (0.0, 0.0);
    for r in 0..m {
        now += s.row_cost(j * m + r, s.load[j * m + r]);
        if both {
            now += s.row_cost(l * m + r, s.load[l * m + r]);
        }
    }
    if s.change {
        now += s.row_cost(change, s.load[change]);
        least = s.row_cost(change, s.upper[change]).min(0.0);
    }
    let spare = now - least;
    let mut best = -1e-12 * (now.abs() + 1.0);
    let mut found = None;
    for (ia, x) in a.sets.iter().enumerate() {
        if x.cost + b.sets[0].cost - spare >= best {
            break;
        }
        for (ib, y) in b.sets.iter().enumerate() {
            let cost = x.cost + y.cost;
            if cost - spare >= best {
                break;
            }
            let mut delta = cost - now;
            for r in 0..m {
                let row = j * m + r;
                delta += s.row_cost(
                    row,
                    s.load[row] - a.leaves[ia * m + r] + b.enters[ib * m + r],
                );
                if both {
                    let row = l * m + r;
                    delta += s.row_cost(
                        row,
                        s.load[row] + a.enters[ia * m + r] - b.leaves[ib * m + r],
                    );
                }
                if delta >= best + spare {
                    break;
                }
            }
            if s.change {
                delta += s.row_cost(change, s.load[change] + a.moved[ia] + b.moved[ib]);
            }
            if delta < best {
                best = delta;
                found = Some((*x, *y, delta));
            }
        }
    }
    found
}

/// One measure: the rows are looked at once per pair of sets, with nothing to loop over.
fn search_one(
    s: &State,
    (j, l): (usize, usize),
    judge: Judge,
    a: &SetList,
    b: &SetList,
) -> Option<(Set, Set, f64)> {
    let both = judge == Judge::Both;
    let (yj, yl) = (s.load[j], s.load[l]);
    let cost_l = |y: f64| if both { s.row_cost(l, y) } else { 0.0 };
    let now = s.row_cost(j, yj) + cost_l(yl);
    let mut best = -1e-12 * (now.abs() + 1.0);
    let mut found = None;
    for (ia, x) in a.sets.iter().enumerate() {
        if x.cost + b.sets[0].cost - now >= best {
            break;
        }
        let (lj, ll) = (yj - a.leaves[ia], yl + a.enters[ia]);
        for (ib, y) in b.sets.iter().enumerate() {
            let cost = x.cost + y.cost - now;
            if cost >= best {
                break;
            }
            let delta = cost + s.row_cost(j, lj + b.enters[ib]);
            if delta < best {
                let delta = delta + cost_l(ll - b.leaves[ib]);
                if delta < best {
                    best = delta;
                    found = Some((*x, *y, delta));
                }
            }
        }
    }
    found
}
