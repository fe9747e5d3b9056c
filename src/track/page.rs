//! The dashboard as one HTML file: styles, script and data in it, and no request to anywhere.
//!
//! A content security policy permits exactly this script and this style, by their hashes. The data stand in a
//! block that is no script, with every `<` escaped, so that no value can end it; the script puts values into
//! text only.

use super::dashboard::Dashboard;
use crate::error::Error;
use crate::report::Lang;
use crate::report::assets::{DOM, WORDS, block, fill, hash, html as escape, unix};

const TEMPLATE: &str = include_str!("page/page.html");
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

#[cfg(test)]
mod tests {
    use super::*;

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
