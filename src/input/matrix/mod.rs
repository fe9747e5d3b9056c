//! The travel matrix: `customer_id,rep_id,km,minutes`, read row by row.

mod doubts;
mod source;

use crate::base::ids::RepIx;
use crate::base::words::thousands;
use crate::error::{Collector, Problem, codes};
use crate::input::chosen::Left;
use crate::input::index::IdIndex;
use crate::input::lines::{Kind, Lines};
use crate::input::loose::Alike;
use crate::input::scalar::Scalar;
use crate::input::spelling::Named;
use crate::input::thousands::Thousands;
use crate::input::wanted::{CUSTOMER, REP, Wanted, places};
use crate::input::{CustomerColumns, MatrixRows, RepColumns};
use crate::scenario::{Cost, Scenario, TableRole, TravelRules};
use std::path::Path;

/// What the rows name.
pub(super) struct Known<'a> {
    pub customers: &'a CustomerColumns,
    pub customer_index: &'a IdIndex,
    pub reps: &'a RepColumns,
    pub rep_index: &'a IdIndex,
    /// Customers and reps who are not chosen: rows that name them are passed over.
    pub left: [Left; 2],
}

/// Column of `customer_id`, `rep_id`, `km`, `minutes`.
const NAMES: [&str; 4] = ["customer_id", "rep_id", "km", "minutes"];
/// No other names.
static OURS: Named = Named::new();
/// Whose the ids are.
const WHOM: [&str; 2] = ["customers", "reps"];

#[derive(Default)]
pub(super) struct Rows {
    pub customer: Vec<u32>,
    pub rep: Vec<RepIx>,
    pub km: Vec<f64>,
    pub minutes: Vec<f64>,
    /// Data row of each entry.
    pub row: Vec<u32>,
    /// Whether `km` and `minutes` are thousands, where the table leaves it open.
    grouped: Option<[Thousands; 2]>,
}

/// Reads the matrix; its hash, and the matrix unless there are problems.
pub(super) fn read(
    path: &Path,
    scenario: &Scenario,
    known: &Known<'_>,
    problems: &mut Collector,
) -> (String, Option<MatrixRows>) {
    let travel = &scenario.travel;
    match read_rows(path, scenario, known, problems) {
        Ok((hash, rows, columns)) => {
            complain_of_columns(columns, travel, problems);
            if !problems.has_errors() {
                let doubts = rows.grouped.iter().flatten().zip(&NAMES[2..]);
                let doubts = doubts.filter_map(|(column, name)| column.problem(name));
                doubts.for_each(|doubt| problems.add(doubt));
                doubts::complain(&rows, known, problems);
            }
            let missing = without_row(&rows, known);
            let matrix = sort(rows, columns, known, problems);
            if !missing.is_empty() && !problems.has_errors() {
                problems.add(no_travel(missing, known, scenario));
            }
            (hash, (!problems.has_errors()).then_some(matrix))
        }
        Err(problem) => {
            problems.add(*problem);
            (String::new(), None)
        }
    }
}

type Columns = [Option<usize>; 4];

/// A reader that has seen nothing yet.
fn travel_rows<'a>(
    scenario: &'a Scenario,
    known: &'a Known<'a>,
    problems: &'a mut Collector,
) -> TravelRows<'a> {
    TravelRows {
        known,
        // The table of a routing server has our own columns, whatever those of a matrix are called.
        named: match scenario.travel.metric.by_server() {
            true => &OURS,
            false => scenario.columns.of(TableRole::Matrix),
        },
        problems,
        columns: [None; 4],
        rows: Rows::default(),
        alike: [(); 2].map(|()| Alike::new(scenario.tables.ids)),
        last: (String::new(), None),
        seen: false,
        begun: false,
        broken: None,
    }
}

fn read_rows(
    path: &Path,
    scenario: &Scenario,
    known: &Known<'_>,
    problems: &mut Collector,
) -> Result<(String, Rows, Columns), Box<Problem>> {
    let mut reader = travel_rows(scenario, known, problems);
    let hash = source::read(path, scenario, &mut reader)?;
    if let Some(problem) = reader.broken {
        return Err(problem);
    }
    if !reader.begun {
        reader.header(&[], &[]);
    }
    for (alike, (field, whom)) in reader.alike.iter().zip(NAMES.into_iter().zip(WHOM)) {
        for problem in alike.problems(field, whom) {
            reader.problems.add(problem);
        }
    }
    if !reader.seen {
        let problem = Problem::error(codes::EMPTY_COLLECTION, "there are no rows in it");
        let help = "write one row for each pair of customer and rep";
        reader.problems.add(problem.help(help));
    }
    Ok((hash, reader.rows, reader.columns))
}

/// Takes the rows of the table.
struct TravelRows<'a> {
    known: &'a Known<'a>,
    named: &'a Named,
    problems: &'a mut Collector,
    columns: Columns,
    rows: Rows,
    /// Ids that spreadsheets have changed, of customers and of reps.
    alike: [Alike; 2],
    /// The customer of the last row.
    last: (String, Option<usize>),
    /// Whether there is a row, and a header.
    seen: bool,
    begun: bool,
    broken: Option<Box<Problem>>,
}

