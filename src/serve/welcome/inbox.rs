//! The folder that files are put into before there is a project: `files/` in what becomes the project's folder.
//!
//! Nothing is made before the first file comes. A file is written beside its place under a hidden name, and gets there whole, or not at all;
//! nothing is written over unless that is asked for. A desk holds its folder by a lock, so that a second one takes the next.

use super::names::{self, folded};
use crate::error::Error;
use crate::serve::refusal::Refusal;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The folder of the files.
pub(super) const FILES: &str = "files";
/// The scenario that a project begins with.
pub(super) const SCENARIO: &str = "scenario.toml";
const LOCK: &str = ".welcome.lock";
/// How hidden names of what is not whole yet begin.
pub(super) const HALF: &str = ".half-";
/// How a new project's folder is called.
const FOLDER: &str = "revier-project";
/// Folders of that name that are tried.
const TRIED: usize = 1000;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub(in crate::serve) struct Limits {
    /// Bytes of a file, and of all.
    pub file: u64,
    pub all: u64,
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file: 512 << 20,
            all: 1 << 30,
            files: 40,
        }
    }
}

/// Where the project is going to be.
#[derive(Clone, Debug)]
pub(in crate::serve) enum Place {
    /// In this folder.
    Here(PathBuf),
    /// In a new one in this folder.
    Within(PathBuf),
}

#[derive(Debug, Default)]
struct State {
    /// The project's folder, once it is held.
    held: Option<(PathBuf, File)>,
    /// Names of files that are coming, folded.
    coming: BTreeSet<String>,
    /// A project is being made of the files, or is open: they stay as they are.
    closed: bool,
}

/// The folder.
#[derive(Debug)]
pub(in crate::serve) struct Inbox {
    place: Place,
    pub limits: Limits,
    state: Mutex<State>,
    /// Bytes of files that are coming.
    coming: AtomicU64,
    /// Files that come at once.
    pub turns: AtomicUsize,
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::serve) struct There {
    pub name: String,
    pub bytes: u64,
    pub changed: Option<SystemTime>,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Refusal + '_ {
    |source| {
        let path = path.to_owned();
        Refusal::Failed(Error::Io { path, source })
    }
}

/// Whether a folder is one in which files wait to become a project.
pub(in crate::serve) fn waits(dir: &Path) -> bool {
    dir.join(FILES).is_dir() && !dir.join(SCENARIO).exists()
}

impl Inbox {
    /// The files that an earlier desk has left are there again.
    pub fn new(place: Place, limits: Limits) -> Inbox {
        let inbox = Inbox {
            place,
            limits,
            state: Mutex::default(),
            coming: AtomicU64::new(0),
            turns: AtomicUsize::new(0),
        };
        let waiting = inbox.candidates().filter(|dir| waits(dir));
        let left = waiting
            .filter_map(|dir| Some((hold(&dir).ok()?, dir)))
            .next();
        if let Some((file, dir)) = left {
            clear(&dir);
            inbox.lock().held = Some((dir, file));
        }
        inbox
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Folders that a project could be in, the best first.
    fn candidates(&self) -> Box<dyn Iterator<Item = PathBuf> + '_> {
        match &self.place {
            Place::Here(dir) => Box::new(std::iter::once(dir.clone())),
            Place::Within(dir) => Box::new((1..=TRIED).map(move |n| match n {
                1 => dir.join(FOLDER),
                n => dir.join(format!("{FOLDER}-{n}")),
            })),
        }
    }

    /// The folder that other projects are looked for in.
    pub fn around(&self) -> Option<&Path> {
        match &self.place {
            Place::Here(_) => None,
            Place::Within(dir) => Some(dir),
        }
    }

    /// Where the project is, or is going to be.
    pub fn dir(&self) -> PathBuf {
        if let Some((dir, _)) = &self.lock().held {
            return dir.clone();
        }
        let free = |dir: &PathBuf| !dir.exists() || waits(dir) && hold(dir).is_ok();
        let first = self.candidates().find(free);
        first
            .or_else(|| self.candidates().next())
            .unwrap_or_default()
    }

