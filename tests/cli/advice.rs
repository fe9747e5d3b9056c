//! What the prices say, where places coincide: geocoded addresses stand on the centres of postcodes.

use super::{Bench, revier, said};

/// Solves customers (`lon`, `lat`, `workload`) and reps (`lon`, `lat`) with a tolerance; stdout.
fn solved(customers: &[(f64, f64, f64)], reps: &[(f64, f64)], tolerance: &str) -> String {
    let bench = Bench::new(0);
    let mut text = String::from("id,lon,lat,workload\n");
    for (i, (lon, lat, load)) in customers.iter().enumerate() {
        text += &format!("C{i},{lon},{lat},{load}\n");
    }
    bench.write("some.csv", &text);
    let mut text = String::from("id,lon,lat\n");
    for (j, (lon, lat)) in reps.iter().enumerate() {
        text += &format!("R{j},{lon},{lat}\n");
    }
    bench.write("bases.csv", &text);
    let (customers, reps, out) = (
        bench.arg("some.csv"),
        bench.arg("bases.csv"),
        bench.arg("out"),
    );
    let (code, stdout, err) = said(&revier(&[
        "solve",
        "--customers",
        &customers,
        "--reps",
        &reps,
        "--tolerance",
        tolerance,
        "--out",
        &out,
    ]));
    assert_eq!(code, 0, "{err}");
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    stdout
}

#[test]
fn all_customers_at_one_place() {
    let customers: Vec<_> = (1..=21).map(|w| (9.0, 50.0, f64::from(w))).collect();
    solved(&customers, &[(8.0, 50.0), (10.0, 50.0)], "0.1");
}

#[test]
fn home_bases_on_the_places_of_customers() {
    let at = |i: usize, step: f64| (i as f64 * step).fract();
    let place = |i: usize| (6.0 + 9.0 * at(i, 0.754_877), 47.5 + 7.0 * at(i, 0.569_840));
    let customers: Vec<_> = (0..700)
        .map(|i| (place(i).0, place(i).1, 0.3 * (1 + i * 7 % 31) as f64))
        .collect();
    let reps: Vec<_> = (0..12).map(|j| place(53 * j)).collect();
    solved(&customers, &reps, "0.05");
}

#[test]
fn customers_at_the_centres_of_few_postcodes() {
    let centre = |i: usize| {
        (
            9.0 + 0.13 * (i % 5) as f64,
            50.0 + 0.07 * (i / 5 % 5) as f64,
        )
    };
    let customers: Vec<_> = (0..300)
        .map(|i| {
            let (lon, lat) = centre(i * 7);
            (lon, lat, 0.1 * (1 + i % 97) as f64)
        })
        .collect();
    solved(&customers, &[(9.1, 50.1), (9.5, 50.2), (9.3, 49.9)], "0.05");
}

/// The report of customers at longitudes and reps at longitudes, all on one latitude, the reps with room for so many customers.
fn with_room(customers: &[f64], reps: &[(f64, usize)]) -> serde_json::Value {
    let bench = Bench::new(0);
    let mut text = String::from("id,lon,lat\n");
    for (i, lon) in customers.iter().enumerate() {
        text += &format!("C{i},{lon},50\n");
    }
    bench.write("some.csv", &text);
    let mut text = String::from("id,lon,lat,capacity,max_customers\n");
    for (j, (lon, room)) in reps.iter().enumerate() {
        text += &format!("R{j},{lon},50,,{room}\n");
    }
    bench.write("bases.csv", &text);
    let scenario =
        "customers = \"some.csv\"\nreps = \"bases.csv\"\n[[balance]]\nmeasure = \"customers\"\n";
    bench.write("room.toml", scenario);
    let (file, out) = (bench.arg("room.toml"), bench.arg("out"));
    let (code, _, err) = said(&revier(&["solve", &file, "--out", &out]));
    assert_eq!(code, 0, "{err}");
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&bench.read("out/report.json")).unwrap()
}

/// The least travel of all assignments, by trying each.
fn least(customers: &[f64], reps: &[(f64, usize)]) -> f64 {
    // Great-circle km on 50 degrees north.
    let km = |a: f64, b: f64| {
        let half = (50f64.to_radians().cos() * ((a - b).to_radians() / 2.0).sin()).asin();
        2.0 * 6371.0088 * half.abs()
    };
    let Some((first, rest)) = customers.split_first() else {
        return 0.0;
    };
    let mut best = f64::INFINITY;
    for (j, (lon, room)) in reps.iter().enumerate().filter(|(_, r)| r.1 > 0) {
        let mut left = reps.to_vec();
        left[j].1 = room - 1;
        best = best.min(km(*first, *lon) + least(rest, &left));
    }
    best
}

/// What is promised of each rep's upper bound must be what one more customer saves, and of the rest no more than there is.
fn promises_hold(customers: &[f64], reps: &[(f64, usize)]) -> usize {
    let report = with_room(customers, reps);
    let objective = report["objective"]["value"].as_f64().unwrap();
    let now = least(customers, reps);
    assert!((objective - now).abs() < 1e-6 * now, "{objective} {now}");
    let mut told = 0;
    for a in report["advice"].as_array().unwrap() {
        let step = a["step"].as_f64().unwrap_or(1.0);
        let saves = step * a["saves"].as_f64().unwrap();
        assert!(saves <= objective * (1.0 + 1e-9), "{a}");
        if a["kind"] == "upper" {
            told += 1;
            let j: usize = a["rep"].as_str().unwrap()[1..].parse().unwrap();
            let mut more = reps.to_vec();
            more[j].1 += 1;
            let can = now - least(customers, &more);
            assert!((saves - can).abs() < 1e-4 * objective, "{a}: {can}");
        }
    }
    for (j, _) in reps.iter().enumerate() {
        let mut more = reps.to_vec();
        more[j].1 += 1;
        let can = now - least(customers, &more);
        let id = format!("R{j}");
        let all = report["advice"].as_array().unwrap();
        let named = all
            .iter()
            .any(|a| a["kind"] == "upper" && a["rep"] == id.as_str());
        assert_eq!(named, can > 1e-4 * objective, "{id} {can}");
    }
    told
}

#[test]
fn bounds_that_add_up_to_the_total_promise_what_one_more_saves() {
    // Any amount may be added to all prices here: the dual has no bounded face.
    assert_eq!(
        promises_hold(&[9.0, 9.01, 9.02, 11.05], &[(9.0, 2), (11.0, 2)]),
        1
    );
}

#[test]
fn nothing_is_promised_where_nothing_can_be_saved() {
    assert_eq!(
        promises_hold(&[9.03, 9.01, 11.02, 11.05], &[(9.0, 2), (11.0, 2)]),
        0
    );
}

#[test]
fn promises_along_a_chain_of_full_reps() {
    let customers = [9.0, 9.1, 9.2, 9.3, 9.4, 9.9, 10.1, 10.7, 11.0];
    let told = promises_hold(&customers, &[(9.0, 3), (10.0, 3), (11.0, 3)]);
    assert!(told >= 1);
}
