//! Balanced sales territories with a proof of how good they are.
//!
//! Customers with a place and some measures (workload, revenue, ...) go to reps with home bases, so that every rep's totals stay within a
//! tolerance of its share, all rules are kept, and the travel is the least: each [`Plan`] comes with a lower bound on the travel of every
//! plan there is, proven by a certificate, and has been checked from the inputs alone before anybody sees it.
//!
//! An [`Instance`] is what is to be solved, from memory or the disk; [`Options`] say how; [`solve`] returns a [`Plan`].
//!
//! # GeoJSON in, territories out
//!
//! ```
//! use revier::{Instance, Options, Source, Status, solve};
//!
//! # fn main() -> Result<(), revier::Error> {
//! let customers = r#"{"type": "FeatureCollection", "features": [
//!     {"type": "Feature", "properties": {"id": "a", "workload": 2}, "geometry": {"type": "Point", "coordinates": [8.1, 50.1]}},
//!     {"type": "Feature", "properties": {"id": "b", "workload": 1}, "geometry": {"type": "Point", "coordinates": [8.9, 50.2]}},
//!     {"type": "Feature", "properties": {"id": "c", "workload": 1}, "geometry": {"type": "Point", "coordinates": [9.1, 50.1]}}]}"#;
//! let instance = Instance::builder()
//!     .customers(Source::geojson(customers))
//!     .reps(Source::csv("id,lon,lat\nAnna,8.0,50.0\nBo,9.0,50.0\n"))
//!     .balance("workload", 0.05)
//!     .build()?;
//! let plan = solve(&instance, &Options::new(), |stage| eprintln!("{}", stage.text()))?;
//! assert_eq!(plan.status(), Status::Optimal);
//! assert_eq!(plan.owners(), [0, 1, 1]);
//! assert!(plan.gap() <= 1e-4);
//! for territory in plan.territories() {
//!     println!("{}: {:?}", territory.rep, territory.polygon);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Columns, rules, and a plan that is kept
//!
//! ```
//! use revier::{Instance, Options, Table, solve};
//! use serde_json::json;
//!
//! # fn main() -> Result<(), revier::Error> {
//! # let dir = std::env::temp_dir().join(format!("revier-doc-{}", std::process::id()));
//! let customers = Table::new()
//!     .ids(["a", "b", "c", "d"])
//!     .points([8.1, 8.2, 9.1, 9.2], [50.1, 50.2, 50.1, 50.3])
//!     .numbers("revenue", [10.0, 12.0, 11.0, 13.0])
//!     .texts("owner", [Some("Anna"), None, None, Some("Anna")])
//!     .flags("locked", [false, false, false, true]);
//! let reps = Table::new().ids(["Anna", "Bo"]).points([8.0, 9.0], [50.0, 50.0]);
//! let instance = Instance::builder()
//!     .customers(customers)
//!     .reps(reps)
//!     .balance("revenue", 0.2)
//!     .max_km(120.0)
//!     .set("travel.detour", 1.3)
//!     .set("change", json!({"max_share": 0.5, "penalty": 2.0}))
//!     .build()?;
//! let plan = solve(&instance, &Options::new().seed(7).time_limit(10.0), |_| {})?;
//! assert_eq!(plan.owners()[3], 0);
//! // A plan directory as the command line writes it, the inputs along with it.
//! plan.save(&dir)?;
//! assert!(revier::check(&dir)?.holds());
//! # std::fs::remove_dir_all(&dir).map_err(|source| revier::Error::Io { path: dir.clone(), source })?;
//! # Ok(())
//! # }
//! ```
//!
//! # Problems, cancelling, leads
//!
//! ```
//! use revier::{Cancel, Instance, Options, Source, solve};
//!
//! # fn main() -> Result<(), revier::Error> {
//! let reps = Source::csv("id,lon,lat\nAnna,8.0,50.0\nBo,9.0,50.0\n");
//! let builder = Instance::builder().reps(reps);
//! // All problems at once, each with where it is and what to do.
//! let wrong = Source::csv("id,lon,lat,workload\na,8.1,50.1,x\na,8.2,150,1\n");
//! let error = builder.clone().customers(wrong).build().unwrap_err();
//! assert_eq!(error.problems().len(), 3);
//! assert_eq!(error.problems()[0].field.as_deref(), Some("workload"));
//!
//! let customers = Source::csv("id,lon,lat,workload\na,8.1,50.1,1\nb,9.2,50.1,1\n");
//! let instance = builder.customers(customers).build()?;
//! // Whoever holds a copy of the flag may end the solve; the best plan until then is returned.
//! let cancel = Cancel::new();
//! let plan = solve(&instance, &Options::new().cancel(&cancel), |_| {})?;
//! let routing = plan.assign(Source::csv("id,lon,lat\nnew,9.1,50.2\n"))?;
//! assert_eq!(routing.routes[0].rep.as_deref(), Some("Bo"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! What stands on this page. The modules behind it are hidden: the binary, the benches and the tests of this repository need them, and they change
//! without notice. No input makes the library panic: whatever is wrong with it is told in an [`Error`].
//!
//! # Features
//!
//! `cli` (the binary), `serve` (the planning desk), `excel` (workbooks), `gpkg`, `shp` and `fgb` (layers of GIS programs, read and written), `roads`
//! (extracts of OpenStreetMap) and `routing` (routing servers, where a scenario names one) are on by default; `parquet` (an export) and `highs` (another LP solver) are not. A library does without all of them: `default-features = false`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(clippy::too_many_lines)]
// The library speaks through what it returns; only the command line prints.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

// The layers, from the ground up: a module imports what stands above it in this list only (`tests/layers` holds them to it).
#[doc(hidden)]
pub mod base;

#[doc(hidden)]
pub mod error;

#[doc(hidden)]
pub mod disk;

mod memory;

#[doc(hidden)]
pub mod territory;

mod barriers;

#[cfg(feature = "roads")]
#[doc(hidden)]
pub mod roads;

#[cfg(feature = "routing")]
#[doc(hidden)]
pub mod routing;

#[doc(hidden)]
pub mod scenario;

#[doc(hidden)]
pub mod input;

#[doc(hidden)]
pub mod travel;

#[doc(hidden)]
pub mod model;

mod bound;

#[doc(hidden)]
pub mod plan;

#[doc(hidden)]
pub mod solve;

#[doc(hidden)]
pub mod explain;

mod certificate;

#[doc(hidden)]
pub mod saved;

#[doc(hidden)]
pub mod report;

#[doc(hidden)]
pub mod output;

#[doc(hidden)]
pub mod check;

#[doc(hidden)]
pub mod compare;
#[doc(hidden)]
pub mod export;
#[doc(hidden)]
pub mod leads;
#[doc(hidden)]
pub mod reach;
#[doc(hidden)]
pub mod staff;
#[doc(hidden)]
pub mod track;

#[doc(hidden)]
pub mod run;

mod api;

#[doc(hidden)]
pub mod sizing;
#[doc(hidden)]
pub mod teams;

#[cfg(feature = "serve")]
#[doc(hidden)]
pub mod serve;

pub use api::{
    Builder, Figures, Instance, Options, Plan, Route, Routing, Source, Territory, Verdict, assign,
    check, solve,
};
pub use base::deadline::Cancel;
pub use check::Finding;
pub use error::{Error, Problem, Severity, codes};
pub use memory::Table;
pub use plan::{Claim, Proof, Status};
pub use report::Lang;
pub use run::Stage;

/// The README's example is compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
