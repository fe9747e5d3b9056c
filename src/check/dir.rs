//! Judges a saved plan: every file of its directory, against the inputs as they are now.

use super::files::{files_as_written, inputs_as_they_were, other_files, read_again};
use super::prices::prices;
use super::saved::{self, Rows, Shapes};
use super::truth::Truth;
use super::{Broken, Claim, Finding, List, again, certificate, properties, run};
use crate::base::ids::RepIx;
use crate::base::words::{figure, figure_at_least, gap};
use crate::bound::Tree;
use crate::error::{Error, Problem};
use crate::explain;
use crate::input::{self, Inputs};
use crate::plan::summary::RepSummary;
use crate::plan::{Prices, Proof, Status};
use crate::saved::{REPORT, Report, SavedPlan};
use crate::scenario::{Overrides, Scenario};
use std::path::Path;

/// What was found about a saved plan.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Everything that does not hold; empty when all is well.
    pub findings: Vec<Finding>,
    report: Report,
    sites: usize,
    /// The scenario by which it was judged, too.
    by: Option<String>,
}

impl Verdict {
    /// What holds, in words.
    #[must_use]
    pub fn text(&self) -> String {
        let r = &self.report;
        let how = match r.proof {
            Proof::Prices => "proven again from the prices in one pass".to_owned(),
            Proof::Tree => format!(
                "proven again by the tree in certificate.json; the prices of the balance rows alone prove {}",
                figure_at_least(r.certified)
            ),
            Proof::Assignment => format!(
                "proven again with one knapsack per rep; the prices of the balance rows alone prove {}",
                figure_at_least(r.certified)
            ),
        };
        let status = match r.status {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
            Status::Infeasible => "infeasible, and says which rules it breaks",
        };
        let by = self
            .by
            .as_ref()
            .map(|name| format!(", by the rules of {name} too"));
        format!(
            "the plan holds{}: {} customers, {} reps, {status}\n\
             objective {}, bound {} ({how}), gap {}\n{}",
            by.unwrap_or_default(),
            self.sites,
            r.territories.len(),
            figure(r.objective.value),
            figure_at_least(r.bound),
            gap(r.gap),
            self.used()
        )
    }

    /// What the plan was made from, and what nothing here can judge.
    fn used(&self) -> String {
        let r = &self.report;
        let mut text = String::from("made from\n");
        for input in &r.inputs {
            let (path, hash) = (input.path.display(), input.sha256.get(..16));
            text += &format!(
                "  {:<10} {path} (sha256 {}...)\n",
                input.role,
                hash.unwrap_or_default()
            );
        }
        let set = serde_json::to_value(&r.overrides).unwrap_or_default();
        let flags: Vec<String> = (set.as_object().into_iter().flatten())
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let flags = if flags.is_empty() {
            "nothing".to_owned()
        } else {
            flags.join(", ")
        };
        text += &format!("set on the command line: {flags}\n");
        text + &format!("not judged: {}\n", self.not_judged().join("; "))
    }

    /// What follows neither from the inputs nor from the plan.
    fn not_judged(&self) -> Vec<String> {
        let r = &self.report;
        let mut all = vec!["times, memory and counts of the run".to_owned()];
        if !r.frontier.is_empty() {
            all.push("the frontier, whose plans are not kept".to_owned());
        }
        if !r.unjoined.is_empty() {
            all.push("what joining the islands that are left would cost".to_owned());
        }
        if run::advice_is_others(r) {
            let solver = &r.lp.solver;
            all.push(format!("advice, which rests on LPs that {solver} solved"));
        }
        all
    }
}

/// Checks the plan in a directory.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in the directory, [`Error::Io`] when a file cannot be read. What is
/// wrong *with* the plan are findings.
pub fn check_dir(dir: &Path) -> Result<Verdict, Error> {
    let report = crate::saved::report(dir).map_err(|error| match error {
        Error::Input(problems) => {
            Error::CheckFailed(unread(problems).iter().map(ToString::to_string).collect())
        }
        other => other,
    })?;
    Ok(judge_dir(dir, report))
}

