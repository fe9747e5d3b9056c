//! When requests may be sent: so many a minute, and later and later where a server asks for it.

use super::Server;
use crate::base::deadline::Deadline;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Longest pause that is made without being asked for.
const LONGEST: Duration = Duration::from_secs(30);
/// Longest time that a server may ask for, all in all, before it answers a request.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Whoever ends the run need not wait longer than this.
const SLICE: Duration = Duration::from_millis(20);

/// What all requests to a server keep to.
pub(super) struct Pace {
    between: Duration,
    /// When the next request may be sent.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub fn new(server: &Server) -> Pace {
        let between = server.per_minute.map_or(0.0, |n| 60.0 / n);
        Pace {
            between: Duration::try_from_secs_f64(between).unwrap_or(LONGEST),
            next: Mutex::new(None),
        }
    }

    /// Waits for the turn of a request; whether it has come, and nobody has ended the run.
    pub fn turn(&self, until: &Deadline, stop: &AtomicBool) -> bool {
        let at = {
            let Ok(mut next) = self.next.lock() else {
                return false;
            };
            let now = Instant::now();
            let at = next.map_or(now, |next| next.max(now));
            *next = Some(at + self.between);
            at
        };
        sleep(at.saturating_duration_since(Instant::now()), until, stop)
    }

    /// Nobody sends anything for so long.
    pub fn rest(&self, time: Duration) {
        if let Ok(mut next) = self.next.lock() {
            let at = Instant::now() + time;
            *next = Some(next.map_or(at, |next| next.max(at)));
        }
    }
}

/// Waits; whether nobody has ended the run.
pub(super) fn sleep(time: Duration, until: &Deadline, stop: &AtomicBool) -> bool {
    let begin = Instant::now();
    loop {
        if until.is_over() || stop.load(Ordering::Relaxed) {
            return false;
        }
        let left = time.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// The pause before a request is sent again, when it was sent `tries` times: twice as long each time, and between half of that and all of it,
/// so that requests that failed together do not come back together. `salt` tells one request from another, and makes it the same each run.
pub(super) fn pause(first: Duration, tries: u32, salt: u64) -> Duration {
    let doubled = first.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let share = 0.5 + 0.5 * (mixed(salt ^ u64::from(tries)) >> 11) as f64 / (1_u64 << 53) as f64;
    doubled.min(LONGEST).mul_f64(share)
}

/// SplitMix64.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_spread() {
        let first = Duration::from_millis(500);
        for tries in 1..12 {
            let most = first.saturating_mul(1 << (tries - 1)).min(LONGEST);
            let all: Vec<Duration> = (0..50).map(|salt| pause(first, tries, salt)).collect();
            assert!(all.iter().all(|p| *p >= most / 2 && *p <= most), "{tries}");
            let least = all.iter().min().unwrap();
            let longest = all.iter().max().unwrap();
            assert!(*longest - *least > most / 4, "{tries}");
            assert_eq!(pause(first, tries, 7), pause(first, tries, 7));
        }
    }

    #[test]
    fn whoever_ends_the_run_does_not_wait() {
        let stop = AtomicBool::new(true);
        let begin = Instant::now();
        assert!(!sleep(PATIENCE, &Deadline::never(), &stop));
        assert!(!sleep(
            PATIENCE,
            &Deadline::after(0.0),
            &AtomicBool::new(false)
        ));
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}
