//! Months that look like days: a spreadsheet makes a date of `Jan 26`, which is 2026-01-01.

use super::period::Period;
use crate::error::{Collector, Problem, codes};

/// What the periods of a table are, as far as they are days.
#[derive(Debug)]
pub(super) struct Months {
    /// Entries whose period is a date of a workbook, ascending; whether all of those dates are the first of a month.
    dated: Vec<usize>,
    firsts: bool,
    /// Days that are written out, two of them at most; none once one is not the first of a month.
    written: Option<Vec<Period>>,
}

impl Default for Months {
    fn default() -> Months {
        Months {
            dated: Vec::new(),
            firsts: true,
            written: Some(Vec::new()),
        }
    }
}

impl Months {
    /// A date of a workbook, which these entries have.
    pub fn see_date(&mut self, period: Period, entries: std::ops::Range<usize>) {
        self.firsts &= Period::month_of(period.start()).is_some();
        self.dated.extend(entries);
    }

    /// A period that is written as a text.
    pub fn see_text(&mut self, period: Period) {
        let first = Period::month_of(period.start());
        match &mut self.written {
            _ if !period.is_day() => {}
            Some(days) if first.is_some() => {
                if days.len() < 2 && !days.contains(&period) {
                    days.push(period);
                }
            }
            written => *written = None,
        }
    }

    /// Makes months of dates that are all the first of one, and tells so; of days that are written out, it is told only. `periods` are those of all entries.
    pub fn settle<'e>(
        &self,
        periods: impl Iterator<Item = &'e mut Period>,
        problems: &mut Collector,
    ) {
        if self.dated.is_empty() {
            if let Some([day, _]) = self.written.as_deref() {
                problems.add(as_days(*day));
            }
            return;
        }
        if !self.firsts {
            return;
        }
        let mut dated = self.dated.iter().peekable();
        let mut example = None;
        for (at, period) in periods.enumerate() {
            if dated.next_if(|next| **next == at).is_some()
                && let Some(month) = Period::month_of(period.start())
            {
                example.get_or_insert((*period, month));
                *period = month;
            }
        }
        if let Some((day, month)) = example {
            problems.add(as_months(day, month));
        }
    }
}

fn as_days(day: Period) -> Problem {
    let what = format!("all days are the first of a month, and count as single days: {day}");
    let help = format!(
        "nothing, if that is so; if they are months, write {}",
        day.step()
    );
    let problem = Problem::warning(codes::LOOKS_LIKE_MONTHS, what).field("period");
    problem.with("day", day.to_string()).help(help)
}

fn as_months(day: Period, month: Period) -> Problem {
    let what = format!(
        "all dates are the first of a month, and count for the whole month: {day} is {month}"
    );
    let help = "nothing, if that is so; if they are single days, write them as texts (2026-01-31)";
    let problem = Problem::warning(codes::MONTHS_FOUND, what).field("period");
    let problem = problem.with("day", day.to_string());
    problem.with("month", month.to_string()).help(help)
}
