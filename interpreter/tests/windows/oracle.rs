//! What the language's pages say of time and windows, as loops over whole runs: no state is carried from one instant to
//! the next, and nothing is released early or dropped. A window *is* the list of the rows that were in time for it.

use std::collections::BTreeSet;

use crate::exact;
use crate::shape::{Bolt, Key, OfX, Spout, Window};

/// −∞ and +∞ of watermarks.
const NEVER: i128 = i128::MIN;
const END: i128 = i128::MAX;

/// A line of a spout.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    Malformed,
    Tuple { key: &'static str, n: i64, x: f64, at: Option<i64> },
}

/// A cell of a row that a sink writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Absent,
    Text(String),
    Int(i64),
    Float(f64),
    Time(i64),
}

/// A row of a stream, in the stream's order.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The instant, and 1 behind a release.
    pub(crate) moment: (usize, u8),
    pub(crate) at: Option<i64>,
    pub(crate) key: String,
    pub(crate) n: i64,
    pub(crate) x: f64,
    /// As a sink of the stream writes it.
    pub(crate) cells: Vec<Cell>,
}

/// A dead letter: its place in the order of all, then what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letter {
    moment: (usize, u8),
    node: usize,
    pub(crate) origin: Option<(usize, usize)>,
    pub(crate) bolt: Option<String>,
    pub(crate) code: &'static str,
}

/// An instant: the spout, and the line's index; none for the spout's end.
type Item = (usize, Option<usize>);

/// A run, known from its beginning to its end.
pub(crate) struct Run<'a> {
    spouts: &'a [Spout],
    items: Vec<Item>,
    /// The event time of each instant's tuple, if it left its spout.
    times: Vec<Option<i64>>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) filtered: u64,
    pub(crate) late: u64,
}

impl<'a> Run<'a> {
    /// The sequence of the run, and what leaves each spout.
    pub(crate) fn new(spouts: &'a [Spout], clock: i64) -> (Run<'a>, Vec<Vec<Row>>) {
        let items = sequence(spouts, clock);
        let mut run = Run { spouts, items, times: Vec::new(), letters: Vec::new(), filtered: 0, late: 0 };
        let mut streams = vec![Vec::new(); spouts.len()];
        for (instant, &(spout, line)) in run.items.clone().iter().enumerate() {
            let Some(line) = line else {
                run.times.push(None);
                continue;
            };
            let left = leaves(&spouts[spout], &spouts[spout].lines[line], clock);
            run.times.push(left.clone().ok().flatten().and_then(|row| row.at));
            match left {
                Ok(Some(row)) => streams[spout].push(Row { moment: (instant, 0), ..row }),
                Ok(None) => run.filtered += 1,
                Err(code) => run.letter((instant, 0), spout, None, code),
            }
        }
        (run, streams)
    }

    fn letter(&mut self, moment: (usize, u8), node: usize, bolt: Option<&str>, code: &'static str) {
        let (spout, line) = self.items[moment.0];
        // A row made by a window comes from no single line.
        let origin = line.filter(|_| moment.1 == 0).map(|line| (spout, line + 1));
        self.letters.push(Letter { moment, node, origin, bolt: bolt.map(str::to_owned), code });
    }

    /// In the order of a sink of dead letters; of one node, as they were made.
    pub(crate) fn sorted_letters(&mut self) -> &[Letter] {
        self.letters.sort_by_key(|letter| (letter.moment, letter.node));
        &self.letters
    }

    /// How many tuples have a letter.
    pub(crate) fn dead_lettered(&self) -> usize {
        let tuples = self.letters.iter().filter(|letter| letter.moment.1 == 0);
        tuples.map(|letter| letter.moment.0).collect::<BTreeSet<_>>().len()
    }

    /// The watermark of a spout when this many instants are over.
    fn spout_watermark(&self, spout: usize, over: usize) -> i128 {
        let past = || (0..over).filter(|instant| self.items[*instant].0 == spout);
        if past().any(|instant| self.items[instant].1.is_none()) {
            return END;
        }
        let largest = past().filter_map(|instant| self.times[instant]).max();
        largest.map_or(NEVER, |at| i128::from(at.saturating_sub(self.spouts[spout].late_by)))
    }

    /// The smallest of several spouts'.
    fn watermark(&self, spouts: &BTreeSet<usize>, over: usize) -> i128 {
        spouts.iter().map(|spout| self.spout_watermark(*spout, over)).min().unwrap_or(END)
    }