/// The plan as every command reads it, or what every command says of it.
fn read_plan(dir: &Path) -> Result<SavedPlan, Vec<Finding>> {
    SavedPlan::open(dir).map_err(|error| match error {
        Error::Input(problems) => unread(problems),
        other => vec![Finding::new("files", other.to_string())],
    })
}

/// Problems of the common reader as findings.
fn unread(problems: Vec<Problem>) -> Vec<Finding> {
    let of_report = |p: &Problem| Path::new(&p.file).ends_with(REPORT);
    let kind = |p: &Problem| if of_report(p) { "report" } else { "files" };
    let told = |p: &Problem| Finding::new(kind(p), p.sentence());
    problems.iter().map(told).collect()
}

/// The verdict on a plan whose report can be read.
fn judge_dir(dir: &Path, report: Report) -> Verdict {
    let mut verdict = Verdict {
        findings: inputs_as_they_were(dir, &report),
        report,
        sites: 0,
        by: None,
    };
    let read = |report: &Report| read_again(dir, report).map_err(|finding| vec![finding]);
    let inputs = match verdict.findings.is_empty() {
        true => read(&verdict.report)
            .map_err(|found| verdict.findings = found)
            .ok(),
        false => None,
    };
    let Some(mut inputs) = inputs else {
        verdict
            .findings
            .splice(0..0, read_plan(dir).err().unwrap_or_default());
        return verdict;
    };
    verdict.sites = inputs.customers.len();
    let former = explain::former_owners(&mut inputs);
    verdict.findings = judge_files(dir, &inputs, &verdict.report, &former);
    verdict
}

/// Judges the files of a plan, whose inputs are read.
fn judge_files(dir: &Path, inputs: &Inputs, report: &Report, former: &[String]) -> Vec<Finding> {
    let (written, plan) = rayon::join(|| files_as_written(dir, report), || read_plan(dir));
    let mut findings = match plan.and_then(|plan| saved::claims(plan, inputs)) {
        Ok((rows, shapes)) => judge_plan(dir, inputs, report, &rows, &shapes, former),
        Err(found) => found,
    };
    findings.extend(written);
    findings
}

/// Judges what the files claim, and then everything that follows from it.
fn judge_plan(
    dir: &Path,
    inputs: &Inputs,
    report: &Report,
    rows: &Rows,
    shapes: &Shapes,
    former: &[String],
) -> Vec<Finding> {
    let (prices, mut findings) = prices(inputs, report, rows);
    let tree = certificate::read(dir, inputs, report).unwrap_or_else(|wrong| {
        findings.extend(wrong);
        None
    });
    let (judged, drawn) = rayon::join(
        || {
            let truth = Truth::new(inputs);
            let proof = (&prices, tree.as_ref());
            let mut judged = claim(&truth, report, rows, shapes, proof);
            judged.extend(figures(&truth, report, rows, shapes));
            judged
        },
        || again::draw(inputs, &rows.owner),
    );
    findings.extend(judged);
    // What follows from a claim that does not hold is not looked at.
    if findings.is_empty() {
        let claims = again::Claims {
            report,
            rows,
            prices: &prices,
            tree: tree.as_ref(),
            former,
        };
        match drawn {
            Ok(drawn) => findings.extend(again::again(dir, inputs, &claims, drawn)),
            Err(finding) => findings.push(finding),
        }
    }
    findings
}

/// As [`check_dir`], and then the plan by the rules of a scenario of the reader's own: its files, bounds and limits take the
/// place of those that the plan names.
///
/// # Errors
/// As [`check_dir`], and [`Error::Input`] when the scenario or its files are bad.
pub fn check_dir_by(dir: &Path, scenario: &Path) -> Result<Verdict, Error> {
    let mut verdict = check_dir(dir)?;
    let mut own = Scenario::load(Some(scenario), &Overrides::default()).map_err(Error::Input)?;
    own.adopt_chosen(&verdict.report.scenario);
    let inputs = input::read(&own, Some(scenario))?;
    let name = scenario.display();
    let report = &verdict.report;
    let mut findings = other_files(&inputs, report);
    match read_plan(dir).and_then(|plan| saved::claims(plan, &inputs)) {
        Ok((rows, shapes)) => {
            let (prices, wrong) = prices(&inputs, report, &rows);
            findings.extend(wrong);
            let tree = certificate::by(dir, &inputs, report).unwrap_or_else(|wrong| {
                findings.extend(wrong);
                None
            });
            let proof = (&prices, tree.as_ref());
            findings.extend(claim(&Truth::new(&inputs), report, &rows, &shapes, proof));
        }
        Err(found) => findings.extend(found),
    }
    for mut finding in findings {
        finding.text = format!("by {name}: {}", finding.text);
        verdict.findings.push(finding);
    }
    verdict.by = Some(name.to_string());
    Ok(verdict)
}

