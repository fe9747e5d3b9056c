//! Bad inputs, one per message: each is told with its file, feature, id, field and code.

mod alike;
#[path = "../common/mod.rs"]
mod common;
mod doubts;
mod features;
mod files;
mod fit;
mod gis;
mod layers;
mod messy;
mod messy_roles;
mod points;
mod prefer;
mod regions;
mod scenarios;
mod several;
mod sheets;
mod wishes;
mod workbooks;

use revier::error::{Error, Problem, Severity};
use revier::input::{Inputs, read};
use revier::scenario::{Overrides, Scenario};
use std::path::Path;

/// What is wrong with which file, and what must be said about it.
#[derive(Clone, Copy)]
pub struct Expect<'a> {
    pub code: &'a str,
    pub feature: Option<usize>,
    pub id: Option<&'a str>,
    pub field: Option<&'a str>,
    /// Words of the message, the help included.
    pub words: &'a [&'a str],
}

/// A good scenario in a directory of its own, in which a test breaks something.
pub struct Bench {
    pub dir: tempfile::TempDir,
    customers: String,
    reps: String,
    boundary: Option<String>,
    more: String,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    pub fn new() -> Bench {
        let bench = Bench {
            dir: tempfile::tempdir().unwrap(),
            customers: "customers.geojson".into(),
            reps: "reps.geojson".into(),
            boundary: None,
            more: String::new(),
        };
        bench.write("customers.geojson", customers(&[]).as_bytes());
        bench.write("reps.geojson", reps(&[]).as_bytes());
        bench
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.dir.path().join(name), content).unwrap();
    }

    /// Puts a file in the place of a good one.
    pub fn with(mut self, role: &str, name: &str, content: &[u8]) -> Bench {
        self.write(name, content);
        match role {
            "customers" => self.customers = name.into(),
            "reps" => self.reps = name.into(),
            "boundary" => self.boundary = Some(name.into()),
            "matrix" => self
                .more
                .push_str(&format!("[travel]\nmatrix = \"{name}\"\n")),
            _ => panic!("no such role: {role}"),
        }
        self
    }

    /// Adds sections to the scenario.
    pub fn toml(mut self, more: &str) -> Bench {
        self.more.push_str(more);
        self
    }

    pub fn read(&self) -> Result<Inputs, Vec<Problem>> {
        let boundary = self.boundary.as_ref();
        let boundary = boundary.map_or(String::new(), |b| format!("boundary = \"{b}\"\n"));
        let (customers, reps, more) = (&self.customers, &self.reps, &self.more);
        let text = format!("customers = \"{customers}\"\nreps = \"{reps}\"\n{boundary}{more}");
        self.write("scenario.toml", text.as_bytes());
        let path = self.dir.path().join("scenario.toml");
        let scenario = Scenario::load(Some(&path), &Overrides::default())?;
        match read(&scenario, Some(&path)) {
            Ok(inputs) => Ok(inputs),
            Err(Error::Input(problems)) => Err(problems),
            Err(other) => panic!("not a problem of the input: {other}"),
        }
    }

    pub fn problems(&self) -> Vec<Problem> {
        self.read().expect_err("this must not be accepted")
    }
}

/// A collection of features.
pub fn collection(features: &[String]) -> String {
    let features = features.join(",\n");
    format!("{{\"type\": \"FeatureCollection\", \"features\": [\n{features}\n]}}\n")
}

/// A feature with any geometry.
pub fn feature(geometry: &str, properties: &str) -> String {
    format!("{{\"type\": \"Feature\", \"geometry\": {geometry}, \"properties\": {{{properties}}}}}")
}

/// A feature at a place.
pub fn point(lon: f64, lat: f64, properties: &str) -> String {
    let geometry = format!("{{\"type\": \"Point\", \"coordinates\": [{lon}, {lat}]}}");
    feature(&geometry, properties)
}

/// Two good customers, and others.
pub fn customers(more: &[String]) -> String {
    let mut all = vec![
        point(
            11.5,
            48.1,
            "\"id\": \"C1\", \"workload\": 2.5, \"owner\": \"R1\"",
        ),
        point(13.4, 52.5, "\"id\": \"C2\", \"workload\": 4"),
    ];
    all.extend_from_slice(more);
    collection(&all)
}

/// Two good reps, and others.
pub fn reps(more: &[String]) -> String {
    let mut all = vec![
        point(11.6, 48.2, "\"id\": \"R1\", \"name\": \"Anna\""),
        point(13.3, 52.4, "\"id\": \"R2\""),
    ];
    all.extend_from_slice(more);
    collection(&all)
}

/// Asserts that one of the problems is as expected, in a file of this name.
#[track_caller]
pub fn assert_told(problems: &[Problem], severity: Severity, file: &str, expect: &Expect<'_>) {
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    let all = all.join("\n");
    let mut of_code = problems.iter().filter(|p| p.code == expect.code);
    let found = of_code.find(|p| p.field.as_deref() == expect.field && p.feature == expect.feature);
    let found = found.unwrap_or_else(|| {
        let Expect {
            code,
            feature,
            field,
            ..
        } = expect;
        panic!("no {code} on {field:?} of {feature:?} in:\n{all}")
    });
    let name = Path::new(&found.file).file_name();
    assert_eq!(
        name.map(|n| n.to_string_lossy().into_owned()),
        Some(file.to_owned()),
        "{all}"
    );
    assert_eq!(found.id.as_deref(), expect.id, "{all}");
    assert_eq!(found.severity, severity, "{all}");
    let text = found.to_string();
    for word in expect.words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
    assert!(text.contains("help:"), "no help in:\n{text}");
    let known = revier::error::codes::ALL
        .iter()
        .any(|(code, _)| *code == found.code);
    assert!(known, "{} is not in the table of codes", found.code);
}
