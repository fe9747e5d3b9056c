//! What a plan directory is: its files, and how one is told from a directory of something else.

use crate::certificate;
use crate::disk::staging::{Kind, recover};
use crate::error::Error;
use crate::memory;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Names of the files of a plan directory.
pub const FILES: [&str; 6] = [
    "territories.geojson",
    "assignments.geojson",
    "assignments.csv",
    "report.json",
    "report.html",
    certificate::NAME,
];

/// Names of the files that a plan directory has where they mean something: who changes hands, whose each area unit is, and the regions of the reps.
pub const OPTIONAL: [&str; 3] = ["changes.csv", "units.csv", REGIONS];

/// The map of the regions.
pub(crate) const REGIONS: &str = "regions.geojson";

/// The place of a file among those that a report lists.
pub(crate) fn place_of(name: &str) -> Option<usize> {
    FILES.iter().chain(&OPTIONAL).position(|file| *file == name)
}

/// A plan directory: nothing but files of a plan, the report among them that revier wrote.
pub(crate) static PLAN: Kind = Kind {
    what: "a plan",
    names: &ALL,
    manifest: REPORT,
    is_ours: has_our_report,
    by_force: true,
};

/// The files of a plan, and inputs that were in memory.
const ALL: [&str; FILES.len() + OPTIONAL.len() + memory::NAMES.len()] = {
    let mut all = [""; FILES.len() + OPTIONAL.len() + memory::NAMES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < FILES.len() {
            FILES[at]
        } else if at < FILES.len() + OPTIONAL.len() {
            OPTIONAL[at - FILES.len()]
        } else {
            memory::NAMES[at - FILES.len() - OPTIONAL.len()]
        };
        at += 1;
    }
    all
};

/// The file of the report, which is written last and has no hash of its own.
pub(crate) const REPORT: &str = "report.json";

/// How a report begins, without white space.
const START: &[u8] = b"{\"revier\":\"";

/// Makes a plan directory whole that a run was cut off in; every command that reads one calls it first.
///
/// # Errors
/// [`Error::Usage`] when it cannot be made whole.
pub(crate) fn made_whole(dir: &Path) -> Result<(), Error> {
    recover(dir, &PLAN)
}

/// Whether a directory holds a report that revier wrote.
fn has_our_report(dir: &Path) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(dir.join(REPORT)).and_then(|f| f.take(256).read_to_end(&mut start));
    start.retain(|b| !b.is_ascii_whitespace());
    read.is_ok() && start.starts_with(START)
}
