//! One pass over the units: values, the dual, and its smoothed derivatives.

mod part;

use super::candidates::Candidates;
use crate::base::deadline::Deadline;
use crate::bound::Beside;
use crate::solve::units::{OptionList, Units};
use part::{Part, part};
use rayon::prelude::*;

/// Options below `exp(-CUTOFF)` of the best share are dropped from the soft-min (1e-8).
pub(super) const CUTOFF: f64 = 18.0;
/// Tasks that share an accumulator in [`fold_units`].
const TASKS_PER_FOLD: usize = 16;
/// Options with a share in the unit before, from which on a task looks at the clock: their squares are what takes long.
pub(super) const MANY: usize = 64;
/// Table units per parallel task.
const TABLE_CHUNK: usize = 256;

/// The smoothed dual at some prices.
pub(super) struct Smooth {
    /// `G_e(mu)`, the smoothed dual.
    pub value: f64,
    /// `g(mu)`, the dual itself: a lower bound of the LP.
    pub exact: f64,
    /// Gradient of `G_e`, per row.
    pub gradient: Vec<f64>,
    /// `-` Hessian of `G_e`, dense, symmetric, rows x rows.
    pub curvature: Vec<f64>,
}

/// A piece of the units that one task works on.
#[derive(Clone, Copy)]
pub(super) enum Task {
    Block(usize),
    Tables(usize, usize),
}

fn tasks(units: &Units) -> Vec<Task> {
    let blocks = (0..units.points.blocks.len()).map(Task::Block);
    let tables = units.tables.len();
    let chunks = (0..tables)
        .step_by(TABLE_CHUNK)
        .map(|s| Task::Tables(s, (s + TABLE_CHUNK).min(tables)));
    blocks.chain(chunks).collect()
}

/// A unit with its options and their values `v = (c + sum_r mu_r a_r) / s`.
pub(crate) struct Unit<'a> {
    /// Index of the unit.
    pub index: usize,
    pub scale: f64,
    pub options: &'a OptionList,
    pub value: &'a [f64],
    /// Least value.
    pub least: f64,
    /// Position of the least value.
    pub best: usize,
}

/// Runs through the units of a task with every option that can be within `margin` of the best.
pub(super) fn walk(
    units: &Units,
    task: Task,
    mu: &[f64],
    margin: f64,
    mut visit: impl FnMut(&Unit),
) {
    let mut options = OptionList::default();
    let mut value = Vec::new();
    match task {
        Task::Block(b) => {
            let block = &units.points.blocks[b];
            let mut candidates = Candidates::default();
            candidates.find(units, block, mu, margin);
            for p in block.start..block.end {
                options.clear();
                for j in &candidates.reps {
                    units.push_point_option(p, *j as usize, &mut options);
                }
                if units.tracked {
                    let owner = units.points.owner[p];
                    let open = units.open.get(block.class as usize);
                    if owner != u32::MAX
                        && !candidates.reps.contains(&owner)
                        && open.is_none_or(|s| s[owner as usize])
                    {
                        units.push_point_option(p, owner as usize, &mut options);
                    }
                }
                present(units, p, &options, mu, &mut value, &mut visit);
            }
        }
        Task::Tables(start, end) => {
            for t in start..end {
                units.table_options(t, &mut options);
                present(
                    units,
                    units.points.weight.len() + t,
                    &options,
                    mu,
                    &mut value,
                    &mut visit,
                );
            }
        }
    }
}

fn present(
    units: &Units,
    index: usize,
    options: &OptionList,
    mu: &[f64],
    value: &mut Vec<f64>,
    visit: &mut impl FnMut(&Unit),
) {
    let scale = units.scale(index);
    let m = units.m;
    let change = if units.rows.change {
        mu[units.k * m]
    } else {
        0.0
    };
    value.clear();
    let (mut least, mut best) = (f64::INFINITY, 0);
    for (o, j) in options.rep.iter().enumerate() {
        let at = *j as usize * m;
        let mut v = options.cost[o] + change * options.moved[o];
        for r in 0..m {
            v += mu[at + r] * options.load[o * m + r];
        }
        v /= scale;
        if v < least {
            (least, best) = (v, o);
        }
        value.push(v);
    }
    visit(&Unit {
        index,
        scale,
        options,
        value,
        least,
        best,
    });
}

