//! What the command line may set.

use super::TableRole;
use super::keys::COLUMNS;
use super::{Balance, ColumnNames, Enclaves};
use crate::error::Problem;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::str::FromStr;

/// What problems of the command line name as their file.
pub(super) const COMMAND_LINE: &str = "command line";

/// The problem as one of the command line.
pub(super) fn in_command_line(mut problem: Problem) -> Problem {
    problem.file = COMMAND_LINE.into();
    problem
}

/// Entries of a scenario that the command line sets; each one that is present wins over the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// `--customers`.
    pub customers: Option<PathBuf>,
    /// `--reps`.
    pub reps: Option<PathBuf>,
    /// `--boundary`.
    pub boundary: Option<PathBuf>,
    /// Every `--balance`, in order; replaces the list of the file.
    pub balance: Option<Vec<BalanceArg>>,
    /// `--tolerance`: for every measure that does not carry its own on the command line.
    pub tolerance: Option<f64>,
    /// `--matrix`; also sets the metric to `matrix`.
    pub matrix: Option<PathBuf>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--simplify`, metres.
    pub simplify_m: Option<f64>,
    /// `--smooth`, metres.
    pub smooth_m: Option<f64>,
    /// `--enclaves`.
    pub enclaves: Option<Enclaves>,
    /// `--max-reach`, km.
    pub max_reach_km: Option<f64>,
    /// Every `--columns`, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnArg>>,
    /// `--team`: the one of the teams that is planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// `MEASURE` or `MEASURE:TOL` as the command line has it.
///
/// ```
/// use revier::scenario::BalanceArg;
/// let arg: BalanceArg = "revenue:7.5%".parse().unwrap();
/// assert_eq!(arg.measure, "revenue");
/// assert_eq!(arg.tolerance, Some(0.075));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceArg {
    /// The measure.
    pub measure: String,
    /// Its tolerance, in (0, 1).
    pub tolerance: Option<f64>,
}

impl FromStr for BalanceArg {
    type Err = String;

    fn from_str(text: &str) -> Result<BalanceArg, String> {
        let (measure, tolerance) = match text.rsplit_once(':') {
            Some((measure, tol)) => (measure, Some(parse_tolerance(tol)?)),
            None => (text, None),
        };
        let measure = measure.trim();
        if measure.is_empty() {
            return Err(format!(
                "{text:?} names no measure; write MEASURE or MEASURE:TOL, for example workload:5%"
            ));
        }
        Ok(BalanceArg {
            measure: measure.to_owned(),
            tolerance,
        })
    }
}

/// `[TABLE.]PROPERTY=COLUMN` as the command line has it; without a table, of the customers.
///
/// ```
/// use revier::scenario::{ColumnArg, TableRole};
/// let arg: ColumnArg = "reps.id=Personal-Nr.".parse().unwrap();
/// assert_eq!((arg.table, arg.property.as_str(), arg.column.as_str()), (TableRole::Reps, "id", "Personal-Nr."));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnArg {
    /// The table.
    pub table: TableRole,
    /// The property.
    pub property: String,
    /// The column that has it.
    pub column: String,
}

impl FromStr for ColumnArg {
    type Err = String;

    fn from_str(text: &str) -> Result<ColumnArg, String> {
        let example = "write PROPERTY=COLUMN or TABLE.PROPERTY=COLUMN, for example id=Kundennummer or reps.id=Nr";
        let (left, column) = text
            .split_once('=')
            .ok_or_else(|| format!("{text:?} names no column; {example}"))?;
        let (table, property) = left
            .split_once('.')
            .unwrap_or((TableRole::Customers.name(), left));
        let [table, property, column] = [table, property, column].map(str::trim);
        if property.is_empty() || column.is_empty() {
            return Err(format!("{text:?} names no column; {example}"));
        }
        let role = TableRole::of(table).ok_or_else(|| {
            format!(
                "{table:?} is no table; the tables are: {}",
                COLUMNS.join(", ")
            )
        })?;
        Ok(ColumnArg {
            table: role,
            property: property.to_owned(),
            column: column.to_owned(),
        })
    }
}

