//! Wishes that cannot be read, or that exclude each other.

use super::{Bench, Expect, assert_told};
use revier::base::ids::RepIx;
use revier::error::Severity;

fn bench(text: &str) -> Bench {
    let bench = Bench::new().toml("[rules]\nwishes = \"wishes.csv\"\n");
    bench.write("wishes.csv", text.as_bytes());
    bench
}

#[test]
fn wishes_are_read_by_their_names() {
    let inputs = bench("Kundennummer;Vertreter;Wunsch\nC2;R1;assign\nC1;R2;forbid\n").read();
    let inputs = inputs.expect("they are good");
    assert_eq!(inputs.wished, [RepIx::NONE, RepIx(0)]);
    assert_eq!(inputs.forbid, [(0, RepIx(1))]);
    // A table without rows wishes nothing.
    let inputs = bench("customer_id,rep_id,wish\n")
        .read()
        .expect("it is good");
    assert!(inputs.wished.is_empty() && inputs.forbid.is_empty());
}

#[test]
fn bad_wishes_are_told_with_their_row() {
    let head = "customer_id,rep_id,wish\n";
    // Rows; code, row, id, field and words of what is told.
    type Case<'a> = (&'a str, &'a str, usize, Option<&'a str>, &'a str, &'a str);
    let cases: &[Case] = &[
        (
            "C9,R1,assign\n",
            "unknown-customer",
            1,
            None,
            "customer_id",
            "there is no \"C9\" among the customers",
        ),
        (
            "C1,R9,forbid\n",
            "unknown-rep",
            1,
            None,
            "rep_id",
            "there is no \"R9\" among the reps",
        ),
        (
            "C1,R1,lock\n",
            "unknown-value",
            1,
            Some("C1, R1"),
            "wish",
            "\"lock\" is no wish",
        ),
        (
            "C1,R1,\n",
            "unknown-value",
            1,
            Some("C1, R1"),
            "wish",
            "is no wish",
        ),
        (
            "C1,R1,assign\nC1,R1,assign\n",
            "duplicate-pair",
            2,
            Some("C1, R1"),
            "wish",
            "first in row 1",
        ),
        (
            "C1,R1,forbid\nC1,R1,forbid\n",
            "duplicate-pair",
            2,
            Some("C1, R1"),
            "wish",
            "first in row 1",
        ),
        (
            "C1,R1,unlock\nC1,R1,unlock\n",
            "duplicate-pair",
            2,
            Some("C1, R1"),
            "wish",
            "first in row 1",
        ),
        (
            "C1,R1,assign\nC1,R2,assign\n",
            "conflicting-wishes",
            2,
            Some("C1, R2"),
            "wish",
            "row 1 wishes the customer to \"R1\"",
        ),
        (
            "C1,R1,assign\nC1,R1,forbid\n",
            "conflicting-wishes",
            2,
            Some("C1, R1"),
            "wish",
            "row 1 wishes what this one forbids",
        ),
        (
            "C1,R1,forbid\nC1,R1,assign\n",
            "conflicting-wishes",
            2,
            Some("C1, R1"),
            "wish",
            "row 1 forbids what this one wishes",
        ),
    ];
    for (rows, code, row, id, field, words) in cases {
        let problems = bench(&format!("{head}{rows}")).problems();
        let expect = Expect {
            code,
            feature: Some(*row),
            id: *id,
            field: Some(field),
            words: &[words],
        };
        assert_told(&problems, Severity::Error, "wishes.csv", &expect);
    }
    let missing = bench("customer_id,rep_id\nC1,R1\n").problems();
    let expect = Expect {
        code: "missing-column",
        feature: None,
        id: None,
        field: Some("wish"),
        words: &["there is no column `wish`"],
    };
    assert_told(&missing, Severity::Error, "wishes.csv", &expect);
    let gone = Bench::new()
        .toml("[rules]\nwishes = \"gone.csv\"\n")
        .problems();
    assert!(gone.iter().any(|p| p.code == "missing-file"), "{gone:?}");
}
