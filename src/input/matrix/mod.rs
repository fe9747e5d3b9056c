//! The travel matrix: `customer_id,rep_id,km,minutes`, read row by row.

mod doubts;

use crate::base::ids::RepIx;
use crate::base::words::thousands;
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::input::index::IdIndex;
use crate::input::scalar::Scalar;
use crate::input::thousands::Thousands;
use crate::input::{Customers, Matrix, Reps, table};
use crate::memory::Content;
use crate::scenario::{Cost, Scenario, TravelRules};
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read};
use std::path::Path;

/// What the rows name.
pub(super) struct Known<'a> {
    pub customers: &'a Customers,
    pub customer_index: &'a IdIndex,
    pub reps: &'a Reps,
    pub rep_index: &'a IdIndex,
}

/// Passes bytes on and hashes them.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}

/// Column of `customer_id`, `rep_id`, `km`, `minutes`.
const NAMES: [&str; 4] = ["customer_id", "rep_id", "km", "minutes"];

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
) -> (String, Option<Matrix>) {
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
            let matrix = sort(rows, columns, known, problems);
            (hash, (!problems.has_errors()).then_some(matrix))
        }
        Err(problem) => {
            problems.add(*problem);
            (String::new(), None)
        }
    }
}

fn no_table() -> Box<Problem> {
    let problem = Problem::error(codes::WRONG_FORMAT, "the matrix is no table");
    problem
        .help("write a CSV: customer_id,rep_id,km,minutes")
        .into()
}

type Columns = [Option<usize>; 4];

fn read_rows(
    path: &Path,
    scenario: &Scenario,
    known: &Known<'_>,
    problems: &mut Collector,
) -> Result<(String, Rows, Columns), Box<Problem>> {
    // One handle for all of it: a pipe can be opened once.
    let mut source: Box<dyn Read + '_> = match scenario.origin.memory.get(path) {
        None => Box::new(file::open(path)?),
        Some(held) => match &held.content {
            Content::Bytes(bytes) => Box::new(&**bytes),
            Content::Table(_) => return Err(no_table()),
        },
    };
    let (head, delimiter) = head(&mut source)?;
    if file::format(path, &head)? != file::Format::Table {
        return Err(no_table());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(Hashing {
            inner: std::io::Cursor::new(head).chain(BufReader::with_capacity(1 << 20, source)),
            hash: Sha256::new(),
        });
    let header = reader.headers().map_err(|e| csv_problem(&e))?;
    let width = header.len();
    let columns = columns(header, problems);
    let mut rows = Rows {
        grouped: (delimiter != b',').then(Default::default),
        ..Rows::default()
    };
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    let mut last = (String::new(), None);
    while reader
        .read_record(&mut record)
        .map_err(|e| csv_problem(&e))?
    {
        row += 1;
        if record.len() != width {
            // The cells may stand in the wrong columns: nothing else is said about them.
            problems.add(table::row_length(record.len(), width, delimiter).at(row));
            continue;
        }
        take(&record, row, columns, known, &mut last, &mut rows, problems);
    }
    if row == 0 {
        let problem = Problem::error(codes::EMPTY_COLLECTION, "there are no rows in it");
        problems.add(problem.help("write one row for each pair of customer and rep"));
    }
    let digest = reader.into_inner().hash.finalize();
    Ok((file::hex(&digest), rows, columns))
}

/// The start of the file, and what separates its columns.
fn head(source: &mut impl Read) -> Result<(Vec<u8>, u8), Box<Problem>> {
    let mut head = Vec::new();
    source
        .take(1 << 16)
        .read_to_end(&mut head)
        .map_err(|error| {
            let problem =
                Problem::error(codes::UNREADABLE_FILE, format!("cannot be read: {error}"));
            Box::new(problem.help("check the path and the permissions"))
        })?;
    file::not_empty(&head)?;
    let delimiter = table::delimiter(&String::from_utf8_lossy(&head));
    Ok((head, delimiter))
}

fn csv_problem(error: &csv::Error) -> Box<Problem> {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            let problem = Problem::error(codes::NOT_UTF8, format!("line {line} is not UTF-8"));
            problem.help("save the file as UTF-8").into()
        }
        _ => Problem::error(codes::UNREADABLE_FILE, error.to_string()).into(),
    }
}

