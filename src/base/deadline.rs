//! One limit on the time of a run, which every phase of it looks at; and a way to end it from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A flag that ends a run early: whoever holds a clone of it may set it, from any thread.
///
/// A solve that is ended so returns the best plan it knows.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    #[must_use]
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Asks every run that looks at this flag to end.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked for the end.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// When a run must end: at a time, or as soon as its [`Cancel`] flag is set.
///
/// ```
/// use revier::base::deadline::{Cancel, Deadline};
///
/// let cancel = Cancel::new();
/// let deadline = Deadline::after(60.0).or(&cancel);
/// assert!(!deadline.is_over());
/// cancel.set();
/// assert!(deadline.is_over() && deadline.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    /// `None`: no limit.
    at: Option<Instant>,
    cancel: Cancel,
}

impl Deadline {
    /// No limit at all.
    #[must_use]
    pub fn never() -> Deadline {
        Deadline::default()
    }

    /// So many seconds from now; none are left where the number is not above 0, and there is no limit where it is beyond all clocks.
    #[must_use]
    pub fn after(seconds: f64) -> Deadline {
        Deadline {
            at: later(Instant::now(), seconds),
            cancel: Cancel::new(),
        }
    }

    /// This one, and over as soon as the flag is set, too.
    #[must_use]
    pub fn or(self, cancel: &Cancel) -> Deadline {
        Deadline {
            cancel: cancel.clone(),
            ..self
        }
    }

    /// This one, and over in so many seconds from now at the latest.
    #[must_use]
    pub fn within(&self, seconds: f64) -> Deadline {
        let other = later(Instant::now(), seconds);
        Deadline {
            at: match (self.at, other) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            cancel: self.cancel.clone(),
        }
    }

    /// This one, put off by so many seconds; where it was cancelled, these seconds from now. For what must still be told at the end.
    #[must_use]
    pub fn grace(&self, seconds: f64) -> Deadline {
        if self.is_cancelled() {
            return Deadline::after(seconds);
        }
        Deadline {
            at: self.at.and_then(|at| later(at, seconds)),
            cancel: self.cancel.clone(),
        }
    }

    /// Whether there is no time left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_cancelled() || self.at.is_some_and(|at| Instant::now() >= at)
    }

    /// Whether somebody asked for the end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_set()
    }

    /// What is left; [`Duration::MAX`] where there is no limit.
    #[must_use]
    pub fn left(&self) -> Duration {
        match self.at {
            _ if self.is_cancelled() => Duration::ZERO,
            None => Duration::MAX,
            Some(at) => at.saturating_duration_since(Instant::now()),
        }
    }
}

/// `None` where the clock does not go that far.
fn later(from: Instant, seconds: f64) -> Option<Instant> {
    let seconds = if seconds > 0.0 { seconds } else { 0.0 };
    let span = Duration::try_from_secs_f64(seconds).ok()?;
    from.checked_add(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sooner_of_two_limits_holds() {
        let never = Deadline::never();
        assert!(!never.is_over());
        assert_eq!(never.left(), Duration::MAX);
        assert!(never.within(0.0).is_over());
        let long = Deadline::after(1000.0);
        assert!(long.within(10.0).left() <= Duration::from_secs(10));
        assert!(long.within(1e9).left() <= Duration::from_secs(1000));
        assert!(long.grace(50.0).left() > Duration::from_secs(1040));
    }

    #[test]
    fn odd_numbers_of_seconds_are_no_panic() {
        for none in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert!(Deadline::after(none).is_over(), "{none}");
        }
        for endless in [f64::INFINITY, f64::MAX, 1e300] {
            assert_eq!(Deadline::after(endless).left(), Duration::MAX, "{endless}");
        }
    }

    #[test]
    fn a_cancelled_run_has_a_grace_of_its_own() {
        let cancel = Cancel::new();
        let deadline = Deadline::after(1000.0).or(&cancel);
        let part = deadline.within(500.0);
        cancel.set();
        assert!(deadline.is_over() && part.is_over());
        assert_eq!(part.left(), Duration::ZERO);
        let grace = part.grace(5.0);
        assert!(!grace.is_over() && grace.left() <= Duration::from_secs(5));
    }
}
