//! The project's folder: ordinary files, which git can hold and the command line reads.
//!
//! ```text
//! base.toml        the scenario that the desk began with
//! scenario.toml    the scenario as it is edited; it names the two below where there are such edits
//! wishes.csv       who goes to whom, who does not
//! reps.geojson     the reps
//! journal.jsonl    what was done, step by step
//! plans/current/   the latest plan, as `revier solve` writes it
//! plans/NAME/      a plan that was kept
//! ```
//!
//! The journal is what counts: the other files but the plans follow from it and the base, and are written anew after each step.

use super::comments;
use super::draft::{Draft, Ground};
use super::inputs::Texts;
use crate::api::paths::{on_disk, with_table};
use crate::disk::file;
use crate::error::{Error, Problem};
use crate::input::{self, Asking, Inputs};
use crate::saved;
use crate::scenario::{Overrides, Role, Scenario};
use std::fs;
use std::path::{Path, PathBuf};
use toml::Table;

/// The name of the latest plan.
pub(super) const CURRENT: &str = "current";
const BASE: &str = "base.toml";
const SCENARIO: &str = "scenario.toml";
const WISHES: &str = "wishes.csv";
const REPS: &str = "reps.geojson";
const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = ".desk.lock";

/// A project: where it is, and what it began with.
#[derive(Debug)]
pub(super) struct Folder {
    pub dir: PathBuf,
    /// The scenario as it is written.
    text: String,
    /// Its keys; paths are absolute.
    doc: Table,
    pub base: Inputs,
    pub ground: Ground,
    /// What the scenario wishes for itself.
    pub first: Draft,
}

impl Folder {
    /// Opens a scenario, a plan directory (the scenario it was made from) or a project.
    ///
    /// # Errors
    /// [`Error::Usage`] where it is none of them, [`Error::Input`] with all that is wrong with the inputs.
    pub fn open(path: &Path) -> Result<Folder, Error> {
        let (scenario, dir) = place(path)?;
        let told = |mut problem: Problem| {
            problem.file = scenario.display().to_string();
            Error::Input(vec![problem])
        };
        if file::is_pipe(&scenario) {
            let what = "the desk works on a scenario in a file, not in a pipe";
            return Err(Error::Usage(what.into()));
        }
        let read = Scenario::load(Some(&scenario), &Overrides::default());
        let read = read.map_err(Error::Input)?;
        let base = Asking::patiently(|asking| input::read_asking(&read, Some(&scenario), asking))?;
        let bytes = file::bytes_of(&scenario).map_err(|p| told(*p))?;
        let text = file::utf8(&bytes).map_err(|p| told(*p))?;
        let mut doc: Table =
            (text.parse()).map_err(|e| Error::Internal(format!("scenario: {e}")))?;
        let mut problems = Vec::new();
        let above = scenario.parent().map(PathBuf::from).unwrap_or_default();
        on_disk(&mut doc, &above, &mut problems);
        if let Some(problem) = problems.pop() {
            return Err(told(problem));
        }
        with_table(&mut doc, &base.scenario);
        let named = doc
            .entry("name")
            .or_insert_with(|| base.scenario.name.clone().into());
        if !named.is_str() {
            return Err(Error::Internal("the scenario's name is no text".into()));
        }
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        Ok(Folder {
            ground: Ground::new(&base),
            first: Ground::first(&base),
            dir,
            text: text.to_owned(),
            doc,
            base,
        })
    }

    pub fn journal(&self) -> PathBuf {
        self.dir.join(JOURNAL)
    }

    /// Where the plan of a name is.
    pub fn plan(&self, name: &str) -> PathBuf {
        self.plans().join(name)
    }

    pub fn plans(&self) -> PathBuf {
        self.dir.join("plans")
    }

    pub fn texts(&self, draft: &Draft) -> Texts {
        Texts::new(&self.doc, &self.base, draft)
    }

