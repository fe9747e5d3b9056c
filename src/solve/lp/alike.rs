//! Units that differ in size only are one column of the LP.

use super::border::{Border, TIED};
use crate::solve::prices::Unit;
use crate::solve::units::{OptionList, Units};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Units that differ in size only, in one column each: those with the same options, whose reduced costs and loads are in proportion but for
/// `step` per unit of weight. On roads whole districts are alike (their ways to two reps part at the same junction), and so is what a table
/// in whole minutes tells apart.
pub(super) fn gathered(border: Vec<Border>, units: &Units, step: f64) -> Vec<Border> {
    let weight = |b: &Border| {
        b.units
            .iter()
            .map(|u| units.scale(*u as usize))
            .sum::<f64>()
    };
    let (mut all, mut load) = (0.0, 0.0);
    for b in &border {
        all += weight(b);
        load += b.options.load[0];
    }
    let step = (step * all / load.max(1e-300)).max(1e-300);
    let mut place: HashMap<(Vec<u32>, Vec<i64>), usize> = HashMap::new();
    let mut out: Vec<Border> = Vec::with_capacity(border.len());
    for b in border {
        let first = b.options.load[0];
        if first <= 0.0 {
            out.push(b);
            continue;
        }
        let costs = b
            .options
            .cost
            .iter()
            .map(|c| (c / first / step).round() as i64);
        let loads = b
            .options
            .load
            .iter()
            .map(|a| (a / first / TIED).round() as i64);
        let key = (b.options.rep.clone(), costs.chain(loads).collect());
        match place.entry(key) {
            Entry::Vacant(free) => {
                free.insert(out.len());
                out.push(b);
            }
            Entry::Occupied(at) => join(&mut out[*at.get()], b),
        }
    }
    out
}

/// One unit of its own.
pub(super) fn alone(u: &Unit, options: OptionList) -> Border {
    Border {
        units: vec![u.index as u32],
        options,
        share: Vec::new(),
    }
}

/// Adds a unit to those that are like it.
pub(super) fn join(to: &mut Border, from: Border) {
    to.units.extend(from.units);
    let add = |to: &mut Vec<f64>, from: &[f64]| {
        to.iter_mut().zip(from).for_each(|(a, b)| *a += b);
    };
    add(&mut to.options.cost, &from.options.cost);
    add(&mut to.options.load, &from.options.load);
}

/// Whether two units differ in size only: the same reps, costs and loads in proportion.
/// A load of 0 is like no other: it says nothing of proportions.
pub(super) fn same(a: &Border, b: &OptionList) -> bool {
    if a.options.load[0] <= 0.0 || b.load[0] <= 0.0 {
        return false;
    }
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-12 * x.abs().max(y.abs());
    a.options.rep == b.rep
        && (1..b.rep.len())
            .all(|o| near(a.options.cost[o] * b.load[0], b.cost[o] * a.options.load[0]))
        && (0..b.rep.len())
            .all(|o| near(a.options.load[o] * b.load[0], b.load[o] * a.options.load[0]))
}
