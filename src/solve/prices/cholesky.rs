//! Dense Cholesky factorisation, for the Newton system of the prices (one unknown per coupling row).

use crate::base::deadline::Deadline;
use rayon::prelude::*;

/// Solves `A x = b` for a symmetric positive definite `A` (row-major, lower triangle used), in place:
/// `a` is overwritten by its factor, `b` by the solution. `false` if `A` is not positive definite, or time ran out.
pub(super) fn solve(a: &mut [f64], b: &mut [f64], until: &Deadline) -> bool {
    let n = b.len();
    if !factor(a, n, until) {
        return false;
    }
    for i in 0..n {
        let row = &a[i * n..i * n + i];
        let sum: f64 = row.iter().zip(&*b).map(|(l, x)| l * x).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] /= a[i * n + i];
        let x = b[i];
        for (l, y) in a[i * n..i * n + i].iter().zip(&mut *b) {
            *y -= l * x;
        }
    }
    true
}

/// Blocked right-looking factorisation `A = L L^T` of the lower triangle; panels of `WIDTH` columns.
fn factor(a: &mut [f64], n: usize, until: &Deadline) -> bool {
    const WIDTH: usize = 32;
    let mut start = 0;
    while start < n {
        if until.is_over() {
            return false;
        }
        let end = (start + WIDTH).min(n);
        for j in start..end {
            for i in j..end {
                let (ri, rj) = (&a[i * n + start..i * n + j], &a[j * n + start..j * n + j]);
                let sum: f64 = ri.iter().zip(rj).map(|(x, y)| x * y).sum();
                let v = a[i * n + j] - sum;
                if i == j {
                    if v.is_nan() || v <= 0.0 {
                        return false;
                    }
                    a[i * n + j] = v.sqrt();
                } else {
                    a[i * n + j] = v / a[j * n + j];
                }
            }
        }
        // The rows below the panel depend on it and on themselves only, then on each other's panels.
        let (head, tail) = a.split_at_mut(end * n);
        let panel = &head[start * n..];
        tail.par_chunks_mut(n).for_each(|row| {
            for j in start..end {
                let rj = &panel[(j - start) * n + start..(j - start) * n + j];
                let sum: f64 = row[start..j].iter().zip(rj).map(|(x, y)| x * y).sum();
                row[j] = (row[j] - sum) / panel[(j - start) * n + j];
            }
        });
        let below: Vec<f64> = tail
            .chunks(n)
            .flat_map(|row| row[start..end].iter().copied())
            .collect();
        let width = end - start;
        tail.par_chunks_mut(n).enumerate().for_each(|(i, row)| {
            let own = &below[i * width..(i + 1) * width];
            for (j, other) in below.chunks_exact(width).take(i + 1).enumerate() {
                let sum: f64 = own.iter().zip(other).map(|(x, y)| x * y).sum();
                row[end + j] -= sum;
            }
        });
        start = end;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::solve;
    use crate::base::deadline::Deadline;

    #[test]
    fn solves_systems_of_every_size_round_the_panel_width() {
        for n in [1, 2, 31, 32, 33, 64, 100] {
            // A = B B^T + n I with a fixed pseudo-random B.
            let b: Vec<f64> = (0..n * n)
                .map(|i| ((i * 7919 + 13) % 101) as f64 / 101.0 - 0.5)
                .collect();
            let mut a = vec![0.0; n * n];
            for i in 0..n {
                for j in 0..n {
                    a[i * n + j] = (0..n).map(|t| b[i * n + t] * b[j * n + t]).sum();
                }
                a[i * n + i] += n as f64;
            }
            let x: Vec<f64> = (0..n).map(|i| i as f64 - 3.0).collect();
            let mut y: Vec<f64> = (0..n)
                .map(|i| (0..n).map(|j| a[i * n + j] * x[j]).sum())
                .collect();
            assert!(solve(&mut a, &mut y, &Deadline::never()));
            for (got, want) in y.iter().zip(&x) {
                assert!((got - want).abs() < 1e-9, "n = {n}: {got} {want}");
            }
        }
    }

    #[test]
    fn refuses_an_indefinite_matrix() {
        let never = Deadline::never();
        assert!(!solve(&mut [1.0, 0.0, 2.0, 1.0], &mut [1.0, 1.0], &never));
    }
}
