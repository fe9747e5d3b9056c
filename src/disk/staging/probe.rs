//! What can be done at a place.

use std::fs;
use std::io;
use std::path::Path;

/// Whether entries of a directory may be made and removed.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn writable(dir: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    access(dir, Access::WRITE_OK | Access::EXEC_OK).map_err(Into::into)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn writable(dir: &Path) -> io::Result<()> {
    if fs::metadata(dir)?.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

/// Whether something is mounted exactly here, so that it cannot be moved.
pub(super) fn is_mount_point(path: &Path) -> bool {
    says_mount_root(path).unwrap_or_else(|| other_device(path))
}

/// What the system says; `None` where it does not.
#[cfg(target_os = "linux")]
fn says_mount_root(path: &Path) -> Option<bool> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let said = statx(CWD, path, AtFlags::empty(), StatxFlags::empty()).ok()?;
    let known = said
        .stx_attributes_mask
        .contains(StatxAttributes::MOUNT_ROOT);
    known.then(|| said.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn says_mount_root(_path: &Path) -> Option<bool> {
    None
}

/// Whether a path is on another device than the directory above it.
#[cfg(unix)]
fn other_device(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(path), fs::metadata(super::parent(path))) {
        (Ok(here), Ok(above)) => here.dev() != above.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn other_device(_path: &Path) -> bool {
    false
}
