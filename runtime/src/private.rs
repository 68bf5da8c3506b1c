//! All that a compiled program may name, and nothing else. `tests/by_hand` of this crate is such a program, written by
//! hand; read it beside this page.
//!
//! # A program
//! `main` calls [`main`](fn@main) with an [`Interface`] and a function that makes the program, a [`Topology`], from its
//! [`Params`]. The [`Layout`] says which spouts, keyed stages, exchanges and sinks there are; each worker thread then
//! asks for a [`Worker`], which owns its share of the state. Indices everywhere are places in the layout's lists.
//!
//! # The source stage
//! [`Worker::source`] walks over a root, a run of items:
//! ```text
//! while let Some(item) = root.next() {
//!     match item.payload {
//!         Payload::Line(line) => …,          // read, the spout's steps, then root.observe(item.spout, at), then the bolts
//!         Payload::TooLong { .. } | Payload::Unfinished(_) => …,  // a letter
//!         Payload::Number(number) => …,      // a generated tuple
//!         Payload::Row(row) => …,            // read where spouts are merged: see `Merger`
//!         Payload::End => {}                 // the end of a spout: only the watermarks move
//!     }
//!     if let Some(moved) = root.moved(out) { … }
//! }
//! ```
//! - Lines of the only spout may be read before their end is known: [`SourceRoot::next_read`]. With several spouts the lines
//!   are cut already, and [`read_whole`] reads them. Those of spouts with event time are read as they are merged, by a
//!   [`Merger`], also before their end is known, and the worker is given their rows: [`foreseen`].
//! - `observe` is called once for each tuple that has survived its spout, before or after its rows pass: the watermarks
//!   that rows are judged by do not move before `moved`.
//! - **Alone** ([`SourceRoot::alone`]) there are no exchanges and [`Worker::stage`] is never called: the source stage hands
//!   rows to the later stages itself. At `moved` each windowed bolt of these classes, in topological order, is released with the smallest
//!   [`Moved::watermark`] of its spouts, and its rows go on with [`Tag::Released`] of [`Moved::item`].
//! - **With workers** rows go to [`Outbox::part`]. What is combined is sent when `moved` gives the stage's class (tag:
//!   [`Tag::Item`] of [`Moved::item`]) and once more behind the loop (tag: [`Tag::Item`] of [`SourceRoot::index`]), *before*
//!   rows of the next segment are combined. The watermarks of `moved` are not exact there, and nobody needs them.
//!
//! # Keyed stages
//! [`Worker::stage`] is called for every root in order in which the stage has something to do on this worker:
//! ```text
//! for segment in root.segments() {
//!     for rows in root.rows(exchange, segment, Phase::Tuple) { … }     // decode with wire::Reader, add to the windows
//!     for rows in root.rows(exchange, segment, Phase::Release) { … }   // what windows upstream released
//!     if segment.closed { windows.release(watermark, …) }              // the smallest segment.watermark(spout) of its spouts
//! }
//! ```
//! The segments of a stage are those of its class: see [`Cut`]. What was combined for others is sent where
//! [`Segment::classes`] says so.
//!
//! Rows are judged for lateness by what the windows were last released with: [`Panes`] remembers it. An exchange whose
//! order shows (`first` or `last` behind a second exchange or a union, a row-by-row stage) is tagged, and read with
//! [`StageRoot::ordered`]. Segments that are not `closed` have nothing in [`Phase::Release`].
//!
//! # Order
//! A [`Tag`] says where a row stands in its root. It is passed by reference and encoded only for exchanges and sinks that
//! are [`Tagged`], and for letters. A sink's rows of one root are sorted by their tags; roots follow each other.
//!
//! # Windows
//! [`Panes`] is looked up by a borrowed key ([`KeyRef`]) and keeps an owned one ([`Key`]). The owner of a key is
//! `receiver(hash(&key), out.workers())`; [`hash`] of the borrowed columns must be what [`KeyRef::hash`] gives, and crosses with
//! the row, so that the owner need not hash again ([`Hashed`]). Combining
//! before an exchange uses a second `Panes` that is never released but [drained](Panes::drain); partials travel as pane
//! start, key, accumulator, and are merged by `add` on the other side with the pane's start as `at`. A late partial counts
//! each of its tuples, so it carries their number.
//!
//! # Letters and counts
//! [`Outbox::letter`] takes the node's rank in [`Layout::nodes`]. Letters in phase 0 make their tuple dead-lettered, those
//! in phase 1 count as rows; the tag decides. Late and filtered rows are told to [`Outbox::late`], [`Outbox::filtered`].

