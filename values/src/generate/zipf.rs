//! Zipf's distribution by the alias method: one table, one random number and one comparison a sample.

use crate::Value;

/// The most ranks there may be: the table has 16 bytes for each.
const MOST: usize = 1_000_000;

/// Ranks 0 to n − 1, rank r with a weight of 1 / (r + 1)^exponent.
///
/// A. J. Walker, "An efficient method for generating discrete random variables with general distributions", 1977, with
/// the table built as by M. D. Vose, 1991.
#[derive(Clone, Debug)]
pub(super) struct Zipf {
    cells: Vec<Cell>,
}

/// One n-th of all samples: `own` of 2^64 of them are the cell's own rank, the others are its alias.
#[derive(Clone, Copy, Debug)]
struct Cell {
    own: u64,
    alias: u32,
}

impl Zipf {
    /// From `n [, exponent]`.
    pub(super) fn new(arguments: &[Value]) -> Result<Zipf, String> {
        let Some(Value::Int(ranks)) = arguments.first() else {
            return Err("zipf() takes a number of values".to_owned());
        };
        let count = usize::try_from(*ranks).ok().filter(|count| (1..=MOST).contains(count));
        let count = count.ok_or_else(|| format!("zipf of {ranks} values: there may be 1 to {MOST}"))?;
        let exponent = match arguments.get(1) {
            None => 1.0,
            Some(Value::Int(exponent)) => *exponent as f64,
            Some(Value::Float(exponent)) => *exponent,
            Some(_) => return Err("zipf() takes an exponent".to_owned()),
        };
        if !(0.0..=100.0).contains(&exponent) {
            return Err(format!("zipf's exponent {exponent:?} is not between 0.0 and 100.0"));
        }
        let weights = (1..=count).map(|rank| (rank as f64).powf(-exponent)).collect();
        Ok(Zipf { cells: cells(weights) })
    }

    /// The rank that a random number stands for: its upper part chooses the cell, its lower part decides in it.
    #[inline]
    pub(super) fn rank(&self, random: u64) -> u64 {
        let product = u128::from(random) * self.cells.len() as u128;
        let rank = (product >> 64) as usize;
        let cell = self.cells[rank];
        if (product as u64) < cell.own { rank as u64 } else { u64::from(cell.alias) }
    }
}

/// Fills each cell that is less than full from one that is more than full.
fn cells(mut weights: Vec<f64>) -> Vec<Cell> {
    let scale = weights.len() as f64 / weights.iter().sum::<f64>();
    weights.iter_mut().for_each(|weight| *weight *= scale);
    let mut cells: Vec<Cell> =
        (0..weights.len()).map(|rank| Cell { own: u64::MAX, alias: rank as u32 }).collect();
    let (mut small, mut large): (Vec<_>, Vec<_>) = (0..weights.len()).partition(|rank| weights[*rank] < 1.0);
    while let (Some(poor), Some(rich)) = (small.pop(), large.last().copied()) {
        cells[poor] = Cell { own: (weights[poor] * 18_446_744_073_709_551_616.0) as u64, alias: rich as u32 };
        weights[rich] -= 1.0 - weights[poor];
        if weights[rich] < 1.0 {
            large.pop();
            small.push(rich);
        }
    }
    cells
}
