//! Where the rows of the matrix come from: a plain table is streamed, however large it is; any other is read as a whole.

use crate::disk::file;
use crate::error::{Problem, codes};
use crate::input::lines::{Lines, Reading};
use crate::input::read_lines::read_lines;
use crate::input::table;
use crate::memory::Content;
use crate::scenario::{Scenario, TableRole};
use sha2::{Digest, Sha256};
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

/// As much of the file as tells what it is.
const HEAD: u64 = 1 << 16;

/// Passes bytes on and hashes them.
struct Hashing<'h, R> {
    inner: R,
    hash: &'h mut Sha256,
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}

/// Hands the rows to `lines`; the hash of the file.
pub(super) fn read(
    path: &Path,
    scenario: &Scenario,
    lines: &mut impl Lines,
) -> Result<String, Box<Problem>> {
    // One handle for all of it: a pipe can be opened once.
    let mut source: Box<dyn Read + '_> = match scenario.origin.memory.get(path) {
        None => Box::new(file::open(path)?),
        Some(held) => match &held.content {
            Content::Bytes(bytes) => Box::new(&**bytes),
            Content::Table(_) => return Err(no_table()),
        },
    };
    let mut head = Vec::new();
    let begun = source.by_ref().take(HEAD).read_to_end(&mut head);
    begun.map_err(|error| {
        let problem = Problem::error(codes::UNREADABLE_FILE, format!("cannot be read: {error}"));
        Box::new(problem.help("check the path and the permissions"))
    })?;
    file::not_empty(&head)?;
    let streamed = match file::is_gzip(&head) {
        true => None,
        false => Some(file::format(path, &head)?),
    };
    if streamed == Some(file::Format::Table)
        && plain(&head).is_some_and(|text| table::is_plain(text, lines))
    {
        let mut hash = Sha256::new();
        let rest = BufReader::with_capacity(1 << 20, source);
        let inner = Cursor::new(head).chain(rest);
        table::read_plain(
            Hashing {
                inner,
                hash: &mut hash,
            },
            lines,
        );
        return Ok(file::hex(&hash.finalize()));
    }
    let bytes = file::read_whole(Cursor::new(head).chain(source))?;
    let reading = Reading {
        sheet: scenario
            .tables
            .sheets
            .get(&TableRole::Matrix)
            .map(String::as_str),
        decimal: scenario.tables.decimal,
    };
    let (format, content) = file::content(path, &bytes)?;
    if format == file::Format::Json {
        return Err(no_table());
    }
    read_lines(format, &content, reading, lines)?;
    Ok(file::sha256(&bytes))
}

/// The start of a file in UTF-8 without a mark; a letter may be cut at its end.
fn plain(head: &[u8]) -> Option<&str> {
    if head.starts_with(b"\xEF\xBB\xBF") {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

fn no_table() -> Box<Problem> {
    let problem = Problem::error(codes::WRONG_FORMAT, "the matrix is no table");
    problem
        .help("write a CSV: customer_id,rep_id,km,minutes")
        .into()
}
