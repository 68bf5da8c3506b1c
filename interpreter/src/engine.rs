//! A run: item by item, each in its two phases, each phase a walk over the nodes in topological order.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use streamwright_dsl::topology::{GroupingKind, Node, NodeId, NodeKind, StepKind, Stream};
use streamwright_values::{Timestamp, Value, dataflow};

use crate::Program;
use crate::error::RunError;
use crate::letter::{Letter, shown};
use crate::row::{Failure, Passed, Tuple, pass};
use crate::sink::{self, Output};
use crate::spout::{Item, ItemKind, Outcome};
use crate::state::{self, Coming, Entered, State};
use crate::summary::Summary;
use crate::watermark::{Moment, SpoutTime};

/// The state of a run.
pub(crate) struct Engine<'r> {
    program: &'r Program<'r>,
    output: &'r mut dyn Output,
    summary: Summary,
    times: BTreeMap<NodeId, SpoutTime>,
    /// What each stateful node keeps.
    states: BTreeMap<NodeId, Box<dyn State + 'r>>,
    /// How many rows have come in by a stateful `shuffle`, by node and input.
    shuffled: HashMap<(NodeId, usize), u64>,
    /// What this phase has made so far.
    phase: Phase,
}

/// One of the two phases of an instant.
#[derive(Default)]
struct Phase {
    /// The tuple that passes: its spout's name and its position. Absent in the second phase.
    origin: Option<(String, u64)>,
    /// The rows that each node has sent out.
    main: HashMap<NodeId, Vec<Tuple>>,
    /// The rows that each node has sent out by `.late`.
    late: HashMap<NodeId, Vec<Tuple>>,
    letters: Vec<Letter>,
    /// Each node's watermark before this instant: lateness is judged by it.
    before: HashMap<NodeId, Moment>,
}

impl<'r> Engine<'r> {
    pub(crate) fn new(program: &'r Program<'r>, output: &'r mut dyn Output) -> Engine<'r> {
        let spouts = &program.settings.spouts;
        let times = spouts.iter().map(|(id, spout)| (*id, SpoutTime::new(spout.late_by))).collect();
        let ids = (0..program.topology.nodes.len()).map(NodeId);
        let states = ids.filter_map(|id| Some((id, state::of(program, id)?))).collect();
        let (summary, shuffled, phase) = Default::default();
        Engine { program, output, summary, times, states, shuffled, phase }
    }

    /// Gives the sinks their headers.
    pub(crate) fn begin(&mut self) -> Result<(), RunError> {
        for (index, node) in self.program.topology.nodes.iter().enumerate() {
            sink::head(node, NodeId(index), self.output)?;
        }
        Ok(())
    }

    /// What has been counted so far.
    pub(crate) fn summary(&self) -> Summary {
        self.summary
    }

    fn node(&self, id: NodeId) -> &'r Node {
        self.program.topology.node(id)
    }

    /// The whole of one instant.
    pub(crate) fn instant(&mut self, item: Item) -> Result<(), RunError> {
        let before: HashMap<NodeId, Moment> =
            self.program.topology.order.iter().map(|id| (*id, self.watermark(*id))).collect();
        match item.kind {
            ItemKind::Tuple { position, outcomes } => {
                self.phase = Phase { before: before.clone(), ..Phase::default() };
                let times: Vec<Timestamp> = outcomes.iter().filter_map(Outcome::time).collect();
                self.tuple(item.spout, position, outcomes)?;
                self.move_on(item.spout, |time| times.into_iter().for_each(|at| time.observe(at.0)));
            }
            ItemKind::Silence => {
                self.move_on(item.spout, |time| item.maximum.iter().for_each(|at| time.observe(at.0)));
            }
            ItemKind::End => self.move_on(item.spout, SpoutTime::end),
        }
        self.phase = Phase { before, ..Phase::default() };
        self.walk(Engine::release)
    }

    /// Phase 0: the tuple passes.
    fn tuple(&mut self, spout: NodeId, position: u64, outcomes: Vec<Outcome>) -> Result<(), RunError> {
        self.phase.origin = Some((self.node(spout).name.clone(), position));
        self.summary.tuples += 1;
        for outcome in outcomes {
            match outcome {
                Outcome::Survived(tuple) => {
                    self.output.leaves(Stream::Main(spout), &tuple.values);
                    self.phase.main.entry(spout).or_default().push(tuple);
                }
                Outcome::Filtered => self.summary.filtered += 1,
                Outcome::Failed { fault, input } => {
                    let (spout, position) = (Some(self.node(spout).name.clone()), Some(position));
                    self.phase.letters.push(Letter { spout, position, bolt: None, fault, input });
                }
            }
        }
        self.walk(|_, _| Ok(()))?;
        match self.phase.letters.is_empty() {
            true => self.summary.acked += 1,
            false => self.summary.dead_lettered += 1,
        }
        Ok(())
    }

