//! Files that are held in memory: bytes as a file would have them, or columns that never were text.
//!
//! A scenario names them by path as it does files; the paths begin with [`ROOT`], so that none is taken for one on the disk. Their
//! names are those that they get where a plan is saved.

mod table;
mod write;

pub use table::Table;
pub(crate) use table::{Row, Value};

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the paths of files in memory begin.
const ROOT: &str = "<memory>";

/// All that a plan directory may hold beside the files of the plan: inputs that were in memory.
pub(crate) const NAMES: [&str; 31] = [
    "input-scenario.toml",
    "input-customers.geojson",
    "input-customers.csv",
    "input-customers.xlsx",
    "input-customers.gpkg",
    "input-customers.fgb",
    "input-customers.zip",
    "input-reps.geojson",
    "input-reps.csv",
    "input-reps.xlsx",
    "input-reps.gpkg",
    "input-reps.fgb",
    "input-reps.zip",
    "input-units.geojson",
    "input-units.csv",
    "input-units.xlsx",
    "input-units.gpkg",
    "input-units.fgb",
    "input-units.zip",
    "input-boundary.geojson",
    "input-boundary.gpkg",
    "input-boundary.fgb",
    "input-boundary.zip",
    "input-matrix.csv",
    "input-roads.pbf",
    "input-barriers.geojson",
    "input-wishes.csv",
    "input-context.geojson",
    "input-context.gpkg",
    "input-context.fgb",
    "input-context.zip",
];

/// The path of the file in memory with this name, which is one of [`NAMES`].
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}

/// The name that the file at a path gets where a plan is saved; `None` for paths on the disk.
pub(crate) fn name(path: &Path) -> Option<String> {
    let name = path.strip_prefix(ROOT).ok()?;
    Some(name.to_str()?.to_owned())
}

/// What a file in memory holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Bytes, as a file has them.
    Bytes(Arc<[u8]>),
    /// Features as columns; saved, they are GeoJSON.
    Table(Arc<Table>),
}

impl Content {
    /// Writes what a file would hold.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Content::Bytes(bytes) => out.write_all(bytes),
            Content::Table(table) => write::geojson(out, table),
        }
    }
}

/// A file in memory.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// What messages call it.
    pub label: String,
    /// What it holds.
    pub content: Content,
}

/// Files in memory, by their paths.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<BTreeMap<PathBuf, Held>>);

impl Memory {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: PathBuf, held: Held) {
        Arc::make_mut(&mut self.0).insert(path, held);
    }

    /// The file at a path, where that is in memory.
    pub fn get(&self, path: &Path) -> Option<&Held> {
        self.0.get(path)
    }

    /// All files.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Held)> {
        self.0.iter().map(|(path, held)| (path.as_path(), held))
    }

    /// What messages call a path.
    pub fn label(&self, path: &Path) -> String {
        match self.get(path) {
            Some(held) => held.label.clone(),
            None => path.display().to_string(),
        }
    }
}
