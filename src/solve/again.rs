//! Where a search has found no plan within the bounds, and none is ruled out: other starts, until the time is up.
//!
//! A limit on change makes plans rare that the LP knows nothing of: it shares customers that must go to one rep. A plan that moves as
//! little as it can keeps the limit with room to spare, and so do the owners of today; what is left is to settle the loads from there, and to
//! lower the travel. Then come other random seeds.

use super::local::{Effort, State, improve, polish};
use super::lp::{self, LpOutcome};
use super::units::{OptionList, Units};
use super::{MOVABLE_PER_PAIR, Options, Task, solve_with};
use crate::base::ids::RepIx;
use crate::bound::grain::{grain, in_grains};
use crate::model::{ChangeLimit, Model, SLIP};
use crate::plan::{Plan, Status};
use rayon::prelude::*;

/// The plan that moves least weighs travel by so much that all of it costs this share of all that could move.
const TIE: f64 = 1e-3;
/// Share of the time that is left which another solve may take.
const PART: f64 = 0.3;
/// Tighter limits on change whose plans are tried first, as shares of the limit.
const TIGHTER: [f64; 2] = [0.97, 0.9];

/// What is searched.
pub(super) struct Again<'a> {
    pub model: &'a Model,
    pub units: &'a Units,
    pub lp: &'a LpOutcome,
    pub options: &'a Options,
    pub effort: &'a Effort,
    /// Reduced costs up to this are looked at.
    pub window: f64,
}

impl Again<'_> {
    /// Searches until a plan is within the bounds or the time is up.
    pub fn search(&self, state: &mut State, tell: &mut dyn FnMut(f64)) {
        let first = state.clone();
        for start in 0..=TIGHTER.len() + 1 {
            if self.done(state) {
                return;
            }
            if let Some(owner) = self.start(start) {
                let mut other = self.around(&owner);
                polish(&mut other, self.effort, tell);
                keep_better(state, other);
            }
        }
        let mut turn = 0;
        while !self.done(state) {
            turn += 1;
            let effort = Effort {
                seed: self.effort.seed.wrapping_add(turn),
                ..self.effort.clone()
            };
            let mut other = if turn % 2 == 1 { &first } else { &*state }.clone();
            improve(&mut other, &effort, tell);
            keep_better(state, other);
        }
    }

    fn done(&self, state: &State) -> bool {
        state.violation() <= 0.0 || self.effort.until.is_over()
    }

    /// Owners to start from: plans within a tighter limit on change, the plan that moves least, the owners of today.
    fn start(&self, at: usize) -> Option<Vec<RepIx>> {
        let model = self.model;
        let change = model.change.as_ref().filter(|c| c.limit.is_finite())?;
        let mut easy = model.clone();
        if let Some(share) = TIGHTER.get(at) {
            let limit = share * change.limit;
            easy.change = Some(ChangeLimit {
                limit,
                ..change.clone()
            });
            let plan = self.solve(&easy)?;
            return (plan.status != Status::Infeasible).then_some(plan.owner);
        }
        if at == TIGHTER.len() {
            let moves: f64 = change.amount.iter().sum();
            let tie = TIE * moves / self.lp.bound.abs().max(1e-300);
            easy.weight.iter_mut().for_each(|w| *w *= tie);
            easy.deviation.clear();
            easy.change = Some(ChangeLimit {
                limit: f64::INFINITY,
                penalty: 1.0,
                ..change.clone()
            });
            return self.solve(&easy).map(|plan| plan.owner);
        }
        let today = (0..model.n).map(|i| {
            let owner = model.previous.get(i).copied().and_then(RepIx::some);
            let open = owner.filter(|j| model.forbidden_by(i, *j).is_none());
            open.unwrap_or_else(|| model.cheapest(i))
        });
        Some(today.collect())
    }

    /// A plan of a similar model.
    fn solve(&self, model: &Model) -> Option<Plan> {
        let until = &self.effort.until;
        let options = Options {
            until: until.within(PART * until.left().as_secs_f64()),
            ..self.options.clone()
        };
        let quick = Task {
            options: &options,
            contiguity: None,
            prices: None,
            again: false,
        };
        solve_with(model, &quick, &mut |_| {}).ok()
    }

    /// The plan of these owners, as far as units permit, with all that is near it or near the LP's.
    fn around(&self, owner: &[RepIx]) -> State {
        let of_unit = |u: usize| owner[self.units.sites(u)[0] as usize].0;
        let keep: Vec<u32> = (0..self.units.len()).map(of_unit).collect();
        let (border, base) =
            lp::around(self.units, self.lp, (self.window, MOVABLE_PER_PAIR), &keep);
        let mut state = State::new(self.units, self.lp, border, base);
        for i in 0..state.items.len() {
            let item = &state.items[i];
            let rep = keep[item.unit as usize];
            if let Some(o) = item.options.rep.iter().position(|j| *j == rep) {
                state.take(i, o);
            }
        }
        state
    }
}

/// Keeps the plan that breaks the bounds less, and of two that keep them the one that costs less.
fn keep_better(state: &mut State, other: State) {
    let rank = |s: &State| (s.violation().max(0.0), s.excess());
    let (now, new) = (rank(state), rank(&other));
    if new.0 < now.0 || (new.0 == now.0 && new.1 < now.1) {
        *state = other;
    }
}

