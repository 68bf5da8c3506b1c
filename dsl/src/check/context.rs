//! What the passes share: the file, the sink of findings, and what earlier passes found out.

use std::collections::BTreeMap;
use std::sync::Arc;

use streamwright_values::{RecordType, Type, Value};

use crate::ast;
use crate::check::columns::Columns;
use crate::check::steps::EventTime;
use crate::check::tables::Table;
use crate::connectors::Format;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, Name, Span};
use crate::topology::{Body, Field, Node, Row, Stream, Test};

/// The state of one check. Declarations are known by their index in the file among those of their kind.
pub(super) struct Context<'a> {
    pub(super) file: &'a ast::File,
    diagnostics: &'a mut Diagnostics,
    /// Whether an error was reported, so that there can be no topology.
    pub(super) failed: bool,
    /// Whether the AST lacks what could not be read.
    pub(super) partial: bool,
    /// The nodes that were not read whole.
    torn: Vec<Span>,
    pub(super) params: Vec<Param<'a>>,
    pub(super) functions: Vec<Function<'a>>,
    /// The files of own Rust, each once.
    pub(super) rust_mods: Vec<RustMod<'a>>,
    pub(super) records: Vec<Record<'a>>,
    pub(super) tables: Vec<Table<'a>>,
    pub(super) nodes: Vec<&'a ast::Node>,
    pub(super) param_names: BTreeMap<&'a str, usize>,
    pub(super) function_names: BTreeMap<&'a str, usize>,
    pub(super) record_names: BTreeMap<&'a str, usize>,
    pub(super) table_names: BTreeMap<&'a str, usize>,
    pub(super) node_names: BTreeMap<&'a str, usize>,
    /// What the structs of nodes with own Rust are called after.
    pub(super) own_names: BTreeMap<String, usize>,
    /// One list a node, by [`inputs`](super::inputs).
    pub(super) inputs: Vec<Vec<Input<'a>>>,
    /// One a node, by [`nodes`](super::nodes); nothing for a node that is yet to come or has errors.
    pub(super) checked: Vec<Option<Node>>,
    /// One a node: what its readers see, even where the node has errors.
    pub(super) exits: Vec<Exit>,
    /// Those without mistakes; nodes and tables by their index in the file.
    pub(super) tests: Vec<Test>,
}

/// A param, as far as it is known.
pub(super) struct Param<'a> {
    pub(super) ast: &'a ast::Param,
    /// Nothing where the written type is unknown.
    pub(super) ty: Option<Type>,
    pub(super) default: Option<Value>,
    pub(super) used: bool,
}

/// A function, as far as it is known.
pub(super) struct Function<'a> {
    pub(super) ast: &'a ast::Function,
    /// Nothing where a type of its declaration is unknown.
    pub(super) signature: Option<Signature>,
    pub(super) body: Option<Body>,
    pub(super) used: bool,
}

/// A file of own Rust.
pub(super) struct RustMod<'a> {
    pub(super) ast: &'a ast::RustMod,
    /// The module's name.
    pub(super) name: String,
}

/// What a function takes and gives.
#[derive(Clone)]
pub(super) struct Signature {
    pub(super) parameters: Row,
    pub(super) result: Type,
}

/// A record, as far as it is known.
pub(super) struct Record<'a> {
    pub(super) ast: &'a ast::Record,
    /// Nothing for a field whose type is unknown.
    pub(super) fields: Vec<Option<Field>>,
    /// What it is as a field's type; nothing where that has mistakes.
    pub(super) ty: Option<Arc<RecordType>>,
    /// How far it is checked.
    pub(super) stage: Stage,
    /// How many fields it has, those of nested records too.
    pub(super) size: usize,
    pub(super) used: bool,
    /// The format that it is read in, and where that is written; nothing before its first use.
    pub(super) read_as: Option<(&'static Format, Span)>,
}

impl<'a> Record<'a> {
    pub(super) fn new(ast: &'a ast::Record) -> Record<'a> {
        let (fields, ty, stage) = (Vec::new(), None, Stage::Unchecked);
        Record { ast, fields, ty, stage, size: 0, used: false, read_as: None }
    }
}

/// How far a record is checked: one that holds another needs that one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Unchecked,
    Checking,
    Checked,
}

