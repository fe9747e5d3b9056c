//! One point of the curve.

/// What is known about one number of reps.
#[derive(Clone, Debug)]
pub struct Row {
    /// How many.
    pub reps: usize,
    /// Whether there is a plan.
    pub verdict: Verdict,
    /// The travel of the plan, in objective units.
    pub travel: f64,
    /// What travel is at least.
    pub bound: f64,
    /// What all costs together, where the scenario has costs.
    pub total_cost: Option<f64>,
    /// What all costs at least.
    pub cost_bound: Option<f64>,
    /// How much of the first measure could be carried beyond what there is; infinite without a capacity.
    pub free: f64,
    /// Positions among all who could be there ([`People`](super::People)) of those who are.
    pub chosen: Vec<u32>,
    /// The prices of the sites that prove the bound, in the order of the customers.
    pub prices: Vec<f64>,
}

/// Whether there is a plan with so many reps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Here is one.
    Found,
    /// There is none: so much of the first measure is there, and so much can be carried.
    TooFew {
        /// The least there is.
        needed: f64,
        /// The most that so many can carry.
        carried: f64,
    },
    /// There is none: it would cost more than the dearest assignment there is.
    TooDear {
        /// What it would cost at least, in objective units.
        bound: f64,
        /// What each customer costs with the rep that is dearest for it, in sum.
        dearest: f64,
    },
    /// None was found, none is ruled out.
    NotFound,
}

impl Verdict {
    /// As files have it: `yes`, `no` (proven) or `not found`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Found => "yes",
            Verdict::TooFew { .. } | Verdict::TooDear { .. } => "no",
            Verdict::NotFound => "not found",
        }
    }
}

impl Row {
    /// `(travel - bound) / travel`, 0 where there is no plan.
    #[must_use]
    pub fn gap(&self) -> f64 {
        match self.total_cost.zip(self.cost_bound) {
            Some((cost, bound)) if cost > 0.0 => ((cost - bound) / cost).max(0.0),
            None if self.travel > 0.0 => ((self.travel - self.bound) / self.travel).max(0.0),
            _ => 0.0,
        }
    }
}
