//! What `[columns]` and `--columns` may say.

use super::{ColumnNames, TableRole};
use crate::error::{Collector, Problem, codes};

/// What a travel matrix has.
const OF_MATRIX: [&str; 4] = ["customer_id", "rep_id", "km", "minutes"];

/// Finds columns that are named for two properties, of which only one could have it, and properties that no matrix has.
pub(super) fn check(names: &ColumnNames, problems: &mut Collector) {
    for table in TableRole::ALL {
        let field = format!("columns.{table}");
        let pairs: Vec<(&String, &String)> = names
            .of(table)
            .iter()
            .filter(|(_, column)| !column.is_empty())
            .collect();
        for (at, (property, column)) in pairs.iter().enumerate() {
            let same = pairs[..at].iter().find(|(_, other)| other == column);
            if let Some((first, _)) = same {
                let what = format!("column {column:?} is named for `{first}` and for `{property}`");
                let problem = Problem::error(codes::DUPLICATE_NAME, what).field(&field);
                problems.add(
                    problem.help(
                        "name each column once; copy it in the table if two properties need it",
                    ),
                );
            }
        }
    }
    for property in names.of(TableRole::Matrix).keys() {
        if !OF_MATRIX.contains(&property.as_str()) {
            let what = format!("a matrix has no `{property}`");
            let problem = Problem::error(codes::UNKNOWN_KEY, what).field("columns.matrix");
            problems.add(problem.help("name columns for customer_id, rep_id, km or minutes"));
        }
    }
}
