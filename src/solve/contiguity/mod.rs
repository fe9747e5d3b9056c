//! Territories in one piece, on a graph of neighbours (Delaunay edges of the sites, shared borders of units).
//!
//! Two levels. Always: an *island*, a piece of a territory that is cut off from the rest of it, is given to
//! what surrounds it, or joined by a short bridge, where the bounds allow and the travel rises little; and reps who cost the same
//! (one home base) get land that is cut in as many parts as they are. And as a hard rule: every territory is one piece in every
//! component of the graph.
//!
//! The bound of the LP holds either way: a plan that keeps one more rule is a plan of the LP. What contiguity
//! costs is seen in the gap.
//!
//! - `ground`: owners on the map, what a move costs, and whether it tears a territory;
//! - `repair`: islands joined to others;
//! - `exchange`, `search`: local search that never adds a piece, to settle the loads after that;
//! - `board`, `layout`, `trees`, `anneal`, `rounds`, `hunt`: the long search, for plans that exchanges do not find;
//! - `recombine`: land of reps who cost the same, cut in parts;
//! - `exact`: small instances to the proven optimum, with cuts.

mod anneal;
mod board;
mod coupling;
mod exact;
mod exchange;
mod ground;
mod hunt;
mod layout;
mod recombine;
mod repair;
mod rounds;
mod search;
mod trees;

use super::Options;
use super::local::State;
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::base::random::Random;
use crate::model::Model;
use crate::plan::Unjoined;
use crate::territory::Adjacency;
use crate::territory::Pieces;
use coupling::Rows;
use ground::Ground;
use recombine::Land;
use search::{Effort, Search};
use std::collections::BTreeMap;

/// Which sites are next to each other, and what that demands.
#[derive(Clone, Copy, Debug)]
pub struct Contiguity<'a> {
    /// Neighbours of all sites of the model.
    pub graph: &'a Adjacency,
    /// Whether every territory must be connected (`rules.contiguous`).
    pub required: bool,
}

/// Share of the travel that joining islands may cost in all where contiguity is no rule and the plan misses its target gap anyway.
pub const MOST_RISE: f64 = 2e-4;
/// Share of the travel that it may cost in any case, as long as the plan stays within its target gap.
const LEAST_RISE: f64 = 4e-6;
/// Share of what whole sites cost that it may cost.
const PART: f64 = 0.25;
/// Times its fair part of what is left of that, which a single island may cost.
const FAIR: f64 = 4.0;
/// Settled loads within this many times of what an island may cost are worth exchanges.
const NEAR: f64 = 4.0;
/// Share of that which an exchange must gain: at a million sites loads could be settled ever finer, for as long as all else takes.
const WORTH: f64 = 0.02;
/// Share of what an island that is left has made the plan worse by, which an exchange must gain: what is told of it is a figure of two or three digits.
const TOLD: f64 = 1e-3;
/// Nodes on borders that joining islands may look at, per second of the time limit: where roads part districts there are islands by the thousand.
const LOOKS_PER_SECOND: f64 = 30_000.0;
/// Longest bridge to an island, in sites, where contiguity is no rule.
const LONGEST: usize = 3;
/// Neighbours that an island is offered to.
const TAKERS: usize = 2;
/// Ways of settling the loads tried for each.
const ATTEMPTS: usize = 2;
/// Sites of reps who cost the same that are dealt out anew, how often that is tried, and the customers that tell who costs the same.
const MOST_ALIKE: usize = 20_000;
const DEALS: usize = 60;
const SAMPLE: usize = 64;
/// Islands that are left, of which it is told what joining them would cost.
const PRICED: usize = 12;
/// Share by which a sum in another order may differ.
const ROUNDING: f64 = 1e-12;
/// Nodes up to which all plans are searched before any other long search.
const TINY: usize = 16;
/// Share of the time that is left which the long search may take; what is left then may prove the plan.
const HUNT: f64 = 0.8;
/// Kicks of the local search per coupling row, where contiguity is a rule.
const KICKS_PER_ROW: usize = 15;

/// What came of it.
pub(super) struct Outcome {
    pub owner: Vec<RepIx>,
    /// What small instances are proven to.
    pub proof: Proof,
    /// Whether the wall-clock limit cut the search short.
    pub cut: bool,
    /// Islands that are left, with what joining them would cost; not more than are worth telling.
    pub unjoined: Vec<Unjoined>,
}

