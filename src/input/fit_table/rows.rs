//! The rows of a table of `[[prefer]]`.

use super::About;
use super::layout::{self, Layout, REP_ID};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::input::hints::most_like;
use crate::input::lines::{Kind, Lines, Reading};
use crate::input::loose::Alike;
use crate::input::read_lines::read_lines;
use crate::input::scalar::Scalar;
use crate::input::spelling::fold;
use crate::input::thousands::Thousands;
use crate::scenario::Scenario;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Reads a table: per rep, what values cost, and whether it has a row; a list of pairs has none.
pub(super) fn table(
    bytes: &[u8],
    path: &Path,
    scenario: &Scenario,
    about: &About<'_>,
    problems: &mut Collector,
) -> (Vec<BTreeMap<String, f64>>, Vec<bool>) {
    let mut rows = FitRows {
        about,
        problems,
        layout: Layout::Unusable,
        names: Vec::new(),
        alike: Alike::new(scenario.tables.ids),
        figures: vec![BTreeMap::new(); about.ids().len()],
        named: vec![None; about.ids().len()],
        pairs: HashMap::new(),
        unknown: BTreeMap::new(),
        bad: Vec::new(),
        numbers: 0,
        grouped: None,
        begun: false,
        broken: false,
    };
    let reading = Reading {
        sheet: about.prefer.sheet.as_deref(),
        decimal: scenario.tables.decimal,
    };
    let parsed = file::content(path, bytes)
        .and_then(|(format, content)| read_lines(format, &content, reading, &mut rows));
    match parsed {
        Ok(()) if !rows.begun && !rows.broken => {
            rows.header(&[], &[]);
        }
        Ok(()) => {}
        Err(problem) => rows.broken(*problem),
    }
    rows.end();
    let named = match rows.layout {
        Layout::Cross(..) => rows.named.iter().map(Option::is_some).collect(),
        _ => Vec::new(),
    };
    (rows.figures, named)
}

/// Takes the rows of the table.
struct FitRows<'a> {
    about: &'a About<'a>,
    problems: &'a mut Collector,
    layout: Layout,
    names: Vec<String>,
    /// Ids that spreadsheets have changed.
    alike: Alike,
    figures: Vec<BTreeMap<String, f64>>,
    /// The first row that names each rep.
    named: Vec<Option<usize>>,
    /// The row of each rep and value, of a list of pairs.
    pairs: HashMap<(usize, String), usize>,
    /// Values that no customer has, folded: as they stand, and the row where it is one.
    unknown: BTreeMap<String, (String, Option<usize>)>,
    /// What is wrong with cells, and the value of the column.
    bad: Vec<(String, Problem)>,
    /// Cells with a number.
    numbers: usize,
    /// Whether the numbers of each column are thousands, where the table leaves it open.
    grouped: Option<Vec<Thousands>>,
    begun: bool,
    broken: bool,
}

impl Lines for FitRows<'_> {
    fn fits(&self, names: &[&str]) -> bool {
        // A title stands alone in its row.
        names.len() > 1 && names[1..].iter().any(|name| !name.is_empty())
    }

    fn lacks(&self) -> &'static str {
        "has no columns for reps and for what they fit"
    }

    fn sheets(&self) -> &'static str {
        "prefer.sheet"
    }

    fn header(&mut self, names: &[&str], _like: &[String]) -> Option<Vec<Kind>> {
        self.begun = true;
        self.names = names.iter().map(|&name| name.to_owned()).collect();
        self.layout = layout::of(names, self.about, self.problems);
        if let Layout::Cross(_, values) = &self.layout {
            for (value, name) in values.clone().iter().zip(names) {
                if let Some(value) = value {
                    self.look_up(value, name, None);
                }
            }
        }
        if let Some(grouped) = &mut self.grouped {
            grouped.resize(names.len(), Thousands::default());
        }
        let kind = |at: usize| match &self.layout {
            Layout::Cross(rep, _) if *rep != at => Kind::Number,
            Layout::Pairs([.., cost]) if *cost == at => Kind::Number,
            _ => Kind::Text,
        };
        let kinds = (0..names.len()).map(kind).collect();
        (!matches!(self.layout, Layout::Unusable)).then_some(kinds)
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    fn grouped(&mut self) {
        self.grouped = Some(Vec::new());
    }

    fn row<'c>(
        &mut self,
        number: usize,
        cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    ) {
        if let Some(problem) = odd {
            // The cells may stand in the wrong columns: nothing else is said about them.
            self.problems.add(problem.at(number));
            return;
        }
        let cells: Vec<Scalar<'c>> = cells.collect();
        match std::mem::replace(&mut self.layout, Layout::Unusable) {
            Layout::Cross(rep, values) => {
                self.cross(number, &cells, rep, &values);
                self.layout = Layout::Cross(rep, values);
            }
            Layout::Pairs(columns) => {
                self.pair(number, &cells, columns);
                self.layout = Layout::Pairs(columns);
            }
            Layout::Unusable => {}
        }
    }

    fn broken(&mut self, problem: Problem) {
        self.broken = true;
        self.problems.add(problem);
    }
}

