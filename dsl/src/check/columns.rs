//! The columns that an expression may name.

use streamwright_values::Type;

use crate::source::Span;
use crate::topology::{Column, Row};

/// A column in scope.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) name: String,
    /// Nothing where a mistake left it unknown.
    pub(super) ty: Option<Type>,
    /// Whether the name alone means it.
    pub(super) plain: bool,
    /// The inputs whose names before a point mean it.
    pub(super) inputs: Vec<String>,
    /// Whether no name means it, and it does not leave the bolt: what `before(n)` is.
    pub(super) hidden: bool,
}

/// The columns of a row, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) list: Vec<Known>,
    /// Whether there may be more: an earlier mistake hides them.
    pub(super) open: bool,
    /// The names that may stand before a point.
    pub(super) qualifiers: Vec<String>,
}

/// What a name means among columns.
pub(super) enum Found {
    /// This one.
    Column(usize),
    /// An earlier mistake may hide it.
    Hidden,
    /// None.
    Nothing,
}

impl Columns {
    /// Columns that are all unknown.
    pub(super) fn unknown() -> Columns {
        Columns { open: true, ..Columns::default() }
    }

    /// The columns of a finished row.
    pub(super) fn of(row: &Row) -> Columns {
        let list = row.iter().map(|column| Known::plain(&column.name, Some(column.ty.clone()))).collect();
        Columns { list, ..Columns::default() }
    }

    /// Adds a column that its name alone means.
    pub(super) fn push(&mut self, name: &str, ty: Option<Type>) {
        self.list.push(Known::plain(name, ty));
    }

    /// The row, if nothing in it is unknown. Of two columns of one name, as a join has them, the second has its input's
    /// before it.
    pub(super) fn row(&self) -> Option<Row> {
        let mut seen = std::collections::BTreeSet::new();
        let mut row = Row::new();
        for known in &self.list {
            let again = !seen.insert(known.name.as_str());
            let name = match known.inputs.first().filter(|_| again) {
                Some(input) => format!("{input}.{}", known.name),
                None => known.name.clone(),
            };
            row.push(Column { name, ty: known.ty.clone()? });
        }
        (!self.open).then_some(row)
    }

    /// The column that a name alone means.
    pub(super) fn plain(&self, name: &str) -> Found {
        self.find(|known| known.plain && known.name == name)
    }

    /// The column that a name behind an input's name means.
    pub(super) fn qualified(&self, input: &str, name: &str) -> Found {
        self.find(|known| known.name == name && known.is_of(input))
    }

    /// The inputs that have a column of a name which therefore means none of them.
    pub(super) fn ambiguous(&self, name: &str) -> Vec<&str> {
        let several = self.list.iter().filter(|known| !known.plain && known.name == name);
        several.filter_map(|known| known.inputs.first().map(String::as_str)).collect()
    }

    /// A name that two columns have.
    pub(super) fn twice(&self) -> Option<&str> {
        let mut seen = std::collections::BTreeSet::new();
        let shown = self.list.iter().filter(|known| !self.hides(known));
        shown.map(|known| known.name.as_str()).find(|name| !seen.insert(*name))
    }

    /// Whether another column of its name is what the name alone means, as a window's own bounds are.
    pub(super) fn hides(&self, known: &Known) -> bool {
        !known.plain && self.list.iter().any(|other| other.plain && other.name == known.name)
    }

    /// Of a name that several columns have, none is meant by it alone.
    pub(super) fn settle_plain(&mut self) {
        let mut count: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        self.list.iter().for_each(|known| *count.entry(&known.name).or_default() += 1);
        let plain: Vec<bool> = self.list.iter().map(|known| count[known.name.as_str()] == 1).collect();
        self.list.iter_mut().zip(plain).for_each(|(known, plain)| known.plain = plain);
    }

    /// The column that a call means: `before(n)`.
    pub(super) fn hidden(&self, call: &str) -> Found {
        self.find(|known| known.hidden && known.name == call)
    }

    fn find(&self, wanted: impl Fn(&Known) -> bool) -> Found {
        match self.list.iter().position(wanted) {
            Some(index) => Found::Column(index),
            None if self.open => Found::Hidden,
            None => Found::Nothing,
        }
    }

    /// What may be written, for did-you-mean.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().filter(|known| known.plain).map(|known| known.name.as_str())
    }
}

impl Known {
    /// Whether it is a column of this input.
    pub(super) fn is_of(&self, input: &str) -> bool {
        self.inputs.iter().any(|known| known == input)
    }

    fn plain(name: &str, ty: Option<Type>) -> Known {
        Known { name: name.to_owned(), ty, plain: true, inputs: Vec::new(), hidden: false }
    }

    /// A column that only a call means.
    pub(super) fn hidden(call: &str, ty: Option<Type>) -> Known {
        Known { plain: false, hidden: true, ..Known::plain(call, ty) }
    }
}

/// A column of the row before a window, as a key: where it stands there, and where it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) column: usize,
    pub(super) span: Span,
}
