//! Names of files that come from a browser: what they are in the folder, and which are taken at all.

use unicode_normalization::UnicodeNormalization;

/// The longest name, bytes.
const LONGEST: usize = 160;

/// What files are called on some system that they must not be.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Endings of the files that belong to a shapefile.
pub(super) const BESIDE_SHP: [&str; 4] = ["dbf", "prj", "cpg", "shx"];

/// Endings of what the readers of this build take.
pub(super) fn takes() -> Vec<&'static str> {
    let mut all = vec![
        "csv",
        "tsv",
        "txt",
        "geojson",
        "json",
        "geojsonl",
        "geojsons",
        "geojsonseq",
        "ndjson",
    ];
    let more = [
        (
            cfg!(feature = "excel"),
            &["xlsx", "xlsm", "xlsb", "xls", "ods"][..],
        ),
        (cfg!(feature = "gpkg"), &["gpkg"]),
        (
            cfg!(feature = "shp"),
            &["shp", "dbf", "prj", "cpg", "shx", "zip"],
        ),
        (cfg!(feature = "fgb"), &["fgb"]),
        (true, &["gz"]),
    ];
    for (_, endings) in more.into_iter().filter(|(reads, _)| *reads) {
        all.extend(endings);
    }
    all
}

/// The ending of a name in lower case; of a packed file, that of what is packed.
pub(super) fn ending(name: &str) -> String {
    let lower = name.to_lowercase();
    let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
    match bare.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => ending.to_owned(),
        _ => String::new(),
    }
}

/// Whether a file of this name is one that is read.
pub(super) fn is_taken(name: &str) -> bool {
    let ending = ending(name);
    ending != "gz" && takes().contains(&ending.as_str())
}

/// What a name is compared by: some systems know no capitals.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// The name that a file gets in the folder: composed letters, and a `_` for signs that some system has another meaning for.
///
/// # Errors
/// Why no file can have it: it leads out of the folder, is hidden, reserved, empty or too long.
pub(super) fn clean(name: &str) -> Result<String, String> {
    let refuse = |why: &str| Err(format!("a file cannot have this name: it {why}"));
    if name.contains(['/', '\\']) {
        return refuse("has a path");
    }
    let safe = |c: char| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c if c.is_control() || is_direction(c) => '_',
        c => c,
    };
    let name: String = name.trim().nfc().map(safe).collect();
    let name = name.trim_end_matches(['.', ' ']);
    if name.is_empty() {
        return refuse("is empty");
    }
    if name.starts_with('.') || name.starts_with('~') {
        return refuse("would be hidden");
    }
    if name.len() > LONGEST {
        return refuse("is too long");
    }
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default().trim_end();
    let port = |of: &str| {
        let rest = stem.strip_prefix(of);
        rest.is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| c.is_numeric()))
    };
    if RESERVED.contains(&stem) || port("com") || port("lpt") {
        return refuse("is that of a device");
    }
    Ok(name.to_owned())
}

/// Signs that turn the direction of what is read, or that nobody sees.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder() {
        for bad in [
            "",
            " ",
            ".",
            "..",
            "../a.csv",
            "a/b.csv",
            "a\\b.csv",
            "/etc/passwd",
            ".hidden.csv",
            "~x.csv",
            "CON",
            "nul.csv",
            "com1.csv",
            "LPT¹.csv",
            "...",
        ] {
            assert!(clean(bad).is_err(), "{bad:?}");
        }
        assert!(clean(&"ä".repeat(100)).is_err());
        for (given, kept) in [
            ("Kunden 2026 (neu).csv", "Kunden 2026 (neu).csv"),
            ("Mu\u{308}nchen.csv", "M\u{fc}nchen.csv"),
            ("<img src=x onerror=1>.csv", "_img src=x onerror=1_.csv"),
            ("a\0b\n.csv", "a_b_.csv"),
            ("a.csv. ", "a.csv"),
            ("\u{202e}vsc.exe.csv", "_vsc.exe.csv"),
            ("C:x.csv", "C_x.csv"),
            ("concert.csv", "concert.csv"),
        ] {
            assert_eq!(clean(given).as_deref(), Ok(kept), "{given:?}");
        }
    }

    #[test]
    fn what_is_taken_is_known_by_its_ending() {
        for name in ["a.csv", "A.CSV", "a.geojson.gz", "a.b.txt"] {
            assert!(is_taken(name), "{name}");
        }
        for name in ["a.exe", "a", "csv", "a.gz", "a.csv.exe", "a.pdf", ".csv"] {
            assert!(!is_taken(name), "{name}");
        }
    }
}
