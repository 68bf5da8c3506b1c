//! Topologies of windows: as text, and as the oracle takes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::oracle::{Line, Row, Run};

/// A spout, with all that it will read.
#[derive(Clone, Debug)]
pub(crate) struct Spout {
    pub(crate) late_by: i64,
    pub(crate) ahead_by: Option<i64>,
    /// It drops tuples with this `n`.
    pub(crate) without: Option<i64>,
    pub(crate) lines: Vec<Line>,
}

/// A bolt with a window. Each input goes through a bolt of its own that keeps `k`, `n` and `x`.
#[derive(Clone, Debug)]
pub(crate) struct Bolt {
    pub(crate) name: String,
    /// Streams, each with the smallest `n` that it lets through.
    pub(crate) inputs: Vec<(usize, Option<i64>)>,
    /// Whether all inputs' rows have an event time.
    pub(crate) timed: bool,
    /// `where n >= …` in front of the window.
    pub(crate) guard: Option<i64>,
    /// Of `k` and `n`.
    pub(crate) keys: Vec<&'static str>,
    pub(crate) window: Window,
    pub(crate) of_x: OfX,
    /// Whether it has an aggregate whose filter divides by zero where `n` is 3.
    pub(crate) faulty: bool,
    /// `where c >= …` behind the window.
    pub(crate) having: Option<i64>,
}

/// Durations in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Window {
    Tumbling { size: i64, offset: i64 },
    Hopping { size: i64, hop: i64, offset: i64 },
    All,
}

impl Window {
    /// Whether the hop is a whole number of weeks.
    pub(crate) fn counts_from_monday(self) -> bool {
        const WEEK: i64 = 7 * 86_400_000_000_000;
        match self {
            Window::Tumbling { size: hop, .. } | Window::Hopping { hop, .. } => hop % WEEK == 0,
            Window::All => false,
        }
    }
}

/// How a window's `x` comes out of its rows'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfX {
    Sum,
    Avg,
    Min,
    Max,
    First,
    Last,
}

/// A key's part; ints order by value, texts by bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Text(String),
    Int(i64),
}

/// What nodes read and write, by numbers: the spouts' streams, then a bolt's own and its late one.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    /// As `from` names it.
    pub(crate) name: String,
    /// The sink that writes it.
    pub(crate) sink: String,
    /// The spouts that its rows come from.
    pub(crate) spouts: BTreeSet<usize>,
    /// Whether its rows have an event time.
    pub(crate) timed: bool,
}

/// A topology.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) spouts: Vec<Spout>,
    pub(crate) bolts: Vec<Bolt>,
    pub(crate) streams: Vec<Stream>,
}

impl Shape {
    pub(crate) fn new(spouts: Vec<Spout>) -> Shape {
        let stream = |index: usize| Stream {
            name: format!("spout_{index}"),
            sink: format!("rows_of_spout_{index}"),
            spouts: BTreeSet::from([index]),
            timed: true,
        };
        let streams = (0..spouts.len()).map(stream).collect();
        Shape { spouts, bolts: Vec::new(), streams }
    }

    /// Adds a bolt and its streams. Behind rows without event time there is no window but `all`.
    pub(crate) fn add(&mut self, mut bolt: Bolt) {
        bolt.timed = bolt.inputs.iter().all(|(stream, _)| self.streams[*stream].timed);
        if !bolt.timed {
            bolt.window = Window::All;
        }
        let inputs = bolt.inputs.iter().map(|(stream, _)| &self.streams[*stream]);
        let spouts: BTreeSet<usize> = inputs.flat_map(|stream| stream.spouts.clone()).collect();
        let timed = !matches!(bolt.window, Window::All);
        let name = &bolt.name;
        self.streams.push(Stream {
            name: name.clone(),
            sink: format!("rows_of_{name}"),
            spouts: spouts.clone(),
            timed,
        });
        if timed {
            let sink = format!("late_of_{name}");
            self.streams.push(Stream { name: format!("{name}.late"), sink, spouts, timed });
        }
        self.bolts.push(bolt);
    }

