//! A plan: who looks after which site, and the certificate of how good that is.

pub mod dashboard;
pub(crate) mod drawing;
pub mod frontier;
pub mod preferences;
pub mod regions;
pub(crate) mod said;
pub mod summary;
pub mod targets;

use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::bound::Tree;
use serde::{Deserialize, Deserializer, Serialize};

/// How good the plan is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Within all bounds, and the gap is proven to be at most `solve.gap`.
    Optimal,
    /// Within all bounds.
    Feasible,
    /// No plan within the bounds was found; this is the closest one.
    Infeasible,
}

/// How a bound was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// By the prices: one pass over the data verifies it.
    Prices,
    /// By one knapsack per rep over whole customers (assignment rows relaxed): one pass and these knapsacks verify it. The prices
    /// of the balance rows alone certify a weaker bound.
    Assignment,
    /// By a tree of cases that together cover all plans, each with prices of its own: `certificate.json` has it. The prices of the plan certify a
    /// weaker bound.
    Tree,
}

/// What a plan claims, and its certificate proves (see `CERTIFICATE.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// It keeps all rules, and the gap is at most what was asked for.
    Optimal,
    /// It keeps all rules, and costs at most what its gap says more than any other.
    Within,
    /// There is no plan that keeps all rules.
    Infeasible,
    /// None was found, none is ruled out.
    NotFound,
}

/// Dual prices of the balance rows, the certificate of the bound.
///
/// `rep_measure[j * m_count + m]` is the price `mu_jm` of the balance row of rep `j` and measure
/// `m`, in objective units per unit of the measure. Positive: the upper bound presses; negative:
/// the lower bound does. For every vector of prices
///
/// ```text
/// bound = sum_i min_j (c_ij + sum_m mu_jm a_ijm + nu b_i [j != owner_i])
///         - sum_jm max(mu_jm U_jm, mu_jm L_jm) - nu B
/// ```
///
/// is a lower bound on the objective of every plan (weak duality). Where load beside the target costs `p_m` a unit, `max { mu_jm y - p_m |y - T_jm| :
/// L_jm <= y <= U_jm }` stands in the place of `max(mu_jm U_jm, mu_jm L_jm)`, here and below.
///
/// With a price `pi_u` for every unit (a group, or a customer without one), too, and `r_uj >= 0` for what the reps of the first sum cost
/// above its minimum,
///
/// ```text
/// bound + sum_u pi_u + sum_j min { sum_{u in S} (r_uj - pi_u) + max(mu_j U_j, mu_j L_j) - mu_j a_j(S) : L_j <= a_j(S) <= U_j }
/// ```
///
/// is one, too, where `S` runs over the sets of whole units and the row is that of the first measure (Fisher, Jaikumar &
/// Van Wassenhove 1986). No plan that costs less than another one uses an option with an `r_uj` above the latter's excess over `bound`,
/// so these may be left out. A unit without a price has half of its second smallest `r_uj`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Prices {
    /// `mu_jm`, rep-major, `k * m` values.
    pub rep_measure: Vec<f64>,
    /// `nu >= 0`, the price of the limit on how much changes hands; 0 without one.
    pub change: f64,
    /// Site and `pi`, in objective units, in the order of the sites; that of a unit is the sum over its sites. Units that are not in it
    /// have half of their second smallest `r_uj`. Empty unless the proof is [`Proof::Assignment`].
    pub assignment: Vec<(u32, f64)>,
}

/// What the LP solver did.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LpSummary {
    /// Optimal value of the LP relaxation (primal side), in objective units; NaN (in files `null`) where there is none.
    #[serde(deserialize_with = "or_nan")]
    pub objective: f64,
    /// Name of the LP solver.
    pub solver: String,
    /// Restricted LPs solved until nothing priced out.
    pub rounds: u32,
    /// Columns of the last restricted LP.
    pub columns: usize,
    /// Sites that the LP optimum splits between reps.
    pub split_sites: usize,
}

