//! Which columns of a table of `[[prefer]]` hold what.

use super::About;
use crate::error::{Collector, Problem, codes};
use crate::input::header::twice;
use crate::input::spelling::{Named, fold};
use crate::input::wanted::{REP, Wanted};
use crate::scenario::FitUnit;
use std::collections::BTreeSet;

/// The column of the reps.
pub(super) const REP_ID: &str = "rep_id";

/// Which column holds what.
pub(super) enum Layout {
    /// A column of reps, and for each other column the value that it is of, folded.
    Cross(usize, Vec<Option<String>>),
    /// The columns of rep, value and cost.
    Pairs([usize; 3]),
    /// Columns lack.
    Unusable,
}

/// Which column holds what, by the header.
pub(super) fn of(names: &[&str], about: &About<'_>, problems: &mut Collector) -> Layout {
    let costs = [FitUnit::Km, FitUnit::Share].map(|unit| (unit, at_name(names, unit.key())));
    match costs {
        [(_, Some(_)), (_, Some(_))] => {
            let [km, share] = [FitUnit::Km, FitUnit::Share].map(FitUnit::key);
            let what = format!("there are both {km} and {share}, and an entry has one `unit`");
            let problem = Problem::error(codes::CONFLICTING_KEYS, what).field(share);
            let help = "make two tables of it, each with an entry of its own";
            problems.add(problem.help(help));
            return Layout::Unusable;
        }
        [(unit, Some(cost)), _] | [_, (unit, Some(cost))] => {
            return list_of_pairs(names, about, problems, (unit, cost));
        }
        _ => {}
    }
    let rep = names.iter().position(|name| *name == REP_ID);
    if rep.is_none()
        && let Some(problem) = another_may_be(names, about)
    {
        problems.add(problem);
        return Layout::Unusable;
    }
    let rep = rep.unwrap_or(0);
    let others = (0..names.len()).filter(|at| *at != rep && !names[*at].is_empty());
    if others.count() == 0 {
        let what = format!(
            "there is no column beside that of the reps; the columns are: {}",
            names.join(", ")
        );
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(REP_ID);
        let help = format!(
            "write a row for each rep, with its id first, and a column for each value of `{}`",
            about.by
        );
        problems.add(problem.help(help));
        return Layout::Unusable;
    }
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let value = about.key(name).filter(|_| at != rep);
        if value.as_ref().is_some_and(|v| !seen.insert(v.clone())) {
            problems.add(twice(name));
        }
        values.push(value);
    }
    Layout::Cross(rep, values)
}

/// The columns of a list of pairs.
fn list_of_pairs(
    names: &[&str],
    about: &About<'_>,
    problems: &mut Collector,
    (unit, cost): (FitUnit, usize),
) -> Layout {
    let by = about.by;
    let value = names.iter().position(|name| *name == by);
    let value = value.or_else(|| at_name(names, "value"));
    // `by` may be a name that reps have, too: their owner, say.
    let may_be = |at: &usize| Some(*at) != value && is_rep(names[*at]);
    let rep = names.iter().position(|name| *name == REP_ID);
    let rep = rep.or_else(|| (0..names.len()).find(may_be));
    if unit != about.unit {
        let what = format!(
            "the column is `{}`, and the entry has another `unit`",
            unit.key()
        );
        let problem = Problem::error(codes::CONFLICTING_KEYS, what).field(unit.key());
        let help = format!("rename it `{}`, or mend the unit", about.unit.key());
        problems.add(problem.help(help));
    }
    let needed = [(rep, REP_ID), (value, by)];
    for (_, name) in needed.iter().filter(|(at, _)| at.is_none()) {
        let all = names.join(", ");
        let what = format!("there is no column `{name}`; the columns are: {all}");
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(*name);
        let help = format!("the header is rep_id,{by},{}", unit.key());
        problems.add(problem.help(help));
    }
    match (rep, value) {
        (Some(rep), Some(value)) => Layout::Pairs([rep, value, cost]),
        _ => Layout::Unusable,
    }
}

/// That a column may be that of the reps, which is not the first; one that is a value of the customers is none.
fn another_may_be(names: &[&str], about: &About<'_>) -> Option<Problem> {
    let known = about.known.as_ref()?;
    let is_value = |name: &str| {
        let value = about.key(name);
        value.is_some_and(|value| known.contains_key(&value))
    };
    let (first, others) = names.split_first()?;
    let other = others.iter().find(|name| is_rep(name) && !is_value(name))?;
    if is_rep(first) {
        return None;
    }
    let what = format!(
        "the reps are looked for in the first column, `{first}`, and `{other}` may be theirs"
    );
    let problem = Problem::error(codes::AMBIGUOUS_COLUMN, what).field(REP_ID);
    Some(problem.help(format!("name the column of the reps {REP_ID}")))
}

/// Whether a column of this name may be that of the reps.
fn is_rep(name: &str) -> bool {
    Wanted::new(REP_ID, REP).is_among(&[name], &Named::new())
}

/// The column of this name, however it is spelled.
fn at_name(names: &[&str], wanted: &str) -> Option<usize> {
    (names.iter()).position(|name| fold(name) == fold(wanted))
}
