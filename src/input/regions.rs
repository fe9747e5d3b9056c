//! The property `region`: a path of levels, and whether the reps have one.

use super::index::Names;
use super::lazy::Lazy;
use super::scalar::Scalar;
use super::{CustomerColumns, RepColumns};
use crate::base::region;
use crate::base::words::{first_of, thousands};
use crate::error::{Collector, Problem, codes};
use crate::scenario::Scenario;
use crate::territory::units::{Span, WHOLE};

const NONE: u32 = u32::MAX;

/// The regions of features, on their way.
#[derive(Debug)]
pub(super) struct RegionColumn {
    names: Names,
    of: Lazy<u32>,
    current: u32,
    text: String,
}

/// The regions of features: distinct paths, and the number of each feature's, `u32::MAX` where it has none; empty where none has one.
#[derive(Debug, Default)]
pub(super) struct Regions {
    pub of: Vec<u32>,
    pub names: Vec<String>,
}

impl RegionColumn {
    /// `None` where the scenario has no `[regions]`: the property has no meaning then.
    pub fn new(scenario: &Scenario) -> Option<RegionColumn> {
        scenario.regions.as_ref().map(|_| RegionColumn {
            names: Names::default(),
            of: Lazy::new(NONE),
            current: NONE,
            text: String::new(),
        })
    }

    /// The region of the current feature, and what is wrong with it.
    pub fn set(&mut self, value: Scalar<'_>) -> Option<Problem> {
        self.current = NONE;
        match value.text(&mut self.text) {
            Err(wrong) => return Some(wrong.problem("region")),
            Ok(None) => return None,
            Ok(Some(_)) => {}
        }
        let Some(path) = region::path(&self.text) else {
            let what = format!("a level of the region {:?} is empty", self.text);
            let problem = Problem::error(codes::BAD_REGION, what).field("region");
            return Some(problem.help("part the levels by one slash, as in Süd/Bayern"));
        };
        self.current = self.names.number(&path);
        None
    }

    /// The current feature is complete; `position` features came before it.
    pub fn finish(&mut self, position: usize) {
        self.of.push(position, self.current);
        self.current = NONE;
    }

    /// Forgets the current feature.
    pub fn reset(&mut self) {
        self.current = NONE;
    }

    /// Forgets regions that only features had that are not kept.
    pub fn keep(&mut self) {
        self.names.keep(&mut self.of.values);
    }

    /// All features are in.
    pub fn into_regions(self) -> Regions {
        Regions {
            of: self.of.values,
            names: self.names.list,
        }
    }
}

impl Regions {
    /// One path per feature, empty where there is none.
    pub fn paths(self) -> Vec<String> {
        let path = |of: &u32| self.names.get(*of as usize).cloned();
        self.of
            .iter()
            .map(|of| path(of).unwrap_or_default())
            .collect()
    }

    /// Gives customers without a region that of the unit that they are in. The regions of the units, by their numbers among those of the
    /// customers; none where no unit has one.
    pub fn hand_down(self, of_customer: &[u32], c: &mut CustomerColumns) -> Vec<u32> {
        if self.of.is_empty() {
            return Vec::new();
        }
        let mut names = Names::default();
        let known = std::mem::take(&mut c.region_names);
        let own: Vec<u32> = known.iter().map(|name| names.number(name)).collect();
        let of_unit: Vec<u32> = self.names.iter().map(|name| names.number(name)).collect();
        let number = |of: &[u32], list: &[u32], at: usize| {
            let number = of.get(at).and_then(|n| list.get(*n as usize));
            number.copied()
        };
        let of = |(i, unit): (usize, &u32)| {
            let above = || number(&self.of, &of_unit, *unit as usize);
            number(&c.region, &own, i).or_else(above).unwrap_or(NONE)
        };
        c.region = of_customer.iter().enumerate().map(of).collect();
        c.region_names = names.list;
        let of_unit = |n: &u32| of_unit.get(*n as usize).copied().unwrap_or(NONE);
        self.of.iter().map(of_unit).collect()
    }
}

/// Where units stand in the hierarchy of the regions: those without customers by their own region, the others by the lowest of their customers'.
pub(super) fn spans(own: &[u32], of_customer: &[u32], c: &CustomerColumns) -> Vec<Span> {
    let of_name = spans_of(&c.region_names);
    let span = |n: u32| of_name.get(n as usize).copied().unwrap_or(WHOLE);
    let mut spans: Vec<Span> = own.iter().map(|n| span(*n)).collect();
    let mut settled = vec![false; spans.len()];
    for (i, unit) in of_customer.iter().enumerate() {
        let (unit, here) = (
            *unit as usize,
            span(c.region.get(i).copied().unwrap_or(NONE)),
        );
        let lower = here[1] - here[0] < spans[unit][1] - spans[unit][0];
        if !settled[unit] || lower {
            (spans[unit], settled[unit]) = (here, true);
        }
    }
    spans
}

/// The numbers of paths in the order of a tree, each with those that lie in it.
fn spans_of(names: &[String]) -> Vec<Span> {
    let levels = |name: usize| names[name].split(region::BETWEEN);
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| levels(*a).cmp(levels(*b)));
    let mut spans = vec![WHOLE; names.len()];
    for (at, name) in order.iter().enumerate() {
        let deep = levels(*name).count();
        let inside = |other: &usize| levels(*other).take(deep).eq(levels(*name));
        let end = at + order[at..].partition_point(inside);
        spans[*name] = [at as u32, end as u32];
    }
    spans
}

