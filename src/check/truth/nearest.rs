//! The reps that may be nearest to a customer, without looking at all of them.

use super::{Truth, great_circle_km};
use crate::base::ids::RepIx;
use rayon::prelude::*;

/// The reps from near to far, for every customer, with a lower bound on the way that only grows.
///
/// Customers are sorted into the cells of a grid. From the middle of a cell the reps are sorted by distance
/// once; by the triangle inequality no customer of the cell is nearer to a rep than that distance less the
/// radius of the cell.
pub(in crate::check) struct Nearest<'t, 'a> {
    truth: &'t Truth<'a>,
    /// Cell of each customer; empty when travel comes from a matrix.
    cell: Vec<u32>,
    /// Per cell `k` reps, nearest first, with the least km on the ground.
    order: Vec<(f32, u32)>,
}

impl<'t, 'a> Nearest<'t, 'a> {
    pub fn new(truth: &'t Truth<'a>) -> Nearest<'t, 'a> {
        if truth.by_matrix() || truth.n == 0 {
            return Nearest {
                truth,
                cell: Vec::new(),
                order: Vec::new(),
            };
        }
        let (lon, lat) = (&truth.inputs.customers.lon, &truth.inputs.customers.lat);
        let span = |v: &[f64]| {
            v.iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| {
                    (lo.min(*x), hi.max(*x))
                })
        };
        let side = ((truth.n as f64 / 50.0).sqrt().ceil() as usize).clamp(1, 256);
        let (x, y) = (span(lon), span(lat));
        let at = |v: f64, (lo, hi): (f64, f64)| {
            let step = ((hi - lo) / side as f64).max(1e-12);
            (((v - lo) / step) as usize).min(side - 1)
        };
        let key: Vec<u32> = lon
            .par_iter()
            .zip(lat)
            .map(|(a, b)| (at(*b, y) * side + at(*a, x)) as u32)
            .collect();
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); side * side];
        for (i, c) in key.iter().enumerate() {
            members[*c as usize].push(i as u32);
        }
        let rows: Vec<Vec<(f32, u32)>> = members
            .par_iter()
            .map(|list| reps_of_cell(truth, list))
            .collect();
        // Empty cells have no reps.
        let mut start = vec![0u32; rows.len()];
        let mut order = Vec::new();
        for (c, row) in rows.iter().enumerate() {
            start[c] = (order.len() / truth.k.max(1)) as u32;
            order.extend_from_slice(row);
        }
        Nearest {
            truth,
            cell: key.into_iter().map(|c| start[c as usize]).collect(),
            order,
        }
    }

    /// Calls `look` with the reps and a lower bound on the km to this one and all that follow, until it returns
    /// `false`. With a matrix the reps of the customer's row come, with an infinite bound: nothing is known.
    pub fn visit(&self, i: usize, mut look: impl FnMut(RepIx, f64) -> bool) {
        if self.cell.is_empty() {
            if let Some(matrix) = &self.truth.inputs.matrix {
                let row = matrix.start[i] as usize..matrix.start[i + 1] as usize;
                for j in &matrix.rep[row] {
                    if !look(*j, f64::NEG_INFINITY) {
                        return;
                    }
                }
            }
            return;
        }
        let k = self.truth.k;
        let at = self.cell[i] as usize * k;
        for (km, j) in &self.order[at..at + k] {
            if !look(RepIx(*j), f64::from(*km)) {
                return;
            }
        }
    }
}

/// The reps from near to far of a cell with these customers.
fn reps_of_cell(truth: &Truth<'_>, members: &[u32]) -> Vec<(f32, u32)> {
    if members.is_empty() {
        return Vec::new();
    }
    let mut middle = [0.0; 3];
    for i in members {
        for (a, b) in middle.iter_mut().zip(truth.site[*i as usize]) {
            *a += b;
        }
    }
    let length = middle.iter().map(|v| v * v).sum::<f64>().sqrt();
    if length < 1e-9 {
        middle = truth.site[members[0] as usize];
    } else {
        middle.iter_mut().for_each(|v| *v /= length);
    }
    let detour = truth.inputs.scenario.travel.detour;
    let radius = members
        .iter()
        .map(|i| great_circle_km(&middle, &truth.site[*i as usize]))
        .fold(0.0, f64::max);
    let mut order: Vec<(f32, u32)> = truth
        .base
        .iter()
        .enumerate()
        .map(|(j, base)| {
            // Rounded down by more than `f32` rounds.
            let least = (great_circle_km(&middle, base) - radius) * detour;
            ((least - 0.01 * detour) as f32, j as u32)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order
}
