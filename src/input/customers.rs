//! Features into [`Customers`].

use super::amounts::Numeric;
use super::carry::Carries;
use super::extras::Extras;
use super::index::{IdIndex, Names};
use super::lazy::Lazy;
use super::lines::Kind;
use super::regions::RegionColumn;
use super::rows::{Base, GEOMETRY, ID, IGNORE, LAT, LON, OWN, Place, Sink};
use super::scalar::Scalar;
use super::skills::skill_sets;
use super::{Column, CustomerColumns, hints};
use crate::base::ids::RepIx;
use crate::error::{Problem, codes};
use crate::scenario::{Scenario, TableRole};
use std::collections::BTreeMap;

const OWNER: u16 = OWN;
const LOCKED: u16 = OWN + 1;
const REQUIRES: u16 = OWN + 2;
const GROUP: u16 = OWN + 3;
const REGION: u16 = OWN + 4;
/// First of the slots of [`Extras`]; those of the numeric columns are below.
const EXTRAS: u16 = 1 << 12;
const COLUMNS: u16 = OWN + 5;
const NONE: u32 = u32::MAX;

/// Gathers customers, feature by feature.
#[derive(Debug)]
pub(super) struct CustomerSink {
    base: Base,
    /// Whether these are leads: there may be none.
    leads: bool,
    /// Whether they are a piece of a stream: nothing is said of all of them together.
    pub(super) piece: bool,
    columns: Vec<Numeric>,
    named: Vec<String>,
    needs_visits: bool,
    locks: bool,
    text: String,
    owners: Names,
    owner: Lazy<u32>,
    current_owner: Option<u32>,
    locked: Lazy<bool>,
    current_locked: bool,
    lists: Names,
    requires: Lazy<u32>,
    current_requires: u32,
    groups: Names,
    group: Lazy<u32>,
    current_group: u32,
    region: Option<RegionColumn>,
    extras: Extras,
}

/// Customers whose owners are still names.
pub(super) struct CustomersRead {
    pub base: Base,
    pub customers: CustomerColumns,
    pub index: IdIndex,
    /// Index into `owners` per customer; empty when no customer has one.
    pub owner: Vec<u32>,
    pub owners: Vec<String>,
}

impl CustomerSink {
    pub fn new(file: &str, scenario: &Scenario) -> CustomerSink {
        let needs_visits = scenario.travel.in_workload;
        let mut named: Vec<String> = scenario.columns().iter().map(|n| (*n).to_owned()).collect();
        let optional = scenario.optional_columns();
        named.extend(optional.iter().map(|name| (*name).to_owned()));
        let mut read: Vec<String> = named.clone();
        read.retain(|name| name != "customers");
        if needs_visits && !read.iter().any(|name| name == "visits") {
            read.push("visits".into());
        }
        let numeric = |name: String| Numeric::new(optional.contains(&name.as_str()), name);
        CustomerSink {
            base: Base::new(file, true).read_as(TableRole::Customers, scenario),
            leads: false,
            piece: false,
            columns: read.into_iter().map(numeric).collect(),
            named,
            needs_visits,
            locks: scenario.rules.locks,
            text: String::new(),
            owners: Names::default(),
            owner: Lazy::new(NONE),
            current_owner: Some(NONE),
            locked: Lazy::new(false),
            current_locked: false,
            lists: Names::default(),
            requires: Lazy::new(NONE),
            current_requires: NONE,
            groups: Names::default(),
            group: Lazy::new(NONE),
            current_group: NONE,
            region: RegionColumn::new(scenario),
            extras: Extras::new(&scenario.dashboard),
        }
    }

    /// For leads: no measure is needed, and there may be none of them.
    pub fn of_leads(file: &str, scenario: &Scenario) -> CustomerSink {
        let mut sink = CustomerSink::new(file, scenario);
        // They come from elsewhere than the customers: what names those names none of these.
        sink.base = Base::new(file, true).read_as(TableRole::Leads, scenario);
        sink.columns.iter_mut().for_each(|c| c.optional = true);
        sink.base.carries = Carries::whole();
        sink.leads = true;
        sink
    }

