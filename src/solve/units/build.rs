//! Splits a model into free units and what is fixed.

use super::points;
use super::{Points, Tables, Units};
use crate::base::ids::RepIx;
use crate::model::Model;
use crate::scenario::Cost;
use crate::solve::rows::Rows;
use crate::travel::Travel;

/// A model on its way to units.
pub(super) struct Builder<'a> {
    model: &'a Model,
    units: Units,
    /// Fallback scale of a unit without weight.
    small: f64,
    /// Owners of sites that no rule permits anyone to take, where they are known.
    owner: Option<&'a [RepIx]>,
}

impl<'a> Builder<'a> {
    pub fn new(model: &'a Model, owner: Option<&'a [RepIx]>) -> Builder<'a> {
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
            open: (model.barred.iter())
                .map(|rules| rules.iter().map(Option::is_none).collect())
                .collect(),
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

    pub fn build(mut self) -> Units {
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
        // What a pair costs is more than its way: no ball bounds it.
        for (i, point) in is_point.iter_mut().enumerate() {
            *point &= !model.prefers(i);
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
        let free = self.drop_barred(free);
        self.units.points = points::sorted(model, free, self.small, self.units.tracked);
        let mut points = std::mem::take(&mut self.units.points);
        points.cut_blocks(&self.units);
        self.units.points = points;
        self.units
    }

    /// Sites whose skills nobody has, or nobody of their region, are stranded.
    fn drop_barred(&mut self, free: Vec<u32>) -> Vec<u32> {
        let model = self.model;
        if model.class.is_empty() || model.barred.iter().all(|b| b.contains(&None)) {
            return free;
        }
        let (kept, lost): (Vec<u32>, Vec<u32>) = free
            .into_iter()
            .partition(|i| model.barred[model.class[*i as usize] as usize].contains(&None));
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

    /// Gives a site that no rule permits anyone to take to its owner, where that is known, else to the nearest rep (of those who are not barred, if
    /// there are any).
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
