//! Tables from stdin, with columns named on the line, and with quotes that do not fit.

use super::readers::fed;
use super::{Bench, revier, said};

#[test]
fn a_dash_is_stdin_once_in_a_run() {
    let bench = Bench::new(30);
    let solve = |more: &[&str]| {
        let args = [
            &["solve", "--balance", "workload:90%", "--out", "dash"],
            more,
        ]
        .concat();
        said(&fed(&bench, &args, bench.read("customers.csv").as_bytes()))
    };
    let (code, _, err) = solve(&["--customers", "-", "--reps", "reps.csv"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("read-from-pipe"), "{err}");
    let (code, _, err) = solve(&["--customers", "-", "--reps", "-"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("stdin-twice"), "{err}");
}

#[test]
fn columns_are_named_on_the_line() {
    let bench = Bench::new(30);
    let mut table = String::from("Nr,Nr2,east,north,workload\n");
    for i in 0..30 {
        table += &format!("K{i},X{i},{},50.{i:02},2\n", 9 + i % 3);
    }
    std::fs::write(bench.dir.path().join("named.csv"), table).unwrap();
    let mut args = vec!["solve", "--customers", "named.csv", "--reps", "reps.csv"];
    args.extend(["--balance", "workload:90%", "--out", "named"]);
    let plain = fed(&bench, &args, b"");
    assert_eq!(said(&plain).0, 2);
    args.extend([
        "--columns",
        "id=Nr2",
        "--columns",
        "customers.lon=east",
        "--columns",
        "lat=north",
    ]);
    let (code, _, err) = said(&fed(&bench, &args, b""));
    assert_eq!(code, 0, "{err}");
    assert!(bench.read("named/assignments.csv").contains("X7"));
    let (code, out, err) = said(&fed(&bench, &["check", "named"], b""));
    assert_eq!(code, 0, "{out}{err}");
    // A column can have one name only, and a matrix has four properties.
    args.extend([
        "--columns",
        "workload=workload",
        "--columns",
        "visits=workload",
    ]);
    args.extend(["--columns", "matrix.minute=Zeit"]);
    let (code, _, err) = said(&fed(&bench, &args, b""));
    assert_eq!(code, 2);
    assert!(
        err.contains("column \"workload\" is named for `visits` and for `workload`")
            && err.contains("a matrix has no `minute`"),
        "{err}"
    );
}

#[test]
fn a_quote_that_is_never_closed_is_told_in_every_table() {
    let bench = Bench::new(30);
    let customers = bench.read("customers.csv");
    let open = |text: &str, row: usize| {
        let lines = text.lines().enumerate().map(|(i, line)| match i {
            0 => format!("{line},note\n"),
            _ if i == row => format!("{line},\"Alte Post\n"),
            _ => format!("{line},\n"),
        });
        lines.collect::<String>()
    };
    bench.write("customers.csv", &open(&customers, 20));
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("open"));
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert!(
        code == 2 && err.contains("opened with a quote in line 21 and not closed"),
        "{err}"
    );
    bench.write("customers.csv", &customers);
    assert_eq!(said(&revier(&["solve", &scenario, "--out", &out])).0, 0);
    bench.write(
        "leads.csv",
        "id,lon,lat,note\nL1,10,50,\nL2,10,50,\"x\nL3,10,50,\n",
    );
    let (code, _, err) = said(&revier(&["assign", &out, &bench.arg("leads.csv")]));
    assert!(
        code == 2 && err.contains("in line 3 and not closed"),
        "{err}"
    );
}