    fn move_on(&mut self, spout: NodeId, by: impl FnOnce(&mut SpoutTime)) {
        if let Some(time) = self.times.get_mut(&spout) {
            by(time);
        }
    }

    /// The smallest watermark of the node's spouts, less what rows are held back before it.
    fn watermark(&self, id: NodeId) -> Moment {
        let spouts = self.node(id).spouts.iter().filter_map(|spout| self.times.get(spout));
        let held = self.program.settings.held_back.get(&id).copied().unwrap_or_default();
        spouts.map(SpoutTime::watermark).min().unwrap_or(Moment::End).less(held)
    }

    /// Each node takes in what its inputs made in this phase; `then` it does what else the phase asks of it. At last
    /// the sinks of dead letters take in theirs.
    fn walk(&mut self, then: impl Fn(&mut Self, NodeId) -> Result<(), RunError>) -> Result<(), RunError> {
        let topology = self.program.topology;
        let (sinks, others): (Vec<NodeId>, Vec<NodeId>) =
            topology.order.iter().partition(|id| reads_letters(topology.node(**id)));
        for id in others {
            self.take_in(id)?;
            then(self, id)?;
        }
        for letter in &self.phase.letters {
            self.output.leaves(Stream::DeadLetters, &letter.row());
        }
        for id in &sinks {
            self.take_in(*id)?;
        }
        if sinks.is_empty() {
            self.phase.letters.iter().for_each(|letter| self.output.unread(letter));
        }
        Ok(())
    }

    fn take_in(&mut self, id: NodeId) -> Result<(), RunError> {
        let inputs = &self.node(id).inputs;
        let node = self.node(id);
        let own = inputs.iter().enumerate().filter(|(index, _)| !node.is_partner(*index));
        let timed = own.into_iter().all(|(_, input)| self.timed(input.stream));
        for (index, input) in inputs.iter().enumerate() {
            for mut row in self.rows(input.stream) {
                row.values = input.columns.iter().map(|column| row.values[*column].clone()).collect();
                if node.is_partner(index) {
                    self.enter(id, &row, 0, true)?;
                    continue;
                }
                row.at = row.at.filter(|_| timed);
                match self.tasks(id, index, &row.values) {
                    Ok(tasks) => {
                        for task in tasks {
                            self.advance(id, 0, row.clone(), task)?;
                        }
                    }
                    Err(failure) => self.fail(id, failure),
                }
            }
        }
        Ok(())
    }

    fn rows(&self, stream: Stream) -> Vec<Tuple> {
        match stream {
            Stream::Main(id) => self.phase.main.get(&id).cloned().unwrap_or_default(),
            Stream::Late(id) => self.phase.late.get(&id).cloned().unwrap_or_default(),
            Stream::Named(id, arm) => self.arm(id, arm),
            Stream::DeadLetters => {
                self.phase.letters.iter().map(|letter| Tuple { values: letter.row(), at: None }).collect()
            }
        }
    }

    /// The rows that one arm of a split has taken; which one stands in their last column.
    fn arm(&self, id: NodeId, arm: usize) -> Vec<Tuple> {
        let taken =
            |row: &&Tuple| matches!(row.values.last(), Some(Value::Int(taken)) if *taken == arm as i64);
        self.phase.main.get(&id).into_iter().flatten().filter(taken).cloned().collect()
    }

    /// Whether a stream's rows have an event time.
    fn timed(&self, stream: Stream) -> bool {
        match stream {
            Stream::Main(id) | Stream::Named(id, _) => self.node(id).timed,
            Stream::Late(_) => true,
            Stream::DeadLetters => false,
        }
    }

    /// The tasks that a row of input number `index` goes to.
    fn tasks(&mut self, id: NodeId, index: usize, row: &[Value]) -> Result<Range<u32>, Failure> {
        let node = self.node(id);
        match &node.inputs[index].grouping.kind {
            GroupingKind::All => Ok(0..node.tasks),
            GroupingKind::Direct(expr) => {
                let task = match self.program.evaluator.evaluate(expr, row) {
                    Ok(Value::Int(task)) => dataflow::direct_task(task, node.tasks),
                    Ok(_) => Ok(0),
                    Err(fault) => Err(fault),
                };
                let task = task.map_err(|fault| Failure::of(fault, expr, &node.entry, row))?;
                Ok(task..task + 1)
            }
            GroupingKind::Shuffle => {
                let before = self.shuffled.entry((id, index)).or_default();
                let task = (*before % u64::from(node.tasks.max(1))) as u32;
                *before += 1;
                Ok(task..task + 1)
            }
            GroupingKind::Fields(_)
            | GroupingKind::Partial(_)
            | GroupingKind::Local
            | GroupingKind::Global => Ok(0..1),
        }
    }

