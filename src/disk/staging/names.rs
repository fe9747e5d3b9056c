//! Names of what is on its way to its place.
//!
//! ```text
//! .NAME.revier-TOKEN.KIND     beside a file or directory NAME
//! .revier-TOKEN.KIND          inside a directory
//! ```
//!
//! `TOKEN` is random, so that no two runs have the same, on whatever machine they are; `KIND` says what it is: `new` (not yet
//! whole), `old` (whole, to be put back), and what may go.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};

/// What stands in all our names.
const MARK: &str = "revier-";

/// Digits of a token.
const DIGITS: usize = 16;

/// Names longer than this are shortened: file systems take 255 bytes.
const LONGEST: usize = 200;

/// The names around a place.
#[derive(Debug)]
pub(super) struct Names {
    dir: PathBuf,
    prefix: OsString,
}

impl Names {
    /// Names beside a place.
    pub fn beside(path: &Path) -> Names {
        let name = path.file_name().unwrap_or_default();
        let mut prefix = OsString::from(".");
        if name.len() > LONGEST {
            let hash = crate::disk::file::sha256(name.as_encoded_bytes());
            prefix.push(&hash[..DIGITS]);
        } else {
            prefix.push(name);
        }
        prefix.push(".");
        prefix.push(MARK);
        Names {
            dir: super::parent(path),
            prefix,
        }
    }

    /// Names inside a directory.
    pub fn inside(dir: &Path) -> Names {
        Names {
            dir: dir.to_owned(),
            prefix: OsString::from(format!(".{MARK}")),
        }
    }

    /// The directory that the names are in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file that is locked.
    pub fn lock(&self) -> PathBuf {
        self.named("lock")
    }

    /// The file that stands for the lock where files cannot be locked.
    pub fn held(&self) -> PathBuf {
        self.named("held")
    }

    /// A name that nothing has.
    pub fn fresh(&self, kind: &str) -> PathBuf {
        self.named(&format!("{:016x}.{kind}", token()))
    }

    fn named(&self, rest: &str) -> PathBuf {
        let mut name = self.prefix.clone();
        name.push(rest);
        self.dir.join(name)
    }

    /// Whether a name of an entry is one of these.
    pub fn has(&self, name: &OsStr) -> bool {
        let rest = name
            .as_encoded_bytes()
            .strip_prefix(self.prefix.as_encoded_bytes());
        rest.is_some_and(|rest| rest == b"lock" || rest == b"held" || has_token(rest))
    }

    /// What there is of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<PathBuf> {
        let ours = |path: &PathBuf| path.extension() == Some(OsStr::new(kind));
        self.all().filter(ours).collect()
    }

    /// Removes what runs that were cut off left, but for what is still to be put back. Only who holds the lock knows that they were.
    pub fn sweep(&self) {
        let may_go = |path: &PathBuf| path.extension() != Some(OsStr::new("old"));
        for path in self.all().filter(may_go) {
            remove(&path);
        }
    }

    fn all(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let ours = |name: &OsStr| {
            let rest = name
                .as_encoded_bytes()
                .strip_prefix(self.prefix.as_encoded_bytes());
            rest.is_some_and(has_token)
        };
        let ours = move |entry: fs::DirEntry| ours(&entry.file_name()).then(|| entry.path());
        entries.filter_map(ours)
    }
}

/// Sweeps in the end, after a panic, too.
pub(super) struct Swept<'a>(pub &'a Names);

impl Drop for Swept<'_> {
    fn drop(&mut self) {
        self.0.sweep();
    }
}

/// Whether the rest of a name is a token and a kind.
fn has_token(rest: &[u8]) -> bool {
    rest.len() > DIGITS + 1
        && rest[DIGITS] == b'.'
        && rest[..DIGITS]
            .iter()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Removes a file or a directory with all that is in it.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
}

/// A random number: the keys of every `RandomState` come from the operating system.
fn token() -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    hasher.write_u128(now.map_or(0, |t| t.as_nanos()));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ours_or_not() {
        let names = Names::beside(Path::new("/x/out"));
        let has = |name: &str| names.has(OsStr::new(name));
        let fresh = names.fresh("new");
        assert_eq!(fresh.parent(), Some(Path::new("/x")));
        assert!(names.has(fresh.file_name().unwrap()));
        assert_ne!(fresh, names.fresh("new"));
        assert!(has(".out.revier-lock") && has(".out.revier-0123456789abcdef.old"));
        for other in [
            ".out.revier-notes",
            ".out.revier-17",
            ".out.revier-0123456789abcdef",
            ".out.revier-0123456789abcdeX.old",
            ".out.revier-x.revier-0123456789abcdef.old",
            "out",
            ".out",
        ] {
            assert!(!has(other), "{other}");
        }
        let inside = Names::inside(Path::new("/x/out"));
        let fresh = inside.fresh("old");
        assert_eq!(fresh.parent(), Some(Path::new("/x/out")));
        assert!(!names.has(fresh.file_name().unwrap()));
    }

    #[test]
    fn long_names_stay_within_what_file_systems_take() {
        let name = "n".repeat(250);
        let fresh = Names::beside(Path::new(&name)).fresh("new");
        assert!(fresh.file_name().unwrap().len() < 60, "{fresh:?}");
        let other = Names::beside(Path::new(&format!("{name}x")));
        assert!(!other.has(fresh.file_name().unwrap()));
    }
}
