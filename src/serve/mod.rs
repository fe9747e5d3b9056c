//! The planning desk: a server for one project on this machine, and its page.
//!
//! A `desk` holds the project: what was read once, the draft that edits have made of it, and the plan at hand. Each step is in the journal before it is
//! answered. Plans are solved by the same line as `revier solve`, checked, and written as plan directories; everything else starts from those. The interface
//! is JSON over HTTP (`routes`); `safety` says who may ask.

mod assets;
mod desk;
mod draft;
mod edit;
mod events;
mod export;
mod folder;
mod history;
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
mod refusal;
mod routes;
mod safety;
mod solving;
mod told;
mod view;

#[cfg(test)]
mod tests;

use crate::error::Error;
use desk::Desk;
use folder::Folder;
use safety::Doors;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// A scenario, a plan directory, or the folder of a project.
    pub project: PathBuf,
    /// Where to listen.
    pub addr: SocketAddr,
    /// Whoever asks must have it; needed where others can reach the address.
    pub token: Option<String>,
}

/// Serves a project until SIGTERM or SIGINT; `ready` hears the address once it answers.
///
/// # Errors
/// [`Error::Usage`] where the address is taken, or open to others without a token; bad input with all its problems.
pub fn serve(options: &Options, ready: impl FnOnce(&str)) -> Result<(), Error> {
    if !options.addr.ip().is_loopback() && options.token.is_none() {
        let what = format!(
            "{} can be reached from other machines: name a file with a token (--token-file), or listen at 127.0.0.1",
            options.addr
        );
        return Err(Error::Usage(what));
    }
    let folder = Folder::open(&options.project)?;
    // The journal is not read before: another desk may still append to it.
    let held = folder.hold()?;
    let desk = Desk::of(folder)?;
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
        let app = routes::router(desk.clone(), doors);
        if desk.view().kept.is_none() {
            let version = desk.view().version;
            let wanted = desk::Wanted {
                version,
                ..desk::Wanted::default()
            };
            // Whoever comes first sees that a plan is being made.
            let _ = desk.solve(wanted);
        }
        ready(&format!("http://{addr}/"));
        // A plan that is being made is not waited for: it would be solved again.
        listen::until_told(listener, app, || desk.close()).await;
        Ok(())
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    drop(held);
    served
}
