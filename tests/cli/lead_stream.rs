//! Leads from a stream: a lead in, a row out, while the stream stays open.

use super::{Bench, revier, said};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

fn start(bench: &Bench, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(["assign", &bench.arg("out"), "-"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Writes pieces one after the other into a run, each of which has to bring so many lines before the next one is written.
fn in_turn(bench: &Bench, more: &[&str], pieces: &[(&str, usize)]) -> (i32, Vec<String>, String) {
    let mut child = start(bench, more);
    let mut stdin = child.stdin.take().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (to, from) = channel();
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let _ = to.send(line);
        }
    });
    let mut lines = Vec::new();
    for (piece, expected) in pieces {
        stdin.write_all(piece.as_bytes()).unwrap();
        stdin.flush().unwrap();
        for _ in 0..*expected {
            let line = from.recv_timeout(Duration::from_secs(60));
            lines.push(line.unwrap_or_else(|_| panic!("no row after {piece:?}: {lines:?}")));
        }
        // Nothing comes before its time.
        assert!(from.recv_timeout(Duration::from_millis(50)).is_err());
    }
    drop(stdin);
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    lines.extend(from.iter());
    (code, lines, err)
}

#[test]
fn a_lead_in_a_row_out_while_the_stream_stays_open() {
    let bench = Bench::default();
    bench.solve();
    let table = "id;lon;lat;note\n1;10,4;50,4;\"a\nb\"\n2;10,5;50,9;\n3;10,9;51,1;x\n";
    let (code, lines, err) = in_turn(
        &bench,
        &[],
        &[
            ("id;lon;", 0),
            ("lat;note\n", 0),
            ("1;10,4;50,4;\"a\n", 0),
            ("b\"\n", 3),
            ("2;10,5;50,9;\n3;10,9", 1),
            (";51,1;x\n", 1),
        ],
    );
    assert_eq!(code, 0, "{err}");
    bench.write("leads.csv", table);
    let whole = said(&revier(&[
        "assign",
        &bench.arg("out"),
        &bench.arg("leads.csv"),
    ]))
    .1;
    assert_eq!(lines.join("\n") + "\n", whole);

    // The last row may end with the stream.
    let (code, last, err) = in_turn(&bench, &[], &[(table.trim_end(), 4), ("", 0)]);
    assert_eq!((code, last), (0, lines), "{err}");

    let feature = |id: &str, more: &str| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{{more}\"id\":{id}}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[10.4,50.4]}}}}\n"
        )
    };
    let (one, two) = (
        feature("1", "\"b\":[1,{\"x\":2}],\"a\":1.50,"),
        feature("\"x\"", "\"reason\":null,"),
    );
    let (code, lines, err) = in_turn(&bench, &["--format", "geojsonl"], &[(&one, 1), (&two, 1)]);
    assert_eq!(code, 0, "{err}");
    assert!(
        lines[0].starts_with(r#"{"type":"Feature","properties":{"b":[1,{"x":2}],"a":1.50,"id":1,"customer_id":1,"rep_id":"R"#),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with(r#"{"type":"Feature","properties":{"lead_reason":null,"id":"x","customer_id":"x","rep_id":"R"#),
        "{}",
        lines[1]
    );
    // As a table it has the columns of the first lead.
    let (code, lines, err) = in_turn(&bench, &[], &[(&one, 2), (&two, 1)]);
    assert_eq!(code, 0, "{err}");
    assert!(
        lines[0].starts_with("b,a,id,customer_id,rep_id,"),
        "{}",
        lines[0]
    );
}

