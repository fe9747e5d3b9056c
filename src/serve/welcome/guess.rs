//! What files may be for, and what their columns may mean: a proposal, which whoever looks at it may change.

use crate::input::spelling::{alias, fold};
use crate::input::wanted::{CUSTOMER, REP};
use crate::input::{Seen, Survey};
use serde_json::{Map, Value, json};

/// What columns of customers may mean, and of reps.
pub(super) const OF_CUSTOMERS: &[&str] = &[
    "id", "lon", "lat", "geometry", "name", "owner", "workload", "revenue", "visits", "locked",
    "requires", "group", "region",
];
pub(super) const OF_REPS: &[&str] = &[
    "id",
    "lon",
    "lat",
    "geometry",
    "name",
    "capacity",
    "skills",
    "region",
    "max_km",
    "max_minutes",
];
/// What it cannot go without.
const NEEDED: [&str; 3] = ["id", "lon", "lat"];
/// The tolerance that is proposed.
const TOLERANCE: f64 = 0.1;

/// Words in the names of files and columns, folded; whole words where they are short.
const CUSTOMERS: &[&str] = &[
    "kunde",
    "customer",
    "account",
    "client",
    "debitor",
    "standort",
    "standorte",
    "outlet",
    "filiale",
    "praxis",
    "haendler",
];
const REPS: &[&str] = &[
    "vertreter",
    "aussendienst",
    "mitarbeiter",
    "salesrep",
    "salesforce",
    "berater",
    "betreuer",
    "employee",
    "personal",
    "gebietsleiter",
];
const SHORT_REPS: &[&str] = &["rep", "reps", "adm", "team", "vb", "kam"];
const BOUNDARY: &[&str] = &["boundary", "grenze", "umriss", "outline", "border"];
const CONTEXT: &[&str] = &["context", "laender", "kontext", "states", "bundesland"];

/// A file, and what is known of it; nothing where it is still being read.
pub(super) struct Known<'a> {
    pub name: &'a str,
    pub survey: Option<&'a Survey>,
    /// Whether it belongs to a shapefile.
    pub beside: bool,
}

/// What a file is for, and what tells so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub role: &'static str,
    pub because: &'static str,
}

const NONE: Role = Role {
    role: "none",
    because: "unknown",
};

/// How much a file looks like customers, and like reps, by its name and by its columns.
#[derive(Clone, Copy, Debug, Default)]
struct Looks {
    by_name: i64,
    by_columns: i64,
}

impl Looks {
    /// Above 0 for customers, below for reps.
    fn of(file: &Known<'_>, survey: &Survey) -> Looks {
        let has = |text: &str, words: &[&str]| words.iter().any(|w| text.contains(w));
        let whole = |text: &str| {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            words.any(|w| SHORT_REPS.contains(&fold(w).as_str()))
        };
        let side = |text: &str, weight: i64| {
            let folded = fold(text);
            let (c, r) = (has(&folded, CUSTOMERS), has(&folded, REPS) || whole(text));
            weight * (i64::from(c) - i64::from(r))
        };
        let mut by_columns = 0;
        for column in &survey.columns {
            by_columns += match alias(&column.name) {
                Some("capacity" | "skills") => -3,
                Some("owner") => 2,
                Some("workload" | "revenue" | "visits" | "locked" | "requires" | "group") => 1,
                _ => side(&column.name, 2),
            };
        }
        Looks {
            by_name: side(file.name, 4),
            by_columns,
        }
    }

    fn all(self) -> i64 {
        self.by_name + self.by_columns
    }

    fn because(self, customers: bool) -> &'static str {
        let agrees = |x: i64| if customers { x > 0 } else { x < 0 };
        match () {
            () if agrees(self.by_name) => "name",
            () if agrees(self.by_columns) => "columns",
            () => "rows",
        }
    }
}

/// What a file is for, where its content alone says so.
fn apart(file: &Known<'_>, survey: &Survey) -> Option<Role> {
    let named = |words: &[&str]| {
        let folded = fold(file.name);
        words.iter().any(|w| folded.contains(w))
    };
    let role = |role, because| Some(Role { role, because });
    let has = |words: &[&str]| {
        let mut columns = survey.columns.iter();
        columns.any(|c| words.contains(&fold(&c.name).as_str()))
    };
    let travel = has(&["km", "minutes", "minuten", "fahrzeit", "kilometer"]);
    if travel && (has(&["customerid"]) || has(CUSTOMER)) && has(REP) {
        return role("matrix", "columns");
    }
    let [points, areas, _] = survey.shapes;
    let bare = survey
        .problems
        .iter()
        .any(|p| p.code == crate::error::codes::WRONG_ROOT);
    if areas == 0 && !bare || points > 0 {
        return None;
    }
    match () {
        () if named(CONTEXT) => role("context", "name"),
        () if bare || areas == 1 || named(BOUNDARY) => role("boundary", "shapes"),
        () => role("units", "shapes"),
    }
}

