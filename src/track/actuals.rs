//! Actual results, row by row, joined to the plan.
//!
//! A row belongs to a customer (`customer_id`) or to a rep (`rep`), and to a `period`. Its figures stand in one
//! column per measure, or in the pair `measure`, `value`. The results of a customer count for the rep who looks
//! after it *in the plan*, whoever sold there; a rep's column is looked at where there is no customer.

use super::columns::{self, Columns, Figures};
use super::months::Months;
use super::period::Period;
use super::plan::TrackedPlan;
use crate::base::words::thousands;
use crate::error::{Collector, Problem, codes};
use crate::input::index::Names;
use crate::input::lines::{Kind, Lines};
use crate::input::loose::Alike;
use crate::input::scalar::Scalar;
use crate::input::thousands::Thousands;
use crate::scenario::Total;
use std::collections::{BTreeMap, HashMap};

/// Owner of results of customers that the plan does not have.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// The columns with ids, and whose they are.
const SUBJECTS: [(&str, &str); 2] = [("customer_id", "customers"), ("rep", "reps")];

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    /// Index into [`Results::measures`].
    pub measure: u32,
    /// Rep, or [`OUTSIDE`].
    pub owner: u32,
    pub period: Period,
    pub amount: f64,
    /// The customer or rep it was told of.
    pub subject: u32,
    /// Data row, counted from 1.
    pub row: u32,
}

/// All figures of the measures that targets are about, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub measures: Vec<String>,
    pub entries: Vec<Entry>,
    /// Customers that the plan does not have.
    pub unknown_customers: usize,
}

/// Gathers the rows of a file.
pub(super) struct Gather<'a> {
    plan: &'a TrackedPlan,
    results: Results,
    columns: Columns,
    problems: Collector,
    rows: usize,
    of_known_customers: usize,
    text: String,
    unknown_customers: Names,
    unknown_reps: Names,
    other_measures: BTreeMap<String, usize>,
    periods: HashMap<String, Option<Period>>,
    /// Ids that spreadsheets have changed, of customers and of reps.
    alike: [Alike; 2],
    /// What of the periods are months.
    months: Months,
    /// Whether the numbers of each measure are thousands; none where the table leaves no doubt.
    grouped: Vec<Thousands>,
}

impl<'a> Gather<'a> {
    pub fn new(plan: &'a TrackedPlan, file: &str) -> Gather<'a> {
        let mut measures = Names::default();
        for goal in &plan.goals {
            measures.number(&goal.measure);
        }
        Gather {
            plan,
            results: Results {
                measures: measures.list,
                ..Results::default()
            },
            columns: Columns::default(),
            problems: Collector::new(file),
            rows: 0,
            of_known_customers: 0,
            text: String::new(),
            unknown_customers: Names::default(),
            unknown_reps: Names::default(),
            other_measures: BTreeMap::new(),
            periods: HashMap::new(),
            alike: [(); 2].map(|()| Alike::new(plan.tables.ids)),
            months: Months::default(),
            grouped: Vec::new(),
        }
    }

    fn measure(&self, name: &str) -> Option<u32> {
        let at = self.results.measures.iter().position(|m| m == name);
        at.map(|at| at as u32)
    }
}

impl Lines for Gather<'_> {
    fn fits(&self, names: &[&str]) -> bool {
        columns::fits(names, &self.plan.columns)
    }

    fn lacks(&self) -> &'static str {
        "has no columns for the period and for customers or reps"
    }

    fn header(&mut self, names: &[&str], like: &[String]) -> Option<Vec<Kind>> {
        let of = (&self.results.measures[..], &self.plan.columns);
        self.columns = columns::find((names, like), of, &mut self.problems)?;
        let number = |at: usize| match &self.columns.figures {
            Figures::Wide(columns) => columns.iter().any(|(column, _)| *column == at),
            Figures::Long(_, value) => *value == at,
        };
        let kind = |at: usize| if number(at) { Kind::Number } else { Kind::Text };
        Some((0..names.len()).map(kind).collect())
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    fn broken(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    fn grouped(&mut self) {
        let measures = self.results.measures.len();
        self.grouped.resize_with(measures, Thousands::default);
    }

    fn row<'c>(
        &mut self,
        number: usize,
        cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    ) {
        if let Some(problem) = odd {
            self.problems.add(problem.at(number));
            return;
        }
        let cells: Vec<Scalar<'_>> = cells.collect();
        self.take(number, &cells);
    }
}

