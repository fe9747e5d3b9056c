//! Many units that are alike, dealt out to the reps who share them in the LP.
//!
//! On a network of roads the ways to two reps part at one junction for a whole district, so that hundreds of customers are a tie between them;
//! in a table of whole minutes, too. The LP only says which share of them each rep gets. Any units that make up that share are as good: those
//! nearest to the rep, so that territories hang together. All but the last of them are settled with that.

use super::border::Border;
use crate::solve::units::{OptionList, Units};
use std::collections::BTreeMap;

/// Units that are alike from which on they are dealt out.
const MANY: usize = 64;
/// Units next to where two shares meet that are left to rounding, on each side.
const LOOSE: usize = 24;
/// Shares up to this are nothing.
const NOTHING: f64 = 1e-6;

/// Units that are with a rep for good, and those that were dealt out but may move.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dealt {
    /// Unit -> rep.
    pub rep: BTreeMap<u32, u32>,
    /// Units near where two shares meet.
    pub loose: Vec<u32>,
}

impl Dealt {
    /// Takes what is dealt out of the border of an LP, whose shares stay the same but for a part of a unit. `apart` tells how far a unit is from a rep.
    pub fn from(border: &mut Vec<Border>, units: &Units, apart: impl Fn(u32, u32) -> f64) -> Dealt {
        let mut dealt = Dealt::default();
        for b in std::mem::take(border) {
            if b.units.len() < MANY || !b.is_split() {
                border.push(b);
            } else {
                dealt.group(&b, units, &apart, border);
            }
        }
        dealt
    }

    /// Deals out one group; what stays loose goes to `border`.
    fn group(
        &mut self,
        b: &Border,
        units: &Units,
        apart: &impl Fn(u32, u32) -> f64,
        border: &mut Vec<Border>,
    ) {
        let size = |u: &u32| units.scale(*u as usize);
        let all: f64 = b.units.iter().map(size).sum();
        let mut open: Vec<usize> = (0..b.share.len())
            .filter(|o| b.share[*o] > NOTHING)
            .collect();
        open.sort_by(|x, y| b.share[*x].total_cmp(&b.share[*y]).then(x.cmp(y)));
        let mut left = b.units.clone();
        let mut loose: Vec<u32> = Vec::new();
        while let Some(o) = open.first().copied() {
            open.remove(0);
            let key = |u: u32| {
                let other = open.iter().map(|p| apart(u, b.options.rep[*p]));
                apart(u, b.options.rep[o]) - other.fold(f64::INFINITY, f64::min)
            };
            let taken = if open.is_empty() {
                left.len()
            } else {
                let mut keyed: Vec<(f64, u32)> = left.iter().map(|u| (key(*u), *u)).collect();
                keyed.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
                left = keyed.into_iter().map(|(_, u)| u).collect();
                let mut lacks = b.share[o] * all;
                let fits = |u: &&u32| {
                    let half = 0.5 * size(u);
                    lacks -= 2.0 * half;
                    lacks > -half
                };
                left.iter().take_while(fits).count()
            };
            let rest = left.split_off(taken);
            for u in &left {
                self.rep.insert(*u, b.options.rep[o]);
            }
            if !open.is_empty() {
                loose.extend(left.iter().rev().take(LOOSE));
                loose.extend(rest.iter().take(LOOSE));
            }
            left = rest;
        }
        loose.sort_unstable();
        loose.dedup();
        for u in loose {
            let Some(rep) = self.rep.remove(&u) else {
                continue;
            };
            self.loose.push(u);
            border.push(alone(b, u, size(&u) / all, rep));
        }
    }
}

/// One unit of a group, whole with a rep.
fn alone(b: &Border, unit: u32, part: f64, rep: u32) -> Border {
    let of = |v: &[f64]| v.iter().map(|x| part * x).collect();
    let options = OptionList {
        rep: b.options.rep.clone(),
        cost: of(&b.options.cost),
        load: of(&b.options.load),
        moved: of(&b.options.moved),
    };
    let share = |j: &u32| if *j == rep { 1.0 } else { 0.0 };
    Border {
        units: vec![unit],
        share: options.rep.iter().map(share).collect(),
        options,
    }
}
