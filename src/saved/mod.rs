//! A saved plan, read back: what every command that starts from a plan directory needs of it.
//!
//! The files are read as they were written, typed and streaming into flat arrays; all their problems are
//! told at once, each with file, feature and field. Whether the figures are true is for
//! [`check`](crate::check) to say; here they only have to be whole.

mod assignments;
mod contents;
mod place;
mod report;
pub(crate) mod schema;
mod table;
mod territories;
pub(crate) mod text;
mod units;
mod whole;

pub use assignments::Assignments;
pub use contents::Contents;
pub use place::{FILES, OPTIONAL};
pub(crate) use place::{PLAN, REGIONS, REPORT, made_whole, place_of};
pub(crate) use report::Members;
pub use report::{
    Deviation, Enclave, File, Input, Measure, Objective, Price, RepFigures, Report, SitePrice,
    Timings, Unjoined,
};
pub use territories::{Kind, Property, TerritoryTable, Value};
pub(crate) use units::coded_units;

use crate::base::ids::RepIx;
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::hints;
use crate::input::rows::Sink;
use crate::input::{Reps, geojson, read_reps};
use crate::scenario::{MOVED, Role};
use std::path::{Path, PathBuf};

/// Who looks after whom, as a table.
const TABLE: &str = "assignments.csv";

/// What `revier solve` wrote, read back.
#[derive(Clone, Debug)]
pub struct SavedPlan {
    /// The directory.
    pub dir: PathBuf,
    /// `report.json`.
    pub report: Report,
    /// `territories.geojson`, one entry per rep.
    pub territories: TerritoryTable,
    /// `assignments.geojson`, one entry per customer.
    pub assignments: Assignments,
    /// `regions.geojson`, one entry per region, where the plan has it.
    pub regions: Option<TerritoryTable>,
}

impl SavedPlan {
    /// Reads a plan directory: the report, the territories and the assignments, whose table has to agree with them.
    ///
    /// # Errors
    /// [`Error::Usage`] when `dir` holds no plan, [`Error::Input`] with all problems of all files
    /// when it is not whole.
    pub fn open(dir: &Path) -> Result<SavedPlan, Error> {
        holds_plan(dir)?;
        let (report, (territories, assignments)) = rayon::join(
            || report::read(&dir.join(REPORT)),
            || {
                rayon::join(
                    || territories::read(&dir.join(FILES[0]), schema::TERRITORY[0]),
                    || assignments::read(&dir.join("assignments.geojson")),
                )
            },
        );
        let mut problems = Vec::new();
        let listed = |report: &Report| report.files.iter().any(|f| f.name == REGIONS);
        let has_regions = report.as_ref().is_ok_and(listed) && dir.join(REGIONS).exists();
        let regions = has_regions
            .then(|| territories::read(&dir.join(REGIONS), schema::REGION[0]))
            .and_then(|read| keep(read, &mut problems));
        let report = keep(report, &mut problems);
        let territories = keep(territories, &mut problems);
        let assignments = keep(assignments, &mut problems);
        let (Some(report), Some(territories), Some(rows), true) =
            (report, territories, assignments, problems.is_empty())
        else {
            return Err(Error::Input(problems));
        };
        let assignments = rows.resolve(&territories.ids).map_err(Error::Input)?;
        whole::judge(dir, &report, &territories, &assignments).map_err(Error::Input)?;
        let path = dir.join(TABLE);
        table::agrees(&path, &report, &territories, &assignments).map_err(Error::Input)?;
        Ok(SavedPlan {
            dir: dir.to_owned(),
            report,
            territories,
            assignments,
            regions,
        })
    }

    /// The home bases of the reps, from the file that the plan was made from.
    ///
    /// # Errors
    /// Why there are none, in words: the file is gone, or no longer the one that the plan was made from.
    pub fn home_bases(&self) -> Result<Reps, String> {
        // A shapefile is several files; the first is the one that a scenario names.
        let mut inputs = self.report.inputs.iter().filter(|f| f.role == Role::Reps);
        let Some(input) = inputs.next() else {
            return Err("the report names no reps file".into());
        };
        let mut scenario = self.report.scenario.seen_from(&self.dir);
        scenario.reps = self.dir.join(&input.path);
        let name = scenario.reps.display().to_string();
        std::iter::once(input)
            .chain(inputs)
            .try_for_each(|input| self.unchanged(input))?;
        let (reps, _) = read_reps(&scenario).map_err(|e| e.to_string())?;
        if reps.ids != self.territories.ids {
            return Err(format!("{name} has other reps than the plan"));
        }
        Ok(reps)
    }

