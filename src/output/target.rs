//! The place of a plan directory, and how a plan gets there in one step.

use super::{Contents, FILES, write_files};
use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A directory that a plan may be written to.
#[derive(Debug)]
pub struct Target {
    path: PathBuf,
    parent: PathBuf,
    name: String,
}

impl Target {
    /// Checks that `out` can take a plan: it does not exist yet, is empty, or holds nothing but a plan.
    ///
    /// What runs that were cut off left beside it is removed.
    ///
    /// # Errors
    /// [`Error::Usage`] when something else stands there, [`Error::Io`] when the directory above cannot be
    /// made or read.
    pub fn claim(out: &Path) -> Result<Target, Error> {
        // A link stays a link: what it points to is replaced.
        let path = fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .ok_or_else(|| {
                Error::Usage(format!(
                    "{} cannot be replaced; name a directory for the plan with --out",
                    out.display()
                ))
            })?;
        let parent = match path.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
            _ => PathBuf::from("."),
        };
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => only_a_plan(&path, out)?,
            Ok(_) => {
                return Err(Error::Usage(format!(
                    "{} is a file; name a directory for the plan with --out",
                    out.display()
                )));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&parent).map_err(io_error(&parent))?;
            }
            Err(e) => return Err(io_error(&path)(e)),
        }
        let target = Target { path, parent, name };
        sweep(&target.parent, &target.prefix());
        Ok(target)
    }

    /// Writes a plan and puts it in place of what stood there.
    ///
    /// # Errors
    /// [`Error::Io`]; the previous plan is untouched then.
    pub fn write(self, contents: &Contents<'_>) -> Result<(), Error> {
        self.put(|staged| write_files(staged, &self.path, contents))
    }

    /// Fills a directory beside the target and puts it in the target's place.
    fn put(&self, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
        let name = format!("{}{}", self.prefix(), std::process::id());
        let staged = Staged(self.parent.join(name));
        self.stage(&staged.0, fill)
    }

    fn stage(
        &self,
        staged: &Path,
        fill: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        fs::create_dir(staged).map_err(io_error(staged))?;
        fill(staged)?;
        sync(staged)?;
        if self.path.exists() {
            // Something may have been put there while the plan was made.
            only_a_plan(&self.path, &self.path)?;
            exchange(staged, &self.path).map_err(io_error(&self.path))?;
        } else {
            fs::rename(staged, &self.path).map_err(io_error(&self.path))?;
        }
        sync(&self.parent)
    }

    fn prefix(&self) -> String {
        format!(".{}.revier-", self.name)
    }
}

/// The directory that a plan is staged in. In the end it goes away, after a panic, too: after the exchange it is the previous plan;
/// after an error, the rest of the new one.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes what runs that no longer exist left in `parent`: entries of the given prefix and a process number.
pub(crate) fn sweep(parent: &Path, prefix: &str) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(prefix).filter(|p| !p.is_empty());
        if process.is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()) && is_gone(p, &entry)) {
            let path = entry.path();
            let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        }
    }
}

/// Whether the process has ended; where that cannot be told, whether a day has passed.
fn is_gone(process: &str, entry: &fs::DirEntry) -> bool {
    if Path::new("/proc/self").exists() {
        return process != std::process::id().to_string()
            && !Path::new("/proc").join(process).exists();
    }
    let age = entry
        .metadata()
        .and_then(|m| m.modified())
        .map(|t| t.elapsed());
    matches!(age, Ok(Ok(age)) if age.as_secs() > 86_400)
}

/// Refuses a directory that holds anything but a plan.
fn only_a_plan(path: &Path, out: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(path).map_err(io_error(path))?;
    let mut foreign = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io_error(path))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().is_ok_and(|t| t.is_file());
        if !is_file || !FILES.contains(&name.as_str()) {
            foreign.push(name);
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    foreign.sort();
    let more = foreign.len().saturating_sub(3);
    foreign.truncate(3);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Err(Error::Usage(format!(
        "{} holds what is not part of a plan ({}{more}); name another directory with --out, or move it away",
        out.display(),
        foreign.join(", ")
    )))
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::Io {
        path: path.to_owned(),
        source,
    }
}

/// Waits until the entries of a directory are on the disk.
#[cfg(unix)]
fn sync(dir: &Path) -> Result<(), Error> {
    fs::File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(io_error(dir))
}

#[cfg(not(unix))]
fn sync(_dir: &Path) -> Result<(), Error> {
    Ok(())
}

/// Exchanges two directories in one step where the file system can, in two where it cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(_) => in_two_steps(new, old),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    in_two_steps(new, old)
}

/// Moves the old directory aside, then the new one in; a failure of the second step is undone.
fn in_two_steps(new: &Path, old: &Path) -> io::Result<()> {
    let mut aside = new.as_os_str().to_owned();
    aside.push(".old");
    let aside = PathBuf::from(aside);
    fs::rename(old, &aside)?;
    if let Err(e) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(e);
    }
    fs::remove_dir_all(&aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_leave_the_new_directory_only() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (dir.path().join("new"), dir.path().join("old"));
        fs::create_dir(&new).unwrap();
        fs::create_dir(&old).unwrap();
        fs::write(new.join("a"), "new").unwrap();
        fs::write(old.join("a"), "old").unwrap();
        in_two_steps(&new, &old).unwrap();
        assert_eq!(fs::read_to_string(old.join("a")).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_panic_while_a_plan_is_written_leaves_the_previous_one_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join(FILES[0]), "previous").unwrap();
        let target = Target::claim(&out).unwrap();
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            target.put(|staged| {
                fs::write(staged.join(FILES[0]), "half").unwrap();
                panic!("in the middle of it")
            })
        }));
        assert!(broken.is_err());
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(fs::read_to_string(out.join(FILES[0])).unwrap(), "previous");
    }

    #[test]
    fn foreign_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        let error = Target::claim(dir.path()).unwrap_err().to_string();
        assert!(error.contains("notes.txt"), "{error}");
        assert!(dir.path().join("notes.txt").exists());
    }

    #[test]
    fn leftovers_of_dead_runs_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let dead = dir.path().join(".out.revier-4294967294");
        let other = dir.path().join(".out.revier-notes");
        fs::create_dir(&dead).unwrap();
        fs::create_dir(&other).unwrap();
        Target::claim(&dir.path().join("out")).unwrap();
        assert!(!dead.exists() || !Path::new("/proc/self").exists());
        assert!(other.exists());
    }
}
