//! The page around the data: one HTML file with styles, scripts and data in it.
//!
//! A content security policy permits exactly these scripts and styles, by their hashes, and no request to
//! anywhere, except for map tiles where the scenario names them. Data stand in a block that is no script,
//! with every `<` escaped, so that no value can end it.

use crate::base::lang::Lang;
use crate::error::Error;
use crate::scenario::Scenario;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

const LEAFLET: &str = include_str!("vendor/leaflet/leaflet.js");
const LEAFLET_CSS: &str = include_str!("vendor/leaflet/leaflet.css");
const LEAFLET_LICENSE: &str = include_str!("vendor/leaflet/LICENSE");
/// Words and numbers in the language of the reader; the texts stand before it.
pub(crate) const WORDS: &str = include_str!("page/words.js");
/// Elements whose values are text, never markup.
pub(crate) const DOM: &str = include_str!("page/dom.js");
/// Language, colours, print.
pub(crate) const BAR: &str = include_str!("page/bar.js");
/// The marks of an axis.
pub(crate) const AXIS: &str = include_str!("page/axis.js");
const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");

/// The modules of the page, in the order in which they need each other.
const MODULES: &[&str] = &[
    include_str!("page/text_en.js"),
    include_str!("page/text_de.js"),
    include_str!("page/data.js"),
    WORDS,
    include_str!("page/text.js"),
    DOM,
    include_str!("page/store.js"),
    include_str!("page/colors.js"),
    include_str!("page/points.js"),
    include_str!("page/map.js"),
    include_str!("page/legend.js"),
    include_str!("page/search.js"),
    include_str!("page/summary.js"),
    include_str!("page/balance.js"),
    include_str!("page/details.js"),
    include_str!("page/table.js"),
    include_str!("page/notes_de.js"),
    include_str!("page/notes_inputs_de.js"),
    include_str!("page/quality.js"),
    include_str!("page/frontier.js"),
    include_str!("page/targets.js"),
    include_str!("page/regions.js"),
    include_str!("page/today.js"),
    include_str!("page/segments.js"),
    include_str!("page/main.js"),
];

/// Writes the page with its data.
pub(super) fn write(
    out: &mut impl Write,
    scenario: &Scenario,
    lang: Lang,
    json: &str,
) -> io::Result<()> {
    // Debuggers would look for the source map beside the page.
    let leaflet = LEAFLET.replace("//# sourceMappingURL=leaflet.js.map", "");
    let leaflet = unix(&format!("/*\n{LEAFLET_LICENSE}*/\n{leaflet}"));
    let modules = unix(&MODULES.concat());
    let script = format!("(() => {{\n\"use strict\";\n{modules}}})();\n");
    let style = unix(&format!("{LEAFLET_CSS}\n{STYLE}"));
    let policy = policy(&[&leaflet, &script], &style, scenario);
    let parts = [
        ("{{lang}}", lang.tag().to_owned()),
        ("{{title}}", html(&scenario.name)),
        ("{{policy}}", html(&policy)),
        ("{{style}}", style),
        ("{{data}}", block(json)),
        ("{{leaflet}}", leaflet),
        ("{{script}}", script),
    ];
    fill(TEMPLATE, &parts, out)
}

const PLAIN: &str = include_str!("page/plain.html");

/// A page without a map library: whose it is, its style, and its modules in the order in which they need each other.
pub(crate) struct Page<'a> {
    /// The command that makes it.
    pub command: &'a str,
    /// Where its figures stand, too.
    pub beside: &'a str,
    pub style: &'a str,
    pub modules: &'a [&'a str],
}

impl Page<'_> {
    /// The page with its data, in one file.
    ///
    /// # Errors
    /// [`Error::Internal`] when the data cannot be written as JSON.
    pub fn with(&self, data: &impl Serialize, lang: Lang, title: &str) -> Result<Vec<u8>, Error> {
        let internal = |e: String| Error::Internal(e);
        let json = serde_json::to_string(data).map_err(|e| internal(e.to_string()))?;
        let script = unix(&format!(
            "(() => {{\n\"use strict\";\n{}}})();\n",
            self.modules.concat()
        ));
        let style = unix(self.style);
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
            hash(&script),
            hash(&style)
        );
        let parts = [
            ("{{lang}}", lang.tag().to_owned()),
            ("{{command}}", self.command.to_owned()),
            ("{{beside}}", self.beside.to_owned()),
            ("{{version}}", env!("CARGO_PKG_VERSION").to_owned()),
            ("{{title}}", html(title)),
            ("{{policy}}", html(&policy)),
            ("{{style}}", style),
            ("{{data}}", block(&json)),
            ("{{script}}", script),
        ];
        let mut page = Vec::new();
        fill(PLAIN, &parts, &mut page).map_err(|e| internal(e.to_string()))?;
        Ok(page)
    }
}

