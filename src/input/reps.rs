//! Features into [`Reps`].

use super::index::IdIndex;
use super::lines::Kind;
use super::regions::RegionColumn;
use super::rows::{Base, GEOMETRY, ID, IGNORE, LAT, LON, OWN, Place, Sink};
use super::scalar::{Scalar, Wrong};
use super::skills::skills;
use super::thousands::Thousands;
use super::{RepColumns, hints};
use crate::base::ids::Ids;
use crate::error::{Problem, codes};
use crate::scenario::{LARGEST, Scenario, TableRole};

const NAME: u16 = OWN;
const SKILLS: u16 = OWN + 1;
const CAPACITY: u16 = OWN + 2;
const MAX_KM: u16 = OWN + 3;
const MAX_MINUTES: u16 = OWN + 4;
const BOUNDS: u16 = OWN + 5;
/// Behind all bounds.
const REGION: u16 = 1 << 12;

/// Gathers reps, feature by feature.
#[derive(Debug)]
pub(super) struct RepSink {
    base: Base,
    /// `min_MEASURE`, `max_MEASURE`, `min_...`, as the slots from [`BOUNDS`] on.
    bound_names: Vec<String>,
    reps: RepColumns,
    name: String,
    text: String,
    skills: String,
    region: Option<RegionColumn>,
    capacity: Option<f64>,
    max_km: Option<f64>,
    max_minutes: Option<f64>,
    bounds: Vec<Option<f64>>,
    /// Whether the numbers of the slots from [`CAPACITY`] on are thousands.
    grouped: Vec<Thousands>,
}

/// Reps, and how to find them by id.
pub(super) struct RepsRead {
    pub base: Base,
    pub reps: RepColumns,
    pub index: IdIndex,
}

impl RepsRead {
    /// Adds those of other reps who are not there, where the first one lives, without bounds.
    pub fn join(&mut self, others: &Ids) {
        let (Some(lon), Some(lat)) = (self.reps.lon.first(), self.reps.lat.first()) else {
            return;
        };
        let (lon, lat) = (*lon, *lat);
        let unknown = |id: &&str| self.index.get(&self.reps.ids, id).is_none();
        let new: Vec<&str> = others.iter().filter(unknown).collect();
        let reps = &mut self.reps;
        for id in &new {
            reps.ids.push(id, others.numeric());
            reps.name.push((*id).to_owned());
            reps.lon.push(lon);
            reps.lat.push(lat);
            reps.capacity.push(None);
            reps.skills.push(Vec::new());
            if !reps.region.is_empty() {
                reps.region.push(String::new());
            }
            reps.max_km.push(None);
            reps.max_minutes.push(None);
            let sides = reps.min.iter_mut().chain(&mut reps.max);
            sides.for_each(|side| side.push(None));
        }
        for column in reps.carried.iter_mut().chain(&mut reps.compared) {
            column.cells.resize(reps.ids.len());
        }
        if !new.is_empty() {
            (self.index, _) = IdIndex::build(&reps.ids);
        }
    }
}

impl RepSink {
    pub fn new(file: &str, scenario: &Scenario) -> RepSink {
        let of = |b: &crate::scenario::Balance| {
            [format!("min_{}", b.measure), format!("max_{}", b.measure)]
        };
        let measures = scenario.balance.len();
        RepSink {
            base: Base::new(file, false).read_as(TableRole::Reps, scenario),
            bound_names: scenario.balance.iter().flat_map(of).collect(),
            reps: RepColumns {
                min: vec![Vec::new(); measures],
                max: vec![Vec::new(); measures],
                ..RepColumns::default()
            },
            name: String::new(),
            text: String::new(),
            skills: String::new(),
            region: RegionColumn::new(scenario),
            capacity: Some(1.0),
            max_km: None,
            max_minutes: None,
            bounds: vec![None; measures * 2],
            grouped: vec![Thousands::default(); usize::from(BOUNDS - CAPACITY) + measures * 2],
        }
    }

    fn amount(&mut self, value: Result<Option<f64>, Wrong>, field: &str) -> Option<f64> {
        value.unwrap_or_else(|wrong| {
            self.base.pend(wrong.problem(field));
            None
        })
    }

    /// An upper limit: one beyond all that is measured is as good as the largest number.
    fn limit(&mut self, value: Scalar<'_>, field: &str) -> Option<f64> {
        let limit = value.finite().and_then(|limit| match limit {
            Some(limit) if limit > LARGEST => Ok(Some(LARGEST)),
            _ => value.amount(),
        });
        self.amount(limit, field)
    }

    fn reset(&mut self) {
        self.name.clear();
        self.skills.clear();
        self.region.iter_mut().for_each(RegionColumn::reset);
        self.capacity = Some(1.0);
        self.max_km = None;
        self.max_minutes = None;
        self.bounds.fill(None);
        self.grouped.iter_mut().for_each(Thousands::forget);
    }

    /// Tells where no rep that says what it can do can do anything.
    fn check_capacity(&mut self) {
        let mut some = self.reps.capacity.iter().flatten().peekable();
        if some.peek().is_some() && some.all(|c| *c == 0.0) && !self.base.problems.has_errors() {
            let problem = Problem::error(codes::NO_CAPACITY, "the capacity of every rep is 0")
                .field("capacity")
                .help("give at least one rep a capacity above 0");
            self.base.problems.add(problem);
        }
    }

