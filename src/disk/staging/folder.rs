//! A directory that is written as a whole.

use super::lock::Lock;
use super::names::{Names, Swept};
use super::{PATIENCE, busy, inside, io_error, parent, probe, refused, resolve, swap, sync};
use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long is waited for a run that writes where nothing is to be written yet.
const SHORT: Duration = Duration::from_secs(10);

/// What a directory holds, and how ours is known.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// In words: `a plan`.
    pub what: &'static str,
    /// All files that it may hold.
    pub names: &'static [&'static str],
    /// The one that makes it whole: where files are replaced one by one, it comes last.
    pub manifest: &'static str,
    /// Whether a directory with such files is one that revier wrote.
    pub is_ours: fn(&Path) -> bool,
    /// Whether one that is not ours may be replaced by force.
    pub by_force: bool,
}

impl Kind {
    /// All files, the manifest last.
    fn in_order(&self) -> Vec<&'static str> {
        let others = self.names.iter().filter(|name| **name != self.manifest);
        others.chain([&self.manifest]).copied().collect()
    }
}

/// A directory that may be written.
#[derive(Debug)]
pub struct Folder {
    /// As the user named it.
    out: PathBuf,
    /// With links followed.
    path: PathBuf,
    kind: &'static Kind,
    force: bool,
}

/// How a directory gets its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A new directory takes its place.
    Beside,
    /// It keeps standing, and its files are replaced.
    Inside,
}

impl Folder {
    /// Checks that `out` can be written: it does not exist yet, is empty, or holds nothing but what is `kind` and ours (or `force`),
    /// and nothing keeps us from writing there. What runs that were cut off left there is put right.
    ///
    /// # Errors
    /// [`Error::Usage`] that says what is in the way, and what to do.
    pub fn claim(out: &Path, kind: &'static Kind, force: bool) -> Result<Folder, Error> {
        let path = resolve(out);
        if path.file_name().is_none() {
            let name = out.display();
            return Err(Error::Usage(format!(
                "{name} cannot be replaced; name a directory for {} with --out",
                kind.what
            )));
        }
        let folder = Folder {
            out: out.to_owned(),
            path,
            kind,
            force,
        };
        folder.make_parent()?;
        let lock = folder.try_out()?;
        folder.judge()?;
        drop(lock);
        Ok(folder)
    }

