//! What reads foreign bytes, as functions of bytes: for the fuzz targets beside this file, and for `tests/mutations`.
//!
//! The readers take files, so every case is written to one (on a file system in memory where there is one). What comes back is
//! ignored: a case is good if nothing panics, hangs or takes all memory.
#![allow(dead_code)]

use revier::check::check_dir;
use revier::compare::{Saved, compare};
use revier::export::{Format, Options, export_to_stream};
use revier::leads::{self, Source};
use revier::output::Target;
use revier::saved::SavedPlan;
use revier::scenario::{Overrides, Scenario};
use revier::{input, run, track};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The files of a plan that are read back.
pub const PLAN: [&str; 4] = [
    "report.json",
    "assignments.csv",
    "assignments.geojson",
    "territories.geojson",
];

/// Kinds of workbooks besides `.xlsx`, and a packed table.
pub const BOOKS: [&str; 4] = ["ods", "xlsb", "xls", "csv.gz"];

/// Kinds of layers of GIS programs.
pub const LAYERS: [&str; 4] = ["gpkg", "fgb", "zip", "shp"];

/// What a file may be to a scenario, or to a plan.
#[derive(Clone, Copy)]
enum As {
    Customers,
    Reps,
    Units,
    /// The boundary and the context at once.
    Boundary,
    Barriers,
    Matrix,
    /// An extract of OpenStreetMap.
    Roads,
    /// A table of `[[prefer]]`.
    Fit,
    Results,
}

/// What a file of a format may be.
fn roles(extension: &str) -> &'static [As] {
    match extension {
        "csv" => &[As::Customers, As::Reps, As::Matrix, As::Fit, As::Results],
        "geojson" => &[
            As::Customers,
            As::Reps,
            As::Units,
            As::Boundary,
            As::Barriers,
        ],
        "gpkg" | "fgb" | "zip" | "shp" => &[As::Customers, As::Reps, As::Units, As::Boundary],
        "pbf" => &[As::Roads],
        _ => &[As::Customers, As::Reps, As::Fit, As::Results],
    }
}

/// Who reads saved plans.
#[derive(Clone, Copy)]
enum Reader {
    Check,
    Export,
    Leads,
    Compare,
    Track,
}

const READERS: [Reader; 5] = [
    Reader::Check,
    Reader::Export,
    Reader::Leads,
    Reader::Compare,
    Reader::Track,
];

/// Another instance of the tiny example, and a plan of it.
pub struct Place {
    dir: PathBuf,
    scenario: Scenario,
    /// The files of [`PLAN`] as they were written.
    originals: Vec<Vec<u8>>,
}

