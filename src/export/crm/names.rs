//! Names of territories that Salesforce takes as `DeveloperName`: letters, digits and underscores, a letter first, no two underscores side by
//! side and none at the end, at most 80 characters, unique whatever the case.
//!
//! Source: Object Reference for the Salesforce Platform, `DeveloperName` of Territory2 and its siblings,
//! <https://developer.salesforce.com/docs/platform/object-reference/references/standard-objects/object-territory2.html>; length:
//! <https://developer.salesforce.com/docs/platform/field-reference/references/field-reference/salesforce-field-reference-territory2.html>.
//! That names which differ by case are the same could not be verified there, and is assumed.

use crate::disk::file::sha256;
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// The most characters of a name.
pub(super) const LONGEST: usize = 80;
/// Hexadecimal digits of a hash in a name.
const HASH: usize = 8;
/// The most characters of an id in a name.
const ID: usize = 40;

/// Letters that are no Latin letter with marks, and how they are written without.
fn spelled(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'Ä' => "Ae",
        'Ö' => "Oe",
        'Ü' => "Ue",
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        'ø' => "oe",
        'Ø' => "Oe",
        'å' => "aa",
        'Å' => "Aa",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'þ' => "th",
        'Þ' => "Th",
        'ł' => "l",
        'Ł' => "L",
        'ħ' => "h",
        'Ħ' => "H",
        'ı' => "i",
        'ĸ' => "k",
        'ŋ' => "ng",
        'Ŋ' => "Ng",
        'ŧ' => "t",
        'Ŧ' => "T",
        _ => return None,
    })
}

/// A text in letters, digits and single underscores; nothing where it has none of them.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    let mut push = |c: char| {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    };
    // Letters that come in parts are put together first.
    for c in text.nfc() {
        if let Some(letters) = spelled(c) {
            letters.chars().for_each(&mut push);
            continue;
        }
        for part in std::iter::once(c).nfkd() {
            // A mark on a letter is no gap.
            if !unicode_normalization::char::is_combining_mark(part) {
                push(part);
            }
        }
    }
    out.trim_matches('_').to_owned()
}

/// A name made of these parts: legal, whatever they are.
pub(super) fn legal(text: &str, end: &str) -> String {
    let mut name = slug(text);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "T_");
    }
    let room = LONGEST - if end.is_empty() { 0 } else { end.len() + 1 };
    name.truncate(room);
    let name = name.trim_end_matches('_');
    match end.is_empty() {
        true => name.to_owned(),
        false => format!("{name}_{end}"),
    }
}

/// The names of reps by their ids and names. The id follows on the name, and a hash of the id where that is not enough to tell it from others: a name stays the
/// same when others come and go, but for those whose ids differ by case alone. None is one of `taken`.
pub(super) fn developer_names(reps: &[(&str, &str)], taken: &[String]) -> Vec<String> {
    let short: Vec<String> = (reps.iter())
        .map(|(id, name)| {
            let mut end = slug(id);
            end.truncate(ID);
            let end = end.trim_matches('_');
            let told = !end.is_empty() && slug(name) != slug(id);
            legal(name, if told { end } else { "" })
        })
        .collect();
    let mut counts = std::collections::HashMap::new();
    for name in &short {
        *counts.entry(name.to_ascii_lowercase()).or_insert(0) += 1;
    }
    let mut used: HashSet<String> = taken.iter().map(|name| name.to_ascii_lowercase()).collect();
    let whole = reps.iter().zip(short).map(|((id, _), short)| {
        let poor = slug(id).is_empty() || slug(id) != *id;
        let alone = counts.get(&short.to_ascii_lowercase()) == Some(&1);
        let mut name = match alone && !poor {
            true => short.clone(),
            false => legal(&short, &sha256(id.as_bytes())[..HASH]),
        };
        let mut n = 1;
        while !used.insert(name.to_ascii_lowercase()) {
            n += 1;
            let hash = sha256(format!("{id} {n}").as_bytes());
            name = legal(&short, &hash[..HASH]);
        }
        name
    });
    whole.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_legal(name: &str) -> bool {
        name.len() <= LONGEST
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.contains("__")
            && !name.ends_with('_')
    }

    #[test]
    fn letters_of_latin_scripts_are_spelled() {
        for (text, slugged) in [
            ("Jürgen Groß", "Juergen_Gross"),
            ("Ju\u{308}rgen", "Juergen"),
            ("Łukasz Żółć", "Lukasz_Zolc"),
            ("Čeněk Dvořák", "Cenek_Dvorak"),
            ("Søren Ångström", "Soeren_Aangstroem"),
            ("Þór  -- d'Été__x_", "Thor_d_Ete_x"),
            ("Nguyễn Văn Ơi", "Nguyen_Van_Oi"),
            ("ﬁ Ⅳ ２", "fi_IV_2"),
            ("田中", ""),
            ("", ""),
        ] {
            assert_eq!(slug(text), slugged, "{text}");
        }
    }

    #[test]
    fn names_are_legal_unique_and_stay_when_others_come() {
        let reps = [
            ("R1", "Jürgen Groß"),
            ("R2", "Jürgen Groß"),
            ("田", "田中"),
            ("中", "田中"),
            ("7", "7"),
            ("a", "A"),
            ("A", "A"),
        ];
        let names = developer_names(&reps, &[]);
        assert_eq!(names[..2], ["Juergen_Gross_R1", "Juergen_Gross_R2"]);
        assert!(
            names[2].starts_with("T_") && names[2] != names[3],
            "{names:?}"
        );
        assert_eq!(names[4], "T_7");
        assert!(!names[5].eq_ignore_ascii_case(&names[6]));
        assert!(names.iter().all(|n| is_legal(n)), "{names:?}");
        let more: Vec<(&str, &str)> = [("R0", "Neu")].into_iter().chain(reps).collect();
        assert_eq!(developer_names(&more, &[])[1..], names);
        let regions = [
            ("Region/Süd", "Region/Süd"),
            ("Region/Süd/B", "Region/Süd/B"),
        ];
        let named = developer_names(&regions, &names);
        assert!(named[1].starts_with("Region_Sued_B_"), "{named:?}");
        let again = developer_names(&regions[..1], &named);
        assert!(
            is_legal(&again[0]) && !named.contains(&again[0]),
            "{again:?}"
        );
    }

    #[test]
    fn two_hundred_clashes_survive() {
        let long = "ä".repeat(120);
        let ids: Vec<String> = (0..200)
            .map(|i| format!("{}{i}", "中".repeat(i % 3)))
            .collect();
        let reps: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), long.as_str())).collect();
        let names = developer_names(&reps, &[]);
        let distinct: HashSet<String> = names.iter().map(|n| n.to_ascii_lowercase()).collect();
        assert_eq!(distinct.len(), 200);
        assert!(names.iter().all(|n| is_legal(n)));
    }

    proptest! {
        #[test]
        fn whatever_the_names(texts in proptest::collection::hash_set("\\PC{0,90}|[ä_ .0-9]{0,9}|.{0,6}", 1..12)) {
            let reps: Vec<(&str, &str)> = texts.iter().map(|t| (t.as_str(), t.as_str())).collect();
            let names = developer_names(&reps, &[]);
            let distinct: HashSet<String> = names.iter().map(|n| n.to_ascii_lowercase()).collect();
            prop_assert_eq!(distinct.len(), reps.len());
            for name in &names {
                prop_assert!(is_legal(name), "{}", name);
            }
        }
    }
}
