//! How far and how long it is from a home base to a site.

use crate::base::ids::RepIx;
use crate::base::sphere::{chord_to_km, chord2, unit_vector};
use crate::input::{Inputs, Matrix};

/// Distances and times between sites and reps.
#[derive(Clone, Debug)]
pub enum Travel {
    /// Great circles, from unit vectors.
    Sphere {
        /// Unit vectors of the sites, one array per axis.
        site: [Vec<f64>; 3],
        /// Unit vectors of the home bases.
        rep: Vec<[f64; 3]>,
        /// km on the ground per great-circle km.
        detour: f64,
        /// Minutes per km on the ground.
        minutes_per_km: f64,
    },
    /// A table.
    Matrix {
        /// The pairs that exist.
        pairs: Matrix,
        /// Unit vectors of the sites, and of the home bases.
        site: [Vec<f64>; 3],
        rep: Vec<[f64; 3]>,
        /// Minutes per km where the table has no minutes.
        minutes_per_km: f64,
    },
}

impl Travel {
    pub(crate) fn build(inputs: &Inputs) -> Travel {
        let rules = &inputs.scenario.travel;
        let minutes_per_km = 60.0 / rules.speed_kmh;
        let (c, r) = (&inputs.customers, &inputs.reps);
        let mut site = [(); 3].map(|()| Vec::with_capacity(c.len()));
        for (lon, lat) in c.lon.iter().zip(&c.lat) {
            for (axis, value) in site.iter_mut().zip(unit_vector(*lon, *lat)) {
                axis.push(value);
            }
        }
        let bases = r.lon.iter().zip(&r.lat);
        let rep = bases.map(|(lon, lat)| unit_vector(*lon, *lat)).collect();
        match &inputs.matrix {
            Some(matrix) if rules.by_pair() => Travel::Matrix {
                pairs: matrix.clone(),
                site,
                rep,
                minutes_per_km,
            },
            _ => Travel::Sphere {
                site,
                rep,
                detour: rules.detour,
                minutes_per_km,
            },
        }
    }

    /// Squared chord from the home base to the site on the unit sphere, whatever the travel is.
    pub(crate) fn chord2(&self, i: usize, j: RepIx) -> f64 {
        let (Travel::Sphere { site, rep, .. } | Travel::Matrix { site, rep, .. }) = self;
        let p = [site[0][i], site[1][i], site[2][i]];
        chord2(p, rep[j.at()])
    }

    /// One-way kilometres; `None` where the matrix lacks the pair.
    ///
    /// A matrix of minutes alone counts its kilometres back from the speed.
    #[must_use]
    pub fn km(&self, i: usize, j: RepIx) -> Option<f64> {
        match self {
            Travel::Sphere {
                site, rep, detour, ..
            } => {
                let p = [site[0][i], site[1][i], site[2][i]];
                Some(detour * chord_to_km(chord2(p, rep[j.at()])))
            }
            Travel::Matrix {
                pairs,
                minutes_per_km,
                ..
            } => find(pairs, i, j).map(|at| match pairs.km.get(at) {
                Some(km) => *km,
                None => pairs.minutes[at] / minutes_per_km,
            }),
        }
    }

    /// One-way minutes; `None` where the matrix lacks the pair.
    #[must_use]
    pub fn minutes(&self, i: usize, j: RepIx) -> Option<f64> {
        match self {
            Travel::Sphere { minutes_per_km, .. } => self.km(i, j).map(|km| km * minutes_per_km),
            Travel::Matrix {
                pairs,
                minutes_per_km,
                ..
            } => find(pairs, i, j).map(|at| match pairs.minutes.get(at) {
                Some(t) => *t,
                None => pairs.km[at] * minutes_per_km,
            }),
        }
    }
}

/// Position of the pair in the matrix.
fn find(pairs: &Matrix, i: usize, j: RepIx) -> Option<usize> {
    let (a, b) = (pairs.start[i] as usize, pairs.start[i + 1] as usize);
    // Where no pair of the site is left out, they are in their places.
    if pairs.rep[a..b].get(j.at()) == Some(&j) {
        return Some(a + j.at());
    }
    pairs.rep[a..b].binary_search(&j).ok().map(|at| a + at)
}
