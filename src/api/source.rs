//! Where features come from.

use crate::memory::{Content, Table};
use geo::{Geometry, MultiPolygon, Polygon};
use std::path::PathBuf;
use std::sync::Arc;

/// Features or a table: bytes, columns, shapes in memory, or a file on the disk.
///
/// ```
/// use revier::Source;
///
/// let reps = Source::csv("id,lon,lat\nR1,8.6,50.1\n").named("the reps of spring");
/// let on_disk = Source::file("customers.xlsx");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Source {
    pub(super) label: Option<String>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    File(PathBuf),
    /// The ending of the name it would have as a file, and what that would hold.
    Memory(&'static str, Content),
    Shape(Geometry<f64>),
}

impl Source {
    fn of(kind: Kind) -> Source {
        Source { label: None, kind }
    }

    fn bytes(ending: &'static str, bytes: Vec<u8>) -> Source {
        Source::of(Kind::Memory(ending, Content::Bytes(bytes.into())))
    }

    /// A file in any format that the command line reads. A plan that is saved names it by its place.
    pub fn file(path: impl Into<PathBuf>) -> Source {
        Source::of(Kind::File(path.into()))
    }

    /// GeoJSON: a FeatureCollection, or one feature per line.
    pub fn geojson(text: impl Into<Vec<u8>>) -> Source {
        Source::bytes("geojson", text.into())
    }

    /// A table with a header, separated by commas, semicolons or tabs.
    pub fn csv(text: impl Into<Vec<u8>>) -> Source {
        Source::bytes("csv", text.into())
    }

    /// An Excel workbook (`.xlsx`), whose first sheet is read; needs the feature `excel`.
    pub fn excel(bytes: impl Into<Vec<u8>>) -> Source {
        Source::bytes("xlsx", bytes.into())
    }

    /// A GeoPackage, of which one layer is read; needs the feature `gpkg`.
    pub fn geopackage(bytes: impl Into<Vec<u8>>) -> Source {
        Source::bytes("gpkg", bytes.into())
    }

    /// A FlatGeobuf; needs the feature `fgb`.
    pub fn flatgeobuf(bytes: impl Into<Vec<u8>>) -> Source {
        Source::bytes("fgb", bytes.into())
    }

    /// A ZIP archive with the files of one shapefile; needs the feature `shp`.
    pub fn shapefile(archive: impl Into<Vec<u8>>) -> Source {
        Source::bytes("zip", archive.into())
    }

    /// An extract of OpenStreetMap (`.osm.pbf`); needs the feature `roads`.
    pub fn osm_pbf(bytes: impl Into<Vec<u8>>) -> Source {
        Source::bytes("pbf", bytes.into())
    }

    /// The outline of a boundary: a Polygon or MultiPolygon in degrees, WGS 84.
    pub fn shape(shape: impl Into<Geometry<f64>>) -> Source {
        Source::of(Kind::Shape(shape.into()))
    }

    /// Features as columns.
    pub fn table(table: Table) -> Source {
        Source::of(Kind::Memory("geojson", Content::Table(Arc::new(table))))
    }

    /// With what messages call it; otherwise it is called by what it is for (`customers`).
    pub fn named(mut self, name: impl Into<String>) -> Source {
        self.label = Some(name.into());
        self
    }
}

impl From<Table> for Source {
    fn from(table: Table) -> Source {
        Source::table(table)
    }
}

impl From<Polygon<f64>> for Source {
    fn from(shape: Polygon<f64>) -> Source {
        Source::shape(shape)
    }
}

impl From<MultiPolygon<f64>> for Source {
    fn from(shape: MultiPolygon<f64>) -> Source {
        Source::shape(shape)
    }
}
