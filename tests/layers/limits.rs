//! What a reader can hold in mind: no file of the library over [`LINES`] lines, half of them much shorter; functions of at most a hundred
//! lines are clippy's to hold (`too_many_lines`, in `lib.rs` and `main.rs`).

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file.
const LINES: usize = 500;
/// Half of the files have fewer.
const MEDIAN: usize = 180;

/// The sources below a directory, tests left out.
fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_owned();
        if stem == "tests" {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn files_are_short() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let lines = |path: PathBuf| (fs::read_to_string(&path).unwrap().lines().count(), path);
    let mut sizes: Vec<(usize, PathBuf)> = files.into_iter().map(lines).collect();
    assert!(sizes.len() > 200, "{} files", sizes.len());
    sizes.sort();
    let long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > LINES).collect();
    assert!(long.is_empty(), "split these: {long:#?}");
    let (median, _) = &sizes[sizes.len() / 2];
    assert!(
        *median < MEDIAN,
        "half of the files have {median} lines or more"
    );
}

#[test]
fn functions_are_held_to_a_hundred_lines() {
    for root in ["src/lib.rs", "src/main.rs"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(root)).unwrap();
        assert!(text.contains("#![warn(clippy::too_many_lines)]"), "{root}");
    }
}
