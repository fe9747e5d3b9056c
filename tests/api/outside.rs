//! A crate outside of this repository, which knows nothing but the public interface.

use std::path::Path;
use std::process::Command;

/// The whole program, fewer than 25 lines.
const MAIN: &str = include_str!("outside/main.rs");

#[test]
fn a_crate_of_its_own_solves_from_memory() {
    assert!(MAIN.lines().count() < 25);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         revier = {{ path = {here:?}, default-features = false }}\n\n[profile.dev]\ndebug = 0\n"
    );
    std::fs::create_dir(dir.path().join("src")).unwrap();
    std::fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(dir.path().join("src/main.rs"), MAIN).unwrap();
    std::fs::copy(here.join("Cargo.lock"), dir.path().join("Cargo.lock")).unwrap();
    // Built once, and again only where the library has changed.
    let target = here.join("target/outside");
    let out = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(dir.path())
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&out.stdout);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_eq!(told, "Optimal: Anna has 1 customers, Bo has 2 customers\n");
}
