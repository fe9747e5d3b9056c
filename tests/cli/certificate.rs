//! What a plan claims and its certificate proves: near misses, forged trees, and what is infeasible at any size.

use super::corruption::Tampered;
use super::{Bench, revier, said};
use serde_json::{Value, json};

/// Reps that must have exactly so much, or anything; customers; each with its place.
struct Case<'a> {
    exact: (f64, &'a str),
    free: &'a str,
    customers: &'a [(f64, &'a str)],
}

impl Case<'_> {
    /// The case with all loads times `scale`; the reports of solve and its claims.
    fn solved(&self, scale: f64, backwards: bool) -> (i32, Value, Value, Bench) {
        let bench = Bench::default();
        let figure = |x: f64| format!("{:.3}", x * scale);
        let (load, place) = self.exact;
        bench.write(
            "exact.csv",
            &format!(
                "id,lon,lat,min_workload,max_workload\nR0,{place},{0},{0}\nR1,{1},0,{2}\n",
                figure(load),
                self.free,
                figure(1e10)
            ),
        );
        let mut rows: Vec<String> = (self.customers.iter().enumerate())
            .map(|(i, (load, place))| format!("C{i},{place},{}\n", figure(*load)))
            .collect();
        if backwards {
            rows.reverse();
        }
        bench.write(
            "few.csv",
            &format!("id,lon,lat,workload\n{}", rows.concat()),
        );
        bench.write(
            "exact.toml",
            "customers = \"few.csv\"\nreps = \"exact.csv\"\n[[balance]]\nmeasure = \"workload\"\n",
        );
        let (scenario, out) = (bench.arg("exact.toml"), bench.arg("out"));
        let (code, ..) = said(&revier(&["solve", &scenario, "--out", &out]));
        let read = |name: &str| serde_json::from_str(&bench.read(name)).unwrap();
        let (report, certificate) = (read("out/report.json"), read("out/certificate.json"));
        assert_eq!(bench.check(), (0, String::new()));
        (code, report, certificate, bench)
    }
}

/// The first two make up what R0 must have, to the last unit.
const FITS: Case<'_> = Case {
    exact: (390_000_005.0, "10.5,49.8"),
    free: "8.5,48.3",
    customers: &[
        (250_000_004.0, "11.8,49.0"),
        (140_000_001.0, "8.5,50.8"),
        (220_000_001.0, "11.0,48.3"),
        (90_000_004.0, "11.9,49.5"),
        (60_000_000.0, "10.2,51.2"),
        (240_000_004.0, "10.0,50.3"),
    ],
};

/// Several sets are within a billionth of what R0 must have; one has it.
const NEAR: Case<'_> = Case {
    exact: (790_000_008.0, "10.5,48.7"),
    free: "8.0,50.6",
    customers: &[
        (190_000_002.0, "8.6,51.0"),
        (250_000_000.0, "9.1,49.6"),
        (70_000_004.0, "12.0,51.2"),
        (290_000_000.0, "9.5,48.3"),
        (290_000_002.0, "10.2,49.7"),
        (180_000_002.0, "8.0,48.5"),
        (90_000_006.0, "8.8,48.5"),
        (180_000_004.0, "10.6,50.6"),
    ],
};

#[test]
fn a_plan_that_fits_to_the_last_unit_is_found() {
    for (scale, backwards) in [(1.0, false), (1e-3, false), (1e3, true)] {
        let (code, report, ..) = FITS.solved(scale, backwards);
        assert_eq!((code, report["claim"].as_str()), (0, Some("optimal")));
        assert_eq!(report["territories"][0]["customers"], 2);
    }
}

#[test]
fn near_misses_are_no_optimum() {
    for (scale, backwards) in [(1.0, false), (1e-3, true), (1e3, false)] {
        let (code, report, certificate, _) = NEAR.solved(scale, backwards);
        assert_eq!((code, report["claim"].as_str()), (0, Some("optimal")));
        let objective = report["objective"]["value"].as_f64().unwrap() / scale;
        assert!((objective - 248_811_818_387.0).abs() < 1.0, "{objective}");
        assert_eq!(certificate["claim"], "optimal");
        assert_eq!(certificate["value"], report["bound"]);
        assert_eq!(report["proof"], "tree");
    }
}

