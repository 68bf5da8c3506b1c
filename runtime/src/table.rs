//! Tables: rows of a file that are found by their key.
//!
//! A table is the same for all workers in each root: what the clock's reading in a root finds changed holds from that root
//! on, and those before it are finished with the rows from before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use streamwright_values::format::lines::{self, Content};
use streamwright_values::format::{AnyRead, FieldSpec, Raw};
use streamwright_values::{Fault, List, Timestamp, dataflow, wire};

use crate::files::TableFile;
use crate::ledger::lock;
use crate::stderr::tell;

/// A table.
#[derive(Debug)]
pub struct TableLayout {
    /// For messages.
    pub name: &'static str,
    /// Relative to the working directory.
    pub path: String,
    /// What reads its lines, all fields of them.
    pub format: Box<dyn AnyRead>,
    /// Its fields.
    pub fields: Vec<FieldSpec>,
    /// Converts the fields of a line, and writes those of the key, and all of them.
    pub row: RowOf,
}

/// See [`TableLayout::row`].
pub(crate) type RowOf = fn(&[Raw<'_>], &[FieldSpec], &mut Vec<u8>, &mut Vec<u8>) -> Result<(), Fault>;

/// The tables of a program.
#[derive(Debug)]
pub struct Tables {
    layouts: Vec<TableLayout>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    files: Vec<TableFile>,
    /// Each with the root that it holds from, in order.
    versions: Vec<(u64, Version)>,
}

/// Rows by the bytes of their keys, a table each.
type Version = Arc<[Arc<Rows>]>;
type Rows = HashMap<Box<[u8]>, Box<[u8]>>;

/// More roots are never in flight.
const IN_FLIGHT_MAX: u64 = 1 << 16;

thread_local! {
    /// The tables as they are in the root that this thread works at.
    static NOW: RefCell<Option<Version>> = const { RefCell::new(None) };
}

impl Tables {
    /// Reads them all.
    ///
    /// # Errors
    /// A sentence for people: a file that cannot be read, a line that does not fit.
    pub fn read(layouts: Vec<TableLayout>) -> Result<Tables, String> {
        let mut files: Vec<TableFile> = layouts.iter().map(|layout| TableFile::new(&layout.path)).collect();
        let rows = layouts.iter().zip(&mut files).map(|(layout, file)| layout.read(file).map(Arc::new));
        let first: Version = rows.collect::<Result<Vec<_>, _>>()?.into();
        let state = Mutex::new(State { files, versions: vec![(0, first)] });
        Ok(Tables { layouts, state })
    }

    /// Looks whether files have changed, for `root` and those behind it. Roots come in order.
    pub(crate) fn refresh(&self, root: u64, clock: i64) {
        let mut state = lock(&self.state);
        let State { files, versions } = &mut *state;
        let mut changed: Option<Vec<Arc<Rows>>> = None;
        for (at, (layout, file)) in self.layouts.iter().zip(files).enumerate() {
            if !file.has_changed(Timestamp(clock)) {
                continue;
            }
            match layout.read(file) {
                Ok(rows) => {
                    let last = || versions.last().map_or_else(Vec::new, |(_, tables)| tables.to_vec());
                    if let Some(place) = changed.get_or_insert_with(last).get_mut(at) {
                        *place = Arc::new(rows);
                    }
                }
                Err(why) => tell(&format!("table {why}; the rows from before hold on\n")),
            }
        }
        if let Some(tables) = changed {
            versions.push((root, tables.into()));
            let known = versions.partition_point(|(from, _)| from + IN_FLIGHT_MAX <= root);
            versions.drain(..known.saturating_sub(1));
        }
    }

    /// From here on, this thread works at `root`.
    pub(crate) fn begin(&self, root: u64) {
        let state = lock(&self.state);
        let known = state.versions.partition_point(|(from, _)| *from <= root);
        let version = known.checked_sub(1).and_then(|at| state.versions.get(at));
        NOW.set(version.map(|(_, tables)| Arc::clone(tables)));
    }

    /// The row with a key, by the bytes of that, in table number `table`.
    pub fn find<T>(
        &self,
        table: usize,
        key: &[u8],
        row: impl FnOnce(&mut wire::Reader<'_>) -> T,
    ) -> Option<T> {
        NOW.with_borrow(|tables| {
            let bytes = tables.as_ref()?.get(table)?.get(key)?;
            Some(row(&mut wire::Reader::new(bytes)))
        })
    }
}

impl TableLayout {
    fn read(&self, file: &mut TableFile) -> Result<Rows, String> {
        let bytes = file.read().map_err(|why| format!("{}: {why}", self.name))?;
        self.rows(&bytes).map_err(|(line, why)| format!("{}: {}: line {line}: {why}", self.name, self.path))
    }

    /// The rows of a file; else the line that does not fit, and why.
    fn rows(&self, bytes: &[u8]) -> Result<Rows, (u64, String)> {
        let mut format = self.format.again();
        let mut header = format.has_header();
        let mut rows = Rows::new();
        for record in lines::Records::new(format.framing(), bytes, lines::RECORD_MAX) {
            let line = record.line;
            let faulty = |fault: Fault| (line, fault.message.to_string());
            let Content::Whole(text) = record.content else {
                return Err(faulty(dataflow::line_too_long(lines::RECORD_MAX)));
            };
            if std::mem::take(&mut header) {
                format.header(text, &self.fields).map_err(|error| (line, error.to_string()))?;
                continue;
            }
            let (mut key, mut row) = (Vec::new(), Vec::new());
            let mut fields = vec![Raw::Missing; self.fields.len()];
            let scanned = format.scan_any(text, &|key| self.field(key), &mut fields);
            let read = scanned.and_then(|()| (self.row)(&fields, &self.fields, &mut key, &mut row));
            read.map_err(faulty)?;
            rows.insert(key.into(), row.into());
        }
        Ok(rows)
    }

    fn field(&self, key: &[u8]) -> Option<usize> {
        self.fields.iter().position(|field| field.wire_name.as_bytes() == key)
    }
}

/// A value that borrows from a table's row, on its own.
pub trait Detach {
    /// It borrows nothing.
    type Own;

    /// The value.
    fn detach(self) -> Self::Own;
}

/// See [`Detach`].
#[inline]
pub fn detach<T: Detach>(value: T) -> T::Own {
    value.detach()
}

macro_rules! plain {
    ($($ty:ty)*) => {
        $(
            impl Detach for $ty {
                type Own = $ty;
                #[inline]
                fn detach(self) -> $ty {
                    self
                }
            }
        )*
    };
}

plain! { bool i64 f64 streamwright_values::Timestamp streamwright_values::Duration std::net::IpAddr }

impl<T: ToOwned + ?Sized + 'static> Detach for std::borrow::Cow<'_, T> {
    type Own = std::borrow::Cow<'static, T>;

    #[inline]
    fn detach(self) -> Self::Own {
        std::borrow::Cow::Owned(self.into_owned())
    }
}

impl<T: Detach + Clone> Detach for List<'_, T>
where
    T::Own: 'static,
{
    type Own = List<'static, T::Own>;

    fn detach(self) -> Self::Own {
        List::Owned(self.into_vec().into_iter().map(Detach::detach).collect())
    }
}

impl<T: Detach> Detach for Option<T> {
    type Own = Option<T::Own>;

    #[inline]
    fn detach(self) -> Self::Own {
        self.map(Detach::detach)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by a panic")]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use streamwright_values::form::Form;
    use streamwright_values::format::csv::Csv;
    use streamwright_values::format::json::Json;
    use streamwright_values::format::{Read as _, field};

    use super::*;
    use crate::support::put;

    fn field_of(name: &str) -> FieldSpec {
        FieldSpec {
            name: name.to_owned(),
            wire_name: name.to_owned(),
            form: Form::Plain,
            absent: None,
            optional: false,
            inner: Vec::new(),
        }
    }

    fn row(
        fields: &[Raw<'_>],
        specs: &[FieldSpec],
        key: &mut Vec<u8>,
        row: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        put(&field::required::<i64>(fields[0], &specs[0])?, key);
        put(&field::required::<i64>(fields[1], &specs[1])?, row);
        Ok(())
    }

    fn found(tables: &Tables, root: u64, key: i64) -> Option<i64> {
        let mut bytes = Vec::new();
        put(&key, &mut bytes);
        tables.begin(root);
        tables.find(0, &bytes, |reader| reader.i64())
    }

    #[test]
    fn a_root_has_the_rows_that_held_when_it_was_claimed() {
        const SECOND: i64 = 1_000_000_000;
        let folder = std::env::temp_dir().join(format!("streamwright-tables-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("table.csv");
        fs::write(&path, "id,n\n1,10\n2,20\n1,11\n").unwrap();
        let layout = |format| TableLayout {
            name: "numbers",
            path: path.to_str().unwrap().to_owned(),
            format,
            fields: vec![field_of("id"), field_of("n")],
            row,
        };
        let csv =
            || -> Box<dyn AnyRead> { Box::new(Csv::reader("", &[], &[("id", Some(0)), ("n", Some(1))])) };
        let tables = Tables::read(vec![layout(csv())]).unwrap();
        assert_eq!(
            (found(&tables, 0, 1), found(&tables, 0, 2), found(&tables, 0, 3)),
            (Some(11), Some(20), None)
        );

        tables.refresh(1, 0);
        fs::write(&path, "id,n\n1,12345\n").unwrap();
        tables.refresh(2, SECOND / 2);
        assert_eq!(found(&tables, 2, 1), Some(11));
        tables.refresh(3, SECOND);
        assert_eq!((found(&tables, 3, 1), found(&tables, 3, 2)), (Some(12345), None));
        assert_eq!((found(&tables, 2, 1), found(&tables, 2, 2)), (Some(11), Some(20)));

        // What does not fit changes nothing, and is an error at the start.
        fs::write(&path, "id,n\n1\n").unwrap();
        tables.refresh(4, 2 * SECOND);
        assert_eq!(found(&tables, 4, 1), Some(12345));
        let why = Tables::read(vec![layout(csv())]).unwrap_err();
        assert!(why.starts_with("numbers: ") && why.contains("line 2: "), "{why}");
        fs::write(&path, "{\"n\":5,\"id\":7}\n\n").unwrap();
        let tables = Tables::read(vec![layout(Box::new(Json))]).unwrap();
        assert_eq!(found(&tables, 0, 7), Some(5));
        fs::remove_dir_all(&folder).unwrap();
    }

    /// What happens to a table's file.
    #[derive(Clone, Debug)]
    enum Event {
        /// It has these rows from now on.
        Written(Vec<(i64, i64)>),
        /// It is as it should not be.
        Spoilt,
        /// A root is claimed, so long after the one before.
        Claimed(i64),
        /// A row is looked up in the root so many before the last.
        Asked(u64, i64),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            2 => prop::collection::vec((0..4_i64, any::<i64>()), 0..5).prop_map(Event::Written),
            1 => Just(Event::Spoilt),
            4 => (-1..4_i64).prop_map(Event::Claimed),
            6 => (0..6_u64, 0..4_i64).prop_map(|(back, key)| Event::Asked(back, key)),
        ];
        prop::collection::vec(event, 0..40)
    }

    proptest! {
        #[test]
        fn a_table_is_what_its_file_was_when_the_root_was_claimed(events in events()) {
            const STEP: i64 = 400_000_000;
            let file = tempfile::NamedTempFile::new().unwrap();
            let path = file.path().to_str().unwrap().to_owned();
            // Each content is longer than the one before: a file's times are coarse.
            let mut length = 0;
            let mut write = |mut text: String| {
                text += &"\n".repeat(length + 1);
                length = text.len();
                fs::write(file.path(), text).unwrap();
            };
            write(String::new());
            let layout = TableLayout {
                name: "numbers",
                path,
                format: Box::new(Json),
                fields: vec![field_of("id"), field_of("n")],
                row,
            };
            let tables = Tables::read(vec![layout]).unwrap();
            // The rows in the file, as far as they can be read; those of each root.
            let mut now = Some(Vec::new());
            let mut known: Vec<Vec<(i64, i64)>> = vec![Vec::new()];
            let (mut clock, mut looked) = (0, None);
            for event in events {
                let last = known.len() as u64 - 1;
                match event {
                    Event::Written(rows) => {
                        write(rows.iter().map(|(id, n)| format!("{{\"id\":{id},\"n\":{n}}}\n")).collect());
                        now = Some(rows);
                    }
                    Event::Spoilt => {
                        write("{\"id\":1".to_owned());
                        now = None;
                    }
                    Event::Claimed(steps) => {
                        clock += steps * STEP;
                        tables.refresh(last + 1, clock);
                        let waits = looked.is_some_and(|looked| (0..1_000_000_000).contains(&(clock - looked)));
                        let mut rows = known[last as usize].clone();
                        if !waits {
                            looked = Some(clock);
                            rows = now.clone().unwrap_or(rows);
                        }
                        known.push(rows);
                    }
                    Event::Asked(back, key) => {
                        let root = last.saturating_sub(back);
                        let row = known[root as usize].iter().rfind(|row| row.0 == key);
                        prop_assert_eq!(found(&tables, root, key), row.map(|row| row.1));
                    }
                }
            }
        }
    }
}
