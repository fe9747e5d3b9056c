//! From sources and settings to an [`Instance`].

use super::instance::Instance;
use super::paths::{SET, TEXT, absolute, as_table, in_file, on_disk, put};
use super::settings::{Settings, merge};
use super::source::{Kind, Source};
use crate::error::{Error, Problem, Severity, codes};
use crate::memory::{self, Content, Held, Memory, Table as Columns};
use crate::scenario::{Role, Scenario};
use geo::Geometry;
use std::path::PathBuf;
use std::sync::Arc;
use toml::{Table, Value};

/// Puts an [`Instance`] together: sources, and the rules of a scenario.
///
/// No method fails; [`Builder::build`] tells all problems of all of them at once. What a method sets wins over the scenario's text.
///
/// ```
/// use revier::{Builder, Source};
///
/// let error = Builder::new()
///     .customers(Source::csv("id,lon,lat,workload\na,8.6,50.1,1\nb,8.7,500,1\n"))
///     .balance("workload", 7.0)
///     .build()
///     .unwrap_err();
/// let fields: Vec<_> = error.problems().iter().filter_map(|p| p.field.as_deref()).collect();
/// assert_eq!(fields, ["balance.tolerance", "reps"]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    text: Option<String>,
    base: PathBuf,
    settings: Settings,
    forbid: Vec<(String, String)>,
    sources: Vec<(Role, Source)>,
}

impl Instance {
    /// Puts one together.
    pub fn builder() -> Builder {
        Builder::new()
    }
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// The text of a scenario, with the keys that the file has. Files that it names are read from the disk; what the methods of the builder
    /// give takes their place.
    pub fn scenario(mut self, toml: impl Into<String>) -> Builder {
        self.text = Some(toml.into());
        self
    }

    /// Where relative paths in the text of the scenario begin; otherwise in the working directory.
    pub fn base_dir(mut self, dir: impl Into<PathBuf>) -> Builder {
        self.base = dir.into();
        self
    }

