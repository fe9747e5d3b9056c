//! Figures in words: one way of rounding for the terminal, the reports, and the texts that pages show.
//!
//! What is claimed is rounded *against* the claim: a bound and a share that no plan falls below are rounded down, a gap and what something
//! saves at most are rounded up. What is only told is rounded to the nearest. A zero has no sign.

/// Two numbers that differ by less than this share of them are one: sums are rounded, and 5 % is not 5.01 %.
const SAME: f64 = 1e-9;
/// Part of a step that is rounding at most.
const MOST_SLACK: f64 = 1e-3;
/// A gap up to this is what rounding leaves of a proven optimum.
pub const NO_GAP: f64 = 1e-9;

/// Which way a number is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Nearest,
    Up,
    Down,
}

/// `x` in whole steps of `10^-digits`.
fn steps(x: f64, digits: i32, way: Way) -> f64 {
    let scaled = x * 10f64.powi(digits);
    // Of a large number no more than the digit behind the last one that is shown is rounding.
    let slack = (SAME * scaled.abs().max(SAME))
        .min(MOST_SLACK)
        .max(4.0 * f64::EPSILON * scaled.abs());
    match way {
        Way::Nearest => scaled.round(),
        Way::Up => (scaled - slack).ceil(),
        Way::Down => (scaled + slack).floor(),
    }
}

/// `x` with so many digits behind the point; no sign on a zero.
fn digits(x: f64, digits: i32, way: Way) -> String {
    let places = usize::try_from(digits).unwrap_or(0);
    let rounded = steps(x, digits, way) / 10f64.powi(digits);
    format!("{:.places$}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// To the nearest, with so many digits behind the point.
#[must_use]
pub fn fixed(x: f64, places: u8) -> String {
    digits(x, i32::from(places), Way::Nearest)
}

/// A share as per cent, to the nearest: `12.50 %`.
#[must_use]
pub fn percent(share: f64, places: u8) -> String {
    format!("{} %", fixed(100.0 * share, places))
}

/// As [`percent`], with its sign: `+3.20 %`; a zero has none.
#[must_use]
pub fn signed_percent(share: f64, places: u8) -> String {
    let text = percent(share, places);
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if share > 0.0 && !zero {
        format!("+{text}")
    } else {
        text
    }
}

/// What is said to be at most this: rounded up, with so many digits behind the point.
#[must_use]
pub fn fixed_at_most(x: f64, places: u8) -> String {
    digits(x, i32::from(places), Way::Up)
}

/// A share that is said to be at most this, as per cent: rounded up.
#[must_use]
pub fn percent_at_most(share: f64, places: u8) -> String {
    format!("{} %", digits(100.0 * share, i32::from(places), Way::Up))
}

/// A share that is said to be at least this, as per cent: rounded down.
#[must_use]
pub fn percent_at_least(share: f64, places: u8) -> String {
    format!("{} %", digits(100.0 * share, i32::from(places), Way::Down))
}

/// The gap of a plan, `(objective - bound) / objective`: rounded up; nothing where the plan is proven to be the best.
#[must_use]
pub fn gap(gap: f64) -> String {
    percent_at_most(if gap <= NO_GAP { 0.0 } else { gap }, 4)
}

/// Half the width of an axis in per cent, rounded up, with as few digits as tell it from 0: `5%`, `0.5%`.
#[must_use]
pub fn reach(share: f64) -> String {
    let percent = 100.0 * share;
    let mut places = 0;
    while places < 4 && percent > 0.0 {
        let shown = steps(percent, places, Way::Up) / 10f64.powi(places);
        if shown <= 1.2 * percent {
            break;
        }
        places += 1;
    }
    format!("{}%", digits(percent, places, Way::Up))
}

/// A figure for a reader, to the nearest: whole above 1000, else up to two decimals.
#[must_use]
pub fn figure(x: f64) -> String {
    rounded(x, Way::Nearest)
}

/// A figure that nothing is below: as [`figure`], rounded down.
#[must_use]
pub fn figure_at_least(x: f64) -> String {
    rounded(x, Way::Down)
}

fn rounded(x: f64, way: Way) -> String {
    if x.abs() >= 1000.0 {
        let whole = steps(x, 0, way);
        return grouped(&format!("{whole:.0}"));
    }
    let shown = steps(x, 2, way) / 100.0;
    if shown == 0.0 && x != 0.0 && way == Way::Nearest {
        format!("{x:.2e}")
    } else {
        format!("{}", if shown == 0.0 { 0.0 } else { shown })
    }
}

/// A number without the dust of its sums: to twelve digits, `684.3` where it was `684.3000000000002`.
#[must_use]
pub fn dusted(x: f64) -> f64 {
    let text = format!("{x:.11e}");
    text.parse().unwrap_or(x)
}

/// `12345` as `12,345`.
#[must_use]
pub fn thousands(n: usize) -> String {
    grouped(&n.to_string())
}

/// Digits in groups of three; what stands behind a point, and a sign, stay as they are: `-12345.67` as `-12,345.67`.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (digits, decimals) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let mut out = String::from(sign);
    out += &in_threes(digits);
    out + decimals
}

fn in_threes(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Names in an enumeration before "and 7 more", or "...".
pub(crate) const NAMED: usize = 5;

/// Names in a sentence: `a`, `a and b`, `a, b and c`, `a, b, c, d, e and 1,000 more`.
pub(crate) fn enumerated<S: Into<String>>(names: impl ExactSizeIterator<Item = S>) -> String {
    enumerated_to(NAMED, names)
}

/// As [`enumerated`], with so many names before "and 7 more".
pub(crate) fn enumerated_to<S: Into<String>>(
    most: usize,
    names: impl ExactSizeIterator<Item = S>,
) -> String {
    let more = names.len().saturating_sub(most);
    let mut out: Vec<String> = names.take(most).map(Into::into).collect();
    if more > 0 {
        out.push(format!("{} more", thousands(more)));
    }
    match out.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, head)) => format!("{} and {last}", head.join(", ")),
        None => String::new(),
    }
}