#[test]
fn bad_leads_of_a_stream_are_put_aside_at_once_or_end_it() {
    let bench = Bench::default();
    bench.solve();
    let bad = bench.arg("bad.csv");
    let pieces = [
        ("id;lon;lat;workload\n1;10,4;50,4;2,5\n", 2),
        ("2;10,4;;1\n", 0),
        ("3;10,4;50,4;1.200\n4;10,4;50,5;1\n", 1),
        ("5;10,4;50,5\n", 0),
    ];
    let (code, lines, err) = in_turn(&bench, &["--skip-bad", &bad], &pieces);
    assert_eq!((code, lines.len()), (5, 3), "{err}");
    assert!(err.contains("3 of 5 leads are bad"), "{err}");
    let rejects = bench.read("bad.csv");
    let told: Vec<&str> = rejects.lines().collect();
    assert!(
        told[0].starts_with("id,lon,lat,workload,reject_row,"),
        "{rejects}"
    );
    assert!(
        told[1].starts_with("2,\"10,4\",,1,2,2,missing-value,"),
        "{rejects}"
    );
    assert!(
        told[2].contains("decimal-unknown") && told[3].contains(",4,5,row-length,")
            || told[3].contains("row-length"),
        "{rejects}"
    );
    // Without it: rows up to the first, and all problems at the end.
    let (code, lines, err) = in_turn(
        &bench,
        &[],
        &[
            pieces[0],
            pieces[1],
            ("3;10,4;50,4;x\n", 0),
            ("4;10,4;50,4;1\n", 0),
        ],
    );
    assert_eq!((code, lines.len()), (2, 2), "{err}");
    assert!(
        err.contains("the first bad lead: no rows are written behind it"),
        "{err}"
    );
    assert!(
        err.contains("feature 2") && err.contains("feature 3") && err.contains("2 error(s)"),
        "{err}"
    );
    // A line that is no JSON is a bad lead, too.
    let line = r#"{"type":"Feature","properties":{"id":1},"geometry":{"type":"Point","coordinates":[10.4,50.4]}}"#;
    let lines = format!(
        "{line}\n{{\"type\":\n{}\n",
        line.replace("\"id\":1", "\"id\":2")
    );
    let (code, rows, err) = in_turn(
        &bench,
        &["--format", "geojsonl", "--skip-bad", &bad],
        &[(&lines, 2)],
    );
    assert_eq!((code, rows.len()), (5, 2), "{err}");
    assert!(rows[1].contains("\"id\":2"), "{rows:?}");
}

#[test]
fn every_lead_has_one_row_in_order_whatever_the_threads_and_the_pieces() {
    let bench = Bench::default();
    bench.solve();
    let n = 30_000;
    let mut table = String::from("id,lon,lat,group,requires,text\n");
    for i in 0..n {
        let at = |step: f64| (f64::from(i) * step).fract();
        let (x, y) = (
            9.5 + 3.0 * at(0.754_877_666),
            49.5 + 2.5 * at(0.569_840_291),
        );
        let group = if i % 7 == 0 {
            format!("g{}", i % 91)
        } else {
            String::new()
        };
        table += &format!(
            "L{i},{x:.5},{y:.5},{group},{},\"q, {i}\"\n",
            if i % 11 == 0 { "cold" } else { "" }
        );
    }
    let run = |threads: &str, piece: usize| {
        let mut child = start(&bench, &["--threads", threads]);
        let mut stdin = child.stdin.take().unwrap();
        let text = table.clone();
        let writer = std::thread::spawn(move || {
            text.as_bytes()
                .chunks(piece)
                .for_each(|c| stdin.write_all(c).unwrap());
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        said(&output)
    };
    let (code, first, err) = run("1", 1 << 20);
    assert_eq!(code, 0, "{err}");
    let ids: Vec<&str> = first
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap())
        .collect();
    assert_eq!(ids.len(), n as usize);
    assert!(ids.iter().enumerate().all(|(i, id)| *id == format!("L{i}")));
    for (threads, piece) in [("2", 4097), ("4", 65_536), ("2", 1 << 22)] {
        assert!(
            run(threads, piece).1 == first,
            "{threads} threads, {piece} bytes"
        );
    }
}

#[test]
fn what_cannot_be_read_row_by_row_is_read_whole() {
    let bench = Bench::default();
    bench.solve();
    let title = "Leads of today\n\nid,lon,lat\na,10.4,50.4\n";
    let collection = "{\"type\":\"FeatureCollection\",\n\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"a\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[10.4,50.4]}}]}\n";
    for text in [title, collection] {
        let mut child = start(&bench, &[]);
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let (code, out, err) = said(&child.wait_with_output().unwrap());
        assert_eq!((code, out.lines().count()), (0, 2), "{err}");
    }
}