    /// What a windowed bolt makes of its inputs: its own stream, and the late one.
    pub(crate) fn windowed(
        &mut self,
        bolt: &Bolt,
        node: usize,
        spouts: &BTreeSet<usize>,
        inputs: &[Vec<Row>],
    ) -> (Vec<Row>, Vec<Row>) {
        let rows = self.enter(bolt, node, &union(inputs));
        // Instant by instant, what the watermark is before it; behind the last one, at the end.
        let marks: Vec<i128> = (0..=self.items.len()).map(|over| self.watermark(spouts, over)).collect();
        let mut windows = BTreeSet::new();
        let mut late = Vec::new();
        for row in &rows {
            for (start, end) in windows_of(&bolt.window, row) {
                if end > marks[row.moment.0] {
                    windows.insert((end, start, bolt.key(row)));
                } else {
                    let bounds = [start, end].map(|bound| Cell::Time(bound as i64));
                    let cells = row.plain().into_iter().chain(bounds).collect();
                    late.push(Row { cells, ..row.clone() });
                }
            }
        }
        self.late += late.len() as u64;
        let mut released = Vec::new();
        for (end, start, key) in windows {
            let members = rows.iter().filter(|row| {
                bolt.key(row) == key
                    && windows_of(&bolt.window, row).contains(&(start, end))
                    && end > marks[row.moment.0]
            });
            let members: Vec<&Row> = members.collect();
            let instant = (0..self.items.len()).find(|instant| marks[instant + 1] >= end);
            let moment = (instant.expect("the watermark goes to +∞"), 1);
            released.push((moment, fold(bolt, &key, (start, end), &members)));
        }
        // The windows are in the order of their ends and keys.
        released.sort_by_key(|(moment, _)| *moment);
        let mut leaving = Vec::new();
        for (moment, row) in released {
            match row {
                Ok(row) if bolt.having.is_some_and(|least| row.1 < least) => self.filtered += 1,
                Ok(row) => leaving.push(Row { moment, ..row.0 }),
                Err(code) => self.letter(moment, node, Some(&bolt.name), code),
            }
        }
        (leaving, late)
    }

    /// The rows that come to the window: behind `where`, without faults in aggregates' arguments, inside all time.
    fn enter(&mut self, bolt: &Bolt, node: usize, rows: &[Row]) -> Vec<Row> {
        let mut entering = Vec::new();
        for row in rows {
            if bolt.guard.is_some_and(|least| row.n < least) {
                self.filtered += 1;
                continue;
            }
            let outside = |&(start, end): &(i128, i128)| start < i64::MIN.into() || end > i64::MAX.into();
            let range_matters = !matches!(bolt.window, Window::All);
            if bolt.faulty
                && let Err(code) = share_is_large(row.n)
            {
                self.letter(row.moment, node, Some(&bolt.name), code);
            } else if range_matters && windows_of(&bolt.window, row).iter().any(outside) {
                self.letter(row.moment, node, Some(&bolt.name), "overflow");
            } else {
                entering.push(row.clone());
            }
        }
        entering
    }

    /// What a bolt that only has a `where` lets through.
    pub(crate) fn narrowed(&mut self, rows: &[Row], least: Option<i64>) -> Vec<Row> {
        let kept: Vec<Row> =
            rows.iter().filter(|row| least.is_none_or(|least| row.n >= least)).cloned().collect();
        self.filtered += (rows.len() - kept.len()) as u64;
        kept
    }
}

/// The merge of all spouts: by the largest time so far, then the spout, then the line; ends behind last lines.
fn sequence(spouts: &[Spout], clock: i64) -> Vec<Item> {
    let mut sorted = Vec::new();
    for (index, spout) in spouts.iter().enumerate() {
        let mut largest = NEVER;
        for (line, content) in spout.lines.iter().enumerate() {
            if let Ok(Some(Row { at: Some(at), .. })) = leaves(spout, content, clock) {
                largest = largest.max(at.into());
            }
            sorted.push(((largest, index, line), (index, Some(line))));
        }
        sorted.push(((largest, index, spout.lines.len()), (index, None)));
    }
    sorted.sort_by_key(|(place, _)| *place);
    sorted.into_iter().map(|(_, item)| item).collect()
}

/// What a line becomes in its spout: a row, nothing, or a letter.
fn leaves(spout: &Spout, line: &Line, clock: i64) -> Result<Option<Row>, &'static str> {
    let Line::Tuple { key, n, x, at } = line else { return Err("malformed") };
    if spout.without == Some(*n) {
        return Ok(None);
    }
    let at = at.ok_or("bad-time")?;
    if spout.ahead_by.is_some_and(|ahead| i128::from(at) > i128::from(clock) + i128::from(ahead)) {
        return Err("bad-time");
    }
    let row = Row { moment: (0, 0), at: Some(at), key: (*key).to_owned(), n: *n, x: *x, cells: Vec::new() };
    Ok(Some(Row { cells: row.plain(), ..row }))
}

/// Input by input within a phase of an instant.
fn union(inputs: &[Vec<Row>]) -> Vec<Row> {
    let mut rows = inputs.concat();
    rows.sort_by_key(|row| row.moment);
    rows
}

