//! `report.json`: the plan in figures, and the certificate of how good it is.

use super::Contents;
use super::regions::regions;
use crate::base::words::dusted;
use crate::error::Problem;
use crate::input::{InputFile, Inputs};
use crate::memory;
use crate::plan::Violation;
use crate::plan::dashboard::{Dashboard, Today};
use crate::plan::preferences::preferences;
use crate::plan::summary::{Change, index};
use crate::plan::targets::targets;
use crate::saved::text::thousandths;
use crate::saved::{
    Deviation, Enclave, Input, Measure, Objective, Price, RepFigures, Report, SitePrice, Unjoined,
};
use crate::scenario::{Balance, Overrides, Scenario};
use std::path::{Component, Path, PathBuf};

/// Violations, customers outside and enclaves that the page lists; the report has all, and the assignment prices.
const LISTED: usize = 500;

/// What [`shorten`] cuts off.
pub(crate) struct Rest {
    violations: Vec<Violation>,
    outside: Vec<String>,
    enclaves: Vec<Enclave>,
    assignment_prices: Vec<SitePrice>,
    unjoined: Vec<Unjoined>,
}

/// The report of a plan that will stand at `target`; paths are relative to there. Nothing in it depends on
/// the run.
pub(crate) fn report(c: &Contents<'_>, target: &Path) -> Report {
    let (inputs, plan, m) = (c.inputs, c.plan, c.model.m);
    let balance = &inputs.scenario.balance;
    let (customers, reps) = (&inputs.customers.ids, &inputs.reps.ids);
    let site = |i: usize| customers.get(i).to_owned();
    let rep = |j: usize| reps.get(j).to_owned();
    let (scenario, overrides, files) = seen_from(target, inputs);
    let prices = plan.prices.rep_measure.iter().enumerate();
    Report {
        revier: env!("CARGO_PKG_VERSION").to_owned(),
        seed: inputs.scenario.solve.seed,
        status: plan.status,
        claim: plan.claim,
        objective: Objective {
            value: plan.objective,
            unit: inputs.scenario.objective_unit(),
            travel: plan.travel(),
            preference: c.model.has_preferences().then_some(plan.preference),
            change: plan.penalty,
            balance: (balance.iter())
                .any(|b| b.deviation_cost.is_some())
                .then_some(plan.balance),
        },
        deviation: deviation(c),
        bound: plan.bound,
        gap: plan.gap(),
        proof: plan.proof,
        certified: plan.certified,
        lp: plan.lp.clone(),
        prices: prices
            .map(|(row, price)| Price {
                rep: rep(row / m),
                measure: balance[row % m].measure.clone(),
                price: *price,
            })
            .collect(),
        change_price: plan.prices.change,
        assignment_prices: (plan.prices.assignment.iter())
            .map(|(i, price)| SitePrice {
                site: site(*i as usize),
                price: *price,
            })
            .collect(),
        kept: plan.kept,
        change: Change::new(c.inputs, c.summary),
        frontier: c.frontier.to_vec(),
        advice: c.advice.to_vec(),
        territories: (0..c.model.k).map(|j| figures(c, j)).collect(),
        regions: regions(c),
        preferences: preferences(inputs, c.model, &plan.owner),
        unjoined: (plan.unjoined.iter())
            .map(|u| Unjoined {
                site: site(u.site as usize),
                rise: u.rise,
            })
            .collect(),
        violations: plan.violations.clone(),
        // What is odd about the inputs is odd about the plan.
        notes: (inputs.warnings.iter().map(Problem::note))
            .chain(plan.notes.iter().cloned())
            .collect(),
        outside: c.territories.outside.iter().map(|i| site(*i)).collect(),
        enclaves: (c.territories.listed.iter().zip(&c.territories.inside))
            .map(|(&i, inside)| Enclave {
                site: site(i),
                rep: rep(plan.owner[i].at()),
                inside: rep(inside.at()),
            })
            .collect(),
        targets: targets(inputs, &plan.owner, |j, m| c.summary.reps[j].totals[m]),
        inputs: files,
        scenario,
        overrides,
        dashboard: Dashboard::new(inputs, c.model, &plan.owner),
        today: Today::new(inputs, c.model, &plan.owner),
        files: Vec::new(),
        timings_s: None,
        peak_memory_mb: None,
    }
}

