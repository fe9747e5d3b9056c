//! Who could be there: the reps of today, and places where one could live.

use crate::api::Instance;
use crate::api::paths::SCENARIO;
use crate::base::ids::Ids;
use crate::error::{Collector, Error, Problem, codes};
use crate::input::{self, Customers, Inputs, RepColumns};
use crate::memory::{self, Content, Held, Memory};
use crate::scenario::{Scenario, Sizing};
use serde_json::{Map, json};
use std::collections::HashSet;
use std::path::Path;

/// The name in memory, and in the plan directory, of whoever could be there.
const FILE: &str = "input-reps.geojson";

/// Everyone who could be there, in one list.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// All of them, with skills, limits and bounds of their own.
    pub(super) reps: RepColumns,
    /// Whether somebody stays anyway.
    pub(super) stays: Vec<bool>,
    /// What their not being there costs.
    pub(super) closing: Vec<f64>,
    /// How many of them are there today.
    pub(super) today: usize,
}

impl People {
    /// Reads the reps of today that stay or may go, and the candidates.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems: of the files, ids that are there twice, names of nobody, no candidate at all.
    pub fn read(scenario: &Scenario, rules: &Sizing, label: &str) -> Result<People, Error> {
        let mut people = People {
            reps: nobody(scenario.balance.len()),
            ..People::default()
        };
        let mut problems = Collector::new(label);
        let named = !rules.fixed.is_empty() || !rules.may_close.is_empty();
        if named && scenario.reps.as_os_str().is_empty() {
            let what = "reps are named, and no file that they stand in";
            let problem = Problem::error(codes::MISSING_KEY, what).field("reps");
            problems.add(problem.help("add reps = \"reps.geojson\""));
        } else if named {
            people.of_today(scenario, rules, &mut problems)?;
        }
        people.candidates(scenario, rules, !named)?;
        people.told_apart(&mut problems);
        if people.reps.is_empty() {
            let what = "there is nobody, and no place where somebody could be";
            let problem = Problem::error(codes::MISSING_KEY, what).field("sizing.candidates");
            problems.add(problem.help("add candidates = \"towns.geojson\", or \"customers\""));
        }
        problems.refuse().map_err(Error::Input)?;
        Ok(people)
    }

    /// Reads all reps of today, who stay, and behind them the candidates: those of the rules, else places of the customers. How many reps there are.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems of the files, and ids that are there twice.
    pub fn everybody(
        scenario: &Scenario,
        rules: &Sizing,
        label: &str,
    ) -> Result<(People, usize), Error> {
        let mut people = People {
            reps: nobody(scenario.balance.len()),
            ..People::default()
        };
        let (today, _) = input::read_reps(scenario)?;
        (0..today.len()).for_each(|j| people.add(&today, j, true, 0.0));
        people.candidates(scenario, rules, true)?;
        let mut problems = Collector::new(label);
        people.told_apart(&mut problems);
        problems.refuse().map_err(Error::Input)?;
        Ok((people, today.len()))
    }

    /// Adds the candidates that the rules name; where there are none, places of the customers, if they will do.
    fn candidates(
        &mut self,
        scenario: &Scenario,
        rules: &Sizing,
        will_do: bool,
    ) -> Result<(), Error> {
        self.today = self.reps.len();
        for path in &rules.candidates {
            let (places, _) = input::read_reps(&Scenario {
                reps: path.clone(),
                ..scenario.clone()
            })?;
            (0..places.len()).for_each(|j| self.add(&places, j, false, 0.0));
        }
        if rules.at_customers || (rules.candidates.is_empty() && will_do) {
            let (customers, _) = input::read_customers(scenario)?;
            self.at_places_of(&customers, rules.thin as usize);
        }
        Ok(())
    }

    /// The reps of today that the rules name.
    fn of_today(
        &mut self,
        scenario: &Scenario,
        rules: &Sizing,
        problems: &mut Collector,
    ) -> Result<(), Error> {
        let (today, _) = input::read_reps(scenario)?;
        let place = |id: &str| (0..today.len()).find(|j| today.ids.get(*j) == id);
        let fixed = rules.fixed.iter().map(|id| (id, true, 0.0, "fixed"));
        let closing = rules.may_close.iter();
        let closing = closing.map(|(id, cost)| (id, false, *cost, "may_close"));
        for (id, stays, cost, key) in fixed.chain(closing) {
            match place(id) {
                Some(j) => self.add(&today, j, stays, cost),
                None => {
                    let what = format!("{id:?} is nobody in {}", scenario.label(&scenario.reps));
                    let problem = Problem::error(codes::UNKNOWN_REP, what);
                    let problem = problem.field(format!("sizing.{key}"));
                    problems.add(problem.help("name ids of reps"));
                }
            }
        }
        Ok(())
    }

