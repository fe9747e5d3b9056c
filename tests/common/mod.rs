//! Random problems, and plain arithmetic to judge plans by.
#![allow(dead_code)]

use revier::base::ids::RepIx;
use revier::input::{Column, Columns, CustomerColumns, Inputs, RepColumns, Sealed};
use revier::model::Model;
use revier::scenario::{Balance, Change, Cost, Metric, Rules, Scenario, SolveRules, TravelRules};
use std::ops::{Deref, DerefMut};

/// How many of so many random cases are tried: all in a release build, an eighth where each takes several times as long. `CASES_SHARE=8` asks for
/// an eighth of any build, 1 for all.
pub fn share(whole: usize) -> usize {
    let default = if cfg!(debug_assertions) { 8 } else { 1 };
    let part = std::env::var("CASES_SHARE").map_or(default, |text| {
        text.parse()
            .ok()
            .filter(|&part| part > 0)
            .unwrap_or_else(|| panic!("CASES_SHARE={text} is no number from 1"))
    });
    whole.div_ceil(part)
}

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn gauss(&mut self) -> f64 {
        let (u, v) = (self.unit().max(1e-300), self.unit());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}

/// The default scenario, with no files behind it.
pub fn scenario() -> Scenario {
    Scenario {
        name: "test".into(),
        customers: "customers.geojson".into(),
        reps: "reps.geojson".into(),
        units: None,
        unit_rules: Default::default(),
        regions: None,
        sizing: None,
        boundary: None,
        balance: vec![Balance::new("workload", 0.05)],
        travel: TravelRules {
            metric: Metric::GreatCircle,
            matrix: None,
            roads: None,
            barriers: None,
            server: None,
            cost: Cost::Km,
            weight: "workload".into(),
            detour: 1.0,
            speed_kmh: 60.0,
            max_km: None,
            max_minutes: None,
            stops_per_tour: 1.0,
            in_workload: false,
        },
        rules: Rules {
            skills: true,
            locks: true,
            groups: true,
            forbid: vec![],
            wishes: None,
            contiguous: false,
            ..Rules::default()
        },
        change: None,
        prefer: vec![],
        team: vec![],
        select: None,
        territories: Default::default(),
        solve: SolveRules {
            seed: 1,
            gap: 1e-4,
            time_limit_s: 60.0,
        },
        dashboard: Default::default(),
        target: vec![],
        output: Default::default(),
        tables: Default::default(),
        columns: Default::default(),
        origin: Default::default(),
    }
}

/// `n` customers and `k` reps over Germany; workloads lognormal with sigma 0.6.
pub fn inputs(random: &mut Random, n: usize, k: usize, tolerance: f64) -> Inputs {
    let mut customers = CustomerColumns::default();
    let mut workload = Vec::new();
    for i in 0..n {
        customers.ids.push(&format!("C{i}"), false);
        customers.lon.push(6.0 + 9.0 * random.unit());
        customers.lat.push(47.5 + 7.0 * random.unit());
        workload.push((0.6 * random.gauss()).exp() * 10.0);
    }
    customers.columns.push(Column {
        name: "workload".into(),
        values: workload,
    });
    let mut reps = RepColumns::default();
    for j in 0..k {
        reps.ids.push(&format!("R{j}"), false);
        reps.name.push(format!("Rep {j}"));
        reps.lon.push(6.0 + 9.0 * random.unit());
        reps.lat.push(47.5 + 7.0 * random.unit());
        reps.capacity.push(Some(1.0));
        reps.skills.push(vec![]);
        reps.max_km.push(None);
        reps.max_minutes.push(None);
    }
    reps.min = vec![vec![None; k]];
    reps.max = vec![vec![None; k]];
    let mut scenario = scenario();
    scenario.balance[0].tolerance = tolerance;
    Inputs {
        scenario,
        customers: Sealed::new(customers).expect("columns fit"),
        reps: Sealed::new(reps).expect("columns fit"),
        units: None,
        boundary: None,
        matrix: None,
        barriers: None,
        context: vec![],
        forbid: vec![],
        wished: vec![],
        wishes_forbid: vec![],
        unlocked: vec![],
        files: vec![],
        overrides: Default::default(),
        left: Default::default(),
        warnings: vec![],
    }
}

/// A second measure, not proportional to the first.
pub fn add_measure(random: &mut Random, inputs: &mut Inputs, tolerance: f64) {
    let values = (0..inputs.customers.len())
        .map(|_| (0.8 * random.gauss()).exp() * 1000.0)
        .collect();
    balance(inputs, "revenue", values, tolerance);
}

/// Balances one more measure of the customers.
pub fn balance(inputs: &mut Inputs, measure: &str, values: Vec<f64>, tolerance: f64) {
    inputs.customers.open().columns.push(Column {
        name: measure.into(),
        values,
    });
    inputs
        .scenario
        .balance
        .push(Balance::new(measure, tolerance));
    let mut reps = inputs.reps.open();
    let none = vec![None; reps.len()];
    reps.min.push(none.clone());
    reps.max.push(none);
}

/// Columns that may be changed, and fit each other again when they are let go.
pub trait Open<T: Columns + Default> {
    /// The columns, to be changed.
    fn open(&mut self) -> Opened<'_, T>;
}

impl<T: Columns + Default> Open<T> for Sealed<T> {
    fn open(&mut self) -> Opened<'_, T> {
        Opened {
            open: std::mem::take(self).into_columns(),
            place: self,
        }
    }
}

