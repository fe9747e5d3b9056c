//! Random problems in which chosen rules bite.

use crate::common::{Open, Random, add_measure, balance, inputs};
use revier::base::cells::{Cell, Cells};
use revier::base::ids::RepIx;
use revier::input::{Carried, FitTable, Inputs, MatrixRows, Sealed};
use revier::model::Model;
use revier::scenario::{Change, Cost, FitUnit, Metric, Prefer, Regions};
use std::collections::BTreeMap;

/// A rule, by name, and what turns it on.
pub struct Rule {
    pub name: &'static str,
    apply: fn(&mut Random, &mut Inputs),
}

/// Every rule of a scenario.
pub const RULES: &[Rule] = &[
    Rule {
        name: "second measure",
        apply: second_measure,
    },
    Rule {
        name: "customers",
        apply: customers,
    },
    Rule {
        name: "capacity",
        apply: capacity,
    },
    Rule {
        name: "absolute bounds",
        apply: absolute,
    },
    Rule {
        name: "max_km",
        apply: |r, i| i.scenario.travel.max_km = Some(350.0 + 500.0 * r.unit()),
    },
    Rule {
        name: "max_km of reps",
        apply: reach,
    },
    Rule {
        name: "max_minutes",
        apply: |r, i| i.scenario.travel.max_minutes = Some(350.0 + 500.0 * r.unit()),
    },
    Rule {
        name: "minutes",
        apply: minutes,
    },
    Rule {
        name: "matrix",
        apply: |r, i| matrix(r, i, 1.0),
    },
    Rule {
        name: "sparse matrix",
        apply: |r, i| matrix(r, i, 0.8),
    },
    Rule {
        name: "travel in workload",
        apply: in_workload,
    },
    Rule {
        name: "unweighted",
        apply: |_, i| i.scenario.travel.weight = "none".into(),
    },
    Rule {
        name: "skills",
        apply: skills,
    },
    Rule {
        name: "regions",
        apply: regions,
    },
    Rule {
        name: "locks",
        apply: locks,
    },
    Rule {
        name: "forbid",
        apply: forbid,
    },
    Rule {
        name: "wishes",
        apply: wishes,
    },
    Rule {
        name: "groups",
        apply: groups,
    },
    Rule {
        name: "change limit",
        apply: |r, i| change(r, i, |r, c| c.max_share = Some(0.15 + 0.5 * r.unit())),
    },
    Rule {
        name: "change penalty",
        apply: |r, i| {
            change(r, i, |r, c| {
                c.penalty = Some(300.0 * r.unit() * r.unit() + 1.0)
            })
        },
    },
    Rule {
        name: "prefer",
        apply: prefer,
    },
    Rule {
        name: "fit table",
        apply: fit_table,
    },
];

/// A problem with the rules `on` (positions in [`RULES`]).
pub fn case(
    random: &mut Random,
    n: usize,
    k: usize,
    tolerance: f64,
    on: &[usize],
) -> (Inputs, Model) {
    let mut inputs = inputs(random, n, k, tolerance);
    for rule in on {
        (RULES[*rule].apply)(random, &mut inputs);
    }
    let model = Model::build(&inputs);
    (inputs, model)
}

/// The names of the rules `on`.
pub fn names(on: &[usize]) -> String {
    on.iter()
        .map(|r| RULES[*r].name)
        .collect::<Vec<_>>()
        .join(" + ")
}

/// Each rule with probability 1/3.
pub fn mix(random: &mut Random) -> Vec<usize> {
    (0..RULES.len()).filter(|_| random.below(3) == 0).collect()
}

/// How many customers a rep has, more or less.
fn share(inputs: &Inputs) -> f64 {
    inputs.customers.len() as f64 / inputs.reps.len() as f64
}

fn second_measure(random: &mut Random, inputs: &mut Inputs) {
    let tolerance = 0.1 + 2.0 / share(inputs);
    add_measure(random, inputs, tolerance.min(0.9));
}

fn customers(_: &mut Random, inputs: &mut Inputs) {
    let values = vec![1.0; inputs.customers.len()];
    // A hair more, or a third of a customer, which no decimal is, leaves the bound below the whole number that solvers in doubles see.
    let tolerance = (0.1 + 1.0 / share(inputs)).min(0.9) + 1e-9;
    balance(inputs, "customers", values, tolerance);
}

fn capacity(random: &mut Random, inputs: &mut Inputs) {
    inputs.reps.open().capacity = (0..inputs.reps.len())
        .map(|_| Some(0.5 + random.unit()))
        .collect();
}

