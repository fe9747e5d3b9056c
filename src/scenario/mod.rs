//! The scenario: which files, which rules. Read from TOML, overridden by flags.

mod args;
mod balance;
mod columns;
mod dashboard;
mod keys;
mod load;
mod measures;
mod metric;
mod output;
mod paths;
mod prefer;
mod regions;
mod roles;
mod sections;
mod server;
mod sizing;
mod sound;
mod target;
mod team;
#[cfg(test)]
mod tests;
mod titles;
mod toml_walk;
mod travel;

pub use args::{BalanceArg, ColumnArg, Overrides, parse_tolerance};
pub use balance::{Auto, Balance, DEFAULT_BUDGET, DeviationCost};
pub use metric::{Direction, Metric, OffRoad};
pub use output::{Carry, CarryWord, OutputRules};
pub(crate) use paths::MOVED;
pub(crate) use prefer::times;
pub use prefer::{FitUnit, Prefer};
pub use regions::Regions;
pub use roles::{ColumnNames, LayerRole, Role, TableRole};
pub use server::ServerRules;
pub use sizing::Sizing;
pub use target::{Amount, Goal, Total};
pub use team::{Select, Team};
pub(crate) use titles::{default_name, titled};
pub use travel::{Cost, RoadRules, TravelRules};

use crate::memory::Memory;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tolerance of a measure that names none.
pub const DEFAULT_TOLERANCE: f64 = 0.05;

/// The largest number, up or down, that is taken from a scenario, a table or a GeoJSON file. Doubles still tell such numbers from
/// their neighbours (up to `2^53`, near 9e15), and no product of a few of them, summed over all customers, overflows.
pub const LARGEST: f64 = 1e15;

/// How [`LARGEST`] is written in messages.
pub(crate) const LARGEST_SAYS: &str = "1e15 (1 000 000 000 000 000)";

/// Names that cannot be measures, because the files use them for something else.
pub const RESERVED: &[&str] = &[
    "id", "lon", "lat", "owner", "locked", "requires", "group", "none",
];

/// Properties of the features of `territories.geojson` that are no figures of a measure, but for the number
/// of `customers`, which is the measure of that name. No measure with these names can be balanced: its
/// totals would stand under a name that is taken.
pub const TERRITORY_PROPERTIES: &[&str] = &[
    "rep",
    "name",
    "color",
    "parts",
    "area_km2",
    "travel_km",
    "travel_minutes",
];

/// Properties of the features of `regions.geojson` that territories do not have: no measure with these names can be balanced where the
/// scenario has `[regions]`.
pub const REGION_PROPERTIES: &[&str] = &["region", "level", "parent", "reps"];

/// What the names of the goals of regions begin with there.
pub const GOAL: &str = "goal_";

/// What follows the name of a measure in the names of its target and of total / target there.
pub const MEASURE_SUFFIXES: [&str; 2] = ["_target", "_index"];

/// A scenario with every default filled in.
///
/// Paths are resolved: absolute, or relative to the working directory of the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Title of the plan.
    pub name: String,
    /// Customers: `.geojson`, `.json`, `.geojsonl`, `.gpkg`, `.shp`, `.fgb`, `.csv`, `.xlsx`.
    pub customers: PathBuf,
    /// Reps: the same formats.
    pub reps: PathBuf,
    /// Area units that the customers are counted into: (Multi)Polygons with ids.
    #[serde(default)]
    pub units: Option<PathBuf>,
    /// How area units are read, whether of a file of their own or the customers themselves.
    #[serde(default)]
    pub unit_rules: UnitRules,
    /// Outline that the territories are cut to.
    pub boundary: Option<PathBuf>,
    /// Activity measures to balance, at least one.
    pub balance: Vec<Balance>,
    /// How far, how long, and what of it is minimised.
    pub travel: TravelRules,
    /// Pairs that must be or must not be.
    pub rules: Rules,
    /// Regions of the reps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Regions>,
    /// Limit and penalty on what changes hands.
    pub change: Option<Change>,
    /// Which reps fit which customers, as a cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<Prefer>,
    /// Teams that share the files; each is planned by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<Team>,
    /// Which customers and reps of the files are planned, where not all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<Select>,
    /// How territories are drawn.
    #[serde(default)]
    pub territories: TerritoryRules,
    /// How to solve.
    pub solve: SolveRules,
    /// What the report page shows beyond the plan.
    #[serde(default)]
    pub dashboard: Dashboard,
    /// What the territories are to reach.
    #[serde(default)]
    pub target: Vec<Goal>,
    /// How files are written.
    #[serde(default)]
    pub output: OutputRules,
    /// How tables are read.
    #[serde(default, skip_serializing_if = "TableRules::is_default")]
    pub tables: TableRules,
    /// What the columns of tables are called.
    #[serde(default, skip_serializing_if = "ColumnNames::is_default")]
    pub columns: ColumnNames,
    /// How many reps, and where; for `revier size`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizing: Option<Sizing>,
    /// The file that it was read from; no setting.
    #[serde(skip)]
    pub origin: Origin,
}

