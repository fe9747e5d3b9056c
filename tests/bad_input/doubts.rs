//! Inputs that can be read and are probably not what was meant: warnings, each with its cells; and numbers beyond the largest.

use super::{Bench, Expect, assert_told, customers, point, reps};
use revier::error::Severity;

const fn cell<'a>(
    code: &'a str,
    feature: usize,
    id: Option<&'a str>,
    field: &'a str,
    words: &'a [&'a str],
) -> Expect<'a> {
    Expect {
        code,
        feature: Some(feature),
        id,
        field: Some(field),
        words,
    }
}

#[track_caller]
fn warned(bench: &Bench, file: &str, expect: &Expect<'_>) {
    let inputs = bench.read().unwrap();
    assert_told(&inputs.warnings, Severity::Warning, file, expect);
}

#[track_caller]
fn silent(bench: &Bench) {
    let warnings = bench.read().unwrap().warnings;
    assert!(warnings.is_empty(), "{warnings:?}");
}

fn table(role: &str, text: &str) -> Bench {
    let name = format!("{role}.csv");
    Bench::new().with(role, &name, text.as_bytes())
}

#[test]
fn points_before_three_digits_may_be_thousands() {
    let german = "id;lon;lat;workload\nC1;11.5;48.1;2.155\nC2;13.4;52.5;12.500\nC3;13.4;52.4;990\n";
    let cells = ["2.155 (row 1, C1)", "12.500 (row 2, C2)", "(2155)"];
    let expect = cell("looks-like-thousands", 1, Some("C1"), "workload", &cells);
    warned(&table("customers", german), "customers.csv", &expect);
    // Decimals of which one says so; and a table whose separator is the comma.
    silent(&table("customers", &german.replace("990", "990.5")));
    silent(&table("customers", &german.replace(';', ",")));
    // Reps and matrices have the same doubt.
    let text = "id;lon;lat;max_workload\nR1;11.5;48.1;1.200\nR2;13.4;52.5;\n";
    let expect = cell(
        "looks-like-thousands",
        1,
        Some("R1"),
        "max_workload",
        &["1.200"],
    );
    warned(&table("reps", text), "reps.csv", &expect);
    let text = "customer_id;rep_id;km\nC1;R1;14.250\nC2;R1;504.000\nC1;R2;497.100\nC2;R2;13.150\n";
    let expect = cell(
        "looks-like-thousands",
        1,
        Some("C1"),
        "km",
        &["14.250 (row 1, C1)"],
    );
    warned(&table("matrix", text), "matrix.csv", &expect);
    // More than one point says that they are thousands: of the whole column.
    let twice = german.replace("990", "1.234.567");
    let inputs = table("customers", &twice).read().unwrap();
    let workload = &inputs.customers.columns[0].values;
    assert_eq!(workload, &[2155.0, 12_500.0, 1_234_567.0]);
    let told: Vec<String> = inputs.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told.len() == 1 && told[0].contains("1.234.567 is read as 1234567"),
        "{told:?}"
    );
    // Where one of the column says the opposite, it is no number.
    let both = twice.replace("12.500", "12.25");
    let expect = cell(
        "not-a-number",
        3,
        Some("C3"),
        "workload",
        &["thousands", "without separators"],
    );
    let problems = table("customers", &both).problems();
    assert_told(&problems, Severity::Error, "customers.csv", &expect);
    // The scenario settles what is in doubt.
    for (decimal, first) in [(".", 2.155), (",", 2155.0)] {
        let bench =
            table("customers", german).toml(&format!("[tables]\ndecimal = \"{decimal}\"\n"));
        let inputs = bench.read().unwrap();
        assert_eq!(inputs.customers.columns[0].values[0], first);
        assert!(inputs.warnings.is_empty(), "{:?}", inputs.warnings);
    }
}

#[test]
fn a_comma_before_three_digits_is_asked_for_where_nothing_tells() {
    let text = "id;lon;lat;workload\nC1;11;48;1,200\nC2;13;52;7\n";
    let expect = cell(
        "decimal-unknown",
        1,
        None,
        "workload",
        &["1200 or 1.200", "[tables] decimal"],
    );
    let problems = table("customers", text).problems();
    assert_told(&problems, Severity::Error, "customers.csv", &expect);
    let inputs = table("customers", text)
        .toml("[tables]\ndecimal = \",\"\n")
        .read()
        .unwrap();
    assert_eq!(inputs.customers.columns[0].values, [1.2, 7.0]);
}

