//! Exit statuses, where output goes, and messages.

use super::{Bench, data, revier, said};

#[test]
fn a_plan_within_all_bounds_ends_with_0() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("plan").display().to_string();
    let (code, stdout, stderr) = said(&revier(&[
        "solve",
        &data("tiny/scenario.toml"),
        "--out",
        &out,
    ]));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("Petra Platzhalter"), "{stdout}");
    assert!(
        stdout
            .lines()
            .all(|l| l.chars().count() <= 80 || l.contains(&out)),
        "{stdout}"
    );
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut wanted: Vec<&str> = revier::saved::FILES.to_vec();
    // Its customers have owners of today.
    wanted.push("changes.csv");
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    let (code, stdout, _) = said(&revier(&["check", &out]));
    assert_eq!(code, 0);
    assert!(
        stdout.starts_with("the plan holds: 10 customers, 2 reps"),
        "{stdout}"
    );
}

#[test]
fn the_quick_form_needs_no_scenario() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("plan").display().to_string();
    let args = [
        "solve",
        "--customers",
        &data("tiny/customers.csv"),
        "--reps",
        &data("tiny/reps.geojson"),
        "--balance",
        "workload:10%",
        "--balance",
        "customers",
        "--tolerance",
        "0.5",
        "--threads",
        "1",
        "--seed",
        "7",
        "--out",
        &out,
    ];
    let (code, _, stderr) = said(&revier(&args));
    assert_eq!(code, 0, "{stderr}");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("plan/report.json")).unwrap())
            .unwrap();
    assert_eq!(report["seed"], 7);
    let balance = &report["scenario"]["balance"];
    assert_eq!(balance[0]["tolerance"], 0.1);
    assert_eq!(
        (&balance[1]["measure"], &balance[1]["tolerance"]),
        (&"customers".into(), &0.5.into())
    );
    assert_eq!(said(&revier(&["check", &out])).0, 0);
}

#[test]
fn bad_usage_ends_with_2_and_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("plan").display().to_string();
    let tiny = data("tiny/scenario.toml");
    let cases: &[(&[&str], &str)] = &[
        (&["solve"], "name a scenario"),
        (&["solve", "no-such.toml"], "no-such.toml"),
        (&["solve", &tiny, "--tolerance", "5"], "did you mean 5%"),
        (&["solve", &tiny, "--balance", ":5%"], "names no measure"),
        (&["solve", &tiny, "--threads", "0"], "threads"),
        (&["solve", &tiny, "--customers", "gone.csv"], "gone.csv"),
        (&["solve", &tiny, "--frobnicate"], "--frobnicate"),
        (&["sovle"], "solve"),
        (&["check", "no-such-plan"], "no-such-plan does not exist"),
        (&["solve", &tiny, "--out", &tiny], "is a file"),
        (
            &["solve", "--customers", &data("tiny/customers.csv")],
            "--reps",
        ),
        (&["solve", &tiny, "--balance", "turnover"], "turnover"),
    ];
    for (args, words) in cases {
        let mut args = args.to_vec();
        if args[0] == "solve" && !args.contains(&"--out") {
            args.extend(["--out", &out]);
        }
        let (code, stdout, stderr) = said(&revier(&args));
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(words), "{args:?}: {stderr}");
        assert!(!dir.path().join("plan").exists(), "{args:?}");
    }
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let bench = Bench::default();
    let customers = bench.read("customers.csv").replacen("C1,", "C0,", 1);
    bench.write("customers.csv", &customers.replacen(",R4,", ",R9,", 1));
    let reps = bench.read("reps.csv").replace("10.5,51.1", "10.5,151.1");
    bench.write("reps.csv", &reps);
    let (code, _, stderr) = said(&revier(&["solve", &bench.arg("scenario.toml")]));
    assert_eq!(code, 2);
    for words in ["duplicate-id", "unknown-rep", "R9", "151.1", "3 error(s)"] {
        assert!(stderr.contains(words), "{words}: {stderr}");
    }
}

