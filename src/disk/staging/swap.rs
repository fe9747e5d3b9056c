//! A directory takes the place of another one.

use super::names::{Names, remove};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Puts `new` where `old` stands, in one step where the file system can exchange two names, in two where it cannot. What stood there
/// is removed.
pub(super) fn replace(new: &Path, old: &Path, names: &Names) -> io::Result<()> {
    if exchanged(new, old) {
        super::sync(names.dir())?;
        remove(new);
        return Ok(());
    }
    in_two_steps(new, old, names)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchanged(new: &Path, old: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchanged(_new: &Path, _old: &Path) -> bool {
    false
}

/// Moves the old directory aside, then the new one in; a failure of the second step is undone. Between the two, the old one is
/// whole under its other name, from where [`restore`] puts it back.
fn in_two_steps(new: &Path, old: &Path, names: &Names) -> io::Result<()> {
    let aside = names.fresh("old");
    fs::rename(old, &aside)?;
    if let Err(e) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(e);
    }
    super::sync(names.dir())?;
    drop_old(names)
}

/// What was moved aside is nothing that anybody should put back any more, even if it is not removed as a whole.
pub(super) fn drop_old(names: &Names) -> io::Result<()> {
    for old in names.of_kind("old") {
        let gone = names.fresh("gone");
        fs::rename(old, &gone)?;
        super::sync(names.dir())?;
        remove(&gone);
    }
    Ok(())
}

/// What was moved aside by a run that was cut off before it put the new one in.
pub(super) fn aside(place: &Path, names: &Names) -> Option<PathBuf> {
    if fs::symlink_metadata(place).is_ok() {
        return None;
    }
    let mut found = names.of_kind("old");
    found.sort();
    found.into_iter().find(|path| path.is_dir())
}

/// Puts back what was moved aside, if nothing took its place. The lock must be held.
pub(super) fn restore(place: &Path, names: &Names) -> io::Result<()> {
    if let Some(old) = aside(place, names) {
        fs::rename(old, place)?;
        super::sync(names.dir())?;
    }
    drop_old(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(dir: &Path, name: &str, text: &str) -> PathBuf {
        let path = dir.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("a"), text).unwrap();
        path
    }

    #[test]
    fn one_step_or_two_leave_the_new_directory_only() {
        for way in [replace, in_two_steps] {
            let dir = tempfile::tempdir().unwrap();
            let old = with(dir.path(), "out", "old");
            let names = Names::beside(&old);
            let new = with(dir.path(), "new", "new");
            way(&new, &old, &names).unwrap();
            assert_eq!(fs::read_to_string(old.join("a")).unwrap(), "new");
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_second_step_that_fails_is_undone() {
        let dir = tempfile::tempdir().unwrap();
        let old = with(dir.path(), "out", "old");
        let names = Names::beside(&old);
        assert!(in_two_steps(&dir.path().join("none"), &old, &names).is_err());
        assert_eq!(fs::read_to_string(old.join("a")).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_cut_off_between_the_steps_is_put_back() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("out");
        let names = Names::beside(&place);
        let old = names.fresh("old");
        with(
            dir.path(),
            old.file_name().unwrap().to_str().unwrap(),
            "old",
        );
        let new = names.fresh("new");
        with(
            dir.path(),
            new.file_name().unwrap().to_str().unwrap(),
            "new",
        );
        assert_eq!(aside(&place, &names), Some(old));
        restore(&place, &names).unwrap();
        assert_eq!(fs::read_to_string(place.join("a")).unwrap(), "old");
        // Where the new one is in, there is nothing to put back.
        with(
            dir.path(),
            names.fresh("old").file_name().unwrap().to_str().unwrap(),
            "x",
        );
        assert_eq!(aside(&place, &names), None);
        names.sweep();
        assert_eq!(names.of_kind("old").len(), 1);
        restore(&place, &names).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
