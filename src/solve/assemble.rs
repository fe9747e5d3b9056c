//! A plan of owners: what they cost, what is claimed of it, and how a claim is taken back.

use super::lp::LpOutcome;
use super::units::Units;
use super::{Options, exact, judge, rigor};
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::model::Model;
use crate::plan::said;
use crate::plan::{Claim, LEAST_GAP, LpSummary, Plan, Prices, Proof, SolveSeconds, Status};
use rayon::prelude::*;

/// Gives a plan other owners, who keep all rules: the bound of the prices holds for every plan.
pub(crate) fn adopt(model: &Model, options: &Options, owner: Vec<RepIx>, plan: &mut Plan) {
    plan.balance = model.balance_cost(&owner);
    plan.objective = total(model.n, |i| model.cost(i, owner[i])) + plan.balance;
    plan.preference = total(model.n, |i| model.preference(i, owner[i]));
    let rate = model.change.as_ref().map_or(0.0, |c| c.penalty);
    plan.penalty = rate * total(model.n, |i| model.moved(i, owner[i]));
    plan.owner = owner;
    take_back(plan);
    plan.notes.retain(|note| !said::is_outcome(note));
    settle(options, plan);
}

/// Claims no more than the prices prove.
fn take_back(plan: &mut Plan) {
    plan.proof = Proof::Prices;
    plan.tree = None;
    plan.refuted = 0.0;
    plan.bound = plan.certified;
    plan.prices.assignment.clear();
}

/// Status and claim of a plan within the rules.
fn settle(options: &Options, plan: &mut Plan) {
    plan.status = if plan.gap() <= options.gap.max(LEAST_GAP) {
        Status::Optimal
    } else {
        Status::Feasible
    };
    plan.settle_claim();
}

/// Takes back what is claimed beyond the prices, and beyond costs alone where it rests on them: for a proof that does not pass the check.
/// `false` where nothing is left to take back.
pub(crate) fn weaken(model: &Model, options: &Options, plan: &mut Plan) -> bool {
    if plan.proof != Proof::Prices || plan.tree.is_some() {
        take_back(plan);
        for note in plan
            .notes
            .iter_mut()
            .filter(|n| [said::UNMET, said::NO_PLAN].contains(&n.as_str()))
        {
            said::NOT_FOUND.clone_into(note);
        }
    } else if plan.prices.change != 0.0 || plan.prices.rep_measure.iter().any(|p| *p != 0.0) {
        rest_on_costs(model, plan);
    } else {
        return false;
    }
    if plan.status == Status::Infeasible {
        plan.settle_claim();
    } else {
        settle(options, plan);
    }
    if !plan.notes.iter().any(|n| n == said::WEAKER) {
        plan.notes.push(said::WEAKER.to_owned());
    }
    true
}

/// Claims no more than costs alone prove, without prices.
fn rest_on_costs(model: &Model, plan: &mut Plan) {
    let rows = model.k * model.m + usize::from(model.change.is_some());
    let none = vec![0.0; rows];
    let (mu, certified) = rigor::certified(model, &plan.owner, (&none, f64::NAN), plan.objective);
    plan.prices.rep_measure = mu[..model.k * model.m].to_vec();
    plan.prices.change = 0.0;
    (plan.bound, plan.certified) = (certified, certified);
    if plan.lp.objective.is_finite() {
        plan.lp.objective = certified;
    }
}

/// Adds up in fixed pieces, so that the sum does not depend on the number of threads.
pub(super) fn total(n: usize, value: impl Fn(usize) -> f64 + Sync) -> f64 {
    const PIECE: usize = 4096;
    let parts: Vec<f64> = (0..n.div_ceil(PIECE))
        .into_par_iter()
        .map(|p| (p * PIECE..((p + 1) * PIECE).min(n)).map(&value).sum())
        .collect();
    parts.iter().sum()
}

/// Whether the owners keep every rule other than balance.
fn keeps_rules(model: &Model, owner: &[RepIx]) -> bool {
    let permitted = (0..model.n)
        .into_par_iter()
        .all(|i| model.forbidden_by(i, owner[i]).is_none());
    let mut of_group = vec![RepIx::NONE; model.groups];
    let together = model.group.iter().zip(owner).all(|(g, j)| {
        let Some(first) = of_group.get_mut(*g as usize) else {
            return true;
        };
        if *first == RepIx::NONE {
            *first = *j;
        }
        *first == *j
    });
    let kept = model
        .change
        .as_ref()
        .is_none_or(|c| c.permits_sum((0..model.n).map(|i| model.moved(i, owner[i]))));
    permitted && together && kept
}

/// Whether the owners keep every bound and every rule.
pub(crate) fn keeps_all(model: &Model, owner: &[RepIx]) -> bool {
    model.within(owner).into_iter().all(|within| within) && keeps_rules(model, owner)
}

/// What is proven beyond the LP bound.
#[derive(Clone, Debug, Default)]
pub(super) struct Known<'a> {
    /// Prices of the assignment rows.
    pub stronger: Option<(&'a Units, Vec<(u32, f64)>)>,
    /// What was proven of all plans.
    pub judged: Option<judge::Judged>,
    /// Whether the plan has a territory in pieces that must not be.
    pub torn: bool,
}

/// Prices that prove less than this share below the LP's objective do not prove it to be the optimum.
const NOT_PROVEN: f64 = 5e-7;

