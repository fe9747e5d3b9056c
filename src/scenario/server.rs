//! The keys of `[travel]` that say which routing server is asked, and how.

use super::metric::{Direction, Metric, OffRoad};
use super::toml_walk::{Bounds, Doc, Section};
use crate::base::host::is_here;
use crate::base::words::shorten;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The keys that are about a server alone.
pub(super) const OF_SERVERS: [&str; 9] = [
    "url",
    "profile",
    "table",
    "key_env",
    "allow_http",
    "parallel",
    "per_minute",
    "max_pairs",
    "timeout_s",
];

/// How many requests may be under way at once.
pub(super) const PARALLEL: Bounds = Bounds {
    ok: |x| (1.0..=64.0).contains(&x) && x.fract() == 0.0,
    says: "a whole number between 1 and 64",
    help: "write how many requests may be under way at once, such as 2",
};
/// How many requests a minute.
pub(super) const PER_MINUTE: Bounds = Bounds {
    ok: |x| (0.1..=1e6).contains(&x),
    says: "between 0.1 and 1000000",
    help: "write how many requests a minute the server permits, such as 40",
};
/// How many pairs a request may have.
pub(super) const MAX_PAIRS: Bounds = Bounds {
    ok: |x| (1.0..=1e6).contains(&x) && x.fract() == 0.0,
    says: "a whole number between 1 and 1000000",
    help: "write how many pairs one request may have, such as 2500",
};
/// How long an answer may take.
pub(super) const TIMEOUT: Bounds = Bounds {
    ok: |x| (0.1..=3600.0).contains(&x),
    says: "between 0.1 and 3600",
    help: "write seconds, such as 60",
};

/// What a routing server is asked for, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerRules {
    /// Where it is, without what comes behind it in a request.
    pub url: String,
    /// What drives: a word of the server's.
    pub profile: String,
    /// The table of its answers: `customer_id,rep_id,km,minutes`.
    pub table: PathBuf,
    /// Which trips count.
    pub direction: Direction,
    /// What becomes of places that the server knows no road near.
    pub off_road: OffRoad,
    /// The environment variable with the key; the key itself is in no file.
    pub key_env: Option<String>,
    /// Whether the places may travel over the network unencrypted.
    pub allow_http: bool,
    /// Most requests under way at once.
    pub parallel: u32,
    /// Most requests a minute; `None`: no limit.
    pub per_minute: Option<f64>,
    /// Most pairs of a request.
    pub max_pairs: u32,
    /// Longest time an answer may take, s.
    pub timeout_s: f64,
}

impl ServerRules {
    /// Gives the table its name: `SCENARIO-osrm.csv` beside the scenario, unless the scenario names it. A team has one of its own.
    pub(super) fn name_table(
        &mut self,
        metric: Metric,
        scenario: Option<&Path>,
        team: Option<&str>,
    ) {
        if self.table.as_os_str().is_empty() {
            let stem = scenario.and_then(Path::file_stem);
            let stem = stem.map_or_else(|| "travel".into(), |s| s.to_string_lossy());
            let name = format!("{stem}-{}.csv", metric.name());
            let beside = scenario.and_then(Path::parent).unwrap_or(Path::new(""));
            self.table = beside.join(name);
        }
        if let Some(team) = team {
            let stem = self.table.file_stem().unwrap_or_default().to_string_lossy();
            let ending = self.table.extension().unwrap_or_default().to_string_lossy();
            let dot = if ending.is_empty() { "" } else { "." };
            let name = format!("{stem}-{team}{dot}{ending}");
            self.table.set_file_name(name);
        }
    }
}