impl Gather<'_> {
    /// What is wrong with a row.
    fn tell(&mut self, pending: Vec<Problem>, number: usize, id: &str) {
        for problem in pending {
            let problem = if problem.id.is_none() {
                problem.id(id)
            } else {
                problem
            };
            self.problems.add(problem.at(number));
        }
    }

    fn take(&mut self, number: usize, cells: &[Scalar<'_>]) {
        self.rows += 1;
        let mut pending = Vec::new();
        let (subject, owner) = self.subject(cells, &mut pending);
        // `subject` has left the id in `text`.
        let id = self.text.clone();
        let period = self.period(cells, &mut pending);
        let figures = self.figures(cells, &mut pending);
        self.grouped.iter_mut().for_each(|c| c.finish(number, &id));
        self.tell(pending, number, &id);
        let (Some((subject, owner)), Some(period)) = (subject.zip(owner), period) else {
            return;
        };
        let from = self.results.entries.len();
        match cells.get(self.columns.period) {
            Some(Scalar::Day(..)) => self.months.see_date(period, from..from + figures.len()),
            _ => self.months.see_text(period),
        }
        self.results
            .entries
            .extend(figures.iter().map(|(measure, amount)| Entry {
                measure: *measure,
                owner,
                period,
                amount: *amount,
                subject,
                row: number as u32,
            }));
    }
}

