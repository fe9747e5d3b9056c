//! The coordinate system that a text in WKT names (OGC 01-009, ISO 19162, and what ESRI writes into `.prj`).
//!
//! A code of EPSG has the last word; where there is none, names that ESRI and GDAL write are known. Nothing is taken from parameters.

use crate::base::projection::Projection;
use crate::error::Problem;
use crate::input::geojson::crs::{self, Read};

/// Names of projected systems as ESRI and GDAL write them, folded, with their codes.
const NAMED: &[(&str, u32)] = &[
    ("wgs1984webmercatorauxiliarysphere", 3857),
    ("wgs1984webmercator", 3857),
    ("wgs84pseudomercator", 3857),
    ("popularvisualisationcrsmercator", 3857),
];

/// Names of degrees, folded, as [`crs::of_name`] knows them.
const DEGREES: &[(&str, &str)] = &[
    ("gcswgs1984", "WGS84"),
    ("wgs1984", "WGS84"),
    ("wgs84", "WGS84"),
    ("gcsetrs1989", "ETRS89"),
    ("etrs1989", "ETRS89"),
    ("etrs89", "ETRS89"),
    ("gcsnorthamerican1983", "NAD83"),
    ("nad83", "NAD83"),
];

/// Words that begin a system of degrees, and one of metres.
const GEOGRAPHIC: [&str; 4] = ["GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS"];
const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];

/// What a text says.
///
/// # Errors
/// A system that is not converted, or that is not known.
pub(super) fn read(text: &str) -> Result<Read, Box<Problem>> {
    let text = text.trim();
    let keyword = text.split(['[', '(']).next().unwrap_or_default().trim();
    let keyword = keyword.to_ascii_uppercase();
    let name = quoted(text).unwrap_or_default();
    if let Some(code) = code(text) {
        return crs::of_name(&format!("EPSG:{code}"))
            .map_err(|_| crs::refused(&said(name, Some(code))));
    }
    let folded: String = (name.chars().filter(char::is_ascii_alphanumeric))
        .collect::<String>()
        .to_ascii_lowercase();
    if GEOGRAPHIC.contains(&keyword.as_str())
        && let Some((_, known)) = DEGREES.iter().find(|(n, _)| *n == folded)
        && in_degrees(text)
    {
        return crs::of_name(known);
    }
    if PROJECTED.contains(&keyword.as_str()) && in_metres(text) {
        let named = NAMED.iter().find(|(n, _)| *n == folded).map(|(_, c)| *c);
        if let Some(code) = named.or_else(|| utm(&folded)) {
            return crs::of_name(&format!("EPSG:{code}"));
        }
    }
    Err(crs::refused(&said(name, None)))
}

/// What a text says, in a message.
fn said(name: &str, code: Option<u32>) -> String {
    let name = match name {
        "" => "a system without a name".to_owned(),
        name => format!("{:?}", crate::base::words::shorten(name)),
    };
    match code {
        Some(code) => format!("{name} (EPSG:{code})"),
        None => format!("{name}, which is not known"),
    }
}

/// The code of a zone of UTM by its folded name.
fn utm(folded: &str) -> Option<u32> {
    let (base, zone) = folded.split_once("utmzone")?;
    let (digits, side) = zone.split_at_checked(zone.len().checked_sub(1)?)?;
    let zone: u32 = digits.parse().ok().filter(|z| (1..=60).contains(z))?;
    let code = match (base, side) {
        ("wgs1984" | "wgs84", "n") => 32600 + zone,
        ("wgs1984" | "wgs84", "s") => 32700 + zone,
        ("etrs1989" | "etrs89", "n") => 25800 + zone,
        _ => return None,
    };
    Projection::of_epsg(code).map(|_| code)
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('"')?;
    rest.split_once('"').map(|(name, _)| name)
}

/// The code of EPSG of the whole: `AUTHORITY["EPSG","25832"]` or `ID["EPSG",25832]` right inside of the outermost brackets.
fn code(text: &str) -> Option<u32> {
    let (mut depth, mut in_quotes, mut found) = (0_usize, false, None);
    let mut word = 0;
    for (at, c) in text.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '[' | '(' => {
                let keyword = text[word..at].trim();
                let says = ["AUTHORITY", "ID"]
                    .iter()
                    .any(|k| keyword.eq_ignore_ascii_case(k));
                if depth == 1 && says {
                    found = epsg(&text[at + 1..]).or(found);
                }
                depth += 1;
                word = at + 1;
            }
            ']' | ')' => {
                depth = depth.saturating_sub(1);
                word = at + 1;
            }
            ',' => word = at + 1,
            _ => {}
        }
    }
    found
}

