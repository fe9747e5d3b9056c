//! Shapefiles of all layers in one archive, `.shp.zip`, as GDAL and QGIS open it and others unpack it.
//!
//! Each layer is a `.shp` with its `.shx`, `.dbf`, `.prj` and `.cpg` (ESRI Shapefile Technical Description, 1998), and a `.qml` beside it: what QGIS draws it
//! like. Rings that bound land run clockwise, holes the other way; coordinates are those of the plan, bit by bit. The table (`dbf`) has ten bytes for a name,
//! ids as texts, and every number as it is.
//!
//! Written here and not by the crate `shapefile`: that is a few dozen lines of bytes, and what it stands on (`dbase`, `time`) rounds numbers to columns
//! of a width that is to be known beforehand.

mod dbf;

use super::layer::{Layer, Shape, Shapes};
use super::style;
use geo::{Coord, LineString};
use std::io::{self, Cursor, Write};
use zip::write::SimpleFileOptions;

/// WGS 84 as ESRI writes it.
const PRJ: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],\
PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

const NULL: i32 = 0;
const POINT: i32 = 1;
const POLYGON: i32 = 5;
/// Bytes of the header of `.shp` and `.shx`.
const HEADER: usize = 100;

/// Writes the archive.
pub(super) fn write(out: &mut impl Write, layers: &[Layer<'_>]) -> io::Result<()> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // The date of the format's beginning: the bytes depend on the plan alone.
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for layer in layers {
        let (shapes, index) = shapes(layer)?;
        let table = dbf::table(layer)?;
        let style = style::qml(layer, style::Ids::Texts);
        let parts: [(&str, &[u8]); 6] = [
            ("shp", &shapes),
            ("shx", &index),
            ("dbf", &table),
            ("prj", PRJ.as_bytes()),
            ("cpg", b"UTF-8"),
            ("qml", style.as_bytes()),
        ];
        for (kind, bytes) in parts {
            archive.start_file(format!("{}.{kind}", layer.name.text()), options)?;
            archive.write_all(bytes)?;
        }
    }
    archive.set_comment(super::made_by())?;
    out.write_all(archive.finish()?.get_ref())
}

/// What is lost of the layers in a table of this kind, in words.
pub(super) fn notes(layers: &[Layer<'_>]) -> Vec<String> {
    layers.iter().flat_map(dbf::notes).collect()
}

/// The geometries of a layer, and where each begins.
fn shapes(layer: &Layer<'_>) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let kind = match layer.shapes {
        Shapes::Points { .. } => POINT,
        Shapes::Areas(_) => POLYGON,
    };
    let (mut shapes, mut index) = (vec![0; HEADER], vec![0; HEADER]);
    for row in 0..layer.rows {
        let content = content(layer.shape(row));
        for value in [words(shapes.len())?, words(content.len())?] {
            index.extend(value.to_be_bytes());
        }
        for value in [row as i32 + 1, words(content.len())?] {
            shapes.extend(value.to_be_bytes());
        }
        shapes.extend(content);
    }
    for file in [&mut shapes, &mut index] {
        let header = header(kind, words(file.len())?, layer.bounds().unwrap_or([0.0; 4]));
        file[..HEADER].copy_from_slice(&header);
    }
    Ok((shapes, index))
}

/// A length in the words of 16 bits that the format counts in.
fn words(bytes: usize) -> io::Result<i32> {
    let too_long =
        |_| io::Error::other("a shapefile holds 4 GB at most; name one layer with --layer");
    i32::try_from(bytes / 2).map_err(too_long)
}

fn header(kind: i32, words: i32, bounds: [f64; 4]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER);
    out.extend(9994_i32.to_be_bytes());
    out.extend([0; 20]);
    out.extend(words.to_be_bytes());
    out.extend(1000_i32.to_le_bytes());
    out.extend(kind.to_le_bytes());
    bounds.iter().for_each(|v| out.extend(v.to_le_bytes()));
    out.extend([0; 32]);
    out
}

fn content(shape: Shape<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let bounds = shape.bounds();
    match (shape, bounds) {
        (Shape::Point(p), _) => {
            out.extend(POINT.to_le_bytes());
            position(p, &mut out);
        }
        (Shape::Area(area), Some(bounds)) => {
            let rings: Vec<(&LineString<f64>, bool)> = (area.iter())
                .flat_map(|polygon| {
                    let holes = polygon.interiors().iter().map(|ring| (ring, false));
                    std::iter::once((polygon.exterior(), true)).chain(holes)
                })
                .collect();
            out.extend(POLYGON.to_le_bytes());
            bounds.iter().for_each(|v| out.extend(v.to_le_bytes()));
            let points: usize = rings.iter().map(|(ring, _)| ring.0.len()).sum();
            out.extend((rings.len() as i32).to_le_bytes());
            out.extend((points as i32).to_le_bytes());
            let mut start: i32 = 0;
            for (ring, _) in &rings {
                out.extend(start.to_le_bytes());
                start += ring.0.len() as i32;
            }
            for (ring, outer) in rings {
                let turned = is_clockwise(ring) != outer;
                let mut write = |p: &Coord<f64>| position(*p, &mut out);
                match turned {
                    true => ring.0.iter().rev().for_each(&mut write),
                    false => ring.0.iter().for_each(&mut write),
                }
            }
        }
        (Shape::Area(_), None) => out.extend(NULL.to_le_bytes()),
    }
    out
}

fn position(p: Coord<f64>, out: &mut Vec<u8>) {
    out.extend(p.x.to_le_bytes());
    out.extend(p.y.to_le_bytes());
}

/// Whether a closed ring runs clockwise, by the sign of its area (the shoelace formula about its first point).
fn is_clockwise(ring: &LineString<f64>) -> bool {
    let Some(o) = ring.0.first() else {
        return true;
    };
    let cross =
        |w: &[Coord<f64>]| (w[0].x - o.x) * (w[1].y - o.y) - (w[1].x - o.x) * (w[0].y - o.y);
    ring.0.windows(2).map(cross).sum::<f64>() < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};

    #[test]
    fn rings_turn_as_the_format_wants_and_keep_their_positions() {
        let area = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0)],
            interiors: [[(x: 2.0, y: 1.0), (x: 3.0, y: 1.5), (x: 3.0, y: 1.0)]]
        );
        let (outer, hole) = (area.exterior().clone(), area.interiors()[0].clone());
        assert!(!is_clockwise(&outer));
        let bytes = content(Shape::Area(&MultiPolygon::new(vec![area])));
        let double = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let whole = |at: usize| i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(
            [whole(0), whole(36), whole(40), whole(44), whole(48)],
            [5, 2, 8, 0, 4]
        );
        let read: Vec<Coord<f64>> = (0..8)
            .map(|i| Coord {
                x: double(52 + 16 * i),
                y: double(60 + 16 * i),
            })
            .collect();
        let (first, second) = read.split_at(4);
        let reversed: Vec<Coord<f64>> = outer.0.iter().rev().copied().collect();
        assert_eq!(first, reversed);
        assert!(is_clockwise(&LineString::new(first.to_vec())));
        assert!(!is_clockwise(&LineString::new(second.to_vec())));
        assert!(hole.0.iter().all(|p| second.contains(p)));
        assert_eq!(content(Shape::Area(&MultiPolygon::new(vec![]))), [0; 4]);
    }
}