impl RepColumns {
    /// The region of a rep; empty where it has none.
    #[must_use]
    pub fn region_of(&self, j: usize) -> &str {
        self.region.get(j).map_or("", String::as_str)
    }
}

impl CustomerColumns {
    /// The region of a customer; empty where it has none.
    #[must_use]
    pub fn region_of(&self, i: usize) -> &str {
        let name = self
            .region
            .get(i)
            .and_then(|r| self.region_names.get(*r as usize));
        name.map_or("", String::as_str)
    }
}

/// Tells of reps without a region.
pub(super) fn check(scenario: &Scenario, reps: &RepColumns, problems: &mut Collector) {
    let Some(rules) = &scenario.regions else {
        return;
    };
    let k = reps.len();
    let bare: Vec<usize> = (0..k).filter(|j| reps.region_of(*j).is_empty()).collect();
    let problem = if bare.is_empty() {
        return;
    } else if bare.len() == k {
        let what = "no rep has a region: the section does nothing";
        let help = "name the region of each rep in the property `region` of the reps, such as Süd/Bayern, or leave [regions] out";
        Problem::warning(codes::NO_EFFECT, what).help(help)
    } else {
        let so = match rules.stay {
            true => "may have customers of every region",
            false => "count into none",
        };
        let what = format!(
            "{} of {} reps have no region, and {so}: {}",
            thousands(bare.len()),
            thousands(k),
            first_of(bare.iter().map(|j| reps.ids.get(*j)))
        );
        let help = "right as it is, if they work for the whole; else fill in `region`";
        Problem::warning(codes::NO_REGION, what).help(help)
    };
    problems.add(problem.field("regions"));
}

/// Tells of customers of whom none has a region, of their own or of the unit that they are in, where regions keep reps apart.
pub(super) fn check_customers(
    scenario: &Scenario,
    customers: &CustomerColumns,
    reps: &RepColumns,
    problems: &mut Collector,
) {
    let stay = scenario.regions.as_ref().is_some_and(|rules| rules.stay);
    let of_rep = (0..reps.len()).any(|j| !reps.region_of(j).is_empty());
    let of_customer = (0..customers.len()).any(|i| !customers.region_of(i).is_empty());
    if !stay || !of_rep || of_customer {
        return;
    }
    let what = "no customer has a region: regions keep no customer from any rep";
    let help = "name the region of each customer, or of its area unit, in the property `region`, such as Süd/Bayern, or set stay = false";
    let problem = Problem::warning(codes::NO_EFFECT, what).field("regions.stay");
    problems.add(problem.help(help));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column() -> RegionColumn {
        RegionColumn {
            names: Names::default(),
            of: Lazy::new(NONE),
            current: NONE,
            text: String::new(),
        }
    }

    #[test]
    fn paths_are_trimmed_and_told_where_they_are_none() {
        let mut column = column();
        let mut told = Vec::new();
        for (at, text) in ["", "Süd / Bayern", "Süd/", "Süd/Bayern"]
            .iter()
            .enumerate()
        {
            told.extend(column.set(Scalar::Text(text)).map(|p| p.to_string()));
            column.finish(at);
        }
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("\"Süd/\" is empty"), "{told:?}");
        let regions = column.into_regions();
        assert_eq!(regions.of, [NONE, 0, NONE, 0]);
        assert_eq!(regions.paths(), ["", "Süd/Bayern", "", "Süd/Bayern"]);
    }

    #[test]
    fn a_unit_hands_its_region_down() {
        let mut c = CustomerColumns {
            region: vec![0, NONE, NONE],
            region_names: vec!["A".into()],
            ..CustomerColumns::default()
        };
        let units = Regions {
            of: vec![1, 0, NONE],
            names: vec!["B".into(), "A".into()],
        };
        let own = units.hand_down(&[1, 1, 2], &mut c);
        assert_eq!([0, 1, 2].map(|i| c.region_of(i).to_owned()), ["A", "B", ""]);
        let name = |n: &u32| c.region_names.get(*n as usize).map(String::as_str);
        assert_eq!(
            own.iter().map(name).collect::<Vec<_>>(),
            [Some("A"), Some("B"), None]
        );
    }

    #[test]
    fn spans_nest_as_paths_do() {
        let names = ["B/Y", "A", "B!", "B", "B/Y/Z", "B/X", "Ä"].map(str::to_owned);
        let spans = spans_of(&names);
        let within = |a: Span, b: Span| b[0] <= a[0] && a[1] <= b[1];
        for (a, i) in names.iter().zip(&spans) {
            for (b, j) in names.iter().zip(&spans) {
                let below = region::related(a, b) && a.len() >= b.len();
                assert_eq!(within(*i, *j), below, "{a} {b} {spans:?}");
            }
        }
    }

    #[test]
    fn a_unit_stands_where_the_lowest_of_its_customers_does() {
        let c = CustomerColumns {
            region: vec![0, 1, 2, NONE],
            region_names: ["A", "A/B", "C"].map(str::to_owned).into(),
            ..CustomerColumns::default()
        };
        let spans = spans(&[2, 0, NONE, NONE], &[0, 0, 3, 1], &c);
        let of = spans_of(&c.region_names);
        assert_eq!(spans, [of[1], WHOLE, WHOLE, of[2]]);
    }
}
