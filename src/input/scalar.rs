//! One value of a feature or a table cell, and the strict conversions out of it.

use super::figures;
use crate::base::date::Date;
use crate::base::words::shorten;
use crate::error::{Problem, codes};
use crate::scenario::{Decimal, LARGEST};
use std::fmt::Write;

/// What to do about a number beyond [`LARGEST`].
const LARGEST_HELP: &str =
    "the largest number that is taken is 1e15 (1 000 000 000 000 000): use a larger unit";

/// Separates the items of a list once it is one text.
pub(crate) const LIST_SEPARATOR: char = '\u{1f}';

/// A value as the file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// JSON `null`.
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    /// JSON text.
    Text(&'a str),
    /// A table cell, trimmed: text, a number or a truth value, whatever is asked for.
    Cell(&'a str),
    /// A table cell of a column whose numbers have this decimal mark, and maybe something between thousands. Never empty.
    Written(&'a str, Decimal),
    /// A list of texts, joined with [`LIST_SEPARATOR`].
    List(&'a str),
    /// A formula whose result is not saved; where it stands (`C2`).
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have formulas")
    )]
    Formula(&'a str),
    /// A formula that came to an error; what and where, in words.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have formulas")
    )]
    Failed(&'a str),
    /// A date of a workbook, and the time of that day: hours, minutes, seconds.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have dates of their own")
    )]
    Day(Date, [u8; 3]),
    /// Something that no property takes, in words.
    Other(&'static str),
}

/// Why a value cannot be what is asked for: code, what, help.
pub(crate) struct Wrong {
    pub code: &'static str,
    pub what: String,
    pub help: &'static str,
}

impl Wrong {
    fn new(code: &'static str, what: String, help: &'static str) -> Wrong {
        Wrong { code, what, help }
    }

    pub fn problem(self, field: &str) -> Problem {
        Problem::error(self.code, self.what)
            .field(field)
            .help(self.help)
    }
}

/// Whether a number may be one of thousands with a point between them.
fn thousands_or_not(text: &str) -> bool {
    text.contains('.') && figures::number(text, Decimal::Comma).is_some()
}

impl<'a> Scalar<'a> {
    /// The value in a message.
    pub fn describe(self) -> String {
        match self {
            Scalar::Null => "null".into(),
            Scalar::Bool(truth) => truth.to_string(),
            Scalar::Int(i) => i.to_string(),
            Scalar::UInt(u) => u.to_string(),
            Scalar::Float(f) => f.to_string(),
            Scalar::Text(text) => format!("the text {:?}", shorten(text)),
            Scalar::Cell(text) | Scalar::Written(text, _) => format!("{:?}", shorten(text)),
            Scalar::List(_) => "a list".into(),
            Scalar::Formula(cell) => format!("the formula in cell {cell}"),
            Scalar::Day(day, _) => format!("the date {day}"),
            Scalar::Failed(error) => error.into(),
            Scalar::Other(what) => what.into(),
        }
    }

