//! Reading and validating customers, reps and boundaries.

mod amounts;
mod antimeridian;
mod asking;
pub(crate) mod astray;
mod barriers;
mod boundary;
mod bytes;
pub(crate) mod carry;
mod chosen;
mod columns;
mod context;
pub(crate) mod coords;
pub(crate) mod csv_safe;
mod customers;
mod data;
mod extras;
mod figures;
mod filling;
mod fit;
mod fit_table;
mod forced;
pub(crate) mod geojson;
mod gis;
mod header;
pub(crate) mod hints;
pub(crate) mod index;
mod lazy;
mod leads;
pub(crate) mod lines;
mod listing;
pub(crate) mod loose;
mod matrix;
mod of_travel;
mod outline;
mod places;
mod places_of;
mod postcodes;
mod quotes;
mod read;
pub(crate) mod read_lines;
mod regions;
pub(crate) mod rejects;
mod relations;
mod reps;
#[cfg(feature = "serve")]
mod retold;
#[cfg(feature = "roads")]
mod road;
#[cfg(feature = "roads")]
mod road_network;
pub(crate) mod rows;
pub(crate) mod scalar;
mod sealed;
#[cfg(feature = "routing")]
mod served;
#[cfg(feature = "routing")]
mod served_trips;
#[cfg(feature = "excel")]
mod sheet;
mod skills;
pub(crate) mod spelling;
mod stream;
#[cfg(feature = "serve")]
mod survey;
mod table;
pub(crate) mod thousands;
mod units;
pub(crate) mod wanted;
mod wishes;
#[cfg(feature = "excel")]
mod workbook;

pub use asking::{Asking, Heard};
pub use barriers::{Drawn, Opening};
pub use carry::Carried;
pub use context::Outline;
pub use data::{
    Category, Column, CustomerColumns, Customers, FitTable, Matrix, MatrixRows, RepColumns, Reps,
};
pub(crate) use fit::{Fit, Worth};
pub use leads::{How, Leads, Placed};
pub(crate) use leads::{Sought, Taking, leads_of_columns, read_leads};
pub(crate) use postcodes::{Coded, coded_places, country_code, fold_code, postal_file};
pub(crate) use read::read_among;
pub use read::{read, read_asking, read_customers, read_reps};
pub use rejects::Reject;
#[cfg(feature = "serve")]
pub(crate) use retold::retold;
#[cfg(feature = "roads")]
pub use road::write_network;
#[cfg(feature = "roads")]
pub(crate) use road::{roads_of, with_walks};
#[cfg(feature = "roads")]
pub use road_network::prepare;
pub(crate) use sealed::Misfits;
pub use sealed::{Columns, Sealed};
#[cfg(feature = "routing")]
pub(crate) use served::current;
pub(crate) use stream::{Begin, LeadStream, Piece};
#[cfg(feature = "serve")]
pub(crate) use survey::{Seen, Survey, survey};

use crate::base::ids::{Ids, RepIx};
use crate::error::Problem;
use crate::scenario::{Overrides, Role, Scenario};
use crate::territory::units::Units;

/// Everything a run reads, validated.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The scenario with all defaults filled in.
    pub scenario: Scenario,
    /// The customers.
    pub customers: Customers,
    /// The reps.
    pub reps: Reps,
    /// The area units, where customers are polygons or are counted into some.
    pub units: Option<Units>,
    /// The outline, rings closed, WGS 84.
    pub boundary: Option<geo::MultiPolygon<f64>>,
    /// Travel between customers and reps, when the scenario names a matrix.
    pub matrix: Option<Matrix>,
    /// What trips go round, when the scenario names barriers.
    pub barriers: Option<Drawn>,
    /// Outlines for the map, when the scenario names a file of them.
    pub context: Vec<Outline>,
    /// `rules.forbid` and the wishes to forbid, resolved: (position of the customer, rep), sorted.
    pub forbid: Vec<(u32, RepIx)>,
    /// The rep that each customer is wished to ([`RepIx::NONE`]: nobody wishes); empty without such wishes.
    pub wished: Vec<RepIx>,
    /// What of `forbid` the wishes ask for.
    pub wishes_forbid: Vec<(u32, RepIx)>,
    /// Customers whose lock to this rep the wishes have lifted: `customers.locked` says so.
    pub unlocked: Vec<(u32, RepIx)>,
    /// The files that were read, in the order scenario, customers, reps, units, boundary, matrix, barriers, tables of `[[prefer]]`, wishes,
    /// context.
    pub files: Vec<InputFile>,
    /// What the command line set; it is part of the inputs.
    pub overrides: Overrides,
    /// Ids of customers and of reps who are in the files, and not chosen: by `[select]`, or of other teams.
    pub left: [Ids; 2],
    /// Problems that do not stop the run.
    pub warnings: Vec<Problem>,
}

impl Inputs {
    /// Whether the customers of a group stay together: by `rules.groups`, because they belong to one unit, or because
    /// they stand at one place (`rules.places`).
    #[must_use]
    pub fn keeps_groups(&self) -> bool {
        let rules = &self.scenario.rules;
        rules.groups || rules.places || self.scenario.units.is_some()
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// What it is for. A shapefile is several files, which all have its role: the `.shp` first.
    pub role: Role,
    /// Where it is.
    pub path: std::path::PathBuf,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}