    /// The project's folder, made and held.
    fn claim(&self, state: &mut State) -> Result<PathBuf, Refusal> {
        // Somebody may have taken the folder away meanwhile.
        if let Some((dir, _)) = &state.held
            && dir.join(FILES).is_dir()
        {
            return Ok(dir.clone());
        }
        state.held = None;
        let mut last = None;
        for dir in self.candidates() {
            let new = matches!(self.place, Place::Here(_)) || !dir.exists() || waits(&dir);
            if !new {
                continue;
            }
            fs::create_dir_all(dir.join(FILES)).map_err(failed(&dir))?;
            match hold(&dir) {
                Ok(file) => {
                    clear(&dir);
                    state.held = Some((dir.clone(), file));
                    return Ok(dir);
                }
                Err(refusal) => last = Some(refusal),
            }
        }
        Err(last.unwrap_or_else(|| {
            let what = "there is no free folder for a project; name one";
            Refusal::Failed(Error::Usage(what.into()))
        }))
    }

    /// The files that are whole, by name.
    pub fn list(&self) -> Vec<There> {
        let dir = self.lock().held.as_ref().map(|(dir, _)| dir.clone());
        dir.map(|dir| list(&dir.join(FILES))).unwrap_or_default()
    }

    /// Begins to take a file, whose name is clean.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where there is one of this name and it is not to be replaced, [`Refusal::TooLarge`] where there are too many.
    pub fn begin(self: &Arc<Inbox>, name: &str, replace: bool) -> Result<Coming, Refusal> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut state = self.lock();
        state.open()?;
        let dir = self.claim(&mut state)?.join(FILES);
        let there = list(&dir);
        let same = there.iter().find(|f| folded(&f.name) == folded(name));
        if same.is_some() && !replace {
            let what = format!("there is a file {name:?} already");
            return Err(Refusal::Taken(what));
        }
        if state.coming.contains(&folded(name)) {
            let what = format!("a file {name:?} is just coming");
            return Err(Refusal::Taken(what));
        }
        if same.is_none() && there.len() + state.coming.len() >= self.limits.files {
            let what = format!("there are {} files already", there.len());
            return Err(Refusal::TooLarge(what));
        }
        let half = dir.join(format!("{HALF}{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let file = File::create(&half).map_err(failed(&half))?;
        state.coming.insert(folded(name));
        let before = same.map_or(0, |f| f.bytes);
        Ok(Coming {
            inbox: self.clone(),
            name: name.to_owned(),
            old: same.map(|f| dir.join(&f.name)),
            to: dir.join(name),
            others: there.iter().map(|f| f.bytes).sum::<u64>() - before,
            half,
            file,
            bytes: 0,
        })
    }

    /// Takes a file away.
    ///
    /// # Errors
    /// [`Refusal::Missing`]; [`Refusal::Taken`] where a project is being made of it.
    pub fn remove(&self, name: &str) -> Result<(), Refusal> {
        let state = self.lock();
        state.open()?;
        let missing = || Refusal::Missing("there is no such file".into());
        let (dir, _) = state.held.as_ref().ok_or_else(missing)?;
        let there = list(&dir.join(FILES)).into_iter().find(|f| f.name == name);
        let path = dir.join(FILES).join(there.ok_or_else(missing)?.name);
        fs::remove_file(&path).map_err(failed(&path))
    }

    /// Lets nothing change the files, unless this comes to nothing.
    pub fn close(&self) -> Closed<'_> {
        self.lock().closed = true;
        Closed {
            inbox: self,
            stays: false,
        }
    }

    /// The folder, where a project can be made of what is in it.
    ///
    /// # Errors
    /// [`Refusal::Missing`] where no file has come.
    pub fn ready(&self) -> Result<PathBuf, Refusal> {
        let state = self.lock();
        let dir = state.held.as_ref().map(|(dir, _)| dir.clone());
        dir.ok_or_else(|| Refusal::Missing("there are no files yet".into()))
    }

    /// Lets the folder go: a project is in it now, whose desk has a lock of its own.
    pub fn leave(&self) {
        if let Some((dir, _)) = self.lock().held.take() {
            let _ = fs::remove_file(dir.join(LOCK));
        }
    }
}

/// The files stay as they are, as long as this or for ever.
pub(in crate::serve) struct Closed<'i> {
    inbox: &'i Inbox,
    stays: bool,
}

impl Closed<'_> {
    /// They stay so: a project is open.
    pub fn stay(mut self) {
        self.stays = true;
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.inbox.lock().closed = self.stays;
    }
}

impl State {
    /// Refuses changes once a project begins.
    fn open(&self) -> Result<(), Refusal> {
        match self.closed {
            false => Ok(()),
            true => Err(Refusal::Taken(
                "a project is being made of the files: they stay as they are".into(),
            )),
        }
    }
}

