//! Reads all files of a scenario, and gathers the problems of all of them.

use super::customers::{CustomerSink, CustomersRead};
use super::reps::{RepSink, RepsRead};
use super::rows::Sink;
use super::{InputFile, Inputs, Reps, boundary, file, geojson, matrix, relations, table};
use crate::error::{Collector, Error, Problem, Severity};
use crate::scenario::{Metric, Overrides, Scenario};
use geo::MultiPolygon;
use std::path::Path;

/// Reads and validates everything that a scenario names.
///
/// `scenario_file` is where the scenario came from, if from a file: it is listed among the files.
///
/// # Errors
/// [`Error::Input`] with all problems of all files, warnings included, when one of them is an
/// error.
pub fn read(scenario: &Scenario, scenario_file: Option<&Path>) -> Result<Inputs, Error> {
    let label =
        scenario_file.map_or_else(|| "command line".to_owned(), |p| p.display().to_string());
    let mut of_scenario = Collector::new(label);
    let scenario_hash = scenario_file.map(|path| hash_of(path, &mut of_scenario));
    let ((customers_hash, mut customers), (of_reps, of_boundary)) = rayon::join(
        || customers(scenario),
        || (reps(scenario), scenario.boundary.as_deref().map(outline)),
    );
    let (reps_hash, mut reps) = of_reps;

    relations::owners(&mut customers, &reps);
    let forbid = relations::forbid(scenario, &customers, &reps, &mut of_scenario);
    relations::totals(scenario, &mut customers);
    let usable = !customers.base.problems.has_errors() && !reps.base.problems.has_errors();
    let boundary = of_boundary.as_ref().and_then(|b| b.area.as_ref());
    if usable {
        relations::slips(&mut customers, &mut reps, boundary);
    }
    let of_matrix = match (&scenario.travel.metric, &scenario.travel.matrix) {
        (Metric::Matrix, Some(path)) => Some(travel(path, scenario, &customers, &reps)),
        _ => None,
    };

    let mut files = Vec::new();
    let mut add = |role, path: &Path, sha256: String| {
        files.push(InputFile {
            role,
            path: path.to_owned(),
            sha256,
        });
    };
    if let (Some(path), Some(hash)) = (scenario_file, scenario_hash) {
        add("scenario", path, hash);
    }
    add("customers", &scenario.customers, customers_hash);
    add("reps", &scenario.reps, reps_hash);
    let mut problems = of_scenario.into_problems();
    problems.extend(customers.base.problems.into_problems());
    problems.extend(reps.base.problems.into_problems());
    let mut boundary = None;
    if let (Some(path), Some(read)) = (&scenario.boundary, of_boundary) {
        add("boundary", path, read.hash);
        problems.extend(read.problems.into_problems());
        boundary = read.area;
    }
    let mut matrix = None;
    if let (Some(path), Some((hash, read, found))) = (&scenario.travel.matrix, of_matrix) {
        add("matrix", path, hash);
        problems.extend(found.into_problems());
        matrix = read;
    }
    // Errors first; otherwise in the order of the files.
    problems.sort_by_key(|problem| problem.severity);
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Err(Error::Input(problems));
    }
    Ok(Inputs {
        scenario: scenario.clone(),
        customers: customers.customers,
        reps: reps.reps,
        boundary,
        matrix,
        forbid,
        files,
        overrides: Overrides::default(),
        warnings: problems,
    })
}

/// Reads the reps that a scenario names, and nothing else; with the SHA-256 of their file.
///
/// # Errors
/// [`Error::Input`] with all problems of the file.
pub fn read_reps(scenario: &Scenario) -> Result<(Reps, String), Error> {
    let (hash, read) = reps(scenario);
    if read.base.problems.has_errors() {
        return Err(Error::Input(read.base.problems.into_problems()));
    }
    Ok((read.reps, hash))
}

fn hash_of(path: &Path, problems: &mut Collector) -> String {
    match file::bytes_of(path) {
        Ok(bytes) => file::sha256(&bytes),
        Err(problem) => {
            problems.add(*problem);
            String::new()
        }
    }
}

fn customers(scenario: &Scenario) -> (String, CustomersRead) {
    let path = &scenario.customers;
    let mut sink = CustomerSink::new(&path.display().to_string(), scenario);
    let hash = fill(path, &mut sink);
    (hash, sink.into_customers())
}

fn reps(scenario: &Scenario) -> (String, RepsRead) {
    let path = &scenario.reps;
    let mut sink = RepSink::new(&path.display().to_string(), scenario);
    let hash = fill(path, &mut sink);
    (hash, sink.into_reps())
}

/// Reads the features of a file into a sink, whatever the format; the hash of the file.
fn fill<S: Sink + Send>(path: &Path, sink: &mut S) -> String {
    let refuse = |sink: &mut S, problem: Box<Problem>| {
        sink.base().incomplete = true;
        sink.base().problems.add(*problem);
    };
    let bytes = match file::bytes_of(path) {
        Ok(bytes) => bytes,
        Err(problem) => {
            refuse(sink, problem);
            return String::new();
        }
    };
    let parse = || match parse(path, &bytes, sink) {
        Ok(()) => {}
        Err(problem) => refuse(sink, problem),
    };
    let (hash, ()) = rayon::join(|| file::sha256(&bytes), parse);
    hash
}

fn parse<S: Sink>(path: &Path, bytes: &[u8], sink: &mut S) -> Result<(), Box<Problem>> {
    match file::format(path, bytes)? {
        file::Format::Json => {
            let name = path
                .extension()
                .map(|e| e.to_string_lossy().to_ascii_lowercase());
            let lines = ["geojsonl", "geojsons", "geojsonseq", "ndjson"];
            let by_name = name.is_some_and(|name| lines.contains(&name.as_str()));
            geojson::read(file::utf8(bytes)?, by_name, sink);
        }
        file::Format::Table => table::read_csv(file::utf8(bytes)?, sink),
        file::Format::Excel => table::read_excel(bytes, sink),
    }
    Ok(())
}

struct Outline {
    hash: String,
    area: Option<MultiPolygon<f64>>,
    problems: Collector,
}

fn outline(path: &Path) -> Outline {
    let mut problems = Collector::new(path.display().to_string());
    let bytes = match file::bytes_of(path) {
        Ok(bytes) => bytes,
        Err(problem) => {
            problems.add(*problem);
            return Outline {
                hash: String::new(),
                area: None,
                problems,
            };
        }
    };
    let parse = || {
        let text = file::format(path, &bytes).and_then(|_| file::utf8(&bytes));
        match text {
            Ok(text) => boundary::read(text, &mut problems),
            Err(problem) => {
                problems.add(*problem);
                None
            }
        }
    };
    let (hash, area) = rayon::join(|| file::sha256(&bytes), parse);
    Outline {
        hash,
        area,
        problems,
    }
}

fn travel(
    path: &Path,
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
) -> (String, Option<super::Matrix>, Collector) {
    let mut problems = Collector::new(path.display().to_string());
    if customers.base.incomplete || reps.base.incomplete {
        // Every id would seem unknown.
        return (String::new(), None, problems);
    }
    let known = matrix::Known {
        customers: &customers.customers,
        customer_index: &customers.index,
        reps: &reps.reps,
        rep_index: &reps.index,
    };
    let (hash, matrix) = matrix::read(path, &scenario.travel, &known, &mut problems);
    (hash, matrix, problems)
}