    /// Refuses a formula without a result, and one that came to an error.
    fn known(self) -> Result<Scalar<'a>, Wrong> {
        let error = match self {
            Scalar::Formula(_) => {
                let what = format!("{} has no result in the file", self.describe());
                let help = "open the workbook in Excel or LibreOffice, calculate and save it, or export it as CSV";
                return Err(Wrong::new(codes::FORMULA_WITHOUT_VALUE, what, help));
            }
            Scalar::Failed(error) => error.to_owned(),
            Scalar::Cell(text) | Scalar::Written(text, _) if is_error_name(text) => {
                format!("the error {text}")
            }
            _ => return Ok(self),
        };
        let what = format!("{error} where a value is needed");
        let help = "mend the formula, or clear the cell";
        Err(Wrong::new(codes::CELL_ERROR, what, help))
    }

    /// What is wrong with a number beyond [`LARGEST`].
    fn too_large(self) -> Wrong {
        let what = format!("{} is too large", self.describe());
        Wrong::new(codes::NOT_FINITE, what, LARGEST_HELP)
    }

    /// A number of [`LARGEST`] at most, up or down; `None` for null and empty cells.
    pub fn number(self) -> Result<Option<f64>, Wrong> {
        match self.finite()? {
            Some(value) if value.abs() > LARGEST => Err(self.too_large()),
            other => Ok(other),
        }
    }

    /// A finite number, however large; `None` for null and empty cells.
    pub fn finite(self) -> Result<Option<f64>, Wrong> {
        let value = match self.known()? {
            Scalar::Null | Scalar::Cell("") => return Ok(None),
            Scalar::Int(i) => i as f64,
            Scalar::UInt(u) => u as f64,
            Scalar::Float(f) => f,
            Scalar::Cell(text) => match text.parse() {
                Ok(value) => value,
                Err(_) => return Err(not_a_cell_number(text)),
            },
            Scalar::Written(text, decimal) => {
                let plain = figures::number(text, decimal);
                match plain.as_deref().unwrap_or(text).parse() {
                    Ok(value) if plain.is_some() || !text.contains('.') => value,
                    _ => return Err(not_as_the_column(text, decimal)),
                }
            }
            // "1.200" may be thousands.
            Scalar::Text(text)
                if !text.trim().is_empty()
                    && !thousands_or_not(text.trim())
                    && text.trim().parse::<f64>().is_ok_and(f64::is_finite) =>
            {
                text.trim().parse().unwrap_or_default()
            }
            Scalar::Text(text) => {
                let help = if text.trim().parse::<f64>().is_ok() {
                    "write the number without quotes"
                } else {
                    "write a number"
                };
                let what = format!("{} where a number is needed", self.describe());
                return Err(Wrong::new(codes::NOT_A_NUMBER, what, help));
            }
            _ => {
                let what = format!("{} where a number is needed", self.describe());
                return Err(Wrong::new(codes::NOT_A_NUMBER, what, "write a number"));
            }
        };
        if value.is_finite() {
            Ok(Some(value))
        } else if matches!(self, Scalar::Cell(text) | Scalar::Written(text, _) if text.contains(|c: char| c.is_ascii_digit()))
        {
            Err(self.too_large())
        } else {
            let what = format!("{} is not a finite number", self.describe());
            let help = "write a number; leave the value out where it is not known";
            Err(Wrong::new(codes::NOT_FINITE, what, help))
        }
    }

    /// A finite number >= 0; `None` for null and empty cells.
    pub fn amount(self) -> Result<Option<f64>, Wrong> {
        match self.number()? {
            Some(value) if value < 0.0 => {
                let what = format!("{value} is negative");
                Err(Wrong::new(codes::NEGATIVE_NUMBER, what, "write 0 or more"))
            }
            // -0.0 is 0.
            other => Ok(other.map(|value| value + 0.0)),
        }
    }

    /// A truth value; `None` for null and empty cells.
    pub fn truth(self) -> Result<Option<bool>, Wrong> {
        let help = match self.known()? {
            Scalar::Null | Scalar::Cell("") => return Ok(None),
            Scalar::Bool(truth) => return Ok(Some(truth)),
            Scalar::Int(0) | Scalar::UInt(0) => return Ok(Some(false)),
            Scalar::Int(1) | Scalar::UInt(1) => return Ok(Some(true)),
            Scalar::Float(0.0) => return Ok(Some(false)),
            Scalar::Float(1.0) => return Ok(Some(true)),
            Scalar::Cell(text) | Scalar::Written(text, _) => match text.to_lowercase().as_str() {
                "true" | "1" | "yes" | "ja" | "wahr" | "x" => return Ok(Some(true)),
                "false" | "0" | "no" | "nein" | "falsch" => return Ok(Some(false)),
                // As PostgreSQL and R have them, and many a table.
                "t" | "y" | "j" => return Ok(Some(true)),
                "f" | "n" => return Ok(Some(false)),
                _ => "write true or false",
            },
            Scalar::Text("true" | "false") => "write it without quotes",
            _ => "write true or false",
        };
        let what = format!("{} where true or false is needed", self.describe());
        Err(Wrong::new(codes::NOT_A_TRUTH_VALUE, what, help))
    }

    /// Puts a name or an id into `out`. `Some(true)`: it was a number; `None`: null or blank.
    pub fn text(self, out: &mut String) -> Result<Option<bool>, Wrong> {
        out.clear();
        let numeric = match self.known()? {
            Scalar::Null => return Ok(None),
            Scalar::Text(text) | Scalar::Cell(text) | Scalar::Written(text, _) => {
                out.push_str(text);
                false
            }
            Scalar::Int(i) => write!(out, "{i}").is_ok(),
            Scalar::UInt(u) => write!(out, "{u}").is_ok(),
            // Excel has every number as a float. From 2^53 on, whole numbers are no longer exact.
            Scalar::Float(f) if f.fract() == 0.0 && f.abs() < 9_007_199_254_740_992.0 => {
                write!(out, "{}", f as i64).is_ok()
            }
            Scalar::Float(_) => {
                let what = format!("{} is neither text nor a whole number", self.describe());
                return Err(Wrong::new(codes::NOT_TEXT, what, "write it in quotes"));
            }
            _ => {
                let what = format!("{} where text is needed", self.describe());
                return Err(Wrong::new(codes::NOT_TEXT, what, "write text in quotes"));
            }
        };
        Ok((!out.trim().is_empty()).then_some(numeric))
    }

    /// Puts a list (`["a", "b"]` or `a;b`) into `out`, joined with [`LIST_SEPARATOR`]; whether it
    /// has anything in it.
    pub fn list(self, out: &mut String) -> Result<bool, Wrong> {
        if let Scalar::List(items) = self {
            out.clear();
            out.push_str(items);
            return Ok(!items.is_empty());
        }
        let is_text = matches!(
            self,
            Scalar::Text(_) | Scalar::Cell(_) | Scalar::Written(..)
        );
        let some = self.text(out).map_err(|mut wrong| {
            if ![codes::FORMULA_WITHOUT_VALUE, codes::CELL_ERROR].contains(&wrong.code) {
                wrong.help = "write a list of texts, or one text with semicolons: \"a;b\"";
            }
            wrong
        })?;
        if is_text && out.contains(';') {
            *out = out.replace(';', "\u{1f}");
        }
        Ok(some.is_some())
    }
}