/// The keys of a server; `direction` and `off_road` are read by who knows roads, too.
pub(super) fn server(
    doc: &mut Doc,
    s: Section<'_>,
    base: &Path,
    metric: Metric,
    (direction, off_road): (Option<Direction>, Option<OffRoad>),
) -> Option<ServerRules> {
    let url = doc.text(s, "url");
    let profile = doc.text(s, "profile");
    let table = doc.text(s, "table");
    let key_env = doc.text(s, "key_env");
    let allow_http = doc.truth(s, "allow_http").unwrap_or(false);
    let parallel = doc.number(s, "parallel", &PARALLEL);
    let per_minute = doc.number(s, "per_minute", &PER_MINUTE);
    let max_pairs = doc.number(s, "max_pairs", &MAX_PAIRS);
    let timeout_s = doc.number(s, "timeout_s", &TIMEOUT);
    if !metric.by_server() {
        for key in OF_SERVERS {
            if let Some(value) = s.table.get(key) {
                let what = format!("`{key}` is about a routing server, and the metric names none");
                let problem = Problem::error(codes::NO_EFFECT, what).field(s.path(key));
                let help =
                    "write metric = \"osrm\", \"valhalla\" or \"openrouteservice\", or remove it";
                doc.add(&value.span(), problem.help(help));
            }
        }
        return None;
    }
    let span = s.table.get("metric").map_or(0..0, |v| v.span());
    let Some((url, at)) = url else {
        if !s.table.contains_key("url") {
            let what = format!("the metric is {:?}, and no server is named", metric.name());
            let problem = Problem::error(codes::MISSING_KEY, what).field(s.path("url"));
            doc.add(&span, problem.help("add url = \"http://127.0.0.1:5000\" to [travel]: nothing is asked of a server that you have not named"));
        }
        return None;
    };
    let host = told_host(doc, s, (&url, &at), allow_http)?;
    // A key that stands here by mistake is not repeated.
    if let Some((_, at)) = key_env.as_ref().filter(|(name, _)| !is_variable(name)) {
        let what = "`key_env` is no name of an environment variable that ends in KEY or TOKEN";
        let problem = Problem::error(codes::UNKNOWN_VALUE, what).field(s.path("key_env"));
        doc.add(at, problem.help("name the variable that has the key, such as key_env = \"ORS_API_KEY\"; the key itself belongs in no file"));
    }
    if let Some((profile, at)) = profile.as_ref().filter(|(p, _)| !is_word(p)) {
        let what = format!("{:?} is no profile", shorten(profile));
        let problem = Problem::error(codes::UNKNOWN_VALUE, what).field(s.path("profile"));
        let help = "write the server's word for it: letters, digits, - and _";
        doc.add(at, problem.help(help));
    }
    let gentle = !host.here;
    Some(ServerRules {
        url: url.trim_end_matches('/').to_owned(),
        profile: profile.map_or_else(|| metric.profile().to_owned(), |(p, _)| p),
        table: table.map(|(t, _)| base.join(t)).unwrap_or_default(),
        direction: direction.unwrap_or_default(),
        off_road: off_road.unwrap_or_default(),
        key_env: key_env.map(|(name, _)| name),
        allow_http,
        parallel: parallel.map_or(if gentle { 1 } else { 2 }, |x| x as u32),
        per_minute: per_minute.or(gentle.then_some(40.0)),
        max_pairs: max_pairs.map_or(metric.max_pairs(), |x| x as u32),
        timeout_s: timeout_s.unwrap_or(60.0),
    })
}

/// Letters, digits and what stands between them.
fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

fn is_variable(name: &str) -> bool {
    let first = name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    // No other secret, or what is none, goes out by mistake.
    let of_key = ["KEY", "TOKEN"]
        .iter()
        .any(|end| name.to_ascii_uppercase().ends_with(end));
    first
        && of_key
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A host and a port: behind the bracket of an address of version 6 stands nothing but a port.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) => (host, port),
            None => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let v6 = !text.starts_with('[') || host.parse::<std::net::Ipv6Addr>().is_ok();
    let port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|p| p.parse::<u16>().is_ok());
    v6 && port && !host.contains(['[', ']'])
}

/// What is known of a host.
struct Host {
    /// Whether it is this machine.
    here: bool,
}

/// Looks at the address of a server, and tells what is wrong with it. Whatever may be a password is not repeated.
fn told_host(
    doc: &mut Doc,
    s: Section<'_>,
    (url, at): (&str, &Range<usize>),
    allow_http: bool,
) -> Option<Host> {
    let mut refuse = |what: &str, help: &str| {
        let problem = Problem::error(codes::BAD_URL, what).field(s.path("url"));
        doc.add(at, problem.help(help));
        None
    };
    let example = "write it as in url = \"https://routing.example.org\"";
    let Some((scheme, rest)) = url.split_once("://") else {
        return refuse("this is no address of a server", example);
    };
    let scheme = scheme.to_ascii_lowercase();
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return refuse(
            "the address has a name or password in it",
            "put the key into an environment variable, and name that: key_env = \"ORS_API_KEY\"",
        );
    }
    if rest.contains(['?', '#']) {
        return refuse(
            "the address goes on behind a ? or #",
            "name the server only; a key belongs into an environment variable: key_env = \"ORS_API_KEY\"",
        );
    }
    let odd = |b: u8| b <= b' ' || b >= 127 || b"\"<>\\^`{|}".contains(&b);
    if authority.is_empty() || rest.bytes().any(odd) || !is_authority(authority) {
        return refuse("this is no address of a server", example);
    }
    let here = is_here(url);
    match scheme.as_str() {
        "https" => Some(Host { here }),
        "http" if here || allow_http => Some(Host { here }),
        "http" => refuse(
            "the places of customers and home bases would travel unencrypted",
            "write https://, or allow_http = true where the network is your own",
        ),
        _ => refuse("this is no address of a server", example),
    }
}
