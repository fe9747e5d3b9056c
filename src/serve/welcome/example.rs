//! The German example, which comes along: `data/germany` in an archive, so that it can be opened without the sources.

use crate::error::Error;
use crate::serve::refusal::Refusal;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

/// Made by `data/make/example.sh`.
const ARCHIVE: &[u8] = include_bytes!("germany.zip");
/// The files in it; the first one names the others.
const NAMES: [&str; 5] = [
    "scenario.toml",
    "customers.geojson",
    "reps.geojson",
    "germany.geojson",
    "laender.geojson",
];
/// The most that a file of it has, bytes.
const MOST: u64 = 8 << 20;
/// How its folder is called.
const FOLDER: &str = "revier-example";

/// Copies the example into a folder of its own, where it is not there yet; its scenario.
///
/// # Errors
/// [`Refusal::Failed`] where it cannot be written.
pub(super) fn copy(within: &Path) -> Result<PathBuf, Refusal> {
    let to = within.join(FOLDER);
    let scenario = to.join(NAMES[0]);
    if scenario.is_file() {
        return Ok(scenario);
    }
    let new = within.join(format!(".{FOLDER}-{}", std::process::id()));
    let written = fs::create_dir_all(&new)
        .and_then(|()| unpack(&new))
        .and_then(|()| fs::rename(&new, &to));
    written.map_err(|source| {
        // What is left is hidden.
        let _ = fs::remove_dir_all(&new);
        Refusal::Failed(Error::Io { path: to, source })
    })?;
    Ok(scenario)
}

fn unpack(dir: &Path) -> std::io::Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(ARCHIVE)).map_err(std::io::Error::other)?;
    for name in NAMES {
        let file = archive.by_name(name).map_err(std::io::Error::other)?;
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes)?;
        fs::write(dir.join(name), bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_has_the_files_of_the_sources() {
        let dir = tempfile::tempdir().unwrap();
        let scenario = copy(dir.path()).unwrap();
        assert_eq!(copy(dir.path()).unwrap(), scenario, "once");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/germany");
        for name in NAMES {
            let kept = fs::read(scenario.with_file_name(name)).unwrap();
            assert!(
                kept == fs::read(sources.join(name)).unwrap(),
                "{name}: run data/make/example.sh"
            );
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
