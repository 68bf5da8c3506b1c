//! What is settled before input is read: the constants of every node, in their ranges.

mod windows;

use std::collections::BTreeMap;
use std::fmt;

use streamwright_dsl::connectors::{Distribution, Generate, SinkConnector, SourceConnector, Tuples};
use streamwright_dsl::topology::{Expr, Field, Join, Node, NodeId, NodeKind, Spout, State, Topology};
use streamwright_values::generate::{Dynamic, Makes};
use streamwright_values::{Duration, Fault, Record, Type, Value, dataflow};

use crate::evaluate::Evaluator;
use crate::state::{Bounds, WindowSettings};

/// Why a program does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The number of values is not the number of params.
    Params {
        /// How many params there are.
        wanted: usize,
        /// How many values were given.
        given: usize,
    },
    /// A function or bolt is own Rust, which only a compiled program has.
    OwnRust {
        /// Its name.
        name: String,
    },
    /// A constant expression failed.
    Fault {
        /// The node that it stands in.
        node: String,
        /// How.
        fault: Fault,
    },
    /// A constant is outside its range.
    Range {
        /// The node that it stands in.
        node: String,
        /// What is wrong with it.
        message: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Params { wanted, given } => write!(f, "{given} values for {wanted} params"),
            StartError::OwnRust { name } => {
                write!(f, "`{name}` is own Rust, which only a compiled program has")
            }
            StartError::Fault { node, fault } => write!(f, "{node}: {}", fault.message),
            StartError::Range { node, message } => write!(f, "{node}: {message}"),
        }
    }
}

impl std::error::Error for StartError {}

/// The constants of a topology's nodes.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// What stands behind the connector of each spout and sink, if something does.
    pub(crate) operands: BTreeMap<NodeId, String>,
    /// The path of each table.
    pub(crate) table_paths: Vec<String>,
    pub(crate) spouts: BTreeMap<NodeId, SpoutSettings>,
    /// The windows of each windowed bolt.
    pub(crate) windows: BTreeMap<NodeId, WindowSettings>,
    /// How many rows leave, of each bolt with a `top` behind its `select`.
    pub(crate) tops: BTreeMap<NodeId, i64>,
    /// How long the state of other bolts lasts, in nanoseconds: of `distinct` one, of `keep` one a value.
    pub(crate) periods: BTreeMap<NodeId, Vec<Option<i64>>>,
    /// The bounds of each join.
    pub(crate) bounds: BTreeMap<NodeId, Bounds>,
    /// How long rows hold in each lookup of a stream that says so.
    pub(crate) expiries: BTreeMap<NodeId, i64>,
    /// By how much a node's watermark stays behind that of its spouts, where it does.
    pub(crate) held_back: BTreeMap<NodeId, i64>,
}

impl Settings {
    /// By how much the rows that leave a node may be behind those that enter it.
    fn holds(&self, id: NodeId) -> i64 {
        self.bounds.get(&id).map_or(0, |bounds| bounds.hold)
    }
}

/// The constants of a spout.
#[derive(Debug, Default)]
pub(crate) struct SpoutSettings {
    pub(crate) late_by: i64,
    pub(crate) ahead_by: Option<Duration>,
    /// In nanoseconds.
    pub(crate) idle_after: Option<i64>,
    pub(crate) generator: Option<Generator>,
}

/// What `generate` makes.
#[derive(Debug)]
pub(crate) struct Generator {
    pub(crate) count: Option<u64>,
    pub(crate) seed: u64,
    pub(crate) tuples: Made,
}

/// What a tuple's fields are made by.
#[derive(Debug)]
pub(crate) enum Made {
    /// One a field of the record.
    Fields(Vec<Dynamic>),
    /// The parts of an event.
    Events(Box<dyn Makes>),
}

