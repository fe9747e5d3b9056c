//! What a report says of the run that made it, and of plans that the directory does not hold: nothing can derive it, so
//! it is held to what it can be.

use super::saved::Rows;
use super::{Finding, List, near};
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::bound::Tree;
use crate::explain::advice::{self, Advice, AdviceKind};
use crate::explain::violations;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::frontier::FrontierRow;
use crate::plan::said;
use crate::plan::{Claim, LEAST_GAP, Plan, Status, Unjoined};
use crate::saved::{self, Report};
use crate::scenario::{Balance, Cost};

/// LP solvers that there are.
const SOLVERS: [&str; 2] = ["Clarabel", "HiGHS"];

/// Whether the run ended early.
fn ended(report: &Report) -> bool {
    said::has_ended(&report.notes, report.scenario.solve.time_limit_s)
}

/// The notes that a run takes of itself: what a plan of today's assignment consists of, else what `report` says was proven
/// or ended the run, each once and in words that there are.
pub(super) fn notes(model: &Model, report: &Report, tree: Option<&Tree>) -> Vec<String> {
    let mut notes = Vec::new();
    if report.kept {
        notes.push(said::KEPT.to_owned());
    } else {
        let may = |note: &&str| report.notes.iter().any(|n| n == note);
        let words: &[&str] = match (report.claim, tree) {
            (Claim::Infeasible, Some(tree)) => &[said::infeasible(tree)],
            (Claim::NotFound, _) => &[said::NO_CONTIGUOUS, said::NOT_FOUND],
            (Claim::Within, _) => &[said::BEST_CONTIGUOUS],
            _ => &[],
        };
        let contiguous = |note: &&&str| {
            report.scenario.rules.contiguous
                || **note == said::NOT_FOUND
                || report.claim == Claim::Infeasible
        };
        let said = words.iter().filter(contiguous).find(|n| may(n));
        notes.extend(said.map(|n| (*n).to_owned()));
    }
    let by_time = said::time_limit(report.scenario.solve.time_limit_s);
    let ended = |note: &&String| **note == by_time || *note == said::INTERRUPTED;
    notes.extend(report.notes.iter().find(ended).cloned());
    let owned = model.previous.iter().filter(|j| j.some().is_some());
    let placed = model.n - owned.count();
    if report.kept && placed > 0 {
        notes.push(said::placed(placed, model.n));
    }
    notes
}

/// Whether the run says that it could not tell everything.
pub(super) fn no_time(report: &Report) -> Option<String> {
    let found = report.notes.iter().find(|note| *note == said::NO_TIME);
    found.cloned()
}

/// Whether the run says that it did not choose a cost that it was to choose: then that is 0.
pub(super) fn no_cost(report: &Report) -> Option<String> {
    let open = |b: &Balance| b.is_auto() && b.price() == 0.0;
    let found = report.notes.iter().find(|note| *note == said::NO_COST);
    found
        .filter(|_| report.scenario.balance.iter().any(open))
        .cloned()
}

/// Whether the run took back a claim.
pub(super) fn weaker(report: &Report) -> Option<String> {
    let found = report.notes.iter().find(|note| *note == said::WEAKER);
    found.cloned()
}

/// Reasons take time: a run that ended early may have told some of them only.
pub(super) fn cut_reasons(
    inputs: &Inputs,
    model: &Model,
    report: &Report,
    notes: &mut Vec<String>,
) {
    if report.status == Status::Infeasible && ended(report) {
        let all = violations::reasons(inputs, model, &Deadline::never());
        notes.retain(|note| !all.contains(note) || report.notes.contains(note));
    }
}

/// What the prices say. A run that ended early may say it without solving anything again, and what was solved again with another LP
/// solver than this build has is held to what it can be.
pub(super) fn advice(inputs: &Inputs, model: &Model, report: &Report, plan: &Plan) -> Vec<Advice> {
    if !plan.lp.objective.is_finite() {
        return Vec::new();
    }
    let full = advice::advice(inputs, model, plan, &Deadline::never());
    if report.advice == full {
        return full;
    }
    if advice_is_others(report) {
        let sound = |said: &Advice| could_be(inputs, plan, said);
        return match report.advice.iter().all(sound) {
            true => report.advice.clone(),
            false => full,
        };
    }
    if !ended(report) {
        return full;
    }
    let cut = advice::advice(inputs, model, plan, &Deadline::after(0.0));
    let known = |said: &Advice| full.contains(said) || cut.contains(said);
    match report.advice.iter().all(known) {
        true => report.advice.clone(),
        false => full,
    }
}

