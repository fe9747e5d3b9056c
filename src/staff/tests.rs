//! Against all staffings there are.

use super::assign::{Assignment, NEVER, Price, Table, assign};
use super::grid::Grid;
use super::hall::{Short, short_of_people, short_of_territories};
use super::second::{Second, seconds, swaps};
use crate::base::random::Random;

/// Calls `see` with every matching, as the territory of each person.
fn all(table: &Table, of: &mut Vec<Option<usize>>, see: &mut impl FnMut(&[Option<usize>])) {
    let p = of.len();
    if p == table.people {
        return see(of);
    }
    for t in (0..table.territories).map(Some).chain([None]) {
        let may = t.is_none_or(|t| table.cost(p, t).is_some() && !of.contains(&Some(t)));
        if may {
            of.push(t);
            all(table, of, see);
            of.pop();
        }
    }
}

/// How many pairs, then what they cost: less is better.
fn worth(table: &Table, of: &[Option<usize>]) -> (i64, i64) {
    let pairs = of.iter().enumerate().filter_map(|(p, t)| Some((p, (*t)?)));
    pairs.fold((0, 0), |(n, sum), (p, t)| {
        (n - 1, sum + table.cost(p, t).unwrap())
    })
}

/// The best of all matchings that `may` lets pass.
fn best(table: &Table, may: impl Fn(&[Option<usize>]) -> bool) -> Option<(i64, i64)> {
    let mut found = None;
    all(table, &mut Vec::new(), &mut |of| {
        if may(of) {
            let worth = worth(table, of);
            found = Some(found.map_or(worth, |f: (i64, i64)| f.min(worth)));
        }
    });
    found
}

/// What the prices prove, in whole numbers: nothing is rounded.
fn proves(table: &Table, a: &Assignment) {
    let u: Vec<Price> = (0..table.people).map(|p| a.price_of_person(p)).collect();
    let v: Vec<Price> = (0..table.territories)
        .map(|t| a.price_of_territory(t))
        .collect();
    let cover = u.iter().chain(&v).filter(|x| x.covers).count();
    assert_eq!(cover, a.staffed);
    for (p, t, c) in pairs(table) {
        assert!(u[p].covers || v[t].covers, "{p} {t} is not covered");
        let slack = c - u[p].price - v[t].price;
        assert!(
            slack >= 0 || (u[p].covers && v[t].covers),
            "{p} {t}: {slack}"
        );
        assert!(a.of_person[p] != Some(t) || slack == 0);
    }
    let of_person = u.iter().zip(&a.of_person);
    for (x, other) in of_person.chain(v.iter().zip(&a.of_territory)) {
        assert!(x.covers || x.price <= 0, "{x:?}");
        assert!(other.is_some() || (!x.covers && x.price == 0), "{x:?}");
    }
    let sum: i64 = u.iter().chain(&v).map(|x| x.price).sum();
    assert_eq!(sum, a.total);
}

fn pairs(table: &Table) -> impl Iterator<Item = (usize, usize, i64)> + '_ {
    let of = move |p: usize| (0..table.territories).map(move |t| (p, t));
    let all = (0..table.people).flat_map(of);
    all.filter_map(|(p, t)| Some((p, t, table.cost(p, t)?)))
}

/// A table with costs below `range` (some negative), of which `never` in eight pairs must not be.
fn random(
    random: &mut Random,
    people: usize,
    territories: usize,
    range: usize,
    never: usize,
) -> Table {
    let mut cost = || {
        let c = random.below(range) as i64 - range as i64 / 8;
        if random.below(8) < never { NEVER } else { c }
    };
    Table::new(
        people,
        territories,
        (0..people * territories).map(|_| cost()),
    )
}

#[test]
fn no_staffing_of_all_there_are_is_larger_or_cheaper() {
    let mut dice = Random(1);
    for case in 0..3000 {
        let (people, territories) = (case % 6, case / 6 % 6);
        let range = [3, 10, 1_000_000, Table::limit(6, 6) as usize][case / 36 % 4];
        let table = random(&mut dice, people, territories, range, case / 5 % 8);
        let a = assign(&table);
        proves(&table, &a);
        assert_eq!(worth(&table, &a.of_person), (-(a.staffed as i64), a.total));
        for (p, t) in a.pairs() {
            assert_eq!(a.of_territory[t], Some(p));
        }
        let least = best(&table, |_| true);
        assert_eq!(least, Some((-(a.staffed as i64), a.total)), "{table:?}");
    }
}

