//! Results against targets: per goal, territory and period.
//!
//! With `e(t)` the share of the goal's days that have passed by the end of day `t` (0 before `from`, 1 from `date`
//! on), a territory that is to reach `V` is expected to have, by then,
//!
//! ```text
//! E(t) = V e(t)                                  when results add up
//! E(t) = y0 + (V - y0) (e(t) - e0) / (1 - e0)    when the latest result counts
//! ```
//!
//! where `y0` is what the customers have today (`e0 = 0`), or else the first result (`e0` is the share of time at
//! its end). With `A` the result so far, at the share `e` of time, the forecast is `A / e`, or the line through
//! `(e0, y0)` and `(e, A)` at 1. A territory is *met* when `A >= V`, else *missed* when `e = 1`, *on track* when
//! `A >= E`, and *behind* otherwise. Seasons are not known here: time counts evenly.

mod counted;

use super::actuals::{Entry, Results};
use super::period::Period;
use super::plan::{Goal, Share, TrackedPlan};
use crate::base::date::Date;
use crate::base::words::thousands;
use crate::error::{Collector, Problem, codes};
use crate::plan::targets::reached;
use crate::scenario::Total;
use counted::Counted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Targets against results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dashboard {
    /// The version that made it.
    pub revier: &'static str,
    /// Name of the plan.
    pub plan: String,
    /// Goals in the order of the scenario.
    pub goals: Vec<GoalView>,
    /// Customers of the results that the plan does not have.
    pub unknown_customers: usize,
    /// What is worth knowing about the results.
    pub notes: Vec<Note>,
}

/// A warning about the results, in words, and what the words are made of: the page says it in its language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// The kind of warning, one of [`codes::ALL`].
    pub code: &'static str,
    /// The row of the results, counted from 1, where it is about one.
    pub row: Option<usize>,
    /// In English.
    pub text: String,
    /// Names and numbers in the text; `more`: how many of the kind are not told one by one.
    pub values: BTreeMap<&'static str, serde_json::Value>,
}

impl From<&Problem> for Note {
    /// Without the name of the file, which is not part of the result.
    fn from(problem: &Problem) -> Note {
        Note {
            code: problem.code,
            row: problem.feature,
            text: problem.what.clone(),
            values: problem.values.iter().cloned().collect(),
        }
    }
}

/// One goal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GoalView {
    /// Its name.
    pub name: String,
    /// What is counted.
    pub measure: String,
    /// How results of several periods make one figure.
    pub total: Total,
    /// The first day that counts.
    pub from: Date,
    /// The last day that counts.
    pub date: Date,
    /// The day that results are known to; `None` without results.
    pub as_of: Option<Date>,
    /// Share of the goal's days that have passed by then.
    pub elapsed: f64,
    /// The territories that it is set for, in the order of the reps.
    pub territories: Vec<Line>,
    /// All of them together.
    pub all: Line,
    /// Results of customers that the plan does not have.
    pub outside: f64,
}

/// One territory, or all of a goal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The rep's id; `None`: all.
    pub rep: Option<String>,
    /// The rep's name; empty: all.
    pub name: String,
    /// How many customers there are.
    pub customers: usize,
    /// What they have today, where they say.
    pub base: Option<f64>,
    /// What is to be reached.
    pub value: f64,
    /// The result so far; `None` without results.
    pub actual: Option<f64>,
    /// `actual / value`; `None` where nothing is to be reached.
    pub share: Option<f64>,
    /// What is expected by now.
    pub expected: f64,
    /// Where it ends if it goes on like this.
    pub forecast: Option<f64>,
    /// Change of the last period on the one before, as a fraction.
    pub change: Option<f64>,
    /// How it stands.
    pub status: Status,
    /// Period by period.
    pub periods: Vec<Point>,
}

/// How a territory stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The target is reached.
    Met,
    /// Not yet, but as much as the time that has passed.
    OnTrack,
    /// Less than that.
    Behind,
    /// The time is over, and the target is not reached.
    Missed,
    /// There are no results.
    NoData,
}

/// One period of a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// `2026`, `2026-Q1`, `2026-01`.
    pub period: String,
    /// Its last day.
    pub end: Date,
    /// The result of the period.
    pub actual: Option<f64>,
    /// The result up to its end.
    pub to_date: Option<f64>,
    /// What is expected by its end.
    pub expected: f64,
}

/// Share of the days from `from` to `date` that have passed by the end of `day`.
fn elapsed(from: Date, date: Date, day: Date) -> f64 {
    let passed = day.since(from) + 1;
    (f64::from(passed) / f64::from(date.since(from) + 1)).clamp(0.0, 1.0)
}

