//! What the engine works on: *units*, the sites that are free to move, in an order that keeps
//! neighbours together.
//!
//! Locked sites are gone (their loads are taken off the bounds, their cost is a constant). What is
//! left comes in two kinds:
//!
//! - **points**: a single site whose travel is a great circle. Costs and loads are computed on the fly
//!   from unit vectors; points are sorted along a Hilbert curve within each skill class and cut into
//!   blocks with a bounding ball, so that one test per block and rep rules out nearly all pairs;
//! - **tables**: units with explicit options (groups of sites merged into one, sites with forbidden
//!   pairs of their own, every site when travel comes from a matrix).

use super::rows::Rows;
use crate::base::ids::RepIx;
use crate::base::sphere::{EARTH_RADIUS_KM, chord_to_km};
use crate::model::{Model, counted_hours};
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

/// Units with explicit options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Sites of unit `u`: `member[member_start[u]..member_start[u + 1]]`.
    pub member_start: Vec<u32>,
    pub member: Vec<u32>,
    pub scale: Vec<f64>,
    /// Options of unit `u`: `start[u]..start[u + 1]`.
    pub start: Vec<u64>,
    pub rep: Vec<u32>,
    pub cost: Vec<f64>,
    /// Loads, option-major, `m` each.
    pub load: Vec<f64>,
    /// Amount that changes hands, per option; or empty.
    pub moved: Vec<f64>,
}

impl Tables {
    pub fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    pub fn options(&self, u: usize) -> std::ops::Range<usize> {
        self.start[u] as usize..self.start[u + 1] as usize
    }

    pub fn members(&self, u: usize) -> &[u32] {
        &self.member[self.member_start[u] as usize..self.member_start[u + 1] as usize]
    }
}

/// The free units of a model, and the rows that couple them.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    pub k: usize,
    pub m: usize,
    pub points: Points,
    pub tables: Tables,
    pub rows: Rows,
    /// Home bases, unit vectors.
    pub base: Vec<[f64; 3]>,
    /// Travel units (km on the ground, or minutes) per great-circle km.
    pub travel_per_km: f64,
    /// Greatest permitted travel per rep, travel units.
    pub reach: Vec<f64>,
    /// Per skill class: permitted reps.
    pub skilled: Vec<Vec<bool>>,
    /// The measure that travel counts into.
    pub travel_measure: usize,
    /// Whether the owner of today matters: there is a limit on change, or a penalty.
    pub tracked: bool,
    /// What each unit that changes hands costs (tables have it in their costs).
    pub penalty: f64,
    /// Cost of the locked sites.
    pub fixed_cost: f64,
    /// Sites that no rule permits anyone to take, and what they were given instead.
    pub stranded: Vec<(u32, RepIx)>,
}

/// One option of a unit: a rep, what it costs, what it loads, what changes hands.
#[derive(Clone, Debug, Default)]
pub(crate) struct OptionList {
    pub rep: Vec<u32>,
    pub cost: Vec<f64>,
    /// `m` per option.
    pub load: Vec<f64>,
    pub moved: Vec<f64>,
}

impl OptionList {
    pub fn clear(&mut self) {
        self.rep.clear();
        self.cost.clear();
        self.load.clear();
        self.moved.clear();
    }
}

impl Units {
    /// Number of free units; points come first.
    pub fn len(&self) -> usize {
        self.points.weight.len() + self.tables.len()
    }

    /// The sites of unit `u`.
    pub fn sites(&self, u: usize) -> &[u32] {
        let p = self.points.site.len();
        if u < p {
            &self.points.site[u..=u]
        } else {
            self.tables.members(u - p)
        }
    }

    /// `s_u`: values of the unit are divided by it.
    pub fn scale(&self, u: usize) -> f64 {
        let p = self.points.scale.len();
        if u < p {
            self.points.scale[u]
        } else {
            self.tables.scale[u - p]
        }
    }

    /// Travel from the base of rep `j` to point `p`, travel units.
    #[inline]
    pub fn travel(&self, p: usize, j: usize) -> f64 {
        let b = self.base[j];
        let (dx, dy, dz) = (
            self.points.x[p] - b[0],
            self.points.y[p] - b[1],
            self.points.z[p] - b[2],
        );
        self.travel_per_km * chord_to_km(dx * dx + dy * dy + dz * dz)
    }

