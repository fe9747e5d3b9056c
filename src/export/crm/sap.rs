//! SAP: tables whose columns the user names. No two systems of SAP have the same ones (fields of the customer master, of a partner function or of a cloud
//! product), so nothing is named here: a mapping says what each column is called and what stands in it.

use super::source::Source;
use super::table::Sheet;
use super::{HandOver, Settings};
use crate::disk::file;
use crate::error::{Collector, Error, Problem, codes};
use serde::Deserialize;
use std::path::Path;

pub(super) const ACCOUNTS: &str = "sap-accounts.csv";
pub(super) const TERRITORIES: &str = "sap-territories.csv";
pub(super) const MAPPING: &str = "mapping.toml";

/// What a column of the accounts may have; columns that the plan carries along follow.
const OF_ACCOUNT: [&str; 8] = [
    "account",
    "customer_id",
    "rep_id",
    "rep_name",
    "user",
    "previous_rep_id",
    "previous_user",
    "changed",
];
/// What a column of the territories may have; figures of the plan follow.
const OF_TERRITORY: [&str; 4] = ["rep_id", "rep_name", "user", "customers"];

/// The mapping.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    accounts: Option<Part>,
    territories: Option<Part>,
}

/// One table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default)]
    rows: Rows,
    columns: Vec<Column>,
}

/// Which rows it has.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Rows {
    /// All.
    #[default]
    All,
    /// Customers who change hands.
    Changed,
}

/// One column.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    /// What it is called there.
    name: String,
    /// What of the plan stands in it.
    from: Option<String>,
    /// Or the same text in every row.
    text: Option<String>,
}

/// What SAP is given: tables as the mapping says, or without one a mapping to fill in.
pub(super) fn make(source: &Source<'_>, settings: &Settings) -> Result<HandOver, Error> {
    let Some(path) = &settings.mapping else {
        return Ok(HandOver {
            sheets: Vec::new(),
            texts: vec![(MAPPING, template(source))],
            readme: FIRST.to_owned(),
            notes: vec![format!(
                "{MAPPING} is to be filled in: copy it elsewhere, name your columns, and run again with --mapping"
            )],
        });
    };
    let mapping = read(path)?;
    let mut problems = Collector::new(path.display().to_string());
    let sheets = [
        (mapping.accounts, ACCOUNTS, "accounts"),
        (mapping.territories, TERRITORIES, "territories"),
    ];
    let mut made = Vec::new();
    for (part, name, section) in sheets {
        let Some(part) = part else { continue };
        judge(&part, section, source, &mut problems);
        made.push((part, name));
    }
    if made.is_empty() {
        let what = "it has neither [accounts] nor [territories]";
        let problem = Problem::error(codes::MISSING_KEY, what);
        problems
            .add(problem.help("`revier export DIR --to sap --out crm` writes one to start from"));
    }
    problems.refuse().map_err(Error::Input)?;
    let of = |(part, name): &(Part, &'static str)| {
        let head: Vec<&str> = part.columns.iter().map(|c| c.name.as_str()).collect();
        let mut sheet = Sheet::new(name, &head);
        sheet.rows = match *name {
            ACCOUNTS => accounts(part, source),
            _ => territories(part, source),
        };
        sheet
    };
    Ok(HandOver {
        sheets: made.iter().map(of).collect(),
        texts: Vec::new(),
        readme: README.to_owned(),
        notes: Vec::new(),
    })
}

fn read(path: &Path) -> Result<Mapping, Error> {
    let told = |mut problem: Problem| {
        problem.file = path.display().to_string();
        Error::Input(vec![problem])
    };
    let bytes = file::bytes_of(path).map_err(|p| told(*p))?;
    let text = file::utf8(&bytes).map_err(|p| told(*p))?;
    toml::from_str(text).map_err(|e| {
        let place = e.span().map_or(0, |s| text[..s.start].matches('\n').count());
        let what = format!("line {}: {}", place + 1, e.message());
        let help = "a column is { name = \"...\", from = \"rep_id\" } or { name = \"...\", text = \"...\" }";
        told(Problem::error(codes::INVALID_TOML, what).help(help))
    })
}