/// The columns, with other names.
fn wanted() -> [Wanted; 4] {
    let others = [CUSTOMER, REP, KM, MINUTES];
    std::array::from_fn(|i| Wanted::new(NAMES[i], others[i]))
}

/// Other names of the columns, folded.
const KM: &[&str] = &[
    "kilometer",
    "distanz",
    "distanzkm",
    "entfernung",
    "entfernungkm",
    "distancekm",
];
const MINUTES: &[&str] = &["minuten", "min", "fahrzeit", "fahrzeitmin", "durationmin"];

impl Lines for TravelRows<'_> {
    fn fits(&self, names: &[&str]) -> bool {
        let [customer, rep, km, minutes] = wanted().map(|w| w.is_among(names, self.named));
        customer && rep && (km || minutes)
    }

    fn lacks(&self) -> &'static str {
        "has no columns for customer, rep and travel"
    }

    fn header(&mut self, names: &[&str], like: &[String]) -> Option<Vec<Kind>> {
        self.begun = true;
        let problems = &mut *self.problems;
        let tell = &mut |problem| problems.add(problem);
        let found = places((names, like), &wanted(), ("matrix", self.named), tell);
        self.columns = std::array::from_fn(|i| found[i]);
        complain_of_missing(self.columns, names, self.problems);
        let number = |at: usize| self.columns[2..].contains(&Some(at));
        let kind = |at: usize| if number(at) { Kind::Number } else { Kind::Text };
        Some((0..names.len()).map(kind).collect())
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    fn grouped(&mut self) {
        self.rows.grouped = Some(Default::default());
    }

    fn row<'c>(
        &mut self,
        number: usize,
        mut cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    ) {
        self.seen = true;
        if let Some(problem) = odd {
            // The cells may stand in the wrong columns: nothing else is said about them.
            self.problems.add(problem.at(number));
            return;
        }
        let mut of = [None; 4];
        let last = self.columns.iter().flatten().max().copied().unwrap_or(0);
        for (at, cell) in cells.by_ref().take(last + 1).enumerate() {
            for (column, found) in self.columns.iter().zip(&mut of) {
                if *column == Some(at) {
                    *found = Some(cell);
                }
            }
        }
        self.take(number, of);
    }

    fn broken(&mut self, problem: Problem) {
        self.broken = Some(Box::new(problem));
    }
}

/// What lacks.
fn complain_of_missing(columns: Columns, names: &[&str], problems: &mut Collector) {
    for i in [0, 1].into_iter().filter(|i| columns[*i].is_none()) {
        let what = format!(
            "there is no column `{}`; the columns are: {}",
            NAMES[i],
            names.join(", ")
        );
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(NAMES[i]);
        problems.add(problem.help("the header is customer_id,rep_id,km,minutes"));
    }
    if columns[2].is_none() && columns[3].is_none() {
        let what = "there is neither a column `km` nor a column `minutes`";
        let problem = Problem::error(codes::MISSING_COLUMN, what).field("km");
        problems.add(problem.help("add at least one of the two"));
    }
}

/// Minutes can be had from km and the speed; km cannot be had from minutes.
fn complain_of_columns(columns: Columns, travel: &TravelRules, problems: &mut Collector) {
    let [_, _, None, Some(_)] = columns else {
        return;
    };
    let needs = [
        (travel.cost == Cost::Km, "cost = \"km\""),
        (travel.max_km.is_some(), "max_km"),
    ];
    for (_, what) in needs.iter().filter(|(needed, _)| *needed) {
        let what = format!("there is no column `km`, which travel.{what} needs");
        let problem = Problem::error(codes::MATRIX_INCOMPLETE, what).field("km");
        problems.add(problem.help("add the column, or work with minutes: cost = \"minutes\""));
    }
}

