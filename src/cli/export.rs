//! `revier export`.

use super::log::Log;
use super::say;
use clap::ValueEnum;
use revier::error::Error;
use revier::export::{self, Crm, Exported, LayerName, Options, Settings};
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
    #[command(flatten)]
    crm: CrmArgs,
}

/// What a CRM has to be told, and what only it knows.
#[derive(clap::Args)]
#[command(next_help_heading = "Hand-over to a CRM")]
struct CrmArgs {
    /// The CRM as it is today: a CSV that it exported, or a folder of them; may stand more than once [default: empty]
    #[arg(long, value_name = "DIR_OR_FILE")]
    from: Vec<PathBuf>,
    /// The column of the customers with the id of their record [default: the id of the customer]
    #[arg(long, value_name = "COLUMN")]
    account_column: Option<String>,
    /// The column of the reps with the id of their user (HubSpot: e-mail)
    #[arg(long, value_name = "COLUMN")]
    user_column: Option<String>,
    /// A CSV with the columns rep_id and user, where reps have no such column
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Salesforce: Territory2ModelId
    #[arg(long, value_name = "ID")]
    model_id: Option<String>,
    /// Salesforce: Territory2TypeId
    #[arg(long, value_name = "ID")]
    type_id: Option<String>,
    /// Salesforce, Dynamics: the territory above those of the plan
    #[arg(long, value_name = "ID")]
    parent_id: Option<String>,
    /// Salesforce: RoleInTerritory2 of the reps
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// HubSpot: the column by which companies are found ("Record ID", or a property with unique values)
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// HubSpot: the property with the territory
    #[arg(long, value_name = "PROPERTY")]
    territory_property: Option<String>,
    /// SAP: a file that says what your columns are called; without it one to fill in is written
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

impl CrmArgs {
    fn settings(&self) -> Settings {
        Settings {
            from: self.from.clone(),
            account_column: self.account_column.clone(),
            user_column: self.user_column.clone(),
            users: self.users.clone(),
            model_id: self.model_id.clone(),
            type_id: self.type_id.clone(),
            parent_id: self.parent_id.clone(),
            role: self.role.clone(),
            key: self.key.clone(),
            property: self.territory_property.clone(),
            mapping: self.mapping.clone(),
        }
    }
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
    /// Shapefiles: territories, assignments and reps in a .shp.zip, styled for QGIS
    #[cfg_attr(not(feature = "shp"), value(hide = true))]
    Shp,
    /// Styles for QGIS, to put beside copies of territories.geojson and assignments.geojson
    Qml,
    /// A folder to load into Salesforce (Territory2, its users and accounts), with a README
    Salesforce,
    /// A folder to load into HubSpot (owner and territory of companies), with a README
    Hubspot,
    /// A folder to load into Dynamics 365 (territories and their accounts), with a README
    Dynamics,
    /// Tables for SAP with the columns of your mapping, with a README
    Sap,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layer {
    /// The areas of the reps
    Territories,
    /// The customers with their reps
    Assignments,
    /// The home bases
    Reps,
    /// The regions of the reps, where the scenario has [regions]
    Regions,
}

impl Args {
    fn options(&self, format: export::Format) -> Options {
        let layer = |layer: &Layer| match layer {
            Layer::Territories => LayerName::Territories,
            Layer::Assignments => LayerName::Assignments,
            Layer::Reps => LayerName::Reps,
            Layer::Regions => LayerName::Regions,
        };
        Options {
            format,
            layers: self.layer.iter().map(layer).collect(),
            force: self.force,
        }
    }

    /// The format, or the CRM.
    fn target(&self) -> Result<export::Format, Crm> {
        Ok(match self.to {
            Format::Gpkg => export::Format::Gpkg,
            Format::Fgb => export::Format::Fgb,
            Format::Parquet => export::Format::Parquet,
            Format::Kml => export::Format::Kml,
            Format::Topojson => export::Format::Topojson,
            Format::Csv => export::Format::Csv,
            Format::Svg => export::Format::Svg,
            Format::Xlsx => export::Format::Xlsx,
            Format::Shp => export::Format::Shp,
            Format::Qml => export::Format::Qml,
            Format::Salesforce => return Err(Crm::Salesforce),
            Format::Hubspot => return Err(Crm::Hubspot),
            Format::Dynamics => return Err(Crm::Dynamics),
            Format::Sap => return Err(Crm::Sap),
        })
    }

    /// Writes the hand-over to a CRM.
    fn hand_over(&self, plan: &SavedPlan, crm: Crm) -> Result<Exported, Error> {
        let Some(out) = self.out.as_deref().filter(|out| *out != Path::new("-")) else {
            return Err(Error::Usage(
                "a hand-over is a folder: name one with --out".into(),
            ));
        };
        if !self.layer.is_empty() {
            return Err(Error::Usage(
                "a hand-over has no layers; leave --layer out".into(),
            ));
        }
        export::hand_over(plan, crm, &self.crm.settings(), out, self.force)
    }
}

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    log.stage("reading the plan");
    let plan = SavedPlan::open(&args.dir)?;
    log.stage("exporting");
    let to_stdout = args.out.as_deref() == Some(Path::new("-"));
    let exported = match args.target() {
        Err(crm) => args.hand_over(&plan, crm)?,
        Ok(format) if to_stdout => {
            log.clear();
            let mut out = std::io::BufWriter::new(std::io::stdout());
            export::export_to_stream(&plan, &args.options(format), &mut out)?
        }
        Ok(format) => export::export(&plan, &args.options(format), args.out.as_deref())?,
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
