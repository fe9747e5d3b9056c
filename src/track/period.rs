//! Periods of results: years, quarters, months and days.

use crate::base::date::Date;
use std::fmt;
use std::str::FromStr;

/// A year, quarter, month or day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    // In this order periods sort by their last day, and the longer of two that end together comes last.
    end: Date,
    kind: Kind,
    start: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Day,
    Month,
    Quarter,
    Year,
}

impl Kind {
    fn months(self) -> u8 {
        match self {
            Kind::Day => 0,
            Kind::Month => 1,
            Kind::Quarter => 3,
            Kind::Year => 12,
        }
    }
}

impl Period {
    /// A single day.
    #[must_use]
    pub fn day(day: Date) -> Period {
        Period {
            start: day,
            end: day,
            kind: Kind::Day,
        }
    }

    /// Whether it is a single day.
    #[must_use]
    pub fn is_day(self) -> bool {
        self.kind == Kind::Day
    }

    /// The month that this is the first day of.
    #[must_use]
    pub fn month_of(day: Date) -> Option<Period> {
        match day.ymd() {
            (year, month, 1) => Period::months(year, month, Kind::Month),
            _ => None,
        }
    }

    /// So many months from the first of this one.
    fn months(year: i32, month: u8, kind: Kind) -> Option<Period> {
        Some(Period {
            start: Date::new(year, month, 1)?,
            end: Date::new(year, month + kind.months() - 1, 1)?.end_of_month(),
            kind,
        })
    }

    /// Its first day.
    #[must_use]
    pub fn start(self) -> Date {
        self.start
    }

    /// Its last day.
    #[must_use]
    pub fn end(self) -> Date {
        self.end
    }

    /// Whether the two have a day in common.
    #[must_use]
    pub fn overlaps(self, other: Period) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Where it stands in a chart: days are gathered by month.
    #[must_use]
    pub fn step(self) -> Period {
        match self.kind {
            Kind::Day => {
                let (year, month, _) = self.start.ymd();
                Period::months(year, month, Kind::Month).unwrap_or(self)
            }
            _ => self,
        }
    }

    /// Whether `self` is the next period of the same length after `other`.
    #[must_use]
    pub fn follows(self, other: Period) -> bool {
        self.kind == other.kind && self.start == other.end.plus(1)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.start.ymd();
        match self.kind {
            Kind::Year => write!(f, "{year}"),
            Kind::Quarter => write!(f, "{year}-Q{}", month.div_ceil(3)),
            Kind::Month => write!(f, "{year}-{month:02}"),
            Kind::Day => write!(f, "{}", self.start),
        }
    }
}

impl FromStr for Period {
    type Err = ();

    /// `2026`, `2026-Q3`, `2026-07`, `2026-07-31`; a time of day behind a date is not looked at.
    fn from_str(text: &str) -> Result<Period, ()> {
        let number = |part: &str, len: usize| -> Option<i32> {
            let plain = part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        let read = || {
            let Some((year, rest)) = text.split_once('-') else {
                return Period::months(number(text, 4)?, 1, Kind::Year);
            };
            let year = number(year, 4)?;
            if let Some(quarter) = rest.strip_prefix(['Q', 'q']) {
                let quarter = number(quarter, 1).filter(|q| (1..=4).contains(q))?;
                return Period::months(year, 3 * quarter as u8 - 2, Kind::Quarter);
            }
            if let Some(month) = number(rest, 2) {
                return Period::months(year, month as u8, Kind::Month);
            }
            let day = text.split(['T', ' ']).next().unwrap_or(text);
            day.parse().ok().map(Period::day)
        };
        read().ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn first_and_last_days() {
        for (text, start, end) in [
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("2026-07-09", "2026-07-09", "2026-07-09"),
        ] {
            let p = period(text);
            let days = [p.start().to_string(), p.end().to_string()];
            assert_eq!(days, [start, end]);
            assert_eq!(p.to_string(), text);
        }
        assert_eq!(period("2026-q2"), period("2026-Q2"));
        assert_eq!(period("2026-07-09T23:59:00"), period("2026-07-09"));
        assert_eq!(period("2026-07-09 00:00:00"), period("2026-07-09"));
    }

    #[test]
    fn what_is_no_period() {
        for bad in [
            "",
            "26",
            "2026-Q5",
            "2026-Q0",
            "2026-13",
            "2026-7",
            "2026-02-30",
            "Q1 2026",
            "07/2026",
            "31.12.2026",
            "1899",
            "2026-",
            "2026-Q",
            "2026-W05",
            "-2026",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn overlaps_and_order() {
        assert!(period("2026").overlaps(period("2026-Q4")));
        assert!(period("2026-03-31").overlaps(period("2026-Q1")));
        assert!(!period("2026-04").overlaps(period("2026-Q1")));
        let mut list = ["2026", "2026-Q4", "2026-12", "2026-Q1", "2026-02"].map(period);
        list.sort();
        let told = list.map(|p| p.to_string());
        assert_eq!(told, ["2026-02", "2026-Q1", "2026-12", "2026-Q4", "2026"]);
    }

    #[test]
    fn steps_of_a_chart() {
        assert_eq!(period("2026-07-09").step(), period("2026-07"));
        assert_eq!(period("2026-Q3").step(), period("2026-Q3"));
        assert!(period("2027-Q1").follows(period("2026-Q4")));
        assert!(period("2026-03").follows(period("2026-02")));
        assert!(!period("2026-Q2").follows(period("2026-03")));
        assert!(!period("2026-04").follows(period("2026-02")));
    }
}
