//! Tests of the whole drawing, on the grid and exact.

mod cases;
mod edge_cases;
mod fuzz;
mod neighbours;

use super::tessellation::Drawing;
use super::*;
use crate::base::ids::RepIx;
use grid::{Rect, area2, cross};
use std::collections::{HashMap, HashSet};

/// Areas of units, each given by its rings, the first of which is its shell.
pub(super) fn unit_areas(units: &[&[&[(f64, f64)]]]) -> crate::base::areas::Areas {
    let mut areas = crate::base::areas::Areas::default();
    for rings in units {
        let mut lines = rings.iter().map(|r| LineString::from(r.to_vec()));
        let shell = lines.next().expect("a shell");
        assert!(areas.push(&MultiPolygon(vec![Polygon::new(shell, lines.collect())])));
    }
    areas
}

/// A problem to draw.
#[derive(Clone, Debug, Default)]
struct Case {
    lon: Vec<f64>,
    lat: Vec<f64>,
    owner: Vec<RepIx>,
    reps: usize,
    boundary: Option<MultiPolygon<f64>>,
    simplify_m: f64,
    smooth_m: f64,
    reach_km: Option<f64>,
    /// Whether a rule put each site where it is; its enclaves are listed then.
    forced: Option<Vec<bool>>,
}

impl Case {
    fn of(sites: &[(f64, f64, u32)]) -> Case {
        Case {
            lon: sites.iter().map(|s| s.0).collect(),
            lat: sites.iter().map(|s| s.1).collect(),
            owner: sites.iter().map(|s| RepIx(s.2)).collect(),
            reps: sites.iter().map(|s| s.2 as usize + 1).max().unwrap_or(0),
            ..Case::default()
        }
    }

