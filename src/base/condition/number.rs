//! Numbers of conditions: the decimals that are written, of any number of digits.

use std::cmp::Ordering;
use std::fmt;

/// The most digits that an exponent has.
const EXPONENT: usize = 3;

/// A decimal: `0.digits * 10^place`, without zeros at either end of the digits; 0 has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: String,
    place: i64,
}

/// A number as JSON writes it, but that nothing need stand behind the point. An id such as `04101` is none.
pub(super) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (bare, exponent) = match bare.split_once(['e', 'E']) {
        Some((bare, exponent)) => (bare, exponent_of(exponent)?),
        None => (bare, 0),
    };
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let padded = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || padded || !digits(whole) || !digits(part) {
        return None;
    }
    let all = format!("{whole}{part}");
    let leading = all.trim_start_matches('0');
    let zeros = (all.len() - leading.len()) as i64;
    let digits = leading.trim_end_matches('0').to_owned();
    let some = !digits.is_empty();
    Some(Number {
        negative: some && text.starts_with('-'),
        place: i64::from(some) * (whole.len() as i64 - zeros + exponent),
        digits,
    })
}

/// What stands behind the `e`.
fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let usable = (1..=EXPONENT).contains(&digits.len());
    if !usable || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

impl Number {
    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        signs.then_with(|| {
            // Without zeros in front, what begins at a higher place is more; without zeros behind, digits are in the order of texts.
            let sizes = (self.place, &self.digits).cmp(&(other.place, &other.digits));
            match self.negative {
                true => sizes.reverse(),
                false => sizes,
            }
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// All digits in their places: a number again, and the same text for the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (digits, sign) = (self.digits.as_str(), if self.negative { "-" } else { "" });
        let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
        let len = digits.len() as i64;
        if digits.is_empty() {
            f.write_str("0")
        } else if self.place <= 0 {
            write!(f, "{sign}0.{}{digits}", zeros(-self.place))
        } else if self.place >= len {
            write!(f, "{sign}{digits}{}", zeros(self.place - len))
        } else {
            let (whole, part) = digits.split_at(self.place as usize);
            write!(f, "{sign}{whole}.{part}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn the_same_number_is_the_same_text() {
        for (text, plain) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0e5", "0"),
            ("7.50", "7.5"),
            ("5.", "5"),
            ("12E4", "120000"),
            ("1200e-2", "12"),
            ("-1.5e-2", "-0.015"),
            ("0.05e1", "0.5"),
            ("10e+002", "1000"),
            ("12345678901234567", "12345678901234567"),
            (" 1 ", "1"),
        ] {
            let read = number(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.to_string(), plain, "{text}");
            assert_eq!(number(plain), Some(read), "{text}");
        }
        assert_eq!(number("1e999").unwrap().to_string().len(), 1000);
        assert_eq!(number("1e-999").unwrap().to_string().len(), 1001);
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "", "-", ".5", "+5", "04101", "00", "1.2.3", "1e", "1e+", "1e1000", "1e2.5", "1e--2",
            "0x1", "inf", "NaN", "1 2", "e5", "--1", "\u{663}",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_in_order() {
        let sorted = [
            "-1e999",
            "-120",
            "-12.5",
            "-12",
            "-0.1",
            "-1e-999",
            "0",
            "1e-999",
            "0.099",
            "0.1",
            "0.12",
            "0.125",
            "1",
            "9.99",
            "10",
            "12345678901234567",
            "12345678901234568",
            "1e999",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(number(a).cmp(&number(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }
}
