//! Whole files to begin coverage-guided fuzzing from: `FUZZ_CORPUS=DIR cargo test --test mutations -- --ignored corpus` writes a folder
//! for each target of `tests/fuzz`.

use super::entries::{BOOKS, PLAN, Place};
use super::layers;
use super::{books, gzip, ods, packed, parts, xls, xlsb};
use std::fs;
use std::path::{Path, PathBuf};

struct Corpus(PathBuf);

impl Corpus {
    /// A case of a target: bytes that choose, and a file.
    fn add(&self, target: &str, name: &str, choice: &[u8], file: &[u8]) {
        let dir = self.0.join(target);
        fs::create_dir_all(&dir).unwrap();
        let choices: Vec<String> = choice.iter().map(u8::to_string).collect();
        let path = dir.join(format!("{}-{name}", choices.join("-")));
        fs::write(path, [choice, file].concat()).unwrap();
    }
}

#[test]
#[ignore = "writes the files that fuzzing begins with"]
fn corpus() {
    let dir = std::env::var_os("FUZZ_CORPUS").expect("FUZZ_CORPUS names a folder");
    let corpus = Corpus(PathBuf::from(dir));
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let place = Place::new(&data.join("tiny"));
    for name in ["customers", "actuals"] {
        let name = format!("{name}.csv");
        let bytes = place.seed(&name);
        (0..4).for_each(|role| corpus.add("csv", &name, &[role], &bytes));
        corpus.add("leads", &name, &[], &bytes);
        corpus.add("books", &name, &[3, 0], &gzip(&bytes));
    }
    for name in ["customers", "reps"] {
        let name = format!("{name}.geojson");
        let bytes = place.seed(&name);
        (0..4).for_each(|role| corpus.add("geojson", &name, &[role], &bytes));
        corpus.add("leads", &name, &[], &bytes);
    }
    for folder in fs::read_dir(&data).unwrap().flatten() {
        let Ok(files) = fs::read_dir(folder.path()) else {
            continue;
        };
        for file in files.flatten() {
            if file.path().extension().is_some_and(|e| e == "toml") {
                let name = file.file_name().into_string().unwrap();
                let name = format!("{}-{name}", folder.file_name().display());
                corpus.add("scenario", &name, &[], &fs::read(file.path()).unwrap());
            }
        }
    }
    for (i, name) in PLAN.iter().enumerate() {
        let bytes = place.seed(&format!("plan/{name}"));
        (0..5).for_each(|reader| corpus.add("plan", name, &[i as u8, reader], &bytes));
    }
    let whole = [
        packed(&ods()),
        packed(&xlsb()),
        books::compound("/Workbook", &xls()),
    ];
    for (kind, bytes) in whole.iter().enumerate() {
        (0..3).for_each(|role| corpus.add("books", BOOKS[kind], &[kind as u8, role], bytes));
    }
    (0..3).for_each(|role| corpus.add("xlsx", "book", &[role], &packed(&parts())));
    for (i, (choice, bytes)) in layers::whole().into_iter().enumerate() {
        corpus.add("layers", &i.to_string(), &choice, &bytes);
    }
    corpus.add("roads", "grid", &[0], &super::roads().bytes());
    assert_eq!(fs::read_dir(&corpus.0).unwrap().count(), 9);
}
