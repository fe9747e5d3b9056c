//! What every feature has, in every format: a number, an id, a place.
//!
//! Readers of a format (GeoJSON, tables) drive a [`Sink`]; a sink (customers, reps) knows which
//! properties mean something. They meet in small numbers, the *slots* of properties.

mod choice;
mod place;
mod uses;
mod written;

pub(crate) use place::on_the_globe;
pub(crate) use uses::{Uses, put, slot_of, uses_of};

use super::carry::{Carried, Carries};
use super::chosen::Chosen;
use super::coords::Coords;
use super::lines::Kind;
use super::rejects::{Reject, Rejects};
use super::scalar::Scalar;
use super::spelling::Named;
use crate::base::areas::Areas;
use crate::base::condition::Side;
use crate::base::ids::Ids;
use crate::base::projection::Projection;
use crate::error::{Collector, Problem, Severity, codes};
use crate::scenario::{Decimal, LayerRole, Scenario, TableRole};

/// Slot of a property that nothing needs.
pub(crate) const IGNORE: u16 = u16::MAX;
/// Slot of `id`.
pub(crate) const ID: u16 = 0;
/// Slot of `lon`.
pub(crate) const LON: u16 = 1;
/// Slot of `lat`.
pub(crate) const LAT: u16 = 2;
/// Slot of the column of a table whose cells are points as text.
pub(crate) const GEOMETRY: u16 = IGNORE - 1;
/// First slot of properties that are texts whatever they look like: postcodes.
pub(crate) const TEXTS: u16 = 1 << 13;
/// First slot of a sink's own properties.
pub(crate) const OWN: u16 = 3;

