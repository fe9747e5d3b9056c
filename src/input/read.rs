//! Reads all files of a scenario, and gathers the problems of all of them.

use super::asking::Asking;
use super::bytes::bytes_of;
use super::customers::{CustomerSink, CustomersRead};
use super::listing::{Hashes, Listing, Shapes};
use super::reps::{RepSink, RepsRead};
use super::rows::Sink;
use super::units::{self, UnitSink, UnitsRead};
use super::wishes::Wishes;
use super::{
    Customers, Inputs, Reps, Sealed, boundary, columns, context, filling, fit, fit_table, geojson,
    gis, of_travel, places, regions, relations, wishes,
};
use crate::base::ids::{Ids, RepIx};
use crate::disk::beside::Beside;
use crate::disk::file;
use crate::error::{Collector, Error, Problem, codes};
use crate::memory::Content;
use crate::scenario::{FormerOwners, LayerRole, Overrides, Role, Scenario};
use ::geojson::GeoJson;
use geo::MultiPolygon;
use std::path::{Path, PathBuf};

/// Reads and validates everything that a scenario names.
///
/// `scenario_file` is where the scenario came from, if from a file: it is listed among the files.
///
/// # Errors
/// [`Error::Input`] with all problems of all files, warnings included, when one of them is an
/// error.
pub fn read(scenario: &Scenario, scenario_file: Option<&Path>) -> Result<Inputs, Error> {
    read_all(scenario, scenario_file, &Ids::new(), None).map(|(inputs, _)| inputs)
}

/// As [`read`], and the routing server of the scenario, where it names one, is asked for what its table lacks.
///
/// # Errors
/// As [`read`], and what the server refuses.
pub fn read_asking(
    scenario: &Scenario,
    scenario_file: Option<&Path>,
    asking: &mut Asking<'_>,
) -> Result<Inputs, Error> {
    read_all(scenario, scenario_file, &Ids::new(), Some(asking)).map(|(inputs, _)| inputs)
}

/// As [`read`], where the other files may also name these reps, who are not in the reps file: they stand behind those who are, whose number
/// is the second value.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_among(
    scenario: &Scenario,
    scenario_file: Option<&Path>,
    others: &Ids,
) -> Result<(Inputs, usize), Error> {
    read_all(scenario, scenario_file, others, None)
}

fn read_all(
    scenario: &Scenario,
    scenario_file: Option<&Path>,
    others: &Ids,
    asking: Option<&mut Asking<'_>>,
) -> Result<(Inputs, usize), Error> {
    refuse_pipes(scenario)?;
    one_team(scenario)?;
    let label = scenario_file.map_or_else(|| "command line".to_owned(), |p| scenario.label(p));
    let mut of_scenario = Collector::new(label);
    // As it was when it was read; a pipe cannot be read again.
    let origin = scenario.origin.sha256.clone();
    let hash = |path| origin.unwrap_or_else(|| hash_of(scenario, path, &mut of_scenario));
    let scenario_hash = scenario_file.map(hash);
    let ((customers_hash, mut customers), (of_reps, of_boundary, of_units)) = rayon::join(
        || customers(scenario),
        || {
            let units = scenario.units.as_deref();
            let of_units = units.map(|path| area_units(scenario, path));
            (reps(scenario), outlines(scenario), of_units)
        },
    );
    let ((reps_hash, mut reps), (of_boundary, of_context)) = (of_reps, of_boundary);
    let own = reps.reps.len();
    if !reps.base.incomplete && !reps.base.problems.has_errors() {
        regions::check(scenario, &reps.reps, &mut of_scenario);
    }
    reps.join(others);
    let fits = fit_table::read(scenario, &mut reps, Some(&customers));
    let mut forbid = relate(scenario, &mut customers, &reps, &mut of_scenario);
    let wished = (scenario.rules.wishes.as_deref())
        .map(|path| (path, wishes_of(path, scenario, &customers, &reps)));
    let (units, unit_file) = units_of(scenario, &mut customers, of_units, &mut of_scenario);
    if scenario.rules.places && !customers.base.problems.has_errors() && scenario.units.is_none() {
        places::join(scenario, &mut customers.customers);
    }
    if units.is_some() && scenario.boundary.is_some() {
        of_scenario.add(no_boundary_needed());
    }
    let boundary = of_boundary.as_ref().and_then(|b| b.shape.as_ref());
    let both = (&mut customers, &mut reps);
    between(scenario, both, boundary, &mut of_scenario);
    let both = (&customers, &reps);
    let (of_matrix, of_barriers, round) = of_travel::all(scenario, both, asking);

    let mut list = Listing::default();
    if let (Some(path), Some(hash)) = (scenario_file, scenario_hash) {
        list.file(Role::Scenario, path, hash);
    }
    list.problems.extend(of_scenario.into_problems());
    let left = [&mut customers.base, &mut reps.base].map(|b| std::mem::take(&mut b.chosen.left));
    let (of_customers, of_reps) = (customers.base.problems, reps.base.problems);
    list.add(
        Role::Customers,
        &scenario.customers,
        customers_hash,
        of_customers,
    );
    list.add(Role::Reps, &scenario.reps, reps_hash, of_reps);
    if let Some((path, hash, found)) = unit_file {
        list.add(Role::Units, &path, hash, found);
    }
    let boundary = list.shapes(Role::Boundary, scenario.boundary.as_deref(), of_boundary);
    let matrix = of_matrix.and_then(|(role, path, (hash, read, found))| {
        list.add(role, path, Hashes::alone(hash), found);
        read
    });
    let matrix = matrix.or(round);
    let named = scenario.travel.barriers.as_deref();
    let barriers = list.shapes(Role::Barriers, named, of_barriers);
    for (path, hash, found) in fits {
        list.add(Role::Fit, path, Hashes::alone(hash), found);
    }
    let read = wished.map(|(path, (hash, read, found))| {
        list.add(Role::Wishes, path, Hashes::alone(hash), found);
        read
    });
    let read = read.unwrap_or_default();
    let granted = read.grant(&mut customers.customers, &mut forbid);
    let context = list.shapes(
        Role::Context,
        scenario.dashboard.context.as_deref(),
        of_context,
    );
    let (files, warnings) = list.end()?;
    let inputs = Inputs {
        // Where reps might be is no matter of theirs who are there.
        scenario: Scenario {
            sizing: None,
            ..scenario.clone()
        },
        customers: Sealed::gathered(customers.customers)?,
        reps: Sealed::gathered(reps.reps)?,
        boundary: boundary.filter(|_| units.is_none()),
        units,
        matrix: matrix.map(Sealed::gathered).transpose()?,
        barriers,
        context,
        forbid,
        wished: granted.assign,
        wishes_forbid: granted.forbid,
        unlocked: granted.unlock,
        files,
        overrides: Overrides::default(),
        left,
        warnings,
    };
    Ok((inputs, own))
}

