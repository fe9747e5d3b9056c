//! OpenDocument spreadsheets (`.ods`), cell by cell.
//!
//! `content.xml` is unpacked once, within the limits of all workbooks, and read as a stream: a row or a cell that stands for a million of them
//! (`number-rows-repeated`, `number-columns-repeated`) is handed on one by one, and counted; nothing is held of what is empty. Source: OASIS, Open Document Format
//! 1.2, part 1, 9.1 (tables) and 19.385 (values); `calcext:value-type` is LibreOffice's.

use super::{Cell, MAX_CELLS, MAX_UNFOLDED, SHEET, broken, guarded, locked, name, too_large};
use crate::error::Problem;
use crate::input::scalar::is_error_name;
use calamine::DataRef;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::HashSet;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Characters of a cell: those of Excel.
const MOST_TEXT: usize = 32_767;

/// A table: its name, whether it is hidden, and where it begins.
pub(super) struct Sheet {
    pub name: String,
    pub hidden: bool,
    start: usize,
}

/// A spreadsheet.
pub(super) struct Ods {
    content: String,
    pub sheets: Vec<Sheet>,
}

/// The value of an attribute, entities resolved.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Box<Problem>> {
    let Some(found) = guarded(|| element.try_get_attribute(name))? else {
        return Ok(None);
    };
    let value = guarded(|| found.normalized_value(XmlVersion::Implicit1_0))?;
    Ok(Some(value.into_owned()))
}

/// How often a row or a cell stands.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u64, Box<Problem>> {
    match attribute(element, name)? {
        None => Ok(1),
        Some(text) => match text.trim().parse() {
            Ok(count) => Ok(u64::max(count, 1)),
            Err(_) => Err(broken(&format!(
                "{name} is {:?}",
                crate::base::words::shorten(&text)
            ))),
        },
    }
}

impl Ods {
    /// Opens a spreadsheet that has been looked through.
    pub fn open(bytes: &[u8]) -> Result<Ods, Box<Problem>> {
        let mut archive = guarded(|| ZipArchive::new(Cursor::new(bytes)))?;
        if archive.index_for_name("META-INF/manifest.xml").is_some() {
            let manifest = part(&mut archive, "META-INF/manifest.xml")?;
            if manifest.contains("encryption-data") {
                return Err(locked());
            }
        }
        let content = part(&mut archive, "content.xml")?;
        let sheets = tables(&content)?;
        Ok(Ods { content, sheets })
    }

    /// The cells of a table.
    pub fn cells(&self, name: &str) -> Option<Cells<'_>> {
        let sheet = self.sheets.iter().find(|s| s.name == name)?;
        let mut xml = Reader::from_str(&self.content[sheet.start..]);
        xml.config_mut().expand_empty_elements = true;
        Some(Cells {
            xml,
            depth: 0,
            row: 0,
            again: 0,
            column: 0,
            line: Vec::new(),
            at: 0,
            left: 0,
            ended: false,
            total: [0; 2],
        })
    }
}

/// A part of an archive as text.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, Box<Problem>> {
    let part = guarded(|| archive.by_name(name))?;
    let mut text = String::new();
    guarded(|| part.take(MAX_UNFOLDED).read_to_string(&mut text))?;
    Ok(text)
}

/// The tables of a spreadsheet; those within a table are none of their own.
fn tables(content: &str) -> Result<Vec<Sheet>, Box<Problem>> {
    let mut xml = Reader::from_str(content);
    let (mut hidden, mut style) = (HashSet::new(), None);
    let (mut sheets, mut depth, mut open) = (Vec::new(), 0_usize, 0_usize);
    loop {
        let start = xml.buffer_position() as usize;
        let event = guarded(|| xml.read_event())?;
        let inner = matches!(event, Event::Start(_));
        match &event {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "style:style" => style = attribute(element, "style:name")?,
                "style:table-properties"
                    if attribute(element, "table:display")?.as_deref() == Some("false") =>
                {
                    hidden.extend(style.take());
                }
                "table:table" => {
                    if depth == 0 {
                        let styled = attribute(element, "table:style-name")?;
                        sheets.push(Sheet {
                            name: attribute(element, "table:name")?.unwrap_or_default(),
                            hidden: styled.is_some_and(|s| hidden.contains(&s)),
                            start,
                        });
                    }
                    depth += usize::from(inner);
                }
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "table:table" => {
                depth = depth.saturating_sub(1);
            }
            Event::Eof if open > 0 => return Err(broken("it ends before it is complete")),
            Event::Eof => return Ok(sheets),
            _ => {}
        }
        match event {
            Event::Start(_) => open += 1,
            Event::End(_) => open -= 1,
            _ => {}
        }
    }
}

