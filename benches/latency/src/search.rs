//! The largest rate that keeps the p99 within a limit.

use crate::run::Latencies;

/// How many rungs the ladder has between a rate and ten times that rate: each is 12 % above the one below.
const RUNGS_A_DECADE: u32 = 20;

/// The ladder's top is so many times its foot.
const DECADES: u32 = 2;

/// The largest rung of a ladder of rates that keeps the limit, by halving: six rungs are tried at most. One is too much when
/// it was so twice: one pause of a shared machine is no limit of the program.
pub(crate) fn largest(
    foot: u64,
    run: impl Fn(u64) -> Result<Latencies, String>,
) -> Result<Latencies, String> {
    let rung = |number: u32| {
        (foot as f64 * 10f64.powf(f64::from(number) / f64::from(RUNGS_A_DECADE))).round() as u64
    };
    let mut best = None;
    let (mut kept, mut too_much) = (0, DECADES * RUNGS_A_DECADE + 1);
    while kept < too_much {
        let middle = kept.midpoint(too_much);
        let mut tried = run(rung(middle))?;
        if !tried.is_within {
            tried = run(rung(middle))?;
        }
        if tried.is_within {
            kept = middle + 1;
            best = Some(tried);
        } else {
            too_much = middle;
        }
    }
    best.ok_or_else(|| format!("{foot} tuples/s are too much already"))
}
