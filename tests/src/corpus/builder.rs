//! A topology in the making: its text, and what may be named so far.

use std::fmt::Write as _;

use streamwright_values::Type;
use streamwright_values::extract::Extractor;

use super::expression::{Declared, Named, Scope, Writer};
use super::nested;
use super::random::Random;
use super::spout::SpoutShape;

/// Columns that people write too, and that generated code may need for itself.
const HOSTILE: [&str; 27] = [
    "_",
    "add",
    "at",
    "by",
    "clock",
    "end",
    "fields",
    "input",
    "item",
    "kept",
    "key",
    "key_2",
    "line",
    "needle",
    "number",
    "out",
    "p",
    "payload",
    "program",
    "row",
    "rows_taken_in",
    "self",
    "self_",
    "tag",
    "task",
    "task_2",
    "text",
];

/// A stream that nodes may read.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// As `from` names it.
    pub(super) reference: String,
    pub(super) columns: Vec<Named>,
    /// Whether its rows have an event time.
    pub(super) timed: bool,
    /// Whether something reads it.
    pub(super) used: bool,
}

/// A topology in the making.
pub(super) struct Builder<'r> {
    pub(super) random: &'r mut Random,
    /// Nodes and tables so far.
    pub(super) text: String,
    /// Records so far.
    pub(super) records: String,
    /// Where the records are: in this file, in one that is imported, or in one that is imported under a name.
    pub(super) library: Library,
    /// What stands before a record's name.
    pub(super) prefix: &'static str,
    /// Params that are no paths, with the values that this case gives them.
    pub(super) params: Vec<(Named, String)>,
    /// The functions that it declares, each with its text.
    pub(super) functions: Vec<(Declared, String)>,
    /// Params that are paths.
    pub(super) paths: Vec<String>,
    pub(super) streams: Vec<Stream>,
    pub(super) spouts: Vec<SpoutShape>,
    pub(super) tables: Vec<SpoutShape>,
    pub(super) sinks: Vec<String>,
    /// The sink that writes standard output.
    pub(super) stdout: Option<String>,
    number: usize,
}

/// Where the records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    None,
    Flat,
    Named,
}

/// Forms of texts, the last of which fits any.
const PARTS: [&str; 3] = ["{number:int}", "{head}/{rest}", "{rest}"];

