//! `[travel]`: where distances come from, and what of them counts.

use super::keys::{KEYS, TRAVEL};
use super::metric::{Direction, Metric, OffRoad};
use super::sections::{AT_LEAST_ONE, DETOUR, POSITIVE, SPEED};
use super::server::{ServerRules, server};
use super::toml_walk::{Bounds, Doc, Section};
use crate::disk::file;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Whoever is farther from a road is not on this map.
const SNAP: Bounds = Bounds {
    ok: |x| (0.0..=100_000.0).contains(&x),
    says: "between 0 and 100000",
    help: "write metres, such as 500",
};
/// How far places may be from a road where nothing is said, m.
const MAX_SNAP_M: f64 = 500.0;

/// How trips follow roads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadRules {
    /// An extract of OpenStreetMap.
    pub file: PathBuf,
    /// Which trips count.
    pub direction: Direction,
    /// How far a place may be from a road, m.
    pub max_snap_m: f64,
    /// What becomes of places farther away.
    pub off_road: OffRoad,
}

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// Kilometres.
    Km,
    /// Minutes.
    Minutes,
}

/// `[travel]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelRules {
    /// Where distances come from.
    pub metric: Metric,
    /// `customer_id,rep_id,km,minutes`.
    pub matrix: Option<PathBuf>,
    /// The roads, where trips follow them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roads: Option<RoadRules>,
    /// What trips do not cross, or only at a cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barriers: Option<PathBuf>,
    /// The routing server, where one is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerRules>,
    /// What is minimised.
    pub cost: Cost,
    /// Weight of a site: a numeric property, or `none` (each site once). Default: the first measure.
    pub weight: String,
    /// Kilometres on the ground per great-circle kilometre, > 0.
    pub detour: f64,
    /// Kilometres per hour where no matrix gives minutes, > 0.
    pub speed_kmh: f64,
    /// No site farther than this from its rep, km.
    pub max_km: Option<f64>,
    /// No site farther than this from its rep, minutes.
    pub max_minutes: Option<f64>,
    /// A visit costs the round trip divided by this, >= 1.
    pub stops_per_tour: f64,
    /// Whether visits x travel hours count into the measure `workload`.
    pub in_workload: bool,
}

impl TravelRules {
    /// Whether each pair has an entry of its own, or none.
    pub(crate) fn by_pair(&self) -> bool {
        self.metric != Metric::GreatCircle || self.barriers.is_some()
    }

    /// Who made the map that trips follow, as its licence (ODbL) wants it told beside what is made of it; `None` where trips follow no roads.
    #[must_use]
    pub fn attribution(&self) -> Option<&'static str> {
        (self.metric == Metric::Road).then_some("© OpenStreetMap contributors")
    }
}

impl Default for TravelRules {
    fn default() -> TravelRules {
        TravelRules {
            metric: Metric::GreatCircle,
            matrix: None,
            roads: None,
            barriers: None,
            server: None,
            cost: Cost::Km,
            weight: "workload".into(),
            detour: 1.0,
            speed_kmh: 60.0,
            max_km: None,
            max_minutes: None,
            stops_per_tour: 1.0,
            in_workload: false,
        }
    }
}

/// `[travel]`; the weight is empty when the file names none.
pub(super) fn travel(doc: &mut Doc, root: Section<'_>, base: &Path) -> TravelRules {
    let default = TravelRules {
        weight: String::new(),
        ..TravelRules::default()
    };
    let Some(s) = doc.table(root, "travel") else {
        return default;
    };
    doc.unknown_keys(s, TRAVEL, KEYS);
    let metrics = [
        Metric::GreatCircle,
        Metric::Matrix,
        Metric::Road,
        Metric::Osrm,
        Metric::Valhalla,
        Metric::Openrouteservice,
    ]
    .map(|metric| (metric.name(), metric));
    let costs = [("km", Cost::Km), ("minutes", Cost::Minutes)];
    let matrix = doc
        .text(s, "matrix")
        .map(|(path, _)| file::named(base, path.as_ref()));
    let metric = doc.word(s, "metric", &metrics);
    let by_server = metric.is_some_and(Metric::by_server);
    let (roads, trips) = roads(doc, s, base, by_server);
    let files = [
        (Metric::Matrix, "matrix", "travel.csv"),
        (Metric::Road, "roads", "germany.osm.pbf"),
    ];
    for (of, key, example) in files {
        if metric == Some(of) && !s.table.contains_key(key) {
            not_named(doc, s, key, example);
        }
    }
    let implied = match (&matrix, &roads) {
        (Some(_), _) => Metric::Matrix,
        (None, Some(_)) => Metric::Road,
        (None, None) => default.metric,
    };
    let metric = metric.unwrap_or(implied);
    if metric != Metric::Road && s.table.contains_key("roads") {
        two_ways(doc, s, "roads", "metric = \"road\"");
    }
    if (metric == Metric::Road || metric.by_server()) && s.table.contains_key("matrix") {
        two_ways(doc, s, "matrix", "metric = \"matrix\"");
    }
    let barriers = barriers(doc, s, base, metric);
    let server = server(doc, s, base, metric, trips);
    TravelRules {
        metric,
        cost: doc.word(s, "cost", &costs).unwrap_or(default.cost),
        weight: doc.text(s, "weight").map(|(w, _)| w).unwrap_or_default(),
        detour: doc.number(s, "detour", &DETOUR).unwrap_or(default.detour),
        speed_kmh: doc
            .number(s, "speed_kmh", &SPEED)
            .unwrap_or(default.speed_kmh),
        max_km: doc.number(s, "max_km", &POSITIVE),
        max_minutes: doc.number(s, "max_minutes", &POSITIVE),
        stops_per_tour: doc
            .number(s, "stops_per_tour", &AT_LEAST_ONE)
            .unwrap_or(default.stops_per_tour),
        in_workload: doc.truth(s, "in_workload").unwrap_or(default.in_workload),
        matrix,
        roads: roads.filter(|_| metric == Metric::Road),
        barriers,
        server,
    }
}