/// One unit more than any set has.
#[test]
fn what_no_set_has_is_infeasible_with_a_proof() {
    let mut case = NEAR;
    case.exact.0 += 1.0;
    let (code, report, certificate, _) = case.solved(1.0, false);
    assert_eq!((code, report["claim"].as_str()), (3, Some("infeasible")));
    assert!(certificate["value"].as_f64().unwrap() > 0.0);
    let notes = report["notes"].to_string();
    assert!(notes.contains("(proven by the certificate)"), "{notes}");
}

impl Tampered {
    fn certificate(&self, edit: impl FnOnce(&mut Value)) {
        let name = "out/certificate.json";
        let mut value: Value = serde_json::from_str(&self.0.read(name)).unwrap();
        edit(&mut value);
        self.0.write(name, &value.to_string());
    }
}

#[test]
fn a_plan_that_was_kept_is_not_made_the_best_one() {
    for proof in ["search", "tree"] {
        let bench = Bench::default();
        let rows = "A,9,49,1,R1\nB,9,51,1,R1\nC,11,49,1,R2\nD,11,51,1,R2\n";
        bench.write("four.csv", &format!("id,lon,lat,workload,owner\n{rows}"));
        bench.write("two.csv", "id,lon,lat\nR1,10,49\nR2,10,51\n");
        bench.write(
            "keep.toml",
            "customers = \"four.csv\"\nreps = \"two.csv\"\n[[balance]]\nmeasure = \"workload\"\n",
        );
        let (scenario, out) = (bench.arg("keep.toml"), bench.arg("out"));
        let (code, ..) = said(&revier(&["solve", &scenario, "--keep", "--out", &out]));
        assert_eq!((code, bench.check()), (0, (0, String::new())));
        let plan = Tampered(bench);
        let objective = |r: &Value| r["objective"]["value"].clone();
        plan.report(|r| {
            (r["bound"], r["gap"]) = (objective(r), 0.0.into());
            (r["status"], r["claim"]) = ("optimal".into(), "optimal".into());
            r["proof"] = proof.into();
        });
        plan.certificate(|c| {
            c["value"] = c["objective"].clone();
            c["claim"] = "optimal".into();
        });
        match proof {
            "search" => plan.caught(&["report:", "damaged", "search"]),
            _ => plan.caught(&["certificate:", "the tree proves"]),
        }
    }
}

#[test]
fn forged_trees_are_refused() {
    let forged = |edit: &dyn Fn(&mut Value), words: &[&str]| {
        let (.., bench) = NEAR.solved(1.0, false);
        let plan = Tampered(bench);
        plan.certificate(|c| edit(c));
        plan.caught(words);
    };
    let refused = "certificate: certificate.json:";
    forged(
        &|c| c["value"] = 1e300.into(),
        &[refused, "its value is not the bound"],
    );
    forged(
        &|c| c["claim"] = "infeasible".into(),
        &[refused, "claims something else"],
    );
    forged(
        &|c| c["format"] = "revier-certificate/9".into(),
        &[refused, "format"],
    );
    forged(&|c| c["reps"] = json!(["R1", "R0"]), &[refused, "its reps"]);
    forged(
        &|c| c["inputs"][0]["sha256"] = "00".into(),
        &[refused, "other inputs"],
    );
    forged(
        &|c| c["tree"] = json!({"unit": "C0", "branches": {}}),
        &["certificate:", "leaves out a rep"],
    );
    forged(
        &|c| c["tree"] = json!({"unit": "C9", "branches": {}}),
        &[refused, "\"C9\""],
    );
    forged(
        &|c| c["tree"] = json!({"prices": [[0.0], [0.0]]}),
        &["certificate:", "the tree proves"],
    );
    forged(
        &|c| c["tree"] = json!({"prices": [[0.0]]}),
        &[refused, "one price per rep and measure"],
    );
    forged(
        &|c| c["tree"] = json!({"ray": [[1], [1]]}),
        &["certificate:", "a ray proves nothing"],
    );
    forged(
        &|c| c["tree"] = json!({"subset": "R1", "measure": "workload"}),
        &["certificate:", "proves nothing"],
    );
    forged(
        &|c| c["tree"] = json!({"prices": [[0.0], [0.0]], "change": null}),
        &[refused, "damaged"],
    );
    forged(
        &|c| c["tree"]["certain"] = true.into(),
        &[refused, "damaged", "certain"],
    );
}

