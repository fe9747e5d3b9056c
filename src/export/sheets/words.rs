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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_signs_of_the_language() {
        assert_eq!(number(Lang::De, 1234.56, 1), "1.234,6");
        assert_eq!(number(Lang::En, 1234.56, 1), "1,234.6");
        assert_eq!(count(Lang::De, 12_345), "12.345");
    }
}