impl Outcome {
    fn of(owner: Vec<RepIx>) -> Outcome {
        Outcome {
            owner,
            proof: Proof::None,
            cut: false,
            unjoined: Vec::new(),
        }
    }
}

/// What was proven about plans with contiguous territories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Proof {
    /// Nothing.
    None,
    /// No plan costs less than this.
    Optimum(f64),
    /// No plan within the bounds has contiguous territories.
    NoPlan,
}

/// Joins islands where that is cheap; or, where it is required, makes every territory contiguous.
///
/// `bounds` are what the prices prove of all plans, and what is proven of them at all; the latter is infinite where there is no plan.
pub(super) fn apply(
    model: &Model,
    contiguity: &Contiguity,
    state: &State,
    bounds: [f64; 2],
    both: [Vec<RepIx>; 2],
    context: (&Options, &Deadline),
) -> Outcome {
    let rows = Rows::of(state);
    let pieces = Pieces::new(contiguity.graph, &both[0], model.k);
    let broken = contiguity.required && state.violation() > 0.0;
    let torn = pieces.islands().contains(&true);
    if contiguity.required {
        let first = |owner| Ground::new(model, contiguity.graph, rows.clone(), owner);
        return whole(first, (broken || torn, bounds), both, context);
    }
    let [owner, _] = both;
    let (options, until) = context;
    if !torn {
        return Outcome::of(owner);
    }
    let mut ground = Ground::new(model, contiguity.graph, rows, owner);
    let most = rise(ground.cost - bounds[0], bounds[0].abs(), options.gap);
    let limit = ground.cost + most;
    let mut outcome = Outcome::of(Vec::new());
    outcome.cut = join(&mut ground, &pieces, most, (options, until));
    if !outcome.cut {
        deal_out(&mut ground, limit, options.seed);
        outcome.unjoined = unjoined(&mut ground, options.seed, until);
    }
    outcome.owner = ground.owner;
    outcome
}

/// Every territory in one piece, as a rule.
///
/// Of the two plans given, it starts from the one that is not settled: every site with the rep
/// who is cheapest at the prices, which makes territories shaped like stars. Settled loads are undone by joining anyway, and whole sites dealt out
/// for them tear more. On 8,170 postcodes and 60 reps, plans of 4 of 8 seeds kept all bounds from the settled plan, of all 8
/// from this one, with 0.1 % less travel. The settled plan is the second try where bounds are still broken; and the first where it breaks
/// no rule (`open` is false).
fn whole<'a>(
    first: impl Fn(Vec<RepIx>) -> Ground<'a>,
    (open, [bound, proven]): (bool, [f64; 2]),
    [settled, unsettled]: [Vec<RepIx>; 2],
    (options, until): (&Options, &Deadline),
) -> Outcome {
    let mut outcome = Outcome::of(Vec::new());
    let mut ground = first(settled);
    let effort = effort(ground.load.len(), [bound, proven], options, until);
    let connected = |owner| {
        let mut ground = first(owner);
        repair::join_all(&mut ground);
        let mut search = Search::new(&ground, options.seed);
        let cut = search.improve(&mut ground, &effort);
        (ground, search, cut)
    };
    let mut search = Search::new(&ground, options.seed);
    if open {
        let settled = std::mem::take(&mut ground.owner);
        (ground, search, outcome.cut) = connected(unsettled);
        if ground.fines() > 0.0 && !outcome.cut {
            let (other, its, cut) = connected(settled);
            outcome.cut = cut;
            if other.total() < ground.total() {
                (ground, search) = (other, its);
            }
        }
    } else if ground.total() <= effort.target {
        outcome.owner = ground.owner;
        return outcome;
    }
    let tiny = ground.nodes() <= TINY;
    if tiny || proven == f64::INFINITY {
        outcome.proof = exact::prove(&mut ground, bound, until);
    }
    if outcome.proof == Proof::None && !outcome.cut && proven < f64::INFINITY {
        let hunting = super::part(until, HUNT);
        outcome.cut = hunt::hunt(
            &mut ground,
            &mut search,
            &Effort {
                until: hunting,
                ..effort
            },
            options.time_limit_s,
        );
        if !tiny {
            outcome.proof = exact::prove(&mut ground, bound, until);
        }
    }
    outcome.owner = ground.owner;
    outcome
}