/// Targets, bounds and goals as the files have them, where there is a territory for every rep.
fn figures(truth: &Truth<'_>, report: &Report, rows: &Rows, shapes: &Shapes) -> Vec<Finding> {
    let mut list = List::new("totals");
    if report.territories.len() == truth.k {
        properties::properties(truth, report, shapes, &mut list);
        super::targets::targets(truth.inputs, report, rows, &mut list);
    }
    list.done()
}

/// What the report says of each rep, in the order of the inputs.
fn summaries(inputs: &Inputs, report: &Report) -> Result<Vec<RepSummary>, String> {
    let (ids, measures) = (&inputs.reps.ids, &inputs.scenario.balance);
    let mut reps = Vec::new();
    for (j, territory) in report.territories.iter().enumerate() {
        if j >= ids.len() || territory.rep != ids.get(j) {
            return Err(format!(
                "territory {} of report.json is not that of rep {j}",
                territory.rep
            ));
        }
        let total = |m: &str| territory.measures.get(m).map_or(f64::NAN, |v| v.total);
        reps.push(RepSummary {
            customers: territory.customers,
            totals: measures.iter().map(|b| total(&b.measure)).collect(),
            travel_km: territory.travel_km,
            travel_minutes: territory.travel_minutes,
        });
    }
    if reps.len() != ids.len() {
        return Err("report.json has not one territory per rep".to_owned());
    }
    Ok(reps)
}

/// Judges the plan that the files describe.
fn claim(
    truth: &Truth<'_>,
    report: &Report,
    rows: &Rows,
    shapes: &Shapes,
    (prices, tree): (&Prices, Option<&(Tree, f64)>),
) -> Vec<Finding> {
    let inputs = truth.inputs;
    let ids = &inputs.reps.ids;
    let mut list = List::new("totals");
    let reps = match summaries(inputs, report) {
        Ok(reps) => reps,
        Err(text) => {
            list.add(text);
            return list.done();
        }
    };
    let outside: Vec<usize> = report
        .outside
        .iter()
        .filter_map(|id| rows.index.get(&inputs.customers.ids, id))
        .collect();
    if outside.len() != report.outside.len() {
        list.add("report.json lists a customer outside the boundary that is not in the inputs");
    }
    let (mut listed, mut inside) = (Vec::new(), Vec::new());
    for e in &report.enclaves {
        let rep = |id: &str| ids.iter().position(|own| own == id);
        let found = rows.index.get(&inputs.customers.ids, &e.site);
        match (found, rep(&e.rep), rep(&e.inside)) {
            (Some(i), Some(own), Some(other)) if rows.owner[i].at() == own => {
                listed.push(i);
                inside.push(RepIx(other as u32));
            }
            _ => list.add(format!(
                "report.json lists {:?} of {:?} inside {:?}: there is no such customer of such reps",
                e.site, e.rep, e.inside
            )),
        }
    }
    let mut findings = list.done();
    let broken: Vec<Broken> = report.violations.iter().map(Broken::from).collect();
    let claim = Claim {
        claim: report.claim,
        tree: tree.map(|(tree, _)| tree),
        refuted: tree.map_or(0.0, |(_, refuted)| *refuted),
        owner: &rows.owner,
        status: report.status,
        objective: report.objective.value,
        bound: report.bound,
        gap: report.gap,
        proof: report.proof,
        certified: report.certified,
        prices,
        broken: &broken,
        reps: &reps,
        km: &rows.km,
        minutes: &rows.minutes,
        changed: &rows.changed,
        polygons: shapes.polygons(),
        outside: &outside,
        listed: &listed,
        inside: &inside,
    };
    findings.extend(super::judge(truth, &claim));
    findings
}
