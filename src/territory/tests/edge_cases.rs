//! The cases that are named in every list of troubles.

use super::*;

#[test]
fn one_rep_owns_the_whole_map() {
    let case = Case::of(&[(9.0, 50.0, 0), (9.5, 50.2, 0), (9.2, 50.4, 0)]);
    assert_eq!(case.check().drawn.polygons[0].0.len(), 1);
    let islands = boxes(&[(8.0, 49.0, 10.0, 51.0), (11.0, 49.0, 12.0, 50.0)]);
    assert_eq!(case.within(islands).check().drawn.polygons[0].0.len(), 2);
}

#[test]
fn no_site_draws_nothing() {
    let mut case = Case::of(&[]);
    case.reps = 2;
    assert!(case.check().drawn.polygons.iter().all(|p| p.0.is_empty()));
    let checked = case.within(boxes(&[(0.0, 0.0, 1.0, 1.0)])).check();
    assert_eq!(checked.drawn.polygons.len(), 2);
}

#[test]
fn one_point_gets_a_disc() {
    let drawn = Case::of(&[(9.0, 50.0, 0)]).check().drawn;
    let ring = drawn.polygons[0].0[0].exterior();
    assert!(ring.coords().all(|c| (c.y - 50.0).abs() <= 0.01 + 1e-9));
    Case::of(&[(9.0, 50.0, 1), (9.0, 50.0, 1), (9.0, 50.0, 1)]).check();
}

#[test]
fn two_points() {
    for (x, y) in [
        (10.0, 50.0),
        (9.0, 51.0),
        (9.000_000_1, 50.0),
        (9.000_000_1, 50.000_000_1),
    ] {
        let drawn = Case::of(&[(9.0, 50.0, 0), (x, y, 1)]).check().drawn;
        assert!(drawn.polygons.iter().all(|p| p.0.len() == 1));
    }
}

#[test]
fn owners_at_one_place() {
    let case = Case::of(&[
        (9.0, 50.0, 1),
        (9.0, 50.0, 0),
        (9.0, 50.0, 1),
        (9.1, 50.0, 0),
    ]);
    assert_eq!(case.check().drawn.shared_place, [1]);
    let tie = Case::of(&[(9.0, 50.0, 1), (9.000_000_01, 50.0, 0)])
        .check()
        .drawn;
    assert_eq!(tie.shared_place, [0]);
    assert!(tie.polygons[1].0.is_empty());
}

#[test]
fn all_on_a_line() {
    for (dx, dy) in [
        (0.1, 0.0),
        (0.0, 0.1),
        (0.1, 0.1),
        (0.1, -0.037),
        (1e-7, 0.0),
        (1e-7, 1e-7),
    ] {
        let sites: Vec<_> = (0..12)
            .map(|k| (9.0 + dx * f64::from(k), 50.0 + dy * f64::from(k), k as u32))
            .collect();
        Case::of(&sites).check();
        Case::of(&sites)
            .within(boxes(&[(8.0, 49.0, 11.0, 52.0)]))
            .check();
        let alternating: Vec<_> = sites.iter().map(|&(x, y, k)| (x, y, k % 2)).collect();
        let drawn = Case::of(&alternating).check().drawn;
        if dx.abs().max(dy.abs()) > 1e-6 {
            assert_eq!(drawn.polygons[0].0.len(), 6);
        }
    }
}

#[test]
fn as_many_reps_as_sites() {
    let sites: Vec<_> = (0..100)
        .map(|k| {
            (
                9.0 + f64::from(k % 10) * 0.01,
                50.0 + f64::from(k / 10) * 0.01,
                k as u32,
            )
        })
        .collect();
    let drawn = Case::of(&sites).check().drawn;
    assert!(drawn.polygons.iter().all(|p| p.0.len() == 1));
}

