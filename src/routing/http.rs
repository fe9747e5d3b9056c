//! One request and its answer, within limits of time and size. Redirects are not followed: the places, and the key, go to the server
//! that the scenario names.

use super::words::{beginning, clipped};
use super::{Fault, Key, Server};
use crate::base::host::is_here;
use std::io::Read;
use std::time::Duration;
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// What is sent.
pub(super) struct Request {
    pub url: String,
    /// JSON; without one it is a GET.
    pub body: Option<String>,
}

/// Bytes that are read of an answer that is an error.
const OF_ERROR: u64 = 64 << 10;
/// Bytes of a good answer that depend on nothing, and those of each pair and of each place.
const OF_ANSWER: [u64; 3] = [1 << 20, 256, 8192];
/// How often a request is sent at most, and how often where nobody listens.
const TRIES: u32 = 6;
const REFUSED: u32 = 3;

/// Sends requests to one server.
pub(super) struct Client<'a> {
    agent: Agent,
    server: &'a Server,
}

impl<'a> Client<'a> {
    pub fn new(server: &'a Server) -> Client<'a> {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let mut config = Agent::config_builder()
            .user_agent(concat!("revier/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(tls);
        if is_here(&server.url) {
            // No proxy stands between this machine and itself.
            config = config.proxy(None);
        }
        Client {
            agent: config.build().new_agent(),
            server,
        }
    }

    /// The body of a good answer to a request of so many pairs and places.
    pub fn send(
        &self,
        request: &Request,
        [pairs, places]: [usize; 2],
        timeout: Duration,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self.call(request, timeout).map_err(|e| failed(&e))?;
        let status = answer.status().as_u16();
        let after = retry_after(answer.headers());
        let [all, pair, place] = OF_ANSWER;
        let limit = all + pair * pairs as u64 + place * places as u64;
        if status == 200 {
            return whole(answer, limit);
        }
        let location = answer.headers().get("location");
        let location = location.map(|to| clipped(&String::from_utf8_lossy(to.as_bytes())));
        let mut body = Vec::new();
        // What there is of it will do.
        let _ = (answer.into_body().into_reader())
            .take(OF_ERROR)
            .read_to_end(&mut body);
        Err(match status {
            408 | 429 | 502 | 503 | 504 => Fault::Wait {
                what: match beginning(&body).as_str() {
                    "" => format!("it answers with status {status}"),
                    words => format!("it answers with status {status}: {words}"),
                },
                after,
                most: TRIES,
            },
            413 | 414 | 431 => Fault::TooBig(format!("status {status}")),
            300..400 => {
                let to = location.unwrap_or_default();
                Fault::refused(
                    status,
                    &format!(
                        "it sends us on to {to:?}; if that is the server, name it in travel.url"
                    ),
                )
            }
            _ => self.server.kind.fault(status, &body),
        })
    }

    fn call(&self, request: &Request, timeout: Duration) -> Result<Response<Body>, ureq::Error> {
        let key = self.server.key.as_ref().map(Key::as_sent);
        match &request.body {
            None => {
                let mut call = self.agent.get(&request.url);
                if let Some(key) = key {
                    call = call.header("Authorization", key);
                }
                let call = call.header("Accept", "application/json").config();
                call.timeout_global(Some(timeout)).build().call()
            }
            Some(body) => {
                let mut call = self.agent.post(&request.url);
                if let Some(key) = key {
                    call = call.header("Authorization", key);
                }
                let call = call
                    .header("Accept", "application/json")
                    .header("Content-Type", "application/json")
                    .config();
                let call = call.timeout_global(Some(timeout)).build();
                call.send(body.as_str())
            }
        }
    }
}

/// All of an answer, if it is not larger than any such answer is.
fn whole(answer: Response<Body>, limit: u64) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let mut reader = answer.into_body().into_reader().take(limit + 1);
    if let Err(error) = reader.read_to_end(&mut body) {
        return Err(failed(&ureq::Error::from(error)));
    }
    if body.len() as u64 > limit {
        let what = format!("the answer is larger than {} MB", (limit >> 20) + 1);
        return Err(Fault::wrong(what));
    }
    Ok(body)
}

/// The seconds in `Retry-After`; a date in it counts as none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?;
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A request that got no answer.
fn failed(error: &ureq::Error) -> Fault {
    let text = clipped(&error.to_string());
    let wait = |what: String, most: u32| Fault::Wait {
        what,
        after: None,
        most,
    };
    match error {
        ureq::Error::Timeout(_) => wait(format!("it takes too long ({text})"), TRIES),
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            wait(format!("nobody listens there ({text})"), REFUSED)
        }
        // What TLS finds wrong stays so.
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => Fault::failed(
            &text,
            "its certificate must be one that this machine trusts (SSL_CERT_FILE names more)",
        ),
        ureq::Error::Io(_) | ureq::Error::Protocol(_) | ureq::Error::ConnectionFailed => {
            wait(format!("the connection broke off ({text})"), TRIES)
        }
        ureq::Error::HostNotFound => wait("there is no host of this name".into(), REFUSED),
        _ => Fault::failed(&text, "check travel.url"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_wait_is_in_seconds() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(of(" 2 "), Some(Duration::from_secs(2)));
        for odd in ["-1", "nan", "1e400", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