/// The first of some names: `a, b, c, d, e, ...`.
pub(crate) fn first_of<S: Into<String>>(names: impl ExactSizeIterator<Item = S>) -> String {
    let more = names.len() > NAMED;
    let mut out: Vec<String> = names.take(NAMED).map(Into::into).collect();
    if more {
        out.push("...".into());
    }
    out.join(", ")
}

/// `1 customer`, `2 customers`.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// At most 40 characters of a value.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_sentence() {
        let of = |n: usize| enumerated((0..n).map(|i| i.to_string()));
        assert_eq!(of(0), "");
        assert_eq!(of(1), "0");
        assert_eq!(of(2), "0 and 1");
        assert_eq!(of(5), "0, 1, 2, 3 and 4");
        assert_eq!(of(1005), "0, 1, 2, 3, 4 and 1,000 more");
        let of = |n: usize| first_of((0..n).map(|i| i.to_string()));
        assert_eq!(of(5), "0, 1, 2, 3, 4");
        assert_eq!(of(6), "0, 1, 2, 3, 4, ...");
        assert_eq!(counted(1, "rep", "reps"), "1 rep");
        assert_eq!(counted(1000, "rep", "reps"), "1,000 reps");
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1000), "1,000");
        assert_eq!(thousands(12_345_678), "12,345,678");
    }

    #[test]
    fn claims_are_rounded_against_themselves() {
        // No plan is below 99.88755 % of this one: 99.888 % would not be true.
        assert_eq!(percent_at_least(0.998_875_5, 3), "99.887 %");
        assert_eq!(percent_at_least(0.05, 2), "5.00 %");
        assert_eq!(percent_at_most(0.05, 2), "5.00 %");
        assert_eq!(percent_at_most(0.050_001, 2), "5.01 %");
        assert_eq!(gap(0.000_999_91), "0.1000 %");
        assert_eq!(gap(0.000_112_45), "0.0113 %");
        assert_eq!(gap(3e-10), "0.0000 %");
        assert_eq!(gap(3e-9), "0.0001 %");
        assert_eq!(figure_at_least(684.999), "684.99");
        assert_eq!(figure_at_least(1_999.9), "1,999");
        assert_eq!(figure_at_least(248_811_818_335.87), "248,811,818,335");
        assert_eq!(fixed_at_most(248_811_818_335.01, 0), "248811818336");
        assert_eq!(figure(1_999.9), "2,000");
    }

    #[test]
    fn a_zero_has_no_sign() {
        assert_eq!(percent(-0.000_01, 2), "0.00 %");
        assert_eq!(signed_percent(-0.000_01, 2), "0.00 %");
        assert_eq!(signed_percent(0.000_01, 2), "0.00 %");
        assert_eq!(signed_percent(0.032, 2), "+3.20 %");
        assert_eq!(signed_percent(-0.032, 2), "-3.20 %");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(figure(0.0), "0");
        assert_eq!(figure(-0.0), "0");
    }

    #[test]
    fn an_axis_is_as_wide_as_it_says() {
        assert_eq!(reach(0.05), "5%");
        assert_eq!(reach(0.125), "13%");
        assert_eq!(reach(0.003), "0.3%");
        assert_eq!(reach(0.000_4), "0.04%");
        assert_eq!(reach(0.02), "2%");
        assert_eq!(reach(0.0), "0%");
        assert_eq!(reach(1e-9), "0.0001%");
    }

    #[test]
    fn figures() {
        assert_eq!(figure(12.345), "12.35");
        assert_eq!(figure(-1_234.5), "-1,235");
        assert_eq!(figure(0.001), "1.00e-3");
        assert_eq!(figure(999.999), "1000");
        assert_eq!(figure(1e21), "1,000,000,000,000,000,000,000");
        assert_eq!(grouped("-1234567.125"), "-1,234,567.125");
        assert_eq!(grouped("123"), "123");
    }

    #[test]
    fn sums_lose_their_dust() {
        assert_eq!(dusted(684.300_000_000_000_2), 684.3);
        assert_eq!(dusted(0.1 + 0.2), 0.3);
        assert_eq!(dusted(123_456_789_012.0), 123_456_789_012.0);
        assert_eq!(dusted(0.0), 0.0);
    }
}
