//! The last line of defence: a panic, wherever it happens, ends in a message and in an exit status of the contract.

use revier::error::Error;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

/// What the first panic of the run said, and where it was.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// From now on a panic is kept for [`guarded`] instead of being printed; `RUST_BACKTRACE` prints it, too.
pub fn keep_panics() {
    let default = take_hook();
    let loud = std::env::var_os("RUST_BACKTRACE").is_some_and(|v| v != "0");
    set_hook(Box::new(move |info| {
        keep(info);
        if loud {
            default(info);
        }
    }));
}

fn keep(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let what = text
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    let place = info.location().map_or(String::new(), |l| format!(" ({l})"));
    // One line, whatever the panic says.
    let words: Vec<&str> = what.split_whitespace().collect();
    let text = format!("{}{place}", words.join(" "));
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    first.get_or_insert(text);
}

/// What `work` comes to; a panic in it, on this thread or on a worker that it waits for, is an internal error.
///
/// Nothing of the work is looked at after a panic, so that no broken invariant is seen.
pub fn guarded(work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
        let text = first.take().unwrap_or_else(|| "a panic".to_owned());
        Err(Error::Internal(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, since the hook is one for the whole process.
    #[test]
    fn panics_here_and_on_workers_are_internal_errors_in_one_line() {
        keep_panics();
        let error = guarded(|| panic!("first line\nsecond {}", 2)).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        let text = error.to_string();
        assert!(
            text.starts_with("internal error: first line second 2 (src/cli/guard.rs:"),
            "{text}"
        );
        assert!(
            text.ends_with("; please report this with the inputs"),
            "{text}"
        );
        let worker = || {
            rayon::join(|| (), || panic!("on a worker"));
            Ok(())
        };
        let text = guarded(worker).unwrap_err().to_string();
        assert!(text.contains("on a worker"), "{text}");
        // What the work says otherwise is passed on.
        assert!(guarded(|| Ok(())).is_ok());
        let usage = guarded(|| Err(Error::Usage("so it is".into())));
        assert_eq!(usage.unwrap_err().exit_code(), 2);
        let _ = std::panic::take_hook();
    }
}
