//! The values of a column that is carried along, in one allocation.

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// There is none.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(&'a str),
    /// A text.
    Text(&'a str),
}

impl Cell<'_> {
    /// The value as a text; empty where there is none.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Cell::Null => String::new(),
            Cell::Bool(truth) => truth.to_string(),
            Cell::Number(text) | Cell::Text(text) => (*text).to_owned(),
        }
    }
}

/// What all values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Truth values.
    Bool,
    /// Numbers.
    Number,
    /// Texts, or values of more than one kind.
    Text,
}

const NULL: u8 = 0;
const NO: u8 = 1;
const YES: u8 = 2;
const NUMBER: u8 = 3;
const TEXT: u8 = 4;
/// A cell of a table, which says nothing of its type: the column does.
const WORD: u8 = 5;

/// Values, one after the other.
///
/// Cells of a table are numbers if all of the column are (`04101` is none), truth values if all are `true` or `false`, else texts.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    text: String,
    ends: Vec<u64>,
    tags: Vec<u8>,
    /// Whether there is a value of this tag; words that are no numbers, and none that are true or false.
    any: [bool; 6],
    other_than_numbers: bool,
    other_than_truths: bool,
    /// Whether there is a whole number that no double has exactly.
    beyond_doubles: bool,
}

impl Cells {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    fn add(&mut self, tag: u8, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
        self.tags.push(tag);
        self.any[usize::from(tag)] = true;
    }

    /// Appends a value.
    pub fn push(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Null => self.add(NULL, ""),
            Cell::Bool(truth) => self.add(if truth { YES } else { NO }, ""),
            Cell::Number(text) => {
                self.beyond_doubles |= is_beyond_doubles(text);
                self.add(NUMBER, text);
            }
            Cell::Text(text) => self.add(TEXT, text),
        }
    }

    /// Appends a cell of a table.
    pub fn push_word(&mut self, text: &str) {
        self.other_than_numbers |= !is_number(text);
        self.other_than_truths |= !matches!(text, "true" | "false");
        self.add(WORD, text);
    }

    /// Appends nothing until there are `len`, or takes off what is beyond.
    pub fn resize(&mut self, len: usize) {
        while self.len() < len {
            self.push(Cell::Null);
        }
        self.tags.truncate(len);
        self.ends.truncate(len);
        self.text
            .truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    /// The value at a position; none beyond the last.
    #[must_use]
    pub fn get(&self, i: usize) -> Cell<'_> {
        let Some(tag) = self.tags.get(i) else {
            return Cell::Null;
        };
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        let text = &self.text[start..self.ends[i] as usize];
        match *tag {
            NULL => Cell::Null,
            NO => Cell::Bool(false),
            YES => Cell::Bool(true),
            NUMBER => Cell::Number(text),
            WORD if !self.other_than_numbers => Cell::Number(text),
            WORD if !self.other_than_truths => Cell::Bool(text == "true"),
            _ => Cell::Text(text),
        }
    }

    /// What all values are; numbers where there is none. Whole numbers that a double would change are no numbers to calculate with: ids, as texts.
    #[must_use]
    pub fn kind(&self) -> CellKind {
        let any = |tag: u8| self.any[usize::from(tag)];
        let words = any(WORD);
        let bools = any(YES) || any(NO) || words && self.other_than_numbers;
        let numbers = any(NUMBER) || words && !self.other_than_numbers;
        let texts = any(TEXT)
            || self.beyond_doubles
            || words && self.other_than_numbers && self.other_than_truths;
        match (texts, numbers, bools) {
            (false, _, false) => CellKind::Number,
            (false, false, true) => CellKind::Bool,
            _ => CellKind::Text,
        }
    }
}

/// The most digits of a whole number that a double tells apart, and of one with a point, as programs write doubles out.
const DIGITS: (usize, usize) = (15, 17);

/// Whether a whole number is one that no double has exactly.
fn is_beyond_doubles(number: &str) -> bool {
    let whole = number.strip_prefix('-').unwrap_or(number);
    whole.len() > DIGITS.0 && whole.parse::<u64>().is_ok_and(|n| n > 1 << 53)
}

/// Whether a text is a number as JSON writes it, with an exponent only if that has a sign: `1E5` may be an article.
fn is_number(text: &str) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (bare, exponent) = bare.split_once(['e', 'E']).unwrap_or((bare, "+0"));
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let significant = (whole.len() + part.len()) - usize::from(whole == "0");
    digits(whole)
        && (digits(part) || !bare.contains('.'))
        && (whole == "0" || !whole.starts_with('0'))
        && significant <= if part.is_empty() { DIGITS.0 } else { DIGITS.1 }
        && exponent.len() <= 4
        && exponent.strip_prefix(['+', '-']).is_some_and(digits)
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Cells {
        let mut cells = Cells::default();
        texts.iter().for_each(|t| match *t {
            "" => cells.push(Cell::Null),
            text => cells.push_word(text),
        });
        cells
    }

    #[test]
    fn a_column_of_a_table_says_what_its_cells_are() {
        let all = words(&["12", "", "-0.50"]);
        assert_eq!(all.get(2), Cell::Number("-0.50"));
        assert_eq!((all.get(1), all.kind()), (Cell::Null, CellKind::Number));
        // A postcode is a text, and so are all of its column.
        let codes = words(&["80331", "04101"]);
        assert_eq!(codes.get(0), Cell::Text("80331"));
        assert_eq!(codes.kind(), CellKind::Text);
        let truths = words(&["true", "", "false"]);
        assert_eq!(
            (truths.get(0), truths.kind()),
            (Cell::Bool(true), CellKind::Bool)
        );
        for text in [
            "16.000000000000004",
            "1e-05",
            "-0.1e+3",
            "0.12345678901234567",
        ] {
            assert_eq!(words(&[text]).get(0), Cell::Number(text));
        }
        for text in [
            "+5",
            "1e5",
            "1,5",
            ".5",
            "5.",
            "1234567890123456789",
            "1e+999",
            "1e5.0",
            "-",
            "NaN",
            "٣",
        ] {
            assert_eq!(words(&[text]).kind(), CellKind::Text, "{text}");
        }
    }

    #[test]
    fn long_ids_are_texts_where_numbers_are_doubles() {
        let of = |text: &str| {
            let mut cells = Cells::default();
            cells.push(Cell::Number("7"));
            cells.push(Cell::Number(text));
            assert_eq!(cells.get(1), Cell::Number(text));
            cells.kind()
        };
        for exact in [
            "9007199254740992",
            "-12",
            "1.5",
            "100000000000000000000000.5",
        ] {
            assert_eq!(of(exact), CellKind::Number, "{exact}");
        }
        for long in [
            "9007199254740993",
            "-9007199254740993",
            "18446744073709551615",
        ] {
            assert_eq!(of(long), CellKind::Text, "{long}");
        }
    }

    #[test]
    fn values_of_json_keep_their_types() {
        let mut cells = Cells::default();
        cells.push(Cell::Text("04101"));
        cells.push(Cell::Number("7"));
        cells.resize(3);
        cells.push(Cell::Bool(true));
        cells.resize(5);
        assert_eq!(cells.get(0), Cell::Text("04101"));
        assert_eq!(cells.get(1), Cell::Number("7"));
        assert_eq!(cells.get(3), Cell::Bool(true));
        assert_eq!((cells.get(4), cells.get(9)), (Cell::Null, Cell::Null));
        assert_eq!(cells.kind(), CellKind::Text);
        cells.resize(1);
        cells.push(Cell::Text("x"));
        assert_eq!((cells.len(), cells.get(1)), (2, Cell::Text("x")));
    }
}