/// Looks after what the files say of each other; the pairs that the scenario forbids.
fn relate(
    scenario: &Scenario,
    customers: &mut CustomersRead,
    reps: &RepsRead,
    of_scenario: &mut Collector,
) -> Vec<(u32, RepIx)> {
    let unknown = match scenario.rules.former_owners {
        FormerOwners::Error => relations::Unknown::Refused,
        FormerOwners::Free => relations::Unknown::Former,
    };
    relations::owners(customers, reps, unknown, scenario);
    let forbid = relations::forbid(scenario, customers, reps, of_scenario);
    relations::goals(scenario, reps, of_scenario);
    fit::check(scenario, customers, reps, of_scenario);
    if !customers.base.incomplete && !reps.base.incomplete {
        let names = [&customers.base.carries.names[..], &reps.base.carries.names];
        relations::not_to_carry(&scenario.output.carry, &names, of_scenario);
    }
    relations::totals(scenario, customers);
    forbid
}

fn no_boundary_needed() -> Problem {
    let what = "the territories are unions of units: they are not cut to the boundary";
    Problem::warning(codes::NO_EFFECT, what)
        .field("boundary")
        .help("leave `boundary` out")
}

/// A file of area units: its hash, and what was read.
type UnitFile = (Hashes, UnitsRead);

/// The area units, whether the customers themselves or those of a file, and the file with its problems.
fn units_of(
    scenario: &Scenario,
    customers: &mut CustomersRead,
    read: Option<UnitFile>,
    of_scenario: &mut Collector,
) -> (Option<super::Units>, Option<(PathBuf, Hashes, Collector)>) {
    let own = units::own(scenario, customers);
    let Some((path, (hash, mut read))) = scenario.units.clone().zip(read) else {
        return (own, None);
    };
    let mut units = own;
    if units.is_some() {
        let what = "the customers are area units themselves, and `units` names others";
        let problem = Problem::error(codes::NO_EFFECT, what)
            .field("units")
            .help("leave `units` out, or name customers that are points");
        of_scenario.add(problem);
    } else if !read.base.problems.has_errors() && !customers.base.problems.has_errors() {
        units = units::join(scenario, customers, &mut read);
    }
    (units, Some((path, hash, read.base.problems)))
}

/// Reads the reps that a scenario names, and nothing else; with the SHA-256 of their file.
///
/// # Errors
/// [`Error::Input`] with all problems of the file.
pub fn read_reps(scenario: &Scenario) -> Result<(Reps, String), Error> {
    refuse_pipes(scenario)?;
    let (hashes, read) = reps(scenario);
    read.base.problems.refuse().map_err(Error::Input)?;
    Ok((Sealed::gathered(read.reps)?, hashes.own))
}

