//! The planning desk: a server for one project on this machine, and its page.
//!
//! A `desk` holds the project: what was read once, the draft that edits have made of it, and the plan at hand. Each step is in the journal before it is
//! answered. Plans are solved by the same line as `revier solve`, checked, and written as plan directories; everything else starts from those. The interface
//! is JSON over HTTP (`routes`); `safety` says who may ask.

mod answer;
mod assets;
mod comments;
mod desk;
mod draft;
mod edit;
mod events;
mod export;
mod folder;
mod history;
mod house;
mod inputs;
mod journal;
mod kept;
mod leads;
mod listen;
mod metrics;
mod openapi;
#[path = "page/files.rs"]
mod page;
mod price;
mod reception;
mod refusal;
mod routes;
mod safety;
mod solving;
mod told;
mod view;
mod welcome;

#[cfg(test)]
mod tests;

use crate::error::Error;
use house::House;
use safety::Doors;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use welcome::{Limits, Place};

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// A scenario, a plan directory, or the folder of a project; without one, and for an empty folder, the desk begins with a welcome
    /// that takes files.
    pub project: Option<PathBuf>,
    /// Where to listen.
    pub addr: SocketAddr,
    /// Whoever asks must have it; needed where others can reach the address.
    pub token: Option<String>,
}

/// Serves a project until SIGTERM or SIGINT; `ready` hears the address once it answers, and where files go as long as there is no project.
///
/// # Errors
/// [`Error::Usage`] where the address is taken, or open to others without a token; bad input with all its problems.
pub fn serve(options: &Options, ready: impl FnOnce(&str, Option<&Path>)) -> Result<(), Error> {
    if !options.addr.ip().is_loopback() && options.token.is_none() {
        let what = format!(
            "{} can be reached from other machines: name a file with a token (--token-file), or listen at 127.0.0.1",
            options.addr
        );
        return Err(Error::Usage(what));
    }
    let house = house(options.project.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Error::Internal(format!("no threads: {e}")))?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(options.addr).await;
        let listener = listener.map_err(|e| {
            Error::Usage(format!(
                "cannot listen at {}: {e}; name another address with --addr",
                options.addr
            ))
        })?;
        let addr = listener.local_addr().unwrap_or(options.addr);
        let doors = Doors::new(addr, options.token.as_deref());
        let app = routes::router(house.clone(), doors);
        if let Some(desk) = house.desk() {
            house::plan(desk);
        }
        ready(&format!("http://{addr}/"), house.files().as_deref());
        // A plan that is being made is not waited for: it would be solved again.
        listen::until_told(listener, app, || house.close()).await;
        Ok(())
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    served
}

/// What is served at first.
fn house(project: Option<&Path>) -> Result<Arc<House>, Error> {
    let place = match project {
        None => Place::Within(std::env::current_dir().map_err(|source| Error::Io {
            path: PathBuf::from("."),
            source,
        })?),
        Some(dir) if is_new(dir) => {
            Place::Here(std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()))
        }
        Some(project) => return House::of(project),
    };
    Ok(House::bare(place, Limits::default()))
}

/// Whether a folder has nothing in it yet but files that may become a project.
fn is_new(dir: &Path) -> bool {
    let hidden = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let empty = || {
        let entries = std::fs::read_dir(dir).ok()?;
        Some(entries.flatten().all(|entry| hidden(&entry)))
    };
    dir.is_dir() && (welcome::waits(dir) || empty().unwrap_or(false))
}
