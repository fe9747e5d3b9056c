//! A lock on a place.
//!
//! Where files can be locked (`flock`), the lock is that of a file beside the place; the system gives it up when its holder ends,
//! however that happens, and the holder removes the file. A file that was removed and made again meanwhile is another
//! one, so the file is compared with what the name leads to after locking it.
//!
//! Where files cannot be locked, the lock is a file that only one can create. What a run that was cut off left counts for nothing
//! after [`STALE`], by the clock of the file system. Writing takes seconds; who has taken longer looks whether the lock is still
//! its own before it puts anything in place.

use super::names::Names;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How old a created lock must be to be that of a run that was cut off.
const STALE: Duration = Duration::from_secs(180);

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(25);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    by: By,
}

#[derive(Debug)]
enum By {
    /// The lock of the system on this file.
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    System(File),
    /// A file with this text.
    Text(String),
}

impl Lock {
    /// Takes the lock, after waiting so long for others; `None` when they still have it.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn take(names: &Names, patience: Duration) -> io::Result<Option<Lock>> {
        Lock::wait(patience, || {
            #[cfg(any(target_os = "linux", target_os = "macos"))]
            match system::take(&names.lock()) {
                Err(e) if system::cannot_lock(&e) => {}
                taken => return taken,
            }
            Lock::create(names, STALE)
        })
    }

    fn wait(
        patience: Duration,
        attempt: impl Fn() -> io::Result<Option<Lock>>,
    ) -> io::Result<Option<Lock>> {
        let begin = Instant::now();
        loop {
            match attempt()? {
                None if begin.elapsed() < patience => std::thread::sleep(PAUSE),
                done => return Ok(done),
            }
        }
    }

    /// Takes the lock by creating its file.
    fn create(names: &Names, stale: Duration) -> io::Result<Option<Lock>> {
        let path = names.held();
        let text = names.fresh("token").display().to_string();
        match File::create_new(&path) {
            Ok(mut file) => {
                io::Write::write_all(&mut file, text.as_bytes())?;
                let by = By::Text(text);
                Ok(Some(Lock { path, by }))
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                break_stale(names, &path, stale)?;
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Whether the lock is still ours: one that was created may have been taken for stale.
    pub fn is_ours(&self) -> bool {
        match &self.by {
            #[cfg(any(target_os = "linux", target_os = "macos"))]
            By::System(file) => system::is_at(file, &self.path),
            By::Text(text) => fs::read_to_string(&self.path).is_ok_and(|found| found == *text),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name goes first: who gets the lock of the file afterwards sees that it has none any more.
        if self.is_ours() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes the file of a created lock that is too old.
fn break_stale(names: &Names, path: &Path, stale: Duration) -> io::Result<()> {
    let probe = names.fresh("probe");
    let now = File::create_new(&probe).and_then(|file| file.metadata()?.modified());
    let _ = fs::remove_file(&probe);
    let (now, found) = (now?, fs::read(path));
    let Ok(then) = fs::metadata(path).and_then(|m| m.modified()) else {
        return Ok(());
    };
    if now.duration_since(then).is_ok_and(|age| age > stale) {
        // Of several who find it stale, one moves it away; who moves away a younger one puts it back.
        let aside = names.fresh("stale");
        if fs::rename(path, &aside).is_ok() {
            if fs::read(&aside).ok() != found.ok() {
                let _ = fs::hard_link(&aside, path);
            }
            let _ = fs::remove_file(&aside);
        }
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod system {
    use super::{By, Lock};
    use rustix::fs::{FlockOperation, OFlags, flock};
    use rustix::io::Errno;
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    use std::path::Path;

    /// Takes the lock of a file that is made for it; `None` when another one has it.
    pub fn take(path: &Path) -> io::Result<Option<Lock>> {
        let file = open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) if is_at(&file, path) => Ok(Some(Lock {
                path: path.to_owned(),
                by: By::System(file),
            })),
            Ok(()) | Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
            Err(e) => {
                let _ = fs::remove_file(path);
                Err(e.into())
            }
        }
    }

    /// Whether an error says that the file system knows no locks.
    pub fn cannot_lock(error: &io::Error) -> bool {
        let none = [
            Errno::NOLCK,
            Errno::NOSYS,
            Errno::OPNOTSUPP,
            Errno::INVAL,
            Errno::BADF,
        ];
        Errno::from_io_error(error).is_some_and(|e| none.contains(&e))
    }

    /// Whether the name still leads to the file.
    pub fn is_at(file: &File, path: &Path) -> bool {
        match (file.metadata(), fs::symlink_metadata(path)) {
            (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
            _ => false,
        }
    }

    fn open(path: &Path) -> io::Result<File> {
        let mut options = File::options();
        options
            .read(true)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32);
        let made = options.clone().write(true).create(true).open(path);
        match made {
            // That of somebody else who was cut off can be locked all the same.
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
                options.open(path).map_err(|_| e)
            }
            made => made,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> (tempfile::TempDir, Names) {
        let dir = tempfile::tempdir().unwrap();
        let names = Names::beside(&dir.path().join("out"));
        (dir, names)
    }

    fn count(dir: &tempfile::TempDir) -> usize {
        fs::read_dir(dir.path()).unwrap().count()
    }

    #[test]
    fn one_has_the_lock_and_leaves_nothing() {
        let (dir, names) = names();
        let first = Lock::take(&names, Duration::ZERO).unwrap().unwrap();
        assert!(first.is_ours());
        assert!(Lock::take(&names, PAUSE * 2).unwrap().is_none());
        drop(first);
        assert_eq!(count(&dir), 0);
        assert!(Lock::take(&names, Duration::ZERO).unwrap().is_some());
        assert_eq!(count(&dir), 0);
    }

    #[test]
    fn many_threads_take_turns() {
        let (dir, names) = names();
        let inside = std::sync::atomic::AtomicUsize::new(0);
        let most = std::sync::atomic::AtomicUsize::new(0);
        let run = |take: &(dyn Fn() -> io::Result<Option<Lock>> + Sync)| {
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        for _ in 0..5 {
                            let lock = take().unwrap().unwrap();
                            let now = 1 + inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                            most.fetch_max(now, std::sync::atomic::Ordering::SeqCst);
                            assert!(lock.is_ours());
                            std::thread::sleep(Duration::from_millis(1));
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        }
                    });
                }
            });
        };
        let patience = Duration::from_secs(60);
        run(&|| Lock::take(&names, patience));
        run(&|| Lock::wait(patience, || Lock::create(&names, STALE)));
        assert_eq!(most.load(std::sync::atomic::Ordering::SeqCst), 1);
        assert_eq!(count(&dir), 0);
    }

    #[test]
    fn a_created_lock_is_broken_when_it_is_old() {
        let (dir, names) = names();
        let first = Lock::create(&names, STALE).unwrap().unwrap();
        // As a run that was cut off leaves it.
        std::mem::forget(first);
        let again = || Lock::create(&names, STALE).unwrap();
        assert!(again().is_none());
        let file = File::options().write(true).open(names.held()).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        file.set_modified(before - STALE * 2).unwrap();
        assert!(again().is_none(), "the first one removes it");
        let second = again().unwrap();
        assert!(second.is_ours());
        drop(second);
        assert_eq!(count(&dir), 0);
    }
}
