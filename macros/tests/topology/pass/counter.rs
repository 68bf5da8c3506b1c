//! Requests of a file, counted by client and minute.

streamwright_macros::topology! {
    topology request_counter

    /// Where the requests come from.
    param input: string
    /// Where the counts go.
    param output: string

    record Request { ip: ip, at: timestamp, status: int }
    spout requests: Request { read file input as json  time at, late by 10s }
    bolt per_client {
        from requests
        where status < 500 // the server's own faults do not count
        group by ip
        window tumbling 1m
        select ip, hits = count()
    }
    sink counts { from per_client  write file output as json }
}

const REQUESTS: &str = r#"{"ip":"10.0.0.1","at":"2026-03-02T08:00:01Z","status":200}
{"ip":"10.0.0.2","at":"2026-03-02T08:00:02Z","status":200}
{"ip":"10.0.0.1","at":"2026-03-02T08:00:03Z","status":404}
{"ip":"10.0.0.2","at":"2026-03-02T08:00:04Z","status":503}
"#;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("requests.jsonl");
    let output = folder.path().join("counts.jsonl");
    std::fs::write(&input, REQUESTS).unwrap();
    let arguments = ["--input".as_ref(), input.as_os_str(), "--output".as_ref(), output.as_os_str()];
    let summary = request_counter::run(arguments).unwrap();
    assert_eq!((summary.read, summary.filtered, summary.rows_written), (4, 1, 2));
    let text = std::fs::read_to_string(&output).unwrap();
    let mut rows: Vec<&str> = text.lines().collect();
    rows.sort_unstable();
    assert_eq!(rows, [r#"{"ip":"10.0.0.1","hits":2}"#, r#"{"ip":"10.0.0.2","hits":1}"#]);
}
