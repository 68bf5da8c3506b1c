//! Dead letters: tuples and rows that could not be computed, with where and why.

use std::fmt::{self, Write as _};

use streamwright_values::{Fault, FaultCode};

use crate::layout::Layout;
use crate::ledger::Positions;
use crate::tag::instant_of;

/// A letter as the sinks of `dead_letters` see it. Shown in one line, whatever its input holds.
#[derive(Clone, Copy, Debug)]
pub struct LetterRow<'a> {
    /// The spout; absent for a row made by a window.
    pub spout: Option<&'a str>,
    /// The line or the tuple's index, from 1; absent for a row made by a window.
    pub position: Option<i64>,
    /// The bolt or sink; absent where it happened in the spout.
    pub bolt: Option<&'a str>,
    /// The fault's word.
    pub code: FaultCode,
    /// The fault's sentence.
    pub error: &'a str,
    /// What could not be computed.
    pub input: Option<&'a str>,
}

/// A letter on its way to the end of its root.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Encoded.
    pub(crate) tag: Vec<u8>,
    /// The node's topological rank.
    pub(crate) node: u16,
    /// Whether it is about a row that the node's own window released: these stand behind the rows that came in.
    pub(crate) released: bool,
    pub(crate) fault: Fault,
    pub(crate) input: Option<String>,
}

/// Text on one line: what would end it or drive a terminal is escaped.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            if character.is_control() {
                write!(f, "{}", character.escape_default())
            } else {
                f.write_char(character)
            }
        })
    }
}

/// On one line, for people.
impl fmt::Display for LetterRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(spout) = self.spout {
            write!(f, "{spout}")?;
        }
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        if self.spout.is_some() && self.bolt.is_some() {
            f.write_str(" ")?;
        }
        if let Some(bolt) = self.bolt {
            write!(f, "{bolt}")?;
        }
        write!(f, ": {}: {}", self.code.as_str(), OneLine(self.error))?;
        self.input.map_or(Ok(()), |input| write!(f, ": {}", OneLine(input)))
    }
}

/// How many tuples and rows some letters are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) tuples: u64,
    pub(crate) rows: u64,
}

/// By instant and phase, then the node's rank, then rows that came in before those it released, then where the row stood.
pub(crate) fn sort(letters: &mut [Letter]) {
    letters.sort_by(|a, b| a.place().cmp(&b.place()));
}

/// How many letters are about a row of a release.
pub(crate) fn rows(letters: &[Letter]) -> u64 {
    letters.iter().filter(|letter| instant_of(&letter.tag) & 1 == 1).count() as u64
}

/// Of sorted letters: each tuple once, and each row of a release.
pub(crate) fn counts(letters: &[Letter]) -> Counts {
    let mut counts = Counts { tuples: 0, rows: 0 };
    let mut last = None;
    for instant in letters.iter().map(|letter| instant_of(&letter.tag)) {
        if instant & 1 == 1 {
            counts.rows += 1;
        } else if last != Some(instant) {
            counts.tuples += 1;
            last = Some(instant);
        }
    }
    counts
}

impl Letter {
    fn place(&self) -> (u64, u16, bool, &[u8]) {
        (instant_of(&self.tag), self.node, self.released, &self.tag)
    }

    /// As sinks see it. `base` is the number of lines before the root.
    pub(crate) fn row<'a>(&'a self, layout: &'a Layout, positions: &Positions, base: u64) -> LetterRow<'a> {
        let instant = instant_of(&self.tag);
        let origin = (instant & 1 == 0).then(|| positions.find((instant >> 1) as u32, base));
        let node = layout.nodes.get(usize::from(self.node));
        LetterRow {
            spout: origin.and_then(|(spout, _)| layout.spouts.get(spout)).map(|spout| spout.name),
            position: origin.map(|(_, position)| position.cast_signed()),
            bolt: node.filter(|node| !node.spout).map(|node| node.name),
            code: self.fault.code,
            error: &self.fault.message,
            input: self.input.as_deref(),
        }
    }
}

#[test]
fn a_letter_is_shown_on_one_line() {
    let letter = LetterRow {
        spout: Some("requests"),
        position: Some(7),
        bolt: None,
        code: FaultCode::Malformed,
        error: "no time",
        input: Some("\u{e9}\ttwo\r\nlines \u{1b}[2J"),
    };
    assert_eq!(letter.to_string(), "requests:7: malformed: no time: \u{e9}\\ttwo\\r\\nlines \\u{1b}[2J");
}
