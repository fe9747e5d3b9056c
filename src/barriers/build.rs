//! From what the file draws to barriers that can be asked.

use super::areas::Area;
use super::corners::corners;
use super::index::Index;
use super::mesh::{Corners, Mesh, Stretch};
use super::sphere::{Vector, chord, cross, crosses, degrees, km, meeting, nearest, place, unit};
use super::{
    Barrier, Barriers, Charge, Crossing, Fault, GATE_KM, MOST_CORNERS, MOST_PAID, SHUT, Shape,
    TOUCH_KM,
};
use crate::base::sphere::chord2;
use crate::base::words::thousands;

/// Stretches are shorter than this, km: 80 degrees.
const LONGEST_KM: f64 = 8_895.0;
/// How far beside its barrier each side of a point crossing is looked for, as a share of the radius of the earth: 10 m.
const BESIDE: f64 = 1.6e-6;

/// A named crossing on the mesh.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    /// Its corners; one for a point.
    pub way: Vec<Vector>,
    /// The corners of the mesh that it joins; one twice for a point.
    pub ends: [u32; 2],
    /// Length of the way, km.
    pub km: f64,
    /// What it costs itself.
    pub charge: Charge,
}

impl Gate {
    pub fn is_point(&self) -> bool {
        self.way.len() == 1
    }

    /// The chord from a place to the nearest one of the crossing.
    pub fn distance(&self, x: Vector) -> f64 {
        let pieces = self.way.windows(2).map(|w| nearest(w[0], w[1], x));
        let ends = self.way.first().copied();
        let all = pieces.chain(ends).map(|at| chord2(at, x).sqrt());
        all.fold(f64::INFINITY, f64::min)
    }

    /// Places on either side.
    pub fn sides(&self, barriers: &Barriers) -> Option<[Vector; 2]> {
        if !self.is_point() {
            return Some([*self.way.first()?, *self.way.last()?]);
        }
        let at = barriers.mesh.vertices[self.ends[0] as usize];
        let (_, next) = barriers.corners[self.ends[0] as usize].edges.first()?;
        let left = unit(cross(at, barriers.mesh.vertices[*next as usize]))?;
        let beside = |by: f64| unit(std::array::from_fn(|axis| at[axis] + by * left[axis]));
        Some([beside(BESIDE)?, beside(-BESIDE)?])
    }
}

/// What is read so far.
#[derive(Default)]
struct Draft {
    corners: Corners,
    stretches: Vec<Stretch>,
    areas: Vec<Area>,
    /// The feature of each area.
    features: Vec<usize>,
    faults: Vec<Fault>,
}

