//! Leads that come one by one: pieces of a stream, each of whole rows, read as they come.
//!
//! What a row says depends on that row and on the header alone, so that it does not matter how the stream is cut: a number that fits two
//! readings is asked for instead of being read by the example of others, and ids are not compared with each other.

use super::filling;
use super::geojson;
use super::leads::{LeadSink, Leads, Taking, reps_of_leads};
use super::listing::refuse;
use super::quotes::Quotes;
use super::read::refuse_pipes;
use super::rejects::Rejects;
use super::reps::RepsRead;
use super::rows::Sink;
use super::table;
use crate::base::words::thousands;
use crate::disk::file;
use crate::error::{Error, Problem, Severity, codes};
use crate::scenario::{Scenario, TableRole};

/// The most bytes of one row.
const LONGEST_ROW: usize = 1 << 26;
/// The most bytes among which the header is looked for.
const LONGEST_HEAD: usize = 1 << 20;

/// What a stream turns out to be by its beginning.
pub(crate) enum Begin {
    /// That cannot be told yet.
    Unknown,
    /// It has to be read to its end: a workbook, a collection, a table whose header is not its first row.
    Whole,
    /// Rows, one by one, behind so many bytes of a header.
    Rows(Rows, usize),
}

/// The form of the rows.
pub(crate) enum Rows {
    /// Those of a table.
    Table(table::Head),
    /// A feature a line.
    Lines,
}

impl Begin {
    /// Judges the first bytes of a stream; `named` are the columns that the scenario names.
    pub fn of(bytes: &[u8], scenario: &Scenario) -> Begin {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mark = bytes.len() - text.len();
        let binary = [b"\x1F\x8B", b"PK", b"\xFF\xFE", b"\xFE\xFF", b"\xD0\xCF"];
        if binary.iter().any(|start| bytes.starts_with(*start)) || bytes.len() > LONGEST_HEAD {
            return Begin::Whole;
        }
        let Some(text) = characters(text) else {
            return Begin::Whole;
        };
        let blank = text.len() - text.trim_start().len();
        let Some((line, _)) = text[blank..].split_once('\n') else {
            return Begin::Unknown;
        };
        if line.starts_with('{') {
            return match geojson::is_feature(line) {
                true => Begin::Rows(Rows::Lines, mark + blank),
                false => Begin::Whole,
            };
        }
        if line.starts_with(['[', '\u{1e}']) {
            return Begin::Whole;
        }
        match table::head(text, |names| {
            filling::fit(names, scenario.columns.of(TableRole::Customers))
        }) {
            table::Begins::Unknown => Begin::Unknown,
            table::Begins::Elsewhere => Begin::Whole,
            table::Begins::Here(head, len) => Begin::Rows(Rows::Table(head), mark + len),
        }
    }
}

/// Finds where rows end.
struct Ends {
    /// What parts the cells of a table, and the quotes so far.
    quotes: Option<Quotes<()>>,
    /// How many of the bytes that are there have been looked at, and the end of the last whole row.
    seen: usize,
    end: usize,
}

impl Ends {
    /// The bytes of whole rows at the beginning of `bytes`, of which the first ones may have been looked at before.
    fn find(&mut self, bytes: &[u8]) -> usize {
        let new = &bytes[self.seen..];
        let last = match &mut self.quotes {
            None => new.iter().rposition(|b| *b == b'\n'),
            Some(quotes) => quotes.last_end(new),
        };
        if let Some(last) = last {
            self.end = self.seen + last + 1;
        }
        self.seen = bytes.len();
        self.end
    }

    /// The first bytes are gone.
    fn taken(&mut self, len: usize) {
        self.seen = self.seen.saturating_sub(len);
        self.end = self.end.saturating_sub(len);
    }
}

/// Reads the leads of a stream piece by piece.
pub(crate) struct LeadStream<'f> {
    scenario: &'f Scenario,
    name: String,
    taking: Taking<'f>,
    reps: RepsRead,
    rows: Rows,
    ends: Ends,
    /// Rows so far, those without a lead included.
    before: usize,
    buffer: Vec<u8>,
}

