//! How people call the columns of a table: case, umlauts and separators folded, in English and German.

use std::collections::BTreeMap;

/// The name that revier knows, and others for it, folded.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "id",
        &[
            "kundennummer",
            "kundennr",
            "kundenid",
            "kdnr",
            "customerid",
            "customernumber",
            "customerno",
            "accountid",
            "accountnumber",
            "debitor",
            "debitorennummer",
            "mitarbeiternummer",
            "mitarbeiterid",
            "personalnummer",
            "vertreternummer",
            "employeeid",
            "repid",
        ],
    ),
    (
        "lon",
        &[
            "lng",
            "long",
            "longitude",
            "x",
            "laengengrad",
            "geolaenge",
            "geolon",
        ],
    ),
    (
        "lat",
        &["latitude", "y", "breitengrad", "geobreite", "geolat"],
    ),
    ("geometry", &["geom", "thegeom", "wkt", "wkbgeometry"]),
    (
        "name",
        &[
            "bezeichnung",
            "firma",
            "firmenname",
            "kunde",
            "kundenname",
            "accountname",
            "company",
        ],
    ),
    (
        "owner",
        &[
            "betreuer",
            "kundenbetreuer",
            "aussendienst",
            "aussendienstmitarbeiter",
            "vertreter",
            "accountowner",
            "ownerid",
            "salesrep",
        ],
    ),
    ("locked", &["fixiert", "gesperrt"]),
    ("requires", &["erfordert", "benoetigt", "requiredskills"]),
    ("group", &["gruppe", "konzern"]),
    (
        "region",
        &[
            "vertriebsregion",
            "verkaufsregion",
            "gebietsverbund",
            "salesregion",
        ],
    ),
    (
        "workload",
        &[
            "aufwand",
            "arbeitsaufwand",
            "arbeitslast",
            "stunden",
            "hours",
        ],
    ),
    (
        "revenue",
        &["umsatz", "jahresumsatz", "sales", "annualrevenue"],
    ),
    ("visits", &["besuche", "besuchsfrequenz"]),
    ("skills", &["faehigkeiten", "kenntnisse", "qualifikationen"]),
    ("capacity", &["kapazitaet"]),
    (
        "postcode",
        &[
            "plz",
            "postleitzahl",
            "zip",
            "zipcode",
            "postalcode",
            "billingpostalcode",
            "shippingpostalcode",
            "rechnungsplz",
            "lieferplz",
        ],
    ),
    (
        "country",
        &[
            "land",
            "laendercode",
            "laenderkennzeichen",
            "landeskennzeichen",
            "countrycode",
            "billingcountry",
            "billingcountrycode",
            "shippingcountry",
            "shippingcountrycode",
        ],
    ),
];

/// The column that the scenario names for a property (`[columns.customers]`): property to column, which is empty where no column is to be read.
pub(crate) type Named = BTreeMap<String, String>;

/// Letters and digits in lower case, umlauts as two letters.
pub(crate) fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'é' | 'è' | 'ê' => out.push('e'),
            c if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

/// The name that revier knows for a column of another name.
pub(crate) fn alias(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let is =
        |(known, others): &&(&str, &[&str])| *known == folded || others.contains(&folded.as_str());
    ALIASES.iter().find(is).map(|(known, _)| *known)
}

/// The property that the scenario names a column for.
pub(crate) fn named<'n>(named: &'n Named, column: &str) -> Option<&'n str> {
    let of = |(property, c): (&'n String, &'n String)| {
        (c == column && !c.is_empty()).then_some(property.as_str())
    };
    named.iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_as_people_call_them() {
        for (name, known) in [
            ("Kundennummer", "id"),
            ("Kunden-Nr.", "id"),
            ("customer id", "id"),
            ("ID", "id"),
            ("Längengrad", "lon"),
            ("LNG", "lon"),
            ("Latitude", "lat"),
            ("Umsatz", "revenue"),
            ("Account Owner", "owner"),
            ("Fähigkeiten", "skills"),
            ("Region", "region"),
            ("Vertriebsregion", "region"),
            ("Lat", "lat"),
            ("WKT", "geometry"),
            ("the_geom", "geometry"),
        ] {
            assert_eq!(alias(name), Some(known), "{name}");
        }
        for none in ["Straße", "Breite", "", "idx", "latte"] {
            assert_eq!(alias(none), None, "{none}");
        }
    }

    #[test]
    fn folded_names_are_folded_and_no_name_has_two_meanings() {
        let mut all: Vec<&str> = Vec::new();
        for (known, others) in ALIASES {
            all.push(known);
            all.extend(*others);
        }
        assert!(all.iter().all(|n| fold(n) == *n));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
