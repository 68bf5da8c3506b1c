//! `topo run --interpret`: the world round the interpreter. Files, standard input, the clock, and a summary at the end.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use signal_hook::consts::{SIGINT, SIGTERM};
use streamwright::arguments::{self, Options, SummaryForm};
use streamwright::private::LetterRow;
use streamwright::{Interface, ParamInterface};
use streamwright_dsl::connectors::{SinkConnector, SourceConnector};
use streamwright_dsl::topology::{NodeId, NodeKind, Topology};
use streamwright_interpreter::{Environment, Letter, Output, Program, Record, Records, Summary, framing};
use streamwright_values::format::lines::{self, Cutter, Framing};
use streamwright_values::{Timestamp, text};

use crate::fault::Fault;
use crate::{Outcome, output};

/// Read at once from a source.
const PIECE: usize = 64 * 1024;
/// Letters that no sink reads are shown up to this many, and counted.
const SHOWN: usize = 10;

/// Runs a topology with the arguments that its compiled program takes.
///
/// # Errors
/// Arguments, files or constants that cannot be used; an output that fails.
pub(crate) fn run(topology: &Topology, given: Vec<OsString>) -> Result<Outcome, Fault> {
    let started = Instant::now();
    let Some(options) = options(topology, given)? else { return Ok(Outcome::Fine) };
    let fault = |error: &dyn std::fmt::Display| Fault::new(format!("{}: {error}", topology.name));
    let program = Program::new(topology, options.params.values().to_vec()).map_err(|error| fault(&error))?;
    let stop = stop_flag()?;
    let records = sources(topology, &program, options.record_max(), &stop)?;
    let mut sinks = Sinks::open(topology, &program)?;
    let clock = move || options.clock.unwrap_or_else(now);
    let environment = Environment { records, clock: &clock, stop: &|| stop.load(Ordering::Relaxed) };
    let ran = program.run(environment, &mut sinks);
    sinks.finish()?;
    let summary = told(&ran.map_err(|error| fault(&error))?, started);
    match options.summary {
        SummaryForm::Text => output::say(&format!("{summary}\n")),
        SummaryForm::Json => output::say(&format!("{}\n", summary.json())),
        SummaryForm::None => {}
    }
    Ok(Outcome::Fine)
}

/// What the command line says; none where it asked for help, which is then printed.
fn options(topology: &Topology, given: Vec<OsString>) -> Result<Option<Options>, Fault> {
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
    let interface = Interface { name: &topology.name, docs: &docs, params: &params };
    match arguments::parse(&interface, given) {
        Ok(options) => Ok(Some(options)),
        Err(help) if !help.use_stderr() => output::print(&help.to_string()).map(|()| None),
        Err(mistake) => {
            let text = mistake.to_string();
            Err(Fault::new(text.trim_end().strip_prefix("error: ").unwrap_or(text.trim_end())))
        }
    }
}

/// Set by SIGINT and SIGTERM, so that the input ends where it is; a second one ends the process.
fn stop_flag() -> Result<Arc<AtomicBool>, Fault> {
    let flag = Arc::new(AtomicBool::new(false));
    for (signal, code) in [(SIGINT, 130), (SIGTERM, 143)] {
        signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(&flag))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
            .map_err(|error| Fault::new(format!("cannot listen for signals: {error}")))?;
    }
    Ok(flag)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

fn told(summary: &Summary, started: Instant) -> streamwright::Summary {
    streamwright::Summary {
        read: summary.tuples,
        acked: summary.acked,
        dead_lettered: summary.dead_lettered,
        late: summary.late,
        filtered: summary.filtered,
        rows_made: summary.rows_made,
        rows_written: summary.rows_written,
        rows_dead_lettered: summary.rows_dead_lettered,
        seconds: started.elapsed().as_secs_f64(),
        ..streamwright::Summary::default()
    }
}

/// Opens every spout's input.
fn sources<'a>(
    topology: &Topology,
    program: &Program<'_>,
    record_max: usize,
    stop: &Arc<AtomicBool>,
) -> Result<HashMap<NodeId, Records<'a>>, Fault> {
    let mut records = HashMap::new();
    for (at, node) in topology.nodes.iter().enumerate() {
        let id = NodeId(at);
        let NodeKind::Spout(spout) = &node.kind else { continue };
        let Some(framing) = framing(spout) else { continue };
        let reader: Box<dyn Read> = match &spout.source {
            SourceConnector::File { .. } => Box::new(open(Path::new(program.path(id).unwrap_or_default()))?),
            SourceConnector::Stdin { .. } | SourceConnector::Generate(_) => Box::new(io::stdin()),
        };
        let stream: Records<'a> = Box::new(Stream::new(reader, framing, record_max, Arc::clone(stop)));
        records.insert(id, stream);
    }
    Ok(records)
}

