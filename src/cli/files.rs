//! Files that commands write beside the plan directory.

use revier::error::Error;
use std::io::Write;
use std::path::Path;

/// Whether a file may be written there: its directory exists, and is not that of the plan, which `solve` replaces as a whole
/// and refuses to with other files in it.
pub fn writable(out: &Path, dir: &Path) -> Result<(), Error> {
    let name = out.display();
    if out.is_dir() {
        return Err(Error::Usage(format!(
            "--out {name} is a directory; name a file"
        )));
    }
    let parent = match out.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        return Err(Error::Usage(format!(
            "--out {name}: there is no directory {}",
            parent.display()
        )));
    }
    if let (Ok(a), Ok(b)) = (parent.canonicalize(), dir.canonicalize())
        && a == b
    {
        return Err(Error::Usage(format!(
            "--out {name} would lie among the files of the plan; name a file elsewhere"
        )));
    }
    Ok(())
}

/// Writes a file beside its place and puts it there in one step.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let staged = path.with_file_name(name);
    let write = || {
        let mut file = std::fs::File::create(&staged)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&staged, path)
    };
    write().map_err(|source| {
        let _ = std::fs::remove_file(&staged);
        Error::Io {
            path: path.to_owned(),
            source,
        }
    })
}
