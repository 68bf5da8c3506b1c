//! The table of formats: what each is called, what may be written behind it, which records fit it, and what reads and
//! writes it.

use std::fmt;

use super::csv::HeaderError;
use super::lines::Framing;
use super::{FieldSpec, Raw, WriteField, combined, csv, json, logfmt, pattern, text};
use crate::option::DeclaredOption;
use crate::{Fault, RecordField, Type, Value};

/// What may stand behind `as`, in the order of the documentation.
pub static FORMATS: &[&Format] =
    &[&json::FORMAT, &csv::FORMAT, &logfmt::FORMAT, &text::FORMAT, &combined::FORMAT, &pattern::FORMAT];

/// How bytes become tuples, and rows become bytes.
#[derive(Debug)]
pub struct Format {
    /// The word behind `as`.
    pub name: &'static str,
    /// What a line looks like.
    pub docs: &'static str,
    /// A clause in the language.
    pub example: &'static str,
    /// The type that reads and writes it, below this module: `json::Json`.
    pub rust: &'static str,
    /// How compiled programs read lines that are written as nearly all are; they scan the others.
    pub one_pass: Option<OnePass>,
    /// What stands behind the word, if something does: a string.
    pub operand: Option<Operand>,
    /// What may stand in braces. Their values are constants.
    pub options: &'static [DeclaredOption],
    /// Whether it has lists and records.
    pub nested: bool,
    /// Whether a line names its fields, so that [`Read::scan`] asks for their places.
    pub names_fields: bool,
    /// Whether tables are read in it.
    pub tables: bool,
    /// What it makes of a declared field, if it has forms of its own. No record is read with them and without.
    pub forms: Option<fn(&mut RecordField)>,
    /// What is wrong with what is to be read.
    pub fits: fn(&Written<'_>) -> Vec<Misfit>,
    /// [`Read::reader`] for who learns the format at run time.
    pub read: NewReader,
    /// [`Write::writer`] likewise; none where rows are not written in it.
    pub write: Option<NewWriter>,
}

/// How a line is read in one pass. What is given is the bytes from its beginning on, and what is read are the values that a
/// scan would have given, and the line's length; or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnePass {
    /// The type that reads the format has a method `read`, which takes a function that takes the values, column by column.
    Reader,
    /// It has a method `line`: the values are asked for by their names.
    Named,
    /// A type below this module, one a worker, learns how the lines of a source come: `json::Usual`. It has a method `read` too,
    /// and is told the places of names.
    Learned(&'static str),
}

/// See [`Format::read`].
pub type NewReader = fn(&str, &[Value], &[Wanted<'_>]) -> Box<dyn AnyRead>;

/// See [`Format::write`].
pub type NewWriter = fn(&[Value]) -> Box<dyn Write>;

/// What stands behind a format's word.
#[derive(Debug)]
pub struct Operand {
    /// What it is: "the pattern".
    pub what: &'static str,
    /// What may be written.
    pub help: &'static str,
    /// Whether it is one; else a sentence.
    pub check: fn(&str) -> Result<(), String>,
}

/// A record that is read in a format.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// The format's operand; empty where it has none.
    pub operand: &'a str,
    /// The record's name.
    pub record: &'a str,
    /// Its fields in their order.
    pub fields: Vec<Shape<'a>>,
}

/// A field of a record, as its declaration stands.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    /// Its name on the wire.
    pub wire_name: &'a str,
    /// Its type, where that is known.
    pub ty: Option<&'a Type>,
}

/// Why a record cannot be read in a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The guilty part.
    pub at: Spot,
    /// One short fact.
    pub message: String,
    /// The other party, and what it is.
    pub beside: (Spot, &'static str),
    /// What to write.
    pub help: String,
    /// A name that is none, and those that there are.
    pub near: Option<(String, Vec<String>)>,
}

/// A part of a topology's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The format behind `as`.
    Format,
    /// Its operand.
    Operand,
    /// The record's name.
    Record,
    /// The name of the field at this place.
    Field(usize),
    /// Its name on the wire.
    WireName(usize),
}