/// Where a scenario comes from, and what its file held when it was read, so that a pipe is read once. It is no setting: all are
/// equal.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// SHA-256 of the bytes, lower-case hex; `None` without a file.
    pub sha256: Option<String>,
    /// Whether a saved plan names the files: only files are read then, for nobody writes into a pipe.
    pub saved: bool,
    /// The files that are in memory.
    pub(crate) memory: Memory,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

/// The sign between whole units and their parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// `1234.5`.
    #[serde(rename = ".")]
    Point,
    /// `1234,5`.
    #[serde(rename = ",")]
    Comma,
}

/// `[tables]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRules {
    /// The decimal mark of columns of which every number may be read in two ways (`1.200`). Where the numbers show it, they have the last word.
    pub decimal: Option<Decimal>,
    /// Whether ids that spreadsheets have changed count as the same.
    #[serde(default, skip_serializing_if = "IdMatch::is_exact")]
    pub ids: IdMatch,
    /// The sheet of a workbook, by table.
    pub sheets: BTreeMap<TableRole, String>,
    /// The layer of a GeoPackage, by what it is read for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<LayerRole, String>,
}

/// `ids` of `[tables]`: when an id of one file is that of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdMatch {
    /// They are the same letter by letter.
    #[default]
    Exact,
    /// Zeros before a whole number do not count, nor do those behind its decimal point: `4101` is `04101`, `7.0` is `7`.
    Loose,
}

impl IdMatch {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
    fn is_exact(&self) -> bool {
        *self == IdMatch::Exact
    }
}

impl TableRules {
    fn is_default(&self) -> bool {
        *self == TableRules::default()
    }
}

/// `[rules]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// A site's `requires` must be within the rep's `skills`.
    pub skills: bool,
    /// A site with `locked: true` stays with its `owner`.
    pub locks: bool,
    /// Sites of one `group` go to one rep.
    pub groups: bool,
    /// Sites at one place (to 1e-7 degrees) go to one rep.
    #[serde(default)]
    pub places: bool,
    /// Pairs (customer id, rep id) that must not be.
    pub forbid: Vec<(String, String)>,
    /// Every territory connected.
    pub contiguous: bool,
    /// What an `owner` is who is no rep (any more).
    #[serde(default)]
    pub former_owners: FormerOwners,
    /// A table of pairs that shall be, or shall not be, and of locks that shall not hold: `customer_id,rep_id,wish`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wishes: Option<PathBuf>,
}

/// What an `owner` is who is no rep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormerOwners {
    /// A slip: the run stops.
    #[default]
    Error,
    /// Somebody who left: their customers have no owner today, and whoever gets them, that is no change of hands.
    Free,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            skills: true,
            locks: true,
            groups: true,
            places: false,
            forbid: Vec::new(),
            contiguous: false,
            former_owners: FormerOwners::Error,
            wishes: None,
        }
    }
}

/// `[change]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// At most this share of the measure changes hands, in [0, 1]; `None`: no limit.
    pub max_share: Option<f64>,
    /// What each unit of the measure that changes hands adds to the objective, > 0; `None`: nothing.
    pub penalty: Option<f64>,
    /// A numeric property, or `customers`.
    pub measure: String,
}

/// What becomes of accounts that a rule keeps apart from the rest of their rep's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enclaves {
    /// They get a part of the territory of their own.
    #[default]
    Keep,
    /// They are listed in the report, and the map is drawn without them.
    List,
}

impl std::str::FromStr for Enclaves {
    type Err = String;

    fn from_str(text: &str) -> Result<Enclaves, String> {
        match text {
            "keep" => Ok(Enclaves::Keep),
            "list" => Ok(Enclaves::List),
            _ => Err(format!("{text:?} is not known here; write keep or list")),
        }
    }
}