    /// All features are in: what is said once for the whole file, and the result.
    pub fn into_reps(mut self) -> RepsRead {
        hints::empty(&mut self.base, "reps");
        let index = hints::duplicate_ids(&mut self.base);
        let fixed = [
            ("id", ID),
            ("name", NAME),
            ("skills", SKILLS),
            ("capacity", CAPACITY),
            ("max_km", MAX_KM),
            ("max_minutes", MAX_MINUTES),
        ];
        for (name, slot) in fixed {
            hints::similar_name(&mut self.base, name, slot);
        }
        if self.region.is_some() {
            hints::similar_name(&mut self.base, "region", REGION);
        }
        for (i, name) in self.bound_names.iter().enumerate() {
            hints::similar_name(&mut self.base, name, BOUNDS + i as u16);
        }
        let names = ["capacity", "max_km", "max_minutes"].into_iter();
        let names = names.chain(self.bound_names.iter().map(String::as_str));
        for doubt in (self.grouped.iter().zip(names)).filter_map(|(c, name)| c.problem(name)) {
            self.base.problems.add(doubt);
        }
        self.check_capacity();
        let region = self.region.take().map(RegionColumn::into_regions);
        self.reps.region = region.unwrap_or_default().paths();
        self.reps.carried = self.base.carried();
        self.reps.compared = self.base.compared();
        self.reps.ids = std::mem::take(&mut self.base.ids);
        self.reps.lon = std::mem::take(&mut self.base.lon);
        self.reps.lat = std::mem::take(&mut self.base.lat);
        RepsRead {
            base: self.base,
            reps: self.reps,
            index,
        }
    }
}

impl Sink for RepSink {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        match name {
            "name" => NAME,
            "skills" => SKILLS,
            "region" if self.region.is_some() => REGION,
            "capacity" => CAPACITY,
            "max_km" => MAX_KM,
            "max_minutes" => MAX_MINUTES,
            _ => match self.bound_names.iter().position(|b| b == name) {
                Some(at) => BOUNDS + at as u16,
                None => self.base.slot(name),
            },
        }
    }

    fn kind(&self, slot: u16) -> Kind {
        match slot {
            IGNORE | ID | NAME | SKILLS | REGION => Kind::Text,
            LON | LAT => Kind::Coordinate,
            _ => Kind::Number,
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        let number = slot.checked_sub(CAPACITY).map(usize::from);
        if self.base.grouped
            && let Some(column) = number.and_then(|at| self.grouped.get_mut(at))
        {
            column.see(value);
        }
        match slot {
            NAME => {
                if let Err(wrong) = value.text(&mut self.name) {
                    self.name.clear();
                    self.base.pend(wrong.problem("name"));
                }
            }
            SKILLS => match value.list(&mut self.text) {
                Ok(true) => self.skills.clone_from(&self.text),
                Ok(false) => self.skills.clear(),
                Err(wrong) => self.base.pend(wrong.problem("skills")),
            },
            REGION => {
                let wrong = self.region.as_mut().and_then(|r| r.set(value));
                wrong.into_iter().for_each(|p| self.base.pend(p));
            }
            CAPACITY => {
                if value == Scalar::Cell("") {
                    let what = "the cell is empty: the rep gets no bounds from its share";
                    let problem = Problem::warning(codes::EMPTY_CAPACITY, what);
                    let help = "fill in 1 for an ordinary share";
                    self.base.pend(problem.field("capacity").help(help));
                }
                self.capacity = self.amount(value.amount(), "capacity");
            }
            MAX_KM => self.max_km = self.limit(value, "max_km"),
            MAX_MINUTES => self.max_minutes = self.limit(value, "max_minutes"),
            ID..=LAT | GEOMETRY => self.base.set(slot, value),
            _ => {
                let at = usize::from(slot.saturating_sub(BOUNDS));
                if let Some(field) = self.bound_names.get(at).cloned() {
                    // `min_`, `max_`, `min_`, ...
                    self.bounds[at] = match at % 2 {
                        0 => self.amount(value.amount(), &field),
                        _ => self.limit(value, &field),
                    };
                }
            }
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        if !self.base.is_chosen() {
            self.base.pass_over();
            return self.reset();
        }
        if self.base.grouped {
            let (row, id) = (self.base.current(), self.base.current_id());
            self.grouped.iter_mut().for_each(|c| c.finish(row, id));
        }
        for (m, pair) in self.bounds.chunks_exact(2).enumerate() {
            let (min, max) = (pair[0], pair[1]);
            if let (Some(min), Some(max)) = (min, max)
                && min > max
            {
                let (low, high) = (&self.bound_names[2 * m], &self.bound_names[2 * m + 1]);
                let what = format!("{low} is {min}, above {high}, which is {max}");
                let problem = Problem::error(codes::MIN_ABOVE_MAX, what).field(low);
                self.base.pend(problem.help("swap them, or leave one out"));
            }
            self.reps.min[m].push(min);
            self.reps.max[m].push(max);
        }
        let name = match self.name.trim() {
            "" => self.base.current_id(),
            name => name,
        };
        self.reps.name.push(name.to_owned());
        self.reps.skills.push(skills(&self.skills));
        if let Some(region) = &mut self.region {
            region.finish(self.reps.skills.len() - 1);
        }
        self.reps.capacity.push(self.capacity);
        self.reps.max_km.push(self.max_km);
        self.reps.max_minutes.push(self.max_minutes);
        self.base.finish(place);
        self.reset();
    }

    fn discard(&mut self) {
        self.base.discard();
        self.reset();
    }
}
