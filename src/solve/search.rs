//! From the LP to a whole plan: rounding, proofs on whole customers, and territories in one piece.

use super::assemble::{Known, assemble, keeps_all, total};
use super::judge::{self, Judged};
use super::local::{self, Effort, State};
use super::lp::{self, Border, LpOutcome};
use super::units::Units;
use super::{Options, Progress, Task, again, contiguity, cut_off, exact, part, prices};
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::model::Model;
use crate::plan::said;
use crate::plan::{Claim, Plan, Unjoined};
use crate::territory;

/// Border units per pair of neighbouring reps that rounding may move.
pub(super) const MOVABLE_PER_PAIR: usize = 48;

/// Pairs of unit and rep up to which rounding sees all of them.
pub(super) const WHOLE: usize = 20_000;
/// Kicks of the local search per coupling row.
const KICKS_PER_ROW: usize = 15;

/// Regions looked at per second of the time limit between two looks at what that gained.
const REGIONS_PER_SECOND: f64 = 25.0;
/// The same per rep: few reps have few regions.
const REGIONS_PER_REP: usize = 20;

/// Regions that may be looked at with little gain before the search ends; few where there are few plans.
fn regions(options: &Options, items: usize, k: usize) -> usize {
    let most = REGIONS_PER_SECOND * options.time_limit_s.min(1e6);
    (most as usize)
        .min(2 * items * items)
        .min(REGIONS_PER_REP * k)
}

/// Part of the search that the closest plan is worth where there is none within the bounds.
const HOPELESS: usize = 8;
/// Share of the time that is left which an integer programme may take.
const LAST: f64 = 0.3;
/// Share of it that is for plans in any number of pieces, where territories must be in one.
const BEFORE: f64 = 0.4;

/// A search, and what it starts from.
pub(super) struct Search<'a> {
    model: &'a Model,
    task: Task<'a>,
    units: &'a Units,
    lp: &'a LpOutcome,
    /// When what comes before joining must end, and when all of it must.
    until: Deadline,
    end: &'a Deadline,
    /// Reduced costs per unit of weight up to which a unit may move.
    window: f64,
    /// Whether rounding sees all pairs.
    whole: bool,
    /// Whether a longer search would be undone by what follows, or there is only a closest plan to find.
    undone: bool,
    /// Whether no sums of whole customers are within the bounds.
    unreachable: bool,
}

/// A plan after its islands were joined.
struct Joined {
    owner: Vec<RepIx>,
    unjoined: Vec<Unjoined>,
    searched: contiguity::Proof,
    /// Whether it is in pieces that must not be.
    torn: bool,
    cut: bool,
}