    /// Adds a rep of another list.
    fn add(&mut self, from: &RepColumns, j: usize, stays: bool, closing: f64) {
        push(&mut self.reps, from, j);
        self.stays.push(stays);
        self.closing.push(closing);
    }

    /// The customers' places as candidates: `most` at most, spread as the customers are.
    fn at_places_of(&mut self, customers: &Customers, most: usize) {
        let measures = self.reps.min.len();
        for i in thinned(customers, most) {
            let id = format!("at {}", customers.ids.get(i));
            let name = match customers.names.is_empty() {
                true => id.clone(),
                false => format!("at {}", customers.names.get(i)),
            };
            let mut ids = Ids::new();
            ids.push(&id, false);
            let one = RepColumns {
                ids,
                name: vec![name],
                lon: vec![customers.lon[i]],
                lat: vec![customers.lat[i]],
                capacity: vec![Some(1.0)],
                ..nobody(measures)
            };
            self.add(&one, 0, false, 0.0);
        }
    }

    /// Whether customers stay in their regions, and there are places whose region nobody knows: who is there may have all of them.
    pub(super) fn without_region(&self, inputs: &Inputs) -> bool {
        let stay = inputs.scenario.regions.as_ref().is_some_and(|r| r.stay);
        let c = &inputs.customers;
        let mut places = self.today..self.reps.len();
        stay && places.any(|j| self.reps.region_of(j).is_empty())
            && (0..c.len()).any(|i| !c.region_of(i).is_empty())
    }

    /// Ids that are there twice are told.
    fn told_apart(&self, problems: &mut Collector) {
        let mut seen = HashSet::new();
        for j in 0..self.reps.len() {
            let id = self.reps.ids.get(j);
            if !seen.insert(id) {
                let what = format!("{id:?} is the id of two reps or candidates");
                let problem = Problem::error(codes::DUPLICATE_ID, what).id(id);
                problems.add(problem.help("give each of them an id of its own"));
            }
        }
    }
}

/// No reps, of so many measures.
pub(super) fn nobody(measures: usize) -> RepColumns {
    RepColumns {
        min: vec![Vec::new(); measures],
        max: vec![Vec::new(); measures],
        ..RepColumns::default()
    }
}

/// Adds rep `j` of another list; what that does not say is not said.
pub(super) fn push(to: &mut RepColumns, from: &RepColumns, j: usize) {
    to.ids.push(from.ids.get(j), false);
    to.name.push(from.name[j].clone());
    to.lon.push(from.lon[j]);
    to.lat.push(from.lat[j]);
    to.capacity.push(from.capacity[j]);
    to.skills
        .push(from.skills.get(j).cloned().unwrap_or_default());
    to.region.resize(to.ids.len() - 1, String::new());
    to.region.push(from.region_of(j).to_owned());
    let said = |of: &[Option<f64>]| of.get(j).copied().flatten();
    to.max_km.push(said(&from.max_km));
    to.max_minutes.push(said(&from.max_minutes));
    let sides = [(&mut to.min, &from.min), (&mut to.max, &from.max)];
    for (to, from) in sides {
        for (m, to) in to.iter_mut().enumerate() {
            to.push(from.get(m).and_then(|of| said(of)));
        }
    }
}

