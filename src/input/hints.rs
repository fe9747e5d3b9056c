//! What is said once for a whole file of features.

use super::index::IdIndex;
use super::rows::Base;
use crate::error::{Problem, codes};
use crate::scenario::TableRole;

/// Refuses a file without features.
pub(super) fn empty(base: &mut Base, what: &str) {
    if lacks_chosen(base, what) {
        return;
    }
    if let Some(problem) = none_chosen(base, what) {
        return base.problems.add(problem);
    }
    if base.ids.is_empty() && !base.incomplete {
        let problem = Problem::error(
            codes::EMPTY_COLLECTION,
            format!("there are no {what} in it"),
        );
        base.problems
            .add(problem.help(format!("add at least one of the {what}")));
    }
}

/// Whether a column by which features are chosen is not there, which is told.
fn lacks_chosen(base: &mut Base, what: &str) -> bool {
    let Some(name) = base.chosen.absent() else {
        return false;
    };
    if base.incomplete || base.ids.is_empty() && base.chosen.left.is_empty() {
        return false;
    }
    let said = format!(
        "none of the {what} has a column `{name}`, by which they are chosen: {}",
        base.chosen.text
    );
    let names: Vec<String> = (base.others.iter().chain(base.chosen.names()))
        .cloned()
        .collect();
    let help = match most_like(&name, &names) {
        Some(near) => format!("name it as the file does; did you mean `{near}`?"),
        None => "mend the condition of [[team]] or [select]".to_owned(),
    };
    let problem = Problem::error(codes::MISSING_COLUMN, said).field(format!("select.{what}"));
    base.problems.add(problem.help(help));
    true
}

/// The problem of a file of which nothing is chosen.
fn none_chosen(base: &Base, what: &str) -> Option<Problem> {
    if !base.ids.is_empty() || base.chosen.left.is_empty() {
        return None;
    }
    let said = format!(
        "none of the {what} meets the condition {}",
        base.chosen.text
    );
    let problem = Problem::error(codes::EMPTY_COLLECTION, said).field(format!("select.{what}"));
    Some(problem.help("compare it with the values in the file, letter by letter"))
}

/// Refuses ids that stand twice, and says where the first one is.
pub(crate) fn duplicate_ids(base: &mut Base) -> IdIndex {
    let (index, duplicates) = IdIndex::build(&base.ids);
    for (position, first) in duplicates {
        let what = format!("the id is taken: feature {} has it", base.number(first));
        let problem = Problem::error(codes::DUPLICATE_ID, what)
            .at(base.number(position))
            .id(base.ids.get(position))
            .field(base.id_name)
            .help("give every feature an id of its own");
        base.problems.add(problem);
    }
    index
}

/// Tells of columns that the scenario names and no feature has. A file that could not be read has none.
pub(super) fn named_and_absent(base: &mut Base) {
    if base.incomplete || base.ids.is_empty() {
        return;
    }
    let absent = |(property, column): &(&String, &String)| {
        !column.is_empty()
            && !base.met.contains(property)
            && (property.as_str(), column.as_str()) != ("id", "id")
    };
    for (property, column) in base.named.iter().filter(absent) {
        if property == "geometry" && !base.table {
            let what = "features have geometries of their own: the column that the scenario names is not read";
            let problem = Problem::error(codes::NO_EFFECT, what).field(property);
            let help = "leave it out: it is for tables with points as text";
            base.problems.add(problem.help(help));
            continue;
        }
        let what = format!(
            "no feature has a property {column:?}, which the scenario names for `{property}`"
        );
        let help = match most_like(column, &base.others) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let table = base.role.unwrap_or(TableRole::Customers);
                format!("mend the name in [columns.{table}]")
            }
        };
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(property);
        base.problems.add(problem.help(help));
    }
}

/// Warns of a property that is probably meant to be `name`, which no feature has.
pub(super) fn similar_name(base: &mut Base, name: &str, slot: u16) {
    if base.ever(slot) || base.named.get(name).is_some_and(String::is_empty) {
        return;
    }
    if let Some(near) = most_like(name, &base.others) {
        let what = format!("there is no `{name}`, but there is `{near}`, which is not read");
        let problem = Problem::warning(codes::SIMILAR_NAME, what)
            .field(near)
            .help(format!("rename it to `{name}` if that is what it is"));
        base.problems.add(problem);
    }
}

/// The name that differs from `name` by case and separators only, or by one slip of the keyboard.
pub(crate) fn most_like<'n>(name: &str, others: &'n [String]) -> Option<&'n String> {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    others.iter().find(|o| plain(o) == wanted).or_else(|| {
        let slip = |o: &&String| strsim::osa_distance(&plain(o), &wanted) == 1;
        others.iter().find(|o| wanted.len() >= 5 && slip(o))
    })
}

#[cfg(test)]
mod tests {
    use super::most_like;

    #[test]
    fn likeness() {
        let others: Vec<String> = ["size", "Work-Load", "revenu", "locke"]
            .map(Into::into)
            .into();
        assert_eq!(
            most_like("workload", &others).map(String::as_str),
            Some("Work-Load")
        );
        assert_eq!(
            most_like("revenue", &others).map(String::as_str),
            Some("revenu")
        );
        assert_eq!(most_like("owner", &others), None);
        assert_eq!(most_like("id", &others), None);
    }
}
