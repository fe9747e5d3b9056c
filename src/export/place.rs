//! The files of an export: how they are written, and how those of an earlier one are known.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Says that a file may be replaced: it is one of ours.
pub(super) type Ours = fn(&Path) -> bool;

/// Creates a file and writes it through a buffer.
pub(super) fn through_buffer(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
    write(&mut out)?;
    out.flush()
}

/// Where a format says who wrote a file.
pub(super) struct Mark {
    /// How every file of the format begins.
    pub start: &'static [u8],
    /// What stands right before `revier VERSION`.
    pub before: &'static [u8],
    /// Whether it stands at the end of the file.
    pub at_end: bool,
}

impl Mark {
    /// Whether a file is of the format, and `revier VERSION` stands where the format says who wrote it, in the first or last 64 KB.
    pub fn is_in(&self, path: &Path) -> bool {
        const PART: u64 = 1 << 16;
        let look = || -> io::Result<bool> {
            let mut file = File::open(path)?;
            let mut part = Vec::new();
            (&mut file).take(PART).read_to_end(&mut part)?;
            if !part.starts_with(self.start) {
                return Ok(false);
            }
            let length = file.metadata()?.len();
            if self.at_end && length > PART {
                part.clear();
                file.seek(SeekFrom::Start(length - PART))?;
                file.read_to_end(&mut part)?;
            }
            let word = [self.before, b"revier "].concat();
            let mut windows = part.windows(word.len() + 1);
            Ok(windows.any(|w| w.starts_with(&word) && w[word.len()].is_ascii_digit()))
        };
        look().unwrap_or(false)
    }
}

/// Whether the first record of a file is the header of one of our CSV files; a name that was carried along may have lines of its own.
pub(super) fn has_our_header(path: &Path) -> bool {
    let starts = ["\"rep\",\"name\",", "\"customer_id\",\"rep_id\","];
    const MOST: u64 = 1 << 22;
    let head = || -> io::Result<String> {
        let mut source = io::BufReader::new(File::open(path)?.take(MOST));
        let mut line = String::new();
        while io::BufRead::read_line(&mut source, &mut line)? > 0 {
            if line.matches('"').count().is_multiple_of(2) {
                break;
            }
        }
        Ok(line)
    };
    head().is_ok_and(|line| {
        starts.iter().any(|s| line.starts_with(s)) && line.trim_end().ends_with("\"WKT\"")
    })
}
