//! What one task adds to the smoothed dual.

use super::{CUTOFF, MANY, Task, Unit, plain, plain_values, walk};
use crate::base::deadline::Deadline;
use crate::solve::prices::candidates::Candidates;
use crate::solve::units::Units;

/// What a task adds to the smoothed dual, on its own few rows.
pub(super) struct Part {
    pub value: f64,
    pub exact: f64,
    /// Local row -> global row.
    pub rows: Vec<u32>,
    pub gradient: Vec<f64>,
    pub curvature: Vec<f64>,
}

impl Part {
    /// Nothing yet, on these rows.
    fn on(rows: Vec<u32>) -> Part {
        Part {
            value: 0.0,
            exact: 0.0,
            gradient: vec![0.0; rows.len()],
            curvature: vec![0.0; rows.len() * rows.len()],
            rows,
        }
    }
}

/// The part of a task at some prices and a temperature. `None`: time ran out; where everything is one place, every rep is an option of
/// every unit, and a single task has all of them.
pub(super) fn part(
    units: &Units,
    task: Task,
    mu: &[f64],
    e: f64,
    until: &Deadline,
) -> Option<Part> {
    let reps = reps(units, task, mu, e);
    let m = units.m as u32;
    let mut rows: Vec<u32> = (reps.iter().flat_map(|j| (0..m).map(move |r| j * m + r))).collect();
    if units.rows.change {
        rows.push(units.k as u32 * m);
    }
    let mut p = Part::on(rows);
    if let (Task::Block(b), true) = (task, plain(units)) {
        return plain_part(units, b, mu, e, &mut p, until).then_some(p);
    }
    let mut soft = Soft::of(units, &reps, e);
    let mut over = false;
    walk(units, task, mu, CUTOFF * e, |u| {
        over = over || soft.share.len() > MANY && until.is_over();
        if !over {
            soft.add(u, &mut p);
        }
    });
    (!over).then_some(p)
}

/// The reps that a task has rows of: they are known before the matrix is laid out.
fn reps(units: &Units, task: Task, mu: &[f64], e: f64) -> Vec<u32> {
    let Task::Block(b) = task else {
        return (0..units.k as u32).collect();
    };
    let block = &units.points.blocks[b];
    let mut candidates = Candidates::default();
    candidates.find(units, block, mu, CUTOFF * e);
    let owners = match units.tracked {
        true => &units.points.owner[block.start..block.end],
        false => &[],
    };
    let mut seen = vec![false; units.k];
    let all = candidates.reps.iter().chain(owners);
    all.filter(|j| **j != u32::MAX && !std::mem::replace(&mut seen[**j as usize], true))
        .copied()
        .collect()
}

/// The soft-min of one unit after the other.
struct Soft {
    m: usize,
    /// Whether there is a row of what changes hands, the last one.
    change: bool,
    /// The temperature.
    e: f64,
    /// Rep -> its place among those that have rows.
    local: Vec<u32>,
    /// Options of the unit that count, and their shares.
    share: Vec<(usize, f64)>,
}

impl Soft {
    /// The shares of these reps.
    fn of(units: &Units, reps: &[u32], e: f64) -> Soft {
        let mut local: Vec<u32> = vec![u32::MAX; units.k];
        for (at, j) in (0..).zip(reps) {
            local[*j as usize] = at;
        }
        Soft {
            m: units.m,
            change: units.rows.change,
            e,
            local,
            share: Vec::new(),
        }
    }

    /// First local row of an option.
    fn at(&self, u: &Unit, option: usize) -> usize {
        self.local[u.options.rep[option] as usize] as usize * self.m
    }

    fn add(&mut self, u: &Unit, p: &mut Part) {
        p.exact += u.scale * u.least;
        self.share.clear();
        let mut sum = 0.0;
        for (o, v) in u.value.iter().enumerate() {
            let x = (v - u.least) / self.e;
            if x < CUTOFF {
                let q = (-x).exp();
                sum += q;
                self.share.push((o, q));
            }
        }
        let t = self.e * u.scale;
        p.value += u.scale * u.least - t * f64::ln(sum);
        self.share.iter_mut().for_each(|(_, q)| *q /= sum);
        let mut moved = 0.0;
        for (o, q) in &self.share {
            moved += *q * u.options.moved[*o];
            let at = self.at(u, *o);
            for r in 0..self.m {
                p.gradient[at + r] += *q * u.options.load[*o * self.m + r];
            }
        }
        if self.change
            && let Some(last) = p.gradient.last_mut()
        {
            *last += moved;
        }
        if self.share.len() > 1 {
            self.bend(u, t, moved, p);
        }
    }

    /// The curvature.
    fn bend(&self, u: &Unit, t: f64, moved: f64, p: &mut Part) {
        let (m, len) = (self.m, p.rows.len());
        for (a, qa) in &self.share {
            let at = self.at(u, *a);
            for (b, qb) in &self.share {
                let w = if a == b { qa * (1.0 - qa) } else { -qa * qb } / t;
                let bt = self.at(u, *b);
                for r in 0..m {
                    let wa = w * u.options.load[*a * m + r];
                    for c in 0..m {
                        p.curvature[(at + r) * len + bt + c] += wa * u.options.load[*b * m + c];
                    }
                }
            }
            if self.change {
                let dm = u.options.moved[*a] - moved;
                for r in 0..m {
                    let w = qa * u.options.load[*a * m + r] * dm / t;
                    p.curvature[(at + r) * len + len - 1] += w;
                    p.curvature[(len - 1) * len + at + r] += w;
                }
                p.curvature[len * len - 1] += qa * dm * dm / t;
            }
        }
    }
}

/// The simple form of [`part`]: one load per unit, the same for every rep. `false`: time ran out.
fn plain_part(units: &Units, b: usize, mu: &[f64], e: f64, p: &mut Part, until: &Deadline) -> bool {
    let block = &units.points.blocks[b];
    let mut values = Vec::new();
    plain_values(units, b, mu, &p.rows, &mut values);
    let (len, reps) = (block.end - block.start, p.rows.len());
    let mut share: Vec<(usize, f64)> = Vec::new();
    for i in 0..len {
        if share.len() > MANY && until.is_over() {
            return false;
        }
        let (scale, amount) = (
            units.points.scale[block.start + i],
            units.points.amount[block.start + i],
        );
        let (mut least, mut best) = (f64::INFINITY, 0);
        for c in 0..reps {
            let v = values[c * len + i];
            if v < least {
                (least, best) = (v, c);
            }
        }
        p.exact += scale * least;
        share.clear();
        let limit = least + CUTOFF * e;
        let mut sum = 1.0;
        for c in 0..reps {
            let v = values[c * len + i];
            if v < limit && c != best {
                let q = (-(v - least) / e).exp();
                sum += q;
                share.push((c, q));
            }
        }
        if share.is_empty() {
            p.value += scale * least;
            p.gradient[best] += amount;
            continue;
        }
        share.push((best, 1.0));
        p.value += scale * (least - e * f64::ln(sum));
        let w = amount * amount / (e * scale);
        for (_, q) in &mut share {
            *q /= sum;
        }
        for (a, qa) in &share {
            p.gradient[*a] += qa * amount;
            let wa = w * qa;
            p.curvature[a * reps + a] += wa;
            for (c, qc) in &share {
                p.curvature[a * reps + c] -= wa * qc;
            }
        }
    }
    true
}
