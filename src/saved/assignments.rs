//! `assignments.geojson` into flat arrays.

use super::{OF_REP, fill};
use crate::base::ids::{Ids, RepIx};
use crate::error::{Problem, codes};
use crate::input::Carried;
use crate::input::carry::Carries;
use crate::input::index::{IdIndex, Names};
use crate::input::rows::{Base, ID, IGNORE, OWN, Place, Sink};
use crate::input::scalar::Scalar;
use std::path::Path;

/// Who looks after which customer, one entry per customer, in input order.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// Ids of the customers.
    pub ids: Ids,
    /// Longitudes, degrees.
    pub lon: Vec<f64>,
    /// Latitudes, degrees.
    pub lat: Vec<f64>,
    /// The rep of each customer, as a position in the territories.
    pub owner: Vec<RepIx>,
    /// The rep of today; [`RepIx::NONE`] where there is none.
    pub previous: Vec<RepIx>,
    /// Kilometres to the rep, one way; NaN where nothing says.
    pub km: Vec<f64>,
    /// Minutes to the rep, one way; NaN where nothing says.
    pub minutes: Vec<f64>,
    /// Whether the customer gets another rep than today's.
    pub changed: Vec<bool>,
    /// Whether the customer had to stay.
    pub locked: Vec<bool>,
    /// Names of the customers, and the columns of the input that were carried along.
    pub carried: Vec<Carried>,
}

impl Assignments {
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

const REP: u16 = OWN;
const PREVIOUS: u16 = OWN + 1;
const KM: u16 = OWN + 2;
const MINUTES: u16 = OWN + 3;
const CHANGED: u16 = OWN + 4;
const LOCKED: u16 = OWN + 5;
/// First slot of what follows from the rep.
const OF_REPS: u16 = OWN + 6;

/// Number of "no rep" among the names.
const NOBODY: u32 = u32::MAX;

/// The rows, with reps that are still names.
pub(super) struct Rows {
    base: Base,
    names: Names,
    rows: Assignments,
    owner: Vec<u32>,
    previous: Vec<u32>,
    text: String,
    now: Row,
}

/// The current feature.
#[derive(Default)]
struct Row {
    rep: Option<u32>,
    previous: Option<u32>,
    km: Option<f64>,
    minutes: Option<f64>,
    changed: Option<bool>,
    locked: Option<bool>,
}

/// Reads the assignments.
pub(super) fn read(path: &Path) -> Result<Rows, Vec<Problem>> {
    let mut base = Base::new(&path.display().to_string(), false);
    base.id_name = "customer_id";
    base.carries = Carries::rest();
    let mut rows = Rows {
        base,
        names: Names::default(),
        rows: Assignments::default(),
        owner: Vec::new(),
        previous: Vec::new(),
        text: String::new(),
        now: Row::default(),
    };
    fill(path, &mut rows)?;
    Ok(rows)
}

impl Rows {
    /// Turns the names of reps into positions in `reps`.
    pub fn resolve(self, reps: &Ids) -> Result<Assignments, Vec<Problem>> {
        let (index, _) = IdIndex::build(reps);
        let known: Vec<Option<RepIx>> = self
            .names
            .list
            .iter()
            .map(|name| index.get(reps, name).map(|at| RepIx(at as u32)))
            .collect();
        let mut base = self.base;
        let mut problems = std::mem::take(&mut base.problems);
        let mut look_up = |of: &[u32], field: &str| -> Vec<RepIx> {
            let mut reps = Vec::with_capacity(of.len());
            for (i, name) in of.iter().enumerate() {
                let rep = match known.get(*name as usize) {
                    Some(Some(rep)) => *rep,
                    Some(None) => {
                        let name = &self.names.list[*name as usize];
                        problems.add(stranger(&base, i, name, field));
                        RepIx::NONE
                    }
                    None => RepIx::NONE,
                };
                reps.push(rep);
            }
            reps
        };
        let mut rows = self.rows;
        rows.owner = look_up(&self.owner, "rep_id");
        rows.previous = look_up(&self.previous, "previous_rep_id");
        problems.refuse()?;
        rows.carried = base.carried();
        rows.ids = base.ids;
        rows.lon = base.lon;
        rows.lat = base.lat;
        Ok(rows)
    }

    fn rep(&mut self, value: Scalar<'_>, field: &str) -> Option<u32> {
        match value.text(&mut self.text) {
            Ok(Some(_)) => Some(self.names.number(&self.text)),
            Ok(None) => None,
            Err(wrong) => {
                self.base.pend(wrong.problem(field));
                Some(NOBODY)
            }
        }
    }

    fn amount(&mut self, value: Scalar<'_>, field: &str) -> Option<f64> {
        value.amount().unwrap_or_else(|wrong| {
            self.base.pend(wrong.problem(field));
            None
        })
    }

    fn truth(&mut self, value: Scalar<'_>, field: &str) -> Option<bool> {
        value.truth().unwrap_or_else(|wrong| {
            self.base.pend(wrong.problem(field));
            Some(false)
        })
    }

    fn lacks(&mut self, field: &str) {
        let problem = Problem::error(codes::MISSING_VALUE, format!("there is no `{field}`"));
        self.base
            .pend(problem.field(field).help("run `revier solve` again"));
    }
}

fn stranger(base: &Base, i: usize, name: &str, field: &str) -> Problem {
    let what = format!("there is no territory of the rep {name:?}");
    Problem::error(codes::UNKNOWN_REP, what)
        .at(base.number(i))
        .id(base.ids.get(i))
        .field(field)
        .help("the files are of different plans; run `revier solve` again")
}

impl Sink for Rows {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        match name {
            "customer_id" => ID,
            "rep_id" => REP,
            "previous_rep_id" => PREVIOUS,
            "km" => KM,
            "minutes" => MINUTES,
            "changed" => CHANGED,
            "locked" => LOCKED,
            _ => match OF_REP.iter().position(|own| *own == name) {
                Some(at) => OF_REPS + at as u16,
                None => IGNORE,
            },
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match slot {
            ID => self.base.set(ID, value),
            REP => self.now.rep = self.rep(value, "rep_id"),
            PREVIOUS => self.now.previous = self.rep(value, "previous_rep_id"),
            KM => self.now.km = self.amount(value, "km"),
            MINUTES => self.now.minutes = self.amount(value, "minutes"),
            CHANGED => self.now.changed = self.truth(value, "changed"),
            LOCKED => self.now.locked = self.truth(value, "locked"),
            _ => {}
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        let row = std::mem::take(&mut self.now);
        if !self.base.hopeless() {
            if row.rep.is_none() {
                self.lacks("rep_id");
            }
            if row.changed.is_none() {
                self.lacks("changed");
            }
            if row.locked.is_none() {
                self.lacks("locked");
            }
        }
        self.owner.push(row.rep.unwrap_or(NOBODY));
        self.previous.push(row.previous.unwrap_or(NOBODY));
        let rows = &mut self.rows;
        rows.km.push(row.km.unwrap_or(f64::NAN));
        rows.minutes.push(row.minutes.unwrap_or(f64::NAN));
        rows.changed.push(row.changed.unwrap_or(false));
        rows.locked.push(row.locked.unwrap_or(false));
        self.base.finish(place);
    }

    fn discard(&mut self) {
        self.base.discard();
        self.now = Row::default();
    }
}
