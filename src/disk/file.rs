//! Bytes from disk: what a file is, before anything is parsed.

use super::gis::Gis;
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the content of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// GeoJSON, one document or one per line.
    Json,
    /// Comma, semicolon or tab separated.
    Table,
    /// An Excel workbook.
    #[cfg(feature = "excel")]
    Excel,
    /// Layers of GIS programs.
    Gis(Gis),
}

const FORMATS: &str =
    "use .geojson, .geojsonl, .gpkg, .shp, .fgb, .csv, .xlsx, .xlsb, .ods or .xls";

/// The path that stands for stdin; on the command line and in scenarios it is `-`.
pub const STDIN: &str = "/dev/stdin";

/// A path as a scenario or the command line has it: `-` is stdin.
#[must_use]
pub fn named(base: &Path, path: &Path) -> PathBuf {
    match path.to_str() {
        Some("-") => PathBuf::from(STDIN),
        _ => base.join(path),
    }
}

/// The largest file that is read as a whole, bytes. A million customers in GeoJSON take a quarter of it.
pub const MAX_BYTES: u64 = 2 << 30;

/// The whole file, not empty. It may be a pipe, which can be read once.
///
/// # Errors
/// A [`Problem`] without a file name when there is none, it is a directory or a device, cannot be read, is larger than
/// [`MAX_BYTES`], or is empty.
pub(crate) fn bytes_of(path: &Path) -> Result<Vec<u8>, Box<Problem>> {
    let file = open(path)?;
    let length = std::fs::metadata(path).map_or(0, |m| m.len());
    if length > MAX_BYTES {
        return Err(too_large());
    }
    let bytes = read_whole(file)?;
    not_empty(&bytes)?;
    Ok(bytes)
}

/// The whole file, not empty; nothing but a file. For paths that a saved plan names: nobody writes into a pipe then.
///
/// # Errors
/// As [`bytes_of`], and for pipes.
pub(crate) fn kept_bytes(path: &Path) -> Result<Vec<u8>, Box<Problem>> {
    if is_pipe(path) {
        return Err(no_file("a pipe"));
    }
    bytes_of(path)
}

/// Opens a file or a pipe, whatever its size.
///
/// # Errors
/// A [`Problem`] without a file name.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read + Send>, Box<Problem>> {
    if path == Path::new(STDIN) {
        return Ok(Box::new(std::io::stdin()));
    }
    // Looked at before it is opened: opening a pipe waits for whoever writes into it, and a device may have no end.
    let kind = std::fs::metadata(path).map_err(|e| unreadable(&e))?;
    if kind.is_dir() {
        let problem = Problem::error(codes::IS_DIRECTORY, "this is a directory, not a file");
        return Err(problem.help("name the file in it").into());
    }
    if !kind.is_file() && !is_pipe(path) {
        return Err(no_file("a device"));
    }
    let file = File::open(path).map_err(|e| unreadable(&e))?;
    Ok(Box::new(file))
}

/// What is left of a stream, if that is not more than [`MAX_BYTES`].
///
/// # Errors
/// A [`Problem`] without a file name.
pub fn read_whole(source: impl Read) -> Result<Vec<u8>, Box<Problem>> {
    let mut bytes = Vec::new();
    let read = source.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|e| unreadable(&e))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Whether a path is a pipe (`<(...)` of a shell), or stdin, whatever that is.
pub(crate) fn is_pipe(path: &Path) -> bool {
    if path == Path::new(STDIN) {
        return true;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        std::fs::metadata(path).is_ok_and(|m| m.file_type().is_fifo() || m.file_type().is_socket())
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
    }
}

fn no_file(kind: &str) -> Box<Problem> {
    let problem = Problem::error(codes::NOT_A_FILE, format!("this is {kind}, not a file"));
    problem.help("name a file").into()
}

fn too_large() -> Box<Problem> {
    let what = format!(
        "it has more than {} bytes, the most that is read",
        thousands(MAX_BYTES as usize)
    );
    let help = "leave out columns and properties that nothing needs";
    Problem::error(codes::TOO_LARGE, what).help(help).into()
}

