//! Each stage of a run by itself, and whole runs over the number of customers and of reps.
//!
//!     cargo bench --bench stages                 everything, minutes
//!     cargo bench --bench stages -- read/csv     one of them

mod common;

use common::Files;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use revier::check::{Broken, Claim, check};
use revier::input;
use revier::model::Model;
use revier::output::Target;
use revier::plan::SolveSeconds;
use revier::run;
use revier::scenario::Overrides;
use revier::solve::{Options, solve};
use revier::territory::Tessellation;
use std::hint::black_box;
use std::time::Duration;

/// Customers and reps of the stages that are measured at one size.
const SIZE: (usize, usize) = (100_000, 50);

fn read(c: &mut Criterion) {
    let files = Files::new(SIZE.0, SIZE.1);
    let mut group = c.benchmark_group("read");
    group.sample_size(20);
    for format in ["csv", "geojson"] {
        let name = format!("c.{format}");
        let scenario = files.scenario(&name);
        let bytes = std::fs::metadata(files.path(&name)).expect("a file").len();
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(format, |b| {
            b.iter(|| input::read(&scenario, None).expect("inputs"));
        });
    }
    group.finish();
}

fn model(c: &mut Criterion) {
    let inputs = Files::new(SIZE.0, SIZE.1).inputs();
    c.bench_function("model", |b| b.iter(|| Model::build(black_box(&inputs))));
}

/// The stages of a solve, timed by the solver itself: each sample is a whole solve of which one stage counts.
fn stages(c: &mut Criterion) {
    type Stage = (&'static str, fn(&SolveSeconds) -> f64);
    const STAGES: [Stage; 4] = [
        ("index", |s| s.index),
        ("prices", |s| s.prices),
        ("lp", |s| s.lp - s.prices),
        ("round", |s| s.round),
    ];
    for (n, k) in [(10_000, 50), (100_000, 50), (100_000, 200)] {
        let model = Model::build(&Files::new(n, k).inputs());
        for (name, seconds) in STAGES {
            let mut group = c.benchmark_group(name);
            group.sample_size(10);
            group.bench_function(BenchmarkId::from_parameter(format!("{n}x{k}")), |b| {
                b.iter_custom(|runs| {
                    let run = |_| {
                        let plan = solve(&model, &Options::default()).expect("a plan");
                        Duration::from_secs_f64(seconds(&plan.seconds).max(0.0))
                    };
                    (0..runs).map(run).sum()
                });
            });
            group.finish();
        }
    }
}

/// What follows the solve.
fn drawing(c: &mut Criterion) {
    let files = Files::new(SIZE.0, SIZE.1);
    let scenario = files.scenario("c.csv");
    let solved = run::run(&scenario, None, &Overrides::default(), |_| {}).expect("a plan");
    let customers = &solved.inputs.customers;
    let mut group = c.benchmark_group("polygons");
    group.sample_size(20);
    let triangulate =
        || Tessellation::new(&customers.lon, &customers.lat, None).expect("a triangulation");
    group.bench_function("triangulate", |b| b.iter(triangulate));
    let tessellation = triangulate();
    group.bench_function("draw", |b| {
        b.iter(|| {
            let drawn = tessellation.draw(&solved.plan.owner, solved.model.k);
            drawn.expect("territories")
        });
    });
    group.finish();

    let broken = Broken::of(&solved.plan);
    let claim = Claim::of(&solved.plan, &broken, &solved.territories, &solved.summary);
    c.bench_function("check", |b| {
        b.iter(|| assert!(check(&solved.inputs, &claim).is_empty()));
    });

    let out = files.path("out");
    let mut group = c.benchmark_group("write");
    group.sample_size(20);
    group.bench_function("plan", |b| {
        b.iter(|| {
            let target = Target::claim(&out).expect("a target");
            solved.write(target).expect("a plan directory");
        });
    });
    group.finish();
}

/// From the files to the plan directory, over n and over k.
fn whole(c: &mut Criterion) {
    let over_n = [(1_000, 50), (10_000, 50), (100_000, 50)];
    let over_k = [(10_000, 10), (10_000, 100), (10_000, 200)];
    let mut group = c.benchmark_group("whole");
    group.sample_size(10);
    for (n, k) in over_n.into_iter().chain(over_k) {
        let files = Files::new(n, k);
        let (scenario, out) = (files.scenario("c.csv"), files.path("out"));
        group.bench_function(BenchmarkId::from_parameter(format!("{n}x{k}")), |b| {
            b.iter(|| {
                let target = Target::claim(&out).expect("a target");
                let solved = run::run(&scenario, None, &Overrides::default(), |_| {});
                let solved = solved.expect("a plan");
                solved.write(target).expect("a plan directory");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, read, model, stages, drawing, whole);
criterion_main!(benches);
