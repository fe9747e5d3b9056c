//! Which customers stand on the sheet of a rep, and why they are there.

use super::words::{What, exception, number, word};
use crate::base::ids::RepIx;
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use crate::input::Reps;
use crate::report::Lang;
use crate::saved::SavedPlan;
use std::collections::HashMap;

/// What a sheet is made from.
pub(super) struct Source<'a> {
    pub plan: &'a SavedPlan,
    pub reps: Option<&'a Reps>,
    pub lang: Lang,
    /// What the report says of single customers, by id.
    told: HashMap<&'a str, &'a str>,
}

/// The customers of one rep, by position.
#[derive(Default)]
pub(super) struct Rows {
    pub kept: Vec<usize>,
    pub gained: Vec<usize>,
    pub lost: Vec<usize>,
}

impl Rows {
    pub fn of(&self, what: What) -> &[usize] {
        match what {
            What::Kept => &self.kept,
            What::Gained => &self.gained,
            What::Lost => &self.lost,
        }
    }
}

impl<'a> Source<'a> {
    pub fn new(plan: &'a SavedPlan, reps: Option<&'a Reps>, lang: Lang) -> Source<'a> {
        let violations = plan.report.violations.iter();
        Source {
            plan,
            reps,
            lang,
            told: violations
                .filter_map(|v| Some((v.site.as_deref()?, v.text.as_str())))
                .collect(),
        }
    }

    /// The customers of all reps, in input order.
    pub fn rows(&self) -> Vec<Rows> {
        let a = &self.plan.assignments;
        let k = self.plan.territories.len();
        let mut rows: Vec<Rows> = (0..k).map(|_| Rows::default()).collect();
        for i in 0..a.len() {
            let changed = a.changed[i];
            if let Some(now) = a.owner[i].some() {
                let mine = &mut rows[now.at()];
                if changed {
                    &mut mine.gained
                } else {
                    &mut mine.kept
                }
                .push(i);
            }
            if let Some(before) = a.previous[i].some().filter(|_| changed) {
                rows[before.at()].lost.push(i);
            }
        }
        rows
    }

    /// The name of a customer; the id where there is none.
    pub fn name(&self, i: usize) -> String {
        let a = &self.plan.assignments;
        let names = a.carried.iter().find(|c| c.name == "name");
        let name = names.map(|c| c.cells.get(i).to_text()).unwrap_or_default();
        match name.trim().is_empty() {
            true => a.ids.get(i).to_owned(),
            false => name,
        }
    }

    pub fn rep(&self, j: RepIx) -> &str {
        j.some()
            .map_or("", |j| self.plan.territories.name[j.at()].as_str())
    }

    /// Kilometres on the ground from the home base of a rep, as the plan measures them; `None` where a matrix does.
    fn km(&self, i: usize, j: RepIx) -> Option<f64> {
        let (travel, reps) = (&self.plan.report.scenario.travel, self.reps?);
        let (a, j) = (&self.plan.assignments, j.some()?.at());
        let chord = chord2(
            unit_vector(a.lon[i], a.lat[i]),
            unit_vector(reps.lon[j], reps.lat[j]),
        );
        (!travel.by_pair()).then(|| travel.detour * chord_to_km(chord))
    }

    /// Why a customer is where it is, as far as the plan tells: an exception, a lock, or the way before and after.
    pub fn reason(&self, i: usize) -> String {
        let (a, lang) = (&self.plan.assignments, self.lang);
        let id = a.ids.get(i);
        if let Some(text) = self.told.get(id) {
            return exception(lang, text, id);
        }
        if a.locked[i] {
            return word(lang, "locked to its owner", "fest beim bisherigen").to_owned();
        }
        if !a.changed[i] {
            let new = a.previous[i].some().is_none();
            let new = new && a.previous.iter().any(|j| j.some().is_some());
            return match new {
                true => word(lang, "had nobody", "hatte niemanden").to_owned(),
                false => String::new(),
            };
        }
        let (now, before) = (a.km[i], self.km(i, a.previous[i]));
        let Some(before) = before.filter(|_| now.is_finite()) else {
            let what = word(
                lang,
                "least travel of all within the rules",
                "kleinster Reiseaufwand aller nach den Regeln",
            );
            return what.to_owned();
        };
        let ways = match lang {
            Lang::En => format!(
                "{} km instead of {} km",
                number(lang, now, 1),
                number(lang, before, 1)
            ),
            Lang::De => format!(
                "{} km statt {} km",
                number(lang, now, 1),
                number(lang, before, 1)
            ),
        };
        match now <= before {
            true => format!("{}: {ways}", word(lang, "nearer", "näher")),
            false => {
                let fit = !self.plan.report.scenario.prefer.is_empty();
                let (en, de) = match fit {
                    true => (
                        "for what fits, or so that all keep their bounds and rules",
                        "weil es besser passt, oder damit alle ihre Grenzen und Regeln halten",
                    ),
                    false => (
                        "so that all keep their bounds and rules",
                        "damit alle ihre Grenzen und Regeln halten",
                    ),
                };
                let why = word(lang, en, de);
                format!("{}: {ways}, {why}", word(lang, "farther", "weiter"))
            }
        }
    }
}
