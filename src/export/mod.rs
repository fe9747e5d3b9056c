//! Plans in the formats of other programs.
//!
//! An export is written from a saved plan alone. Every format has a file here that says what it holds and why;
//! all of them are written from the same `layer`s, so that counts, attributes and coordinates agree. The bytes
//! depend on the plan alone.

mod crm;
mod csv;
#[cfg(feature = "fgb")]
mod fgb;
#[cfg(feature = "gpkg")]
mod gpkg;
mod kml;
mod layer;
#[cfg(feature = "parquet")]
mod parquet;
mod place;
mod sheets;
#[cfg(feature = "shp")]
mod shp;
mod style;
mod svg;
mod topojson;
#[cfg(any(feature = "gpkg", feature = "parquet"))]
mod wkb;
#[cfg(feature = "excel")]
mod xlsx;
mod xml;

pub use crm::{Crm, Settings, hand_over};
pub use layer::LayerName;
pub use sheets::sheets;

use crate::disk::staging::{self, Guard};
use crate::error::Error;
use crate::input::Reps;
use crate::saved::SavedPlan;
use layer::{Layer, Layers};
use place::{Mark, Ours};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Program and version, as the files name them.
fn made_by() -> String {
    format!("revier {}", env!("CARGO_PKG_VERSION"))
}

const KML: Mark = Mark {
    start: b"<?xml ",
    before: b"?>\n<!-- ",
    at_end: false,
};
const SVG: Mark = Mark {
    start: b"<svg ",
    before: b">\n<!-- ",
    at_end: false,
};
const TOPOJSON: Mark = Mark {
    start: b"{\"type\":\"Topology\",\"generator\":\"revier ",
    before: b"{\"type\":\"Topology\",\"generator\":\"",
    at_end: false,
};
const QML: Mark = Mark {
    start: b"<!DOCTYPE qgis ",
    before: b">\n<!-- ",
    at_end: false,
};
const SHP: Mark = Mark {
    start: b"PK",
    before: b"",
    at_end: true,
};
const FGB: Mark = Mark {
    start: b"fgb",
    before: b"{\"generator\":\"",
    at_end: false,
};
const PARQUET: Mark = Mark {
    start: b"PAR1",
    before: b"",
    at_end: true,
};

/// A format that plans are exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GeoPackage: all layers, with styles.
    Gpkg,
    /// FlatGeobuf: a file per layer.
    Fgb,
    /// GeoParquet: a file per layer.
    Parquet,
    /// KML.
    Kml,
    /// TopoJSON.
    Topojson,
    /// CSV with well-known text: a file per layer.
    Csv,
    /// A picture.
    Svg,
    /// Excel: a sheet each for territories, assignments, changes and exceptions.
    Xlsx,
    /// Shapefiles: all layers in an archive, with styles.
    Shp,
    /// Styles of QGIS: a file per layer, for the GeoJSON of the plan.
    Qml,
}

impl Format {
    /// What files of the format end in.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Gpkg => "gpkg",
            Format::Fgb => "fgb",
            Format::Parquet => "parquet",
            Format::Kml => "kml",
            Format::Topojson => "topojson",
            Format::Csv => "csv",
            Format::Svg => "svg",
            Format::Xlsx => "xlsx",
            Format::Shp => "shp.zip",
            Format::Qml => "qml",
        }
    }

    /// Whether a file of the format holds one layer only.
    #[must_use]
    pub fn one_layer(self) -> bool {
        matches!(
            self,
            Format::Fgb | Format::Parquet | Format::Csv | Format::Qml
        )
    }

    /// The layers that are written when none is named.
    fn usual(self) -> &'static [LayerName] {
        use LayerName::{Reps, Territories};
        match self {
            Format::Gpkg | Format::Fgb | Format::Parquet | Format::Csv | Format::Shp => {
                &LayerName::ALL
            }
            // The plan has these.
            Format::Qml => &[Territories, LayerName::Assignments, LayerName::Regions],
            // Importers take either areas or places.
            Format::Kml => &[Territories],
            Format::Topojson | Format::Svg => &[Territories, Reps],
            // Its sheets are not layers.
            Format::Xlsx => &[Territories, LayerName::Assignments],
        }
    }

    fn ours(self) -> Ours {
        match self {
            #[cfg(feature = "gpkg")]
            Format::Gpkg => gpkg::is_ours,
            #[cfg(not(feature = "gpkg"))]
            Format::Gpkg => |_| false,
            #[cfg(feature = "excel")]
            Format::Xlsx => xlsx::is_ours,
            #[cfg(not(feature = "excel"))]
            Format::Xlsx => |_| false,
            Format::Csv => place::has_our_header,
            Format::Kml => |path| KML.is_in(path),
            Format::Svg => |path| SVG.is_in(path),
            Format::Topojson => |path| TOPOJSON.is_in(path),
            Format::Shp => |path| SHP.is_in(path),
            Format::Qml => |path| QML.is_in(path),
            Format::Fgb => |path| FGB.is_in(path),
            Format::Parquet => |path| PARQUET.is_in(path),
        }
    }

    /// Says so when this build does not have the format.
    fn built(self) -> Result<(), Error> {
        let optional = [
            (Format::Gpkg, cfg!(feature = "gpkg")),
            (Format::Fgb, cfg!(feature = "fgb")),
            (Format::Parquet, cfg!(feature = "parquet")),
            (Format::Xlsx, cfg!(feature = "excel")),
            (Format::Shp, cfg!(feature = "shp")),
        ];
        if !optional.contains(&(self, false)) {
            return Ok(());
        }
        let name = self.extension();
        let feature = match self {
            Format::Xlsx => "excel",
            Format::Shp => "shp",
            _ => name,
        };
        Err(Error::Usage(format!(
            "this build of revier does not write .{name}; build it with `cargo build --release --features {feature}`"
        )))
    }
}

