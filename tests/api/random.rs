//! Whatever is given to the library, it answers with a plan that holds, or with its one error.

use crate::holds;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use revier::{Builder, Error, Instance, Options, Plan, Source, Table, solve};
use serde_json::{Value, json};

/// Cases of each test.
const CASES: u32 = 96;

/// The same cases in each run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try others.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(16);
    }
    config
}

/// Numbers as they come from tables that nobody has looked at.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        400 => 0.0..10.0,
        1 => prop::sample::select(vec![
            0.0, -0.0, -1.0, 1e-300, 1e15, 1e16, 1e300, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY
        ]),
    ]
}

fn degrees(low: f64, high: f64) -> impl Strategy<Value = f64> {
    prop_oneof![
        400 => low..high,
        1 => prop::sample::select(vec![
            low, high, 0.0, 90.0, -90.0, 180.0, -180.0, 179.999_999_9, 500.0, f64::NAN, f64::INFINITY
        ]),
    ]
}

/// Texts that are ids of reps now and then.
fn word() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        4 => prop::sample::select(vec!["R0", "R1", "R2", "g", "x;y"]).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

/// Ids of reps, but for a few.
fn owner() -> impl Strategy<Value = Option<String>> + Clone {
    prop_oneof![
        100 => prop::option::of(prop::sample::select(vec!["R0", "R1"]).prop_map(str::to_owned)),
        1 => word().prop_map(Some),
    ]
}

/// Lengths of columns: mostly alike.
fn length(n: usize) -> impl Strategy<Value = usize> {
    prop_oneof![300 => Just(n), 1 => 0..n + 3]
}

