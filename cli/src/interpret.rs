//! `topo run --interpret`: the world round the interpreter. Files, standard input, the clock, and a summary at the end.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use streamwright::arguments::{self, Options, SummaryForm};
use streamwright::clock;
use streamwright::files::{self, Input, Piece};
use streamwright::signals;
use streamwright::{Error, Interface, LetterRow, ParamInterface, Unread, conclude};
use streamwright_dsl::connectors::{SinkConnector, SourceConnector};
use streamwright_dsl::topology::{NodeId, NodeKind, Topology};
use streamwright_interpreter::{
    Content, Environment, Letter, Output, Program, Record, RecordSource, Records, RunError, Summary, framing,
};
use streamwright_values::dataflow::SILENCE_TOLD_EVERY_NS;
use streamwright_values::format::lines::{self, Cutter, Framing};
use streamwright_values::text;

use crate::Outcome;
use crate::tables::Tables;

/// Read at once from a source.
const PIECE: usize = 64 * 1024;

/// Runs a topology with the arguments that its compiled program takes, and ends as that would.
pub(crate) fn run(topology: &Topology, given: Vec<OsString>) -> Outcome {
    let (result, form) = match options(topology, given) {
        Ok(options) => (interpret(topology, &options), options.summary),
        Err(error) => (Err(Error::Arguments(error)), SummaryForm::None),
    };
    Outcome::Ended(conclude(&result, form))
}

fn interpret(topology: &Topology, options: &Options) -> Result<streamwright::Summary, Error> {
    let started = Instant::now();
    let program = Program::new(topology, options.params.values().to_vec())
        .map_err(|error| Error::Start(error.to_string()))?;
    let tables = Tables::read(topology, &program).map_err(Error::Start)?;
    signals::listen().map_err(|error| Error::Start(format!("cannot listen to signals: {error}")))?;
    let inputs = inputs(topology, &program).map_err(Error::Start)?;
    let record_max = options.record_max();
    let mut sinks = Sinks::open(topology, &program, &inputs).map_err(Error::Start)?;
    let records = records(topology, &program, inputs, options);
    let clock = || options.clock.unwrap_or_else(clock::now);
    let tables = || tables.now(clock());
    let environment =
        Environment { records, tables: &tables, record_max, clock: &clock, stop: &signals::stop_requested };
    let ran = program.run(environment, &mut sinks);
    sinks.unread.finish();
    match ran {
        Ok(summary) => Ok(told(&summary, started)),
        Err(stopped) => Err(Error::Stopped(why(&stopped.error), told(&stopped.summary, started))),
    }
}

/// What the command line says.
fn options(topology: &Topology, given: Vec<OsString>) -> Result<Options, clap::Error> {
    let docs = topology.docs.join("\n");
    let shown: Vec<(String, Option<String>)> = topology
        .params
        .iter()
        .map(|param| {
            let default = param.default.as_ref().map(|value| {
                let mut form = Vec::new();
                text::write_value(&mut form, value);
                String::from_utf8_lossy(&form).into_owned()
            });
            (param.docs.join("\n"), default)
        })
        .collect();
    let params: Vec<ParamInterface<'_>> = topology
        .params
        .iter()
        .zip(&shown)
        .map(|(param, (docs, default))| ParamInterface {
            name: &param.name,
            docs,
            ty: param.ty.clone(),
            default: default.as_deref(),
        })
        .collect();
    arguments::parse(&Interface { name: &topology.name, docs: &docs, params: &params }, given)
}

/// Files name themselves in their faults, as in a compiled program; the name of the node says nothing more.
fn why(error: &RunError) -> String {
    match error {
        RunError::Read { error, .. } | RunError::Write { error, .. } => error.to_string(),
        RunError::Header { .. } | RunError::Table { .. } | RunError::TooMuch { .. } => error.to_string(),
    }
}

