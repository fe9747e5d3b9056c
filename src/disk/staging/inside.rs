//! A directory that cannot be moved gets new files one by one, the manifest last.
//!
//! ```text
//! .revier-T.new/   the new files, whole
//! .revier-T.old/   links to all files of before: while it is there, the change is not done, and `restore` undoes it
//! ```

use super::names::Names;
use super::swap::drop_old;
use std::fs;
use std::io;
use std::path::Path;

/// Replaces the files `all` of a directory by those in `new`; files that `new` does not have go. The last of `all` is the manifest.
/// The lock must be held.
pub(super) fn replace(dir: &Path, new: &Path, all: &[&str], names: &Names) -> io::Result<()> {
    let done = keep(dir, all, names).and_then(|()| {
        for name in all {
            let (from, to) = (new.join(name), dir.join(name));
            if from.exists() {
                fs::rename(from, to)?;
            } else {
                gone(&to)?;
            }
        }
        super::sync(dir)
    });
    if done.is_err() {
        restore(dir, all, names)?;
    }
    drop_old(names)?;
    done
}

/// Makes a second copy of what is there, and gives it its name when it is whole.
fn keep(dir: &Path, all: &[&str], names: &Names) -> io::Result<()> {
    let (part, whole) = (names.fresh("part"), names.fresh("old"));
    fs::create_dir(&part)?;
    for name in all.iter().filter(|name| dir.join(name).exists()) {
        copy(&dir.join(name), &part.join(name))?;
    }
    super::sync(&part)?;
    fs::rename(part, whole)?;
    super::sync(dir)
}

/// Whether a run was cut off while it replaced files.
pub(super) fn is_half(names: &Names) -> bool {
    !names.of_kind("old").is_empty()
}

/// Puts the files of before back. The lock must be held.
pub(super) fn restore(dir: &Path, all: &[&str], names: &Names) -> io::Result<()> {
    let mut kept = names.of_kind("old");
    kept.sort();
    if let Some(old) = kept.first() {
        for name in all {
            let (from, to) = (old.join(name), dir.join(name));
            if from.exists() {
                let again = names.fresh("again");
                copy(&from, &again)?;
                fs::rename(&again, to)?;
                // A name of the same file as the one it should replace stays.
                gone(&again)?;
            } else {
                gone(&to)?;
            }
        }
        super::sync(dir)?;
    }
    drop_old(names)
}

/// A second name for a file, or a copy where files have one name only.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to)?;
        fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}

/// Removes a file that may not be there.
fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 3] = ["a", "b", "m"];

    fn put(dir: &Path, names: &[&str], text: &str) {
        fs::create_dir_all(dir).unwrap();
        for name in names {
            fs::write(dir.join(name), format!("{text} {name}")).unwrap();
        }
    }

    fn holds(dir: &Path) -> Vec<String> {
        let read = |e: fs::DirEntry| fs::read_to_string(e.path()).unwrap();
        let mut all: Vec<String> = fs::read_dir(dir).unwrap().flatten().map(read).collect();
        all.sort();
        all
    }

    #[test]
    fn files_are_replaced_and_those_that_are_no_more_go() {
        let dir = tempfile::tempdir().unwrap();
        let names = Names::inside(dir.path());
        put(dir.path(), &ALL, "old");
        let new = names.fresh("new");
        put(&new, &["a", "m"], "new");
        replace(dir.path(), &new, &ALL, &names).unwrap();
        names.sweep();
        assert_eq!(holds(dir.path()), ["new a", "new m"]);
    }

    /// Every state that a run can be cut off in, and a cut in putting back, too.
    #[test]
    fn a_cut_at_every_step_is_undone() {
        for (old, cut) in [(&ALL[..], 0..=3), (&["a", "m"], 0..=3), (&[], 0..=3)]
            .into_iter()
            .flat_map(|(old, cuts)| cuts.map(move |cut| (old, cut)))
        {
            let dir = tempfile::tempdir().unwrap();
            let names = Names::inside(dir.path());
            put(dir.path(), old, "old");
            let before = holds(dir.path());
            let new = names.fresh("new");
            put(&new, &["a", "b", "m"], "new");
            keep(dir.path(), &ALL, &names).unwrap();
            for name in &ALL[..cut] {
                fs::rename(new.join(name), dir.path().join(name)).unwrap();
            }
            assert!(is_half(&names));
            // Cut off while putting back: one file is, the others are not.
            let kept = names.of_kind("old").remove(0);
            if kept.join("a").exists() {
                copy(&kept.join("a"), &names.fresh("again")).unwrap();
                let again = names.of_kind("again").remove(0);
                fs::rename(again, dir.path().join("a")).unwrap();
            }
            restore(dir.path(), &ALL, &names).unwrap();
            assert!(!is_half(&names));
            names.sweep();
            assert_eq!(holds(dir.path()), before, "{old:?} {cut}");
        }
    }

    #[test]
    fn a_failure_is_undone_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let names = Names::inside(dir.path());
        put(dir.path(), &["a", "m"], "old");
        let new = names.fresh("new");
        put(&new, &ALL, "new");
        // A directory stands where a file should go.
        fs::create_dir(dir.path().join("b")).unwrap();
        fs::write(dir.path().join("b/x"), "mine").unwrap();
        let all = ["a", "b", "m"];
        assert!(replace(dir.path(), &new, &all, &names).is_err());
        fs::remove_dir_all(dir.path().join("b")).unwrap();
        names.sweep();
        assert_eq!(holds(dir.path()), ["old a", "old m"]);
    }
}