impl Generator {
    /// The value of a field, which is the record's number `at`.
    pub(crate) fn sample(&self, index: u64, at: u32, field: &Field) -> Result<Value, Fault> {
        match &self.tuples {
            Made::Fields(fields) => {
                fields.get(at as usize).map_or(Ok(Value::None), |made| made.sample(self.seed, index, at))
            }
            Made::Events(events) => {
                let Type::Record(record) = field.ty.required() else { return Ok(Value::None) };
                let names: Vec<&str> = record.fields.iter().map(|inner| inner.wire_name.as_str()).collect();
                let part = events.part(index, &field.wire_name, &names)?;
                Ok(part.map_or(Value::None, |values| Value::Record(Record { ty: record.clone(), values })))
            }
        }
    }
}

/// Checks every constant, node by node in declaration order.
pub(crate) fn settle(topology: &Topology, evaluator: &Evaluator) -> Result<Settings, StartError> {
    let mut settings = Settings::default();
    for (index, node) in topology.nodes.iter().enumerate() {
        let id = NodeId(index);
        let constants = Constants { topology, evaluator, name: &node.name };
        if let Some(operand) = operand_of(node) {
            settings.operands.insert(id, constants.text(operand)?);
        }
        if let NodeKind::Spout(spout) = &node.kind {
            settings.spouts.insert(id, constants.spout(spout)?);
        }
        match node.state() {
            Some((_, State::Window(window))) => {
                settings.windows.insert(id, constants.window(window)?);
            }
            Some((_, State::Top(top))) => {
                settings.tops.insert(id, constants.top(top)?);
            }
            Some((_, State::Join(join))) => {
                settings.bounds.insert(id, constants.bounds(join)?);
            }
            Some((_, State::Latest(latest))) => {
                if let Some(expiry) = &latest.expiry {
                    let expiry = dataflow::expiry(constants.duration(expiry)?);
                    settings.expiries.insert(id, constants.in_range(expiry)?);
                }
            }
            Some((_, State::Distinct(distinct))) => {
                settings.periods.insert(id, vec![constants.period("within", distinct.within.as_ref())?]);
            }
            Some((_, State::Keep(keep))) => {
                let lasts = keep.values.iter().map(|kept| constants.period("for", kept.lasts.as_ref()));
                settings.periods.insert(id, lasts.collect::<Result<_, _>>()?);
            }
            Some((_, State::Run(_))) | None => {}
        }
    }
    for table in &topology.tables {
        let constants = Constants { topology, evaluator, name: &table.name };
        settings.table_paths.push(constants.text(&table.path)?);
    }
    settings.held_back = held_back(topology, &settings);
    Ok(settings)
}

/// The rows of a `left join` that met none leave behind the watermark by its upper bound, and so do the rows of all that
/// reads it.
fn held_back(topology: &Topology, settings: &Settings) -> BTreeMap<NodeId, i64> {
    let mut held: BTreeMap<NodeId, i64> = BTreeMap::new();
    for id in &topology.order {
        let sources = topology.node(*id).inputs.iter().filter_map(|input| input.stream.source());
        let of = |source: NodeId| held.get(&source).copied().unwrap_or_default();
        let by = sources.map(|source| of(source).saturating_add(settings.holds(source)));
        held.insert(*id, by.max().unwrap_or_default());
    }
    held
}

fn operand_of(node: &Node) -> Option<&Expr> {
    match &node.kind {
        NodeKind::Spout(Spout { source: SourceConnector::Bytes { end, .. }, .. })
        | NodeKind::Sink(SinkConnector::Bytes { end, .. }) => end.operand.as_ref(),
        _ => None,
    }
}

/// The constants of one node.
struct Constants<'a> {
    topology: &'a Topology,
    evaluator: &'a Evaluator,
    /// Where they stand, for messages.
    name: &'a str,
}