/// One rep without a share, one with bounds of its own.
fn absolute(random: &mut Random, inputs: &mut Inputs) {
    let (k, mean) = (inputs.reps.len(), 11.0 * share(inputs));
    let (a, b) = (random.below(k), random.below(k));
    inputs.reps.open().capacity[a] = None;
    inputs.reps.open().max[0][a] = Some(mean * (0.6 + 0.6 * random.unit()));
    inputs.reps.open().min[0][b] = Some(mean * (0.3 + 0.3 * random.unit()));
}

fn reach(random: &mut Random, inputs: &mut Inputs) {
    let some = |random: &mut Random| (random.below(2) == 0).then(|| 250.0 + 500.0 * random.unit());
    inputs.reps.open().max_km = (0..inputs.reps.len()).map(|_| some(random)).collect();
    inputs.reps.open().max_minutes = (0..inputs.reps.len()).map(|_| some(random)).collect();
}

fn minutes(_: &mut Random, inputs: &mut Inputs) {
    inputs.scenario.travel.cost = Cost::Minutes;
    inputs.scenario.travel.detour = 1.3;
    inputs.scenario.travel.speed_kmh = 75.0;
}

/// Kilometres and minutes that no geometry explains.
fn matrix(random: &mut Random, inputs: &mut Inputs, present: f64) {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    let mut m = MatrixRows {
        start: vec![0],
        ..MatrixRows::default()
    };
    for _ in 0..n {
        let sure = random.below(k);
        for j in 0..k {
            if j == sure || random.unit() < present {
                m.rep.push(RepIx(j as u32));
                let km = 20.0 + 400.0 * random.unit();
                m.km.push(km);
                m.minutes.push(km * (0.6 + 0.6 * random.unit()));
            }
        }
        m.start.push(m.rep.len() as u64);
    }
    inputs.matrix = Some(Sealed::new(m).expect("columns fit"));
    inputs.scenario.travel.metric = Metric::Matrix;
}

fn in_workload(random: &mut Random, inputs: &mut Inputs) {
    inputs.scenario.travel.in_workload = true;
    inputs.scenario.travel.stops_per_tour = 1.0 + 2.0 * random.unit();
    inputs.customers.open().visits = (0..inputs.customers.len())
        .map(|_| (1 + random.below(4)) as f64)
        .collect();
    // The travel of a plan is more than the least there can be.
    inputs.scenario.balance[0].tolerance = (inputs.scenario.balance[0].tolerance + 0.15).min(0.9);
}

fn skills(random: &mut Random, inputs: &mut Inputs) {
    let k = inputs.reps.len();
    inputs.customers.open().skill_sets =
        vec![vec![], vec!["a".into()], vec!["a".into(), "b".into()]];
    let kind = |random: &mut Random| [0, 0, 0, 0, 0, 1, 1, 2][random.below(8)];
    inputs.customers.open().requires = (0..inputs.customers.len()).map(|_| kind(random)).collect();
    for j in 0..k {
        if random.below(2) == 0 || j == 0 {
            inputs.reps.open().skills[j].push("a".into());
        }
        if random.below(2) == 0 || j == 0 {
            inputs.reps.open().skills[j].push("b".into());
        }
    }
}

/// Regions of up to three levels; some reps and most customers have none.
fn regions(random: &mut Random, inputs: &mut Inputs) {
    let some = ["A", "A/B", "A/C", "A/B/D", "E", "E/F"];
    inputs.scenario.regions = Some(Regions { stay: true });
    inputs.reps.open().region = (0..inputs.reps.len())
        .map(|j| match random.below(4) {
            0 => String::new(),
            1 => some[random.below(some.len())].to_owned(),
            _ => some[j % 2].to_owned(),
        })
        .collect();
    let kind = |random: &mut Random| match random.below(3) {
        0 => random.below(3) as u32,
        _ => u32::MAX,
    };
    let mut customers = inputs.customers.open();
    customers.region_names = some.map(str::to_owned).to_vec();
    customers.region = (0..customers.len()).map(|_| kind(random)).collect();
}

/// Owners of today: mostly the nearest rep, sometimes anybody, sometimes nobody.
fn owners(random: &mut Random, inputs: &mut Inputs) {
    if !inputs.customers.owner.is_empty() {
        return;
    }
    let model = Model::build(inputs);
    inputs.customers.open().owner = (0..inputs.customers.len())
        .map(|i| match random.below(8) {
            0 => RepIx::NONE,
            1 | 2 => RepIx(random.below(inputs.reps.len()) as u32),
            _ => model.cheapest(i),
        })
        .collect();
}