fn columns(header: &csv::StringRecord, problems: &mut Collector) -> Columns {
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let mut columns = [None; 4];
    for (column, wanted) in columns.iter_mut().zip(NAMES) {
        let mut at = names
            .iter()
            .enumerate()
            .filter(|(_, name)| **name == wanted);
        *column = at.next().map(|(i, _)| i);
        if at.next().is_some() {
            let problem = Problem::error(codes::DUPLICATE_COLUMN, "two columns have this name");
            problems.add(problem.field(wanted).help("rename or remove one of them"));
        }
    }
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
    columns
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

fn take(
    record: &csv::StringRecord,
    row: usize,
    columns: Columns,
    known: &Known<'_>,
    last: &mut (String, Option<usize>),
    rows: &mut Rows,
    problems: &mut Collector,
) {
    let text = |i: usize| columns[i].and_then(|c| record.get(c)).map(str::trim);
    let (Some(customer), Some(rep)) = (text(0), text(1)) else {
        return;
    };
    if last.0 != customer {
        customer.clone_into(&mut last.0);
        last.1 = known.customer_index.get(&known.customers.ids, customer);
    }
    let rep_at = known.rep_index.get(&known.reps.ids, rep);
    let mut unknown = |code, id: &str, field| {
        let what = format!("there is no {id:?} in the file of the {field}s");
        let problem = Problem::error(code, what)
            .at(row)
            .field(format!("{field}_id"));
        problems.add(problem.help("correct the id, or remove the row"));
    };
    if last.1.is_none() {
        unknown(codes::UNKNOWN_CUSTOMER, customer, "customer");
    }
    if rep_at.is_none() {
        unknown(codes::UNKNOWN_REP, rep, "rep");
    }
    let mut amount = |i: usize| {
        let value = Scalar::Cell(text(i)?).amount();
        let problem = match value {
            Ok(Some(value)) => return Some(value),
            Ok(None) => Problem::error(codes::MISSING_VALUE, "the cell is empty")
                .field(NAMES[i])
                .help("fill it in, or remove the row: a pair without travel is not possible"),
            Err(wrong) => wrong.problem(NAMES[i]),
        };
        problems.add(problem.at(row).id(&format!("{customer}, {rep}")));
        None
    };
    let (km, minutes) = (amount(2), amount(3));
    if let Some(grouped) = &mut rows.grouped {
        for (column, i) in grouped.iter_mut().zip([2, 3]) {
            column.see(Scalar::Cell(text(i).unwrap_or_default()));
            column.finish(row, customer);
        }
    }
    let complete =
        columns[2].is_some() == km.is_some() && columns[3].is_some() == minutes.is_some();
    if let (Some(customer), Some(rep), true) = (last.1, rep_at, complete) {
        rows.customer.push(customer as u32);
        rows.rep.push(RepIx(rep as u32));
        rows.km.extend(km);
        rows.minutes.extend(minutes);
        rows.row.push(row as u32);
    }
}

/// Sorts the rows by customer (a counting sort) and, within a customer, by rep.
fn sort(rows: Rows, columns: Columns, known: &Known<'_>, problems: &mut Collector) -> Matrix {
    let n = known.customers.len();
    let mut start = vec![0_u64; n + 1];
    for customer in &rows.customer {
        start[*customer as usize + 1] += 1;
    }
    let without = start[1..].iter().filter(|count| **count == 0).count();
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
    if without > 0 && n > 0 && !problems.has_errors() {
        let what = format!(
            "{} of {} customers have no row: no rep can reach them",
            thousands(without),
            thousands(n)
        );
        let problem = Problem::warning(codes::NO_TRAVEL, what).field("customer_id");
        problems.add(problem.help("add their travel to the matrix"));
    }
    let gather = |column: Option<usize>, values: &[f64]| match column {
        Some(_) => order.iter().map(|entry| values[*entry]).collect(),
        None => Vec::new(),
    };
    Matrix {
        rep: order.iter().map(|entry| rows.rep[*entry]).collect(),
        km: gather(columns[2], &rows.km),
        minutes: gather(columns[3], &rows.minutes),
        start,
    }
}
