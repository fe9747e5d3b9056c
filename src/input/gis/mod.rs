//! Layers of GIS programs into a [`Sink`]: GeoPackage, shapefile, FlatGeobuf. What comes out of them is what the same features would be in GeoJSON; columns
//! are known by their other names, too, as those of tables are: a shapefile has ten letters for each.

#[cfg(feature = "shp")]
mod archive;
#[cfg(feature = "shp")]
mod dbf;
mod document;
#[cfg(any(feature = "gpkg", feature = "shp", feature = "fgb"))]
mod feed;
#[cfg(feature = "fgb")]
mod fgb;
#[cfg(feature = "gpkg")]
mod gpkg;
#[cfg(feature = "gpkg")]
mod layers;
#[cfg(feature = "shp")]
mod rings;
#[cfg(feature = "shp")]
mod shp;
#[cfg(feature = "gpkg")]
mod wkb;
#[cfg(any(feature = "gpkg", feature = "shp", feature = "fgb"))]
mod wkt;

pub(super) use document::document;

use super::rows::Sink;
use crate::disk::beside::Beside;
use crate::disk::gis::Gis;
use crate::error::Problem;
use std::path::Path;

/// Reads the features of a file, with those that stand beside it.
///
/// # Errors
/// When it is damaged, or a layer has to be named; problems of single features go to the sink.
#[allow(
    unused_variables,
    reason = "each is for one format, and its feature may be off"
)]
pub(super) fn read<S: Sink>(
    gis: Gis,
    (path, bytes): (&Path, &[u8]),
    beside: &Beside,
    sink: &mut S,
) -> Result<(), Box<Problem>> {
    match gis.readable()? {
        #[cfg(feature = "gpkg")]
        Gis::GeoPackage => gpkg::read(path, bytes, sink),
        #[cfg(feature = "shp")]
        Gis::Shapefile if bytes.starts_with(b"PK") => {
            let (shape, beside) = archive::open(bytes)?;
            shp::read(&shape, &beside, sink)
        }
        #[cfg(feature = "shp")]
        Gis::Shapefile => shp::read(bytes, beside, sink),
        #[cfg(feature = "fgb")]
        Gis::FlatGeobuf => fgb::read(bytes, sink),
        #[cfg(not(all(feature = "gpkg", feature = "shp", feature = "fgb")))]
        _ => Err(gis.no_table()),
    }
}
