//! Runs the tests that stand beside a topology: in virtual time, over what they give.

use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use streamwright_dsl::topology::{Expect, GivenTuple, NodeId, NodeKind, Stream, Test, Topology};
use streamwright_values::Value;
use streamwright_values::format::lines;
use streamwright_values::format::write::write_json_object;

use crate::{
    Content, Environment, Letter, Output, Program, Record, Records, RunError, StartError, TableRows,
};

/// How many bytes of rows a test may make.
const BUDGET: usize = 256 << 20;

/// A row, next to what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It was expected, and came. Only the columns that are expected of are shown.
    Same(String),
    /// It was expected, and did not come.
    Missing(String),
    /// It came, and nothing like it was expected here.
    Unexpected(String),
}

/// An `expect` that does not hold: its place among the test's, and all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The index in [`Test::expects`].
    pub expect: usize,
    /// What was expected beside what came, in order.
    pub rows: Vec<Compared>,
}

/// Why a test could not be run to its end.
#[derive(Debug)]
pub enum TestError {
    /// The program does not start.
    Start(StartError),
    /// It stopped early.
    Run(RunError),
}

impl std::fmt::Display for TestError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TestError::Start(error) => write!(f, "{error}"),
            TestError::Run(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TestError {}

/// Runs a test; what it expects and did not get.
///
/// # Errors
/// Whatever keeps the topology from running over what the test gives.
pub fn run_test(topology: &Topology, test: &Test) -> Result<Vec<Unmet>, TestError> {
    let topology = &reading_all(topology);
    let program = Program::new(topology, test.params.clone()).map_err(TestError::Start)?;
    let program = program.with_budget(BUDGET);
    let ran = program.over(topology, test).map_err(TestError::Run)?;
    let came = |expect: &Expect| ran.get(&expect.stream).map(Vec::as_slice).unwrap_or_default();
    let unmet = test.expects.iter().enumerate().filter_map(|(index, expect)| {
        let rows = compare(topology, expect, came(expect));
        let holds = rows.iter().all(|row| match row {
            Compared::Same(_) => true,
            Compared::Missing(_) => false,
            Compared::Unexpected(_) => expect.contains,
        });
        (!holds).then_some(Unmet { expect: index, rows })
    });
    Ok(unmet.collect())
}

/// The topology, but that it reads all fields of its lines: a test may expect of columns that no sink needs.
fn reading_all(topology: &Topology) -> Topology {
    let mut topology = topology.clone();
    for node in &mut topology.nodes {
        if let NodeKind::Spout(spout) = &mut node.kind {
            spout.reads.fill(true);
        }
    }
    topology
}

impl Program<'_> {
    /// The rows of the streams that a test expects of.
    fn over(&self, topology: &Topology, test: &Test) -> Result<HashMap<Stream, Vec<Vec<Value>>>, RunError> {
        let mut records: HashMap<NodeId, Records<'_>> = HashMap::new();
        for (index, node) in topology.nodes.iter().enumerate() {
            if let NodeKind::Spout(_) = &node.kind {
                records.insert(NodeId(index), Box::new(self.given(test, NodeId(index)).into_iter().map(Ok)));
            }
        }
        let mut tables = Vec::new();
        for (index, rows) in test.tables.iter().enumerate() {
            let rows = (1..)
                .zip(rows)
                .map(|(line, row)| Ok(Record { line, content: Content::Fields(row.clone()), clock: None }));
            let rows = self.table_rows(index, rows, lines::RECORD_MAX);
            let failed = |error| RunError::Table { table: topology.tables[index].name.clone(), error };
            tables.push(Rc::<TableRows>::new(rows.map_err(failed)?));
        }
        let mut seen = Seen(test.expects.iter().map(|expect| (expect.stream, Vec::new())).collect());
        // Every record has a reading of its own.
        let clock = || streamwright_values::Timestamp(0);
        let environment = Environment {
            records,
            tables: &|| tables.clone(),
            record_max: lines::RECORD_MAX,
            clock: &clock,
            stop: &|| false,
        };
        self.run(environment, &mut seen).map_err(|stopped| stopped.error)?;
        Ok(seen.0)
    }

    /// What a test gives to a spout, and the silence between.
    fn given(&self, test: &Test, spout: NodeId) -> Vec<Record> {
        let idle_after = self.idle_after(spout);
        let given = test.given.iter().filter(|given| given.spout == spout);
        let (mut records, mut before) = (Vec::new(), None);
        for (line, given) in (1..).zip(given) {
            let silence = before.map_or(0, |before| given.clock.0.saturating_sub(before));
            before = Some(given.clock.0);
            if idle_after.is_some_and(|after| silence >= after.max(1)) {
                records.push(Record { line, content: Content::Silence(silence), clock: None });
            }
            let content = match &given.tuple {
                GivenTuple::Row(values) => Content::Fields(values.clone()),
                GivenTuple::Line(line) => Content::Whole(line.clone().into_bytes()),
            };
            records.push(Record { line, content, clock: Some(given.clock) });
        }
        records
    }
}