/// Reads the customers that a scenario names, and nothing else; with the SHA-256 of their file. Their owners are left out.
///
/// # Errors
/// [`Error::Input`] with all problems of the file.
pub fn read_customers(scenario: &Scenario) -> Result<(Customers, String), Error> {
    refuse_pipes(scenario)?;
    let (hashes, read) = customers(scenario);
    read.base.problems.refuse().map_err(Error::Input)?;
    Ok((Sealed::gathered(read.customers)?, hashes.own))
}

/// A plan is for one team.
fn one_team(scenario: &Scenario) -> Result<(), Error> {
    let Some(first) = scenario.team.first() else {
        return Ok(());
    };
    let names: Vec<&str> = scenario.team.iter().map(|t| t.name.as_str()).collect();
    let what = format!(
        "the scenario has teams, and nothing says which one is meant: {}",
        names.join(", ")
    );
    let mut problem = Problem::error(codes::BAD_TEAM, what).field("team");
    problem.file.clone_from(&scenario.name);
    let help = format!(
        "name one, as in --team {:?}; `revier solve` without it plans them all",
        first.name
    );
    Err(Error::Input(vec![problem.help(help)]))
}

/// A saved plan names files: a pipe in the place of one would be waited for in vain.
pub(super) fn refuse_pipes(scenario: &Scenario) -> Result<(), Error> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut stdin = 0;
    scenario.clone().each_path(|path| {
        stdin += usize::from(*path == Path::new(file::STDIN));
    });
    if stdin > 1 {
        let what = "two inputs are to be read from stdin, which can be read once";
        let mut problem = Problem::error(codes::STDIN_TWICE, what);
        problem.file = "stdin".to_owned();
        problems.push(problem.help("name files for all but one"));
    }
    if scenario.origin.saved {
        scenario.clone().each_path(|path| {
            if file::is_pipe(path)
                && let Err(mut problem) = file::kept_bytes(path)
            {
                problem.file = path.display().to_string();
                problems.push(*problem);
            }
        });
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Input(problems))
    }
}

fn hash_of(scenario: &Scenario, path: &Path, problems: &mut Collector) -> String {
    match bytes_of(scenario, path) {
        Ok(bytes) => file::sha256(&bytes),
        Err(problem) => {
            problems.add(*problem);
            String::new()
        }
    }
}

fn customers(scenario: &Scenario) -> (Hashes, CustomersRead) {
    let path = &scenario.customers;
    let mut sink = CustomerSink::new(&scenario.label(path), scenario);
    let hash = fill(scenario, path, &mut sink);
    (hash, sink.into_customers())
}

pub(super) fn reps(scenario: &Scenario) -> (Hashes, RepsRead) {
    let path = &scenario.reps;
    let mut sink = RepSink::new(&scenario.label(path), scenario);
    if path.as_os_str().is_empty() {
        let problem = Problem::error(codes::MISSING_KEY, "no `reps` file is named").field("reps");
        let help = "add reps = \"reps.geojson\", or let `revier size` look for places";
        sink.base().incomplete = true;
        sink.base().problems.add(problem.help(help));
        return (Hashes::default(), sink.into_reps());
    }
    let hash = fill(scenario, path, &mut sink);
    (hash, sink.into_reps())
}

fn area_units(scenario: &Scenario, path: &Path) -> UnitFile {
    let mut sink = UnitSink::new(&scenario.label(path), scenario);
    let role = LayerRole::Units;
    sink.base().layer = (role, scenario.tables.layers.get(&role).cloned());
    let hash = fill(scenario, path, &mut sink);
    (hash, sink.into_units())
}

/// Reads the features of a file into a sink, whatever the format; the hashes of what was read, which columns have none of before they are saved.
pub(super) fn fill<S: Sink + Send>(scenario: &Scenario, path: &Path, sink: &mut S) -> Hashes {
    if let Some(Content::Table(table)) = scenario.origin.memory.get(path).map(|h| &h.content) {
        columns::read(table, sink);
        return Hashes::default();
    }
    let refuse = |sink: &mut S, problem: Box<Problem>| {
        sink.base().incomplete = true;
        sink.base().problems.add(*problem);
    };
    let bytes = bytes_of(scenario, path);
    let read = bytes.and_then(|bytes| Ok((Beside::of(path, &bytes)?, bytes)));
    let (beside, bytes) = match read {
        Ok(read) => read,
        Err(problem) => {
            refuse(sink, problem);
            return Hashes::default();
        }
    };
    let parse = || match parse(path, &bytes, &beside, sink) {
        Ok(()) => {}
        Err(problem) => refuse(sink, problem),
    };
    let (hashes, ()) = rayon::join(|| Hashes::of(&bytes, &beside), parse);
    hashes
}

