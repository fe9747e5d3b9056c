//! The files of the page: embedded, or while it is worked on, those of a folder.

use super::page::FILES;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// Names a folder whose files take the place of the embedded ones, for work on the page.
const DIR: &str = "REVIER_DESK_DIR";

/// Files that the desk's page shares with the report's.
const SHARED: [(&str, &[u8]); 4] = [
    ("words.js", include_bytes!("../report/page/words.js")),
    ("dom.js", include_bytes!("../report/page/dom.js")),
    ("notes_de.js", include_bytes!("../report/page/notes_de.js")),
    (
        "notes_inputs_de.js",
        include_bytes!("../report/page/notes_inputs_de.js"),
    ),
];

/// A file of the page.
pub(super) fn file(name: &str, asked: &HeaderMap) -> Response {
    let Some(bytes) = bytes(name) else {
        return super::safety::error(StatusCode::NOT_FOUND, "there is no such file");
    };
    let kind = match Path::new(name).extension().and_then(|e| e.to_str()) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    };
    let hash = Sha256::digest(&bytes);
    let tag = format!("W/\"{}\"", crate::disk::file::hex(&hash[..16]));
    let seen = asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == tag.as_bytes());
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag),
    ];
    match seen {
        true => (StatusCode::NOT_MODIFIED, headers).into_response(),
        false => (headers, Body::from(bytes.into_owned())).into_response(),
    }
}

fn bytes(name: &str) -> Option<Cow<'static, [u8]>> {
    let path = Path::new(name);
    if !path.components().all(|c| matches!(c, Component::Normal(_))) {
        return None;
    }
    if let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) {
        let shared = dir.join("../../report/page");
        let found = [dir, shared]
            .iter()
            .find_map(|dir| std::fs::read(dir.join(path)).ok());
        return found.map(Cow::Owned);
    }
    let mut all = FILES.iter().chain(&SHARED);
    let found = all.find(|(own, _)| *own == name)?;
    Some(Cow::Borrowed(found.1))
}