#[test]
fn a_matrix_in_metres_or_seconds_is_told() {
    let text = "customer_id,rep_id,km,minutes\nC1,R1,17000,15\nC2,R1,510000,300\nC1,R2,500000,290\nC2,R2,16000,14\n";
    let inputs = table("matrix", text).read().unwrap();
    let told: Vec<String> = inputs.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told.len() == 1 && told[0].contains("looks-like-metres"),
        "{told:?}"
    );
    assert!(
        told[0].contains("divide it by 1000") && told[0].contains("`km`"),
        "{told:?}"
    );
    let seconds = "customer_id,rep_id,minutes\nC1,R1,900\nC2,R1,18000\nC1,R2,17400\nC2,R2,840\n";
    let bench = table("matrix", seconds).toml("cost = \"minutes\"\n");
    let told: Vec<String> = bench
        .read()
        .unwrap()
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        told.len() == 1 && told[0].contains("in seconds"),
        "{told:?}"
    );
    let short = "customer_id,rep_id,km\nC1,R1,3\nC2,R1,100\nC1,R2,100\nC2,R2,3\n";
    let told: Vec<String> = table("matrix", short)
        .read()
        .unwrap()
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        told.len() == 1 && told[0].contains("shorter than the great circle"),
        "{told:?}"
    );
    silent(&table(
        "matrix",
        "customer_id,rep_id,km,minutes\nC1,R1,17,15\nC2,R1,510,300\nC1,R2,500,290\nC2,R2,16,14\n",
    ));
}

#[test]
fn empty_workloads_count_as_one_and_are_told() {
    let text = "id,lon,lat,workload\nC1,11.5,48.1,2\nC2,13.4,52.5,\nC3,13.4,52.4,\n";
    let words = ["2 of 3 customers", "counts as 1", "2 (C2), 3 (C3)"];
    let expect = cell("counts-as-one", 2, Some("C2"), "workload", &words);
    warned(&table("customers", text), "customers.csv", &expect);
    let empty = "id,lon,lat,workload\nC1,11.5,48.1,\nC2,13.4,52.5,\n";
    let expect = cell("counts-as-one", 1, Some("C1"), "workload", &["2 of 2"]);
    warned(&table("customers", empty), "customers.csv", &expect);
    let some = customers(&[point(13.0, 52.0, "\"id\": \"C3\"")]);
    let bench = Bench::new().with("customers", "c.geojson", some.as_bytes());
    let expect = cell("counts-as-one", 3, Some("C3"), "workload", &["1 of 3"]);
    warned(&bench, "c.geojson", &expect);
    let visits = text.replace("workload", "visits");
    let bench = table("customers", &visits).toml("[travel]\nin_workload = true\n");
    let expect = cell("counts-as-one", 2, Some("C2"), "visits", &["2 of 3"]);
    warned(&bench, "customers.csv", &expect);
    // A property that nobody has is a choice.
    silent(&table(
        "customers",
        "id,lon,lat\nC1,11.5,48.1\nC2,13.4,52.5\n",
    ));
}

#[test]
fn numbers_beyond_the_largest_are_named() {
    let refused = |bench: Bench, file: &str, expect: Expect<'_>| {
        assert_told(&bench.problems(), Severity::Error, file, &expect);
    };
    for text in ["9223372036854775807", "1.8e308", "1e308", "1.0000001e15"] {
        let words = [text, "too large", "1e15"];
        let rows = format!("id,lon,lat,workload\nC1,11.5,48.1,2\nC2,13.4,52.5,{text}\n");
        let expect = cell("not-finite", 2, Some("C2"), "workload", &words);
        refused(table("customers", &rows), "customers.csv", expect);
        for (column, id) in [("capacity", "R2"), ("min_workload", "R2")] {
            let rows = format!("id,lon,lat,{column}\nR1,11.5,48.1,\nR2,13.4,52.5,{text}\n");
            let expect = cell("not-finite", 2, Some(id), column, &words);
            refused(table("reps", &rows), "reps.csv", expect);
        }
        for column in ["km", "minutes"] {
            let rows = format!("customer_id,rep_id,km,minutes\nC1,R1,17,15\nC2,R1,510,{text}\n");
            let rows = match column {
                "km" => rows.replace(&format!("510,{text}"), &format!("{text},300")),
                _ => rows,
            };
            let expect = cell("not-finite", 2, Some("C2, R1"), column, &words);
            refused(table("matrix", &rows), "matrix.csv", expect);
        }
        let more = customers(&[point(
            13.0,
            52.0,
            &format!("\"id\": \"C3\", \"workload\": {text}"),
        )]);
        let bench = Bench::new().with("customers", "c.geojson", more.as_bytes());
        let problems = bench.problems();
        let told = problems.iter().any(|p| {
            p.code == "not-finite" && p.feature == Some(3) && p.to_string().contains("1e15")
        });
        assert!(told, "{text}: {problems:?}");
    }
    for (section, key, value) in [
        ("travel", "max_km", "1e16"),
        ("travel", "max_minutes", "9223372036854775807"),
        ("travel", "stops_per_tour", "inf"),
        ("solve", "time_limit_s", "1e300"),
        ("change", "penalty", "1.8e308"),
        ("territories", "smooth_m", "1e99"),
    ] {
        let bench = Bench::new().toml(&format!("[{section}]\n{key} = {value}\n"));
        let field = format!("{section}.{key}");
        let expect = Expect {
            code: "out-of-range",
            feature: None,
            id: None,
            field: Some(&field),
            words: &["line ", value, "too large", "1e15"],
        };
        refused(bench, "scenario.toml", expect);
    }
    let bench = Bench::new().toml("[travel]\ndetour = 1e14\n");
    let expect = Expect {
        code: "out-of-range",
        feature: None,
        id: None,
        field: Some("travel.detour"),
        words: &["at most 1000"],
    };
    refused(bench, "scenario.toml", expect);
}

