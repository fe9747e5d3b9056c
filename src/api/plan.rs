//! A plan in memory.

use crate::base::ids::Ids;
use crate::check::{self, Broken, Claim, Finding};
use crate::disk::file::hashed;
use crate::error::{Error, Problem};
use crate::output::{Target, Texts};
use crate::plan::{self, Proof, Status, said};
use crate::report::Lang;
use crate::run::Solved;
use crate::territory::area_km2;
use geo::MultiPolygon;
use std::io;
use std::path::Path;

/// Who looks after which customer, how good that is, and everything that follows from it.
#[derive(Debug)]
pub struct Plan {
    pub(super) solved: Solved,
}

/// The territory of a rep.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Territory<'p> {
    /// Id of the rep.
    pub rep: &'p str,
    /// Name of the rep, the id where there is none.
    pub name: &'p str,
    /// Fill colour on the map, `#rrggbb`; neighbours differ.
    pub color: &'static str,
    /// The land, degrees, WGS 84; empty for a rep without customers. Neighbours share every vertex of their border.
    pub polygon: &'p MultiPolygon<f64>,
    /// Area of the land, km².
    pub area_km2: f64,
    /// Number of customers.
    pub customers: usize,
    /// Mean one-way travel, km, weighted as the cost is; `None` without customers, or where the matrix does not say.
    pub travel_km: Option<f64>,
    /// Mean one-way travel, minutes.
    pub travel_minutes: Option<f64>,
    /// The balanced measures.
    pub measures: Vec<Figures<'p>>,
}

/// A balanced measure of a territory.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Figures<'p> {
    /// Name of the measure.
    pub measure: &'p str,
    /// What the customers of the rep have of it.
    pub total: f64,
    /// The rep's fair share; `None` without one.
    pub target: Option<f64>,
    /// The least that is permitted.
    pub lower: Option<f64>,
    /// The most that is permitted.
    pub upper: Option<f64>,
}

impl Plan {
    pub(super) fn new(solved: Solved) -> Plan {
        Plan { solved }
    }

    /// Whether it keeps all rules, and is proven to be as good as was asked for.
    #[must_use]
    pub fn status(&self) -> Status {
        self.solved.plan.status
    }

    /// What is claimed, and proven by its certificate.
    #[must_use]
    pub fn claim(&self) -> plan::Claim {
        self.solved.plan.claim
    }

    /// How the bound was proven.
    #[must_use]
    pub fn proof(&self) -> Proof {
        self.solved.plan.proof
    }

    /// What the plan costs, in [`objective_unit`](Plan::objective_unit).
    #[must_use]
    pub fn objective(&self) -> f64 {
        self.solved.plan.objective
    }

    /// What every plan costs at least.
    #[must_use]
    pub fn bound(&self) -> f64 {
        self.solved.plan.bound
    }

    /// `(objective - bound) / objective`.
    #[must_use]
    pub fn gap(&self) -> f64 {
        self.solved.plan.gap()
    }

    /// Unit of the objective: `workload x km`.
    #[must_use]
    pub fn objective_unit(&self) -> String {
        self.solved.inputs.scenario.objective_unit()
    }

