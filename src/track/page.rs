//! The dashboard as one HTML file: styles, script and data in it, and no request to anywhere.
//!
//! A content security policy permits exactly this script and this style, by their hashes; values become text only (see `report/assets`).

use super::dashboard::Dashboard;
use crate::error::Error;
use crate::report::Lang;
use crate::report::assets::{self, AXIS, BAR, DOM, Page, WORDS};
use std::path::Path;

/// The command that makes the page.
const COMMAND: &str = "track";
const STYLE: &str = include_str!("page/style.css");

/// The modules of the page, in the order in which they need each other.
const MODULES: &[&str] = &[
    include_str!("page/text_en.js"),
    include_str!("page/text_de.js"),
    WORDS,
    include_str!("page/format.js"),
    DOM,
    AXIS,
    include_str!("page/badge.js"),
    include_str!("page/chart.js"),
    include_str!("page/table.js"),
    include_str!("page/goal.js"),
    BAR,
    include_str!("page/main.js"),
];

/// The page of a dashboard, which opens in `lang`.
///
/// # Errors
/// [`Error::Internal`] when the data cannot be written as JSON.
pub fn html(dashboard: &Dashboard, lang: Lang) -> Result<Vec<u8>, Error> {
    let page = Page {
        command: COMMAND,
        beside: "the JSON file beside it",
        style: STYLE,
        modules: MODULES,
    };
    page.with(dashboard, lang, &dashboard.plan)
}

/// Whether a file is such a page: it says so in its head.
#[must_use]
pub fn is_page(path: &Path) -> bool {
    assets::is_page(path, COMMAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_do_not_end_their_element() {
        for module in MODULES {
            assert!(assets::is_safe(module));
        }
        assert!(!STYLE.contains("</style"));
    }
}
