//! What differs between the interpreter's outcome and a compiled program's.

use std::fmt;

use serde_json::Value;
use streamwright::private::LetterRow;
use streamwright_dsl::topology::{Stream, Topology};
use streamwright_interpreter::{Collected, Letter};
use streamwright_tests::corpus::{Case, Inputs};

use crate::driver::Outcome;
use crate::settings::Setting;

/// All that it takes to repeat a difference.
pub(crate) struct Difference {
    pub(crate) name: String,
    text: String,
    input: String,
    setting: Setting,
    what: String,
}

impl Difference {
    pub(crate) fn new(case: &Case, input: &Inputs, setting: &Setting, what: String) -> Difference {
        let files = case.spouts.iter().zip(&input.spouts).chain(case.tables.iter().zip(&input.tables));
        let input = files.map(|(file, bytes)| format!("-- {}\n{}", file.name, bytes.escape_ascii()));
        Difference {
            name: case.name.clone(),
            text: format!(
                "{}\n{}\n{:?}",
                case.text,
                case.library.as_deref().unwrap_or_default(),
                case.params
            ),
            input: input.collect::<Vec<_>>().join("\n").replace("\\n", "\n"),
            setting: setting.clone(),
            what,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "==== {} {:?}\n{}\n{}", self.name, self.setting, self.text, self.input)?;
        write!(f, "{}", self.what)
    }
}

/// The first difference in a sink or a counter.
pub(crate) fn compare(
    case: &Case,
    topology: &Topology,
    expected: &Collected,
    actual: &Outcome,
) -> Option<String> {
    if let Some(difference) = counters(expected, &actual.summary) {
        return Some(format!(
            "{difference}\n{}",
            sinks(case, topology, expected, actual).unwrap_or_default()
        ));
    }
    sinks(case, topology, expected, actual).or_else(|| letters(topology, expected, actual.shown.as_deref()?))
}

/// Those that no sink reads: the first ten are shown.
fn letters(topology: &Topology, expected: &Collected, shown: &[String]) -> Option<String> {
    let mut inputs = topology.nodes.iter().flat_map(|node| &node.inputs);
    if inputs.any(|input| input.stream == Stream::DeadLetters) {
        return shown.first().map(|letter| format!("shown beside a sink of dead letters: {letter}"));
    }
    let row = |letter: &Letter| {
        let row = LetterRow {
            spout: letter.spout.as_deref(),
            position: letter.position.map(u64::cast_signed),
            bolt: letter.bolt.as_deref(),
            code: letter.fault.code,
            error: &letter.fault.message,
            input: letter.input.as_deref(),
        };
        format!("dead letter: {row}")
    };
    let wanted: Vec<String> = expected.unread.iter().take(10).map(row).collect();
    (wanted != shown).then(|| format!("dead letters, interpreted:\n{wanted:#?}\ncompiled:\n{shown:#?}"))
}

fn sinks(case: &Case, topology: &Topology, expected: &Collected, actual: &Outcome) -> Option<String> {
    let kept = |sink: &&String| topology.nodes.iter().any(|node| node.name == **sink);
    case.sinks.iter().filter(kept).find_map(|sink| {
        let none = Vec::new();
        let wanted = expected.sinks.get(sink).unwrap_or(&none);
        let got = actual.sinks.get(sink).unwrap_or(&none);
        (wanted != got).then(|| {
            let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            format!("sink {sink}, interpreted:\n{}sink {sink}, compiled:\n{}", show(wanted), show(got))
        })
    })
}

fn counters(expected: &Collected, summary: &str) -> Option<String> {
    let Ok(got) = serde_json::from_str::<Value>(summary) else { return Some(summary.to_owned()) };
    let of = |name: &str| got[name].as_u64().unwrap_or(u64::MAX);
    let adds_up = Some(of("in")) == of("acked").checked_add(of("dead_lettered"))
        && Some(of("rows_made")) == of("rows_written").checked_add(of("rows_dead_lettered"));
    if !adds_up {
        return Some(format!("the counters do not add up: {summary}"));
    }
    let wanted = &expected.summary;
    let pairs = [
        ("in", wanted.tuples),
        ("acked", wanted.acked),
        ("dead_lettered", wanted.dead_lettered),
        ("in_flight", 0),
        ("late", wanted.late),
        ("filtered", wanted.filtered),
        ("rows_made", wanted.rows_made),
        ("rows_written", wanted.rows_written),
        ("rows_dead_lettered", wanted.rows_dead_lettered),
    ];
    let differs = pairs.iter().find(|(name, wanted)| got[*name].as_u64() != Some(*wanted))?;
    Some(format!("counter {}: interpreted {}, compiled {}", differs.0, differs.1, got[differs.0]))
}