/// A piece of a stream.
pub(crate) struct Piece {
    /// Its leads.
    pub leads: Leads,
    /// Its text, row by row where each is a feature.
    pub text: String,
    /// What is to be told.
    pub warnings: Vec<Problem>,
    /// Leads before it.
    pub before: usize,
}

impl<'f> LeadStream<'f> {
    /// A stream that begins with `bytes`, the first `len` of which are the header.
    ///
    /// # Errors
    /// [`Error::Input`] with what is wrong with the reps.
    pub fn new(
        scenario: &'f Scenario,
        name: &str,
        taking: Taking<'f>,
        rows: Rows,
        bytes: &[u8],
    ) -> Result<LeadStream<'f>, Error> {
        refuse_pipes(scenario)?;
        let mut reps = reps_of_leads(scenario);
        refuse(std::mem::take(&mut reps.base.problems).into_problems())?;
        let quotes = match &rows {
            Rows::Table(head) => Some(Quotes::new((), head.delimiter)),
            Rows::Lines => None,
        };
        Ok(LeadStream {
            scenario,
            name: name.to_owned(),
            taking,
            reps,
            rows,
            ends: Ends {
                quotes,
                seen: 0,
                end: 0,
            },
            before: 0,
            buffer: bytes.to_vec(),
        })
    }

    /// Whether each row is a feature.
    pub fn is_lines(&self) -> bool {
        matches!(self.rows, Rows::Lines)
    }

    /// More bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The leads of the whole rows that are there, or of all that is left at the end (`last`); of one row only if it is the `first`.
    ///
    /// # Errors
    /// [`Error::Input`] where nothing more can be read.
    pub fn piece(&mut self, first: bool, last: bool) -> Result<Option<Piece>, Error> {
        let mut end = self.ends.find(&self.buffer);
        if last {
            end = self.buffer.len();
        } else if end == 0 && self.buffer.len() > LONGEST_ROW {
            let what = format!("a row has more than {} bytes", thousands(LONGEST_ROW));
            let problem = Problem::error(codes::TOO_LARGE, what);
            return Err(self.alone(problem.help("close its quotes, or end it with a line break")));
        }
        if first
            && self.is_lines()
            && let Some(line) = self.buffer[..end].iter().position(|b| *b == b'\n')
        {
            end = line + 1;
        }
        if end == 0 {
            return Ok(None);
        }
        let bytes: Vec<u8> = self.buffer.drain(..end).collect();
        self.ends.taken(end);
        let text = match file::table_text(&bytes) {
            Ok((text, _)) => text.into_owned(),
            Err(problem) => return Err(self.alone(*problem)),
        };
        self.read(text).map(Some)
    }

    fn alone(&self, mut problem: Problem) -> Error {
        problem.file.clone_from(&self.name);
        Error::Input(vec![problem])
    }

    fn read(&mut self, text: String) -> Result<Piece, Error> {
        let mut sink = LeadSink::new(&self.name, self.scenario, self.taking);
        sink.customers.piece = true;
        sink.base().rejects = Some(Rejects::default());
        sink.base().before = self.before;
        let count = match &self.rows {
            Rows::Table(head) => {
                let decimal = sink.base().decimal;
                filling::piece(&mut sink, |lines| table::piece(&text, head, decimal, lines))
            }
            Rows::Lines => {
                geojson::read_lines(&text, &mut sink);
                text.lines().filter(|l| !l.trim().is_empty()).count()
            }
        };
        let before = self.before;
        let begun = before > 0;
        self.before += count;
        let (mut problems, leads) = sink.into_leads(self.scenario, &mut self.reps, false);
        if begun {
            // What is said of the header was said with the first piece.
            problems.retain(|p| p.feature.is_some() || p.severity == Severity::Error);
        }
        let warnings = refuse(problems)?;
        Ok(Piece {
            leads,
            text,
            warnings,
            before,
        })
    }
}

/// The characters of a text that may be cut off within one; `None` where it is no UTF-8.
fn characters(text: &[u8]) -> Option<&str> {
    match std::str::from_utf8(text) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            Some(std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default())
        }
        Err(_) => None,
    }
}
