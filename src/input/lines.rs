//! What every table has, whatever it holds and whoever wrote it: a header, and rows of cells.
//!
//! One reader for customers, reps, leads, travel and results (`read_lines`): it finds encoding, separator, sheet, header and decimal mark, and hands
//! rows to [`Lines`].

use super::figures::Column;
use super::scalar::Scalar;
use crate::error::Problem;
use crate::scenario::Decimal;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Ids, or what nobody needs: its cells are texts, whatever they look like.
    Text,
    /// Numbers, maybe.
    Number,
    /// Degrees: they have no thousands.
    Coordinate,
    /// What comes back as it stands: numbers, if all of its cells are some.
    Carried,
}

/// Takes the rows of a table one after the other.
pub(crate) trait Lines {
    /// Whether these may be the names of the columns.
    fn fits(&self, names: &[&str]) -> bool;
    /// What a sheet that was passed over lacks, in words.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have sheets")
    )]
    fn lacks(&self) -> &'static str;
    /// Where a scenario names the sheet of a workbook.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have sheets")
    )]
    fn sheets(&self) -> &'static str {
        "[tables] sheets"
    }
    /// The names of the columns, and a cell of each as an example; what they hold, or `None` where the rows cannot be used.
    fn header(&mut self, names: &[&str], like: &[String]) -> Option<Vec<Kind>>;
    /// The sheet of a workbook that was read, and the others that are shown.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have sheets")
    )]
    fn other_sheets(&mut self, _read: &str, _others: &[String]) {}
    /// Something is odd about the table as a whole.
    fn problem(&mut self, problem: Problem);
    /// Numbers such as 2.155 may be thousands in this table.
    fn grouped(&mut self);
    /// A row that is not blank; rows are counted from 1, below the header. It cannot be read where it is `odd`.
    fn row<'c>(
        &mut self,
        number: usize,
        cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    );
    /// Nothing more can be read.
    fn broken(&mut self, problem: Problem);
}

impl Kind {
    /// A column of this kind before its first cell; `None` where its cells are texts whatever they look like.
    pub fn column(self) -> Option<Column> {
        match self {
            Kind::Text => None,
            Kind::Number => Some(Column::new(false)),
            Kind::Coordinate => Some(Column::new(true)),
            Kind::Carried => Some(Column::carried()),
        }
    }
}

/// How the scenario says that a table is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading<'a> {
    /// The sheet of a workbook.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have sheets")
    )]
    pub sheet: Option<&'a str>,
    /// The decimal mark of what fits both.
    pub decimal: Option<Decimal>,
}