    /// Where it is, with links followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses files that would be removed together with what stands here.
    ///
    /// # Errors
    /// [`Error::Usage`] that names one of them.
    pub fn spares<'a>(&self, files: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
        let within = |file: &&Path| resolve(file).starts_with(&self.path);
        match files.into_iter().find(within) {
            None => Ok(()),
            Some(file) => Err(Error::Usage(format!(
                "{} is read, and stands in {}, which is replaced as a whole; name another directory with --out",
                file.display(),
                self.out.display()
            ))),
        }
    }

    /// Writes the files by `write` into an empty directory that it is given, waits until they are on the disk, and puts them in
    /// place of what stood there. `write` may be called twice.
    ///
    /// # Errors
    /// What `write` says, or [`Error::Io`]: what stood there is untouched then.
    pub fn fill(&self, write: impl Fn(&Path) -> Result<(), Error>) -> Result<(), Error> {
        if self.way() == Way::Inside {
            return self.inside(&write);
        }
        let names = Names::beside(&self.path);
        let lock = self.lock(&names, PATIENCE)?;
        let _swept = Swept(&names);
        match self.beside(&names, &lock, &write) {
            Err(Error::Io { source, .. }) if cannot_move(&source) && self.path.is_dir() => {
                self.inside(&write)
            }
            done => done,
        }
    }

    fn beside(
        &self,
        names: &Names,
        lock: &Lock,
        write: &impl Fn(&Path) -> Result<(), Error>,
    ) -> Result<(), Error> {
        put_right(&self.path, self.kind, names).map_err(io_error(&self.path))?;
        names.sweep();
        let new = self.staged(names, write)?;
        // Something may have been put there while this one was made.
        self.judge()?;
        self.still_ours(lock)?;
        let swapped = if self.path.is_dir() {
            like(&self.path, &new).and_then(|()| swap::replace(&new, &self.path, names))
        } else {
            fs::rename(&new, &self.path).and_then(|()| sync(names.dir()))
        };
        swapped.map_err(io_error(&self.path))
    }

    fn inside(&self, write: &impl Fn(&Path) -> Result<(), Error>) -> Result<(), Error> {
        let names = Names::inside(&self.path);
        let lock = self.lock(&names, PATIENCE)?;
        inside::restore(&self.path, &self.kind.in_order(), &names).map_err(io_error(&self.path))?;
        let _swept = Swept(&names);
        names.sweep();
        let new = self.staged(&names, write)?;
        self.judge()?;
        self.still_ours(&lock)?;
        inside::replace(&self.path, &new, &self.kind.in_order(), &names)
            .map_err(io_error(&self.path))
    }

    /// The new files, whole and on the disk, in a directory of their own.
    fn staged(
        &self,
        names: &Names,
        write: &impl Fn(&Path) -> Result<(), Error>,
    ) -> Result<PathBuf, Error> {
        let new = names.fresh("new");
        fs::create_dir(&new).map_err(io_error(&new))?;
        write(&new)?;
        sync(&new).map_err(io_error(&new))?;
        Ok(new)
    }

    fn lock(&self, names: &Names, patience: Duration) -> Result<Lock, Error> {
        let taken = Lock::take(names, patience).map_err(io_error(&self.path))?;
        taken.ok_or_else(|| busy(&self.out, names))
    }

    fn still_ours(&self, lock: &Lock) -> Result<(), Error> {
        if lock.is_ours() {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "another run has taken {} over; nothing was written, run it again",
            self.out.display()
        )))
    }

    fn way(&self) -> Way {
        if !self.path.is_dir() {
            return Way::Beside;
        }
        let cannot_move = probe::is_mount_point(&self.path)
            || std::env::current_dir().is_ok_and(|dir| resolve(&dir) == self.path)
            || probe::writable(&parent(&self.path)).is_err();
        if cannot_move {
            Way::Inside
        } else {
            Way::Beside
        }
    }

    fn make_parent(&self) -> Result<(), Error> {
        match fs::metadata(&self.path) {
            Ok(meta) if meta.is_dir() => Ok(()),
            Ok(_) => Err(Error::Usage(format!(
                "{} is a file; name a directory for {} with --out",
                self.out.display(),
                self.kind.what
            ))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let above = parent(&self.path);
                fs::create_dir_all(&above).map_err(|e| self.refused(&above, &e))
            }
            Err(e) => Err(self.refused(&parent(&self.path), &e)),
        }
    }

    fn refused(&self, dir: &Path, error: &io::Error) -> Error {
        refused(&self.out, dir, error, "directory")
    }

    /// Takes the lock as for writing, and puts right what a run that was cut off left. Another one that writes for long keeps the
    /// lock: it will be done before this one is.
    fn try_out(&self) -> Result<Option<Lock>, Error> {
        if self.path.is_dir() {
            probe::writable(&self.path).map_err(|e| self.refused(&self.path, &e))?;
        }
        let way = self.way();
        let names = match way {
            Way::Beside => Names::beside(&self.path),
            Way::Inside => Names::inside(&self.path),
        };
        let try_out = || -> io::Result<Option<Lock>> {
            let lock = Lock::take(&names, SHORT)?;
            if lock.is_some() {
                match way {
                    Way::Beside => put_right(&self.path, self.kind, &names)?,
                    Way::Inside => inside::restore(&self.path, &self.kind.in_order(), &names)?,
                }
                names.sweep();
            }
            Ok(lock)
        };
        try_out().map_err(|e| self.refused(names.dir(), &e))
    }

    /// Refuses what is not ours.
    fn judge(&self) -> Result<(), Error> {
        let entries = match fs::read_dir(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|e| self.refused(&self.path, &e))?,
        };
        let names = Names::inside(&self.path);
        let (mut foreign, mut some) = (Vec::new(), false);
        for entry in entries {
            let entry = entry.map_err(|e| self.refused(&self.path, &e))?;
            let name = entry.file_name();
            let is_file = entry.file_type().is_ok_and(|t| t.is_file());
            let listed = name.to_str().is_some_and(|n| self.kind.names.contains(&n));
            if is_file && listed {
                some = true;
            } else if !names.has(&name) {
                foreign.push(name.to_string_lossy().into_owned());
            }
        }
        let (out, what) = (self.out.display(), self.kind.what);
        if !foreign.is_empty() {
            return Err(Error::Usage(format!(
                "{out} holds what is not part of {what} ({}); name another directory with --out, or move it away",
                few(foreign)
            )));
        }
        let ours = !some || (self.kind.is_ours)(&self.path);
        if ours || self.force && self.kind.by_force {
            return Ok(());
        }
        let way_on = if self.kind.by_force {
            ", or replace them with --force"
        } else {
            ""
        };
        Err(Error::Usage(format!(
            "{out} holds files that are named like those of {what}, but revier did not write them; \
             name another directory with --out{way_on}"
        )))
    }
}

