//! A spout's items: its tuples, each read and taken through the spout's steps, and its end.

use std::io;

use streamwright_dsl::topology::{NodeId, NodeKind, Record as RecordType, Spout, Topology};
use streamwright_values::format::letter_input;
use streamwright_values::format::write::write_json_object;
use streamwright_values::{Fault, Timestamp, Value, dataflow};

use crate::error::RunError;
use crate::evaluate::Evaluator;
use crate::read::{Content, Reader, Record};
use crate::row::{Passed, Tuple, pass};
use crate::start::{Settings, SpoutSettings};

/// One item of the run's sequence.
pub(crate) struct Item {
    pub(crate) spout: NodeId,
    /// What has become of it.
    pub(crate) kind: ItemKind,
    /// The largest event time of the spout's tuples and silences up to this one.
    pub(crate) maximum: Option<Timestamp>,
}

pub(crate) enum ItemKind {
    /// A tuple, at this line or index from 1. It has several outcomes where a list is unnested.
    Tuple { position: u64, outcomes: Vec<Outcome> },
    /// Nothing has come for long: event time has gone by.
    Silence,
    /// The spout has no more.
    End,
}

/// What has become of a tuple in its spout.
pub(crate) enum Outcome {
    Survived(Tuple),
    Filtered,
    Failed { fault: Fault, input: Option<String> },
}

impl Outcome {
    /// The event time of a row that has survived.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        if let Outcome::Survived(tuple) = self { tuple.at } else { None }
    }
}

/// The source of a spout's records.
pub type Records<'a> = Box<dyn RecordSource + 'a>;

/// Where records come from: any iterator of them, or one that may have none yet.
pub trait RecordSource {
    /// The next record, waited for; nothing at the end. Where nothing comes for long, a record may say so.
    fn record(&mut self) -> Option<io::Result<Record>>;

    /// Whether the next record need not be waited for. Asked behind one of [`Content::Silence`].
    ///
    /// # Errors
    /// As of reading.
    fn is_ready(&mut self) -> io::Result<bool>;
}

impl<I: Iterator<Item = io::Result<Record>>> RecordSource for I {
    fn record(&mut self) -> Option<io::Result<Record>> {
        self.next()
    }

    fn is_ready(&mut self) -> io::Result<bool> {
        Ok(true)
    }
}

/// Makes one spout's items.
pub(crate) struct Items<'p> {
    pub(crate) id: NodeId,
    topology: &'p Topology,
    spout: &'p Spout,
    evaluator: &'p Evaluator,
    settings: &'p SpoutSettings,
    source: Source<'p>,
    maximum: Option<Timestamp>,
}

enum Source<'p> {
    /// Records that are read; a test may give some to a spout that makes its tuples, and they are read already.
    Records(Option<Reader<'p>>, Records<'p>),
    Generate {
        made: u64,
    },
}

/// What comes next.
enum Next {
    Tuple(Made),
    Silence(i64),
}

/// A tuple, before the spout's steps.
struct Made {
    position: u64,
    row: Result<Vec<Value>, Fault>,
    /// What a letter shows of it.
    input: Option<String>,
    /// What the clock shows, where that is said.
    clock: Option<Timestamp>,
}

/// What a run asks of the world while it makes tuples.
#[derive(Clone, Copy)]
pub(crate) struct World<'p> {
    pub(crate) record_max: usize,
    pub(crate) clock: &'p dyn Fn() -> Timestamp,
    pub(crate) stop: &'p dyn Fn() -> bool,
}

