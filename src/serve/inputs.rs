//! From a draft to inputs, a model, and the files that say the same.

use super::draft::Draft;
use crate::api::paths::{each_path, put};
use crate::base::cells::Cell;
use crate::base::ids::RepIx;
use crate::disk::file::sha256;
use crate::error::Error;
use crate::input::{Carried, CustomerColumns, InputFile, Inputs, RepColumns, Sealed, retold};
use crate::memory::{self, Content, Held, Memory};
use crate::model::Model;
use crate::output::relative;
use crate::saved::Report;
use crate::scenario::{Role, Scenario};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use toml::Table;

/// No customer is so near to a rep who is away.
const AWAY_KM: f64 = 0.001;

/// The names of what was in memory, in a plan directory.
const SCENARIO: &str = "input-scenario.toml";
const WISHES: &str = "input-wishes.csv";
const REPS: &str = "input-reps.geojson";

/// The files that say what a draft asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Texts {
    /// The scenario's keys; its paths are absolute, and those of the two below are missing.
    doc: Table,
    pub wishes: Option<String>,
    pub reps: Option<String>,
}

impl Texts {
    /// A scenario with nothing asked for.
    pub fn plain(doc: &Table) -> Texts {
        Texts {
            doc: doc.clone(),
            wishes: None,
            reps: None,
        }
    }

    /// What the scenario `doc`, whose paths are absolute, becomes by a draft about `base`.
    pub fn new(doc: &Table, base: &Inputs, draft: &Draft) -> Texts {
        let mut doc = doc.clone();
        set_rules(&mut doc, draft);
        let reps = changes_reps(draft).then(|| {
            if let Some(columns) = table(&mut doc, "columns", false) {
                columns.remove("reps");
            }
            for section in ["sheets", "layers"] {
                let tables = table(&mut doc, "tables", false);
                if let Some(named) = tables.and_then(|tables| table(tables, section, false)) {
                    named.remove("reps");
                }
            }
            geojson(&reps_of(base, draft), base)
        });
        let wishes = wishes_csv(base, draft, reps.as_deref().map(|_| draft));
        if let Some(columns) = table(&mut doc, "columns", false) {
            columns.remove("wishes");
        }
        Texts { doc, wishes, reps }
    }

    /// The scenario as seen from a directory, where wishes and reps have these names.
    pub fn scenario(&self, dir: &Path, names: [&str; 2]) -> Table {
        let mut doc = self.seen(dir);
        self.name(&mut doc, names);
        doc
    }

    /// The same as it stands in the directory of a plan.
    fn of_plan(&self, dir: &Path) -> Result<String, Error> {
        let doc = self.scenario(dir, [WISHES, REPS]);
        toml::to_string(&doc).map_err(|e| Error::Internal(format!("scenario: {e}")))
    }