#[test]
fn sites_on_the_boundary() {
    let case = Case::of(&[
        (8.0, 50.0, 0),
        (8.0, 49.0, 1),
        (9.0, 51.0, 2),
        (10.0, 50.5, 0),
        (9.0, 50.0, 1),
        (7.999_999_9, 50.2, 2),
    ])
    .within(boxes(&[(8.0, 49.0, 10.0, 51.0)]));
    assert_eq!(case.check().drawn.outside, [5]);
    // On a slanted edge, where the grid has no exact point.
    let triangle = vec![(0.0, 0.0), (3.0, 1.0), (0.0, 2.0), (0.0, 0.0)];
    let sites: Vec<_> = (1..30)
        .map(|k| f64::from(k) * 0.1)
        .map(|x| (x, ((x / 3.0) * 1e7).floor() / 1e7, (x * 10.0) as u32 % 3))
        .collect();
    Case::of(&sites)
        .within(Polygon::new(triangle.into(), vec![]).into())
        .check();
}

#[test]
fn a_boundary_corner_on_a_voronoi_vertex() {
    // The vertex of the four sites is (1, 1), where the hole has a corner.
    let hole = rectangle(1.0, 1.0, 1.5, 1.5);
    let boundary = Polygon::new(rectangle(0.0, 0.0, 2.0, 2.0), vec![hole]);
    Case::of(&[(0.5, 0.5, 0), (1.5, 0.5, 1), (1.5, 1.5, 2), (0.5, 1.5, 3)])
        .within(boundary.into())
        .check();
}

#[test]
fn a_hole_without_sites_and_an_island_without_sites() {
    let mut boundary = MultiPolygon::from(Polygon::new(
        rectangle(0.0, 0.0, 4.0, 4.0),
        vec![rectangle(2.5, 2.5, 3.0, 3.0)],
    ));
    boundary
        .0
        .push(Polygon::new(rectangle(5.0, 3.0, 5.5, 3.5), vec![]));
    let drawn = Case::of(&[(1.0, 1.0, 0), (1.0, 3.0, 0), (3.0, 2.0, 1), (3.5, 3.5, 2)])
        .within(boundary)
        .check()
        .drawn;
    assert_eq!(
        drawn.polygons[2].0.len(),
        2,
        "the island goes to the nearest site's owner"
    );
}

#[test]
fn an_enclave() {
    let mut sites: Vec<_> = (0..81)
        .map(|k| {
            (
                f64::from(k % 9),
                f64::from(k / 9),
                u32::from(k / 9 == 4 && k % 9 == 4),
            )
        })
        .collect();
    let drawn = Case::of(&sites).check().drawn;
    assert_eq!(drawn.polygons[0].0[0].interiors().len(), 1);
    // A diagonal neighbour touches the enclave in a point: two holes that meet.
    sites[5 * 9 + 5].2 = 1;
    let drawn = Case::of(&sites).check().drawn;
    assert_eq!(drawn.polygons[1].0.len(), 2);
    assert_eq!(drawn.polygons[0].0[0].interiors().len(), 2);
}

#[test]
fn fiji_is_cut_at_the_antimeridian() {
    let sites = [
        (177.4, -17.6, 0),
        (178.4, -18.1, 0),
        (179.9, -16.7, 1),
        (-179.9, -16.9, 1),
        (-179.0, -17.0, 1),
    ];
    let drawn = Case::of(&sites).check().drawn;
    let part = |p: &Polygon<f64>| {
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        p.exterior()
            .coords()
            .for_each(|c| (low, high) = (low.min(c.x), high.max(c.x)));
        assert!(
            low >= -180.0 && high <= 180.0 && high - low < 20.0,
            "{low} {high}"
        );
        (low, high)
    };
    let parts: Vec<_> = drawn.polygons[1].0.iter().map(part).collect();
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().any(|p| p.0 == -180.0) && parts.iter().any(|p| p.1 == 180.0));
    drawn.polygons[0]
        .0
        .iter()
        .for_each(|p| assert!(part(p).1 < 180.0));
    let boundary = boxes(&[(177.0, -19.0, 180.0, -16.0), (-180.0, -19.0, -178.0, -16.0)]);
    let drawn = Case::of(&sites).within(boundary).check().drawn;
    assert_eq!(drawn.polygons[1].0.len(), 2);
    // The same boundary running on past 180 degrees.
    let drawn = Case::of(&sites)
        .within(boxes(&[(177.0, -19.0, 182.0, -16.0)]))
        .check()
        .drawn;
    assert_eq!(drawn.polygons[1].0.len(), 2);
}

