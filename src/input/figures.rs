//! How the numbers of a table's column are written: with a decimal point or a decimal comma, and with what between thousands.
//!
//! Whole columns are looked at before the first is read. `1.234,5`, `12,50` and `1.234.567` say that the comma is the decimal mark;
//! `1,234.5`, `12.50` and `1,234,567` say the point; `1.200` and `1,200` fit both. What fits both follows, in this order: the column, the
//! scenario (`[tables] decimal`), the other columns of the table. A column with both has no style, and its cells are told one by one.

use crate::scenario::Decimal;

/// How the numbers of a column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    /// As programs write them: a decimal point at most.
    #[default]
    Plain,
    /// This decimal mark, and maybe something between thousands.
    Written(Decimal),
}

/// What the cells of a column say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    coordinate: bool,
    /// It is carried along, and nothing else: it says nothing of other columns, and nothing is asked of it.
    quiet: bool,
    /// A cell that is no number, or has more than one mark by which it could be.
    other: bool,
    point: Option<String>,
    comma: Option<String>,
    /// A number with something between its thousands.
    grouped: bool,
    /// The row and text of a number that fits both, with a point and with a comma.
    doubtful: [Option<(usize, String)>; 2],
}

/// What is decided of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    Style(Style),
    /// Its decimal mark is the comma, by this example.
    Comma(String),
    /// It is read as the other columns are, by this example.
    Followed(Decimal, String),
    /// It fits both: row and text.
    Asked(usize, String),
}

impl Column {
    /// A column before its first cell. A coordinate has no thousands.
    pub fn new(coordinate: bool) -> Column {
        Column {
            coordinate,
            ..Column::default()
        }
    }

    /// A column that is carried along, before its first cell.
    pub fn carried() -> Column {
        Column {
            quiet: true,
            ..Column::default()
        }
    }

    /// A cell of the row with this number.
    pub fn see(&mut self, row: usize, text: &str) {
        if self.quiet {
            // What comes back as a number was one: no telephone numbers, no postcodes.
            let bare = text.strip_prefix('-').unwrap_or(text);
            let mut digits = bare.chars();
            let zero =
                digits.next() == Some('0') && digits.next().is_some_and(|c| c.is_ascii_digit());
            let marks = [Decimal::Point, Decimal::Comma];
            let number = marks.iter().any(|d| number(text, *d).is_some());
            self.other |= !text.is_empty() && (!number || zero || bare.contains(is_space));
        }
        let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !bare.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        let count = |mark: char| bare.matches(mark).count();
        let (points, commas) = (count('.'), count(','));
        if points + commas == 0 {
            // "1 200": whatever the decimal mark is.
            self.grouped |= bare.contains(is_space) && number(text, Decimal::Point).is_some();
            return;
        }
        let [by_point, by_comma] = [Decimal::Point, Decimal::Comma].map(|d| number(text, d));
        let example = || text.to_owned();
        match (by_point.is_some(), by_comma.is_some()) {
            (true, true) if !self.coordinate => {
                self.doubtful[usize::from(commas > 0)].get_or_insert_with(|| (row, example()));
            }
            (true, true) if commas > 0 => {
                self.comma.get_or_insert_with(example);
            }
            (true, by_comma) => {
                let grouped = points + commas > 1 || commas > 0 || bare.contains(is_space);
                self.grouped |= !by_comma && grouped;
                self.point.get_or_insert_with(example);
            }
            (false, true) => {
                self.comma.get_or_insert_with(example);
            }
            (false, false) => {}
        }
    }

    /// Whether one of its numbers may be read in two ways.
    pub fn is_doubtful(&self) -> bool {
        self.doubtful.iter().any(Option::is_some)
    }

    /// A number that may be read in two ways, where no other number of the column tells which.
    #[cfg(feature = "serve")]
    pub fn in_doubt(&self) -> Option<&str> {
        let [point, comma] = &self.doubtful;
        let told = self.point.is_some() || self.comma.is_some();
        let found = comma.as_ref().or(point.as_ref()).filter(|_| !told);
        found.map(|(_, text)| text.as_str())
    }

    /// The style of a column without a decimal comma.
    fn pointed(&self) -> Style {
        match self.grouped || self.doubtful[1].is_some() {
            true => Style::Written(Decimal::Point),
            false => Style::Plain,
        }
    }

    /// The style of a column that is carried along.
    fn quietly(&self, others: Option<Decimal>) -> Style {
        let doubtful = self.doubtful.iter().any(Option::is_some);
        match (&self.point, &self.comma) {
            _ if self.other => Style::Plain,
            (None, Some(_)) => Style::Written(Decimal::Comma),
            (Some(_), None) => self.pointed(),
            (None, None) if doubtful => others.map_or(Style::Plain, Style::Written),
            _ => Style::Plain,
        }
    }