/// What there is for the columns of a table.
fn known(section: &str, source: &Source<'_>) -> Vec<String> {
    let (own, more): (&[&str], Vec<&String>) = match section {
        "accounts" => {
            let carried = &source.plan.assignments.carried;
            (&OF_ACCOUNT, carried.iter().map(|c| &c.name).collect())
        }
        _ => {
            let figures = &source.plan.territories.properties;
            (&OF_TERRITORY, figures.iter().map(|p| &p.name).collect())
        }
    };
    let own = own.iter().map(|n| (*n).to_owned());
    let mut all: Vec<String> = own.collect();
    for name in more {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    all
}

/// Tells what is wrong with a table of the mapping.
fn judge(part: &Part, section: &str, source: &Source<'_>, problems: &mut Collector) {
    let known = known(section, source);
    let mut tell = |code, field: String, what: String, help: String| {
        problems.add(Problem::error(code, what).field(field).help(help));
    };
    if part.columns.is_empty() {
        let what = "it has no columns".to_owned();
        let help = "name one for each that your system wants, or leave the section out".to_owned();
        tell(codes::MISSING_KEY, format!("{section}.columns"), what, help);
    }
    for (i, column) in part.columns.iter().enumerate() {
        let field = format!("{section}.columns.{}", i + 1);
        if column.name.trim().is_empty() {
            let what = "the column has no name".to_owned();
            let help = "write what your system calls it".to_owned();
            tell(codes::MISSING_KEY, field.clone(), what, help);
        } else if part.columns[..i].iter().any(|c| c.name == column.name) {
            let what = format!("{:?} stands twice", column.name);
            tell(
                codes::DUPLICATE_NAME,
                field.clone(),
                what,
                "remove one of them".to_owned(),
            );
        }
        match (&column.from, &column.text) {
            (Some(from), None) if known.contains(from) => {
                let by_user = from == "user" || from == "previous_user";
                if by_user && !source.without_user().is_empty() {
                    let reps = source.without_user().join(", ");
                    let what = format!("the user of these reps is not known: {reps}");
                    let help =
                        "say it with --users FILE (rep_id, user) or --user-column".to_owned();
                    tell(codes::MISSING_VALUE, field, what, help);
                }
            }
            (Some(from), None) => {
                let what = format!("the plan has no {from:?}");
                let help = format!("there is: {}", known.join(", "));
                tell(codes::MISSING_COLUMN, field, what, help);
            }
            (None, Some(_)) => {}
            _ => {
                let what = format!("{:?} needs `from` or `text`, one of them", column.name);
                tell(
                    codes::MISSING_KEY,
                    field,
                    what,
                    format!("there is: {}", known.join(", ")),
                );
            }
        }
    }
}

/// A row per customer.
fn accounts(part: &Part, source: &Source<'_>) -> Vec<Vec<String>> {
    let a = &source.plan.assignments;
    let reps = &source.plan.territories;
    let rep = |j: Option<usize>| j.map_or("", |j| reps.ids.get(j));
    let user = |j: Option<usize>| {
        j.and_then(|j| source.users[j].as_deref())
            .unwrap_or_default()
    };
    let cell = |i: usize, from: &str| -> String {
        let now = a.owner[i].some().map(|j| j.at());
        let before = a.previous[i].some().map(|j| j.at());
        match from {
            "account" => source.accounts[i].clone(),
            "customer_id" => a.ids.get(i).to_owned(),
            "rep_id" => rep(now).to_owned(),
            "rep_name" => now.map_or_else(String::new, |j| reps.name[j].clone()),
            "user" => user(now).to_owned(),
            "previous_rep_id" => rep(before).to_owned(),
            "previous_user" => user(before).to_owned(),
            "changed" => a.changed[i].to_string(),
            other => {
                let carried = a.carried.iter().find(|c| c.name == other);
                carried.map_or_else(String::new, |c| c.cells.get(i).to_text())
            }
        }
    };
    let rows = (0..a.len()).filter(|i| part.rows == Rows::All || a.changed[*i]);
    rows.map(|i| row(part, |from| cell(i, from))).collect()
}

/// A row per territory.
fn territories(part: &Part, source: &Source<'_>) -> Vec<Vec<String>> {
    use crate::saved::Value;
    let reps = &source.plan.territories;
    let cell = |j: usize, from: &str| match from {
        "rep_id" => reps.ids.get(j).to_owned(),
        "rep_name" => reps.name[j].clone(),
        "user" => source.users[j].clone().unwrap_or_default(),
        "customers" => reps.customers[j].to_string(),
        other => {
            let of = reps.properties.iter().find(|p| p.name == other);
            match of.and_then(|p| p.values.get(j)) {
                Some(Value::Text(text)) => text.clone(),
                Some(Value::Number(x)) => x.to_string(),
                Some(Value::Bool(truth)) => truth.to_string(),
                _ => String::new(),
            }
        }
    };
    (0..reps.len())
        .map(|j| row(part, |from| cell(j, from)))
        .collect()
}

fn row(part: &Part, cell: impl Fn(&str) -> String) -> Vec<String> {
    let of = |column: &Column| match (&column.from, &column.text) {
        (Some(from), _) => cell(from),
        (None, text) => text.clone().unwrap_or_default(),
    };
    part.columns.iter().map(of).collect()
}

/// A mapping to fill in: everything that there is, nothing that SAP calls it.
fn template(source: &Source<'_>) -> String {
    let mut to = String::from(
        "# What your system calls the columns, and what stands in each: `from` names what the plan has, `text` is the same in every row.\n\
         # Fill in `name`, remove what you do not need, and run: revier export DIR --to sap --mapping FILE --out DIR2\n",
    );
    for (section, rows) in [
        (
            "accounts",
            "rows = \"changed\"        # customers who change hands; \"all\" is every customer\n",
        ),
        ("territories", ""),
    ] {
        to += &format!("\n[{section}]\n{rows}columns = [\n");
        for name in known(section, source) {
            to += &format!("  {{ name = \"\", from = {} }},\n", toml::Value::from(name));
        }
        to += "  # { name = \"\", text = \"1000\" },\n]\n";
    }
    to
}

const FIRST: &str = "\
SAP. `mapping.toml` lists what the plan has. Copy it to where your scenario stands, write beside each line what your system calls the column, remove the lines that it does not want, and run
`revier export DIR --to sap --mapping mapping.toml --out FOLDER`. revier names no column of SAP by itself: which there are depends on your system and how it was set up.
";

const README: &str = "\
SAP. The tables have the columns of your mapping, in its order: UTF-8, commas, a header. Load them with the tool that your system has for such files (the migration cockpit, LSMW, a data import of a cloud product), which
also says what is checked then. Nothing is compared with the state of today: with `rows = \"changed\"` the accounts are those who change hands by the owners that the plan was made from.

Nobody has loaded these files into a real SAP system: try a few rows in a test system first.
";
