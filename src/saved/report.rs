//! `report.json`, typed: the one schema that the writer, the readers and `check` share.
//!
//! Unknown and doubled members are refused: what nobody reads, nobody has verified.

use crate::disk::file;
use crate::error::{Problem, codes};
use crate::explain::advice::Advice;
use crate::input::geojson;
use crate::plan::dashboard::{Dashboard, Today};
use crate::plan::frontier::FrontierRow;
use crate::plan::preferences::Preferred;
use crate::plan::regions::Region;
use crate::plan::summary::Change;
use crate::plan::targets::RepTarget;
use crate::plan::{Claim, LpSummary, Proof, Status, Violation};
use crate::scenario::{Balance, LARGEST, Overrides, Role, Scenario};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// The report of a saved plan; its members are the contract's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of revier that wrote the plan.
    pub revier: String,
    /// The scenario with all defaults filled in; paths are relative to the plan directory.
    pub scenario: Scenario,
    /// What the command line set.
    #[serde(default)]
    pub overrides: Overrides,
    /// The files that the plan was made from.
    pub inputs: Vec<Input>,
    /// Seed of everything random.
    pub seed: u64,
    /// How good the plan is known to be.
    pub status: Status,
    /// What is claimed, and proven by `certificate.json`.
    pub claim: Claim,
    /// Travel cost of the plan.
    pub objective: Objective,
    /// Load beside the targets and what it costs, for each measure that has a `deviation_cost`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviation: Vec<Deviation>,
    /// Lower bound on the cost of every plan.
    pub bound: f64,
    /// `(objective - bound) / objective`.
    pub gap: f64,
    /// How the bound was proven.
    pub proof: Proof,
    /// The bound that the prices certify.
    pub certified: f64,
    /// What the LP solver did.
    pub lp: LpSummary,
    /// The certificate.
    pub prices: Vec<Price>,
    /// Price of the limit on how much changes hands.
    pub change_price: f64,
    /// Prices of the assignment rows, if the proof is by assignment; a unit without one has half of what its second option costs above the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignment_prices: Vec<SitePrice>,
    /// Whether this is today's assignment, evaluated, and not a new plan.
    pub kept: bool,
    /// What changes hands, where customers have owners.
    pub change: Option<Change>,
    /// Plans with other limits on change; empty unless asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frontier: Vec<FrontierRow>,
    /// What the prices say.
    pub advice: Vec<Advice>,
    /// Figures per rep.
    pub territories: Vec<RepFigures>,
    /// Figures per region, each followed by those in it; where reps have regions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// What became of the preferences; without them nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preferred>,
    /// Islands that the run tried to join, where contiguity is no rule; the page does without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjoined: Vec<Unjoined>,
    /// Rules that the plan breaks.
    pub violations: Vec<Violation>,
    /// Remarks for the planner.
    pub notes: Vec<String>,
    /// Ids of the customers outside the boundary.
    pub outside: Vec<String>,
    /// Customers that the map leaves out.
    #[serde(default)]
    pub enclaves: Vec<Enclave>,
    /// What the territories are to reach.
    #[serde(default)]
    pub targets: Vec<RepTarget>,
    /// What `[dashboard]` asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<Dashboard>,
    /// Today's owners beside the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<Today>,
    /// All other files of the directory; the page, which is one of them, does without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// Where the time of the run went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings_s: Option<Timings>,
    /// The most memory that the run held, MB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_mb: Option<f64>,
}

/// A file that the plan was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What it is for.
    pub role: Role,
    /// Where it is, as seen from the plan directory.
    pub path: PathBuf,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// A file of the plan directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// The travel cost of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// How much.
    pub value: f64,
    /// Of what, for example `workload x km`.
    pub unit: String,
    /// Weight x travel.
    pub travel: f64,
    /// What preferences add to it, below 0 where they are mostly met; where the scenario has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference: Option<f64>,
    /// The penalty on what changes hands.
    pub change: f64,
    /// What load beside the targets costs; where the scenario says that it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<f64>,
}

/// What load beside the targets of a measure costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The measure.
    pub measure: String,
    /// Objective units per unit of load: the scenario's number, or the one that `auto` chose.
    pub price: f64,
    /// Load of all reps above or below their targets, in units of the measure.
    pub load: f64,
    /// What it costs: `price * load`.
    pub cost: f64,
}

