//! Looks through a workbook of the old kind (`.xls`, BIFF in a compound file) before its reader takes it apart: that one holds the rectangle around the cells
//! of every sheet.
//!
//! A record is its kind and its length, two bytes each, and as many bytes. Cells begin with their row and column (MS-XLS 2.4: `Blank`, `Number`, `Label`,
//! `BoolErr`, `RK`, `LabelSst`, `Formula`; `MulRk` and `MulBlank` end with their last column), and every sheet with a `BOF`.

use super::{MAX_CELLS, broken, guarded, locked, too_large};
use crate::error::Problem;
use std::io::{Cursor, Read};

const BOF: u16 = 0x0809;
/// Where a sheet begins, and the rectangle that a sheet says it has: its reader makes room for that before it sees a cell.
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const CELLS: [u16; 8] = [
    0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x00D6,
];
const SEVERAL: [u16; 2] = [0x00BD, 0x00BE];

/// Says that the rest is encrypted.
const FILE_PASS: u16 = 0x002F;
const FORMULA: u16 = 0x0006;

/// Refuses a workbook whose sheets have too many cells, empty ones between others included; whether none of its formulas has a result.
pub(super) fn look_through(bytes: &[u8]) -> Result<bool, Box<Problem>> {
    let mut file = guarded(|| cfb::CompoundFile::open(Cursor::new(bytes)))?;
    // A newer workbook with a password is packed into the same kind of file.
    if file.is_stream("/EncryptedPackage") || file.is_stream("/EncryptionInfo") {
        return Err(locked());
    }
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
    if shared_sheets(&records) {
        return Err(broken("two of its sheets are the same part of the file"));
    }
    if each(&records).any(|(kind, _)| kind == FILE_PASS) {
        return Err(locked());
    }
    match area(&records) {
        cells if cells > MAX_CELLS => Err(too_large("cells", MAX_CELLS)),
        _ => Ok(without_results(&records)),
    }
}

/// Whether there are formulas, and the result of each is the empty text: what programs write that cannot calculate (MS-XLS 2.5.133: the first byte is 3, the
/// last two are 0xFF).
fn without_results(records: &[u8]) -> bool {
    let formulas = each(records).filter(|(kind, _)| *kind == FORMULA);
    let mut some = false;
    let all = formulas.map(|(_, body)| body.get(6..14)).all(|result| {
        some = true;
        matches!(result, Some([3, .., 0xFF, 0xFF]))
    });
    some && all
}

/// The records: kind and body.
fn each(records: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = records;
    std::iter::from_fn(move || {
        let [k0, k1, l0, l1, tail @ ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_le_bytes([*l0, *l1]));
        let (body, next) = tail.split_at_checked(length)?;
        rest = next;
        Some((u16::from_le_bytes([*k0, *k1]), body))
    })
}

/// Whether two sheets begin in the same place: each would be read by itself.
fn shared_sheets(records: &[u8]) -> bool {
    let starts = each(records).filter(|(kind, _)| *kind == BOUND_SHEET);
    let mut seen = std::collections::BTreeSet::new();
    starts
        .filter_map(|(_, body)| body.get(..4))
        .any(|start| !seen.insert(start))
}

/// The cells that a sheet says it has: first row, row behind the last, and the same of columns, in two bytes each, or rows in four.
fn declared(body: &[u8]) -> u64 {
    let number = |from: usize, bytes: usize| {
        let part = body.get(from..from + bytes).unwrap_or_default();
        part.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    };
    let wide = if body.len() < 14 { 2 } else { 4 };
    let (top, end) = (number(0, wide), number(wide, wide));
    let (mut left, right) = (number(2 * wide, 2), number(2 * wide + 2, 2));
    if left > 0xFF || right < left {
        left = 0;
    }
    if end == 0 || right == 0 {
        return 1;
    }
    // Ends before beginnings have no size.
    match (end.checked_sub(top), right.checked_sub(left)) {
        (Some(rows), Some(columns)) if rows > 0 && columns > 0 => rows * columns,
        _ => u64::MAX,
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
    let (mut total, mut said) = (0u64, 0u64);
    for (kind, body) in each(records) {
        let length = body.len();
        if kind == DIMENSIONS {
            said = said.saturating_add(declared(body));
        }
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
    (total + size(sheet)).max(said)
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
    fn sheets_that_share_a_part_of_the_file_are_found() {
        let sheet = |at: u16| record(super::BOUND_SHEET, &[at, 0, 0, 0x4101]);
        assert!(!super::shared_sheets(&[sheet(8), sheet(9)].concat()));
        assert!(super::shared_sheets(
            &[sheet(8), sheet(9), sheet(8)].concat()
        ));
    }

    #[test]
    fn formulas_that_nobody_calculated_are_found() {
        let formula = |result: [u16; 4]| {
            let words = [&[1, 2, 0][..], &result, &[0, 0, 0]].concat();
            record(super::FORMULA, &words)
        };
        let empty = formula([3, 0, 0, 0xFFFF]);
        let number = formula([0, 0, 0, 0x4000]);
        assert!(super::without_results(&empty.repeat(2)));
        assert!(!super::without_results(&[empty, number].concat()));
        assert!(!super::without_results(&[]));
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
        // What a sheet says it has counts as well: rows 0 to 9, columns 0 to 4, in both widths.
        let narrow = record(super::DIMENSIONS, &[0, 10, 0, 5, 0]);
        let wide = record(super::DIMENSIONS, &[0, 0, 10, 0, 0, 5, 0]);
        assert_eq!((area(&narrow), area(&wide)), (50, 50));
        let lie = record(super::DIMENSIONS, &[0, 0, 0, 0x1000, 0, 256, 0]);
        assert_eq!(area(&lie), 0x1000_0000 * 256);
        let backwards = record(super::DIMENSIONS, &[9, 0, 2, 0, 0, 5, 0]);
        assert_eq!(area(&backwards), u64::MAX);
        assert_eq!(area(&[]), 0);
    }
}