    /// Whether the tables of `[[prefer]]` are those that the plan was made from.
    ///
    /// # Errors
    /// Why they are not, in words.
    pub fn fit_tables(&self) -> Result<(), String> {
        let mut tables = self.report.inputs.iter().filter(|f| f.role == Role::Fit);
        tables.try_for_each(|table| self.unchanged(table))
    }

    /// Whether a file is there as it was; else why not, in words.
    fn unchanged(&self, input: &Input) -> Result<(), String> {
        let path = self.dir.join(&input.path);
        let name = path.display();
        match file::kept_bytes(&path).map(|bytes| file::sha256(&bytes)) {
            Err(problem) if problem.code == codes::MISSING_FILE => {
                Err(format!("{name}: {}; {MOVED}", problem.what))
            }
            Err(problem) => Err(format!("{name}: {}", problem.what)),
            Ok(hash) if hash != input.sha256 => {
                Err(format!("{name} has changed since the plan was made"))
            }
            Ok(_) => Ok(()),
        }
    }

    /// Positions of the customers that each rep looks after, in input order.
    #[must_use]
    pub fn by_rep(&self) -> Vec<Vec<usize>> {
        let mut of = vec![Vec::new(); self.territories.len()];
        for (i, rep) in self.assignments.owner.iter().enumerate() {
            if let Some(list) = rep.some().and_then(|RepIx(j)| of.get_mut(j as usize)) {
                list.push(i);
            }
        }
        of
    }
}

/// Reads `report.json` of a plan directory alone.
///
/// # Errors
/// As [`SavedPlan::open`].
pub fn report(dir: &Path) -> Result<Report, Error> {
    holds_plan(dir)?;
    report::read(&dir.join(REPORT)).map_err(Error::Input)
}

/// Whether all inputs of a plan are where it says, but for the scenario file, which the report repeats.
///
/// # Errors
/// [`Error::Input`] that names those that are gone.
pub fn inputs_are_there(dir: &Path, report: &Report) -> Result<(), Error> {
    let gone = |input: &Input| {
        let path = dir.join(&input.path);
        let what = format!(
            "the plan in {} was made from this file ({}), which is not there",
            dir.display(),
            input.role
        );
        let mut problem = Problem::error(codes::MISSING_FILE, what)
            .help(format!("{MOVED}, or run `revier solve` again"));
        problem.file = path.display().to_string();
        (input.role != Role::Scenario && !path.exists()).then_some(problem)
    };
    let gone: Vec<Problem> = report.inputs.iter().filter_map(gone).collect();
    if gone.is_empty() {
        Ok(())
    } else {
        Err(Error::Input(gone))
    }
}

/// Says so where `dir` is no plan directory.
fn holds_plan(dir: &Path) -> Result<(), Error> {
    made_whole(dir)?;
    let what = if dir.is_dir() {
        if FILES.iter().any(|name| dir.join(name).exists()) {
            return Ok(());
        }
        "holds no plan"
    } else if dir.exists() {
        "is a file, not a plan directory"
    } else {
        "does not exist"
    };
    Err(Error::Usage(format!(
        "{} {what}; name a directory that `revier solve --out DIR` wrote",
        dir.display()
    )))
}

/// Reads the features of a GeoJSON file of a plan into a sink of its path.
fn fill<S: Sink + Send>(path: &Path, sink: &mut S) -> Result<(), Vec<Problem>> {
    let bytes = bytes_of(path)?;
    match file::utf8(&bytes) {
        Ok(text) => read_once(text, sink),
        Err(problem) => sink.base().problems.add(*problem),
    }
    let base = sink.base();
    hints::duplicate_ids(base);
    match base.problems.has_errors() {
        true => Err(std::mem::take(&mut base.problems).into_problems()),
        false => Ok(()),
    }
}

/// Reads a GeoJSON of a plan, in which no member may stand twice: parsers take the first, the last, or none of them.
fn read_once<S: Sink + Send>(text: &str, sink: &mut S) {
    let (doubled, ()) = rayon::join(
        || geojson::doubled(text),
        || geojson::read(text, false, sink),
    );
    if let Some(problem) = doubled
        && !sink.base().problems.has_errors()
    {
        let problem = problem.help("run `revier solve` again");
        sink.base().problems.add(problem);
    }
}

fn keep<T>(read: Result<T, Vec<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|found| problems.extend(found)).ok()
}

/// The text of a file of a plan, and what to tell when there is none.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Vec<Problem>> {
    file::kept_bytes(path).map_err(|problem| {
        let mut problem = *problem;
        problem.file = path.display().to_string();
        if problem.code == codes::MISSING_FILE {
            problem.action = "a plan directory holds it; run `revier solve` again".into();
        }
        vec![problem]
    })
}
