//! The plan directory: `territories.geojson`, `assignments.geojson`, `assignments.csv`, `report.json`, `report.html`,
//! `certificate.json`; `changes.csv` where owners of today are known, `units.csv` where there are area units, `regions.geojson` where
//! reps have regions.
//!
//! It gets to its place by the rules of [`staging`](crate::disk::staging): at every moment the target is a whole plan, the previous one
//! or the new one. The bytes depend on the inputs and the seed alone, except for `timings_s` and `peak_memory_mb` in the report.

mod assignments;
pub(crate) mod bbox;
mod carried;
mod changes;
pub(crate) mod colors;
mod regions;
mod report;
mod target;
pub(crate) mod territories;
mod vision;

pub use crate::saved::Contents;
pub(crate) use colors::colors;
#[cfg(feature = "serve")]
pub(crate) use report::relative;
pub use target::Target;

use crate::certificate;
use crate::disk::file::hex;
use crate::error::Error;
use crate::memory::{self, Content};
use crate::report as page;
use crate::saved::{FILES, File, OPTIONAL, REGIONS, Report};
use sha2::{Digest, Sha256};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Writes the files of a plan into an empty directory that will stand at `target`; the report is the last one, it has the
/// hashes of all others.
fn write_files(dir: &Path, target: &Path, contents: &Contents<'_>) -> Result<(), Error> {
    let begin = Instant::now();
    let mut texts = Texts::new(contents, target);
    texts.keep_inputs(|name, content| {
        save(dir, name, |out| content.write(out)).map(|file| file.sha256)
    })?;
    let territories = save(dir, FILES[0], |out| texts.territories(out))?;
    // One is formatted while the other one waits for the disk.
    let (geojson, csv) = rayon::join(
        || save(dir, FILES[1], |out| texts.points(out)),
        || save(dir, FILES[2], |out| texts.table(out)),
    );
    let mut files = vec![territories, geojson?, csv?];
    files.push(save(dir, FILES[4], |out| texts.page(out))?);
    files.push(save(dir, FILES[5], |out| texts.certificate(out))?);
    for name in OPTIONAL.into_iter().filter(|name| texts.has(name)) {
        files.push(save(dir, name, |out| texts.optional(name, out))?);
    }
    let report = &mut texts.report;
    report.files = files;
    let mut timings = contents.timings;
    timings.write = begin.elapsed().as_secs_f64();
    timings.total = contents.begin.elapsed().as_secs_f64();
    report.timings_s = Some(timings);
    report.peak_memory_mb = peak_memory_mb();
    save(dir, FILES[3], |out| texts.report(out))?;
    Ok(())
}

/// The texts of a plan's files: written to a directory, or compared with what stands in one.
pub(crate) struct Texts<'a> {
    contents: &'a Contents<'a>,
    colors: Vec<&'static str>,
    /// `report.json`; without what depends on the run, and without hashes, until somebody fills them in.
    pub report: Report,
}

impl<'a> Texts<'a> {
    /// The texts of a plan that will stand, or stands, at `target`.
    pub fn new(contents: &'a Contents<'a>, target: &Path) -> Texts<'a> {
        Texts {
            contents,
            colors: colors::colors(&contents.territories.polygons),
            report: report::report(contents, target),
        }
    }

    /// Lets `keep` keep what was in memory of the inputs, by the name of its file; it says which hash it has.
    ///
    /// # Errors
    /// As `keep`.
    pub fn keep_inputs(
        &mut self,
        mut keep: impl FnMut(&str, &Content) -> Result<String, Error>,
    ) -> Result<(), Error> {
        let inputs = self.contents.inputs;
        for (listed, read) in self.report.inputs.iter_mut().zip(&inputs.files) {
            let held = inputs.scenario.origin.memory.get(&read.path);
            if let (Some(held), Some(name)) = (held, memory::name(&read.path)) {
                listed.sha256 = keep(&name, &held.content)?;
            }
        }
        Ok(())
    }

    /// `territories.geojson`.
    pub fn territories(&self, out: &mut impl Write) -> io::Result<()> {
        territories::write(out, self.contents, &self.colors)
    }

    /// `assignments.geojson`.
    pub fn points(&self, out: &mut impl Write) -> io::Result<()> {
        assignments::geojson(out, self.contents, &self.colors)
    }

    /// `assignments.csv`.
    pub fn table(&self, out: &mut impl Write) -> io::Result<()> {
        assignments::csv(out, self.contents, &self.colors)
    }

    /// Whether the plan has one of the [`OPTIONAL`] files.
    pub fn has(&self, name: &str) -> bool {
        match name {
            REGIONS => !self.report.regions.is_empty(),
            name if name == OPTIONAL[0] => changes::anyone(self.contents),
            _ => self.contents.inputs.units.is_some(),
        }
    }

    /// One of the [`OPTIONAL`] files.
    pub fn optional(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        match name {
            REGIONS => regions::write(out, self.contents),
            name if name == OPTIONAL[0] => changes::changes(out, self.contents),
            _ => changes::units(out, self.contents),
        }
    }

    /// `certificate.json`.
    pub fn certificate(&self, out: &mut impl Write) -> io::Result<()> {
        let Contents { inputs, plan, .. } = self.contents;
        certificate::write(out, inputs, plan, &self.report.inputs)
    }

    /// `report.html`, which has the report without hashes and times.
    pub fn page(&mut self, out: &mut impl Write) -> io::Result<()> {
        let report = &mut self.report;
        let (files, timings_s) = (std::mem::take(&mut report.files), report.timings_s.take());
        let peak_memory_mb = report.peak_memory_mb.take();
        let rest = report::shorten(report);
        let written = page::write(out, self.contents, &*report, &self.colors);
        report::whole(report, rest);
        (report.files, report.timings_s) = (files, timings_s);
        report.peak_memory_mb = peak_memory_mb;
        written
    }

    /// `report.json`.
    pub fn report(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.report)?;
        out.write_all(b"\n")
    }
}

/// Creates a file, writes it and waits until it is on the disk; its name and hash.
fn save(
    dir: &Path,
    name: &str,
    write: impl FnOnce(&mut BufWriter<Hashed>) -> io::Result<()>,
) -> Result<File, Error> {
    let path = dir.join(name);
    let run = || {
        let to = Hashed {
            file: std::fs::File::create_new(&path)?,
            digest: Sha256::new(),
        };
        let mut out = BufWriter::with_capacity(1 << 20, to);
        write(&mut out)?;
        let to = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        to.file.sync_all()?;
        Ok(File {
            name: name.to_owned(),
            sha256: hex(&to.digest.finalize()),
        })
    };
    run().map_err(|source| Error::Io {
        path: path.clone(),
        source,
    })
}

/// A file, and the hash of what has been written to it.
struct Hashed {
    file: std::fs::File,
    digest: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The most memory this process has held so far, MB; known on Linux only.
#[must_use]
pub fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some((kb / 1024.0).round())
}
