//! The header of a table: which column stands for what, by the scenario, by its name, or by another name for it.

use super::rows::{GEOMETRY, ID, IGNORE, LAT, LON, Sink, Uses, slot_of};
use super::spelling::{self, Named};
use crate::base::words::{enumerated_to, shorten};
use crate::error::{Problem, codes};
use crate::scenario::TableRole;

/// Columns that a sentence names, and that a message lists with examples.
const MOST_SAID: usize = 8;
const MOST_NAMED: usize = 40;

/// Whether these may be the names of columns: of the id and of both coordinates, for which points as text or a postcode (`coded`) may stand.
pub(super) fn fits<'c>(columns: impl Iterator<Item = &'c str>, names: &Named, coded: bool) -> bool {
    let known: Vec<&str> = columns.filter_map(|c| known(c.trim(), names)).collect();
    let has = |name: &str| known.contains(&name);
    let placed = has("lon") && has("lat") || has("geometry");
    has("id") && (placed || coded && has("postcode"))
}

/// The property that a column stands for, by the scenario or by its name.
fn known<'n>(column: &str, names: &'n Named) -> Option<&'n str> {
    spelling::named(names, column).or_else(|| spelling::alias(column))
}

/// That the header is not the first row.
pub(super) fn below_title(above: usize) -> Problem {
    let what = format!(
        "the header is row {}: what stands above it is no data",
        above + 1
    );
    let help = "nothing, if that is so; else put the names of the columns into the first row";
    Problem::warning(codes::HEADER_FOUND, what).help(help)
}

/// The section of the scenario that names columns of the file.
fn section<S: Sink>(sink: &mut S) -> TableRole {
    sink.base().role.unwrap_or(TableRole::Customers)
}

/// What becomes of the columns; says what was understood, which columns lack, which stand twice and which are in doubt.
pub(super) fn header<S: Sink>(names: &[&str], like: &[String], sink: &mut S) -> Vec<Uses> {
    sink.base().table = true;
    columns(names, like, false, sink)
}

/// As [`header`], for a layer of features that have geometries (`placed`): they need no columns for their places.
#[cfg(any(feature = "gpkg", feature = "shp", feature = "fgb"))]
pub(super) fn of_layer<S: Sink>(names: &[&str], like: &[String], sink: &mut S) -> Vec<Uses> {
    columns(names, like, true, sink)
}

fn columns<S: Sink>(names: &[&str], like: &[String], placed: bool, sink: &mut S) -> Vec<Uses> {
    let by_scenario = sink.base().named.clone();
    let section = section(sink);
    let mut slots: Vec<u16> = Vec::new();
    for name in names {
        let slot = match name.is_empty() {
            true => IGNORE,
            false => slot_of(name, sink),
        };
        if slot != IGNORE && slots.contains(&slot) {
            sink.base().problems.add(twice(name));
        }
        slots.push(slot);
    }
    for (property, column) in by_scenario.iter().filter(|(_, c)| !c.is_empty()) {
        if !names.contains(&column.as_str()) {
            let problem = not_there((property, column), names, like);
            let help = format!("mend the name in [columns.{section}]");
            sink.base().problems.add(problem.help(help));
        }
    }
    let doubtful = by_alias(names, like, placed, &mut slots, sink);
    one_place(names, placed, &mut slots, sink);
    let written = slots.contains(&GEOMETRY);
    sink.base().written = written;
    let instead = sink.base().coded.then(|| sink.slot("postcode"));
    let has_codes = instead.is_some_and(|slot| slots.contains(&slot));
    for (slot, name) in [(ID, "id"), (LON, "lon"), (LAT, "lat")] {
        let needed = slot == ID || !has_codes && !placed && !written;
        if slots.contains(&slot) || !needed || sink.base().lacks[usize::from(slot)] {
            continue;
        }
        sink.base().lacks[usize::from(slot)] = true;
        if doubtful.contains(&slot) || by_scenario.get(name).is_some_and(|c| !c.is_empty()) {
            continue;
        }
        let what = format!("there is no column `{name}`; {}", all_of(names, like));
        let help = match slot {
            ID => format!(
                "name the column of the unique id `id`, or name it in the scenario: [columns.{section}] id = \"...\""
            ),
            _ => format!(
                "name the columns of longitude and latitude `lon` and `lat`, or name them in the scenario: [columns.{section}] lon = \"...\""
            ),
        };
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(name);
        sink.base().problems.add(problem.help(help));
    }
    let ever = slots.iter().filter(|s| **s != IGNORE);
    ever.for_each(|slot| {
        sink.base().twice(*slot);
    });
    sink.discard();
    if let Some(at) = (sink.base().carries.is_whole())
        .then(|| {
            (0..names.len()).find(|at| !names[*at].is_empty() && names[..*at].contains(&names[*at]))
        })
        .flatten()
    {
        let what = "two columns have this name: the first one comes back";
        let problem = Problem::warning(codes::DUPLICATE_COLUMN, what).field(names[at]);
        sink.base().problems.add(problem.help("rename one of them"));
    }
    let uses = slots.into_iter().zip(names);
    uses.map(|(slot, name)| Uses::of(name, slot, sink))
        .collect()
}

