//! Points, the units whose travel is a great circle: their order, and their blocks.

use super::Units;
use crate::base::hilbert::hilbert;
use crate::base::sphere::{EARTH_RADIUS_KM, chord_to_km};
use crate::model::Model;
use crate::scenario::Cost;
use crate::travel::Travel;
use rayon::prelude::*;

/// Points: sites with great-circle travel, in block order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Points {
    /// Site of the model; empty on coarse levels.
    pub site: Vec<u32>,
    /// Unit vectors.
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub z: Vec<f64>,
    /// Cost per unit of travel, `w_i`.
    pub weight: Vec<f64>,
    /// `s_i`, what values are divided by: `max(w_i, small)`.
    pub scale: Vec<f64>,
    /// `a_im`, site-major.
    pub amount: Vec<f64>,
    /// Load per unit of travel on measure `Units::travel_measure`, or empty.
    pub rate: Vec<f64>,
    /// Owner of today (`u32::MAX`: none), or empty where change is free.
    pub owner: Vec<u32>,
    /// `b_i`, or empty where change is free.
    pub moved: Vec<f64>,
    /// Blocks of consecutive points.
    pub blocks: Vec<Block>,
}

/// Consecutive points of one skill class near each other.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub start: usize,
    pub end: usize,
    pub class: u32,
    /// Great radius of the ball around `center` that holds the points, in travel units.
    pub radius: f64,
    /// Travel from each home base to the centre, in travel units.
    pub travel: Vec<f32>,
    /// Range of `a_im / s_i` per measure.
    pub ratio: Vec<(f64, f64)>,
    /// Range of `rate_i / s_i`.
    pub rate: (f64, f64),
    /// Least `w_i / s_i`; the greatest is at most 1.
    pub least_weight: f64,
}

impl Block {
    /// Points of one class in a row, for `cut_blocks`.
    pub fn run(start: usize, end: usize, class: u32) -> Block {
        Block {
            start,
            end,
            class,
            radius: 0.0,
            travel: vec![],
            ratio: vec![],
            rate: (0.0, 0.0),
            least_weight: 0.0,
        }
    }
}

/// The points in block order.
pub(super) fn sorted(model: &Model, free: Vec<u32>, small: f64, tracked: bool) -> Points {
    let Travel::Sphere { site, .. } = &model.travel else {
        return Points::default();
    };
    let class = |i: u32| model.class.get(i as usize).copied().unwrap_or(0);
    let mut order: Vec<(u32, u32, u32)> = free
        .par_iter()
        .map(|i| {
            let at = *i as usize;
            (
                class(*i),
                hilbert_key(site[0][at], site[1][at], site[2][at]),
                *i,
            )
        })
        .collect();
    order.par_sort_unstable();
    let take = |values: &[f64]| -> Vec<f64> {
        order
            .par_iter()
            .map(|(_, _, i)| values[*i as usize])
            .collect()
    };
    let weight = take(&model.weight);
    let load = model.travel_load.as_ref();
    let per_unit = match &model.travel {
        Travel::Sphere { minutes_per_km, .. } if model.cost == Cost::Km => *minutes_per_km,
        _ => 1.0,
    };
    Points {
        x: take(&site[0]),
        y: take(&site[1]),
        z: take(&site[2]),
        scale: weight.par_iter().map(|w| w.max(small)).collect(),
        weight,
        amount: if model.m == 1 {
            take(&model.amount)
        } else {
            order
                .iter()
                .flat_map(|(_, _, i)| {
                    (0..model.m).map(move |m| model.amount[*i as usize * model.m + m])
                })
                .collect()
        },
        rate: load.map_or_else(Vec::new, |l| {
            order
                .iter()
                .map(|(_, _, i)| l.hours_per_minute[*i as usize] * per_unit)
                .collect()
        }),
        owner: if tracked {
            let owner = |i: usize| model.previous.get(i).map_or(u32::MAX, |j| j.0);
            order.iter().map(|(_, _, i)| owner(*i as usize)).collect()
        } else {
            Vec::new()
        },
        moved: match (&model.change, tracked) {
            (Some(c), true) => take(&c.amount),
            _ => Vec::new(),
        },
        site: order.iter().map(|(_, _, i)| *i).collect(),
        blocks: order
            .chunk_by(|a, b| a.0 == b.0)
            .scan(0, |start, run| {
                let begin = *start;
                *start += run.len();
                Some(Block::run(begin, *start, run[0].0))
            })
            .collect(),
    }
}

impl Points {
    /// Skill class of a point.
    pub fn class(&self, point: usize) -> u32 {
        let block = self.blocks.partition_point(|b| b.end <= point);
        self.blocks.get(block).map_or(0, |b| b.class)
    }

    /// Cuts the class runs in `blocks` into blocks and fills in their bounds.
    pub(crate) fn cut_blocks(&mut self, units: &Units) {
        let size = (self.weight.len() / 2048).clamp(16, 256);
        let mut cut = Vec::new();
        for run in &self.blocks {
            let mut start = run.start;
            while start < run.end {
                let end = (start + size).min(run.end);
                cut.push(Block {
                    start,
                    end,
                    ..run.clone()
                });
                start = end;
            }
        }
        let this = &*self;
        cut.par_iter_mut().for_each(|b| this.bound(b, units));
        self.blocks = cut;
    }

    /// Centre, radius and ranges of a block.
    fn bound(&self, b: &mut Block, units: &Units) {
        let range = b.start..b.end;
        let count = (b.end - b.start) as f64;
        let mean = |v: &[f64]| v[range.clone()].iter().sum::<f64>() / count;
        let mut c = [mean(&self.x), mean(&self.y), mean(&self.z)];
        let length = (c[0] * c[0] + c[1] * c[1] + c[2] * c[2]).sqrt();
        c = if length > 1e-9 {
            c.map(|v| v / length)
        } else {
            [self.x[b.start], self.y[b.start], self.z[b.start]]
        };
        let km = |p: [f64; 3]| {
            let d = [p[0] - c[0], p[1] - c[1], p[2] - c[2]];
            units.travel_per_km * chord_to_km(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
        };
        let far = range
            .clone()
            .map(|p| km([self.x[p], self.y[p], self.z[p]]))
            .fold(0.0, f64::max);
        b.travel = units.base.iter().map(|base| km(*base) as f32).collect();
        // f32 rounds by 6e-8 of at most half the circumference; the radius takes that up.
        b.radius = far + units.travel_per_km * EARTH_RADIUS_KM * 4e-7;
        let span = |f: &dyn Fn(usize) -> f64| {
            range
                .clone()
                .map(f)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
                    (lo.min(v), hi.max(v))
                })
        };
        b.ratio = (0..units.m)
            .map(|m| span(&|p| self.amount[p * units.m + m] / self.scale[p]))
            .collect();
        b.least_weight = span(&|p| self.weight[p] / self.scale[p]).0;
        b.rate = if self.rate.is_empty() {
            (0.0, 0.0)
        } else {
            span(&|p| self.rate[p] / self.scale[p])
        };
    }
}

/// Position along a Hilbert curve of order 16 over longitude and the sine of the latitude.
fn hilbert_key(x: f64, y: f64, z: f64) -> u32 {
    let lon = y.atan2(x) / std::f64::consts::TAU + 0.5;
    let grid = |v: f64| (v.clamp(0.0, 1.0) * 65535.0) as u32;
    hilbert(grid(lon), grid(z * 0.5 + 0.5))
}
