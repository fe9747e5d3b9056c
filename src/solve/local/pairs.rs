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

/// What an exchange of rows that cost `now` must gain: less is `rounding`, and units that are alike would be handed round for ever.
fn enough(now: f64, rounding: f64) -> f64 {
    1e-12 * (now.abs() + 1.0) + rounding
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
    let (mut now, mut least, mut rounding) = (0.0, 0.0, 0.0);
    let mut count = |row: usize| {
        now += s.row_cost(row, s.load[row]);
        rounding += s.row(row).rounding(s.load[row]);
    };
    for r in 0..m {
        count(j * m + r);
        if both {
            count(l * m + r);
        }
    }
    if s.change {
        count(change);
        least = s.row_cost(change, s.upper[change]).min(0.0);
    }
    let spare = now - least;
    let mut best = -enough(now, rounding);
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
    let both_off = s.row(j).rounding(yj) + s.row(l).rounding(yl);
    let mut best = -enough(now, both_off);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::solve::local::Item;
    use crate::solve::units::OptionList;

    /// Items that any of three reps may have at the same cost, loads in tenths, rows pressed onto bounds that they all but meet.
    fn alike(random: &mut Random) -> State {
        let items: Vec<Item> = (0..90)
            .map(|unit| {
                let load = (1 + random.below(40)) as f64 / 10.0;
                let first = random.below(3) as u32;
                Item {
                    unit,
                    options: OptionList {
                        rep: (0..3).map(|o| (first + o) % 3).collect(),
                        cost: vec![0.0; 3],
                        load: vec![load; 3],
                        moved: vec![0.0; 3],
                    },
                }
            })
            .collect();
        let mut load = [2000.0; 3];
        for t in &items {
            load[t.options.rep[0] as usize] += t.options.load[0];
        }
        // Bounds give way by a hair, so a load may creep up to them by one rounding after the other.
        let mu = 1.0 + random.below(60_000) as f64 / 1001.0;
        let rows = load.map(|y| (2000.0, 0.9 * y, y * (1.0 + 1e-9), mu));
        State::of(items, &rows)
    }

    #[test]
    fn units_that_are_alike_are_not_handed_round_for_ever() {
        let mut random = Random(1_000_050);
        for case in 0..20 {
            let mut s = alike(&mut random);
            let (mut sets, mut log) = (Sets::default(), Vec::new());
            let mut idle = 0;
            for step in 0.. {
                let pair = [(0, 1), (1, 2), (2, 0)][step % 3];
                let gain = exchange(&mut s, &mut sets, pair, Judge::Both, &mut log);
                idle = if gain > 0.0 { 0 } else { idle + 1 };
                if idle == 3 {
                    break;
                }
                assert!(step < 3000, "case {case}: still gains {gain:e}");
            }
        }
    }
}
