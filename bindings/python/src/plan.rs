//! Instances and plans: what Python asks of them, as arrays and WKB.

use crate::source::Source;
use crate::{errors, geometry, watch};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use revier::{Claim, Lang, Status};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is to be solved, read and validated.
#[pyclass(module = "revier._revier", frozen)]
pub struct Instance(pub Arc<revier::Instance>);

impl Instance {
    fn new(instance: revier::Instance) -> Instance {
        Instance(Arc::new(instance))
    }
}

#[pymethods]
impl Instance {
    /// Reads and validates.
    ///
    /// `scenario`: a file or nothing; `sources`: role to source; `balance`: measures with their tolerances; `settings`: an object
    /// of all other keys of a scenario as JSON.
    #[new]
    fn read(
        py: Python<'_>,
        scenario: Option<PathBuf>,
        sources: BTreeMap<String, Py<Source>>,
        balance: Vec<(String, f64)>,
        settings: &str,
    ) -> PyResult<Instance> {
        let settings: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(settings).map_err(|why| PyValueError::new_err(why.to_string()))?;
        let mut builder = revier::Builder::new();
        if let Some(path) = scenario {
            if sources.is_empty() && balance.is_empty() && settings.is_empty() {
                return watch::build(py, || revier::Instance::open(path)).map(Instance::new);
            }
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|source| errors::unreadable(py, &path, source))?;
            let dir = path.parent().map(Path::to_owned).unwrap_or_default();
            builder = builder.scenario(text).base_dir(dir);
        }
        for (role, source) in sources {
            let source = source.get().0.clone();
            builder = match role.as_str() {
                "customers" => builder.customers(source),
                "reps" => builder.reps(source),
                "units" => builder.units(source),
                "boundary" => builder.boundary(source),
                "matrix" => builder.matrix(source),
                "context" => builder.context(source),
                _ => return Err(PyValueError::new_err(format!("no source is called {role}"))),
            };
        }
        for (measure, tolerance) in balance {
            builder = builder.balance(measure, tolerance);
        }
        for (key, value) in settings {
            builder = builder.set(key, value);
        }
        watch::build(py, || builder.build()).map(Instance::new)
    }

    /// Problems of the inputs that do not stop a solve.
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        errors::problems(py, self.0.warnings())
    }
}

/// A plan that has been drawn and checked.
#[pyclass(module = "revier._revier", frozen)]
pub struct Plan(Arc<revier::Plan>);

impl Plan {
    pub fn new(plan: revier::Plan) -> Plan {
        Plan(Arc::new(plan))
    }
}

/// An array as its bytes.
fn floats<'py>(py: Python<'py>, values: &[f64]) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
    PyBytes::new(py, &bytes)
}

fn rows<'py>(py: Python<'py>, values: impl Iterator<Item = i32>) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = values.flat_map(i32::to_ne_bytes).collect();
    PyBytes::new(py, &bytes)
}

fn flags<'py>(py: Python<'py>, values: &[bool]) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = values.iter().map(|v| u8::from(*v)).collect();
    PyBytes::new(py, &bytes)
}

