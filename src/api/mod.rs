//! The public interface: everything that is promised stands here, and is exported again by the crate's root.

mod builder;
mod instance;
mod leads;
pub(crate) mod paths;
mod plan;
mod saved;
mod settings;
mod solve;
mod source;

pub use builder::Builder;
pub use instance::Instance;
pub use leads::{Route, Routing, assign};
pub use plan::{Figures, Plan, Territory};
pub use saved::{Verdict, check};
pub use solve::{Options, solve};
pub use source::Source;
