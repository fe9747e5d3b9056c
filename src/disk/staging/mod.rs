//! How files and directories get to their place: the rules that every command that writes keeps.
//!
//! - **Links are followed.** A link stays a link: what stands at its end is judged, and replaced.
//! - **Only what is ours is replaced**: what is empty, or carries the mark of revier inside; anything else only by force, and
//!   files that are no part of what is written never.
//! - **Found before the work**: a place that cannot be written is told when it is claimed.
//! - **In one step.** Everything is written under a name that nobody else can have, waited for until it is on the disk, and put in
//!   its place by one rename: an exchange with what stood there, where the file system can; two renames where it cannot; and file by
//!   file, the manifest last, where the directory itself cannot be moved (a mount point, the working directory). Until
//!   the last step, what stood there is kept whole under a name that ends in `old`, and [`recover`] puts it back.
//! - **One at a time.** Whoever writes holds a lock on the place. What else is found there under our names while it is held belongs to
//!   runs that were cut off, and is swept.
//!
//! All of this holds between containers that share a volume: nothing depends on the number of a process.

mod file;
mod folder;
mod inside;
mod lock;
mod names;
mod probe;
mod swap;

pub use file::{File, Guard, Staged, publish};
pub use folder::{Folder, Kind, recover};

use crate::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a run waits for another one that writes to the same place.
const PATIENCE: Duration = Duration::from_secs(600);

/// How many links to links are followed.
const LINKS: usize = 40;

/// Where `path` leads: links followed, whether or not something stands at their end.
#[must_use]
pub fn resolve(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if let Ok(real) = fs::canonicalize(&path) {
            return real;
        }
        match fs::read_link(&path) {
            Ok(to) => path = parent(&path).join(to),
            Err(_) => break,
        }
    }
    let above = fs::canonicalize(parent(&path));
    match (above, path.file_name()) {
        (Ok(above), Some(name)) => above.join(name),
        _ => path,
    }
}

/// Whether `path`, which need not be there, lies in the directory `dir`, at whatever depth; links followed.
#[must_use]
pub fn lies_in(path: &Path, dir: &Path) -> bool {
    let Ok(dir) = fs::canonicalize(dir) else {
        return false;
    };
    let real = resolve(path);
    let full = std::path::absolute(&real).unwrap_or(real);
    let there = full.ancestors().find_map(|a| fs::canonicalize(a).ok());
    full != dir && there.is_some_and(|there| there.starts_with(&dir))
}

/// The directory that a path stands in.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Whether an entry of a directory is work of a run that writes that directory, or was cut off.
#[must_use]
pub fn is_work(name: &OsStr) -> bool {
    names::Names::inside(Path::new("")).has(name)
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::Io {
        path: path.to_owned(),
        source,
    }
}

/// Says why nothing can be written at `out`, and what to do.
fn refused(out: &Path, dir: &Path, error: &io::Error, noun: &str) -> Error {
    use io::ErrorKind::{
        InvalidFilename, NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem,
        StorageFull,
    };
    let why = match error.kind() {
        PermissionDenied => "you may not write there, or not replace what is there".to_owned(),
        ReadOnlyFilesystem => "it is read-only".to_owned(),
        StorageFull => "the disk is full".to_owned(),
        QuotaExceeded => "your quota is used up".to_owned(),
        NotADirectory => "a part of the path is a file".to_owned(),
        InvalidFilename => "the name is too long, or one that cannot be".to_owned(),
        _ => error.to_string(),
    };
    Error::Usage(format!(
        "{} cannot be written in {}: {why}; name another {noun} with --out",
        out.display(),
        dir.display()
    ))
}

/// Says that another run has written to a place for too long.
fn busy(out: &Path, names: &names::Names) -> Error {
    let created = names.held();
    let lock = if created.exists() {
        created
    } else {
        names.lock()
    };
    Error::Usage(format!(
        "another run is writing {}; wait for it, or name another place with --out (if no run is, delete {})",
        out.display(),
        lock.display()
    ))
}

/// Waits until the entries of a directory are on the disk, where the file system can do that.
#[cfg(unix)]
fn sync(dir: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, Unsupported};
    match fs::File::open(dir).and_then(|d| d.sync_all()) {
        Err(e) if matches!(e.kind(), InvalidInput | Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn sync(_dir: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_directory_need_not_be_there() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("plan/sub")).unwrap();
        std::os::unix::fs::symlink("plan/sub", root.join("link")).unwrap();
        let plan = root.join("plan");
        for inside in [
            "plan/x",
            "plan/sub",
            "plan/new/deep/x",
            "link/x",
            "plan/sub/../x",
        ] {
            assert!(lies_in(&root.join(inside), &plan), "{inside}");
        }
        for outside in ["plan", "x", "planet/x", "plan/../x"] {
            assert!(!lies_in(&root.join(outside), &plan), "{outside}");
        }
        assert!(!lies_in(&root.join("x"), &root.join("none")));
    }

    #[test]
    fn links_are_followed_to_places_that_do_not_exist_yet() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, root.join(name)).unwrap();
        fs::create_dir(root.join("real")).unwrap();
        link("real", "a");
        link("a/plan", "b");
        link("b", "c");
        link("round", "round");
        assert_eq!(resolve(&root.join("a")), root.join("real"));
        assert_eq!(resolve(&root.join("c")), root.join("real/plan"));
        assert_eq!(resolve(&root.join("a/x")), root.join("real/x"));
        assert_eq!(resolve(&root.join("no/x")), root.join("no/x"));
        assert_eq!(resolve(&root.join("round")), root.join("round"));
    }
}