/// The optimum of the LP as the prices certify it: no more than a plan within all bounds costs; infinite where the LP was cut off with
/// a gap, or its prices gave way to none.
fn optimum_of_lp(found: f64, certified: f64, objective: f64, within: bool) -> f64 {
    let most = if within { objective } else { f64::INFINITY };
    let optimum = found.min(most).max(certified);
    if optimum - certified <= NOT_PROVEN * certified.max(objective) {
        optimum
    } else {
        f64::INFINITY
    }
}

/// Claims what the prices of the assignment rows prove beyond those of the LP.
fn strengthen(
    plan: &mut Plan,
    model: &Model,
    lp: &LpOutcome,
    units: &Units,
    prices: &[(u32, f64)],
) {
    let (objective, certified) = (plan.objective, plan.certified);
    let stronger = exact::proven(units, lp, prices, objective - lp.bound);
    if stronger <= 1e-9 * lp.bound.abs() {
        return;
    }
    let size = objective + prices.iter().map(|p| p.1.abs()).sum::<f64>();
    let margin = rigor::rounding(model, &lp.mu, size) + rigor::TIMES * rigor::blur(model);
    plan.bound = ((certified + stronger).min(objective) - margin).max(certified);
    plan.proof = Proof::Assignment;
    let first = |(u, price): &(u32, f64)| (units.sites(*u as usize)[0], *price);
    plan.prices.assignment = prices.iter().map(first).collect();
    plan.prices.assignment.sort_unstable_by_key(|p| p.0);
}

/// Claims what a tree proves, where that is more.
fn take_judged(plan: &mut Plan, judged: judge::Judged, within: bool) -> Result<(), Error> {
    let judge::Judged {
        value,
        tree,
        excess,
        ..
    } = judged;
    if within && value == f64::INFINITY {
        let text = "a plan keeps all rules, and the search says that there is none";
        return Err(Error::Internal(text.to_owned()));
    }
    let more = value > plan.bound - LEAST_GAP * plan.objective && value > plan.certified;
    if value == f64::INFINITY {
        plan.tree = Some(tree);
        plan.refuted = excess;
    } else if within && more {
        plan.bound = value.min(plan.objective);
        plan.proof = Proof::Tree;
        plan.tree = Some(tree);
        plan.prices.assignment.clear();
    }
    Ok(())
}

/// The plan of these owners, with what is proven of it.
///
/// # Errors
/// [`Error::Internal`] when a plan keeps all rules that was proven not to exist.
pub(super) fn assemble(
    model: &Model,
    options: &Options,
    owner: Vec<RepIx>,
    lp: &LpOutcome,
    known: Known<'_>,
) -> Result<Plan, Error> {
    let balance = model.balance_cost(&owner);
    let objective = total(model.n, |i| model.cost(i, owner[i])) + balance;
    let rate = model.change.as_ref().map_or(0.0, |c| c.penalty);
    let penalty = if rate > 0.0 {
        rate * total(model.n, |i| model.moved(i, owner[i]))
    } else {
        0.0
    };
    let preference = total(model.n, |i| model.preference(i, owner[i]));
    let rows = model.k * model.m;
    // What is proven beyond the prices holds of plans that keep the rules: one that breaks them may cost less.
    let within = keeps_all(model, &owner) && !known.torn;
    let (mu, certified) = rigor::certified(model, &owner, (&lp.mu, lp.bound), objective);
    let mut plan = Plan {
        owner,
        status: Status::Infeasible,
        objective,
        preference,
        penalty,
        balance,
        bound: certified,
        claim: Claim::NotFound,
        proof: Proof::Prices,
        tree: None,
        refuted: 0.0,
        certified,
        prices: Prices {
            rep_measure: mu[..rows].to_vec(),
            change: mu.get(rows).copied().unwrap_or(0.0),
            assignment: Vec::new(),
        },
        lp: LpSummary {
            objective: optimum_of_lp(lp.objective, certified, objective, within),
            solver: lp.solver.to_string(),
            rounds: lp.rounds,
            columns: lp.columns,
            split_sites: lp.split(),
        },
        kept: false,
        unjoined: Vec::new(),
        violations: Vec::new(),
        notes: Vec::new(),
        seconds: SolveSeconds::default(),
    };
    if let Some((units, prices)) = known.stronger.filter(|_| within && mu == lp.mu) {
        strengthen(&mut plan, model, lp, units, &prices);
    }
    if let Some(judged) = known.judged {
        take_judged(&mut plan, judged, within)?;
    }
    if within {
        settle(options, &mut plan);
    } else {
        plan.settle_claim();
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::optimum_of_lp;

    #[test]
    fn the_optimum_of_the_lp_is_what_prices_certify_or_unknown() {
        assert_eq!(optimum_of_lp(100.0, 100.0 - 1e-9, 101.0, true), 100.0);
        // A plan within the bounds is dearer than the LP, but for rounding: nothing costs less than nothing.
        assert_eq!(optimum_of_lp(-2e-32, 0.0, 0.0, true), 0.0);
        assert_eq!(optimum_of_lp(3e-15, 0.0, 0.0, true), 0.0);
        // Cut off with a gap of a tenth, or not solved.
        assert_eq!(
            optimum_of_lp(72_685.0, 65_704.0, 80_000.0, false),
            f64::INFINITY
        );
        assert_eq!(
            optimum_of_lp(f64::INFINITY, 65_704.0, 80_000.0, true),
            f64::INFINITY
        );
    }
}
