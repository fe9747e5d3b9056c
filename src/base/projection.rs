//! Metres of a map projection into degrees: the inverse of transverse Mercator (UTM) and of web Mercator.
//!
//! Transverse Mercator by the series of Krueger (1912) to the sixth order in the third flattening `n`, as Karney (2011), "Transverse Mercator with an
//! accuracy of a few nanometers", J. Geodesy 85, 475-485, equations (9) to (21) and (36). With `x`, `y` the easting and northing less the false ones,
//! `k0` the scale on the central meridian and `A = a / (1 + n) (1 + n^2/4 + n^4/64 + n^6/256)` the radius of the rectifying sphere:
//!
//! ```text
//! xi  = y / (k0 A),   eta = x / (k0 A)
//! xi' = xi - sum_j b_j sin(2j xi) cosh(2j eta),   eta' = eta - sum_j b_j cos(2j xi) sinh(2j eta)
//! tau' = sin xi' / sqrt(sinh^2 eta' + cos^2 xi'),   lambda = atan2(sinh eta', cos xi')
//! ```
//!
//! and the latitude `phi = atan tau` from its conformal `tau'` by Newton's method. Web Mercator (EPSG method 1024): `lambda = x / a`,
//! `phi = atan(sinh(y / a))`.

/// The larger half-axis of WGS 84 and GRS 80, metres.
const A: f64 = 6_378_137.0;
/// Flattening of WGS 84, and of GRS 80 (ETRS89).
const WGS84: f64 = 1.0 / 298.257_223_563;
const GRS80: f64 = 1.0 / 298.257_222_101;
/// UTM: the scale on the central meridian, and the false easting and northing (of the south), metres.
const K0: f64 = 0.9996;
const EASTING: f64 = 500_000.0;
const NORTHING: f64 = 10_000_000.0;

/// A projection whose inverse is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Projection {
    /// Web Mercator.
    Web,
    /// A zone of UTM.
    Utm {
        /// 1 to 60.
        zone: u8,
        /// Whether northings are those of the southern hemisphere.
        south: bool,
        /// Flattening of the ellipsoid.
        flattening: f64,
    },
}

impl Projection {
    /// The projection of an EPSG code: 3857 and its old names, UTM of WGS 84 (32601 to 32660, 32701 to 32760) and of ETRS89 (25828 to 25838).
    pub fn of_epsg(code: u32) -> Option<Projection> {
        let utm = |zone: u32, south, flattening| {
            let zone = u8::try_from(zone).ok()?;
            Some(Projection::Utm {
                zone,
                south,
                flattening,
            })
        };
        match code {
            3857 | 900_913 | 102_100 | 3785 => Some(Projection::Web),
            32601..=32660 => utm(code - 32600, false, WGS84),
            32701..=32760 => utm(code - 32700, true, WGS84),
            25828..=25838 => utm(code - 25800, false, GRS80),
            _ => None,
        }
    }

    /// `[lon, lat]` in degrees of a position in metres; what is far from the zone or the globe is not a number.
    pub fn degrees(self, [x, y]: [f64; 2]) -> [f64; 2] {
        match self {
            Projection::Web => {
                let (lon, lat) = (x / A, (y / A).sinh().atan());
                match lon.abs() <= std::f64::consts::PI * (1.0 + 1e-9) {
                    true => [lon.to_degrees().clamp(-180.0, 180.0), lat.to_degrees()],
                    false => [f64::NAN; 2],
                }
            }
            Projection::Utm {
                zone,
                south,
                flattening,
            } => {
                let northing = if south { y - NORTHING } else { y };
                let [lon, lat] = transverse(x - EASTING, northing, flattening);
                let lon = lon + 6.0 * f64::from(zone) - 183.0;
                let around = match lon {
                    lon if lon > 180.0 => lon - 360.0,
                    lon if lon < -180.0 => lon + 360.0,
                    lon => lon,
                };
                [around, lat]
            }
        }
    }
}

/// Degrees from the central meridian, and of latitude, within 20,000 km of the equator and 3,000 km of the meridian: farther away the series is none.
fn transverse(x: f64, y: f64, f: f64) -> [f64; 2] {
    if x.abs() > 3e6 || y.abs() > 2e7 || x.is_nan() || y.is_nan() {
        return [f64::NAN; 2];
    }
    let n = f / (2.0 - f);
    let radius = A / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0 + n.powi(6) / 256.0);
    let (xi, eta) = (y / (K0 * radius), x / (K0 * radius));
    let (mut xi1, mut eta1) = (xi, eta);
    for (j, b) in series(n).into_iter().enumerate() {
        let twice = 2.0 * (j + 1) as f64;
        xi1 -= b * (twice * xi).sin() * (twice * eta).cosh();
        eta1 -= b * (twice * xi).cos() * (twice * eta).sinh();
    }
    let lambda = eta1.sinh().atan2(xi1.cos());
    let tau1 = xi1.sin() / eta1.sinh().hypot(xi1.cos());
    [lambda.to_degrees(), latitude(tau1, f).to_degrees()]
}