/// Names of errors in English and German, as spreadsheets show them, and as they stand in tables that were saved from them.
const ERRORS: [&str; 14] = [
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#SPILL!",
    "#CALC!",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
    "#NV",
    "#GETTING_DATA",
];

/// Whether a text is what a spreadsheet shows where a formula failed.
pub(crate) fn is_error_name(text: &str) -> bool {
    let numbered = text.strip_prefix("Err:");
    text.starts_with('#') && ERRORS.contains(&text)
        || numbered.is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A cell that is not written as the rest of its column.
fn not_as_the_column(text: &str, decimal: Decimal) -> Wrong {
    let (mark, code) = match decimal {
        Decimal::Point => ("point", codes::NOT_A_NUMBER),
        Decimal::Comma => ("comma", codes::DECIMAL_COMMA),
    };
    let what = format!(
        "{:?} is no number with a decimal {mark}, which the rest of the column has",
        shorten(text)
    );
    Wrong::new(code, what, "write all numbers of a column in one way")
}

fn not_a_cell_number(text: &str) -> Wrong {
    let pointed = text.replace('.', "").replace(',', ".");
    if text.contains(',') && pointed.parse::<f64>().is_ok() {
        let what = format!("{text:?} is written with a comma");
        let help = "write a decimal point and no thousands separator (1234.5)";
        return Wrong::new(codes::DECIMAL_COMMA, what, help);
    }
    if is_grouped(text.trim_start_matches('-')) {
        let what = format!("{text:?} is written with points between the thousands");
        let help = "write it without separators (1234567)";
        return Wrong::new(codes::NOT_A_NUMBER, what, help);
    }
    let what = format!("{:?} where a number is needed", shorten(text));
    Wrong::new(codes::NOT_A_NUMBER, what, "write a number")
}

/// Whether digits stand in groups of three: `2.155`, `1.234.567`.
pub(crate) fn is_grouped(text: &str) -> bool {
    let mut groups = text.split('.');
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let head = groups.next().unwrap_or_default();
    let mut some = false;
    let rest = groups.all(|part| {
        some = true;
        part.len() == 3 && digits(part)
    });
    some && rest && (1..=3).contains(&head.len()) && digits(head) && !head.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, Wrong>) -> &'static str {
        result.err().map_or("", |wrong| wrong.code)
    }

    #[test]
    fn numbers() {
        let amount = |s: Scalar<'_>| s.amount().ok().flatten();
        assert_eq!(amount(Scalar::Cell("1e3")), Some(1000.0));
        assert_eq!(amount(Scalar::UInt(7)), Some(7.0));
        assert_eq!(amount(Scalar::Cell("")), None);
        assert!(amount(Scalar::Float(-0.0)).is_some_and(f64::is_sign_positive));
        assert_eq!(amount(Scalar::Text(" 12.5 ")), Some(12.5));
        for text in ["1.200", "12,5", "much", "", "inf"] {
            assert_eq!(
                code(Scalar::Text(text).number()),
                codes::NOT_A_NUMBER,
                "{text}"
            );
        }
        assert_eq!(code(Scalar::Cell("12,5").number()), codes::DECIMAL_COMMA);
        assert_eq!(code(Scalar::Cell("1.234,5").number()), codes::DECIMAL_COMMA);
        assert_eq!(code(Scalar::Cell("a,b").number()), codes::NOT_A_NUMBER);
        assert_eq!(code(Scalar::Cell("NaN").number()), codes::NOT_FINITE);
        assert_eq!(code(Scalar::Int(-1).amount()), codes::NEGATIVE_NUMBER);
        assert_eq!(code(Scalar::Bool(true).number()), codes::NOT_A_NUMBER);
    }

    #[test]
    fn truth_values() {
        for yes in [
            Scalar::Bool(true),
            Scalar::Int(1),
            Scalar::Cell("Yes"),
            Scalar::Cell("TRUE"),
        ] {
            assert_eq!(yes.truth().ok().flatten(), Some(true), "{yes:?}");
        }
        for no in [Scalar::Bool(false), Scalar::Float(0.0), Scalar::Cell("no")] {
            assert_eq!(no.truth().ok().flatten(), Some(false), "{no:?}");
        }
        for bad in [Scalar::Text("true"), Scalar::Cell("maybe"), Scalar::Int(2)] {
            assert_eq!(code(bad.truth()), codes::NOT_A_TRUTH_VALUE, "{bad:?}");
        }
    }

    #[test]
    fn texts_and_lists() {
        let mut out = String::new();
        assert_eq!(
            Scalar::Float(12.0).text(&mut out).ok().flatten(),
            Some(true)
        );
        assert_eq!(out, "12");
        assert_eq!(
            Scalar::Cell("007").text(&mut out).ok().flatten(),
            Some(false)
        );
        assert_eq!(out, "007");
        assert_eq!(Scalar::Text(" ").text(&mut out).ok().flatten(), None);
        assert_eq!(code(Scalar::Float(1.5).text(&mut out)), codes::NOT_TEXT);
        assert_eq!(Scalar::Text("a;b").list(&mut out).ok(), Some(true));
        assert_eq!(out, "a\u{1f}b");
        assert_eq!(code(Scalar::Bool(true).list(&mut out)), codes::NOT_TEXT);
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let long = "ü".repeat(50);
        assert_eq!(shorten(&long), format!("{}...", "ü".repeat(40)));
        assert_eq!(shorten("short"), "short");
    }
}