#[pymethods]
impl Plan {
    #[getter]
    fn status(&self) -> &'static str {
        match self.0.status() {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
            Status::Infeasible => "infeasible",
        }
    }

    #[getter]
    fn claim(&self) -> &'static str {
        match self.0.claim() {
            Claim::Optimal => "optimal",
            Claim::Within => "within",
            Claim::Infeasible => "infeasible",
            Claim::NotFound => "not-found",
        }
    }

    /// (objective, bound, gap)
    #[getter]
    fn figures(&self) -> (f64, f64, f64) {
        (self.0.objective(), self.0.bound(), self.0.gap())
    }

    #[getter]
    fn unit(&self) -> String {
        self.0.objective_unit()
    }

    #[getter]
    fn interrupted(&self) -> bool {
        self.0.interrupted()
    }

    /// Texts.
    fn customer_ids<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.customer_ids())
    }

    /// Texts.
    fn rep_ids<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.rep_ids())
    }

    /// int32 per customer: row of the rep.
    fn owners<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        rows(py, self.0.owners().into_iter().map(u32::cast_signed))
    }

    /// int32 per customer: row of the rep of today, -1 without one; empty where nobody has any.
    fn previous_owners<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let row = |owner: Option<u32>| owner.map_or(-1, u32::cast_signed);
        rows(py, self.0.previous_owners().into_iter().map(row))
    }

    /// Columns per customer: float64 `km`, `minutes`, `lon`, `lat`; one byte `changed`, `locked`.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        columns.set_item("km", floats(py, self.0.km()))?;
        columns.set_item("minutes", floats(py, self.0.minutes()))?;
        columns.set_item("lon", floats(py, self.0.lon()))?;
        columns.set_item("lat", floats(py, self.0.lat()))?;
        columns.set_item("changed", flags(py, self.0.changed()))?;
        columns.set_item("locked", flags(py, &self.0.locked()))?;
        Ok(columns)
    }

    /// One dictionary per rep; `measures` are (name, total, target, lower, upper), `wkb` is a MultiPolygon.
    fn territories<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for territory in self.0.territories() {
            let row = PyDict::new(py);
            row.set_item("rep", territory.rep)?;
            row.set_item("name", territory.name)?;
            row.set_item("color", territory.color)?;
            row.set_item("customers", territory.customers)?;
            row.set_item("travel_km", territory.travel_km)?;
            row.set_item("travel_minutes", territory.travel_minutes)?;
            row.set_item("area_km2", territory.area_km2)?;
            row.set_item("parts", territory.polygon.0.len())?;
            let figures = territory.measures.iter();
            let figures: Vec<_> = figures
                .map(|f| (f.measure, f.total, f.target, f.lower, f.upper))
                .collect();
            row.set_item("measures", figures)?;
            row.set_item(
                "wkb",
                PyBytes::new(py, &geometry::write(territory.polygon)?),
            )?;
            list.append(row)?;
        }
        Ok(list)
    }

    fn violations(&self) -> Vec<String> {
        self.0.violations().map(str::to_owned).collect()
    }

    fn notes(&self) -> Vec<String> {
        self.0.notes().to_vec()
    }

    fn advice(&self) -> Vec<String> {
        self.0.advice().map(str::to_owned).collect()
    }

    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        errors::problems(py, &self.0.warnings())
    }

    /// What the check found, in words; empty where the plan holds.
    fn check(&self, py: Python<'_>) -> Vec<String> {
        let plan = Arc::clone(&self.0);
        py.detach(move || plan.check().iter().map(ToString::to_string).collect())
    }

    /// Routes leads.
    fn assign(&self, py: Python<'_>, leads: &Source) -> PyResult<Routing> {
        let (plan, leads) = (Arc::clone(&self.0), leads.0.clone());
        py.detach(move || plan.assign(leads))
            .map(Routing)
            .map_err(|error| errors::exception(py, &error))
    }

    /// Writes a plan directory.
    fn save(&self, py: Python<'_>, dir: PathBuf, force: bool) -> PyResult<()> {
        let plan = Arc::clone(&self.0);
        py.detach(move || match force {
            true => plan.save_over(dir),
            false => plan.save(dir),
        })
        .map_err(|error| errors::exception(py, &error))
    }

    /// `report.json`.
    fn report_json(&self, py: Python<'_>) -> PyResult<String> {
        let plan = Arc::clone(&self.0);
        py.detach(move || plan.report_json())
            .map_err(|error| errors::exception(py, &error))
    }

    /// `territories.geojson`.
    fn territories_geojson(&self, py: Python<'_>) -> PyResult<String> {
        let plan = Arc::clone(&self.0);
        py.detach(move || plan.territories_geojson())
            .map_err(|error| errors::exception(py, &error))
    }

    /// `report.html`; `lang` is "en" or "de".
    fn report_html(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = match lang {
            "en" => Lang::En,
            "de" => Lang::De,
            _ => return Err(PyValueError::new_err("lang is \"en\" or \"de\"")),
        };
        let plan = Arc::clone(&self.0);
        py.detach(move || plan.report_html(lang))
            .map_err(|error| errors::exception(py, &error))
    }
}

/// Where leads go.
#[pyclass(module = "revier._revier", frozen)]
pub struct Routing(revier::Routing);

#[pymethods]
impl Routing {
    /// Columns of texts: `rep`, `by`, `territory`, `next`, in the order of the leads.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let routes = &self.0.routes;
        let columns = PyDict::new(py);
        let texts = |of: fn(&revier::Route) -> Option<&str>| PyList::new(py, routes.iter().map(of));
        columns.set_item("lead_id", texts(|r| Some(&r.lead))?)?;
        columns.set_item("rep_id", texts(|r| r.rep.as_deref())?)?;
        columns.set_item("by", texts(|r| Some(r.by))?)?;
        columns.set_item("territory", texts(|r| r.territory.as_deref())?)?;
        columns.set_item("next_rep_id", texts(|r| r.next.as_deref())?)?;
        Ok(columns)
    }

    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        errors::problems(py, &self.0.warnings)
    }
}
