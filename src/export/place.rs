//! Where an export goes, and how it gets there in one step.

use crate::error::Error;
use crate::output::sweep;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Says that a file may be replaced: it is one of ours.
pub(super) type Ours = fn(&Path) -> bool;

/// A file that an export may be written to.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    staged: PathBuf,
}

impl Place {
    /// Checks that `path` can be written: nothing is there, or a file that an earlier export wrote, or `force`.
    ///
    /// # Errors
    /// [`Error::Usage`] when something else is there, [`Error::Io`] when the directory above cannot be made.
    pub fn claim(path: &Path, ours: Ours, force: bool) -> Result<Place, Error> {
        let refuse = |what: &str| Err(Error::Usage(format!("{} {what}", path.display())));
        // A link stays a link: what it points to is replaced.
        let full = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&full) {
            Ok(meta) if !meta.is_file() => return refuse("is no file; name a file with --out"),
            Ok(meta) if meta.len() > 0 && !force && !ours(&full) => {
                return refuse(
                    "is there already, and `revier export` did not write it; name another file with --out, \
                     or replace it with --force",
                );
            }
            _ => {}
        }
        let Some(name) = full.file_name().map(|n| n.to_string_lossy().into_owned()) else {
            return refuse("is no file; name a file with --out");
        };
        let parent = match full.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|source| Error::Io {
            path: parent.clone(),
            source,
        })?;
        let prefix = format!(".{name}.revier-");
        sweep(&parent, &prefix);
        let staged = parent.join(format!("{prefix}{}", std::process::id()));
        Ok(Place { path: full, staged })
    }

    /// Lets `write` make the file under a name of its own, waits until it is on the disk, and puts it in place.
    ///
    /// # Errors
    /// [`Error::Io`]; what was there before is untouched then.
    pub fn fill(self, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Error> {
        let run = || {
            write(&self.staged)?;
            File::open(&self.staged)?.sync_all()?;
            fs::rename(&self.staged, &self.path)
        };
        run().map_err(|source| {
            let _ = fs::remove_file(&self.staged);
            Error::Io {
                path: self.path.clone(),
                source,
            }
        })
    }
}

/// Creates a file and writes it through a buffer.
pub(super) fn through_buffer(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
    write(&mut out)?;
    out.flush()
}

/// Whether `revier VERSION` stands in the first or the last 64 KB of a file: who wrote it stands at the
/// beginning of most formats, and at the end of Parquet.
pub(super) fn says_revier(path: &Path) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    const PART: u64 = 1 << 16;
    let look = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        let mut part = Vec::new();
        (&mut file).take(PART).read_to_end(&mut part)?;
        let length = file.metadata()?.len();
        if length > PART {
            file.seek(SeekFrom::Start(length.saturating_sub(PART).max(PART)))?;
            file.read_to_end(&mut part)?;
        }
        let word = b"revier ";
        let mut windows = part.windows(word.len() + 1);
        Ok(windows.any(|w| w.starts_with(word) && w[word.len()].is_ascii_digit()))
    };
    look().unwrap_or(false)
}

/// Whether the first line of a file is the header of one of our CSV files.
pub(super) fn has_our_header(path: &Path) -> bool {
    let starts = ["\"rep\",\"name\",", "\"customer_id\",\"rep_id\","];
    let head = || -> io::Result<String> {
        let mut line = String::new();
        io::BufRead::read_line(&mut io::BufReader::new(File::open(path)?), &mut line)?;
        Ok(line)
    };
    head().is_ok_and(|line| {
        starts.iter().any(|s| line.starts_with(s)) && line.trim_end().ends_with("\"WKT\"")
    })
}
