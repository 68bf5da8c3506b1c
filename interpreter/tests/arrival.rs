//! `time arrival`: a tuple's event time is what the clock says when it comes in.

mod common;

use std::collections::BTreeMap;

use streamwright_interpreter::Program;
use streamwright_values::Timestamp;

const TOPOLOGY: &str = "
    topology arrivals
    record Line { line: string }
    spout lines: Line { read stdin as text  time arrival }
    bolt counts { from lines  window tumbling 1m  select window_start, n = count() }
    sink out { from counts  write stdout as json }
";

#[test]
fn tuples_fall_into_the_windows_of_their_arrival() {
    let topology = common::topology(TOPOLOGY);
    let program = Program::new(&topology, Vec::new()).unwrap();
    let inputs = BTreeMap::from([("lines".to_owned(), b"a\nb\nc\n".to_vec())]);
    let minutes = |minutes: i64| Timestamp(minutes * 60_000_000_000);
    let done = program.run_in_memory(&inputs, minutes(3)).unwrap();
    assert_eq!(common::rows(&done, "out"), "{\"window_start\":\"1970-01-01T00:03:00Z\",\"n\":3}\n");
    assert_eq!((done.summary.late, done.summary.acked), (0, 3));
}
