//! `split`: a row leaves by the first arm that takes it.

mod common;

use common::{rows, run};

const TRIAGE: &str = "
    topology triage
    record Reading { at: timestamp, name: string, score: float? }
    spout readings: Reading { read file \"readings.jsonl\" as json  time at, late by 1m }
";

const READINGS: &str = r#"{"at":"2026-01-01T00:00:01Z","name":"a","score":0.95}
{"at":"2026-01-01T00:00:02Z","name":"b","score":0.5}
{"at":"2026-01-01T00:00:03Z","name":"c"}
{"at":"2026-01-01T00:00:04Z","name":"d","score":0.0}
{"at":"2026-01-01T00:00:05Z","name":"e","score":1.0}
"#;

fn collected(nodes: &str) -> streamwright_interpreter::Collected {
    run(&format!("{TRIAGE}{nodes}"), Vec::new(), &[("readings", READINGS)])
}

#[test]
fn the_first_arm_that_takes_a_row_has_it() {
    let collected = collected(
        "bolt triage {
             from readings
             let s = score ?? -1.0
             split { hot when s > 0.9, warm when s > 0.4, cold when s >= 0.0 }
         }
         sink hot { from triage.hot  select name  write stdout as json }
         sink warm { from triage.warm  select name  write file \"w\" as json }
         sink cold { from triage.cold  select name  write file \"c\" as json }",
    );
    assert_eq!(rows(&collected, "hot"), "{\"name\":\"a\"}\n{\"name\":\"e\"}\n");
    assert_eq!(rows(&collected, "warm"), "{\"name\":\"b\"}\n");
    assert_eq!(rows(&collected, "cold"), "{\"name\":\"d\"}\n");
    assert_eq!((collected.summary.filtered, collected.summary.acked), (1, 5));
}

#[test]
fn conditions_behind_the_first_true_one_are_not_evaluated() {
    let collected = collected(
        "bolt triage {
             from readings
             split { none_ when score == none, high when 1.0 / (score ?? 0.0) > 1.0, rest otherwise }
         }
         sink n { from triage.none_  select name  write stdout as json }
         sink h { from triage.high  select name  write file \"h\" as json }
         sink r { from triage.rest  select name  write file \"r\" as json }",
    );
    assert_eq!(rows(&collected, "n"), "{\"name\":\"c\"}\n");
    assert_eq!(rows(&collected, "h"), "{\"name\":\"a\"}\n{\"name\":\"b\"}\n");
    assert_eq!(rows(&collected, "r"), "{\"name\":\"e\"}\n");
    assert_eq!(collected.unread.len(), 1);
    assert_eq!(collected.unread[0].input.as_deref(), Some("{\"score\":0.0}"));
}

#[test]
fn a_union_of_arms_has_the_rows_of_windows_arm_by_arm() {
    let collected = collected(
        "bolt counts {
             from readings
             group by name
             window tumbling 1h
             select name, n = count()
             split { late_letters when name > \"c\", early otherwise }
         }
         bolt both { from counts.late_letters, counts.early }
         sink out { from both  select name  write stdout as json }",
    );
    let names: String = ["d", "e", "a", "b", "c"].map(|name| format!("{{\"name\":\"{name}\"}}\n")).concat();
    assert_eq!(rows(&collected, "out"), names);
}