fn told(summary: &Summary, started: Instant) -> streamwright::Summary {
    streamwright::Summary {
        read: summary.tuples,
        acked: summary.acked,
        dead_lettered: summary.dead_lettered,
        in_flight: summary.tuples - summary.acked - summary.dead_lettered,
        late: summary.late,
        filtered: summary.filtered,
        rows_made: summary.rows_made,
        rows_written: summary.rows_written,
        rows_dead_lettered: summary.rows_dead_lettered,
        rows_in_flight: summary.rows_made - summary.rows_written - summary.rows_dead_lettered,
        seconds: started.elapsed().as_secs_f64(),
        ..streamwright::Summary::default()
    }
}

/// Opens every spout's input.
fn inputs(topology: &Topology, program: &Program<'_>) -> Result<Vec<(NodeId, Input)>, String> {
    let mut inputs = Vec::new();
    for (at, node) in topology.nodes.iter().enumerate() {
        let id = NodeId(at);
        let NodeKind::Spout(spout) = &node.kind else { continue };
        let input = match &spout.source {
            SourceConnector::Bytes { end, .. } => Input::connect(end.connector, program.operand(id)),
            SourceConnector::Generate(_) | SourceConnector::Own { .. } => continue,
        };
        inputs.push((id, input?));
    }
    Ok(inputs)
}

fn records<'a>(
    topology: &Topology,
    program: &Program<'_>,
    inputs: Vec<(NodeId, Input)>,
    options: &Options,
) -> HashMap<NodeId, Records<'a>> {
    let records = inputs.into_iter().filter_map(|(id, input)| {
        let NodeKind::Spout(spout) = &topology.node(id).kind else { return None };
        // A file has all its tuples already, and where the clock stands still nothing is long.
        let live = !input.is_kept() && options.clock.is_none();
        let idle_after = program.idle_after(id).filter(|_| live);
        let stream = Stream::new(input, framing(spout)?, options.record_max(), idle_after);
        let records: Records<'a> = Box::new(stream);
        Some((id, records))
    });
    records.collect()
}

/// The records of a stream of bytes.
struct Stream {
    input: Input,
    framing: Framing,
    record_max: usize,
    cutter: Cutter,
    /// Cut and not yet taken.
    ready: VecDeque<Record>,
    /// The lines before what comes next.
    lines: u64,
    ended: bool,
    /// After how many nanoseconds without a record that is told.
    idle_after: Option<i64>,
    /// The clock's reading when a record was taken last, or when its absence was told last.
    told: i64,
    /// How long nothing may come from then on until it is told.
    patience: i64,
}

impl Stream {
    fn new(input: Input, framing: Framing, record_max: usize, idle_after: Option<i64>) -> Stream {
        let cutter = Cutter::new(framing, record_max);
        let (ready, lines, ended) = (VecDeque::new(), 0, false);
        let (told, patience) = (clock::now().0, idle_after.unwrap_or(0));
        Stream { input, framing, record_max, cutter, ready, lines, ended, idle_after, told, patience }
    }

    /// How long nothing has come, where that is to be told before anything else comes.
    fn silence(&mut self) -> io::Result<Option<i64>> {
        if self.idle_after.is_none() {
            return Ok(None);
        }
        loop {
            let silence = clock::now().0.saturating_sub(self.told);
            let left = self.patience.max(1).saturating_sub(silence);
            if left <= 0 {
                // Nobody may have looked for longer than that.
                if self.input.wait(Duration::ZERO)? {
                    return Ok(None);
                }
                (self.told, self.patience) = (self.told.saturating_add(silence), SILENCE_TOLD_EVERY_NS);
                return Ok(Some(silence));
            }
            // Rounded up: the system counts milliseconds.
            let longest = Duration::from_nanos(left.unsigned_abs()) + Duration::from_millis(1);
            if self.input.wait(longest)? {
                return Ok(None);
            }
        }
    }

