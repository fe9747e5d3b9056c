//! `assignments.geojson` into flat arrays.

use super::fill;
use super::schema::{COLUMNS, OF_REP};
use crate::base::ids::{Ids, RepIx};
use crate::error::{Problem, codes};
use crate::input::carry::Carries;
use crate::input::index::{IdIndex, Names};
use crate::input::rows::{Base, ID, IGNORE, OWN, Place, Sink};
use crate::input::scalar::Scalar;
use crate::input::{Carried, Columns, Misfits, Sealed};
use std::path::Path;

/// Who looks after which customer, one entry per customer, in input order.
pub type Assignments = Sealed<AssignmentColumns>;

/// The columns of [`Assignments`].
#[derive(Clone, Debug, Default)]
pub struct AssignmentColumns {
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

impl AssignmentColumns {
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

impl Columns for AssignmentColumns {
    fn misfits(&self) -> Vec<Problem> {
        let (mut misfits, n) = (Misfits::default(), self.len());
        misfits.length("lon", self.lon.len(), n, false);
        misfits.length("lat", self.lat.len(), n, false);
        let of_rows = [
            self.owner.len(),
            self.km.len(),
            self.minutes.len(),
            self.previous.len(),
            self.changed.len(),
            self.locked.len(),
        ];
        for (field, len) in COLUMNS[1..].iter().zip(of_rows) {
            misfits.length(field, len, n, false);
        }
        for column in &self.carried {
            misfits.length(&column.name, column.cells.len(), n, false);
        }
        misfits.done()
    }
}

/// Slots in the order of [`COLUMNS`], from the rep on.
const REP: u16 = OWN;
const KM: u16 = OWN + 1;
const MINUTES: u16 = OWN + 2;
const PREVIOUS: u16 = OWN + 3;
const CHANGED: u16 = OWN + 4;
const LOCKED: u16 = OWN + 5;
/// First slot of what follows from the rep.
const OF_REPS: u16 = OWN + 6;

/// What a slot from [`REP`] on is called.
fn named(slot: u16) -> &'static str {
    COLUMNS[1 + usize::from(slot - REP)]
}

/// Number of "no rep" among the names.
const NOBODY: u32 = u32::MAX;

/// The rows, with reps that are still names.
pub(super) struct Rows {
    base: Base,
    names: Names,
    rows: AssignmentColumns,
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
    base.id_name = COLUMNS[0];
    base.carries = Carries::rest();
    let mut rows = Rows {
        base,
        names: Names::default(),
        rows: AssignmentColumns::default(),
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
        rows.owner = look_up(&self.owner, named(REP));
        rows.previous = look_up(&self.previous, named(PREVIOUS));
        problems.refuse()?;
        rows.carried = base.carried();
        rows.ids = base.ids;
        rows.lon = base.lon;
        rows.lat = base.lat;
        Sealed::new(rows)
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
        let among = |names: &[&str]| names.iter().position(|own| *own == name);
        // The place is the geometry.
        match (among(&COLUMNS[..7]), among(&OF_REP)) {
            (Some(0), _) => ID,
            (Some(at), _) => REP + at as u16 - 1,
            (None, Some(at)) => OF_REPS + at as u16,
            (None, None) => IGNORE,
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match slot {
            ID => self.base.set(ID, value),
            REP => self.now.rep = self.rep(value, named(slot)),
            PREVIOUS => self.now.previous = self.rep(value, named(slot)),
            KM => self.now.km = self.amount(value, named(slot)),
            MINUTES => self.now.minutes = self.amount(value, named(slot)),
            CHANGED => self.now.changed = self.truth(value, named(slot)),
            LOCKED => self.now.locked = self.truth(value, named(slot)),
            _ => {}
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        let row = std::mem::take(&mut self.now);
        if !self.base.hopeless() {
            if row.rep.is_none() {
                self.lacks(named(REP));
            }
            if row.changed.is_none() {
                self.lacks(named(CHANGED));
            }
            if row.locked.is_none() {
                self.lacks(named(LOCKED));
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
