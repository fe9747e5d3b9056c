//! Well-known binary (OGC 06-103r4, clause 8), with altitudes and measures by either of their spellings, which are dropped.

use crate::input::coords::Coords;

/// Bytes that are read from their front.
struct Bytes<'b> {
    rest: &'b [u8],
    little: bool,
}

impl<'b> Bytes<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = (self.rest.split_first_chunk()).ok_or("the geometry is cut off")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn whole(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    fn number(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(match self.little {
            true => f64::from_le_bytes(bytes),
            false => f64::from_be_bytes(bytes),
        })
    }

    /// The type of a geometry, without the marks for altitudes and measures, and how many numbers a position has.
    fn kind(&mut self) -> Result<(u32, usize), String> {
        self.little = match self.take()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("the geometry has the byte order {other}")),
        };
        let said = self.whole()?;
        // PostGIS marks them by bits, ISO by thousands.
        let bits = (said >> 31) + (said >> 30 & 1);
        if said & 0x2000_0000 != 0 {
            self.whole()?;
        }
        let plain = said & 0x1FFF_FFFF;
        let thousands = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("the geometry has the type {said}")),
        };
        Ok((plain % 1000, 2 + bits.max(thousands) as usize))
    }

    fn position(&mut self, width: usize) -> Result<[f64; 2], String> {
        let position = [self.number()?, self.number()?];
        for _ in 2..width {
            self.number()?;
        }
        Ok(position)
    }

    /// A list of positions at `depth`.
    fn positions(&mut self, width: usize, depth: u8, coords: &mut Coords) -> Result<(), String> {
        let count = self.whole()?;
        for _ in 0..count {
            coords.push(self.position(width)?, depth);
        }
        match count {
            0 => coords.push_empty(depth - 1),
            _ => coords.close(depth - 1),
        }
        Ok(())
    }

    /// The rings of a polygon, or the lines of several.
    fn rings(&mut self, width: usize, depth: u8, coords: &mut Coords) -> Result<(), String> {
        for _ in 0..self.whole()? {
            self.positions(width, depth, coords)?;
        }
        coords.close(depth - 2);
        Ok(())
    }
}

/// Reads a geometry into `coords`; its type as GeoJSON calls it.
pub(super) fn read(bytes: &[u8], coords: &mut Coords) -> Result<&'static str, String> {
    let mut bytes = Bytes {
        rest: bytes,
        little: true,
    };
    let (kind, width) = bytes.kind()?;
    match kind {
        1 => {
            let position = bytes.position(width)?;
            // Where there is none, it is not a number.
            if !position.iter().all(|x| x.is_nan()) {
                coords.push(position, 0);
            }
        }
        2 => bytes.positions(width, 1, coords)?,
        3 => bytes.rings(width, 2, coords)?,
        4..=6 => parts(&mut bytes, kind - 3, coords)?,
        _ => {}
    }
    Ok(name(kind))
}

/// The parts of a geometry of several, which are all of one type.
fn parts(bytes: &mut Bytes<'_>, of: u32, coords: &mut Coords) -> Result<(), String> {
    for _ in 0..bytes.whole()? {
        let (kind, width) = bytes.kind()?;
        if kind != of {
            return Err(format!("a {} is part of several {}s", name(kind), name(of)));
        }
        match of {
            1 => coords.push(bytes.position(width)?, 1),
            2 => bytes.positions(width, 2, coords)?,
            _ => bytes.rings(width, 3, coords)?,
        }
    }
    coords.close(0);
    Ok(())
}

/// What a type is called.
fn name(kind: u32) -> &'static str {
    match kind {
        1 => "Point",
        2 => "LineString",
        3 => "Polygon",
        4 => "MultiPoint",
        5 => "MultiLineString",
        6 => "MultiPolygon",
        7 => "GeometryCollection",
        8 | 9 | 11 | 13 => "curve",
        10 | 12 => "CurvePolygon",
        14..=17 => "surface",
        _ => "geometry of no known type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: u32, body: &[u8]) -> Vec<u8> {
        [&[1_u8][..], &kind.to_le_bytes(), body].concat()
    }

    fn numbers(of: &[f64]) -> Vec<u8> {
        of.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn counted(count: u32, body: &[u8]) -> Vec<u8> {
        [&count.to_le_bytes()[..], body].concat()
    }

    #[test]
    fn points_with_and_without_altitude() {
        let place = numbers(&[9.0, 50.0, 3.0, 4.0]);
        for (kind, length) in [
            (1, 16),
            (1001, 24),
            (2001, 24),
            (3001, 32),
            (0x8000_0001, 24),
            (0xC000_0001, 32),
        ] {
            let mut coords = Coords::default();
            assert_eq!(read(&of(kind, &place[..length]), &mut coords), Ok("Point"));
            assert_eq!(coords.point(), Ok([9.0, 50.0]), "{kind}");
        }
        let mut big = vec![0, 0, 0, 0, 1];
        big.extend([9.0_f64, 50.0].iter().flat_map(|x| x.to_be_bytes()));
        let mut coords = Coords::default();
        assert_eq!(read(&big, &mut coords), Ok("Point"));
        assert_eq!(coords.point(), Ok([9.0, 50.0]));
        coords.clear();
        assert_eq!(
            read(&of(1, &numbers(&[f64::NAN; 2])), &mut coords),
            Ok("Point")
        );
        assert!(coords.point().is_err());
    }

    #[test]
    fn one_point_of_several_and_polygons() {
        let mut coords = Coords::default();
        let one = counted(1, &of(1, &numbers(&[9.0, 50.0])));
        assert_eq!(read(&of(4, &one), &mut coords), Ok("MultiPoint"));
        assert_eq!(coords.only_point(), Some([9.0, 50.0]));
        coords.clear();
        let square = numbers(&[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0, 0.0, 0.0]);
        let polygon = counted(1, &counted(5, &square));
        assert_eq!(read(&of(3, &polygon), &mut coords), Ok("Polygon"));
        assert_eq!(coords.place(2), Ok([1.0, 1.0]));
        coords.clear();
        let twice = [of(3, &polygon), of(3, &polygon)].concat();
        assert_eq!(
            read(&of(6, &counted(2, &twice)), &mut coords),
            Ok("MultiPolygon")
        );
        assert_eq!(coords.polygons(3).map(|p| p.0.len()), Ok(2));
    }

    #[test]
    fn what_is_cut_off_or_lies_is_told() {
        let whole = of(4, &counted(u32::MAX, &of(1, &numbers(&[9.0, 50.0]))));
        for end in 0..=whole.len() {
            assert!(
                read(&whole[..end], &mut Coords::default()).is_err(),
                "{end}"
            );
        }
        let odd = of(4, &counted(1, &of(2, &counted(0, &[]))));
        assert!(read(&odd, &mut Coords::default()).is_err_and(|e| e.contains("LineString")));
        assert_eq!(
            read(&of(7, &[]), &mut Coords::default()),
            Ok("GeometryCollection")
        );
        assert_eq!(
            read(&of(999, &[]), &mut Coords::default()),
            Ok("geometry of no known type")
        );
    }
}