impl Gather<'_> {
    /// Whom the row is about, and whose it is; the id as written is left in `text`.
    fn subject(
        &mut self,
        cells: &[Scalar<'_>],
        pending: &mut Vec<Problem>,
    ) -> (Option<u32>, Option<u32>) {
        let customers = self.plan.customers() as u32;
        let reps = self.plan.reps.len() as u32;
        let nobody = (None, None);
        let columns = [self.columns.customer, self.columns.rep];
        for (column, field) in columns.into_iter().zip(["customer_id", "rep"]) {
            let Some(cell) = column.and_then(|at| cells.get(at)) else {
                continue;
            };
            match text(cell, &mut self.text) {
                Ok(false) => continue,
                Ok(true) => {}
                Err(problem) => {
                    pending.push(problem.field(field));
                    return nobody;
                }
            }
            if field == "customer_id" {
                let exact = self.plan.customer(&self.text);
                let alike = || self.plan.customer_alike(&self.text, &mut self.alike[0]);
                if let Some((at, rep)) = exact.or_else(alike) {
                    self.of_known_customers += 1;
                    return (Some(at as u32), Some(rep as u32));
                }
                let known = self.unknown_customers.list.len();
                let number = self.unknown_customers.number(&self.text);
                if number as usize == known {
                    let what = format!("there is no customer {:?} in the plan", self.text);
                    let problem = Problem::warning(codes::UNKNOWN_CUSTOMER, what)
                        .field(field)
                        .with("id", self.text.as_str());
                    let help = "correct the id; its results are shown beside those of the plan";
                    pending.push(problem.help(help));
                }
                return (Some(customers + reps + number), Some(OUTSIDE));
            }
            let exact = self.plan.rep(&self.text);
            let alike = || self.plan.rep_alike(&self.text, &mut self.alike[1]);
            if let Some(rep) = exact.or_else(alike) {
                return (Some(customers + rep as u32), Some(rep as u32));
            }
            let known = self.unknown_reps.list.len();
            if self.unknown_reps.number(&self.text) as usize == known {
                let what = format!("there is no rep {:?} in the plan", self.text);
                let ids = self.plan.reps.iter().take(5).map(|r| r.id.as_str());
                let ids: Vec<&str> = ids.collect();
                let help = format!("write the id of a rep of the plan: {} ...", ids.join(", "));
                pending.push(
                    Problem::error(codes::UNKNOWN_REP, what)
                        .field(field)
                        .help(help),
                );
            }
            return nobody;
        }
        self.text.clear();
        let what = "the row names neither a customer nor a rep";
        let problem = Problem::error(codes::MISSING_VALUE, what).field("customer_id");
        pending.push(problem.help("fill in `customer_id` or `rep`, or remove the row"));
        nobody
    }

    fn period(&mut self, cells: &[Scalar<'_>], pending: &mut Vec<Problem>) -> Option<Period> {
        let cell = cells.get(self.columns.period)?;
        if let Scalar::Day(day, _) = cell {
            return Some(Period::day(*day));
        }
        let mut written = String::new();
        let help = "write a year (2026), quarter (2026-Q1), month (2026-01) or day (2026-01-31)";
        let problem = match text(cell, &mut written) {
            Ok(true) => {
                // A file has few periods and many rows.
                let known = self.periods.get(written.as_str()).copied();
                let period = known.unwrap_or_else(|| {
                    let period = written.parse().ok();
                    self.periods.insert(written.clone(), period);
                    period
                });
                if period.is_some() {
                    return period;
                }
                let what = format!("{:?} is no period", crate::base::words::shorten(&written));
                Problem::error(codes::BAD_PERIOD, what)
            }
            Ok(false) => Problem::error(codes::MISSING_VALUE, "the row has no period"),
            Err(problem) => *problem,
        };
        pending.push(problem.field("period").help(help));
        None
    }

    fn figures(&mut self, cells: &[Scalar<'_>], pending: &mut Vec<Problem>) -> Vec<(u32, f64)> {
        let mut found = Vec::new();
        let mut grouped = std::mem::take(&mut self.grouped);
        let mut number = |at: usize, measure: u32, name: &str, pending: &mut Vec<Problem>| {
            if let (Some(value), Some(column)) = (cells.get(at), grouped.get_mut(measure as usize))
            {
                column.see(*value);
            }
            let value = match cells.get(at) {
                Some(value) => value.number().map_err(|wrong| wrong.problem(name)),
                None => Ok(None),
            };
            match value {
                Ok(Some(value)) => found.push((measure, value)),
                Ok(None) => {}
                Err(problem) => pending.push(problem),
            }
        };
        match &self.columns.figures {
            Figures::Wide(columns) => {
                for (at, measure) in columns {
                    number(
                        *at,
                        *measure,
                        &self.results.measures[*measure as usize],
                        pending,
                    );
                }
            }
            Figures::Long(measure, value) => {
                let mut name = String::new();
                match text(&cells[*measure], &mut name) {
                    Ok(true) => match self.measure(&name) {
                        Some(measure) => number(*value, measure, "value", pending),
                        None => *self.other_measures.entry(name).or_default() += 1,
                    },
                    Ok(false) => {
                        let what = "the row names no measure";
                        let problem = Problem::error(codes::MISSING_VALUE, what).field("measure");
                        pending.push(problem.help("fill it in, or remove the row"));
                    }
                    Err(problem) => pending.push(problem.field("measure")),
                }
            }
        }
        self.grouped = grouped;
        found
    }

    /// All rows are in: what is said once for the whole file, and the results.
    pub fn into_results(mut self) -> (Results, Collector) {
        let mut held = std::mem::take(&mut self.problems);
        let problems = &mut held;
        if self.rows == 0 && !problems.has_errors() {
            let problem = Problem::error(codes::EMPTY_COLLECTION, "there are no rows in it");
            problems.add(problem.help("write one row for each customer or rep and period"));
        }
        let unknown = self.unknown_customers.list.len();
        if unknown > 0 && self.of_known_customers == 0 && !problems.has_errors() {
            let what = format!(
                "none of the {} customers in it is in the plan",
                thousands(unknown)
            );
            let problem = Problem::error(codes::UNKNOWN_CUSTOMER, what).field("customer_id");
            problems.add(problem.help("name the plan and the results of the same customers"));
        }
        let other: Vec<&str> = self.other_measures.keys().map(String::as_str).collect();
        if !other.is_empty() {
            let rows: usize = self.other_measures.values().sum();
            let names = crate::base::words::shorten(&other.join(", "));
            let what = format!(
                "{} rows are of measures that no target has: {names}",
                thousands(rows)
            );
            let problem = Problem::warning(codes::UNKNOWN_MEASURE, what)
                .field("measure")
                .with("n", rows)
                .with("names", names);
            let help = format!("the targets are of: {}", self.results.measures.join(", "));
            problems.add(problem.help(help));
        }
        for (column, name) in self.grouped.iter().zip(&self.results.measures) {
            let doubt = column.problem(name);
            doubt.into_iter().for_each(|doubt| problems.add(doubt));
        }
        for (alike, (field, whom)) in self.alike.iter().zip(SUBJECTS) {
            let told = alike.problems(field, whom);
            told.into_iter().for_each(|problem| problems.add(problem));
        }
        let periods = self.results.entries.iter_mut().map(|e| &mut e.period);
        self.months.settle(periods, problems);
        self.twice(problems);
        self.results.unknown_customers = unknown;
        (self.results, held)
    }

    /// Results that would count twice: of overlapping periods where they add up, of one period where the
    /// latest counts.
    fn twice(&self, problems: &mut Collector) {
        let of = |measure: u32, total: Total| {
            let name = &self.results.measures[measure as usize];
            let mut goals = self.plan.goals.iter();
            goals.any(|g| g.measure == *name && g.total == total)
        };
        let measures = 0..self.results.measures.len() as u32;
        let kinds: Vec<(bool, bool)> = measures
            .map(|m| (of(m, Total::Sum), of(m, Total::Last)))
            .collect();
        let mut order: Vec<&Entry> = self.results.entries.iter().collect();
        order.sort_unstable_by_key(|e| (e.measure, e.subject, e.period.start(), e.period, e.row));
        // Of the entries of one subject: the one before, and the one that reaches farthest.
        let (mut previous, mut farthest): (Option<&Entry>, Option<&Entry>) = (None, None);
        for entry in order {
            let key = |e: &Entry| (e.measure, e.subject);
            let (adds, latest) = kinds[entry.measure as usize];
            let far = farthest.filter(|f| key(f) == key(entry));
            let again =
                previous.filter(|p| latest && key(p) == key(entry) && p.period == entry.period);
            let over =
                far.filter(|f| adds && f.period != entry.period && f.period.overlaps(entry.period));
            if let Some(before) = again.or(over) {
                let what = format!(
                    "the {} of {} counts twice: row {} has it for {}",
                    self.results.measures[entry.measure as usize],
                    entry.period,
                    before.row,
                    before.period
                );
                let problem = Problem::error(codes::OVERLAPPING_PERIODS, what)
                    .at(entry.row as usize)
                    .id(&self.name_of(entry.subject))
                    .field("period");
                problems.add(problem.help("keep one of the two"));
            }
            previous = Some(entry);
            if far.is_none_or(|f| entry.period.end() > f.period.end()) {
                farthest = Some(entry);
            }
        }
    }

    fn name_of(&self, subject: u32) -> String {
        let (n, k) = (self.plan.customers(), self.plan.reps.len());
        let at = subject as usize;
        if at < n {
            self.plan.customer_id(at).to_owned()
        } else if at < n + k {
            self.plan.reps[at - n].id.clone()
        } else {
            self.unknown_customers.list[at - n - k].clone()
        }
    }
}

/// The text of a cell; whether there is any.
fn text(cell: &Scalar<'_>, out: &mut String) -> Result<bool, Box<Problem>> {
    match cell.text(out) {
        Ok(some) => Ok(some.is_some()),
        Err(wrong) => Err(wrong.problem("").into()),
    }
}
