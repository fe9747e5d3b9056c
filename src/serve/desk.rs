//! The desk: one project, its versions one after the other, and the solve that is running.

use super::edit::Edit;
use super::folder::{CURRENT, Folder, copy_plan};
use super::history::{History, held};
use super::journal::{Journal, Step};
use super::kept::{Kept, Named, is_name, plans};
use super::metrics::Metrics;
use super::refusal::Refusal;
use super::view::{Facts, View};
use crate::base::deadline::Cancel;
use crate::error::{Error, Problem, codes};
use serde_json::Value;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Steps whose words are kept for who comes with an old version.
const TOLD: usize = 200;
/// Steps that were left out which are told.
const LEFT_OUT: usize = 20;
/// Events that a slow reader may lag behind.
const EVENTS: usize = 64;

/// What is told to everybody who listens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Progress {
        stage: &'static str,
        percent: u32,
    },
    State {
        version: u64,
    },
    Failed(String),
    /// Something has become known of the files that a project may be made of.
    Files,
    /// There is a project now.
    Opened,
    /// The desk ends.
    End,
}

/// What goes on from before a project is open: who listens, and what was counted.
#[derive(Clone, Debug)]
pub(super) struct Wires {
    pub events: broadcast::Sender<Event>,
    pub metrics: Arc<Metrics>,
}

impl Default for Wires {
    fn default() -> Wires {
        Wires {
            events: broadcast::channel(EVENTS).0,
            metrics: Arc::default(),
        }
    }
}

/// The solve that is running.
#[derive(Clone, Debug)]
pub(super) struct Busy {
    pub stage: &'static str,
    pub percent: u32,
    pub(super) cancel: Cancel,
}

/// A project that is open.
#[derive(Debug)]
pub(super) struct Desk {
    pub folder: Folder,
    /// Steps of the journal that the inputs no longer permit, in words.
    pub left_out: Vec<String>,
    inner: Mutex<Inner>,
    pub wires: Wires,
}

/// What changes of a desk, by one at a time.
#[derive(Debug)]
pub(super) struct Inner {
    history: History,
    pub(super) journal: Journal,
    pub(super) view: Arc<View>,
    /// Versions and what led to them.
    told: VecDeque<(u64, String)>,
    pub(super) busy: Option<Busy>,
    /// Why the last solve has made no plan, as it was told; until the next one begins, or something changes.
    pub(super) failed: Option<Value>,
    pub(super) closing: bool,
}

/// What is shown after the steps of a history.
fn facts(history: &History, plans: Arc<Vec<Named>>, kept: Option<Arc<Kept>>) -> Facts {
    Facts {
        version: history.version,
        draft: history.now.clone(),
        undo: history.undo(),
        redo: history.redo(),
        mark: history.mark.clone(),
        plans,
        kept,
    }
}

/// How a plan is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    pub version: u64,
    /// At most this share changes hands, against the owners of today.
    pub max_change: Option<f64>,
    pub time_limit_s: Option<f64>,
}

impl Desk {
    /// Opens a project that nobody else has open.
    #[cfg(test)]
    pub fn open(path: &std::path::Path) -> Result<Arc<Desk>, Error> {
        Desk::of(Folder::open(path)?, Wires::default())
    }

