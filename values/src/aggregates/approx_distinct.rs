//! `approx_count_distinct`: HyperLogLog, after Flajolet, Fusy, Gandouet and Meunier (2007), with the estimator of Otmar
//! Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284, 2017), which needs no
//! tables and has no bias at small numbers.

use super::{Aggregate, Algebra, Held, Merge, Shape};
use crate::Type;
#[cfg(feature = "definition")]
use crate::Value;
use crate::wire::{self, Reader};

/// About how many different values there are.
pub static APPROX_COUNT_DISTINCT: Aggregate = Aggregate {
    name: "approx_count_distinct",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: false,
    shape: |arguments| match arguments {
        [only] if only.ty.is_key() => Ok(Shape::holding(Type::Int, "approx_distinct::ApproxCountDistinct")),
        _ => Err("one value of any type but float"),
    },
    docs: "About how many different values there are: exact up to 256 of them, then with a standard error of 1.6 %, in \
           at most four kilobytes. The same set of values always gives the same number.",
    example: "approx_count_distinct(path)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(defined(rows.iter().flat_map(|row| row.values)).into()),
};

/// The bits of a hash that choose its register.
const PRECISION: u32 = 12;
const REGISTERS: usize = 1 << PRECISION;
/// The largest rank: all other bits are zero.
const MOST: usize = 64 - PRECISION as usize + 1;
/// Up to so many different hashes are kept as they are.
const EXACT: usize = 256;

/// What a set of values is, whatever the order: its hashes while they are few, then the registers.
#[derive(Clone, Debug)]
pub struct ApproxCountDistinct<T> {
    sketch: Sketch,
    of: std::marker::PhantomData<T>,
}

#[derive(Clone, Debug)]
enum Sketch {
    /// Sorted.
    Few(Vec<u64>),
    Many(Box<[u8; REGISTERS]>),
}

impl<T> Default for ApproxCountDistinct<T> {
    fn default() -> Self {
        ApproxCountDistinct { sketch: Sketch::Few(Vec::new()), of: std::marker::PhantomData }
    }
}

impl<T: Held> ApproxCountDistinct<T> {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: T::View<'_>) {
        self.sketch.add(T::with_bytes(value, hash));
    }

    /// About how many there were.
    #[must_use]
    pub fn finish(&self) -> i64 {
        match &self.sketch {
            Sketch::Few(hashes) => hashes.len() as i64,
            Sketch::Many(registers) => estimate(registers),
        }
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match &self.sketch {
            Sketch::Few(hashes) => {
                wire::put_bool(out, false);
                wire::put_u32(out, hashes.len() as u32);
                hashes.iter().for_each(|hash| wire::put_u64(out, *hash));
            }
            Sketch::Many(registers) => {
                wire::put_bool(out, true);
                wire::put_bytes(out, &**registers);
            }
        }
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        let sketch = if reader.bool() {
            let mut registers = Box::new([0; REGISTERS]);
            registers.copy_from_slice(reader.bytes());
            Sketch::Many(registers)
        } else {
            Sketch::Few((0..reader.u32()).map(|_| reader.u64()).collect())
        };
        ApproxCountDistinct { sketch, ..Self::default() }
    }
}

impl<T: Held> Merge for ApproxCountDistinct<T> {
    fn merge(&mut self, later: &Self) {
        match &later.sketch {
            Sketch::Few(hashes) => hashes.iter().for_each(|hash| self.sketch.add(*hash)),
            Sketch::Many(later) => {
                let mine = self.sketch.many().iter_mut();
                mine.zip(later.iter()).for_each(|(mine, theirs)| *mine = (*mine).max(*theirs));
            }
        }
    }
}

impl Sketch {
    fn add(&mut self, hash: u64) {
        match self {
            Sketch::Many(registers) => raise(registers, hash),
            Sketch::Few(hashes) => {
                let Err(place) = hashes.binary_search(&hash) else { return };
                if hashes.len() < EXACT {
                    hashes.insert(place, hash);
                } else {
                    raise(self.many(), hash);
                }
            }
        }
    }

