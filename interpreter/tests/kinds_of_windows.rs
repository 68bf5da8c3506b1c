//! The kinds of windows, and `top`: a run for each rule of the language's page.

mod common;

use common::{rows, run};

/// Lines of a key, a second and a number.
type Lines<'a> = &'a [(&'a str, i64, i64)];

/// Runs one bolt over lines, which may be late by so many seconds, and gives its rows and its late ones, with times as
/// minutes and seconds.
fn run_bolt(late_by: u32, bolt: &str, lines: Lines<'_>) -> (String, String) {
    let text = format!(
        "topology kinds
         record Line {{ at: timestamp as unix_s, k: string, n: int, until: timestamp? as unix_s }}
         spout lines: Line {{ read file \"in\" as json  time at, late by {late_by}s }}
         bolt b {{ from lines  {bolt} }}
         sink main {{ from b  write file \"main\" as csv {{ header: false }} }}"
    );
    let has_late = ["tumbling 10s", "hopping", "session", "until", "trailing 10s"];
    let late = "sink late { from b.late  select k, n, window_start, window_end
                    write file \"late\" as csv { header: false } }";
    let text = if has_late.iter().any(|kind| bolt.contains(kind)) { text + late } else { text };
    let line = |(k, at, n): &(&str, i64, i64)| {
        format!("{{\"at\":{at},\"k\":\"{k}\",\"n\":{n},\"until\":{}}}\n", 10 * n)
    };
    let input: String = lines.iter().map(line).collect();
    let collected = run(&text, Vec::new(), &[("lines", &input)]);
    let shown = |sink: &str| rows(&collected, sink).replace("1970-01-01T00:", "").replace('Z', "");
    let late = if text.contains("sink late") { shown("late") } else { String::new() };
    (shown("main"), late)
}

fn main_rows(late_by: u32, bolt: &str, lines: Lines<'_>) -> String {
    run_bolt(late_by, bolt, lines).0
}

const SESSION: &str = "group by k  window session 10s  select k, window_start, window_end, n = sum(n)";

#[test]
fn a_session_ends_a_gap_behind_its_last_row() {
    let lines = [("a", 0, 1), ("b", 5, 2), ("a", 9, 4), ("a", 19, 8), ("a", 28, 16)];
    assert_eq!(main_rows(0, SESSION, &lines), "b,00:05,00:15,2\na,00:00,00:19,5\na,00:19,00:38,24\n");
}

#[test]
fn a_row_between_two_sessions_makes_one_of_them() {
    let lines = [("a", 0, 1), ("a", 15, 2), ("a", 8, 4)];
    assert_eq!(main_rows(20, SESSION, &lines), "a,00:00,00:25,7\n");
}

#[test]
fn a_row_is_late_for_a_session_that_would_be_over() {
    // At the watermark of 20 s a row of 10 s alone would be over; but it joins the session of 15 s.
    let lines = [("a", 15, 1), ("b", 20, 2), ("b", 11, 4), ("a", 10, 8), ("c", 10, 16)];
    let (main, late) = run_bolt(0, SESSION, &lines);
    assert_eq!(main, "a,00:10,00:25,9\nb,00:11,00:30,6\n");
    assert_eq!(late, "c,16,00:10,00:20\n");
}

#[test]
fn a_session_is_no_longer_than_the_longest() {
    let bolt = "group by k  window session 10s max 20s  select window_start, window_end, n = sum(n)";
    let lines = [("a", 0, 1), ("a", 5, 2), ("a", 10, 4), ("a", 11, 8), ("a", 19, 16)];
    assert_eq!(main_rows(0, bolt, &lines), "00:00,00:20,7\n00:11,00:29,24\n");
    // What comes in between joins the session before it, if that has room, else the one behind it.
    let lines = [("a", 0, 1), ("a", 9, 2), ("a", 14, 4), ("a", 10, 8), ("a", 11, 16)];
    assert_eq!(main_rows(20, bolt, &lines), "00:00,00:20,11\n00:11,00:24,20\n");
}

#[test]
fn until_is_a_window_for_each_end() {
    let bolt = "where until != none  group by k  window until until  select k, window_start, window_end, c = count()";
    // The end is ten times the number.
    let lines =
        [("a", 7, 2), ("a", 3, 2), ("b", 8, 2), ("a", 9, 1), ("a", 20, 3), ("a", 21, 2), ("a", 22, 9)];
    let (main, late) = run_bolt(5, bolt, &lines);
    assert_eq!(main, "a,00:09,00:10,1\na,00:03,00:20,3\nb,00:08,00:20,1\na,00:20,00:30,1\na,00:22,01:30,1\n");
    assert_eq!(late, "");
    let (_, late) = run_bolt(0, bolt, &lines);
    assert_eq!(late, "a,2,00:21,00:20\n");
}

#[test]
fn a_window_of_rows_leaves_when_it_is_full_and_the_rest_at_the_end() {
    let bolt = "group by k  window tumbling 2 rows  select k, n = sum(n), last = max(at)";
    let lines = [("b", 5, 1), ("a", 1, 2), ("a", 9, 4), ("b", 0, 8), ("b", 2, 16), ("a", 3, 32)];
    assert_eq!(main_rows(0, bolt, &lines), "a,6,00:09\nb,9,00:05\na,32,00:03\nb,16,00:02\n");
}

#[test]
fn rows_of_a_window_of_rows_have_the_time_of_its_last_one() {
    let bolt = "group by k  window tumbling 2 rows  select n = sum(n)}
                bolt c { from b  window tumbling 10s  select window_start, n = sum(n)";
    let text = format!("{bolt} }} sink outer {{ from c  write file \"o\" as csv {{ header: false }}");
    let lines = [("a", 1, 1), ("a", 9, 2), ("b", 11, 4), ("a", 12, 8), ("b", 25, 16), ("a", 13, 32)];
    let text = format!(
        "topology t record Line {{ at: timestamp as unix_s, k: string, n: int }}
         spout lines: Line {{ read file \"in\" as json  time at, late by 20s }}
         bolt b {{ from lines {text} }}"
    );
    let input: String =
        lines.iter().map(|(k, at, n)| format!("{{\"at\":{at},\"k\":\"{k}\",\"n\":{n}}}\n")).collect();
    let collected = run(&text, Vec::new(), &[("lines", &input)]);
    assert_eq!(
        rows(&collected, "outer"),
        "1970-01-01T00:00:00Z,3\n1970-01-01T00:00:10Z,40\n1970-01-01T00:00:20Z,20\n"
    );
}

#[test]
fn a_trailing_window_reaches_back_from_each_tuple() {
    let bolt = "group by k  window trailing 10s  select k, at, n, sum = sum(n), rows = count()";
    // 00:10 is 10 s behind 00:00, which is out; what came later is not in it, whatever its time.
    let lines =
        [("a", 0, 1), ("a", 10, 2), ("b", 12, 4), ("a", 12, 8), ("a", 11, 16), ("a", 12, 32), ("a", 1, 64)];
    let (main, late) = run_bolt(5, bolt, &lines);
    assert_eq!(
        main,
        "a,00:00,1,1,1\na,00:10,2,2,1\nb,00:12,4,4,1\na,00:12,8,10,2\na,00:11,16,18,2\na,00:12,32,58,4\n"
    );
    assert_eq!(late, "a,64,59:51,00:01\n".replace("59:51", "1969-12-31T23:59:51"));
}

#[test]
fn a_trailing_window_of_rows_goes_by_input_order() {
    let bolt = "group by k  window trailing 2 rows  select k, n, sum = sum(n), first = first(n)";
    let lines = [("a", 5, 1), ("a", 0, 2), ("b", 0, 4), ("a", 3, 8)];
    assert_eq!(main_rows(0, bolt, &lines), "a,1,1,1\na,2,3,2\nb,4,4,4\na,8,10,2\n");
}

#[test]
fn a_running_window_takes_in_all_rows_so_far() {
    let bolt = "group by k  window running  select *, sum = sum(n)";
    let lines = [("a", 5, 1), ("b", 0, 2), ("a", 900, 4)];
    let main = main_rows(0, bolt, &lines);
    assert_eq!(main, "00:05,a,1,00:10,1\n00:00,b,2,00:20,2\n15:00,a,4,00:40,5\n");
}

#[test]
fn a_running_window_forgets_by_the_row_s_time_or_the_watermark_s() {
    let bolt = "group by k  window running for 10s  select k, sum = sum(n)";
    // At 10 s by its own time; at 14 s a row of 5 s, because the watermark is 14 s; but not a row of 13 s of the 13th second.
    let lines =
        [("a", 0, 1), ("a", 9, 2), ("a", 4, 4), ("b", 13, 8), ("a", 13, 16), ("b", 14, 32), ("a", 5, 64)];
    assert_eq!(main_rows(0, bolt, &lines), "a,1\na,3\na,7\nb,8\na,23\nb,40\na,87\n");
    let lines = [("a", 4, 4), ("b", 13, 8), ("a", 3, 16), ("b", 14, 32), ("a", 5, 64)];
    assert_eq!(main_rows(0, bolt, &lines), "a,4\nb,8\na,20\nb,40\na,64\n");
    // A row that comes out of order shortens nothing: the latest one counts.
    let lines = [("a", 4, 4), ("a", 13, 16), ("a", 4, 1), ("b", 14, 32), ("a", 5, 64)];
    assert_eq!(main_rows(0, bolt, &lines), "a,4\na,20\na,21\nb,32\na,85\n");
}

#[test]
fn late_rows_that_are_allowed_send_their_window_again() {
    let bolt = "group by k  window tumbling 10s allow late 10s
                select k, window_start, revision, is_final, n = sum(n)";
    let lines =
        [("a", 1, 1), ("a", 12, 2), ("a", 3, 4), ("b", 19, 8), ("b", 9, 16), ("a", 20, 32), ("a", 4, 64)];
    let (main, late) = run_bolt(0, bolt, &lines);
    assert_eq!(
        main,
        "a,00:00,0,false,1\na,00:00,1,false,5\nb,00:00,0,false,16\n\
         a,00:10,0,false,2\nb,00:10,0,false,8\na,00:20,0,true,32\n"
    );
    assert_eq!(late, "a,64,00:00,00:10\n");
}

#[test]
fn early_rows_leave_as_event_time_passes() {
    let bolt = "window tumbling 10s emit every 2s  select window_start, revision, is_final, n = sum(n)";
    // Nothing new between 4 s and 8 s; two ticks at once are one row; no early row at the end itself.
    let lines = [("a", 1, 1), ("a", 4, 2), ("a", 5, 4), ("a", 8, 8), ("a", 9, 16), ("a", 10, 32)];
    assert_eq!(
        main_rows(0, bolt, &lines),
        "00:00,0,false,3\n00:00,1,false,15\n00:00,2,true,31\n00:10,0,true,32\n"
    );
}

#[test]
fn a_session_may_say_how_it_is_by_now() {
    let bolt = "group by k  window session 10s emit every 5s
                select k, window_start, window_end, revision, is_final, n = sum(n)";
    // The first session of a has left once when a row makes one of it and the second.
    let lines = [("a", 1, 1), ("a", 14, 2), ("b", 22, 4), ("a", 9, 8), ("b", 23, 16), ("b", 44, 32)];
    let main = main_rows(15, bolt, &lines);
    assert_eq!(
        main,
        "a,00:01,00:11,0,false,1\na,00:01,00:24,1,true,11\n\
         b,00:22,00:33,0,false,20\nb,00:22,00:33,1,true,20\nb,00:44,00:54,0,true,32\n"
    );
}

#[test]
fn a_window_over_everything_may_say_how_it_is_by_now() {
    let bolt = "group by k  window all emit every 10s  select k, revision, is_final, n = sum(n)";
    // 10 s lies behind the first row, and is reached at 12 s, when b has come; 20 s and 30 s are passed at once.
    let lines = [("a", 3, 1), ("b", 12, 2), ("a", 13, 4), ("a", 35, 8), ("b", 36, 16)];
    let main = main_rows(0, bolt, &lines);
    assert_eq!(main, "a,0,false,1\na,1,false,13\nb,0,false,2\na,2,true,13\nb,1,true,18\n");
}

#[test]
fn early_rows_leave_at_the_beginning_of_all_times_too() {
    let text = "topology t
        record R { at: timestamp as unix_ns }
        spout s: R { read file \"s\" as json  time at }
        bolt b { from s  window until at + 1s emit every 700ms  select n = count() }
        sink out { from b  write file \"out\" as json }";
    let lines = format!("{{\"at\": {}}}\n{{\"at\": {}}}\n", i64::MIN + 1, i64::MIN + 2);
    let collected = run(text, Vec::new(), &[("s", &lines)]);
    assert_eq!(rows(&collected, "out").lines().count(), 2);
}

#[test]
fn early_rows_and_rows_on_time_leave_in_the_order_of_ends() {
    let bolt = "group by k  window hopping 10s every 5s emit every 5s allow late 5s
                select k, window_start, revision, is_final, n = sum(n)";
    let lines = [("a", 6, 1), ("b", 11, 2), ("a", 16, 4)];
    assert_eq!(
        main_rows(0, bolt, &lines),
        "a,00:00,0,false,1\n\
         a,00:00,1,false,1\na,00:05,0,false,1\nb,00:05,0,false,2\n\
         a,00:05,1,false,1\nb,00:05,1,false,2\na,00:10,0,false,4\nb,00:10,0,false,2\n\
         a,00:10,1,true,4\nb,00:10,1,true,2\na,00:15,0,true,4\n"
    );
}

#[test]
fn top_before_select_lets_the_tuples_of_each_group_leave() {
    let bolt = "group by k  window tumbling 10s  top 2 by n";
    let lines = [("a", 1, 5), ("b", 2, 1), ("a", 3, 7), ("a", 4, 6), ("a", 11, 1)];
    assert_eq!(
        main_rows(0, bolt, &lines),
        "00:03,a,7,01:10,00:00,00:10,1\n00:04,a,6,01:00,00:00,00:10,2\n00:02,b,1,00:10,00:00,00:10,1\n\
         00:11,a,1,00:10,00:10,00:20,1\n"
    );
}

#[test]
fn of_equal_rows_the_earlier_comes_first_and_ties_share_a_rank() {
    let lines = [("a", 4, 5), ("b", 2, 5), ("c", 4, 5), ("d", 1, 3), ("e", 1, 9), ("f", 0, 3)];
    let top = |count: u32, ties: &str| {
        let bolt = format!("from_all  window all  top {count} by n {ties}  select k, rank");
        main_rows(9, &bolt.replace("from_all", ""), &lines)
    };
    assert_eq!(top(3, ""), "e,1\nb,2\na,3\n");
    assert_eq!(top(2, "with ties"), "e,1\nb,2\na,2\nc,2\n");
    assert_eq!(top(4, "with ties"), "e,1\nb,2\na,2\nc,2\n");
    assert_eq!(top(5, "with ties"), "e,1\nb,2\na,2\nc,2\nf,5\nd,5\n");
    assert_eq!(main_rows(9, "window all  top 2 by n asc, k  select k, rank", &lines), "f,1\nd,2\n");
}

#[test]
fn top_behind_select_takes_the_rows_of_each_window() {
    let bolt = "group by k  window hopping 10s every 5s  select k, window_start, n = sum(n)
                top 1 by n with ties  where n > 1";
    let lines = [("a", 1, 5), ("b", 2, 5), ("b", 6, 1), ("a", 12, 1), ("b", 13, 1)];
    assert_eq!(
        main_rows(0, bolt, &lines),
        "a,1969-12-31T23:59:55,5,1\nb,1969-12-31T23:59:55,5,1\nb,00:00,6,1\n\
         b,00:05,2,1\n"
    );
}

#[test]
fn the_rows_of_a_top_have_the_time_of_its_window() {
    let bolt = "group by k  window tumbling 10s  top 1 by n  select k, n
                }  bolt c { from b  window tumbling 10s  select window_start, n = sum(n), c = count() }
                bolt d { from c  where c > 0";
    let lines = [("a", 1, 5), ("a", 2, 6), ("b", 3, 7), ("a", 12, 1), ("b", 40, 1)];
    let text = format!(
        "topology t record Line {{ at: timestamp as unix_s, k: string, n: int }}
         spout lines: Line {{ read file \"in\" as json  time at }}
         bolt b {{ from lines {bolt} }}
         sink outer {{ from d  write file \"o\" as csv {{ header: false }} }}"
    );
    let input: String =
        lines.iter().map(|(k, at, n)| format!("{{\"at\":{at},\"k\":\"{k}\",\"n\":{n}}}\n")).collect();
    let collected = run(&text, Vec::new(), &[("lines", &input)]);
    assert_eq!(
        rows(&collected, "outer"),
        "1970-01-01T00:00:00Z,13,2\n1970-01-01T00:00:10Z,1,1\n1970-01-01T00:00:40Z,1,1\n"
    );
}
