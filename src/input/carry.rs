//! Columns of the input that are carried along into the plan: nothing looks at them, and they come back as they stand.

use super::figures;
use super::scalar::{LIST_SEPARATOR, Scalar};
use crate::base::cells::{Cell, Cells};
use crate::error::{Collector, Problem, codes};
use crate::scenario::Carry;
use std::fmt::Write;

/// A column that is carried along.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// What the file calls it.
    pub name: String,
    /// One value per feature.
    pub cells: Cells,
}

/// The most columns that are carried; a file with more is none that people read.
const MOST: usize = 1024;

/// Gathers them, feature by feature.
#[derive(Debug, Default)]
pub(crate) struct Carries {
    all: bool,
    /// Whether it is what nothing else takes that is carried.
    rest: bool,
    /// Whether really all are carried: ids, places and names, too.
    whole: bool,
    listed: Vec<String>,
    /// The names of all columns of the file, for hints.
    pub names: Vec<String>,
    columns: Vec<Carried>,
    /// For each column, the slot of its property.
    slots: Vec<Option<u16>>,
    /// For each column, the first feature with something that cannot be carried, and what that is.
    lost: Vec<Option<(usize, String)>>,
    text: String,
}

impl Carries {
    pub fn new(carry: &Carry) -> Carries {
        Carries {
            all: *carry == Carry::all(),
            listed: match carry {
                Carry::Columns(names) => names.clone(),
                Carry::Word(_) => Vec::new(),
            },
            ..Carries::default()
        }
    }

    /// These columns, whatever else takes them.
    pub fn named(names: impl IntoIterator<Item = String>) -> Carries {
        Carries {
            listed: names.into_iter().collect(),
            ..Carries::default()
        }
    }

    /// All that nothing else takes.
    pub fn rest() -> Carries {
        Carries {
            all: true,
            rest: true,
            ..Carries::default()
        }
    }

    /// All columns there are, in their order.
    pub fn whole() -> Carries {
        Carries {
            all: true,
            whole: true,
            ..Carries::default()
        }
    }

    /// Whether really all columns are carried.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The column that is carried and stands for the property of a slot.
    pub fn of_slot(&self, slot: u16) -> Option<&str> {
        let at = self.slots.iter().position(|s| *s == Some(slot))?;
        self.columns.get(at).map(|c| c.name.as_str())
    }

    /// The values of the feature at `position`, as texts.
    pub fn row(&self, position: usize) -> Vec<(String, String)> {
        let of = |c: &Carried| (c.name.clone(), c.cells.get(position).to_text());
        self.columns.iter().map(of).collect()
    }

    /// Whether the file has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|c| c.name == name)
    }

    /// Whether any column may be wanted.
    pub fn any(&self) -> bool {
        self.all || !self.listed.is_empty()
    }

    /// The number under which a column is carried. Ids, places and names are in the files of a plan already (`there`); whether something
    /// else takes it (it has a slot) counts where only the rest is carried.
    pub fn number(&mut self, name: &str, there: bool, slot: Option<u16>) -> Option<u16> {
        if !self.any() || name.is_empty() {
            return None;
        }
        if !self.names.iter().any(|n| n == name) && self.names.len() < MOST {
            self.names.push(name.to_owned());
        }
        let wanted = self.all || self.listed.iter().any(|l| l == name);
        let taken = match (self.whole, self.rest) {
            (true, _) => false,
            (_, true) => slot.is_some(),
            _ => there,
        };
        if !wanted || taken {
            return None;
        }
        let known = self.columns.iter().position(|c| c.name == name);
        let at = known.unwrap_or(self.columns.len());
        if at >= MOST {
            return None;
        }
        if known.is_none() {
            self.columns.push(Carried {
                name: name.to_owned(),
                cells: Cells::default(),
            });
            self.lost.push(None);
            self.slots.push(slot);
        }
        Some(at as u16)
    }

    /// A value of the feature at `position`; the first one counts.
    pub fn set(&mut self, number: u16, position: usize, value: Scalar<'_>) {
        let at = usize::from(number);
        let Some(column) = self.columns.get_mut(at) else {
            return;
        };
        if column.cells.len() > position {
            return;
        }
        column.cells.resize(position);
        let cells = &mut column.cells;
        self.text.clear();
        let number = match value {
            Scalar::Null | Scalar::Cell("") => return,
            Scalar::Bool(truth) => return cells.push(Cell::Bool(truth)),
            Scalar::Text(said) => return cells.push(Cell::Text(said)),
            Scalar::Cell(said) => return cells.push_word(said),
            // What comes back as a whole comes back as it stands.
            Scalar::Written(said, _) if self.whole => return cells.push_word(said),
            Scalar::Written(said, decimal) => {
                let plain = figures::number(said, decimal);
                return cells.push_word(plain.as_deref().unwrap_or(said));
            }
            Scalar::List(items) => {
                return cells.push(Cell::Text(&items.replace(LIST_SEPARATOR, ";")));
            }
            Scalar::Int(i) => write!(self.text, "{i}").ok(),
            Scalar::UInt(u) => write!(self.text, "{u}").ok(),
            Scalar::Float(f) => (f.is_finite())
                .then(|| write!(self.text, "{f}").ok())
                .flatten(),
            Scalar::Day(day, [0, 0, 0]) => return cells.push(Cell::Text(&day.to_string())),
            Scalar::Day(day, [h, m, s]) => {
                return cells.push(Cell::Text(&format!("{day}T{h:02}:{m:02}:{s:02}")));
            }
            Scalar::Formula(_) | Scalar::Failed(_) | Scalar::Other(_) => None,
        };
        match number {
            Some(()) => cells.push(Cell::Number(&self.text)),
            None => {
                self.lost[at].get_or_insert_with(|| (position, value.describe()));
            }
        }
    }

    /// There are `len` features, and no more than that.
    pub fn resize(&mut self, len: usize) {
        self.columns.iter_mut().for_each(|c| c.cells.resize(len));
    }

    /// The columns for conditions; tells of values that are not compared.
    pub fn take_compared(
        &mut self,
        number: impl Fn(usize) -> usize,
        problems: &mut Collector,
    ) -> Vec<Carried> {
        let told = (
            "is not compared: it counts as none",
            "make it a text, a number, or true or false",
        );
        self.taken(codes::NOT_COMPARED, told, number, problems)
    }

    /// The columns; tells of values that none can carry. `number` makes the number of a feature of its position.
    pub fn take(
        &mut self,
        number: impl Fn(usize) -> usize,
        problems: &mut Collector,
    ) -> Vec<Carried> {
        let told = match self.whole {
            true => (
                "does not come back in a table",
                "make it a text or a number, or write GeoJSON",
            ),
            false => (
                "is not carried into the plan",
                "make it a text or a number, or leave the column out of [output] carry",
            ),
        };
        self.taken(codes::NOT_CARRIED, told, number, problems)
    }

    /// The columns; `(what, help)` is told of the first value of each that was lost.
    fn taken(
        &mut self,
        code: &'static str,
        (what, help): (&str, &str),
        number: impl Fn(usize) -> usize,
        problems: &mut Collector,
    ) -> Vec<Carried> {
        for (column, lost) in self.columns.iter().zip(&self.lost) {
            if let Some((position, value)) = lost {
                let problem = Problem::warning(code, format!("{value} {what}"));
                problems.add(problem.field(&column.name).at(number(*position)).help(help));
            }
        }
        std::mem::take(&mut self.columns)
    }
}