    /// The registers, made from the hashes where there are none yet.
    fn many(&mut self) -> &mut [u8; REGISTERS] {
        if let Sketch::Few(hashes) = self {
            let mut registers = Box::new([0; REGISTERS]);
            hashes.iter().for_each(|hash| raise(&mut registers, *hash));
            *self = Sketch::Many(registers);
        }
        match self {
            Sketch::Many(registers) => registers,
            Sketch::Few(_) => unreachable!("they have just become many"),
        }
    }
}

/// FNV-1a of the bytes, its bits then spread as at the end of MurmurHash3. Fixed, as the results depend on it.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = crate::functions::string::fnv_1a(bytes);
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
    }
    hash ^ (hash >> 33)
}

/// The first bits choose the register; it keeps the largest rank, the place of the first one among the other bits.
fn raise(registers: &mut [u8; REGISTERS], hash: u64) {
    let rank = ((hash << PRECISION).leading_zeros() as usize + 1).min(MOST);
    let register = &mut registers[(hash >> (64 - PRECISION)) as usize];
    *register = (*register).max(rank as u8);
}

/// Ertl's improved raw estimator. It adds, multiplies and takes roots only, so every machine gives the same bits.
fn estimate(registers: &[u8; REGISTERS]) -> i64 {
    let mut counts = [0.0; MOST + 1];
    registers.iter().for_each(|rank| counts[usize::from(*rank)] += 1.0);
    let all = REGISTERS as f64;
    let mut sum = all * tau(1.0 - counts[MOST] / all);
    for count in counts[1..MOST].iter().rev() {
        sum = 0.5 * (sum + count);
    }
    sum += all * sigma(counts[0] / all);
    (0.5 / std::f64::consts::LN_2 * all * all / sum).round() as i64
}

/// `x + Σ x^(2^k) 2^(k-1)`, for `x` below 1.
fn sigma(mut x: f64) -> f64 {
    let (mut factor, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * factor;
        factor += factor;
        if sum.to_bits() == before.to_bits() {
            return sum;
        }
    }
}

/// `(1 - x - Σ (1 - x^(2^-k))² 2^-k) / 3`
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut factor, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        factor *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * factor;
        if sum.to_bits() == before.to_bits() {
            return sum / 3.0;
        }
    }
}

/// All hashes in a set, then the registers at once.
#[cfg(feature = "definition")]
fn defined<'a>(values: impl Iterator<Item = &'a Value>) -> i64 {
    let hashes: std::collections::BTreeSet<u64> = values.map(hash_of).collect();
    if hashes.len() <= EXACT {
        return hashes.len() as i64;
    }
    let mut registers = [0; REGISTERS];
    hashes.iter().for_each(|hash| raise(&mut registers, *hash));
    estimate(&registers)
}

#[cfg(feature = "definition")]
fn hash_of(value: &Value) -> u64 {
    match value {
        // The checker lets nobody count lists or records.
        Value::None | Value::List(_) | Value::Record(_) => 0,
        Value::Bool(value) => bool::with_bytes(*value, hash),
        Value::Int(value) => i64::with_bytes(*value, hash),
        Value::Float(value) => f64::with_bytes(*value, hash),
        Value::String(value) => String::with_bytes(value, hash),
        Value::Bytes(value) => Vec::<u8>::with_bytes(value, hash),
        Value::Timestamp(value) => crate::Timestamp::with_bytes(*value, hash),
        Value::Duration(value) => crate::Duration::with_bytes(*value, hash),
        Value::Ip(value) => std::net::IpAddr::with_bytes(*value, hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_near_the_truth() {
        let mut counted = ApproxCountDistinct::<i64>::default();
        let mut worst: f64 = 0.0;
        for value in 0..200_000_i64 {
            counted.add(value);
            if value % 997 == 0 {
                let (told, truth) = (counted.finish() as f64, (value + 1) as f64);
                worst = worst.max((told - truth).abs() / truth);
            }
        }
        // Three standard errors.
        assert!(worst < 0.049, "{worst}");
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let mut counted = ApproxCountDistinct::<String>::default();
        for value in 0..256 {
            counted.add(&format!("user {value}"));
            counted.add(&format!("user {}", value / 2));
        }
        assert_eq!(counted.finish(), 256);
    }
}
