//! How different two colours look, to everybody.
//!
//! ```text
//! difference(a, b) = min over v of | oklab(v(a)) - oklab(v(b)) |
//! ```
//!
//! with v the four kinds of sight: full, without red cones, without green cones, without blue cones. The
//! matrices in linear RGB are those of Machado, Oliveira & Fernandes 2009 for severity 1; OKLab is Ottosson's, 2020.

type Rgb = [f64; 3];

const SIGHTS: [[Rgb; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
];

/// The difference of two colours `#rrggbb`: 0 for the same, 1 for black and white.
pub(super) fn difference(a: &str, b: &str) -> f64 {
    let (a, b) = (linear(a), linear(b));
    SIGHTS
        .iter()
        .map(|sight| {
            let (a, b) = (oklab(apply(sight, a)), oklab(apply(sight, b)));
            a.iter()
                .zip(b)
                .map(|(x, y)| (x - y) * (x - y))
                .sum::<f64>()
                .sqrt()
        })
        .fold(f64::INFINITY, f64::min)
}

/// Linear RGB of `#rrggbb` (IEC 61966-2-1); what is no digit counts as 0.
fn linear(hex: &str) -> Rgb {
    [1, 3, 5].map(|at| {
        let digits = hex.get(at..at + 2).unwrap_or("0");
        let x = f64::from(u8::from_str_radix(digits, 16).unwrap_or(0)) / 255.0;
        if x <= 0.04045 {
            x / 12.92
        } else {
            ((x + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn apply(matrix: &[Rgb; 3], color: Rgb) -> Rgb {
    let row = |row: &Rgb| row.iter().zip(color).map(|(m, c)| m * c).sum::<f64>();
    [row(&matrix[0]), row(&matrix[1]), row(&matrix[2])].map(|x| x.max(0.0))
}

fn oklab(rgb: Rgb) -> Rgb {
    const CONES: [Rgb; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    let [l, m, s] = apply(&CONES, rgb).map(f64::cbrt);
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn black_and_white_are_one_apart() {
        assert!((difference("#000000", "#ffffff") - 1.0).abs() < 1e-3);
        assert_eq!(difference("#7690cf", "#7690cf"), 0.0);
    }

    #[test]
    fn red_and_green_of_one_lightness_are_alike_to_some() {
        // Far apart in full sight (0.25), close without green cones.
        assert!(difference("#d08060", "#9a9a4a") < 0.06);
        assert!(difference("#3060c0", "#f0d060") > 0.3);
    }
}
