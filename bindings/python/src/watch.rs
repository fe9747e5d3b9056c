//! A solve on a thread of its own, so that Python's main thread can look at signals and tell how far it is.
//!
//! ```text
//! solving thread:   stage, stage, ..., plan  ->  channel
//! calling thread:   waits without the interpreter; every 50 ms with it: signals, progress
//! ```

use crate::errors;
use crate::plan::{Instance, Plan};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use revier::{Options, Stage};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long Python does not hear of anything: less than anybody waits after Ctrl-C.
const BEAT: Duration = Duration::from_millis(50);

/// A flag that ends a solve early: the best plan known so far is drawn, checked and returned.
#[pyclass(module = "revier._revier", frozen)]
#[derive(Default)]
pub struct Cancel(revier::Cancel);

#[pymethods]
impl Cancel {
    #[new]
    fn new() -> Cancel {
        Cancel::default()
    }

    /// Ends every solve that was given this flag; from any thread.
    fn set(&self) {
        self.0.set();
    }

    /// Whether it was set.
    fn is_set(&self) -> bool {
        self.0.is_set()
    }
}

/// What a working thread says.
enum Said<T> {
    Stage(Stage),
    Done(Box<Result<T, revier::Error>>),
}

/// Solves; `watch(text, share, gap)` hears what is worked on, how much lies behind (0 to 1), and the gap of the best plan.
#[pyfunction]
#[pyo3(signature = (instance, *, seed, gap, time_limit_s, threads, keep, cancel, watch))]
#[expect(clippy::too_many_arguments, reason = "keywords of a Python function")]
pub fn solve(
    py: Python<'_>,
    instance: &Instance,
    seed: Option<u64>,
    gap: Option<f64>,
    time_limit_s: Option<f64>,
    threads: Option<usize>,
    keep: bool,
    cancel: &Cancel,
    watch: Option<Bound<'_, PyAny>>,
) -> PyResult<Plan> {
    let mut options = Options::new().keep(keep).cancel(&cancel.0);
    options = seed.into_iter().fold(options, Options::seed);
    options = gap.into_iter().fold(options, Options::gap);
    options = time_limit_s.into_iter().fold(options, Options::time_limit);
    options = threads.into_iter().fold(options, Options::threads);
    let instance = instance.0.clone();
    let said = work(move |says| {
        let tell = says.clone();
        let watch = move |stage| {
            // Nobody listens any more after an interrupt.
            let _ = tell.send(Said::Stage(stage));
        };
        revier::solve(&instance, &options, watch)
    })?;
    listen(py, said, &cancel.0, watch.as_ref()).map(Plan::new)
}

/// Reads an instance, off the interpreter; Ctrl-C ends the wait for it.
pub fn build(
    py: Python<'_>,
    read: impl FnOnce() -> Result<revier::Instance, revier::Error> + Send + 'static,
) -> PyResult<revier::Instance> {
    let said = work(|_| read())?;
    listen(py, said, &revier::Cancel::new(), None)
}

/// Runs on a thread of its own.
fn work<T: Send + 'static>(
    job: impl FnOnce(&Sender<Said<T>>) -> Result<T, revier::Error> + Send + 'static,
) -> PyResult<Receiver<Said<T>>> {
    let (says, said) = channel();
    thread::Builder::new()
        .name("revier".into())
        .spawn(move || {
            let done = job(&says);
            let _ = says.send(Said::Done(Box::new(done)));
        })
        .map_err(|why| PyRuntimeError::new_err(format!("no thread to solve on: {why}")))?;
    Ok(said)
}

/// Waits for the end; after a signal whose handler raises (Ctrl-C), or an error of `watch`, the work is told to end, and is not waited for.
fn listen<T: Send>(
    py: Python<'_>,
    said: Receiver<Said<T>>,
    cancel: &revier::Cancel,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<T> {
    // A receiver is not `Sync`: the wait borrows it under a lock that nobody else takes.
    let said = Mutex::new(said);
    loop {
        let next = py.detach(|| {
            let said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.recv_timeout(BEAT)
        });
        let heard = py.check_signals().and_then(|()| match (&next, watch) {
            (Ok(Said::Stage(stage)), Some(watch)) => tell(watch, *stage),
            _ => Ok(()),
        });
        if let Err(raised) = heard {
            cancel.set();
            return Err(raised);
        }
        match next {
            Ok(Said::Done(done)) => return done.map_err(|error| errors::exception(py, &error)),
            Ok(Said::Stage(_)) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let lost =
                    revier::Error::Internal("the solving thread ended without a word".into());
                return Err(errors::exception(py, &lost));
            }
        }
    }
}

fn tell(watch: &Bound<'_, PyAny>, stage: Stage) -> PyResult<()> {
    let gap = match stage {
        Stage::Improve(gap) => Some(gap),
        _ => None,
    };
    watch.call1((stage.text(), stage.share(), gap)).map(drop)
}
