//! The journal: one JSON per line and step, appended and synchronised with the disk before anybody is told that the step was done.
//!
//! What follows the last line that is whole was never acknowledged, and is cut off when the journal is opened.

use super::edit::Edit;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata, OpenOptions};
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

/// A journal that can be appended to. Its file stays open, so that one that another program put in its place is noticed.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: Option<File>,
    /// Bytes that are whole.
    length: u64,
    /// Bytes of the file: more where the last line is not whole.
    there: u64,
}

/// The longest journal that is read, bytes.
const MOST: u64 = 1 << 31;

impl Journal {
    /// Opens what is there; nothing is made before the first step.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Usage`] where a line in the middle is damaged, or there are more than 2 GiB.
    pub fn open(path: &Path) -> Result<(Journal, Vec<Step>), Error> {
        let mut bytes = Vec::new();
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => {
                let read = (&file).take(MOST + 1).read_to_end(&mut bytes);
                read.map_err(|e| failed(path, e))?;
                Some(file)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(failed(path, e)),
        };
        let there = bytes.len() as u64;
        if there > MOST {
            let what = format!("{}: a journal has 2 GiB at most", path.display());
            return Err(Error::Usage(what));
        }
        let whole = bytes
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let mut steps = Vec::new();
        for (n, line) in bytes[..whole].split(|b| *b == b'\n').enumerate() {
            // Some editors begin a file with a byte order mark.
            let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
            if line.trim_ascii().is_empty() {
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
            file,
            length: whole as u64,
            there,
        };
        Ok((journal, steps))
    }

    /// Whether the file is still the one that was opened, as it was left.
    ///
    /// # Errors
    /// [`Error::Usage`] where another program has changed it, [`Error::Io`].
    pub fn same(&self) -> Result<(), Error> {
        let now = match std::fs::metadata(&self.path) {
            Ok(now) => Some(now),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(failed(&self.path, e)),
        };
        let same = match (&self.file, now) {
            (None, None) => true,
            (Some(file), Some(now)) => {
                let own = file.metadata().map_err(|e| failed(&self.path, e))?;
                is_one(&own, &now) && now.len() == self.there
            }
            _ => false,
        };
        if same {
            return Ok(());
        }
        let what = format!(
            "{} was changed by another program: nothing was written; start the desk anew",
            self.path.display()
        );
        Err(Error::Usage(what))
    }

    /// Appends a step; it is on the disk when this returns.
    ///
    /// # Errors
    /// As [`Journal::same`]; nothing was appended then.
    pub fn append(&mut self, step: &Step) -> Result<(), Error> {
        let mut line = serde_json::to_vec(step).map_err(|e| Error::Internal(e.to_string()))?;
        line.push(b'\n');
        self.same()?;
        let written = self.write(&line);
        if let Some(file) = &self.file {
            if written.is_ok() {
                self.length += line.len() as u64;
            } else {
                // What cannot be cut off now is before the next line.
                let _ = file.set_len(self.length);
            }
            let length = file.metadata().map(|now| now.len());
            self.there = length.unwrap_or(self.length);
        }
        written.map_err(|e| failed(&self.path, e))
    }

    fn write(&mut self, line: &[u8]) -> std::io::Result<()> {
        let mut file: &File = match &self.file {
            Some(file) => file,
            None => {
                let mut options = OpenOptions::new();
                let file = (options.create_new(true).read(true).write(true)).open(&self.path)?;
                if let Some(dir) = self.path.parent() {
                    // The name of a new file is on the disk when its directory is.
                    if let Ok(dir) = File::open(dir) {
                        let _ = dir.sync_all();
                    }
                }
                self.file.insert(file)
            }
        };
        if self.there > self.length {
            file.set_len(self.length)?;
        }
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(line)?;
        file.sync_data()
    }
}

/// Whether two files are one.
#[cfg(unix)]
fn is_one(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Whether two files may be one.
#[cfg(not(unix))]
fn is_one(a: &Metadata, b: &Metadata) -> bool {
    a.created().ok() == b.created().ok()
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
    fn a_journal_that_another_program_changed_is_not_appended_to() {
        type Change = fn(&Path);
        let changes: [Change; 5] = [
            |path| std::fs::remove_file(path).unwrap(),
            |path| {
                // An editor, or git: another file of the same text.
                let new = path.with_extension("new");
                std::fs::copy(path, &new).unwrap();
                std::fs::rename(new, path).unwrap();
            },
            |path| std::fs::write(path, "\"undo\"\n").unwrap(),
            |path| std::fs::write(path, "").unwrap(),
            |path| std::fs::write(path, "\"undo\"\n\"redo\"\n\"redo\"\n").unwrap(),
        ];
        for (n, change) in changes.iter().enumerate() {
            // In this run, and as the first step after a start.
            for anew in [false, true] {
                let dir = tempfile::tempdir().unwrap();
                let path = dir.path().join("journal.jsonl");
                let (mut journal, _) = Journal::open(&path).unwrap();
                journal.append(&Step::Undo).unwrap();
                journal.append(&Step::Redo).unwrap();
                if anew {
                    journal = Journal::open(&path).unwrap().0;
                }
                change(&path);
                let left = std::fs::read(&path).ok();
                for _ in 0..2 {
                    let error = journal.append(&Step::Undo).unwrap_err().to_string();
                    assert!(error.contains("another program"), "{n}: {error}");
                    assert_eq!(std::fs::read(&path).ok(), left, "{n}");
                }
            }
        }
        // One that was not there, and is.
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path).unwrap();
        std::fs::write(&path, "\"undo\"\n").unwrap();
        assert!(journal.append(&Step::Undo).is_err());
    }

    #[test]
    fn a_byte_order_mark_and_empty_lines_are_no_steps() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        std::fs::write(&path, "\u{feff}\"undo\"\r\n\r\n\"redo\"\r\n").unwrap();
        let (mut journal, steps) = Journal::open(&path).unwrap();
        assert_eq!(steps, [Step::Undo, Step::Redo]);
        journal.append(&Step::Solved).unwrap();
        assert_eq!(Journal::open(&path).unwrap().1.len(), 3);
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