/// `b_1` to `b_6`: Karney (36), by Horner's rule.
fn series(n: f64) -> [f64; 6] {
    let of = |first: i32, terms: &[f64]| n.powi(first) * terms.iter().rfold(0.0, |s, t| s * n + t);
    [
        of(
            1,
            &[
                1.0 / 2.0,
                -2.0 / 3.0,
                37.0 / 96.0,
                -1.0 / 360.0,
                -81.0 / 512.0,
                96_199.0 / 604_800.0,
            ],
        ),
        of(
            2,
            &[
                1.0 / 48.0,
                1.0 / 15.0,
                -437.0 / 1440.0,
                46.0 / 105.0,
                -1_118_711.0 / 3_870_720.0,
            ],
        ),
        of(
            3,
            &[
                17.0 / 480.0,
                -37.0 / 840.0,
                -209.0 / 4480.0,
                5569.0 / 90_720.0,
            ],
        ),
        of(
            4,
            &[4397.0 / 161_280.0, -11.0 / 504.0, -830_251.0 / 7_257_600.0],
        ),
        of(5, &[4583.0 / 161_280.0, -108_847.0 / 3_991_680.0]),
        of(6, &[20_648_693.0 / 638_668_800.0]),
    ]
}

/// The latitude of a conformal one, both as tangents: Newton's method on Karney (7) to (9), which doubles its digits with each step.
fn latitude(tau1: f64, f: f64) -> f64 {
    let e2 = f * (2.0 - f);
    let e = e2.sqrt();
    let mut tau = tau1 / (1.0 - e2);
    for _ in 0..5 {
        let root = tau.hypot(1.0);
        let sigma = (e * (e * tau / root).atanh()).sinh();
        let found = tau * sigma.hypot(1.0) - sigma * root;
        tau += (tau1 - found) / found.hypot(1.0) * (1.0 + (1.0 - e2) * tau * tau)
            / ((1.0 - e2) * root);
    }
    tau.atan()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG code, metres, and the degrees that PROJ 9.5.1 has for them (pyproj 3.7.2).
    const PROJ: &[(u32, [f64; 2], [f64; 2])] = &[
        (
            25832,
            [500000.0, 5649824.888],
            [9.00000000000, 50.99999999882],
        ),
        (
            25832,
            [295652.067, 5631593.679],
            [6.09999999748, 50.80000000237],
        ),
        (
            25832,
            [868293.908, 5283486.592],
            [13.90000000462, 47.60000000198],
        ),
        (
            25832,
            [596187.576, 6084693.837],
            [10.49999999761, 54.89999999958],
        ),
        (
            25833,
            [500000.0, 5649824.888],
            [15.00000000000, 50.99999999882],
        ),
        (
            25833,
            [304796.408, 6021052.329],
            [11.99999999653, 54.29999999661],
        ),
        (
            25833,
            [755976.782, 5433359.809],
            [18.50000000143, 48.99999999972],
        ),
        (
            25829,
            [482608.748, 4283505.097],
            [-9.19999999673, 38.70000000343],
        ),
        (
            25835,
            [416843.794, 6674629.728],
            [25.50000000046, 60.19999999909],
        ),
        (
            32601,
            [443414.666, 7208991.65],
            [-178.19999998929, 64.99999999746],
        ),
        (
            32632,
            [577893.364, 33161.508],
            [9.69999999773, 0.29999999670],
        ),
        (
            32618,
            [584482.352, 4505935.869],
            [-74.00000000340, 40.69999999600],
        ),
        (
            32631,
            [465609.169, 9317795.753],
            [0.10000002413, 83.89999999715],
        ),
        (
            32733,
            [705591.628, 7499379.677],
            [17.00000000365, -22.59999999801],
        ),
        (
            32756,
            [333568.941, 6247473.337],
            [151.19999999990, -33.89999999859],
        ),
        (
            32719,
            [430162.107, 3871272.862],
            [-70.09999999578, -55.29999999665],
        ),
        (
            3857,
            [1491681.177, 6891041.724],
            [13.40000000332, 52.50000000059],
        ),
        (
            3857,
            [-13625505.673, 4551210.92],
            [-122.39999999913, 37.80000000219],
        ),
        (
            3857,
            [20026376.394, -19845401.335],
            [179.90000000261, -84.89999999960],
        ),
        (3857, [0.0, 0.0], [0.00000000000, 0.00000000000]),
        (
            25832,
            [-1451.263, 5562149.766],
            [2.00000000162, 50.00000000089],
        ),
        (
            25832,
            [884399.56, 6671492.837],
            [15.89999999464, 60.00000000118],
        ),
    ];

    #[test]
    fn degrees_agree_with_proj_to_a_tenth_of_a_millimetre() {
        for (code, metres, [lon, lat]) in PROJ {
            let [x, y] = Projection::of_epsg(*code).unwrap().degrees(*metres);
            let (east, north) = ((x - lon) * lat.to_radians().cos(), y - lat);
            let off = east.hypot(north) * 111_320.0;
            assert!(off < 1e-4, "EPSG:{code} {metres:?}: {off} m off");
        }
    }

    #[test]
    fn what_is_far_away_is_nowhere() {
        let utm = Projection::of_epsg(25832).unwrap();
        assert!(utm.degrees([1e9, 5e6])[0].is_nan());
        assert!(utm.degrees([f64::NAN, 5e6])[1].is_nan());
        assert!(Projection::Web.degrees([4e7, 0.0])[0].is_nan());
        for none in [0, 4326, 31467, 32600, 32661, 25839] {
            assert_eq!(Projection::of_epsg(none), None, "{none}");
        }
    }
}