/// A field of the record by its name on the wire, and its place among those that are read; none for one that nobody reads.
pub type Wanted<'a> = (&'a str, Option<usize>);

/// How a format cuts bytes into records.
pub trait Frame: fmt::Debug + Send + Sync {
    /// Where records end.
    fn framing(&self) -> Framing {
        Framing::Lines { keep_blank: false }
    }

    /// Whether the first record is a header.
    fn has_header(&self) -> bool {
        false
    }

    /// Takes the header. `fields` are those that are read.
    ///
    /// # Errors
    /// A header that does not fit them.
    fn header(&mut self, record: &[u8], fields: &[FieldSpec]) -> Result<(), HeaderError> {
        let _ = (record, fields);
        Ok(())
    }
}

/// What reads a format: one a source.
pub trait Read: Frame + Clone + 'static {
    /// By the operand (empty where there is none), the values of all options, and the fields of the record.
    fn reader(operand: &str, options: &[Value], fields: &[Wanted<'_>]) -> Self;

    /// Checks the shape of a whole record, and keeps what stands for each field that is read. `place_of` knows the places of
    /// these by their wire names; only a format that [names fields](Format::names_fields) asks.
    ///
    /// # Errors
    /// `malformed` or `not-utf8`.
    fn scan<'a>(
        &self,
        record: &'a [u8],
        place_of: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault>;
}

/// A [`Read`] of any format.
pub trait AnyRead: Frame {
    /// [`Read::scan`]
    ///
    /// # Errors
    /// As there.
    fn scan_any<'a>(
        &self,
        record: &'a [u8],
        place_of: &dyn Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault>;

    /// A copy.
    fn again(&self) -> Box<dyn AnyRead>;
}

impl<R: Read> AnyRead for R {
    fn scan_any<'a>(
        &self,
        record: &'a [u8],
        place_of: &dyn Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        self.scan(record, place_of, fields)
    }

    fn again(&self) -> Box<dyn AnyRead> {
        Box::new(self.clone())
    }
}

/// What writes a format: one a sink. A row is, for each column, what stands before its value and the value, and then the end.
pub trait Write: fmt::Debug + Send + Sync {
    /// By the values of all options.
    fn writer(options: &[Value]) -> Self
    where
        Self: Sized;

    /// What stands before the first row, with its line end.
    fn head(&self, names: &[&str]) -> Vec<u8> {
        let _ = names;
        Vec::new()
    }

    /// What stands before the value of a column.
    fn before(&self, column: usize, name: &str) -> Vec<u8>;

    /// Appends a value.
    fn value(&self, value: &dyn WriteField, line: &mut Vec<u8>);

    /// What stands behind the last of so many values, with the line end.
    fn end(&self, columns: usize) -> Vec<u8>;
}

impl dyn Write {
    /// Appends a row.
    pub fn row<'n>(&self, names: impl IntoIterator<Item = &'n str>, values: &[Value], line: &mut Vec<u8>) {
        for (at, (name, value)) in names.into_iter().zip(values).enumerate() {
            line.extend_from_slice(&self.before(at, name));
            self.value(value, line);
        }
        line.extend_from_slice(&self.end(values.len()));
    }
}

/// A format with all that was written behind it.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// Which.
    pub format: &'static Format,
    /// Its operand; empty where it has none.
    pub operand: String,
    /// One a declared option.
    pub options: Vec<Value>,
}

impl Dialect {
    /// What reads the records of a source.
    #[must_use]
    pub fn reader(&self, fields: &[Wanted<'_>]) -> Box<dyn AnyRead> {
        (self.format.read)(&self.operand, &self.options, fields)
    }

    /// What writes the rows of a sink, if something does.
    #[must_use]
    pub fn writer(&self) -> Option<Box<dyn Write>> {
        self.format.write.map(|write| write(&self.options))
    }
}

/// Any record fits.
pub(super) fn any_record(_: &Written<'_>) -> Vec<Misfit> {
    Vec::new()
}