/// How long to search where contiguity is a rule.
fn effort(rows: usize, [bound, proven]: [f64; 2], options: &Options, until: &Deadline) -> Effort {
    let kicks = KICKS_PER_ROW * rows.min(500);
    Effort {
        target: proven.min(f64::MAX).max(bound) + 0.5 * options.gap * bound.abs(),
        bound,
        patience: kicks / 2,
        kicks,
        seed: options.seed,
        until: until.clone(),
    }
}

/// How much joining islands may cost a plan that is `excess` above `bound`: a part of what whole sites cost already, and no more
/// than takes a plan out of its target gap.
fn rise(excess: f64, bound: f64, target: f64) -> f64 {
    let most = (PART * excess).clamp(LEAST_RISE * bound, MOST_RISE * bound);
    let left = target * bound - excess;
    if left >= 0.0 { most.min(left) } else { most }
}

/// Islands joined one by one, as far as the bounds allow and the travel rises by at most `rise` in all; `pieces` are those of the plan.
fn join(
    g: &mut Ground,
    pieces: &Pieces,
    rise: f64,
    (options, until): (&Options, &Deadline),
) -> bool {
    let most = g.cost + rise;
    let looks = (LOOKS_PER_SECOND * options.time_limit_s.min(1e6)) as u64;
    let mut search = Search::new(g, options.seed);
    let island = pieces.islands();
    let main: Vec<bool> = island.iter().map(|cut| !cut).collect();
    let mut order: Vec<usize> = (0..main.len()).filter(|p| island[*p]).collect();
    order.sort_by_key(|p| (pieces.all[*p].sites.len(), *p));
    let count = order.len();
    for (at, piece) in order.into_iter().enumerate() {
        if until.is_over() {
            return true;
        }
        if search.exchanges.looked > looks {
            return false;
        }
        let fair = FAIR * (most - g.cost) / (count - at) as f64;
        let limit = most.min(g.cost + fair);
        search.exchanges.least = WORTH * (limit - g.cost).max(0.0);
        let (rep, sites) = (pieces.all[piece].rep, &pieces.all[piece].sites);
        let mut ways: Vec<Vec<(u32, RepIx)>> = repair::takers(g, sites)
            .into_iter()
            .take(TAKERS)
            .map(|(to, nodes)| nodes.into_iter().map(|v| (v, to)).collect())
            .collect();
        if let Some(bridge) = repair::bridge(g, pieces, &main, sites, LONGEST) {
            ways.push(bridge.into_iter().map(|s| (g.node(s), rep)).collect());
        }
        // What a way costs at the prices is made up for only as far as the plan is above the bound nearby.
        let spare = NEAR * (limit - g.cost);
        ways.retain(|w| w.iter().map(|(v, to)| g.shift(*v, *to)).sum::<f64>() <= spare);
        let tries = ways.iter().flat_map(|w| std::iter::repeat_n(w, ATTEMPTS));
        for way in tries {
            if sites.iter().any(|s| g.owner[*s as usize] != rep) {
                break;
            }
            g.begin(&mut search.log);
            let fines = g.fines();
            let far = g.total() + spare;
            if take(g, &mut search, way, rep)
                && g.total() <= far
                && settled(g, &mut search, until)
                && g.fines() <= fines * (1.0 + 1e-12)
                && g.cost <= limit + ROUNDING * limit.abs()
            {
                break;
            }
            g.undo(&mut search.log, 0);
        }
    }
    false
}

/// Reps who cost the same for every customer get the land that they have together anew, each a part in one piece, as far as bounds allow
/// and the plan costs no more than `limit`.
fn deal_out(g: &mut Ground, limit: f64, seed: u64) {
    let cut_off = crate::territory::islands(g.graph, &g.owner, g.model.k);
    let mut random = Random(seed);
    let mut log = Vec::new();
    for reps in alike(g.model) {
        if !cut_off.iter().any(|p| reps.contains(&p.rep)) {
            continue;
        }
        let Some(land) = Land::of(g, &reps, MOST_ALIKE) else {
            continue;
        };
        let fines = g.fines();
        for _ in 0..DEALS {
            let Some(owner) = land.cut_in_parts(g, &mut random) else {
                continue;
            };
            g.begin(&mut log);
            land.give(g, &owner, &mut log);
            if g.fines() <= fines && g.cost <= limit + ROUNDING * limit.abs() {
                break;
            }
            g.undo(&mut log, 0);
        }
    }
}