fn unreadable(error: &std::io::Error) -> Box<Problem> {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Problem::error(codes::MISSING_FILE, "the file does not exist")
                .help("check the path; paths in a scenario are relative to the scenario file")
        }
        _ => Problem::error(codes::UNREADABLE_FILE, format!("cannot be read: {error}"))
            .help("check the permissions of the file"),
    }
    .into()
}

/// Refuses a file without content.
///
/// # Errors
/// A [`Problem`] without a file name.
pub(crate) fn not_empty(bytes: &[u8]) -> Result<(), Box<Problem>> {
    let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if content.iter().all(u8::is_ascii_whitespace) {
        let problem = Problem::error(codes::EMPTY_FILE, "the file is empty");
        return Err(problem.help("export it again").into());
    }
    Ok(())
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of what `write` writes.
pub(crate) fn hashed(
    write: impl FnOnce(&mut Hash) -> std::io::Result<()>,
) -> std::io::Result<String> {
    let mut hash = Hash(Sha256::new());
    write(&mut hash)?;
    Ok(hex(&hash.0.finalize()))
}

/// Takes bytes and keeps their hash only.
pub(crate) struct Hash(Sha256);

impl std::io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The text of a file, without a byte order mark.
///
/// # Errors
/// A [`Problem`] that names the first line that is not UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Box<Problem>> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let problem = Problem::error(codes::NOT_UTF8, "the file is UTF-16");
        let help = "save it as UTF-8 (in Excel: \"CSV UTF-8\")";
        return Err(problem.help(help).into());
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let what = format!("line {line} is not UTF-8 (byte 0x{byte:02X})");
        Problem::error(codes::NOT_UTF8, what)
            .help("save the file as UTF-8 (it is probably Latin-1 or Windows-1252)")
            .into()
    })
}

/// The text of a table, in the encodings that spreadsheets write: UTF-8, UTF-16 with its mark, or else Windows-1252; and which it was, if it was not UTF-8.
///
/// # Errors
/// A [`Problem`] where the bytes are neither, or some are UTF-8 and others are not.
pub(crate) fn table_text(
    bytes: &[u8],
) -> Result<(Cow<'_, str>, Option<&'static str>), Box<Problem>> {
    let wide = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = wide {
        let (text, _, broken) = encoding.decode(bytes);
        if broken {
            let problem = Problem::error(codes::NOT_UTF8, "the file begins as UTF-16, and is not");
            return Err(problem.help("save it as UTF-8").into());
        }
        return Ok((text, Some("UTF-16")));
    }
    let problem = match utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), None)),
        Err(problem) => problem,
    };
    // Bytes that Windows-1252 has no letter for, zeros, and letters that are UTF-8 already.
    let undefined = |b: &u8| matches!(b, 0 | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    let mixed = bytes.utf8_chunks().any(|c| !c.valid().is_ascii());
    if mixed || bytes.iter().any(undefined) {
        return Err(problem);
    }
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
    Ok((text, Some("Windows-1252")))
}

/// A workbook, where this build reads them.
#[cfg(feature = "excel")]
fn workbook() -> Result<Format, Box<Problem>> {
    Ok(Format::Excel)
}

#[cfg(not(feature = "excel"))]
fn workbook() -> Result<Format, Box<Problem>> {
    let what = "the file is an Excel workbook, which this build of revier does not read";
    let help = "save it as CSV UTF-8, or build revier with the feature `excel`";
    Err(Problem::error(codes::WRONG_FORMAT, what).help(help).into())
}

/// The name of what is packed in a file.
pub(crate) fn unpacked_name(path: &Path) -> PathBuf {
    match path.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("gz") => path.with_extension(""),
        _ => path.to_owned(),
    }
}

/// What a file is, and its content: unpacked, where it is packed with gzip.
///
/// # Errors
/// As [`format`], and where it cannot be unpacked, or has more than [`MAX_BYTES`] then.
pub(crate) fn content<'b>(
    path: &Path,
    bytes: &'b [u8],
) -> Result<(Format, Cow<'b, [u8]>), Box<Problem>> {
    if !is_gzip(bytes) {
        return Ok((format(path, bytes)?, Cow::Borrowed(bytes)));
    }
    let mut unpacked = Vec::new();
    let stream = flate2::read::MultiGzDecoder::new(bytes);
    let read = stream.take(MAX_BYTES + 1).read_to_end(&mut unpacked);
    read.map_err(|error| {
        let what = format!("the file is compressed (gzip), and is damaged: {error}");
        let problem = Problem::error(codes::COMPRESSED_FILE, what);
        problem.help("pack it again, or unpack it first")
    })?;
    if unpacked.len() as u64 > MAX_BYTES {
        return Err(too_large());
    }
    not_empty(&unpacked)?;
    let format = format(&unpacked_name(path), &unpacked)?;
    Ok((format, Cow::Owned(unpacked)))
}

