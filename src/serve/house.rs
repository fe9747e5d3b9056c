//! What is served: a project, or the welcome that one begins with.
//!
//! A house has one project in its life. Before it is open, files come and go; from then on everything is about the project.

use super::desk::{Desk, Event, Wanted, Wires};
use super::folder::Folder;
use super::refusal::{Refusal, told};
use super::welcome::{Done, Limits, Place, Wanted as Beginning, Welcome};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Beginnings that are tried at once: each reads all of its files.
const TRYING: usize = 2;

/// One of them; gone with this.
struct Turn<'h>(&'h AtomicUsize);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A project, or what comes before it.
#[derive(Debug)]
pub(super) struct House {
    desk: OnceLock<Arc<Desk>>,
    welcome: Option<Welcome>,
    pub wires: Wires,
    /// Whoever opens a project is alone; the lock of its folder.
    held: Mutex<Option<File>>,
    trying: AtomicUsize,
}

impl House {
    /// With a project that nobody else has open.
    #[cfg(test)]
    pub fn with(desk: Arc<Desk>) -> Arc<House> {
        let wires = desk.wires.clone();
        Arc::new(House {
            desk: desk.into(),
            welcome: None,
            wires,
            held: Mutex::default(),
            trying: AtomicUsize::new(0),
        })
    }

    /// With the project of a scenario, a plan directory or a folder.
    ///
    /// # Errors
    /// As [`Folder::open`] and [`Folder::hold`].
    pub fn of(path: &Path) -> Result<Arc<House>, crate::error::Error> {
        let (wires, folder) = (Wires::default(), Folder::open(path)?);
        // The journal is not read before: another desk may still append to it.
        let held = folder.hold()?;
        let desk = Desk::of(folder, wires.clone())?;
        Ok(Arc::new(House {
            desk: desk.into(),
            welcome: None,
            wires,
            held: Mutex::new(Some(held)),
            trying: AtomicUsize::new(0),
        }))
    }

    /// Without a project yet.
    pub fn bare(place: Place, limits: Limits) -> Arc<House> {
        Arc::new(House {
            desk: OnceLock::new(),
            welcome: Some(Welcome::new(place, limits)),
            wires: Wires::default(),
            held: Mutex::default(),
            trying: AtomicUsize::new(0),
        })
    }

    /// The project, once there is one.
    pub fn desk(&self) -> Option<&Arc<Desk>> {
        self.desk.get()
    }

    /// The welcome, until there is a project.
    ///
    /// # Errors
    /// [`Refusal::Taken`].
    pub fn welcome(&self) -> Result<&Welcome, Refusal> {
        let taken = || Refusal::Taken("a project is open: it takes no more files".into());
        let open = self.desk.get().is_some();
        self.welcome.as_ref().filter(|_| !open).ok_or_else(taken)
    }

    /// The version that is shown; 0 before there is a project.
    pub fn version(&self) -> u64 {
        self.desk().map_or(0, |desk| desk.view().version)
    }

    /// Where files go, as long as there is no project.
    pub fn files(&self) -> Option<PathBuf> {
        self.welcome().ok().map(|welcome| welcome.inbox.dir())
    }

    /// Ends what is running, and lets nothing else begin.
    pub fn close(&self) {
        match self.desk() {
            Some(desk) => desk.close(),
            // Nobody may listen.
            None => drop(self.wires.events.send(Event::End)),
        }
    }

    /// Tells those who listen when something has become known of the files.
    pub fn done(&self) -> Done {
        let events = self.wires.events.clone();
        // Nobody may listen.
        Arc::new(move || drop(events.send(Event::Files)))
    }

    /// A turn to have all files read.
    ///
    /// # Errors
    /// [`Refusal::Crowded`].
    fn turn(&self) -> Result<Turn<'_>, Refusal> {
        let before = self.trying.fetch_add(1, Ordering::AcqRel);
        let turn = Turn(&self.trying);
        match before < TRYING {
            true => Ok(turn),
            false => Err(Refusal::Crowded(
                "the files are being read already; ask again in a moment".into(),
            )),
        }
    }

    /// Says what a project would be made of, or all that is wrong with it, and makes none.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where a project is open, [`Refusal::Crowded`] where others try.
    pub fn attempt(&self, wanted: &Beginning) -> Result<serde_json::Value, Refusal> {
        let _turn = self.turn()?;
        match self.welcome()?.attempt(wanted) {
            // To say so is what was asked for.
            Err(Refusal::Bad(problems)) => {
                let problems: Vec<_> = problems.iter().map(told).collect();
                Ok(serde_json::json!({"problems": problems}))
            }
            other => other.map(|tried| tried.told()),
        }
    }

    /// Makes a project of the files, and opens it; what was read, in figures.
    ///
    /// # Errors
    /// [`Refusal::Bad`] with all problems of all files; [`Refusal::Taken`] where a project is open.
    pub fn begin(&self, wanted: &Beginning) -> Result<serde_json::Value, Refusal> {
        let _turn = self.turn()?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let welcome = self.welcome()?;
        let closed = welcome.inbox.close();
        let tried = welcome.attempt(wanted)?;
        let figures = tried.told();
        let scenario = tried.settle()?;
        if let Err(refusal) = self.open(&scenario, &mut held) {
            // The files wait for another beginning.
            let _ = std::fs::remove_file(&scenario);
            return Err(refusal);
        }
        closed.stay();
        welcome.inbox.leave();
        Ok(figures)
    }

    /// Opens the German example.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where a project is open, or another desk has the example.
    pub fn example(&self) -> Result<(), Refusal> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let scenario = self.welcome()?.example()?;
        self.open(&scenario, &mut held)
    }

    /// Opens a project that is there.
    ///
    /// # Errors
    /// [`Refusal::Missing`]; [`Refusal::Taken`] where a project is open, or another desk has this one.
    pub fn again(&self, folder: &str) -> Result<(), Refusal> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.welcome()?.project(folder)?;
        self.open(&path, &mut held)
    }

    fn open(&self, path: &Path, held: &mut Option<File>) -> Result<(), Refusal> {
        let folder = Folder::open(path).map_err(Refusal::of)?;
        let lock = folder.hold().map_err(|e| Refusal::Taken(e.to_string()))?;
        let desk = Desk::of(folder, self.wires.clone()).map_err(Refusal::of)?;
        *held = Some(lock);
        plan(&desk);
        let _ = self.desk.set(desk);
        // Nobody may listen.
        let _ = self.wires.events.send(Event::Opened);
        Ok(())
    }
}

/// Makes the first plan of a project that has none; whoever comes first sees that it is being made.
pub(super) fn plan(desk: &Arc<Desk>) {
    if desk.view().kept.is_none() {
        let wanted = Wanted {
            version: desk.view().version,
            ..Wanted::default()
        };
        let _ = desk.solve(wanted);
    }
}