fn column<T: std::fmt::Debug>(
    n: usize,
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Vec<T>> {
    length(n).prop_flat_map(move |n| prop::collection::vec(value.clone(), n))
}

fn ids(n: usize, prefix: &'static str) -> impl Strategy<Value = Vec<String>> {
    let counted = move |n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
    prop_oneof![
        60 => length(n).prop_map(counted),
        1 => prop::collection::vec(word(), n),
    ]
}

fn customers() -> BoxedStrategy<Table> {
    prop_oneof![12 => 2..14_usize, 1 => 0..2_usize]
        .prop_flat_map(|n| {
            let number = number().boxed();
            (
                ids(n, "c"),
                column(n, degrees(6.0, 12.0).boxed()),
                column(n, degrees(47.0, 54.0).boxed()),
                column(n, number.clone()),
                prop::option::of(column(n, owner().boxed())),
                prop::option::weighted(0.2, column(n, prop::bool::weighted(0.05).boxed())),
                prop::option::of(column(n, prop::collection::vec(word(), 0..3).boxed())),
                prop::option::of(column(n, prop::option::of(word()).boxed())),
            )
                .prop_map(|(ids, lon, lat, load, owner, locked, requires, group)| {
                    let mut table = Table::new()
                        .ids(ids)
                        .points(lon, lat)
                        .numbers("workload", load);
                    if let Some(owner) = owner {
                        table = table.texts("owner", owner);
                    }
                    if let Some(locked) = locked {
                        table = table.flags("locked", locked);
                    }
                    if let Some(requires) = requires {
                        table = table.lists("requires", requires);
                    }
                    if let Some(group) = group {
                        table = table.texts("group", group);
                    }
                    table
                })
        })
        .boxed()
}

fn reps() -> BoxedStrategy<Table> {
    prop_oneof![12 => 2..4_usize, 1 => 0..2_usize]
        .prop_flat_map(|k| {
            let number = number().boxed();
            (
                ids(k, "R"),
                column(k, degrees(6.0, 12.0).boxed()),
                column(k, degrees(47.0, 54.0).boxed()),
                prop::option::of(column(k, number.clone())),
                prop::option::of(column(k, number)),
                prop::option::of(column(k, prop::collection::vec(word(), 0..3).boxed())),
            )
                .prop_map(|(ids, lon, lat, capacity, upper, skills)| {
                    let mut table = Table::new().ids(ids).points(lon, lat);
                    if let Some(capacity) = capacity {
                        table = table.numbers("capacity", capacity);
                    }
                    if let Some(upper) = upper {
                        table = table.numbers("max_workload", upper);
                    }
                    if let Some(skills) = skills {
                        table = table.lists("skills", skills);
                    }
                    table
                })
        })
        .boxed()
}

/// Settings, some of them absurd.
fn setting() -> BoxedStrategy<(String, Value)> {
    let keys = [
        "travel.max_km",
        "travel.detour",
        "travel.speed_kmh",
        "travel.weight",
        "travel.in_workload",
        "rules.locks",
        "rules.skills",
        "rules.groups",
        "rules.places",
        "rules.former_owners",
        "change.max_share",
        "change.penalty",
        "territories.simplify_m",
        "territories.smooth_m",
        "territories.max_reach_km",
        "territories.enclaves",
        "name",
        "units.snap_m",
        "dashboard.segments",
        "output.csv_safe",
        "output.carry",
        "output.decimal",
        "balance",
        "",
        ".",
        "travel",
        "a.b.c.d",
        "solve.seed",
    ];
    let value = prop_oneof![
        4 => number().prop_map(Value::from),
        2 => any::<bool>().prop_map(Value::from),
        2 => prop::sample::select(vec![
            json!("free"), json!("workload"), json!("none"), json!("list"), json!("customers"), json!(null), json!([]), json!({}),
            json!([["c0", "R0"]]), json!({"max_km": 50}), json!(["workload"]), json!(i64::MAX), json!(u64::MAX),
        ]),
        1 => word().prop_map(Value::from),
    ];
    (prop::sample::select(keys.to_vec()), value)
        .prop_map(|(key, value)| (key.to_owned(), value))
        .boxed()
}

fn options() -> BoxedStrategy<Options> {
    (
        any::<u64>(),
        prop_oneof![6 => Just(0.001), 1 => number()],
        prop_oneof![6 => Just(0.5), 1 => number().prop_map(|t| t.min(2.0))],
        prop_oneof![6 => Just(1_usize), 1 => any::<usize>()],
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(seed, gap, seconds, threads, keep, frontier)| {
            let options = Options::new().seed(seed).gap(gap).time_limit(seconds);
            options.threads(threads).keep(keep).frontier(frontier)
        })
        .boxed()
}

/// A plan that is what it says, through all of its readers.
fn sound(plan: &Plan) -> Result<(), TestCaseError> {
    let n = plan.customer_ids().len();
    let k = plan.rep_ids().len();
    prop_assert!(plan.owners().len() == n && plan.owners().iter().all(|j| (*j as usize) < k));
    prop_assert!(plan.previous_owners().len() == n && plan.km().len() == n);
    prop_assert_eq!(plan.territories().len(), k);
    let dealt: usize = plan.territories().iter().map(|t| t.customers).sum();
    prop_assert_eq!(dealt, n);
    prop_assert_eq!(plan.check(), vec![]);
    Ok(())
}

/// All of the library for one instance; what is wrong is told. Whether there was a plan.
fn tried(builder: Builder, options: &Options, leads: Source) -> Result<bool, TestCaseError> {
    let told = |error: &Error| {
        let internal = matches!(error, Error::Internal(_));
        prop_assert!(!internal && !error.to_string().is_empty(), "{error:?}");
        Ok(false)
    };
    let instance = match builder.build() {
        Ok(instance) => instance,
        Err(error) => return told(&error),
    };
    let plan = match solve(&instance, options, |_| {}) {
        Ok(plan) => plan,
        Err(error) => return told(&error),
    };
    sound(&plan)?;
    if let Err(error) = plan.assign(leads) {
        told(&error)?;
    }
    let dir = tempfile::tempdir().unwrap();
    plan.save(dir.path().join("out")).unwrap();
    holds(&dir.path().join("out"));
    Ok(true)
}

#[test]
fn columns_give_a_plan_or_an_error() {
    let settings = prop_oneof![
        3 => Just(vec![]),
        1 => prop::collection::vec(setting(), 1..3),
    ];
    let customer = prop::sample::select(vec!["c0", "c1", "x"]);
    let rep = prop::sample::select(vec!["R0", "R1", "R1"]);
    let tables = (customers(), reps(), customers()).boxed();
    let rules = (
        prop_oneof![20 => 0.1..0.9, 1 => number()],
        settings,
        prop::option::weighted(0.2, (customer, rep)),
        any::<bool>(),
    )
        .boxed();
    let config = config();
    let cases = config.cases;
    let plans = std::cell::Cell::new(0);
    let run = |(tables, rules, options): (_, _, Options)| {
        let (customers, reps, leads): (Table, Table, Table) = tables;
        let (tolerance, settings, pair, contiguous): (f64, Vec<(String, Value)>, _, bool) = rules;
        let mut builder = Instance::builder().customers(customers).reps(reps);
        builder = builder.balance("workload", tolerance);
        for (key, value) in settings {
            builder = builder.set(key, value);
        }
        if let Some((customer, rep)) = pair {
            builder = builder.forbid(customer, rep);
        }
        if contiguous {
            builder = builder.contiguous(true);
        }
        let solved = tried(builder, &options, leads.into())?;
        plans.set(plans.get() + u32::from(solved));
        Ok(())
    };
    let mut runner = TestRunner::new(config);
    runner.run(&(tables, rules, options()), run).unwrap();
    // Most of what is tried is refused; enough is solved.
    assert!(plans.get() > cases / 8, "{} plans", plans.get());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_told(
        customers in prop::collection::vec(any::<u8>(), 0..200),
        text in ".{0,60}",
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24),
        kind in 0..3_usize,
        roles in any::<[bool; 4]>(),
    ) {
        let joined: String = pieces.concat();
        let source = |random: bool| {
            let bytes = if random { customers.clone() } else { joined.clone().into_bytes() };
            match kind {
                0 => Source::geojson(bytes),
                1 => Source::csv(bytes),
                _ => Source::excel(bytes),
            }
        };
        let mut builder = Instance::builder().customers(source(roles[0])).reps(source(!roles[0]));
        if roles[1] {
            builder = builder.boundary(source(true)).matrix(source(false));
        }
        if roles[2] {
            builder = builder.units(source(false)).context(source(true));
        }
        if roles[3] {
            builder = builder.scenario(text);
        }
        tried(builder, &Options::new().time_limit(0.5), source(true))?;
    }

    #[test]
    fn any_scenario_is_told(
        lines in prop::collection::vec((prop::sample::select(LINES.to_vec()), word()), 0..8),
        tail in ".{0,20}",
    ) {
        let text: String = lines.iter().map(|(line, word)| line.replace('?', word) + "\n").collect();
        let builder = crate::small().scenario(text + &tail);
        tried(builder, &Options::new().time_limit(0.5), Source::csv("id,lon,lat\n1,8,50\n"))?;
    }

    #[test]
    fn any_shape_is_told(
        rings in prop::collection::vec(prop::collection::vec((degrees(7.0, 10.0), degrees(49.0, 51.0)), 0..7), 0..4),
        parts in 1..3_usize,
    ) {
        let ring = |points: &Vec<(f64, f64)>| geo::LineString::from(points.clone());
        let mut holes: Vec<geo::LineString<f64>> = rings.iter().map(ring).collect();
        let shell = holes.pop().unwrap_or(geo::LineString(vec![]));
        let shape = geo::MultiPolygon(vec![geo::Polygon::new(shell, holes); parts]);
        tried(crate::small().boundary(shape.clone()), &Options::new().time_limit(0.5), Source::shape(shape.clone()))?;
        let units: Vec<geo::Geometry<f64>> = vec![shape.into(), geo::Rect::new((8.0, 50.0), (9.0, 51.0)).to_polygon().into()];
        let customers = Table::new().ids(["a", "b"]).geometry(units);
        tried(crate::small().customers(customers), &Options::new().time_limit(0.5), Source::csv(""))?;
    }
}