/// Compares results with targets, as they stand on `as_of` (default: the end of the last period of the measure).
pub(super) fn dashboard(
    plan: &TrackedPlan,
    results: &Results,
    as_of: Option<Date>,
    problems: &mut Collector,
) -> Dashboard {
    let view = |goal: &Goal| {
        let measure = results.measures.iter().position(|m| *m == goal.measure);
        let of_goal = |e: &&Entry| {
            Some(e.measure as usize) == measure && as_of.is_none_or(|day| e.period.start() <= day)
        };
        let entries: Vec<&Entry> = results.entries.iter().filter(of_goal).collect();
        let last = entries.iter().map(|e| e.period.end()).max();
        let day = as_of.filter(|_| last.is_some()).or(last);
        view(plan, goal, &entries, day, problems)
    };
    Dashboard {
        revier: env!("CARGO_PKG_VERSION"),
        plan: plan.name.clone(),
        goals: plan.goals.iter().map(view).collect(),
        unknown_customers: results.unknown_customers,
        notes: Vec::new(),
    }
}

fn view(
    plan: &TrackedPlan,
    goal: &Goal,
    entries: &[&Entry],
    as_of: Option<Date>,
    problems: &mut Collector,
) -> GoalView {
    let Counted {
        amounts,
        outside,
        edge,
    } = Counted::new(plan, goal, entries);
    let none = amounts.iter().all(BTreeMap::is_empty);
    tell(goal, &edge, none, problems);

    let clock = Clock {
        goal,
        now: as_of.map_or(0.0, |day| elapsed(goal.from, goal.date, day)),
        steps: amounts
            .iter()
            .flat_map(|of| of.keys().copied())
            .collect::<BTreeSet<Period>>()
            .into_iter()
            .collect(),
        known_to: as_of,
    };
    let mut territories = Vec::new();
    let mut all = Series::default();
    let mut together = Share {
        base: Some(0.0),
        value: 0.0,
    };
    let mut customers = 0;
    for ((rep, share), amounts) in plan.reps.iter().zip(&goal.of).zip(&amounts) {
        let Some(share) = *share else {
            continue;
        };
        let series = Series::new(&clock, amounts);
        all.add(&series);
        together.base = together.base.zip(share.base).map(|(a, b)| a + b);
        together.value += share.value;
        customers += rep.customers;
        let line = clock.line(&series, share);
        territories.push(Line {
            rep: Some(rep.id.clone()),
            name: rep.name.clone(),
            customers: rep.customers,
            ..line
        });
    }
    let outside = match goal.total {
        Total::Sum => outside.values().sum(),
        Total::Last => outside.values().next_back().copied().unwrap_or(0.0),
    };
    let all = Line {
        customers,
        ..clock.line(&all, together)
    };
    if !all.actual.unwrap_or(0.0).is_finite() || !f64::is_finite(outside) {
        let what = format!("the total of `{}` is too large", goal.measure);
        let problem = Problem::error(codes::NOT_FINITE, what).field(&goal.measure);
        problems.add(problem.help("use a larger unit"));
    }
    GoalView {
        name: goal.name.clone(),
        measure: goal.measure.clone(),
        total: goal.total,
        from: goal.from,
        date: goal.date,
        as_of,
        elapsed: clock.now,
        territories,
        all,
        outside,
    }
}

/// Says what of the results cannot count for a goal.
fn tell(goal: &Goal, edge: &BTreeMap<Period, usize>, nothing: bool, problems: &mut Collector) {
    let of_goal = |problem: Problem| {
        let named = problem.with("target", goal.name.as_str());
        let begun = named.with("from", goal.from.to_string());
        begun.with("date", goal.date.to_string())
    };
    for (period, rows) in edge {
        let what = format!(
            "{period} ({} rows) is not counted for the target {:?}, which runs from {} to {}",
            thousands(*rows),
            goal.name,
            goal.from,
            goal.date
        );
        let problem = of_goal(Problem::warning(codes::PERIOD_AT_EDGE, what).field("period"))
            .with("period", period.to_string())
            .with("n", *rows);
        problems.add(problem.help("write shorter periods, that lie on one side"));
    }
    if nothing {
        let what = format!(
            "there are no results of `{}` for the target {:?} from {} to {}",
            goal.measure, goal.name, goal.from, goal.date
        );
        let problem = of_goal(Problem::warning(codes::NO_RESULTS, what).field(&goal.measure))
            .with("measure", goal.measure.as_str());
        problems.add(problem.help("check the periods, and the name of the measure"));
    }
}

