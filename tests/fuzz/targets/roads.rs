#![no_main]
#[path = "../entries.rs"]
mod entries;
#[path = "../one_thread.rs"]
mod one_thread;

libfuzzer_sys::fuzz_target!(
    init: one_thread::begin(),
    |bytes: &[u8]| one_thread::place().one("pbf", bytes)
);