    /// The scenario's keys as they are, as seen from a directory.
    pub fn seen(&self, dir: &Path) -> Table {
        let mut doc = self.doc.clone();
        each_path(&mut doc, |path| {
            let seen = relative(Path::new(path), dir);
            // Slashes are read everywhere.
            Some(seen.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
        });
        doc
    }

    fn name(&self, doc: &mut Table, [wishes, reps]: [&str; 2]) {
        match (&self.wishes, table(doc, "rules", self.wishes.is_some())) {
            (Some(_), Some(rules)) => {
                rules.insert("wishes".into(), wishes.into());
            }
            (None, Some(rules)) => {
                rules.remove("wishes");
            }
            _ => {}
        }
        if self.reps.is_some() {
            put(doc, "reps", reps.to_owned());
        }
    }

    /// The inputs of a plan that will stand in `dir`: what was read, and what the draft makes of it. Nothing is read again.
    ///
    /// # Errors
    /// Rules that contradict each other.
    pub fn inputs(&self, base: &Inputs, draft: &Draft, dir: &Path) -> Result<Inputs, Error> {
        let mut memory = base.scenario.origin.memory.clone();
        let mut hold = |name: &str, label: &str, text: &str| {
            let held = Held {
                label: label.into(),
                content: Content::Bytes(text.as_bytes().into()),
            };
            memory.insert(memory::path(name), held);
        };
        let kept = self.of_plan(dir)?;
        hold(SCENARIO, "scenario", &kept);
        if let Some(wishes) = &self.wishes {
            hold(WISHES, "wishes", wishes);
        }
        if let Some(reps) = &self.reps {
            hold(REPS, "reps", reps);
        }
        let mut files: Vec<InputFile> = base.files.clone();
        let named = |role: Role, name: &str, text: &str| InputFile {
            role,
            path: memory::path(name),
            sha256: sha256(text.as_bytes()),
        };
        files.retain(|f| {
            let replaced = f.role == Role::Reps && self.reps.is_some();
            !replaced && ![Role::Scenario, Role::Wishes].contains(&f.role)
        });
        files.insert(0, named(Role::Scenario, SCENARIO, &kept));
        if let Some(reps) = &self.reps {
            let at = 1 + files.iter().filter(|f| f.role == Role::Customers).count();
            files.insert(at.min(files.len()), named(Role::Reps, REPS, reps));
        }
        if let Some(wishes) = &self.wishes {
            let at = files.iter().position(|f| f.role == Role::Context);
            let at = at.unwrap_or(files.len());
            files.insert(at, named(Role::Wishes, WISHES, wishes));
        }
        let mut inputs = self.frame(base, draft, &memory)?;
        inputs.files = files;
        let file = memory::path(SCENARIO);
        inputs.warnings = retold(base, &inputs, &file, self.reps.is_some());
        wish(&mut inputs, draft)?;
        Ok(inputs)
    }

    /// The inputs without wishes.
    pub fn frame(&self, base: &Inputs, draft: &Draft, memory: &Memory) -> Result<Inputs, Error> {
        let mut doc = self.doc.clone();
        let held = |name: &str| memory::path(name).display().to_string();
        self.name(&mut doc, [&held(WISHES), &held(REPS)]);
        let text = toml::to_string(&doc).map_err(|e| Error::Internal(format!("scenario: {e}")))?;
        let mut memory = memory.clone();
        for (name, text) in [(WISHES, &self.wishes), (REPS, &self.reps)] {
            if let Some(text) = text
                .as_ref()
                .filter(|_| memory.get(&memory::path(name)).is_none())
            {
                let content = Content::Bytes(text.as_bytes().into());
                let label = name.to_owned();
                memory.insert(memory::path(name), Held { label, content });
            }
        }
        let path = memory::path(SCENARIO);
        let scenario = Scenario::of_text(&text, &path, &memory).map_err(Error::Input)?;
        let mut inputs = base.clone();
        inputs.scenario = Scenario {
            name: base.scenario.name.clone(),
            sizing: None,
            ..scenario
        };
        inputs.reps = Sealed::gathered(reps_of(base, draft))?;
        if !base.unlocked.is_empty() {
            let owner = &base.customers.owner;
            let mut customers = inputs.customers.into_columns();
            for (i, j) in &base.unlocked {
                customers.locked[*i as usize] = owner.get(*i as usize) == Some(j);
            }
            inputs.customers = Sealed::gathered(customers)?;
        }
        let wished = |pair: &(u32, RepIx)| base.wishes_forbid.binary_search(pair).is_ok();
        inputs
            .forbid
            .retain(|pair| !wished(pair) || named(base, pair));
        inputs.wished = Vec::new();
        inputs.wishes_forbid = Vec::new();
        inputs.unlocked = Vec::new();
        Ok(inputs)
    }

    /// What tells whether a plan in `dir` has what is asked for: the hashes of scenario, wishes and reps.
    pub fn key(&self, dir: &Path) -> Result<String, Error> {
        let scenario = Some(self.of_plan(dir)?);
        let all = [scenario.as_ref(), self.wishes.as_ref(), self.reps.as_ref()];
        let hashes = all.map(|text| text.map_or_else(String::new, |t| sha256(t.as_bytes())));
        Ok(hashes.join(" "))
    }
}

/// As [`Texts::key`], of a plan that was written.
pub(super) fn key_of(report: &Report) -> String {
    let hash = |role: Role, name: &str| {
        let found = (report.inputs.iter()).find(|f| f.role == role && f.path == Path::new(name));
        found.map_or_else(String::new, |f| f.sha256.clone())
    };
    let all = [
        hash(Role::Scenario, SCENARIO),
        hash(Role::Wishes, WISHES),
        hash(Role::Reps, REPS),
    ];
    all.join(" ")
}

/// Whether `rules.forbid` names a pair.
fn named(base: &Inputs, (i, j): &(u32, RepIx)) -> bool {
    let ids = (
        base.customers.ids.get(*i as usize),
        base.reps.ids.get(j.at()),
    );
    let forbid = &base.scenario.rules.forbid;
    forbid.iter().any(|(c, r)| (c.as_str(), r.as_str()) == ids)
}

/// Puts the wishes of a draft into inputs without any.
pub(super) fn wish(inputs: &mut Inputs, draft: &Draft) -> Result<(), Error> {
    if !draft.hold.is_empty() {
        inputs.wished = vec![RepIx::NONE; inputs.customers.len()];
        for (i, hold) in &draft.hold {
            inputs.wished[*i as usize] = hold.rep;
        }
    }
    inputs.wishes_forbid = draft.forbid.iter().copied().collect();
    inputs.forbid.extend(draft.forbid.iter().copied());
    inputs.forbid.sort_unstable();
    inputs.forbid.dedup();
    if draft.unlock.is_empty() {
        return Ok(());
    }
    let mut unlocked = Vec::new();
    let lift = |customers: &mut CustomerColumns| {
        for (i, j) in &draft.unlock {
            let held = customers.owner.get(*i as usize) == Some(j);
            let lock = customers.locked.get_mut(*i as usize);
            if let Some(lock) = lock.filter(|lock| **lock && held) {
                *lock = false;
                unlocked.push((*i, *j));
            }
        }
    };
    inputs.customers.edit(lift).map_err(Error::Input)?;
    inputs.unlocked = unlocked;
    Ok(())
}

/// The model of inputs without wishes, with those of a draft.
pub(super) fn wished_model(frame: &Inputs, plain: &Model, draft: &Draft) -> Model {
    let mut model = plain.clone();
    if !draft.hold.is_empty() {
        model.wished = vec![RepIx::NONE; model.n];
        for (i, hold) in &draft.hold {
            model.wished[*i as usize] = hold.rep;
        }
    }
    model.forbid.extend(draft.forbid.iter().copied());
    model.forbid.sort_unstable();
    model.forbid.dedup();
    for (i, j) in &draft.unlock {
        if let Some(lock) = model
            .locked
            .get_mut(*i as usize)
            .filter(|lock| **lock == *j)
        {
            *lock = RepIx::NONE;
        }
    }
    if model.travel_load.is_some() {
        // Targets count the least travel that is permitted.
        return model.with_balance(&frame.reps, &frame.scenario.balance);
    }
    model
}

fn changes_reps(draft: &Draft) -> bool {
    !(draft.off.is_empty() && draft.moved.is_empty() && draft.added.is_empty())
}

/// The reps that a draft asks for.
fn reps_of(base: &Inputs, draft: &Draft) -> RepColumns {
    let mut reps = base.reps.clone().into_columns();
    let numeric = base.reps.ids.numeric();
    for new in &draft.added {
        let plain = new.id.parse::<u64>().is_ok_and(|n| n.to_string() == new.id);
        reps.ids.push(&new.id, numeric && plain);
        reps.name.push(new.name.clone());
        reps.lon.push(new.place[0]);
        reps.lat.push(new.place[1]);
        reps.capacity.push(Some(1.0));
        reps.skills.push(Vec::new());
        reps.max_km.push(None);
        reps.max_minutes.push(None);
        let sides = reps.min.iter_mut().chain(&mut reps.max);
        sides.for_each(|side| side.push(None));
    }
    let count = reps.ids.len();
    if !reps.region.is_empty() {
        reps.region.resize(count, String::new());
    }
    for column in reps.carried.iter_mut().chain(&mut reps.compared) {
        column.cells.resize(count);
    }
    for (j, place) in &draft.moved {
        (reps.lon[j.at()], reps.lat[j.at()]) = (place[0], place[1]);
    }
    // Who is away stays in the file, with room for nothing: all that names them still does.
    for j in &draft.off {
        reps.capacity[j.at()] = None;
        reps.max_km[j.at()] = Some(AWAY_KM);
        reps.min.iter_mut().for_each(|side| side[j.at()] = None);
        reps.max
            .iter_mut()
            .for_each(|side| side[j.at()] = Some(0.0));
    }
    reps
}

/// The keys that a draft sets.
fn set_rules(doc: &mut Table, draft: &Draft) {
    let settings = &draft.settings;
    if !settings.tolerance.is_empty() || !settings.deviation_budget.is_empty() {
        let entries = doc.entry("balance").or_insert_with(|| {
            let mut entry = Table::new();
            entry.insert("measure".into(), "workload".into());
            vec![toml::Value::Table(entry)].into()
        });
        for entry in entries.as_array_mut().into_iter().flatten() {
            let Some(entry) = entry.as_table_mut() else {
                continue;
            };
            let measure = entry.get("measure").and_then(toml::Value::as_str);
            let of = |set: &BTreeMap<String, f64>| set.get(measure?).copied();
            let (tolerance, budget) = (of(&settings.tolerance), of(&settings.deviation_budget));
            if let Some(tolerance) = tolerance {
                entry.insert("tolerance".into(), tolerance.into());
            }
            if let Some(budget) = budget {
                entry.remove("deviation_cost");
                entry.remove("deviation_budget");
                if budget > 0.0 {
                    entry.insert("deviation_cost".into(), "auto".into());
                    entry.insert("deviation_budget".into(), budget.into());
                }
            }
        }
    }
    let limits = [
        ("travel", "max_km", settings.max_km),
        ("travel", "max_minutes", settings.max_minutes),
        ("change", "max_share", settings.change_max_share),
    ];
    for (section, key, limit) in limits {
        match limit {
            Some(Some(limit)) => {
                if let Some(section) = table(doc, section, true) {
                    section.insert(key.into(), limit.into());
                }
            }
            Some(None) => {
                if let Some(section) = table(doc, section, false) {
                    section.remove(key);
                }
            }
            None => {}
        }
    }
    // Without limit and penalty there is no such section.
    let change = table(doc, "change", false);
    if change.is_some_and(|c| !c.contains_key("max_share") && !c.contains_key("penalty")) {
        doc.remove("change");
    }
    if let (Some(yes), Some(rules)) = (settings.contiguous, table(doc, "rules", true)) {
        rules.insert("contiguous".into(), yes.into());
    }
}

/// A section; a new one where there is none and `new` asks for it.
fn table<'d>(doc: &'d mut Table, name: &str, new: bool) -> Option<&'d mut Table> {
    if new && !doc.contains_key(name) {
        doc.insert(name.to_owned(), Table::new().into());
    }
    doc.get_mut(name)?.as_table_mut()
}

