//! What parses, and what the messages are.

use crate::diagnostic::{Colour, human};
use crate::source::{Source, Sources};

/// The findings of a text, rendered.
fn findings(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("t.topo", text));
    let (_, found) = super::parse(file, text);
    human(&found.into_sorted(), &sources, Colour::Never)
}

const EXAMPLE: &str = r#"
//! Counts requests per client per minute, and reports the noisy clients.
topology request_counter

/// More hits than this in one minute is noisy.
param threshold: int = 100

record Request {
    ip: ip,
    at: timestamp from "@timestamp" as unix_ms,
    method: string as "%d/%b" absent "-",
    path: string,
    /// The status.
    status: int,
    bytes: int?,
}

spout requests: Request {
    read file "access.jsonl" as json
    where status in 200..300 && path != "/" /* nested /* comment */ */
    let x = -1 + 2 * 3 ?? 4 < if a { b } else if c { d } else { e }
    time person?.at ?? auction?.at ?? bid?.at, late by 10s, ahead by 1h
}

spout made: Request {
    read generate { count: 1_000, rate: 5, fields: { ip: zipf(10_000), at: [1, 2,], }, }
    time at
}

bolt per_client tasks 4 {
    from requests as r by fields(ip), made
    where status < 500 // five hundred
    group by ip, r.path
    window tumbling 1m offset 30s
    select ip, window_start, hits = count(where x == 1), bytes = sum(bytes ?? 0 where status in [1, 2]), *, r.*
}

bolt all_of { from per_client.late window all select n = count() }
bolt hop { from per_client window hopping 5m every 1m select n = count(), t = try(int(x)) }
sink counts { from per_client  write file (input + ".gz") { compression: "none" } as csv { header: true } }
sink alerts { from dead_letters       write stdout as pattern r"x{y}" { a: 1 } }
sink p { from per_client write file output as json }
"#;

#[test]
fn the_language_of_this_version_parses() {
    assert_eq!(findings(EXAMPLE), "");
}
