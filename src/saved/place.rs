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

/// A plan directory: nothing but files of a plan, the report among them that revier wrote.
pub(crate) static PLAN: Kind = Kind {
    what: "a plan",
    names: &ALL,
    manifest: REPORT,
    is_ours: has_our_report,
    by_force: true,
};

/// The files of a plan, and inputs that were in memory.
const ALL: [&str; FILES.len() + memory::NAMES.len()] = {
    let mut all = [""; FILES.len() + memory::NAMES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < FILES.len() {
            FILES[at]
        } else {
            memory::NAMES[at - FILES.len()]
        };
        at += 1;
    }
    all
};

const REPORT: &str = "report.json";

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
