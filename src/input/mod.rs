//! Reading and validating customers, reps and boundaries.

mod antimeridian;
pub(crate) mod astray;
mod boundary;
pub(crate) mod carry;
mod columns;
mod context;
pub(crate) mod coords;
pub(crate) mod csv_safe;
mod customers;
mod extras;
mod figures;
mod filling;
mod fit;
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
mod outline;
mod places;
mod postcodes;
mod quotes;
mod read;
pub(crate) mod read_lines;
pub(crate) mod rejects;
mod relations;
mod reps;
pub(crate) mod rows;
pub(crate) mod scalar;
#[cfg(feature = "excel")]
mod sheet;
pub(crate) mod spelling;
mod stream;
mod table;
pub(crate) mod thousands;
mod units;
pub(crate) mod wanted;
#[cfg(feature = "excel")]
mod workbook;

pub use carry::Carried;
pub use context::Outline;
pub(crate) use fit::Fit;
pub use leads::{How, Leads, Placed};
pub(crate) use leads::{Sought, Taking, leads_of_columns, read_leads};
pub(crate) use postcodes::{Coded, coded_places, country_code, fold_code, postal_file};
pub(crate) use read::read_among;
pub use read::{read, read_customers, read_reps};
pub use rejects::Reject;
pub(crate) use stream::{Begin, LeadStream, Piece};

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
    /// Outlines for the map, when the scenario names a file of them.
    pub context: Vec<Outline>,
    /// `rules.forbid`, resolved: (position of the customer, rep).
    pub forbid: Vec<(u32, RepIx)>,
    /// The files that were read, in the order scenario, customers, reps, units, boundary, matrix, context.
    pub files: Vec<InputFile>,
    /// What the command line set; it is part of the inputs.
    pub overrides: Overrides,
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

/// A travel matrix in compressed rows, one row per customer; an absent pair is forbidden.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Row `i` is `start[i]..start[i + 1]` of the other vectors; `n + 1` values.
    pub start: Vec<u64>,
    /// Reps of each row, ascending.
    pub rep: Vec<RepIx>,
    /// Kilometres; empty when the file has no such column.
    pub km: Vec<f64>,
    /// Minutes; empty when the file has no such column.
    pub minutes: Vec<f64>,
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

/// A numeric property of all customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The property.
    pub name: String,
    /// One value per customer, finite, >= 0.
    pub values: Vec<f64>,
}

/// A categorical property of all customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The property.
    pub name: String,
    /// Its distinct values, in the order of their first appearance.
    pub values: Vec<String>,
    /// Index into `values` per customer, `u32::MAX` where there is none.
    pub of: Vec<u32>,
}

/// Customers, one entry per feature in file order, as flat arrays.
#[derive(Clone, Debug, Default)]
pub struct Customers {
    /// Unique ids.
    pub ids: Ids,
    /// Longitudes, degrees, [-180, 180].
    pub lon: Vec<f64>,
    /// Latitudes, degrees, [-90, 90].
    pub lat: Vec<f64>,
    /// The numeric properties that the scenario names (balance measures, weight, change measure,
    /// measures of the dashboard, targets), each once; `customers` is all ones.
    pub columns: Vec<Column>,
    /// Visits per year; empty when nothing needs them.
    pub visits: Vec<f64>,
    /// Owner of today ([`RepIx::NONE`]: nobody); empty when no customer has one.
    pub owner: Vec<RepIx>,
    /// Whether the customer stays with its owner; empty when none is.
    pub locked: Vec<bool>,
    /// Index into `skill_sets`, per customer; empty when no customer requires anything.
    pub requires: Vec<u32>,
    /// Distinct sets of required skills, each sorted.
    pub skill_sets: Vec<Vec<String>>,
    /// Index into `group_names` or `u32::MAX`; empty when there are no groups.
    pub group: Vec<u32>,
    /// Distinct groups.
    pub group_names: Vec<String>,
    /// Names, empty where a customer has none; no entries when nobody has one.
    pub names: Ids,
    /// The segments of the dashboard.
    pub segments: Vec<Category>,
    /// The competitors of the dashboard: shares in [0, 1], NaN where unknown.
    pub shares: Vec<Column>,
    /// The columns that `[output] carry` asks for.
    pub carried: Vec<Carried>,
    /// The columns that `[[prefer]]` looks at.
    pub compared: Vec<Carried>,
}

impl Customers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The values of a numeric property that the scenario names.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns
            .iter()
            .find(|c| c.name == name)
            .map(|c| c.values.as_slice())
    }
}

/// The reps.
#[derive(Clone, Debug, Default)]
pub struct Reps {
    /// Unique ids.
    pub ids: Ids,
    /// Names; the id where there is none.
    pub name: Vec<String>,
    /// Longitudes of the home bases, degrees.
    pub lon: Vec<f64>,
    /// Latitudes of the home bases, degrees.
    pub lat: Vec<f64>,
    /// Relative share of the whole, > 0 or 0; `None`: no bounds from share and tolerance.
    pub capacity: Vec<Option<f64>>,
    /// Skills, sorted.
    pub skills: Vec<Vec<String>>,
    /// No site farther than this, km.
    pub max_km: Vec<Option<f64>>,
    /// No site farther than this, minutes.
    pub max_minutes: Vec<Option<f64>>,
    /// `min_MEASURE` per rep and balance measure (`[measure][rep]`).
    pub min: Vec<Vec<Option<f64>>>,
    /// `max_MEASURE` per rep and balance measure (`[measure][rep]`).
    pub max: Vec<Vec<Option<f64>>>,
    /// The columns that `[output] carry` asks for.
    pub carried: Vec<Carried>,
    /// The columns that `[[prefer]]` looks at.
    pub compared: Vec<Carried>,
}

impl Reps {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