    /// The decimal mark that the column itself shows; `None`: none, or both.
    fn shows(&self) -> Option<Decimal> {
        match (&self.point, &self.comma) {
            (Some(_), None) => Some(Decimal::Point),
            (None, Some(_)) => Some(Decimal::Comma),
            _ => None,
        }
    }
}

/// What is decided of the columns of a table whose cells are parted by this separator.
///
/// Coordinates come from programs: their point tells of the other columns only where the comma parts the cells.
pub(crate) fn decide(columns: &[Column], separator: u8, setting: Option<Decimal>) -> Vec<Decided> {
    let tells = |c: &Column, d: Decimal| !c.coordinate || d == Decimal::Comma || separator == b',';
    let shown = |d: Decimal| {
        let mut columns = columns.iter().filter(|c| !c.quiet);
        columns.any(|c| c.shows() == Some(d) && tells(c, d))
    };
    let others = match (shown(Decimal::Point), shown(Decimal::Comma)) {
        (true, false) => Some(Decimal::Point),
        (false, true) => Some(Decimal::Comma),
        _ => None,
    };
    let of = |c: &Column| {
        let plain = Decided::Style(Style::Plain);
        if c.quiet {
            return Decided::Style(c.quietly(setting.or(others)));
        }
        match (&c.point, &c.comma) {
            (Some(_), Some(_)) => return plain,
            (None, Some(example)) => return Decided::Comma(example.clone()),
            (Some(_), None) => return Decided::Style(c.pointed()),
            (None, None) => {}
        }
        let [point, comma] = &c.doubtful;
        let Some((row, example)) = comma.as_ref().or(point.as_ref()) else {
            return Decided::Style(c.pointed());
        };
        match setting.or(others) {
            Some(decimal) if setting.is_some() => Decided::Style(Style::Written(decimal)),
            Some(Decimal::Comma) => Decided::Followed(Decimal::Comma, example.clone()),
            Some(Decimal::Point) if comma.is_some() => {
                Decided::Followed(Decimal::Point, example.clone())
            }
            // "1.200" is read as programs write it, and told.
            _ if comma.is_none() => plain,
            _ => Decided::Asked(*row, example.clone()),
        }
    };
    columns.iter().map(of).collect()
}

/// What stands between thousands besides the other mark.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}')
}

fn digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

/// The digits of a whole number, whose thousands may be parted by this mark or by a space.
fn joined(whole: &str, mark: char) -> Option<String> {
    match whole.chars().find(|c| !c.is_ascii_digit()) {
        None if digits(whole) => Some(whole.to_owned()),
        Some(sign) if sign == mark || is_space(sign) => {
            let groups: Vec<&str> = whole.split(sign).collect();
            let head = groups[0];
            let rest = groups[1..].iter().all(|g| g.len() == 3 && digits(g));
            let sound = digits(head) && head.len() <= 3 && !head.starts_with('0') && rest;
            sound.then(|| groups.concat())
        }
        _ => None,
    }
}