impl Place {
    /// Copies `tiny` (the directory `data/tiny`) and solves it.
    pub fn new(tiny: &Path) -> Place {
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        // Tests of one process have a directory each.
        static PLACES: AtomicUsize = AtomicUsize::new(0);
        let number = PLACES.fetch_add(1, Ordering::Relaxed);
        let dir = root.join(format!("revier-fuzz-{}-{number}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        for entry in fs::read_dir(tiny).unwrap().flatten() {
            fs::copy(entry.path(), dir.join(entry.file_name())).unwrap();
        }
        let file = dir.join("targets.toml");
        let scenario = Scenario::load(Some(&file), &Overrides::default()).unwrap();
        let solved = run::run(&scenario, Some(&file), &Overrides::default(), |_| {}).unwrap();
        solved
            .write(Target::claim(&dir.join("plan")).unwrap())
            .unwrap();
        let original = |name: &&str| fs::read(dir.join("plan").join(name)).unwrap();
        let originals = PLAN.iter().map(original).collect();
        Place {
            dir,
            scenario,
            originals,
        }
    }

    /// A file of the example, or `plan/...`.
    pub fn seed(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir.join(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A file of a format, read as everything that such a file may be.
    pub fn every(&self, extension: &str, bytes: &[u8]) {
        let path = self.write(&format!("case.{extension}"), bytes);
        for role in roles(extension) {
            self.read_as(*role, &path);
        }
    }

    /// A file of a format, read as one of the things that it may be: the first byte says which.
    pub fn one(&self, extension: &str, bytes: &[u8]) {
        if let Some((first, bytes)) = bytes.split_first() {
            let roles = roles(extension);
            let path = self.write(&format!("case.{extension}"), bytes);
            self.read_as(roles[usize::from(*first) % roles.len()], &path);
        }
    }

    fn read_as(&self, role: As, path: &Path) {
        let mut scenario = self.scenario.clone();
        let path = path.to_owned();
        match role {
            As::Customers => scenario.customers = path,
            As::Reps => scenario.reps = path,
            As::Units => scenario.units = Some(path),
            As::Boundary => {
                scenario.boundary = Some(path.clone());
                scenario.dashboard.context = Some(path);
            }
            As::Barriers => scenario.travel.barriers = Some(path),
            As::Roads => {
                scenario.travel.metric = revier::scenario::Metric::Road;
                scenario.travel.roads = Some(revier::scenario::RoadRules {
                    file: path,
                    direction: revier::scenario::Direction::Round,
                    max_snap_m: 100_000.0,
                    off_road: revier::scenario::OffRoad::GreatCircle,
                });
            }
            As::Matrix => {
                scenario.travel.metric = revier::scenario::Metric::Matrix;
                scenario.travel.matrix = Some(path);
            }
            As::Fit => {
                scenario.prefer = vec![revier::scenario::Prefer {
                    table: Some(path),
                    by: Some("id".into()),
                    unit: Some(revier::scenario::FitUnit::Km),
                    ..Default::default()
                }];
            }
            As::Results => {
                let _ = track::track(&self.dir.join("plan"), &path, None);
                return;
            }
        }
        let _ = input::read(&scenario, None);
    }

    /// A shapefile of its `.shp`, `.dbf`, `.prj` and `.cpg`.
    pub fn shapefile(&self, parts: &[Vec<u8>; 4]) {
        for (extension, bytes) in ["dbf", "prj", "cpg"].iter().zip(&parts[1..]) {
            self.write(&format!("case.{extension}"), bytes);
        }
        self.every("shp", &parts[0]);
        for extension in ["dbf", "prj", "cpg"] {
            let _ = fs::remove_file(self.dir.join(format!("case.{extension}")));
        }
    }

    /// The first byte says what kind of layer the others are, the second what it is read as; of a shapefile, the length of the `.shp`
    /// stands between them.
    pub fn any_layer(&self, bytes: &[u8]) {
        match bytes {
            [0, rest @ ..] => self.one("gpkg", rest),
            [1, rest @ ..] => self.one("fgb", rest),
            [2, rest @ ..] => self.one("zip", rest),
            [_, low, high, rest @ ..] => {
                let at = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
                let (shp, dbf) = rest.split_at(at);
                self.write("case.dbf", dbf);
                self.one("shp", shp);
            }
            _ => {}
        }
    }

    /// The first byte says what kind of workbook the others are, the second what it is read as.
    pub fn any_book(&self, bytes: &[u8]) {
        if let Some((kind, bytes)) = bytes.split_first() {
            self.one(BOOKS[usize::from(*kind) % BOOKS.len()], bytes);
        }
    }

    pub fn scenario(&self, bytes: &[u8]) {
        let path = self.write("case.toml", bytes);
        if let Ok(scenario) = Scenario::load(Some(&path), &Overrides::default()) {
            let _ = input::read(&scenario, Some(&path));
        }
    }

    pub fn leads(&self, bytes: &[u8]) {
        if let Ok((routing, _)) = leads::route(
            &self.dir.join("plan"),
            Source::Stdin(bytes),
            &leads::Options::default(),
        ) {
            leads::csv(&mut std::io::sink(), &routing).unwrap();
            leads::geojson(&mut std::io::sink(), &routing).unwrap();
        }
    }

    /// The plan with other bytes in one of the files of [`PLAN`], for everything that reads plans.
    pub fn plan(&self, file: usize, bytes: &[u8]) {
        self.damaged(file, bytes, &READERS);
    }

    /// The first byte says which file of the plan the others are, the second who reads it.
    pub fn any_plan(&self, bytes: &[u8]) {
        if let [file, reader, bytes @ ..] = bytes {
            let reader = READERS[usize::from(*reader) % READERS.len()];
            self.damaged(usize::from(*file), bytes, &[reader]);
        }
    }

    fn damaged(&self, file: usize, bytes: &[u8], readers: &[Reader]) {
        let file = file % PLAN.len();
        let dir = self.dir.join("plan");
        fs::write(dir.join(PLAN[file]), bytes).unwrap();
        for reader in readers {
            self.read_plan(*reader, &dir);
        }
        fs::write(dir.join(PLAN[file]), &self.originals[file]).unwrap();
    }

    fn read_plan(&self, reader: Reader, dir: &Path) {
        match reader {
            Reader::Check => drop(check_dir(dir).map(|verdict| verdict.text())),
            Reader::Export => {
                let Ok(plan) = SavedPlan::open(dir) else {
                    return;
                };
                for format in [Format::Svg, Format::Kml, Format::Topojson, Format::Csv] {
                    let options = Options {
                        format,
                        layers: Vec::new(),
                        force: false,
                    };
                    let _ = export_to_stream(&plan, &options, &mut std::io::sink());
                }
            }
            Reader::Leads => self.leads(b"id,lon,lat,workload\nL1,11.5,48.1,2\nL2,13.4,52.5,3\n"),
            Reader::Compare => {
                if let Ok(saved) = Saved::read(dir) {
                    let _ = compare(&saved, &saved);
                }
            }
            Reader::Track => drop(track::track(dir, &self.dir.join("actuals.csv"), None)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}
