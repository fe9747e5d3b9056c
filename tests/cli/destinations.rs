//! Where output goes: what is replaced and what is not, links, places that cannot be written, and runs that were cut off.

use super::{Bench, data, revier, said};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a test expects of a run.
fn run(args: &[&str]) -> (i32, String) {
    let (code, _, err) = said(&revier(args));
    (code, err)
}

/// A plan of the tiny example with targets in `out`, leads and results.
fn with_plan() -> Bench {
    let bench = Bench::default();
    let out = bench.arg("out");
    let (code, err) = run(&["solve", &data("tiny/targets.toml"), "--out", &out]);
    assert_eq!(code, 0, "{err}");
    bench.write("leads.csv", "id,lon,lat\nL1,10.2,50.2\nL2,10.4,50.4\n");
    bench
}

/// Names in a directory that runs leave while they write.
pub fn left(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains("revier-") {
            found.push(name);
        } else if entry.file_type().unwrap().is_dir() {
            found.extend(left(&entry.path()));
        }
    }
    found
}

#[test]
fn a_directory_with_the_names_of_a_plan_is_no_plan() {
    let bench = Bench::default();
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    fs::create_dir(bench.path("out")).unwrap();
    bench.write("out/assignments.csv", "mine");
    bench.write("out/report.json", "{\"title\": \"revier 1\"}");
    let args = ["solve", &scenario, "--out", &out];
    let (code, err) = run(&args);
    assert_eq!((code, err.contains("--force")), (2, true), "{err}");
    assert_eq!(bench.read("out/assignments.csv"), "mine");
    let (code, err) = run(&[&args[..], &["--force"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(bench.check().0, 0);
    // Force is for names of a plan alone.
    bench.write("out/diary.txt", "mine");
    let (code, err) = run(&[&args[..], &["--force"]].concat());
    assert_eq!((code, err.contains("diary.txt")), (2, true), "{err}");
    assert_eq!(bench.read("out/diary.txt"), "mine");
}

#[test]
fn inputs_are_not_removed_with_the_plan_that_they_stand_in() {
    let bench = Bench::default();
    fs::create_dir(bench.path("in")).unwrap();
    fs::rename(
        bench.path("customers.csv"),
        bench.path("in/assignments.csv"),
    )
    .unwrap();
    let text = bench.read("scenario.toml");
    bench.write(
        "scenario.toml",
        &text.replace("customers.csv", "in/assignments.csv"),
    );
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("in"));
    let before = bench.read("in/assignments.csv");
    for (more, words) in [(&[][..], "--force"), (&["--force"], "is read")] {
        let args = [&["solve", &scenario, "--out", &out], more].concat();
        let (code, err) = run(&args);
        assert_eq!((code, err.contains(words)), (2, true), "{err}");
        assert_eq!(bench.read("in/assignments.csv"), before);
    }
    // Nor is a plan that is read as customers.
    let bench = Bench::default();
    bench.solve();
    let args = [
        "solve",
        "--customers",
        &bench.arg("out/assignments.geojson"),
        "--reps",
        &bench.arg("reps.csv"),
        "--out",
        &bench.arg("out"),
    ];
    let (code, err) = run(&args);
    assert_eq!((code, err.contains("is read")), (2, true), "{err}");
    assert_eq!(bench.check().0, 0);
}

#[test]
fn files_of_others_stay_unless_forced() {
    let bench = with_plan();
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let results = data("tiny/actuals.csv");
    for (name, args) in [
        ("index.html", vec!["track", &out, &results]),
        ("index.json", vec!["track", &out, &results]),
        ("a.csv", vec!["assign", &out, &leads]),
        ("a.geojson", vec!["assign", &out, &leads]),
        ("a.kml", vec!["export", &out, "--to", "kml"]),
    ] {
        let file = bench.arg(name);
        let text = "<!doctype html>\nrevier is nice, says revier 2";
        bench.write(name, text);
        let args = [&args[..], &["--out", &file]].concat();
        let (code, err) = run(&args);
        if name == "a.kml" {
            // The word alone makes no export of ours, either.
            assert_eq!(code, 2, "{err}");
        }
        assert_eq!((code, err.contains("--force")), (2, true), "{name}: {err}");
        assert_eq!(bench.read(name), text);
        let forced = [&args[..], &["--force"]].concat();
        assert_eq!(run(&forced).0, 0, "{name}");
        assert_ne!(bench.read(name), text);
        // Now it is ours, and so it is when it is empty.
        assert_eq!(run(&args).0, 0, "{name}");
        bench.write(name, "");
        assert_eq!(run(&args).0, 0, "{name}");
        fs::remove_file(bench.path(name)).unwrap();
        let _ = fs::remove_file(bench.path("index.json"));
    }
    // What is read is not written over, not even by force.
    let before = bench.read("leads.csv");
    let (code, err) = run(&["assign", &out, &leads, "--out", &leads, "--force"]);
    assert_eq!((code, err.contains("is read")), (2, true), "{err}");
    assert_eq!(bench.read("leads.csv"), before);
    assert_eq!(left(bench.dir.path()), Vec::<String>::new());
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    fn is_link(path: &Path) -> bool {
        fs::symlink_metadata(path).unwrap().is_symlink()
    }

    #[test]
    fn are_followed_to_plans() {
        let bench = Bench::default();
        fs::create_dir(bench.path("disk")).unwrap();
        symlink("disk/plan", bench.path("out")).unwrap();
        // Nothing stands at the end of the link yet, then a plan does.
        for _ in 0..2 {
            bench.solve();
            assert!(is_link(&bench.path("out")) && bench.path("disk/plan/report.json").is_file());
            assert_eq!(bench.check().0, 0);
        }
        assert_eq!(left(bench.dir.path()), Vec::<String>::new());
        // What is there is judged at the end of the link, and a link among the files is no file of a plan.
        fs::create_dir(bench.path("mine")).unwrap();
        bench.write("mine/notes.txt", "mine");
        symlink("mine", bench.path("to_mine")).unwrap();
        let scenario = bench.arg("scenario.toml");
        let (code, err) = run(&["solve", &scenario, "--out", &bench.arg("to_mine")]);
        assert_eq!((code, err.contains("notes.txt")), (2, true), "{err}");
        symlink(
            "../../mine/notes.txt",
            bench.path("disk/plan/report.html.2"),
        )
        .unwrap();
        fs::remove_file(bench.path("disk/plan/report.html")).unwrap();
        symlink("../../mine/notes.txt", bench.path("disk/plan/report.html")).unwrap();
        let (code, err) = run(&["solve", &scenario, "--out", &bench.arg("out"), "--force"]);
        assert_eq!((code, err.contains("report.html")), (2, true), "{err}");
        assert_eq!(bench.read("mine/notes.txt"), "mine");
    }

    #[test]
    fn are_followed_to_files() {
        let bench = with_plan();
        let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
        let results = data("tiny/actuals.csv");
        fs::create_dir(bench.path("disk")).unwrap();
        for (name, args) in [
            ("t.html", vec!["track", &out, &results]),
            ("a.csv", vec!["assign", &out, &leads]),
            ("a.svg", vec!["export", &out, "--to", "svg"]),
        ] {
            let (link, end) = (bench.path(name), bench.path("disk").join(name));
            symlink(Path::new("disk").join(name), &link).unwrap();
            let link_name = bench.arg(name);
            let args = [&args[..], &["--out", &link_name]].concat();
            for _ in 0..2 {
                let (code, err) = run(&args);
                assert_eq!(code, 0, "{name}: {err}");
                assert!(is_link(&link) && end.is_file() && !is_link(&end), "{name}");
            }
            fs::write(&end, "mine").unwrap();
            assert_eq!(run(&args).0, 2, "{name}");
            assert_eq!(fs::read_to_string(&end).unwrap(), "mine");
            // A link into the plan leads among its files.
            fs::remove_file(&link).unwrap();
            symlink(Path::new("out").join(name), &link).unwrap();
            let (code, err) = run(&args);
            assert_eq!(
                (code, err.contains("would lie")),
                (2, true),
                "{name}: {err}"
            );
        }
        symlink("disk/new", bench.path("new")).unwrap();
        assert_eq!(run(&["new", &bench.arg("new")]).0, 0);
        assert!(is_link(&bench.path("new")) && bench.path("disk/new/reps.csv").is_file());
        assert_eq!(left(bench.dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_plan_keeps_the_permissions_of_the_one_before() {
        use std::os::unix::fs::PermissionsExt;
        let bench = Bench::default();
        bench.solve();
        let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode();
        let wanted = fs::Permissions::from_mode(0o2770);
        fs::set_permissions(bench.path("out"), wanted).unwrap();
        let before = mode("out");
        bench.solve();
        assert_eq!(mode("out"), before);
    }
}

/// `/sys` takes no files, not even those of the administrator.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_told_before_the_work() {
    let bench = with_plan();
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let results = data("tiny/actuals.csv");
    for args in [
        // The scenario would be the next problem.
        vec!["solve", "no-such.toml", "--out", "/sys/plan"],
        vec!["solve", "no-such.toml", "--out", "/sys/a/b/plan"],
        vec!["assign", &out, &leads, "--out", "/sys/a.csv"],
        vec!["track", &out, &results, "--out", "/sys/a.html"],
        vec!["export", &out, "--to", "kml", "--out", "/sys/a.kml"],
        vec!["new", "/sys/plan"],
    ] {
        let (code, err) = run(&args);
        assert_eq!(code, 2, "{args:?}: {err}");
        for words in ["cannot be written in /sys", "name another"] {
            assert!(err.contains(words), "{args:?}: {err}");
        }
        assert!(!err.contains("os error"), "{err}");
    }
    let below = bench.arg("leads.csv/plan");
    let (code, err) = run(&["solve", "no-such.toml", "--out", &below]);
    assert_eq!(
        (code, err.contains("part of the path is a file")),
        (2, true),
        "{err}"
    );
}

/// The working directory cannot be moved without taking it away from under the shell: files are replaced one by one.
#[test]
fn the_working_directory_is_written_in_place() {
    let bench = Bench::default();
    let here = |args: &[&str], dir: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
        said(
            &command
                .args(args)
                .current_dir(bench.path(dir))
                .output()
                .unwrap(),
        )
    };
    fs::create_dir(bench.path("start")).unwrap();
    let (code, _, err) = here(&["new", "."], "start");
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = here(&["new", "."], "start");
    assert_eq!((code, err.contains("is not empty")), (2, true), "{err}");
    fs::create_dir(bench.path("out")).unwrap();
    let same = |path: &Path| {
        let meta = fs::metadata(path).unwrap();
        #[cfg(unix)]
        return std::os::unix::fs::MetadataExt::ino(&meta);
        #[cfg(not(unix))]
        meta.created().unwrap()
    };
    let before = same(&bench.path("out"));
    for seed in ["1", "2"] {
        let (code, _, err) = here(
            &["solve", "../scenario.toml", "--out", ".", "--seed", seed],
            "out",
        );
        assert_eq!(code, 0, "{err}");
        assert_eq!(bench.check().0, 0);
        assert!(
            bench
                .read("out/report.json")
                .contains(&format!("\"seed\": {seed},"))
        );
    }
    assert!(before == same(&bench.path("out")));
    assert_eq!(left(bench.dir.path()), Vec::<String>::new());
    // A file of a plan that is no more is removed.
    let files = fs::read_dir(bench.path("out")).unwrap().count();
    // The owners of today are known, units are not.
    assert_eq!(files, revier::saved::FILES.len() + 1);
}

/// As a kill between two renames leaves a plan where names cannot be exchanged.
#[test]
fn what_was_moved_aside_is_put_back_by_whoever_reads() {
    let bench = with_plan();
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let results = data("tiny/actuals.csv");
    let svg = bench.arg("a.svg");
    for args in [
        vec!["check", &out],
        vec!["compare", &out, &out],
        vec!["assign", &out, &leads],
        vec!["track", &out, &results, "--out", "-"],
        vec!["export", &out, "--to", "svg", "--out", &svg],
    ] {
        let old = bench.path(".out.revier-0123456789abcdef.old");
        let new = bench.path(".out.revier-fedcba9876543210.new");
        fs::rename(bench.path("out"), &old).unwrap();
        fs::create_dir(&new).unwrap();
        bench.write(".out.revier-lock", "");
        let (code, err) = run(&args);
        assert_eq!(code, 0, "{args:?}: {err}");
        assert!(
            bench.path("out/report.json").is_file() && !old.exists(),
            "{args:?}"
        );
    }
    bench.solve();
    assert_eq!(bench.check().0, 0);
    assert_eq!(left(bench.dir.path()), Vec::<String>::new());
}

/// As a kill leaves a directory whose files are replaced one by one.
#[test]
fn what_was_half_replaced_is_put_back() {
    let bench = Bench::default();
    bench.solve();
    let kept = bench.path("out/.revier-0123456789abcdef.old");
    fs::create_dir(&kept).unwrap();
    for name in revier::saved::FILES.into_iter().chain(["changes.csv"]) {
        fs::copy(bench.path("out").join(name), kept.join(name)).unwrap();
    }
    let before = bench.read("out/assignments.csv");
    bench.write("out/assignments.csv", "of another plan");
    fs::remove_file(bench.path("out/report.html")).unwrap();
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    assert_eq!(bench.read("out/assignments.csv"), before);
    assert_eq!(left(bench.dir.path()), Vec::<String>::new());
}

#[test]
fn two_runs_to_one_place_leave_one_whole_plan() {
    let bench = Bench::default();
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    for round in 0..3 {
        let start = |seed: &str| {
            Command::new(env!("CARGO_BIN_EXE_revier"))
                .args(["solve", &scenario, "--out", &out, "--seed", seed])
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        };
        let runs = ["1", "2", "3"].map(start);
        for mut run in runs {
            assert_eq!(run.wait().unwrap().code(), Some(0), "round {round}");
        }
        let (code, err) = bench.check();
        assert_eq!(code, 0, "round {round}: {err}");
        assert_eq!(left(bench.dir.path()), Vec::<String>::new());
    }
}
