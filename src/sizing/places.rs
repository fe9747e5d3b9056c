//! What a map of home bases shows beside them.

use crate::input::Inputs;

/// Customers that are shown at most.
const SHOWN: usize = 4000;

/// What the map shows beside home bases.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Some customers, `[lon, lat]`.
    pub shown: Vec<[f64; 2]>,
    /// How many there are.
    pub all: usize,
    /// Rings of the outline, polygon by polygon.
    pub outline: Vec<Vec<[f64; 2]>>,
}

impl Places {
    /// Every so many-th customer, and the boundary.
    #[must_use]
    pub fn new(inputs: &Inputs) -> Places {
        let customers = &inputs.customers;
        let step = customers.len().div_ceil(SHOWN).max(1);
        let round = |x: f64| (x * 1e4).round() / 1e4;
        let at = |i: usize| [round(customers.lon[i]), round(customers.lat[i])];
        let rings = inputs
            .boundary
            .iter()
            .flatten()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let ring = |line: &geo::LineString<f64>| {
            let mut corners: Vec<[f64; 2]> = Vec::new();
            for c in line.coords() {
                // To a kilometre or so: it is a picture of a country.
                let corner = [(c.x * 100.0).round() / 100.0, (c.y * 100.0).round() / 100.0];
                if corners.last() != Some(&corner) {
                    corners.push(corner);
                }
            }
            corners
        };
        let outline = rings.map(ring).filter(|r| r.len() > 3);
        Places {
            shown: (0..customers.len()).step_by(step).map(at).collect(),
            all: customers.len(),
            outline: outline.collect(),
        }
    }
}
