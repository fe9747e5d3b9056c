//! `GET /v1/export`: the plan at hand in the format of another program, as one file.

use super::desk::Desk;
use super::refusal::Refusal;
use crate::error::Error;
use crate::export::{Format, Options, export as write, sheets};
use crate::report::Lang;
use crate::saved::SavedPlan;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file to be handed over.
#[derive(Debug)]
pub(super) struct File {
    pub name: String,
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

/// The formats, and their media types.
const FORMATS: &[(&str, Format, &str)] = &[
    ("csv", Format::Csv, "application/zip"),
    ("gpkg", Format::Gpkg, "application/geopackage+sqlite3"),
    ("fgb", Format::Fgb, "application/zip"),
    #[cfg(feature = "parquet")]
    ("parquet", Format::Parquet, "application/zip"),
    ("kml", Format::Kml, "application/vnd.google-earth.kml+xml"),
    ("topojson", Format::Topojson, "application/json"),
    ("svg", Format::Svg, "image/svg+xml"),
    (
        "xlsx",
        Format::Xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("shp", Format::Shp, "application/zip"),
    ("qml", Format::Qml, "application/zip"),
];

/// A folder that is gone when this is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(desk: &Desk) -> Result<Scratch, Refusal> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = desk
            .folder
            .dir
            .join(format!(".export-{}-{n}", std::process::id()));
        match std::fs::create_dir(&path) {
            Ok(()) => Ok(Scratch(path)),
            Err(source) => Err(Refusal::Failed(Error::Io { path, source })),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is hidden, and harmless.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The plan at hand in a format.
///
/// # Errors
/// [`Refusal::Missing`] before there is a plan, [`Refusal::Malformed`] for a format that there is not.
pub(super) fn export(desk: &Desk, to: &str, lang: &str) -> Result<File, Refusal> {
    let Some(kept) = desk.view().kept.clone() else {
        return Err(Refusal::Missing("there is no plan yet".into()));
    };
    let format = FORMATS.iter().find(|(name, ..)| *name == to);
    let whole = ["report", "sheets", "plan", "scenario"].contains(&to);
    if format.is_none() && !whole {
        let names: Vec<&str> = FORMATS.iter().map(|(name, ..)| *name).collect();
        let what = format!(
            "there is no such format; there are {}, report, sheets, plan and scenario",
            names.join(", ")
        );
        return Err(Refusal::Malformed(what));
    }
    let lang = if lang == "de" { Lang::De } else { Lang::En };
    let scratch = Scratch::new(desk)?;
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| {
            let path = path.to_owned();
            Refusal::Failed(Error::Io { path, source })
        })
    };
    let file = |name: &str, kind, bytes| File {
        name: name.to_owned(),
        kind,
        bytes,
    };
    match to {
        "report" => {
            let bytes = read(&kept.dir.join("report.html"))?;
            return Ok(file("report.html", "text/html; charset=utf-8", bytes));
        }
        "scenario" => {
            desk.folder.make().map_err(Refusal::Failed)?;
            desk.folder
                .write(&desk.view().texts)
                .map_err(Refusal::Failed)?;
            let bytes = read(&desk.folder.dir.join("scenario.toml"))?;
            return Ok(file("scenario.toml", "application/toml", bytes));
        }
        "plan" => return Ok(file("plan.zip", "application/zip", zipped(&kept.dir)?)),
        _ => {}
    }
    let plan = SavedPlan::open(&kept.dir).map_err(Refusal::of)?;
    let Some((name, format, kind)) = format else {
        let out = scratch.0.join("sheets");
        sheets(&plan, lang, &out, false).map_err(Refusal::of)?;
        return Ok(file("sheets.zip", "application/zip", zipped(&out)?));
    };
    let options = Options {
        format: *format,
        layers: Vec::new(),
        force: false,
    };
    let ending = format.extension();
    let out = match format.one_layer() {
        true => scratch.0.join(name),
        false => scratch.0.join(format!("plan.{ending}")),
    };
    if format.one_layer() {
        std::fs::create_dir(&out).map_err(|source| {
            let path = out.clone();
            Refusal::Failed(Error::Io { path, source })
        })?;
    }
    write(&plan, &options, Some(&out)).map_err(Refusal::of)?;
    match format.one_layer() {
        true => Ok(file(&format!("plan-{name}.zip"), kind, zipped(&out)?)),
        false => Ok(file(&format!("plan.{ending}"), kind, read(&out)?)),
    }
}

/// The files of a folder in an archive.
fn zipped(dir: &Path) -> Result<Vec<u8>, Refusal> {
    let failed = |source: std::io::Error| {
        let path = dir.to_owned();
        Refusal::Failed(Error::Io { path, source })
    };
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut names: Vec<(PathBuf, String)> = Vec::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, under)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let name = format!("{under}{}", entry.file_name().to_string_lossy());
            if kind.is_file() {
                names.push((entry.path(), name));
            } else if kind.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            }
        }
    }
    names.sort_by(|a, b| a.1.cmp(&b.1));
    for (path, name) in names {
        let started = archive.start_file(name, options);
        started.map_err(|e| Refusal::Failed(Error::Internal(e.to_string())))?;
        let bytes = std::fs::read(&path).map_err(failed)?;
        archive.write_all(&bytes).map_err(failed)?;
    }
    let done = archive.finish();
    let done = done.map_err(|e| Refusal::Failed(Error::Internal(e.to_string())))?;
    Ok(done.into_inner())
}
