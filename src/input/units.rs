//! Area units: customers that are polygons, or a file of units that customers are counted into.

use super::CustomerColumns;
use super::customers::CustomersRead;
use super::hints;
use super::places;
use super::regions::{self, RegionColumn, Regions};
use super::rows::{Base, OWN, Place, Sink};
use super::scalar::Scalar;
use crate::base::areas::{Areas, degrees, on_grid};
use crate::base::ids::Ids;
use crate::base::sphere::EARTH_RADIUS_KM;
use crate::base::words::{first_of, thousands};
use crate::error::{Problem, codes};
use crate::scenario::Scenario;
use crate::territory::units::Units;
use crate::territory::{self, Mended};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// A customer outside all units counts into the nearest one within this distance, km.
const NEAREST_KM: f64 = 5.0;

const REGION: u16 = OWN;

/// Gathers units: id, polygons and region.
pub(super) struct UnitSink {
    base: Base,
    region: Option<RegionColumn>,
}

/// Units of a file of their own.
pub(super) struct UnitsRead {
    pub base: Base,
    ids: Ids,
    areas: Areas,
    regions: Regions,
}

impl UnitSink {
    pub fn new(file: &str, scenario: &Scenario) -> UnitSink {
        UnitSink {
            base: Base::new(file, true),
            region: RegionColumn::new(scenario),
        }
    }

    /// All features are in.
    pub fn into_units(mut self) -> UnitsRead {
        hints::empty(&mut self.base, "units");
        hints::duplicate_ids(&mut self.base);
        if self.region.is_some() {
            hints::similar_name(&mut self.base, "region", REGION);
        }
        let ids = std::mem::take(&mut self.base.ids);
        let mut areas = std::mem::take(&mut self.base.areas);
        areas.pad(ids.len());
        if !self.base.problems.has_errors() {
            all_have_land(
                &mut self.base,
                &ids,
                &areas,
                "units are Polygons or MultiPolygons",
            );
        }
        let regions = self.region.map(RegionColumn::into_regions);
        UnitsRead {
            base: self.base,
            ids,
            areas,
            regions: regions.unwrap_or_default(),
        }
    }
}

impl Sink for UnitSink {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        match name {
            "region" if self.region.is_some() => REGION,
            _ => self.base.slot(name),
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        match &mut self.region {
            Some(region) if slot == REGION => {
                region
                    .set(value)
                    .into_iter()
                    .for_each(|p| self.base.pend(p));
            }
            _ => self.base.set(slot, value),
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        if let Some(region) = &mut self.region {
            region.finish(self.base.ids.len());
        }
        self.base.finish(place);
    }

