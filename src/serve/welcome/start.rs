//! `POST /v1/start`: what the files are for becomes a scenario, an ordinary one with comments, by the ordinary reading and validation.

use super::guess::{OF_CUSTOMERS, OF_REPS};
use super::inbox::{FILES, HALF, SCENARIO};
use crate::error::{Error, Problem, codes};
use crate::input::spelling::alias;
use crate::input::{self, Inputs, Survey};
use crate::scenario::{Overrides, Scenario};
use crate::serve::refusal::Refusal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use toml::Value;

/// Where the desk of a scenario keeps its edits and plans.
const DESK: &str = "scenario.desk";

/// What a project is to be made of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Wanted {
    /// What it is called; the name of the folder where nothing is said.
    pub name: Option<String>,
    pub customers: Table,
    pub reps: Table,
    pub units: Option<String>,
    pub boundary: Option<String>,
    pub context: Option<String>,
    pub matrix: Option<String>,
    /// The measures that are balanced: columns of the customers, or `customers`.
    #[serde(default)]
    pub balance: Vec<Measure>,
    /// The decimal mark of numbers that may be read in two ways.
    pub decimal: Option<String>,
    /// Only says what would be read.
    #[serde(default, rename = "try")]
    pub trial: bool,
}

/// A file of customers or reps.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Table {
    pub file: String,
    /// Property to column, and no other column is read as something that it may mean; without it, columns mean what they are called.
    pub columns: Option<BTreeMap<String, String>>,
    pub sheet: Option<String>,
    pub layer: Option<String>,
}

/// A measure that is balanced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct Measure {
    pub measure: String,
    pub tolerance: f64,
}

/// A text as TOML.
fn text(value: &str) -> String {
    Value::String(value.to_owned()).to_string()
}

/// A key as TOML.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => text(name),
    }
}

impl Wanted {
    /// The files by what they are for.
    fn files(&self) -> Vec<(&'static str, &str)> {
        let mut all = vec![
            ("customers", self.customers.file.as_str()),
            ("reps", self.reps.file.as_str()),
        ];
        let more = [
            ("units", &self.units),
            ("boundary", &self.boundary),
            ("context", &self.context),
            ("matrix", &self.matrix),
        ];
        all.extend(
            more.into_iter()
                .filter_map(|(role, file)| Some((role, file.as_deref()?))),
        );
        all
    }

    /// Files that are not there.
    fn missing(&self, there: &[String]) -> Vec<Problem> {
        let absent = |(_, file): &(&str, &str)| !there.iter().any(|name| name == file);
        let told = |(role, file): (&'static str, &str)| {
            let what = format!("there is no file {file:?}");
            let problem = Problem::error(codes::MISSING_FILE, what).field(role);
            problem.help("name one of the files that were taken")
        };
        self.files().into_iter().filter(absent).map(told).collect()
    }

    /// What a measure is called in the scenario: a column that stands for a property has the property's name, and one that is called as a property
    /// which another column stands for has a name of its own.
    fn property(&self, measure: &str, seen: &Seen<'_>) -> String {
        let Some(columns) = &self.customers.columns else {
            return measure.to_owned();
        };
        if let Some((property, _)) = columns.iter().find(|(_, column)| *column == measure) {
            return property.clone();
        }
        let is = |name: &str| {
            columns.contains_key(name) || self.balance.iter().any(|b| b.measure == name)
        };
        let survey = seen(&self.customers.file);
        let is_column = survey.is_some_and(|s| s.columns.iter().any(|c| c.name == measure));
        if !columns.contains_key(measure) || !is_column {
            return measure.to_owned();
        }
        let other = (2..).map(|n| format!("{measure}_{n}"));
        other.into_iter().find(|name| !is(name)).unwrap_or_default()
    }

