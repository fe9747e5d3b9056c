//! What is in an area.

use super::sphere::{Vector, cross, dot, side, unit};
use super::{Barriers, Charge};

/// An area that is part of barriers.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// The middle of a cap that it is within.
    pub middle: Vector,
    /// The cosine of the cap's angle, or a little less.
    pub least: f64,
    /// A place a quarter of the globe away from the middle.
    pub far: Vector,
    /// What crossing it costs.
    pub charge: Charge,
}

impl Area {
    /// The area in the cap around these corners; `None` where they reach over 80 degrees from their middle.
    pub fn around(corners: &[Vector], charge: Charge) -> Option<Area> {
        let sum = corners.iter().fold([0.0; 3], |sum: Vector, c| {
            std::array::from_fn(|axis| sum[axis] + c[axis])
        });
        let middle = unit(sum)?;
        let least = corners.iter().map(|c| dot(*c, middle)).fold(1.0, f64::min);
        let least_axis = (0..3).min_by(|a, b| middle[*a].abs().total_cmp(&middle[*b].abs()));
        let mut axis = [0.0; 3];
        axis[least_axis?] = 1.0;
        let far = unit(cross(middle, axis))?;
        (least > 80_f64.to_radians().cos()).then_some(Area {
            middle,
            least: least - 1e-12,
            far,
            charge,
        })
    }

    pub fn is_shut(&self) -> bool {
        self.charge[0].is_infinite()
    }
}

impl Barriers {
    /// Whether a place, which is not on the rim, lies in an area: whether the great circle to a place a quarter of the globe away crosses the rim an
    /// odd number of times. All of the rim is on this half of the globe.
    pub(super) fn contains(&self, area: &Area, p: Vector) -> bool {
        if dot(p, area.middle) < area.least {
            return false;
        }
        let q = area.far;
        let mut inside = false;
        for e in self.index.along(p, q) {
            let rims = &self.mesh.edges[e as usize].rims;
            let own = rims
                .iter()
                .filter(|(of, _)| std::ptr::eq(&self.areas[*of as usize], area));
            let times = own.count();
            let [a, b] = self.mesh.ends(e);
            let left = |c| side(p, q, c) >= 0;
            if times % 2 == 1 && left(a) != left(b) && (side(a, b, p) > 0) != (side(a, b, q) > 0) {
                inside = !inside;
            }
        }
        inside
    }
}