/// Dual price of a balance row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The rep's id.
    pub rep: String,
    /// The measure.
    pub measure: String,
    /// Objective units per unit of the measure.
    pub price: f64,
}

/// Dual price of a customer's assignment row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePrice {
    /// The customer's id; one of a group stands for all of it.
    pub site: String,
    /// Objective units.
    pub price: f64,
}

/// One rep's share of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepFigures {
    /// The rep's id.
    pub rep: String,
    /// Its name.
    pub name: String,
    /// Its region, where the scenario has regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Number of customers.
    pub customers: usize,
    /// Totals per balance measure.
    #[serde(deserialize_with = "unique")]
    pub measures: BTreeMap<String, Measure>,
    /// Mean one-way travel, km.
    pub travel_km: Option<f64>,
    /// Mean one-way travel, minutes.
    pub travel_minutes: Option<f64>,
}

/// One rep's total of one measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Total of the rep's customers.
    pub total: f64,
    /// The rep's fair share.
    pub target: Option<f64>,
    /// Least total that is allowed.
    pub lower: f64,
    /// Greatest total that is allowed; `None` without a limit.
    pub upper: Option<f64>,
    /// `total / target`.
    pub index: Option<f64>,
}

/// An island that was not joined with the rest of its territory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unjoined {
    /// Its first customer.
    pub site: String,
    /// What the cheapest way to join it that was found would cost more, rounded up as the note on the island tells it: 0 where no
    /// note names the island; `None` where no way was found.
    pub rise: Option<f64>,
}

/// A customer that the map leaves out, because it stands inside another territory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enclave {
    /// The customer.
    pub site: String,
    /// Its rep.
    pub rep: String,
    /// In whose territory it stands.
    pub inside: String,
}

/// Where the time of a run went, seconds of wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

impl Report {
    /// Gives the scenario the costs of load beside the targets that `auto` has chosen.
    ///
    /// # Errors
    /// They are not of the measures that have a cost, are no costs, or not those of the scenario.
    fn settle_costs(&mut self) -> Result<(), String> {
        let asked = |b: &&mut Balance| b.deviation_cost.is_some();
        let mut said = self.deviation.iter();
        for b in self.scenario.balance.iter_mut().filter(asked) {
            let of_measure = said.next().filter(|d| d.measure == b.measure);
            let Some(price) = of_measure.map(|d| d.price) else {
                return Err(format!("its deviation has no entry of {:?}", b.measure));
            };
            if !(0.0..=LARGEST).contains(&price) {
                return Err(format!(
                    "load beside the target of {:?} costs {price}",
                    b.measure
                ));
            }
            if b.is_auto() {
                b.chosen = Some(price);
            }
        }
        match said.next() {
            Some(more) => Err(format!("its deviation has an entry of {:?}", more.measure)),
            None => Ok(()),
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Report, Vec<Problem>> {
    let bytes = super::bytes_of(path)?;
    let named = |mut problem: Problem| {
        problem.file = path.display().to_string();
        vec![problem]
    };
    let text = file::utf8(&bytes).map_err(|p| named(*p))?;
    let read: Result<Report, _> = serde_json::from_str(text);
    let mut report = read.map_err(|error| {
        if !error.is_data() {
            return named(*geojson::syntax_problem(text, &error));
        }
        let problem = Problem::error(
            codes::WRONG_TYPE,
            format!("damaged, or not a report of this version: {error}"),
        );
        named(problem.help("run `revier solve` again; this version of revier writes all of it"))
    })?;
    report.scenario.sound().map_err(|what| {
        let what = format!("the file is damaged: {what}");
        named(Problem::error(codes::DAMAGED_PLAN, what).help("run `revier solve` again"))
    })?;
    report.scenario.origin.saved = true;
    report.settle_costs().map_err(|what| {
        let what = format!("the file is damaged: {what}");
        named(Problem::error(codes::DAMAGED_PLAN, what).help("run `revier solve` again"))
    })?;
    Ok(report)
}

/// A map in which no member stands twice.
fn unique<'de, D, T>(d: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Members::deserialize(d).map(|members| members.0)
}

/// The members of an object, none twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Members<T>(pub BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Visit<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if all.contains_key(&name) {
                        let what = format!("the member {name:?} stands twice");
                        return Err(A::Error::custom(what));
                    }
                    all.insert(name, value);
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(Visit(PhantomData))
    }
}