/// Files of a folder that are whole.
fn list(dir: &Path) -> Vec<There> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let there = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let kept = names::clean(&name).is_ok_and(|clean| clean == name) && names::is_taken(&name);
        let about = entry.metadata().ok()?;
        (kept && about.is_file()).then(|| There {
            name,
            bytes: about.len(),
            changed: about.modified().ok(),
        })
    });
    let mut there: Vec<There> = there.collect();
    there.sort_by(|a, b| a.name.cmp(&b.name));
    there
}

/// Takes away what was not whole when an earlier desk ended.
fn clear(dir: &Path) {
    let both = [dir.to_owned(), dir.join(FILES)];
    let entries = both.iter().filter_map(|dir| fs::read_dir(dir).ok());
    for entry in entries.flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(HALF) {
            // It is hidden, and nothing reads it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Keeps other desks away from a folder.
fn hold(dir: &Path) -> Result<File, Refusal> {
    let path = dir.join(LOCK);
    let mut options = fs::OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(failed(&path))?;
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
        let what = format!("another desk takes files into {}", dir.display());
        return Err(Refusal::Failed(Error::Usage(what)));
    }
    Ok(file)
}

/// A file on its way. What is not ended is gone when this is.
#[derive(Debug)]
pub(in crate::serve) struct Coming {
    inbox: Arc<Inbox>,
    name: String,
    /// The file that is replaced.
    old: Option<PathBuf>,
    to: PathBuf,
    half: PathBuf,
    file: File,
    /// Bytes of the other files.
    others: u64,
    bytes: u64,
}

impl Coming {
    /// The next bytes.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] beyond the limits.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let length = bytes.len() as u64;
        self.bytes += length;
        let coming = self.inbox.coming.fetch_add(length, Ordering::Relaxed) + length;
        let limits = self.inbox.limits;
        too_large(self.bytes, self.others + coming, limits)?;
        self.file.write_all(bytes).map_err(failed(&self.half))
    }

    /// Puts the file in its place, on the disk; its length.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] where it is empty; [`Refusal::Taken`] where a project has begun meanwhile, whose files stay as they are;
    /// [`Refusal::TooLarge`] with those that came meanwhile.
    pub fn end(self) -> Result<u64, Refusal> {
        if self.bytes == 0 {
            return Err(Refusal::Malformed("the file is empty".into()));
        }
        self.file.sync_all().map_err(failed(&self.half))?;
        let state = self.inbox.lock();
        state.open()?;
        let dir = self.to.parent().unwrap_or(&self.to);
        let others = list(dir)
            .into_iter()
            .filter(|f| folded(&f.name) != folded(&self.name));
        let others: u64 = others.map(|f| f.bytes).sum();
        too_large(self.bytes, others + self.bytes, self.inbox.limits)?;
        if self.old.is_none() && self.to.exists() {
            let what = format!("there is a file {:?} already", self.name);
            return Err(Refusal::Taken(what));
        }
        fs::rename(&self.half, &self.to).map_err(failed(&self.to))?;
        // Another spelling of the name.
        if let Some(old) = self
            .old
            .as_ref()
            .filter(|old| **old != self.to && !same(old, &self.to))
        {
            fs::remove_file(old).map_err(failed(old))?;
        }
        drop(state);
        Ok(self.bytes)
    }
}

/// Whether two names are those of one file, as where there are no capitals.
fn same(a: &Path, b: &Path) -> bool {
    let real = |p: &Path| fs::canonicalize(p).ok();
    real(a).is_some_and(|a| Some(a) == real(b))
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.inbox.coming.fetch_sub(self.bytes, Ordering::Relaxed);
        self.inbox.lock().coming.remove(&folded(&self.name));
        // It is not there any more where the file got to its place.
        let _ = fs::remove_file(&self.half);
    }
}

/// Refuses a file, or all of them together, beyond the limits.
///
/// # Errors
/// [`Refusal::TooLarge`].
pub(in crate::serve) fn too_large(file: u64, all: u64, limits: Limits) -> Result<(), Refusal> {
    let of = |what: &str, most: u64| {
        let what = format!("{what} {} MB at most", most >> 20);
        Err(Refusal::TooLarge(what))
    };
    match () {
        () if file > limits.file => of("a file has", limits.file),
        () if all > limits.all => of("all files together have", limits.all),
        () => Ok(()),
    }
}
