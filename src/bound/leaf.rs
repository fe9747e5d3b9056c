//! The arithmetic of leaves.

use super::bin::{Bin, Press};
use super::sum::{PER_TERM, ROUNDOFF, Sum};
use super::{Case, RowPrices};

/// `max { mu y - phi(y) : L <= y <= U }` of a row, which is `max(mu U, mu L)` where load beside the target costs nothing.
pub(crate) fn row_term(case: &Case, row: usize, mu: f64) -> f64 {
    let deviation = case.deviation(row);
    if deviation.counts() {
        let grid = case.grid[row % case.measures];
        let (lower, upper) = (grid.value(case.least[row]), grid.value(case.most[row]));
        return deviation.conjugate(mu, lower, upper);
    }
    let bound = if mu > 0.0 {
        case.most[row]
    } else {
        case.least[row]
    };
    mu * case.grid[row % case.measures].value(bound)
}

/// What the cost of a total beside its target adds up to at most, without signs.
fn beside_size(case: &Case, row: usize) -> f64 {
    let (deviation, grid) = (case.deviation(row), case.grid[row % case.measures]);
    match deviation.counts() {
        true => deviation.price * (grid.value(case.most[row]).abs() + deviation.target.abs()),
        false => 0.0,
    }
}

/// What a price makes of the totals of a row.
pub(crate) fn press(case: &Case, row: usize, mu: f64) -> Press {
    let grid = case.grid[row % case.measures];
    Press::new(row_term(case, row, mu), mu, grid, case.deviation(row))
}

/// What the numbers of a row's term add up to, without their signs, where it is not the term itself.
fn row_size(case: &Case, row: usize, mu: f64) -> f64 {
    let (deviation, grid) = (case.deviation(row), case.grid[row % case.measures]);
    match deviation.counts() {
        true => deviation.size(mu, grid.value(case.least[row]), grid.value(case.most[row])),
        false => 0.0,
    }
}

/// `nu B`.
fn change_term(case: &Case, nu: f64) -> f64 {
    (case.change).map_or(0.0, |(grid, most)| nu * grid.value(most))
}

/// What the prices of the rows prove of all plans that use open options only:
///
/// ```text
/// sum_u min_j (c_uj + sum_m mu_jm a_ujm + nu b_uj) - sum_jm max(mu_jm U_jm, mu_jm L_jm) - nu B
/// ```
pub(crate) fn prices(case: &Case, open: &[bool], p: &RowPrices) -> Sum {
    let (mut value, mut size) = (0.0, 0.0);
    for u in 0..case.units() {
        let (first, _, s) = two_least(case, u, open, p);
        value += first;
        size += s;
    }
    for (row, mu) in p.row.iter().enumerate() {
        let term = row_term(case, row, *mu);
        value -= term;
        size += term.abs() + row_size(case, row, *mu);
    }
    let change = change_term(case, p.change);
    let terms = case.units() + p.row.len();
    Sum::new(value - change, terms, size + change, case.blur).times(case.caution)
}

/// The least and the second least `v_uj` of a unit over what is open, and the greatest sum of absolute values; infinite where there is none.
fn two_least(case: &Case, u: usize, open: &[bool], p: &RowPrices) -> (f64, f64, f64) {
    let (mut first, mut second, mut size) = (f64::INFINITY, f64::INFINITY, 0.0);
    for o in case.left(u, open) {
        let (v, s) = priced(case, o, p, None);
        if v < first {
            (first, second) = (v, first);
        } else if v < second {
            second = v;
        }
        size = f64::max(size, s);
    }
    (first, second, size)
}

/// Open options that no plan below `cutoff` uses: `g + v_uj - min_j v_uj >= cutoff`, whatever rounding does.
pub(crate) fn beyond(case: &Case, open: &[bool], p: &RowPrices, cutoff: f64) -> Vec<usize> {
    let g = prices(case, open, p);
    let mut out = Vec::new();
    for u in 0..case.units() {
        let (first, _, size) = two_least(case, u, open, p);
        let error = g.error
            + case.caution * PER_TERM as f64 * ROUNDOFF * (size + g.value.abs() + cutoff.abs());
        let surely = |o: &usize| g.value + (priced(case, *o, p, None).0 - first) - error >= cutoff;
        out.extend(case.left(u, open).filter(surely));
    }
    out
}

/// The prices of all units, from how much those that are named are above their least value.
pub(crate) fn unit_prices(
    case: &Case,
    open: &[bool],
    p: &RowPrices,
    above: &[(u32, f64)],
) -> Vec<f64> {
    let mut named = vec![None; case.units()];
    above
        .iter()
        .for_each(|(u, price)| named[*u as usize] = Some(*price));
    let price = |(u, named): (usize, Option<f64>)| {
        let (first, second, _) = two_least(case, u, open, p);
        let half = || {
            if second.is_finite() {
                0.5 * (second - first)
            } else {
                0.0
            }
        };
        first + named.unwrap_or_else(half)
    };
    named.into_iter().enumerate().map(price).collect()
}

