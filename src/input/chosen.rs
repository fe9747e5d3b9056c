//! Which features of a file are read: those that `[select]`, or the team that is planned, has a condition for.
//!
//! A feature that is not chosen is passed over before anything is asked of it: what it lacks is nobody's matter. Its id is kept, so that other files may
//! name it.

use super::carry::Carries;
use super::loose::figure;
use super::scalar::Scalar;
use crate::base::condition::{Column, Condition, Side};
use crate::base::ids::Ids;
use crate::scenario::{IdMatch, Scenario};
use std::collections::HashSet;

/// The choice, and the values of the current feature that it looks at.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    condition: Option<(Side, Condition)>,
    /// As the scenario has it.
    pub text: String,
    values: Carries,
    /// Ids of those that are not chosen.
    pub left: Ids,
}

impl Chosen {
    /// What a scenario chooses of customers or of reps.
    pub fn of(side: Side, scenario: &Scenario) -> Chosen {
        let Some(condition) = scenario.selected(side) else {
            return Chosen::default();
        };
        let names = condition.columns(side).into_iter().map(str::to_owned);
        let select = scenario.select.clone().unwrap_or_default();
        let text = match side {
            Side::Customer => select.customers,
            Side::Rep => select.reps,
        };
        Chosen {
            values: Carries::named(names.collect::<Vec<_>>()),
            text: text.unwrap_or_default(),
            condition: Some((side, condition)),
            left: Ids::new(),
        }
    }

    /// Whether it may be that some are not.
    pub fn any(&self) -> bool {
        self.condition.is_some()
    }

    /// The number under which it looks at a column.
    pub fn number(&mut self, name: &str) -> Option<u16> {
        self.values.number(name, false, None)
    }

    /// A value of the current feature.
    pub fn set(&mut self, number: u16, value: Scalar<'_>) {
        self.values.set(number, 0, value);
    }

    /// Whether the current feature is chosen, whose id is this one.
    pub fn takes(&mut self, id: &str) -> bool {
        self.values.resize(1);
        let Some((side, condition)) = &self.condition else {
            return true;
        };
        let values = self.values.row(0);
        let value = |(_, name): &Column| -> &str {
            let found = values.iter().find(|(n, _)| n == name);
            let text = found.map_or("", |(_, value)| value.as_str());
            // As conditions of [[prefer]] see it.
            match (name.as_str(), side) {
                ("id", _) => id,
                ("name", Side::Rep) if text.trim().is_empty() => id,
                _ => text,
            }
        };
        condition.holds(&value)
    }

    /// The names of the columns of the file.
    pub fn names(&self) -> &[String] {
        &self.values.names
    }

    /// Forgets the values of the current feature.
    pub fn forget(&mut self) {
        self.values.resize(0);
    }

    /// A column that it looks at and the file has not; `id` is always there, and `name` of reps.
    pub fn absent(&self) -> Option<String> {
        let (side, condition) = self.condition.as_ref()?;
        let always = |name: &str| name == "id" || *side == Side::Rep && name == "name";
        let names = condition.columns(*side).into_iter();
        let mut absent = names.filter(|n| !always(n) && !self.values.has(n));
        absent.next().map(str::to_owned)
    }
}

/// Ids of features that are not chosen, which other files may name.
#[derive(Debug, Default)]
pub(crate) struct Left {
    ids: HashSet<String>,
    figures: HashSet<String>,
}

impl Left {
    pub fn new(ids: &Ids, rule: IdMatch) -> Left {
        let figures = ids
            .iter()
            .filter(|_| rule == IdMatch::Loose)
            .filter_map(figure);
        Left {
            figures: figures.map(str::to_owned).collect(),
            ids: ids.iter().map(str::to_owned).collect(),
        }
    }

    /// Whether an id is that of one of them.
    pub fn has(&self, id: &str) -> bool {
        if self.ids.is_empty() {
            return false;
        }
        let alike = || figure(id).is_some_and(|f| self.figures.contains(f));
        self.ids.contains(id) || alike()
    }
}
