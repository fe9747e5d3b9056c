//! Totals that whole customers cannot reach, in words.

use super::{Teller, figure};
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::base::words::NAMED;
use crate::bound::reachable::{Unreachable, unreachable};

impl Teller<'_> {
    /// Why sums of whole customers miss the bounds, if arithmetic tells.
    pub(super) fn unreachable_sums(&self, until: &Deadline) -> Vec<String> {
        let found = unreachable(self.model, until);
        found.iter().map(|u| self.unreachable(u)).collect()
    }

    fn unreachable(&self, reason: &Unreachable) -> String {
        let multiples = |measure: usize, grain: f64| {
            format!(
                "every total of {} is a multiple of {}",
                self.measure(measure),
                figure(grain)
            )
        };
        let bounds = |measure: usize, j: RepIx| {
            let b = self.model.bounds[j.at() * self.model.m + measure];
            format!("{} to {}", exact(b.lower), exact(b.upper))
        };
        match reason {
            Unreachable::NoMultiple {
                measure,
                grain,
                reps,
            } => {
                let mut names: Vec<&str> = reps.iter().take(NAMED).map(|j| self.rep(*j)).collect();
                let more = format!("{} more", reps.len().saturating_sub(NAMED));
                if reps.len() > NAMED {
                    names.push(&more);
                }
                format!(
                    "{}, and none lies within the bounds of {} ({} for {}): no plan of whole customers keeps them",
                    multiples(*measure, *grain),
                    names.join(", "),
                    bounds(*measure, reps[0]),
                    self.rep(reps[0])
                )
            }
            Unreachable::Total {
                measure,
                grain,
                upper,
                sum,
                total,
            } => format!(
                "{}; those within the bounds add up to {} {}, there is {}: no plan of whole customers keeps the {} bounds",
                multiples(*measure, *grain),
                if *upper { "at most" } else { "at least" },
                exact(*sum),
                exact(*total),
                if *upper { "upper" } else { "lower" }
            ),
            Unreachable::NoSet {
                measure,
                rep,
                below,
                above,
            } => {
                let nearest: Vec<String> = [below, above]
                    .into_iter()
                    .flatten()
                    .map(|x| exact(*x))
                    .collect();
                format!(
                    "{}: no set of whole customers adds up to a {} of {}; the nearest sums are {}",
                    self.rep(*rep),
                    self.measure(*measure),
                    bounds(*measure, *rep),
                    nearest.join(" and ")
                )
            }
        }
    }
}

/// A figure with as many digits as tell it from its neighbours: six places at most.
fn exact(x: f64) -> String {
    format!("{}", (x * 1e6).round() / 1e6)
}