#[test]
fn an_upper_limit_beyond_the_largest_is_none() {
    for text in ["1e14", "1e30", "9223372036854775807"] {
        let rows =
            format!("id,lon,lat,max_workload,max_km\nR1,11.5,48.1,{text},{text}\nR2,13.4,52.5,,\n");
        let inputs = table("reps", &rows).read().unwrap();
        let want = text.parse::<f64>().unwrap().min(1e15);
        assert_eq!(inputs.reps.max[0], [Some(want), None], "{text}");
        assert_eq!(inputs.reps.max_km, [Some(want), None], "{text}");
    }
    let more = reps(&[point(13.0, 52.0, "\"id\": \"R3\", \"max_workload\": 1e30")]);
    let inputs = Bench::new()
        .with("reps", "r.geojson", more.as_bytes())
        .read()
        .unwrap();
    assert_eq!(inputs.reps.max[0][2], Some(1e15));
}

#[test]
fn files_are_files_of_a_sane_size() {
    for (role, name) in [
        ("customers", "c.csv"),
        ("reps", "r.geojson"),
        ("boundary", "b.geojson"),
    ] {
        let bench = Bench::new().with(role, name, b"id");
        let file = std::fs::File::options()
            .write(true)
            .open(bench.dir.path().join(name))
            .unwrap();
        file.set_len(3 << 30).unwrap();
        let expect = Expect {
            code: "too-large",
            feature: None,
            id: None,
            field: None,
            words: &["2,147,483,648 bytes"],
        };
        assert_told(&bench.problems(), Severity::Error, name, &expect);
    }
    #[cfg(unix)]
    for (role, name) in [
        ("customers", "c.csv"),
        ("reps", "r.csv"),
        ("boundary", "b.geojson"),
        ("matrix", "m.csv"),
    ] {
        let bench = Bench::new().with(role, name, b"");
        let path = bench.dir.path().join(name);
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let expect = Expect {
            code: "not-a-file",
            feature: None,
            id: None,
            field: None,
            words: &["a device"],
        };
        assert_told(&bench.problems(), Severity::Error, name, &expect);
    }
}

#[test]
fn long_lists_of_a_scenario_take_no_time() {
    let begin = std::time::Instant::now();
    let many = |each: &dyn Fn(usize) -> String| (0..50_000).map(each).collect::<String>();
    let measures = many(&|i| format!("[[balance]]\nmeasure = \"m{i}\"\n"));
    let expect = Expect {
        code: "out-of-range",
        feature: None,
        id: None,
        field: Some("balance"),
        words: &["50000 measures", "100 at most"],
    };
    let problems = Bench::new().toml(&measures).problems();
    assert_told(&problems, Severity::Error, "scenario.toml", &expect);
    let targets = many(&|i| {
        format!(
            "[[target]]\nname = \"t{i}\"\nmeasure = \"workload\"\nvalue = 5\ndate = 2026-12-31\n"
        )
    });
    assert_eq!(
        Bench::new()
            .toml(&targets)
            .read()
            .unwrap()
            .scenario
            .target
            .len(),
        50_000
    );
    let ids = many(&|i| format!("\"s{i}\", "));
    let names = Bench::new().toml(&format!("[dashboard]\nsegments = [{ids}]\n"));
    assert!(names.problems().len() < 1000);
    let reps = "[[target]]\nmeasure = \"workload\"\nvalue = 5\ndate = 2026-12-31\n";
    let reps = Bench::new().toml(&format!("{reps}reps = [{ids}]\n"));
    assert!(reps.problems().len() < 1000);
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
}