/// Calls `visit` for every unit, with every option within `margin` of its best (and maybe more). Each run of
/// neighbouring units has an accumulator of its own; they come back in unit order, whatever the number of
/// threads.
pub(crate) fn fold_units<T: Send>(
    units: &Units,
    mu: &[f64],
    margin: f64,
    init: impl Fn() -> T + Sync,
    visit: impl Fn(&Unit, &mut T) + Sync,
) -> Vec<T> {
    tasks(units)
        .par_chunks(TASKS_PER_FOLD)
        .map(|tasks| {
            let mut out = init();
            for task in tasks {
                walk(units, *task, mu, margin, |u| visit(u, &mut out));
            }
            out
        })
        .collect()
}

/// `g(mu)`: a lower bound on the cost of every plan, whatever the prices.
pub(crate) fn dual_value(units: &Units, mu: &[f64]) -> f64 {
    let parts: Vec<f64> = tasks(units)
        .into_par_iter()
        .map(|task| {
            let mut sum = 0.0;
            if let Task::Block(b) = task
                && plain(units)
            {
                return plain_least(units, b, mu);
            }
            walk(units, task, mu, 0.0, |u| sum += u.scale * u.least);
            sum
        })
        .collect();
    units.fixed_cost + parts.iter().sum::<f64>() - dual_terms(units, mu)
}

fn dual_terms(units: &Units, mu: &[f64]) -> f64 {
    mu.iter()
        .enumerate()
        .map(|(row, v)| units.rows.dual_term(row, *v))
        .sum()
}

/// Whether the points have the simple form: one measure, no travel in it, no limits, owners of today that do not matter.
pub(super) fn plain(units: &Units) -> bool {
    units.m == 1
        && units.points.rate.is_empty()
        && !units.tracked
        && units.reach.iter().all(|r| r.is_infinite())
}

/// Values of a block in the simple form, candidate-major: `out[c * len + i] = v`, in loops that vectorise.
pub(super) fn plain_values(units: &Units, b: usize, mu: &[f64], reps: &[u32], out: &mut Vec<f64>) {
    let block = &units.points.blocks[b];
    let (s, e) = (block.start, block.end);
    let p = &units.points;
    out.clear();
    for j in reps {
        let base = units.base[*j as usize];
        let price = mu[*j as usize];
        let axes = p.x[s..e].iter().zip(&p.y[s..e]).zip(&p.z[s..e]);
        let rest = p.weight[s..e]
            .iter()
            .zip(&p.amount[s..e])
            .zip(&p.scale[s..e]);
        out.extend(axes.zip(rest).map(|(((x, y), z), ((w, a), scale))| {
            let (dx, dy, dz) = (x - base[0], y - base[1], z - base[2]);
            let d =
                units.travel_per_km * crate::base::sphere::chord_to_km(dx * dx + dy * dy + dz * dz);
            (w * d + price * a) / scale
        }));
    }
}

/// Sum of the least values of a block in the simple form.
fn plain_least(units: &Units, b: usize, mu: &[f64]) -> f64 {
    let block = &units.points.blocks[b];
    let mut candidates = Candidates::default();
    candidates.find(units, block, mu, 0.0);
    let mut values = Vec::new();
    plain_values(units, b, mu, &candidates.reps, &mut values);
    let len = block.end - block.start;
    (0..len)
        .map(|i| {
            let least = (0..candidates.reps.len())
                .map(|c| values[c * len + i])
                .fold(f64::INFINITY, f64::min);
            units.points.scale[block.start + i] * least
        })
        .sum()
}

/// What smooths the dual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    /// The temperature.
    pub e: f64,
    /// The smoothing width `d` of each row's two-sided term.
    pub width: &'a [f64],
    /// Prices stay below these, where the bounds cannot be met: each row has a barrier
    ///
    /// ```text
    /// t ln(1 - (mu / W)^2),      whose slope   2 t mu / (W^2 - mu^2)   is the load that breaks the bound
    /// ```
    pub wall: Option<&'a [f64]>,
}

/// `t` of a barrier, in widths times the size of the bounds.
const BARRIER: f64 = 0.01;
/// Share of the way to a wall that a step may go.
const TO_WALL: f64 = 0.9;

impl Shape<'_> {
    /// The barrier of a row: its `t`, and where its wall is.
    fn barrier(&self, units: &Units, row: usize) -> Option<(f64, f64)> {
        let wall = self.wall?[row];
        let size = units.rows.size(row);
        Some((BARRIER * self.width[row] * size, wall))
    }

    /// Load outside the bounds that the barrier of each row pays for: positive above the upper one, negative below the lower one.
    pub fn outside(&self, units: &Units, mu: &[f64]) -> Vec<f64> {
        let slope = |(row, p): (usize, &f64)| {
            let barrier = self.barrier(units, row);
            barrier.map_or(0.0, |(t, w)| 2.0 * t * p / (w * w - p * p))
        };
        mu.iter().enumerate().map(slope).collect()
    }

    /// The share of a step from `mu` that stays within the walls.
    pub fn room(&self, mu: &[f64], step: &[f64]) -> f64 {
        let Some(wall) = self.wall else {
            return f64::INFINITY;
        };
        let rows = mu.iter().zip(step).zip(wall);
        rows.map(|((p, s), w)| TO_WALL * (w - p * s.signum()) / s.abs())
            .fold(f64::INFINITY, f64::min)
    }
}

