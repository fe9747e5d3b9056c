//! Solvers of others at arm's length: one that panics, or does not come back in time, gave nothing, and what is known without it stands.

use crate::base::deadline::Deadline;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How often the flag of a cancelled run is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// A solver that ends at its time limit by itself has what it found; it may be late by this share of the time it had, and no more than this
/// many seconds.
const LATE: f64 = 0.05;
const LATE_S: (f64, f64) = (0.02, 1.0);

/// Why a solver gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nothing {
    /// It did not come back in time.
    Late,
    /// It panicked.
    Panicked,
}

thread_local! {
    /// Whether a panic of this thread is caught and means nothing to anybody.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` in a thread of its own, for as long as there is time. The work should end at the limit by itself: one that does not is left behind.
pub(crate) fn guarded<T: Send + 'static>(
    until: &Deadline,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Nothing> {
    hush();
    let late = (LATE * until.left().as_secs_f64()).clamp(LATE_S.0, LATE_S.1);
    let end = until.grace(late);
    let (send, receive) = channel();
    let run = move || {
        QUIET.set(true);
        // Nobody may be there any more to receive it.
        let _ = send.send(catch_unwind(AssertUnwindSafe(work)));
    };
    if std::thread::Builder::new().spawn(run).is_err() {
        return Err(Nothing::Late);
    }
    loop {
        match receive.recv_timeout(LOOK.min(end.left())) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(_)) => return Err(Nothing::Panicked),
            Err(RecvTimeoutError::Disconnected) => return Err(Nothing::Panicked),
            Err(RecvTimeoutError::Timeout) if end.is_over() => return Err(Nothing::Late),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Panics of guarded threads are not printed; all others are as before.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                tell(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::deadline::Cancel;
    use std::time::Instant;

    #[test]
    fn what_comes_back_in_time_is_handed_on() {
        assert_eq!(guarded(&Deadline::never(), || 7), Ok(7));
        assert_eq!(guarded(&Deadline::after(10.0), || 8), Ok(8));
    }

    #[test]
    fn a_panic_gives_nothing() {
        let outcome = guarded(&Deadline::never(), || -> usize {
            let none: Option<usize> = std::hint::black_box(None);
            none.expect("a panic that is meant")
        });
        assert_eq!(outcome, Err(Nothing::Panicked));
    }

    #[test]
    fn what_does_not_come_back_is_left_behind() {
        let begin = Instant::now();
        let slow = || std::thread::sleep(Duration::from_secs(5));
        assert_eq!(guarded(&Deadline::after(0.05), slow), Err(Nothing::Late));
        let cancel = Cancel::new();
        cancel.set();
        let cancelled = Deadline::never().or(&cancel);
        assert_eq!(guarded(&cancelled, slow), Err(Nothing::Late));
        assert!(begin.elapsed() < Duration::from_secs(4));
    }
}
