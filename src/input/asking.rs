//! Whether routing servers may be asked while inputs are read.

use crate::base::deadline::Deadline;
use std::time::Duration;

/// What is heard of a routing server while it is asked.
#[derive(Clone, Copy, Debug)]
pub enum Heard {
    /// So much is answered, 0 to 1.
    Share(f64),
    /// It wants to be left alone for so long.
    Waits(Duration),
}

/// That a routing server may be asked for what its table does not have yet. Whoever reads without this reads the table as it is: nothing is
/// sent anywhere then.
pub struct Asking<'a> {
    /// When that must end. What has been answered until then is kept.
    pub until: &'a Deadline,
    /// Hears how far it is.
    pub watch: &'a mut dyn FnMut(Heard),
}

impl Asking<'_> {
    /// Lets `read` ask for as long as it takes, and nobody watches.
    pub(crate) fn patiently<T>(read: impl FnOnce(&mut Asking<'_>) -> T) -> T {
        read(&mut Asking {
            until: &Deadline::never(),
            watch: &mut |_| (),
        })
    }
}
