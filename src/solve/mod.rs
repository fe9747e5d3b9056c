//! From a model to a plan, in four steps: units, prices, LP, rounding.
//!
//! 1. The free sites become units in an order that keeps neighbours together (`units`).
//! 2. The price engine maximises the smoothed dual (`prices`).
//! 3. Column generation solves the LP to the proven optimum (`lp`).
//! 4. Rounding and local search make an integer plan of it (`round`).
//! 5. Where the neighbours of the sites are known, torn territories are mended (`contiguity`).

mod again;
mod assemble;
mod branch;
mod contiguity;
mod exact;
pub mod frontier;
mod guard;
mod judge;
mod keep;
mod lp;
mod prices;
mod relax;
mod rigor;
mod round;
mod rows;
mod units;

pub use contiguity::{Contiguity, MOST_RISE};
pub use keep::keep;
pub use relax::Relaxation;

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::model::Model;
use crate::plan::said;
use crate::plan::{Claim, Plan, Prices, SolveSeconds};
use crate::territory;
use assemble::{Known, assemble, total};
pub(crate) use assemble::{adopt, keeps_all, weaken};
pub use lp::LpSolver;
use lp::{Border, LpOutcome};
use round::{Effort, State};
use std::time::Instant;
use units::Units;

/// How to solve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of everything random.
    pub seed: u64,
    /// Stop when the plan is proven this close.
    pub gap: f64,
    /// Every phase together takes this long at most, seconds; how thoroughly is searched follows from it, too.
    pub time_limit_s: f64,
    /// Ends the solve earlier: at a time, or when somebody sets its flag. The best plan known by then is returned.
    pub until: Deadline,
    /// Who solves the restricted LPs.
    pub lp: LpSolver,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            gap: 1e-4,
            time_limit_s: 60.0,
            until: Deadline::never(),
            lp: LpSolver::preferred(),
        }
    }
}

/// How far a solve has come; told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// The prices are being looked for.
    Prices,
    /// The LP is being solved to its proven optimum.
    Lp,
    /// A whole plan is being improved; it is at most this far from the best one, (objective - bound) / objective.
    Plan {
        /// The gap, 0 to 1.
        gap: f64,
    },
}

/// Border units per pair of neighbouring reps that rounding may move.
const MOVABLE_PER_PAIR: usize = 48;

/// Pairs of unit and rep up to which rounding sees all of them.
const WHOLE: usize = 20_000;
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

/// Solves a model.
///
/// The same model and options give the same plan, whatever the number of threads, unless the time limit
/// cuts the search short (a note says so).
///
/// # Errors
/// [`crate::error::Error::Internal`] when revier contradicts itself.
pub fn solve(model: &Model, options: &Options) -> Result<Plan, crate::error::Error> {
    solve_with(model, &Task::of(options), &mut |_| {})
}

/// Solves a model whose sites have neighbours (see [`Contiguity`]), and `watch` is told how far it has come.
///
/// # Errors
/// As for [`solve()`].
pub fn solve_on(
    model: &Model,
    contiguity: Option<&Contiguity>,
    options: &Options,
    watch: &mut dyn FnMut(Progress),
) -> Result<Plan, crate::error::Error> {
    let task = Task {
        contiguity,
        ..Task::of(options)
    };
    solve_with(model, &task, watch)
}

/// Solves a model, starting from the prices of a similar one (the same reps and measures, other limits): the
/// nearer they are, the sooner the LP is solved. Territories are contiguous where that is required, and islands are left alone otherwise.
///
/// # Errors
/// As [`solve()`].
pub fn solve_from(
    model: &Model,
    contiguity: &Contiguity,
    options: &Options,
    prices: Option<&Prices>,
) -> Result<Plan, crate::error::Error> {
    let contiguity = contiguity.required.then_some(contiguity);
    let task = Task {
        contiguity,
        prices,
        ..Task::of(options)
    };
    solve_with(model, &task, &mut |_| {})
}

/// What a solve is asked for.
#[derive(Clone, Copy)]
struct Task<'a> {
    options: &'a Options,
    contiguity: Option<&'a Contiguity<'a>>,
    /// Prices to start from.
    prices: Option<&'a Prices>,
    /// Whether the search goes on where it finds no plan within the bounds.
    again: bool,
}