/// All `[start, end)` that hold the row's time, in the order of their ends: tried one by one round it.
fn windows_of(window: &Window, row: &Row) -> Vec<(i128, i128)> {
    let (size, hop, offset) = match *window {
        Window::All => return vec![(NEVER, END)],
        Window::Tumbling { size, offset } => (size, size, offset),
        Window::Hopping { size, hop, offset } => (size, hop, offset),
    };
    let day: i64 = 86_400_000_000_000;
    // 1970-01-05 was a Monday.
    let anchor = if window.counts_from_monday() { 4 * day } else { 0 } + offset;
    let at = i128::from(row.at.expect("rows in front of a window in time have one"));
    let (size, hop, anchor) = (i128::from(size), i128::from(hop), i128::from(anchor));
    let near = (at - anchor) / hop;
    (near - size / hop - 2..=near + 2)
        .map(|number| (anchor + number * hop, anchor + number * hop + size))
        .filter(|(start, end)| *start <= at && at < *end)
        .collect()
}

/// `10 / (n - 3) > 2`.
fn share_is_large(n: i64) -> Result<bool, &'static str> {
    let less = n.checked_sub(3).ok_or("overflow")?;
    Ok(10_i64.checked_div(less).ok_or("division-by-zero")? > 2)
}

/// The row of a window, and how many rows were in it.
fn fold(
    bolt: &Bolt,
    key: &[Key],
    (start, end): (i128, i128),
    members: &[&Row],
) -> Result<(Row, i64), &'static str> {
    let large: Vec<&Row> = members.iter().copied().filter(|row| row.n > 2).collect();
    let xs = |rows: &[&Row]| rows.iter().map(|row| row.x).collect::<Vec<f64>>();
    let ns: Vec<i64> = members.iter().map(|row| row.n).collect();
    let (first, last) = (
        first(bolt.timed, members).expect("no window is empty"),
        last(bolt.timed, members).expect("no window is empty"),
    );
    let smallest = xs(members).into_iter().min_by(f64::total_cmp).expect("no window is empty");
    let largest = |rows: &[&Row]| xs(rows).into_iter().max_by(f64::total_cmp);
    let mut row = Row { moment: (0, 0), at: None, key: last.key.clone(), n: 0, x: 0.0, cells: Vec::new() };
    row.n = ns.iter().copied().max().expect("no window is empty");
    for part in key {
        match part {
            Key::Text(key) => row.key.clone_from(key),
            Key::Int(n) => row.n = *n,
        }
    }
    row.x = match bolt.of_x {
        OfX::Sum => exact::sum(&xs(members)),
        OfX::Avg => exact::mean(&xs(members)),
        OfX::Min => Some(smallest),
        OfX::Max => largest(members),
        OfX::First => Some(first.x),
        OfX::Last => Some(last.x),
    }
    .ok_or("not-finite")?;
    let mut cells = row.plain();
    if !matches!(bolt.window, Window::All) {
        row.at = Some((end - 1) as i64);
        cells.extend([start, end].map(|bound| Cell::Time(bound as i64)));
    }
    let sum: i128 = ns.iter().copied().map(i128::from).sum();
    cells.push(Cell::Int(members.len() as i64));
    cells.push(Cell::Int(large.len() as i64));
    cells.push(Cell::Int(i64::try_from(sum).map_err(|_| "overflow")?));
    cells.push(Cell::Float(exact::mean(&xs(members)).ok_or("not-finite")?));
    cells.push(Cell::Float(exact::mean_of_ints(&ns).ok_or("not-finite")?));
    cells.push(Cell::Float(smallest));
    cells.push(largest(&large).map_or(Cell::Absent, Cell::Float));
    cells.push(Cell::Int(first.n));
    cells.push(Cell::Float(last.x));
    cells.push(crate::oracle::last(bolt.timed, &large).map_or(Cell::Absent, |row| Cell::Float(row.x)));
    cells.push(Cell::Float(exact::sum(&xs(&large)).ok_or("not-finite")?));
    if bolt.faulty {
        let shares = members.iter().filter(|row| share_is_large(row.n) == Ok(true));
        cells.push(Cell::Int(shares.count() as i64));
    }
    row.cells = cells;
    Ok((row, members.len() as i64))
}

/// The earliest by event time, and of those the first to come. Without times, the first to come.
fn first<'r>(timed: bool, rows: &[&'r Row]) -> Option<&'r Row> {
    if !timed {
        return rows.first().copied();
    }
    let earliest = rows.iter().map(|row| row.at).min()?;
    rows.iter().copied().find(|row| row.at == earliest)
}

/// The latest by event time, and of those the last to come. Without times, the last to come.
fn last<'r>(timed: bool, rows: &[&'r Row]) -> Option<&'r Row> {
    if !timed {
        return rows.last().copied();
    }
    let latest = rows.iter().map(|row| row.at).max()?;
    rows.iter().copied().rfind(|row| row.at == latest)
}

impl Row {
    fn plain(&self) -> Vec<Cell> {
        vec![Cell::Text(self.key.clone()), Cell::Int(self.n), Cell::Float(self.x)]
    }
}

impl Bolt {
    fn key(&self, row: &Row) -> Vec<Key> {
        let key = |column: &&str| match *column {
            "k" => Key::Text(row.key.clone()),
            _ => Key::Int(row.n),
        };
        self.keys.iter().map(key).collect()
    }
}