    /// What it does with its input: the rows of each stream, and what was counted.
    pub(crate) fn run(&self, clock: i64) -> (Run<'_>, Vec<Vec<Row>>) {
        let (mut run, mut streams) = Run::new(&self.spouts, clock);
        for (index, bolt) in self.bolts.iter().enumerate() {
            let narrowed = bolt.inputs.iter().map(|(stream, least)| run.narrowed(&streams[*stream], *least));
            let inputs: Vec<Vec<Row>> = narrowed.collect();
            let spouts = &self.streams[self.named(&bolt.name)].spouts;
            let (rows, late) = run.windowed(bolt, self.spouts.len() + index, spouts, &inputs);
            streams.push(rows);
            if !matches!(bolt.window, Window::All) {
                streams.push(late);
            }
        }
        (run, streams)
    }

    /// The number of a stream.
    pub(crate) fn named(&self, name: &str) -> usize {
        self.streams.iter().position(|stream| stream.name == name).expect("each bolt has a stream")
    }

    /// As a file.
    pub(crate) fn text(&self) -> String {
        let mut text = "topology windows\n\
             record Line { k: string, n: int, x: float, at: timestamp? as unix_ns }\n"
            .to_owned();
        for (index, spout) in self.spouts.iter().enumerate() {
            let without = spout.without.map_or_else(String::new, |n| format!("  where n != {n}"));
            let ahead = spout.ahead_by.map_or_else(String::new, |ahead| format!(", ahead by {ahead}ns"));
            let _ = writeln!(
                text,
                "spout spout_{index}: Line {{ read file \"in\" as json{without}  time at, late by {}ns{ahead} }}",
                spout.late_by
            );
        }
        for bolt in &self.bolts {
            self.bolt_text(bolt, &mut text);
        }
        for Stream { name, sink, .. } in &self.streams {
            let columns = match name {
                late if late.ends_with(".late") => "  select k, n, x, window_start, window_end",
                spout if spout.starts_with("spout_") => "  select k, n, x",
                _ => "",
            };
            let _ = writeln!(
                text,
                "sink {sink} {{ from {name}{columns}  write file \"{sink}\" as csv {{ header: false }} }}"
            );
        }
        text.push_str(
            "sink letters { from dead_letters  select spout, position, bolt, code\n    \
             write file \"letters\" as csv { header: false } }\n",
        );
        text
    }

    fn bolt_text(&self, bolt: &Bolt, text: &mut String) {
        let name = &bolt.name;
        let mut from = Vec::new();
        for (number, (stream, least)) in bolt.inputs.iter().enumerate() {
            let least = least.map_or_else(String::new, |n| format!("  where n >= {n}"));
            let stream = &self.streams[*stream].name;
            let _ = writeln!(text, "bolt {name}_{number} {{ from {stream}{least}  select k, n, x }}");
            from.push(format!("{name}_{number}"));
        }
        let _ = write!(text, "bolt {name} {{\n    from {}\n", from.join(", "));
        if let Some(least) = bolt.guard {
            let _ = writeln!(text, "    where n >= {least}");
        }
        if !bolt.keys.is_empty() {
            let _ = writeln!(text, "    group by {}", bolt.keys.join(", "));
        }
        let offset = |offset: i64| if offset == 0 { String::new() } else { format!(" offset {offset}ns") };
        let (window, bounds) = match bolt.window {
            Window::All => ("all".to_owned(), ""),
            Window::Tumbling { size, offset: by } => {
                (format!("tumbling {size}ns{}", offset(by)), "window_start, window_end, ")
            }
            Window::Hopping { size, hop, offset: by } => {
                (format!("hopping {size}ns every {hop}ns{}", offset(by)), "window_start, window_end, ")
            }
        };
        let key = if bolt.keys.contains(&"k") { "k" } else { "k = last(k)" };
        let n = if bolt.keys.contains(&"n") { "n" } else { "n = max(n)" };
        let of_x = format!("{:?}", bolt.of_x).to_lowercase();
        let share = if bolt.faulty { ", share = count(where 10 / (n - 3) > 2)" } else { "" };
        let _ = writeln!(
            text,
            "    window {window}\n    select {key}, {n}, x = {of_x}(x), {bounds}c = count(), large = count(where n > 2),\n        \
             sum_n = sum(n), avg_x = avg(x), avg_n = avg(n), min_x = min(x), max_x = max(x where n > 2),\n        \
             first_n = first(n), last_x = last(x), last_large = last(x where n > 2), sum_large = sum(x where n > 2){share}"
        );
        if let Some(least) = bolt.having {
            let _ = writeln!(text, "    where c >= {least}");
        }
        text.push_str("}\n");
    }
}
