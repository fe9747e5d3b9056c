//! Verifies a plan from its inputs alone.
//!
//! Nothing here is shared with the solver, but for the knapsack of one rep and the arithmetic of certificates (`bound`): distances, activities, targets, rules and the bound are
//! computed again by their definitions (`truth`), the bound in one pass over the data with the prices (`bound`), a stronger one
//! with one knapsack per rep (`assignment`), and the polygons are judged as a planar map on the integer grid of their
//! coordinates (`map`).
//!
//! [`check`] judges a plan in memory, at the end of every solve; [`check_dir`] judges a saved plan: it reads the
//! inputs again, and every figure of every file.

mod again;
mod assignment;
mod bound;
mod certificate;
mod dir;
mod edges;
mod figures;
mod files;
mod map;
mod owners;
mod priced;
mod prices;
mod properties;
mod run;
mod same;
mod saved;
mod targets;
mod tree;
mod truth;
mod units;

pub use dir::{Verdict, check_dir, check_dir_by};

use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::bound::Tree;
use crate::input::Inputs;
use crate::plan::summary::{RepSummary, Summary};
use crate::plan::{self, Plan, Prices, Proof, Status, Violation};
use crate::territory::Territories;
use geo::MultiPolygon;
use std::fmt;
use truth::Truth;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What was looked at: `inputs`, `owners`, `rules`, `totals`, `objective`, `bound`, `status`, `polygons`.
    pub what: &'static str,
    /// What is wrong, with names and numbers.
    pub text: String,
}

impl Finding {
    fn new(what: &'static str, text: impl Into<String>) -> Finding {
        Finding {
            what,
            text: text.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.text)
    }
}

/// What a plan says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Owner of each customer, in input order.
    pub owner: &'a [RepIx],
    /// `optimal`, `feasible` or `infeasible`.
    pub status: Status,
    /// Travel cost of the plan.
    pub objective: f64,
    /// Lower bound on the cost of every plan.
    pub bound: f64,
    /// `(objective - bound) / objective`.
    pub gap: f64,
    /// What is claimed and proven.
    pub claim: plan::Claim,
    /// How the bound was proven.
    pub proof: Proof,
    /// The tree that proves it, or that there is no plan.
    pub(crate) tree: Option<&'a Tree>,
    /// Where there is no plan: what the least leaf of the tree has above 0.
    pub refuted: f64,
    /// The bound that the prices certify.
    pub certified: f64,
    /// The certificate.
    pub prices: &'a Prices,
    /// Rules that the plan says it breaks: rule, rep, site.
    pub broken: &'a [Broken],
    /// Figures per rep.
    pub reps: &'a [RepSummary],
    /// Kilometres per customer.
    pub km: &'a [f64],
    /// Minutes per customer.
    pub minutes: &'a [f64],
    /// Whether each customer changes hands.
    pub changed: &'a [bool],
    /// One territory per rep.
    pub polygons: &'a [MultiPolygon<f64>],
    /// Customers outside the boundary.
    pub outside: &'a [usize],
    /// Customers that the map leaves out, because a rule keeps them inside another territory.
    pub listed: &'a [usize],
    /// In whose territory each of `listed` stands.
    pub inside: &'a [RepIx],
}

/// A rule that is broken, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// The rule.
    pub rule: Rule,
    /// The rep's id.
    pub rep: Option<String>,
    /// The customer's id.
    pub site: Option<String>,
}

impl Broken {
    /// The rules that a plan says it breaks.
    #[must_use]
    pub fn of(plan: &Plan) -> Vec<Broken> {
        plan.violations.iter().map(Broken::from).collect()
    }
}

impl From<&Violation> for Broken {
    fn from(v: &Violation) -> Broken {
        Broken {
            rule: v.rule,
            rep: v.rep.clone(),
            site: v.site.clone(),
        }
    }
}

impl<'a> Claim<'a> {
    /// What a plan in memory says of itself.
    #[must_use]
    pub fn of(
        plan: &'a Plan,
        broken: &'a [Broken],
        territories: &'a Territories,
        summary: &'a Summary,
    ) -> Claim<'a> {
        Claim {
            owner: &plan.owner,
            status: plan.status,
            objective: plan.objective,
            bound: plan.bound,
            gap: plan.gap(),
            claim: plan.claim,
            proof: plan.proof,
            tree: plan.tree.as_ref(),
            refuted: plan.refuted,
            certified: plan.certified,
            prices: &plan.prices,
            broken,
            reps: &summary.reps,
            km: &summary.km,
            minutes: &summary.minutes,
            changed: &summary.changed,
            polygons: &territories.polygons,
            outside: &territories.outside,
            listed: &territories.listed,
            inside: &territories.inside,
        }
    }
}

/// Findings of one kind that are told one by one.
const TOLD: usize = 10;

/// Everything about the plan that does not hold; empty when all is well.
#[must_use]
pub fn check(inputs: &Inputs, claim: &Claim<'_>) -> Vec<Finding> {
    judge(&Truth::new(inputs), claim)
}

/// [`check`] for who has the truth already.
fn judge(truth: &Truth<'_>, claim: &Claim<'_>) -> Vec<Finding> {
    let inputs = truth.inputs;
    let shape = owners::shape(inputs, claim);
    if !shape.is_empty() {
        return shape;
    }
    let (mut findings, drawn) = rayon::join(
        || {
            let mut findings = owners::broken_rules(truth, claim);
            findings.extend(figures::figures(truth, claim));
            findings.extend(bound::bounds(truth, claim));
            findings.extend(tree::tree(truth, claim));
            findings
        },
        || map::map(inputs, claim),
    );
    findings.extend(drawn);
    findings
}

/// Gathers findings of one kind; beyond [`TOLD`] they are counted.
struct List {
    what: &'static str,
    findings: Vec<Finding>,
    more: usize,
}

impl List {
    fn new(what: &'static str) -> List {
        List {
            what,
            findings: Vec::new(),
            more: 0,
        }
    }

    fn add(&mut self, text: impl Into<String>) {
        if self.findings.len() < TOLD {
            self.findings.push(Finding::new(self.what, text));
        } else {
            self.more += 1;
        }
    }

    fn done(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let text = format!("and {} more of this kind", self.more);
            self.findings.push(Finding::new(self.what, text));
        }
        self.findings
    }
}

/// Whether two figures agree to nine digits; sums in another order do.
fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}
