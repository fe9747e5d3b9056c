//! Distances to all territories, and the least of them: what searches for shortest paths spend their time with.
//!
//! Everything is a whole number in a double, and exact; loops over doubles are what compilers make the most of.

/// Distances of the territories that are not final.
#[derive(Debug, Default)]
pub(super) struct Nearest {
    /// The distance so far; infinite where it is final.
    dist: Vec<f64>,
    /// Prices of the territories; minus infinity where the distance is final, so that nothing leads there any more.
    price: Vec<f64>,
    /// The step of the search that led there.
    before: Vec<f64>,
}

impl Nearest {
    /// A new search, by these prices.
    pub fn begin(&mut self, prices: &[f64]) {
        self.dist.clear();
        self.dist.resize(prices.len(), f64::INFINITY);
        self.price.clear();
        self.price.extend_from_slice(prices);
        self.before.resize(prices.len(), 0.0);
    }

    /// The step that led to a territory.
    pub fn before(&self, t: usize) -> usize {
        self.before[t] as usize
    }

    /// The distance of a territory is final.
    pub fn close(&mut self, t: usize) {
        self.dist[t] = f64::INFINITY;
        self.price[t] = f64::NEG_INFINITY;
    }

    /// A territory at this distance: the first one, or one that ends the search.
    pub fn at(&self, low: f64, ends: impl Fn(usize) -> bool) -> Option<usize> {
        let mut first = None;
        for (chunk, start) in self.dist.chunks(LANES).zip((0..).step_by(LANES)) {
            // Most have none, which one look at all of them tells.
            if !chunk.iter().fold(false, |any, d| any | (*d == low)) {
                continue;
            }
            let here = (start..).zip(chunk).filter(|(_, d)| **d == low);
            for (t, _) in here {
                if ends(t) {
                    return Some(t);
                }
                first = first.or(Some(t));
            }
        }
        first
    }

    /// Lowers the distances to what step `step` offers, `base + c_t - v_t`; the least of all.
    pub fn relax(&mut self, step: usize, row: &[f64], base: f64) -> f64 {
        let step = step as f64;
        let mut least = [f64::INFINITY; LANES];
        let mut dist = self.dist.chunks_exact_mut(LANES);
        let mut before = self.before.chunks_exact_mut(LANES);
        let mut cost = row.chunks_exact(LANES);
        let mut price = self.price.chunks_exact(LANES);
        let lanes = dist.by_ref().zip(before.by_ref());
        for (((d, b), c), v) in lanes.zip(cost.by_ref()).zip(price.by_ref()) {
            for k in 0..LANES {
                let offer = base + c[k] - v[k];
                b[k] = if offer < d[k] { step } else { b[k] };
                d[k] = lesser(offer, d[k]);
                least[k] = lesser(d[k], least[k]);
            }
        }
        let rest = dist
            .into_remainder()
            .iter_mut()
            .zip(before.into_remainder());
        let rest = rest.zip(cost.remainder()).zip(price.remainder());
        for (((d, b), c), v) in rest {
            let offer = base + c - v;
            if offer < *d {
                (*d, *b) = (offer, step);
            }
            least[0] = lesser(*d, least[0]);
        }
        least.into_iter().fold(f64::INFINITY, lesser)
    }
}

/// Values side by side.
const LANES: usize = 8;

/// The lesser of two numbers that are no NaN, as one instruction.
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
