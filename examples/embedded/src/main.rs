//! A nightly job round a topology: it counts, says in a sentence how that went, and fails where too much of the log could
//! not be read.

use std::process::ExitCode;

use streamwright::Summary;

streamwright_macros::topology! {
    //! Counts requests per client per minute.
    topology request_counter

    /// Where the requests come from.
    param input: string = "requests.jsonl"

    record Request { ip: ip, at: timestamp, path: string, status: int }

    spout requests: Request {
        read file input as json
        time at, late by 10s
    }

    bolt per_client {
        from requests
        where path != "/health"
        group by ip
        window tumbling 1m
        select ip, window_start, hits = count(), failed = count(where status >= 500)
    }

    sink counts { from per_client  write stdout as json }
    sink rejects { from dead_letters  write file "rejects.jsonl" as json }
}

/// More than this share of lines without sense is a log of something else.
const REJECTED_MOST: f64 = 0.2;

fn main() -> ExitCode {
    match request_counter::run(std::env::args_os().skip(1)) {
        Ok(summary) => judge(&summary),
        Err(error) => error.report(),
    }
}

fn judge(summary: &Summary) -> ExitCode {
    let Summary { read, dead_lettered, filtered, late, rows_written, .. } = summary;
    println!(
        "{read} lines: {filtered} of no interest, {late} too late, {dead_lettered} in rejects.jsonl; {rows_written} rows"
    );
    if *dead_lettered as f64 > *read as f64 * REJECTED_MOST {
        eprintln!("error: too many lines are no requests");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