/// One input of a `from`, or what a `join` or `lookup` names.
pub(super) struct Input<'a> {
    pub(super) ast: &'a ast::Input,
    /// Whether it is what a `join` or `lookup` names. These stand behind the others.
    pub(super) partner: bool,
    /// Nothing where it does not exist, or closes a cycle. Nodes are known by their index in the file.
    pub(super) stream: Option<Stream>,
}

/// What the readers of a node see.
#[derive(Clone, Default)]
pub(super) struct Exit {
    pub(super) columns: Columns,
    /// Of a bolt with windows in time: the row of `.late`.
    pub(super) late: Option<Columns>,
    /// Whether its rows have an event time.
    pub(super) time: EventTime,
    /// The window whose rows these are, where it may leave more than once.
    pub(super) revised: Option<Span>,
    /// Indices of spouts, in declaration order.
    pub(super) spouts: Vec<usize>,
}

impl<'a> Context<'a> {
    pub(super) fn new(file: &'a ast::File, file_id: FileId, diagnostics: &'a mut Diagnostics) -> Context<'a> {
        let files = std::iter::once(file_id).chain(file.scopes.iter().map(|(file, _)| *file));
        let unread: Vec<Span> = files.flat_map(|file| diagnostics.errors_in(file)).collect();
        let nodes = file.items.iter().filter_map(|item| match item {
            ast::Item::Node(node) => Some(node.span),
            _ => None,
        });
        let torn = nodes.filter(|node| unread.iter().any(|span| node.contains(*span))).collect();
        Context {
            file,
            partial: !unread.is_empty(),
            torn,
            diagnostics,
            failed: false,
            params: Vec::new(),
            functions: Vec::new(),
            rust_mods: Vec::new(),
            records: Vec::new(),
            tables: Vec::new(),
            nodes: Vec::new(),
            param_names: BTreeMap::new(),
            function_names: BTreeMap::new(),
            record_names: BTreeMap::new(),
            table_names: BTreeMap::new(),
            node_names: BTreeMap::new(),
            own_names: BTreeMap::new(),
            inputs: Vec::new(),
            checked: Vec::new(),
            exits: Vec::new(),
            tests: Vec::new(),
        }
    }

    /// Adds a finding.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.failed |= diagnostic.code.severity() == Severity::Error;
        if !self.follows(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether a finding may be no more than a consequence of what could not be read.
    fn follows(&self, diagnostic: &Diagnostic) -> bool {
        let of_types = diagnostic.code.id().starts_with("T02");
        let torn = || self.torn.iter().any(|node| node.contains(diagnostic.span));
        (self.partial && speaks_of_absence(diagnostic.code)) || (of_types && torn())
    }

    /// The full name of a declaration that is named in a file: that of an imported file has its prefix.
    pub(super) fn full(&self, name: &Name) -> String {
        let own = self.file.scopes.iter().find(|(file, _)| *file == name.span.file);
        own.map_or_else(|| name.value.clone(), |(_, prefix)| format!("{prefix}{}", name.value))
    }

    /// Adds a finding that needs no more than a sentence and what to write instead.
    pub(super) fn error(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::new(code, span, message).help(help));
    }
}

/// Whether a finding says that something is not there: it may be in the part that could not be read.
fn speaks_of_absence(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownName
            | Code::UnknownType
            | Code::BadField
            | Code::MissingClause
            | Code::BadInput
            | Code::NothingToRun
            | Code::BadRecord
            | Code::UnionMismatch
            | Code::GroupingAgainstKeys
            | Code::WindowWithoutTime
            | Code::AggregateWithoutWindow
            | Code::NeitherKeyNorAggregate
            | Code::GroupWithoutWindow
            | Code::WindowWithoutSelect
            | Code::BadConnector
            | Code::FormatMismatch
            | Code::NotConstant
            | Code::UnusedNode
            | Code::UnusedDeclaration
            | Code::UnusedTasks
    )
}
