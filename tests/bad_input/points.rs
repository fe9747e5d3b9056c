//! Points as text in a column of a table: what counts where there is more than one place, and what is told.

use super::Bench;

/// The places of the customers of a table, or the codes of what is told.
fn places(table: &str, toml: &str) -> Result<Vec<[f64; 2]>, Vec<String>> {
    let bench = Bench::new()
        .with("customers", "c.csv", table.as_bytes())
        .toml(toml);
    match bench.read() {
        Ok(inputs) => {
            let c = &inputs.customers;
            Ok((c.lon.iter().zip(&c.lat)).map(|(x, y)| [*x, *y]).collect())
        }
        Err(_) => Err(bench
            .problems()
            .iter()
            .filter(|p| p.severity == revier::error::Severity::Error)
            .map(ToString::to_string)
            .collect()),
    }
}

#[test]
fn points_as_text_are_places() {
    let table = "id,WKT\nC1,POINT (9.5 50.25)\nC2,SRID=4326;POINT(9.75 50.5)\nC3,010100000000000000000024400000000000004940\n";
    let found = places(table, "");
    assert_eq!(found, Ok(vec![[9.5, 50.25], [9.75, 50.5], [10.0, 50.0]]));
    let metres = places("id,geom\nC1,SRID=25832;POINT(500000 5538630.7)\n", "").expect("read");
    assert!((metres[0][0] - 9.0).abs() < 1e-9 && (metres[0][1] - 50.0).abs() < 1e-3);
}

#[test]
fn what_the_scenario_names_is_the_place_else_the_coordinates_are() {
    let table = "id,lon,lat,P,geometry\nC1,9.5,50.5,POINT (9 50),nonsense\n";
    assert_eq!(places(table, ""), Ok(vec![[9.5, 50.5]]));
    let named = "[columns.customers]\ngeometry = \"P\"\n";
    assert_eq!(places(table, named), Ok(vec![[9.0, 50.0]]));
    let both = "[columns.customers]\ngeometry = \"P\"\nlon = \"lon\"\n";
    let told = places(table, both).expect_err("one place");
    assert!(
        told.iter().any(|t| t.contains("ambiguous-column")),
        "{told:?}"
    );
    // A coordinate that is named is not passed over for a column of points.
    let told = places(
        "id,X1,geometry\nC1,9,POINT (1 1)\n",
        "[columns.customers]\nlon = \"X1\"\n",
    );
    let told = told.expect_err("no latitude");
    assert!(told.iter().any(|t| t.contains("`lat`")), "{told:?}");
}

#[test]
fn text_that_is_no_place_is_told_with_what_it_is() {
    for (cell, words) in [
        ("\"POLYGON((0 0, 1 0, 1 1, 0 0))\"", "another kind"),
        ("\"POINT (9,5 50,5)\"", "decimal commas"),
        ("SRID=31467;POINT(3500000 5500000)", "EPSG:31467"),
        ("SRID=25832;POINT(9.5 50.5)", "these are degrees"),
        ("SRID=25832;POINT(32507000 5550000)", "nowhere"),
        ("POINT EMPTY", "no coordinate"),
        ("", "no coordinate"),
        ("somewhere", "no point"),
    ] {
        let told = places(&format!("id,geometry\nC1,{cell}\nC2,POINT (9 50)\n"), "");
        let told = told.expect_err(cell);
        assert_eq!(told.len(), 1, "{cell}: {told:?}");
        let here =
            told[0].contains(words) && told[0].contains("`geometry`") && told[0].contains("C1");
        assert!(here, "{cell}: {told:?}");
    }
}