/// Load beside the targets, of the measures where it costs something.
fn deviation(c: &Contents<'_>) -> Vec<Deviation> {
    let measures = c.inputs.scenario.balance.iter().enumerate();
    let asked = measures.filter(|(_, b)| b.deviation_cost.is_some());
    let mut asked = asked.peekable();
    if asked.peek().is_none() {
        return Vec::new();
    }
    let beside = c.model.beside(&c.plan.owner);
    let of = |(m, b): (usize, &Balance)| Deviation {
        measure: b.measure.clone(),
        price: b.price(),
        load: dusted(beside[m]),
        cost: dusted(b.price() * beside[m]),
    };
    asked.map(of).collect()
}

/// Scenario, overrides and input files with paths as seen from `target`.
fn seen_from(target: &Path, inputs: &Inputs) -> (Scenario, Overrides, Vec<Input>) {
    let base = absolute(target);
    // What was in memory is kept in the plan directory itself.
    let from_here = |path: &Path| match memory::name(path) {
        Some(name) => name.into(),
        None => relative(&absolute(path), &base),
    };
    let mut scenario = inputs.scenario.clone();
    scenario.each_path(|path| *path = from_here(path));
    let mut overrides = inputs.overrides.clone();
    overrides.each_path(|path| *path = from_here(path));
    let file = |f: &InputFile| Input {
        role: f.role,
        path: from_here(&f.path),
        sha256: f.sha256.clone(),
    };
    (scenario, overrides, inputs.files.iter().map(file).collect())
}

/// The figures of one rep.
fn figures(c: &Contents<'_>, j: usize) -> RepFigures {
    let (s, reps, m) = (&c.summary.reps[j], &c.inputs.reps, c.model.m);
    let measure = |r: usize| {
        let b = c.model.bounds[j * m + r];
        Measure {
            total: dusted(s.totals[r]),
            target: b.target.map(dusted),
            lower: dusted(b.lower),
            upper: Some(b.upper).filter(|u| u.is_finite()).map(dusted),
            index: index(s.totals[r], b.target).map(dusted),
        }
    };
    let named = c.inputs.scenario.balance.iter().enumerate();
    RepFigures {
        rep: reps.ids.get(j).to_owned(),
        name: reps.name[j].clone(),
        region: Some(reps.region_of(j).to_owned()).filter(|r| !r.is_empty()),
        customers: s.customers,
        measures: named
            .map(|(r, b)| (b.measure.clone(), measure(r)))
            .collect(),
        travel_km: s.travel_km.map(thousandths),
        travel_minutes: s.travel_minutes.map(thousandths),
    }
}

/// Cuts the lists that can be as long as the file of customers; [`whole`] takes what is cut off.
pub(crate) fn shorten(report: &mut Report) -> Rest {
    let cut = |len: usize| len.min(LISTED);
    Rest {
        violations: report.violations.split_off(cut(report.violations.len())),
        outside: report.outside.split_off(cut(report.outside.len())),
        enclaves: report.enclaves.split_off(cut(report.enclaves.len())),
        assignment_prices: std::mem::take(&mut report.assignment_prices),
        unjoined: std::mem::take(&mut report.unjoined),
    }
}

/// Makes the lists whole again.
pub(crate) fn whole(report: &mut Report, rest: Rest) {
    report.violations.extend(rest.violations);
    report.outside.extend(rest.outside);
    report.enclaves.extend(rest.enclaves);
    report.assignment_prices = rest.assignment_prices;
    report.unjoined = rest.unjoined;
}

/// The path with links resolved as far as it exists.
fn absolute(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (
        full.parent().and_then(|p| p.canonicalize().ok()),
        full.file_name(),
    ) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => full,
    }
}

/// `path` as seen from the directory `base`; absolute where the two share no root.
pub(crate) fn relative(path: &Path, base: &Path) -> PathBuf {
    let (a, b): (Vec<Component>, Vec<Component>) =
        (path.components().collect(), base.components().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    if same == 0 {
        return path.to_owned();
    }
    let mut out: PathBuf = b[same..].iter().map(|_| "..").collect();
    out.extend(&a[same..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_plan() {
        let seen = |p: &str, b: &str| relative(Path::new(p), Path::new(b)).display().to_string();
        assert_eq!(seen("/a/data/c.csv", "/a/out"), "../data/c.csv");
        assert_eq!(seen("/a/out/c.csv", "/a/out"), "c.csv");
        assert_eq!(seen("/c.csv", "/a/out"), "../../c.csv");
    }
}
