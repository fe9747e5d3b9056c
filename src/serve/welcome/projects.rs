//! Projects that are there already: folders in the one where the desk was started.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Entries of the folder that are looked at, and projects that are told.
const LOOKED_AT: usize = 2000;
const TOLD: usize = 20;
/// The longest scenario whose name is looked for, bytes.
const LONGEST: u64 = 1 << 20;

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::serve) struct Project {
    /// The folder's name.
    pub folder: String,
    /// What it is called.
    pub name: String,
    pub changed: Option<SystemTime>,
    /// What a desk opens.
    pub path: PathBuf,
}

/// The projects in a folder, that which was changed last first.
pub(super) fn projects(dir: &Path) -> Vec<Project> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let found = entries
        .take(LOOKED_AT)
        .filter_map(|entry| project(&entry.path()));
    let mut found: Vec<Project> = found.collect();
    found.sort_by(|a, b| {
        b.changed
            .cmp(&a.changed)
            .then_with(|| a.folder.cmp(&b.folder))
    });
    found.truncate(TOLD);
    found
}

/// The project of a folder: one that was begun with files, or the `NAME.desk` beside a scenario.
fn project(dir: &Path) -> Option<Project> {
    let folder = dir.file_name()?.to_str()?.to_owned();
    let desk = match folder.ends_with(".desk") {
        true => dir.to_owned(),
        false => dir.join("scenario.desk"),
    };
    let scenario = match folder.ends_with(".desk") {
        true => dir.join("base.toml"),
        false => dir.join("scenario.toml"),
    };
    // One that was begun with files may have no desk yet.
    let begun = desk.is_dir() || dir.join(super::inbox::FILES).is_dir();
    if folder.starts_with('.') || !scenario.is_file() || !begun {
        return None;
    }
    let length = fs::metadata(&scenario).map_or(u64::MAX, |m| m.len());
    let text = (length <= LONGEST)
        .then(|| fs::read_to_string(&scenario).ok())
        .flatten();
    let doc: Option<toml::Table> = text.and_then(|text| text.parse().ok());
    let name = doc.as_ref().and_then(|doc| doc.get("name")?.as_str());
    let changed = ["journal.jsonl", ".desk.lock"]
        .iter()
        .find_map(|file| fs::metadata(desk.join(file)).ok()?.modified().ok());
    Some(Project {
        name: name.unwrap_or(&folder).to_owned(),
        folder,
        changed,
        path: dir.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_folders_that_a_desk_has_worked_in() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("a/scenario.toml", "name = \"<b>A</b>\"");
        put("a/scenario.desk/journal.jsonl", "");
        put("b/scenario.toml", "name = \"no desk\"");
        put("c.desk/base.toml", "no TOML [[[");
        put(".d/scenario.toml", "");
        put(".d/scenario.desk/journal.jsonl", "");
        put("e", "a file");
        put("f/scenario.toml", "");
        put("f/files/a.csv", "id");
        let mut names: Vec<_> = projects(dir.path())
            .into_iter()
            .map(|p| (p.folder, p.name))
            .collect();
        names.sort();
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            names,
            [
                text("a", "<b>A</b>"),
                text("c.desk", "c.desk"),
                text("f", "f")
            ]
        );
    }
}
