//! Judges a saved plan: every file of its directory, against the inputs as they are now.

use super::saved::{self, Rows, Shapes};
use super::truth::Truth;
use super::{Broken, Claim, Finding, List, again, near};
use crate::error::{Error, codes};
use crate::explain;
use crate::ids::RepIx;
use crate::input::{self, Inputs, file};
use crate::output::FILES;
use crate::plan::{Prices, Proof, Status};
use crate::plan_dir::{Report, SitePrice};
use crate::scenario::{MOVED, Overrides, Scenario, default_name};
use crate::summary::RepSummary;
use crate::words::{figure, figure_at_least, gap};
use std::path::{Path, PathBuf};

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

/// The report itself, which has no hash of its own.
const REPORT: &str = "report.json";

impl Verdict {
    /// What holds, in words.
    #[must_use]
    pub fn text(&self) -> String {
        let r = &self.report;
        let how = match r.proof {
            Proof::Prices => "proven again from the prices in one pass".to_owned(),
            Proof::Search => format!(
                "from a search that this check does not repeat; the prices prove {}",
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
        let frontier = if r.frontier.is_empty() {
            ""
        } else {
            ", and the frontier, whose plans are not kept"
        };
        text + &format!("not judged: times, memory and counts of the run{frontier}\n")
    }
}

/// Checks the plan in a directory.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in the directory, [`Error::Io`] when a file cannot be read. What is
/// wrong *with* the plan are findings.
pub fn check_dir(dir: &Path) -> Result<Verdict, Error> {
    let report = saved::report(dir)?;
    let mut verdict = Verdict {
        findings: inputs_as_they_were(dir, &report),
        report,
        sites: 0,
        by: None,
    };
    if !verdict.findings.is_empty() {
        return Ok(verdict);
    }
    let mut inputs = match read_again(dir, &verdict.report) {
        Ok(inputs) => inputs,
        Err(finding) => {
            verdict.findings.push(finding);
            return Ok(verdict);
        }
    };
    verdict.sites = inputs.customers.len();
    let former = explain::former_owners(&mut inputs);
    let mut findings = files_as_written(dir, &verdict.report);
    match read_plan(dir, &inputs) {
        Ok((rows, shapes)) => {
            findings.extend(
                saved::points(dir, &inputs, &rows)
                    .err()
                    .into_iter()
                    .flatten(),
            );
            let (report, prices) = (&verdict.report, prices(&inputs, &verdict.report, &rows));
            let truth = Truth::new(&inputs);
            let mut judged = claim(&truth, report, &rows, &shapes, &prices);
            judged.extend(figures(&truth, report, &rows, &shapes));
            // What follows from a claim that does not hold is not looked at.
            if judged.is_empty() {
                findings.extend(again::again(dir, &inputs, report, &rows, prices, &former));
            }
            findings.splice(0..0, judged);
        }
        Err(found) => findings.extend(found),
    }
    verdict.findings = findings;
    Ok(verdict)
}

/// As [`check_dir`], and then the plan by the rules of a scenario of the reader's own: its files, bounds and limits take the
/// place of those that the plan names.
///
/// # Errors
/// As [`check_dir`], and [`Error::Input`] when the scenario or its files are bad.
pub fn check_dir_by(dir: &Path, scenario: &Path) -> Result<Verdict, Error> {
    let mut verdict = check_dir(dir)?;
    let own = Scenario::load(Some(scenario), &Overrides::default()).map_err(Error::Input)?;
    let inputs = input::read(&own, Some(scenario))?;
    let name = scenario.display();
    let report = &verdict.report;
    let mut list = List::new("inputs");
    for role in ["customers", "reps"] {
        let mine = inputs.files.iter().find(|f| f.role == role);
        let plans = report.inputs.iter().find(|f| f.role == role);
        if mine.map(|f| &f.sha256) != plans.map(|f| &f.sha256) {
            list.add(format!(
                "the {role} are in another file than those of the plan"
            ));
        }
    }
    let mut findings = list.done();
    match read_plan(dir, &inputs) {
        Ok((rows, shapes)) => {
            let prices = prices(&inputs, report, &rows);
            findings.extend(claim(&Truth::new(&inputs), report, &rows, &shapes, &prices));
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

/// Owners and polygons.
fn read_plan(dir: &Path, inputs: &Inputs) -> Result<(Rows, Shapes), Vec<Finding>> {
    let (rows, shapes) = rayon::join(
        || saved::assignments(dir, inputs),
        || saved::territories(dir, inputs),
    );
    match (rows, shapes) {
        (Ok(rows), Ok(shapes)) => Ok((rows, shapes)),
        (rows, shapes) => {
            let rows = rows.err().into_iter().flatten();
            Err(rows.chain(shapes.err().into_iter().flatten()).collect())
        }
    }
}

/// Whether the files of the directory are those that the report was written with; files that are nobody's are let be.
fn files_as_written(dir: &Path, report: &Report) -> Vec<Finding> {
    let mut list = List::new("files");
    let mut seen: Vec<&str> = Vec::new();
    let place = |name: &str| FILES.iter().position(|file| *file == name);
    for listed in &report.files {
        let name = listed.name.as_str();
        let sorted = seen.last().is_none_or(|last| place(last) < place(name));
        if place(name).is_none() || name == REPORT || !sorted {
            list.add(format!(
                "report.json lists {name:?} twice or out of order, or it is no file of a plan"
            ));
            continue;
        }
        seen.push(name);
        match file::kept_bytes(&dir.join(name)) {
            Ok(bytes) if file::sha256(&bytes) == listed.sha256 => {}
            Ok(_) => list.add(format!(
                "{name} is not as it was written: report.json has another hash of it"
            )),
            Err(problem) => list.add(format!(
                "{name} cannot be read, and report.json lists it: {}",
                problem.what
            )),
        }
    }
    for name in FILES.iter().filter(|name| **name != REPORT) {
        if !seen.contains(name) && dir.join(name).exists() {
            list.add(format!(
                "{name} is not among the files that report.json lists"
            ));
        }
    }
    list.done()
}

/// The prices that the report claims; NaN where one is missing.
fn prices(inputs: &Inputs, report: &Report, rows: &Rows) -> Prices {
    let (ids, measures) = (&inputs.reps.ids, &inputs.scenario.balance);
    let mut rep_measure = vec![f64::NAN; ids.len() * measures.len()];
    for price in &report.prices {
        let j = ids.iter().position(|id| id == price.rep);
        let m = measures.iter().position(|b| b.measure == price.measure);
        if let (Some(j), Some(m)) = (j, m) {
            rep_measure[j * measures.len() + m] = price.price;
        }
    }
    let found = |p: &SitePrice| rows.index.get(&inputs.customers.ids, &p.site);
    Prices {
        rep_measure,
        change: report.change_price,
        assignment: (report.assignment_prices.iter())
            .filter_map(|p| Some((found(p)? as u32, p.price)))
            .collect(),
    }
}

/// Whether the files that the plan was made from still have the same content.
fn inputs_as_they_were(dir: &Path, report: &Report) -> Vec<Finding> {
    let mut list = List::new("inputs");
    for input in &report.inputs {
        let path = dir.join(&input.path);
        match file::kept_bytes(&path) {
            Ok(bytes) if file::sha256(&bytes) == input.sha256 => {}
            Ok(_) => list.add(format!(
                "{} has changed since the plan was made",
                path.display()
            )),
            Err(problem) if problem.code == codes::MISSING_FILE => list.add(format!(
                "{} cannot be read: there is no such file; {MOVED}, or run `revier solve` again",
                path.display()
            )),
            Err(problem) => list.add(format!(
                "{} cannot be read: {}",
                path.display(),
                problem.what
            )),
        }
    }
    list.done()
}

/// Reads the inputs again, by the scenario file and the flags that the report names.
fn read_again(dir: &Path, report: &Report) -> Result<Inputs, Finding> {
    let said = report.scenario.seen_from(dir);
    let overrides = report.overrides.seen_from(dir);
    let of = |role: &str| report.inputs.iter().find(|i| i.role == role);
    let file = of("scenario").map(|i| dir.join(&i.path));
    let told = |problems: Vec<crate::error::Problem>| {
        Finding::new("inputs", Error::Input(problems).to_string())
    };
    let mut scenario = Scenario::load(file.as_deref(), &overrides).map_err(told)?;
    scenario.origin.saved = true;
    // A title that the file does not give comes from where the scenario stood.
    if scenario.name == default_name(file.as_deref(), Some(&scenario.customers)) {
        scenario.name.clone_from(&said.name);
    }
    if !same(&scenario, &said) {
        return Err(Finding::new(
            "inputs",
            "the scenario in report.json is not the one in the scenario file and flags",
        ));
    }
    let mut inputs = input::read(&scenario, file.as_deref())
        .map_err(|e| Finding::new("inputs", e.to_string()))?;
    inputs.overrides = overrides;
    let listed = |f: &input::InputFile| {
        report
            .inputs
            .iter()
            .any(|i| i.role == f.role && i.sha256 == f.sha256)
    };
    if inputs.files.len() != report.inputs.len() || !inputs.files.iter().all(listed) {
        return Err(Finding::new(
            "inputs",
            "the files that report.json lists are not those of its scenario",
        ));
    }
    Ok(inputs)
}

/// Whether two scenarios say the same; their files are compared by content, and titles with the page.
fn same(a: &Scenario, b: &Scenario) -> bool {
    let bare = |s: &Scenario| {
        let mut s = s.clone();
        s.name = String::new();
        s.each_path(|path| *path = PathBuf::new());
        s
    };
    bare(a) == bare(b)
}

/// Targets, bounds and goals as the files have them, where there is a territory for every rep.
fn figures(truth: &Truth<'_>, report: &Report, rows: &Rows, shapes: &Shapes) -> Vec<Finding> {
    let mut list = List::new("totals");
    if report.territories.len() == truth.k {
        targets(truth, report, shapes, &mut list);
        super::targets::targets(truth.inputs, report, rows, &mut list);
    }
    list.done()
}

/// Judges the plan that the files describe.
fn claim(
    truth: &Truth<'_>,
    report: &Report,
    rows: &Rows,
    shapes: &Shapes,
    prices: &Prices,
) -> Vec<Finding> {
    let inputs = truth.inputs;
    let (ids, measures) = (&inputs.reps.ids, &inputs.scenario.balance);
    let mut list = List::new("totals");
    let mut reps = Vec::new();
    for (j, territory) in report.territories.iter().enumerate() {
        if j >= ids.len() || territory.rep != ids.get(j) {
            list.add(format!(
                "territory {} of report.json is not that of rep {j}",
                territory.rep
            ));
            return list.done();
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
        list.add("report.json has not one territory per rep");
        return list.done();
    }
    let all = prices.assignment.len() == report.assignment_prices.len();
    if !all {
        list.add("report.json has an assignment price of a customer that is not in the inputs");
    }
    if prices.assignment.windows(2).any(|w| w[0].0 >= w[1].0) {
        list.add("report.json has two assignment prices of a customer, or they are out of order");
    }
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
        polygons: &shapes.polygons,
        outside: &outside,
        listed: &listed,
        inside: &inside,
    };
    findings.extend(super::judge(truth, &claim));
    findings
}

/// Targets and bounds of report.json, and the properties of territories.geojson.
fn targets(truth: &Truth<'_>, report: &Report, shapes: &Shapes, list: &mut List) {
    let inputs = truth.inputs;
    let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a == b,
    };
    for (j, territory) in report.territories.iter().enumerate() {
        let id = &territory.rep;
        for (m, balance) in inputs.scenario.balance.iter().enumerate() {
            let row = j * truth.m + m;
            let Some(said) = territory.measures.get(&balance.measure) else {
                list.add(format!(
                    "{id:?} has no total of {} in report.json",
                    balance.measure
                ));
                continue;
            };
            let upper = Some(truth.upper[row]).filter(|u| u.is_finite());
            let target = truth.target[row];
            let index = target.filter(|t| *t > 0.0).map(|t| said.total / t);
            let of_report = [
                ("target", said.target, target),
                ("lower", Some(said.lower), Some(truth.lower[row])),
                ("upper", said.upper, upper),
                ("index", said.index, index),
            ];
            let drawn = &shapes.properties[j];
            let name = &balance.measure;
            let of_shape = [
                ("total", drawn.number(name), Some(said.total)),
                ("target", drawn.number(&format!("{name}_target")), target),
                ("index", drawn.number(&format!("{name}_index")), index),
            ];
            for (file, figures) in [
                ("report.json", &of_report[..]),
                ("territories.geojson", &of_shape[..]),
            ] {
                for (what, said, is) in figures {
                    if !same(*said, *is) {
                        list.add(format!(
                            "{file}: {id:?}: {what} of {name} is {is:?}, the file says {said:?}"
                        ));
                    }
                }
            }
        }
        let drawn = &shapes.properties[j];
        let figures = [
            ("customers", Some(territory.customers as f64)),
            ("travel_km", territory.travel_km),
            ("travel_minutes", territory.travel_minutes),
            ("parts", Some(shapes.polygons[j].0.len() as f64)),
        ];
        for (what, is) in figures {
            if !same(drawn.number(what), is) {
                list.add(format!(
                    "territories.geojson: {id:?}: {what} is {is:?}, the file says {:?}",
                    drawn.number(what)
                ));
            }
        }
        let area = crate::territory::area_km2(&shapes.polygons[j]);
        if !drawn
            .number("area_km2")
            .is_some_and(|a| (a - area).abs() <= 6e-4)
        {
            list.add(format!(
                "territories.geojson: {id:?}: the area is {area:.3} km2, the file says {:?}",
                drawn.number("area_km2")
            ));
        }
    }
}
