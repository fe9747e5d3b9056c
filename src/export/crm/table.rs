//! Tables of a CRM: exports that are read, and files to load that are written.

use crate::disk::file;
use crate::error::{Error, Problem, codes};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A table to load.
pub(super) struct Sheet {
    /// Its file.
    pub name: &'static str,
    /// Its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn new(name: &'static str, head: &[&str]) -> Sheet {
        Sheet {
            name,
            head: head.iter().map(|h| (*h).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// The file: UTF-8, commas. Nothing is put before texts that a spreadsheet would run: a CRM takes them as they are.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let written = writer.write_record(&self.head);
        let written =
            (self.rows.iter()).fold(written, |w, row| w.and_then(|()| writer.write_record(row)));
        written.map_err(|e| Error::Internal(e.to_string()))?;
        writer
            .into_inner()
            .map_err(|e| Error::Internal(e.to_string()))
    }
}

/// Writes a file and waits until it is on the disk.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let run = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    run().map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })
}

/// A table that was read.
pub(super) struct Table {
    /// Where it stands.
    pub path: PathBuf,
    names: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a table: UTF-8, UTF-16 or Windows-1252, parted by commas, semicolons or tabs.
    pub fn read(path: &Path) -> Result<Table, Error> {
        let told = |mut problem: Problem| {
            problem.file = path.display().to_string();
            Error::Input(vec![problem])
        };
        let bytes = file::bytes_of(path).map_err(|p| told(*p))?;
        let (_, content) = file::content(path, &bytes).map_err(|p| told(*p))?;
        let (text, _) = file::table_text(&content).map_err(|p| told(*p))?;
        let head = text.lines().next().unwrap_or_default();
        let count = |c: char| head.matches(c).count();
        let most = [',', ';', '\t'].into_iter().rev().max_by_key(|c| count(*c));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(most.map_or(b',', |c| c as u8))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let broken = |e: csv::Error| {
            let problem = Problem::error(codes::ROW_LENGTH, format!("it cannot be read: {e}"));
            told(problem.help("export it again as CSV"))
        };
        let names = reader
            .headers()
            .map_err(broken)?
            .iter()
            .map(str::to_owned)
            .collect();
        let rows: Result<Vec<_>, _> = reader.records().collect();
        Ok(Table {
            path: path.to_owned(),
            names,
            rows: rows.map_err(broken)?,
        })
    }

    /// Whether it has a column of this name; case does not matter.
    pub fn has(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n.eq_ignore_ascii_case(name))
    }

    /// The cells of some columns, row by row; empty where there is none.
    pub fn cells<const N: usize>(&self, names: [&str; N]) -> impl Iterator<Item = [&str; N]> {
        let at = names.map(|name| self.at(name));
        let cell = |row: &'_ csv::StringRecord, at: Option<usize>| -> Option<usize> {
            at.filter(|a| *a < row.len())
        };
        self.rows
            .iter()
            .map(move |row| at.map(|a| cell(row, a).and_then(|a| row.get(a)).unwrap_or_default()))
    }
}

/// All tables of files and of the folders that are named.
pub(super) fn read_all(from: &[PathBuf]) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for path in from {
        if !path.is_dir() {
            tables.push(Table::read(path)?);
            continue;
        }
        let io = |source| Error::Io {
            path: path.clone(),
            source,
        };
        let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(io)?.collect();
        let mut files: Vec<PathBuf> = entries
            .map_err(io)?
            .iter()
            .map(std::fs::DirEntry::path)
            .collect();
        files.retain(|f| f.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")));
        files.sort();
        if files.is_empty() {
            let name = path.display();
            return Err(Error::Usage(format!(
                "--from {name}: there is no .csv in it; name a folder with exports of the CRM"
            )));
        }
        for file in files {
            tables.push(Table::read(&file)?);
        }
    }
    Ok(tables)
}
