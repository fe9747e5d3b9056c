//! A file that is written as a whole.

use super::lock::Lock;
use super::names::{Names, remove};
use super::{PATIENCE, busy, io_error, parent, probe, refused, resolve, sync};
use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What may be replaced by a file.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// Whether a file is one that the same command wrote.
    pub is_ours: fn(&Path) -> bool,
    /// What to say of one that is not: `is in the way, and ...`.
    pub otherwise: &'static str,
    /// Replace it all the same.
    pub force: bool,
}

/// A file that may be written.
#[derive(Debug)]
pub struct File {
    /// As the user named it.
    out: PathBuf,
    /// With links followed.
    path: PathBuf,
    guard: Guard,
}

/// A file that is written, and not yet in its place.
#[derive(Debug)]
pub struct Staged {
    out: PathBuf,
    path: PathBuf,
    new: PathBuf,
    names: Names,
    lock: Lock,
}

impl File {
    /// Checks that `out` can be written: nothing is there, or a file that is empty or ours (or by force), and nothing keeps us from
    /// writing there. What runs that were cut off left there is swept.
    ///
    /// # Errors
    /// [`Error::Usage`] that says what is in the way, and what to do.
    pub fn claim(out: &Path, guard: Guard) -> Result<File, Error> {
        let file = File {
            out: out.to_owned(),
            path: resolve(out),
            guard,
        };
        file.judge()?;
        let above = parent(&file.path);
        let refused = |e: io::Error| refused(out, &above, &e, "file");
        fs::create_dir_all(&above).map_err(refused)?;
        probe::writable(&above).map_err(refused)?;
        let names = Names::beside(&file.path);
        if let Some(_lock) = Lock::take(&names, Duration::ZERO).map_err(refused)? {
            names.sweep();
        }
        Ok(file)
    }

    /// Where it is, with links followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses to be one of these files, which are read.
    ///
    /// # Errors
    /// [`Error::Usage`] that names it.
    pub fn spares<'a>(&self, files: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
        if files.into_iter().any(|file| resolve(file) == self.path) {
            return self.refuse("is read; name another file with --out");
        }
        Ok(())
    }

    /// Lets `write` make the file under a name of its own, and waits until it is on the disk.
    ///
    /// # Errors
    /// [`Error::Io`]; what was there before is untouched.
    pub fn stage(self, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<Staged, Error> {
        let names = Names::beside(&self.path);
        let lock = Lock::take(&names, PATIENCE).map_err(io_error(&self.path))?;
        let lock = lock.ok_or_else(|| busy(&self.out, &names))?;
        names.sweep();
        self.judge()?;
        let new = names.fresh("new");
        let staged = Staged {
            out: self.out,
            path: self.path,
            new,
            names,
            lock,
        };
        let run = || {
            write(&staged.new)?;
            fs::File::open(&staged.new)?.sync_all()?;
            match fs::metadata(&staged.path) {
                Ok(meta) => fs::set_permissions(&staged.new, meta.permissions()),
                Err(_) => Ok(()),
            }
        };
        run().map_err(io_error(&staged.path))?;
        Ok(staged)
    }

    fn refuse(&self, what: &str) -> Result<(), Error> {
        Err(Error::Usage(format!("{} {what}", self.out.display())))
    }

    fn judge(&self) -> Result<(), Error> {
        let meta = match fs::metadata(&self.path) {
            Ok(meta) => meta,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(refused(&self.out, &parent(&self.path), &e, "file")),
        };
        if meta.is_dir() {
            return self.refuse("is a directory; name a file with --out");
        }
        if !meta.is_file() {
            return self.refuse("is no file; name a file with --out");
        }
        if probe::is_mount_point(&self.path) {
            return self.refuse(
                "is mounted there alone and cannot be replaced; mount its directory, or name another file with --out",
            );
        }
        if meta.len() == 0 || self.guard.force || (self.guard.is_ours)(&self.path) {
            return Ok(());
        }
        self.refuse(&format!(
            "{}; name another file with --out, or replace it with --force",
            self.guard.otherwise
        ))
    }
}

impl Staged {
    fn publish(self) -> Result<(), Error> {
        if !self.lock.is_ours() {
            let name = self.path.display();
            return Err(Error::Usage(format!(
                "another run has taken {name} over; run it again"
            )));
        }
        let put = fs::rename(&self.new, &self.path).and_then(|()| sync(self.names.dir()));
        put.map_err(|e| refused(&self.out, self.names.dir(), &e, "file"))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        remove(&self.new);
    }
}

/// Puts files in their places, one right after the other.
///
/// # Errors
/// [`Error::Usage`] that says why one cannot be there; those that are not in their place yet are left out.
pub fn publish(files: Vec<Staged>) -> Result<(), Error> {
    files.into_iter().try_for_each(Staged::publish)
}
