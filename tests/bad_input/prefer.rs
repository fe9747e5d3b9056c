//! `[[prefer]]` that looks at what is not there.

use super::{Bench, Expect, assert_told, collection, point};
use revier::error::Severity;

fn bench(more: &str) -> Bench {
    let customer = |id: &str, industry: &str| {
        let properties = format!("\"id\": \"{id}\", \"workload\": 1, \"industry\": {industry}");
        point(9.0, 50.0, &properties)
    };
    let customers = collection(&[customer("C1", "\"Pharma\""), customer("C2", "{\"a\": 1}")]);
    let rep = point(9.0, 50.0, "\"id\": \"R1\", \"languages\": [\"de\", \"fr\"]");
    Bench::new()
        .with("customers", "c.geojson", customers.as_bytes())
        .with("reps", "r.geojson", collection(&[rep]).as_bytes())
        .toml(more)
}

fn prefer(when: &str) -> String {
    format!("[[prefer]]\nwhen = '{when}'\ncost_km = -10\n")
}

#[test]
fn columns_that_are_not_there_are_told_all_at_once() {
    let both = prefer("industri == \"Pharma\" && \"fr\" in rep.language") + &prefer("langues == 1");
    let told = bench(&both).problems();
    let all: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(all.len(), 3, "{all:#?}");
    for problem in &told {
        assert_eq!(problem.code, "missing-column");
        assert_eq!(problem.field.as_deref(), Some("prefer.when"));
        assert!(problem.file.ends_with("scenario.toml"), "{problem}");
    }
    for words in [
        [
            "no customer has a column `industri`",
            "did you mean `industry`",
        ],
        ["no rep has a column `language`", "did you mean `languages`"],
        [
            "no customer has a column `langues`",
            "a column of the reps is rep.langues",
        ],
    ] {
        assert!(
            all.iter().any(|p| words.iter().all(|w| p.contains(w))),
            "{all:#?}"
        );
    }
}

#[test]
fn what_holds_for_nobody_or_is_not_compared_is_a_warning() {
    let inputs = bench(&prefer("industry == \"pharma\""))
        .read()
        .expect("it is read");
    let warning = |code| Expect {
        code,
        feature: None,
        id: None,
        field: None,
        words: &[],
    };
    let nobody = Expect {
        field: Some("prefer.when"),
        words: &["no customer and rep meet the condition", "letter by letter"],
        ..warning("no-effect")
    };
    assert_told(
        &inputs.warnings,
        Severity::Warning,
        "scenario.toml",
        &nobody,
    );
    let odd = Expect {
        feature: Some(2),
        field: Some("industry"),
        words: &["is not compared: it counts as none"],
        ..warning("not-compared")
    };
    assert_told(&inputs.warnings, Severity::Warning, "c.geojson", &odd);
    // Lists of GeoJSON are lists, and what holds is told of nobody.
    let fine = bench(&prefer("industry == \"Pharma\" && \"fr\" in rep.languages"));
    let inputs = fine.read().expect("it is read");
    assert!(
        inputs.warnings.iter().all(|w| w.code != "no-effect"),
        "{:?}",
        inputs.warnings
    );
}
