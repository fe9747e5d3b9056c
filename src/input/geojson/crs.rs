//! Coordinates are WGS 84, and a file that says otherwise is refused.

use crate::error::{Problem, codes};

/// Refuses a `crs` member (GeoJSON of 2008) unless it names WGS 84.
pub(crate) fn crs_problem(crs: &serde_json::Value) -> Option<Box<Problem>> {
    if crs.is_null() {
        return None;
    }
    let name = crs
        .pointer("/properties/name")
        .and_then(|name| name.as_str());
    let name = name.map_or_else(|| crs.to_string(), str::to_owned);
    let plain = name.to_ascii_uppercase();
    let wgs84 = ["CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84"];
    if wgs84.iter().any(|known| plain.ends_with(known)) {
        return None;
    }
    let problem = Problem::error(
        codes::CRS_NOT_WGS84,
        format!("the coordinates are in {name}"),
    )
    .field("crs")
    .help("export as WGS 84: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson");
    Some(problem.into())
}
