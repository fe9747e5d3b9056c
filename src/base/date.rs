//! Days of the Gregorian calendar.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
#[cfg(any(feature = "serve", feature = "routing"))]
use std::time::{SystemTime, UNIX_EPOCH};

/// Years that a date may lie in: anything else is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A day, from 1900-01-01 to 2199-12-31; written `YYYY-MM-DD` (ISO 8601).
///
/// ```
/// use revier::base::date::Date;
/// let day: Date = "2028-02-29".parse().unwrap();
/// assert_eq!(day.plus(1).to_string(), "2028-03-01");
/// assert!("2026-02-29".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i32,
}

impl Date {
    /// The day of a year, month (1 to 12) and day of the month; `None` when there is no such day.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let real = YEARS.contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        real.then(|| Date {
            days: days_from_civil(year, i32::from(month), i32::from(day)),
        })
    }

    /// Year, month and day of the month.
    ///
    /// Years are counted from March, so that the day that leap years add is the last one of its year; 400
    /// years (an era) have 146,097 days.
    #[must_use]
    pub fn ymd(self) -> (i32, u8, u8) {
        let z = self.days + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = years + era * 400 + i32::from(month <= 2);
        (year, month as u8, day as u8)
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Date {
        Date {
            days: self.days + days,
        }
    }

    /// How many days this one comes after another.
    #[must_use]
    pub fn since(self, other: Date) -> i32 {
        self.days - other.days
    }

    /// The last day of the month of this day.
    #[must_use]
    pub fn end_of_month(self) -> Date {
        let (year, month, day) = self.ymd();
        self.plus(i32::from(days_of_month(year, month)) - i32::from(day))
    }
}

fn days_of_month(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Inverse of [`Date::ymd`].
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Date, String> {
        let bad = || format!("{text:?} is no date; write YYYY-MM-DD, for example 2026-12-31");
        let digits = |part: &str, len: usize| -> Option<i32> {
            let plain = part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else {
            return Err(bad());
        };
        let date = || {
            Date::new(
                digits(year, 4)?,
                digits(month, 2)? as u8,
                digits(day, 2)? as u8,
            )
        };
        date().ok_or_else(bad)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A time as RFC 3339 has it.
#[cfg(any(feature = "serve", feature = "routing"))]
pub(crate) fn utc(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the civil calendar, by eras of 400 years that begin in March.
    let z = days + 719_468;
    let (era, day) = (z / 146_097, z % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{of_month:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_three_centuries_comes_back() {
        let mut day = Date::new(1900, 1, 1).unwrap();
        let last = Date::new(2199, 12, 31).unwrap();
        assert_eq!(last.since(day) + 1, 109_573);
        let mut before = (1899, 12, 31);
        while day <= last {
            let (year, month, of_month) = day.ymd();
            assert_eq!(Date::new(year, month, of_month), Some(day));
            assert_eq!(day.to_string().parse(), Ok(day));
            // The next day of the month, the next month, or the next year.
            let next = if of_month > 1 {
                (before.0, before.1, before.2 + 1)
            } else if month > 1 {
                (before.0, before.1 + 1, 1)
            } else {
                (before.0 + 1, 1, 1)
            };
            assert_eq!((year, month, of_month), next);
            before = next;
            day = day.plus(1);
        }
        assert_eq!(Date::new(1970, 1, 1).unwrap().days, 0);
        assert_eq!(Date::new(2000, 3, 1).unwrap().days, 11_017);
    }

    #[test]
    fn slips_are_refused() {
        for bad in [
            "",
            "2026",
            "2026-1-1",
            "2026-13-01",
            "2026-02-30",
            "2026-00-10",
            "31.12.2026",
            "0026-01-01",
            "2026-01-01-",
            "+026-01-01",
            "2026-01-001",
            "2026-01-01T00:00",
        ] {
            let message = bad.parse::<Date>().unwrap_err();
            assert!(message.contains("YYYY-MM-DD"), "{message}");
        }
    }

    #[test]
    fn months_end() {
        let end = |text: &str| text.parse::<Date>().unwrap().end_of_month().to_string();
        assert_eq!(end("2028-02-01"), "2028-02-29");
        assert_eq!(end("2100-02-11"), "2100-02-28");
        assert_eq!(end("2026-04-30"), "2026-04-30");
        assert_eq!(end("2026-12-05"), "2026-12-31");
    }

    #[test]
    #[cfg(any(feature = "serve", feature = "routing"))]
    fn times_are_those_of_the_calendar() {
        let at = |seconds| utc(UNIX_EPOCH + std::time::Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_796_000_461), "2026-11-30T01:01:01Z");
    }
}
