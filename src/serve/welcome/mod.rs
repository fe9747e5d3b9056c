//! What a desk does before it has a project: it takes files, says what they were understood as, and makes a project of them.
//!
//! `inbox` is the folder that they are put into, `reading` knows what is in them, `guess` what they may be for; `start` writes a scenario, and has it
//! read as every other. `example` and `projects` are the other ways to begin.

mod example;
mod guess;
mod inbox;
mod names;
mod projects;
mod reading;
mod start;

pub(super) use inbox::{Coming, Inbox, Limits, Place, too_large, waits};
pub(super) use start::{Tried, Wanted};

use super::refusal::{Refusal, told};
use crate::input::Seen;
use crate::scenario::Decimal;
use guess::{Known, OF_CUSTOMERS, OF_REPS};
use reading::Reading;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The desk before the first project.
#[derive(Debug)]
pub(super) struct Welcome {
    pub inbox: Arc<Inbox>,
    reading: Arc<Reading>,
}

/// Called when something has become known.
pub(super) type Done = Arc<dyn Fn() + Send + Sync>;

fn seconds(time: Option<SystemTime>) -> Option<u64> {
    Some(time?.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// A column as JSON, and what it may mean for customers and for reps.
fn column(column: &Seen, for_customers: Option<&str>, for_reps: Option<&str>) -> Value {
    let decimal = column.decimal.map(|mark| match mark {
        Decimal::Point => ".",
        Decimal::Comma => ",",
    });
    json!({
        "name": column.name,
        "samples": column.samples,
        "filled": column.filled,
        "numbers": column.numbers,
        "decimal": decimal,
        "doubt": column.doubt,
        "open": column.open,
        "meaning": {"customers": for_customers, "reps": for_reps},
    })
}

impl Welcome {
    pub fn new(place: Place, limits: Limits) -> Welcome {
        Welcome {
            inbox: Arc::new(Inbox::new(place, limits)),
            reading: Arc::default(),
        }
    }

    /// The name that a file gets here.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] where it can have none, [`Refusal::Unknown`] where no reader takes such files.
    pub fn name(&self, given: &str) -> Result<String, Refusal> {
        let name = names::clean(given).map_err(Refusal::Malformed)?;
        if names::is_taken(&name) {
            return Ok(name);
        }
        let what = format!(
            "files of this kind are not read; taken are {}",
            names::takes().join(", ")
        );
        Err(Refusal::Unknown(what))
    }

    /// `GET /v1/files`: the files and what they were understood as; those that are not known yet begin to be read.
    pub fn told(&self, done: &Done) -> Value {
        let (there, dir) = (self.inbox.list(), self.inbox.dir());
        let surveys = self.reading.of(&there, &dir.join("files"), done);
        let known = there.iter().zip(&surveys).map(|(file, survey)| Known {
            name: &file.name,
            survey: survey.as_deref(),
            beside: reading::is_beside(&file.name),
        });
        let known: Vec<Known<'_>> = known.collect();
        let roles = guess::roles(&known);
        let files = known.iter().zip(&roles).zip(&there);
        let files = files.map(|((known, role), there)| {
            let role = if known.beside { "beside" } else { role.role };
            self::file(known, role, there.bytes)
        });
        let mut files: Vec<Value> = files.collect();
        for (file, role) in files.iter_mut().zip(&roles) {
            file["because"] = role.because.into();
        }
        let limits = self.inbox.limits;
        json!({
            "folder": dir,
            "reading": surveys.iter().any(Option::is_none),
            "takes": names::takes(),
            "limits": {"file": limits.file, "all": limits.all, "files": limits.files},
            "files": files,
            "proposal": guess::proposal(&known, &roles),
            "projects": self.projects(),
        })
    }

    fn projects(&self) -> Vec<Value> {
        let found = self
            .inbox
            .around()
            .map(projects::projects)
            .unwrap_or_default();
        let told = |p: &projects::Project| json!({"folder": p.folder, "name": p.name, "changed": seconds(p.changed)});
        found.iter().map(told).collect()
    }

    /// What a desk opens for a project that is there.
    ///
    /// # Errors
    /// [`Refusal::Missing`].
    pub fn project(&self, folder: &str) -> Result<PathBuf, Refusal> {
        let found = self
            .inbox
            .around()
            .map(projects::projects)
            .unwrap_or_default();
        let found = found.into_iter().find(|p| p.folder == folder);
        found
            .map(|p| p.path)
            .ok_or_else(|| Refusal::Missing("there is no such project".into()))
    }

    /// The scenario of the German example, copied where it is not there yet.
    ///
    /// # Errors
    /// As [`example::copy`].
    pub fn example(&self) -> Result<PathBuf, Refusal> {
        let here = self.inbox.dir();
        example::copy(self.inbox.around().unwrap_or(&here))
    }

    /// Reads what a project would be made of.
    ///
    /// # Errors
    /// As [`start::attempt`].
    pub fn attempt(&self, wanted: &Wanted) -> Result<Tried, Refusal> {
        let dir = self.inbox.ready()?;
        let there: Vec<String> = self.inbox.list().into_iter().map(|f| f.name).collect();
        start::attempt(wanted, &dir, &there, &|name| self.reading.known(name))
    }
}

/// A file as JSON.
fn file(known: &Known<'_>, role: &str, bytes: u64) -> Value {
    let base = json!({"name": known.name, "bytes": bytes, "role": role, "reading": known.survey.is_none()});
    let Some(survey) = known.survey else {
        return base;
    };
    let mut out = base;
    let [for_customers, for_reps] = [OF_CUSTOMERS, OF_REPS].map(|of| guess::meanings(survey, of));
    let columns = survey
        .columns
        .iter()
        .zip(for_customers.iter().zip(&for_reps));
    let columns = columns.map(|(seen, (c, r))| column(seen, *c, *r));
    // A geometry alone is an outline, as good as a collection of them.
    let outline = |p: &&crate::error::Problem| {
        role != "boundary" || p.code != crate::error::codes::WRONG_ROOT
    };
    let problems = survey.problems.iter().filter(outline).map(told);
    let [points, areas, others] = survey.shapes;
    out["rows"] = survey.rows.into();
    out["columns"] = columns.collect();
    out["more_columns"] = survey.more.into();
    out["ids"] = survey.ids.into();
    out["sheets"] = survey.sheets.as_slice().into();
    out["shapes"] = json!({"points": points, "areas": areas, "others": others});
    out["problems"] = problems.collect();
    out
}
