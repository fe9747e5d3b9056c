//! What coordinates are in. WGS 84 by its many names is read as it is, so are systems that agree with it within two metres, with a note; web
//! Mercator and UTM are converted; any other is refused with the command that converts it.

use crate::base::projection::Projection;
use crate::error::{Problem, codes};
use geojson::{GeoJson, Geometry, GeometryValue, Position};
use serde_json::Value;

/// What coordinates have to go through, and what is to be told of that.
pub(crate) type Read = (Option<Projection>, Option<Problem>);

/// Names of WGS 84 in degrees, folded, and of systems that are taken for it.
const WGS84: &[&str] = &[
    "crs84",
    "crs84h",
    "wgs84",
    "wgs1984",
    "gcswgs1984",
    "epsg4326",
];
const NEAR: &[(&str, &str)] = &[
    ("epsg4258", "ETRS89 (EPSG:4258)"),
    ("etrs89", "ETRS89 (EPSG:4258)"),
    ("epsg4269", "NAD83 (EPSG:4269)"),
    ("nad83", "NAD83 (EPSG:4269)"),
];

/// What a `crs` member (GeoJSON of 2008) says.
///
/// # Errors
/// A system that is not converted.
pub(crate) fn read(crs: &Value) -> Result<Read, Box<Problem>> {
    if crs.is_null() {
        return Ok((None, None));
    }
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    let code = crs.pointer("/properties/code").and_then(Value::as_u64);
    let name = match (name, code) {
        (Some(name), _) => name.to_owned(),
        (None, Some(code)) => format!("EPSG:{code}"),
        (None, None) => crs.as_str().map_or_else(|| crs.to_string(), str::to_owned),
    };
    of_name(&name)
}

/// What the name of a coordinate system says.
///
/// # Errors
/// As [`read`].
pub(crate) fn of_name(name: &str) -> Result<Read, Box<Problem>> {
    let folded: String = folded(name);
    if WGS84.iter().any(|known| folded == *known) {
        return Ok((None, None));
    }
    let note = |what: String, help: &str| {
        Problem::warning(codes::CRS_CONVERTED, what)
            .field("crs")
            .help(help)
    };
    if let Some((_, system)) = NEAR.iter().find(|(known, _)| folded == *known) {
        let what = format!("the coordinates are in {system}, and are read as WGS 84");
        let help = "nothing: the two differ by two metres at most";
        return Ok((None, Some(note(what, help))));
    }
    let code = folded
        .strip_prefix("epsg")
        .and_then(|code| code.parse().ok());
    if let Some(projection) = code.and_then(Projection::of_epsg) {
        let what = format!("the coordinates are in {name}, and were converted to WGS 84");
        let help = "nothing, if the places on the map are right";
        return Ok((Some(projection), Some(note(what, help))));
    }
    Err(refused(name))
}

/// The problem of coordinates that are not converted.
pub(crate) fn refused(name: &str) -> Box<Problem> {
    let problem = Problem::error(
        codes::CRS_NOT_WGS84,
        format!("the coordinates are in {name}"),
    )
    .field("crs")
    .help("export as WGS 84: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson");
    problem.into()
}

/// `epsg4326` of `urn:ogc:def:crs:EPSG:9.9:4326`, `http://www.opengis.net/def/crs/EPSG/0/4326` and `EPSG:4326`; other names in small letters and digits.
fn folded(name: &str) -> String {
    let upper = name.trim().to_ascii_uppercase();
    let last = upper.rsplit([':', '/', '#']).next().unwrap_or_default();
    let digits = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if digits && (upper.contains("EPSG") || upper == last) {
        return format!("epsg{last}");
    }
    let known = upper.starts_with("URN:OGC:DEF:CRS:")
        || upper.contains("OPENGIS.NET/DEF/CRS/")
        || upper.starts_with("OGC:");
    let text = if known { last } else { upper.as_str() };
    let plain = text.chars().filter(char::is_ascii_alphanumeric);
    plain.collect::<String>().to_ascii_lowercase()
}

