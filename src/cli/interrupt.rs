//! Ctrl-C (SIGINT) and SIGTERM while a plan is made: the first one ends the search, and the best plan so far is drawn, checked and
//! written; the second one, or one that comes before there is any plan, ends the run at once.

use revier::base::deadline::Cancel;
use revier::error::Error;
use revier::run::Stage;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether there is something to write.
static SOLVING: AtomicBool = AtomicBool::new(false);
/// What a shell tells of a command that SIGINT has ended.
const INTERRUPTED: i32 = 130;

/// Listens for signals; the flag that is returned is set by the first one.
pub fn listen() -> Result<Cancel, Error> {
    let cancel = Cancel::new();
    let flag = cancel.clone();
    let heard = move || {
        if flag.is_set() || !SOLVING.load(Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        flag.set();
        // stderr may be closed; there is nobody left to tell.
        let _ = writeln!(
            std::io::stderr(),
            "\ninterrupted: the best plan so far is being written; once more ends the run at once"
        );
    };
    ctrlc::set_handler(heard).map_err(|e| Error::Internal(format!("no signals: {e}")))?;
    Ok(cancel)
}

/// Notes how far the run is.
pub fn reached(stage: Stage) {
    let solving = !matches!(
        stage,
        Stage::Read | Stage::Ask(_) | Stage::Await(_) | Stage::Solve
    );
    SOLVING.store(solving, Ordering::Relaxed);
}