/// The cells of a table, one after the other.
pub(super) struct Cells<'a> {
    xml: Reader<&'a [u8]>,
    depth: usize,
    /// The current row, counted from 0, and how often it is still to be told.
    row: u64,
    again: u64,
    column: u64,
    /// The cells of the current row that are not empty: the first column, how many there are, what is in each.
    line: Vec<(u64, u64, Value)>,
    /// Which of them comes next, and how many of it are told already.
    at: usize,
    left: u64,
    ended: bool,
    /// Cells and bytes of text so far, those that a row or a cell stands for among them.
    total: [u64; 2],
}

/// What is in a cell.
#[derive(Clone, Debug, PartialEq)]
struct Value {
    data: DataRef<'static>,
    /// A formula without a result.
    bare: bool,
    /// The name of an error.
    error: Option<String>,
}

impl<'a> Cells<'a> {
    /// The next cell that is not empty.
    pub fn next(&mut self) -> Result<Option<([u32; 2], Cell<'a>)>, Box<Problem>> {
        loop {
            if let Some((first, count, value)) = self.line.get(self.at) {
                if self.left < *count {
                    let place = [self.row, first + self.left];
                    let value = value.clone();
                    self.left += 1;
                    return placed(place, value).map(Some);
                }
                (self.at, self.left) = (self.at + 1, 0);
                continue;
            }
            (self.at, self.left) = (0, 0);
            if self.again > 1 {
                (self.row, self.again) = (self.row + 1, self.again - 1);
                continue;
            }
            self.row += self.again;
            self.again = 0;
            if !self.read_row()? {
                return Ok(None);
            }
        }
    }

    /// Reads the next row; whether there is one.
    fn read_row(&mut self) -> Result<bool, Box<Problem>> {
        self.line.clear();
        while !self.ended {
            match guarded(|| self.xml.read_event())? {
                Event::Start(element) => match element.name().as_ref() {
                    "table:table" if self.depth == 0 => self.depth = 1,
                    "table:table-row" => {
                        self.again = repeated(&element, "table:number-rows-repeated")?;
                        self.column = 0;
                    }
                    "table:table-cell" | "table:covered-table-cell" => self.cell(&element)?,
                    // Groups and headers hold rows; all else holds none of this table.
                    "table:table-header-rows" | "table:table-row-group" | "table:table-rows" => {}
                    _ => self.skip(&element)?,
                },
                Event::End(element) => match element.name().as_ref() {
                    "table:table-row" if self.line.is_empty() => {
                        self.row = self.row.saturating_add(self.again).min(1 << 32);
                        self.again = 0;
                    }
                    "table:table-row" => {
                        self.count()?;
                        return Ok(true);
                    }
                    "table:table" => self.ended = true,
                    _ => {}
                },
                Event::Eof => return Err(broken("it ends before it is complete")),
                _ => {}
            }
        }
        Ok(false)
    }

    /// Refuses a row that stands for too much, before it is handed on.
    fn count(&mut self) -> Result<(), Box<Problem>> {
        let cells = self.line.iter().map(|(_, count, _)| *count);
        let text = self.line.iter().map(|(_, count, value)| match &value.data {
            DataRef::String(text) => count.saturating_mul(text.len() as u64),
            _ => 0,
        });
        let sums = [cells.sum(), text.fold(0, u64::saturating_add)];
        for (total, sum) in self.total.iter_mut().zip(sums) {
            *total = total.saturating_add(self.again.saturating_mul(sum));
        }
        match self.total {
            [cells, _] if cells > MAX_CELLS => Err(too_large("cells", MAX_CELLS)),
            [_, text] if text > MAX_UNFOLDED => Err(too_large("bytes of text", MAX_UNFOLDED)),
            _ => Ok(()),
        }
    }

    /// What is in an element that has no part in the table.
    fn skip(&mut self, element: &BytesStart<'_>) -> Result<(), Box<Problem>> {
        guarded(|| self.xml.read_to_end(element.name())).map(|_| ())
    }

