//! Random numbers by counting: no state, so any of them can be made at any time.

/// What a number is drawn for; a field that needs two draws them independently.
#[derive(Clone, Copy)]
pub(super) enum Draw {
    Value,
    Presence,
}

/// The increment of SplitMix64: the golden ratio in 64 bits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014, with
/// David Stafford's constants (mix 13).
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// 64 random bits. Each seed, field and purpose has its own stream, a SplitMix64 generator, of which this is number
/// `index`.
#[inline]
pub(super) fn draw(seed: u64, index: u64, field: u32, purpose: Draw) -> u64 {
    number(start(seed, field, purpose), index)
}

/// Where the stream of a seed, field and purpose starts.
#[inline]
fn start(seed: u64, field: u32, purpose: Draw) -> u64 {
    let stream = u64::from(field) << 1 | purpose as u64;
    mix(mix(seed) ^ mix(stream.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// Number `index` of a stream.
#[inline]
fn number(start: u64, index: u64) -> u64 {
    mix(start.wrapping_add(index.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// The streams of fields 0..N of one seed and purpose, for who draws often.
#[derive(Debug)]
pub(super) struct Streams<const N: usize>([u64; N]);

impl<const N: usize> Streams<N> {
    pub(super) fn new(seed: u64, purpose: Draw) -> Streams<N> {
        Streams(std::array::from_fn(|field| start(seed, field as u32, purpose)))
    }

    /// As [`draw`].
    #[inline]
    pub(super) fn draw(&self, index: u64, field: usize) -> u64 {
        number(self.0[field], index)
    }
}

/// A number in 0..bound, 0 where that is empty: the upper half of the product, as by Lemire, "Fast random integer
/// generation in an interval", 2019, without the rejection: the bias is below bound / 2^64.
#[inline]
pub(super) fn below(random: u64, bound: u64) -> u64 {
    ((u128::from(random) * u128::from(bound)) >> 64) as u64
}

/// A float in 0.0..1.0, one of 2^53 with equal distances.
#[inline]
pub(super) fn unit(random: u64) -> f64 {
    (random >> 11) as f64 / 9_007_199_254_740_992.0
}

/// A SplitMix64 generator of its own, for what takes many numbers.
pub(super) struct Stream(u64);

impl Stream {
    pub(super) fn new(start: u64) -> Stream {
        Stream(start)
    }

    /// A number in 0..bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        below(mix(self.0), bound)
    }

    /// From `a` to `z`.
    pub(super) fn letter(&mut self) -> char {
        char::from(b'a' + self.below(26) as u8)
    }

    /// At least three letters and less than `longest`; one in thirteen is `special` instead.
    pub(super) fn word(&mut self, longest: u64, special: char) -> String {
        let length = 3 + self.below(longest - 3);
        (0..length).map(|_| if self.below(13) == 0 { special } else { self.letter() }).collect()
    }
}
