//! One file per rep: a printable page and a table of the customers who stay, come and go, and an index of them all.
//!
//! A page needs no network and no script; what it shows is in the saved plan. Files are named by the rep's place in the file and its id in plain letters
//! (`07-R7.html`), so that every id has a name of its own on every disk.

mod page;
mod rows;
mod words;

use super::{Exported, not_in_the_plan};
use crate::disk::staging::{self, Guard};
use crate::error::Error;
use crate::report::{Lang, assets};
use crate::saved::SavedPlan;
use crate::saved::text::Dialect;
use rows::{Rows, Source};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use words::What;

/// The command that makes the pages.
const COMMAND: &str = "sheets";
const INDEX: &str = "index.html";

/// Columns of the tables; those that are carried along follow.
const COLUMNS: [&str; 12] = [
    "status",
    "customer_id",
    "name",
    "from_rep_id",
    "from_rep_name",
    "to_rep_id",
    "to_rep_name",
    "km",
    "minutes",
    "reason",
    "lon",
    "lat",
];

/// Writes the sheets of a plan to `out`.
///
/// # Errors
/// [`Error::Usage`] where `out` lies in the plan or holds files of these names that are not ours, [`Error::Io`] when writing fails; what was there is untouched
/// then.
pub fn sheets(plan: &SavedPlan, lang: Lang, out: &Path, force: bool) -> Result<Exported, Error> {
    let bases = plan.home_bases();
    let source = Source::new(plan, bases.as_ref().ok(), lang);
    let rows = source.rows();
    let names = names(plan);
    let mut files: Vec<(String, Vec<u8>)> =
        vec![(INDEX.to_owned(), page::index(&source, &rows, &names))];
    let mut exported = Exported::default();
    for (j, rows) in rows.iter().enumerate() {
        files.push((
            format!("{}.html", names[j]),
            page::sheet(&source, j, rows, &names[j]),
        ));
        files.push((format!("{}.csv", names[j]), table(&source, rows)));
    }
    let read: Vec<PathBuf> = (plan.report.inputs.iter())
        .map(|f| plan.dir.join(&f.path))
        .collect();
    let guard = Guard {
        is_ours,
        otherwise: "is there already, and `revier sheets` did not write it",
        force,
    };
    let mut places = Vec::new();
    for (name, bytes) in files {
        let path = out.join(&name);
        not_in_the_plan(&plan.dir, &path)?;
        let place = staging::File::claim(&path, guard)?;
        place.spares(read.iter().map(PathBuf::as_path))?;
        places.push((path, place, bytes));
    }
    exported.notes.extend(left(out, &places));
    let mut staged = Vec::new();
    for (path, place, bytes) in places {
        staged.push(place.stage(|new| File::create_new(new)?.write_all(&bytes))?);
        if path.ends_with(INDEX) {
            let what = format!("{} reps, a page and a table each", rows.len());
            exported.files.push((path, what));
        }
    }
    staging::publish(staged)?;
    if let Err(why) = bases {
        exported
            .notes
            .push(format!("without the home bases: {why}"));
    }
    Ok(exported)
}

/// Whether a file is a page or a table of an earlier run.
fn is_ours(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(256).read_to_end(&mut head));
    let text = String::from_utf8_lossy(&head);
    let start = text.trim_start_matches('\u{feff}');
    let table = [",", ";"]
        .iter()
        .any(|sep| start.starts_with(&COLUMNS[..5].join(sep)));
    read.is_ok() && (table || assets::is_page(path, COMMAND))
}

/// Sheets of an earlier run that this one has no successor for.
fn left(out: &Path, places: &[(PathBuf, staging::File, Vec<u8>)]) -> Option<String> {
    let new = |path: &PathBuf| places.iter().any(|(place, ..)| place == path);
    let there = std::fs::read_dir(out)
        .ok()?
        .filter_map(|e| Some(e.ok()?.path()));
    let mut old: Vec<String> = there
        .filter(|path| !new(path) && path.is_file() && is_ours(path))
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    old.sort();
    (!old.is_empty()).then(|| format!("sheets of another plan are left there: {}", old.join(", ")))
}

/// A name for the files of each rep: its number, and its id as far as it is of plain letters.
fn names(plan: &SavedPlan) -> Vec<String> {
    let ids = &plan.territories.ids;
    let width = ids.len().to_string().len();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name = |(j, id): (usize, &str)| {
        let id: String = id.chars().take(40).map(plain).collect();
        format!("{:0width$}-{id}", j + 1)
    };
    ids.iter().enumerate().map(name).collect()
}

/// The table of a rep, as the plan's CSV files are written.
fn table(source: &Source<'_>, rows: &Rows) -> Vec<u8> {
    let plan = source.plan;
    let (a, t) = (&plan.assignments, &plan.territories);
    let dialect = Dialect::of(&plan.report.scenario.output);
    let more: Vec<_> = a.carried.iter().filter(|c| c.name != "name").collect();
    let names = COLUMNS
        .into_iter()
        .chain(more.iter().map(|c| c.name.as_str()));
    let mut out = dialect.header(names);
    for what in [What::Gained, What::Lost, What::Kept] {
        for i in rows.of(what).iter().copied() {
            dialect.text(&mut out, what.name());
            let name = source.name(i);
            dialect.next(&mut out);
            dialect.text(&mut out, a.ids.get(i));
            dialect.next(&mut out);
            dialect.text(&mut out, if name == a.ids.get(i) { "" } else { &name });
            for j in [a.previous[i], a.owner[i]] {
                dialect.next(&mut out);
                dialect.text(&mut out, j.some().map_or("", |j| t.ids.get(j.at())));
                dialect.next(&mut out);
                dialect.text(&mut out, source.rep(j));
            }
            for x in [a.km[i], a.minutes[i]] {
                dialect.next(&mut out);
                dialect.rounded(&mut out, x);
            }
            dialect.next(&mut out);
            dialect.text(&mut out, &source.reason(i));
            for x in [a.lon[i], a.lat[i]] {
                dialect.next(&mut out);
                dialect.number(&mut out, x);
            }
            for column in &more {
                dialect.next(&mut out);
                dialect.value(&mut out, column.cells.get(i));
            }
            out.push('\n');
        }
    }
    out.into_bytes()
}
