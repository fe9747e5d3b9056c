//! Well-known binary (OGC Simple Features 06-103r4, section 8), little-endian.

use super::layer::Shape;
use geo::{Coord, LineString};

const POINT: u32 = 1;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// Appends a geometry.
pub(super) fn write(out: &mut Vec<u8>, shape: Shape<'_>) {
    match shape {
        Shape::Point(p) => {
            head(out, POINT);
            position(out, p);
        }
        Shape::Area(area) => {
            head(out, MULTI_POLYGON);
            count(out, area.0.len());
            for polygon in area {
                head(out, POLYGON);
                count(out, 1 + polygon.interiors().len());
                ring(out, polygon.exterior());
                polygon.interiors().iter().for_each(|hole| ring(out, hole));
            }
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn ring(out: &mut Vec<u8>, line: &LineString<f64>) {
    count(out, line.0.len());
    line.0.iter().for_each(|p| position(out, *p));
}

fn position(out: &mut Vec<u8>, p: Coord<f64>) {
    out.extend(p.x.to_le_bytes());
    out.extend(p.y.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};

    #[test]
    fn bytes_of_a_point() {
        let mut out = Vec::new();
        write(&mut out, Shape::Point(Coord { x: 1.0, y: -2.0 }));
        let expected = [
            1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0,
        ];
        assert_eq!(out, expected);
    }

    #[test]
    fn an_area_counts_its_parts_and_rings() {
        let with_hole = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 0.0, y: 9.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 1.0, y: 2.0), (x: 2.0, y: 1.0)]],
        );
        let area = MultiPolygon::new(vec![with_hole]);
        let mut out = Vec::new();
        write(&mut out, Shape::Area(&area));
        // Heads and counts of the collection, the polygon and its two rings; four positions each.
        assert_eq!(out.len(), (5 + 4) + (5 + 4) + 2 * (4 + 4 * 16));
        assert_eq!(out[..9], [1, 6, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(out[9..22], [1, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]);
    }
}