pub use crate::arguments::Params;
pub use crate::counters::Summary;
pub use crate::entries::{Entries, Slot};
pub use crate::hash::{Hashed, KeyHash, hash, receiver};
pub use crate::join::{Came, Joined};
pub use crate::latest::Latest;
pub use crate::layout::{
    Boundary, Cut, ExchangeLayout, Foreseen, Interface, Layout, Merger, NodeLayout, ParamInterface,
    SinkLayout, Source, SpoutLayout, StageLayout, Tagged, Target, Topology, Worker,
};
pub use crate::letter::LetterRow;
pub use crate::outbox::Outbox;
pub use crate::own::{Bolts, OwnSource, OwnTarget};
pub use crate::part::{Part, Row};
pub use crate::program::{Error, main, run};
/// The struct of a record.
pub use crate::record;
pub use crate::source::{Item, Moved, Payload, SourceRoot};
pub use crate::stage::{Segment, StageRoot};
#[cfg(feature = "zones")]
pub use crate::support::zone;
pub use crate::support::{
    Failed, Head, KeptText, KeyColumn, Lend, NO_TIME, Ordered, Own, Put, Shown, Take, attempt, behind,
    boundary, bytes, check_fits, check_windows, clause, constant, decode, encode, event_time, every, foresee,
    foreseen, forms, header, held_back, hold, hopping, in_range, is, keep, key_bytes, lend, line, line_shown,
    member, own, present, put, rank, rank_bytes, read_whole, reader, scan, session, take, text, tumbling,
    unnamed, unread, widen, window_start, within, within_inclusive, write, writer,
};
/// What own Rust gives is looked at.
pub use crate::support::{Finite, finite, given, given_shown};
/// What generated code is written with.
#[cfg(feature = "regex")]
pub use crate::support::{groups, regex};
pub use crate::table::{Detach, TableLayout, Tables, detach};
pub use crate::tag::{KeyBytes, Phase, Tag};
pub use crate::window::{
    AT_ONCE, Batches, Ends, Key, KeyRef, Last, Panes, Rank, Ranking, Revision, Revisions, Running, Sessions,
    Shape, Trailing,
};
pub use std::borrow::Cow;
pub use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
pub use std::option::Option;
/// What sources and targets are opened by.
pub use streamwright_connectors as connectors;
/// Types, text forms, checked arithmetic, built-in functions and wire formats.
pub use streamwright_values as values;
/// Accumulators: what a window keeps of its rows.
pub use streamwright_values::aggregates as aggregate;
pub use streamwright_values::dataflow::{check_ahead, direct_task};
/// What takes a text apart into a record.
pub use streamwright_values::extract::Extractor;
pub use streamwright_values::form::Form;
pub use streamwright_values::format::{self, FieldSpec, Raw, WriteField, field, lines::Framing};
#[cfg(feature = "regex")]
pub use streamwright_values::functions::Regex;
#[cfg(feature = "zones")]
pub use streamwright_values::functions::Zone;
pub use streamwright_values::{
    Duration, Fault, List, Timestamp, Type, Value, dataflow, functions, generate, ops,
};

/// How rows and partial aggregates are written into parts, and read back.
pub use streamwright_values::wire;