impl<'r> Builder<'r> {
    pub(super) fn new(random: &'r mut Random) -> Builder<'r> {
        let library = *random.choose(&[Library::None, Library::None, Library::Flat, Library::Named]);
        Builder {
            random,
            text: String::new(),
            records: String::new(),
            library,
            prefix: if library == Library::Named { "c::" } else { "" },
            params: Vec::new(),
            functions: Vec::new(),
            paths: Vec::new(),
            streams: Vec::new(),
            spouts: Vec::new(),
            tables: Vec::new(),
            sinks: Vec::new(),
            stdout: None,
            number: 0,
        }
    }

    /// A number that no name has yet.
    pub(super) fn next_number(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    /// A name for a column that none of `taken` has.
    pub(super) fn column(&mut self, stem: &str, taken: &[Named]) -> String {
        let hostile = *self.random.choose(&HOSTILE);
        if self.random.chance(25) && taken.iter().all(|(name, _)| name != hostile) {
            return hostile.to_owned();
        }
        format!("{stem}{}", self.next_number())
    }

    /// A new param.
    pub(super) fn param(&mut self, stem: &str, ty: Type) -> String {
        let name = format!("{stem}_{}", self.next_number());
        let values: &[&str] = match ty {
            Type::Int if stem == "count" => &["0", "7", "40"],
            Type::Int => &["3", "-1", "12"],
            Type::Float => &["0.5", "3"],
            Type::String => &["GET", "a", ""],
            Type::Duration if stem == "every" => &["3s", "5s"],
            Type::Duration => &["5s", "10s", "1m"],
            Type::Bool => &["true", "false"],
            Type::Ip => &["10.0.0.1"],
            _ => &["2026-01-05T00:00:20Z"],
        };
        let value = (*self.random.choose(values)).to_owned();
        self.params.push(((name.clone(), ty), value));
        name
    }

    /// An expression of this type over columns.
    pub(super) fn expression(&mut self, columns: &[Named], ty: &Type, depth: usize) -> Option<String> {
        let scope = self.scope(columns);
        Writer { random: self.random, scope: &scope }.any(ty, depth)
    }

    /// A condition that proves nothing about columns.
    pub(super) fn condition(&mut self, columns: &[Named], depth: usize) -> Option<String> {
        let scope = self.scope(columns);
        Writer { random: self.random, scope: &scope }.condition(depth)
    }

    fn scope(&mut self, columns: &[Named]) -> Scope {
        if self.random.chance(10) {
            let ty = [Type::Int, Type::Float, Type::String, Type::Duration, Type::Bool, Type::Ip];
            let ty = self.random.choose(&ty).clone();
            self.param("constant", ty);
        }
        if self.random.chance(8) {
            self.function(columns);
        }
        let params = self.params.iter().map(|(param, _)| param.clone()).collect();
        let functions = self.functions.iter().map(|(function, _)| function.clone()).collect();
        Scope { columns: nested::paths(columns), params, functions }
    }

    /// A new function, of types that there are among columns. It may call those before it.
    fn function(&mut self, columns: &[Named]) {
        let mut parameters: Vec<Named> = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let name = self.column("x", &parameters);
            let ty = Some(self.column_type(columns)).filter(|ty| self.can_be_written(ty));
            parameters.push((name, ty.unwrap_or(Type::String)));
        }
        let result = self.column_type(&parameters);
        let Some(body) = self.expression(&parameters, &result, 3) else { return };
        let name = format!("own_{}_", self.next_number());
        let written: Vec<String> = parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let text = format!("fn {name}({}) -> {result} = {body}\n", written.join(", "));
        let parameters = parameters.into_iter().map(|(_, ty)| ty).collect();
        self.functions.push((Declared { name, parameters, result }, text));
    }

    /// The parts of a text are a record without a name, and what an imported record is called is another matter.
    fn can_be_written(&self, ty: &Type) -> bool {
        let text = ty.to_string();
        !text.contains('{') && (self.library != Library::Named || !text.contains("Inner"))
    }

    /// The type of a new column: any that stands alone, an optional, a list, or one that there is.
    fn column_type(&mut self, columns: &[Named]) -> Type {
        let ty = self.random.choose(&Type::ALL).clone();
        match self.random.below(10) {
            0 | 1 => ty.optional(),
            2 | 3 => Type::List(Box::new(ty)),
            4 => self.random.maybe(columns).map_or(ty, |(_, known)| known.clone()),
            _ => ty,
        }
    }

    /// Writes `where`, `let` and `unnest` clauses, and changes `columns` as they do.
    pub(super) fn first_clauses(&mut self, columns: &mut Vec<Named>, count: usize) {
        let before = self.random.below(count + 1);
        self.rows_clauses(columns, before);
        if self.random.chance(35) {
            self.unnest(columns);
        }
        self.rows_clauses(columns, count - before);
    }

    fn unnest(&mut self, columns: &mut Vec<Named>) {
        let scope = self.scope(columns);
        let inside = |ty: &Type| matches!(ty, Type::List(_) | Type::Optional(_));
        let fitting: Vec<&Named> = scope.columns.iter().filter(|(_, ty)| inside(ty)).collect();
        let (value, ty) = match self.random.maybe(&fitting) {
            Some((path, ty)) if self.random.chance(60) => (path.clone(), ty.clone()),
            _ if self.random.chance(40) => {
                let Some(text) = self.expression(columns, &Type::String, 1) else { return };
                let Ok(extractor) = Extractor::forms(&PARTS) else { return };
                let ty = Type::Record(extractor.record().into()).optional();
                (format!("scan({text}, {:?}, {:?}, {:?})", PARTS[0], PARTS[1], PARTS[2]), ty)
            }
            _ => {
                let ty = Type::List(Box::new(self.random.choose(&Type::ALL).clone()));
                let Some(value) = self.expression(columns, &ty, 2) else { return };
                (value, ty)
            }
        };
        let (Type::List(inner) | Type::Optional(inner)) = ty else { return };
        let name = format!("v{}", self.next_number());
        let _ = writeln!(self.text, "    unnest {value} as {name}");
        columns.push((name, *inner));
    }

    /// Writes `where` and `let` clauses, and changes `columns` as they do.
    pub(super) fn rows_clauses(&mut self, columns: &mut Vec<Named>, count: usize) {
        for _ in 0..count {
            let optional: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].1.is_optional()).collect();
            match self.random.below(6) {
                0 | 1 => {
                    let Some(condition) = self.condition(columns, 2) else { continue };
                    let _ = writeln!(self.text, "    where {condition}");
                }
                2 => {
                    let Some(at) = self.random.maybe(&optional).copied() else { continue };
                    let _ = writeln!(self.text, "    where {} != none", columns[at].0);
                    columns[at].1 = columns[at].1.required().clone();
                }
                _ => {
                    let ty = self.column_type(columns);
                    let Some(value) = self.expression(columns, &ty, 3) else { continue };
                    let name = self.column("v", columns);
                    let _ = writeln!(self.text, "    let {name} = {value}");
                    columns.push((name, ty));
                }
            }
        }
    }
}
