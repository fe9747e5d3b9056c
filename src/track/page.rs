//! The dashboard as one HTML file: styles, script and data in it, and no request to anywhere.
//!
//! A content security policy permits exactly this script and this style, by their hashes. The data stand in a
//! block that is no script, with every `<` escaped, so that no value can end it; the script puts values into
//! text only.

use super::dashboard::Dashboard;
use super::lang::Lang;
use crate::error::Error;
use sha2::{Digest, Sha256};

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");

/// The modules of the page, in the order in which they need each other.
const MODULES: &[&str] = &[
    include_str!("page/text_en.js"),
    include_str!("page/text_de.js"),
    include_str!("page/format.js"),
    include_str!("page/dom.js"),
    include_str!("page/chart.js"),
    include_str!("page/table.js"),
    include_str!("page/goal.js"),
    include_str!("page/main.js"),
];

/// The page of a dashboard, which opens in `lang`.
///
/// # Errors
/// [`Error::Internal`] when the data cannot be written as JSON.
pub fn html(dashboard: &Dashboard, lang: Lang) -> Result<String, Error> {
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
    // Placeholders are looked for in the template only, never in what has been put in.
    let mut page = String::new();
    let mut rest = TEMPLATE;
    while let Some((at, (mark, text))) = parts
        .iter()
        .filter_map(|part| Some((rest.find(part.0)?, part)))
        .min_by_key(|(at, _)| *at)
    {
        page.push_str(&rest[..at]);
        page.push_str(text);
        rest = &rest[at + mark.len()..];
    }
    page.push_str(rest);
    Ok(page)
}

/// With the line ends that an HTML parser makes of all others: hashes are taken after it.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// JSON that can stand in a script element: `<` occurs in texts only, where `\u003c` means the same.
fn block(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e")
}

/// Text in HTML, in attributes too.
fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// A source of the policy.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, b| bits << 8 | u32::from(*b));
        let bits = bits << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            out.push(if digit > chunk.len() {
                '='
            } else {
                char::from(DIGITS[value as usize])
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfc() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
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
