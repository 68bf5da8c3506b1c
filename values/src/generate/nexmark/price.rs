//! Prices: from 1 to 1,000,000 dollars, evenly by the logarithm.

/// So many steps of equal factors lead from the lowest to the highest price.
const STEPS: usize = 256;

/// What the logarithm of a price grows by over all steps: six powers of ten.
const RANGE: f64 = 6.0 * std::f64::consts::LN_10;

/// The price at each step. What lies in between is that times an exponential near 1, of which a few terms are enough: no
/// library's `pow`, which takes as long as the rest of a bid and is not the same everywhere.
#[derive(Debug)]
pub(super) struct Prices([f64; STEPS]);

impl Prices {
    pub(super) fn new() -> Prices {
        Prices(std::array::from_fn(|step| 100.0 * (RANGE * step as f64 / STEPS as f64).exp()))
    }

    /// `100 * 10^(6 * at)` cents, rounded, for a place in 0.0..1.0.
    #[inline]
    pub(super) fn at(&self, at: f64) -> i64 {
        let at = at * STEPS as f64;
        let step = at as usize;
        let x = (at - step as f64) * (RANGE / STEPS as f64);
        // x < 0.054: what the terms leave out is below 2e-12 of the price.
        let terms = [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
        let grown = terms.into_iter().fold(1.0 / 720.0, |sum, term| sum * x + term);
        (self.0[step % STEPS] * grown + 0.5) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_powers_of_ten() {
        let prices = Prices::new();
        for number in 0..100_000 {
            let at = f64::from(number) / 100_000.0;
            let exact = 10_f64.powf(6.0 * at) * 100.0;
            assert!((prices.at(at) as f64 - exact).abs() < 0.5 + 1e-9 * exact, "{at}");
        }
        assert_eq!((prices.at(0.0), prices.at(0.5), prices.at(1.0 - 1e-16)), (100, 100_000, 100_000_000));
    }
}
