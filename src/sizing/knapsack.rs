//! One candidate's best set at given prices: a fractional knapsack with a floor.
//!
//! ```text
//! v_j = f_j + min { sum_i (c_ij - pi_i) x_i : L_j <= sum_i a_ij x_i <= U_j, 0 <= x_i <= 1 }
//! ```
//!
//! It is filled by cost per load, cheapest first. Pairs that are not kept cost at least `beyond_i - pi_i >= 0` each: filling up to the floor with
//! them costs `rest` per load at least, so that `v_j` is never too high.

use super::problem::{Pair, Problem};

/// What a candidate takes at given prices.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled {
    /// `v_j`.
    pub value: f64,
    /// Cost per load of the last thing taken: `-` the price of the load; 0 where neither side is reached.
    pub margin: f64,
}

/// Space that is used again.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    items: Vec<(f64, u32, f64, f64)>,
}

/// Fills candidate `j` at prices `pi`; `take(site, share)` is told what it takes.
pub fn fill(
    problem: &Problem,
    j: usize,
    pi: &[f64],
    rest: f64,
    scratch: &mut Scratch,
    mut take: impl FnMut(u32, f64),
) -> Filled {
    let (floor, cap) = (problem.floor[j], problem.cap[j]);
    let pairs = problem.of_base(j);
    let items = &mut scratch.items;
    items.clear();
    let (mut value, mut used) = (problem.fixed_cost[j], 0.0);
    for Pair { to, cost, load } in pairs {
        let reduced = cost - pi[*to as usize];
        if *load <= 0.0 {
            if reduced < 0.0 {
                value += reduced;
                take(*to, 1.0);
            }
        } else if reduced < 0.0 {
            used += load;
            items.push((reduced / load, *to, reduced, *load));
        }
    }
    if used > cap {
        return filled_up(items, cap, value, take);
    }
    for (_, to, reduced, _) in &*items {
        value += reduced;
        take(*to, 1.0);
    }
    if used >= floor {
        return Filled { value, margin: 0.0 };
    }
    items.clear();
    for Pair { to, cost, load } in pairs {
        let reduced = cost - pi[*to as usize];
        if *load > 0.0 && reduced >= 0.0 && reduced < rest * load {
            items.push((reduced / load, *to, reduced, *load));
        }
    }
    let Filled { value, margin } = filled_up(items, floor - used, value, &mut take);
    let missing = floor - used - items.iter().map(|(.., load)| load).sum::<f64>();
    if missing > 0.0 && rest.is_finite() {
        return Filled {
            value: value + missing * rest,
            margin: rest,
        };
    }
    Filled { value, margin }
}

/// Takes the items that are cheapest per load until `room` is used up.
fn filled_up(
    items: &mut [(f64, u32, f64, f64)],
    room: f64,
    mut value: f64,
    mut take: impl FnMut(u32, f64),
) -> Filled {
    items.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut left, mut margin) = (room, 0.0);
    for (ratio, to, reduced, load) in &*items {
        let share = (left / load).min(1.0);
        if share <= 0.0 {
            break;
        }
        value += share * reduced;
        take(*to, share);
        left -= load;
        margin = *ratio;
    }
    Filled { value, margin }
}
