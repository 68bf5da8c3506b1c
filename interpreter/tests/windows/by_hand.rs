//! A few runs with their rows in full, as a reader of the language's pages would expect them.

use crate::common::{rows, run};

fn one_bolt(window: &str, spout: &str, lines: &str) -> String {
    let text = format!(
        "topology small
         record Line {{ at: timestamp, n: int }}
         spout lines: Line {{ read file \"in\" as json  time at{spout} }}
         bolt counts {{ from lines  window {window}  select window_start, window_end, n = sum(n) }}
         sink rows {{ from counts  write file \"out\" as csv {{ header: false }} }}"
    );
    rows(&run(&text, Vec::new(), &[("lines", lines)]), "rows")
}

#[test]
fn weeks_begin_on_mondays() {
    // 2018-09-06 was a Thursday, 2018-09-09 a Sunday, 1969-12-28 too.
    let lines = "{\"at\":\"1969-12-28T23:59:59Z\",\"n\":1}\n{\"at\":\"2018-09-06T08:00:00Z\",\"n\":2}\n\
                 {\"at\":\"2018-09-09T23:59:59.999999999Z\",\"n\":4}\n{\"at\":\"2018-09-10T00:00:00Z\",\"n\":8}\n";
    assert_eq!(
        one_bolt("tumbling 1w", "", lines),
        "1969-12-22T00:00:00Z,1969-12-29T00:00:00Z,1\n\
         2018-09-03T00:00:00Z,2018-09-10T00:00:00Z,6\n\
         2018-09-10T00:00:00Z,2018-09-17T00:00:00Z,8\n"
    );
}

#[test]
fn windows_before_1970_are_on_the_same_grid() {
    let lines = "{\"at\":\"1969-12-31T23:59:49.5Z\",\"n\":1}\n{\"at\":\"1969-12-31T23:59:59.999999999Z\",\"n\":2}\n\
                 {\"at\":\"1970-01-01T00:00:00Z\",\"n\":4}\n";
    assert_eq!(
        one_bolt("tumbling 10s", "", lines),
        "1969-12-31T23:59:40Z,1969-12-31T23:59:50Z,1\n\
         1969-12-31T23:59:50Z,1970-01-01T00:00:00Z,2\n\
         1970-01-01T00:00:00Z,1970-01-01T00:00:10Z,4\n"
    );
}

#[test]
fn a_row_is_late_from_the_moment_that_the_watermark_reaches_its_window_s_end() {
    let line = |second: u32, n: u32| format!("{{\"at\":\"2018-09-06T08:00:{second:02}Z\",\"n\":{n}}}\n");
    // At 19 s the watermark stands one second before the end of the first window, at 20 s on it.
    let lines = [line(1, 1), line(19, 2), line(2, 4), line(20, 8), line(3, 16)].concat();
    assert_eq!(
        one_bolt("tumbling 10s", ", late by 10s", &lines),
        "2018-09-06T08:00:00Z,2018-09-06T08:00:10Z,5\n\
         2018-09-06T08:00:10Z,2018-09-06T08:00:20Z,2\n\
         2018-09-06T08:00:20Z,2018-09-06T08:00:30Z,8\n"
    );
}
