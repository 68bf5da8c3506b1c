//! What would be generated for
//!
//! ```text
//! spout requests: Request { read file input as pattern "{client} {at}"  time at, late by 10s }
//! bolt per_client {
//!     from requests  group by client  window hopping 1m every hop
//!     select window_end, client, hits = count()
//! }
//! bolt noisy      { from per_client  where hits > threshold }
//! sink counts  { from per_client    write file "counts" }
//! sink alerts  { from noisy         write file "noisy" }
//! sink letters { from dead_letters  write file "letters" }
//! ```

use std::io::Write;

use streamwright::private as p;
use streamwright::private::aggregate::Merge;
use streamwright::private::aggregate::count::Count;
use streamwright::private::connectors::{discard, file, stdout};
use streamwright::private::values::{Fault, FaultCode, Type};
use streamwright::private::wire;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;

pub(crate) static INTERFACE: p::Interface<'static> = p::Interface {
    name: "by_hand",
    docs: "Counts requests per client per minute.",
    params: &[
        p::ParamInterface { name: "input", docs: "The log.", ty: Type::String, default: None },
        p::ParamInterface {
            name: "folder",
            docs: "Where rows go: `-` is standard output, `discard` nowhere.",
            ty: Type::String,
            default: Some("."),
        },
        p::ParamInterface { name: "threshold", docs: "More is noisy.", ty: Type::Int, default: Some("1") },
        p::ParamInterface {
            name: "hop",
            docs: "How far apart windows begin.",
            ty: Type::Duration,
            default: Some("1m"),
        },
    ],
};

/// What is known when the params are.
pub(crate) struct Program {
    input: String,
    folder: String,
    threshold: i64,
    hop: i64,
}

impl Program {
    pub(crate) fn make(params: &p::Params) -> Result<Box<dyn p::Topology>, String> {
        let (input, folder) = (params.string(0), params.string(1));
        Ok(Box::new(Program { input, folder, threshold: params.int(2), hop: params.duration(3).0 }))
    }

    fn windows(&self) -> p::Panes<Client, Hits> {
        p::Panes::new(p::Shape::Hopping { size: MINUTE, every: self.hop, offset: 0 })
    }

    fn sink(&self, name: &'static str, tagged: p::Tagged, dead_letters: bool) -> p::SinkLayout {
        let to = |connector, operand| p::Target::Bytes { connector, operand };
        let target = match self.folder.as_str() {
            "-" => to(&stdout::CONNECTOR, String::new()),
            "discard" => to(&discard::CONNECTOR, String::new()),
            folder => to(&file::CONNECTOR, format!("{folder}/{name}")),
        };
        p::SinkLayout { name, target, header: Vec::new(), tagged, dead_letters }
    }
}

impl p::Topology for Program {
    fn layout(&self) -> p::Layout {
        p::Layout {
            spouts: vec![p::SpoutLayout {
                name: "requests",
                source: p::Source::Bytes { connector: &file::CONNECTOR, operand: self.input.clone() },
                framing: p::Framing::Lines { keep_blank: false },
                header: false,
                timed: true,
                late_by: 10 * SECOND,
                idle_after: None,
                cuts: vec![p::Cut { boundary: p::Boundary { step: self.hop, offset: 0 }, classes: 1 }],
            }],
            stages: vec![p::StageLayout { name: "per_client", class: 0 }],
            exchanges: vec![p::ExchangeLayout { from: None, to: 0, tagged: p::Tagged::Never }],
            sinks: vec![
                self.sink("counts", p::Tagged::WithWorkers, false),
                self.sink("noisy", p::Tagged::WithWorkers, false),
                self.sink("letters", p::Tagged::Never, true),
            ],
            nodes: vec![
                p::NodeLayout { name: "requests", spout: true },
                p::NodeLayout { name: "per_client", spout: false },
                p::NodeLayout { name: "counts", spout: false },
                p::NodeLayout { name: "noisy", spout: false },
                p::NodeLayout { name: "alerts", spout: false },
                p::NodeLayout { name: "letters", spout: false },
            ],
        }
    }

    fn worker(&self) -> Box<dyn p::Worker + '_> {
        Box::new(Worker { program: self, combined: self.windows(), windows: self.windows() })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Client(String);

impl p::KeyBytes for Client {
    fn key_bytes(&self, out: &mut Vec<u8>) {
        p::values::order::append_string(out, &self.0);
    }
}

struct ClientRef<'a>(&'a str);

impl p::KeyRef<Client> for ClientRef<'_> {
    fn hash(&self) -> p::KeyHash {
        p::hash(self.0)
    }

    fn is(&self, key: &Client) -> bool {
        self.0 == key.0
    }

    fn to_key(&self) -> Client {
        Client(self.0.to_owned())
    }
}