/// The first names of a list, and how many more there are.
fn few(mut names: Vec<String>) -> String {
    names.sort();
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let list = names.join(", ");
    if more > 0 {
        format!("{list} and {more} more")
    } else {
        list
    }
}

/// Gives a new directory the permissions of the one whose place it takes.
fn like(old: &Path, new: &Path) -> io::Result<()> {
    fs::set_permissions(new, fs::metadata(old)?.permissions())
}

/// Whether an error says that a directory cannot be moved, though files in it may be.
fn cannot_move(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ResourceBusy};
    matches!(
        error.kind(),
        CrossesDevices | PermissionDenied | ResourceBusy
    )
}

/// Puts back what a run that was cut off while it replaced the directory `path` had moved aside, so that what stands there is whole.
/// Readers call it before they read, writers before they judge what is there.
///
/// # Errors
/// [`Error::Usage`] when it has to be put right and cannot be: it says where the directory of before is.
pub fn recover(path: &Path, kind: &Kind) -> Result<(), Error> {
    let path = resolve(path);
    let beside = Names::beside(&path);
    if is_whole(&path, &beside) {
        return Ok(());
    }
    let done = if path.is_dir() {
        put_right_inside(&path, kind)
    } else {
        Lock::take(&beside, SHORT).and_then(|lock| match lock {
            Some(_lock) => {
                let _swept = Swept(&beside);
                swap::restore(&path, &beside)
            }
            None => Err(io::ErrorKind::ResourceBusy.into()),
        })
    };
    done.map_err(|e| {
        let old = swap::aside(&path, &beside).unwrap_or_else(|| path.clone());
        let why = match e.kind() {
            io::ErrorKind::ResourceBusy => "another run is writing it just now".to_owned(),
            _ => e.to_string(),
        };
        Error::Usage(format!(
            "a run that replaced {} was cut off, and {} cannot be put back: {why}; what stood there is in {}",
            path.display(),
            kind.what,
            old.display()
        ))
    })
}

fn is_whole(path: &Path, beside: &Names) -> bool {
    if path.is_dir() {
        return !inside::is_half(&Names::inside(path));
    }
    swap::aside(path, beside).is_none()
}

fn put_right_inside(path: &Path, kind: &Kind) -> io::Result<()> {
    let names = Names::inside(path);
    match Lock::take(&names, SHORT)? {
        Some(_lock) => {
            inside::restore(path, &kind.in_order(), &names)?;
            names.sweep();
            Ok(())
        }
        None => Err(io::ErrorKind::ResourceBusy.into()),
    }
}

/// As [`recover`], for who holds the lock beside.
fn put_right(path: &Path, kind: &Kind, beside: &Names) -> io::Result<()> {
    swap::restore(path, beside)?;
    if path.is_dir() && inside::is_half(&Names::inside(path)) {
        put_right_inside(path, kind)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