/// Results of a territory at each step; later steps than its last one have none.
#[derive(Clone, Debug, Default, PartialEq)]
struct Series {
    amount: Vec<Option<f64>>,
    to_date: Vec<Option<f64>>,
}

impl Series {
    fn new(clock: &Clock<'_>, amounts: &BTreeMap<Period, f64>) -> Series {
        let mut series = Series::default();
        let mut so_far = None;
        for step in &clock.steps {
            let amount = amounts.get(step).copied();
            so_far = match (clock.goal.total, so_far, amount) {
                (Total::Sum, before, Some(a)) => Some(before.unwrap_or(0.0) + a),
                (Total::Last, _, Some(a)) => Some(a),
                (_, before, None) => before,
            };
            series.amount.push(amount);
            series.to_date.push(so_far);
        }
        series
    }

    fn add(&mut self, other: &Series) {
        let sum = |mine: &mut Vec<Option<f64>>, others: &[Option<f64>]| {
            mine.resize(others.len(), None);
            for (a, b) in mine.iter_mut().zip(others) {
                *a = match (*a, *b) {
                    (Some(a), Some(b)) => Some(a + b),
                    (a, b) => a.or(b),
                };
            }
        };
        sum(&mut self.amount, &other.amount);
        sum(&mut self.to_date, &other.to_date);
    }
}

/// The time of a goal.
struct Clock<'a> {
    goal: &'a Goal,
    /// Share that has passed.
    now: f64,
    steps: Vec<Period>,
    known_to: Option<Date>,
}

impl Clock<'_> {
    fn at(&self, day: Date) -> f64 {
        elapsed(self.goal.from, self.goal.date, day)
    }

    /// Share of time and figure that a territory starts from.
    fn start(&self, series: &Series, share: Share) -> (f64, f64) {
        match (self.goal.total, share.base) {
            (Total::Sum, _) => (0.0, 0.0),
            (Total::Last, Some(base)) => (0.0, base),
            (Total::Last, None) => {
                let mut all = self.steps.iter().zip(&series.to_date);
                let first = all.find_map(|(step, y)| Some((self.at(step.end()), (*y)?)));
                first.unwrap_or((0.0, 0.0))
            }
        }
    }

    fn line(&self, series: &Series, share: Share) -> Line {
        let value = share.value;
        let actual = series.to_date.last().copied().flatten();
        let (e0, y0) = self.start(series, share);
        let expected = |e: f64| {
            if e0 < 1.0 {
                y0 + (value - y0) * ((e - e0) / (1.0 - e0)).max(0.0)
            } else {
                value
            }
        };
        let forecast =
            |a: f64| (self.now > e0).then(|| y0 + (a - y0) * (1.0 - e0) / (self.now - e0));
        let points = self.steps.iter().zip(&series.amount).zip(&series.to_date);
        Line {
            rep: None,
            name: String::new(),
            customers: 0,
            base: share.base,
            value,
            actual,
            share: actual.filter(|_| value > 0.0).map(|a| a / value),
            expected: expected(self.now),
            forecast: actual.and_then(forecast),
            change: self.change(series),
            status: status(actual, value, expected(self.now), self.now),
            periods: points
                .map(|((step, actual), to_date)| Point {
                    period: step.to_string(),
                    end: step.end(),
                    actual: *actual,
                    to_date: *to_date,
                    expected: expected(self.at(step.end())),
                })
                .collect(),
        }
    }

    /// Change of the last complete period on the one before it, where they are of the same length.
    fn change(&self, series: &Series) -> Option<f64> {
        let known = |step: &Period| self.known_to.is_none_or(|day| step.end() <= day);
        let last = self.steps.iter().rposition(known)?;
        let before = last.checked_sub(1)?;
        if !self.steps[last].follows(self.steps[before]) {
            return None;
        }
        let (old, new) = (series.amount[before]?, series.amount[last]?);
        (old > 0.0).then(|| new / old - 1.0)
    }
}

fn status(actual: Option<f64>, value: f64, expected: f64, now: f64) -> Status {
    match actual {
        None => Status::NoData,
        Some(a) if reached(a, value) => Status::Met,
        Some(_) if now >= 1.0 => Status::Missed,
        Some(a) if reached(a, expected) => Status::OnTrack,
        Some(_) => Status::Behind,
    }
}

#[cfg(test)]
mod tests;
