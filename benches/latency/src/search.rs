//! The largest rate that keeps the p99 within a limit.

use crate::run::Latencies;

/// The answer is this near to the next rate that was too much.
const NEAR: f64 = 1.05;

/// Doubles the rate until it is too much, then halves what is between. A rate is too much when it was so twice: one pause of a
/// shared machine is no limit of the program.
pub(crate) fn largest(
    first: u64,
    limit_ns: u64,
    run: impl Fn(u64) -> Result<Latencies, String>,
) -> Result<Latencies, String> {
    let kept = |rate| -> Result<Option<Latencies>, String> {
        for _ in 0..2 {
            let latencies = run(rate)?;
            if latencies.histogram.value_at_quantile(0.99) <= limit_ns {
                return Ok(Some(latencies));
            }
        }
        Ok(None)
    };
    let mut best = kept(first)?.ok_or_else(|| format!("{first} tuples/s are too much already"))?;
    let mut too_much = loop {
        match kept(best.rate * 2)? {
            Some(latencies) => best = latencies,
            None => break best.rate * 2,
        }
    };
    while too_much as f64 > best.rate as f64 * NEAR {
        let middle = best.rate.midpoint(too_much);
        match kept(middle)? {
            Some(latencies) => best = latencies,
            None => too_much = middle,
        }
    }
    Ok(best)
}