/// `"EPSG","25832"]...`, with or without the second pair of quotes.
fn epsg(inside: &str) -> Option<u32> {
    let end = inside.find([']', ')'])?;
    let (authority, code) = inside[..end].split_once(',')?;
    let plain = |text: &str| text.trim().trim_matches('"').trim().to_owned();
    let code = plain(code.split(',').next()?);
    plain(authority)
        .eq_ignore_ascii_case("EPSG")
        .then(|| code.parse().ok())?
}

/// Whether the only unit is the degree.
fn in_degrees(text: &str) -> bool {
    units(text).all(|unit| unit.to_ascii_lowercase().contains("degree"))
}

/// Whether lengths are in metres.
fn in_metres(text: &str) -> bool {
    let metres = ["metre", "meter"];
    units(text).all(|unit| {
        let unit = unit.to_ascii_lowercase();
        unit.contains("degree") || metres.contains(&unit.as_str()) || unit == "unity"
    })
}

/// The names of all units.
fn units(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split("UNIT[").skip(1);
    pieces.filter_map(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESRI: &str = r#"PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],UNIT["Meter",1.0]]"#;

    #[test]
    fn names_and_codes_of_esri_and_gdal() {
        let web = r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984",UNIT["Degree",0.01745]],UNIT["Meter",1.0]]"#;
        let wkt2 = r#"PROJCRS["WGS 84 / UTM zone 33S",BASEGEOGCRS["WGS 84",ID["EPSG",4326]],LENGTHUNIT["metre",1],ID["EPSG",32733]]"#;
        for (text, code) in [(ESRI, 25832), (web, 3857), (wkt2, 32733)] {
            let (projection, note) = read(text).expect(text);
            assert_eq!(projection, Projection::of_epsg(code), "{text}");
            assert!(note.unwrap().to_string().contains("converted"), "{text}");
        }
        let plain = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
        assert_eq!(read(plain).ok(), Some((None, None)));
        let by_code = r#"GEOGCS["WGS 84",DATUM["WGS_1984",AUTHORITY["EPSG","6326"]],AUTHORITY["EPSG","4326"]]"#;
        assert_eq!(read(by_code).ok(), Some((None, None)));
        let near = r#"GEOGCS["GCS_North_American_1983",UNIT["Degree",0.0174532925199433]]"#;
        assert!(read(near).unwrap().1.unwrap().to_string().contains("NAD83"));
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_it_says() {
        let gauss = ESRI.replace("ETRS_1989_UTM_Zone_32N", "DHDN_3_Degree_Gauss_Zone_3");
        let feet = ESRI.replace("\"Meter\"", "\"Foot_US\"");
        let code = r#"PROJCS["DHDN / 3-degree Gauss-Kruger zone 3",GEOGCS["DHDN",AUTHORITY["EPSG","4314"]],AUTHORITY["EPSG","31467"]]"#;
        let grads = r#"GEOGCS["GCS_WGS_1984",UNIT["Grad",0.0157]]"#;
        for (text, told) in [
            (
                gauss.as_str(),
                "\"DHDN_3_Degree_Gauss_Zone_3\", which is not known",
            ),
            (&feet, "ETRS_1989_UTM_Zone_32N"),
            (code, "EPSG:31467"),
            (grads, "GCS_WGS_1984"),
            ("", "without a name"),
            ("PROJCS[\"a", "without a name"),
            (
                "GEOGCS[\"é\u{2028}\",AUTHORITY[\"EPSG\",",
                "which is not known",
            ),
            ("LOCAL_CS[\"Cartesian\"]", "Cartesian"),
        ] {
            let said = read(text).expect_err(text).to_string();
            assert!(said.contains(told), "{text}: {said}");
        }
        // Of the base only.
        let base = r#"PROJCS["X",GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]],UNIT["metre",1]]"#;
        assert!(read(base).is_err());
    }
}