    /// A cell of the current row.
    fn cell(&mut self, element: &BytesStart<'_>) -> Result<(), Box<Problem>> {
        let count = repeated(element, "table:number-columns-repeated")?;
        let column = self.column;
        let text = self.text()?;
        let value = value_of(element, text)?;
        self.column = column.saturating_add(count);
        if value.data != DataRef::Empty || value.bare || value.error.is_some() {
            if self.column > u64::from(SHEET[1]) {
                return Err(too_large("columns", SHEET[1].into()));
            }
            self.line.push((column, count, value));
        }
        Ok(())
    }

    /// The text of a cell, up to its end: paragraphs on lines of their own, notes and drawings left out.
    fn text(&mut self) -> Result<String, Box<Problem>> {
        let (mut out, mut paragraphs, mut open) = (String::new(), 0, 0_usize);
        let mut length = 0;
        loop {
            let before = out.len();
            match guarded(|| self.xml.read_event())? {
                Event::Start(element) => match element.name().as_ref() {
                    "text:p" | "text:h" => {
                        if paragraphs > 0 {
                            out.push('\n');
                        }
                        (paragraphs, open) = (paragraphs + 1, open + 1);
                    }
                    "text:s" => {
                        let count = repeated(&element, "text:c")?.min(1 + MOST_TEXT as u64);
                        out.extend((0..count).map(|_| ' '));
                        open += 1;
                    }
                    "text:tab" | "text:line-break" => {
                        let tab = element.name().as_ref() == "text:tab";
                        out.push(if tab { '\t' } else { '\n' });
                        open += 1;
                    }
                    other if is_text(other) => open += 1,
                    _ => self.skip(&element)?,
                },
                Event::End(_) if open == 0 => return Ok(out),
                Event::End(_) => open -= 1,
                // White space between elements is none of the text.
                Event::Text(text) if open > 0 => out.push_str(&text.xml10_content()),
                Event::CData(text) if open > 0 => out.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) if open > 0 => match &*entity {
                    "lt" => out.push('<'),
                    "gt" => out.push('>'),
                    "amp" => out.push('&'),
                    "quot" => out.push('"'),
                    "apos" => out.push('\''),
                    _ => out.extend(guarded(|| entity.resolve_char_ref())?),
                },
                Event::Eof => return Err(broken("it ends before it is complete")),
                _ => {}
            }
            length += out[before..].chars().count();
            if length > MOST_TEXT {
                return Err(too_large("characters in a cell", MOST_TEXT as u64));
            }
        }
    }
}

/// Whether the text in an element is part of that around it; drawings, notes and tables have their own.
fn is_text(element: &str) -> bool {
    element.starts_with("text:") && element != "text:note"
}

/// What a cell with these attributes and this text holds.
fn value_of(element: &BytesStart<'_>, text: String) -> Result<Value, Box<Problem>> {
    let said = |name: &str| attribute(element, name);
    let formula = said("table:formula")?.is_some();
    let kind = said("office:value-type")?;
    let error = said("calcext:value-type")?.as_deref() == Some("error")
        || formula && is_error_name(text.trim());
    let data = if let Some(value) = said("office:value")? {
        let number = value.trim().parse::<f64>().ok().filter(|x| x.is_finite());
        let number = number.ok_or_else(|| {
            let value = crate::base::words::shorten(&value);
            broken(&format!("the number of a cell is {value:?}"))
        })?;
        DataRef::Float(number)
    } else if let Some(day) = said("office:date-value")? {
        DataRef::DateTimeIso(day)
    } else if let Some(time) = said("office:time-value")? {
        DataRef::DurationIso(time)
    } else if let Some(truth) = said("office:boolean-value")? {
        DataRef::Bool(truth.eq_ignore_ascii_case("true"))
    } else if let Some(said) = said("office:string-value")? {
        DataRef::String(said)
    } else if text.is_empty() {
        DataRef::Empty
    } else {
        DataRef::String(text.clone())
    };
    Ok(Value {
        bare: formula && kind.is_none() && data == DataRef::Empty,
        error: error.then_some(text),
        data,
    })
}

fn placed<'a>([row, column]: [u64; 2], value: Value) -> Result<([u32; 2], Cell<'a>), Box<Problem>> {
    if row >= u64::from(SHEET[0]) {
        return Err(too_large("rows", SHEET[0].into()));
    }
    let place = [row as u32, column as u32];
    let cell = Cell {
        formula: value.bare.then(|| name(place)),
        error: value.error.map(|error| super::error_in(place, &error)),
        data: value.data,
    };
    Ok((place, cell))
}
