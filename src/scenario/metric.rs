//! Where distances come from, which trips count, and what becomes of places off the road.

use serde::{Deserialize, Serialize};

/// Where distances come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Great circle on the sphere of radius 6371.0088 km.
    GreatCircle,
    /// The table named by `travel.matrix`.
    Matrix,
    /// Ways by car on the roads of `travel.roads`.
    Road,
    /// What an OSRM server answers, by its table.
    Osrm,
    /// What a Valhalla server answers, by its table.
    Valhalla,
    /// What an openrouteservice server answers, by its table.
    Openrouteservice,
}

impl Metric {
    /// The word of the scenario.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Metric::GreatCircle => "great-circle",
            Metric::Matrix => "matrix",
            Metric::Road => "road",
            Metric::Osrm => "osrm",
            Metric::Valhalla => "valhalla",
            Metric::Openrouteservice => "openrouteservice",
        }
    }

    /// Whether a routing server is asked.
    pub(crate) fn by_server(self) -> bool {
        matches!(
            self,
            Metric::Osrm | Metric::Valhalla | Metric::Openrouteservice
        )
    }

    /// What a server calls a car.
    pub(super) fn profile(self) -> &'static str {
        match self {
            Metric::Valhalla => "auto",
            Metric::Openrouteservice => "driving-car",
            _ => "driving",
        }
    }

    /// Pairs that a server takes in one request unless its owner raised or lowered that: OSRM `max-table-size` 100, squared; Valhalla
    /// `max_matrix_location_pairs`; openrouteservice `maximum_routes` (3,500 of the public one).
    pub(super) fn max_pairs(self) -> u32 {
        match self {
            Metric::Osrm => 10_000,
            _ => 2500,
        }
    }
}

/// Which trips count, of a home base and a customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From home to the customer.
    #[default]
    Out,
    /// From the customer home.
    Back,
    /// The mean of both.
    Round,
}

/// What becomes of customers and home bases that are far from any road.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OffRoad {
    /// They are an error.
    #[default]
    Refuse,
    /// Their trips follow great circles.
    GreatCircle,
}