#[test]
fn an_infeasible_wish_ends_with_3_and_the_reason() {
    let bench = Bench::default();
    let scenario =
        bench.read("scenario.toml").replace("0.1\n", "0.0001\n") + "[solve]\ntime_limit_s = 1\n";
    bench.write("scenario.toml", &scenario);
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let (code, _, stderr) = said(&revier(&["solve", &scenario, "--out", &out, "--strict"]));
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("nothing was written"), "{stderr}");
    assert!(!bench.path("out").exists());
    let (code, stdout, stderr) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
    assert!(stderr.contains("workload"), "{stderr}");
    let report: serde_json::Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    assert_eq!(report["status"], "infeasible");
    assert!(!report["violations"].as_array().unwrap().is_empty());
    assert_eq!(
        bench.check().0,
        0,
        "the closest plan is a true account of itself"
    );
}

#[test]
fn json_messages_end_with_the_exit_code() {
    let bench = Bench::default();
    bench.write("reps.csv", "id,lon,lat\nR1,200,50\n");
    let (code, _, stderr) = said(&revier(&[
        "solve",
        &bench.arg("scenario.toml"),
        "--log",
        "json",
    ]));
    let lines: Vec<serde_json::Value> = stderr
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(
        (code, &last["code"], &last["level"]),
        (2, &2.into(), &"error".into())
    );
    let problem = lines.iter().find(|l| l["id"] == "R1").unwrap();
    assert_eq!(problem["feature"], 1);
    assert_eq!(problem["kind"], "coordinates-out-of-range");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let bench = Bench::default();
    let customers = bench.read("customers.csv").replacen("id,", "Group,id,", 1);
    let rows = customers.replace("\nC", "\n,C");
    bench.write("customers.csv", &rows);
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let loud = said(&revier(&["solve", &scenario, "--out", &out]));
    let hushed = said(&revier(&["solve", &scenario, "--out", &out, "--quiet"]));
    assert!(
        loud.2.contains("warning[") && loud.2.contains("Group"),
        "{}",
        loud.2
    );
    assert_eq!((hushed.0, hushed.2.as_str()), (0, ""));
}

#[test]
fn what_is_not_a_plan_is_not_written_over() {
    let bench = Bench::default();
    std::fs::create_dir(bench.path("out")).unwrap();
    bench.write("out/diary.txt", "mine");
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let (code, _, stderr) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert_eq!(code, 2);
    assert!(stderr.contains("diary.txt"), "{stderr}");
    assert_eq!(bench.read("out/diary.txt"), "mine");
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let (code, stdout, _) = said(&revier(&["completions", shell]));
        assert_eq!(code, 0);
        assert!(
            stdout.contains("solve") && stdout.contains("tolerance"),
            "{shell}"
        );
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let (code, page, _) = said(&revier(&["man"]));
    assert_eq!(code, 0);
    assert!(page.contains(".TH revier 1"), "{page}");
    let (code, help, _) = said(&revier(&["--help"]));
    assert_eq!(code, 0);
    let list = help.split("Commands:\n").nth(1).unwrap();
    let lines = list.lines().take_while(|line| !line.trim().is_empty());
    let names: Vec<&str> = lines
        .map(|line| line.split_whitespace().next().unwrap())
        .filter(|name| *name != "help")
        .collect();
    assert!(
        names.contains(&"solve") && names.contains(&"man"),
        "{names:?}"
    );
    for name in names {
        assert!(page.contains(&format!("revier\\-{name}(1)")), "{name}");
        let (code, own, _) = said(&revier(&["man", name]));
        assert_eq!(code, 0, "{name}");
        assert!(own.contains(&format!(".TH revier-{name} 1")), "{own}");
        assert!(own.contains("\\-\\-quiet"), "{own}");
    }
    let (_, solve, _) = said(&revier(&["man", "solve"]));
    assert!(solve.contains("\\-\\-tolerance"), "{solve}");
}

#[test]
fn a_manual_page_of_no_command_is_refused() {
    let (code, stdout, stderr) = said(&revier(&["man", "cut"]));
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.contains("no command \"cut\": name one of new, solve,"),
        "{stderr}"
    );
}