    /// Makes the folder where it is not there yet.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn make(&self) -> Result<(), Error> {
        let made = fs::create_dir_all(self.plans());
        made.map_err(|e| failed(&self.dir, e))?;
        let seen = Texts::plain(&self.doc).seen(&self.dir);
        write(&self.dir.join(BASE), Some(&self.written(&seen)?))
    }

    /// A scenario as the one that the desk began with is written.
    fn written(&self, doc: &Table) -> Result<String, Error> {
        comments::kept(&self.text, doc).map_err(|e| Error::Internal(format!("scenario: {e}")))
    }

    /// Keeps other desks away from the project as long as the file lives.
    ///
    /// # Errors
    /// [`Error::Usage`] where another desk has it.
    pub fn hold(&self) -> Result<fs::File, Error> {
        // Nothing else is written before the project is held.
        fs::create_dir_all(&self.dir).map_err(|e| failed(&self.dir, e))?;
        let path = self.dir.join(LOCK);
        let mut options = fs::OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|e| failed(&path, e))?;
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
            let what = format!("another desk works on {}; end it first", self.dir.display());
            return Err(Error::Usage(what));
        }
        Ok(file)
    }

    /// Writes what follows from a draft.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, texts: &Texts) -> Result<(), Error> {
        let scenario = self.written(&texts.scenario(&self.dir, [WISHES, REPS]))?;
        write(&self.dir.join(WISHES), texts.wishes.as_ref())?;
        write(&self.dir.join(REPS), texts.reps.as_ref())?;
        write(&self.dir.join(SCENARIO), Some(&scenario))
    }
}

/// Puts a text in its place in one step; takes the file away where there is none.
fn write(path: &Path, text: Option<&String>) -> Result<(), Error> {
    let Some(text) = text else {
        return match fs::remove_file(path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(path, e)),
            _ => Ok(()),
        };
    };
    if fs::read(path).is_ok_and(|now| now == text.as_bytes()) {
        return Ok(());
    }
    let new = path.with_extension("new~");
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    written.map_err(|e| failed(path, e))
}

/// Copies the files of a plan; in its place in one step.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn copy_plan(from: &Path, to: &Path) -> Result<(), Error> {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let new = to.with_file_name(format!(".{name}.new"));
    let old = to.with_file_name(format!(".{name}.old"));
    let copied = || -> std::io::Result<()> {
        for left in [&new, &old] {
            if left.exists() {
                fs::remove_dir_all(left)?;
            }
        }
        fs::create_dir_all(&new)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), new.join(entry.file_name()))?;
            }
        }
        if to.exists() {
            fs::rename(to, &old)?;
        }
        fs::rename(&new, to)?;
        if old.exists() {
            fs::remove_dir_all(&old)?;
        }
        Ok(())
    };
    copied().map_err(|e| failed(to, e))
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        path: path.to_owned(),
        source,
    }
}

/// The scenario that a path stands for, and the folder of its project.
fn place(path: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let beside = |of: &Path| {
        let mut name = of.file_stem().unwrap_or_default().to_owned();
        name.push(".desk");
        of.with_file_name(name)
    };
    if !path.is_dir() {
        return Ok((path.to_owned(), beside(path)));
    }
    for name in [BASE, SCENARIO] {
        let scenario = path.join(name);
        if scenario.is_file() && (name == BASE || path.join(JOURNAL).is_file()) {
            return Ok((scenario, path.to_owned()));
        }
    }
    if path.join("report.json").is_file() {
        let report = saved::report(path)?;
        let scenario = report.inputs.iter().find(|f| f.role == Role::Scenario);
        return match scenario.map(|f| path.join(&f.path)) {
            Some(scenario) if scenario.is_file() => {
                let dir = beside(&scenario);
                Ok((scenario, dir))
            }
            _ => {
                let what = "the plan was made without a scenario file that is still there; name a scenario";
                Err(Error::Usage(what.into()))
            }
        };
    }
    if path.join(SCENARIO).is_file() {
        return Ok((path.join(SCENARIO), path.join("scenario.desk")));
    }
    let what =
        "holds neither a scenario nor a plan; name a scenario, a plan directory or a project";
    Err(Error::Usage(format!("{} {what}", path.display())))
}
