//! `revier new`.

use super::print;
use revier::error::Error;
use std::io::Write;
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
    std::fs::create_dir_all(dir).map_err(io(dir))?;
    let mut there = std::fs::read_dir(dir).map_err(io(dir))?;
    if there.next().is_some() {
        return Err(Error::Usage(format!(
            "{} is not empty; name a new directory",
            dir.display()
        )));
    }
    for (name, text) in FILES {
        let path = dir.join(name);
        let file = std::fs::File::create_new(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(io(&path))?;
    }
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
