//! Owners and the rules.

use super::truth::Truth;
use super::{Broken, Claim, Finding, List};
use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::explain::contiguity;
use crate::input::Inputs;
use crate::plan::{Prices, Status};
use crate::territory::islands;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Whether all prices are numbers, those of assignment of the `n` customers, and that of change not negative.
fn are_numbers(prices: &Prices, n: usize) -> bool {
    prices.change >= 0.0
        && prices.change.is_finite()
        && prices.rep_measure.iter().all(|p| p.is_finite())
        && (prices.assignment.iter()).all(|(i, p)| (*i as usize) < n && p.is_finite())
}

/// Whether there is an owner, a figure, a territory for everything; nothing else makes sense before.
pub(super) fn shape(inputs: &Inputs, claim: &Claim<'_>) -> Vec<Finding> {
    let (n, k, m) = (
        inputs.customers.len(),
        inputs.reps.len(),
        inputs.scenario.balance.len(),
    );
    let mut list = List::new("owners");
    let counts = [
        ("owners", claim.owner.len(), n),
        ("kilometres", claim.km.len(), n),
        ("minutes", claim.minutes.len(), n),
        ("changes", claim.changed.len(), n),
        ("territories", claim.polygons.len(), k),
        ("reps with totals", claim.reps.len(), k),
        ("prices", claim.prices.rep_measure.len(), k * m),
    ];
    for (what, has, needs) in counts {
        if has != needs {
            list.add(format!("{has} {what}, {needs} are needed"));
        }
    }
    for (i, j) in claim.owner.iter().enumerate() {
        if j.at() >= k {
            list.add(format!(
                "customer {:?} has no owner",
                inputs.customers.ids.get(i)
            ));
        }
    }
    if claim.reps.iter().any(|r| r.totals.len() != m) {
        list.add(format!("a rep has not {m} totals"));
    }
    if !are_numbers(claim.prices, n) {
        list.add("a price is not a number or of no customer, or the price of change is negative");
    }
    list.done()
}

/// Compares the rules that the owners break with those that the plan admits.
pub(super) fn broken_rules(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let found = broken(truth, claim.owner);
    let admitted: BTreeSet<&Broken> = claim.broken.iter().collect();
    let mut list = List::new("rules");
    for broken in found.iter().filter(|b| !admitted.contains(b)) {
        list.add(format!(
            "{} is broken, and the plan does not say so",
            said(broken)
        ));
    }
    for broken in claim.broken.iter().filter(|b| !found.contains(*b)) {
        list.add(format!(
            "the plan says {} is broken, which is not so",
            said(broken)
        ));
    }
    let mut findings = list.done();
    if found.is_empty() == (claim.status == Status::Infeasible) {
        findings.push(Finding::new(
            "status",
            if found.is_empty() {
                "the plan calls itself infeasible and keeps all rules"
            } else {
                "the plan breaks rules and does not call itself infeasible"
            },
        ));
    }
    findings
}

fn said(b: &Broken) -> String {
    let mut text = format!("rule `{}`", b.rule);
    if let Some(rep) = &b.rep {
        text += &format!(", rep {rep:?}");
    }
    if let Some(site) = &b.site {
        text += &format!(", customer {site:?}");
    }
    text
}

/// The rules that a set of owners breaks.
fn broken(truth: &Truth<'_>, owner: &[RepIx]) -> BTreeSet<Broken> {
    let (sites, reps) = (&truth.inputs.customers.ids, &truth.inputs.reps.ids);
    let mut out = BTreeSet::new();
    let mut add = |rule: Rule, rep: Option<RepIx>, site: Option<usize>| {
        out.insert(Broken {
            rule,
            rep: rep.map(|j| reps.get(j.at()).to_owned()),
            site: site.map(|i| sites.get(i).to_owned()),
        });
    };
    let mut total = vec![0i128; truth.k * truth.m];
    let mut first = vec![None; truth.inputs.customers.group_names.len()];
    let mut moved = 0i128;
    let forbidden: Vec<(usize, Rule)> = (0..truth.n)
        .into_par_iter()
        .filter_map(|i| truth.forbidden(i, owner[i]).map(|rule| (i, rule)))
        .collect();
    for (i, rule) in forbidden {
        add(rule, Some(owner[i]), Some(i));
    }
    for (i, j) in owner.iter().enumerate() {
        if let Some(g) = truth.group(i)
            && *first[g].get_or_insert(*j) != *j
        {
            add(Rule::Groups, Some(*j), Some(i));
        }
        for m in 0..truth.m {
            total[j.at() * truth.m + m] += truth.steps(i, *j, m);
        }
        if let Some((grid, _)) = truth.change_grid {
            moved += grid.count(truth.moved(i, *j));
        }
    }
    for (row, y) in total.iter().enumerate() {
        if *y < truth.least[row] || truth.most[row].is_some_and(|most| *y > most) {
            add(Rule::Balance, Some(RepIx((row / truth.m) as u32)), None);
        }
    }
    let most = truth.change_grid.and_then(|(_, most)| most);
    if most.is_some_and(|most| moved > most) {
        add(Rule::Change, None, None);
    }
    if truth.inputs.scenario.rules.contiguous
        && let Ok(graph) = contiguity::neighbours(truth.inputs)
    {
        for piece in islands(&graph, owner, truth.k) {
            let first = piece.sites.first().map(|s| *s as usize);
            add(Rule::Contiguous, Some(piece.rep), first);
        }
    }
    out
}