impl<'p> Items<'p> {
    /// None if `id` is no spout.
    pub(crate) fn new(
        topology: &'p Topology,
        evaluator: &'p Evaluator,
        settings: &'p Settings,
        id: NodeId,
        records: Option<Records<'p>>,
    ) -> Option<Items<'p>> {
        let NodeKind::Spout(spout) = &topology.node(id).kind else { return None };
        let record: &RecordType = &topology.records[spout.record];
        let source = match (Reader::new(spout, record), records) {
            (None, None) => Source::Generate { made: 0 },
            (reader, records) => {
                Source::Records(reader, records.unwrap_or_else(|| Box::new(std::iter::empty())))
            }
        };
        let settings = settings.spouts.get(&id)?;
        Some(Items { id, topology, spout, evaluator, settings, source, maximum: None })
    }

    /// Whether its tuples have an event time.
    pub(crate) fn timed(&self) -> bool {
        self.spout.time.is_some()
    }

    /// The next item; after the end, the end again.
    pub(crate) fn next(&mut self, world: World<'_>) -> Result<Item, RunError> {
        let kind = match self.next_row(world)? {
            None => ItemKind::End,
            Some(Next::Silence(by)) => {
                self.maximum = self.maximum.map(|at| passed(at, by));
                ItemKind::Silence
            }
            Some(Next::Tuple(Made { position, row, input, clock })) => {
                let failed = |fault| Outcome::Failed { fault, input: input.clone() };
                let clock = || clock.unwrap_or_else(world.clock);
                let outcomes = match row {
                    Ok(values) => self.leave(values, &clock),
                    Err(fault) => vec![Err(fault)],
                };
                let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(failed));
                ItemKind::Tuple { position, outcomes: outcomes.collect() }
            }
        };
        if let ItemKind::Tuple { outcomes, .. } = &kind {
            let times = outcomes.iter().filter_map(Outcome::time);
            self.maximum = self.maximum.max(times.max());
        }
        Ok(Item { spout: self.id, kind, maximum: self.maximum })
    }

    /// Whether the next item need not be waited for.
    pub(crate) fn is_ready(&mut self) -> Result<bool, RunError> {
        match &mut self.source {
            Source::Records(_, records) => records.is_ready().map_err(|error| {
                let spout = self.topology.node(self.id).name.clone();
                RunError::Read { spout, error }
            }),
            Source::Generate { .. } => Ok(true),
        }
    }

    /// Where it has no event time yet, this is it.
    pub(crate) fn begin_at(&mut self, at: Option<Timestamp>) -> Option<Timestamp> {
        self.maximum = self.maximum.or(at);
        self.maximum
    }

    fn next_row(&mut self, world: World<'_>) -> Result<Option<Next>, RunError> {
        let name = || self.topology.node(self.id).name.clone();
        match &mut self.source {
            Source::Records(reader, records) => {
                while let Some(record) = records.record() {
                    let Record { line, content, clock } =
                        record.map_err(|error| RunError::Read { spout: name(), error })?;
                    let (bytes, row) = match content {
                        Content::Silence(by) => return Ok(Some(Next::Silence(by))),
                        Content::TooLong(prefix) => (prefix, Err(dataflow::line_too_long(world.record_max))),
                        Content::Unfinished(prefix) => (prefix, Err(dataflow::line_unfinished())),
                        Content::Fields(values) => {
                            let fields = &self.topology.records[self.spout.record].fields;
                            let names = fields.iter().map(|field| field.wire_name.as_str());
                            let mut json = Vec::new();
                            write_json_object(names, &values, &mut json);
                            (json, Ok(values))
                        }
                        Content::Whole(bytes) => {
                            let Some(reader) = reader else { continue };
                            let header = reader.header(&bytes);
                            if header.map_err(|error| RunError::Header { spout: name(), error })? {
                                continue;
                            }
                            let row = reader.row(&bytes);
                            (bytes, row)
                        }
                    };
                    let input = Some(letter_input(&bytes));
                    return Ok(Some(Next::Tuple(Made { position: line, row, input, clock })));
                }
                Ok(None)
            }
            Source::Generate { made } => {
                let Some(generator) = &self.settings.generator else { return Ok(None) };
                let index = *made;
                if generator.count.is_some_and(|count| index >= count) || (world.stop)() {
                    return Ok(None);
                }
                *made += 1;
                let fields = &self.topology.records[self.spout.record].fields;
                let row =
                    fields.iter().zip(&self.spout.reads).zip(0..).map(|((field, read), at)| match read {
                        true => generator.sample(index, at, field),
                        false => Ok(Value::None),
                    });
                let row = row.collect();
                Ok(Some(Next::Tuple(Made { position: index + 1, row, input: None, clock: None })))
            }
        }
    }

    /// Through the spout's steps, and its time.
    fn leave(&self, values: Vec<Value>, clock: &dyn Fn() -> Timestamp) -> Vec<Result<Outcome, Fault>> {
        let node = self.topology.node(self.id);
        let passed = pass(self.evaluator, node, 0, Tuple { values, at: None });
        let outcomes = passed.into_iter().map(|passed| match passed.map_err(|failure| failure.fault)? {
            Passed::Filtered => Ok(Outcome::Filtered),
            Passed::Through(mut tuple) | Passed::AtState(mut tuple) => {
                tuple.at = self.time(&tuple.values, clock)?;
                Ok(Outcome::Survived(tuple))
            }
        });
        outcomes.collect()
    }

    fn time(&self, row: &[Value], clock: &dyn Fn() -> Timestamp) -> Result<Option<Timestamp>, Fault> {
        let Some(time) = &self.spout.time else { return Ok(None) };
        let at = match &time.at {
            None => Value::Timestamp(clock()),
            Some(at) => self.evaluator.evaluate(at, row)?,
        };
        let Value::Timestamp(at) = at else { return Err(dataflow::absent_time()) };
        match self.settings.ahead_by {
            Some(ahead_by) => dataflow::check_ahead(at, clock(), ahead_by).map(Some),
            None => Ok(Some(at)),
        }
    }
}

/// So long behind it, and before the end of all time.
fn passed(at: Timestamp, nanoseconds: i64) -> Timestamp {
    Timestamp(at.0.saturating_add(nanoseconds.max(0)).min(i64::MAX - 1))
}
