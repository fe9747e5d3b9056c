//! Whether the files of a plan are those that its report speaks of: what was written, and the inputs that it was made from.

use super::{Finding, List};
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Inputs};
use crate::saved::{FILES, OPTIONAL, REPORT, Report, place_of};
use crate::scenario::{MOVED, Overrides, Role, Scenario, default_name, titled};
use std::path::{Path, PathBuf};

/// Whether customers and reps are in the files of the plan.
pub(super) fn other_files(inputs: &Inputs, report: &Report) -> Vec<Finding> {
    let mut list = List::new("inputs");
    for role in [Role::Customers, Role::Reps] {
        let mine = inputs.files.iter().filter(|f| f.role == role);
        let plans = report.inputs.iter().filter(|f| f.role == role);
        if !mine.map(|f| &f.sha256).eq(plans.map(|f| &f.sha256)) {
            list.add(format!(
                "the {role} are in another file than those of the plan"
            ));
        }
    }
    list.done()
}

/// What is wrong with a file of the directory that had this hash when it was written.
fn changed(dir: &Path, name: &str, sha256: &str) -> Option<String> {
    match file::kept_bytes(&dir.join(name)) {
        Ok(bytes) if file::sha256(&bytes) == sha256 => None,
        Ok(_) => Some(format!(
            "{name} is not as it was written: report.json has another hash of it"
        )),
        Err(problem) => Some(format!(
            "{name} cannot be read, and report.json lists it: {}",
            problem.what
        )),
    }
}

/// Whether the files of the directory are those that the report was written with; files that are nobody's are let be.
pub(super) fn files_as_written(dir: &Path, report: &Report) -> Vec<Finding> {
    let mut list = List::new("files");
    let mut seen: Vec<&str> = Vec::new();
    let place = place_of;
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
        if let Some(change) = changed(dir, name, &listed.sha256) {
            list.add(change);
        }
    }
    let all = FILES.iter().chain(&OPTIONAL);
    for name in all.filter(|name| **name != REPORT) {
        if !seen.contains(name) && dir.join(name).exists() {
            list.add(format!(
                "{name} is not among the files that report.json lists"
            ));
        }
    }
    list.done()
}

/// Whether the files that the plan was made from still have the same content.
pub(super) fn inputs_as_they_were(dir: &Path, report: &Report) -> Vec<Finding> {
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

/// The scenario of the file and the flags, which must be the one that the report has.
fn scenario_again(
    file: Option<&Path>,
    overrides: &Overrides,
    said: &Scenario,
) -> Result<Scenario, Finding> {
    let told = |problems: Vec<Problem>| Finding::new("inputs", Error::Input(problems).to_string());
    let mut scenario = Scenario::load(file, overrides).map_err(told)?;
    scenario.origin.saved = true;
    scenario.adopt_chosen(said);
    // A title that the file does not give comes from where the scenario stood.
    let title = default_name(file, Some(&scenario.customers));
    if scenario.name == titled(&title, overrides.team.as_deref()) {
        scenario.name.clone_from(&said.name);
    }
    if same(&scenario, said) {
        return Ok(scenario);
    }
    Err(Finding::new(
        "inputs",
        "the scenario in report.json is not the one in the scenario file and flags",
    ))
}

/// Reads the inputs again, by the scenario file and the flags that the report names.
pub(super) fn read_again(dir: &Path, report: &Report) -> Result<Inputs, Finding> {
    let overrides = report.overrides.seen_from(dir);
    let of = |role: Role| report.inputs.iter().find(|i| i.role == role);
    let file = of(Role::Scenario).map(|i| dir.join(&i.path));
    let said = report.scenario.seen_from(dir);
    let scenario = scenario_again(file.as_deref(), &overrides, &said)?;
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