/// The rows of some streams, as they come.
struct Seen(HashMap<Stream, Vec<Vec<Value>>>);

impl Output for Seen {
    fn write(&mut self, _: NodeId, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn leaves(&mut self, stream: Stream, row: &[Value]) {
        if let Some(rows) = self.0.get_mut(&stream) {
            rows.push(row.to_vec());
        }
    }

    fn unread(&mut self, _: &Letter) {}
}

/// Lays what came beside what was expected: as many rows as can be are the same (a longest common subsequence).
fn compare(topology: &Topology, expect: &Expect, came: &[Vec<Value>]) -> Vec<Compared> {
    let names: Vec<String> = topology.row(expect.stream).iter().map(|column| column.name.clone()).collect();
    let shown = Shown::new(expect, &names);
    let wanted = &expect.rows;
    let common = Common::new(wanted, came);
    let (mut left, mut right, mut rows) = (0, 0, Vec::new());
    while left < wanted.len() || right < came.len() {
        let both = left < wanted.len() && right < came.len();
        if both && common.takes_both(left, right) && same(&wanted[left], &came[right]) {
            rows.push(Compared::Same(shown.row(&came[right])));
            (left, right) = (left + 1, right + 1);
        } else if left < wanted.len() && (right == came.len() || common.takes_left(left, right)) {
            rows.push(Compared::Missing(shown.wanted(&wanted[left])));
            left += 1;
        } else {
            rows.push(Compared::Unexpected(shown.row(&came[right])));
            right += 1;
        }
    }
    rows
}

fn same(wanted: &[(usize, Value)], row: &[Value]) -> bool {
    wanted.iter().all(|(column, value)| row.get(*column) == Some(value))
}

/// How many rows can be the same from each place of both on.
struct Common {
    counts: Vec<u32>,
    width: usize,
}

impl Common {
    fn new(wanted: &[Vec<(usize, Value)>], came: &[Vec<Value>]) -> Common {
        let width = came.len() + 1;
        let mut common = Common { counts: vec![0; (wanted.len() + 1) * width], width };
        for left in (0..wanted.len()).rev() {
            for right in (0..came.len()).rev() {
                common.counts[left * width + right] = match same(&wanted[left], &came[right]) {
                    true => 1 + common.at(left + 1, right + 1),
                    false => common.at(left + 1, right).max(common.at(left, right + 1)),
                };
            }
        }
        common
    }

    fn at(&self, left: usize, right: usize) -> u32 {
        self.counts[left * self.width + right]
    }

    fn takes_both(&self, left: usize, right: usize) -> bool {
        self.at(left, right) == 1 + self.at(left + 1, right + 1)
    }

    fn takes_left(&self, left: usize, right: usize) -> bool {
        self.at(left + 1, right) >= self.at(left, right + 1)
    }
}

/// Rows as text: the columns that something is expected of, or all.
struct Shown<'n> {
    names: &'n [String],
    columns: Vec<usize>,
}

impl<'n> Shown<'n> {
    fn new(expect: &Expect, names: &'n [String]) -> Shown<'n> {
        let mut columns: Vec<usize> = expect.rows.iter().flatten().map(|(column, _)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() {
            columns = (0..names.len()).collect();
        }
        Shown { names, columns }
    }

    fn row(&self, row: &[Value]) -> String {
        let value = |column: &usize| row.get(*column).cloned().unwrap_or(Value::None);
        self.text(&self.columns, &self.columns.iter().map(value).collect::<Vec<_>>())
    }

    fn wanted(&self, wanted: &[(usize, Value)]) -> String {
        let mut sorted: Vec<&(usize, Value)> = wanted.iter().collect();
        sorted.sort_by_key(|(column, _)| *column);
        let columns: Vec<usize> = sorted.iter().map(|(column, _)| *column).collect();
        self.text(&columns, &sorted.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>())
    }

    fn text(&self, columns: &[usize], values: &[Value]) -> String {
        let names = columns.iter().map(|column| self.names.get(*column).map_or("", String::as_str));
        let mut json = Vec::new();
        write_json_object(names, values, &mut json);
        String::from_utf8_lossy(&json).into_owned()
    }
}