/// Reps as a file, GeoJSON.
pub(super) fn geojson(scenario: &Scenario, r: &RepColumns) -> String {
    let feature = |j: usize| {
        let mut properties = Map::new();
        properties.insert("id".into(), json!(r.ids.get(j)));
        properties.insert("name".into(), json!(r.name[j]));
        properties.insert("capacity".into(), json!(r.capacity[j]));
        if !r.skills[j].is_empty() {
            properties.insert("skills".into(), json!(r.skills[j]));
        }
        if !r.region_of(j).is_empty() {
            properties.insert("region".into(), json!(r.region_of(j)));
        }
        let limits = [("max_km", r.max_km[j]), ("max_minutes", r.max_minutes[j])];
        let limits = limits.map(|(key, value)| (key.to_owned(), value));
        let sides = scenario.balance.iter().enumerate().flat_map(|(m, b)| {
            let name = &b.measure;
            [
                (format!("min_{name}"), r.min[m][j]),
                (format!("max_{name}"), r.max[m][j]),
            ]
        });
        for (key, value) in limits.into_iter().chain(sides) {
            if let Some(value) = value {
                properties.insert(key, json!(value));
            }
        }
        let geometry = json!({"type": "Point", "coordinates": [r.lon[j], r.lat[j]]});
        json!({"type": "Feature", "properties": properties, "geometry": geometry}).to_string()
    };
    let features: Vec<String> = (0..r.len()).map(feature).collect();
    format!(
        "{{\"type\": \"FeatureCollection\", \"features\": [\n{}\n]}}\n",
        features.join(",\n")
    )
}

/// Refuses travel that nobody can know of places where nobody is yet.
pub(super) fn refuse_servers(scenario: &Scenario) -> Result<(), Error> {
    if scenario.travel.server.is_some() {
        let what = "`revier size` does not ask routing servers for the travel of places where nobody is yet: take roads (metric = \"road\"), or a table of all candidates (metric = \"matrix\")";
        return Err(Error::Usage(what.into()));
    }
    Ok(())
}

/// The inputs of the scenario of a file whose reps are those of a text, and that asks for nothing that depends on who is there today.
pub(super) fn with_reps(file: &Path, text: &str) -> Result<Inputs, Error> {
    let mut memory = Memory::default();
    let held = Held {
        label: "the chosen home bases".into(),
        content: Content::Bytes(text.as_bytes().into()),
    };
    memory.insert(memory::path(FILE), held);
    let instance = Instance::changed(file, memory, |doc| {
        let reps = memory::path(FILE).display().to_string();
        doc.insert("reps".into(), reps.into());
        doc.remove("sizing");
        doc.remove("change");
        // Nobody knows what somebody will be who is not there yet.
        doc.remove("prefer");
        // The curve is of travel.
        let balance = doc.get_mut("balance").and_then(toml::Value::as_array_mut);
        for entry in balance.into_iter().flatten() {
            if let Some(entry) = entry.as_table_mut() {
                entry.remove("deviation_cost");
                entry.remove("deviation_budget");
            }
        }
        let rules = doc
            .entry("rules")
            .or_insert_with(|| toml::Table::new().into());
        if let Some(rules) = rules.as_table_mut() {
            rules.remove("wishes");
            rules.insert("former_owners".into(), "free".into());
        }
    })?;
    let mut inputs = instance.inputs();
    let (memory, scenario) = (&mut inputs.scenario.origin.memory, memory::path(SCENARIO));
    if let Some(held) = memory.get(&scenario).cloned() {
        let label = file.display().to_string();
        memory.insert(scenario, Held { label, ..held });
    }
    Ok(inputs)
}

/// Positions of `most` customers at most, spread as all are: the places are cut in halves again and again, and the one nearest to the middle
/// of each part is taken.
fn thinned(customers: &Customers, most: usize) -> Vec<usize> {
    let mut seen = HashSet::new();
    let key = |i: usize| (customers.lon[i].to_bits(), customers.lat[i].to_bits());
    let all: Vec<usize> = (0..customers.len())
        .filter(|i| seen.insert(key(*i)))
        .collect();
    if all.len() <= most {
        return all;
    }
    let mut found = Vec::with_capacity(most);
    let points = (&customers.lon[..], &customers.lat[..]);
    super::coarse::halves(points, all, most, &mut |part| {
        found.push(middle(points, part))
    });
    found.sort_unstable();
    found
}

/// The one nearest to the mean of a part.
fn middle((lon, lat): (&[f64], &[f64]), part: &[usize]) -> usize {
    let count = part.len() as f64;
    let mean = |of: &[f64]| part.iter().map(|i| of[*i]).sum::<f64>() / count;
    let (x, y) = (mean(lon), mean(lat));
    let scale = y.to_radians().cos();
    let far = |i: usize| ((lon[i] - x) * scale).hypot(lat[i] - y);
    let nearest = part.iter().min_by(|a, b| far(**a).total_cmp(&far(**b)));
    nearest.copied().unwrap_or(part[0])
}