    /// The customers: points, or area units.
    pub fn customers(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Customers, source.into())
    }

    /// The reps at their home bases.
    pub fn reps(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Reps, source.into())
    }

    /// Area units that the customers are counted into; territories are unions of them.
    pub fn units(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Units, source.into())
    }

    /// The outline that territories are cut to.
    pub fn boundary(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Boundary, source.into())
    }

    /// Travel between customers and reps: a table with `customer_id`, `rep_id`, `km` and `minutes`. A pair that is not in it cannot be.
    pub fn matrix(mut self, source: impl Into<Source>) -> Builder {
        self.settings.set("travel.metric", Value::from("matrix"));
        self.source(Role::Matrix, source.into())
    }

    /// Roads that travel follows: trips are the fastest ways by car on an extract of OpenStreetMap.
    pub fn roads(mut self, source: impl Into<Source>) -> Builder {
        self.settings.set("travel.metric", Value::from("road"));
        self.source(Role::Roads, source.into())
    }

    /// Lines and areas that no trip crosses, or only at a cost (GeoJSON): travel by great circles or roads goes round them.
    pub fn barriers(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Barriers, source.into())
    }

    /// Outlines that the report's map shows (GeoJSON).
    pub fn context(self, source: impl Into<Source>) -> Builder {
        self.source(Role::Context, source.into())
    }

    fn source(mut self, role: Role, source: Source) -> Builder {
        self.sources.retain(|(other, _)| *other != role);
        self.sources.push((role, source));
        self
    }

    /// A measure to balance, a numeric property of the customers or `customers` (each counts 1): every rep's total stays within
    /// `(1 -+ tolerance)` of its target, where the tolerance is in (0, 1). Each call adds one; they take the place of the scenario's.
    pub fn balance(mut self, measure: impl Into<String>, tolerance: f64) -> Builder {
        let mut entry = Table::new();
        entry.insert("measure".into(), Value::String(measure.into()));
        entry.insert("tolerance".into(), Value::Float(tolerance));
        self.settings.push("balance", entry);
        self
    }

    /// A pair of customer and rep that must not be; it is added to those of the scenario.
    pub fn forbid(mut self, customer: impl Into<String>, rep: impl Into<String>) -> Builder {
        self.forbid.push((customer.into(), rep.into()));
        self
    }

    /// Whether every territory must be in one piece (`rules.contiguous`).
    pub fn contiguous(mut self, yes: bool) -> Builder {
        self.settings.set("rules.contiguous", Value::Boolean(yes));
        self
    }

    /// No customer farther from its rep than this, km (`travel.max_km`).
    pub fn max_km(mut self, km: f64) -> Builder {
        self.settings.set("travel.max_km", Value::Float(km));
        self
    }

    /// No customer farther from its rep than this, minutes (`travel.max_minutes`).
    pub fn max_minutes(mut self, minutes: f64) -> Builder {
        self.settings
            .set("travel.max_minutes", Value::Float(minutes));
        self
    }

    /// At most this share of the first measure changes hands, in [0, 1] (`change.max_share`).
    pub fn max_change(mut self, share: f64) -> Builder {
        self.settings.set("change.max_share", Value::Float(share));
        self
    }

    /// Any other key of a scenario, dotted as in TOML: `travel.detour`, `rules.skills`, `territories.simplify_m`.
    ///
    /// ```
    /// use revier::Builder;
    /// use serde_json::json;
    ///
    /// let builder = Builder::new()
    ///     .set("name", "Nord")
    ///     .set("rules.locks", false)
    ///     .set("travel", json!({"cost": "minutes", "speed_kmh": 50}));
    /// ```
    pub fn set(mut self, key: impl AsRef<str>, value: impl Into<serde_json::Value>) -> Builder {
        self.settings.set_json(key.as_ref(), &value.into());
        self
    }

    /// Reads and validates everything.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems: of the scenario and the settings, and where these are sound, of all sources.
    pub fn build(self) -> Result<Instance, Error> {
        let mut doc = self.settled()?;
        let mut memory = Memory::default();
        let mut problems = Vec::new();
        on_disk(&mut doc, &self.base, &mut problems);
        let mut labels = vec![TEXT.to_owned(), SET.to_owned()];
        for (role, source) in self.sources {
            let mut label = source.label.unwrap_or_else(|| role.name().to_owned());
            if labels.contains(&label) {
                label = format!("{label} ({role})");
            }
            labels.push(label.clone());
            match placed(role, source.kind, label, &mut memory) {
                Ok(path) => put(&mut doc, role.key(), path),
                Err(problem) => problems.push(*problem),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        Instance::read(doc, memory, true)
    }

    /// The scenario's text with the settings in it.
    fn settled(&self) -> Result<Table, Error> {
        let text = self.text.as_deref().unwrap_or_default();
        let set = toml::to_string(&self.settings.table);
        let set = set.map_err(|e| Error::Internal(format!("settings: {e}")))?;
        let mut problems = Scenario::problems_of(text, TEXT, true);
        let wrong = self.settings.problems.iter().cloned();
        problems.extend(wrong.map(|problem| in_file(SET, problem)));
        problems.extend(Scenario::problems_of(&set, SET, false));
        let of_travel = |role: &Role| [Role::Matrix, Role::Roads].contains(role);
        for (role, _) in self.sources.iter().filter(|(role, _)| of_travel(role)) {
            let field = Some(role.key());
            problems.retain(|p| p.code != codes::MISSING_KEY || p.field.as_deref() != field);
        }
        let parsed = text.parse::<Table>();
        let keys = parsed.iter().flat_map(Table::keys);
        let given: Vec<&str> = (self.sources.iter().map(|(role, _)| role.name()))
            .chain(keys.map(String::as_str))
            .collect();
        let needed = [Role::Customers, Role::Reps].map(Role::name).into_iter();
        let set = |name: &&str| self.settings.table.contains_key(*name);
        for name in needed.filter(|name| !given.contains(name) && !set(name)) {
            let problem = Problem::error(codes::MISSING_KEY, format!("there are no {name}"));
            let help = format!("give them to the builder: .{name}(...)");
            problems.push(in_file(SET, problem.field(name).help(help)));
        }
        if problems.iter().any(|p| p.severity == Severity::Error) {
            return Err(Error::Input(problems));
        }
        let mut doc = parsed.map_err(|e| Error::Internal(format!("scenario: {e}")))?;
        as_table(&mut doc);
        let mut set = self.settings.table.clone();
        as_table(&mut set);
        merge(&mut doc, set);
        if !self.forbid.is_empty() {
            let rules = doc.entry("rules").or_insert(Value::Table(Table::new()));
            if let Value::Table(rules) = rules {
                let list = rules.entry("forbid").or_insert(Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    let pairs = self.forbid.iter().cloned();
                    list.extend(pairs.map(|(c, r)| Value::Array(vec![c.into(), r.into()])));
                }
            }
        }
        doc.entry("name").or_insert("territories".into());
        Ok(doc)
    }
}

/// Puts a source into memory unless it is on the disk; its path.
fn placed(
    role: Role,
    kind: Kind,
    label: String,
    memory: &mut Memory,
) -> Result<String, Box<Problem>> {
    let refused = |what: &str, help: &str| {
        let problem = Problem::error(codes::WRONG_FORMAT, what).help(help);
        Box::new(in_file(&label, problem))
    };
    let (ending, content) = match kind {
        Kind::File(path) => return absolute(&path).map_err(|p| Box::new(in_file(&label, *p))),
        Kind::Memory(ending, content) => (ending, content),
        Kind::Shape(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
            ("geojson", outline(shape)?)
        }
        Kind::Shape(_) => {
            return Err(refused(
                "the shape is no polygon",
                "give a Polygon or MultiPolygon",
            ));
        }
    };
    let name = format!("input-{role}.{ending}");
    let known = memory::NAMES.iter().any(|known| **known == name);
    if !known || (role == Role::Matrix && matches!(content, Content::Table(_))) {
        let ending = match role {
            Role::Matrix => "CSV",
            Role::Roads => "an .osm.pbf",
            _ => "GeoJSON",
        };
        let what = format!("the {role} cannot be read from this kind of source");
        return Err(refused(&what, &format!("give {ending}, or a file")));
    }
    let path = memory::path(&name);
    let text = path.display().to_string();
    memory.insert(path, Held { label, content });
    Ok(text)
}

/// A shape as the GeoJSON of one feature.
fn outline(shape: Geometry<f64>) -> Result<Content, Box<Problem>> {
    let mut bytes = Vec::new();
    let table = Content::Table(Arc::new(Columns::new().geometry([shape])));
    let written = table.write(&mut bytes);
    written.map_err(|e| Box::new(Problem::error(codes::INVALID_POLYGON, e.to_string())))?;
    Ok(Content::Bytes(bytes.into()))
}