    /// The number of a name in one of the lists of names; `None`: not usable, and reported.
    fn name(&mut self, slot: u16, value: Scalar<'_>) -> Option<u32> {
        let (names, field) = match slot {
            OWNER => (&mut self.owners, "owner"),
            _ => (&mut self.groups, "group"),
        };
        match value.text(&mut self.text) {
            Ok(Some(_)) => Some(names.number(&self.text)),
            Ok(None) => Some(NONE),
            Err(wrong) => {
                self.base.pend(wrong.problem(field));
                None
            }
        }
    }
}

impl Sink for CustomerSink {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        match name {
            "owner" => OWNER,
            "locked" => LOCKED,
            "requires" => REQUIRES,
            "group" => GROUP,
            "region" if self.region.is_some() => REGION,
            _ => match self.columns.iter().position(|c| c.name == name) {
                Some(at) => COLUMNS + at as u16,
                None => match self.extras.slot(name) {
                    Some(at) => EXTRAS + at,
                    None => self.base.slot(name),
                },
            },
        }
    }

    fn kind(&self, slot: u16) -> Kind {
        match slot {
            IGNORE | ID | OWNER | LOCKED | REQUIRES | GROUP | REGION => Kind::Text,
            LON | LAT => Kind::Coordinate,
            EXTRAS.. if !self.extras.is_share(slot - EXTRAS) => Kind::Text,
            _ => Kind::Number,
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match slot {
            OWNER => self.current_owner = self.name(slot, value),
            GROUP => self.current_group = self.name(slot, value).unwrap_or(NONE),
            LOCKED => match value.truth() {
                Ok(truth) => self.current_locked = truth.unwrap_or(false),
                Err(wrong) => self.base.pend(wrong.problem("locked")),
            },
            REQUIRES => match value.list(&mut self.text) {
                Ok(true) => self.current_requires = self.lists.number(&self.text),
                Ok(false) => self.current_requires = NONE,
                Err(wrong) => self.base.pend(wrong.problem("requires")),
            },
            REGION => {
                let of_region = self.region.as_mut().and_then(|r| r.set(value));
                // It may be a segment, too.
                let segment = self.extras.slot("region");
                let of_segment = segment.and_then(|at| self.extras.set(at, value));
                (of_region.into_iter().chain(of_segment)).for_each(|p| self.base.pend(p));
            }
            ID..=LAT | GEOMETRY => self.base.set(slot, value),
            EXTRAS.. => {
                if let Some(problem) = self.extras.set(slot - EXTRAS, value) {
                    self.base.pend(problem);
                }
            }
            _ => {
                let at = usize::from(slot.saturating_sub(COLUMNS));
                let Some(column) = self.columns.get_mut(at) else {
                    return;
                };
                if let Some(problem) = column.set(value, self.base.grouped) {
                    self.base.pend(problem);
                }
            }
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        if !self.base.is_chosen() {
            self.base.pass_over();
            return self.reset();
        }
        self.judge();
        self.keep(place);
    }

    fn discard(&mut self) {
        self.base.discard();
        self.reset();
    }
}

impl CustomerSink {
    /// Tells what the properties of the current feature contradict.
    pub fn judge(&mut self) {
        if self.locks
            && self.current_locked
            && self.current_owner == Some(NONE)
            && !self.base.hopeless()
        {
            let problem =
                Problem::error(codes::LOCKED_WITHOUT_OWNER, "locked, but there is no owner")
                    .field("locked")
                    .help("name the rep in `owner`, or set locked to false");
            self.base.pend(problem);
        }
    }

    /// Keeps the current feature, which has been judged.
    pub fn keep(&mut self, place: Place<'_>) {
        let position = self.base.ids.len();
        for column in &mut self.columns {
            column.finish(&self.base);
        }
        self.owner
            .push(position, self.current_owner.unwrap_or(NONE));
        self.locked.push(position, self.current_locked);
        self.requires.push(position, self.current_requires);
        self.group.push(position, self.current_group);
        if let Some(region) = &mut self.region {
            region.finish(position);
        }
        self.extras.finish(position);
        self.base.finish(place);
        self.reset();
    }

    /// Forgets the current feature.
    pub fn reset(&mut self) {
        self.current_owner = Some(NONE);
        self.current_locked = false;
        self.current_requires = NONE;
        self.current_group = NONE;
        self.region.iter_mut().for_each(RegionColumn::reset);
        self.extras.reset();
        for column in &mut self.columns {
            column.reset();
        }
    }

    /// All features are in: what is said once for the whole file, and the result.
    pub fn into_customers(mut self) -> CustomersRead {
        if !self.leads {
            hints::empty(&mut self.base, "customers");
        }
        let index = match self.piece {
            true => IdIndex::build(&self.base.ids).0,
            false => hints::duplicate_ids(&mut self.base),
        };
        if !self.piece {
            self.similar_names();
        }
        if self.base.chosen.any() && !self.leads {
            self.keep_names();
        }
        let n = self.base.ids.len();
        for (i, column) in self.columns.iter().enumerate() {
            let doubt = column.grouped.problem(&column.name);
            doubt.into_iter().for_each(|d| self.base.problems.add(d));
            if column.missing == 0 || self.piece {
                continue;
            }
            if column.default.is_some() {
                // A property that no feature has is a choice; one that some lack is a slip.
                if self.base.ever(COLUMNS + i as u16) {
                    self.base.problems.add(column.counts_as_one(n));
                }
            } else if !(column.optional && column.missing == n) {
                let lacks = column.lacks(n, &self.base.others);
                self.base.problems.add(lacks);
            }
        }
        let there = |c: &Numeric| !c.optional || c.default.is_some() || c.missing < n;
        let mut by_name: BTreeMap<String, Vec<f64>> = self
            .columns
            .into_iter()
            .filter(there)
            .map(|c| (c.name, c.values))
            .collect();
        by_name.insert("customers".into(), vec![1.0; n]);
        let visits = match by_name.get("visits") {
            Some(values) if self.needs_visits => values.clone(),
            _ => Vec::new(),
        };
        let columns = self.named.into_iter().filter_map(|name| {
            let values = by_name.remove(&name)?;
            Some(Column { name, values })
        });
        let carried = self.base.carried();
        let compared = self.base.compared();
        let (names, segments, shares) = self
            .extras
            .into_parts(&self.base.others, &mut self.base.problems);
        let region = self.region.take().map(RegionColumn::into_regions);
        let region = region.unwrap_or_default();
        let (requires, skill_sets) = skill_sets(&self.requires.values, &self.lists.list);
        let customers = CustomerColumns {
            columns: columns.collect(),
            ids: std::mem::take(&mut self.base.ids),
            lon: std::mem::take(&mut self.base.lon),
            lat: std::mem::take(&mut self.base.lat),
            visits,
            owner: Vec::<RepIx>::new(),
            locked: self.locked.values,
            requires,
            skill_sets,
            group: self.group.values,
            group_names: self.groups.list,
            region: region.of,
            region_names: region.names,
            names,
            segments,
            shares,
            carried,
            compared,
        };
        CustomersRead {
            base: self.base,
            customers,
            index,
            owner: self.owner.values,
            owners: self.owners.list,
        }
    }

    /// Forgets the names that only customers had who are not chosen.
    fn keep_names(&mut self) {
        self.owners.keep(&mut self.owner.values);
        self.groups.keep(&mut self.group.values);
        self.lists.keep(&mut self.requires.values);
        self.region.iter_mut().for_each(RegionColumn::keep);
        self.extras.keep();
    }

    fn similar_names(&mut self) {
        let slots = [
            ("id", ID),
            ("owner", OWNER),
            ("locked", LOCKED),
            ("requires", REQUIRES),
            ("group", GROUP),
        ];
        for (name, slot) in slots {
            hints::similar_name(&mut self.base, name, slot);
        }
        if self.region.is_some() {
            hints::similar_name(&mut self.base, "region", REGION);
        }
        for (i, column) in self.columns.iter().enumerate() {
            if column.default.is_some() || column.optional {
                hints::similar_name(&mut self.base, &column.name, COLUMNS + i as u16);
            }
        }
    }
}
