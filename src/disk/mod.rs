//! What is read from and written to the disk: files within limits, and how files and directories get to their place.

pub(crate) mod beside;
pub(crate) mod file;
pub(crate) mod gis;
pub mod staging;

pub use file::{MAX_BYTES, STDIN, named, read_whole};
