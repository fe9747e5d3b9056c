//! Travel from routing servers: what they are asked for, what becomes of their answers and of their failures. `.ci/roads.sh` asks a real
//! OSRM and a real Valhalla.

#![cfg(feature = "routing")]

mod fake;
mod faults;
mod plans;
