//! Files that commands write beside the plan directory.

use revier::disk::staging::{File, Guard, lies_in, resolve};
use revier::error::Error;
use revier::saved;
use std::path::{Path, PathBuf};

/// A file that may be written: its directory exists, and is not that of the plan in `dir`, which `solve` replaces as a whole and
/// refuses to with other files in it; and it is none of the files that are read: those of the plan, and `read`.
pub fn place(out: &Path, dir: &Path, read: &Path, guard: Guard) -> Result<File, Error> {
    let name = out.display();
    let real = resolve(out);
    if real.is_dir() {
        return Err(Error::Usage(format!(
            "--out {name} is a directory; name a file"
        )));
    }
    let parent = match real.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        return Err(Error::Usage(format!(
            "--out {name}: there is no directory {}",
            parent.display()
        )));
    }
    if lies_in(&real, dir) {
        return Err(Error::Usage(format!(
            "--out {name} would lie among the files of the plan; name a file elsewhere"
        )));
    }
    let file = File::claim(out, guard)?;
    // A plan that cannot be read is told by who reads all of it.
    let inputs: Vec<PathBuf> = saved::report(dir).map_or_else(
        |_| Vec::new(),
        |report| report.inputs.iter().map(|f| dir.join(&f.path)).collect(),
    );
    file.spares(inputs.iter().map(PathBuf::as_path).chain([read]))?;
    Ok(file)
}

/// Writes the content of a file.
pub fn filled(bytes: &[u8]) -> impl FnOnce(&Path) -> std::io::Result<()> + '_ {
    |path| {
        let mut file = std::fs::File::create_new(path)?;
        std::io::Write::write_all(&mut file, bytes)
    }
}