/// What files are for.
pub(super) fn roles(files: &[Known<'_>]) -> Vec<Role> {
    let mut roles = vec![NONE; files.len()];
    let mut open: Vec<(usize, Looks, usize)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let Some(survey) = file.survey else {
            continue;
        };
        if let Some(role) = apart(file, survey) {
            // One file for each.
            let taken = roles.iter().any(|r| r.role == role.role);
            roles[at] = if taken { NONE } else { role };
        } else if survey.rows > 0 && !file.beside {
            open.push((at, Looks::of(file, survey), survey.rows));
        }
    }
    // Of two that look alike, the one with the shorter name: "customers (2).csv" came later.
    open.sort_by_key(|(at, _, _)| files[*at].name.len());
    let mut set = |at: usize, role, because| roles[at] = Role { role, because };
    if let [(at, looks, _)] = open[..] {
        let customers = looks.all() >= 0;
        set(
            at,
            if customers { "customers" } else { "reps" },
            looks.because(customers),
        );
        return roles;
    }
    let mut best: Option<(i64, usize, usize)> = None;
    for (c, customers) in open.iter().enumerate() {
        for (r, reps) in open.iter().enumerate().filter(|(r, _)| *r != c) {
            let more = (customers.2 as i64 - reps.2 as i64).signum();
            let worth = 2 * (customers.1.all() - reps.1.all()) + more;
            if best.is_none_or(|(most, _, _)| worth > most) {
                best = Some((worth, c, r));
            }
        }
    }
    if let Some((_, c, r)) = best {
        set(open[c].0, "customers", open[c].1.because(true));
        set(open[r].0, "reps", open[r].1.because(false));
    }
    roles
}

/// What a column may mean among those of a file, whose features may have places and ids of their own.
pub(super) fn meanings(
    survey: &Survey,
    properties: &'static [&'static str],
) -> Vec<Option<&'static str>> {
    let columns = &survey.columns;
    let placed = survey.shapes.iter().any(|n| *n > 0);
    let known = |column: &Seen| {
        let exact = properties.iter().copied().find(|p| *p == column.name);
        let found = exact.or_else(|| alias(&column.name).filter(|p| properties.contains(p)));
        found.filter(|p| !placed || !["lon", "lat", "geometry"].contains(p))
    };
    let mut found: Vec<Option<&'static str>> = columns.iter().map(known).collect();
    if ["lon", "lat"].iter().all(|p| found.contains(&Some(p))) {
        // Of both, the coordinates count.
        let written = found.iter_mut().filter(|f| **f == Some("geometry"));
        written.for_each(|f| *f = None);
    }
    let written = found.contains(&Some("geometry"));
    for property in properties.iter().copied() {
        let at: Vec<usize> = (0..found.len())
            .filter(|i| found[*i] == Some(property))
            .collect();
        let Some(first) = at.first() else {
            continue;
        };
        // Of several, the one with the name itself; else nobody knows.
        let exact = at.iter().find(|i| columns[**i].name == property);
        let kept = exact.or((at.len() == 1).then_some(first)).copied();
        at.iter()
            .filter(|i| Some(**i) != kept)
            .for_each(|i| found[*i] = None);
    }
    for property in NEEDED {
        let there = found.contains(&Some(property));
        if there || (placed || written) && property != "id" || survey.ids && property == "id" {
            continue;
        }
        let mut may = (0..columns.len())
            .filter(|i| found[*i].is_none() && looks_like(&columns[*i], survey.rows, property));
        if let (Some(at), None) = (may.next(), may.next()) {
            found[at] = Some(property);
        }
    }
    found
}

/// Whether a column of another name looks like one that is needed.
fn looks_like(column: &Seen, rows: usize, property: &str) -> bool {
    let name = fold(&column.name);
    let numbers = column.filled > 0 && column.numbers == column.filled;
    match property {
        "id" => {
            let ends = ["id", "nr", "nummer", "number", "no", "key", "code"];
            column.filled == rows && !column.repeats && ends.iter().any(|e| name.ends_with(e))
        }
        "lon" => {
            numbers
                && (name.contains("laenge") || name.contains("longitude") || name.ends_with("lon"))
        }
        _ => {
            numbers
                && (name.contains("breite") || name.contains("latitude") || name.ends_with("lat"))
        }
    }
}

/// A table of a proposal: the file, and the columns whose meaning is not their name.
fn table(name: &str, survey: &Survey, properties: &'static [&'static str]) -> Value {
    let mut columns = Map::new();
    for (column, meaning) in survey.columns.iter().zip(meanings(survey, properties)) {
        if let Some(meaning) = meaning {
            columns.insert(meaning.to_owned(), column.name.as_str().into());
        }
    }
    json!({"file": name, "columns": columns})
}