    fn options(&self) -> Style<'_> {
        Style {
            simplify_m: self.simplify_m,
            smooth_m: self.smooth_m,
            forced: self.forced.as_deref(),
        }
    }

    fn map(&self) -> Result<Tessellation, TerritoryError> {
        Tessellation::within_reach(&self.lon, &self.lat, self.boundary.as_ref(), self.reach_km)
    }

    fn draw(&self) -> Result<Territories, TerritoryError> {
        self.map()?
            .draw_with(&self.owner, self.reps, &self.options())
    }

    fn within(mut self, boundary: MultiPolygon<f64>) -> Case {
        self.boundary = Some(boundary);
        self
    }

    /// Draws the case and asserts everything that must hold of every drawing; `None` when its
    /// boundary is refused.
    fn try_check(&self) -> Option<Checked> {
        match self.draw() {
            Err(error) if self.boundary.is_some() && error.0.starts_with("the boundary") => None,
            _ => Some(self.check()),
        }
    }

    /// Draws the case and asserts everything that must hold of every drawing.
    fn check(&self) -> Checked {
        let whole = self.map().unwrap_or_else(|e| panic!("{e}: {self:?}"));
        let (rest, apart, drawing) = whole
            .drawing(&self.owner, self.reps, &self.options())
            .unwrap_or_else(|error| panic!("{error}: {self:?}"));
        let drawn = self.draw().expect("drawn a moment ago");
        let all: Vec<&Shape> = drawing.shapes.iter().flatten().collect();
        self.rings_are_simple(&all);
        let area: i128 = all.iter().map(|shape| shape_area2(shape)).sum();
        assert_eq!(area, drawing.area2, "areas sum to the frame's: {self:?}");
        self.edges_pair_up(&all, &drawing);
        self.nothing_crosses(&all);
        self.listed_are_where_they_are_said_to_be(&whole, &apart, &drawing, &drawn);
        let map = rest.unwrap_or(whole);
        self.sites_are_inside(&map, &drawing, &drawn);
        Checked {
            map,
            drawing,
            drawn,
        }
    }

    fn listed_are_where_they_are_said_to_be(
        &self,
        whole: &Tessellation,
        apart: &[usize],
        drawing: &Drawing,
        drawn: &Territories,
    ) {
        for &site in apart {
            let forced = self.forced.as_ref().is_some_and(|forced| forced[site]);
            assert!(forced, "only what a rule put there is listed: {self:?}");
            let place = whole.places.of_site[site] as usize;
            let told = [&drawn.listed, &drawn.outside, &drawn.too_close];
            let times = told.iter().filter(|all| all.contains(&site)).count();
            // What comes to stand in its own territory, without what surrounded it, needs no word.
            let at = whole.place_of(site);
            let own = &drawing.shapes[self.owner[site].at()];
            let home = times == 0 && own.iter().any(|s| covers(s, at));
            assert!(times == 1 || home, "{site} is told once: {self:?}");
            assert_eq!(drawn.outside.contains(&site), !whole.position[place].inside);
        }
        assert_eq!(drawn.listed.len(), drawn.inside.len());
        for (&site, rep) in drawn.listed.iter().zip(&drawn.inside) {
            let p = whole.place_of(site);
            let covered = drawing.shapes[rep.at()].iter().any(|s| covers(s, p));
            assert!(covered, "{site} is not in {rep:?}: {self:?}");
            assert_ne!(*rep, self.owner[site], "{site} is at home: {self:?}");
        }
        // Where a listed site is in no territory at all, it is on a rim without land.
        for &site in apart.iter().filter(|&site| drawn.too_close.contains(site)) {
            let place = whole.places.of_site[site] as usize;
            let mut all = drawing.shapes.iter().flatten();
            assert!(whole.position[place].near, "{site} is on the rim: {self:?}");
            assert!(!all.any(|s| covers(s, whole.place_of(site))), "{self:?}");
        }
    }

    fn rings_are_simple(&self, all: &[&Shape]) {
        for shape in all {
            assert!(area2(&shape.shell) > 0, "shells run counter-clockwise");
            for ring in std::iter::once(&shape.shell).chain(&shape.holes) {
                let distinct: HashSet<_> = ring.iter().collect();
                assert!(
                    ring.len() >= 3 && distinct.len() == ring.len(),
                    "simple: {self:?}"
                );
            }
            assert!(
                shape.holes.iter().all(|hole| area2(hole) < 0),
                "holes run clockwise"
            );
            for hole in &shape.holes {
                let inside = hole.iter().all(|&p| winding(&shape.shell, p) != Some(0));
                assert!(inside, "holes are in their shells: {self:?}");
            }
        }
    }

    /// Every directed edge occurs once; its reverse occurs once, in another polygon, or not at all,
    /// on the rim. The rim encloses the frame's area.
    fn edges_pair_up(&self, all: &[&Shape], drawing: &Drawing) {
        let mut of_edge = HashMap::new();
        for (k, shape) in all.iter().enumerate() {
            for edge in edges(shape) {
                assert!(of_edge.insert(edge, k).is_none(), "an edge twice: {self:?}");
            }
        }
        let mut rim = 0;
        for (&[p, q], k) in &of_edge {
            match of_edge.get(&[q, p]) {
                Some(other) => assert_ne!(k, other, "an edge back and forth: {self:?}"),
                None => rim += cross([0, 0], p, q),
            }
        }
        assert_eq!(rim, drawing.area2);
    }

    /// No edge crosses or touches another but in common ends.
    fn nothing_crosses(&self, all: &[&Shape]) {
        let mut segments: Vec<[Pt; 2]> = all
            .iter()
            .flat_map(|shape| edges(shape))
            .map(|[p, q]| [p.min(q), p.max(q)])
            .collect();
        segments.sort_unstable();
        segments.dedup();
        for (i, s) in segments.iter().enumerate() {
            for t in segments[i + 1..].iter().take_while(|t| t[0][0] <= s[1][0]) {
                if !Rect::of(s[0], s[1]).meets(&Rect::of(t[0], t[1])) {
                    continue;
                }
                let [a, b] = t.map(|p| cross(s[0], s[1], p).signum());
                let [c, d] = s.map(|p| cross(t[0], t[1], p).signum());
                let shared = t.iter().filter(|p| s.contains(p)).count();
                let apart = a * b > 0 || c * d > 0;
                let joined = shared == 1 && (a, b) != (0, 0);
                let onward = shared == 1 && a == 0 && b == 0 && s[1] == t[0];
                assert!(apart || joined || onward, "{s:?} meets {t:?}: {self:?}");
            }
        }
    }

    fn sites_are_inside(&self, map: &Tessellation, drawing: &Drawing, drawn: &Territories) {
        for (place, &p) in map.places.at.iter().enumerate() {
            let holder = drawing.holder[place];
            let covered = drawing.shapes[holder as usize]
                .iter()
                .any(|shape| covers(shape, p));
            let lost = drawing.lost.contains(&(place as u32));
            if map.position[place].inside {
                assert_ne!(covered, lost, "place {p:?} of {holder}: {self:?}");
            }
            for site in map.places.sites(place).iter().map(|&site| site as usize) {
                assert_eq!(drawn.outside.contains(&site), !map.position[place].inside);
                assert_eq!(
                    drawn.shared_place.contains(&site),
                    self.owner[site].0 != holder
                );
            }
        }
        // A place is lost only where places of other owners crowd it.
        for &place in &drawing.lost {
            let p = map.places.at[place as usize];
            let crowded = map.places.at.iter().enumerate().any(|(other, q)| {
                drawing.holder[other] != drawing.holder[place as usize]
                    && (p[0] - q[0]).abs().max((p[1] - q[1]).abs()) <= 3
            });
            let at_rim = map.position[place as usize].near;
            assert!(crowded || at_rim, "lost without need: {p:?} {self:?}");
        }
    }
}

