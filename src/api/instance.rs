//! What is to be solved, read and validated.

use super::paths::{SCENARIO, TEXT, each_path, on_disk, with_table};
use crate::disk::file;
use crate::error::{Error, Problem};
use crate::input::{self, Asking, InputFile, Inputs};
use crate::memory::{self, Content, Held, Memory};
use crate::scenario::{Overrides, Role, Scenario};
use std::path::{Path, PathBuf};
use toml::Table;

/// Customers, reps and rules, read and validated; it can be solved any number of times.
#[derive(Clone, Debug)]
pub struct Instance {
    pub(super) inputs: Inputs,
    /// The scenario's keys, with paths that mean the same everywhere; `None` where they stand in a pipe.
    doc: Option<Table>,
}

impl Instance {
    /// Reads a scenario file and all files that it names, as `revier solve FILE` does.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems of the scenario, or where it is sound, of all files.
    pub fn open(scenario: impl AsRef<Path>) -> Result<Instance, Error> {
        let path = scenario.as_ref();
        let scenario = Scenario::load(Some(path), &Overrides::default()).map_err(Error::Input)?;
        let inputs = Asking::patiently(|asking| input::read_asking(&scenario, Some(path), asking))?;
        let mut doc = (!file::is_pipe(path)).then(|| doc_of(path)).transpose()?;
        if let Some(doc) = &mut doc {
            with_table(doc, &scenario);
        }
        Ok(Instance { inputs, doc })
    }

    /// Reads a scenario file with some of its keys changed, and what the memory holds.
    pub(crate) fn changed(
        path: &Path,
        memory: Memory,
        change: impl FnOnce(&mut Table),
    ) -> Result<Instance, Error> {
        let mut doc = doc_of(path)?;
        change(&mut doc);
        Instance::read(doc, memory, false)
    }

    /// Reads what a scenario and the memory hold; a routing server that it names is asked where `asks` says so.
    pub(super) fn read(doc: Table, mut memory: Memory, asks: bool) -> Result<Instance, Error> {
        insert(&doc, &mut memory)?;
        let path = memory::path(SCENARIO);
        let text = text_of(&doc)?;
        let scenario = Scenario::of_text(&text, &path, &memory).map_err(Error::Input)?;
        let inputs = match asks {
            true => Asking::patiently(|asking| input::read_asking(&scenario, Some(&path), asking)),
            false => input::read(&scenario, Some(&path)),
        }?;
        Ok(Instance {
            inputs,
            doc: Some(doc),
        })
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.inputs.customers.len()
    }

    /// How many reps there are.
    #[must_use]
    pub fn reps(&self) -> usize {
        self.inputs.reps.len()
    }

    /// What can be used, but is probably not what was meant.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.inputs.warnings
    }

    /// A copy for one run, whose remarks name files as a saved plan does.
    pub(crate) fn inputs(&self) -> Inputs {
        let mut inputs = self.inputs.clone();
        let memory = inputs.scenario.origin.memory.clone();
        for warning in &mut inputs.warnings {
            let held = memory.iter().find(|(_, held)| held.label == warning.file);
            if let Some((path, _)) = held {
                warning.file = path.display().to_string();
            }
        }
        inputs
    }

    /// The keys of the scenario with others in their place.
    pub(super) fn with(&self, set: Table, inputs: &mut Inputs) -> Result<(), Error> {
        let Some(mut doc) = self.doc.clone() else {
            let what = "the scenario came from a pipe: its gap and time limit cannot be changed";
            return Err(Error::Usage(what.into()));
        };
        super::settings::merge(&mut doc, set);
        let mut memory = std::mem::take(&mut inputs.scenario.origin.memory);
        let kept = insert(&doc, &mut memory)?;
        inputs.scenario.origin.memory = memory;
        inputs.scenario.origin.sha256 = None;
        inputs.files.retain(|f| f.role != Role::Scenario);
        let file = InputFile {
            role: Role::Scenario,
            path: memory::path(SCENARIO),
            sha256: file::sha256(kept.as_bytes()),
        };
        inputs.files.insert(0, file);
        Ok(())
    }
}

/// Puts the text of a scenario into memory as it will be saved: beside the files that are in memory now.
fn insert(doc: &Table, memory: &mut Memory) -> Result<String, Error> {
    let mut doc = doc.clone();
    each_path(&mut doc, |path| memory::name(Path::new(path)));
    let text = text_of(&doc)?;
    let held = Held {
        label: TEXT.into(),
        content: Content::Bytes(text.as_bytes().into()),
    };
    memory.insert(memory::path(SCENARIO), held);
    Ok(text)
}

fn text_of(doc: &Table) -> Result<String, Error> {
    let text = toml::to_string(doc);
    text.map_err(|e| Error::Internal(format!("scenario: {e}")))
}

/// The keys of a file, with absolute paths.
fn doc_of(path: &Path) -> Result<Table, Error> {
    let told = |mut problem: Problem| {
        problem.file = path.display().to_string();
        Error::Input(vec![problem])
    };
    let bytes = file::bytes_of(path).map_err(|p| told(*p))?;
    let text = file::utf8(&bytes).map_err(|p| told(*p))?;
    let parsed = text.parse::<Table>();
    let mut doc = parsed.map_err(|e| Error::Internal(format!("scenario: {e}")))?;
    let mut problems = Vec::new();
    let base = path.parent().map(PathBuf::from).unwrap_or_default();
    on_disk(&mut doc, &base, &mut problems);
    match problems.pop() {
        Some(problem) => Err(told(problem)),
        None => Ok(doc),
    }
}
