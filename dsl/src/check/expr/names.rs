//! Names in expressions: columns, columns of an input, params.

use streamwright_values::Type;

use super::{Expr, ExprKind, Place, Typer};
use crate::ast;
use crate::check::columns::{Columns, Found};
use crate::check::windows::BOUNDS;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span};

impl Typer<'_, '_, '_> {
    pub(super) fn name(&mut self, name: &Name) -> Option<Expr> {
        let param = self.context.param_names.get(self.context.full(name).as_str()).copied();
        if let Some(param) = param {
            self.context.params[param].used = true;
        }
        match (self.columns.plain(&name.value), param) {
            (Found::Column(_), Some(param)) => {
                let declared = self.context.params[param].ast.name.span;
                let column = if matches!(self.place, Place::Body) { "parameter" } else { "column" };
                let message = format!("`{}` is a {column} and a param", name.value);
                self.context.report(
                    Diagnostic::new(Code::AmbiguousName, name.span, message)
                        .label(declared, "the param")
                        .help("give the param another name"),
                );
                None
            }
            (Found::Column(column), None) => self.column(column, name.span),
            (Found::Hidden | Found::Nothing, Some(param)) => {
                let ty = self.context.params[param].ty.clone()?;
                Some(Expr { kind: ExprKind::Param(param), ty, span: name.span })
            }
            (Found::Hidden, None) => None,
            (Found::Nothing, None) => self.unknown(name),
        }
    }

    pub(super) fn column(&mut self, index: usize, span: Span) -> Option<Expr> {
        let ty = self.columns.list[index].ty.clone()?;
        let column = Expr { kind: ExprKind::Column(index), ty, span };
        if column.ty.is_optional() && self.present.contains(&index) {
            let ty = column.ty.required().clone();
            return Some(Expr { kind: ExprKind::Present(Box::new(column)), ty, span });
        }
        Some(column)
    }

    fn unknown(&mut self, name: &Name) -> Option<Expr> {
        let word = name.value.as_str();
        if let Some(finding) = ambiguous_column(self.columns, name) {
            self.context.report(finding);
            return None;
        }
        if let Place::Select(gathered) = &self.place
            && !matches!(gathered.before.plain(word), Found::Nothing)
        {
            let finding = neither_key_nor_aggregate(name, &gathered.before);
            self.context.report(finding);
            return None;
        }
        let params = self.context.param_names.keys().copied();
        let finding = match &self.place {
            Place::Constants(what) => {
                Diagnostic::new(Code::NotConstant, name.span, format!("`{word}` is no param"))
                    .help(format!("{what} is made of constants and params only"))
                    .did_you_mean(word, params)
            }
            Place::Body => {
                let names: Vec<&str> = self.columns.names().collect();
                let help = match names.as_slice() {
                    [] => "it has no parameters: write constants and params".to_owned(),
                    names => format!("the parameters are {}", names.join(", ")),
                };
                let message = format!("this function has no parameter `{word}`, nor is there such a param");
                Diagnostic::new(Code::UnknownName, name.span, message)
                    .help(help)
                    .did_you_mean(word, self.columns.names().chain(params))
            }
            _ if self.columns.qualifiers.iter().any(|input| input == word) => {
                Diagnostic::new(Code::NotAValue, name.span, format!("`{word}` is an input, not a value"))
                    .help(format!("name one of its columns: `{word}.COLUMN`"))
            }
            _ => {
                let finding = Diagnostic::new(
                    Code::UnknownName,
                    name.span,
                    format!("there is no column or param `{word}` here"),
                );
                let names: Vec<&str> = self.columns.names().collect();
                let help = match (&self.place, names.as_slice()) {
                    (Place::Select(_), _) if BOUNDS.contains(&word) => {
                        "`window all` has no bounds: it takes in everything".to_owned()
                    }
                    (_, []) => "there are no columns here: write aggregates, constants and params".to_owned(),
                    (_, names) => format!("the columns here are {}", names.join(", ")),
                };
                finding.help(help).did_you_mean(word, self.columns.names().chain(params))
            }
        };
        self.context.report(finding);
        None
    }

    /// `a.b`: a column of an input, or a field of a record.
    pub(super) fn field(&mut self, base: &ast::Expr, name: &Name, span: Span) -> Option<Expr> {
        let ast::ExprKind::Name(input) = &base.kind else {
            let base = self.infer(base)?;
            return self.field_of(base, name, span);
        };
        let column = matches!(self.columns.plain(&input.value), Found::Column(_));
        if !self.columns.qualifiers.contains(&input.value) {
            if column {
                let base = self.name(input)?;
                return self.field_of(base, name, span);
            }
            if self.columns.open {
                return None;
            }
            return self.no_such_input(input);
        }
        if column && !matches!(self.columns.qualified(&input.value, &name.value), Found::Column(_)) {
            let base = self.name(input)?;
            return self.field_of(base, name, span);
        }
        match self.columns.qualified(&input.value, &name.value) {
            Found::Column(column) => self.column(column, span),
            Found::Hidden => None,
            Found::Nothing => {
                if let Place::Select(gathered) = &self.place
                    && !matches!(gathered.before.qualified(&input.value, &name.value), Found::Nothing)
                {
                    let finding = neither_key_nor_aggregate(name, &gathered.before);
                    self.context.report(finding);
                    return None;
                }
                let finding = unknown_column(self.columns, input, name);
                self.context.report(finding);
                None
            }
        }
    }

    fn no_such_input(&mut self, input: &Name) -> Option<Expr> {
        let known = self.columns.qualifiers.iter().map(String::as_str).chain(self.columns.names());
        let message = format!("there is no input or column `{}` here", input.value);
        let finding = Diagnostic::new(Code::UnknownName, input.span, message)
            .help("behind a `select` the inputs are gone: name the column alone")
            .did_you_mean(&input.value, known);
        self.context.report(finding);
        None
    }

    /// `a.b` of a record.
    fn field_of(&mut self, base: Expr, name: &Name, span: Span) -> Option<Expr> {
        let (index, ty) = self.field_in(&base, name)?;
        if base.ty.is_optional() {
            let message = format!("this is `{}`: it may be absent, and has no fields then", base.ty);
            let help = format!(
                "write `?.{}`, which is absent where this is, or test it with `!= none` before",
                name.value
            );
            self.context.error(Code::OptionalValue, base.span, message, help);
            return None;
        }
        Some(Expr { kind: ExprKind::Field(Box::new(base), index), ty, span })
    }

    /// `a?.b`
    pub(super) fn optional_field_of(&mut self, base: Expr, name: &Name, span: Span) -> Option<Expr> {
        let (index, ty) = self.field_in(&base, name)?;
        if !base.ty.is_optional() {
            let message = format!("this is `{}`: it is never absent", base.ty);
            let help = format!("write `.{}`", name.value);
            self.context.error(Code::BadOperands, base.span, message, help);
            return None;
        }
        Some(Expr { kind: ExprKind::Field(Box::new(base), index), ty: ty.optional(), span })
    }

    /// The index of a field, and its type.
    fn field_in(&mut self, base: &Expr, name: &Name) -> Option<(usize, Type)> {
        let word = name.value.as_str();
        let Type::Record(record) = base.ty.required() else {
            let message = format!("this is `{}`, which has no fields", base.ty);
            let finding = Diagnostic::new(Code::NotAValue, name.span, message).label(base.span, "this");
            self.context.report(finding.help("a point stands behind an input or a value of a record"));
            return None;
        };
        let found = record.fields.iter().position(|field| field.name == word);
        if found.is_none() {
            let known = record.fields.iter().map(|field| field.name.as_str());
            let all: Vec<&str> = known.clone().collect();
            let message = format!("record `{}` has no field `{word}`", record.name);
            let finding = Diagnostic::new(Code::UnknownName, name.span, message)
                .help(format!("its fields are {}", all.join(", ")))
                .did_you_mean(word, known);
            self.context.report(finding);
        }
        found.map(|index| (index, record.fields[index].ty.clone()))
    }
}

