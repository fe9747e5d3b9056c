//! Ids that a spreadsheet made numbers of: `4101` beside `04101`, `7.0` beside `7`.
//!
//! The *figure* of an id that has digits only, and maybe zeros behind a point, is those digits without the zeros before them. An id that a file names and
//! another lacks is *alike* to those of that file with the same figure. That is always told; it counts as a match only where the scenario says so
//! (`[tables] ids = "loose"`), and never where several are alike.

use crate::base::ids::Ids;
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use crate::scenario::IdMatch;
use std::collections::{BTreeSet, HashMap};

/// How many are named.
const NAMED: usize = 3;

/// The figure of an id, where it has one.
pub(super) fn figure(id: &str) -> Option<&str> {
    let id = id.trim();
    let whole = match id.split_once(['.', ',']) {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => id,
    };
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let bare = whole.trim_start_matches('0');
    Some(if bare.is_empty() { "0" } else { bare })
}

/// The positions of an id and of another one with the same figure.
type Found = (usize, Option<usize>);

/// Finds ids that are alike in one list of ids, and keeps what is to be told of them.
#[derive(Debug)]
pub(crate) struct Alike {
    rule: IdMatch,
    /// By figure; made when the first id is missing.
    index: Option<HashMap<String, Found>>,
    told: BTreeSet<String>,
    /// Named ids, and what they are alike to.
    first: Vec<(String, String)>,
    several: Vec<(String, [String; 2])>,
}

impl Alike {
    pub fn new(rule: IdMatch) -> Alike {
        Alike {
            rule,
            index: None,
            told: BTreeSet::new(),
            first: Vec::new(),
            several: Vec::new(),
        }
    }

    /// The position in `ids` of what an id that is not among them stands for; `None` where there is none, there are several, or the
    /// scenario does not ask for it.
    pub fn find(&mut self, ids: &Ids, id: &str) -> Option<usize> {
        let figure = figure(id)?;
        let index = self.index.get_or_insert_with(|| by_figure(ids));
        let (at, other) = *index.get(figure)?;
        let new = self.told.insert(id.to_owned());
        if let Some(other) = other {
            if new && self.several.len() < NAMED {
                let two = [at, other].map(|at| ids.get(at).to_owned());
                self.several.push((id.to_owned(), two));
            }
            return None;
        }
        if new && self.first.len() < NAMED {
            self.first.push((id.to_owned(), ids.get(at).to_owned()));
        }
        (self.rule == IdMatch::Loose).then_some(at)
    }

    /// What is to be told of the ids of a field, which should be those of `whom` (`"reps"`).
    pub fn problems(&self, field: &str, whom: &str) -> Vec<Problem> {
        let loose = self.rule == IdMatch::Loose;
        let mut problems = Vec::new();
        for (id, [a, b]) in self.several.iter().filter(|_| loose) {
            let what = format!("{id:?} may be {a:?} or {b:?} of the {whom}");
            let problem = Problem::error(codes::AMBIGUOUS_ID, what).field(field);
            problems.push(problem.id(id).help("write the id as the other file has it"));
        }
        problems.extend(self.alike(field, whom));
        problems
    }

    /// What is to be told of ids that differ as spreadsheets make them differ.
    fn alike(&self, field: &str, whom: &str) -> Option<Problem> {
        if self.first.is_empty() {
            return None;
        }
        let loose = self.rule == IdMatch::Loose;
        let pairs: Vec<String> = (self.first.iter())
            .map(|(id, of)| format!("{id:?} beside {of:?}"))
            .collect();
        let n = match self.told.len() {
            1 => "one id differs".to_owned(),
            n => format!("{} ids differ", thousands(n)),
        };
        let what = format!(
            "{n} from those of the {whom} by zeros or a decimal point only, as spreadsheets leave them{}: {}",
            if loose {
                ", and counts as the same"
            } else {
                ""
            },
            pairs.join(", ")
        );
        let help = match loose {
            true => "nothing, if they are the same; else take `ids` out of [tables]",
            false => "mend them where they come from, or match them so: [tables] ids = \"loose\"",
        };
        let code = match loose {
            true => codes::IDS_MATCHED,
            false => codes::IDS_ALIKE,
        };
        Some(Problem::warning(code, what).field(field).help(help))
    }
}

fn by_figure(ids: &Ids) -> HashMap<String, Found> {
    let mut index: HashMap<String, Found> = HashMap::new();
    for (at, id) in ids.iter().enumerate() {
        if let Some(figure) = figure(id) {
            let found = index.entry(figure.to_owned()).or_insert((at, None));
            if found.0 != at {
                found.1.get_or_insert(at);
            }
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        for (id, of) in [
            ("04101", "4101"),
            ("7.0", "7"),
            ("7,00", "7"),
            ("000", "0"),
            (" 12 ", "12"),
        ] {
            assert_eq!(figure(id), Some(of), "{id}");
        }
        for none in ["", "K07", "7.5", "7.", ".0", "-7", "1.2.0", "7e3", "٣"] {
            assert_eq!(figure(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_alike_is_told_and_matched_where_it_is_asked_for() {
        let mut ids = Ids::new();
        ["04101", "7", "008", "8.0", "K1"]
            .iter()
            .for_each(|id| ids.push(id, false));
        let of = |rule: IdMatch| {
            let mut alike = Alike::new(rule);
            let found = ["4101", "7.0", "8", "K01", "9"].map(|id| alike.find(&ids, id));
            let told: Vec<String> = (alike.problems("owner", "reps").iter())
                .map(Problem::to_string)
                .collect();
            (found, told)
        };
        let (found, told) = of(IdMatch::Exact);
        assert_eq!(found, [None; 5]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("\"4101\" beside \"04101\", \"7.0\" beside \"7\""),
            "{told:?}"
        );
        assert!(told[0].contains("ids = \"loose\""), "{told:?}");
        let (found, told) = of(IdMatch::Loose);
        assert_eq!(found, [Some(0), Some(1), None, None, None]);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("\"8\" may be \"008\" or \"8.0\" of the reps"),
            "{told:?}"
        );
        assert!(told[1].contains("counts as the same"), "{told:?}");
    }
}
