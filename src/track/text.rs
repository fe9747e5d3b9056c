//! The dashboard as a table of 80 columns.

use super::dashboard::{Dashboard, GoalView, Line, Status};
use crate::base::words::{self, figure};
use crate::report::Lang;
use std::fmt::Write;

/// Widest name of a rep.
const NAME: usize = 26;

/// A table per goal, a line per territory.
#[must_use]
pub fn summary(dashboard: &Dashboard, lang: Lang) -> String {
    let mut out = String::new();
    for goal in &dashboard.goals {
        if !out.is_empty() {
            out.push('\n');
        }
        table(&mut out, goal, lang);
    }
    out
}

fn table(out: &mut String, goal: &GoalView, lang: Lang) {
    let words = Words::of(lang);
    let head = format!("{} ({})", goal.name, goal.measure);
    let _ = writeln!(out, "{}", cut(&head, 80));
    let state = match goal.as_of {
        Some(day) => format!(
            ", {} {day} ({} {} {})",
            words.as_of,
            percent(goal.elapsed, lang),
            words.of_the,
            words.time
        ),
        None => String::new(),
    };
    let _ = writeln!(out, "{} {} {}{state}", goal.from, words.to, goal.date);
    let [rep, actual, target, status] = words.columns;
    let _ = writeln!(
        out,
        "{rep:<NAME$} {actual:>14} {target:>14} {:>9}  {status}",
        "%"
    );
    for line in goal.territories.iter().chain([&goal.all]) {
        row(out, line, lang, &words);
    }
    if goal.outside != 0.0 {
        let _ = writeln!(
            out,
            "{:<NAME$} {:>14}",
            cut(words.outside, NAME),
            number(goal.outside, lang)
        );
    }
}

fn row(out: &mut String, line: &Line, lang: Lang, words: &Words) {
    let name = match line.rep {
        Some(_) => line.name.as_str(),
        None => words.all,
    };
    let none = || "-".to_owned();
    let _ = writeln!(
        out,
        "{:<NAME$} {:>14} {:>14} {:>9}  {}",
        cut(name, NAME),
        line.actual.map_or_else(none, |a| number(a, lang)),
        number(line.value, lang),
        line.share.map_or_else(none, |s| percent(s, lang)),
        words.status(line.status)
    );
}

struct Words {
    columns: [&'static str; 4],
    all: &'static str,
    outside: &'static str,
    to: &'static str,
    as_of: &'static str,
    of_the: &'static str,
    time: &'static str,
    statuses: [&'static str; 5],
}

impl Words {
    fn of(lang: Lang) -> Words {
        match lang {
            Lang::En => Words {
                columns: ["rep", "actual", "target", "status"],
                all: "all",
                outside: "not in the plan",
                to: "to",
                as_of: "as of",
                of_the: "of the",
                time: "time",
                statuses: ["met", "on track", "behind", "missed", "no data"],
            },
            Lang::De => Words {
                columns: ["Person", "Ist", "Ziel", "Stand"],
                all: "alle",
                outside: "nicht im Plan",
                to: "bis",
                as_of: "Stand",
                of_the: "der",
                time: "Zeit",
                statuses: [
                    "erreicht",
                    "im Plan",
                    "im Rückstand",
                    "verfehlt",
                    "keine Daten",
                ],
            },
        }
    }

    fn status(&self, status: Status) -> &'static str {
        self.statuses[match status {
            Status::Met => 0,
            Status::OnTrack => 1,
            Status::Behind => 2,
            Status::Missed => 3,
            Status::NoData => 4,
        }]
    }
}

/// A number in the form of the language.
fn number(x: f64, lang: Lang) -> String {
    let text = figure(x);
    match lang {
        Lang::En => text,
        Lang::De => text
            .chars()
            .map(|c| match c {
                ',' => '.',
                '.' => ',',
                c => c,
            })
            .collect(),
    }
}

fn percent(share: f64, lang: Lang) -> String {
    let text = words::percent(share, 1);
    match lang {
        Lang::En => text,
        Lang::De => text.replace('.', ","),
    }
}

/// The first `width` characters, controls taken out.
fn cut(text: &str, width: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    if text.chars().count() <= width {
        return plain.collect();
    }
    plain.take(width - 1).chain(std::iter::once('…')).collect()
}