    /// `[columns]` of a table: what stands in a column of another name, and what stands in none although a column may be meant (`may`).
    fn named(&self, table: &Table, of: &[&str], seen: &Seen<'_>) -> Vec<(String, String)> {
        let Some(columns) = &table.columns else {
            return Vec::new();
        };
        let own = |(p, c): (&String, &String)| (p != c).then(|| (p.clone(), c.clone()));
        let mut all: Vec<_> = columns.iter().filter_map(own).collect();
        let customers = std::ptr::eq(table, &self.customers);
        let measures = self.balance.iter().map(|b| b.measure.as_str());
        let measures: Vec<&str> = measures.filter(|_| customers).collect();
        for measure in &measures {
            let property = self.property(measure, seen);
            if property != *measure && !columns.contains_key(&property) {
                all.push((property, (*measure).to_owned()));
            }
        }
        let left = of.iter().filter(|p| !columns.contains_key(**p));
        let left = left.filter(|p| may(table, p, seen) && !measures.contains(p));
        all.extend(left.map(|p| ((*p).to_owned(), String::new())));
        all
    }

    /// The scenario, as somebody would write it.
    fn toml(&self, dir: &Path, seen: &Seen<'_>) -> String {
        let own = dir.file_name().map(|n| n.to_string_lossy().into_owned());
        let name = self
            .name
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty());
        let name = name.map_or_else(|| own.unwrap_or_default(), str::to_owned);
        let mut out = String::from(
            "# Made by the planning desk from the files that it was given. It is an ordinary scenario:\n# `revier solve scenario.toml` makes a plan of it, and it may be edited by hand.\n\n",
        );
        let _ = writeln!(out, "name = {}", text(&name));
        for (role, file) in self
            .files()
            .into_iter()
            .filter(|(role, _)| !["context", "matrix"].contains(role))
        {
            let _ = writeln!(out, "{role} = {}", text(&format!("{FILES}/{file}")));
        }
        if !self.balance.is_empty() {
            out += "\n# What is shared out fairly: the total of each territory lies within the tolerance of the rep's share\n# (0.1 is 10 %). Shares follow the column `capacity` of the reps, where there is one.\n";
        }
        for Measure { measure, tolerance } in &self.balance {
            let measure = text(&self.property(measure, seen));
            let _ = writeln!(
                out,
                "[[balance]]\nmeasure = {measure}\ntolerance = {tolerance:?}"
            );
        }
        if let Some(matrix) = &self.matrix {
            let path = text(&format!("{FILES}/{matrix}"));
            let _ = writeln!(
                out,
                "\n# Travel comes from a table.\n[travel]\nmetric = \"matrix\"\nmatrix = {path}"
            );
        }
        if let Some(context) = &self.context {
            let path = text(&format!("{FILES}/{context}"));
            let _ = writeln!(
                out,
                "\n# Outlines on the map.\n[dashboard]\ncontext = {path}"
            );
        }
        let both = [
            ("customers", &self.customers, OF_CUSTOMERS),
            ("reps", &self.reps, OF_REPS),
        ];
        for (role, table, of) in both {
            let named = self.named(table, of, seen);
            if !named.is_empty() {
                let _ = writeln!(
                    out,
                    "\n# What stands in which column; \"\": in none.\n[columns.{role}]"
                );
            }
            for (property, column) in named {
                let _ = writeln!(out, "{} = {}", key(&property), text(&column));
            }
        }
        out + &self.tables()
    }

    /// `[tables]`: what the files leave open.
    fn tables(&self) -> String {
        let both = [("customers", &self.customers), ("reps", &self.reps)];
        let inline = |of: fn(&Table) -> Option<&String>| {
            let said = both
                .iter()
                .filter_map(|(role, table)| Some((role, of(table)?)));
            let pairs: Vec<String> = said
                .map(|(role, name)| format!("{role} = {}", text(name)))
                .collect();
            (!pairs.is_empty()).then(|| format!("{{ {} }}", pairs.join(", ")))
        };
        let decimal = self.decimal.as_deref().map(text);
        let lines = [
            ("decimal", decimal),
            ("sheets", inline(|t| t.sheet.as_ref())),
            ("layers", inline(|t| t.layer.as_ref())),
        ];
        let mut out = String::new();
        for (key, value) in lines {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} = {value}");
            }
        }
        match out.is_empty() {
            true => out,
            false => format!("\n# What the files leave open.\n[tables]\n{out}"),
        }
    }
}