/// Columns that are being changed.
pub struct Opened<'a, T: Columns + Default> {
    open: T,
    place: &'a mut Sealed<T>,
}

impl<T: Columns + Default> Deref for Opened<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.open
    }
}

impl<T: Columns + Default> DerefMut for Opened<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.open
    }
}

impl<T: Columns + Default> Drop for Opened<'_, T> {
    fn drop(&mut self) {
        *self.place = Sealed::new(std::mem::take(&mut self.open)).expect("columns fit");
    }
}

/// Cost of an assignment if it keeps every rule, else `None`; by the definitions, without the solver.
pub fn cost_if_feasible(model: &Model, owner: &[usize], m: usize) -> Option<f64> {
    let mut load = vec![0.0; model.k * m];
    let (mut cost, mut moved) = (0.0, 0.0);
    for (i, j) in owner.iter().enumerate() {
        let rep = RepIx(*j as u32);
        if model.forbidden_by(i, rep).is_some() {
            return None;
        }
        cost += model.pair_cost(i, rep)?;
        for r in 0..m {
            load[j * m + r] += model.activity(i, rep, r);
        }
        if let Some(change) = &model.change
            && model.owners_of_today()[i] != rep
        {
            moved += change.amount[i];
        }
    }
    for (i, g) in model.groups_of_sites().iter().enumerate() {
        let first = model
            .groups_of_sites()
            .iter()
            .position(|h| h == g)
            .unwrap_or(i);
        if *g != u32::MAX && owner[first] != owner[i] {
            return None;
        }
    }
    for (row, y) in load.iter().enumerate() {
        if let Some(target) = model.bounds()[row].target {
            cost += model.deviation_price(row % m) * (y - target).abs();
        }
    }
    let within = load.iter().zip(model.bounds()).all(|(y, b)| b.permits(*y));
    let kept = model.change.as_ref().is_none_or(|c| c.permits(moved));
    (within && kept).then_some(cost)
}

/// A random problem with a random mix of rules.
pub struct Case {
    pub name: String,
    pub model: Model,
}

impl Case {
    /// 2 to 8 sites, 1 to 3 reps, a mix of rules that depends on `round`.
    pub fn random(random: &mut Random, round: usize) -> Case {
        let (n, k) = (2 + random.below(7), 1 + random.below(3));
        let tolerance = [0.1, 0.2, 0.4, 0.8][random.below(4)];
        let mut inputs = inputs(random, n, k, tolerance);
        let mut name = format!("{n} x {k}, {tolerance}");
        if round % 2 == 1 {
            name += &mix(random, &mut inputs);
        }
        Case {
            name,
            model: Model::build(&inputs),
        }
    }
}

/// Turns on each rule with probability 1/3; returns their names.
pub fn mix(random: &mut Random, inputs: &mut Inputs) -> String {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    let mut names = String::new();
    let mut on = |random: &mut Random, name: &str| {
        let yes = random.below(3) == 0;
        if yes {
            names += " ";
            names += name;
        }
        yes
    };
    if on(random, "measure") {
        add_measure(random, inputs, 0.6);
    }
    if on(random, "capacity") {
        inputs.reps.open().capacity = (0..k).map(|_| Some(0.5 + random.unit())).collect();
    }
    if on(random, "skills") {
        inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()]];
        inputs.customers.open().requires =
            (0..n).map(|_| u32::from(random.below(4) == 0)).collect();
        for j in 0..k {
            if random.below(2) == 0 {
                inputs.reps.open().skills[j] = vec!["a".into()];
            }
        }
    }
    let owners = on(random, "owners");
    if owners {
        inputs.customers.open().owner = (0..n)
            .map(|_| {
                if random.below(6) == 0 {
                    RepIx::NONE
                } else {
                    RepIx(random.below(k) as u32)
                }
            })
            .collect();
        if on(random, "locks") {
            let owner = inputs.customers.owner.clone();
            inputs.customers.open().locked = (0..n)
                .map(|i| owner[i] != RepIx::NONE && random.below(4) == 0)
                .collect();
        }
        if on(random, "change") {
            inputs.scenario.change = Some(Change {
                max_share: Some(0.2 + 0.6 * random.unit()),
                penalty: None,
                measure: "workload".into(),
            });
        }
    }
    if on(random, "groups") {
        inputs.customers.open().group_names = vec!["chain".into()];
        inputs.customers.open().group = (0..n)
            .map(|_| if random.below(3) == 0 { 0 } else { u32::MAX })
            .collect();
    }
    if on(random, "forbid") {
        inputs.forbid = vec![(random.below(n) as u32, RepIx(random.below(k) as u32))];
    }
    if on(random, "max_km") {
        inputs.scenario.travel.max_km = Some(300.0 + 500.0 * random.unit());
    }
    if on(random, "absolute") {
        inputs.reps.open().capacity[0] = None;
        inputs.reps.open().max[0][0] = Some(10.0 * n as f64 / k as f64 * (0.5 + random.unit()));
    }
    if on(random, "travel in workload") {
        inputs.scenario.travel.in_workload = true;
        inputs.customers.open().visits = (0..n).map(|_| (1 + random.below(4)) as f64).collect();
    }
    if on(random, "minutes") {
        inputs.scenario.travel.cost = Cost::Minutes;
        inputs.scenario.travel.detour = 1.3;
    }
    names
}
