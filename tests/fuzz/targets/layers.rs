#![no_main]
#[path = "../entries.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static PLACE: std::sync::LazyLock<entries::Place> = std::sync::LazyLock::new(|| {
        entries::Place::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/tiny").as_ref())
    });
    PLACE.any_layer(bytes);
});