/// `c + sum_m mu_m a_m + nu b` of an option, without measure `but`, and the sum of the absolute values.
fn priced(case: &Case, o: usize, p: &RowPrices, but: Option<usize>) -> (f64, f64) {
    let m = case.measures;
    let row = case.rep[o] as usize * m;
    let (mut value, mut size) = (case.cost[o], case.cost[o].abs());
    for r in (0..m).filter(|r| Some(*r) != but) {
        let term = p.row[row + r] * case.load[o * m + r];
        value += term;
        size += term.abs();
    }
    let term = p.change * case.moved[o];
    (value + term, size + term)
}

/// What prices `pi` of the units prove besides, `q` being the measure of the knapsacks:
///
/// ```text
/// sum_u pi_u + sum_j z_j - sum_{j, m != q} max(mu_jm U_jm, mu_jm L_jm) - nu B
/// z_j = min { sum_{u in S} (c_uj + sum_{m != q} mu_jm a_ujm + nu b_uj - pi_u) : L_jq <= sum_{u in S} a_ujq <= U_jq }
/// ```
///
/// over the sets `S` of units open to `j` that hold all those that are open to nobody else. Where there is none, it is what the relaxation of the
/// knapsack proves: that there is none, a subset leaf shows exactly.
pub(crate) fn assignment(case: &Case, open: &[bool], p: &RowPrices, q: usize, pi: &[f64]) -> Sum {
    let (mut value, mut longest) = (pi.iter().sum::<f64>(), 0);
    let mut size: f64 = pi.iter().map(|p| p.abs()).sum();
    for (j, bin) in bins(case, open, p, q, pi).iter().enumerate() {
        let row = j * case.measures + q;
        let term = row_term(case, row, p.row[row]);
        value += bin.least(&press(case, row, p.row[row])).0;
        size += bin.size + term.abs() + row_size(case, row, p.row[row]) + beside_size(case, row);
        longest = longest.max(bin.len());
    }
    for (row, mu) in p
        .row
        .iter()
        .enumerate()
        .filter(|(row, _)| row % case.measures != q)
    {
        let term = row_term(case, row, *mu);
        value -= term;
        size += term.abs() + row_size(case, row, *mu);
    }
    let change = change_term(case, p.change);
    let terms = case.units() + 3 * longest + p.row.len();
    Sum::new(value - change, terms, size + change, case.blur).times(case.caution)
}

/// The units of each rep at prices.
pub(crate) fn bins(case: &Case, open: &[bool], p: &RowPrices, q: usize, pi: &[f64]) -> Vec<Bin> {
    let row = |j: usize| j * case.measures + q;
    let bin = |j: usize| Bin::new(case.least[row(j)], case.most[row(j)]);
    let mut bins: Vec<Bin> = (0..case.reps).map(bin).collect();
    for (u, pi) in pi.iter().enumerate() {
        let alone = case.left(u, open).nth(1).is_none();
        for o in case.left(u, open) {
            let j = case.rep[o] as usize;
            let (value, size) = priced(case, o, p, Some(q));
            let at = o * case.measures + q;
            let load = p.row[row(j)] * case.load[at];
            let bin = &mut bins[j];
            bin.push(u, value - pi, load, case.steps[at], alone);
            bin.size += size + pi.abs() + load.abs();
        }
    }
    bins
}

/// The value of a ray, in steps: what is above 0 shows that no plan is within the bounds, for costs are not in it. `None`: the numbers are too
/// large.
///
/// ```text
/// sum_u min_j (sum_m y_jm a_ujm + z b_uj) - sum_jm max(y_jm U_jm, y_jm L_jm) - z B
/// ```
pub(crate) fn ray(case: &Case, open: &[bool], row: &[i64], change: i64) -> Option<i128> {
    match ray_of_units(case, open, row, change)? {
        NOBODY => Some(1),
        units => units.checked_sub(ray_of_rows(case, row, change)?),
    }
}

/// The first sum of a ray where some unit has no rep left: there is no plan whatever the ray, and what it is worth is 1.
pub(super) const NOBODY: i128 = i128::MAX;

/// The first sum of a ray; [`NOBODY`] where a unit has no rep.
pub(super) fn ray_of_units(case: &Case, open: &[bool], row: &[i64], change: i64) -> Option<i128> {
    let m = case.measures;
    let mut value = 0i128;
    for u in 0..case.units() {
        let mut best = i128::MAX;
        for o in case.left(u, open) {
            let mut v = case.moved_steps[o].checked_mul(i128::from(change))?;
            for r in 0..m {
                let y = i128::from(row[case.rep[o] as usize * m + r]);
                v = v.checked_add(y.checked_mul(case.steps[o * m + r])?)?;
            }
            best = best.min(v);
        }
        if best == NOBODY {
            return Some(NOBODY);
        }
        value = value.checked_add(best)?;
    }
    Some(value)
}

/// What a ray makes of the bounds.
pub(super) fn ray_of_rows(case: &Case, row: &[i64], change: i64) -> Option<i128> {
    let mut value = 0i128;
    for (r, y) in row.iter().enumerate() {
        let bound = match *y {
            0 => continue,
            y if y > 0 => case.most[r],
            _ => case.least[r],
        };
        value = value.checked_add(i128::from(*y).checked_mul(bound)?)?;
    }
    let most = case.change.map_or(0, |(_, most)| most);
    value.checked_add(i128::from(change).checked_mul(most)?)
}