/// A plan this close to its bound is optimal, whatever gap is asked for: bounds are rounded against the plan, so that none is
/// exactly 0.
pub const LEAST_GAP: f64 = 1e-9;

/// A number, NaN where the file has `null`.
fn or_nan<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    Option::deserialize(d).map(|value| value.unwrap_or(f64::NAN))
}

/// A rule that the plan does not meet, or an exception it makes on purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The rep's id, where one is concerned.
    pub rep: Option<String>,
    /// The customer's id, where one is concerned.
    pub site: Option<String>,
    /// By how much, in the unit of the rule.
    pub by: f64,
    /// In words, for a planner.
    pub text: String,
}

/// Where the time of a solve went, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize)]
pub struct SolveSeconds {
    /// Ordering the sites and bounding their blocks.
    pub index: f64,
    /// Prices and LP.
    pub lp: f64,
    /// The part of `lp` that the price engine took.
    pub prices: f64,
    /// Rounding and improvement.
    pub round: f64,
}

/// An island of a plan: a piece of a territory that is cut off from the rest of it and was not joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unjoined {
    /// Its first customer, in input order.
    pub site: u32,
    /// What the cheapest way to join it within all bounds that was found would cost more; `None` where none was found.
    pub rise: Option<f64>,
}

/// The result of a solve.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Owner of each customer, in input order.
    pub owner: Vec<RepIx>,
    /// How good the plan is known to be.
    pub status: Status,
    /// Cost of the plan: travel, what preferences add to it, the penalty on change (`sum_i c_i,owner(i)`), and what load beside the targets costs.
    pub objective: f64,
    /// The part of `objective` that preferences add to the travel, below 0 where they are mostly met.
    pub preference: f64,
    /// The part of `objective` that is the penalty on change.
    pub penalty: f64,
    /// The part of `objective` that is load beside the targets; see [`Balance::price`](crate::scenario::Balance::price).
    pub balance: f64,
    /// Proven lower bound on the objective of every plan that meets the rules.
    pub bound: f64,
    /// What is claimed of it and proven by its certificate.
    pub claim: Claim,
    /// How `bound` was proven.
    pub proof: Proof,
    /// The tree that proves `bound`, or that there is no plan; `None` where the prices do.
    pub(crate) tree: Option<Tree>,
    /// Where the tree proves that there is no plan: what the least of its leaves has above 0 (see `CERTIFICATE.md`); else 0.
    pub refuted: f64,
    /// The bound that `prices` certify; `bound` itself unless `proof` is another than prices.
    pub certified: f64,
    /// The certificate of `bound`.
    pub prices: Prices,
    /// What the LP solver did.
    pub lp: LpSummary,
    /// Whether this is today's assignment, evaluated, and not a new plan.
    pub kept: bool,
    /// Some of the islands that are left where contiguity is no rule.
    pub unjoined: Vec<Unjoined>,
    /// Rules not met, and by how much.
    pub violations: Vec<Violation>,
    /// Remarks for the planner.
    pub notes: Vec<String>,
    /// Where the time went; the only part that differs from run to run.
    pub seconds: SolveSeconds,
}

impl Plan {
    /// Says of the plan what follows from its status, its gap and its tree.
    pub(crate) fn settle_claim(&mut self) {
        let none = self.tree.is_some() && self.proof != Proof::Tree;
        self.claim = match self.status {
            Status::Optimal => Claim::Optimal,
            Status::Feasible => Claim::Within,
            Status::Infeasible if none => Claim::Infeasible,
            Status::Infeasible => Claim::NotFound,
        };
    }

    /// The part of the objective that is travel.
    #[must_use]
    pub fn travel(&self) -> f64 {
        self.objective - self.preference - self.penalty - self.balance
    }

    /// `(objective - bound) / objective`, 0 when the objective is 0.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.objective > 0.0 {
            ((self.objective - self.bound) / self.objective).max(0.0)
        } else {
            0.0
        }
    }
}