/// Whether some unit is more than any rep who may have it may take, all else left out.
pub(super) fn too_heavy(units: &Units) -> bool {
    let (k, m, rows) = (units.k, units.m, &units.rows);
    let most = |row: usize| rows.upper[row] + SLIP * rows.upper[row].abs() - rows.fixed(row);
    let least: Vec<f64> = (0..m)
        .map(|r| {
            (0..k)
                .map(|j| most(j * m + r))
                .fold(f64::INFINITY, f64::min)
        })
        .collect();
    let fits = |o: &OptionList| {
        (o.rep.iter().enumerate())
            .any(|(c, j)| (0..m).all(|r| o.load[c * m + r] <= most(*j as usize * m + r)))
    };
    let points = units.points.site.len();
    (0..units.len()).into_par_iter().any(|u| {
        let mut options = OptionList::default();
        if u < points {
            let own = &units.points.amount[u * m..(u + 1) * m];
            if own.iter().zip(&least).all(|(a, most)| a <= most) {
                return false;
            }
            let class = units.points.class(u);
            let open = units.open.get(class as usize);
            for j in (0..k).filter(|j| open.is_none_or(|s| s[*j])) {
                units.push_point_option(u, j, &mut options);
            }
        } else {
            units.table_options(u - points, &mut options);
        }
        !options.rep.is_empty() && !fits(&options)
    })
}

/// Whether no totals of whole units lie within the bounds: all loads of a measure are multiples of a grain `g`, so that rep `j` has between
/// `ceil(L_j / g)` and `floor(U_j / g)` grains, if any, and all reps together have all grains there are.
pub(super) fn between_grains(units: &Units) -> bool {
    // Where travel counts into a load there is no grain.
    units.points.rate.is_empty() && (0..units.m).any(|measure| misses(units, measure))
}

fn misses(units: &Units, measure: usize) -> bool {
    let (m, rows, tables) = (units.m, &units.rows, &units.tables);
    let of_tables = tables.load.iter().skip(measure).step_by(m);
    let of_points = units.points.amount.iter().skip(measure).step_by(m);
    let Some(g) = grain(of_points.clone().chain(of_tables).copied()).filter(|g| *g > 0.0) else {
        return false;
    };
    let (mut least, mut most) = (0.0, 0.0);
    for row in (0..units.k).map(|j| j * m + measure) {
        let slip = SLIP * rows.size(row);
        let lower = (rows.lower[row] - rows.fixed(row) - slip).max(0.0);
        let (lower, upper) = in_grains(lower, rows.upper[row] - rows.fixed(row) + slip, g);
        if lower > upper {
            return true;
        }
        least += lower;
        most += upper;
    }
    let mut all: f64 = of_points.sum();
    for t in 0..tables.len() {
        let loads: Vec<f64> = (tables.options(t).map(|o| tables.load[o * m + measure])).collect();
        let first = loads[0];
        if loads.iter().any(|a| *a != first) {
            return false;
        }
        all += first;
    }
    least > all / g + 0.5 || most < all / g - 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::{Grid, Ratio};
    use crate::model::{Bound, Limits, Origin};
    use crate::scenario::Cost;
    use crate::travel::Travel;

    /// The bounds on the grid of the loads.
    fn limits(loads: &[f64], bounds: &[(f64, f64)]) -> Limits {
        let grid = Grid::of(loads, 0);
        Limits {
            grid: vec![grid],
            least: (bounds.iter())
                .map(|b| grid.ceil(&Ratio::of(b.0)))
                .collect(),
            most: (bounds.iter())
                .map(|b| grid.floor(&Ratio::of(b.1)))
                .collect(),
            target: vec![None; bounds.len()],
        }
    }

    /// Customers of these loads at one place, and reps with these bounds.
    fn units(loads: &[f64], bounds: &[(f64, f64)]) -> Units {
        let (n, k) = (loads.len(), bounds.len());
        let place = |count: usize| vec![[1.0, 0.0, 0.0]; count];
        Units::build(&Model {
            n,
            k,
            m: 1,
            weight: loads.to_vec(),
            amount: loads.to_vec(),
            travel_load: None,
            bounds: (bounds.iter())
                .map(|(lower, upper)| Bound {
                    target: None,
                    lower: *lower,
                    upper: *upper,
                    origins: [Origin::Absolute; 2],
                })
                .collect(),
            travel: Travel::Sphere {
                site: [vec![1.0; n], vec![0.0; n], vec![0.0; n]],
                rep: place(k),
                detour: 1.0,
                minutes_per_km: 1.0,
            },
            cost: Cost::Km,
            max_km: vec![f64::INFINITY; k],
            max_minutes: vec![f64::INFINITY; k],
            previous: Vec::new(),
            locked: Vec::new(),
            wished: Vec::new(),
            class: Vec::new(),
            barred: Vec::new(),
            group: Vec::new(),
            groups: 0,
            forbid: Vec::new(),
            change: None,
            prefer: None,
            limits: limits(loads, bounds),
            deviation: Vec::new(),
        })
    }

    #[test]
    fn bounds_between_two_grains_leave_no_plan() {
        let four = [4.0; 5];
        assert!(between_grains(&units(&four, &[(9.0, 11.0), (0.0, 20.0)])));
        assert!(!between_grains(&units(&four, &[(8.0, 11.0), (0.0, 20.0)])));
        // Each could be kept, not both.
        assert!(between_grains(&units(&four, &[(9.9, 10.1), (9.9, 10.1)])));
        assert!(between_grains(&units(&four, &[(0.0, 11.0), (0.0, 11.0)])));
        assert!(between_grains(&units(&four, &[(9.0, 13.0), (9.0, 13.0)])));
        assert!(!between_grains(&units(
            &[4.0, 3.0],
            &[(3.0, 3.0), (4.0, 4.0)]
        )));
    }

    #[test]
    fn a_unit_beyond_every_bound_leaves_no_plan() {
        assert!(too_heavy(&units(&[9.0, 1.0], &[(0.0, 8.0), (0.0, 8.5)])));
        assert!(!too_heavy(&units(&[9.0, 1.0], &[(0.0, 8.0), (0.0, 9.0)])));
    }
}
