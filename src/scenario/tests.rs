//! The scenario's keys and what is written about them say the same.

use super::keys::{KEYS, ROOT};
use std::collections::BTreeSet;

/// A section (empty: none) and a key in it.
type Key = (String, String);

/// The keys that `revier new` explains.
const START: &str = include_str!("../../data/new/scenario.toml");
const README: &str = include_str!("../../README.md");

/// What the reader of scenarios knows.
fn known() -> BTreeSet<Key> {
    let of = |section: &str, keys: &[&str]| -> Vec<Key> {
        let key = |key: &&str| (section.to_owned(), (*key).to_owned());
        keys.iter().map(key).collect()
    };
    let sections: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
    // `units = "FILE"` is a setting, and `[units]` a section.
    let is_setting = |name: &&&str| !sections.contains(*name) || **name == "units";
    let root: Vec<&str> = ROOT.iter().filter(is_setting).copied().collect();
    let inner = KEYS.iter().flat_map(|(name, keys)| of(name, keys));
    of("", &root).into_iter().chain(inner).collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The keys that a scenario sets, or explains in a comment: `# key = value` and `; or key = value`.
fn told(toml: &str) -> BTreeSet<Key> {
    let mut section = String::new();
    let mut found = BTreeSet::new();
    for line in toml.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if let Some(name) = bare.strip_prefix('[') {
            let name = name.trim_start_matches('[');
            section = name.split(']').next().unwrap_or_default().to_owned();
            continue;
        }
        for setting in bare.split("; or ") {
            match setting.split_once(" = ") {
                Some((key, _)) if is_word(key) => found.insert((section.clone(), key.to_owned())),
                _ => false,
            };
        }
    }
    found
}

#[test]
fn the_start_explains_every_key_and_no_other() {
    let (known, told) = (known(), told(START));
    let untold: Vec<_> = known.difference(&told).collect();
    assert!(
        untold.is_empty(),
        "data/new/scenario.toml leaves out {untold:?}"
    );
    let unknown: Vec<_> = told.difference(&known).collect();
    assert!(unknown.is_empty(), "data/new/scenario.toml has {unknown:?}");
}

/// What the README has in blocks of TOML, and as `[section] key` in its sentences.
#[test]
fn the_readme_names_keys_that_there_are() {
    let mut named = BTreeSet::new();
    for (n, block) in README.split("```").enumerate() {
        match block.strip_prefix("toml\n") {
            Some(toml) if n % 2 == 1 => named.extend(told(toml)),
            _ => {}
        }
    }
    assert!(named.len() > 10, "{named:?}");
    let blocks = named.len();
    for quoted in README.split('`').skip(1).step_by(2) {
        if let Some((section, rest)) = quoted.strip_prefix('[').and_then(|q| q.split_once("] ")) {
            let key = rest.split(" = ").next().unwrap_or_default();
            named.insert((section.trim_matches(['[', ']']).to_owned(), key.to_owned()));
        }
    }
    assert!(named.len() > blocks, "{named:?}");
    let known = known();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "README.md has {unknown:?}");
}