impl ColumnArg {
    /// The names with this one.
    pub(crate) fn add_to(&self, names: &mut ColumnNames) {
        let table = names.of_mut(self.table);
        table.insert(self.property.clone(), self.column.clone());
    }
}

impl BalanceArg {
    /// The entry of the scenario: that of the file, with the argument's own tolerance, else `fallback`.
    pub(super) fn resolve(&self, of_file: Option<&Balance>, fallback: f64) -> Balance {
        Balance {
            measure: self.measure.clone(),
            tolerance: self.tolerance.unwrap_or(fallback),
            ..of_file.cloned().unwrap_or_default()
        }
    }
}

/// A tolerance as the command line has it: a fraction (`0.05`) or per cent (`5%`), in (0, 1).
///
/// # Errors
/// When `text` is neither, or not between 0 and 1 (both excluded).
///
/// ```
/// use revier::scenario::parse_tolerance;
/// assert_eq!(parse_tolerance("0.05"), Ok(0.05));
/// assert_eq!(parse_tolerance("5%"), Ok(0.05));
/// assert!(parse_tolerance("5").unwrap_err().contains("5%"));
/// ```
pub fn parse_tolerance(text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    let (number, per_cent) = match trimmed.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (trimmed, false),
    };
    let value: f64 = number.parse().map_err(|_| {
        format!("{text:?} is no tolerance; write a fraction (0.05) or per cent (5%)")
    })?;
    let fraction = if per_cent { value / 100.0 } else { value };
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(fraction);
    }
    let hint = if !per_cent && (1.0..100.0).contains(&value) {
        format!("; did you mean {value}%?")
    } else {
        String::new()
    };
    Err(format!(
        "{text:?} is outside (0, 1), that is between 0% and 100%{hint}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances() {
        assert_eq!(parse_tolerance(" 12.5 % "), Ok(0.125));
        assert_eq!(parse_tolerance("1e-3"), Ok(0.001));
        for bad in ["", "%", "x", "0", "1", "100%", "-0.1", "NaN", "inf", "0,05"] {
            assert!(parse_tolerance(bad).is_err(), "{bad:?}");
        }
        let message = parse_tolerance("5").unwrap_err();
        assert!(message.contains("did you mean 5%?"), "{message}");
    }

    #[test]
    fn column_arguments() {
        let of = |text: &str| text.parse::<ColumnArg>();
        let plain = of("id = Kunden-Nr.").unwrap();
        assert_eq!(
            (plain.table, plain.property.as_str()),
            (TableRole::Customers, "id")
        );
        assert_eq!(plain.column, "Kunden-Nr.");
        assert!(of("id").unwrap_err().contains("names no column"));
        assert!(of("id=").unwrap_err().contains("id=Kundennummer"));
        assert!(
            of("rep.id=x")
                .unwrap_err()
                .contains("customers, reps, matrix, results")
        );
        let mut names = ColumnNames::default();
        for arg in ["id=A", "reps.id=B", "matrix.km=C", "results.rep=D", "id=E"] {
            of(arg).unwrap().add_to(&mut names);
        }
        assert_eq!(names.of(TableRole::Customers)["id"], "E");
        let others = [
            &names.of(TableRole::Reps)["id"],
            &names.of(TableRole::Matrix)["km"],
            &names.of(TableRole::Results)["rep"],
        ];
        assert_eq!(others, ["B", "C", "D"]);
    }

    #[test]
    fn balance_arguments() {
        let plain: BalanceArg = "workload".parse().unwrap();
        assert_eq!(
            (plain.measure.as_str(), plain.tolerance),
            ("workload", None)
        );
        let own: BalanceArg = "revenue: 0.1".parse().unwrap();
        assert_eq!(own.resolve(None, 0.5).tolerance, 0.1);
        assert_eq!(plain.resolve(None, 0.5).tolerance, 0.5);
        assert!(
            ":5%"
                .parse::<BalanceArg>()
                .unwrap_err()
                .contains("names no measure")
        );
        assert!("revenue:".parse::<BalanceArg>().is_err());
        assert!(
            "revenue:2"
                .parse::<BalanceArg>()
                .unwrap_err()
                .contains("outside (0, 1)")
        );
    }
}
