//! How a compiled program is started: over the inputs of a topology, every number of workers meets every cut and bound.

/// Flags of one run.
#[derive(Clone, Debug)]
pub(crate) struct Setting(pub Vec<String>);

/// Four runs an input, one for each number of workers.
pub(crate) fn of(input: usize) -> Vec<Setting> {
    [1, 2, 3, 8].into_iter().enumerate().map(|(at, workers)| setting(input + at, input, workers)).collect()
}

fn setting(turn: usize, input: usize, workers: usize) -> Setting {
    let cut = match turn % 7 {
        0 => None,
        1 => Some("--root-size=1".to_owned()),
        2 => Some("--root-size=2".to_owned()),
        3 => Some("--root-size=7".to_owned()),
        4 => Some("--root-size=4096".to_owned()),
        5 => Some(format!("--root-cuts={input}")),
        _ => Some(format!("--root-bytes={}", 1 + input % 97)),
    };
    // How many roots may be in flight: one, few, or as many as there are by default.
    let slots = match (input / 7 + turn) % 4 {
        0 => Some("--slots=1".to_owned()),
        1 => Some("--slots=3".to_owned()),
        _ => None,
    };
    Setting(std::iter::once(format!("--workers={workers}")).chain(cut).chain(slots).collect())
}
