//! How the desk solves: one plan at a time, beside everything else.

use super::desk::{Busy, Desk, Event, Wanted};
use super::edit::{Edit, Settings};
use super::folder::CURRENT;
use super::journal::Step;
use super::kept::Kept;
use super::refusal::Refusal;
use super::view::View;
use crate::base::deadline::Cancel;
use crate::error::{Error, Problem, codes};
use crate::output::Target;
use crate::plan::{Claim, Status};
use crate::run::{Stage, Task, run_near};
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Desk {
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
        inner.failed = None;
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
        let failed = done.err().map(|refusal| refusal.body());
        inner.failed.clone_from(&failed);
        drop(inner);
        self.wires.metrics.solve(failed.is_none());
        if let Some(why) = failed {
            self.tell(Event::Failed(why.to_string()));
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
        let mut inputs = inputs.map_err(Refusal::of)?;
        if let Some(kept) = view.kept.as_deref() {
            kept.keep_costs(&mut inputs.scenario);
        }
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