impl FitRows<'_> {
    /// Keeps a value that no customer has; the names of the reps are none.
    fn look_up(&mut self, value: &str, name: &str, row: Option<usize>) {
        let known = self.about.known.as_ref();
        let of_reps = row.is_none() && fold(name) == "name";
        if !of_reps && known.is_some_and(|known| !known.contains_key(value)) {
            let told = self.unknown.entry(value.to_owned());
            told.or_insert_with(|| (name.to_owned(), row));
        }
    }

    /// The rep that a row names; `None` where it is none, or not chosen.
    fn rep(&mut self, row: usize, cell: Option<&Scalar<'_>>, field: &str) -> Option<usize> {
        let mut id = String::new();
        let read = cell.map(|cell| cell.text(&mut id));
        if let Some(Err(wrong)) = read {
            self.problems.add(wrong.problem(field).at(row));
            return None;
        }
        let ids = self.about.ids();
        let exact = self.about.reps.index.get(ids, &id);
        let found = exact.or_else(|| self.alike.find(ids, &id));
        if found.is_none() && !self.about.left.has(&id) {
            let (what, help) = match id.trim().is_empty() {
                true => (
                    "the row names no rep".to_owned(),
                    "write the id of the rep, or remove the row".to_owned(),
                ),
                false => {
                    let all: Vec<String> = ids.iter().map(str::to_owned).collect();
                    let near = most_like(&id, &all).map(|near| format!("; did you mean {near:?}?"));
                    let what = format!("there is no {id:?} in the file of the reps");
                    let help = "correct the id, or remove the row";
                    (what, help.to_owned() + &near.unwrap_or_default())
                }
            };
            let problem = Problem::error(codes::UNKNOWN_REP, what)
                .at(row)
                .field(field);
            self.problems.add(problem.help(help));
        }
        found
    }

    /// The figure of a cell; 0 where it is empty.
    fn figure(&mut self, cell: Scalar<'_>, field: &str) -> Result<f64, Box<Problem>> {
        let figure = cell.number().map_err(|wrong| {
            let percent = wrong.what.contains('%');
            let problem = wrong.problem(field);
            Box::new(match percent {
                true => problem.help("write a fraction: 10 % is 0.1"),
                false => problem,
            })
        })?;
        let Some(figure) = figure else {
            return Ok(0.0);
        };
        self.numbers += 1;
        self.about.unit.permits(figure).map_err(|(says, help)| {
            let what = format!("{figure} is not {says}");
            let problem = Problem::error(codes::OUT_OF_RANGE, what).field(field);
            Box::new(problem.help(help))
        })?;
        Ok(figure)
    }

    /// Looks whether a figure may be thousands.
    fn doubt(&mut self, at: usize, cell: Scalar<'_>, row: usize, id: Option<&str>) {
        let column = self.grouped.as_mut().and_then(|all| all.get_mut(at));
        if let Some(column) = column {
            column.see(cell);
            column.finish(row, id.unwrap_or_default());
        }
    }

    /// Figures that may be thousands, of columns that are of a value that customers have.
    fn tell_thousands(&mut self) {
        let known = self.about.known.as_ref();
        let is_figures = |at: usize| match &self.layout {
            Layout::Cross(_, values) => {
                let value = values.get(at).and_then(Option::as_ref);
                value.is_some_and(|value| known.is_some_and(|known| known.contains_key(value)))
            }
            Layout::Pairs([.., cost]) => *cost == at,
            Layout::Unusable => false,
        };
        let columns = self.grouped.iter().flatten().zip(&self.names).enumerate();
        for (_, (column, name)) in columns.filter(|(at, _)| is_figures(*at)) {
            let doubt = column.problem(name);
            doubt.into_iter().for_each(|d| self.problems.add(d));
        }
    }

    /// A row with a cell for each value.
    fn cross(&mut self, row: usize, cells: &[Scalar<'_>], rep: usize, values: &[Option<String>]) {
        let field = match self.names[rep].is_empty() {
            true => REP_ID.to_owned(),
            false => self.names[rep].clone(),
        };
        let found = self.rep(row, cells.get(rep), &field);
        let id = found.map(|j| self.about.ids().get(j).to_owned());
        if let Some(j) = found {
            if let Some(first) = self.named[j] {
                let what = format!("the rep has a row already: row {first}");
                let problem = Problem::error(codes::DUPLICATE_PAIR, what).at(row);
                let problem = problem.id(id.as_deref().unwrap_or_default()).field(field);
                self.problems.add(problem.help("remove one of the rows"));
                return;
            }
            self.named[j] = Some(row);
        }
        for (at, cell) in cells.iter().enumerate().filter(|(at, _)| *at != rep) {
            let name = self.names.get(at).cloned().unwrap_or_default();
            let Some(value) = values.get(at).and_then(Option::as_ref) else {
                if !matches!(cell, Scalar::Null | Scalar::Cell("")) {
                    let what = format!("{} stands in a column without a name", cell.describe());
                    let problem = Problem::error(codes::MISSING_COLUMN, what).at(row);
                    let help = "name the column, or clear the cell";
                    self.problems
                        .add(problem.field(format!("column {}", at + 1)).help(help));
                }
                continue;
            };
            self.doubt(at, *cell, row, id.as_deref());
            match (self.figure(*cell, &name), found) {
                (Ok(figure), Some(j)) if figure != 0.0 => {
                    self.figures[j].insert(value.clone(), figure);
                }
                (Ok(_), _) => {}
                (Err(problem), _) => {
                    let problem = problem.at(row).id(id.as_deref().unwrap_or_default());
                    self.bad.push((value.clone(), problem));
                }
            }
        }
    }

    /// A row of a list of pairs.
    fn pair(&mut self, row: usize, cells: &[Scalar<'_>], [rep, value, cost]: [usize; 3]) {
        let [rep_name, value_name, cost_name] = [rep, value, cost].map(|at| self.names[at].clone());
        let found = self.rep(row, cells.get(rep), &rep_name);
        let mut text = String::new();
        if let Some(Err(wrong)) = cells.get(value).map(|cell| cell.text(&mut text)) {
            self.problems.add(wrong.problem(&value_name).at(row));
            return;
        }
        let cell = cells.get(cost).copied().unwrap_or(Scalar::Null);
        self.doubt(cost, cell, row, found.map(|j| self.about.ids().get(j)));
        let figure = match self.figure(cell, &cost_name) {
            Ok(figure) => figure,
            Err(problem) => return self.problems.add(problem.at(row)),
        };
        let Some(folded) = self.about.key(&text) else {
            let what = format!("the row has no {value_name}");
            let problem = Problem::error(codes::MISSING_VALUE, what).at(row);
            let problem = problem.field(value_name);
            return (self.problems).add(problem.help("fill it in, or remove the row"));
        };
        self.look_up(&folded, &text, Some(row));
        let Some(j) = found else {
            return;
        };
        self.named[j].get_or_insert(row);
        if let Some(first) = self.pairs.insert((j, folded.clone()), row) {
            let what = format!("the pair stands twice, first in row {first}");
            let problem = Problem::error(codes::DUPLICATE_PAIR, what).at(row);
            let pair = format!("{}, {text}", self.about.ids().get(j));
            let problem = problem.id(&pair).field(value_name);
            return self.problems.add(problem.help("remove one of the rows"));
        }
        if figure != 0.0 {
            self.figures[j].insert(folded, figure);
        }
    }

    /// All rows are in: what is said once for the whole table.
    fn end(&mut self) {
        for problem in self.alike.problems(REP_ID, "reps") {
            self.problems.add(problem);
        }
        // A column that is no segment may hold anything: names, say.
        let known = self.about.known.as_ref();
        for (value, problem) in std::mem::take(&mut self.bad) {
            if known.is_some_and(|known| known.contains_key(&value)) {
                self.problems.add(problem);
            }
        }
        if self.broken || matches!(self.layout, Layout::Unusable) {
            return;
        }
        if self.numbers == 0 {
            let problem = Problem::error(codes::EMPTY_COLLECTION, "there are no figures in it");
            let help = "write what a rep and a segment cost together into the cells";
            self.problems.add(problem.help(help));
            return;
        }
        self.tell_thousands();
        self.tell_unknown();
    }

    /// Values that no customer has.
    fn tell_unknown(&mut self) {
        let by = self.about.by;
        let Some(known) = self.about.known.as_ref().filter(|_| self.about.all) else {
            return;
        };
        let all: Vec<String> = known.values().cloned().collect();
        for (name, row) in self.unknown.values() {
            let what =
                format!("no customer has the {by} {name:?}: what stands there has no effect");
            let mut problem = Problem::warning(codes::NO_EFFECT, what).field(match row {
                Some(_) => by,
                None => name,
            });
            problem.feature = *row;
            let help = match most_like(name, &all) {
                Some(near) => format!("write it as the customers have it; did you mean {near:?}?"),
                None => "nothing, if that is so; else write it as the customers have it".to_owned(),
            };
            self.problems.add(problem.help(help));
        }
    }
}
