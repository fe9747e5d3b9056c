//! A shapefile in a ZIP archive.

use super::feed::damaged;
use crate::disk::beside::{Beside, Companion};
use crate::error::{Problem, codes};
use std::io::{Cursor, Read};
use std::path::PathBuf;

/// What it may unfold to: tables of spaces are packed well.
const FOLD: u64 = 200;
const LEAST: u64 = 16 << 20;
/// Files that it may have.
const MOST: usize = 10_000;

/// The `.shp` of an archive, and what belongs to it.
///
/// # Errors
/// When it is damaged, has none or several, or unfolds to too much.
pub(super) fn open(bytes: &[u8]) -> Result<(Vec<u8>, Beside), Box<Problem>> {
    let broken = |error: zip::result::ZipError| damaged("archive", error);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST {
        return Err(damaged("archive", "it has more than 10,000 files"));
    }
    let names = archive.file_names();
    let names = names.map(|name| Ok(name?.into_owned()));
    let names = names.collect::<zip::result::ZipResult<Vec<String>>>();
    let names = names.map_err(broken)?;
    // What macOS puts beside each file.
    let own = |name: &&String| !name.starts_with("__MACOSX/");
    let of = |kind: &'static str| {
        let ends = move |name: &&String| name.to_ascii_lowercase().ends_with(&format!(".{kind}"));
        names.iter().filter(own).filter(ends)
    };
    let shapes: Vec<&String> = of("shp").collect();
    let [shape] = shapes[..] else {
        let what = match shapes.len() {
            0 => "there is no .shp in the archive".to_owned(),
            n => format!("there are {n} .shp in the archive"),
        };
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        return Err(problem
            .help("pack the files of one shapefile into it")
            .into());
    };
    let stem = &shape[..shape.len() - ".shp".len()];
    let most = FOLD.saturating_mul(bytes.len() as u64);
    let mut left = most.clamp(LEAST, crate::disk::MAX_BYTES);
    let mut unpack = |name: &str| {
        let part = archive.by_name(name).map_err(broken)?;
        let mut out = Vec::new();
        let read = part.take(left + 1).read_to_end(&mut out);
        read.map_err(|error| damaged("archive", error))?;
        left = left.checked_sub(out.len() as u64).ok_or_else(|| {
            let what = "the archive unfolds to more than is read";
            Box::new(Problem::error(codes::TOO_LARGE, what).help("unpack it first"))
        })?;
        Ok::<_, Box<Problem>>(out)
    };
    let shape = unpack(shape)?;
    let mut beside = Vec::new();
    for kind in ["dbf", "prj", "cpg"] {
        let mut same =
            of(kind).filter(|name| name.len() == stem.len() + 4 && name.starts_with(stem));
        if let Some(name) = same.next() {
            beside.push(Companion {
                kind,
                path: PathBuf::from(name),
                bytes: unpack(name)?,
            });
        }
    }
    Ok((shape, Beside(beside)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn one_shapefile_is_taken() {
        let bytes = packed(&[
            ("a/K.shp", b"S"),
            ("a/K.DBF", b"D"),
            ("b.prj", b"other"),
            ("__MACOSX/a/._K.shp", b"x"),
        ]);
        let (shape, beside) = open(&bytes).unwrap();
        assert_eq!(
            (shape.as_slice(), beside.get("dbf"), beside.get("prj")),
            (&b"S"[..], Some(&b"D"[..]), None)
        );
    }

    #[test]
    fn others_are_told() {
        let two = packed(&[("a.shp", b"S"), ("b.shp", b"S")]);
        let bomb = packed(&[("a.shp", &vec![0; 40 << 20])]);
        for (bytes, told) in [
            (packed(&[("a.txt", b"x")]), "no .shp"),
            (two, "2 .shp"),
            (bomb, "unfolds"),
            (b"PK\x03\x04junk".to_vec(), "damaged"),
        ] {
            let said = open(&bytes).err().unwrap().to_string();
            assert!(said.contains(told), "{said}");
        }
    }
}