/// What `per_client` keeps of a window, and what crosses the exchange.
#[derive(Debug, Default)]
struct Hits {
    tuples: u64,
    hits: Count,
}

impl Merge for Hits {
    fn merge(&mut self, later: &Hits) {
        self.tuples += later.tuples;
        self.hits.merge(&later.hits);
    }
}

impl Hits {
    fn add(&mut self) {
        self.tuples += 1;
        self.hits.add();
    }
}

struct Worker<'p> {
    program: &'p Program,
    combined: p::Panes<Client, Hits>,
    windows: p::Panes<Client, Hits>,
}

impl p::Worker for Worker<'_> {
    fn source(&mut self, root: &mut p::SourceRoot<'_>, out: &mut p::Outbox) {
        while let Some(item) = root.next() {
            let tag = p::Tag::Item(item.index);
            let request = match item.payload {
                p::Payload::End => Ok(None),
                ref payload => p::line(payload).and_then(request),
            };
            match request {
                Ok(None) => {}
                Ok(Some((client, at))) => {
                    root.observe(item.spout, at);
                    if root.alone() {
                        out.late(self.windows.add(&ClientRef(client), at, Hits::add, |_| {}));
                    } else {
                        self.combined.add(&ClientRef(client), at, Hits::add, |_| {});
                    }
                }
                Err(fault) => {
                    out.letter(&tag, 0, fault, p::line_shown(&item.payload));
                }
            }
            let alone = root.alone();
            if let Some(moved) = root.moved(out) {
                let (last, watermark) = (moved.item(), moved.watermark(0));
                if alone {
                    self.release(last, watermark, out);
                } else {
                    self.send(last, out);
                }
            }
        }
        if !root.alone() {
            self.send(root.index(), out);
        }
    }

    fn stage(&mut self, _stage: usize, root: &p::StageRoot<'_>, out: &mut p::Outbox) {
        for segment in root.segments() {
            for rows in root.rows(0, segment, p::Phase::Tuple) {
                let mut rows = wire::Reader::new(rows);
                while !rows.is_empty() {
                    let (pane, client) = (rows.i64(), ClientRef(rows.str()));
                    let partial = Hits { tuples: rows.u64(), hits: Count::decode(&mut rows) };
                    let missed = self.windows.add(&client, pane, |hits| hits.merge(&partial), |_| {});
                    out.late(missed * partial.tuples);
                }
            }
            if segment.closed {
                self.release(segment.last_item, segment.watermark(0), out);
            }
        }
    }

    fn letters(&mut self, letters: &[p::LetterRow<'_>], out: &mut p::Outbox) {
        for letter in letters {
            let row = out.row(2, &p::Tag::Item(0));
            let _ = writeln!(row, "{letter}");
        }
    }
}

impl Worker<'_> {
    /// What was combined, to the owners of the keys.
    fn send(&mut self, last_item: u32, out: &mut p::Outbox) {
        self.combined.drain(|pane, hash, client, partial| {
            let receiver = p::receiver(hash, out.workers());
            let row = out.part(0, receiver, p::Phase::Tuple, &p::Tag::Item(last_item));
            wire::put_i64(row, pane);
            wire::put_str(row, &client.0);
            wire::put_u64(row, partial.tuples);
            partial.hits.encode(row);
        });
    }

    /// Releases `per_client`, and passes its rows to `noisy` and the sinks.
    fn release(&mut self, item: u32, watermark: i64, out: &mut p::Outbox) {
        let threshold = self.program.threshold;
        self.windows.release(watermark, |end, client, kept| {
            let tag = p::Tag::Released { item, end, key: client, task: 0 };
            let hits = kept.hits.finish();
            let counts = out.row(0, &tag);
            let _ = writeln!(counts, "{} {} {hits}", end / SECOND, client.0);
            if hits > threshold {
                let noisy = out.row(1, &tag);
                let _ = writeln!(noisy, "{} {} {hits}", end / SECOND, client.0);
            } else {
                out.filtered(1);
            }
        });
    }
}

/// Client and event time of a line.
fn request(line: &[u8]) -> Result<Option<(&str, i64)>, Fault> {
    let malformed = || Fault::new(FaultCode::Malformed, "no time");
    let line = std::str::from_utf8(line).map_err(|_| Fault::new(FaultCode::NotUtf8, "not UTF-8"))?;
    let (client, at) = line.split_once(' ').ok_or_else(malformed)?;
    let at: i64 = at.parse().map_err(|_| malformed())?;
    Ok(Some((client, at * SECOND)))
}