/// A number with this decimal mark, as programs write it; `None` where it is none. Thousands are groups of three digits, all parted by the same sign.
pub(crate) fn number(text: &str, decimal: Decimal) -> Option<String> {
    let (sign, bare) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text),
    };
    let (mark, other) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let (whole, fraction) = match bare.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (bare, None),
    };
    if fraction.is_some_and(|f| !digits(f)) {
        return None;
    }
    let joined = joined(whole, other)?;
    Some(match fraction {
        Some(fraction) => format!("{sign}{joined}.{fraction}"),
        None => format!("{sign}{joined}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        cells
            .iter()
            .enumerate()
            .for_each(|(i, c)| column.see(i + 1, c));
        column
    }

    fn alone(cells: &[&str]) -> Decided {
        decide(&[column(cells)], b';', None).remove(0)
    }

    const POINT: Decided = Decided::Style(Style::Written(Decimal::Point));
    const PLAIN: Decided = Decided::Style(Style::Plain);

    #[test]
    fn numbers_of_both_kinds() {
        let comma = |t: &str| number(t, Decimal::Comma);
        let point = |t: &str| number(t, Decimal::Point);
        for (text, value) in [
            ("1.234,50", "1234.50"),
            ("-12,5", "-12.5"),
            ("1.234.567", "1234567"),
            ("7", "7"),
            ("1 234,5", "1234.5"),
            ("1'200", "1200"),
        ] {
            assert_eq!(comma(text).as_deref(), Some(value), "{text}");
        }
        for (text, value) in [
            ("1,234.50", "1234.50"),
            ("12.5", "12.5"),
            ("1,234,567", "1234567"),
            ("1\u{a0}200.5", "1200.5"),
            ("+3", "3"),
        ] {
            assert_eq!(point(text).as_deref(), Some(value), "{text}");
        }
        for none in [
            "12.34",
            "1.23,4",
            "1,2,3",
            "0.123",
            "1234.567",
            "1,",
            ",5",
            "12a",
            "",
            "-",
            "1.234 567",
        ] {
            assert_eq!(comma(none), None, "{none}");
        }
        assert_eq!(point("1,23.4"), None);
    }

    #[test]
    fn columns_decide_for_themselves() {
        assert_eq!(alone(&["1,5", "2", "1.200"]), Decided::Comma("1,5".into()));
        assert_eq!(alone(&["1.234.567"]), Decided::Comma("1.234.567".into()));
        assert_eq!(alone(&["1.5", "1,200"]), POINT);
        assert_eq!(alone(&["1,234.5"]), POINT);
        assert_eq!(alone(&["1.5", "2"]), PLAIN);
        assert_eq!(alone(&["1 200", "7"]), POINT);
        // Both: each cell is told by itself.
        assert_eq!(alone(&["1,5", "1.5"]), PLAIN);
        assert_eq!(alone(&["Meier, Franz", "1e3", "C1,5"]), PLAIN);
    }

    #[test]
    fn what_fits_both_follows_the_setting_then_the_others_and_is_asked_for_else() {
        assert_eq!(alone(&["7", "1,200"]), Decided::Asked(2, "1,200".into()));
        assert_eq!(alone(&["1.200"]), PLAIN);
        let followed = |cells: &[&str], by: &str| {
            decide(&[column(&[by]), column(cells)], b';', None).remove(1)
        };
        assert_eq!(
            followed(&["1.200"], "2,5"),
            Decided::Followed(Decimal::Comma, "1.200".into())
        );
        assert_eq!(
            followed(&["1,200"], "2.5"),
            Decided::Followed(Decimal::Point, "1,200".into())
        );
        assert_eq!(followed(&["1.200"], "2.5"), PLAIN);
        let set = |decimal| decide(&[column(&["1.200"])], b';', Some(decimal)).remove(0);
        assert_eq!(
            set(Decimal::Comma),
            Decided::Style(Style::Written(Decimal::Comma))
        );
        assert_eq!(set(Decimal::Point), POINT);
    }

    #[test]
    fn what_is_carried_is_a_number_where_all_of_it_is_and_tells_nothing() {
        let carried = |cells: &[&str]| {
            let mut column = Column::carried();
            (1..).zip(cells).for_each(|(i, c)| column.see(i, c));
            column
        };
        let of = |cells: &[&str]| decide(&[carried(cells)], b';', None).remove(0);
        const COMMA: Decided = Decided::Style(Style::Written(Decimal::Comma));
        assert_eq!(of(&["1,5", "", "-2.155,25", "0,5"]), COMMA);
        assert_eq!(of(&["1,234.5", "7"]), POINT);
        for plain in [
            &["1,5", "1.5"][..],
            &["12,5", "K 7"],
            &["2,5", "04101"],
            &["1,200"],
            &["49 891 234,5"],
            &["1.200"],
        ] {
            assert_eq!(of(plain), PLAIN, "{plain:?}");
        }
        let beside = |cells: &[&str]| decide(&[carried(cells), column(&["1,200"])], b';', None);
        assert_eq!(beside(&["2,5"])[1], Decided::Asked(1, "1,200".into()));
        let follows = decide(&[carried(&["1.200"]), column(&["2,5"])], b';', None);
        assert_eq!(follows[0], COMMA);
    }

    #[test]
    fn coordinates_have_no_thousands() {
        let mut lon = Column::new(true);
        lon.see(1, "9,123");
        assert_eq!(decide(&[lon], b';', None), [Decided::Comma("9,123".into())]);
        let mut lat = Column::new(true);
        lat.see(1, "50.123");
        let revenue = column(&["1.234,50"]);
        assert_eq!(decide(&[lat.clone(), revenue], b';', None)[0], PLAIN);
        // They come from programs.
        let both =
            |separator| decide(&[lat.clone(), column(&["1,200"])], separator, None).remove(1);
        assert_eq!(both(b';'), Decided::Asked(1, "1,200".into()));
        assert_eq!(
            both(b','),
            Decided::Followed(Decimal::Point, "1,200".into())
        );
    }
}