/// What is known of a file.
pub(super) type Seen<'s> = dyn Fn(&str) -> Option<Arc<Survey>> + 's;

/// Whether a column that nobody has given a meaning would be read as this property, or may be as far as is known.
fn may(table: &Table, property: &str, seen: &Seen<'_>) -> bool {
    let survey = seen(&table.file).filter(|survey| !survey.more);
    let (Some(survey), Some(columns)) = (survey, &table.columns) else {
        return true;
    };
    let free = survey.columns.iter().map(|c| c.name.as_str());
    let free: Vec<&str> = free.filter(|n| !columns.values().any(|c| c == n)).collect();
    // Of several other names none is read, and that is told.
    let others = free.iter().filter(|n| alias(n) == Some(property)).count();
    free.contains(&property) || others == 1
}

/// A file that is gone when this is, unless it got its place.
struct Half(PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        // It is hidden, and nothing reads it.
        let _ = fs::remove_file(&self.0);
    }
}

/// A scenario that was read with everything that it names.
pub(in crate::serve) struct Tried {
    pub text: String,
    pub inputs: Inputs,
    half: Half,
    dir: PathBuf,
}

/// Reads what a project would be made of.
///
/// # Errors
/// [`Refusal::Bad`] with all problems of all files, by their names.
pub(in crate::serve) fn attempt(
    wanted: &Wanted,
    dir: &Path,
    there: &[String],
    seen: &Seen<'_>,
) -> Result<Tried, Refusal> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let missing = wanted.missing(there);
    if !missing.is_empty() {
        return Err(Refusal::Bad(missing));
    }
    let text = wanted.toml(dir, seen);
    let half = Half(dir.join(format!(
        "{HALF}{}.toml",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )));
    fs::write(&half.0, &text).map_err(|e| failed(&half.0, e))?;
    let read = Scenario::load(Some(&half.0), &Overrides::default()).map_err(Error::Input);
    let read = read.and_then(|scenario| input::read(&scenario, Some(&half.0)));
    match read {
        Ok(mut inputs) => {
            inputs.warnings.iter_mut().for_each(|p| short(p, &half.0));
            Ok(Tried {
                text,
                inputs,
                half,
                dir: dir.to_owned(),
            })
        }
        Err(Error::Input(mut problems)) => {
            problems.iter_mut().for_each(|p| short(p, &half.0));
            Err(Refusal::Bad(problems))
        }
        Err(other) => Err(Refusal::of(other)),
    }
}

/// Puts aside what a desk has left of a project whose scenario is gone: its edits and plans are of other customers.
fn aside(dir: &Path) -> Result<(), Refusal> {
    let old = dir.join(DESK);
    if !old.exists() {
        return Ok(());
    }
    let mut free = (1..).map(|n| dir.join(format!("{DESK}.old-{n}")));
    let to = free.find(|to| !to.exists()).unwrap_or_default();
    fs::rename(&old, &to).map_err(|e| failed(&to, e))
}

/// Calls a file by its name, whatever folder it is in.
fn short(problem: &mut Problem, half: &Path) {
    if Path::new(&problem.file) == half {
        SCENARIO.clone_into(&mut problem.file);
    } else if let Some(name) = Path::new(&problem.file).file_name() {
        problem.file = name.to_string_lossy().into_owned();
    }
}

fn failed(path: &Path, source: std::io::Error) -> Refusal {
    let path = path.to_owned();
    Refusal::Failed(Error::Io { path, source })
}

