//! The dashboard as one HTML file: styles, script and data in it, and no request to anywhere.
//!
//! A content security policy permits exactly this script and this style, by their hashes. The data stand in a
//! block that is no script, with every `<` escaped, so that no value can end it; the script puts values into
//! text only.

use super::dashboard::Dashboard;
use crate::error::Error;
use crate::report::Lang;
use crate::report::assets::{DOM, WORDS, block, fill, hash, html as escape, unix};
use std::fs::File;
use std::io::Read;
use std::path::Path;

const TEMPLATE: &str = include_str!("page/page.html");
/// What says in the head of a page who made it.
const GENERATOR: &str = "<meta name=\"generator\" content=\"revier track ";
const STYLE: &str = include_str!("page/style.css");

/// The modules of the page, in the order in which they need each other.
const MODULES: &[&str] = &[
    include_str!("page/text_en.js"),
    include_str!("page/text_de.js"),
    WORDS,
    include_str!("page/format.js"),
    DOM,
    include_str!("page/badge.js"),
    include_str!("page/chart.js"),
    include_str!("page/table.js"),
    include_str!("page/goal.js"),
    include_str!("page/main.js"),
];

/// The page of a dashboard, which opens in `lang`.
///
/// # Errors
/// [`Error::Internal`] when the data cannot be written as JSON.
pub fn html(dashboard: &Dashboard, lang: Lang) -> Result<Vec<u8>, Error> {
    let json = serde_json::to_string(dashboard).map_err(|e| Error::Internal(e.to_string()))?;
    let script = unix(&format!(
        "(() => {{\n\"use strict\";\n{}}})();\n",
        MODULES.concat()
    ));
    let style = unix(STYLE);
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    let parts = [
        ("{{lang}}", lang.tag().to_owned()),
        ("{{version}}", env!("CARGO_PKG_VERSION").to_owned()),
        ("{{title}}", escape(&dashboard.plan)),
        ("{{policy}}", escape(&policy)),
        ("{{style}}", style),
        ("{{data}}", block(&json)),
        ("{{script}}", script),
    ];
    let mut page = Vec::new();
    fill(TEMPLATE, &parts, &mut page).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(page)
}

/// Whether a file is such a page: it says so in its head.
#[must_use]
pub fn is_page(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(512).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && head.starts_with("<!doctype html>") && head.contains(GENERATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_says_who_made_the_page() {
        assert!(TEMPLATE.find(GENERATOR).is_some_and(|at| at < 256));
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("a.html");
        for (text, ours) in [
            (TEMPLATE, true),
            ("<!doctype html><p>revier track 1", false),
            ("", false),
        ] {
            std::fs::write(&page, text).unwrap();
            assert_eq!(is_page(&page), ours, "{text}");
        }
    }

    #[test]
    fn scripts_and_styles_do_not_end_their_element() {
        for module in MODULES {
            assert!(!module.contains("</script") && !module.contains("<!--"));
            for unsafe_call in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
            ] {
                assert!(!module.contains(unsafe_call), "{unsafe_call}");
            }
        }
        assert!(!STYLE.contains("</style"));
    }
}
