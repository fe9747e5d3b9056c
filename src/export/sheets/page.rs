//! The pages: the sheet of a rep, and the index of all.

use super::COMMAND;
use super::rows::{Rows, Source};
use super::words::{What, count, figure, number, word};
use crate::export::svg::sheet::{self, Marked};
use crate::report::assets::{hash, html, unix};
use crate::saved::RepFigures;
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// A page with this body.
fn page(source: &Source<'_>, title: &str, body: &str) -> Vec<u8> {
    let style = unix(STYLE);
    let policy = format!(
        "default-src 'none'; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style)
    );
    let made = word(source.lang, "Made by", "Erstellt mit");
    let roads = source.plan.report.scenario.travel.attribution();
    let roads = roads.map_or_else(String::new, |who| {
        format!(" · {}: {who}", word(source.lang, "Roads", "Straßen"))
    });
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"generator\" content=\"revier {COMMAND} {version}\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}<footer>{made} revier {version}{roads}</footer>\n</body>\n</html>\n",
        source.lang.tag(),
        html(&policy),
        html(title),
        version = env!("CARGO_PKG_VERSION"),
    )
    .into_bytes()
}

/// The middle one of the figures of all reps; the mean of two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[half]),
        _ => Some(f64::midpoint(values[half - 1], values[half])),
    }
}

/// A row of figures: what it is, the rep's, the middle of the team, and its least and greatest.
fn figures_row(
    source: &Source<'_>,
    name: &str,
    of: &dyn Fn(&RepFigures) -> Option<f64>,
    (j, places): (usize, Option<u8>),
) -> String {
    let all = &source.plan.report.territories;
    let lang = source.lang;
    let show = |x: Option<f64>| match (x, places) {
        (None, _) => "–".to_owned(),
        (Some(x), Some(places)) => number(lang, x, places),
        (Some(x), None) => figure(lang, x),
    };
    let team: Vec<f64> = all.iter().filter_map(of).collect();
    let least = team.iter().copied().reduce(f64::min);
    let most = team.iter().copied().reduce(f64::max);
    let range = format!("{} – {}", show(least), show(most));
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{range}</td></tr>\n",
        html(name),
        show(all.get(j).and_then(of)),
        show(median(team))
    )
}

/// Figures of a rep beside those of the team.
fn figures(source: &Source<'_>, j: usize) -> String {
    let (lang, report) = (source.lang, &source.plan.report);
    let head = [
        word(lang, "Figure", "Kennzahl"),
        word(lang, "This territory", "Dieses Gebiet"),
        word(lang, "Team, middle", "Team, Mitte"),
        word(lang, "Team, from – to", "Team, von – bis"),
    ];
    let mut out = format!(
        "<table id=\"figures\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th><th scope=\"col\" class=\"n\">{}</th><th scope=\"col\" class=\"n\">{}</th></tr></thead>\n<tbody>\n",
        word(
            lang,
            "Figures beside the team’s",
            "Kennzahlen neben denen des Teams"
        ),
        head[0],
        head[1],
        head[2],
        head[3]
    );
    let customers = word(lang, "Customers", "Kunden");
    out += &figures_row(
        source,
        customers,
        &|t| Some(t.customers as f64),
        (j, Some(0)),
    );
    let share = word(lang, "of target, %", "vom Ziel, %");
    for balance in &report.scenario.balance {
        let name = balance.measure.as_str();
        let total = |t: &RepFigures| t.measures.get(name).map(|m| m.total);
        let index = |t: &RepFigures| t.measures.get(name)?.index.map(|i| 100.0 * i);
        if name != "customers" {
            out += &figures_row(source, name, &total, (j, None));
        }
        out += &figures_row(source, &format!("{name}, {share}"), &index, (j, Some(1)));
    }
    let km = word(lang, "Mean way, km", "Mittlerer Weg, km");
    out += &figures_row(source, km, &|t| t.travel_km, (j, Some(1)));
    let minutes = word(lang, "Mean way, minutes", "Mittlerer Weg, Minuten");
    out += &figures_row(source, minutes, &|t| t.travel_minutes, (j, Some(0)));
    out + "</tbody></table>\n"
}

/// The table of the customers who stay, come or go.
fn customers(source: &Source<'_>, what: What, list: &[usize]) -> String {
    let (lang, a) = (source.lang, &source.plan.assignments);
    let heading = format!("{} ({})", what.heading(lang), count(lang, list.len()));
    let id = what.name();
    let mut out = format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>\n");
    if list.is_empty() {
        let none = word(lang, "Nobody.", "Niemand.");
        return out + &format!("<p>{none}</p>\n</section>\n");
    }
    let other = match what {
        What::Kept => None,
        What::Gained => Some(word(lang, "From", "Von")),
        What::Lost => Some(word(lang, "To", "An")),
    };
    out += "<table><thead><tr>";
    let column = |name: &str| format!("<th scope=\"col\">{name}</th>");
    out += &column(word(lang, "Customer", "Kunde"));
    out += &column(word(lang, "Id", "Nummer"));
    out += &other.map_or_else(String::new, column);
    out += "<th scope=\"col\" class=\"n\">km</th>";
    out += &column(word(lang, "Reason", "Grund"));
    out += "</tr></thead>\n<tbody>\n";
    for i in list.iter().copied() {
        let who = match what {
            What::Lost => a.owner[i],
            _ => a.previous[i],
        };
        let who = other.map_or_else(String::new, |_| {
            format!("<td>{}</td>", html(source.rep(who)))
        });
        let km = match a.km[i].is_finite() {
            true => number(lang, a.km[i], 1),
            false => "–".to_owned(),
        };
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td>{who}<td class=\"n\">{km}</td><td>{}</td></tr>",
            html(&source.name(i)),
            html(a.ids.get(i)),
            html(&source.reason(i))
        );
    }
    out + "</tbody></table>\n</section>\n"
}

