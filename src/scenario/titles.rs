//! What a plan is called.

use crate::disk::file;
use std::path::Path;

/// The file's own name, or its directory's where every scenario is called `scenario.toml`.
pub(crate) fn default_name(path: Option<&Path>, customers: Option<&Path>) -> String {
    let stem = |p: &Path| Some(p.file_stem()?.to_string_lossy().into_owned());
    let path = path.filter(|p| !file::is_pipe(p));
    let own = path.or(customers).and_then(stem);
    let directory = || {
        let path = path?;
        let full = path
            .canonicalize()
            .or_else(|_| std::path::absolute(path))
            .ok()?;
        Some(full.parent()?.file_name()?.to_string_lossy().into_owned())
    };
    match own.as_deref() {
        Some("scenario") => directory().or(own),
        _ => own,
    }
    .unwrap_or_else(|| "territories".into())
}

/// The title of a plan of a team.
pub(crate) fn titled(name: &str, team: Option<&str>) -> String {
    match team {
        Some(team) => format!("{name}: {team}"),
        None => name.to_owned(),
    }
}
