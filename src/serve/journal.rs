//! The journal: one JSON per line and step, appended and synchronised with the disk before anybody is told that the step was done.
//!
//! What follows the last line that is whole was never acknowledged, and is cut off when the journal is opened.

use super::edit::Edit;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a project was changed by. The number of steps is its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// An edit.
    Do(Edit),
    /// Customers stay with these reps.
    Held(Vec<(String, String)>),
    /// The last edit that counts does not.
    Undo,
    /// The edit that was taken back last counts again.
    Redo,
    /// A new plan.
    Solved,
    /// The plan was kept under this name.
    Saved(String),
    /// The plan of this name came back, with what was asked for then.
    Opened(String),
    /// Where the project stands: `draft`, `proposed`, `approved`.
    Marked(String),
}

/// A journal that can be appended to.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: Option<File>,
    /// Bytes that are whole.
    length: u64,
}

/// The longest journal that is read, bytes.
const MOST: u64 = 1 << 31;

impl Journal {
    /// Opens what is there; nothing is made before the first step.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Usage`] where a line in the middle is damaged.
    pub fn open(path: &Path) -> Result<(Journal, Vec<Step>), Error> {
        let mut bytes = Vec::new();
        match File::open(path) {
            Ok(file) => {
                let read = file.take(MOST).read_to_end(&mut bytes);
                read.map_err(|e| failed(path, e))?;
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(path, e)),
        }
        let whole = bytes
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let mut steps = Vec::new();
        for (n, line) in bytes[..whole].split(|b| *b == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            let step = serde_json::from_slice(line).map_err(|e| {
                let what = format!("{}, line {}: {e}", path.display(), n + 1);
                Error::Usage(format!(
                    "the journal is damaged: {what}; put it aside to begin anew"
                ))
            })?;
            steps.push(step);
        }
        let journal = Journal {
            path: path.to_owned(),
            file: None,
            length: whole as u64,
        };
        Ok((journal, steps))
    }

    /// Appends a step; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Io`]; nothing was appended then.
    pub fn append(&mut self, step: &Step) -> Result<(), Error> {
        let mut line = serde_json::to_vec(step).map_err(|e| Error::Internal(e.to_string()))?;
        line.push(b'\n');
        let written = self.write(&line);
        if written.is_err() {
            // What may be there of the line is cut off before the next one.
            self.file = None;
        } else {
            self.length += line.len() as u64;
        }
        written.map_err(|e| failed(&self.path, e))
    }

    fn write(&mut self, line: &[u8]) -> std::io::Result<()> {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let mut file =
                (options.create(true).read(true).write(true).truncate(false)).open(&self.path)?;
            file.set_len(self.length)?;
            file.seek(SeekFrom::End(0))?;
            if let Some(dir) = self.path.parent() {
                // The name of a new file is on the disk when its directory is.
                if let Ok(dir) = File::open(dir) {
                    let _ = dir.sync_all();
                }
            }
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write_all(line)?;
            file.sync_data()?;
        }
        Ok(())
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_off_is_forgotten_and_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let (mut journal, steps) = Journal::open(&path).unwrap();
        assert!(steps.is_empty() && !path.exists());
        journal.append(&Step::Undo).unwrap();
        journal.append(&Step::Saved("A\n\u{0}<b>".into())).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"do\":{\"kind\":\"rep_o");
        std::fs::write(&path, &bytes).unwrap();
        let (mut journal, steps) = Journal::open(&path).unwrap();
        assert_eq!(steps.len(), 2);
        journal.append(&Step::Redo).unwrap();
        let (_, steps) = Journal::open(&path).unwrap();
        assert_eq!(
            steps,
            [Step::Undo, Step::Saved("A\n\u{0}<b>".into()), Step::Redo]
        );
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        std::fs::write(&path, "\"undo\"\n{\"do\":\n\"redo\"\n").unwrap();
        let error = Journal::open(&path).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