/// The sheet of rep `j`.
pub(super) fn sheet(source: &Source<'_>, j: usize, rows: &Rows, file: &str) -> Vec<u8> {
    let (lang, plan) = (source.lang, source.plan);
    let (name, scenario) = (&plan.territories.name[j], &plan.report.scenario.name);
    let marked = Marked {
        kept: &rows.kept,
        gained: &rows.gained,
        lost: &rows.lost,
    };
    let title = match lang {
        crate::report::Lang::En => format!("Map of the territory of {name}"),
        crate::report::Lang::De => format!("Karte des Gebiets von {name}"),
    };
    let map = sheet::map(plan, source.reps, j, &marked, &title);
    let key = word(
        lang,
        "● kept, ▲ gained, ✕ lost, □ home base",
        "● bleiben, ▲ kommen dazu, ✕ gehen ab, □ Wohnort",
    );
    let back = word(lang, "All reps", "Alle Vertreter");
    let table = word(lang, "This sheet as a table", "Dieses Blatt als Tabelle");
    let mut body = format!(
        "<nav><a href=\"index.html\">{back}</a> · <a href=\"{file}.csv\">{table}</a></nav>\n<main>\n<h1>{}</h1>\n<p class=\"plan\">{} · {}</p>\n\
         <div class=\"top\"><div>{map}<p class=\"key\">{key}</p></div>\n{}</div>\n",
        html(name),
        html(scenario),
        html(plan.territories.ids.get(j)),
        figures(source, j)
    );
    for what in [What::Gained, What::Lost, What::Kept] {
        body += &customers(source, what, rows.of(what));
    }
    page(
        source,
        &format!("{name} – {scenario}"),
        &(body + "</main>\n"),
    )
}

/// The index of all sheets.
pub(super) fn index(source: &Source<'_>, rows: &[Rows], names: &[String]) -> Vec<u8> {
    let (lang, plan) = (source.lang, source.plan);
    let scenario = &plan.report.scenario.name;
    let first = plan.report.scenario.balance.first();
    let measure = first.map_or("", |b| b.measure.as_str());
    let caption = word(
        lang,
        "A page and a table for each rep",
        "Eine Seite und eine Tabelle für jeden Vertreter",
    );
    let mut body = format!(
        "<main>\n<h1>{}</h1>\n<table><caption>{caption}</caption><thead><tr><th scope=\"col\">{}</th>",
        html(scenario),
        word(lang, "Rep", "Vertreter")
    );
    for head in [
        word(lang, "Customers", "Kunden"),
        What::Gained.heading(lang),
        What::Lost.heading(lang),
        &html(measure),
        word(lang, "% of target", "% vom Ziel"),
    ] {
        let _ = write!(body, "<th scope=\"col\" class=\"n\">{head}</th>");
    }
    let csv = word(lang, "Table", "Tabelle");
    let _ = writeln!(body, "<th scope=\"col\">{csv}</th></tr></thead>\n<tbody>");
    for (j, (rows, file)) in rows.iter().zip(names).enumerate() {
        let name = html(&plan.territories.name[j]);
        let of = (plan.report.territories.get(j)).and_then(|t| t.measures.get(measure));
        let total = of.map_or_else(String::new, |m| figure(lang, m.total));
        let share = of.and_then(|m| m.index).map(|i| number(lang, 100.0 * i, 1));
        let _ = write!(
            body,
            "<tr><th scope=\"row\"><a href=\"{file}.html\">{name}</a></th>"
        );
        for cell in [
            count(lang, rows.kept.len() + rows.gained.len()),
            count(lang, rows.gained.len()),
            count(lang, rows.lost.len()),
            total,
            share.unwrap_or_else(|| "–".to_owned()),
        ] {
            let _ = write!(body, "<td class=\"n\">{cell}</td>");
        }
        let label = html(&format!("CSV: {}", plan.territories.name[j]));
        let _ = writeln!(
            body,
            "<td><a href=\"{file}.csv\" aria-label=\"{label}\">CSV</a></td></tr>"
        );
    }
    page(source, scenario, &(body + "</tbody></table>\n</main>\n"))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_a_team() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, f64::NAN, 1.0]), Some(2.0));
        assert_eq!(median(vec![5.0, 1.0, 2.0]), Some(2.0));
    }
}
