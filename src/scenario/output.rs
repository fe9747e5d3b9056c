//! How the files of a plan are written: `[output]`.

use super::Decimal;
use serde::{Deserialize, Serialize};

/// Which columns of customers and reps come back in the files of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Carry {
    /// By a word.
    Word(CarryWord),
    /// Names, and these columns.
    Columns(Vec<String>),
}

/// A word for the columns that come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarryWord {
    /// Names of customers and reps.
    Names,
    /// Names, and all columns.
    All,
}

impl Carry {
    /// All columns.
    #[must_use]
    pub fn all() -> Carry {
        Carry::Word(CarryWord::All)
    }

    fn is_default(&self) -> bool {
        *self == Carry::default()
    }
}

impl Default for Carry {
    fn default() -> Carry {
        Carry::Word(CarryWord::Names)
    }
}

/// `[output]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRules {
    /// Whether texts that a spreadsheet would take for a formula get an apostrophe in CSV files.
    pub csv_safe: bool,
    /// Which columns of the inputs come back.
    #[serde(default, skip_serializing_if = "Carry::is_default")]
    pub carry: Carry,
    /// The decimal mark of the CSV files; with a comma, semicolons part the cells, and the file begins with a byte order mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
}

impl OutputRules {
    /// Whether numbers of CSV files have a decimal comma.
    #[must_use]
    pub fn comma(&self) -> bool {
        self.decimal == Some(Decimal::Comma)
    }
}

impl Default for OutputRules {
    fn default() -> OutputRules {
        OutputRules {
            csv_safe: true,
            carry: Carry::default(),
            decimal: None,
        }
    }
}
