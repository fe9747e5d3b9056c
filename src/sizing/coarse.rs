//! Parts of the map: places cut in halves again and again.

/// Cuts `of` into `parts` parts of about as many places each, across the longer side, and hands each on.
pub fn halves(
    points: (&[f64], &[f64]),
    mut of: Vec<usize>,
    parts: usize,
    take: &mut impl FnMut(&[usize]),
) {
    if parts <= 1 || of.len() <= 1 {
        if !of.is_empty() {
            take(&of);
        }
        return;
    }
    let (lon, lat) = points;
    let spread = |v: &[f64]| {
        let ends = of.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |e, i| {
            (e.0.min(v[*i]), e.1.max(v[*i]))
        });
        ends.1 - ends.0
    };
    let scale = lat[of[0]].to_radians().cos();
    let axis = match spread(lon) * scale >= spread(lat) {
        true => lon,
        false => lat,
    };
    let left = parts / 2;
    let at = (of.len() * left / parts).clamp(1, of.len() - 1);
    of.select_nth_unstable_by(at, |a, b| axis[*a].total_cmp(&axis[*b]).then(a.cmp(b)));
    let right = of.split_off(at);
    halves(points, of, left, take);
    halves(points, right, parts - left, take);
}
