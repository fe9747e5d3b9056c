//! What is known of the files: each is looked at once, one after the other, beside everything else.

use super::inbox::There;
use super::names::{BESIDE_SHP, ending};
use crate::error::{Problem, codes};
use crate::input::{Survey, survey};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Lengths and times of a file and of those beside it: it is looked at again where one differs.
type Stamp = Vec<(u64, Option<SystemTime>)>;

/// What a file was when it was looked at, and what was seen.
type Looked = (Stamp, Option<Arc<Survey>>);

/// What is known by name; nothing where it is being read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    files: Mutex<HashMap<String, Looked>>,
    /// Files are read one at a time: memory is needed for one of them.
    one: Mutex<()>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a file belongs to a shapefile and says nothing without it.
pub(super) fn is_beside(name: &str) -> bool {
    BESIDE_SHP.contains(&ending(name).as_str())
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn stamp(of: &There, all: &[There]) -> Stamp {
    let beside = |f: &&There| is_beside(&f.name) && stem(&f.name) == stem(&of.name);
    let others = all
        .iter()
        .filter(beside)
        .filter(|_| ending(&of.name) == "shp");
    let both = std::iter::once(of).chain(others);
    both.map(|f| (f.bytes, f.changed)).collect()
}

impl Reading {
    /// What is known of the files of a folder. Those that are not known yet begin to be read, and `done` is called after each.
    pub fn of(
        self: &Arc<Reading>,
        all: &[There],
        dir: &Path,
        done: &Arc<dyn Fn() + Send + Sync>,
    ) -> Vec<Option<Arc<Survey>>> {
        let mut files = locked(&self.files);
        files.retain(|name, _| all.iter().any(|f| f.name == *name));
        let known = all.iter().map(|file| {
            let now = stamp(file, all);
            if is_beside(&file.name) {
                return Some(Arc::default());
            }
            if let Some((then, known)) = files.get(&file.name)
                && *then == now
            {
                return known.clone();
            }
            files.insert(file.name.clone(), (now.clone(), None));
            let (reading, done) = (self.clone(), done.clone());
            let (path, name) = (dir.join(&file.name), file.name.clone());
            let spawned = std::thread::Builder::new()
                .name("look".into())
                .spawn(move || {
                    reading.look(&path, &name, now);
                    done();
                });
            if spawned.is_err() {
                // It is tried again when somebody asks next.
                files.remove(&file.name);
            }
            None
        });
        known.collect()
    }

    /// What is known of a file by now.
    pub fn known(&self, name: &str) -> Option<Arc<Survey>> {
        locked(&self.files).get(name)?.1.clone()
    }

    fn look(&self, path: &Path, name: &str, stamp: Stamp) {
        let one = locked(&self.one);
        if locked(&self.files)
            .get(name)
            .is_none_or(|(now, _)| *now != stamp)
        {
            // It is gone, or another one, meanwhile.
            return;
        }
        // What a reader does not expect must not leave the file unread for ever.
        let looked = std::panic::catch_unwind(|| survey(path, name));
        drop(one);
        let looked = looked.unwrap_or_else(|_| {
            let mut problem = Problem::error(
                codes::WRONG_FORMAT,
                "the file cannot be read: it is damaged in a way that is not known",
            );
            name.clone_into(&mut problem.file);
            Survey {
                problems: vec![problem.help("export it again, or as another format")],
                ..Survey::default()
            }
        });
        let mut files = locked(&self.files);
        if let Some((now, known)) = files.get_mut(name)
            && *now == stamp
        {
            *known = Some(Arc::new(looked));
        }
    }
}
