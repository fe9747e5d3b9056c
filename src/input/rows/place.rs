//! Where a feature is: in its geometry, or in its columns.

use super::super::scalar::Scalar;
use super::written::{Written, point};
use super::{Base, LAT, LON, Place};
use crate::base::projection::Projection;
use crate::base::words::shorten;
use crate::error::{Problem, Severity, codes};

/// Reference systems whose degrees are those of WGS 84, for whoever plans territories: it itself, ETRS89, and NAD83; 0 is none that is said.
const DEGREES: [u32; 4] = [0, 4326, 4258, 4269];

impl Base {
    /// The place of the current feature; `Err(None)` when there is nothing more to say.
    pub(super) fn place(&self, place: Place<'_>) -> Result<[f64; 2], Option<Box<Problem>>> {
        let bad = |what: String, help: &str| {
            let problem = Problem::error(codes::BAD_COORDINATES, what);
            Some(Box::new(problem.field("geometry").help(help)))
        };
        let place = match place {
            Place::Reported => return Err(None),
            Place::Null => {
                let problem = Problem::error(codes::NULL_GEOMETRY, "there is no geometry")
                    .field("geometry")
                    .help("give the feature a Point, or take it out");
                return Err(Some(problem.into()));
            }
            Place::Columns => return self.place_of_columns(),
            Place::Shape("Point", coords) => coords
                .point()
                .map_err(|what| bad(what, "a Point is [lon, lat], two numbers"))?,
            Place::Shape("MultiPoint", coords) if coords.only_point().is_some() => {
                coords.only_point().unwrap_or_default()
            }
            Place::Shape(kind @ ("Polygon" | "MultiPolygon"), coords) if self.polygons => {
                match self.at {
                    [Some(lon), Some(lat)] => [lon, lat],
                    _ => coords
                        .place(if kind == "Polygon" { 2 } else { 3 })
                        .map_err(|what| bad(what, "mend it (ogr2ogr -wrapdateline cuts it), or give the unit `lon` and `lat`"))?,
                }
            }
            Place::Shape(kind, _) => {
                let help = if self.polygons {
                    "customers are Points (or Polygons: area units)"
                } else {
                    "reps are Points: their home bases"
                };
                let what = format!("a {kind} cannot be used here");
                let problem = Problem::error(codes::WRONG_GEOMETRY, what).field("geometry");
                return Err(Some(problem.help(help).into()));
            }
        };
        on_the_globe(place).map_err(|problem| Some(problem.field("geometry").into()))?;
        Ok(place)
    }

    /// Takes the place of the current feature from a point as text.
    pub(super) fn set_written(&mut self, value: Scalar<'_>) {
        let mut text = String::new();
        if value.text(&mut text).is_err() {
            text = value.describe();
        }
        match point(&text).map_err(|why| no_point(&text, why)) {
            Ok(None) => {}
            Ok(Some(written)) => match degrees(&text, written) {
                Ok([lon, lat]) => self.put_at(lon, lat),
                Err(problem) => self.no_place(*problem),
            },
            // Where a postcode says where it is as well, that will do.
            Err(problem) if self.coded => {
                let problem = Problem {
                    severity: Severity::Warning,
                    ..problem
                };
                self.pend(problem.field("geometry"));
            }
            Err(problem) => self.no_place(problem),
        }
    }

    /// The current feature is at a place that makes no sense; nothing more is said about it.
    fn no_place(&mut self, problem: Problem) {
        self.pend(problem.field("geometry"));
        self.put_at(0.0, 0.0);
    }

    fn place_of_columns(&self) -> Result<[f64; 2], Option<Box<Problem>>> {
        let lacks = self.lacks[usize::from(LON)] || self.lacks[usize::from(LAT)];
        match self.at {
            _ if lacks || self.hopeless => Err(None),
            [Some(lon), Some(lat)] => {
                on_the_globe([lon, lat]).map_err(|problem| {
                    let swapped = lon.abs() <= 180.0;
                    Some(problem.field(if swapped { "lat" } else { "lon" }).into())
                })?;
                Ok([lon, lat])
            }
            [lon, _] => {
                let field = match lon {
                    _ if self.written => "geometry",
                    None => "lon",
                    Some(_) => "lat",
                };
                let problem = Problem::error(codes::MISSING_VALUE, "there is no coordinate")
                    .field(field)
                    .help("fill it in, or take the row out");
                Err(Some(problem.into()))
            }
        }
    }
}

/// That a text is no point.
fn no_point(text: &str, why: &str) -> Problem {
    let what = format!("{:?}: {why}", shorten(text));
    let help = "write points as POINT (lon lat), in degrees";
    Problem::error(codes::BAD_COORDINATES, what).help(help)
}

/// The degrees of a point as text.
fn degrees(text: &str, written: Written) -> Result<[f64; 2], Box<Problem>> {
    let at = written.at;
    let code = match written.srid {
        Some(code) if !DEGREES.contains(&code) => code,
        _ => return Ok(at),
    };
    let Some(projection) = Projection::of_epsg(code) else {
        let what = format!("the point is in EPSG:{code}");
        let help = "write degrees of WGS 84: ST_Transform(geom, 4326)";
        return Err(Problem::error(codes::CRS_NOT_WGS84, what).help(help).into());
    };
    let bad = |why: String, help: &str| {
        let what = format!("{:?}: {why}", shorten(text));
        Err(Problem::error(codes::BAD_COORDINATES, what)
            .help(help)
            .into())
    };
    if at[0].abs() <= 180.0 && at[1].abs() <= 90.0 {
        let why = format!("EPSG:{code} has metres, and these are degrees");
        return bad(why, "say what they are: ST_SetSRID(geom, 4326)");
    }
    let place = projection.degrees(at);
    if place.iter().any(|x| !x.is_finite()) {
        let why = format!("that is nowhere in EPSG:{code}");
        return bad(why, "write degrees of WGS 84: ST_Transform(geom, 4326)");
    }
    Ok(place)
}

/// Refuses what cannot be WGS 84 `[lon, lat]`.
pub(crate) fn on_the_globe([lon, lat]: [f64; 2]) -> Result<(), Box<Problem>> {
    if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
        return Ok(());
    }
    if lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        let what = format!("lat {lat} is outside [-90, 90]: lon and lat look swapped");
        let help = "GeoJSON has [lon, lat], longitude first";
        return Err(Problem::error(codes::COORDINATES_SWAPPED, what)
            .help(help)
            .into());
    }
    let what = format!("[{lon}, {lat}] is outside [-180, 180] x [-90, 90]");
    let help = if lon.abs() > 1000.0 || lat.abs() > 1000.0 {
        "these look like metres of a projection (UTM, Gauss-Krueger): export as WGS 84, EPSG:4326"
    } else {
        "coordinates are WGS 84 degrees, [lon, lat]"
    };
    Err(Problem::error(codes::COORDINATES_OUT_OF_RANGE, what)
        .help(help)
        .into())
}
