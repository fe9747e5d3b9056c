//! `revier compare`.

use super::log::Log;
use super::table::{cut, status};
use super::{print, say};
use revier::base::words::thousands;
use revier::base::words::{figure, fixed, percent, signed_percent};
use revier::compare::{Comparison, Pair, RepChange, Saved, compare};
use revier::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

/// What `compare` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// The plan before
    dir_a: PathBuf,
    /// The plan after
    dir_b: PathBuf,
    /// Print JSON with all moves instead of a table
    #[arg(long)]
    json: bool,
}

/// Moves that the table shows; the JSON has all.
const SHOWN: usize = 20;

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let (a, b) = (Saved::read(&args.dir_a)?, Saved::read(&args.dir_b)?);
    for plan in [&a, &b] {
        for file in &plan.stale {
            log.note(&format!(
                "{} has changed since the plan in {} was made; the figures are those of the file as it is now",
                file.display(),
                plan.dir.display()
            ));
        }
    }
    let found = compare(&a, &b);
    if args.json {
        let mut text =
            serde_json::to_string_pretty(&found).map_err(|e| Error::Internal(e.to_string()))?;
        text.push('\n');
        return print(text.as_bytes());
    }
    say(&table(&found))
}

fn table(c: &Comparison) -> String {
    let mut text = String::new();
    for (letter, side) in [('A', &c.a), ('B', &c.b)] {
        let _ = writeln!(
            text,
            "{letter}  {} ({}), {}",
            cut(&side.dir, 40),
            cut(&side.name, 20),
            status(side.status)
        );
    }
    moved(c, &mut text);
    overall(c, &mut text);
    moves(c, &mut text);
    reps(c, &mut text);
    text
}

/// How much changes hands, and what is in one of the plans only.
fn moved(c: &Comparison, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{} of {} customers change hands",
        thousands(c.moved),
        thousands(c.customers)
    );
    for m in &c.measures {
        let _ = writeln!(
            text,
            "  {:<20} {:>14}  {:>9}",
            cut(m, 20),
            figure(c.moved_measures[m]),
            percent(c.moved_share[m], 2)
        );
    }
    for (count, side) in [(c.removed, 'A'), (c.added, 'B')] {
        if count > 0 {
            let _ = writeln!(text, "{} customers are in {side} only", thousands(count));
        }
    }
}

/// How a change is told.
#[derive(Clone, Copy)]
enum Change {
    /// As a share of A.
    Share,
    /// In percentage points.
    Points,
    /// Not at all: the two are not of one kind.
    None,
}

fn overall(c: &Comparison, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{:<34} {:>14} {:>14} {:>14}",
        "", "A", "B", "change"
    );
    let mut line = |name: &str, pair: Pair, show: &dyn Fn(f64) -> String, how: Change| {
        let cell = |v: Option<f64>| v.map_or("-".to_owned(), show);
        let change = match (pair.change(), pair.a, how) {
            (Some(d), Some(a), Change::Share) if a > 0.0 => signed_percent(d / a, 2),
            (Some(d), _, Change::Points) => signed_percent(d, 2),
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            text,
            "{:<34} {:>14} {:>14} {change:>14}",
            cut(name, 34),
            cell(pair.a),
            cell(pair.b)
        );
    };
    line(
        &format!("travel, {}", c.unit),
        c.travel,
        &figure,
        Change::Share,
    );
    let rest = [
        ("preferences", c.preference),
        ("change of hands", c.change_cost),
        ("cost of load beside targets", c.balance_cost),
    ];
    let rest = rest.iter().filter(|(_, pair)| !pair.is_none());
    for (name, pair) in rest.clone() {
        line(
            &format!("{name}, {}", c.unit),
            *pair,
            &figure,
            Change::Share,
        );
    }
    if rest.count() > 0 {
        let (name, how) = match c.same_costs {
            true => ("cost", Change::Share),
            false => ("all that its scenario counts", Change::None),
        };
        line(&format!("{name}, {}", c.unit), c.objective, &figure, how);
    }
    line("mean km", c.travel_km, &|v| fixed(v, 2), Change::Share);
    for (measure, pair) in &c.load_beside {
        let name = format!("{measure} beside the targets");
        line(&name, *pair, &figure, Change::Share);
    }
    for (measure, pair) in &c.worst_index_deviation {
        let percent = |v: f64| percent(v, 2);
        line(
            &format!("{measure}, greatest off target"),
            *pair,
            &percent,
            Change::Points,
        );
    }
}

fn moves(c: &Comparison, text: &mut String) {
    if c.moves.is_empty() {
        return;
    }
    let shown: Vec<&String> = c.measures.iter().take(2).collect();
    let _ = write!(text, "\n{:<20} {:<20} {:>9}", "from", "to", "customers");
    for m in &shown {
        let _ = write!(text, " {:>13}", cut(m, 13));
    }
    text.push('\n');
    for each in c.moves.iter().take(SHOWN) {
        let _ = write!(
            text,
            "{:<20} {:<20} {:>9}",
            cut(&each.from, 20),
            cut(&each.to, 20),
            each.customers
        );
        for m in &shown {
            let _ = write!(text, " {:>13}", figure(each.measures[*m]));
        }
        text.push('\n');
    }
    if c.moves.len() > SHOWN {
        let _ = writeln!(text, "and {} more (--json has all)", c.moves.len() - SHOWN);
    }
}

fn reps(c: &Comparison, text: &mut String) {
    let first = &c.measures[0];
    let _ = writeln!(
        text,
        "\n{:<22} {:>6} {:>6} {:>9} {:>9} {:>6} {:>6} {:>9}",
        "rep",
        "gains",
        "loses",
        format!("{} A", cut(first, 7)),
        "B",
        "index",
        "B",
        "km A > B"
    );
    c.reps.iter().for_each(|r| rep(first, r, text));
}

/// A rep's line of it.
fn rep(first: &str, r: &RepChange, text: &mut String) {
    let cell = |v: Option<f64>| v.map_or("-".to_owned(), figure);
    let index = |v: Option<f64>| v.map_or("-".to_owned(), |v| fixed(v, 2));
    let km = |v: Option<f64>| v.map_or("-".to_owned(), |v| fixed(v, 0));
    let none = Pair { a: None, b: None };
    let total = r.totals.get(first).copied().unwrap_or(none);
    let of_target = r.index.get(first).copied().unwrap_or(none);
    let _ = writeln!(
        text,
        "{:<22} {:>6} {:>6} {:>9} {:>9} {:>6} {:>6} {:>9}",
        cut(&r.name, 22),
        r.gained,
        r.lost,
        cell(total.a),
        cell(total.b),
        index(of_target.a),
        index(of_target.b),
        format!("{} > {}", km(r.travel_km.a), km(r.travel_km.b))
    );
}