#[test]
fn a_boundary_that_jumps_across_the_antimeridian_is_refused() {
    let ring = vec![
        (179.0, 0.0),
        (-179.0, 0.0),
        (-179.0, 1.0),
        (179.0, 1.0),
        (179.0, 0.0),
    ];
    let boundary = MultiPolygon::from(Polygon::new(ring.into(), vec![]));
    let error = draw(&[179.5], &[0.5], &[RepIx(0)], 1, Some(&boundary)).expect_err("ambiguous");
    assert!(error.0.contains("antimeridian"), "{error}");
}

#[test]
fn near_the_poles() {
    Case::of(&[
        (0.0, 90.0, 0),
        (90.0, 89.0, 1),
        (-90.0, 89.5, 2),
        (10.0, 90.0, 0),
    ])
    .check();
    Case::of(&[(0.0, -90.0, 0), (1.0, -90.0, 1)]).check();
    Case::of(&[(15.6, 78.2, 0), (16.0, 78.3, 1)]).check();
}

#[test]
fn the_whole_world() {
    let mut sites: Vec<_> = (0..200)
        .map(|k| {
            (
                f64::from(k * 37 % 360) - 180.0,
                f64::from(k * 53 % 160) - 80.0,
                k as u32 % 5,
            )
        })
        .collect();
    sites.push((180.0, 3.0, 2));
    Case::of(&sites).check();
    let world = boxes(&[(-180.0, -90.0, 180.0, 90.0)]);
    let drawn = Case::of(&sites).within(world.clone()).check().drawn;
    assert!(drawn.outside.is_empty());
    // A site next to the antimeridian owns land on its other side too.
    let drawn = Case::of(&[
        (179.0, 0.0, 0),
        (-90.0, 0.0, 1),
        (0.0, 0.0, 1),
        (90.0, 0.0, 1),
    ])
    .within(world)
    .check()
    .drawn;
    assert_eq!(drawn.polygons[0].0.len(), 2);
}

#[test]
fn bad_boundaries_are_refused() {
    let draw = |ring: Vec<(f64, f64)>| {
        let boundary = MultiPolygon::from(Polygon::new(ring.into(), vec![]));
        draw(&[0.5], &[0.5], &[RepIx(0)], 1, Some(&boundary))
            .expect_err("it is wrong")
            .0
    };
    let eight = vec![(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)];
    assert!(draw(eight).contains("crosses itself"));
    let crooked = vec![(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 3.0), (0.0, 0.0)];
    assert!(draw(crooked).contains("crosses itself"));
    assert!(draw(vec![(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)]).contains("no area"));
    assert!(draw(vec![(0.0, 0.0), (1.0, 0.0)]).contains("no area"));
    assert!(draw(vec![(0.0, 0.0), (1.0, f64::NAN), (2.0, 2.0)]).contains("latitude"));
    assert!(draw(vec![(0.0, 0.0), (700.0, 0.0), (2.0, 2.0)]).contains("longitude"));
}

#[test]
fn overlapping_islands_are_one() {
    let boundary = boxes(&[
        (0.0, 0.0, 2.0, 2.0),
        (1.0, 1.0, 3.0, 3.0),
        (2.0, 0.0, 3.0, 1.0),
    ]);
    let checked = Case::of(&[(0.5, 0.5, 0), (2.5, 2.5, 1)])
        .within(boundary)
        .check();
    assert_eq!(checked.drawing.area2, 2 * 8 * 10_i128.pow(14));
}