/// Which trips count, and what becomes of places off the road, where the scenario says so.
type Trips = (Option<Direction>, Option<OffRoad>);

/// The keys that say how trips follow roads, and those among them that a server's trips have, too.
fn roads(
    doc: &mut Doc,
    s: Section<'_>,
    base: &Path,
    by_server: bool,
) -> (Option<RoadRules>, Trips) {
    let directions = [
        ("out", Direction::Out),
        ("back", Direction::Back),
        ("round", Direction::Round),
    ];
    let off_road = [
        ("refuse", OffRoad::Refuse),
        ("great-circle", OffRoad::GreatCircle),
    ];
    let file = doc.text(s, "roads");
    let direction = doc.word(s, "direction", &directions);
    let max_snap_m = doc.number(s, "max_snap_m", &SNAP);
    let off_road = doc.word(s, "off_road", &off_road);
    let trips = (direction, off_road);
    let Some((file, _)) = file else {
        for key in ["direction", "max_snap_m", "off_road"] {
            if by_server && key != "max_snap_m" {
                continue;
            }
            if let Some(value) = s.table.get(key) {
                let what = format!("`{key}` is about roads, and no roads are named");
                let problem = Problem::error(codes::NO_EFFECT, what).field(format!("travel.{key}"));
                let problem = problem.help("add roads = \"germany.osm.pbf\", or remove it");
                doc.add(&value.span(), problem);
            }
        }
        return (None, trips);
    };
    let rules = RoadRules {
        file: file::named(base, file.as_ref()),
        direction: direction.unwrap_or_default(),
        max_snap_m: max_snap_m.unwrap_or(MAX_SNAP_M),
        off_road: off_road.unwrap_or_default(),
    };
    (Some(rules), trips)
}

/// The barriers, which trips that somebody else has made know nothing of.
fn barriers(doc: &mut Doc, s: Section<'_>, base: &Path, metric: Metric) -> Option<PathBuf> {
    let (path, _) = doc.text(s, "barriers")?;
    let given = match metric {
        Metric::GreatCircle | Metric::Road => return Some(file::named(base, path.as_ref())),
        Metric::Matrix => "the matrix",
        Metric::Osrm | Metric::Valhalla | Metric::Openrouteservice => "the routing server",
    };
    let what = format!("`barriers` are named, and the trips are given by {given}");
    let problem = Problem::error(codes::NO_EFFECT, what)
        .field("travel.barriers")
        .help("remove it, or write metric = \"great-circle\" or \"road\": their ways go round barriers");
    doc.add(&s.table.get("barriers").map_or(0..0, |v| v.span()), problem);
    None
}

/// That a metric needs a file.
fn not_named(doc: &mut Doc, s: Section<'_>, key: &str, example: &str) {
    let metric = s.table.get("metric");
    let word = metric.and_then(|m| m.get_ref().as_str()).unwrap_or(key);
    let what = match key {
        "matrix" => format!("the metric is {word:?}, and no matrix is named"),
        _ => format!("the metric is {word:?}, and no roads are named"),
    };
    let problem = Problem::error(codes::MISSING_KEY, what)
        .field(format!("travel.{key}"))
        .help(format!("add {key} = \"{example}\" to [travel]"));
    doc.add(&metric.map_or(0..0, |v| v.span()), problem);
}

/// That a file is named which the metric does not use.
fn two_ways(doc: &mut Doc, s: Section<'_>, key: &str, metric: &str) {
    let what = format!("`{key}` is named, and travel comes from elsewhere");
    let problem = Problem::error(codes::NO_EFFECT, what)
        .field(format!("travel.{key}"))
        .help(format!("write {metric}, or remove it"));
    doc.add(&s.table.get(key).map_or(0..0, |v| v.span()), problem);
}
