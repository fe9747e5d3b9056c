//! Columns that fit each other.

use crate::error::{Error, Problem, codes};
use std::ops::Deref;

/// What has to hold between the columns of a table.
pub trait Columns {
    /// Everything that does not hold; none where the columns fit each other.
    fn misfits(&self) -> Vec<Problem>;
}

/// Columns that fit each other. They are read as they are; whoever changes one shows that they still fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sealed<T>(T);

impl<T: Columns> Sealed<T> {
    /// Seals columns.
    ///
    /// # Errors
    /// All that does not fit.
    pub fn new(columns: T) -> Result<Sealed<T>, Vec<Problem>> {
        let misfits = columns.misfits();
        match misfits.is_empty() {
            true => Ok(Sealed(columns)),
            false => Err(misfits),
        }
    }

    /// The columns, to be changed.
    #[must_use]
    pub fn into_columns(self) -> T {
        self.0
    }

    /// Changes columns; where they would not fit then, they stay as they are.
    ///
    /// # Errors
    /// All that would not fit.
    pub fn edit(&mut self, change: impl FnOnce(&mut T)) -> Result<(), Vec<Problem>>
    where
        T: Clone,
    {
        let mut columns = self.0.clone();
        change(&mut columns);
        *self = Sealed::new(columns)?;
        Ok(())
    }

    /// What was gathered row by row, and fits by that.
    ///
    /// # Errors
    /// [`Error::Internal`] where it does not.
    pub(crate) fn gathered(columns: T) -> Result<Sealed<T>, Error> {
        Sealed::new(columns).map_err(|misfits| {
            let all: Vec<String> = misfits.iter().map(Problem::sentence).collect();
            Error::Internal(format!("columns: {}", all.join("; ")))
        })
    }
}

impl<T> Deref for Sealed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Gathers what does not fit.
#[derive(Default)]
pub(crate) struct Misfits(Vec<Problem>);

impl Misfits {
    /// The column has one value per row, or, where it may, none at all.
    pub fn length(&mut self, field: &str, len: usize, rows: usize, may_lack: bool) {
        if len != rows && !(may_lack && len == 0) {
            let what = format!("{len} values for {rows} rows");
            self.add(codes::ROW_LENGTH, field, what);
        }
    }

    /// No value is wrong.
    pub fn none(&mut self, field: &str, wrong: usize, what: &str) {
        if wrong > 0 {
            self.add(codes::OUT_OF_RANGE, field, format!("{wrong} values {what}"));
        }
    }

    fn add(&mut self, code: &'static str, field: &str, what: String) {
        let problem = Problem::error(code, what).field(field);
        self.0
            .push(problem.help("give every row one value that its column permits"));
    }

    /// All of it.
    pub fn done(self) -> Vec<Problem> {
        self.0
    }
}