/// Reads the features of a file, and of those beside it, into a sink.
pub(super) fn parse<S: Sink>(
    path: &Path,
    bytes: &[u8],
    beside: &Beside,
    sink: &mut S,
) -> Result<(), Box<Problem>> {
    let (format, bytes) = file::content(path, bytes)?;
    match format {
        file::Format::Gis(gis) => gis::read(gis, (path, &bytes), beside, sink)?,
        file::Format::Json => {
            let name = file::unpacked_name(path)
                .extension()
                .map(|e| e.to_string_lossy().to_ascii_lowercase());
            let lines = ["geojsonl", "geojsons", "geojsonseq", "ndjson"];
            let by_name = name.is_some_and(|name| lines.contains(&name.as_str()));
            geojson::read(file::utf8(&bytes)?, by_name, sink);
        }
        format => filling::read(format, &bytes, sink)?,
    }
    Ok(())
}

type Area = Option<MultiPolygon<f64>>;

/// The boundary and the context, where the scenario names them.
fn outlines(scenario: &Scenario) -> (Option<Shapes<Area>>, Option<Shapes<Vec<context::Outline>>>) {
    let boundary = scenario.boundary.as_deref();
    let context = scenario.dashboard.context.as_deref();
    (
        boundary.map(|path| {
            let file = (LayerRole::Boundary, path);
            shapes(scenario, file, boundary::read, boundary::of_document)
        }),
        context.map(|path| {
            let file = (LayerRole::Context, path);
            shapes(scenario, file, context::read, context::of_document)
        }),
    )
}

/// Reads a file of shapes, whatever the format.
fn shapes<T: Default + Send>(
    scenario: &Scenario,
    (role, path): (LayerRole, &Path),
    text: impl Fn(&str, &mut Collector) -> T + Sync,
    document: impl Fn(GeoJson, &mut Collector) -> T + Sync,
) -> Shapes<T> {
    let mut problems = Collector::new(scenario.label(path));
    let refused = |problems: &mut Collector, problem: Box<Problem>| {
        problems.add(*problem);
        T::default()
    };
    let bytes = bytes_of(scenario, path);
    let read = bytes.and_then(|bytes| Ok((Beside::of(path, &bytes)?, bytes)));
    let (beside, bytes) = match read {
        Ok(read) => read,
        Err(problem) => {
            let shape = refused(&mut problems, problem);
            return Shapes {
                hashes: Hashes::default(),
                shape,
                problems,
            };
        }
    };
    let parse = || match file::content(path, &bytes) {
        Ok((file::Format::Gis(gis), unpacked)) => {
            let layer = scenario.tables.layers.get(&role).cloned();
            let file = (path, &*unpacked, &beside);
            let read = gis::document(gis, file, (role, layer), &mut problems);
            read.map_or_else(T::default, |read| document(read, &mut problems))
        }
        Ok((_, unpacked)) => match file::utf8(&unpacked) {
            Ok(unpacked) => text(unpacked, &mut problems),
            Err(problem) => refused(&mut problems, problem),
        },
        Err(problem) => refused(&mut problems, problem),
    };
    let (hashes, shape) = rayon::join(|| Hashes::of(&bytes, &beside), parse);
    Shapes {
        hashes,
        shape,
        problems,
    }
}

/// What customers and reps mean for each other, where both are right.
fn between(
    scenario: &Scenario,
    (customers, reps): (&mut CustomersRead, &mut RepsRead),
    boundary: Option<&MultiPolygon<f64>>,
    of_scenario: &mut Collector,
) {
    if customers.base.problems.has_errors() || reps.base.problems.has_errors() {
        return;
    }
    regions::check_customers(scenario, &customers.customers, &reps.reps, of_scenario);
    let (c, r) = (&customers.customers, &reps.reps);
    relations::counts(c, r, &mut reps.base.problems);
    let of = [&mut customers.base.problems, &mut reps.base.problems];
    relations::places(c, r, boundary, of);
}

/// The wishes, their hash, and what is wrong with them.
fn wishes_of(
    path: &Path,
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
) -> (String, Wishes, Collector) {
    let mut problems = Collector::new(scenario.label(path));
    if customers.base.incomplete || reps.base.incomplete {
        // Every id would seem unknown.
        return (String::new(), Wishes::default(), problems);
    }
    let known = wishes::Known {
        customers: (&customers.customers, &customers.index),
        reps: (&reps.reps, &reps.index),
    };
    let (hash, read) = match bytes_of(scenario, path) {
        Ok(bytes) => wishes::read(&bytes, path, scenario, &known, &mut problems),
        Err(problem) => {
            problems.add(*problem);
            Default::default()
        }
    };
    (hash, read, problems)
}
