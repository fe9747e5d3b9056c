use super::*;

static PAIR: Kind = Kind {
    what: "a pair",
    names: &["m", "a"],
    manifest: "m",
    is_ours: |dir| fs::read_to_string(dir.join("m")).is_ok_and(|text| text.starts_with("ours")),
    by_force: true,
};

fn fill(dir: &Path, text: &str) -> Result<(), Error> {
    ["a", "m"].iter().try_for_each(|name| {
        fs::write(dir.join(name), format!("ours {text}")).map_err(io_error(dir))
    })
}

/// What a directory holds, with the directory `out` in it spelled out.
fn holds(dir: &Path) -> Vec<String> {
    let mut all: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|e| match fs::read_to_string(e.path()) {
            Ok(text) => format!("{}: {text}", e.file_name().display()),
            Err(_) => format!(
                "{}: {}",
                e.file_name().display(),
                holds(&e.path()).join(", ")
            ),
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_panic_while_files_are_written_leaves_those_of_before_and_nothing_else() {
    for way in [Way::Beside, Way::Inside] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let claim = || Folder::claim(&out, &PAIR, false).unwrap();
        claim().fill(|dir| fill(dir, "1")).unwrap();
        let before = holds(dir.path());
        assert_eq!(before, ["out: a: ours 1, m: ours 1"]);
        let cut = |dir: &Path| -> Result<(), Error> {
            fs::write(dir.join("a"), "half").unwrap();
            panic!("in the middle of it")
        };
        let folder = claim();
        let run = std::panic::AssertUnwindSafe(|| match way {
            Way::Beside => folder.fill(cut),
            Way::Inside => folder.inside(&cut),
        });
        assert!(std::panic::catch_unwind(run).is_err());
        assert_eq!(holds(dir.path()), before, "{way:?}");
        // An error that is told is no other.
        let folder = claim();
        let full = |dir: &Path| Err(io_error(dir)(io::ErrorKind::StorageFull.into()));
        let told = match way {
            Way::Beside => folder.fill(full),
            Way::Inside => folder.inside(&full),
        };
        assert!(told.is_err());
        assert_eq!(holds(dir.path()), before, "{way:?}");
        let folder = claim();
        match way {
            Way::Beside => folder.fill(|dir| fill(dir, "2")).unwrap(),
            Way::Inside => folder.inside(&|dir: &Path| fill(dir, "2")).unwrap(),
        }
        assert_eq!(holds(dir.path()), ["out: a: ours 2, m: ours 2"], "{way:?}");
    }
}

#[test]
fn a_run_waits_for_the_lock_and_the_last_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    std::thread::scope(|scope| {
        for run in 0..8 {
            let out = &out;
            scope.spawn(move || {
                let folder = Folder::claim(out, &PAIR, false).unwrap();
                folder.fill(|dir| fill(dir, &run.to_string())).unwrap();
                let [a, m] = ["a", "m"].map(|name| fs::read_to_string(out.join(name)));
                assert!(a.is_ok() && m.is_ok());
            });
        }
    });
    let [a, m] = ["a", "m"].map(|name| fs::read_to_string(out.join(name)).unwrap());
    assert_eq!(a, m);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_directory_of_before_is_put_back_for_readers_and_writers() {
    for reader in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let names = Names::beside(&out);
        let old = names.fresh("old");
        fs::create_dir(&old).unwrap();
        fill(&old, "1").unwrap();
        fs::create_dir(names.fresh("new")).unwrap();
        if reader {
            recover(&out, &PAIR).unwrap();
            assert!(holds(dir.path()).contains(&"out: a: ours 1, m: ours 1".to_owned()));
        }
        Folder::claim(&out, &PAIR, false).unwrap();
        assert_eq!(holds(dir.path()), ["out: a: ours 1, m: ours 1"]);
    }
}

#[test]
fn files_that_are_read_are_not_removed() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    Folder::claim(&out, &PAIR, false)
        .unwrap()
        .fill(|dir| fill(dir, "1"))
        .unwrap();
    let folder = Folder::claim(&out, &PAIR, true).unwrap();
    let (a, other) = (out.join("a"), dir.path().join("b"));
    assert!(folder.spares([other.as_path()]).is_ok());
    let told = folder.spares([other.as_path(), a.as_path()]).unwrap_err();
    assert!(told.to_string().contains("is read"), "{told}");
}
