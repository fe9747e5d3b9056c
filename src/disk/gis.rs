//! Which files are of GIS programs.

use crate::error::{Problem, codes};

/// A format of GIS programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gis {
    /// A database of layers (OGC 12-128).
    GeoPackage,
    /// The `.shp` of a shapefile, or a ZIP archive with one.
    Shapefile,
    /// One layer, streamed.
    FlatGeobuf,
}

/// How a shapefile begins: 9994, the larger byte first.
pub(super) const SHAPEFILE: &[u8] = &[0, 0, 0x27, 0x0A];
/// How a FlatGeobuf begins, whatever its version.
const FLATGEOBUF: &[u8] = b"fgb";

impl Gis {
    /// What a file is, where a GIS program wrote it; an archive by its name only.
    pub fn of(extension: &str, bytes: &[u8]) -> Option<Gis> {
        if bytes.starts_with(b"SQLite format 3\0") {
            return Some(Gis::GeoPackage);
        }
        let flat = bytes.starts_with(FLATGEOBUF) && bytes.get(4..7) == Some(FLATGEOBUF);
        if flat {
            return Some(Gis::FlatGeobuf);
        }
        let archive = extension == "zip" && bytes.starts_with(b"PK\x03\x04");
        (archive || bytes.starts_with(SHAPEFILE)).then_some(Gis::Shapefile)
    }

    /// What a file is by its name, and would be if it were whole.
    pub fn named(extension: &str) -> Option<&'static str> {
        match extension {
            "gpkg" => Some("GeoPackage"),
            "shp" => Some("shapefile"),
            "fgb" => Some("FlatGeobuf"),
            _ => None,
        }
    }

    /// What it is called, and the feature that reads it.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Gis::GeoPackage => ("a GeoPackage", "gpkg"),
            Gis::Shapefile => ("a shapefile", "shp"),
            Gis::FlatGeobuf => ("a FlatGeobuf", "fgb"),
        }
    }

    /// Refuses what this build does not read.
    pub fn readable(self) -> Result<Gis, Box<Problem>> {
        let reads = match self {
            Gis::GeoPackage => cfg!(feature = "gpkg"),
            Gis::Shapefile => cfg!(feature = "shp"),
            Gis::FlatGeobuf => cfg!(feature = "fgb"),
        };
        if reads {
            return Ok(self);
        }
        let (name, feature) = self.name();
        let what = format!("the file is {name}, which this build of revier does not read");
        let help = format!(
            "build revier with the feature `{feature}`, or export it: ogr2ogr -t_srs EPSG:4326 out.geojson in.{feature}"
        );
        Err(Problem::error(codes::WRONG_FORMAT, what).help(help).into())
    }

    /// That a table is needed where this stands.
    pub fn no_table(self) -> Box<Problem> {
        let (name, _) = self.name();
        let what = format!("this is {name} where a table is needed");
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        problem.help("write it as .csv or .xlsx").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gis_files_are_known_by_how_they_begin() {
        let of = |extension: &str, bytes: &[u8]| Gis::of(extension, bytes);
        assert_eq!(of("gpkg", b"SQLite format 3\0x"), Some(Gis::GeoPackage));
        assert_eq!(of("", b"fgb\x03fgb\0"), Some(Gis::FlatGeobuf));
        assert_eq!(of("shp", b"\0\0\x27\x0A\0"), Some(Gis::Shapefile));
        assert_eq!(of("zip", b"PK\x03\x04"), Some(Gis::Shapefile));
        assert_eq!(of("csv", b"PK\x03\x04"), None);
        assert_eq!(of("fgb", b"fgb\x03"), None);
        assert_eq!(of("shp", b"id,lon,lat\n"), None);
    }
}