    /// Appends the option (`point`, rep `j`) if it is permitted.
    pub fn push_point_option(&self, p: usize, j: usize, out: &mut OptionList) {
        let d = self.travel(p, j);
        if d > self.reach[j] {
            return;
        }
        out.rep.push(j as u32);
        let mut moved = 0.0;
        if self.tracked {
            let owner = self.points.owner[p];
            if owner != u32::MAX && owner as usize != j {
                moved = self.points.moved[p];
            }
        }
        out.moved.push(moved);
        out.cost
            .push(self.points.weight[p] * d + self.penalty * moved);
        for m in 0..self.m {
            let own = self.points.amount[p * self.m + m];
            let extra = if m == self.travel_measure && !self.points.rate.is_empty() {
                counted_hours(self.points.rate[p] * d)
            } else {
                0.0
            };
            out.load.push(own + extra);
        }
    }

    /// All options of a table unit.
    pub fn table_options(&self, t: usize, out: &mut OptionList) {
        out.clear();
        let range = self.tables.options(t);
        out.rep.extend_from_slice(&self.tables.rep[range.clone()]);
        out.cost.extend_from_slice(&self.tables.cost[range.clone()]);
        out.load
            .extend_from_slice(&self.tables.load[range.start * self.m..range.end * self.m]);
        if self.tables.moved.is_empty() {
            out.moved.resize(out.rep.len(), 0.0);
        } else {
            out.moved.extend_from_slice(&self.tables.moved[range]);
        }
    }

    /// Splits a model into free units and what is fixed.
    pub fn build(model: &Model) -> Units {
        Builder::new(model, None).build()
    }

    /// The same where the owners of all sites are known: a site that no rule permits anyone to take counts with its owner.
    pub fn build_for(model: &Model, owner: &[RepIx]) -> Units {
        Builder::new(model, Some(owner)).build()
    }
}

struct Builder<'a> {
    model: &'a Model,
    units: Units,
    /// Fallback scale of a unit without weight.
    small: f64,
    /// Owners of sites that no rule permits anyone to take, where they are known.
    owner: Option<&'a [RepIx]>,
}

