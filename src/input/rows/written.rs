//! A point that a cell of a table has as text: well-known text (OGC 06-103r4, ISO 19125), with the reference system before it as PostGIS writes it (EWKT), and
//! the bytes in hexadecimal digits that PostgreSQL shows of a geometry (EWKB).

/// A point in its reference system: a code of EPSG, where the text has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Written {
    pub at: [f64; 2],
    pub srid: Option<u32>,
}

/// The point of a text; `None`: it is empty. What else it is, is an error in words.
pub(super) fn point(text: &str) -> Result<Option<Written>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() >= 42 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return of_bytes(text).ok_or("these bytes are no point");
    }
    let (srid, shape) = match text.split_once(';') {
        Some((head, shape)) => {
            let code = head.trim().strip_prefix("SRID=").map(str::parse);
            let Some(Ok(code)) = code else {
                return Err(NO_POINT);
            };
            (Some(code), shape.trim())
        }
        None => (None, text),
    };
    let at = of_words(shape)?;
    Ok(at.map(|at| Written { at, srid }))
}

const NO_POINT: &str = "this is no point";
const OTHERS: [&str; 5] = [
    "LINESTRING",
    "POLYGON",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// `POINT (7.957 47.56)`, also of several that are one, and with heights, which are dropped.
fn of_words(shape: &str) -> Result<Option<[f64; 2]>, &'static str> {
    let (head, body) = match shape.split_once('(') {
        Some((head, body)) => (head, Some(body)),
        None => (shape, None),
    };
    let head = head.to_ascii_uppercase();
    let mut words = head.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let kind = kind.trim_end_matches(['Z', 'M']);
    if !["POINT", "MULTIPOINT"].contains(&kind) {
        return Err(match OTHERS.contains(&kind) {
            true => "this is a geometry of another kind",
            false => NO_POINT,
        });
    }
    let flags: Vec<&str> = words.collect();
    match (flags.as_slice(), body) {
        (["EMPTY"] | [_, "EMPTY"], None) => return Ok(None),
        ([] | ["Z" | "M" | "ZM"], Some(_)) => {}
        _ => return Err(NO_POINT),
    }
    let body = body.unwrap_or_default().trim_end();
    let body = body.strip_suffix(')').ok_or(NO_POINT)?.trim();
    let inner = body.strip_prefix('(').and_then(|b| b.strip_suffix(')'));
    let body = match (kind, inner) {
        ("MULTIPOINT", Some(inner)) => inner,
        _ => body,
    };
    if body.contains(',') {
        return Err("this is more than one point, or has decimal commas");
    }
    let numbers: Result<Vec<f64>, _> = body.split_whitespace().map(str::parse).collect();
    match numbers.as_deref() {
        Ok([x, y] | [x, y, _] | [x, y, _, _]) if x.is_finite() && y.is_finite() => {
            Ok(Some([*x, *y]))
        }
        _ => Err(NO_POINT),
    }
}

/// Flags of a type in EWKB.
const HAS_SRID: u32 = 0x2000_0000;
const DIMENSIONS: u32 = 0xC000_0000;

/// A point in EWKB or ISO WKB, in hexadecimal digits. `Some(None)`: an empty one, whose coordinates are no numbers.
fn of_bytes(text: &str) -> Option<Option<Written>> {
    let pair = |i: usize| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len() / 2).map(pair).collect();
    let (order, rest) = bytes.as_deref()?.split_first()?;
    let little = match order {
        0 => false,
        1 => true,
        _ => return None,
    };
    let mut at = 0;
    let mut word = |rest: &[u8]| {
        let four: [u8; 4] = rest.get(at..at + 4)?.try_into().ok()?;
        at += 4;
        Some(if little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    };
    let kind = word(rest)?;
    let srid = if kind & HAS_SRID != 0 {
        Some(word(rest)?)
    } else {
        None
    };
    // Heights and measures: flags in EWKB, thousands in ISO WKB.
    let (plain, flags) = (kind & !HAS_SRID & !DIMENSIONS, kind & DIMENSIONS);
    let more = match plain {
        1 => flags.count_ones(),
        1001 | 2001 if flags == 0 => 1,
        3001 if flags == 0 => 2,
        _ => return None,
    };
    if rest.len() != at + 16 + 8 * more as usize {
        return None;
    }
    let number = |from: usize| {
        let eight: [u8; 8] = rest.get(from..from + 8)?.try_into().ok()?;
        Some(if little {
            f64::from_le_bytes(eight)
        } else {
            f64::from_be_bytes(eight)
        })
    };
    let place = [number(at)?, number(at + 8)?];
    if place.iter().all(|x| x.is_nan()) {
        return Some(None);
    }
    (place.iter().all(|x| x.is_finite())).then_some(Some(Written { at: place, srid }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_as_programs_write_them() {
        let point = |text| point(text).map(|w| w.map(|w| (w.at, w.srid)));
        for text in [
            "POINT (7.957 47.55992)",
            "POINT(7.957 47.55992)",
            " point ( 7.957  47.55992 ) ",
            "POINT Z (7.957 47.55992 312.5)",
            "POINTZ(7.957 47.55992 312.5)",
            "POINT ZM (7.957 47.55992 1 2)",
            "MULTIPOINT ((7.957 47.55992))",
            "MULTIPOINT(7.957 47.55992)",
        ] {
            assert_eq!(point(text), Ok(Some(([7.957, 47.55992], None))), "{text}");
        }
        assert_eq!(
            point("SRID=25832;POINT(413000.5 5268000)"),
            Ok(Some(([413_000.5, 5_268_000.0], Some(25832))))
        );
        // SELECT ST_SetSRID(ST_MakePoint(7.5, 47.25), 4326), and the same without its system, in the order of big-endian machines.
        for (text, srid) in [
            (
                "0101000020E61000000000000000001E400000000000A04740",
                Some(4326),
            ),
            ("01010000000000000000001E400000000000A04740", None),
            ("0000000001401E0000000000004047A00000000000", None),
            (
                "01010000800000000000001E400000000000A047400000000000000040",
                None,
            ),
            (
                "01E90300000000000000001E400000000000A047400000000000000040",
                None,
            ),
        ] {
            assert_eq!(point(text), Ok(Some(([7.5, 47.25], srid))), "{text}");
        }
        for text in [
            "",
            "  ",
            "POINT EMPTY",
            "POINT Z EMPTY",
            "SRID=4326;POINT EMPTY",
        ] {
            assert_eq!(point(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_is_no_point_is_told() {
        for text in [
            "POLYGON((0 0, 1 0, 1 1, 0 0))",
            "POINT (7,957 47,55992)",
            "POINT (7.957)",
            "POINT (a b)",
            "POINT (1 2 3 4 5)",
            "POINT (nan 4)",
            "POINT (inf 4)",
            "POINT 7.957 47.55992",
            "POINT (1 2",
            "MULTIPOINT ((1 2), (3 4))",
            "SRID=;POINT(1 2)",
            "SRID=x;POINT(1 2)",
            "7.957 47.55992",
            "POINT",
            "(1 2)",
            "9101000020E61000000000000000001E400000000000A04740",
            "0102000020E61000000000000000001E400000000000A04740",
            "0101000020E61000000000000000001E400000000000A0",
            "0101000020E61000000000000000001E",
            "0101000020E61000000000000000001E400000000000A04740DEADBEEF",
            "01010000800000000000001E400000000000A04740",
            "01891300000000000000001E400000000000A04740",
            "ÄÖ",
        ] {
            assert!(point(text).is_err(), "{text}");
        }
    }
}