fn locks(random: &mut Random, inputs: &mut Inputs) {
    owners(random, inputs);
    let owner = inputs.customers.owner.clone();
    inputs.customers.open().locked = owner
        .iter()
        .map(|j| *j != RepIx::NONE && random.below(7) == 0)
        .collect();
}

fn forbid(random: &mut Random, inputs: &mut Inputs) {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    inputs.forbid = (0..1 + n / 10)
        .map(|_| (random.below(n) as u32, RepIx(random.below(k) as u32)))
        .collect();
}

/// Some customers are wished to anybody, near or far; others not.
fn wishes(random: &mut Random, inputs: &mut Inputs) {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    inputs.wished = vec![RepIx::NONE; n];
    for _ in 0..1 + n / 8 {
        inputs.wished[random.below(n)] = RepIx(random.below(k) as u32);
    }
}

fn groups(random: &mut Random, inputs: &mut Inputs) {
    let n = inputs.customers.len();
    let count = 1 + n / 30;
    inputs.customers.open().group_names = (0..count).map(|g| format!("chain {g}")).collect();
    inputs.customers.open().group = (0..n)
        .map(|_| {
            if random.below(5) == 0 {
                random.below(count) as u32
            } else {
                u32::MAX
            }
        })
        .collect();
}

fn change(random: &mut Random, inputs: &mut Inputs, set: fn(&mut Random, &mut Change)) {
    owners(random, inputs);
    let mut rule = inputs.scenario.change.take().unwrap_or(Change {
        max_share: None,
        penalty: None,
        measure: "workload".into(),
    });
    set(random, &mut rule);
    inputs.scenario.change = Some(rule);
}

/// A column that conditions and tables look at.
fn column(name: &str, values: &[&str]) -> Carried {
    let mut cells = Cells::default();
    values.iter().for_each(|v| cells.push(Cell::Text(v)));
    Carried {
        name: name.into(),
        cells,
    }
}

/// Classes of the customers, and what each rep costs with each of them, in kilometres and as a share; some of it is not in the tables.
fn fit_table(random: &mut Random, inputs: &mut Inputs) {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    let class: Vec<&str> = (0..n)
        .map(|_| ["1", "2.50", "3", ""][random.below(4)])
        .collect();
    let compared = &mut inputs.customers.open().compared;
    compared.push(column("class", &class));
    for unit in [FitUnit::Km, FitUnit::Share] {
        let mut figures = Vec::new();
        // The last rep is in no table.
        for _ in 1..k {
            let mut row = BTreeMap::new();
            for value in ["1", "2.5", "7"] {
                if random.below(4) == 0 {
                    continue;
                }
                let figure = match unit {
                    FitUnit::Km => 600.0 * random.unit() - 400.0,
                    FitUnit::Share => 1.4 * random.unit() - 0.9,
                };
                row.insert(value.to_owned(), figure);
            }
            figures.push(row);
        }
        let entry = inputs.scenario.prefer.len();
        let table = FitTable {
            entry,
            figures,
            rows: Vec::new(),
        };
        inputs.reps.open().fits.push(table);
        inputs.scenario.prefer.push(Prefer {
            table: Some("fit.csv".into()),
            by: Some("class".into()),
            unit: Some(unit),
            ..Prefer::default()
        });
    }
}

/// Industries of the customers, which the reps know or do not: near to free for some pairs, dearer or cheaper by a share for others.
fn prefer(random: &mut Random, inputs: &mut Inputs) {
    let (n, k) = (inputs.customers.len(), inputs.reps.len());
    let industry: Vec<&str> = (0..n)
        .map(|_| ["A", "B", "C", ""][random.below(4)])
        .collect();
    let knows: Vec<&str> = (0..k)
        .map(|_| ["A", "B;A", "", "C"][random.below(4)])
        .collect();
    let compared = &mut inputs.customers.open().compared;
    compared.push(column("industry", &industry));
    inputs.reps.open().compared = vec![column("knows", &knows)];
    let entry = |when: &str, cost_km: Option<f64>, cost_share: Option<f64>| Prefer {
        when: when.into(),
        cost_km,
        cost_share,
        ..Prefer::default()
    };
    inputs.scenario.prefer = vec![
        entry("industry in rep.knows", Some(-400.0 * random.unit()), None),
        entry(
            "industry == 'B' && !('B' in rep.knows)",
            Some(150.0 * random.unit()),
            Some(0.5 * random.unit()),
        ),
        entry(
            "rep.id == 'R0' && industry != 'A'",
            None,
            Some(-0.6 * random.unit()),
        ),
    ];
}