/// Whether a file is a page of this command: it says so in its head.
pub(crate) fn is_page(path: &Path, command: &str) -> bool {
    let generator = format!("<meta name=\"generator\" content=\"revier {command} ");
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(512).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && head.starts_with("<!doctype html>") && head.contains(&generator)
}

/// Whether a module may stand in a page: nothing in it ends the script, and no text becomes markup.
#[cfg(test)]
pub(crate) fn is_safe(module: &str) -> bool {
    let calls = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "</script",
        "<!--",
    ];
    calls.iter().all(|call| !module.contains(call))
}

/// Writes a template with texts in the place of its marks.
pub(crate) fn fill(
    template: &str,
    parts: &[(&str, String)],
    out: &mut impl Write,
) -> io::Result<()> {
    // Marks are looked for in the template only, never in what has been put in.
    let mut rest = template;
    while let Some((at, (mark, text))) = parts
        .iter()
        .filter_map(|part| Some((rest.find(part.0)?, part)))
        .min_by_key(|(at, _)| *at)
    {
        out.write_all(&rest.as_bytes()[..at])?;
        out.write_all(text.as_bytes())?;
        rest = &rest[at + mark.len()..];
    }
    out.write_all(rest.as_bytes())
}

/// With the line ends that an HTML parser makes of all others: the hashes of the policy are taken after it.
pub(crate) fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// JSON that can stand in a script element: `<` occurs in texts only, where `\u003c` means the same; line
/// separators are escaped for readers that take the block for JavaScript.
pub(crate) fn block(json: &str) -> String {
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
    json.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Text in HTML, in attributes too.
pub(crate) fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

fn policy(scripts: &[&str], style: &str, scenario: &Scenario) -> String {
    let hashes: Vec<String> = scripts.iter().map(|s| hash(s)).collect();
    let tiles = scenario.dashboard.tiles.as_deref().map(tile_source);
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data: blob:{}; base-uri 'none'; form-action 'none'",
        hashes.join(" "),
        hash(style),
        tiles.map_or(String::new(), |t| format!(" {t}"))
    )
}

/// The origin of map tiles as a source of images: scheme and host, a subdomain `{s}` as any.
fn tile_source(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.replace("{s}", "*");
    // Anything else would end the source, or the policy.
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:*".contains(c);
    format!("{scheme}://{}", host.replace(|c| !plain(c), ""))
}

pub(crate) fn hash(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b));
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
    fn a_page_says_in_its_head_who_made_it() {
        let page = Page {
            command: "track",
            beside: "a file",
            style: "",
            modules: &[],
        };
        let page = page.with(&"", Lang::default(), "t").unwrap();
        let page = String::from_utf8(page).unwrap();
        let generator = "<meta name=\"generator\" content=\"revier track ";
        assert!(page.find(generator).is_some_and(|at| at < 256));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.html");
        for (text, ours) in [
            (page.as_str(), true),
            ("<!doctype html><p>revier track 1", false),
            ("", false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(is_page(&file, "track"), ours, "{text}");
            assert!(!is_page(&file, "size"));
        }
    }

    #[test]
    fn base64_of_the_rfc() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn no_value_ends_the_block() {
        let evil = serde_json::json!({"a": "</script><!--\u{2028}]]>", "b<": 1}).to_string();
        let block = block(&evil);
        assert!(!block.contains(['<', '>', '\u{2028}']), "{block}");
        let back: serde_json::Value = serde_json::from_str(&block).unwrap();
        assert_eq!(back["a"], "</script><!--\u{2028}]]>");
        assert_eq!(back["b<"], 1);
    }

    #[test]
    fn the_policy_names_tile_servers_only() {
        assert_eq!(
            tile_source("https://{s}.tile.org:8080/{z}/{x}/{y}.png?k=1"),
            "https://*.tile.org:8080"
        );
        assert_eq!(
            tile_source("https://a;script-src *'/x"),
            "https://ascript-src*"
        );
    }

    #[test]
    fn no_name_of_the_page_is_declared_twice() {
        // One script of all modules: a second `const` of a name is a syntax error, and the page stays empty.
        let mut seen = std::collections::BTreeSet::new();
        for line in MODULES.iter().flat_map(|module| module.lines()) {
            let name = ["const ", "let ", "function ", "class "]
                .iter()
                .find_map(|word| line.strip_prefix(word));
            let Some(rest) = name else { continue };
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let name = rest.split(|c| !word(c)).next().unwrap_or_default();
            assert!(name.is_empty() || seen.insert(name), "{name}");
        }
        assert!(seen.len() > 100, "{}", seen.len());
    }

    #[test]
    fn scripts_do_not_end_their_element() {
        for module in MODULES.iter().chain([&LEAFLET, &LEAFLET_LICENSE]) {
            assert!(!module.contains("</script") && !module.contains("<!--"));
        }
        assert!(!LEAFLET_LICENSE.contains("*/"));
        assert!(!STYLE.contains("</style") && !LEAFLET_CSS.contains("</style"));
    }
}