#[test]
fn bad_owners_are_refused() {
    assert!(draw(&[0.0], &[0.0], &[RepIx(1)], 1, None).is_err());
    assert!(draw(&[0.0], &[0.0], &[RepIx::NONE], 1, None).is_err());
    assert!(draw(&[0.0], &[0.0], &[], 1, None).is_err());
    assert!(draw(&[0.0, 1.0], &[0.0], &[RepIx(0)], 1, None).is_err());
    assert!(draw(&[181.0e3], &[0.0], &[RepIx(0)], 1, None).is_err());
}

#[test]
fn a_crowded_site_is_reported() {
    // Sites of another owner stand one or two units away on all sides of the first one.
    let u = 1e-7;
    let at = [(3, 3), (2, 4), (1, 4), (4, 2), (0, 3), (1, 4), (3, 2)];
    let sites: Vec<_> = (0..at.len())
        .map(|k| {
            (
                9.0 + u * f64::from(at[k].0),
                50.0 + u * f64::from(at[k].1),
                u32::from(k == 0),
            )
        })
        .collect();
    let drawn = Case::of(&sites).check().drawn;
    assert_eq!(drawn.too_close, [0]);
}

#[test]
fn a_site_on_a_spike_of_the_boundary_is_reported() {
    // The boundary runs out to (3, 1) and back the same way: there is no land.
    let ring = vec![
        (0.0, 0.0),
        (2.0, 0.0),
        (2.0, 1.0),
        (3.0, 1.0),
        (2.0, 1.0),
        (2.0, 2.0),
        (0.0, 2.0),
        (0.0, 0.0),
    ];
    let boundary = MultiPolygon::from(Polygon::new(ring.into(), vec![]));
    let drawn = Case::of(&[(0.5, 1.0, 0), (1.5, 1.0, 1), (3.0, 1.0, 1)])
        .within(boundary.clone())
        .check()
        .drawn;
    assert_eq!(drawn.too_close, [2]);
    // As an enclave it stands in nobody's territory, so there is nothing to list.
    let mut enclave =
        Case::of(&[(0.5, 1.0, 0), (1.5, 1.0, 1), (1.6, 1.0, 1), (3.0, 1.0, 0)]).within(boundary);
    enclave.forced = Some(vec![false, false, false, true]);
    let drawn = enclave.check().drawn;
    assert_eq!((drawn.too_close, drawn.listed), (vec![3], vec![]));
}

#[test]
fn an_island_sees_the_level_border_at_its_own_height() {
    // Nothing divides the island in the east. West of it, the border between 0 and 1 runs level with
    // its westernmost corner, along the row that is looked at; the next one south is that of 1 and 2.
    let mut case = Case::of(&[
        (142.0, 26.0, 0),
        (134.0, 26.2, 0),
        (134.0, 25.8, 1),
        (134.0, 25.4, 2),
    ]);
    case.reach_km = Some(10.0);
    let parts: Vec<usize> = case
        .check()
        .drawn
        .polygons
        .iter()
        .map(|p| p.0.len())
        .collect();
    assert_eq!(parts, [2, 1, 1]);
}

#[test]
fn neighbours() {
    let near = adjacency(&[0.0, 1.0, 2.0, 1.0], &[0.0, 0.0, 0.0, 0.0]).expect("valid");
    assert_eq!(near.places(), 3);
    assert_eq!(near.near_sites(1).collect::<Vec<_>>(), [3, 0, 2]);
    assert_eq!(near.neighbours(near.place(0)).len(), 1);
    let owners = [0, 1, 0, 0].map(RepIx);
    assert_eq!(near.pieces(&owners, 3), [1, 1, 0]);
    assert_eq!(near.pieces(&[0, 1, 0, 1].map(RepIx), 2), [2, 1]);
    assert_eq!(adjacency(&[], &[]).expect("valid").places(), 0);
}

#[test]
fn the_frame_keeps_its_area() {
    let case =
        Case::of(&[(8.3, 49.1, 0), (9.7, 50.2, 1)]).within(boxes(&[(8.0, 49.0, 10.0, 51.0)]));
    assert_eq!(case.check().drawing.area2, 2 * 4 * 10_i128.pow(14));
    assert!(case.check().map.mesh.is_some());
}

