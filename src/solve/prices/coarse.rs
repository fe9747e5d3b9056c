//! Smaller problems with nearly the same prices, for the early stages.

use crate::solve::units::{Block, Points, Tables, Units};

/// A problem of about `target` units: neighbouring points merged (where one activity describes them), else
/// every s-th unit with s times its weight; the same for tables.
pub(crate) fn coarsen(units: &Units, target: usize) -> Units {
    let n = units.len().max(1);
    let stride = n.div_ceil(target.max(1)).max(1);
    let p = &units.points;
    let merge = units.m == 1 && p.rate.is_empty() && !units.tracked;
    let mut out = Units {
        points: if merge {
            merged(p, stride)
        } else {
            sampled(units, stride)
        },
        tables: sampled_tables(units, stride),
        base: units.base.clone(),
        rows: units.rows.clone(),
        reach: units.reach.clone(),
        open: units.open.clone(),
        stranded: Vec::new(),
        ..*units
    };
    let mut points = std::mem::take(&mut out.points);
    points.cut_blocks(&out);
    out.points = points;
    out
}

/// `stride` consecutive points become one, in their weighted middle.
fn merged(p: &Points, stride: usize) -> Points {
    let mut out = Points::default();
    for runs in p.blocks.chunk_by(|a, b| a.class == b.class) {
        let (begin, stop) = (runs[0].start, runs[runs.len() - 1].end);
        let first = out.weight.len();
        for start in (begin..stop).step_by(stride) {
            let range = start..(start + stride).min(stop);
            let scale: f64 = p.scale[range.clone()].iter().sum();
            let mean = |v: &[f64]| range.clone().map(|i| p.scale[i] * v[i]).sum::<f64>() / scale;
            let (x, y, z) = (mean(&p.x), mean(&p.y), mean(&p.z));
            let length = (x * x + y * y + z * z).sqrt().max(1e-300);
            out.x.push(x / length);
            out.y.push(y / length);
            out.z.push(z / length);
            out.weight.push(p.weight[range.clone()].iter().sum());
            out.amount.push(p.amount[range.clone()].iter().sum());
            out.scale.push(scale);
        }
        out.blocks
            .push(Block::run(first, out.weight.len(), runs[0].class));
    }
    out
}

/// Every `stride`-th point, `stride` times as heavy.
fn sampled(units: &Units, stride: usize) -> Points {
    let (p, m) = (&units.points, units.m);
    let mut out = Points::default();
    for runs in p.blocks.chunk_by(|a, b| a.class == b.class) {
        let (begin, stop) = (runs[0].start, runs[runs.len() - 1].end);
        let first = out.weight.len();
        for start in (begin..stop).step_by(stride) {
            let count = (start + stride).min(stop) - start;
            let (i, by) = (start + count / 2, count as f64);
            out.x.push(p.x[i]);
            out.y.push(p.y[i]);
            out.z.push(p.z[i]);
            out.weight.push(by * p.weight[i]);
            out.scale.push(by * p.scale[i]);
            out.amount
                .extend(p.amount[i * m..(i + 1) * m].iter().map(|a| by * a));
            out.rate.extend(p.rate.get(i).map(|r| by * r));
            out.owner.extend(p.owner.get(i));
            out.moved.extend(p.moved.get(i).map(|b| by * b));
        }
        out.blocks
            .push(Block::run(first, out.weight.len(), runs[0].class));
    }
    out
}

/// Every `stride`-th table, `stride` times as heavy.
fn sampled_tables(units: &Units, stride: usize) -> Tables {
    let (t, m) = (&units.tables, units.m);
    let mut out = Tables {
        start: vec![0],
        member_start: vec![0],
        ..Tables::default()
    };
    for start in (0..t.len()).step_by(stride) {
        let count = (start + stride).min(t.len()) - start;
        let (u, by) = (start + count / 2, count as f64);
        let range = t.options(u);
        out.rep.extend_from_slice(&t.rep[range.clone()]);
        out.cost
            .extend(t.cost[range.clone()].iter().map(|c| by * c));
        out.load.extend(
            t.load[range.start * m..range.end * m]
                .iter()
                .map(|a| by * a),
        );
        if !t.moved.is_empty() {
            out.moved.extend(t.moved[range].iter().map(|b| by * b));
        }
        out.scale.push(by * t.scale[u]);
        out.start.push(out.rep.len() as u64);
        out.member_start.push(0);
    }
    out
}
