//! Routing servers: OSRM, Valhalla and openrouteservice are asked for the trips between places, in tables.
//!
//! What is sent: the coordinates, rounded to [`DECIMALS`], the profile, the name and version of this program, and the key where there is
//! one. Pairs are asked in blocks of places near each other (`blocks`), which are halved where a server finds them too large or cannot
//! serve one of their places (`ask`); what fails for the moment is asked again, later and later (`pace`). Answers are kept as they came
//! (`answers`), so that nothing is asked twice.

mod answers;
mod ask;
mod blocks;
mod http;
mod key;
mod openrouteservice;
mod osrm;
mod pace;
mod valhalla;
mod words;

pub use answers::{Answers, Held};
pub use ask::{Found, Question, ask};
pub use key::Key;

use crate::error::{Problem, codes};
use std::time::Duration;

/// Decimals of the degrees that are sent: 0.1 m.
pub const DECIMALS: u32 = 6;
/// Whole units of a degree.
const UNITS: f64 = 1e6;

/// A place: longitude and latitude in millionths of a degree.
pub type Place = [i32; 2];

/// The place as it is sent.
#[must_use]
pub fn place(lon: f64, lat: f64) -> Place {
    [lon, lat].map(|x| (x * UNITS).round() as i32)
}

/// Puts places in an order in which neighbours stand near each other: that of the interleaved bits of both coordinates.
pub fn near_each_other(places: &mut [Place]) {
    let spread = |x: i32| {
        let x = x.cast_unsigned() ^ (1 << 31);
        (0..32).fold(0_u64, |key, bit| key | u64::from(x >> bit & 1) << (2 * bit))
    };
    places.sort_by_cached_key(|[lon, lat]| spread(*lon) | spread(*lat) << 1);
}

/// A degree as it is sent, with no more digits than it has.
#[must_use]
pub fn degrees(x: i32) -> f64 {
    f64::from(x) / UNITS
}

/// Seconds, and metres or km as the server counts; `None` where there is no way.
pub type Trip = Option<[f64; 2]>;

/// What a server understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `/table/v1`.
    Osrm,
    /// `/sources_to_targets`.
    Valhalla,
    /// `/v2/matrix`.
    Openrouteservice,
}

impl Kind {
    /// Its distances in km.
    #[must_use]
    pub fn km(self, distance: f64) -> f64 {
        match self {
            Kind::Osrm => distance / 1000.0,
            Kind::Valhalla | Kind::Openrouteservice => distance,
        }
    }

    /// Most places of a request: those of OSRM stand in its address, of which servers take 8 KB.
    fn max_places(self) -> usize {
        match self {
            Kind::Osrm => 250,
            Kind::Valhalla | Kind::Openrouteservice => usize::MAX,
        }
    }

    /// As messages have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Osrm => "osrm",
            Kind::Valhalla => "valhalla",
            Kind::Openrouteservice => "openrouteservice",
        }
    }

    fn request(self, server: &Server, sources: &[Place], targets: &[Place]) -> http::Request {
        match self {
            Kind::Osrm => osrm::request(server, sources, targets),
            Kind::Valhalla => valhalla::request(server, sources, targets),
            Kind::Openrouteservice => openrouteservice::request(server, sources, targets),
        }
    }

    /// The trips of an answer with status 200, row by row.
    fn trips(self, body: &[u8], size: [usize; 2]) -> Result<Vec<Trip>, Fault> {
        match self {
            Kind::Osrm => osrm::trips(body, size),
            Kind::Valhalla => valhalla::trips(body, size),
            Kind::Openrouteservice => openrouteservice::trips(body, size),
        }
    }

    /// What an answer with an error means.
    fn fault(self, status: u16, body: &[u8]) -> Fault {
        match self {
            Kind::Osrm => osrm::fault(status, body),
            Kind::Valhalla => valhalla::fault(status, body),
            Kind::Openrouteservice => openrouteservice::fault(status, body),
        }
    }
}

/// A server, and how it is asked.
#[derive(Clone, Debug)]
pub struct Server {
    /// What it understands.
    pub kind: Kind,
    /// Where it is, without a slash at the end.
    pub url: String,
    /// What drives.
    pub profile: String,
    /// The value of the header `Authorization`.
    pub key: Option<Key>,
    /// Most requests under way at once.
    pub parallel: usize,
    /// Most requests a minute.
    pub per_minute: Option<f64>,
    /// Most pairs of a request.
    pub max_pairs: usize,
    /// Longest time an answer may take.
    pub timeout: Duration,
    /// How long it is waited before a request is sent for the second time; from there on twice as long each time.
    pub pause: Duration,
}

impl Server {
    /// The pause before a second try.
    pub const PAUSE: Duration = Duration::from_millis(500);
}

/// Why there is no answer to a request.
#[derive(Debug)]
enum Fault {
    /// For the moment: it is sent again, after this time where the server says one.
    Wait {
        what: String,
        after: Option<Duration>,
        most: u32,
    },
    /// It has too many places or pairs.
    TooBig(String),
    /// There is no way for some of its pairs, or for all.
    NoWay,
    /// A place of it is near no road; sources count before targets.
    OffRoad(Option<usize>),
    /// For good.
    Fatal(Box<Problem>),
}

impl Fault {
    /// An answer that is none.
    fn wrong(what: impl Into<String>) -> Fault {
        let help = "check travel.url and travel.metric: is this the server, and of that kind?";
        Fault::Fatal(Box::new(
            Problem::error(codes::WRONG_ANSWER, what)
                .field("travel.url")
                .help(help),
        ))
    }

    /// A request that cannot be made.
    fn failed(what: &str, help: &str) -> Fault {
        let what = format!("the routing server cannot be asked: {what}");
        let problem = Problem::error(codes::NO_ANSWER, what).field("travel.url");
        Fault::Fatal(Box::new(problem.help(help)))
    }

    /// A refusal in the server's words.
    fn refused(status: u16, words: &str) -> Fault {
        let what = match words {
            "" => format!("the server refuses, with status {status}"),
            words => format!("the server refuses, with status {status}: {words}"),
        };
        let help = match status {
            401 | 403 => "check the key: travel.key_env names the environment variable that has it",
            404 => "check travel.url and travel.profile: the server knows no such address",
            _ => {
                "what it says is about the request: check travel.profile, and the limits of the server"
            }
        };
        Fault::Fatal(Box::new(
            Problem::error(codes::NO_ANSWER, what)
                .field("travel.url")
                .help(help),
        ))
    }
}