    fn discard(&mut self) {
        self.base.discard();
        self.region.iter_mut().for_each(RegionColumn::reset);
    }
}

/// Reports features without a polygon among units.
fn all_have_land(base: &mut Base, ids: &Ids, areas: &Areas, help: &str) {
    let bare: Vec<usize> = (0..areas.len()).filter(|u| areas.is_bare(*u)).collect();
    for unit in bare {
        let what = "this feature has no polygon, others do";
        let problem = Problem::error(codes::WRONG_GEOMETRY, what)
            .field("geometry")
            .help(help);
        let number = base.number(unit);
        base.problems.add(problem.at(number).id(ids.get(unit)));
    }
}

/// Makes units fit each other, and tells what was done for it; `None` when they cannot be drawn.
fn fit(scenario: &Scenario, areas: Areas, ids: &Ids, base: &mut Base) -> Option<Mended> {
    let snap_m = scenario.unit_rules.snap_m;
    let mended = match territory::mend(areas, snap_m) {
        Ok(mended) => mended,
        Err(error) => {
            let what = format!("the units cannot be drawn: {error}");
            let help = "mend them, for example with ogr2ogr -makevalid, or in QGIS: Fix geometries";
            let problem = Problem::error(codes::INVALID_POLYGON, what);
            base.problems.add(problem.field("geometry").help(help));
            return None;
        }
    };
    let id = |u: u32| ids.get(u as usize);
    let places = mended.snapped + mended.gaps;
    if places > 0 {
        let names = first_of(mended.units.iter().map(|u| id(*u)));
        let what = format!(
            "the borders of {} units do not fit, by up to {:.2} m, and were joined at {} place{}: {}",
            thousands(mended.units.len()),
            mended.farthest_m,
            thousands(places),
            if places == 1 { "" } else { "s" },
            names
        );
        let problem = Problem::warning(codes::UNITS_SNAPPED, what);
        let help = format!(
            "right as it is, if that is rounding; [units] snap_m = {snap_m} is how far is joined"
        );
        base.problems.add(problem.help(help));
    }
    for u in &mended.invalid {
        let what = "the polygons cross or overlap themselves, or have a hole beside their land: all that lies in one of them and in no hole of it counts";
        let problem = Problem::warning(codes::INVALID_POLYGON, what).field("geometry");
        let number = base.number(*u as usize);
        base.problems.add(
            problem
                .at(number)
                .id(id(*u))
                .help("mend it, for example with ogr2ogr -makevalid"),
        );
    }
    overlaps(&mended, ids, base);
    landless(&mended, ids, base);
    Some(mended)
}

/// Tells who claims the same land, and who has it.
fn overlaps(mended: &Mended, ids: &Ids, base: &mut Base) {
    let id = |u: u32| ids.get(u as usize);
    for o in &mended.overlaps {
        let [u, v] = o.units;
        let size = if o.area_m2 < 1e4 {
            format!("{:.1} m2", o.area_m2)
        } else {
            format!("{:.3} km2", o.area_m2 / 1e6)
        };
        let has = match o.to {
            Some(to) => format!("{:?} has it on the map", id(to)),
            None => "another unit has it on the map".to_owned(),
        };
        let what = format!(
            "overlaps unit {:?} by {size}, up to {:.1} m wide: {has}",
            id(v),
            o.width_m
        );
        let problem = Problem::warning(codes::UNITS_OVERLAP, what).field("geometry");
        let number = base.number(u as usize);
        let help = "cut one of them, or raise [units] snap_m where that is a sliver; the two count as neighbours";
        base.problems.add(problem.at(number).id(id(u)).help(help));
    }
}

/// Tells who has no land.
fn landless(mended: &Mended, ids: &Ids, base: &mut Base) {
    for u in &mended.landless {
        let what = "has no land of its own: other units claim all of it, or it is smaller than [units] snap_m";
        let problem = Problem::warning(codes::UNITS_OVERLAP, what).field("land");
        let number = base.number(*u as usize);
        base.problems.add(
            problem
                .at(number)
                .id(ids.get(*u as usize))
                .help("take it out, or mend what overlaps it"),
        );
    }
}

/// The units of customers that are polygons; `None` for points.
pub(super) fn own(scenario: &Scenario, read: &mut CustomersRead) -> Option<Units> {
    let mut areas = std::mem::take(&mut read.base.areas);
    if areas.is_empty() {
        return None;
    }
    areas.pad(read.customers.len());
    if !read.base.problems.has_errors() {
        let help = "customers are all points, or all area units";
        all_have_land(&mut read.base, &read.customers.ids, &areas, help);
    }
    let of_customer = (0..read.customers.len() as u32).collect();
    let ids = &read.customers.ids;
    let mended = fit(scenario, areas, ids, &mut read.base)?;
    Some(Units::new(ids.clone(), mended, of_customer))
}

/// The unit that a customer is in, or the nearest one, if it is near enough, and how far that is.
type Located = Result<u32, (Option<u32>, f64)>;

fn locate(areas: &Areas, c: &CustomerColumns) -> Vec<Located> {
    let boxes = (0..areas.len()).filter_map(|unit| {
        let [low, high] = areas.corners(unit)?;
        let rectangle = Rectangle::from_corners(low, high);
        Some(GeomWithData::new(rectangle, unit as u32))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let of = |i: usize| {
        let p = on_grid(c.lon[i], c.lat[i]);
        let at = AABB::from_point(p);
        tree.locate_in_envelope_intersecting(&at)
            .map(|b| b.data)
            .filter(|unit| areas.contains(*unit as usize, p))
            .min()
            .ok_or_else(|| nearest(&tree, areas, p))
    };
    (0..c.len()).into_par_iter().map(of).collect()
}

/// The problem of customers that are near no unit.
fn lost_customers(c: &CustomerColumns, lost: &[(usize, f64)]) -> Problem {
    let far = |km: f64| match km.is_finite() {
        true => format!("{km:.0} km"),
        false => "far".into(),
    };
    let list = lost.iter();
    let names = first_of(list.map(|(i, km)| format!("{} ({} off)", c.ids.get(*i), far(*km))));
    let what = format!(
        "{} customers lie farther than {NEAREST_KM} km from every unit: {names}",
        thousands(lost.len())
    );
    Problem::error(codes::OUTSIDE_UNITS, what)
        .field("geometry")
        .help("add the units they belong to, or take them out")
}

/// Counts customers into units: the first unit that contains a customer has it, the nearest one within
/// [`NEAREST_KM`] where none does. Customers of one unit stay together.
pub(super) fn join(
    scenario: &Scenario,
    read: &mut CustomersRead,
    units: &mut UnitsRead,
) -> Option<Units> {
    let (ids, areas) = (
        std::mem::take(&mut units.ids),
        std::mem::take(&mut units.areas),
    );
    let mended = fit(scenario, areas, &ids, &mut units.base)?;
    let areas = &mended.areas;
    let c = &read.customers;
    let found = locate(areas, c);
    let mut of_customer = Vec::with_capacity(found.len());
    let (mut near, mut lost): (Vec<usize>, Vec<(usize, f64)>) = (Vec::new(), Vec::new());
    for (i, unit) in found.into_iter().enumerate() {
        of_customer.push(match unit {
            Ok(unit) => unit,
            Err((Some(unit), _)) => {
                near.push(i);
                unit
            }
            Err((None, km)) => {
                lost.push((i, km));
                0
            }
        });
    }
    if !near.is_empty() {
        let names = first_of(near.iter().map(|i| c.ids.get(*i)));
        let what = format!(
            "{} customers lie outside of all units and count into the nearest one: {names}",
            thousands(near.len())
        );
        read.base
            .problems
            .add(Problem::warning(codes::OUTSIDE_UNITS, what));
    }
    if !lost.is_empty() {
        let problem = lost_customers(c, &lost);
        read.base.problems.add(problem);
        return None;
    }
    let regions = std::mem::take(&mut units.regions);
    let regions = regions.hand_down(&of_customer, &mut read.customers);
    let stay = scenario.regions.as_ref().is_some_and(|r| r.stay) && !regions.is_empty();
    let spans = stay.then(|| regions::spans(&regions, &of_customer, &read.customers));
    let name = |unit: u32| format!("unit {}", ids.get(unit as usize));
    places::keep_together(scenario, &mut read.customers, &of_customer, &name);
    Some(Units::new(ids, mended, of_customer).within(spans.unwrap_or_default()))
}

/// The nearest unit within the limit, and how far the nearest of those looked at is, km.
fn nearest(
    tree: &RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>,
    areas: &Areas,
    p: [i32; 2],
) -> (Option<u32>, f64) {
    let km_per_unit = EARTH_RADIUS_KM.to_radians() / 1e7;
    let squeeze = degrees(p)[1].to_radians().cos().max(0.01);
    // Twice the limit: the distance to what is a little too far is told.
    let reach = 2.0 * NEAREST_KM / km_per_unit;
    let (dx, dy) = ((reach / squeeze) as i32, reach as i32);
    let around = AABB::from_corners(
        [p[0].saturating_sub(dx), p[1].saturating_sub(dy)],
        [p[0].saturating_add(dx), p[1].saturating_add(dy)],
    );
    let flat = |q: [i32; 2]| {
        [
            (f64::from(q[0]) - f64::from(p[0])) * squeeze * km_per_unit,
            (f64::from(q[1]) - f64::from(p[1])) * km_per_unit,
        ]
    };
    let mut best = (f64::INFINITY, u32::MAX);
    for unit in tree
        .locate_in_envelope_intersecting(&around)
        .map(|b| b.data)
    {
        for [a, b] in areas.edges(unit as usize) {
            let (a, b) = (flat(a), flat(b));
            let d = [b[0] - a[0], b[1] - a[1]];
            let length2 = d[0] * d[0] + d[1] * d[1];
            let t = if length2 > 0.0 {
                (-(a[0] * d[0] + a[1] * d[1]) / length2).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let km = (a[0] + t * d[0]).hypot(a[1] + t * d[1]);
            if (km, unit) < best {
                best = (km, unit);
            }
        }
    }
    ((best.0 <= NEAREST_KM).then_some(best.1), best.0)
}