/// The problem of coordinates that should be metres, and are degrees.
pub(crate) fn degrees_already(of: &str) -> Problem {
    let what = format!("`crs` names a projection in metres, and the coordinates {of} are degrees");
    let help = "if they are WGS 84, take `crs` out of the file; else export it again: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson";
    Problem::error(codes::CRS_NOT_WGS84, what)
        .field("crs")
        .help(help)
}

/// Converts all coordinates of a document by its `crs`, and tells so.
pub(crate) fn convert(document: &mut GeoJson, mut tell: impl FnMut(Problem)) {
    let GeoJson::FeatureCollection(collection) = document else {
        return;
    };
    let crs = collection
        .foreign_members
        .as_ref()
        .and_then(|m| m.get("crs"));
    match crs.map_or(Ok((None, None)), read) {
        Err(problem) => tell(*problem),
        Ok((projection, note)) => {
            note.into_iter().for_each(&mut tell);
            let geometries = collection.features.iter_mut();
            if let Some(projection) = projection {
                let mut largest = 0.0_f64;
                geometries
                    .filter_map(|f| f.geometry.as_mut())
                    .for_each(|g| largest = largest.max(project(g, projection)));
                // Within 180 m of where the projection begins.
                if largest <= 180.0 {
                    tell(degrees_already("of all features"));
                }
            }
        }
    }
}

/// Turns metres into degrees where that can be; the largest of the metres.
fn project(geometry: &mut Geometry, projection: Projection) -> f64 {
    let mut largest = 0.0_f64;
    let mut one = |position: &mut Position| {
        if let [x, y, ..] = *position.as_slice() {
            largest = largest.max(x.abs()).max(y.abs());
            let place = projection.degrees([x, y]);
            if place.iter().all(|x| x.is_finite()) {
                *position = place.to_vec().into();
            }
        }
    };
    match &mut geometry.value {
        GeometryValue::Point { coordinates } => one(coordinates),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            coordinates.iter_mut().for_each(&mut one);
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter_mut().flatten().for_each(&mut one);
        }
        GeometryValue::MultiPolygon { coordinates } => {
            let positions = coordinates.iter_mut().flatten().flatten();
            positions.for_each(&mut one);
        }
        GeometryValue::GeometryCollection { geometries } => {
            let of = |g| project(g, projection);
            largest = geometries.iter_mut().map(of).fold(0.0, f64::max);
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wgs_84_by_all_its_names() {
        for name in [
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:OGC::CRS84",
            "OGC:CRS84",
            "CRS84",
            "urn:ogc:def:crs:EPSG::4326",
            "urn:ogc:def:crs:EPSG:9.8.15:4326",
            "EPSG:4326",
            "epsg:4326",
            "4326",
            "WGS84",
            "WGS 84",
            "WGS_1984",
            "GCS_WGS_1984",
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "https://www.opengis.net/def/crs/EPSG/0/4326",
            "http://www.opengis.net/gml/srs/epsg.xml#4326",
        ] {
            assert_eq!(of_name(name).ok(), Some((None, None)), "{name}");
        }
    }

    #[test]
    fn others_are_converted_noted_or_refused() {
        let (projection, note) = of_name("urn:ogc:def:crs:EPSG::25832").unwrap();
        assert_eq!(projection, Projection::of_epsg(25832));
        assert!(note.unwrap().to_string().contains("converted"));
        let by_code = serde_json::json!({"type": "EPSG", "properties": {"code": 3857}});
        assert_eq!(read(&by_code).unwrap().0, Some(Projection::Web));
        let (projection, note) = of_name("EPSG:4258").unwrap();
        assert_eq!(projection, None);
        assert!(note.unwrap().to_string().contains("ETRS89"));
        for other in [
            "EPSG:31467",
            "urn:ogc:def:crs:EPSG::2154",
            "ESRI:4326",
            "DHDN / 3-degree Gauss-Kruger zone 3",
            "WGS 84 / UTM zone 32N (custom)",
        ] {
            let told = of_name(other).expect_err(other).to_string();
            assert!(told.contains("ogr2ogr -t_srs EPSG:4326"), "{told}");
        }
    }
}