/// What is exported, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Layers; empty for the usual ones of the format.
    pub layers: Vec<LayerName>,
    /// Replace files that no export wrote.
    pub force: bool,
}

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files, each with what it holds.
    pub files: Vec<(PathBuf, String)>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// The layers of a run, and home bases for the picture.
struct Source<'a> {
    plan: &'a SavedPlan,
    reps: &'a Result<Reps, String>,
    layers: Layers<'a>,
    format: Format,
}

impl<'a> Source<'a> {
    fn new(
        plan: &'a SavedPlan,
        reps: &'a Result<Reps, String>,
        options: &Options,
        only_one: bool,
    ) -> Result<Source<'a>, Error> {
        let format = options.format;
        format.built()?;
        let named = !options.layers.is_empty();
        if named && matches!(format, Format::Svg | Format::Xlsx) {
            let what = if format == Format::Svg {
                "a picture has no layers"
            } else {
                "a workbook has sheets of its own"
            };
            return Err(Error::Usage(format!("{what}; leave --layer out")));
        }
        #[cfg(feature = "excel")]
        if format == Format::Xlsx {
            xlsx::fits(plan)?;
        }
        let wanted: &[LayerName] = match options.layers.as_slice() {
            [] if only_one => &[LayerName::Territories],
            [] => format.usual(),
            some => some,
        };
        if only_one && wanted.len() > 1 {
            let what = "holds one layer only; name one with --layer, or a directory with --out";
            return Err(Error::Usage(format!(
                "a .{} file {what}",
                format.extension()
            )));
        }
        Ok(Source {
            plan,
            reps,
            layers: Layers::new(plan, reps, wanted, named)?,
            format,
        })
    }

    fn title(&self) -> &str {
        &self.plan.report.scenario.name
    }

    /// Writes what a file of the format holds: of formats with one layer, that one.
    fn stream(&self, out: &mut (impl Write + Send), layer: Option<&Layer<'_>>) -> io::Result<()> {
        let layers = &self.layers.layers;
        match (self.format, layer.or(layers.first())) {
            (Format::Kml, _) => kml::write(out, self.title(), layers),
            (Format::Topojson, _) => topojson::write(out, layers),
            (Format::Svg, _) => svg::write(out, self.plan, self.reps.as_ref().ok()),
            #[cfg(feature = "excel")]
            (Format::Xlsx, _) => xlsx::write(out, self.plan),
            (Format::Csv, Some(layer)) => {
                csv::write(out, layer, self.plan.report.scenario.output.csv_safe)
            }
            #[cfg(feature = "shp")]
            (Format::Shp, _) => shp::write(out, layers),
            (Format::Qml, Some(layer)) => out.write_all(style::file(layer).as_bytes()),
            #[cfg(feature = "fgb")]
            (Format::Fgb, Some(layer)) => fgb::write(out, self.title(), layer),
            #[cfg(feature = "parquet")]
            (Format::Parquet, Some(layer)) => parquet::write(out, layer),
            _ => Err(io::Error::other("no writer for this format")),
        }
    }

    /// Writes a file at `path`, where nothing is yet.
    fn file(&self, path: &Path, layer: Option<&Layer<'_>>) -> io::Result<()> {
        match self.format {
            #[cfg(feature = "gpkg")]
            Format::Gpkg => gpkg::write(path, &self.layers.layers).map_err(io::Error::other),
            _ => place::through_buffer(path, |out| self.stream(out, layer)),
        }
    }

    fn notes(&self) -> Vec<String> {
        let why = match (&self.layers.without_reps, self.reps) {
            (Some(why), _) | (None, Err(why)) if self.format == Format::Svg => Some(why),
            (why, _) => why.as_ref(),
        };
        let why = why.map(|why| format!("without the home bases: {why}"));
        let mut notes: Vec<String> = why.into_iter().collect();
        #[cfg(feature = "shp")]
        if self.format == Format::Shp {
            notes.extend(shp::notes(&self.layers.layers));
        }
        if self.format == Format::Qml {
            let what = "put each .qml beside a copy of the .geojson of the same name: QGIS takes it by itself";
            notes.push(what.to_owned());
        }
        notes
    }
}

