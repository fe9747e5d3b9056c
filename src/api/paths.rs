//! Which keys of a scenario name files.

use crate::error::{Problem, codes};
use crate::scenario::{Role, Scenario};
use std::path::Path;
use toml::{Table, Value};

/// The name that messages have for the text of a scenario, and for what was set beside it.
pub(crate) const TEXT: &str = "scenario";
pub(crate) const SET: &str = "settings";

/// The name of the scenario's file.
pub(crate) const SCENARIO: &str = "input-scenario.toml";

/// The key of the table that a routing server's answers are kept in: it is an input, and made by the run.
const TABLE: &str = "travel.table";

/// Writes out where the answers of a routing server are kept: its usual place is beside the scenario, which gets elsewhere.
pub(crate) fn with_table(doc: &mut Table, scenario: &Scenario) {
    let server = scenario.travel.server.as_ref();
    if let Some(Ok(table)) = server.map(|s| absolute(&s.table)) {
        put(doc, TABLE, table);
    }
}

pub(crate) fn in_file(file: &str, mut problem: Problem) -> Problem {
    file.clone_into(&mut problem.file);
    problem
}

/// `units = "FILE"` as a section.
pub(crate) fn as_table(doc: &mut Table) {
    if let Some(Value::String(file)) = doc.get("units") {
        let mut units = Table::new();
        units.insert("file".into(), Value::String(file.clone()));
        doc.insert("units".into(), Value::Table(units));
    }
}

/// Sets one of the keys that name files.
pub(crate) fn put(doc: &mut Table, key: &str, path: String) {
    let mut table = doc;
    let (section, key) = key.split_once('.').unwrap_or(("", key));
    if !section.is_empty() {
        let inner = table.entry(section).or_insert(Value::Table(Table::new()));
        match inner {
            Value::Table(inner) => table = inner,
            _ => return,
        }
    }
    table.insert(key.to_owned(), Value::String(path));
}

/// Makes the paths in a scenario's text absolute, so that they mean the same wherever the text gets to.
pub(crate) fn on_disk(doc: &mut Table, base: &Path, problems: &mut Vec<Problem>) {
    each_path(doc, |path| match absolute(&base.join(path)) {
        Ok(path) => Some(path),
        Err(problem) => {
            problems.push(in_file(TEXT, *problem));
            None
        }
    });
}

/// Lets `change` see the path of every file that a scenario's text names, and say which to write instead.
pub(crate) fn each_path(doc: &mut Table, mut change: impl FnMut(&str) -> Option<String>) {
    as_table(doc);
    for key in Role::NAMED.map(Role::key).into_iter().chain([TABLE]) {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        let table = match section {
            "" => Some(&*doc),
            _ => doc.get(section).and_then(Value::as_table),
        };
        let path = table.and_then(|t| t.get(name)).and_then(Value::as_str);
        if let Some(path) = path.and_then(&mut change) {
            put(doc, key, path);
        }
    }
    let entries = doc.get_mut("prefer").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        if let Some(Value::String(path)) = entry.get_mut("table")
            && let Some(changed) = change(path)
        {
            *path = changed;
        }
    }
}

/// A path that does not depend on the working directory, as text.
pub(crate) fn absolute(path: &Path) -> Result<String, Box<Problem>> {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    full.into_os_string().into_string().map_err(|name| {
        let what = format!("{} is not UTF-8", name.display());
        Problem::error(codes::NOT_UTF8, what)
            .help("rename the file or its directory")
            .into()
    })
}