    /// Whether somebody ended the solve early.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.notes().iter().any(|note| note == said::INTERRUPTED)
    }

    /// Ids of the customers, in the order of the source, as everything that is per customer.
    #[must_use]
    pub fn customer_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        texts(&self.solved.inputs.customers.ids)
    }

    /// Longitudes of the customers, degrees.
    #[must_use]
    pub fn lon(&self) -> &[f64] {
        &self.solved.inputs.customers.lon
    }

    /// Latitudes of the customers, degrees.
    #[must_use]
    pub fn lat(&self) -> &[f64] {
        &self.solved.inputs.customers.lat
    }

    /// The rep of each customer, as a position in [`rep_ids`](Plan::rep_ids).
    #[must_use]
    pub fn owners(&self) -> Vec<u32> {
        self.solved.plan.owner.iter().map(|j| j.0).collect()
    }

    /// The rep of today of each customer, `None` where there is none.
    #[must_use]
    pub fn previous_owners(&self) -> Vec<Option<u32>> {
        let owner = &self.solved.inputs.customers.owner;
        let of = |i: usize| owner.get(i).and_then(|j| j.some()).map(|j| j.0);
        (0..self.solved.inputs.customers.len()).map(of).collect()
    }

    /// Kilometres from each customer to its rep, NaN where the matrix does not say.
    #[must_use]
    pub fn km(&self) -> &[f64] {
        &self.solved.summary.km
    }

    /// Minutes from each customer to its rep, NaN where the matrix does not say.
    #[must_use]
    pub fn minutes(&self) -> &[f64] {
        &self.solved.summary.minutes
    }

    /// Whether each customer gets another rep than today's.
    #[must_use]
    pub fn changed(&self) -> &[bool] {
        &self.solved.summary.changed
    }

    /// Whether each customer is locked to its rep.
    #[must_use]
    pub fn locked(&self) -> Vec<bool> {
        let model = &self.solved.model;
        (0..model.n).map(|i| model.lock(i).is_some()).collect()
    }

    /// Ids of the reps, in the order of the source.
    #[must_use]
    pub fn rep_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        texts(&self.solved.inputs.reps.ids)
    }

    /// A territory per rep, in the order of the reps.
    #[must_use]
    pub fn territories(&self) -> Vec<Territory<'_>> {
        let Solved {
            inputs,
            model,
            territories,
            summary,
            ..
        } = &self.solved;
        let colors = crate::output::colors(&territories.polygons);
        let territory = |j: usize| Territory {
            rep: inputs.reps.ids.get(j),
            name: &inputs.reps.name[j],
            color: colors[j],
            polygon: &territories.polygons[j],
            area_km2: area_km2(&territories.polygons[j]),
            customers: summary.reps[j].customers,
            travel_km: summary.reps[j].travel_km,
            travel_minutes: summary.reps[j].travel_minutes,
            measures: self.figures(j),
        };
        (0..model.k).map(territory).collect()
    }

    /// The balanced measures of a rep's territory.
    fn figures(&self, j: usize) -> Vec<Figures<'_>> {
        let (model, summary) = (&self.solved.model, &self.solved.summary);
        let balance = self.solved.inputs.scenario.balance.iter().enumerate();
        let figures = balance.map(|(m, balance)| {
            let bounds = &model.bounds[j * model.m + m];
            Figures {
                measure: &balance.measure,
                total: summary.reps[j].totals[m],
                target: bounds.target,
                lower: Some(bounds.lower).filter(|b| b.is_finite()),
                upper: Some(bounds.upper).filter(|b| b.is_finite()),
            }
        });
        figures.collect()
    }

    /// The rules that it breaks, in words; empty unless its status is infeasible.
    pub fn violations(&self) -> impl Iterator<Item = &str> {
        self.solved.plan.violations.iter().map(|v| v.text.as_str())
    }

    /// Remarks, in words.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.solved.plan.notes
    }

    /// What the prices of the bounds say, in words: which limits cost most, where another rep would help.
    pub fn advice(&self) -> impl Iterator<Item = &str> {
        self.solved.advice.iter().map(|a| a.text.as_str())
    }

    /// What of the inputs can be used, but is probably not what was meant.
    #[must_use]
    pub fn warnings(&self) -> Vec<Problem> {
        self.solved.warnings()
    }

    /// Judges it again from its inputs alone; what does not hold.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let Solved {
            inputs,
            plan,
            territories,
            summary,
            ..
        } = &self.solved;
        let broken = Broken::of(plan);
        check::check(inputs, &Claim::of(plan, &broken, territories, summary))
    }

    /// Writes a plan directory as `revier solve` does. What was in memory of the inputs is kept in it, too, as `input-customers.geojson`
    /// and so on, beside `input-scenario.toml`, so that [`check`](crate::check) can judge it; inputs on the disk are named by their place.
    /// A plan that stands there is replaced as a whole.
    ///
    /// # Errors
    /// [`Error::Usage`] that says what is in the way, [`Error::Io`].
    pub fn save(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        self.write(Target::claim(dir.as_ref())?)
    }

    /// As [`Plan::save`], and files that are named like those of a plan, but that revier did not write, are replaced, too.
    ///
    /// # Errors
    /// As [`Plan::save`].
    pub fn save_over(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        self.write(Target::claim_by_force(dir.as_ref())?)
    }

    fn write(&self, target: Target) -> Result<(), Error> {
        let inputs = &self.solved.inputs;
        let memory = &inputs.scenario.origin.memory;
        let files = inputs.files.iter().map(|f| f.path.as_path());
        target.spares(files.filter(|path| memory.get(path).is_none()))?;
        self.solved.write(target)
    }

    /// The page, which needs no network.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn report_html(&self, lang: Lang) -> Result<String, Error> {
        self.text(lang, |texts, out| texts.page(out))
    }

    /// The report: every figure and the certificate of the bound.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn report_json(&self) -> Result<String, Error> {
        self.text(self.solved.lang, |texts, out| texts.report(out))
    }

    /// One MultiPolygon per rep, with its figures.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn territories_geojson(&self) -> Result<String, Error> {
        self.text(self.solved.lang, |texts, out| texts.territories(out))
    }

    /// One Point per customer, with its rep.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn assignments_geojson(&self) -> Result<String, Error> {
        self.text(self.solved.lang, |texts, out| texts.points(out))
    }

    /// One row per customer.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn assignments_csv(&self) -> Result<String, Error> {
        self.text(self.solved.lang, |texts, out| texts.table(out))
    }

    fn text(
        &self,
        lang: Lang,
        write: impl FnOnce(&mut Texts<'_>, &mut Vec<u8>) -> io::Result<()>,
    ) -> Result<String, Error> {
        let contents = self.solved.contents(lang);
        let mut texts = Texts::new(&contents, Path::new("."));
        let failed = |e: io::Error| Error::Internal(e.to_string());
        texts.keep_inputs(|_, content| hashed(|out| content.write(out)).map_err(failed))?;
        let mut bytes = Vec::new();
        write(&mut texts, &mut bytes).map_err(failed)?;
        String::from_utf8(bytes).map_err(|e| Error::Internal(e.to_string()))
    }
}

fn texts(ids: &Ids) -> impl ExactSizeIterator<Item = &str> {
    (0..ids.len()).map(|i| ids.get(i))
}
