//! Who may ask, and how much: hosts, origins, the token, limits, and what browsers are told to refuse.
//!
//! A page of another site must not reach the desk by way of the browser: the `Host` must be one that is served (or names of other machines could be made
//! to point here), and where there is an `Origin` it must be the desk's own. No other origin is ever permitted to read.

use super::house::House;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The largest body, bytes.
pub(super) const MOST: usize = 32 << 20;
/// Where files are sent to.
pub(super) const FILES: &str = "/v1/files";
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// What may be loaded by the page: its own files, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src blob: 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Names of this server, and what opens it.
#[derive(Debug)]
pub(super) struct Doors {
    /// Values of `Host` that are served; any where it is empty.
    hosts: Vec<String>,
    /// SHA-256 of the token.
    token: Option<[u8; 32]>,
}

impl Doors {
    pub fn new(addr: SocketAddr, token: Option<&str>) -> Doors {
        let port = addr.port();
        let mut hosts = Vec::new();
        if addr.ip().is_loopback() {
            hosts = vec![
                addr.to_string(),
                format!("localhost:{port}"),
                format!("127.0.0.1:{port}"),
                format!("[::1]:{port}"),
            ];
            if port == 80 {
                hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
            }
        }
        Doors {
            hosts,
            token: token.map(|t| Sha256::digest(t.as_bytes()).into()),
        }
    }

    /// Why a request is not served.
    fn refuse(&self, headers: &HeaderMap, path: &str) -> Option<(StatusCode, &'static str)> {
        let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("\u{0}"));
        let host = text(header::HOST).unwrap_or_default();
        let one = headers.get_all(header::HOST).iter().count() == 1;
        let known = self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host));
        if !one || !(known || self.hosts.is_empty()) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "no such host is served here",
            ));
        }
        if let Some(origin) = text(header::ORIGIN) {
            let own = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            if !own.is_some_and(|own| own.eq_ignore_ascii_case(host)) {
                return Some((StatusCode::FORBIDDEN, "no other site may ask"));
            }
        }
        let site = text(HeaderName::from_static("sec-fetch-site"));
        if path != "/" && site.is_some_and(|s| s == "cross-site" || s == "same-site") {
            return Some((StatusCode::FORBIDDEN, "no other site may ask"));
        }
        if let Some(token) = &self.token
            && !is_open(path)
        {
            let given = text(header::AUTHORIZATION).and_then(|a| a.split_once(' '));
            let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let given = given.map(|(_, token)| token);
            let given: [u8; 32] = Sha256::digest(given.unwrap_or_default().as_bytes()).into();
            // Hashes are compared in full, whatever the first difference.
            let differ = token
                .iter()
                .zip(&given)
                .fold(0, |all, (a, b)| all | (a ^ b));
            if std::hint::black_box(differ) != 0 {
                return Some((StatusCode::UNAUTHORIZED, "a token is needed"));
            }
        }
        None
    }
}

/// What anybody may load: the page itself, which asks for the token.
fn is_open(path: &str) -> bool {
    path == "/" || path == "/healthz" || path.starts_with("/desk/")
}

/// An error as JSON.
pub(super) fn error(status: StatusCode, what: &str) -> Response {
    let body = json!({"error": what, "problems": []}).to_string();
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, body).into_response()
}

/// The layer around everything.
pub(super) async fn guard(
    State((house, doors)): State<(Arc<House>, Arc<Doors>)>,
    request: Request,
    next: Next,
) -> Response {
    let begin = Instant::now();
    let mut response = match doors.refuse(request.headers(), request.uri().path()) {
        Some((status, what)) => error(status, what),
        None => match arrived(request).await {
            Ok(request) => next.run(request).await,
            Err(refused) => refused,
        },
    };
    let headers = response.headers_mut();
    let set = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let same = HeaderValue::from_static("same-origin");
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        same.clone(),
    );
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), same);
    if response.status() == StatusCode::UNAUTHORIZED {
        let bearer = HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, bearer);
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        let store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, store);
    }
    (house.wires.metrics).answer(response.status().as_u16(), begin.elapsed());
    response
}

/// A request whose body is there, within the limits.
async fn arrived(request: Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return Ok(Request::from_parts(parts, Body::empty()));
    }
    if parts.method == Method::POST && parts.uri.path() == FILES {
        // A file goes to the disk as it comes, within limits of its own.
        return Ok(Request::from_parts(parts, body));
    }
    let length = parts.headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|l| l > MOST as u64) {
        return Err(too_large());
    }
    match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MOST)).await {
        Err(_) => Err(error(StatusCode::REQUEST_TIMEOUT, "the body took too long")),
        Ok(Err(_)) => Err(too_large()),
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
    }
}

fn too_large() -> Response {
    let what = format!("a body has {} MB at most", MOST >> 20);
    let mut response = error(StatusCode::PAYLOAD_TOO_LARGE, &what);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}