/// Whether advice that cannot be derived again is of what there is, and promises no more than the plan costs.
fn could_be(inputs: &Inputs, plan: &Plan, said: &Advice) -> bool {
    let balance = &inputs.scenario.balance;
    let change = inputs.scenario.change.as_ref().map(|c| &c.measure);
    let mut ids = (0..inputs.reps.len()).map(|j| inputs.reps.ids.get(j));
    let rep = said.rep.as_deref();
    let of = match said.kind {
        AdviceKind::Upper | AdviceKind::Lower => {
            balance.iter().any(|b| b.measure == said.of) && ids.any(|id| rep == Some(id))
        }
        AdviceKind::Change => change == Some(&said.of) && rep.is_none(),
        AdviceKind::Rule => advice::RULES.iter().any(|r| r.name() == said.of) && rep.is_none(),
        AdviceKind::NewRep => rep.is_none() && said.place.is_some(),
    };
    let all = said.saves * said.step.unwrap_or(1.0);
    of && said.saves > 0.0 && all <= plan.objective * (1.0 + 1e-9)
}

/// Whether the advice rests on optima that another LP solver than that of this build found.
pub(super) fn advice_is_others(report: &Report) -> bool {
    let (sites, reps) = (
        report.territories.iter().map(|t| t.customers).sum(),
        report.territories.len(),
    );
    report.lp.solver != advice::solver() && advice::is_solved_again(sites, reps)
}

/// The islands that the run tried to join.
pub(super) fn unjoined(inputs: &Inputs, report: &Report, rows: &Rows) -> Vec<Unjoined> {
    let known = |u: &saved::Unjoined| {
        let site = rows.index.get(&inputs.customers.ids, &u.site)? as u32;
        Some(Unjoined { site, rise: u.rise })
    };
    report.unjoined.iter().filter_map(known).collect()
}

/// Whether a plan that calls itself today's assignment is that.
pub(super) fn kept(model: &Model, report: &Report, owner: &[RepIx]) -> Vec<Finding> {
    let mut list = List::new("owners");
    let moved = owner
        .iter()
        .zip(&model.previous)
        .filter(|(now, before)| before.some().is_some_and(|before| before != **now));
    let moved = moved.count();
    if report.kept && moved > 0 {
        list.add(format!(
            "report.json calls the plan today's assignment (`kept`), and {moved} customers change hands"
        ));
    }
    list.done()
}

/// Times, memory, what the LP solver did, and the frontier.
pub(super) fn measured(inputs: &Inputs, report: &Report) -> Vec<Finding> {
    let mut list = List::new("report");
    match &report.timings_s {
        None => list.add("report.json: timings_s is missing"),
        Some(t) => {
            let parts = [t.read, t.index, t.lp, t.round, t.polygons, t.check, t.write];
            // Each is a part of the run.
            if parts.iter().any(|s| !(0.0..=t.total).contains(s)) {
                list.add("report.json: timings_s has a part below 0 or above the total");
            }
        }
    }
    if report
        .peak_memory_mb
        .is_some_and(|mb| !(0.0..1e9).contains(&mb))
    {
        list.add("report.json: peak_memory_mb is no amount of memory");
    }
    lp(inputs, report, &mut list);
    frontier(inputs, report, &mut list);
    list.done()
}

/// The LP optimum is what the prices certify, to the accuracy of the solver; the counts are counts of what there is.
fn lp(inputs: &Inputs, report: &Report, list: &mut List) {
    let lp = &report.lp;
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    let size = report.certified.abs().max(report.objective.value.abs());
    if lp.objective.is_finite() && (lp.objective - report.certified).abs() > 1e-6 * size {
        list.add(format!(
            "report.json: lp.objective is {}, the prices certify {}",
            lp.objective, report.certified
        ));
    }
    if !SOLVERS.contains(&lp.solver.as_str()) {
        list.add(format!(
            "report.json: lp.solver is {:?}, which is none",
            lp.solver
        ));
    }
    if lp.columns > n.saturating_mul(k) || lp.split_sites > n || lp.rounds > 1_000_000 {
        list.add("report.json: lp.columns, lp.split_sites or lp.rounds is more than there can be");
    }
}