/// Takes features one after the other.
pub(crate) trait Sink {
    /// What every feature has.
    fn base(&mut self) -> &mut Base;
    /// The slot of a property, [`IGNORE`] when nothing needs it.
    fn slot(&mut self, name: &str) -> u16;
    /// What a column of a table holds that stands for the property of a slot.
    fn kind(&self, slot: u16) -> Kind {
        match slot {
            IGNORE | ID | TEXTS.. => Kind::Text,
            LON | LAT => Kind::Coordinate,
            _ => Kind::Number,
        }
    }
    /// A property of the current feature.
    fn set(&mut self, slot: u16, value: Scalar<'_>);
    /// The current feature is complete.
    fn finish(&mut self, place: Place<'_>);
    /// What stood outside of any feature is not kept.
    fn discard(&mut self);
}

/// Where a feature is.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the columns `lon` and `lat`.
    Columns,
    /// `"geometry": null`, or none at all.
    Null,
    /// A geometry of this type.
    Shape(&'a str, &'a Coords),
    /// Nowhere, and that has been reported.
    Reported,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum IdKind {
    #[default]
    Absent,
    Text,
    Number,
    Reported,
}

/// Ids, places and problems of the features of one file.
#[derive(Debug, Default)]
pub(crate) struct Base {
    pub problems: Collector,
    pub ids: Ids,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    /// Polygons of the features, none before the first that has some.
    pub areas: Areas,
    /// What the property with the id is called.
    pub id_name: &'static str,
    /// Whether polygons are places (area units).
    pub polygons: bool,
    /// Whether this is a table; what of it the header lacks is told once, not for every row.
    pub table: bool,
    pub lacks: [bool; 3],
    /// Whether a column of the table has the places as text.
    pub written: bool,
    /// Which table it is, where a scenario may name its columns.
    pub role: Option<TableRole>,
    /// The columns that the scenario names for properties.
    pub named: Named,
    /// The properties whose columns the file has, of those that the scenario names.
    pub met: Vec<String>,
    /// The sheet of a workbook that the scenario names.
    pub sheet: Option<String>,
    /// The sheet that was read, and the others that are shown.
    pub sheets: Vec<String>,
    /// What a layer is read for, and the one that the scenario names.
    pub layer: (LayerRole, Option<String>),
    /// The decimal mark of numbers that may be read in two ways, where the scenario gives it.
    pub decimal: Option<Decimal>,
    /// Whether a number such as 2.155 may be thousands: the table is not separated by commas.
    pub grouped: bool,
    /// What the coordinates of the features to come are in, where that is not degrees.
    pub projection: Option<Projection>,
    /// Of the features that should be in metres, the first that is in degrees, and how many are.
    pub in_degrees: Option<(usize, usize)>,
    /// The file could not be read to its end.
    pub incomplete: bool,
    /// Columns that are carried along.
    pub carries: Carries,
    /// Columns that conditions of the scenario look at.
    pub compared: Carries,
    /// Which features are read.
    pub chosen: Chosen,
    /// Names of properties that nothing needs, for hints.
    pub others: Vec<String>,
    /// Features before the first of this piece of a stream.
    pub before: usize,
    /// Whether a postcode stands for coordinates.
    pub coded: bool,
    /// Takes the features that are bad, where they do not stop the run.
    pub rejects: Option<Rejects>,
    /// The place of the current feature, once it has been judged.
    judged: Option<[f64; 2]>,
    pending: Vec<Problem>,
    hopeless: bool,
    id: String,
    id_kind: IdKind,
    top_id: String,
    top_kind: IdKind,
    at: [Option<f64>; 2],
    seen: u64,
    /// Which slots were ever set.
    ever: u64,
    skipped: Vec<usize>,
}

impl Base {
    pub fn new(file: &str, polygons: bool) -> Base {
        Base {
            problems: Collector::new(file),
            polygons,
            id_name: "id",
            ..Base::default()
        }
    }

    /// As the scenario says that tables of this role are read.
    pub fn read_as(mut self, role: TableRole, scenario: &Scenario) -> Base {
        self.role = Some(role);
        self.named = scenario.columns.of(role).clone();
        self.sheet = scenario.tables.sheets.get(&role).cloned();
        // Matrices and results are tables in any case.
        let layer = match role {
            TableRole::Reps => LayerRole::Reps,
            TableRole::Leads => LayerRole::Leads,
            TableRole::Customers | TableRole::Matrix | TableRole::Results | TableRole::Wishes => {
                LayerRole::Customers
            }
        };
        self.layer = (layer, scenario.tables.layers.get(&layer).cloned());
        let side = match role {
            TableRole::Reps => Side::Rep,
            _ => Side::Customer,
        };
        self.compared = Carries::named(scenario.compared(side));
        self.chosen = Chosen::of(side, scenario);
        self.with_numbers_of(scenario)
    }

    /// As the scenario says that all tables are read, for one whose columns nothing names.
    pub fn with_numbers_of(mut self, scenario: &Scenario) -> Base {
        self.decimal = scenario.tables.decimal;
        self.carries = Carries::new(&scenario.output.carry);
        self
    }

    /// The slot of a property that every feature may have.
    pub fn slot(&mut self, name: &str) -> u16 {
        match name {
            "id" => ID,
            "lon" => LON,
            "lat" => LAT,
            "geometry" if self.table => GEOMETRY,
            _ => {
                if self.others.len() < 256 {
                    self.others.push(name.to_owned());
                }
                IGNORE
            }
        }
    }

    /// Number of the feature at a position, counted from 1.
    pub fn number(&self, position: usize) -> usize {
        self.before + position + 1 + self.skipped.partition_point(|s| *s <= position)
    }

    /// Number of the current feature.
    pub fn current(&self) -> usize {
        self.number(self.ids.len())
    }

    /// A problem of the current feature.
    pub fn pend(&mut self, problem: Problem) {
        self.pending.push(problem);
    }

    /// The current feature is none: nothing more is said about it.
    pub fn give_up(&mut self, problem: Problem) {
        self.pending.push(problem);
        self.hopeless = true;
    }

    /// Like [`Base::give_up`], and what was pending about the feature is dropped.
    pub fn give_up_row(&mut self, problem: Problem) {
        self.pending.clear();
        self.give_up(problem);
    }

    /// Whether [`Base::give_up`] was called for the current feature.
    pub fn hopeless(&self) -> bool {
        self.hopeless
    }

    /// The id of the current feature so far, empty when it has none.
    pub fn current_id(&self) -> &str {
        match self.id_kind {
            IdKind::Absent => &self.top_id,
            _ => &self.id,
        }
    }

    /// Whether the id of the current feature is a number.
    pub fn has_numeric_id(&self) -> bool {
        let kind = match self.id_kind {
            IdKind::Absent => self.top_kind,
            kind => kind,
        };
        kind == IdKind::Number
    }

    /// A data row without any value.
    pub fn skip_row(&mut self) {
        self.resize();
        self.skipped.push(self.ids.len());
    }

    /// Whether this slot is set for the second time in the current feature.
    pub fn twice(&mut self, slot: u16) -> bool {
        let bit = bit(slot);
        let twice = self.seen & bit != 0;
        self.seen |= bit;
        twice
    }

    /// Whether any feature has the property of this slot.
    pub fn ever(&self, slot: u16) -> bool {
        self.ever & bit(slot) != 0
    }

    /// A property that every feature may have.
    pub fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match slot {
            ID => {
                let name = self.id_name;
                self.id_kind = Self::id_of(value, name, &mut self.id, &mut self.pending);
            }
            LON | LAT => {
                let place = &mut self.at[usize::from(slot - LON)];
                match value.number() {
                    Ok(number) => *place = number,
                    // In GeoJSON the geometry counts; `lon` may be anything.
                    Err(wrong) if self.table => {
                        self.pending
                            .push(wrong.problem(["lon", "lat"][usize::from(slot - LON)]));
                        *place = Some(0.0);
                    }
                    Err(_) => {}
                }
            }
            GEOMETRY => self.set_written(value),
            _ => {}
        }
    }

    /// The `id` member beside `properties`.
    pub fn set_top_id(&mut self, value: Scalar<'_>) {
        self.top_kind = Self::id_of(value, "id", &mut self.top_id, &mut self.pending);
    }

    fn id_of(
        value: Scalar<'_>,
        name: &str,
        out: &mut String,
        pending: &mut Vec<Problem>,
    ) -> IdKind {
        match value.text(out) {
            Ok(None) => IdKind::Absent,
            Ok(Some(true)) => IdKind::Number,
            Ok(Some(false)) => IdKind::Text,
            Err(wrong) => {
                out.clear();
                let what = format!("{} is no id", value.describe());
                let help = "an id is text in quotes or a whole number";
                pending.push(Problem::error(codes::BAD_ID, what).field(name).help(help));
                let _ = wrong;
                IdKind::Reported
            }
        }
    }

    /// Whether the current feature has an id and a place of its own, as far as is known yet.
    pub fn is_placed(&self, place: Place<'_>) -> bool {
        match place {
            Place::Columns => self.at.iter().any(Option::is_some),
            Place::Null => false,
            Place::Shape(..) | Place::Reported => true,
        }
    }

    /// Puts the current feature at a place.
    pub fn put_at(&mut self, lon: f64, lat: f64) {
        self.at = [Some(lon), Some(lat)];
    }

    /// Ends the current feature as a bad one, where it is and bad ones do not stop the run; whether it did.
    pub fn reject(&mut self, place: Place<'_>) -> bool {
        if self.rejects.is_none() {
            return false;
        }
        let at = self.judge(place);
        let number = self.current();
        let id = self.current_id().to_owned();
        let position = self.ids.len();
        let Some(rejects) = &mut self.rejects else {
            return false;
        };
        if let Some(problem) = rejects.taken(&id) {
            self.pending.push(problem.field(self.id_name));
        }
        let bad = (self.pending.iter()).any(|p| p.severity == Severity::Error);
        if !bad {
            rejects.take(&id, number);
            self.judged = Some(at);
            return false;
        }
        let at = |p: Problem| p.at(number).id(&id);
        rejects.push(Reject {
            number,
            problems: std::mem::take(&mut self.pending)
                .into_iter()
                .map(at)
                .collect(),
            row: self.carries.row(position),
            id,
        });
        self.discard();
        self.skip_row();
        true
    }

    /// Tells what the current feature lacks; its place.
    fn judge(&mut self, place: Place<'_>) -> [f64; 2] {
        let kind = match self.id_kind {
            IdKind::Absent => self.top_kind,
            kind => kind,
        };
        if kind == IdKind::Absent && !self.hopeless && !self.lacks[usize::from(ID)] {
            let help = if self.table {
                "fill in the column `id`".to_owned()
            } else {
                format!("add \"{}\" to its properties", self.id_name)
            };
            self.pending.push(
                Problem::error(codes::MISSING_ID, "there is no id")
                    .field(self.id_name)
                    .help(help),
            );
        }
        let known = self.place(place);
        if known.is_ok() && self.polygons && !self.hopeless {
            self.keep_area(place);
        }
        known.unwrap_or_else(|problem| {
            self.pending.extend(problem.map(|p| *p));
            [0.0, 0.0]
        })
    }

    /// Ends the current feature: its id and place are kept, its problems are reported.
    pub fn finish(&mut self, place: Place<'_>) {
        let [lon, lat] = match self.judged.take() {
            Some(at) => at,
            None => self.judge(place),
        };
        let top = self.id_kind == IdKind::Absent;
        let kind = if top { self.top_kind } else { self.id_kind };
        if !self.pending.is_empty() {
            let number = self.current();
            for problem in std::mem::take(&mut self.pending) {
                let id = self.current_id();
                self.problems.add(problem.at(number).id(id));
            }
        }
        let id = if top { &self.top_id } else { &self.id };
        self.ids.push(id, kind == IdKind::Number);
        self.lon.push(lon);
        self.lat.push(lat);
        self.discard();
    }

    /// Keeps the polygons of a feature.
    fn keep_area(&mut self, place: Place<'_>) {
        let (depth, coords) = match place {
            Place::Shape("Polygon", coords) => (2, coords),
            Place::Shape("MultiPolygon", coords) => (3, coords),
            _ => return,
        };
        let bad = |code, what: String| {
            let help = "mend it, or take it out";
            Problem::error(code, what).field("geometry").help(help)
        };
        let area = match coords.polygons(depth) {
            Ok(area) => area,
            Err(what) => return self.pend(bad(codes::BAD_COORDINATES, what)),
        };
        if let Some(problem) = coords.positions.iter().find_map(|p| on_the_globe(*p).err()) {
            return self.pend(problem.field("geometry"));
        }
        self.areas.pad(self.ids.len());
        if !self.areas.push(&area) {
            let what = "the polygon has no area on the grid of 1e-7 degrees".to_owned();
            self.pend(bad(codes::INVALID_POLYGON, what));
        }
    }

    /// The columns that were carried along.
    pub fn carried(&mut self) -> Vec<Carried> {
        let mut problems = std::mem::take(&mut self.problems);
        let mut carries = std::mem::take(&mut self.carries);
        let carried = carries.take(|position| self.number(position), &mut problems);
        (self.problems, self.carries) = (problems, carries);
        carried
    }

    /// What is kept of columns is of the features that are.
    fn resize(&mut self) {
        self.carries.resize(self.ids.len());
        self.compared.resize(self.ids.len());
    }

    /// Forgets the current feature.
    pub fn discard(&mut self) {
        self.resize();
        self.chosen.forget();
        self.pending.clear();
        self.id.clear();
        self.top_id.clear();
        self.id_kind = IdKind::Absent;
        self.top_kind = IdKind::Absent;
        self.at = [None; 2];
        self.ever |= self.seen;
        self.seen = 0;
        self.hopeless = false;
    }
}

/// One bit for each of the first 64 slots.
fn bit(slot: u16) -> u64 {
    1_u64.checked_shl(u32::from(slot)).unwrap_or(0)
}
