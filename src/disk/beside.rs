//! The files that stand beside a shapefile and belong to it.

use super::file;
use super::gis::SHAPEFILE;
use crate::error::Problem;
#[cfg(feature = "shp")]
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The file that a `.shp` cannot do without, and those that say more of it.
const BESIDE: [&str; 3] = ["dbf", "prj", "cpg"];

/// The most that `.prj` and `.cpg` hold.
#[cfg(feature = "shp")]
const MAX_TEXT: usize = 1 << 16;

/// A file beside another.
#[derive(Debug)]
pub(crate) struct Companion {
    /// `dbf`, `prj` or `cpg`.
    #[cfg_attr(
        not(feature = "shp"),
        expect(dead_code, reason = "only shapefiles have files beside them")
    )]
    pub kind: &'static str,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// The files that belong to a `.shp`.
#[derive(Debug, Default)]
pub(crate) struct Beside(pub Vec<Companion>);

impl Beside {
    /// The files beside a `.shp`; none where the file is another one, or is not read.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn of(path: &Path, bytes: &[u8]) -> Result<Beside, Box<Problem>> {
        let mut found = Vec::new();
        if !bytes.starts_with(SHAPEFILE) || file::is_pipe(path) || !cfg!(feature = "shp") {
            return Ok(Beside(found));
        }
        for kind in BESIDE {
            let spelled = [kind.to_owned(), kind.to_uppercase()];
            let paths = spelled.map(|extension| path.with_extension(extension));
            let Some(path) = paths.into_iter().find(|path| path.is_file()) else {
                continue;
            };
            let bytes = file::open(&path).and_then(file::read_whole);
            let bytes = bytes.map_err(|mut problem| {
                problem.what = format!("{}: {}", path.display(), problem.what);
                problem
            })?;
            found.push(Companion { kind, path, bytes });
        }
        Ok(Beside(found))
    }

    /// The bytes of the file of a kind.
    #[cfg(feature = "shp")]
    pub fn get(&self, kind: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|c| c.kind == kind);
        found.map(|c| c.bytes.as_slice())
    }

    /// The file of a kind, where it is a text that is not too long.
    #[cfg(feature = "shp")]
    pub fn text(&self, kind: &str) -> Option<Cow<'_, str>> {
        let bytes = self.get(kind)?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        (bytes.len() <= MAX_TEXT).then(|| String::from_utf8_lossy(bytes))
    }
}

#[cfg(all(test, feature = "shp"))]
mod tests {
    use super::*;

    #[test]
    fn companions_are_found_in_either_case() {
        let dir = tempfile::tempdir().unwrap();
        let shp = dir.path().join("a.shp");
        std::fs::write(dir.path().join("a.DBF"), b"table").unwrap();
        std::fs::write(dir.path().join("a.cpg"), b"\xEF\xBB\xBFUTF-8").unwrap();
        std::fs::write(dir.path().join("b.prj"), b"of another").unwrap();
        let beside = Beside::of(&shp, SHAPEFILE).unwrap();
        assert_eq!(beside.get("dbf"), Some(&b"table"[..]));
        assert_eq!(beside.text("cpg").as_deref(), Some("UTF-8"));
        assert_eq!(beside.get("prj"), None);
        assert!(Beside::of(&shp, b"id,lon").unwrap().0.is_empty());
    }
}
