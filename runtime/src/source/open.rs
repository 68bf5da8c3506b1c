//! Opening what spouts read, before anything is read.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};

use streamwright_values::format::lines::Framing;

use super::claims::{Claims, Feed, LONGEST_SLEEP};
use super::merge::{Merge, MergeInput, MergeSpout};
use super::numbers::Numbers;
use super::reader::Reader;
use super::{Cuts, Limits};
use crate::bell::Bell;
use crate::layout::{Layout, Source, Split, SpoutLayout, Topology};
use crate::signals;

/// An opened spout.
pub(crate) struct Opened {
    input: Input,
    framing: Framing,
    timed: bool,
    /// Lines of a header.
    lines_before: u64,
}

enum Input {
    Ranges(File, u64),
    Reader(Reader),
    Numbers(Option<u64>, Option<u64>),
}

impl Split {
    pub(crate) fn framing(self) -> Framing {
        match self {
            Split::Lines { keep_blank } => Framing::Lines { keep_blank },
            Split::Csv { delimiter, .. } => Framing::Csv { delimiter },
        }
    }
}

/// Opens all spouts' inputs. Nothing is read of them.
pub(crate) fn open(layout: &Layout, limits: &Limits) -> Result<Vec<Opened>, String> {
    let several = layout.spouts.len() > 1;
    layout.spouts.iter().map(|spout| open_spout(spout, several, limits)).collect()
}

fn open_spout(spout: &SpoutLayout, several: bool, limits: &Limits) -> Result<Opened, String> {
    let framing = spout.split.framing();
    let reader = |name: &str, input: Box<dyn Read + Send>| {
        Input::Reader(Reader::new(name.to_owned(), input, framing, limits.clone()))
    };
    let input = match &spout.source {
        Source::Generate { count, rate } => Input::Numbers(*count, *rate),
        Source::Stdin => reader("standard input", Box::new(std::io::stdin())),
        Source::File { path } => {
            let cannot = |why: &dyn std::fmt::Display| format!("cannot read {path}: {why}");
            let file = File::open(path).map_err(|error| cannot(&error))?;
            let metadata = file.metadata().map_err(|error| cannot(&error))?;
            if metadata.is_dir() {
                return Err(cannot(&"it is a folder"));
            }
            // A file that seems empty may be one of the system's, which have no length.
            let ranges = metadata.is_file()
                && metadata.len() > 0
                && !several
                && matches!(framing, Framing::Lines { .. })
                && matches!(limits.cuts, Cuts::Bytes(_));
            if ranges { Input::Ranges(file, metadata.len()) } else { reader(path, Box::new(file)) }
        }
    };
    Ok(Opened { input, framing, timed: spout.timed, lines_before: 0 })
}

/// Reads the headers of CSV sources, and shows them to the program.
pub(crate) fn read_headers(
    layout: &Layout,
    opened: &mut [Opened],
    topology: &mut dyn Topology,
) -> Result<(), String> {
    for (index, (spout, opened)) in layout.spouts.iter().zip(opened).enumerate() {
        if let (Split::Csv { header: true, .. }, Input::Reader(_)) = (spout.split, &opened.input) {
            let header = read_header(opened)?;
            topology.header(index, &header)?;
        }
    }
    Ok(())
}

/// Reads a header in a thread of its own, so that a signal is heard while the input is silent: then there is none, and
/// no input either.
fn read_header(opened: &mut Opened) -> Result<Vec<u8>, String> {
    let silent = Input::Numbers(Some(0), None);
    let Input::Reader(mut reader) = std::mem::replace(&mut opened.input, silent) else {
        return Ok(Vec::new());
    };
    let (send, arriving) = channel();
    std::thread::spawn(move || {
        let header = reader.header();
        // Nobody listens after a signal.
        let _ = send.send((reader, header));
    });
    while !signals::stop_requested() {
        match arriving.recv_timeout(LONGEST_SLEEP) {
            Ok((reader, header)) => {
                opened.input = Input::Reader(reader);
                let (header, lines) = header?;
                opened.lines_before = lines;
                return Ok(header);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err("the header cannot be read".to_owned()),
        }
    }
    Ok(Vec::new())
}

/// Starts the reader threads.
pub(crate) fn start<'p>(
    opened: Vec<Opened>,
    topology: &'p dyn Topology,
    limits: Limits,
    bell: &Arc<Bell>,
) -> Result<Claims<'p>, String> {
    let lines_before = opened.first().map_or(0, |opened| opened.lines_before);
    let several = opened.len() > 1;
    let mut spouts = Vec::new();
    let mut only = None;
    for opened in opened {
        let feed = match opened.input {
            Input::Ranges(file, end) => Feed::Ranges { file: Arc::new(file), next: 0, end },
            Input::Reader(reader) => Feed::Chunks(reader.spawn(Arc::clone(bell))?),
            Input::Numbers(count, rate) => Feed::Numbers(Numbers::new(count, rate)),
        };
        if !several {
            only = Some(feed);
            continue;
        }
        let input = match feed {
            Feed::Chunks(queue) => MergeInput::Chunks(queue),
            Feed::Numbers(numbers) => MergeInput::Numbers(numbers),
            Feed::Ranges { .. } | Feed::Merge(_) => unreachable!("files of several spouts have readers"),
        };
        spouts.push(MergeSpout::new(input, opened.timed, opened.framing, opened.lines_before));
    }
    let record_max = limits.record_max;
    let feed = only.unwrap_or(Feed::Merge(Merge { topology, spouts, record_max }));
    Ok(Claims { feed, limits, next: 0, ended: false, lines_before })
}