impl Barriers {
    /// Barriers and their crossings.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn new(barriers: &[Barrier], crossings: &[Crossing]) -> Result<Barriers, Vec<Fault>> {
        let mut draft = Draft::default();
        for barrier in barriers {
            match &barrier.shape {
                Shape::Line(line) => draft.line(barrier, line),
                Shape::Area(rings) => draft.area(barrier, rings),
            }
        }
        let mut gates = Vec::new();
        for crossing in crossings {
            gates.extend(draft.gate(crossing));
        }
        let Draft {
            corners: vertices,
            stretches,
            areas,
            features,
            mut faults,
        } = draft;
        faults.extend(too_many(&vertices.vertices, &stretches));
        if !faults.is_empty() {
            return Err(faults);
        }
        let mesh = Mesh::new(vertices.vertices, stretches);
        let mut all = Barriers {
            corners: corners(&mesh),
            index: Index::new(&mesh),
            mesh,
            areas,
            gates,
        };
        all.turn_rims();
        let shut = all.shut_sectors();
        for (corner, shut) in all.corners.iter_mut().zip(shut) {
            corner.shut = shut;
        }
        for gate in &all.gates {
            for v in gate.ends {
                all.corners[v as usize].passes = true;
                all.corners[v as usize].plain = false;
            }
        }
        let mut faults = all.self_crossings(&features);
        faults.extend(
            crossings
                .iter()
                .zip(&all.gates)
                .filter_map(|(c, g)| all.misdrawn(c, g)),
        );
        if faults.is_empty() {
            Ok(all)
        } else {
            Err(faults)
        }
    }

    /// Areas whose rims cross themselves.
    fn self_crossings(&self, features: &[usize]) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        for (e, edge) in self.mesh.edges.iter().enumerate() {
            if edge.rims.is_empty() {
                continue;
            }
            let [p, q] = self.mesh.ends(e as u32);
            for f in self.index.along(p, q).filter(|f| (*f as usize) > e) {
                let other = &self.mesh.edges[f as usize];
                let [a, b] = self.mesh.ends(f);
                let both = |(area, _): &&(u32, bool)| other.rims.iter().any(|(of, _)| of == area);
                let Some((area, _)) = edge.rims.iter().find(both) else {
                    continue;
                };
                if edge.ends.iter().any(|v| other.ends.contains(v)) || !crosses(p, q, a, b) {
                    continue;
                }
                let [lon, lat] = degrees(meeting(p, q, a, b));
                let feature = features[*area as usize];
                if faults.last().is_none_or(|last| last.feature != feature) {
                    faults.push(Fault {
                        feature,
                        what: format!("the rim crosses itself near [{lon:.6}, {lat:.6}]"),
                        help: "mend it, for example with ogr2ogr -makevalid, or in QGIS: Fix geometries",
                    });
                }
            }
        }
        faults
    }

    /// What is wrong with a crossing between barriers.
    fn misdrawn(&self, crossing: &Crossing, gate: &Gate) -> Option<Fault> {
        let fault = |what: String, help| {
            Some(Fault {
                feature: crossing.feature,
                what: format!("the crossing {:?} {what}", crossing.name),
                help,
            })
        };
        if gate.is_point() {
            let corner = &self.corners[gate.ends[0] as usize];
            let rim = |(e, _): &(u32, u32)| !self.mesh.edges[*e as usize].rims.is_empty();
            if corner.edges.iter().any(rim) || corner.shut.iter().any(|s| *s) {
                let what = "is a point at an area, which has two sides there".to_owned();
                return fault(
                    what,
                    "draw it as a LineString from one side of the area to the other",
                );
            }
            return None;
        }
        let inside = |v: &u32| self.corners[*v as usize].shut.iter().all(|s| *s);
        if gate.ends.iter().any(inside) {
            let what = "ends in an area that nobody crosses".to_owned();
            return fault(what, "draw both ends outside of it: on land");
        }
        let mut found = Vec::new();
        let crosses = (gate.way.windows(2)).any(|w| {
            self.crossed(w[0], w[1], &mut found);
            !found.is_empty()
        });
        if !crosses {
            let what = "crosses no barrier".to_owned();
            return fault(what, "draw it across one, or take it out");
        }
        None
    }
}

/// What is wrong with barriers of which there are more than a minute or two suffices for.
fn too_many(vertices: &[Vector], stretches: &[Stretch]) -> Option<Fault> {
    let mut pays = vec![false; vertices.len()];
    for stretch in stretches.iter().filter(|s| s.charge[0].is_finite()) {
        stretch.ends.iter().for_each(|v| pays[*v as usize] = true);
    }
    let paying = pays.iter().filter(|pays| **pays).count();
    let [all, most, paid] = [vertices.len(), MOST_CORNERS, MOST_PAID].map(thousands);
    let what = if vertices.len() > MOST_CORNERS {
        format!("the barriers have {all} corners, which are more than {most}")
    } else if paying > MOST_PAID {
        let of = thousands(paying);
        format!(
            "the barriers that are crossed at a cost have {of} corners, which are more than {paid}"
        )
    } else {
        return None;
    };
    Some(Fault {
        feature: 0,
        what,
        help: "simplify them, for example with ogr2ogr -simplify 0.001 simple.geojson barriers.geojson, which leaves out bends of less than 100 m; what a map of the country shows is enough",
    })
}

impl Draft {
    fn fault(&mut self, feature: usize, what: &str, help: &'static str) {
        self.faults.push(Fault {
            feature,
            what: what.into(),
            help,
        });
    }

    /// The corners of a line, each once, or what is wrong with it.
    fn places(&mut self, feature: usize, line: &[[f64; 2]]) -> Option<Vec<u32>> {
        let jump = |pair: &[[f64; 2]]| (pair[0][0] - pair[1][0]).abs() > 180.0;
        if line.windows(2).any(jump) {
            let what = "a line runs across the antimeridian without being cut there";
            self.fault(
                feature,
                what,
                "cut it, for example with ogr2ogr -wrapdateline",
            );
            return None;
        }
        let mut corners: Vec<u32> = line.iter().map(|at| self.corners.at(place(*at))).collect();
        corners.dedup();
        let at = |v: u32| self.corners.vertices[v as usize];
        let long = |pair: &[u32]| km(at(pair[0]), at(pair[1])) > LONGEST_KM;
        if corners.windows(2).any(long) {
            let what = "a line is straight for more than 80 degrees";
            self.fault(
                feature,
                what,
                "give it more corners: between them it is the great circle",
            );
            return None;
        }
        Some(corners)
    }

