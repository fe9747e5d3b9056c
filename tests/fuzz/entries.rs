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

    /// Customers, reps and area units in a format.
    fn features(&self, extension: &str, bytes: &[u8]) {
        let path = self.write(&format!("case.{extension}"), bytes);
        let mut as_customers = self.scenario.clone();
        as_customers.customers.clone_from(&path);
        let _ = input::read(&as_customers, None);
        let mut as_reps = self.scenario.clone();
        as_reps.reps.clone_from(&path);
        let _ = input::read(&as_reps, None);
    }

    pub fn geojson(&self, bytes: &[u8]) {
        self.features("geojson", bytes);
        let mut scenario = self.scenario.clone();
        let path = self.dir.join("case.geojson");
        scenario.units = Some(path.clone());
        let _ = input::read(&scenario, None);
        scenario.units = None;
        scenario.boundary = Some(path.clone());
        scenario.dashboard.context = Some(path);
        let _ = input::read(&scenario, None);
    }

    pub fn csv(&self, bytes: &[u8]) {
        self.features("csv", bytes);
        let path = self.dir.join("case.csv");
        let mut scenario = self.scenario.clone();
        scenario.travel.metric = revier::scenario::Metric::Matrix;
        scenario.travel.matrix = Some(path.clone());
        let _ = input::read(&scenario, None);
        let _ = track::track(&self.dir.join("plan"), &path, None);
    }

    pub fn xlsx(&self, bytes: &[u8]) {
        self.book("xlsx", bytes);
    }

    /// A workbook of a kind, or a packed table.
    pub fn book(&self, extension: &str, bytes: &[u8]) {
        self.features(extension, bytes);
        let path = self.dir.join(format!("case.{extension}"));
        let _ = track::track(&self.dir.join("plan"), &path, None);
    }

    /// A layer of one of [`LAYERS`]: as what holds points, and as what holds polygons.
    pub fn layer(&self, extension: &str, bytes: &[u8]) {
        self.features(extension, bytes);
        let path = self.dir.join(format!("case.{extension}"));
        let mut scenario = self.scenario.clone();
        scenario.units = Some(path.clone());
        let _ = input::read(&scenario, None);
        scenario.units = None;
        scenario.boundary = Some(path.clone());
        scenario.dashboard.context = Some(path);
        let _ = input::read(&scenario, None);
    }

    /// A shapefile of its `.shp`, `.dbf`, `.prj` and `.cpg`.
    pub fn shapefile(&self, parts: &[Vec<u8>; 4]) {
        for (extension, bytes) in ["dbf", "prj", "cpg"].iter().zip(&parts[1..]) {
            self.write(&format!("case.{extension}"), bytes);
        }
        self.layer("shp", &parts[0]);
        for extension in ["dbf", "prj", "cpg"] {
            let _ = fs::remove_file(self.dir.join(format!("case.{extension}")));
        }
    }

    /// The first byte says what kind of layer the others are; of a shapefile, the length of the `.shp` follows it.
    pub fn any_layer(&self, bytes: &[u8]) {
        match bytes {
            [0, rest @ ..] => self.layer("gpkg", rest),
            [1, rest @ ..] => self.layer("fgb", rest),
            [2, rest @ ..] => self.layer("zip", rest),
            [_, low, high, rest @ ..] => {
                let at = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
                let (shp, dbf) = rest.split_at(at);
                self.shapefile(&[shp.to_vec(), dbf.to_vec(), Vec::new(), Vec::new()]);
            }
            _ => {}
        }
    }

    /// The first byte says what kind of workbook the others are.
    pub fn any_book(&self, bytes: &[u8]) {
        if let Some((kind, bytes)) = bytes.split_first() {
            self.book(BOOKS[usize::from(*kind) % BOOKS.len()], bytes);
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
        let file = file % PLAN.len();
        let dir = self.dir.join("plan");
        fs::write(dir.join(PLAN[file]), bytes).unwrap();
        let _ = check_dir(&dir).map(|verdict| verdict.text());
        if let Ok(plan) = SavedPlan::open(&dir) {
            for format in [Format::Svg, Format::Kml, Format::Topojson, Format::Csv] {
                let options = Options {
                    format,
                    layers: Vec::new(),
                    force: false,
                };
                let _ = export_to_stream(&plan, &options, &mut std::io::sink());
            }
        }
        self.leads(b"id,lon,lat,workload\nL1,11.5,48.1,2\nL2,13.4,52.5,3\n");
        if let Ok(saved) = Saved::read(&dir) {
            let _ = compare(&saved, &saved);
        }
        let _ = track::track(&dir, &self.dir.join("actuals.csv"), None);
        fs::write(dir.join(PLAN[file]), &self.originals[file]).unwrap();
    }

    /// The first byte says which file of the plan the others are.
    pub fn any_plan(&self, bytes: &[u8]) {
        if let Some((file, bytes)) = bytes.split_first() {
            self.plan(usize::from(*file), bytes);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}
