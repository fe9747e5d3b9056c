//! The plan directory: `territories.geojson`, `assignments.geojson`, `assignments.csv`, `report.json`, `report.html`.
//!
//! It gets to its place by the rules of [`staging`](crate::staging): at every moment the target is a whole plan, the previous one
//! or the new one. The bytes depend on the inputs and the seed alone, except for `timings_s` and `peak_memory_mb` in the report.

mod assignments;
mod bbox;
mod colors;
mod report;
mod target;
mod territories;
pub(crate) mod text;
mod vision;

pub use target::Target;
pub(crate) use target::made_whole;

use crate::advice::Advice;
use crate::error::Error;
use crate::frontier::Row;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Plan;
use crate::report::{self as page, Lang};
use crate::summary::Summary;
use crate::territory::Territories;
use serde::Serialize;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Names of the files of a plan directory.
pub const FILES: [&str; 5] = [
    "territories.geojson",
    "assignments.geojson",
    "assignments.csv",
    "report.json",
    "report.html",
];

/// Where the time of a run went, seconds of wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Reading and validating the inputs.
    pub read: f64,
    /// Model and index.
    pub index: f64,
    /// Prices and LP.
    pub lp: f64,
    /// Rounding and improvement.
    pub round: f64,
    /// Drawing the territories.
    pub polygons: f64,
    /// Verifying the plan.
    pub check: f64,
    /// Writing all files but the report.
    pub write: f64,
    /// From the start to the report.
    pub total: f64,
}

/// What a plan directory is made of.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// What was read.
    pub inputs: &'a Inputs,
    /// What was solved.
    pub model: &'a Model,
    /// The plan.
    pub plan: &'a Plan,
    /// Its polygons.
    pub territories: &'a Territories,
    /// Its figures.
    pub summary: &'a Summary,
    /// The language that the page opens in.
    pub lang: Lang,
    /// Plans with other limits on change.
    pub frontier: &'a [Row],
    /// What the prices say.
    pub advice: &'a [Advice],
    /// Times so far; `write` and `total` are filled in on the way.
    pub timings: Timings,
    /// When the run began.
    pub begin: Instant,
}

/// Writes the files of a plan into an empty directory that will stand at `target`.
fn write_files(dir: &Path, target: &Path, contents: &Contents<'_>) -> Result<(), Error> {
    let begin = Instant::now();
    let colors = colors::colors(&contents.territories.polygons);
    save(&dir.join(FILES[0]), |out| {
        territories::write(out, contents, &colors)
    })?;
    // One is formatted while the other one waits for the disk.
    let (geojson, csv) = rayon::join(
        || {
            save(&dir.join(FILES[1]), |out| {
                assignments::geojson(out, contents)
            })
        },
        || save(&dir.join(FILES[2]), |out| assignments::csv(out, contents)),
    );
    geojson.and(csv)?;
    let mut report = report::Report::new(contents, target);
    let rest = report.shorten();
    save(&dir.join(FILES[4]), |out| {
        page::write(out, contents, &report, &colors)
    })?;
    report.whole(rest);
    let mut timings = contents.timings;
    timings.write = begin.elapsed().as_secs_f64();
    timings.total = contents.begin.elapsed().as_secs_f64();
    report.measured(timings);
    save(&dir.join(FILES[3]), |out| {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        out.write_all(b"\n")
    })
}

/// Creates a file, writes it and waits until it is on the disk.
fn save(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<std::fs::File>) -> std::io::Result<()>,
) -> Result<(), Error> {
    let run = || {
        let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create_new(path)?);
        write(&mut out)?;
        out.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .sync_all()
    };
    run().map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })
}

/// The most memory this process has held so far, MB; known on Linux only.
#[must_use]
pub fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some((kb / 1024.0).round())
}