/// Sets of several reps who cost the same, as far as some customers tell.
fn alike(model: &Model) -> Vec<Vec<RepIx>> {
    let step = (model.n / SAMPLE).max(1);
    let costs = |j: u32| -> Vec<u64> {
        let of = |i: usize| {
            model
                .fitted_cost(i, RepIx(j))
                .map_or(u64::MAX, f64::to_bits)
        };
        (0..model.n).step_by(step).map(of).collect()
    };
    let mut sets: BTreeMap<Vec<u64>, Vec<RepIx>> = BTreeMap::new();
    for j in 0..model.k as u32 {
        sets.entry(costs(j)).or_default().push(RepIx(j));
    }
    let mut several: Vec<Vec<RepIx>> = sets.into_values().filter(|s| s.len() > 1).collect();
    several.sort_unstable();
    several
}

/// Ways to join an island: to give it to a neighbour, or to build a bridge to it. Each is of nodes, and who gets them.
fn ways(g: &Ground, pieces: &Pieces, main: &[bool], island: usize) -> Vec<Vec<(u32, RepIx)>> {
    let (rep, sites) = (pieces.all[island].rep, &pieces.all[island].sites);
    let mut ways: Vec<Vec<(u32, RepIx)>> = repair::takers(g, sites)
        .into_iter()
        .map(|(to, nodes)| nodes.into_iter().map(|v| (v, to)).collect())
        .collect();
    if let Some(bridge) = repair::bridge(g, pieces, main, sites, usize::MAX) {
        ways.push(bridge.into_iter().map(|s| (g.node(s), rep)).collect());
    }
    ways
}

/// What joining the islands that are left would cost: the cheapest way within the bounds that is found, whatever it costs.
fn unjoined(g: &mut Ground, seed: u64, until: &Deadline) -> Vec<Unjoined> {
    let pieces = Pieces::new(g.graph, &g.owner, g.model.k);
    let island = pieces.islands();
    let main: Vec<bool> = island.iter().map(|cut| !cut).collect();
    let mut search = Search::new(g, seed);
    let told = (0..main.len()).filter(|p| island[*p]).take(PRICED);
    let mut out = Vec::new();
    for piece in told {
        let (rep, sites) = (pieces.all[piece].rep, &pieces.all[piece].sites);
        let mut rise: Option<f64> = None;
        for way in ways(g, &pieces, &main, piece) {
            if until.is_over() {
                break;
            }
            g.begin(&mut search.log);
            let (cost, fines, before) = (g.cost, g.fines(), g.total());
            let taken = take(g, &mut search, &way, rep);
            search.exchanges.least = TOLD * (g.total() - before).max(0.0);
            if taken && settled(g, &mut search, until) && g.fines() <= fines * (1.0 + 1e-12) {
                let more = (g.cost - cost).max(0.0);
                rise = Some(rise.map_or(more, |least| least.min(more)));
            }
            g.undo(&mut search.log, 0);
        }
        out.push(Unjoined {
            site: sites[0],
            rise,
        });
    }
    out
}

/// Makes the moves and passes on the loads; `false` if a move would tear a territory.
fn take(g: &mut Ground, search: &mut Search, way: &[(u32, RepIx)], rep: RepIx) -> bool {
    let leaves = way.first().is_some_and(|(_, to)| *to != rep);
    search.dirty.clear();
    for (node, to) in way {
        search.dirty.push(g.rep(*node).0);
        search.dirty.push(to.0);
        if leaves {
            // The whole island goes: nothing of it is torn off.
            g.give(*node, *to, &mut search.log);
        } else if !g.try_move(*node, *to, &mut search.log) {
            return false;
        }
    }
    search.settle_dirty(g);
    true
}

/// Exchanges round the reps whose loads have changed; always `true`.
fn settled(g: &mut Ground, search: &mut Search, until: &Deadline) -> bool {
    search.descend(g, until);
    true
}