/// A case that was drawn and found right.
struct Checked {
    map: Tessellation,
    drawing: Drawing,
    drawn: Territories,
}

fn edges(shape: &Shape) -> impl Iterator<Item = [Pt; 2]> + '_ {
    std::iter::once(&shape.shell)
        .chain(&shape.holes)
        .flat_map(|ring| (0..ring.len()).map(|k| [ring[k], ring[(k + 1) % ring.len()]]))
}

fn shape_area2(shape: &Shape) -> i128 {
    area2(&shape.shell) + shape.holes.iter().map(|hole| area2(hole)).sum::<i128>()
}

/// The winding number of a ring round a point, `None` on its edge.
fn winding(ring: &[Pt], p: Pt) -> Option<i32> {
    let mut sum = 0;
    for k in 0..ring.len() {
        let (a, b) = (ring[k], ring[(k + 1) % ring.len()]);
        let side = cross(a, b, p).signum();
        if side == 0 && Rect::of(a, b).contains(p) {
            return None;
        }
        if a[1] <= p[1] && p[1] < b[1] && side > 0 {
            sum += 1;
        }
        if b[1] <= p[1] && p[1] < a[1] && side < 0 {
            sum -= 1;
        }
    }
    Some(sum)
}

/// Whether a shape, its edge included, contains a point.
fn covers(shape: &Shape, p: Pt) -> bool {
    winding(&shape.shell, p) != Some(0)
        && shape
            .holes
            .iter()
            .all(|hole| matches!(winding(hole, p), None | Some(0)))
}

/// A rectangle as a ring.
fn rectangle(west: f64, south: f64, east: f64, north: f64) -> LineString<f64> {
    vec![
        (west, south),
        (east, south),
        (east, north),
        (west, north),
        (west, south),
    ]
    .into()
}

/// A boundary of rectangles.
fn boxes(all: &[(f64, f64, f64, f64)]) -> MultiPolygon<f64> {
    let polygon = |&(w, s, e, n): &_| Polygon::new(rectangle(w, s, e, n), vec![]);
    MultiPolygon::new(all.iter().map(polygon).collect())
}