fn holds(layers: &[Layer<'_>]) -> String {
    let each = layers
        .iter()
        .map(|layer| format!("{} {}", layer.rows, layer.name.text()));
    each.collect::<Vec<_>>().join(", ")
}

/// Writes a plan to `out`, or without it to `NAME.EXTENSION` (a directory `NAME-EXTENSION` for formats with one layer
/// per file) in the working directory, where `NAME` is the name of the plan directory.
///
/// # Errors
/// [`Error::Usage`] when `out` cannot be what is asked for or holds what is not ours, [`Error::Io`] when
/// writing fails; what was there before is untouched then.
pub fn export(plan: &SavedPlan, options: &Options, out: Option<&Path>) -> Result<Exported, Error> {
    let format = options.format;
    let name = plan_name(&plan.dir);
    let extension = format.extension();
    let default = if format.one_layer() {
        PathBuf::from(format!("{name}-{extension}"))
    } else {
        PathBuf::from(format!("{name}.{extension}"))
    };
    let out = out.map_or(default, Path::to_owned);
    if format == Format::Shp && !out.is_dir() && !ends_in(&out, "zip") {
        let what = "a shapefile is several files, which are written in an archive: name it";
        return Err(Error::Usage(format!("{what} {name}.shp.zip, say")));
    }
    let is_file = !format.one_layer() || ends_in(&out, extension) && !out.is_dir();
    let reps = plan.home_bases();
    let source = Source::new(plan, &reps, options, is_file && format.one_layer())?;
    let layers = &source.layers.layers;
    let mut targets: Vec<(PathBuf, Option<&Layer<'_>>)> = Vec::new();
    if !is_file {
        let file = |layer: &Layer<'_>| out.join(format!("{}.{extension}", layer.name.text()));
        targets.extend(layers.iter().map(|layer| (file(layer), Some(layer))));
    } else if out.is_dir() {
        targets.push((out.join(format!("{name}.{extension}")), None));
    } else {
        targets.push((out.clone(), None));
    }
    let guard = Guard {
        is_ours: format.ours(),
        otherwise: "is there already, and `revier export` did not write it",
        force: options.force,
    };
    let read = plan.report.inputs.iter().map(|f| plan.dir.join(&f.path));
    let read: Vec<PathBuf> = read.collect();
    let mut places = Vec::new();
    for (path, layer) in targets {
        not_in_the_plan(&plan.dir, &path)?;
        let place = staging::File::claim(&path, guard)?;
        place.spares(read.iter().map(PathBuf::as_path))?;
        places.push((path, layer, place));
    }
    let mut exported = Exported {
        notes: source.notes(),
        ..Exported::default()
    };
    let mut staged = Vec::new();
    for (path, layer, place) in places {
        staged.push(place.stage(|new| source.file(new, layer))?);
        let what = match (format, layer) {
            (Format::Svg, _) => "picture".into(),
            (_, Some(layer)) => holds(std::slice::from_ref(layer)),
            (_, None) => holds(layers),
        };
        exported.files.push((path, what));
    }
    staging::publish(staged)?;
    Ok(exported)
}

/// Writes a plan to a stream; formats with one layer per file write the territories or the one layer that is named.
///
/// # Errors
/// [`Error::Usage`] for a format that is no stream, [`Error::Io`] when writing fails; a reader that went away
/// is no error.
pub fn export_to_stream(
    plan: &SavedPlan,
    options: &Options,
    out: &mut (impl Write + Send),
) -> Result<Exported, Error> {
    if options.format == Format::Gpkg {
        let what =
            "a GeoPackage is a database and cannot be written to a stream; name a file with --out";
        return Err(Error::Usage(what.into()));
    }
    let reps = plan.home_bases();
    let source = Source::new(plan, &reps, options, options.format.one_layer())?;
    match source.stream(out, None).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Error::Io {
            path: "stdout".into(),
            source,
        }),
        _ => Ok(Exported {
            files: Vec::new(),
            notes: source.notes(),
        }),
    }
}

fn plan_name(dir: &Path) -> String {
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = full.file_name().map(|n| n.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "plan".into())
}

fn ends_in(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// A plan directory holds the plan alone, and no directory of anything else: `solve` refuses to replace it otherwise.
fn not_in_the_plan(dir: &Path, path: &Path) -> Result<(), Error> {
    if staging::lies_in(path, dir) {
        return Err(Error::Usage(format!(
            "{} would lie in the plan directory, which `revier solve` replaces as a whole; name another place with --out",
            path.display()
        )));
    }
    Ok(())
}