/// What GeoJSON, tables and scenarios are made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\"",
    "1",
    "-0",
    "1e999",
    "null",
    "true",
    "\"type\"",
    "\"FeatureCollection\"",
    "\"features\"",
    "\"Feature\"",
    "\"geometry\"",
    "\"Point\"",
    "\"coordinates\"",
    "[8,50]",
    "\"properties\"",
    "\"id\"",
    "id,lon,lat\n",
    "a,8,50\n",
    "b,9,50\n",
    ";",
    "PK\u{3}\u{4}",
    "\u{feff}",
    "{\"type\":\"Feature\",\"properties\":{\"id\":1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,50]}}",
];

const LINES: &[&str] = &[
    "name = \"?\"",
    "[travel]",
    "max_km = 20",
    "cost = \"minutes\"",
    "weight = \"?\"",
    "[rules]",
    "contiguous = true",
    "forbid = [[\"?\", \"R1\"]]",
    "[[balance]]",
    "measure = \"?\"",
    "tolerance = 0.5",
    "[change]",
    "max_share = 0.5",
    "units = \"?\"",
    "[units]",
    "snap_m = 1",
    "boundary = \"?\"",
    "[solve]",
    "gap = 0.1",
    "[[target]]",
    "name = \"?\"",
    "x = [[[[[[",
    "?",
    "[dashboard]",
    "segments = [\"?\"]",
    "seed = 1",
    "[territories]",
    "smooth_m = 100",
    "enclaves = \"list\"",
];

#[test]
fn a_value_nested_beyond_all_sense_is_told() {
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!([deep]);
    }
    let error = crate::small().set("travel", deep).build().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let error = crate::small()
        .scenario(format!("a = {}", "[".repeat(100_000)))
        .build()
        .unwrap_err();
    assert!(!error.problems().is_empty());
    let text = "[".repeat(100_000);
    let error = crate::small()
        .customers(Source::geojson(text))
        .build()
        .unwrap_err();
    assert!(!error.problems().is_empty());
}
