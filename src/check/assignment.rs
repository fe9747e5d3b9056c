//! The bound by one knapsack per rep, proven again.
//!
//! Prices `pi_u` of the assignment rows come on top of the prices that [`bound`](super::bound) verifies; [`Prices`] has the formula. The
//! reduced costs, the permitted pairs, loads and bounds are worked out here from the inputs; the knapsack is the one
//! routine that is shared with the solver, and its tests hold it against enumeration.
//!
//! [`Prices`]: crate::plan::Prices

use super::priced::Priced;
use super::truth::{Nearest, Truth};
use crate::base::ids::RepIx;
use crate::bound::Sum;
use crate::bound::knapsack::{self, Knapsack, Side};
use crate::plan::Prices;
use rayon::prelude::*;

/// Partial sets that one knapsack looks at before it settles for less than its minimum: more than the solver does, so
/// that rounding does not make it stop earlier.
const SETS: usize = 200_000;
/// Share by which loads may exceed their bounds, as for the plan.
const SLIP: f64 = 1e-9;

/// A pair within reach.
struct Pair {
    rep: u32,
    /// `r_uj`.
    above: f64,
    load: f64,
}

/// A group, or a customer without one.
struct Unit {
    price: f64,
    pairs: Vec<Pair>,
}

/// One rep's units that may go elsewhere, and the load of those that may not.
#[derive(Clone, Default)]
struct Bin {
    /// `r_uj - mu_j a_uj - pi_u`.
    cost: Vec<f64>,
    /// `r_uj - pi_u`.
    priced: Vec<f64>,
    load: Vec<f64>,
    fixed: f64,
}

/// The lower bound on every plan that is within the bounds: `certified`, what the prices of the balance rows prove, and on top of
/// it what the knapsacks do, but at most `objective`.
pub(super) fn proven(
    truth: &Truth<'_>,
    prices: &Prices,
    owner: &[RepIx],
    certified: Sum,
    objective: f64,
) -> Sum {
    let priced = Priced::new(truth, prices);
    let nearest = Nearest::new(truth);
    let excess = (objective - certified.value + certified.error).max(0.0) * (1.0 + SLIP);
    let core = knapsack::core(excess, truth.k);
    let mut price = vec![None; truth.n];
    for (i, p) in &prices.assignment {
        price[*i as usize] = Some(*p);
    }
    let groups = truth.groups();
    let of_groups = groups.iter().filter_map(|g| price_of(g, &price));
    let dearest = (price.iter().flatten().copied().chain(of_groups)).fold(core, f64::max);
    // What has no price and a second pair beyond `2 core`, and what costs `core` more than its price, deviates at a cost of `core` at least.
    let reach = excess.min((dearest + core) * (1.0 + SLIP));
    let single = |i: usize| {
        let none = truth.group(i).is_none();
        none.then(|| {
            let values = priced.within(&nearest, i, owner[i], reach);
            unit(truth, &[i], values, reach, &price)
        })
    };
    let mut units: Vec<Unit> = (0..truth.n).into_par_iter().filter_map(single).collect();
    for members in truth.groups().iter().filter(|g| !g.is_empty()) {
        let values = priced.of_group(members, owner);
        units.push(unit(truth, members, values, reach, &price));
    }
    let mut bins = vec![Bin::default(); truth.k];
    let mut sum = 0.0;
    for u in &units {
        if let [only] = &u.pairs[..] {
            bins[only.rep as usize].fixed += only.load;
            continue;
        }
        sum += u.price;
        for p in &u.pairs {
            let mu = prices.rep_measure[p.rep as usize * truth.m];
            let bin = &mut bins[p.rep as usize];
            bin.cost.push(p.above - mu * p.load - u.price);
            bin.priced.push(p.above - u.price);
            bin.load.push(p.load);
        }
    }
    let terms = units.len() + truth.k + bins.iter().map(|b| b.load.len()).max().unwrap_or(0);
    let sizes = |v: &[f64]| v.iter().map(|x| x.abs()).sum::<f64>();
    let size: f64 = bins.iter().map(|b| sizes(&b.cost) + sizes(&b.priced)).sum();
    let beside = |(j, b): (usize, &Bin)| {
        let cost = truth.beside(j * truth.m);
        cost.price * (sizes(&b.load) + b.fixed.abs() + cost.target)
    };
    let size = size + bins.iter().enumerate().map(beside).sum::<f64>();
    // Who has one pair only is priced by nobody.
    let priced_units = units.iter().filter(|u| u.pairs.len() > 1);
    let size = size + priced_units.map(|u| u.price.abs()).sum::<f64>();
    let least: Vec<f64> = (bins.par_iter().enumerate())
        .map(|(j, bin)| least(truth, prices, j, bin, core))
        .collect();
    let above = sum + least.iter().sum::<f64>();
    let of_rows = certified.error - certified.blur;
    let mut proven = Sum::new(
        (certified.value + above).min(objective),
        terms,
        size,
        certified.blur,
    );
    // The constants of the knapsacks are the rows of the first measure once more.
    proven.error += 2.0 * of_rows;
    proven
}