/// The wishes as a table; `None` without any.
fn wishes_csv(base: &Inputs, draft: &Draft, added: Option<&Draft>) -> Option<String> {
    if draft.hold.is_empty() && draft.forbid.is_empty() && draft.unlock.is_empty() {
        return None;
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    let rep = |j: RepIx| match j.at().checked_sub(base.reps.len()) {
        None => base.reps.ids.get(j.at()),
        Some(at) => (added.and_then(|d| d.added.get(at))).map_or("", |new| new.id.as_str()),
    };
    let customer = |i: u32| base.customers.ids.get(i as usize);
    let held = draft.hold.iter().map(|(i, h)| (*i, h.rep, "assign"));
    let unlocked = draft.unlock.iter().map(|(i, j)| (*i, *j, "unlock"));
    let forbidden = draft.forbid.iter().map(|(i, j)| (*i, *j, "forbid"));
    let mut written = out.write_record(["customer_id", "rep_id", "wish"]);
    for (i, j, wish) in held.chain(unlocked).chain(forbidden) {
        written = written.and_then(|()| out.write_record([customer(i), rep(j), wish]));
    }
    written.ok()?;
    String::from_utf8(out.into_inner().ok()?).ok()
}

/// The reps as a file that reads as they are.
fn geojson(reps: &RepColumns, base: &Inputs) -> String {
    let numeric = reps.ids.numeric();
    let feature = |j: usize| {
        let id = reps.ids.get(j);
        let mut p = Map::new();
        let number = id.parse::<u64>().ok().filter(|_| numeric);
        p.insert("id".into(), number.map_or_else(|| json!(id), |n| json!(n)));
        p.insert("name".into(), json!(reps.name[j]));
        p.insert("capacity".into(), json!(reps.capacity[j]));
        p.insert("skills".into(), json!(reps.skills[j]));
        if !reps.region_of(j).is_empty() {
            p.insert("region".into(), json!(reps.region_of(j)));
        }
        for (name, limits) in [("max_km", &reps.max_km), ("max_minutes", &reps.max_minutes)] {
            if let Some(limit) = limits[j] {
                p.insert(name.into(), json!(limit));
            }
        }
        for (m, balance) in base.scenario.balance.iter().enumerate() {
            for (side, bounds) in [("min", &reps.min), ("max", &reps.max)] {
                if let Some(bound) = bounds.get(m).and_then(|b| b[j]) {
                    p.insert(format!("{side}_{}", balance.measure), json!(bound));
                }
            }
        }
        for column in reps.carried.iter().chain(&reps.compared) {
            if !p.contains_key(&column.name) {
                p.insert(column.name.clone(), cell(column, j));
            }
        }
        json!({"type": "Feature", "properties": p,
            "geometry": {"type": "Point", "coordinates": [reps.lon[j], reps.lat[j]]}})
    };
    let features: Vec<String> = (0..reps.len()).map(|j| feature(j).to_string()).collect();
    let all = features.join(",\n");
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{all}\n]}}\n")
}

fn cell(column: &Carried, j: usize) -> Value {
    match column.cells.get(j) {
        Cell::Number(text) => text
            .parse::<serde_json::Number>()
            .map_or_else(|_| json!(text), Value::Number),
        Cell::Bool(truth) => json!(truth),
        Cell::Text(text) => json!(text),
        Cell::Null => Value::Null,
    }
}
