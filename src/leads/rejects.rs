//! Bad leads as a table: their own columns, so that they can be mended and fed in again, and then what is wrong with them.

use super::columns::first_line;
use crate::input::Reject;
use crate::saved::text;
use std::io::{self, Write};
use std::path::Path;

/// What is told of a bad lead: where it was, its id, and of each problem its code, field, text and what to do, parted by ` | `.
const COLUMNS: [&str; 6] = [
    "reject_row",
    "reject_id",
    "reject_code",
    "reject_field",
    "reject_what",
    "reject_help",
];

/// Whether a file holds bad leads that revier put aside.
#[must_use]
pub fn is_rejects(path: &Path) -> bool {
    first_line(path).is_some_and(|line| line.ends_with(&COLUMNS.join(",")))
}

/// The columns of the leads among those of bad ones.
pub(super) fn columns<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    // Those of bad leads that are fed in again say what was wrong with them once.
    let own = names.filter(|name| !COLUMNS.contains(name));
    own.map(str::to_owned).collect()
}

/// All columns that bad leads have, in the order of their first appearance behind `names`.
fn all(names: Vec<String>, rejects: &[Reject]) -> Vec<String> {
    let mut all = names;
    let own = rejects.iter().flat_map(|r| &r.row);
    for name in columns(own.map(|(name, _)| name.as_str())) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Writes the header.
pub(super) fn header(out: &mut impl Write, names: &[String], safe: bool) -> io::Result<()> {
    let mut line = String::new();
    for name in names {
        text::cell(&mut line, name, safe);
        line.push(',');
    }
    line += &COLUMNS.join(",");
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// Writes a row for each.
pub(super) fn rows(
    out: &mut impl Write,
    names: &[String],
    rejects: &[Reject],
    safe: bool,
) -> io::Result<()> {
    let mut line = String::new();
    for reject in rejects {
        line.clear();
        row(&mut line, names, reject, safe);
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// A lead's row: its cells as they were, and what is wrong with them.
fn row(line: &mut String, names: &[String], reject: &Reject, safe: bool) {
    for name in names {
        if let Some((_, value)) = reject.row.iter().find(|(n, _)| n == name) {
            text::cell(line, value, safe);
        }
        line.push(',');
    }
    *line += &reject.number.to_string();
    line.push(',');
    text::cell(line, &reject.id, safe);
    let problems = &reject.problems;
    let each = |of: &dyn Fn(&crate::error::Problem) -> String| {
        problems.iter().map(of).collect::<Vec<_>>().join(" | ")
    };
    for told in [
        each(&|p| p.code.to_owned()),
        each(&|p| p.field.clone().unwrap_or_default()),
        each(&|p| p.what.clone()),
        each(&|p| p.action.clone()),
    ] {
        line.push(',');
        text::cell(line, &told, safe);
    }
    line.push('\n');
}

/// Writes the bad leads of a routing, a row for each; the header stands there even if there are none.
///
/// # Errors
/// Those of `out`.
pub fn rejects(out: &mut impl Write, r: &super::Routing) -> io::Result<()> {
    let safe = r.leads.scenario.output.csv_safe;
    let carried = r.leads.customers.carried.iter().map(|c| c.name.as_str());
    let names = all(columns(carried), &r.rejects);
    header(out, &names, safe)?;
    rows(out, &names, &r.rejects, safe)
}
