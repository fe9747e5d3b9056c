//! `revier export`.

use super::log::Log;
use super::say;
use clap::ValueEnum;
use revier::error::Error;
use revier::export::{self, Exported, LayerName, Options};
use revier::saved::SavedPlan;
use std::path::{Path, PathBuf};

/// What `export` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A plan directory that `solve` wrote
    dir: PathBuf,
    /// The format
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Format,
    /// File to write, or directory for formats with one layer per file; - is stdout; a link is followed
    /// [default: the plan's name with the ending of the format]
    #[arg(long, value_name = "FILE_OR_DIR")]
    out: Option<PathBuf>,
    /// Layer to write; may stand more than once [default: what suits the format]
    #[arg(long, value_enum)]
    layer: Vec<Layer>,
    /// Replace a file that no export wrote
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// GeoPackage: territories, assignments and reps in one file, styled for QGIS
    Gpkg,
    /// FlatGeobuf, a file per layer
    Fgb,
    /// GeoParquet, a file per layer
    #[cfg_attr(not(feature = "parquet"), value(hide = true))]
    Parquet,
    /// KML as the map importers of CRM systems take it
    Kml,
    /// TopoJSON with shared borders
    Topojson,
    /// CSV with the geometry as WKT, a file per layer
    Csv,
    /// A picture of the territories
    Svg,
    /// Excel: territories, assignments, changes, and exceptions (what breaks a rule, islands), a sheet each
    #[cfg_attr(not(feature = "excel"), value(hide = true))]
    Xlsx,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layer {
    /// The areas of the reps
    Territories,
    /// The customers with their reps
    Assignments,
    /// The home bases
    Reps,
}

impl Args {
    fn options(&self) -> Options {
        let layer = |layer: &Layer| match layer {
            Layer::Territories => LayerName::Territories,
            Layer::Assignments => LayerName::Assignments,
            Layer::Reps => LayerName::Reps,
        };
        Options {
            format: match self.to {
                Format::Gpkg => export::Format::Gpkg,
                Format::Fgb => export::Format::Fgb,
                Format::Parquet => export::Format::Parquet,
                Format::Kml => export::Format::Kml,
                Format::Topojson => export::Format::Topojson,
                Format::Csv => export::Format::Csv,
                Format::Svg => export::Format::Svg,
                Format::Xlsx => export::Format::Xlsx,
            },
            layers: self.layer.iter().map(layer).collect(),
            force: self.force,
        }
    }
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    log.stage("reading the plan");
    let plan = SavedPlan::open(&args.dir)?;
    log.stage("exporting");
    let to_stdout = args.out.as_deref() == Some(Path::new("-"));
    let exported = if to_stdout {
        log.clear();
        let mut out = std::io::BufWriter::new(std::io::stdout());
        export::export_to_stream(&plan, &args.options(), &mut out)?
    } else {
        export::export(&plan, &args.options(), args.out.as_deref())?
    };
    log.clear();
    exported.notes.iter().for_each(|note| log.note(note));
    say(&table(&exported))
}

/// A line per file.
fn table(exported: &Exported) -> String {
    let line = |(path, what): &(PathBuf, String)| format!("{}: {what}\n", path.display());
    exported.files.iter().map(line).collect()
}
