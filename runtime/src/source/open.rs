//! Opening what spouts read, before anything is read.

use std::sync::Arc;

use streamwright_values::format::lines::Framing;

use super::claims::{Claims, Feed, Silence};
use super::giver::Giver;
use super::head::{MergeInput, MergeSpout};
use super::merge::Merge;
use super::numbers::Numbers;
use super::reader::Reader;
use super::{Cuts, Limits};
use crate::bell::Bell;
use crate::files::Input;
use crate::layout::{Layout, Source, SpoutLayout, Topology};
use crate::own::GivesTuples;

/// An opened spout.
pub(crate) struct Opened {
    intake: Intake,
    framing: Framing,
    timed: bool,
    /// After how many nanoseconds it is idle; none for one that has all its tuples already.
    idle_after: Option<i64>,
    /// Lines of a header.
    lines_before: u64,
}

enum Intake {
    Ranges(Input),
    Reader(Reader),
    Numbers(Option<u64>, Option<u64>),
    Own(&'static str, Box<dyn GivesTuples>),
}

/// Opens all spouts' inputs. Nothing is read of them.
pub(crate) fn open(layout: &Layout, limits: &Limits) -> Result<Vec<Opened>, String> {
    let several = layout.spouts.len() > 1;
    layout.spouts.iter().map(|spout| open_spout(spout, several, limits)).collect()
}

fn open_spout(spout: &SpoutLayout, several: bool, limits: &Limits) -> Result<Opened, String> {
    let framing = spout.framing;
    let intake = match &spout.source {
        Source::Generate { count, rate } => Intake::Numbers(*count, *rate),
        Source::Own(own) => {
            let (name, spout) = own.take()?;
            Intake::Own(name, spout)
        }
        Source::Bytes { connector, operand } => {
            let input = Input::connect(connector, operand)?;
            let ranges = !several
                && input.has_length()
                && matches!(framing, Framing::Lines { .. })
                && !spout.header
                && matches!(limits.cuts, Cuts::Bytes(_));
            if ranges {
                Intake::Ranges(input)
            } else {
                Intake::Reader(Reader::new(input, framing, limits.clone()))
            }
        }
    };
    let live = match &intake {
        Intake::Reader(reader) => !reader.input().is_kept(),
        Intake::Own(..) => true,
        Intake::Ranges(_) | Intake::Numbers(..) => false,
    };
    let idle_after = spout.idle_after.filter(|_| live);
    Ok(Opened { intake, framing, timed: spout.timed, idle_after, lines_before: 0 })
}

/// The inputs that are opened.
pub(crate) fn inputs(opened: &[Opened]) -> Vec<&Input> {
    let inputs = opened.iter().filter_map(|opened| match &opened.intake {
        Intake::Ranges(input) => Some(input),
        Intake::Reader(reader) => Some(reader.input()),
        Intake::Numbers(..) | Intake::Own(..) => None,
    });
    inputs.collect()
}

/// Reads the headers of sources, and shows them to the program.
pub(crate) fn read_headers(
    layout: &Layout,
    opened: &mut [Opened],
    topology: &mut dyn Topology,
) -> Result<(), String> {
    for (index, (spout, opened)) in layout.spouts.iter().zip(opened).enumerate() {
        if let (true, Intake::Reader(reader)) = (spout.header, &mut opened.intake) {
            let (header, lines) = reader.header()?;
            opened.lines_before = lines;
            topology.header(index, &header)?;
        }
    }
    Ok(())
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
    let lone = opened.first().filter(|_| !several);
    let silence = Silence::new(lone.and_then(|opened| opened.idle_after));
    let merger = topology.merger();
    let mut spouts = Vec::new();
    let mut only = None;
    let mut acks = Vec::new();
    for (index, opened) in opened.into_iter().enumerate() {
        let feed = match opened.intake {
            Intake::Ranges(input) => Feed::Ranges { next: 0, end: input.length(), input: Arc::new(input) },
            Intake::Reader(reader) => Feed::Chunks(reader.spawn(Arc::clone(bell))?),
            Intake::Numbers(count, rate) => Feed::Numbers(Numbers::new(count, rate)),
            Intake::Own(name, spout) => {
                let (queue, told) = Giver::spawn(name, spout, limits.clone(), Arc::clone(bell))?;
                acks.push((index, told));
                Feed::Chunks(queue)
            }
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
        let silence = Silence::new(opened.idle_after);
        let (framing, lines) = (opened.framing, opened.lines_before);
        spouts.push(MergeSpout::new(index, input, opened.timed, framing, lines, silence, &*merger));
    }
    let record_max = limits.record_max;
    let feed = only.unwrap_or(Feed::Merge(Merge { merger, spouts, record_max, last: (0, 0) }));
    Ok(Claims { feed, limits, next: 0, ended: false, lines_before, silence, acks })
}