/// Gives columns with another name for a property its slot, where no column has the name itself, and tells so; the needed slots that several columns
/// may be meant for.
fn by_alias<S: Sink>(
    names: &[&str],
    like: &[String],
    placed: bool,
    slots: &mut [u16],
    sink: &mut S,
) -> Vec<u16> {
    let section = section(sink);
    let by_scenario = sink.base().named.clone();
    let said = |property: &str| by_scenario.get(property).map(String::is_empty);
    let known = |property: &str| {
        said(property) != Some(true) && names.iter().any(|n| spelling::alias(n) == Some(property))
    };
    let by_name = ["lon", "lat"].iter().any(|p| said(p) == Some(false));
    let pair = known("lon") && known("lat") || by_name;
    let mut found: Vec<(u16, &str, Vec<usize>)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let Some(property) = spelling::alias(name).filter(|p| slots[at] == IGNORE && p != name)
        else {
            continue;
        };
        if placed && ["lon", "lat", "geometry"].contains(&property) {
            continue;
        }
        if pair && property == "geometry" {
            continue;
        }
        let said = by_scenario.contains_key(property);
        let slot = sink.slot(property);
        if slot == IGNORE {
            // It is no name of the file's.
            sink.base().others.retain(|o| o != property);
        } else if !slots.contains(&slot) && !said {
            match found.iter_mut().find(|f| f.0 == slot) {
                Some((_, _, columns)) => columns.push(at),
                None => found.push((slot, property, vec![at])),
            }
        }
    }
    let (mut doubtful, mut understood) = (Vec::new(), Vec::new());
    for (slot, property, columns) in found {
        if let [at] = columns[..] {
            slots[at] = slot;
            sink.base().others.retain(|o| o != names[at]);
            understood.push(format!("`{}` as `{property}`", names[at]));
            continue;
        }
        let what = in_doubt(property, &columns, names, like);
        let help = format!(
            "say which: [columns.{section}] {property} = {:?}",
            names[columns[0]]
        );
        let needed = [ID, LON, LAT].contains(&slot);
        let problem = match needed {
            true => Problem::error(codes::AMBIGUOUS_COLUMN, what),
            false => Problem::warning(
                codes::AMBIGUOUS_COLUMN,
                format!("{what}; none of them is read"),
            ),
        };
        sink.base().problems.add(problem.field(property).help(help));
        if needed {
            doubtful.push(slot);
        }
    }
    if !understood.is_empty() {
        let help = format!(
            "if one of them is something else, name the right column in the scenario: [columns.{section}] id = \"...\""
        );
        let problem = by_other_names(&understood);
        sink.base().problems.add(problem.help(help));
    }
    doubtful
}

/// Leaves each feature one place: what the scenario names, else of columns with both coordinates and one with points as text the coordinates.
fn one_place<S: Sink>(names: &[&str], placed: bool, slots: &mut [u16], sink: &mut S) {
    if !slots.contains(&GEOMETRY) {
        return;
    }
    let by_scenario = &sink.base().named;
    let named = |property: &str| by_scenario.get(property).is_some_and(|c| !c.is_empty());
    let (as_text, as_numbers) = (named("geometry"), named("lon") || named("lat"));
    if as_text && as_numbers {
        let what = "the scenario names columns for coordinates and one for points as text";
        let problem = Problem::error(codes::AMBIGUOUS_COLUMN, what).field("geometry");
        let help = "name one or the other: a customer has one place";
        sink.base().problems.add(problem.help(help));
    }
    let pair = slots.contains(&LON) && slots.contains(&LAT);
    let numbers = placed || as_numbers || pair && !as_text;
    let out: &[u16] = if numbers { &[GEOMETRY] } else { &[LON, LAT] };
    for (slot, name) in slots.iter_mut().zip(names) {
        if out.contains(slot) {
            *slot = IGNORE;
            sink.base().others.push((*name).to_owned());
        }
    }
}

/// That two columns have one name.
pub(super) fn twice(name: &str) -> Problem {
    let problem = Problem::error(codes::DUPLICATE_COLUMN, "two columns have this name");
    problem.field(name).help("rename or remove one of them")
}

/// That a column which the scenario names for a property is not there.
pub(super) fn not_there(
    (property, column): (&str, &str),
    names: &[&str],
    like: &[String],
) -> Problem {
    let what = format!(
        "there is no column {column:?}, which the scenario names for `{property}`; {}",
        all_of(names, like)
    );
    Problem::error(codes::MISSING_COLUMN, what).field(property)
}

/// That several columns may be meant for a property.
pub(super) fn in_doubt(
    property: &str,
    columns: &[usize],
    names: &[&str],
    like: &[String],
) -> String {
    let may: Vec<String> = (columns.iter())
        .map(|at| format!("`{}`", names[*at]))
        .collect();
    let all = all_of(names, like);
    format!("{} may all be `{property}`; {all}", listed(&may))
}

/// Which columns were understood by another name.
pub(super) fn by_other_names(understood: &[String]) -> Problem {
    let what = format!("columns are read by other names: {}", listed(understood));
    Problem::warning(codes::COLUMNS_FOUND, what)
}

/// All columns, each with a cell as an example.
fn all_of(names: &[&str], like: &[String]) -> String {
    let mut out = String::from("the columns are: ");
    let named = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty());
    for (n, (at, name)) in named.take(MOST_NAMED).enumerate() {
        out += if n > 0 { ", " } else { "" };
        out += name;
        if let Some(example) = like.get(at).filter(|e| !e.is_empty()) {
            out += &format!(" ({})", shorten(example));
        }
    }
    if names.len() > MOST_NAMED {
        out += &format!(" and {} more", names.len() - MOST_NAMED);
    }
    out
}

/// Columns in a sentence.
pub(super) fn listed(columns: &[String]) -> String {
    enumerated_to(MOST_SAID, columns.iter())
}
