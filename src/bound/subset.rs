//! Whether any set of whole units has a total within the bounds of a rep; exact.

use super::Case;

/// Different totals that are kept in mind at most.
const MOST: usize = 50_000;

/// Whether no set of the units that are open to a rep, with those that nobody else may have, has a total of a measure within its bounds;
/// `None` where there are too many totals to tell.
///
/// The totals `{0} + {0, a_1} + {0, a_2} + ...`, sorted, the largest first; what is above the bound goes, and what all the rest
/// cannot lift to it.
pub(crate) fn empty(case: &Case, open: &[bool], rep: usize, measure: usize) -> Option<bool> {
    let row = rep * case.measures + measure;
    let (least, most) = (case.least[row], case.most[row]);
    let (mut fixed, mut free) = (0i128, Vec::new());
    for u in 0..case.units() {
        let Some(o) = case.option(u, rep as u32).filter(|o| open[*o]) else {
            continue;
        };
        let a = case.steps[o * case.measures + measure];
        if case.left(u, open).nth(1).is_none() {
            fixed += a;
        } else if a > 0 {
            free.push(a);
        }
    }
    free.sort_unstable_by(|a, b| b.cmp(a));
    let mut rest: i128 = free.iter().sum();
    let mut totals = vec![fixed];
    for a in free {
        rest -= a;
        let mut next = Vec::with_capacity(2 * totals.len());
        let (mut x, mut y) = (0, 0);
        while y < totals.len() {
            let (old, new) = (totals.get(x), totals[y] + a);
            let total = match old {
                Some(old) if *old <= new => {
                    x += 1;
                    y += usize::from(*old == new);
                    *old
                }
                _ => {
                    y += 1;
                    new
                }
            };
            if total <= most && total + rest >= least {
                // A total within the bounds stays there when nothing is added.
                if total >= least {
                    return Some(false);
                }
                next.push(total);
            }
        }
        if next.is_empty() {
            return Some(true);
        }
        if next.len() > MOST {
            return None;
        }
        totals = next;
    }
    Some(!totals.iter().any(|t| (least..=most).contains(t)))
}
