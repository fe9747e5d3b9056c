//! Published capacitated p-median instances: bases and bound.
//!
//! `cargo bench --bench sizing -- [--floor] FILE...` reads the usual text (n and p, then x, y, capacity and demand of each point); distances are Euclidean,
//! with `--floor` rounded down to whole numbers. Prints what the bases cost with customers split (the transport problem), the bound and seconds.

use revier::base::deadline::Deadline;
use revier::sizing::problem::{Base, Problem};
use revier::sizing::search::{Depth, point};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let floor = args.iter().any(|a| a == "--floor");
    let number = |name: &str, default: usize| {
        let at = args.iter().position(|a| a == name);
        at.map_or(default, |at| args[at + 1].parse().unwrap())
    };
    let depth = Depth {
        tries: number("--tries", 50),
        rounds: number("--rounds", 3),
        steps: number("--steps", 400),
        gap: 1e-6,
    };
    let limit = number("--limit", 60) as f64;
    let keep = number("--keep", 8);
    for file in args
        .iter()
        .filter(|a| a.ends_with(".txt") || a.ends_with(".dat"))
    {
        let text = std::fs::read_to_string(file).unwrap();
        let numbers: Vec<f64> = text
            .split_whitespace()
            .map(|x| x.parse().unwrap())
            .collect();
        let (n, p) = (numbers[0] as usize, numbers[1] as usize);
        let rows: Vec<&[f64]> = numbers[2..].chunks_exact(4).collect();
        assert_eq!(rows.len(), n, "{file}");
        let begin = Instant::now();
        let base = |row: &&[f64]| Base {
            floor: 0.0,
            cap: row[2],
            fixed_cost: 0.0,
            stays: false,
        };
        let bases: Vec<Base> = rows.iter().map(base).collect();
        let keep = (keep * n / p).clamp(60, n);
        let problem = Problem::new(n, &bases, keep, |i, j| {
            let d = (rows[i][0] - rows[j][0]).hypot(rows[i][1] - rows[j][1]);
            Some((if floor { d.floor() } else { d }, rows[i][3]))
        });
        let built = begin.elapsed().as_secs_f64();
        let until = Deadline::after(limit);
        let found = point(&problem, p, (&[], None), depth, &until, |_, _| {});
        println!(
            "{file} {n} {p}: value {:.2} bound {:.2} gap {:.3} % in {:.2} s (pairs {built:.2} s)",
            found.value,
            found.bound,
            100.0 * (1.0 - found.bound / found.value),
            begin.elapsed().as_secs_f64(),
        );
    }
}