impl<'a> Search<'a> {
    pub fn new(
        model: &'a Model,
        task: Task<'a>,
        (units, lp, temperature): (&'a Units, &'a LpOutcome, f64),
        until: &'a Deadline,
    ) -> Search<'a> {
        let whole = units.len().saturating_mul(units.k) <= WHOLE;
        // Where territories must be contiguous, joining undoes what a longer search gains; where no sums of whole customers are within the
        // bounds, there is only a closest plan to find.
        let unreachable = !crate::bound::reachable::unreachable(model, until).is_empty();
        let undone = unreachable || (!whole && task.contiguity.is_some_and(|c| c.required));
        Search {
            model,
            task,
            units,
            lp,
            until: match task.contiguity {
                Some(c) if c.required => part(until, BEFORE),
                _ => until.clone(),
            },
            end: until,
            window: window(lp, temperature),
            whole,
            undone,
            unreachable,
        }
    }

    /// The plan, with all that is known of it but where the time went.
    pub fn plan(&self, watch: &mut dyn FnMut(Progress)) -> Result<Plan, Error> {
        let (model, units, lp, options) = (self.model, self.units, self.lp, self.task.options);
        let (border, base) = self.movable();
        let unsettled = self.base(!self.whole);
        let mut state = State::new(units, lp, border, base);
        state.dealt = !self.whole;
        let effort = self.effort(&state);
        let mut cut = self.round(&mut state, &effort, watch);
        let settled = owners(units, &unsettled, &state);
        // What the state counts as within the bounds may be outside by less than rounding; what is claimed is exact.
        let kept = state.violation() <= 0.0 && keeps_all(model, &settled);
        let mut judged = self.judged(&mut state, &settled, kept);
        cut |= judged.as_ref().is_some_and(|j| j.cut);
        let no_plan = judged.as_ref().is_some_and(|j| j.value == f64::INFINITY);
        let found = kept || judged.as_ref().is_some_and(|j| j.plan.is_some());
        let bound = judged.as_ref().map_or(lp.bound, |j| j.value.max(lp.bound));
        let near = found && bound >= (1.0 - options.gap) * (lp.bound + state.excess());
        let ascent = (!near).then(|| self.ascent(&state, effort.target));
        let ascent = ascent.flatten();
        cut |= ascent.as_ref().is_some_and(|a| a.cut);
        if self.whole && !no_plan && !near {
            exact::improve(&mut state, &part(&self.until, LAST));
        }
        if !found && !no_plan {
            self.again(&mut state, effort, watch);
        }
        let other = judged.as_mut().and_then(|j| j.plan.take());
        let rest = self.rest(&unsettled, &state);
        let owner = self.better(owners(units, &rest, &state), other);
        cut |= self.until.is_over();
        let joined = self.joined(&state, bound, [owner, unsettled]);
        cut |= joined.cut;
        let known = Known {
            judged,
            stronger: ascent.map(|a| (units, a.prices)),
            torn: joined.torn,
        };
        let mut plan = assemble(model, options, joined.owner, lp, known)?;
        plan.unjoined = joined.unjoined;
        let told = told(&plan, joined.searched).map(str::to_owned);
        plan.notes.extend(told);
        cut |= self.end.is_over();
        plan.notes.extend(cut_off(cut, self.end, options));
        Ok(plan)
    }

    /// Owners at the prices, before anything is whole; with what the LP dealt out, or not.
    fn base(&self, dealt: bool) -> Vec<RepIx> {
        let mut owner = cheapest(self.units, &self.lp.mu, self.model.n);
        for (unit, rep) in self.lp.dealt.rep.iter().filter(|_| dealt) {
            let sites = self.units.sites(*unit as usize).iter();
            sites.for_each(|i| owner[*i as usize] = RepIx(*rep));
        }
        // Sites that nobody may have are with the one who is nearest, locked ones with theirs.
        let stranded = self.units.stranded.iter();
        stranded.for_each(|(i, j)| owner[*i as usize] = *j);
        let held = (0..self.model.n).filter_map(|i| Some((i, self.model.lock(i)?)));
        held.for_each(|(i, j)| owner[i] = j);
        owner
    }

    /// Owners of what is no item of the state.
    fn rest(&self, unsettled: &[RepIx], state: &State) -> Vec<RepIx> {
        match state.dealt != self.whole {
            true => unsettled.to_vec(),
            false => self.base(state.dealt),
        }
    }

    /// The units that rounding may move, with their options by reduced cost (all of them where it sees all pairs), and the loads
    /// of all units at their cheapest option.
    fn movable(&self) -> (Vec<Border>, Vec<f64>) {
        if self.whole {
            return lp::border(self.units, &self.lp.mu, f64::INFINITY, f64::INFINITY);
        }
        lp::movable(self.units, self.lp, self.window, MOVABLE_PER_PAIR)
    }

    /// How thoroughly is searched.
    fn effort(&self, state: &State) -> Effort {
        let (options, units) = (self.task.options, self.units);
        let effort_of = |most: usize| if self.undone { 0 } else { most };
        // Where there is no plan, the closest one need not be the very best.
        let ease = if self.lp.ray.is_some() { HOPELESS } else { 1 };
        let kicks = effort_of(KICKS_PER_ROW * units.rows.len().min(500)) / ease;
        Effort {
            target: 0.98 * options.gap * self.lp.bound.abs(),
            patience: kicks / 2,
            kicks,
            regions: effort_of(regions(options, state.items.len(), units.k)) / ease,
            seed: options.seed,
            until: self.until.clone(),
        }
    }

    /// Improves the plan; whether the clock ended that.
    fn round(&self, state: &mut State, effort: &Effort, watch: &mut dyn FnMut(Progress)) -> bool {
        let improved = local::improve(state, effort, &mut |excess| {
            let gap = excess / (self.lp.bound + excess);
            watch(Progress::Plan { gap });
        });
        improved.cut
    }

    /// What is proven of all whole plans, where the LP says too little of them.
    fn judged(&self, state: &mut State, settled: &[RepIx], kept: bool) -> Option<Judged> {
        let (model, lp, until) = (self.model, self.lp, &self.until);
        let open = state.excess() > 1e-9 * lp.bound.abs() || !kept;
        let mut judged = None;
        if self.whole && open && judge::is_small(model, state, kept) {
            let options = self.task.options;
            judged = judge::judge(model, self.units, (lp, state), settled, options, until);
        }
        if judged.is_none() && !kept {
            judged = judge::impossible(model, lp, until);
        }
        judged
    }

    /// Prices of the assignment rows that may prove more than the LP, for a plan within the bounds that is worth it.
    fn ascent(&self, state: &State, target: f64) -> Option<exact::Ascent> {
        let options = self.task.options;
        let worth = state.excess() > options.gap * self.lp.bound.abs();
        if state.violation() > 0.0 || !worth {
            return None;
        }
        let effort = exact::Effort {
            time_limit_s: options.time_limit_s,
            target,
            until: self.until.clone(),
        };
        exact::ascend(self.units, self.lp, state, &effort)
    }

    /// Searches from other starts for a plan within the bounds, where there may be one.
    fn again(&self, state: &mut State, effort: Effort, watch: &mut dyn FnMut(Progress)) {
        let (units, lp) = (self.units, self.lp);
        let impossible =
            lp.ray.is_some() || again::too_heavy(units) || again::between_grains(units);
        if !self.task.again || state.violation() <= 0.0 || self.undone || impossible {
            return;
        }
        let required = self.task.contiguity.is_some_and(|c| c.required);
        let again = again::Again {
            model: self.model,
            units,
            lp,
            options: self.task.options,
            effort: &Effort {
                until: part(&self.until, if required { 0.5 } else { 1.0 }),
                ..effort
            },
            window: self.window,
        };
        again.search(state, &mut |_| watch(Progress::Plan { gap: 1.0 }));
    }

    /// The other owners where these break a rule or cost more.
    fn better(&self, owner: Vec<RepIx>, other: Option<Vec<RepIx>>) -> Vec<RepIx> {
        let model = self.model;
        let cost = |owner: &[RepIx]| {
            let pairs = total(model.n, |i| model.pair_cost(i, owner[i]).unwrap_or(0.0));
            pairs + model.balance_cost(owner)
        };
        match other {
            Some(best) if !keeps_all(model, &owner) || cost(&best) < cost(&owner) => best,
            _ => owner,
        }
    }

    /// Joins islands, where the neighbours are known.
    fn joined(&self, state: &State, bound: f64, [owner, unsettled]: [Vec<RepIx>; 2]) -> Joined {
        let (model, options) = (self.model, self.task.options);
        let Some(c) = self.task.contiguity else {
            return Joined {
                owner,
                unjoined: Vec::new(),
                searched: contiguity::Proof::None,
                torn: false,
                cut: false,
            };
        };
        let before = owner.clone();
        let both = [owner, unsettled];
        let context = (options, self.end);
        let hopeless = self.lp.ray.is_some() || self.unreachable;
        let bound = if hopeless { f64::INFINITY } else { bound };
        let bounds = [self.lp.bound, bound];
        let mended = contiguity::apply(model, c, state, bounds, both, context);
        // Joining counts loads in floating point; what it may not lose is exact.
        let loses = !c.required && !keeps_all(model, &mended.owner) && keeps_all(model, &before);
        let owner = if loses { before } else { mended.owner };
        Joined {
            torn: c.required && !territory::islands(c.graph, &owner, model.k).is_empty(),
            owner,
            unjoined: mended.unjoined,
            searched: mended.proof,
            cut: mended.cut,
        }
    }
}

