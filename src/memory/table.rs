//! Features as columns.

use geo::Geometry;

/// Texts in one allocation, some of them missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
    /// Positions without a text, ascending.
    missing: Vec<usize>,
}

impl Texts {
    fn collect<S: AsRef<str>>(texts: impl IntoIterator<Item = Option<S>>) -> Texts {
        let texts = texts.into_iter();
        let mut all = Texts::default();
        all.ends.reserve(texts.size_hint().0);
        for text in texts {
            match text {
                Some(text) => all.bytes.push_str(text.as_ref()),
                None => all.missing.push(all.ends.len()),
            }
            all.ends.push(all.bytes.len());
        }
        all
    }

    fn get(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)?;
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        let known = self.missing.is_empty() || self.missing.binary_search(&i).is_err();
        known.then(|| &self.bytes[start..end])
    }
}

/// The values of a column.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Numbers(Vec<f64>),
    Ints(Vec<i64>),
    Texts(Texts),
    Flags(Vec<bool>),
    Lists(Vec<Vec<String>>),
}

/// One value of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'t> {
    Missing,
    Number(f64),
    Int(i64),
    Text(&'t str),
    Flag(bool),
    List(&'t [String]),
}

impl Column {
    pub fn len(&self) -> usize {
        match self {
            Column::Numbers(v) => v.len(),
            Column::Ints(v) => v.len(),
            Column::Texts(v) => v.ends.len(),
            Column::Flags(v) => v.len(),
            Column::Lists(v) => v.len(),
        }
    }

    /// The value of a row; missing beyond the last one.
    pub fn get(&self, i: usize) -> Value<'_> {
        let value = match self {
            Column::Numbers(v) => v.get(i).filter(|x| !x.is_nan()).map(|x| Value::Number(*x)),
            Column::Ints(v) => v.get(i).map(|x| Value::Int(*x)),
            Column::Texts(v) => v.get(i).map(Value::Text),
            Column::Flags(v) => v.get(i).map(|x| Value::Flag(*x)),
            Column::Lists(v) => v.get(i).map(|x| Value::List(x)),
        };
        value.unwrap_or(Value::Missing)
    }
}

/// Where the features are.
#[derive(Clone, Debug, Default)]
enum Place {
    #[default]
    Nowhere,
    Points(Vec<f64>, Vec<f64>),
    Shapes(Vec<Geometry<f64>>),
}

/// Where one feature is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Row<'t> {
    Nowhere,
    Point([f64; 2]),
    Shape(&'t Geometry<f64>),
}

/// Features as columns: customers, reps, area units or leads, with no text in between. A million customers are read from it faster than
/// from any file.
///
/// All columns have the same length. Nothing is judged here; what does not fit, who has the table read is told, row by row.
///
/// ```
/// use revier::Table;
///
/// let customers = Table::new()
///     .ids(["a", "b"])
///     .points([8.6, 8.7], [50.1, 50.2])
///     .numbers("workload", [1.5, 2.0])
///     .texts("owner", [Some("R1"), None]);
/// assert_eq!(customers.len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Table {
    columns: Vec<(String, Column)>,
    place: Place,
}

impl Table {
    /// A table without columns.
    pub fn new() -> Table {
        Table::default()
    }

    /// Ids, each of them once.
    pub fn ids<S: AsRef<str>>(self, ids: impl IntoIterator<Item = S>) -> Table {
        self.texts("id", ids.into_iter().map(Some))
    }

    /// Ids that are whole numbers; plans have them as numbers again.
    pub fn int_ids(self, ids: impl Into<Vec<i64>>) -> Table {
        self.ints("id", ids)
    }

    /// Places in degrees, WGS 84.
    pub fn points(mut self, lon: impl Into<Vec<f64>>, lat: impl Into<Vec<f64>>) -> Table {
        self.place = Place::Points(lon.into(), lat.into());
        self
    }

    /// Points, or Polygons and MultiPolygons of area units, in degrees, WGS 84; instead of [`Table::points`].
    pub fn geometry(mut self, shapes: impl Into<Vec<Geometry<f64>>>) -> Table {
        self.place = Place::Shapes(shapes.into());
        self
    }

    /// A numeric property; NaN where there is no value.
    pub fn numbers(self, name: impl Into<String>, values: impl Into<Vec<f64>>) -> Table {
        self.column(name.into(), Column::Numbers(values.into()))
    }

    /// A property of whole numbers.
    pub fn ints(self, name: impl Into<String>, values: impl Into<Vec<i64>>) -> Table {
        self.column(name.into(), Column::Ints(values.into()))
    }

    /// A property of texts, `None` where there is none: `owner`, `group`, `name`, segments.
    pub fn texts<S: AsRef<str>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = Option<S>>,
    ) -> Table {
        self.column(name.into(), Column::Texts(Texts::collect(values)))
    }

    /// A property that is true or false: `locked`.
    pub fn flags(self, name: impl Into<String>, values: impl Into<Vec<bool>>) -> Table {
        self.column(name.into(), Column::Flags(values.into()))
    }

    /// A property of lists of texts: `skills` of reps, `requires` of customers.
    pub fn lists(self, name: impl Into<String>, values: impl Into<Vec<Vec<String>>>) -> Table {
        self.column(name.into(), Column::Lists(values.into()))
    }

    fn column(mut self, name: String, column: Column) -> Table {
        self.columns.push((name, column));
        self
    }

    /// How many features there are: the length of the longest column.
    #[must_use]
    pub fn len(&self) -> usize {
        let lengths = self.lengths().into_iter().map(|(_, len)| len);
        lengths.max().unwrap_or(0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name and length of every column, places among them.
    pub(crate) fn lengths(&self) -> Vec<(&str, usize)> {
        let columns = self.columns.iter();
        let mut all: Vec<(&str, usize)> =
            columns.map(|(name, c)| (name.as_str(), c.len())).collect();
        match &self.place {
            Place::Nowhere => {}
            Place::Points(lon, lat) => all.extend([("lon", lon.len()), ("lat", lat.len())]),
            Place::Shapes(shapes) => all.push(("geometry", shapes.len())),
        }
        all
    }

    /// The columns but for places, in the order in which they came.
    pub(crate) fn columns(&self) -> &[(String, Column)] {
        &self.columns
    }

    /// Where a feature is.
    pub(crate) fn place(&self, i: usize) -> Row<'_> {
        let found = match &self.place {
            Place::Nowhere => None,
            Place::Points(lon, lat) => {
                (lon.get(i).zip(lat.get(i))).map(|(lon, lat)| Row::Point([*lon, *lat]))
            }
            Place::Shapes(shapes) => shapes.get(i).map(Row::Shape),
        };
        found.unwrap_or(Row::Nowhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_know_which_are_missing() {
        let texts = Texts::collect([Some("a"), None, Some(""), Some("bc")]);
        let all: Vec<Option<&str>> = (0..5).map(|i| texts.get(i)).collect();
        assert_eq!(all, [Some("a"), None, Some(""), Some("bc"), None]);
    }

    #[test]
    fn a_table_is_as_long_as_its_longest_column() {
        let table = Table::new().ids(["a", "b", "c"]).points([1.0], [2.0, 3.0]);
        assert_eq!(table.len(), 3);
        let lengths = [("id", 3), ("lon", 1), ("lat", 2)];
        assert_eq!(table.lengths(), lengths);
        assert!(matches!(table.place(1), Row::Nowhere));
        assert!(Table::new().is_empty());
    }
}
