//! Counters for Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the classes of how long answers take, seconds.
const CLASSES: [f64; 8] = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 1.0, 10.0];

/// What was counted since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    answers: [AtomicU64; 6],
    classes: [AtomicU64; CLASSES.len()],
    nanoseconds: AtomicU64,
    steps: AtomicU64,
    solves: AtomicU64,
    failures: AtomicU64,
    leads: AtomicU64,
}

impl Metrics {
    pub fn answer(&self, status: u16, took: Duration) {
        let add = |counter: &AtomicU64, by| counter.fetch_add(by, Ordering::Relaxed);
        add(&self.answers[usize::from(status / 100).min(5)], 1);
        let seconds = took.as_secs_f64();
        for (class, counter) in CLASSES.iter().zip(&self.classes) {
            if seconds <= *class {
                add(counter, 1);
            }
        }
        add(
            &self.nanoseconds,
            took.as_nanos().try_into().unwrap_or(u64::MAX / 2),
        );
    }

    pub fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    pub fn solve(&self, done: bool) {
        let counter = if done { &self.solves } else { &self.failures };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn leads(&self, count: usize) {
        self.leads.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// The text that Prometheus reads.
    pub fn text(&self, version: u64, busy: bool) -> String {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut out = String::new();
        let mut count = 0;
        let _ = writeln!(
            out,
            "# HELP revier_answers_total Answers by class of status.\n# TYPE revier_answers_total counter"
        );
        for (class, counter) in self.answers.iter().enumerate().skip(1) {
            count += get(counter);
            let _ = writeln!(
                out,
                "revier_answers_total{{status=\"{class}xx\"}} {}",
                get(counter)
            );
        }
        let _ = writeln!(
            out,
            "# HELP revier_answer_seconds How long answers take.\n# TYPE revier_answer_seconds histogram"
        );
        for (class, counter) in CLASSES.iter().zip(&self.classes) {
            let _ = writeln!(
                out,
                "revier_answer_seconds_bucket{{le=\"{class}\"}} {}",
                get(counter)
            );
        }
        let sum = get(&self.nanoseconds) as f64 / 1e9;
        let _ = writeln!(
            out,
            "revier_answer_seconds_bucket{{le=\"+Inf\"}} {count}\nrevier_answer_seconds_sum {sum}\nrevier_answer_seconds_count {count}"
        );
        let counters = [
            ("steps", "Steps that were written down.", &self.steps),
            ("solves", "Plans that were made.", &self.solves),
            ("failures", "Plans that could not be made.", &self.failures),
            ("leads", "Leads that were routed.", &self.leads),
        ];
        for (name, help, counter) in counters {
            let _ = writeln!(
                out,
                "# HELP revier_{name}_total {help}\n# TYPE revier_{name}_total counter\nrevier_{name}_total {}",
                get(counter)
            );
        }
        let _ = writeln!(
            out,
            "# HELP revier_version Version of the project.\n# TYPE revier_version gauge\nrevier_version {version}"
        );
        let _ = writeln!(
            out,
            "# HELP revier_busy Whether a plan is being made.\n# TYPE revier_busy gauge\nrevier_busy {}",
            u8::from(busy)
        );
        out
    }
}