/// Whether this is packed with gzip.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// What a file is, judged by its content first and its name second.
///
/// # Errors
/// A [`Problem`] for compressed files, databases and anything else that cannot be read.
pub(crate) fn format(path: &Path, bytes: &[u8]) -> Result<Format, Box<Problem>> {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let unnamed = extension.is_empty() && is_pipe(path);
    let workbooks = ["xlsx", "xlsm", "xlsb", "ods", "xls"];
    let excel = unnamed || workbooks.contains(&extension.as_str());
    let compressed = |kind: &str| {
        let what = format!("the file is compressed ({kind})");
        let help = "unpack it first; the name of an Excel workbook must end in .xlsx";
        Box::new(Problem::error(codes::COMPRESSED_FILE, what).help(help))
    };
    let other = |kind: &str, help: &str| {
        let what = format!("the file is {kind}");
        Box::new(Problem::error(codes::WRONG_FORMAT, what).help(help))
    };
    if let Some(gis) = Gis::of(&extension, bytes) {
        return gis.readable().map(Format::Gis);
    }
    match bytes {
        [0x1F, 0x8B, ..] => return Err(compressed("gzip")),
        [b'P', b'K', 3, 4, ..] if excel => return workbook(),
        [b'P', b'K', 3, 4, ..] => return Err(compressed("zip")),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => return Err(compressed("zstd")),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => return Err(compressed("bzip2")),
        [0xFD, b'7', b'z', b'X', b'Z', ..] => return Err(compressed("xz")),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return workbook(),
        _ if bytes.starts_with(b"PAR1") => {
            return Err(other("a Parquet file", "export it as GeoJSON or CSV"));
        }
        _ => {}
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = text.iter().find(|b| !b.is_ascii_whitespace()).copied();
    if matches!(first, Some(b'{' | b'[' | 0x1E)) {
        return Ok(Format::Json);
    }
    match extension.as_str() {
        "csv" | "tsv" | "txt" => Ok(Format::Table),
        _ if unnamed => Ok(Format::Table),
        "geojson" | "json" | "geojsonl" | "geojsons" | "geojsonseq" | "ndjson" => Ok(Format::Json),
        _ if excel => {
            let (kind, help) = in_disguise(text);
            Err(other(
                &format!("named like a workbook, and is {kind}"),
                help,
            ))
        }
        _ => match Gis::named(&extension) {
            Some(name) => Err(other(
                &format!("named like a {name}, and does not begin like one"),
                "it is damaged or cut off: export it again",
            )),
            None => Err(other("of a format that is not known", FORMATS)),
        },
    }
}

/// What a file is that is named like a workbook and is none, and what to do about it.
fn in_disguise(text: &[u8]) -> (&'static str, &'static str) {
    const SAVE: &str = "open it in Excel or LibreOffice, and save it as .xlsx or as CSV UTF-8";
    let head = &text[..text.len().min(4096)];
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let letters: Vec<u8> = head.iter().filter(|b| **b != 0).copied().collect();
    let head = String::from_utf8_lossy(&letters).to_ascii_lowercase();
    let begins = head.trim_start_matches(|c: char| c.is_whitespace() || !c.is_ascii());
    if begins.starts_with('<') {
        return match head.contains("schemas-microsoft-com:office:spreadsheet") {
            true => ("an XML spreadsheet of Excel 2003", SAVE),
            false => ("a web page (HTML), as some programs export tables", SAVE),
        };
    }
    let first = head.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let text = wide
        || letters
            .iter()
            .all(|b| *b >= b' ' || b.is_ascii_whitespace());
    let rename = "rename it to .csv";
    match text {
        true if first.contains('\t') => ("a text with tabs between its cells", rename),
        true if first.contains(';') => ("a text with semicolons between its cells", rename),
        true if first.contains(',') => ("a text with commas between its cells", rename),
        _ => ("none", FORMATS),
    }
}

/// Whether a file begins like this.
pub(crate) fn begins_with(path: &Path, start: &str) -> bool {
    let mut found = vec![0; start.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut found));
    read.is_ok() && found == start.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_like_a_workbook_is_told_apart() {
        let of = |bytes: &[u8]| format(Path::new("a.xls"), bytes).unwrap_err().to_string();
        for (bytes, what, to_do) in [
            (&b"id\tlon\tlat\n1\t2\t3\n"[..], "tabs", "rename it to .csv"),
            (b"\xFF\xFEi\0d\0\t\0x\0", "tabs", "rename it to .csv"),
            (b"id;lon;lat\n", "semicolons", "rename it to .csv"),
            (b"\n <HTML><body><table>", "a web page", "save it as .xlsx"),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                "Excel 2003",
                "save it as .xlsx",
            ),
            (b"\x01\x02\x03", "is none", "use .geojson"),
        ] {
            let told = of(bytes);
            assert!(told.contains(what) && told.contains(to_do), "{told}");
        }
    }

    #[test]
    fn formats_are_told_by_content_and_name() {
        let of = |name: &str, bytes: &[u8]| format(Path::new(name), bytes).map_err(|p| p.code);
        assert_eq!(of("a.csv", b"id,lon"), Ok(Format::Table));
        assert_eq!(of("a.csv", b" {\"type\""), Ok(Format::Json));
        assert_eq!(of("a", b"\x1E{}"), Ok(Format::Json));
        assert_eq!(of("a.GeoJSON", b"NaN"), Ok(Format::Json));
        #[cfg(feature = "excel")]
        assert_eq!(of("a.xlsx", b"PK\x03\x04"), Ok(Format::Excel));
        #[cfg(not(feature = "excel"))]
        assert_eq!(of("a.xlsx", b"PK\x03\x04"), Err(codes::WRONG_FORMAT));
        assert_eq!(of("a.xlsx", b"id"), Err(codes::WRONG_FORMAT));
        assert_eq!(of("a.csv", b"PK\x03\x04"), Err(codes::COMPRESSED_FILE));
        assert_eq!(of("a.csv.gz", b"\x1F\x8B"), Err(codes::COMPRESSED_FILE));
        #[cfg(feature = "gpkg")]
        assert_eq!(
            of("a.gpkg", b"SQLite format 3\0"),
            Ok(Format::Gis(Gis::GeoPackage))
        );
        assert_eq!(of("a.shp", b"x"), Err(codes::WRONG_FORMAT));
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), of_abc);
    }

    #[test]
    fn text_loses_its_mark_and_names_the_bad_line() {
        assert_eq!(utf8(b"\xEF\xBB\xBFx").unwrap(), "x");
        let problem = utf8(b"a\nb\xFC").unwrap_err();
        assert_eq!(problem.what, "line 2 is not UTF-8 (byte 0xFC)");
        assert_eq!(utf8(b"\xFF\xFEx\0").unwrap_err().code, codes::NOT_UTF8);
    }

    #[test]
    fn tables_come_in_the_encodings_of_spreadsheets() {
        let of = |bytes: &[u8]| table_text(bytes).map(|(t, e)| (t.into_owned(), e));
        assert_eq!(of("Köln".as_bytes()).unwrap(), ("Köln".to_owned(), None));
        assert_eq!(
            of(b"K\xF6ln \x80").unwrap(),
            ("Köln €".to_owned(), Some("Windows-1252"))
        );
        assert_eq!(
            of(b"\xFF\xFEK\0\xF6\0").unwrap(),
            ("Kö".to_owned(), Some("UTF-16"))
        );
        assert_eq!(
            of(b"\xFE\xFF\0K\0\xF6").unwrap(),
            ("Kö".to_owned(), Some("UTF-16"))
        );
        // Half of a pair, both encodings in one file, and no text.
        for bad in [
            &b"\xFF\xFE\0\xD8"[..],
            b"K\xC3\xB6ln, K\xF6ln",
            b"a\x81b",
            b"\xF6\0",
        ] {
            assert_eq!(of(bad).unwrap_err().code, codes::NOT_UTF8, "{bad:?}");
        }
    }
}
