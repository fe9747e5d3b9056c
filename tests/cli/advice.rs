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
