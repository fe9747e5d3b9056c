//! Why territories, or people, are left over although both sides have some: sets with too few on the other side.
//!
//! From a territory that nobody has, alternating paths lead to those who may take it, on to their own territories, to those who may take these, and
//! so on. None of the people on the way is free, or the staffing could be larger: the territories found can be taken by these people only, and are
//! one more than they are, at least (Hall 1935). The same holds from a person without a territory.

use super::assign::{Assignment, Table};

/// Territories and people of whom one side has nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Territories: all that these people can take, or that nobody but these people can.
    pub territories: Vec<usize>,
    /// People.
    pub people: Vec<usize>,
}

/// Sets of territories that nobody but too few people can take, none of them in two.
#[must_use]
pub fn short_of_people(table: &Table, a: &Assignment) -> Vec<Short> {
    let may = |t: usize, p: usize| table.cost(p, t).is_some();
    let sets = sets(&a.of_territory, &a.of_person, may);
    sets.into_iter()
        .map(|(territories, people)| Short {
            territories,
            people,
        })
        .collect()
}

/// Sets of people who can take nothing but too few territories, none of them in two.
#[must_use]
pub fn short_of_territories(table: &Table, a: &Assignment) -> Vec<Short> {
    let may = |p: usize, t: usize| table.cost(p, t).is_some();
    let sets = sets(&a.of_person, &a.of_territory, may);
    sets.into_iter()
        .map(|(people, territories)| Short {
            territories,
            people,
        })
        .collect()
}

/// From each of the near side that has nobody, what alternating paths reach on both sides; sets that share somebody are one.
fn sets(
    near: &[Option<usize>],
    far: &[Option<usize>],
    may: impl Fn(usize, usize) -> bool,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    // Which set each of both sides is in.
    let mut of_near: Vec<Option<usize>> = vec![None; near.len()];
    let mut of_far: Vec<Option<usize>> = vec![None; far.len()];
    let mut joined: Vec<usize> = Vec::new();
    for start in (0..near.len()).filter(|i| near[*i].is_none()) {
        let set = joined.len();
        joined.push(set);
        of_near[start] = Some(set);
        let mut next = vec![start];
        while let Some(i) = next.pop() {
            for j in (0..far.len()).filter(|j| may(i, *j)) {
                match of_far[j] {
                    // What an earlier one reached is reached: both are one set.
                    Some(other) => join(&mut joined, other, set),
                    None => {
                        of_far[j] = Some(set);
                        if let Some(k) = far[j].filter(|k| of_near[*k].is_none()) {
                            of_near[k] = Some(set);
                            next.push(k);
                        }
                    }
                }
            }
        }
    }
    let of = |sides: &[Option<usize>], root: usize| {
        let mine = |i: &usize| sides[*i].is_some_and(|set| find(&joined, set) == root);
        (0..sides.len()).filter(mine).collect()
    };
    let roots = (0..joined.len()).filter(|set| joined[*set] == *set);
    roots
        .map(|root| (of(&of_near, root), of(&of_far, root)))
        .collect()
}

fn find(joined: &[usize], mut set: usize) -> usize {
    while joined[set] != set {
        set = joined[set];
    }
    set
}

fn join(joined: &mut [usize], one: usize, other: usize) {
    let (a, b) = (find(joined, one), find(joined, other));
    joined[a.max(b)] = a.min(b);
}
