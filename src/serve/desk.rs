//! The desk: one project, its versions one after the other, and the solve that is running.

use super::edit::{Edit, Settings};
use super::folder::{CURRENT, Folder, copy_plan};
use super::history::{History, held};
use super::journal::{Journal, Step};
use super::kept::{Kept, is_name, plans};
use super::metrics::Metrics;
use super::refusal::Refusal;
use super::view::{Facts, View};
use crate::base::deadline::Cancel;
use crate::error::{Error, Problem, codes};
use crate::output::Target;
use crate::plan::{Claim, Status};
use crate::run::{Stage, Task, run_near};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
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
    /// The desk ends.
    End,
}

/// The solve that is running.
#[derive(Clone, Debug)]
pub(super) struct Busy {
    pub stage: &'static str,
    pub percent: u32,
    cancel: Cancel,
}

/// A project that is open.
#[derive(Debug)]
pub(super) struct Desk {
    pub folder: Folder,
    /// Steps of the journal that the inputs no longer permit, in words.
    pub left_out: Vec<String>,
    inner: Mutex<Inner>,
    pub events: broadcast::Sender<Event>,
    pub metrics: Metrics,
}

#[derive(Debug)]
struct Inner {
    history: History,
    journal: Journal,
    view: Arc<View>,
    /// Versions and what led to them.
    told: VecDeque<(u64, String)>,
    busy: Option<Busy>,
    closing: bool,
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
        Desk::of(Folder::open(path)?)
    }

    /// Does again what the journal of a project says; whoever is not alone holds the folder first ([`Folder::hold`]).
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn of(folder: Folder) -> Result<Arc<Desk>, Error> {
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
        let facts = Facts {
            version: history.version,
            draft: history.now.clone(),
            undo: history.undo(),
            redo: history.redo(),
            mark: history.mark.clone(),
            plans: Arc::new(plans(&folder.plans())),
            kept: kept.map(Arc::new),
        };
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
            closing: false,
        };
        Ok(Arc::new(Desk {
            folder,
            left_out,
            inner: Mutex::new(inner),
            events: broadcast::channel(EVENTS).0,
            metrics: Metrics::default(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
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

    pub fn busy(&self) -> Option<Busy> {
        self.lock().busy.clone()
    }

    fn tell(&self, event: Event) {
        // Nobody may listen.
        let _ = self.events.send(event);
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
    fn commit(
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
        let facts = Facts {
            version: history.version,
            draft: history.now.clone(),
            undo: history.undo(),
            redo: history.redo(),
            mark: history.mark.clone(),
            plans,
            kept,
        };
        let view = View::new(folder, facts, Some(&inner.view)).map_err(Refusal::of)?;
        folder.make().map_err(Refusal::Failed)?;
        inner.journal.append(step).map_err(Refusal::Failed)?;
        inner.history = history;
        inner.view = Arc::new(view);
        inner.told.push_back((inner.view.version, text.to_owned()));
        if inner.told.len() > TOLD {
            inner.told.pop_front();
        }
        // They follow from the journal: what cannot be written now is when the project is opened.
        if let Err(error) = folder.write(&inner.view.texts) {
            self.tell(Event::Failed(error.to_string()));
        }
        self.metrics.step();
        let version = inner.view.version;
        self.tell(Event::State { version });
        Ok(inner.view.clone())
    }

    /// Begins to solve what is asked for.
    ///
    /// # Errors
    /// As [`Desk::edit`], and [`Refusal::Busy`].
    pub fn solve(self: &Arc<Desk>, wanted: Wanted) -> Result<(), Refusal> {
        let mut inner = self.lock();
        inner.is_at(wanted.version)?;
        if inner.busy.is_some() || inner.closing {
            return Err(Refusal::Busy);
        }
        if let Some(limit) = wanted
            .time_limit_s
            .filter(|l| !(*l > 0.0 && *l <= 86_400.0))
        {
            let what = format!("{limit} s is no time limit");
            let problem = Problem::error(codes::OUT_OF_RANGE, what).field("time_limit_s");
            return Err(Refusal::Bad(vec![problem]));
        }
        if let Some(share) = wanted.max_change {
            let edit = Edit::Settings(Settings {
                change_max_share: Some(Some(share)),
                ..Settings::default()
            });
            self.commit(&mut inner, &Step::Do(edit), "a limit on change", None)?;
        }
        let cancel = Cancel::new();
        inner.busy = Some(Busy {
            stage: Stage::Solve.text(),
            percent: 0,
            cancel: cancel.clone(),
        });
        let view = inner.view.clone();
        drop(inner);
        let desk = self.clone();
        let limit = wanted.time_limit_s;
        let spawned = std::thread::Builder::new()
            .name("solve".into())
            .spawn(move || desk.solved(&view, &cancel, limit));
        if let Err(e) = spawned {
            self.lock().busy = None;
            return Err(Refusal::Failed(Error::Internal(e.to_string())));
        }
        Ok(())
    }

    fn solved(self: Arc<Desk>, view: &View, cancel: &Cancel, limit: Option<f64>) {
        // A panic must not leave the desk busy for ever.
        let work = std::panic::AssertUnwindSafe(|| self.make(view, cancel, limit));
        let outcome = std::panic::catch_unwind(work).unwrap_or_else(|_| {
            let what = "the solver panicked".into();
            Err(Refusal::Failed(Error::Internal(what)))
        });
        let mut inner = self.lock();
        inner.busy = None;
        let done = outcome.and_then(|kept| {
            self.commit(
                &mut inner,
                &Step::Solved,
                "a new plan",
                Some(Arc::new(kept)),
            )
        });
        drop(inner);
        self.metrics.solve(done.is_ok());
        if let Err(refusal) = done {
            self.tell(Event::Failed(refusal.body().to_string()));
        }
    }

    /// Solves and writes the plan.
    ///
    /// # Errors
    /// [`Refusal::NoPlan`] where none keeps the rules, and there is one at hand that did: it stays.
    fn make(&self, view: &View, cancel: &Cancel, limit: Option<f64>) -> Result<Kept, Refusal> {
        let begin = Instant::now();
        let dir = self.folder.plan(CURRENT);
        let inputs = view.texts.inputs(&self.folder.base, &view.draft, &dir);
        let inputs = inputs.map_err(Refusal::of)?;
        let prices = (view.kept.as_ref()).map(|k| k.prices_for(&view.draft, view.model.m));
        let watch = |stage: Stage| {
            if limit.is_some_and(|limit| begin.elapsed() > Duration::from_secs_f64(limit)) {
                cancel.set();
            }
            self.reached(stage);
        };
        let timer = limit.map(|limit| {
            let cancel = cancel.clone();
            std::thread::spawn(move || {
                std::thread::park_timeout(Duration::from_secs_f64(limit));
                cancel.set();
            })
        });
        let solved = run_near(
            inputs,
            prices.as_ref(),
            Task::default(),
            cancel,
            begin,
            watch,
        );
        if let Some(timer) = timer {
            timer.thread().unpark();
        }
        let solved = solved.map_err(Refusal::of)?;
        let plan = &solved.plan;
        let shown = self.view().kept.clone();
        if plan.status == Status::Infeasible && shown.is_some_and(|kept| !kept.broken()) {
            return Err(Refusal::NoPlan {
                none: plan.claim == Claim::Infeasible,
                notes: plan.notes.clone(),
            });
        }
        self.reached(Stage::Write);
        self.lock().journal.same().map_err(Refusal::Failed)?;
        let written = || {
            self.folder.make()?;
            solved.write(Target::claim(&dir)?)?;
            Kept::read(&dir, &self.folder.base)
        };
        written().map_err(Refusal::of)
    }

    fn reached(&self, stage: Stage) {
        let percent = (100.0 * stage.share()).round() as u32;
        let stage = stage.text();
        let mut inner = self.lock();
        let Some(busy) = &mut inner.busy else {
            return;
        };
        let same = (busy.stage, busy.percent) == (stage, percent);
        (busy.stage, busy.percent) = (stage, percent);
        drop(inner);
        if !same {
            self.tell(Event::Progress { stage, percent });
        }
    }

    /// Ends the solve that is running with the best plan so far; whether there is one.
    pub fn cancel(&self) -> bool {
        let inner = self.lock();
        if let Some(busy) = &inner.busy {
            busy.cancel.set();
        }
        inner.busy.is_some()
    }

    /// Ends the solve that is running, and lets no other begin.
    pub fn close(&self) {
        self.lock().closing = true;
        self.cancel();
        self.tell(Event::End);
    }
}

impl Inner {
    /// Whether this is the version that counts; what has changed since where it is not.
    fn is_at(&self, version: u64) -> Result<(), Refusal> {
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