impl TravelRows<'_> {
    fn take(&mut self, row: usize, cells: [Option<Scalar<'_>>; 4]) {
        let (known, problems) = (self.known, &mut *self.problems);
        let [Some(customer), Some(rep), ..] = cells else {
            return;
        };
        let (mut of_customer, mut of_rep) = (String::new(), String::new());
        for (cell, text, field) in [
            (customer, &mut of_customer, NAMES[0]),
            (rep, &mut of_rep, NAMES[1]),
        ] {
            if let Err(wrong) = cell.text(text) {
                problems.add(wrong.problem(field).at(row));
                return;
            }
        }
        if known.left[0].has(&of_customer) || known.left[1].has(&of_rep) {
            return;
        }
        if self.last.0 != of_customer {
            let exact = known.customer_index.get(&known.customers.ids, &of_customer);
            let alike = || self.alike[0].find(&known.customers.ids, &of_customer);
            self.last.1 = exact.or_else(alike);
            self.last.0.clone_from(&of_customer);
        }
        let exact = known.rep_index.get(&known.reps.ids, &of_rep);
        let rep_at = exact.or_else(|| self.alike[1].find(&known.reps.ids, &of_rep));
        let mut unknown = |code, id: &str, field| {
            let what = format!("there is no {id:?} in the file of the {field}s");
            let problem = Problem::error(code, what)
                .at(row)
                .field(format!("{field}_id"));
            problems.add(problem.help("correct the id, or remove the row"));
        };
        if self.last.1.is_none() {
            unknown(codes::UNKNOWN_CUSTOMER, &of_customer, "customer");
        }
        if rep_at.is_none() {
            unknown(codes::UNKNOWN_REP, &of_rep, "rep");
        }
        let mut amount = |i: usize| {
            let problem = match cells[i]?.amount() {
                Ok(Some(value)) => return Some(value),
                Ok(None) => Problem::error(codes::MISSING_VALUE, "the cell is empty")
                    .field(NAMES[i])
                    .help("fill it in, or remove the row: a pair without travel is not possible"),
                Err(wrong) => wrong.problem(NAMES[i]),
            };
            problems.add(problem.at(row).id(&format!("{of_customer}, {of_rep}")));
            None
        };
        let (km, minutes) = (amount(2), amount(3));
        let rows = &mut self.rows;
        if let Some(grouped) = &mut rows.grouped {
            for (column, i) in grouped.iter_mut().zip([2, 3]) {
                column.see(cells[i].unwrap_or(Scalar::Cell("")));
                column.finish(row, &of_customer);
            }
        }
        let complete = self.columns[2].is_some() == km.is_some()
            && self.columns[3].is_some() == minutes.is_some();
        if let (Some(customer), Some(rep), true) = (self.last.1, rep_at, complete) {
            rows.customer.push(customer as u32);
            rows.rep.push(RepIx(rep as u32));
            rows.km.extend(km);
            rows.minutes.extend(minutes);
            rows.row.push(row as u32);
        }
    }
}

/// The ids of customers whom no row is about.
fn without_row<'a>(rows: &Rows, known: &Known<'a>) -> Vec<&'a str> {
    let mut named = vec![false; known.customers.len()];
    for customer in &rows.customer {
        named[*customer as usize] = true;
    }
    let missing = named.iter().enumerate().filter(|(_, named)| !**named);
    missing.map(|(i, _)| known.customers.ids.get(i)).collect()
}

/// That nobody can reach some customers.
fn no_travel(missing: Vec<&str>, known: &Known<'_>, scenario: &Scenario) -> Problem {
    let (some, all) = (thousands(missing.len()), thousands(known.customers.len()));
    let (what, help) = match scenario.travel.server {
        Some(_) => (
            format!(
                "{some} of {all} customers have no way to any home base that the routing server finds"
            ),
            "look at them on its map: an island, or a road that ends where the map does",
        ),
        None => (
            format!("{some} of {all} customers have no row: no rep can reach them"),
            "add their travel to the matrix",
        ),
    };
    let problem = Problem::warning(codes::NO_TRAVEL, what).field("customer_id");
    problem.with("ids", missing).help(help)
}

/// Sorts the rows by customer (a counting sort) and, within a customer, by rep.
fn sort(rows: Rows, columns: Columns, known: &Known<'_>, problems: &mut Collector) -> MatrixRows {
    let n = known.customers.len();
    let mut start = vec![0_u64; n + 1];
    for customer in &rows.customer {
        start[*customer as usize + 1] += 1;
    }
    for i in 0..n {
        start[i + 1] += start[i];
    }
    let mut next = start.clone();
    let mut order = vec![0_usize; rows.customer.len()];
    for (entry, customer) in rows.customer.iter().enumerate() {
        let place = &mut next[*customer as usize];
        order[*place as usize] = entry;
        *place += 1;
    }
    for (customer, range) in start.windows(2).enumerate() {
        let row = &mut order[range[0] as usize..range[1] as usize];
        row.sort_by_key(|entry| rows.rep[*entry]);
        for pair in row.windows(2).filter(|p| rows.rep[p[0]] == rows.rep[p[1]]) {
            let rep = known.reps.ids.get(rows.rep[pair[0]].at());
            let id = format!("{}, {rep}", known.customers.ids.get(customer));
            let what = format!("the pair stands twice, first in row {}", rows.row[pair[0]]);
            let problem = Problem::error(codes::DUPLICATE_PAIR, what)
                .at(rows.row[pair[1]] as usize)
                .id(&id);
            problems.add(problem.help("remove one of the rows"));
        }
    }
    let gather = |column: Option<usize>, values: &[f64]| match column {
        Some(_) => order.iter().map(|entry| values[*entry]).collect(),
        None => Vec::new(),
    };
    MatrixRows {
        rep: order.iter().map(|entry| rows.rep[*entry]).collect(),
        km: gather(columns[2], &rows.km),
        minutes: gather(columns[3], &rows.minutes),
        start,
    }
}