impl<'a> Builder<'a> {
    fn new(model: &'a Model, owner: Option<&'a [RepIx]>) -> Builder<'a> {
        let (travel_per_km, minutes_per_km, base) = match &model.travel {
            Travel::Sphere {
                rep,
                detour,
                minutes_per_km,
                ..
            } => {
                let per_km = if model.cost == Cost::Minutes {
                    detour * minutes_per_km
                } else {
                    *detour
                };
                (per_km, *minutes_per_km, rep.clone())
            }
            Travel::Matrix { minutes_per_km, .. } => (1.0, *minutes_per_km, Vec::new()),
        };
        let reach = (0..model.k)
            .map(|j| match model.cost {
                Cost::Km => model.max_km[j].min(model.max_minutes[j] / minutes_per_km),
                Cost::Minutes => (model.max_km[j] * minutes_per_km).min(model.max_minutes[j]),
            })
            .collect();
        let total: f64 = model.weight.iter().sum();
        let small = if total > 0.0 {
            1e-3 * total / model.n as f64
        } else {
            1.0
        };
        let units = Units {
            k: model.k,
            m: model.m,
            points: Points::default(),
            tables: Tables {
                member_start: vec![0],
                start: vec![0],
                ..Tables::default()
            },
            rows: Rows::new(model),
            base,
            travel_per_km,
            reach,
            skilled: model.skilled.clone(),
            travel_measure: model.travel_load.as_ref().map_or(0, |l| l.measure),
            tracked: model.change.is_some(),
            penalty: model.change.as_ref().map_or(0.0, |c| c.penalty),
            fixed_cost: 0.0,
            stranded: Vec::new(),
        };
        Builder {
            model,
            units,
            small,
            owner,
        }
    }

    fn build(mut self) -> Units {
        let model = self.model;
        let sphere = matches!(model.travel, Travel::Sphere { .. });
        let limited = self.units.reach.iter().any(|r| r.is_finite());
        let mut is_point = vec![sphere; model.n];
        for (i, _) in &model.forbid {
            is_point[*i as usize] = false;
        }
        for (i, g) in model.group.iter().enumerate() {
            is_point[i] &= *g == u32::MAX;
        }
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); model.groups];
        for (i, point) in is_point.iter_mut().enumerate() {
            match model.group.get(i) {
                Some(g) if *g != u32::MAX => groups[*g as usize].push(i as u32),
                _ => {
                    if let Some(j) = model.lock(i) {
                        self.fix(i, j);
                        *point = false;
                    } else if limited && *point {
                        // A site that nobody may reach is given away before the LP sees it.
                        let open = |j: u32| model.forbidden_by(i, RepIx(j)).is_none();
                        if !(0..model.k as u32).any(open) {
                            self.strand(i);
                            *point = false;
                        }
                    } else if !*point {
                        self.table(&[i as u32]);
                    }
                }
            }
        }
        for members in groups.iter().filter(|g| !g.is_empty()) {
            self.table(members);
        }
        let free: Vec<u32> = (0..model.n as u32)
            .filter(|i| is_point[*i as usize])
            .collect();
        let free = self.drop_unskilled(free);
        self.units.points = points(model, free, self.small, self.units.tracked);
        let mut points = std::mem::take(&mut self.units.points);
        points.cut_blocks(&self.units);
        self.units.points = points;
        self.units
    }

    /// Sites whose skills nobody has are stranded.
    fn drop_unskilled(&mut self, free: Vec<u32>) -> Vec<u32> {
        let model = self.model;
        if model.class.is_empty() || model.skilled.iter().all(|s| s.contains(&true)) {
            return free;
        }
        let (kept, lost): (Vec<u32>, Vec<u32>) = free
            .into_iter()
            .partition(|i| model.skilled[model.class[*i as usize] as usize].contains(&true));
        for i in lost {
            self.strand(i as usize);
        }
        kept
    }

    /// Takes a site that has only one place to go out of the problem.
    fn fix(&mut self, i: usize, j: RepIx) {
        self.units.fixed_cost += self.model.cost(i, j);
        for m in 0..self.model.m {
            self.units.rows.fixed[j.at() * self.model.m + m] += self.model.activity(i, j, m);
        }
        self.units.rows.fixed_moved += self.model.moved(i, j);
    }

    /// Gives a site that no rule permits anyone to take to its owner, where that is known, else to the nearest rep (with the skills, if any
    /// has them).
    fn strand(&mut self, i: usize) {
        let known = self.owner.map(|owner| owner[i]);
        let j = known.unwrap_or_else(|| self.model.cheapest(i));
        self.fix(i, j);
        self.units.stranded.push((i as u32, j));
    }

    /// Adds a unit with explicit options: the reps that every member permits.
    fn table(&mut self, members: &[u32]) {
        let model = self.model;
        let begin = self.units.tables.rep.len();
        for j in (0..model.k as u32).map(RepIx) {
            if members
                .iter()
                .any(|i| model.forbidden_by(*i as usize, j).is_some())
            {
                continue;
            }
            let sum =
                |f: &dyn Fn(usize) -> f64| members.iter().map(|i| f(*i as usize)).sum::<f64>();
            let t = &mut self.units.tables;
            t.rep.push(j.0);
            t.cost.push(sum(&|i| model.cost(i, j)));
            t.load
                .extend((0..model.m).map(|m| sum(&|i| model.activity(i, j, m))));
            if model.change.is_some() {
                t.moved.push(sum(&|i| model.moved(i, j)));
            }
        }
        if self.units.tables.rep.len() == begin {
            for i in members {
                match model.lock(*i as usize) {
                    Some(j) if self.owner.is_none() => {
                        self.fix(*i as usize, j);
                        self.units.stranded.push((*i, j));
                    }
                    _ => self.strand(*i as usize),
                }
            }
            return;
        }
        let t = &mut self.units.tables;
        t.start.push(t.rep.len() as u64);
        t.member.extend_from_slice(members);
        t.member_start.push(t.member.len() as u32);
        let weight: f64 = members.iter().map(|i| model.weight[*i as usize]).sum();
        t.scale.push(weight.max(self.small));
    }
}

/// The points in block order.
fn points(model: &Model, free: Vec<u32>, small: f64, tracked: bool) -> Points {
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
                let (end, class) = (*start, run[0].0);
                Some(Block {
                    start: begin,
                    end,
                    class,
                    radius: 0.0,
                    travel: vec![],
                    ratio: vec![],
                    rate: (0.0, 0.0),
                    least_weight: 0.0,
                })
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

/// Distance along the Hilbert curve of order 16 (Warren, Hacker's Delight, section 16-1).
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut d = 0u32;
    let mut s = 1u32 << 15;
    while s > 0 {
        let rx = u32::from(x & s > 0);
        let ry = u32::from(y & s > 0);
        d = d.wrapping_add(s.wrapping_mul(s).wrapping_mul((3 * rx) ^ ry));
        if ry == 0 {
            if rx == 1 {
                x = 65535 - x;
                y = 65535 - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        s >>= 1;
    }
    d
}
