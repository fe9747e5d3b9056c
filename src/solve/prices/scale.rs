//! What turns temperatures into prices.

use crate::solve::units::Units;

/// Per row: weight per unit of activity, which turns a temperature into a price.
pub(crate) fn price_scale(units: &Units) -> Vec<f64> {
    let m = units.m;
    let p = &units.points;
    let weight: f64 = p.scale.iter().sum::<f64>() + units.tables.scale.iter().sum::<f64>();
    let mut amount: Vec<f64> = (0..m)
        .map(|r| p.amount.iter().skip(r).step_by(m).sum())
        .collect();
    let mut moved: f64 = p.moved.iter().sum();
    for u in 0..units.tables.len() {
        let range = units.tables.options(u);
        let count = range.len().max(1) as f64;
        for o in range {
            for (r, a) in amount.iter_mut().enumerate() {
                *a += units.tables.load[o * m + r] / count;
            }
            moved += units.tables.moved.get(o).map_or(0.0, |b| b / count);
        }
    }
    let ratio = |a: f64| if a > 0.0 { weight / a } else { 1.0 };
    let mut out: Vec<f64> = (0..units.k * m).map(|row| ratio(amount[row % m])).collect();
    if units.rows.change {
        out.push(ratio(moved));
    }
    out
}