impl Tried {
    /// Puts the scenario in its place, on the disk; where that is.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where a scenario is there already.
    pub fn settle(self) -> Result<PathBuf, Refusal> {
        let to = self.dir.join(SCENARIO);
        if to.exists() {
            let what = "there is a project in this folder already";
            return Err(Refusal::Taken(what.into()));
        }
        aside(&self.dir)?;
        let synced = fs::File::open(&self.half.0).and_then(|file| file.sync_all());
        synced.map_err(|e| failed(&self.half.0, e))?;
        fs::rename(&self.half.0, &to).map_err(|e| failed(&to, e))?;
        Ok(to)
    }

    /// What was read, in figures.
    pub fn told(&self) -> serde_json::Value {
        let customers = &self.inputs.customers;
        let total = |name: &str| match customers.column(name) {
            Some(values) => values.iter().sum(),
            None => customers.len() as f64,
        };
        let measures = self.inputs.scenario.balance.iter();
        let measures = measures.map(|b| serde_json::json!({"measure": b.measure, "tolerance": b.tolerance, "total": total(&b.measure)}));
        serde_json::json!({
            "problems": [],
            "customers": customers.len(),
            "reps": self.inputs.reps.len(),
            "measures": measures.collect::<Vec<_>>(),
            "warnings": self.inputs.warnings.iter().map(crate::serve::refusal::told).collect::<Vec<_>>(),
            "scenario": self.text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            name: Some("\"]\nx = 1 # ü".into()),
            customers: Table {
                file: "a \"b\".csv".into(),
                columns: [
                    ("id", "Nr."),
                    ("lon", "lon"),
                    ("revenue", "Umsatz \"€\"\n"),
                    ("odd key", "x"),
                ]
                .map(|(p, c)| (p.to_owned(), c.to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>()
                .into(),
                sheet: Some("Tabelle 'eins'".into()),
                layer: None,
            },
            balance: vec![Measure {
                measure: "Umsatz \"€\"\n".into(),
                tolerance: 0.1,
            }],
            decimal: Some(",".into()),
            matrix: Some("t.csv".into()),
            ..Wanted::default()
        }
    }

    #[test]
    fn whatever_the_names_the_scenario_says_what_was_asked_for() {
        let text = wanted().toml(Path::new("x"), &|_| None);
        let doc: toml::Table = text.parse().unwrap();
        assert_eq!(doc["name"].as_str(), Some("\"]\nx = 1 # ü"));
        assert_eq!(doc["customers"].as_str(), Some("files/a \"b\".csv"));
        let columns = &doc["columns"]["customers"];
        assert_eq!(columns["id"].as_str(), Some("Nr."));
        assert_eq!(columns["odd key"].as_str(), Some("x"));
        assert!(columns.get("lon").is_none(), "it needs no saying");
        assert_eq!(columns["owner"].as_str(), Some(""), "it is not to be read");
        assert!(
            doc["columns"].get("reps").is_none(),
            "nothing is said of them"
        );
        assert_eq!(doc["balance"][0]["measure"].as_str(), Some("revenue"));
        assert_eq!(
            doc["tables"]["sheets"]["customers"].as_str(),
            Some("Tabelle 'eins'")
        );
        assert_eq!(doc["tables"]["decimal"].as_str(), Some(","));
        assert_eq!(doc["travel"]["matrix"].as_str(), Some("files/t.csv"));
        assert!(doc.get("x").is_none());
    }

    #[test]
    fn files_that_were_not_taken_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut wanted = wanted();
        wanted.customers.file = "../../etc/passwd".into();
        let Err(Refusal::Bad(problems)) =
            attempt(&wanted, dir.path(), &["t.csv".into()], &|_| None)
        else {
            panic!("it is refused");
        };
        let fields: Vec<_> = problems.iter().filter_map(|p| p.field.as_deref()).collect();
        assert_eq!(fields, ["customers", "reps"]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