impl Constants<'_> {
    fn value(&self, expr: &Expr) -> Result<Value, StartError> {
        self.evaluator
            .evaluate(expr, &[])
            .map_err(|fault| StartError::Fault { node: self.name.to_owned(), fault })
    }

    fn duration(&self, expr: &Expr) -> Result<Duration, StartError> {
        match self.value(expr)? {
            Value::Duration(duration) => Ok(duration),
            _ => self.in_range(Err("not a duration".to_owned())),
        }
    }

    fn int(&self, expr: &Expr) -> Result<i64, StartError> {
        match self.value(expr)? {
            Value::Int(int) => Ok(int),
            _ => self.in_range(Err("not an int".to_owned())),
        }
    }

    fn float(&self, expr: &Expr) -> Result<f64, StartError> {
        match self.value(expr)? {
            Value::Float(float) => Ok(float),
            _ => self.in_range(Err("not a float".to_owned())),
        }
    }

    fn text(&self, expr: &Expr) -> Result<String, StartError> {
        match self.value(expr)? {
            Value::String(text) => Ok(text),
            _ => self.in_range(Err("not a string".to_owned())),
        }
    }

    fn in_range<T>(&self, checked: Result<T, String>) -> Result<T, StartError> {
        checked.map_err(|message| StartError::Range { node: self.name.to_owned(), message })
    }

    fn spout(&self, spout: &Spout) -> Result<SpoutSettings, StartError> {
        let mut settings = SpoutSettings::default();
        if let Some(time) = &spout.time {
            settings.late_by =
                self.in_range(dataflow::tolerance("late by", self.duration(&time.late_by)?))?;
            if let Some(ahead_by) = &time.ahead_by {
                let nanoseconds = self.in_range(dataflow::tolerance("ahead by", self.duration(ahead_by)?))?;
                settings.ahead_by = Some(Duration(nanoseconds));
            }
            if let Some(idle) = &time.idle_after {
                let nanoseconds = self.in_range(dataflow::tolerance("idle after", self.duration(idle)?))?;
                settings.idle_after = Some(nanoseconds);
            }
        }
        if let SourceConnector::Generate(generate) = &spout.source {
            settings.generator = Some(self.generator(spout, generate)?);
        }
        Ok(settings)
    }

    fn generator(&self, spout: &Spout, generate: &Generate) -> Result<Generator, StartError> {
        let count = match &generate.count {
            Some(count) => Some(self.in_range(dataflow::generate_count(self.int(count)?))?),
            None => None,
        };
        if let Some(rate) = &generate.rate {
            self.in_range(dataflow::generate_rate(self.int(rate)?))?;
        }
        let seed = self.int(&generate.seed)?.cast_unsigned();
        let tuples = match &generate.tuples {
            Tuples::Fields(spreads) => Made::Fields(self.fields(spout, spreads)?),
            Tuples::Events(generator, options) => {
                let options: Vec<Value> =
                    options.iter().map(|option| self.value(option)).collect::<Result<_, _>>()?;
                Made::Events(self.in_range((generator.dynamic)(seed, &options))?)
            }
        };
        Ok(Generator { count, seed, tuples })
    }

    fn fields(&self, spout: &Spout, spreads: &[Distribution]) -> Result<Vec<Dynamic>, StartError> {
        let record = &self.topology.records[spout.record];
        let mut fields = Vec::new();
        for (field, spread) in record.fields.iter().zip(spreads) {
            let presence = match &spread.presence {
                Some(presence) => Some(self.float(presence)?),
                None => None,
            };
            let arguments: Vec<Value> =
                spread.arguments.iter().map(|expr| self.value(expr)).collect::<Result<_, _>>()?;
            let made = Dynamic::new(presence, spread.kind, &arguments, &spread.ty, &field.name);
            fields.push(self.in_range(made)?);
        }
        Ok(fields)
    }

    fn bounds(&self, join: &Join) -> Result<Bounds, StartError> {
        let low = self.duration(&join.low)?;
        let mut hold = 0;
        if join.high.columns().is_empty() {
            let high = self.duration(&join.high)?;
            self.in_range(dataflow::join_bounds(low, high, join.inclusive))?;
            hold = if join.outer { high.0.max(0) } else { 0 };
        }
        Ok(Bounds { low: low.0, hold })
    }

    fn period(&self, clause: &str, written: Option<&Expr>) -> Result<Option<i64>, StartError> {
        match written {
            Some(written) => self.in_range(dataflow::positive(clause, self.duration(written)?)).map(Some),
            None => Ok(None),
        }
    }
}
