//! What the macro makes gives no warning in a program that allows none; `matches` needs no feature to be asked for.

#![deny(warnings, missing_docs, unused, unreachable_pub, nonstandard_style, future_incompatible)]
#![forbid(unsafe_code)]

streamwright_macros::topology! {
    //! Slow answers.
    topology everything

    /// Slower than this is slow.
    param limit: duration = 1s
    param nobody_reads_it: int = 0

    record Answer { at: timestamp, path: string, took: duration, size: int?, from_cache: bool, userId: string? }
    spout answers: Answer { read stdin as json  time at, late by 10s }
    spout more: Answer { read file "more.csv" as csv  time at, late by 1m }
    bolt slow {
        from answers, more
        where took > limit && path matches r"^/api/" && (size ?? 0) >= 0
        where userId != none
        let self_ = userId
        let kind = if from_cache { "cache" } else { "store" }
        group by kind, path
        window hopping 1m every 10s
        select kind, path, window_start, hits = count(), mean = avg(size ?? 0), latest = last(took), a__b = max(self_)
    }
    bolt hourly { from slow  group by path  window tumbling 1h  select path, hits = sum(hits) }
    sink rows { from hourly  write stdout as csv }
    sink late { from slow.late  write discard }
    sink letters { from dead_letters  write file "letters.jsonl" as json }
}

fn main() {
    let _ = everything::main;
}