    /// Does again what the journal of a project says; whoever is not alone holds the folder first ([`Folder::hold`]).
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn of(folder: Folder, wires: Wires) -> Result<Arc<Desk>, Error> {
        let (journal, steps) = Journal::open(&folder.journal())?;
        let mut history = History::new(folder.first.clone());
        let mut left_out = Vec::new();
        for step in &steps {
            left_out.extend(history.again(&folder.ground, step));
        }
        left_out.truncate(LEFT_OUT);
        let dir = folder.plan(CURRENT);
        let kept = match dir.join("report.json").is_file() {
            true => Kept::read(&dir, &folder.base).ok(),
            false => None,
        };
        let named = Arc::new(plans(&folder.plans()));
        let facts = facts(&history, named, kept.map(Arc::new));
        let view = View::new(&folder, facts, None)?;
        if !steps.is_empty() {
            folder.make()?;
            folder.write(&view.texts)?;
        }
        let inner = Inner {
            history,
            journal,
            view: Arc::new(view),
            told: VecDeque::new(),
            busy: None,
            failed: None,
            closing: false,
        };
        Ok(Arc::new(Desk {
            folder,
            left_out,
            inner: Mutex::new(inner),
            wires,
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is shown now.
    pub fn view(&self) -> Arc<View> {
        self.lock().view.clone()
    }

    /// What is shown, where that is this version.
    ///
    /// # Errors
    /// [`Refusal::Stale`].
    pub fn at(&self, version: u64) -> Result<Arc<View>, Refusal> {
        let inner = self.lock();
        inner.is_at(version)?;
        Ok(inner.view.clone())
    }

    /// The directory of a plan of this name.
    ///
    /// # Errors
    /// [`Refusal::Missing`].
    pub fn plan(&self, name: &str) -> Result<PathBuf, Refusal> {
        let dir = self.folder.plan(name);
        if is_name(name) && dir.join("report.json").is_file() {
            return Ok(dir);
        }
        Err(Refusal::Missing("there is no such plan".into()))
    }

    /// The solve that is running, and why the last one has made no plan.
    pub fn solving(&self) -> (Option<Busy>, Option<Value>) {
        let inner = self.lock();
        (inner.busy.clone(), inner.failed.clone())
    }

    pub fn busy(&self) -> Option<Busy> {
        self.solving().0
    }

    pub(super) fn tell(&self, event: Event) {
        // Nobody may listen.
        let _ = self.wires.events.send(event);
    }

    /// An edit made on a version.
    ///
    /// # Errors
    /// [`Refusal::Stale`], what is wrong with the edit, or that it could not be written down.
    pub fn edit(&self, version: u64, edit: &Edit) -> Result<Arc<View>, Refusal> {
        self.change(version, &edit.text(), |inner| {
            let (view, history) = (&inner.view, &inner.history);
            held(&self.folder.ground, &history.now, &view.owner, edit).map_err(Refusal::Bad)
        })
    }

    /// # Errors
    /// As [`Desk::edit`].
    pub fn undo(&self, version: u64) -> Result<Arc<View>, Refusal> {
        self.change(version, "taken back", |_| Ok(Step::Undo))
    }

    /// # Errors
    /// As [`Desk::edit`].
    pub fn redo(&self, version: u64) -> Result<Arc<View>, Refusal> {
        self.change(version, "done again", |_| Ok(Step::Redo))
    }

    /// # Errors
    /// As [`Desk::edit`].
    pub fn mark(&self, version: u64, mark: &str) -> Result<Arc<View>, Refusal> {
        self.change(version, mark, |_| Ok(Step::Marked(mark.to_owned())))
    }

    /// Keeps the plan under a name.
    ///
    /// # Errors
    /// As [`Desk::edit`]; where there is no plan of what is asked for.
    pub fn save(&self, version: u64, name: &str) -> Result<Arc<View>, Refusal> {
        self.change(version, &format!("kept as {name}"), |inner| {
            let refuse = |code, what: &str| {
                let problem = Problem::error(code, what).field("name").id(name);
                Refusal::Bad(vec![problem])
            };
            if !is_name(name) || name == CURRENT {
                let what = "a plan's name has letters, digits, spaces and -_.,()+ only";
                return Err(refuse(codes::OUT_OF_RANGE, what));
            }
            if inner.busy.is_some() {
                return Err(Refusal::Busy);
            }
            if inner.view.stale {
                let what = "the plan has not the last edits; solve first";
                return Err(refuse(codes::NO_EFFECT, what));
            }
            if inner.view.kept.as_ref().is_some_and(|kept| kept.broken()) {
                let what = "the plan breaks rules: there is none to keep";
                return Err(refuse(codes::NO_EFFECT, what));
            }
            let to = self.folder.plan(name);
            if to.exists() {
                let what = "there is a plan of this name";
                return Err(refuse(codes::DUPLICATE_NAME, what));
            }
            inner.journal.same().map_err(Refusal::Failed)?;
            self.folder.make().map_err(Refusal::Failed)?;
            copy_plan(&self.folder.plan(CURRENT), &to).map_err(Refusal::Failed)?;
            Ok(Step::Saved(name.to_owned()))
        })
    }

    /// Brings back a plan that was kept, with all that was asked for then.
    ///
    /// # Errors
    /// As [`Desk::edit`]; [`Refusal::Missing`].
    pub fn reopen(&self, version: u64, name: &str) -> Result<Arc<View>, Refusal> {
        self.change(version, &format!("{name} opened"), |inner| {
            let from = self.folder.plan(name);
            if !is_name(name) || name == CURRENT || !inner.history.has(name) || !from.exists() {
                return Err(Refusal::Missing("there is no such plan".into()));
            }
            if inner.busy.is_some() {
                return Err(Refusal::Busy);
            }
            inner.journal.same().map_err(Refusal::Failed)?;
            copy_plan(&from, &self.folder.plan(CURRENT)).map_err(Refusal::Failed)?;
            Ok(Step::Opened(name.to_owned()))
        })
    }

    fn change(
        &self,
        version: u64,
        text: &str,
        step: impl FnOnce(&Inner) -> Result<Step, Refusal>,
    ) -> Result<Arc<View>, Refusal> {
        let mut inner = self.lock();
        inner.is_at(version)?;
        let step = step(&inner)?;
        self.commit(&mut inner, &step, text, None)
    }

    /// Does a step: everything that can fail does so before it is in the journal, and nobody hears of it before it is on the disk.
    pub(super) fn commit(
        &self,
        inner: &mut Inner,
        step: &Step,
        text: &str,
        kept: Option<Arc<Kept>>,
    ) -> Result<Arc<View>, Refusal> {
        let folder = &self.folder;
        let mut history = inner.history.clone();
        history.step(&folder.ground, step).map_err(Refusal::Bad)?;
        let kept = match step {
            Step::Opened(_) => {
                let read = Kept::read(&folder.plan(CURRENT), &folder.base);
                Some(Arc::new(read.map_err(Refusal::Failed)?))
            }
            _ => kept.or_else(|| inner.view.kept.clone()),
        };
        let plans = match step {
            Step::Saved(_) => Arc::new(plans(&folder.plans())),
            _ => inner.view.plans.clone(),
        };
        let facts = facts(&history, plans, kept);
        let view = View::new(folder, facts, Some(&inner.view)).map_err(Refusal::of)?;
        folder.make().map_err(Refusal::Failed)?;
        inner.journal.append(step).map_err(Refusal::Failed)?;
        inner.history = history;
        inner.view = Arc::new(view);
        inner.failed = None;
        inner.told.push_back((inner.view.version, text.to_owned()));
        if inner.told.len() > TOLD {
            inner.told.pop_front();
        }
        // They follow from the journal: what cannot be written now is when the project is opened.
        if let Err(error) = folder.write(&inner.view.texts) {
            self.tell(Event::Failed(error.to_string()));
        }
        self.wires.metrics.step();
        let version = inner.view.version;
        self.tell(Event::State { version });
        Ok(inner.view.clone())
    }
}

impl Inner {
    /// Whether this is the version that counts; what has changed since where it is not.
    pub(super) fn is_at(&self, version: u64) -> Result<(), Refusal> {
        let now = self.view.version;
        if version == now {
            return Ok(());
        }
        let since = self.told.iter().filter(|(v, _)| *v > version);
        let mut changed: Vec<String> = since.map(|(_, text)| text.clone()).collect();
        if changed.is_empty() {
            changed.push("the project was opened anew".into());
        }
        Err(Refusal::Stale {
            version: now,
            changed,
        })
    }
}
