//! Where coverage is looked at, all is done by the thread that asks: what others do at the same time would count as new, and waking
//! them takes longer than what they do.

use crate::entries::Place;
use std::sync::LazyLock;

/// Makes the calling thread the only one that works.
pub fn begin() {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .unwrap();
}

/// The example that all cases are tried on.
pub fn place() -> &'static Place {
    static PLACE: LazyLock<Place> = LazyLock::new(|| {
        Place::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/tiny").as_ref())
    });
    &PLACE
}