/// Curves of travel against change, from narrow limits to none, a curve for each tolerance, from narrow to wide: no limit is exceeded, and
/// more freedom costs no more.
fn frontier(inputs: &Inputs, report: &Report, list: &mut List) {
    let rows = &report.frontier;
    let c = &inputs.customers;
    let weight: f64 = match inputs.scenario.travel.weight.as_str() {
        "none" => c.len() as f64,
        name => c.column(name).map_or(0.0, |v| v.iter().sum()),
    };
    // Preferences are a part of the cost that is no travel.
    let plain = inputs.scenario.prefer.is_empty() && inputs.scenario.travel.cost == Cost::Km;
    let beside = inputs.scenario.deviation().is_some();
    let in_km = plain && weight > 0.0 && !beside;
    let gap = inputs.scenario.solve.gap.max(LEAST_GAP);
    let sound = |row: &FrontierRow| {
        let (share, limit) = (row.moved_share, row.max_share.unwrap_or(1.0));
        let kept = row.status == Status::Infeasible || share <= limit * (1.0 + 1e-9) + 1e-12;
        let travel = match row.travel_km {
            // The mean, weighted as the cost is.
            Some(km) if in_km => near(km * weight, row.objective),
            // Load beside the targets costs nothing less than 0.
            Some(km) if plain && beside => km >= 0.0 && km * weight <= row.objective * (1.0 + 1e-9),
            Some(km) => km >= 0.0,
            None => !in_km,
        };
        let named = match row.status {
            Status::Optimal => row.gap <= gap,
            Status::Feasible => row.gap > gap,
            Status::Infeasible => true,
        };
        let range = (0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&limit);
        let positive = row.objective >= 0.0 && row.gap >= 0.0;
        let deviation = row.worst_index_deviation.is_none_or(|d| d >= 0.0);
        kept && travel && named && range && positive && deviation
    };
    for (at, _) in rows.iter().enumerate().filter(|(_, row)| !sound(row)) {
        list.add(format!("report.json: frontier[{at}] contradicts itself"));
    }
    let curves: Vec<&[FrontierRow]> = rows.chunk_by(|a, b| a.tolerance == b.tolerance).collect();
    let wider = |w: &[FrontierRow]| match (w[0].max_share, w[1].max_share) {
        (Some(a), Some(b)) => a < b,
        (a, b) => a.is_some() && b.is_none(),
    };
    let falls = |c: &&[FrontierRow]| {
        let mut pairs = c.windows(2);
        pairs.all(|w| wider(w) && no_dearer(&w[0], &w[1]))
    };
    if !curves.iter().all(falls) {
        list.add("report.json: frontier is no curve: a wider limit costs more, or limits are out of order");
    }
    // A bound of one's own that the other side gives way to is no wider where the tolerance is.
    let own = |sides: &[Vec<Option<f64>>]| sides.iter().flatten().any(Option::is_some);
    let give_way = own(&inputs.reps.min) || own(&inputs.reps.max);
    let steps = curves.windows(2).all(|w| {
        let same = w[0].len() == w[1].len();
        let narrower = w[0][0].tolerance.is_some() && w[0][0].tolerance < w[1][0].tolerance;
        let mut pairs = w[0].iter().zip(w[1]);
        let falls = |a, b| give_way || no_dearer(a, b);
        same && narrower && pairs.all(|(a, b)| a.max_share == b.max_share && falls(a, b))
    });
    let tolerances = rows.iter().filter_map(|row| row.tolerance);
    let range = tolerances.clone().all(|t| t > 0.0 && t < 1.0);
    if !steps || !range || ![0, rows.len()].contains(&tolerances.count()) {
        list.add("report.json: frontier is no grid: a wider tolerance costs more, or tolerances are out of order");
    }
}

/// Whether a plan of wider limits costs no more.
fn no_dearer(narrow: &FrontierRow, wide: &FrontierRow) -> bool {
    narrow.status == Status::Infeasible || wide.objective <= narrow.objective * (1.0 + 1e-9)
}
