//! `revier new`.

use super::files::filled;
use super::print;
use revier::disk::staging::{Folder, Kind, is_work};
use revier::error::Error;
use std::path::{Path, PathBuf};

/// What `new` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// Directory to make; it may exist, but must be empty
    dir: PathBuf,
}

/// What a planner starts with (`data/new`).
const FILES: [(&str, &str); 5] = [
    (
        "scenario.toml",
        include_str!("../../data/new/scenario.toml"),
    ),
    (
        "customers.csv",
        include_str!("../../data/new/customers.csv"),
    ),
    ("reps.csv", include_str!("../../data/new/reps.csv")),
    (
        "boundary.geojson",
        include_str!("../../data/new/boundary.geojson"),
    ),
    ("leads.csv", include_str!("../../data/new/leads.csv")),
];

/// A directory to start from. None is replaced: what a planner has made of it is nobody else's.
static START: Kind = Kind {
    what: "a new scenario",
    names: &[
        "customers.csv",
        "reps.csv",
        "boundary.geojson",
        "leads.csv",
        "scenario.toml",
    ],
    manifest: "scenario.toml",
    is_ours: |_| false,
    by_force: false,
};

pub fn run(args: &Args) -> Result<(), Error> {
    let dir = &args.dir;
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    if dir.exists() && !dir.is_dir() {
        return Err(Error::Usage(format!(
            "{} is a file; name a directory",
            dir.display()
        )));
    }
    let left = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| is_work(&entry.file_name()))
    };
    if std::fs::read_dir(dir).is_ok_and(|mut there| !there.all(left)) {
        return Err(Error::Usage(format!(
            "{} is not empty; name a new directory",
            dir.display()
        )));
    }
    Folder::claim(dir, &START, false)?.fill(|place| {
        FILES.iter().try_for_each(|(name, text)| {
            let path = place.join(name);
            filled(text.as_bytes())(&path)
                .and_then(|()| std::fs::File::open(&path)?.sync_all())
                .map_err(io(&path))
        })
    })?;
    let shown = |name: &str| dir.join(name).display().to_string();
    print(
        format!(
            "{} holds a scenario with its comments, and example files to replace by your own. Next:\n\n  \
             revier solve {} --out {}\n  revier assign {} {}\n",
            dir.display(),
            shown("scenario.toml"),
            shown("out"),
            shown("out"),
            shown("leads.csv")
        )
        .as_bytes(),
    )
}
