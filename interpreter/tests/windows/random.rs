//! Random topologies and rows.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::oracle::Line;
use crate::shape::{Bolt, OfX, Shape, Spout, Window};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The scale of a case: where its times begin, and what its steps and windows are multiples of.
#[derive(Clone, Copy, Debug)]
struct Calendar {
    start: i64,
    unit: i64,
}

fn calendar() -> impl Strategy<Value = Calendar> {
    // 1970 lies in the middle of the first ones' rows; the last ones' leave the range of timestamps.
    prop_oneof![
        4 => Just((-15 * SECOND, SECOND)),
        2 => Just((-15 * DAY, DAY)),
        4 => Just((1_536_222_000 * SECOND, SECOND)),
        2 => Just((17_780 * DAY + 12_345, DAY)),
        1 => Just((i64::MAX - 20 * SECOND, SECOND)),
        1 => Just((i64::MIN + 5 * DAY, DAY)),
    ]
    .prop_map(|(start, unit)| Calendar { start, unit })
}

pub(crate) fn topology() -> impl Strategy<Value = (Shape, i64)> {
    calendar().prop_flat_map(|calendar| {
        let spouts = proptest::collection::vec(spout(calendar), 1..=2);
        let bolts = proptest::collection::vec(bolt(calendar), 1..=4);
        (spouts, bolts).prop_map(move |(spouts, bolts)| {
            let mut shape = Shape::new(spouts);
            for (number, (inputs, mut bolt)) in bolts.into_iter().enumerate() {
                let count = shape.streams.len();
                bolt.name = format!("bolt_{number}");
                bolt.inputs =
                    inputs.into_iter().map(|(stream, least)| (stream.index(count), least)).collect();
                shape.add(bolt);
            }
            (shape, calendar.start)
        })
    })
}

fn spout(calendar: Calendar) -> impl Strategy<Value = Spout> {
    let late_by = prop_oneof![2 => Just(0), 4 => 0..8 * calendar.unit, 1 => Just(3 * calendar.unit)];
    let ahead_by = proptest::option::weighted(0.2, 0..40 * calendar.unit);
    let without = proptest::option::weighted(0.2, 0..6_i64);
    (late_by, ahead_by, without, lines(calendar)).prop_map(|(late_by, ahead_by, without, lines)| Spout {
        late_by,
        ahead_by,
        without,
        lines,
    })
}

/// Times that rise by and by; some are equal, some behind, and one may be far ahead.
fn lines(calendar: Calendar) -> impl Strategy<Value = Vec<Line>> {
    let steps = prop_oneof![
        6 => (0..3_i64).prop_map(|steps| (steps, 0)),
        3 => (0..2_i64, -12..0_i64),
        1 => (Just(0), 0..60_i64),
    ];
    let unit = calendar.unit;
    let time = (steps, prop_oneof![3 => Just(0), 1 => 0..unit], proptest::bool::weighted(0.05));
    let int = prop_oneof![20 => -1..6_i64, 1 => select(vec![i64::MAX, i64::MIN])];
    let line = (select(vec!["a", "b", "ab", "é"]), int, float(), time, proptest::bool::weighted(0.04));
    proptest::collection::vec(line, 0..40).prop_map(move |lines| {
        let mut now = calendar.start;
        let line =
            |(key, n, x, (steps, jitter, missing), malformed): (_, _, _, ((i64, i64), i64, bool), bool)| {
                let (forward, aside) = steps;
                now = now.saturating_add(forward * unit);
                let at = now.saturating_add(aside * unit).saturating_add(jitter);
                match malformed {
                    true => Line::Malformed,
                    false => Line::Tuple { key, n, x, at: (!missing).then_some(at) },
                }
            };
        lines.into_iter().map(line).collect()
    })
}

/// Sums of these depend on the order if they are rounded on the way, and some leave the range.
fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        12 => select(vec![0.1, 0.2, 0.3, -0.7, 1e16, -1e16, 1.0, 2.5, 1e-300]),
        2 => select(vec![0.0, -0.0, 5e-324, -5e-324]),
        1 => select(vec![1e308, -1e308, f64::MAX, -f64::MAX]),
        2 => -1e3..1e3,
    ]
}

type Inputs = Vec<(Index, Option<i64>)>;

fn bolt(calendar: Calendar) -> impl Strategy<Value = (Inputs, Bolt)> {
    let least = || proptest::option::weighted(0.2, -1..4_i64);
    let inputs = proptest::collection::vec((any::<Index>(), least()), 1..=3);
    let keys = select(vec![vec![], vec!["k"], vec!["k"], vec!["n"], vec!["n", "k"]]);
    let of_x = select(vec![OfX::Sum, OfX::Avg, OfX::Min, OfX::Max, OfX::First, OfX::Last]);
    let having = proptest::option::weighted(0.25, 1..4_i64);
    let bolt = (least(), keys, window(calendar), of_x, proptest::bool::weighted(0.2), having);
    (inputs, bolt).prop_map(|(inputs, (guard, keys, window, of_x, faulty, having))| {
        let bolt = Bolt {
            name: String::new(),
            inputs: Vec::new(),
            timed: true,
            guard,
            keys,
            window,
            of_x,
            faulty,
            having,
        };
        (inputs, bolt)
    })
}

fn window(calendar: Calendar) -> impl Strategy<Value = Window> {
    let unit = calendar.unit;
    // In days there are whole weeks among them, which begin on Mondays.
    let units = || prop_oneof![2 => select(vec![1, 2, 7, 14]), 1 => 1..16_i64];
    let hopping = (units(), units(), any::<Index>(), proptest::bool::weighted(0.5));
    prop_oneof![
        3 => (units(), any::<Index>(), proptest::bool::weighted(0.4)).prop_map(move |(size, offset, shifted)| {
            let offset = if shifted { offset.index(size as usize) as i64 * unit } else { 0 };
            Window::Tumbling { size: size * unit, offset }
        }),
        4 => hopping.prop_map(move |(one, other, offset, shifted)| {
            let (size, hop) = (one.max(other) * unit, one.min(other) * unit);
            // Finer than the grid of the times.
            let offset = if shifted { offset.index(hop as usize) as i64 } else { 0 };
            Window::Hopping { size, hop, offset }
        }),
        1 => Just(Window::All),
    ]
}