#[test]
fn a_second_choice_costs_what_the_best_plan_with_it_costs_more() {
    let mut dice = Random(2);
    for case in 0..1500 {
        let (people, territories) = (1 + case % 5, 1 + case / 5 % 5);
        let table = random(&mut dice, people, territories, 50, case / 7 % 7);
        let a = assign(&table);
        for (p, second) in seconds(&table, &a).into_iter().enumerate() {
            let other = |of: &[Option<usize>]| of[p].is_some() && of[p] != a.of_person[p];
            let found = best(&table, other);
            assert_eq!(found.is_some(), second.is_some(), "{table:?} {p}");
            let (Some((pairs, cost)), Some(second)) = (found, second) else {
                continue;
            };
            let Second {
                territory,
                more,
                fewer,
            } = second;
            assert_eq!(
                (fewer, more),
                (pairs + a.staffed as i64, cost - a.total),
                "{table:?} {p}"
            );
            let forced = best(&table, |of| of[p] == Some(territory));
            assert_eq!(forced, Some((pairs, cost)));
        }
    }
}

#[test]
fn swaps_are_those_that_cost_least() {
    let mut dice = Random(3);
    for case in 0..200 {
        let table = random(&mut dice, 5, 6, 40, case % 4);
        let a = assign(&table);
        let mut each = Vec::new();
        let held: Vec<_> = a.pairs().collect();
        for (i, (p, t)) in held.iter().enumerate() {
            for (q, s) in &held[i + 1..] {
                if let (Some(x), Some(y)) = (table.cost(*p, *s), table.cost(*q, *t)) {
                    let now = table.cost(*p, *t).unwrap() + table.cost(*q, *s).unwrap();
                    each.push((x + y - now, *p, *q));
                }
            }
        }
        each.sort_unstable();
        each.truncate(3);
        let found = swaps(&table, &a, 3);
        let found: Vec<_> = found.iter().map(|s| (s.more, s.one, s.other)).collect();
        assert_eq!(found, each);
        assert!(found.iter().all(|s| s.0 >= 0));
    }
}

#[test]
fn who_is_left_over_is_in_a_set_with_too_few_on_the_other_side() {
    let mut dice = Random(4);
    let mut seen = 0;
    for case in 0..1500 {
        let (people, territories) = (1 + case % 7, 1 + case / 7 % 7);
        let table = random(&mut dice, people, territories, 9, 4 + case % 4);
        let a = assign(&table);
        if a.staffed == people.min(territories) {
            continue;
        }
        seen += 1;
        let (mut left, mut missing) = (Vec::new(), 0);
        for Short {
            territories: some,
            people: few,
        } in short_of_people(&table, &a)
        {
            assert!(some.len() > few.len());
            missing += some.len() - few.len();
            for (p, t, _) in pairs(&table) {
                assert!(!some.contains(&t) || few.contains(&p));
            }
            left.extend(some);
        }
        assert_eq!(missing, territories - a.staffed);
        let all = left.len();
        left.sort_unstable();
        left.dedup();
        assert_eq!(left.len(), all, "a territory is in two sets");
        let sets = short_of_territories(&table, &a);
        for Short {
            territories: few,
            people: some,
        } in &sets
        {
            for (p, t, _) in pairs(&table) {
                assert!(!some.contains(&p) || few.contains(&t));
            }
        }
        let missing: usize = sets
            .iter()
            .map(|s| s.people.len() - s.territories.len())
            .sum();
        assert_eq!(missing, people - a.staffed);
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn three_territories_that_two_people_can_take() {
    let n = NEVER;
    let table = Table::new(4, 4, vec![1, 2, 3, n, 3, 1, 2, n, n, n, n, 5, n, n, n, 4]);
    let a = assign(&table);
    assert_eq!((a.staffed, a.total), (3, 6));
    proves(&table, &a);
    let short = |territories: Vec<usize>, people: Vec<usize>| {
        vec![Short {
            territories,
            people,
        }]
    };
    assert_eq!(
        short_of_people(&table, &a),
        short(vec![0, 1, 2], vec![0, 1])
    );
    assert_eq!(short_of_territories(&table, &a), short(vec![3], vec![2, 3]));
}

#[test]
fn the_largest_costs_of_a_large_table_do_not_overflow() {
    let (people, territories) = (90, 100);
    let limit = Table::limit(people, territories);
    let mut dice = Random(5);
    for never in [0, 5, 7] {
        let cost = |dice: &mut Random| match dice.below(8) {
            x if x < never => NEVER,
            x if x % 2 == 0 => limit - dice.below(100) as i64,
            _ => dice.below(100) as i64 - limit,
        };
        let costs = (0..people * territories).map(|_| cost(&mut dice));
        let table = Table::new(people, territories, costs);
        let a = assign(&table);
        proves(&table, &a);
        assert_eq!(seconds(&table, &a).len(), people);
    }
    let none = Table::new(3, 4, vec![NEVER; 12]);
    let a = assign(&none);
    proves(&none, &a);
    assert_eq!((a.staffed, a.total), (0, 0));
    assert_eq!(seconds(&none, &a), [None; 3]);
    assert_eq!(Grid::of(3, 4, &[f64::NAN; 12]).steps(f64::NAN), NEVER);
}
