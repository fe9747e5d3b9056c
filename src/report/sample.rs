//! Which customers the page draws and finds.

/// More points than this a browser does not draw smoothly.
pub(super) const MAX_POINTS: usize = 50_000;
/// Ids and names take at most this many bytes of a page.
const MAX_TEXT: usize = 2_600_000;

/// Positions of the customers to draw, ascending: all of them up to [`MAX_POINTS`]; of more, half are the
/// largest by the first measure and half are spread evenly over the file. `text` says how long a customer's
/// id and name are; where all of them would be too long, fewer customers are taken.
pub(super) fn sample(
    n: usize,
    size: impl Fn(usize) -> f64,
    text: impl Fn(usize) -> usize,
) -> Vec<usize> {
    let mut most = MAX_POINTS;
    loop {
        let chosen = choose(n, &size, most);
        let long: usize = chosen.iter().map(|i| text(*i)).sum();
        if long <= MAX_TEXT || most < 2 {
            return chosen;
        }
        most /= 2;
    }
}

fn choose(n: usize, size: &impl Fn(usize) -> f64, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut order: Vec<usize> = (0..n).collect();
    let large = most / 2;
    let by_size = |a: &usize, b: &usize| {
        let sizes = size(*b).total_cmp(&size(*a));
        sizes.then(a.cmp(b))
    };
    if large > 0 {
        order.select_nth_unstable_by(large - 1, by_size);
    }
    let mut rest = order.split_off(large);
    rest.sort_unstable();
    let wanted = most - large;
    // The middle of each of `wanted` equal pieces.
    order.extend((0..wanted).map(|p| rest[(2 * p + 1) * rest.len() / (2 * wanted)]));
    order.sort_unstable();
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    const SIZE: fn(usize) -> f64 = |i| (i % 1000) as f64;

    #[test]
    fn few_customers_are_all_drawn() {
        assert_eq!(sample(7, SIZE, |_| 10), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn of_many_the_largest_and_an_even_share() {
        let n = 200_000;
        let chosen = sample(n, SIZE, |_| 10);
        assert_eq!(chosen.len(), MAX_POINTS);
        assert!(chosen.windows(2).all(|w| w[0] < w[1]));
        // 125 sizes of 1,000 make up the largest half; all of them are there.
        let large = chosen.iter().filter(|i| *i % 1000 >= 875).count();
        assert_eq!(large, MAX_POINTS / 2);
        let first = chosen.iter().filter(|i| **i < n / 2).count();
        assert!(first.abs_diff(MAX_POINTS / 2) < 10, "{first}");
    }

    #[test]
    fn long_names_make_it_fewer() {
        let chosen = sample(60_000, SIZE, |_| 1000);
        assert!((1000..=2600).contains(&chosen.len()), "{}", chosen.len());
    }
}