/// `[territories]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerritoryRules {
    /// Land farther than this from every customer is nobody's, km.
    pub max_reach_km: Option<f64>,
    /// How far borders may move to become straighter, metres; 0 keeps every corner.
    pub simplify_m: f64,
    /// How far borders may move to become rounder, metres; 0 cuts no corner.
    #[serde(default)]
    pub smooth_m: f64,
    /// What becomes of accounts that a rule keeps apart from the rest of their rep's.
    pub enclaves: Enclaves,
}

/// `[units]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitRules {
    /// Borders of different units within this distance are one border, metres; 0 joins nothing.
    pub snap_m: f64,
}

/// Borders of units are joined within this, metres, unless the scenario says otherwise: what rounding to 1e-5 degrees leaves.
pub const DEFAULT_SNAP_M: f64 = 2.0;

impl Default for UnitRules {
    fn default() -> UnitRules {
        UnitRules {
            snap_m: DEFAULT_SNAP_M,
        }
    }
}

/// `[solve]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolveRules {
    /// Seed of everything random.
    pub seed: u64,
    /// Stop when the plan is proven this close.
    pub gap: f64,
    /// Stop improving after this long, seconds.
    pub time_limit_s: f64,
}

impl Default for SolveRules {
    fn default() -> SolveRules {
        SolveRules {
            seed: 1,
            gap: 1e-4,
            time_limit_s: 60.0,
        }
    }
}

/// `[dashboard]`: what the report counts and shows beyond the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// Categorical properties of the customers, counted per territory.
    pub segments: Vec<String>,
    /// Numeric properties that are summed per territory, balanced or not.
    pub measures: Vec<String>,
    /// Numeric properties with a competitor's share of a customer's demand, each in [0, 1].
    pub competitors: Vec<String>,
    /// The measure that the shares of competitors are shares of. Default: the first measure.
    pub share_of: String,
    /// A GeoJSON file whose outlines are drawn on the map: Länder, districts, roads.
    pub context: Option<PathBuf>,
    /// Address of map tiles with `{z}`, `{x}` and `{y}`; without one the page needs no network.
    pub tiles: Option<String>,
    /// Whom the map names as the source of its data.
    pub attribution: Option<String>,
}

impl Scenario {
    /// What messages call a file of it.
    pub(crate) fn label(&self, path: &Path) -> String {
        self.origin.memory.label(path)
    }

    /// What a unit of load beside the target costs, per measure; `None` where no measure has a `deviation_cost`.
    #[must_use]
    pub fn deviation(&self) -> Option<Vec<f64>> {
        let asked = |b: &Balance| b.deviation_cost.is_some();
        let all = || self.balance.iter().map(Balance::price).collect();
        self.balance.iter().any(asked).then(all)
    }

    /// Takes what `auto` has chosen from another scenario of the same measures, where this one has `auto`, too.
    pub(crate) fn adopt_chosen(&mut self, other: &Scenario) {
        for b in self.balance.iter_mut().filter(|b| b.is_auto()) {
            let same = other.balance.iter().find(|o| o.measure == b.measure);
            b.chosen = same.map(Balance::price);
        }
    }

    /// Unit of the objective: the weight times km or minutes.
    #[must_use]
    pub fn objective_unit(&self) -> String {
        let travel = match self.travel.cost {
            Cost::Km => "km",
            Cost::Minutes => "minutes",
        };
        match self.travel.weight.as_str() {
            "none" => travel.to_owned(),
            weight => format!("{weight} x {travel}"),
        }
    }

    /// The names of the numeric properties that a run reads from the customers, each once: the
    /// balance measures, then the weight, the measure of `[change]`, those of `[dashboard]`, and those that
    /// targets grow from.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.balance.iter().map(|b| b.measure.as_str()).collect();
        if self.travel.weight != "none" {
            names.push(&self.travel.weight);
        }
        if let Some(change) = &self.change {
            names.push(&change.measure);
        }
        names.extend(self.dashboard.measures.iter().map(String::as_str));
        if !self.dashboard.competitors.is_empty() {
            names.push(&self.dashboard.share_of);
        }
        let growing = |goal: &&Goal| matches!(goal.amount, Amount::Growth(_));
        let goals = self.target.iter().filter(growing);
        names.extend(goals.map(|goal| goal.measure.as_str()));
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// The numeric properties that are read from the customers where they have them: measures of targets
    /// that may stand in the actual results only.
    #[must_use]
    pub fn optional_columns(&self) -> Vec<&str> {
        let needed = self.columns();
        let names = self.target.iter().map(|goal| goal.measure.as_str());
        let mut seen = std::collections::BTreeSet::new();
        names
            .filter(|name| !needed.contains(name) && seen.insert(*name))
            .collect()
    }
}