impl<'a> Task<'a> {
    fn of(options: &'a Options) -> Task<'a> {
        Task {
            options,
            contiguity: None,
            prices: None,
            again: true,
        }
    }
}

fn solve_with(
    model: &Model,
    task: &Task,
    watch: &mut dyn FnMut(Progress),
) -> Result<Plan, crate::error::Error> {
    let Task {
        options,
        contiguity,
        prices,
        again,
    } = *task;
    let begin = Instant::now();
    let until = options.until.within(options.time_limit_s);
    let units = Units::build(model);
    let indexed = Instant::now();
    watch(Progress::Prices);
    let warm = prices.and_then(|p| warm(&units, p));
    let start = prices::prices(&units, warm.as_deref(), &part(&until, PRICES));
    let priced = Instant::now();
    watch(Progress::Lp);
    let lp = lp::solve(&units, &start, options.lp, &part(&until, LP));
    let solved = Instant::now();

    let whole = units.len().saturating_mul(units.k) <= WHOLE;
    let (border, base) = movable(&units, &lp, start.temperature, whole);
    let mut owner = cheapest(&units, &lp.mu, model.n);
    // Sites that nobody may have are with the one who is nearest, locked ones with theirs.
    units
        .stranded
        .iter()
        .for_each(|(i, j)| owner[*i as usize] = *j);
    let locked = model
        .locked
        .iter()
        .enumerate()
        .filter(|(_, j)| j.some().is_some());
    locked.for_each(|(i, j)| owner[i] = *j);
    let mut state = State::new(&units, &lp, border, base);
    // Where territories must be contiguous, joining undoes what a longer search gains; where no sums of whole customers are within the
    // bounds, there is only a closest plan to find.
    let unreachable = !crate::bound::reachable::unreachable(model, &until).is_empty();
    let undone = unreachable || (!whole && contiguity.is_some_and(|c| c.required));
    let effort_of = |most: usize| if undone { 0 } else { most };
    // Where there is no plan, the closest one need not be the very best.
    let ease = if lp.ray.is_some() { HOPELESS } else { 1 };
    let kicks = effort_of(KICKS_PER_ROW * units.rows.len().min(500)) / ease;
    let effort = Effort {
        target: 0.98 * options.gap * lp.bound.abs(),
        patience: kicks / 2,
        kicks,
        regions: effort_of(regions(options, state.items.len(), units.k)) / ease,
        seed: options.seed,
        until: until.clone(),
    };
    let improved = round::improve(&mut state, &effort, &mut |excess| {
        let gap = excess / (lp.bound + excess);
        watch(Progress::Plan { gap });
    });
    let mut cut = improved.cut;
    let settled = owners(&units, &owner, &state);
    // What the state counts as within the bounds may be outside by less than rounding; what is claimed is exact.
    let kept = state.violation() <= 0.0 && keeps_all(model, &settled);
    let mut judged = None;
    let open = state.excess() > 1e-9 * lp.bound.abs() || !kept;
    if whole && open && judge::is_small(model, &state, kept) {
        judged = judge::judge(model, &units, (&lp, &mut state), &settled, options, &until);
    }
    if judged.is_none() && !kept {
        judged = judge::impossible(model, &lp, &until);
    }
    cut |= judged.as_ref().is_some_and(|j| j.cut);
    let no_plan = judged.as_ref().is_some_and(|j| j.value == f64::INFINITY);
    let found = kept || judged.as_ref().is_some_and(|j| j.plan.is_some());
    let bound = judged.as_ref().map_or(lp.bound, |j| j.value.max(lp.bound));
    let near = found && bound >= (1.0 - options.gap) * (lp.bound + state.excess());
    let mut ascent = None;
    if !near && state.violation() <= 0.0 && state.excess() > options.gap * lp.bound.abs() {
        let stronger_effort = exact::Effort {
            time_limit_s: options.time_limit_s,
            target: effort.target,
            until: until.clone(),
        };
        ascent = exact::ascend(&units, &lp, &state, &stronger_effort);
        cut |= ascent.as_ref().is_some_and(|a| a.cut);
    }
    if whole && !no_plan && !near {
        exact::improve(&mut state, &part(&until, LAST));
    }
    let impossible =
        lp.ray.is_some() || no_plan || again::too_heavy(&units) || again::between_grains(&units);
    if again && !found && state.violation() > 0.0 && !undone && !impossible {
        let required = contiguity.is_some_and(|c| c.required);
        let again = again::Again {
            model,
            units: &units,
            lp: &lp,
            options,
            effort: &Effort {
                until: part(&until, if required { 0.5 } else { 1.0 }),
                ..effort
            },
            window: window(&lp, start.temperature),
        };
        again.search(&mut state, &mut |_| watch(Progress::Plan { gap: 1.0 }));
    }
    let unsettled = owner.clone();
    owner = owners(&units, &owner, &state);
    if let Some(best) = judged.as_mut().and_then(|j| j.plan.take()) {
        let cost =
            |owner: &[RepIx]| total(model.n, |i| model.pair_cost(i, owner[i]).unwrap_or(0.0));
        if !keeps_all(model, &owner) || cost(&best) < cost(&owner) {
            owner = best;
        }
    }
    let mut torn = false;
    let mut searched = contiguity::Proof::None;
    let mut unjoined = Vec::new();
    if let Some(c) = contiguity {
        let context = (options, &until);
        let before = owner.clone();
        let mended = contiguity::apply(model, c, &state, lp.bound, [owner, unsettled], context);
        // Joining counts loads in floating point; what it may not lose is exact.
        let loses = !c.required && !keeps_all(model, &mended.owner) && keeps_all(model, &before);
        owner = if loses { before } else { mended.owner };
        unjoined = mended.unjoined;
        cut |= mended.cut;
        searched = mended.proof;
        torn = c.required && !territory::islands(c.graph, &owner, model.k).is_empty();
    }
    let known = Known {
        judged,
        stronger: ascent.map(|a| (&units, a.prices)),
        torn,
    };
    let mut plan = assemble(model, options, owner, &lp, known)?;
    plan.unjoined = unjoined;
    plan.notes.extend(told(&plan, searched).map(str::to_owned));
    cut |= until.is_over();
    plan.notes.extend(cut_off(cut, &until, options));
    plan.seconds = SolveSeconds {
        index: (indexed - begin).as_secs_f64(),
        lp: (solved - indexed).as_secs_f64(),
        prices: (priced - indexed).as_secs_f64(),
        round: solved.elapsed().as_secs_f64(),
    };
    Ok(plan)
}

/// Part of the search that the closest plan is worth where there is none within the bounds.
const HOPELESS: usize = 8;
/// Share of the time that is left which the prices may take, and the LP of what is left then.
const PRICES: f64 = 0.5;
const LP: f64 = 0.6;

/// A part of the time that is left.
fn part(until: &Deadline, share: f64) -> Deadline {
    until.within(share * until.left().as_secs_f64())
}

/// What ended the search early, in words.
fn cut_off(cut: bool, until: &Deadline, options: &Options) -> Option<String> {
    if until.is_cancelled() {
        return Some(said::INTERRUPTED.to_owned());
    }
    cut.then(|| said::time_limit(options.time_limit_s))
}

/// The prices of another plan as a start, if they fit.
fn warm(units: &Units, prices: &Prices) -> Option<Vec<f64>> {
    let mut mu = prices.rep_measure.clone();
    if units.rows.change {
        mu.push(prices.change);
    }
    (mu.len() == units.rows.len()).then_some(mu)
}

/// Share of the time that is left which an integer programme may take.
const LAST: f64 = 0.3;

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

/// The units that rounding may move, with their options by reduced cost (all of them if `whole`), and the loads
/// of all units at their cheapest option.
fn movable(
    units: &Units,
    lp: &LpOutcome,
    temperature: f64,
    whole: bool,
) -> (Vec<Border>, Vec<f64>) {
    if whole {
        return lp::border(units, &lp.mu, f64::INFINITY, f64::INFINITY);
    }
    lp::movable(units, lp, window(lp, temperature), MOVABLE_PER_PAIR)
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
