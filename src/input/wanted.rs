//! The columns that a table of travel or of results has: where each stands, by the scenario, by its name, or by another name for it.

use super::header::{by_other_names, in_doubt, not_there, twice};
use super::spelling::{self, Named, fold};
use crate::error::{Problem, codes};

/// A column that is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// What it is called here.
    pub name: String,
    /// What else it is called, folded.
    pub others: &'static [&'static str],
}

impl Wanted {
    pub fn new(name: &str, others: &'static [&'static str]) -> Wanted {
        Wanted {
            name: name.to_owned(),
            others,
        }
    }

    /// Whether a column of another name may be meant.
    fn may_be(&self, column: &str) -> bool {
        let folded = fold(column);
        folded == fold(&self.name)
            || self.others.contains(&folded.as_str())
            || spelling::alias(column) == Some(self.name.as_str())
    }

    /// Whether one of the columns is this one.
    pub fn is_among(&self, names: &[&str], named: &Named) -> bool {
        names.iter().any(|column| match named.get(&self.name) {
            Some(said) => said == column,
            None => self.may_be(column),
        })
    }
}

/// Other names of columns with ids, folded.
pub(crate) const CUSTOMER: &[&str] = &[
    "kundennummer",
    "kundennr",
    "kundenid",
    "kdnr",
    "customernumber",
    "customerno",
    "accountid",
    "accountnumber",
    "debitor",
    "debitorennummer",
];
pub(crate) const REP: &[&str] = &[
    "rep",
    "repid",
    "vertreter",
    "vertreternummer",
    "aussendienst",
    "aussendienstmitarbeiter",
    "mitarbeiter",
    "mitarbeiternummer",
    "mitarbeiterid",
    "personalnummer",
    "employeeid",
    "salesrep",
    "owner",
    "ownerid",
];

/// Where the wanted columns stand. What was understood, what stands twice and what is in doubt is told; `section` is where the scenario names them. What
/// lacks is for the caller to tell.
pub(crate) fn places(
    (names, like): (&[&str], &[String]),
    wanted: &[Wanted],
    (section, named): (&str, &Named),
    tell: &mut impl FnMut(Problem),
) -> Vec<Option<usize>> {
    for (i, name) in names.iter().enumerate() {
        if !name.is_empty() && names[..i].contains(name) {
            tell(twice(name));
        }
    }
    let at = |name: &str| names.iter().position(|n| *n == name);
    let exact = |w: &Wanted| at(named.get(&w.name).map_or(w.name.as_str(), String::as_str));
    let mut found: Vec<Option<usize>> = wanted.iter().map(exact).collect();
    for (property, column) in named.iter().filter(|(_, column)| at(column).is_none()) {
        let problem = not_there((property, column), names, like);
        tell(problem.help(format!("mend the name in [columns] {section} = {{ ... }}")));
    }
    let mut understood = Vec::new();
    for (i, wanted) in wanted.iter().enumerate() {
        if found[i].is_some() || named.contains_key(&wanted.name) {
            continue;
        }
        let free = |at: &usize| !found.contains(&Some(*at)) && wanted.may_be(names[*at]);
        let may: Vec<usize> = (0..names.len()).filter(free).collect();
        match may[..] {
            [] => {}
            [at] => {
                found[i] = Some(at);
                understood.push(format!("`{}` as `{}`", names[at], wanted.name));
            }
            [first, ..] => {
                let what = in_doubt(&wanted.name, &may, names, like);
                let help = format!(
                    "say which: [columns] {section} = {{ {} = {:?} }}",
                    wanted.name, names[first]
                );
                let problem = Problem::error(codes::AMBIGUOUS_COLUMN, what).field(&wanted.name);
                tell(problem.help(help));
                found[i] = Some(first);
            }
        }
    }
    if !understood.is_empty() {
        let help = format!(
            "if one of them is something else, say which in [columns] {section} = {{ ... }}"
        );
        tell(by_other_names(&understood).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str], named: &[(&str, &str)]) -> (Vec<Option<usize>>, Vec<String>) {
        let wanted = [
            Wanted::new("customer_id", CUSTOMER),
            Wanted::new("rep_id", REP),
            Wanted::new("revenue", &[]),
        ];
        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        let named: Named = named.iter().map(own).collect();
        let mut told = Vec::new();
        let found = places((names, &[]), &wanted, ("matrix", &named), &mut |p| {
            told.push(p.to_string());
        });
        (found, told)
    }

    #[test]
    fn columns_are_found_by_name_by_another_name_and_by_the_scenario() {
        let (found, told) = of(&["customer_id", "rep_id", "revenue"], &[]);
        assert_eq!((found, told.len()), (vec![Some(0), Some(1), Some(2)], 0));
        let (found, told) = of(&["Umsatz", "Kunden-Nr.", "Vertreter"], &[]);
        assert_eq!(found, [Some(1), Some(2), Some(0)]);
        assert!(
            told[0].contains("`Kunden-Nr.` as `customer_id`"),
            "{told:?}"
        );
        let (found, told) = of(&["A", "Kunden-ID", "Vertreter"], &[("customer_id", "A")]);
        assert_eq!(found, [Some(0), Some(2), None]);
        assert_eq!(told.len(), 1, "{told:?}");
        let (_, told) = of(&["KdNr", "Kundennummer", "rep_id"], &[]);
        assert!(told[0].contains("ambiguous-column"), "{told:?}");
        let (found, told) = of(&["A", "rep_id"], &[("customer_id", "B")]);
        assert_eq!(found[0], None);
        assert!(told[0].contains("the columns are: A, rep_id"), "{told:?}");
    }
}
