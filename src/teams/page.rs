//! `index.html`: the teams in a table, each with a link to its page.

use super::Index;
use crate::base::words::{figure, figure_at_least, gap, thousands};
use crate::disk::file;
use crate::report::Lang;
use std::fmt::Write;
use std::path::Path;

/// The name of the page.
pub const PAGE: &str = "index.html";

/// How the page begins.
const START: &str = "<!doctype html><!-- revier teams -->";

/// Whether a file is such a page.
#[must_use]
pub fn is_page(path: &Path) -> bool {
    file::begins_with(path, START)
}

/// The words of the page.
struct Words {
    heads: [&'static str; 7],
    together: &'static str,
    several: &'static str,
    none: &'static str,
    idle: &'static str,
    proven: &'static str,
}

const ENGLISH: Words = Words {
    heads: [
        "team",
        "customers",
        "reps",
        "objective",
        "at least",
        "gap",
        "km",
    ],
    together: "together",
    several: "customers are in several teams: each of these looks after them.",
    none: "customers are in no team, and in no plan.",
    idle: "Reps in no team",
    proven: "Each plan is proven by itself, within the rules of its team: \"at least\" is what no plan of the team can cost less than.",
};

const GERMAN: Words = Words {
    heads: [
        "Team",
        "Kunden",
        "Mitarbeiter",
        "Zielwert",
        "mindestens",
        "Lücke",
        "km",
    ],
    together: "zusammen",
    several: "Kunden gehören zu mehreren Teams: Jedes davon betreut sie.",
    none: "Kunden gehören zu keinem Team und stehen in keinem Plan.",
    idle: "Mitarbeiter ohne Team",
    proven: "Jeder Plan ist für sich bewiesen, im Rahmen der Regeln seines Teams: Unter „mindestens“ liegt kein Plan des Teams.",
};

/// The page.
#[must_use]
pub fn page(index: &Index, lang: Lang) -> String {
    let (words, code) = match lang {
        Lang::De => (&GERMAN, "de"),
        Lang::En => (&ENGLISH, "en"),
    };
    // Figures are English in the files; pages turn them.
    let number = |text: String| match lang {
        Lang::De => text
            .replace(',', "\u{1}")
            .replace('.', ",")
            .replace('\u{1}', "."),
        Lang::En => text,
    };
    let title = escaped(&index.name);
    let mut to = format!(
        "{START}\n<html lang=\"{code}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;background:#fff}}\
         table{{border-collapse:collapse;width:100%}}th,td{{padding:.4rem .6rem;text-align:right;border-bottom:1px solid #ddd}}\
         th:first-child,td:first-child{{text-align:left}}tfoot{{font-weight:600}}</style>\n<h1>{title}</h1>\n<table><thead><tr>"
    );
    for head in words.heads {
        let _ = write!(to, "<th scope=\"col\">{head}</th>");
    }
    to.push_str("</tr></thead>\n<tbody>\n");
    for team in &index.teams {
        let name = escaped(&team.name);
        let link = team.name.replace(' ', "%20");
        let _ = writeln!(
            to,
            "<tr><td><a href=\"{link}/report.html\">{name}</a></td><td>{}</td><td>{}</td><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            number(thousands(team.customers)),
            number(thousands(team.reps)),
            number(figure(team.objective)),
            escaped(&team.unit),
            number(figure_at_least(team.bound)),
            number(gap(team.gap)),
            number(team.travel_km.map_or_else(|| "-".to_owned(), figure)),
        );
    }
    let reps: usize = index.teams.iter().map(|t| t.reps).sum();
    let _ = writeln!(
        to,
        "</tbody>\n<tfoot><tr><td>{}</td><td>{}</td><td>{}</td><td></td><td></td><td></td><td>{}</td></tr></tfoot></table>",
        words.together,
        number(thousands(index.customers)),
        number(thousands(reps)),
        number(index.travel_km.map_or_else(|| "-".to_owned(), figure))
    );
    let _ = writeln!(to, "<p>{}</p>", words.proven);
    for (n, said) in [
        (index.in_several, words.several),
        (index.in_none, words.none),
    ] {
        if n > 0 {
            let _ = writeln!(to, "<p>{} {said}</p>", number(thousands(n)));
        }
    }
    if !index.idle_reps.is_empty() {
        let names: Vec<String> = index.idle_reps.iter().map(|id| escaped(id)).collect();
        let _ = writeln!(to, "<p>{}: {}</p>", words.idle, names.join(", "));
    }
    to.push_str("</html>\n");
    to
}

/// A text as HTML has it.
fn escaped(text: &str) -> String {
    let mut to = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '"' => to.push_str("&quot;"),
            c if c.is_control() => to.push('\u{fffd}'),
            c => to.push(c),
        }
    }
    to
}