impl Smooth {
    /// Adds a part, which has its own rows only.
    fn add(&mut self, p: &Part) {
        self.value += p.value;
        self.exact += p.exact;
        let (rows, len) = (self.gradient.len(), p.rows.len());
        for (a, row) in p.rows.iter().enumerate() {
            let row = *row as usize;
            self.gradient[row] += p.gradient[a];
            for (b, col) in p.rows.iter().enumerate() {
                self.curvature[row * rows + *col as usize] += p.curvature[a * len + b];
            }
        }
    }
}

/// The smoothed dual, its gradient and its curvature. `None`: time ran out.
pub(super) fn smooth(units: &Units, mu: &[f64], shape: &Shape, until: &Deadline) -> Option<Smooth> {
    let e = shape.e;
    let rows = units.rows.len();
    let mut out = Smooth {
        value: units.fixed_cost,
        exact: units.fixed_cost,
        gradient: vec![0.0; rows],
        curvature: vec![0.0; rows * rows],
    };
    let all = tasks(units);
    // Parts are added up in task order, a wave at a time: the sums do not depend on the threads, and the
    // local matrices of early, hot stages do not pile up.
    let wave = (8_000_000 / (rows * rows)).clamp(4, 512);
    for chunk in all.chunks(wave) {
        if until.is_over() {
            return None;
        }
        let of_task = |t: &Task| part(units, *t, mu, e, until);
        let parts: Option<Vec<Part>> = chunk.par_iter().map(of_task).collect();
        for p in &parts? {
            out.add(p);
        }
    }
    out.exact -= dual_terms(units, mu);
    add_rows(&mut out, units, mu, shape);
    Some(out)
}

/// The two-sided terms of the rows, and their barriers.
fn add_rows(out: &mut Smooth, units: &Units, mu: &[f64], shape: &Shape) {
    let rows = mu.len();
    for (row, price) in mu.iter().enumerate() {
        let (lower, upper) = (
            units.rows.lower[row] - units.rows.fixed(row),
            units.rows.upper[row] - units.rows.fixed(row),
        );
        let d = shape.width[row];
        let deviation = units.rows.deviation(row);
        if deviation.counts() {
            add_kinks(out, (units, row), *price, d, deviation);
        } else {
            let (middle, half) = (0.5 * (upper + lower), 0.5 * (upper - lower));
            let root = price.hypot(d);
            out.value -= middle * price + half * root;
            out.gradient[row] -= middle + half * price / root;
            out.curvature[row * rows + row] += half * d * d / (root * root * root);
        }
        if let Some((t, wall)) = shape.barrier(units, row) {
            let part = price / wall;
            let room = 1.0 - part * part;
            out.value += t * room.max(0.0).ln();
            out.gradient[row] -= 2.0 * t * part / (wall * room);
            out.curvature[row * rows + row] +=
                2.0 * t * (1.0 + part * part) / (wall * wall * room * room);
        }
    }
}

/// The term of a row whose load costs beside its target: with `T` the target within the bounds,
///
/// ```text
/// phi*(mu) = T mu + (U - T) max(mu - p, 0) + (T - L) max(-mu - p, 0) - phi(T)
/// ```
///
/// and each `max(x, 0)` becomes `(x + sqrt(x^2 + d^2)) / 2`.
fn add_kinks(
    out: &mut Smooth,
    (units, row): (&Units, usize),
    price: f64,
    d: f64,
    deviation: Beside,
) {
    let rows = units.rows.len();
    let (lower, upper) = (units.rows.lower[row], units.rows.upper[row]);
    let middle = deviation.middle(lower, upper);
    let target = middle - units.rows.fixed(row);
    out.value -= target * price - deviation.cost(middle);
    out.gradient[row] -= target;
    for (width, sign) in [(upper - middle, 1.0), (middle - lower, -1.0)] {
        let x = sign * price - deviation.price;
        let root = x.hypot(d);
        out.value -= 0.5 * width * (x + root);
        out.gradient[row] -= 0.5 * width * sign * (1.0 + x / root);
        out.curvature[row * rows + row] += 0.5 * width * d * d / (root * root * root);
    }
}
