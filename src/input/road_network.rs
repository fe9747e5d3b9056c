//! The road network of a scenario, and the prepared one that is kept beside its extract.

use crate::disk::file;
use crate::disk::staging::{File, Guard, publish};
use crate::error::{Error, Problem, codes};
use crate::memory::{Content, Memory};
use crate::roads::{self, Facts, Graph};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Extracts that are smaller, bytes, are read as fast as what could be kept of them.
const WORTH_KEEPING: u64 = 16 << 20;

/// A network, and what it is made of.
pub(crate) struct Network {
    /// SHA-256 of the extract.
    pub hash: String,
    pub graph: Graph,
    /// That it could not be kept.
    pub warning: Option<Problem>,
}

/// Where the prepared network of an extract is kept.
fn kept_at(extract: &Path) -> PathBuf {
    let mut name = extract.as_os_str().to_owned();
    name.push(".revier");
    name.into()
}

/// The network of an extract. Who verifies makes it anew (`afresh`), and trusts nothing that lies beside it.
pub(super) fn network(path: &Path, memory: &Memory, afresh: bool) -> Result<Network, Box<Problem>> {
    let held = memory.get(path).map(|held| &held.content);
    if held.is_none() && file::is_pipe(path) {
        let what = "roads cannot be read from a pipe: they are gone through more than once";
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        return Err(problem.help("name the file").into());
    }
    let open = || -> Result<Box<dyn Read + Send>, Box<Problem>> {
        match held {
            None => file::open(path),
            Some(Content::Bytes(bytes)) => Ok(Box::new(std::io::Cursor::new(bytes.clone()))),
            Some(Content::Table(_)) => {
                let problem = Problem::error(codes::WRONG_FORMAT, "roads are no table");
                Err(problem.help("give the bytes of an .osm.pbf").into())
            }
        }
    };
    let hash = hash_of(&mut *open()?)?;
    let keeps = held.is_none() && !afresh;
    if keeps && let Some(graph) = kept(path, &hash) {
        let warning = None;
        return Ok(Network {
            hash,
            graph,
            warning,
        });
    }
    let graph = roads::read(&open)?;
    if hash_of(&mut *open()?)? != hash {
        let problem = Problem::error(codes::UNREADABLE_FILE, "it was changed while it was read");
        return Err(problem.help("run again when it is complete").into());
    }
    let large = fs::metadata(path).is_ok_and(|m| m.len() >= WORTH_KEEPING);
    let kept = if keeps && large {
        keep(path, &hash, &graph)
    } else {
        Ok(())
    };
    let warning = kept.err().map(|error| {
        let what = format!("the prepared network could not be kept: {error}");
        Problem::warning(codes::NOT_KEPT, what)
            .help("it is made anew each time; `revier roads` prepares it ahead")
    });
    Ok(Network {
        hash,
        graph,
        warning,
    })
}

fn hash_of(source: &mut dyn Read) -> Result<String, Box<Problem>> {
    file::hashed(|hash| std::io::copy(source, hash).map(drop)).map_err(|error| {
        let problem = Problem::error(codes::UNREADABLE_FILE, format!("cannot be read: {error}"));
        problem.help("check the path and the permissions").into()
    })
}

/// The prepared network, if one of this extract is there.
fn kept(extract: &Path, hash: &str) -> Option<Graph> {
    let path = kept_at(extract);
    if !fs::metadata(&path).ok()?.is_file() {
        return None;
    }
    roads::decode(&fs::read(path).ok()?, hash)
}

/// Keeps the prepared network beside its extract: whole, or not at all.
fn keep(extract: &Path, hash: &str, graph: &Graph) -> Result<(), Error> {
    let guard = Guard {
        is_ours: |path| {
            let mut head = [0; 16];
            let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
            read.is_ok() && roads::is_prepared(&head)
        },
        otherwise: "is in the way, and is no network that revier prepared",
        force: false,
    };
    let file = File::claim(&kept_at(extract), guard)?;
    let bytes = roads::encode(graph, hash);
    let write = |path: &Path| fs::File::create_new(path)?.write_all(&bytes);
    publish(vec![file.stage(write)?])
}

/// Prepares the network of an extract, and keeps it beside it; where it is, and what it is made of.
///
/// # Errors
/// [`Error::Input`] where the extract cannot be read, [`Error::Usage`] and [`Error::Io`] where the network cannot be kept.
pub fn prepare(extract: &Path) -> Result<(PathBuf, Facts), Error> {
    let read = network(extract, &Memory::default(), true).map_err(|mut problem| {
        problem.file = extract.display().to_string();
        Error::Input(vec![*problem])
    })?;
    keep(extract, &read.hash, &read.graph)?;
    Ok((kept_at(extract), read.graph.facts().clone()))
}