/// What is proven, in words, and what a search over all plans found that no certificate proves.
fn told(plan: &Plan, searched: contiguity::Proof) -> Option<&'static str> {
    match (plan.claim, &plan.tree, searched) {
        (Claim::Infeasible, Some(tree), _) => Some(said::infeasible(tree)),
        (Claim::NotFound, _, contiguity::Proof::NoPlan) => Some(said::NO_CONTIGUOUS),
        (Claim::NotFound, ..) => Some(said::NOT_FOUND),
        (Claim::Within, _, contiguity::Proof::Optimum(_)) => Some(said::BEST_CONTIGUOUS),
        _ => None,
    }
}

/// Who has which site: `base` for what is no item of the state.
fn owners(units: &Units, base: &[RepIx], state: &State) -> Vec<RepIx> {
    let mut owner = base.to_vec();
    for (item, choice) in state.items.iter().zip(&state.choice) {
        let rep = RepIx(item.options.rep[*choice as usize]);
        units
            .sites(item.unit as usize)
            .iter()
            .for_each(|i| owner[*i as usize] = rep);
    }
    owner
}

/// Reduced costs per unit of weight up to which a unit may move.
fn window(lp: &LpOutcome, temperature: f64) -> f64 {
    (4.0 * lp.window).max(200.0 * temperature)
}

/// Owner of every free site: its cheapest option at the prices.
fn cheapest(units: &Units, mu: &[f64], sites: usize) -> Vec<RepIx> {
    let parts = prices::fold_units(units, mu, 0.0, Vec::new, |u, out: &mut Vec<(u32, u32)>| {
        out.push((u.index as u32, u.options.rep[u.best]));
    });
    let mut owner = vec![RepIx::NONE; sites];
    for (unit, rep) in parts.into_iter().flatten() {
        units
            .sites(unit as usize)
            .iter()
            .for_each(|i| owner[*i as usize] = RepIx(rep));
    }
    owner
}
