//! Connectors and formats: where tuples come from, where rows go, and the options of each.

mod generate;

use std::sync::Arc;

use streamwright_connectors as bytes;
use streamwright_values::option::DeclaredOption;
use streamwright_values::{RecordType, Type, Value};

use crate::source::Span;
use crate::topology::Expr;

/// What may stand behind `read` and `write`, in the order of the documentation: connectors of bytes, and `generate`.
pub fn connectors() -> impl Iterator<Item = Connector> + Clone {
    bytes::CONNECTORS.iter().copied().map(Connector::of_bytes).chain([generate::CONNECTOR])
}

/// What may stand behind `as`, and a format with all that was written there; the definitions are
/// [`streamwright_values::format`].
pub use streamwright_values::format::{Dialect, FORMATS, Format};

/// Where tuples come from, or where rows go, as its clause is checked.
#[derive(Clone, Copy, Debug)]
pub struct Connector {
    /// The word behind `read` or `write`.
    pub name: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// A clause in the language.
    pub example: &'static str,
    /// What stands behind the word, if something does: a `string` of constants and params.
    pub operand: Option<&'static bytes::Operand>,
    /// Whether `as FORMAT` follows.
    pub format: bool,
    /// What may stand in braces.
    pub options: &'static [OptionEntry],
    /// Whether spouts read it.
    pub reads: bool,
    /// Whether sinks write it.
    pub writes: bool,
    /// What becomes of it.
    pub(crate) kind: Kind,
}

/// What becomes of a clause.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Bytes(&'static bytes::Connector),
    Generate,
}

/// One option.
#[derive(Clone, Debug)]
pub struct OptionEntry {
    /// Its key.
    pub name: &'static str,
    /// What its value is.
    pub kind: OptionKind,
    /// What holds where it is not written.
    pub default: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// Whether a constant is in its range; else a sentence.
    pub check: Option<Check>,
}

impl OptionEntry {
    /// That of a generator or format; `default` says what holds where it is not written.
    pub(crate) fn declared(option: &DeclaredOption, default: &'static str) -> OptionEntry {
        OptionEntry {
            name: option.name,
            kind: OptionKind::Value((option.default)().type_of()),
            default,
            docs: option.docs,
            check: Some(option.check),
        }
    }
}

/// Says what is wrong with a constant.
pub type Check = fn(&Value) -> Result<(), String>;

/// What an option's value is.
#[derive(Clone, Debug)]
pub enum OptionKind {
    /// An expression of this type.
    Value(Type),
    /// A map from the record's fields to distributions.
    Distributions,
}

/// A checked connector clause, on its way to its connector. Options are of their types; what may be left out is absent.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) operand: Option<Expr>,
    pub(crate) options: Vec<(&'static str, Expr)>,
    pub(crate) tuples: Option<Tuples>,
    pub(crate) format: Option<Dialect>,
}

impl Settings {
    /// Takes the value of an option.
    pub(crate) fn take(&mut self, name: &str) -> Option<Expr> {
        let index = self.options.iter().position(|(known, _)| *known == name)?;
        Some(self.options.swap_remove(index).1)
    }
}

impl Connector {
    fn of_bytes(connector: &'static bytes::Connector) -> Connector {
        Connector {
            name: connector.name,
            docs: connector.docs,
            example: connector.example,
            operand: connector.operand.as_ref(),
            format: connector.format,
            options: &[],
            reads: connector.read.is_some(),
            writes: connector.write.is_some(),
            kind: Kind::Bytes(connector),
        }
    }

    /// What a spout reads by these settings.
    pub(crate) fn source(self, settings: Settings) -> Option<SourceConnector> {
        Some(match self.kind {
            Kind::Bytes(connector) => SourceConnector::Bytes {
                end: End { connector, operand: settings.operand },
                format: settings.format?,
            },
            Kind::Generate => SourceConnector::Generate(generate::generated(settings)?),
        })
    }

    /// What a sink writes by these settings.
    pub(crate) fn sink(self, settings: Settings) -> Option<SinkConnector> {
        let Kind::Bytes(connector) = self.kind else { return None };
        let end = End { connector, operand: settings.operand };
        Some(SinkConnector::Bytes { end, format: settings.format })
    }
}

/// Where a topology's bytes begin or end.
#[derive(Clone, Debug)]
pub struct End {
    /// What is opened.
    pub connector: &'static bytes::Connector,
    /// What stands behind its word: a `string` of constants and params.
    pub operand: Option<Expr>,
}

impl End {
    /// The path, if it is a file's.
    #[must_use]
    pub fn path(&self) -> Option<&Expr> {
        self.operand.as_ref().filter(|_| self.connector.operand.as_ref().is_some_and(|known| known.is_path))
    }
}

/// Where a spout's input comes from.
#[derive(Clone, Debug)]
pub enum SourceConnector {
    /// `file PATH as FORMAT`, or another connector of bytes.
    Bytes {
        /// Where they come from.
        end: End,
        /// How they are read.
        format: Dialect,
    },
    /// `generate { … }`
    Generate(Generate),
    /// `run queue::Orders { … }`: own Rust gives rows.
    Own {
        /// What is run.
        run: OwnRust,
        /// The spout's record, of which its rows are.
        record: Arc<RecordType>,
    },
}

/// A seeded stream: a tuple is a pure function of the seed and its number.
#[derive(Clone, Debug)]
pub struct Generate {
    /// How many tuples; without end where absent.
    pub count: Option<Expr>,
    /// Tuples a second by the clock; as fast as they are taken where absent.
    pub rate: Option<Expr>,
    /// An int.
    pub seed: Expr,
    /// What they are.
    pub tuples: Tuples,
}

/// What `generate` makes tuples of.
#[derive(Clone, Debug)]
pub enum Tuples {
    /// One a field of the record, in its order.
    Fields(Vec<Distribution>),
    /// The events of a generator, `generate "nexmark"`, and the values of its options. Fields of the record are parts of
    /// the event by their wire names.
    Events(&'static Generator, Vec<Expr>),
}

/// A generator of whole events.
pub use streamwright_values::generate::Generator;

/// How a generated field is spread. Arguments are constants or params.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Which; the definition is [`streamwright_values::generate`].
    pub kind: streamwright_values::generate::Kind,
    /// Its arguments, typed as that kind has them.
    pub arguments: Vec<Expr>,
    /// `sometimes(P, …)` round it: how often an optional field is there, a float. Always, without it.
    pub presence: Option<Expr>,
    /// The field's type.
    pub ty: Type,
}

/// Where a sink's rows go.
#[derive(Clone, Debug)]
pub enum SinkConnector {
    /// `file PATH as FORMAT`, or another connector of bytes.
    Bytes {
        /// Where they go.
        end: End,
        /// How rows are written; nothing where they are counted, and dropped.
        format: Option<Dialect>,
    },
    /// `run store::Writer { … }`: given to own Rust.
    Own(OwnRust),
}

/// A type of own Rust that is run as a spout or a sink.
#[derive(Clone, Debug)]
pub struct OwnRust {
    /// The type, as the program's crate has it: `store::Writer`.
    pub path: String,
    /// What the structs of its rows and options are called after, by [`crate::own::struct_name`].
    pub name: String,
    /// What it is told when the program starts, in written order.
    pub options: Vec<(String, Expr)>,
    /// The clause.
    pub span: Span,
}