#[test]
fn an_enclave_of_a_site_that_is_listed_is_at_home() {
    // A row of 0 with one of 1 in its middle, and in the middle of that again one of 0.
    let mut sites: Vec<(f64, f64, u32)> = (0..7)
        .flat_map(|x| (0..7).map(move |y| (f64::from(x), f64::from(y), 0)))
        .collect();
    let ring = |x: f64, y: f64| (x - 3.0).abs().max((y - 3.0).abs());
    for (x, y, owner) in &mut sites {
        *owner = u32::from(ring(*x, *y) == 1.0);
    }
    sites.extend([
        (20.0, 3.0, 1),
        (21.0, 3.0, 1),
        (21.0, 4.0, 1),
        (20.0, 4.0, 1),
    ]);
    sites.extend([
        (22.0, 3.0, 1),
        (22.0, 4.0, 1),
        (23.0, 3.0, 1),
        (23.0, 4.0, 1),
        (24.0, 4.0, 1),
    ]);
    let mut case = Case::of(&sites);
    case.forced = Some(vec![true; sites.len()]);
    let drawn = case.check().drawn;
    // Eight of 1 stand in the territory of 0; the one of 0 among them stands in its own.
    assert_eq!(drawn.listed.len(), 8, "{:?}", drawn.listed);
    assert!(drawn.inside.iter().all(|rep| *rep == RepIx(0)));
    assert!(drawn.too_close.is_empty() && drawn.shared_place.is_empty());
}

/// Great-circle distance in km between two places in degrees.
fn apart_km([a, b]: [(f64, f64); 2]) -> f64 {
    let [(x, y), (u, v)] = [a, b].map(|(x, y)| (x.to_radians(), y.to_radians()));
    let half = |d: f64| (0.5 * d).sin().powi(2);
    let chord = half(v - y) + y.cos() * v.cos() * half(u - x);
    2.0 * crate::base::sphere::EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

/// All corners of a drawing are within reach of a site: discs are polygons, and a twentieth is granted as in `check`.
fn all_within_reach(case: &Case, km: f64) {
    let drawn = case.draw().expect("drawn");
    let corners = drawn
        .polygons
        .iter()
        .flatten()
        .flat_map(|p| p.exterior().coords());
    for corner in corners {
        let sites = case.lon.iter().zip(&case.lat);
        let nearest = sites.map(|(x, y)| apart_km([(*x, *y), (corner.x, corner.y)]));
        let nearest = nearest.fold(f64::INFINITY, f64::min);
        assert!(
            nearest <= 1.05 * km,
            "{corner:?} is {nearest} km from all of {case:?}"
        );
    }
}

#[test]
fn no_land_is_out_of_reach_at_a_pole_or_where_the_map_is_cut() {
    // Round the pole no stretch is empty for long: the discs of the sites on both sides reach across the cut.
    for (lat, km, step) in [
        (86.0, 30.0, 4),
        (-86.0, 30.0, 5),
        (80.0, 250.0, 12),
        (85.0, 400.0, 30),
        (88.4, 60.0, 3),
    ] {
        let sites: Vec<_> = (0..360 / step)
            .map(|k| {
                (
                    f64::from(k * step) - 179.0,
                    lat + 0.3 * f64::from(k % 3),
                    k as u32 % 3,
                )
            })
            .collect();
        let mut case = Case::of(&sites);
        case.reach_km = Some(km);
        all_within_reach(&case, km);
    }
    // Alone near a pole, and far from one.
    for (lat, km) in [
        (88.0, 150.0),
        (80.0, 900.0),
        (50.0, 30.0),
        (0.0, 500.0),
        (-70.0, 1200.0),
    ] {
        let mut case = Case::of(&[(10.0, lat, 0)]);
        case.reach_km = Some(km);
        all_within_reach(&case, km);
    }
}