/// Larger than what is held as one case: the proof is one ray.
#[test]
fn bounds_that_nothing_can_keep_are_refuted_at_any_size() {
    let bench = Bench::default();
    let customers: String = (0..45_000)
        .map(|i| {
            format!(
                "C{i},{},{},{}\n",
                10.0 + 1e-4 * f64::from(i % 9_000),
                50.0 + 1e-4 * f64::from(i / 9),
                1 + i % 7
            )
        })
        .collect();
    bench.write("many.csv", &format!("id,lon,lat,workload\n{customers}"));
    let reps: String = (0..50)
        .map(|j| format!("R{j},{},50.2,2900\n", 10.0 + 0.02 * f64::from(j)))
        .collect();
    bench.write("reps50.csv", &format!("id,lon,lat,max_workload\n{reps}"));
    bench.write(
        "many.toml",
        "customers = \"many.csv\"\nreps = \"reps50.csv\"\n[[balance]]\nmeasure = \"workload\"\n[solve]\ntime_limit_s = 20\n",
    );
    let (scenario, out) = (bench.arg("many.toml"), bench.arg("out"));
    let (code, ..) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert_eq!(code, 3);
    let certificate: Value = serde_json::from_str(&bench.read("out/certificate.json")).unwrap();
    assert_eq!(certificate["claim"], "infeasible");
    assert!(certificate["tree"]["ray"].is_array());
    assert_eq!(bench.check(), (0, String::new()));
}

/// Where a customer has no rep at all, that is the proof, and its worth is 1: not what the largest number leaves.
#[test]
fn a_customer_whom_nobody_may_have_is_worth_one() {
    let bench = Bench::default();
    bench.write("near.csv", "id,lon,lat\nA,10,50\nB,10.1,50\nFAR,20,50\n");
    bench.write("home.csv", "id,lon,lat\nR1,10,50\nR2,10.2,50\n");
    let text = "customers = \"near.csv\"\nreps = \"home.csv\"\n[[balance]]\nmeasure = \"customers\"\ntolerance = 0.6\n";
    bench.write(
        "limit.toml",
        &format!("{text}[travel]\nmax_km = 100\nweight = \"none\"\n"),
    );
    let (scenario, out) = (bench.arg("limit.toml"), bench.arg("out"));
    assert_eq!(said(&revier(&["solve", &scenario, "--out", &out])).0, 3);
    let certificate: Value = serde_json::from_str(&bench.read("out/certificate.json")).unwrap();
    assert_eq!(
        (certificate["claim"].as_str(), certificate["value"].as_f64()),
        (Some("infeasible"), Some(1.0))
    );
    assert_eq!(bench.check(), (0, String::new()));
}

/// Bounds that contradict each other by a ten-millionth: the prices that show it are so large that rounding may undo what they prove.
#[test]
fn advice_rests_on_the_prices_that_are_left_where_a_proof_is_taken_back() {
    let bench = Bench::default();
    bench.write(
        "two.csv",
        "id,lon,lat,beds,owner\nC1,11.716,48.53,683.8849,\nC2,12.688,54.07,0.0000075,R1\n",
    );
    bench.write(
        "three.csv",
        "id,lon,lat,max_customers,max_minutes,min_customers\nR1,13.626,47.726,0.9999999,,\nR2,12.604,49.091,,1000,\nR3,9.292,48.74,,,0\n",
    );
    bench.write(
        "near.toml",
        "customers = \"two.csv\"\nreps = \"three.csv\"\n[[balance]]\nmeasure = \"customers\"\ntolerance = 0.999999\n\
         [travel]\nspeed_kmh = 60\ndetour = 1.3\nweight = \"none\"\n[change]\nmeasure = \"beds\"\nmax_share = 0\n[solve]\ngap = 1e-6\n",
    );
    let (scenario, out) = (bench.arg("near.toml"), bench.arg("out"));
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("a stronger proof did not pass"), "{err}");
    assert_eq!(bench.check(), (0, String::new()));
}