/// What a project could be made of, as `POST /v1/start` takes it; null where there are not both customers and reps.
pub(super) fn proposal(files: &[Known<'_>], roles: &[Role]) -> Value {
    let of = |role: &str| {
        let at = roles.iter().position(|r| r.role == role)?;
        Some((files[at].name, files[at].survey?))
    };
    let (Some((customers, about)), Some((reps, about_reps))) = (of("customers"), of("reps")) else {
        return Value::Null;
    };
    let found = meanings(about, OF_CUSTOMERS);
    let numeric = |property: &'static str| {
        let at = found.iter().position(|m| *m == Some(property))?;
        let column = &about.columns[at];
        let numeric = column.numbers > 0 && column.numbers == column.filled;
        // That name counts heads.
        (numeric && column.name != "customers").then_some(column.name.as_str())
    };
    let measure = numeric("workload")
        .or(numeric("revenue"))
        .unwrap_or("customers");
    let mut out = json!({
        "customers": table(customers, about, OF_CUSTOMERS),
        "reps": table(reps, about_reps, OF_REPS),
        "balance": [{"measure": measure, "tolerance": TOLERANCE}],
    });
    for role in ["units", "boundary", "context", "matrix"] {
        if let Some((name, _)) = of(role) {
            out[role] = name.into();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(columns: &[&str], rows: usize) -> Survey {
        let seen = |name: &&str| Seen {
            name: (*name).to_owned(),
            filled: rows,
            numbers: if name.contains("ng") || name.contains("Breit") || *name == "Umsatz" {
                rows
            } else {
                0
            },
            ..Seen::default()
        };
        Survey {
            rows,
            columns: columns.iter().map(seen).collect(),
            ..Survey::default()
        }
    }

    fn told(files: &[(&str, &Survey)]) -> Vec<(&'static str, &'static str)> {
        let known: Vec<Known<'_>> = files
            .iter()
            .map(|(name, survey)| Known {
                name,
                survey: Some(survey),
                beside: false,
            })
            .collect();
        roles(&known)
            .into_iter()
            .map(|r| (r.role, r.because))
            .collect()
    }

    #[test]
    fn customers_and_reps_are_told_apart() {
        let (many, few) = (survey(&["Nr", "x"], 100), survey(&["Nr", "x"], 5));
        assert_eq!(
            told(&[("a.csv", &few), ("b.csv", &many)]),
            [("reps", "rows"), ("customers", "rows")]
        );
        assert_eq!(
            told(&[("Kunden.csv", &few), ("Vertreter.csv", &many)]),
            [("customers", "name"), ("reps", "name")]
        );
        let skilled = survey(&["Nr", "Kapazität"], 100);
        assert_eq!(
            told(&[("a.csv", &few), ("b.csv", &skilled)]),
            [("customers", "rows"), ("reps", "columns")]
        );
        assert_eq!(told(&[("reps.xlsx", &few)]), [("reps", "name")]);
        // A word within another one.
        assert_eq!(told(&[("report.csv", &few)]), [("customers", "rows")]);
    }

    #[test]
    fn outlines_and_travel_are_told_by_what_is_in_them() {
        let area = |n: usize| Survey {
            rows: n,
            shapes: [0, n, 0],
            ..Survey::default()
        };
        let travel = survey(&["Kundennummer", "Vertreter", "km"], 10);
        let (one, many) = (area(1), area(40));
        assert_eq!(
            told(&[("a.geojson", &one), ("plz.gpkg", &many), ("t.csv", &travel)]),
            [
                ("boundary", "shapes"),
                ("units", "shapes"),
                ("matrix", "columns")
            ]
        );
        assert_eq!(told(&[("laender.geojson", &many)]), [("context", "name")]);
    }

    #[test]
    fn columns_get_one_meaning_each_and_doubt_stays() {
        let of = |columns: &[&str]| meanings(&survey(columns, 9), OF_CUSTOMERS);
        assert_eq!(
            of(&["id", "WKT", "Umsatz"]),
            [Some("id"), Some("geometry"), Some("revenue")]
        );
        assert_eq!(
            of(&["id", "lng", "lat", "geom"]),
            [Some("id"), Some("lon"), Some("lat"), None]
        );
        assert_eq!(
            of(&[
                "Kunden-Nr.",
                "Geogr. Länge",
                "Geogr. Breite",
                "Umsatz",
                "Bemerkung"
            ]),
            [Some("id"), Some("lon"), Some("lat"), Some("revenue"), None]
        );
        assert_eq!(of(&["Kundennr", "Kunden-ID"]), [None, None]);
        assert_eq!(of(&["id", "Kunden-ID"]), [Some("id"), None]);
    }
}