    /// Takes a row through the node's steps, from number `first` on.
    fn advance(&mut self, id: NodeId, first: usize, row: Tuple, task: u32) -> Result<(), RunError> {
        if !self.program.evaluator.afford(&row.values) {
            return Err(RunError::TooMuch { node: self.node(id).name.clone() });
        }
        for passed in pass(&self.program.evaluator, self.node(id), first, row) {
            match passed {
                Ok(Passed::Through(row)) => self.leave(id, row)?,
                Ok(Passed::Filtered) => self.summary.filtered += 1,
                Ok(Passed::AtState(row)) => self.enter(id, &row, task, false)?,
                Err(failure) => self.fail(id, failure),
            }
        }
        Ok(())
    }

    /// A row leaves its node: to those who read it, or to the output.
    fn leave(&mut self, id: NodeId, row: Tuple) -> Result<(), RunError> {
        let node = self.node(id);
        self.output.leaves(left_by(node, id, &row.values), &row.values);
        if let NodeKind::Sink(connector) = &node.kind {
            self.summary.rows_made += 1;
            sink::write(node, connector, id, &row.values, self.output)?;
            self.summary.rows_written += 1;
        } else {
            self.phase.main.entry(id).or_default().push(row);
        }
        Ok(())
    }

    /// A row has come to the node's stateful step.
    fn enter(&mut self, id: NodeId, row: &Tuple, task: u32, partner: bool) -> Result<(), RunError> {
        let watermark = self.phase.before.get(&id).copied().unwrap_or(Moment::Beginning);
        let Some(state) = self.states.get_mut(&id) else { return Ok(()) };
        let entered = state.enter(Coming { row, partner, task, watermark });
        self.summary.filtered += state.dropped();
        match entered {
            Ok(Entered { leaves, late }) => {
                self.summary.late += late.len() as u64;
                late.iter().for_each(|row| self.output.leaves(Stream::Late(id), &row.values));
                self.phase.late.entry(id).or_default().extend(late);
                self.leave_state(id, leaves)
            }
            Err(failure) => {
                self.fail(id, failure);
                Ok(())
            }
        }
    }

    /// Phase 1, behind what came in: the rows that are due leave.
    fn release(&mut self, id: NodeId) -> Result<(), RunError> {
        let watermark = self.watermark(id);
        let Some(state) = self.states.get_mut(&id) else { return Ok(()) };
        let due = state.release(watermark);
        self.summary.filtered += state.dropped();
        self.leave_state(id, due)
    }

    /// Rows go on behind the node's stateful step.
    fn leave_state(&mut self, id: NodeId, rows: Vec<Result<Tuple, Failure>>) -> Result<(), RunError> {
        let Some((at, _)) = self.node(id).state() else { return Ok(()) };
        for row in rows {
            match row {
                Ok(row) => self.advance(id, at + 1, row, 0)?,
                Err(failure) => self.fail(id, failure),
            }
        }
        Ok(())
    }

    /// A row failed in a bolt or sink: a letter.
    fn fail(&mut self, id: NodeId, failure: Failure) {
        let node = self.node(id);
        let (spout, position) = self.phase.origin.clone().unzip();
        let input = failure.shown.as_deref().map(shown);
        let letter = Letter { spout, position, bolt: Some(node.name.clone()), fault: failure.fault, input };
        // A row of dead letters that fails must not become a letter again.
        let about_a_letter = reads_letters(node);
        if about_a_letter || letter.position.is_none() {
            self.summary.rows_made += 1;
            self.summary.rows_dead_lettered += 1;
        }
        if about_a_letter {
            self.output.unread(&letter);
        } else {
            self.phase.letters.push(letter);
        }
    }
}

/// The stream by which a row leaves its node: which arm of a split has taken it stands in the last column.
fn left_by(node: &Node, id: NodeId, row: &[Value]) -> Stream {
    match (node.steps.last().map(|step| &step.kind), row.last()) {
        (Some(StepKind::Split(_)), Some(Value::Int(arm))) => Stream::Named(id, *arm as usize),
        _ => Stream::Main(id),
    }
}

fn reads_letters(node: &Node) -> bool {
    node.inputs.iter().any(|input| input.stream == Stream::DeadLetters)
}
