//! Looks through a workbook of the old kind (`.xls`, BIFF in a compound file) before its reader takes it apart: that one holds the rectangle around the cells
//! of every sheet.
//!
//! A record is its kind and its length, two bytes each, and as many bytes. Cells begin with their row and column (MS-XLS 2.4: `Blank`, `Number`, `Label`,
//! `BoolErr`, `RK`, `LabelSst`, `Formula`; `MulRk` and `MulBlank` end with their last column), and every sheet with a `BOF`.

use super::{MAX_CELLS, broken, guarded, too_large};
use crate::error::Problem;
use std::io::{Cursor, Read};

const BOF: u16 = 0x0809;
const CELLS: [u16; 8] = [
    0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x00D6,
];
const SEVERAL: [u16; 2] = [0x00BD, 0x00BE];

/// Refuses a workbook whose sheets have too many cells, empty ones between others included.
pub(super) fn look_through(bytes: &[u8]) -> Result<(), Box<Problem>> {
    let mut file = guarded(|| cfb::CompoundFile::open(Cursor::new(bytes)))?;
    let stream = ["/Workbook", "/Book"]
        .into_iter()
        .find(|s| file.is_stream(s));
    let Some(stream) = stream else {
        return Err(broken("there is no workbook in it"));
    };
    let mut records = Vec::new();
    guarded(|| {
        let stream = file.open_stream(stream)?;
        stream.take(bytes.len() as u64).read_to_end(&mut records)
    })?;
    match area(&records) {
        cells if cells > MAX_CELLS => Err(too_large("cells", MAX_CELLS)),
        _ => Ok(()),
    }
}

/// The cells of the rectangles around those of each sheet.
fn area(records: &[u8]) -> u64 {
    let mut sheet: Option<[u64; 4]> = None;
    let size = |sheet: Option<[u64; 4]>| {
        sheet.map_or(0, |[top, left, end, right]| {
            (end - top + 1) * (right - left + 1)
        })
    };
    let (mut total, mut rest) = (0, records);
    while let [k0, k1, l0, l1, tail @ ..] = rest {
        let kind = u16::from_le_bytes([*k0, *k1]);
        let length = usize::from(u16::from_le_bytes([*l0, *l1]));
        let Some((body, next)) = tail.split_at_checked(length) else {
            break;
        };
        rest = next;
        let number = |at: usize| {
            let pair = body.get(at..at + 2)?;
            Some(u64::from(u16::from_le_bytes([pair[0], pair[1]])))
        };
        if kind == BOF {
            total += size(sheet.take());
        }
        let last = match kind {
            _ if CELLS.contains(&kind) => number(2),
            _ if SEVERAL.contains(&kind) && length >= 2 => number(length - 2),
            _ => None,
        };
        if let (Some(row), Some(column), Some(last)) = (number(0), number(2), last) {
            let [top, left, end, right] = sheet.unwrap_or([row, column, row, column]);
            let right = right.max(last).max(column);
            sheet = Some([top.min(row), left.min(column), end.max(row), right]);
        }
    }
    total + size(sheet)
}

#[cfg(test)]
mod tests {
    use super::area;

    /// A record with these words.
    fn record(kind: u16, words: &[u16]) -> Vec<u8> {
        let head = [kind, 2 * words.len() as u16];
        head.iter()
            .chain(words)
            .flat_map(|w| w.to_le_bytes())
            .collect()
    }

    #[test]
    fn the_rectangles_of_all_sheets_count() {
        let far = [
            record(super::BOF, &[0]),
            record(0x0203, &[0, 0, 7, 7, 7, 7, 7]),
            record(0x00FD, &[65_535, 255, 0, 0, 0]),
        ]
        .concat();
        assert_eq!(area(&far), 65_536 * 256);
        assert_eq!(area(&far.repeat(3)), 3 * 65_536 * 256);
        let row = record(0x00BD, &[4, 1, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(area(&row), 2);
        assert_eq!(area(&far[..far.len() - 1]), 1);
        assert_eq!(area(&[]), 0);
    }
}
