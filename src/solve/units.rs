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
//!   pairs of their own, sites that `[[prefer]]` is about, every site when travel comes from a matrix).

mod build;
mod points;

pub(crate) use points::{Block, Points};

use super::rows::Rows;
use crate::base::ids::RepIx;
use crate::base::sphere::chord_to_km;
use crate::model::{Model, counted_hours};
use build::Builder;

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
    pub open: Vec<Vec<bool>>,
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
