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
    /// Whether an input's name before a point means it.
    pub(super) qualified: bool,
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

    /// The row, if nothing in it is unknown.
    pub(super) fn row(&self) -> Option<Row> {
        let column = |known: &Known| Some(Column { name: known.name.clone(), ty: known.ty.clone()? });
        if self.open { None } else { self.list.iter().map(column).collect() }
    }

    /// The column that a name alone means.
    pub(super) fn plain(&self, name: &str) -> Found {
        self.find(|known| known.plain && known.name == name)
    }

    /// The column that a name behind an input's name means.
    pub(super) fn qualified(&self, name: &str) -> Found {
        self.find(|known| known.qualified && known.name == name)
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
    fn plain(name: &str, ty: Option<Type>) -> Known {
        Known { name: name.to_owned(), ty, plain: true, qualified: false }
    }
}

/// A column of the row before a window, as a key: where it stands there, and where it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) column: usize,
    pub(super) span: Span,
}