    fn taken(&mut self) {
        if let Some(after) = self.idle_after {
            (self.told, self.patience) = (clock::now().0, after);
        }
    }

    /// Reads a piece, and cuts it.
    fn refill(&mut self) -> io::Result<()> {
        let mut piece = [0; PIECE];
        let read = self.input.read(&mut piece)?;
        let Stream { input, framing, record_max, cutter, ready, lines, .. } = self;
        let mut each = |cut: lines::Cut| {
            let mut records = lines::Records::of(*framing, &cut, *record_max);
            for mut record in records.by_ref() {
                record.line += *lines;
                ready.push_back(record.into());
            }
            *lines += records.lines();
        };
        self.ended = !matches!(read, Piece::Bytes(_));
        match read {
            Piece::Bytes(length) => cutter.push(&piece[..length], &mut each),
            Piece::End => cutter.finish(&mut each),
            // Of a file, the line that has begun still stands there.
            Piece::Stopped if input.is_kept() => {}
            Piece::Stopped => cutter.stop(&mut each),
        }
        Ok(())
    }
}

impl RecordSource for Stream {
    fn is_ready(&mut self) -> io::Result<bool> {
        let due = clock::now().0.saturating_sub(self.told) >= self.patience;
        Ok(due || self.ended || !self.ready.is_empty() || self.input.wait(Duration::ZERO)?)
    }

    fn record(&mut self) -> Option<io::Result<Record>> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                self.taken();
                return Some(Ok(record));
            }
            if self.ended {
                return None;
            }
            let ready = match self.silence() {
                Ok(Some(silence)) => {
                    let content = Content::Silence(silence);
                    return Some(Ok(Record { line: self.lines, content, clock: None }));
                }
                Ok(None) => self.refill(),
                Err(error) => Err(error),
            };
            if let Err(error) = ready {
                self.ended = true;
                return Some(Err(io::Error::other(self.input.cannot(&error))));
            }
        }
    }
}

/// Where rows go.
struct Sinks {
    /// Not buffered: a row counts as written when the system has it.
    files: HashMap<NodeId, files::Output>,
    unread: Unread,
}

impl Sinks {
    fn open(topology: &Topology, program: &Program<'_>, inputs: &[(NodeId, Input)]) -> Result<Sinks, String> {
        let mut opened = Vec::new();
        for (at, node) in topology.nodes.iter().enumerate() {
            let NodeKind::Sink(connector) = &node.kind else { continue };
            let output = match connector {
                // A program with own Rust does not start here.
                SinkConnector::Own(_) => continue,
                SinkConnector::Bytes { end, .. } => {
                    files::Output::connect(end.connector, program.operand(NodeId(at)))?
                }
            };
            opened.extend(output.map(|output| (NodeId(at), output)));
        }
        let inputs: Vec<&Input> = inputs.iter().map(|(_, input)| input).collect();
        let outputs: Vec<&files::Output> = opened.iter().map(|(_, output)| output).collect();
        files::check_apart(&inputs, &outputs)?;
        let mut files = HashMap::new();
        for (id, mut output) in opened {
            // The header, where there is one, comes with the first rows.
            output.begin(b"")?;
            files.insert(id, output);
        }
        Ok(Sinks { files, unread: Unread::default() })
    }
}

impl Output for Sinks {
    fn write(&mut self, sink: NodeId, line: &[u8]) -> io::Result<()> {
        let Some(file) = self.files.get_mut(&sink) else { return Ok(()) };
        file.write_all(line).map_err(|error| io::Error::other(file.cannot(&error)))
    }

    fn unread(&mut self, letter: &Letter) {
        self.unread.tell(&LetterRow {
            spout: letter.spout.as_deref(),
            position: letter.position.map(u64::cast_signed),
            bolt: letter.bolt.as_deref(),
            code: letter.fault.code,
            error: &letter.fault.message,
            input: letter.input.as_deref(),
        });
    }
}
