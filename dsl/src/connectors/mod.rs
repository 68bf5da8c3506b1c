//! Connectors and formats: where tuples come from, where rows go, and the options of each.

use streamwright_values::Type;

use crate::topology::Expr;

/// Where a spout's input comes from. Operands are `string` expressions of constants and params.
#[derive(Clone, Debug)]
pub enum SourceConnector {
    /// `file PATH as FORMAT`
    File {
        /// The path.
        path: Expr,
        /// How its lines are read.
        format: ReadFormat,
    },
    /// `stdin as FORMAT`
    Stdin {
        /// How its lines are read.
        format: ReadFormat,
    },
    /// `generate { … }`
    Generate(Generate),
}

/// How bytes become tuples.
#[derive(Clone, Debug)]
pub enum ReadFormat {
    /// One JSON object a line.
    Json,
    /// Comma-separated values, with a header line or without.
    Csv {
        /// Whether the first line names the columns. Else they are the record's fields in order.
        header: bool,
        /// The byte between fields.
        delimiter: u8,
    },
    /// A line is the record's only field.
    Text,
    /// The access-log format of Apache and nginx.
    Combined,
    /// A line cut at literals.
    Pattern(Pattern),
}

/// A line cut at its literals.
pub use streamwright_values::format::pattern::Pattern;

/// A seeded stream: field `f` of tuple `i` is a pure function of (seed, i, f).
#[derive(Clone, Debug)]
pub struct Generate {
    /// How many tuples; without end where absent.
    pub count: Option<Expr>,
    /// Tuples a second by the clock; as fast as they are taken where absent.
    pub rate: Option<Expr>,
    /// An int.
    pub seed: Expr,
    /// One a field of the record, in its order.
    pub fields: Vec<Distribution>,
}

/// How a generated field is spread. Arguments are constants or params.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Which; the definition is [`streamwright_values::generate`].
    pub kind: streamwright_values::generate::Kind,
    /// Its arguments, typed as that kind has them.
    pub arguments: Vec<Expr>,
    /// The field's type.
    pub ty: Type,
}

/// Where a sink's rows go.
#[derive(Clone, Debug)]
pub enum SinkConnector {
    /// `file PATH as FORMAT`
    File {
        /// The path.
        path: Expr,
        /// How rows are written.
        format: WriteFormat,
    },
    /// `stdout as FORMAT`
    Stdout {
        /// How rows are written.
        format: WriteFormat,
    },
    /// Rows are counted, and dropped.
    Discard,
}

/// How rows become bytes.
#[derive(Clone, Debug)]
pub enum WriteFormat {
    /// One JSON object a line.
    Json,
    /// Comma-separated values.
    Csv {
        /// Whether a first line names the columns.
        header: bool,
        /// The byte between fields.
        delimiter: u8,
    },
}