    fn line(&mut self, barrier: &Barrier, line: &[[f64; 2]]) {
        let Some(corners) = self.places(barrier.feature, line) else {
            return;
        };
        if corners.len() < 2 {
            let what = "a line has no length: its corners are at one place";
            return self.fault(barrier.feature, what, "give it two corners, or take it out");
        }
        let stretch = |pair: &[u32]| Stretch {
            ends: [pair[0], pair[1]],
            charge: barrier.charge,
            rim: None,
        };
        self.stretches.extend(corners.windows(2).map(stretch));
    }

    fn area(&mut self, barrier: &Barrier, rings: &[Vec<[f64; 2]>]) {
        let mut drawn: Vec<Vec<u32>> = Vec::with_capacity(rings.len());
        for ring in rings {
            let Some(mut corners) = self.places(barrier.feature, ring) else {
                return;
            };
            if corners.first() != corners.last() {
                corners.extend(corners.first().copied());
            }
            if corners.len() < 4 {
                let what = "a ring has fewer than three distinct corners";
                return self.fault(
                    barrier.feature,
                    what,
                    "give it three corners, or take it out",
                );
            }
            drawn.push(corners);
        }
        let at = |v: &u32| self.corners.vertices[*v as usize];
        let all: Vec<Vector> = drawn.iter().flatten().map(at).collect();
        let Some(area) = Area::around(&all, barrier.charge) else {
            let what = "an area reaches over more than 80 degrees from its middle";
            return self.fault(barrier.feature, what, "cut it into parts");
        };
        let half = if area.is_shut() {
            SHUT
        } else {
            barrier.charge.map(|c| c / 2.0)
        };
        let number = self.areas.len() as u32;
        let stretch = |pair: &[u32]| Stretch {
            ends: [pair[0], pair[1]],
            charge: half,
            rim: Some(number),
        };
        let pairs = drawn.iter().flat_map(|ring| ring.windows(2));
        self.stretches.extend(pairs.map(stretch));
        self.areas.push(area);
        self.features.push(barrier.feature);
    }

    fn gate(&mut self, crossing: &Crossing) -> Option<Gate> {
        if let [at] = *crossing.way {
            return self.point_gate(crossing, place(at));
        }
        let corners = self.places(crossing.feature, &crossing.way)?;
        let (Some(first), Some(last)) = (corners.first(), corners.last()) else {
            return None;
        };
        if first == last {
            let what = format!("the crossing {:?} ends where it begins", crossing.name);
            self.fault(
                crossing.feature,
                &what,
                "draw it from one side of the barrier to the other",
            );
            return None;
        }
        let ends = [*first, *last];
        let way: Vec<Vector> = corners
            .iter()
            .map(|v| self.corners.vertices[*v as usize])
            .collect();
        Some(Gate {
            ends,
            km: way.windows(2).map(|w| km(w[0], w[1])).sum(),
            way,
            charge: crossing.charge,
        })
    }

    /// A point opens the line that is nearest to it.
    fn point_gate(&mut self, crossing: &Crossing, p: Vector) -> Option<Gate> {
        let at = |v: u32| self.corners.vertices[v as usize];
        let feet = self
            .stretches
            .iter()
            .map(|s| nearest(at(s.ends[0]), at(s.ends[1]), p));
        let foot = feet.min_by(|a, b| chord2(*a, p).total_cmp(&chord2(*b, p)));
        let near = foot.filter(|foot| chord2(*foot, p).sqrt() <= chord(GATE_KM + TOUCH_KM));
        let Some(foot) = near else {
            let what = format!(
                "there is no barrier within {} m of the crossing {:?}",
                GATE_KM * 1000.0,
                crossing.name
            );
            self.fault(
                crossing.feature,
                &what,
                "move the point onto the barrier that it opens",
            );
            return None;
        };
        let v = self.corners.at(foot);
        Some(Gate {
            way: vec![self.corners.vertices[v as usize]],
            ends: [v; 2],
            km: 0.0,
            charge: crossing.charge,
        })
    }
}
