//! Sources of customers, reps and shapes, as Python gives them.

use crate::geometry;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Bytes of an array per value, in the machine's order.
fn values<const N: usize, T>(bytes: &[u8], from: impl Fn([u8; N]) -> T) -> PyResult<Vec<T>> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() {
        return Ok(chunks.iter().map(|chunk| from(*chunk)).collect());
    }
    Err(PyValueError::new_err(format!(
        "{} bytes are no whole number of values of {N} bytes",
        bytes.len()
    )))
}

fn floats(bytes: &[u8]) -> PyResult<Vec<f64>> {
    values(bytes, f64::from_ne_bytes)
}

fn ints(bytes: &[u8]) -> PyResult<Vec<i64>> {
    values(bytes, i64::from_ne_bytes)
}

/// Rows as columns, gathered one column after the other.
#[pyclass(module = "revier._revier")]
#[derive(Default)]
pub struct Table(revier::Table);

impl Table {
    fn then(&mut self, add: impl FnOnce(revier::Table) -> revier::Table) {
        self.0 = add(std::mem::take(&mut self.0));
    }
}

#[pymethods]
impl Table {
    #[new]
    fn new() -> Table {
        Table::default()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Ids that are texts.
    fn ids(&mut self, ids: Vec<PyBackedStr>) {
        self.then(|table| table.ids(ids));
    }

    /// Ids that are whole numbers: int64.
    fn int_ids(&mut self, bytes: &[u8]) -> PyResult<()> {
        let ids = ints(bytes)?;
        self.then(|table| table.int_ids(ids));
        Ok(())
    }

    /// Places in degrees, WGS 84: float64 each.
    fn points(&mut self, lon: &[u8], lat: &[u8]) -> PyResult<()> {
        let (lon, lat) = (floats(lon)?, floats(lat)?);
        self.then(|table| table.points(lon, lat));
        Ok(())
    }

    /// Shapes as WKB, `None` where there is none.
    fn geometry(&mut self, wkb: Vec<Option<Vec<u8>>>) -> PyResult<()> {
        let shapes = geometry::read(&wkb)?;
        self.then(|table| table.geometry(shapes));
        Ok(())
    }

    /// float64; NaN where there is none.
    fn numbers(&mut self, name: &str, bytes: &[u8]) -> PyResult<()> {
        let numbers = floats(bytes)?;
        self.then(|table| table.numbers(name, numbers));
        Ok(())
    }

    /// int64.
    fn ints(&mut self, name: &str, bytes: &[u8]) -> PyResult<()> {
        let numbers = ints(bytes)?;
        self.then(|table| table.ints(name, numbers));
        Ok(())
    }

    /// Texts, `None` where there is none.
    fn texts(&mut self, name: &str, texts: Vec<Option<PyBackedStr>>) {
        self.then(|table| table.texts(name, texts));
    }

    /// One byte each, 0 or 1.
    fn flags(&mut self, name: &str, bytes: &[u8]) {
        let flags: Vec<bool> = bytes.iter().map(|byte| *byte != 0).collect();
        self.then(|table| table.flags(name, flags));
    }

    /// Lists of texts.
    fn lists(&mut self, name: &str, lists: Vec<Vec<String>>) {
        self.then(|table| table.lists(name, lists));
    }
}

/// Where customers, reps, leads, a boundary come from.
#[pyclass(module = "revier._revier", frozen)]
pub struct Source(pub revier::Source);

#[pymethods]
impl Source {
    /// A file, read as the command line does.
    #[staticmethod]
    fn file(path: PathBuf) -> Source {
        Source(revier::Source::file(path))
    }

    /// GeoJSON in memory.
    #[staticmethod]
    fn geojson(text: Vec<u8>, name: &str) -> Source {
        Source(revier::Source::geojson(text).named(name))
    }

    /// One shape in WKB: a boundary.
    #[staticmethod]
    fn shape(wkb: &[u8], name: &str) -> PyResult<Source> {
        let shape =
            geometry::read_one(wkb).map_err(|why| PyValueError::new_err(why.to_string()))?;
        Ok(Source(revier::Source::shape(shape).named(name)))
    }

    /// Columns; the table is empty afterwards.
    #[staticmethod]
    fn table(table: &mut Table, name: &str) -> Source {
        let table = std::mem::take(&mut table.0);
        Source(revier::Source::table(table).named(name))
    }

    /// Travel of all pairs: float64 in km, row by row, `customers` x `reps`; NaN where a pair must not be.
    #[staticmethod]
    fn dense(
        customers: Vec<PyBackedStr>,
        reps: Vec<PyBackedStr>,
        km: &[u8],
        name: &str,
    ) -> PyResult<Source> {
        let km = floats(km)?;
        if km.len() != customers.len() * reps.len() {
            return Err(PyValueError::new_err("not one value per pair"));
        }
        let mut text = String::from("customer_id,rep_id,km\n");
        for (customer, row) in customers.iter().zip(km.chunks(reps.len().max(1))) {
            for (rep, km) in reps.iter().zip(row).filter(|(_, km)| !km.is_nan()) {
                pair(&mut text, customer, rep);
                let _ = writeln!(text, ",{km}");
            }
        }
        Ok(Source(revier::Source::csv(text).named(name)))
    }

    /// Travel of some pairs: ids, and float64 in km and minutes (empty: there are none), NaN where one of them is not known.
    #[staticmethod]
    fn pairs(
        customers: Vec<PyBackedStr>,
        reps: Vec<PyBackedStr>,
        km: &[u8],
        minutes: &[u8],
        name: &str,
    ) -> PyResult<Source> {
        let columns = [("km", floats(km)?), ("minutes", floats(minutes)?)];
        let columns: Vec<_> = columns.iter().filter(|(_, v)| !v.is_empty()).collect();
        let mut text = String::from("customer_id,rep_id");
        for (name, values) in &columns {
            if values.len() != customers.len() {
                return Err(PyValueError::new_err("not one value per pair"));
            }
            let _ = write!(text, ",{name}");
        }
        for (i, (customer, rep)) in customers.iter().zip(&reps).enumerate() {
            text.push('\n');
            pair(&mut text, customer, rep);
            for (_, values) in &columns {
                text.push(',');
                if !values[i].is_nan() {
                    let _ = write!(text, "{}", values[i]);
                }
            }
        }
        text.push('\n');
        Ok(Source(revier::Source::csv(text).named(name)))
    }
}

/// The ids of a pair as cells.
fn pair(text: &mut String, customer: &str, rep: &str) {
    for (id, end) in [(customer, ","), (rep, "")] {
        text.push('"');
        text.push_str(&id.replace('"', "\"\""));
        text.push('"');
        text.push_str(end);
    }
}
