//! The assignment problem of `revier staff`, alone.
//!
//! `cargo bench --bench staff` times 2,000 people on 2,000 territories of several kinds, with all second choices, and fails where one that plans are like takes two
//! seconds or more. `cargo bench --bench staff -- --cases` reads problems from stdin, one a line (`people territories cost cost ...`, by person, `x` for a pair
//! that must not be), and prints an answer a line: what costs are rounded to, how many are staffed, the cost, the territory of each person (`-`: none), and what
//! their second choices cost more (`-`: there is none; `x`: fewer are staffed then). `tests/staff/scipy_check.py` compares these with scipy.

use revier::staff::assign::{Assignment, Table, assign};
use revier::staff::grid::Grid;
use revier::staff::second::seconds;
use std::io::{BufRead, Write};
use std::time::Instant;

/// Seconds that the common kinds may take.
const LIMIT: f64 = 2.0;
/// Runs of a kind, until one is within the limit.
const RUNS: usize = 3;
/// People, and territories.
const SIZE: usize = 2000;

fn main() {
    match std::env::args().any(|a| a == "--cases") {
        true => cases(),
        false => times(),
    }
}

fn cases() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split_whitespace();
        let mut count = || words.next().unwrap().parse::<usize>().unwrap();
        let (people, territories) = (count(), count());
        let number = |word: &str| word.parse::<f64>().unwrap_or(f64::NAN);
        let costs: Vec<f64> = words.map(number).collect();
        let grid = Grid::of(people, territories, &costs);
        let table = Table::new(people, territories, costs.iter().map(|c| grid.steps(*c)));
        let a = assign(&table);
        let of = |t: &Option<usize>| t.map_or("-".to_owned(), |t| t.to_string());
        let of: Vec<String> = a.of_people().iter().map(of).collect();
        let second = seconds(&table, &a).into_iter().map(|second| match second {
            None => "-".to_owned(),
            Some(second) if second.fewer > 0 => "x".to_owned(),
            Some(second) => grid.decimal(second.more).to_string(),
        });
        let second: Vec<String> = second.collect();
        let (step, total) = (grid.decimal(1), grid.decimal(a.total));
        let (of, second) = (of.join(","), second.join(","));
        writeln!(out, "{step} {} {total} [{of}] [{second}]", a.staffed).unwrap();
    }
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn unit(&mut self) -> f64 {
        self.below(1 << 53) as f64 / (1u64 << 53) as f64
    }
}

/// Homes, and territories as ten customers each, on a square of 800 km; `spread` is how far from the middle people live.
struct Land {
    home: Vec<[f64; 2]>,
    customer: Vec<[f64; 3]>,
}

impl Land {
    fn new(random: &mut Random, people: usize, territories: usize, spread: f64) -> Land {
        let mut at = |size: f64| 400.0 + size * (random.unit() - 0.5);
        let home = (0..people).map(|_| [at(spread), at(spread)]).collect();
        let middle: Vec<[f64; 2]> = (0..territories).map(|_| [at(800.0), at(800.0)]).collect();
        let near = |t: usize, random: &mut Random| {
            let mut at = |x: f64| x + 30.0 * (random.unit() - 0.5);
            let [x, y] = middle[t];
            [at(x), at(y), 1.0 + (at(0.0) + 15.0) / 3.0]
        };
        let customer = (0..10 * territories)
            .map(|c| near(c / 10, random))
            .collect();
        Land { home, customer }
    }

    fn cost(&self, p: usize, t: usize) -> f64 {
        let [x, y] = self.home[p];
        let of = |[a, b, w]: &[f64; 3]| w * (a - x).hypot(b - y);
        self.customer[10 * t..][..10].iter().map(of).sum()
    }
}

fn table(people: usize, territories: usize, cost: impl FnMut(usize, usize) -> f64) -> Table {
    let mut cost = cost;
    let all: Vec<f64> = (0..people * territories)
        .map(|at| cost(at / territories, at % territories))
        .collect();
    let grid = Grid::of(people, territories, &all);
    Table::new(people, territories, all.into_iter().map(|c| grid.steps(c)))
}

fn timed(name: &str, table: &Table) -> f64 {
    let begin = Instant::now();
    let a: Assignment = assign(table);
    let assigned = begin.elapsed().as_secs_f64();
    let second = seconds(table, &a);
    let all = begin.elapsed().as_secs_f64();
    let choices = second.iter().flatten().count();
    let (k, n) = (table.people, table.territories);
    println!(
        "{name:<34} {k} x {n}: {assigned:6.3} s, second choices {:6.3} s ({} staffed, {choices} choices)",
        all - assigned,
        a.staffed
    );
    assigned
}

fn times() {
    let mut random = Random(1);
    let land = Land::new(&mut random, 2 * SIZE, 2 * SIZE, 800.0);
    let town = Land::new(&mut random, SIZE, SIZE, 40.0);
    let never = f64::NAN;
    let mut slow = Vec::new();
    let mut common = |name: &str, table: &Table| {
        // A machine that does something else at times is no reason to fail.
        let mut runs = (0..RUNS).map(|_| timed(name, table));
        if runs.all(|seconds| seconds >= LIMIT) {
            slow.push(name.to_owned());
        }
    };
    common(
        "territories on a map",
        &table(SIZE, SIZE, |p, t| land.cost(p, t)),
    );
    let mut lacks = || random.below(2) == 0;
    common(
        "half of the pairs forbidden",
        &table(
            SIZE,
            SIZE,
            |p, t| if lacks() { never } else { land.cost(p, t) },
        ),
    );
    let skilled = |p: usize, t: usize| p.is_multiple_of(4) || !t.is_multiple_of(3);
    common(
        "a skill that too few have",
        &table(SIZE, SIZE, |p, t| {
            if skilled(p, t) {
                land.cost(p, t)
            } else {
                never
            }
        }),
    );
    common(
        "more people",
        &table(2 * SIZE, SIZE, |p, t| land.cost(p, t)),
    );
    common(
        "more territories",
        &table(SIZE, 2 * SIZE, |p, t| land.cost(p, t)),
    );
    common("uniform costs", &table(SIZE, SIZE, |_, _| random.unit()));
    let mut random = Random(2);
    common(
        "whole numbers below 100",
        &table(SIZE, SIZE, |_, _| random.below(100) as f64),
    );
    // Hard: all prefer the same territories, so that paths lead through nearly everybody.
    timed(
        "everybody in one town",
        &table(SIZE, SIZE, |p, t| town.cost(p, t)),
    );
    timed(
        "products (hard on purpose)",
        &table(SIZE, SIZE, |p, t| ((p + 1) * (t + 1)) as f64),
    );
    assert!(
        slow.is_empty(),
        "{LIMIT} s or more in each of {RUNS} runs: {}",
        slow.join(", ")
    );
}