fn open(path: &Path) -> Result<File, Fault> {
    let file = File::open(path).map_err(|error| Fault::io("read", path, &error))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(Fault::new(format!("cannot read `{}`: it is a folder", path.display())));
    }
    Ok(file)
}

/// The records of a stream of bytes.
struct Stream {
    reader: Box<dyn Read>,
    framing: Framing,
    record_max: usize,
    cutter: Cutter,
    /// Cut and not yet taken.
    ready: VecDeque<Record>,
    /// The lines before what comes next.
    lines: u64,
    ended: bool,
    stop: Arc<AtomicBool>,
}

impl Stream {
    fn new(reader: Box<dyn Read>, framing: Framing, record_max: usize, stop: Arc<AtomicBool>) -> Stream {
        let cutter = Cutter::new(framing, record_max);
        Stream { reader, framing, record_max, cutter, ready: VecDeque::new(), lines: 0, ended: false, stop }
    }

    /// Reads a piece, and cuts it.
    fn refill(&mut self) -> io::Result<()> {
        let mut piece = [0; PIECE];
        let length = match self.reader.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            read => read?,
        };
        let Stream { framing, record_max, cutter, ready, lines, .. } = self;
        let mut each = |cut: lines::Cut| {
            let mut records = lines::Records::new(*framing, &cut.bytes, *record_max);
            for mut record in records.by_ref() {
                record.line += *lines;
                ready.push_back(record.into());
            }
            *lines += records.lines() + cut.lines_lost;
        };
        if length == 0 {
            cutter.finish(&mut each);
            self.ended = true;
        } else {
            cutter.push(&piece[..length], &mut each);
        }
        Ok(())
    }
}

impl Iterator for Stream {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(record) = self.ready.pop_front() {
                return Some(Ok(record));
            }
            if self.ended {
                return None;
            }
            if let Err(error) = self.refill() {
                self.ended = true;
                return Some(Err(error));
            }
        }
    }
}

/// Where rows go.
struct Sinks {
    files: HashMap<NodeId, (String, Box<dyn Write>)>,
    unread: usize,
}

impl Sinks {
    fn open(topology: &Topology, program: &Program<'_>) -> Result<Sinks, Fault> {
        let mut files = HashMap::new();
        for (at, node) in topology.nodes.iter().enumerate() {
            let id = NodeId(at);
            let NodeKind::Sink(connector) = &node.kind else { continue };
            let opened: (String, Box<dyn Write>) = match connector {
                SinkConnector::Discard => continue,
                SinkConnector::Stdout { .. } => ("<stdout>".to_owned(), Box::new(io::stdout())),
                SinkConnector::File { .. } => {
                    let path = program.path(id).unwrap_or_default();
                    let file =
                        File::create(path).map_err(|error| Fault::io("write", Path::new(path), &error))?;
                    (path.to_owned(), Box::new(BufWriter::new(file)))
                }
            };
            files.insert(id, opened);
        }
        Ok(Sinks { files, unread: 0 })
    }

    /// What is still in buffers; and how many letters were not shown.
    fn finish(self) -> Result<(), Fault> {
        for (path, mut file) in self.files.into_values() {
            file.flush().map_err(|error| Fault::io("write", Path::new(&path), &error))?;
        }
        if self.unread > SHOWN {
            output::say(&format!(
                "{} more dead letters are not shown: a sink may read them\n",
                self.unread - SHOWN
            ));
        }
        Ok(())
    }
}

impl Output for Sinks {
    fn write(&mut self, sink: NodeId, line: &[u8]) -> io::Result<()> {
        self.files.get_mut(&sink).map_or(Ok(()), |(_, file)| file.write_all(line))
    }

    fn unread(&mut self, letter: &Letter) {
        self.unread += 1;
        if self.unread <= SHOWN {
            let row = LetterRow {
                spout: letter.spout.as_deref(),
                position: letter.position.map(|position| position as i64),
                bolt: letter.bolt.as_deref(),
                code: letter.fault.code,
                error: &letter.fault.message,
                input: letter.input.as_deref(),
            };
            output::say(&format!("dead letter: {row}\n"));
        }
    }
}