/// The finding that several inputs have such a column.
pub(in crate::check) fn ambiguous_column(columns: &Columns, name: &Name) -> Option<Diagnostic> {
    let inputs = columns.ambiguous(&name.value);
    let [.., last] = inputs.as_slice() else { return None };
    let word = &name.value;
    let message = format!("`{word}` is a column of {}", inputs.join(" and of "));
    let help = format!("name the input before it: `{last}.{word}`");
    Some(Diagnostic::new(Code::AmbiguousName, name.span, message).help(help))
}

/// The finding that an input has no such column.
pub(in crate::check) fn unknown_column(columns: &Columns, input: &Name, name: &Name) -> Diagnostic {
    let known =
        columns.list.iter().filter(|known| known.is_of(&input.value)).map(|known| known.name.as_str());
    let message = format!("`{}` has no column `{}`", input.value, name.value);
    let all: Vec<&str> = known.clone().collect();
    Diagnostic::new(Code::UnknownName, name.span, message)
        .help(format!("its columns are {}", all.join(", ")))
        .did_you_mean(&name.value, known)
}

/// The finding that a column is not there behind a window.
fn neither_key_nor_aggregate(name: &Name, before: &Columns) -> Diagnostic {
    let word = &name.value;
    let key = before.list.iter().find(|known| known.name == *word).and_then(|known| known.ty.as_ref());
    let help = match key.map(Type::is_key) {
        Some(false) => format!("write an aggregate, such as `max({word})`"),
        _ => format!("add it to `group by`, or write an aggregate, such as `last({word})`"),
    };
    Diagnostic::new(
        Code::NeitherKeyNorAggregate,
        name.span,
        format!("`{word}` is neither a key nor an aggregate"),
    )
    .help(help)
}