/// The price of a unit, if it has one.
fn price_of(members: &[usize], price: &[Option<f64>]) -> Option<f64> {
    let known = members.iter().filter_map(|i| price[*i]);
    known.reduce(|a, b| a + b)
}

/// Pairs of some customers within reach, from what they cost.
fn unit(
    truth: &Truth<'_>,
    members: &[usize],
    mut values: Vec<(RepIx, f64)>,
    reach: f64,
    price: &[Option<f64>],
) -> Unit {
    let least = values.iter().map(|v| v.1).fold(f64::INFINITY, f64::min);
    values.retain(|v| v.1 - least <= reach);
    // The second smallest: 0 where two are the least.
    let mut smallest = [f64::INFINITY; 2];
    for (_, value) in &values {
        let above = value - least;
        if above < smallest[0] {
            smallest = [above, smallest[0]];
        } else {
            smallest[1] = smallest[1].min(above);
        }
    }
    let pair = |(j, value): (RepIx, f64)| Pair {
        rep: j.0,
        above: value - least,
        load: members.iter().map(|i| truth.activity(*i, j, 0)).sum(),
    };
    Unit {
        price: price_of(members, price).unwrap_or(0.5 * smallest[1]),
        pairs: values.into_iter().map(pair).collect(),
    }
}

/// What the cheapest set of a rep costs above `certified`. Infinite: no set is within its bounds.
fn least(truth: &Truth<'_>, prices: &Prices, j: usize, bin: &Bin, core: f64) -> f64 {
    let row = j * truth.m;
    let (mu, lower, upper) = (
        prices.rep_measure[row],
        truth.lower[row],
        truth.bounded(j, 0),
    );
    let beside = truth.beside(row);
    let above = beside.conjugate(mu, lower, upper) - mu * bin.fixed;
    // One knapsack for each piece of the loads in which what they cost beside the target is a line.
    let of_piece = |(lower, upper, slope, from): (f64, f64, f64, f64)| {
        let mut side = Side {
            load: bin.load.clone(),
            lower: lower - SLIP * lower.abs() - bin.fixed,
            upper: upper + SLIP * upper.abs() - bin.fixed,
        };
        let costs = bin.cost.iter().zip(&bin.load);
        let cost: Vec<f64> = costs.map(|(c, a)| c + slope * a).collect();
        side.count_in_grains();
        let constant = above + from + slope * bin.fixed;
        let costs = (&cost[..], &bin.priced[..]);
        Knapsack::default().least(&side, costs, constant, core, SETS)
    };
    let pieces = beside.pieces(lower, upper).into_iter();
    pieces.map(of_piece).fold(f64::INFINITY, f64::min)
}
