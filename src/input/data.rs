//! What the readers make of customers, reps and matrix: flat arrays that fit each other.

use super::carry::Carried;
use super::sealed::{Columns, Misfits, Sealed};
use crate::base::ids::{Ids, RepIx};
use crate::error::Problem;
use std::collections::BTreeMap;

/// Customers, one entry per feature in file order.
pub type Customers = Sealed<CustomerColumns>;

/// The reps, one entry per feature in file order.
pub type Reps = Sealed<RepColumns>;

/// Travel between customers and reps.
pub type Matrix = Sealed<MatrixRows>;

/// A travel matrix in compressed rows, one row per customer; an absent pair is forbidden.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatrixRows {
    /// Row `i` is `start[i]..start[i + 1]` of the other vectors; `n + 1` values, ascending from 0.
    pub start: Vec<u64>,
    /// Reps of each row, ascending.
    pub rep: Vec<RepIx>,
    /// Kilometres; empty when the file has no such column.
    pub km: Vec<f64>,
    /// Minutes; empty when the file has no such column.
    pub minutes: Vec<f64>,
}

impl Columns for MatrixRows {
    fn misfits(&self) -> Vec<Problem> {
        let mut misfits = Misfits::default();
        let pairs = self.rep.len();
        misfits.length("km", self.km.len(), pairs, true);
        misfits.length("minutes", self.minutes.len(), pairs, true);
        let falls = self.start.windows(2).filter(|w| w[0] > w[1]).count();
        misfits.none("start", falls, "are less than the one before");
        let ends = self.start.first().copied().unwrap_or(0) != 0
            || self.start.last().copied().unwrap_or(0) != pairs as u64;
        misfits.none("start", usize::from(ends), "are no end of the pairs");
        if falls == 0 && !ends {
            let row = |w: &[u64]| {
                self.rep
                    .get(w[0] as usize..w[1] as usize)
                    .unwrap_or_default()
            };
            let unsorted = |w: &&[u64]| !row(w).is_sorted_by(|a, b| a < b);
            let unsorted = self.start.windows(2).filter(unsorted).count();
            misfits.none("rep", unsorted, "are rows whose reps do not ascend");
        }
        for (field, values) in [("km", &self.km), ("minutes", &self.minutes)] {
            misfits.none(field, no_amounts(values), "are no amounts");
        }
        misfits.done()
    }
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

/// The columns of [`Customers`].
#[derive(Clone, Debug, Default)]
pub struct CustomerColumns {
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
    /// Index into `region_names` or `u32::MAX`; empty where nobody has a region, or regions mean nothing.
    pub region: Vec<u32>,
    /// Distinct regions, levels parted by `/`.
    pub region_names: Vec<String>,
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

impl CustomerColumns {
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

impl Columns for CustomerColumns {
    fn misfits(&self) -> Vec<Problem> {
        let (mut misfits, n) = (Misfits::default(), self.len());
        places(&mut misfits, &self.lon, &self.lat, n);
        for column in &self.columns {
            misfits.length(&column.name, column.values.len(), n, false);
            let wrong = no_amounts(&column.values);
            misfits.none(&column.name, wrong, "are no amounts");
        }
        misfits.length("visits", self.visits.len(), n, true);
        misfits.none("visits", no_amounts(&self.visits), "are no amounts");
        misfits.length("owner", self.owner.len(), n, true);
        misfits.length("locked", self.locked.len(), n, true);
        misfits.length("requires", self.requires.len(), n, true);
        let sets = self.skill_sets.len();
        let wrong = beyond(&self.requires, sets, false);
        misfits.none("requires", wrong, "are no set of skills");
        misfits.length("group", self.group.len(), n, true);
        let wrong = beyond(&self.group, self.group_names.len(), true);
        misfits.none("group", wrong, "are no group");
        misfits.length("region", self.region.len(), n, true);
        let wrong = beyond(&self.region, self.region_names.len(), true);
        misfits.none("region", wrong, "are no region");
        misfits.length("name", self.names.len(), n, true);
        for segment in &self.segments {
            misfits.length(&segment.name, segment.of.len(), n, false);
            let wrong = beyond(&segment.of, segment.values.len(), true);
            misfits.none(&segment.name, wrong, "are no value of the segment");
        }
        for share in &self.shares {
            misfits.length(&share.name, share.values.len(), n, false);
            let no_share = |x: &&f64| !x.is_nan() && !(0.0..=1.0).contains(*x);
            let wrong = share.values.iter().filter(no_share).count();
            misfits.none(&share.name, wrong, "are no shares");
        }
        carried(&mut misfits, [&self.carried, &self.compared], n);
        misfits.done()
    }
}

/// The columns of [`Reps`].
#[derive(Clone, Debug, Default)]
pub struct RepColumns {
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
    /// Regions, levels parted by `/`, empty where a rep has none; no entries where nobody has one, or regions mean nothing.
    pub region: Vec<String>,
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
    /// What the tables of `[[prefer]]` say of them.
    pub fits: Vec<FitTable>,
}

/// A table of `[[prefer]]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitTable {
    /// Which entry it is of.
    pub entry: usize,
    /// Per rep, what each value of the customers' column costs, in the unit of the entry; what is not there costs 0, and so do all of a rep
    /// who is not.
    pub figures: Vec<BTreeMap<String, f64>>,
    /// Whether each rep has a row of its own; empty for a list of pairs.
    pub rows: Vec<bool>,
}

impl RepColumns {
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

impl Columns for RepColumns {
    fn misfits(&self) -> Vec<Problem> {
        let (mut misfits, k) = (Misfits::default(), self.len());
        places(&mut misfits, &self.lon, &self.lat, k);
        misfits.length("name", self.name.len(), k, false);
        misfits.length("skills", self.skills.len(), k, false);
        misfits.length("region", self.region.len(), k, true);
        let columns = [
            ("capacity", &self.capacity),
            ("max_km", &self.max_km),
            ("max_minutes", &self.max_minutes),
        ];
        let bounds = [("min", &self.min), ("max", &self.max)];
        let of_measures = bounds
            .iter()
            .flat_map(|(f, all)| all.iter().map(|c| (*f, c)));
        for (field, column) in columns.into_iter().chain(of_measures) {
            misfits.length(field, column.len(), k, false);
            let none = |x: &&f64| !(x.is_finite() && **x >= 0.0);
            let wrong = column.iter().flatten().filter(none).count();
            misfits.none(field, wrong, "are no amounts");
        }
        misfits.length("max", self.max.len(), self.min.len(), false);
        carried(&mut misfits, [&self.carried, &self.compared], k);
        for table in &self.fits {
            misfits.length("prefer.table", table.figures.len().max(k), k, false);
            let figures = table.figures.iter().flat_map(BTreeMap::values);
            let wrong = figures.filter(|x| !x.is_finite()).count();
            misfits.none("prefer.table", wrong, "are no numbers");
        }
        misfits.done()
    }
}

/// How many values are no finite number >= 0.
fn no_amounts(values: &[f64]) -> usize {
    let wrong = values.iter().filter(|x| !(x.is_finite() && **x >= 0.0));
    wrong.count()
}

/// How many values are no index of so many things; whether `u32::MAX` stands for none.
fn beyond(values: &[u32], things: usize, may_lack: bool) -> usize {
    let wrong = |v: &&u32| **v as usize >= things && !(may_lack && **v == u32::MAX);
    values.iter().filter(wrong).count()
}

/// Every row has a place on Earth.
fn places(misfits: &mut Misfits, lon: &[f64], lat: &[f64], rows: usize) {
    for (field, values, most) in [("lon", lon, 180.0), ("lat", lat, 90.0)] {
        misfits.length(field, values.len(), rows, false);
        let off = values
            .iter()
            .filter(|x| x.is_nan() || x.abs() > most)
            .count();
        misfits.none(field, off, "are not on Earth");
    }
}

/// Columns that are carried along have a cell per row.
fn carried(misfits: &mut Misfits, all: [&Vec<Carried>; 2], rows: usize) {
    for column in all.into_iter().flatten() {
        misfits.length(&column.name, column.cells.len(), rows, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::cells::{Cell, Cells};

    fn customers() -> CustomerColumns {
        let mut ids = Ids::new();
        ["a", "b", "c"].iter().for_each(|id| ids.push(id, false));
        let column = |name: &str| Column {
            name: name.into(),
            values: vec![1.0, 0.0, 2.5],
        };
        CustomerColumns {
            ids,
            lon: vec![-180.0, 8.0, 180.0],
            lat: vec![-90.0, 50.0, 90.0],
            columns: vec![column("workload")],
            visits: vec![1.0; 3],
            owner: vec![RepIx::NONE; 3],
            locked: vec![false; 3],
            requires: vec![0, 1, 0],
            skill_sets: vec![vec![], vec!["x".into()]],
            group: vec![0, u32::MAX, 0],
            group_names: vec!["g".into()],
            region: vec![u32::MAX, 0, 0],
            region_names: vec!["Süd".into()],
            segments: vec![Category {
                name: "kind".into(),
                values: vec!["A".into()],
                of: vec![0, u32::MAX, 0],
            }],
            shares: vec![Column {
                name: "rival".into(),
                values: vec![0.0, f64::NAN, 1.0],
            }],
            ..CustomerColumns::default()
        }
    }

    fn reps() -> RepColumns {
        let mut ids = Ids::new();
        ["R", "S"].iter().for_each(|id| ids.push(id, false));
        RepColumns {
            ids,
            name: vec!["r".into(), "s".into()],
            lon: vec![8.0, 9.0],
            lat: vec![50.0, 51.0],
            capacity: vec![Some(1.0), None],
            skills: vec![vec![]; 2],
            max_km: vec![None, Some(5.0)],
            max_minutes: vec![None; 2],
            min: vec![vec![None; 2]],
            max: vec![vec![Some(3.0), None]],
            ..RepColumns::default()
        }
    }

    fn matrix() -> MatrixRows {
        MatrixRows {
            start: vec![0, 2, 2, 3],
            rep: [0, 1, 0].map(RepIx).to_vec(),
            km: vec![1.0, 2.0, 3.0],
            minutes: Vec::new(),
        }
    }

    /// Fields of what does not fit after a change.
    fn fields<T: Columns>(mut columns: T, change: impl FnOnce(&mut T)) -> Vec<String> {
        assert!(columns.misfits().is_empty());
        change(&mut columns);
        let misfits = Sealed::new(columns).err().unwrap_or_default();
        misfits.into_iter().filter_map(|p| p.field).collect()
    }

    #[test]
    fn columns_of_customers_that_do_not_fit_are_told() {
        let told = |change: fn(&mut CustomerColumns)| fields(customers(), change);
        assert_eq!(told(|c| c.lon[1] = 180.5), ["lon"]);
        assert_eq!(told(|c| c.lat[1] = f64::NAN), ["lat"]);
        assert_eq!(told(|c| c.columns[0].values[0] = -1.0), ["workload"]);
        assert_eq!(told(|c| c.visits.truncate(1)), ["visits"]);
        assert_eq!(told(|c| c.owner.truncate(2)), ["owner"]);
        assert_eq!(told(|c| c.locked.push(true)), ["locked"]);
        assert_eq!(told(|c| c.requires[0] = 2), ["requires"]);
        assert_eq!(told(|c| c.group[0] = 1), ["group"]);
        assert_eq!(told(|c| c.region[0] = 1), ["region"]);
        assert_eq!(told(|c| c.names.push("x", false)), ["name"]);
        assert_eq!(told(|c| c.segments[0].of[0] = 1), ["kind"]);
        assert_eq!(told(|c| c.shares[0].values[0] = 1.1), ["rival"]);
        let carry = |c: &mut CustomerColumns| {
            let mut cells = Cells::default();
            cells.push(Cell::Null);
            let name = "street".into();
            c.carried = vec![Carried { name, cells }];
        };
        assert_eq!(told(carry), ["street"]);
        // All of it at once.
        let all = told(|c| c.ids.push("d", false));
        assert_eq!(all.len(), 11, "{all:?}");
        // What may lack may lack.
        assert!(told(|c| c.owner.clear()).is_empty());
    }

    #[test]
    fn columns_of_reps_and_matrices_that_do_not_fit_are_told() {
        let told = |change: fn(&mut RepColumns)| fields(reps(), change);
        assert_eq!(told(|r| r.name.truncate(1)), ["name"]);
        assert_eq!(told(|r| r.capacity[0] = Some(f64::NAN)), ["capacity"]);
        assert_eq!(told(|r| r.max_km.truncate(1)), ["max_km"]);
        assert_eq!(told(|r| r.min[0].truncate(1)), ["min"]);
        assert_eq!(told(|r| r.max.clear()), ["max"]);
        assert_eq!(told(|r| r.skills.clear()), ["skills"]);
        let told = |change: fn(&mut MatrixRows)| fields(matrix(), change);
        assert_eq!(told(|m| m.start[1] = 3), ["start"]);
        assert_eq!(told(|m| m.start[3] = 2), ["start"]);
        assert_eq!(told(|m| m.rep.swap(0, 1)), ["rep"]);
        assert_eq!(told(|m| m.km.truncate(1)), ["km"]);
        assert_eq!(told(|m| m.minutes = vec![-1.0; 3]), ["minutes"]);
    }

    #[test]
    fn what_would_not_fit_stays_as_it_is() {
        let mut sealed = Sealed::new(customers()).unwrap();
        assert!(sealed.edit(|c| c.lon.clear()).is_err());
        assert_eq!(sealed.lon.len(), 3);
        sealed.edit(|c| c.locked[0] = true).unwrap();
        assert!(sealed.locked[0]);
    }
}
