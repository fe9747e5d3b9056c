//! The words of the sheets, in English and German.

use crate::base::words;
use crate::report::Lang;

/// A pair of words in the language of the sheet.
pub(super) fn word(lang: Lang, en: &'static str, de: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::De => de,
    }
}

/// A number, its signs those of the language.
pub(super) fn number(lang: Lang, x: f64, places: u8) -> String {
    signs(lang, &words::grouped(&words::fixed(x, places)))
}

/// A figure of a measure.
pub(super) fn figure(lang: Lang, x: f64) -> String {
    signs(lang, &words::figure(x))
}

/// A count.
pub(super) fn count(lang: Lang, n: usize) -> String {
    signs(lang, &words::thousands(n))
}

fn signs(lang: Lang, text: &str) -> String {
    let swap = |c: char| match c {
        ',' => '.',
        '.' => ',',
        c => c,
    };
    match lang {
        Lang::En => text.to_owned(),
        Lang::De => text.chars().map(swap).collect(),
    }
}

/// What becomes of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Kept,
    Gained,
    Lost,
}

impl What {
    /// In the tables.
    pub fn name(self) -> &'static str {
        match self {
            What::Kept => "kept",
            What::Gained => "gained",
            What::Lost => "lost",
        }
    }

    /// On the pages.
    pub fn heading(self, lang: Lang) -> &'static str {
        match self {
            What::Kept => word(lang, "Kept", "Bleiben"),
            What::Gained => word(lang, "Gained", "Kommen dazu"),
            What::Lost => word(lang, "Lost", "Gehen ab"),
        }
    }
}

/// An exception of a customer in German, by the words that it is told in; as it stands where they are others.
pub(super) fn exception(lang: Lang, text: &str, site: &str) -> String {
    let german = || -> Option<String> {
        let of = text.strip_prefix(site)?;
        let between = |a: &str, b: &str| -> Option<(String, String)> {
            let (left, right) = of.strip_prefix(a)?.split_once(b)?;
            Some((left.to_owned(), right.to_owned()))
        };
        let lacks = |(skills, rep): (String, String)| {
            let rep = rep.strip_suffix(" lacks")?;
            Some(format!("{site} verlangt {skills}, was {rep} fehlt"))
        };
        let limit = |unit: &str, de: &str| {
            let (far, rest) = between(" is ", &format!(" {unit} from "))?;
            let (rep, most) = rest.split_once(", whose limit is ")?;
            let most = most.strip_suffix(&format!(" {unit}"))?;
            let (far, most) = (signs(lang, &far), signs(lang, most));
            Some(format!(
                "{site} liegt {far} {de} von {rep} entfernt, erlaubt sind {most} {de}"
            ))
        };
        let locked = || {
            let (lock, rep) = between(" is locked to ", " but goes to ")?;
            Some(format!("{site} ist fest bei {lock}, geht aber an {rep}"))
        };
        let forbidden = || {
            let rep = of
                .strip_prefix(" must not go to ")?
                .strip_suffix(" (rules.forbid)")?;
            Some(format!("{site} darf nicht an {rep} gehen (rules.forbid)"))
        };
        let group = || {
            let (rep, rest) = between(" goes to ", ", the rest of its group ")?;
            let (group, others) = rest.rsplit_once(" to ")?;
            Some(format!(
                "{site} geht an {rep}, der Rest der Gruppe {group} an {others}"
            ))
        };
        let elsewhere = || {
            let (region, rest) = between(" is of the region ", ", ")?;
            let (rep, other) = rest.rsplit_once(" of ")?;
            Some(format!(
                "{site} gehört zur Region {region}, {rep} zu {other}"
            ))
        };
        locked()
            .or_else(elsewhere)
            .or_else(|| between(" requires ", ", which ").and_then(lacks))
            .or_else(forbidden)
            .or_else(|| limit("km", "km"))
            .or_else(|| limit("minutes", "Minuten"))
            .or_else(group)
    };
    let way = || -> Option<String> {
        let unknown = text.strip_prefix("the minutes from ");
        let unknown = unknown.and_then(|t| t.strip_suffix(&format!(" to {site} are unknown")));
        let none = text.strip_prefix("the matrix has no way from ");
        let none = none.and_then(|t| t.strip_suffix(&format!(" to {site}")));
        let (rep, so) = match (unknown, none) {
            (Some(rep), _) => (rep, "Die Minuten"),
            (_, Some(rep)) => (rep, "Die Matrix hat keinen Weg"),
            _ => return None,
        };
        let end = if unknown.is_some() {
            " sind unbekannt"
        } else {
            ""
        };
        Some(format!("{so} von {rep} zu {site}{end}"))
    };
    let cut_off = || -> Option<String> {
        let (rep, rest) = text.split_once(": ")?;
        let whom = rest.strip_suffix(" cut off from the rest of its territory")?;
        let whom = whom
            .strip_suffix(" is")
            .or(whom.strip_suffix(" are"))
            .unwrap_or(whom);
        let whom = whom
            .replace(" customers (", " Kunden (")
            .replace(" customer (", " Kunde (");
        Some(format!("{rep}: {whom} vom Rest des Gebiets abgeschnitten"))
    };
    match lang {
        Lang::En => None,
        Lang::De => german().or_else(way).or_else(cut_off),
    }
    .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_told_in_german() {
        for (text, german) in [
            (
                "C 1 is locked to R1 but goes to R2",
                "C 1 ist fest bei R1, geht aber an R2",
            ),
            (
                "C 1 requires cold and crane, which R2 lacks",
                "C 1 verlangt cold and crane, was R2 fehlt",
            ),
            (
                "C 1 is of the region Süd/Bayern, R2 of Nord",
                "C 1 gehört zur Region Süd/Bayern, R2 zu Nord",
            ),
            (
                "C 1 must not go to R2 (rules.forbid)",
                "C 1 darf nicht an R2 gehen (rules.forbid)",
            ),
            (
                "C 1 is 1,250.5 km from R2, whose limit is 30 km",
                "C 1 liegt 1.250,5 km von R2 entfernt, erlaubt sind 30 km",
            ),
            (
                "C 1 is 61 minutes from R2, whose limit is 60 minutes",
                "C 1 liegt 61 Minuten von R2 entfernt, erlaubt sind 60 Minuten",
            ),
            (
                "C 1 goes to R2, the rest of its group \"a to b\" to R1",
                "C 1 geht an R2, der Rest der Gruppe \"a to b\" an R1",
            ),
            (
                "the matrix has no way from R2 to C 1",
                "Die Matrix hat keinen Weg von R2 zu C 1",
            ),
            (
                "the minutes from R2 to C 1 are unknown",
                "Die Minuten von R2 zu C 1 sind unbekannt",
            ),
            (
                "R2: 2 customers (C 1, C2) are cut off from the rest of its territory",
                "R2: 2 Kunden (C 1, C2) vom Rest des Gebiets abgeschnitten",
            ),
            ("something else", "something else"),
        ] {
            assert_eq!(exception(Lang::De, text, "C 1"), german);
            assert_eq!(exception(Lang::En, text, "C 1"), text);
        }
    }

    #[test]
    fn numbers_have_the_signs_of_the_language() {
        assert_eq!(number(Lang::De, 1234.56, 1), "1.234,6");
        assert_eq!(number(Lang::En, 1234.56, 1), "1,234.6");
        assert_eq!(count(Lang::De, 12_345), "12.345");
    }
}
