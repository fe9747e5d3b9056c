//! The one reader of tables, whatever they hold: text in its encoding, or a workbook.

use super::lines::{Lines, Reading};
use super::table;
use crate::disk::file;
use crate::error::{Problem, codes};

/// Reads a table that is no workbook.
///
/// # Errors
/// When it is in no encoding that is known.
fn text(bytes: &[u8], reading: Reading<'_>, lines: &mut impl Lines) -> Result<(), Box<Problem>> {
    let (text, encoding) = file::table_text(bytes)?;
    if let Some(encoding) = encoding {
        let what = format!("the file is {encoding}, and was read so");
        let problem = Problem::warning(codes::ENCODING_FOUND, what);
        let help = "nothing, if names with umlauts look right; else save it as UTF-8";
        lines.problem(problem.help(help));
    }
    table::read(&text, reading.decimal, lines);
    Ok(())
}

/// Reads a table of this format.
///
/// # Errors
/// When it is none.
pub(crate) fn read_lines(
    format: file::Format,
    bytes: &[u8],
    reading: Reading<'_>,
    lines: &mut impl Lines,
) -> Result<(), Box<Problem>> {
    match format {
        file::Format::Json => {
            let problem =
                Problem::error(codes::WRONG_FORMAT, "this is JSON where a table is needed");
            Err(problem.help("write it as .csv or .xlsx").into())
        }
        file::Format::Table => text(bytes, reading, lines),
        #[cfg(feature = "excel")]
        file::Format::Excel => {
            super::sheet::read(bytes, reading, lines);
            Ok(())
        }
        file::Format::Gis(gis) => Err(gis.no_table()),
    }
}
