//! Expressions: each in the order and with the faults that the language defines.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use streamwright_dsl::ast::BinaryOp;
use streamwright_dsl::topology::{Expr, ExprKind, Extraction};
use streamwright_values::functions::{Function, Pass, Preparation};
use streamwright_values::ops::{self, Operator};
use streamwright_values::{Type, Value};

use super::names::field;
use super::place::Place;
use super::types;
use crate::plan::Prepared;
use crate::plan::analysis::{any, fallible};

/// What an expression can refer to.
pub(super) struct Scope<'p> {
    /// By column of the row before the step; none for what was pruned.
    pub(super) columns: Vec<Option<Place>>,
    /// The params' names.
    pub(super) params: &'p [streamwright_dsl::topology::Param],
    /// What is made of constants, by its place in the program's `patterns`, `zones` and `extractors`.
    pub(super) prepared: &'p Prepared,
    /// The methods of the program that are the declared functions.
    pub(super) functions: Vec<proc_macro2::Ident>,
    /// What stands before `params` and `patterns`: `self.`, or nothing while the program is made.
    pub(super) program: TokenStream,
}

impl Scope<'_> {
    /// The value of an expression, its own (text as a `Cow`). Faults leave by `?`.
    pub(super) fn value(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Constant(value) => owned_text(types::constant(value, &expr.ty), &expr.ty),
            ExprKind::Param(index) => self.param(*index, &expr.ty),
            ExprKind::Column(column) => self.column(*column, &expr.ty),
            ExprKind::Present(inner) => self.present(inner),
            ExprKind::Some(inner) => {
                let inner = self.value(inner);
                quote!(Some(#inner))
            }
            ExprKind::Field(record, index) => self.field(record, *index),
            ExprKind::Widen(inner) => {
                let value = bracketed(self.value(inner));
                if inner.ty.is_optional() {
                    quote!(#value.map(p::widen))
                } else {
                    let value = self.value(inner);
                    quote!(p::widen(#value))
                }
            }
            ExprKind::IsPresent(inner) => self.is_present(inner),
            ExprKind::Not(inner) => {
                let inner = self.operand(inner);
                quote!(!#inner)
            }
            ExprKind::Negate(inner) => self.negate(inner),
            ExprKind::And(left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                quote!(#left && #right)
            }
            ExprKind::Or(left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                quote!(#left || #right)
            }
            ExprKind::Coalesce(left, right) => self.coalesce(left, right),
            ExprKind::If(condition, yes, no) => {
                let (condition, yes, no) = (self.value(condition), self.value(yes), self.value(no));
                quote!(if #condition { #yes } else { #no })
            }
            ExprKind::Compare(op, left, right) => self.compare(*op, left, right),
            ExprKind::Arithmetic(op, left, right) => self.arithmetic(*op, left, right, &expr.ty),
            ExprKind::InList(value, items) => self.in_list(value, items),
            ExprKind::InRange { value, low, high, inclusive } => {
                let (value, low, high) = (self.lent(value), self.lent(low), self.lent(high));
                if *inclusive {
                    quote!(p::within_inclusive(#value, #low, #high))
                } else {
                    quote!(p::within(#value, #low, #high))
                }
            }
            ExprKind::Matches(text, pattern) => {
                let (text, pattern) = (self.lent(text), self.made(pattern, Preparation::Regex));
                quote!(#pattern.is_match(#text))
            }
            ExprKind::Extract(text, extraction) => self.extract(text, extraction, &expr.ty),
            ExprKind::Call(function, arguments) => self.call(function, arguments, &expr.ty),
            ExprKind::Apply(index, arguments) => self.apply(*index, arguments),
            ExprKind::Try(inner) => self.attempt(inner),
        }
    }

    /// The value of an expression that is only looked at: text as `&str`, bytes as `&[u8]`.
    pub(super) fn lent(&self, expr: &Expr) -> TokenStream {
        if !types::is_text(&expr.ty) {
            return self.value(expr);
        }
        match &expr.kind {
            ExprKind::Constant(value) => types::constant(value, &expr.ty),
            ExprKind::Param(index) => {
                let path = self.param_path(*index);
                lend(&path, &expr.ty)
            }
            ExprKind::Column(column) => match self.columns.get(*column) {
                Some(Some(place)) if place.ty == expr.ty => lend(&place.to_token_stream(), &expr.ty),
                _ => lend(&self.value(expr), &expr.ty),
            },
            ExprKind::Field(..) => match self.path(expr) {
                Some((path, _)) => lend(&path, &expr.ty),
                None => lend(&self.value(expr), &expr.ty),
            },
            _ => lend(&self.value(expr), &expr.ty),
        }
    }

    /// How to name a column or a field of one where it stands, and whether that is in a local.
    fn path(&self, expr: &Expr) -> Option<(TokenStream, bool)> {
        match &expr.kind {
            ExprKind::Column(column) => {
                let place = self.columns.get(*column)?.as_ref()?;
                (place.ty == expr.ty).then(|| (place.to_token_stream(), place.is_local()))
            }
            ExprKind::Present(inner) => {
                let ExprKind::Column(column) = inner.kind else { return None };
                let place = self.columns.get(column)?.as_ref()?;
                (place.ty == expr.ty).then(|| (place.to_token_stream(), place.is_local()))
            }
            ExprKind::Field(record, index) if !record.ty.is_optional() => {
                let (path, local) = self.path(record)?;
                let name = field_name(record, *index)?;
                Some((quote!(#path.#name), local))
            }
            _ => None,
        }
    }

    /// `a.b`, `a?.b`
    fn field(&self, record: &Expr, index: usize) -> TokenStream {
        let (Some(name), Type::Record(of)) = (field_name(record, index), record.ty.required()) else {
            return quote!(compile_error!("a field of no record"));
        };
        let ty = &of.fields[index].ty;
        let passed = |path: TokenStream, local: bool| match (types::moves(ty), local) {
            (false, _) => path,
            (true, true) => quote!(#path.clone()),
            (true, false) => quote!(p::lend(&#path)),
        };
        let found = self.path(record);
        if !record.ty.is_optional() {
            return match found {
                Some((path, local)) => passed(quote!(#path.#name), local),
                None => {
                    let record = self.operand(record);
                    quote!(#record.#name)
                }
            };
        }
        let then = if ty.is_optional() { quote!(and_then) } else { quote!(map) };
        match found {
            Some((path, local)) => {
                let value = passed(quote!(inner.#name), local);
                quote!(#path.as_ref().#then(|inner| #value))
            }
            None => {
                let record = self.operand(record);
                quote!(#record.#then(|inner| inner.#name))
            }
        }
    }

    /// As [`Scope::value`], in brackets where an operator next to it could tear it apart.
    pub(super) fn operand(&self, expr: &Expr) -> TokenStream {
        bracketed(self.value(expr))
    }

    fn param_path(&self, index: usize) -> TokenStream {
        let name = field(&self.params[index].name);
        let program = &self.program;
        quote!(#program params.#name)
    }

    fn param(&self, index: usize, ty: &Type) -> TokenStream {
        let path = self.param_path(index);
        if types::is_text(ty) { quote!(p::lend(&#path)) } else { path }
    }

    /// A column, as the type that the expression has it in: a condition above may have shown that it is present.
    fn column(&self, column: usize, ty: &Type) -> TokenStream {
        let Some(Some(place)) = self.columns.get(column) else {
            // Only an expression that cannot be reached names a column that was pruned.
            return quote!(compile_error!("a pruned column is read"));
        };
        let value = place.copied();
        match (place.ty.is_optional(), ty.is_optional()) {
            (true, false) => quote!(p::present(#value)?),
            (false, true) => quote!(Some(#value)),
            _ => value,
        }
    }

    /// The inside of an option that holds something.
    fn present(&self, inner: &Expr) -> TokenStream {
        let value = self.value(inner);
        match &inner.kind {
            // The row already has it without the option.
            ExprKind::Column(column) if self.is_required(*column) && inner.ty.is_optional() => {
                self.column(*column, inner.ty.required())
            }
            _ if inner.ty.is_optional() => quote!(p::present(#value)?),
            _ => value,
        }
    }

    /// Whether an expression takes something out of an option, which Rust cannot see to be safe.
    pub(super) fn unwraps(&self, expr: &Expr) -> bool {
        any(expr, &|kind| match kind {
            ExprKind::Present(inner) => match inner.kind {
                ExprKind::Column(column) => !self.is_required(column),
                _ => inner.ty.is_optional(),
            },
            _ => false,
        })
    }

    fn is_required(&self, column: usize) -> bool {
        matches!(self.columns.get(column), Some(Some(place)) if !place.ty.is_optional())
    }

    fn is_present(&self, inner: &Expr) -> TokenStream {
        if let (Some((path, _)), true) = (self.path(inner), inner.ty.is_optional()) {
            return quote!(#path.is_some());
        }
        let value = bracketed(self.lent(inner));
        if inner.ty.is_optional() { quote!(#value.is_some()) } else { quote!({ let _ = #value; true }) }
    }

    fn negate(&self, inner: &Expr) -> TokenStream {
        let value = self.value(inner);
        match inner.ty {
            Type::Int => quote!(p::ops::negate_int(#value)?),
            Type::Duration => quote!(p::ops::negate_duration(#value)?),
            _ => {
                let value = bracketed(value);
                quote!(-#value)
            }
        }
    }

    fn coalesce(&self, left: &Expr, right: &Expr) -> TokenStream {
        let (value, other) = (self.value(left), self.value(right));
        if !left.ty.is_optional() {
            return value;
        }
        let found = if right.ty.is_optional() { quote!(Some(text)) } else { quote!(text) };
        quote!(match #value { Some(text) => #found, None => #other })
    }

    fn compare(&self, op: BinaryOp, left: &Expr, right: &Expr) -> TokenStream {
        let (left, right) = (bracketed(self.lent(left)), bracketed(self.lent(right)));
        match op {
            BinaryOp::NotEqual => quote!(#left != #right),
            BinaryOp::Less => quote!(#left < #right),
            BinaryOp::LessEqual => quote!(#left <= #right),
            BinaryOp::Greater => quote!(#left > #right),
            BinaryOp::GreaterEqual => quote!(#left >= #right),
            _ => quote!(#left == #right),
        }
    }

    fn arithmetic(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: &Type) -> TokenStream {
        let operator = match op {
            BinaryOp::Subtract => Operator::Subtract,
            BinaryOp::Multiply => Operator::Multiply,
            BinaryOp::Divide => Operator::Divide,
            BinaryOp::Remainder => Operator::Remainder,
            _ => Operator::Add,
        };
        let name = ops::rust_name(operator, &left.ty, &right.ty).unwrap_or("undefined");
        let name = quote::format_ident!("{name}");
        if *ty == Type::String {
            let (left, right) = (self.lent(left), self.lent(right));
            return quote!(p::text(p::concat(#left, #right)));
        }
        let (left, right) = (self.value(left), self.value(right));
        quote!(p::ops::#name(#left, #right)?)
    }

    /// Items are compared left to right, and none is evaluated behind one that is equal.
    fn in_list(&self, value: &Expr, items: &[Expr]) -> TokenStream {
        let needle = self.value(value);
        if items.is_empty() {
            return quote!({ let _ = #needle; false });
        }
        let found = if types::is_text(&value.ty) { lend(&quote!(needle), &value.ty) } else { quote!(needle) };
        let tests = items.iter().map(|item| {
            let item = bracketed(self.lent(item));
            quote!(#found == #item)
        });
        quote!({ let needle = #needle; #(#tests)||* })
    }

    fn call(&self, function: &Function, arguments: &[Expr], ty: &Type) -> TokenStream {
        let path: syn::Path = match syn::parse_str(function.rust) {
            Ok(path) => path,
            Err(_) => return quote!(compile_error!("a function without a path")),
        };
        let arguments =
            arguments.iter().zip(function.parameters).map(|(argument, parameter)| match parameter.pass {
                Pass::Value => self.value(argument),
                Pass::Reference if types::is_text(&argument.ty) => self.lent(argument),
                Pass::Reference => match self.path(argument) {
                    Some((path, _)) => quote!(&*#path),
                    None => {
                        let value = self.operand(argument);
                        quote!(&*#value)
                    }
                },
                Pass::Prepared(preparation) => match &argument.kind {
                    ExprKind::Constant(Value::String(text)) => {
                        let made = self.made(text, preparation);
                        quote!(&#made)
                    }
                    _ => quote!(compile_error!("a constant is not one")),
                },
                Pass::Whole => {
                    let value = self.operand(argument);
                    quote!(&#value)
                }
            });
        let call = quote!(p::functions::#path(#(#arguments),*));
        let call = if function.fallible { quote!(#call?) } else { call };
        match ty {
            Type::String => quote!(p::text(#call)),
            Type::Bytes => quote!(p::bytes(#call)),
            Type::Optional(inner) if **inner == Type::String => quote!(#call.map(p::text)),
            Type::Optional(inner) if **inner == Type::Bytes => quote!(#call.map(p::bytes)),
            _ => call,
        }
    }

    /// Where the program keeps what was made of a constant.
    fn made(&self, text: &String, preparation: Preparation) -> TokenStream {
        let (list, of) = match preparation {
            Preparation::Regex => (quote!(patterns), &self.prepared.patterns),
            Preparation::Zone => (quote!(zones), &self.prepared.zones),
        };
        let at = of.iter().position(|known| known == text).unwrap_or_default();
        let (at, program) = (Literal::usize_unsuffixed(at), &self.program);
        quote!(#program #list[#at])
    }

    /// The parts of a text as a record.
    fn extract(&self, text: &Expr, extraction: &Extraction, ty: &Type) -> TokenStream {
        let at = self.prepared.extractions.iter().position(|known| known == extraction);
        let at = Literal::usize_unsuffixed(at.unwrap_or_default());
        let Type::Record(record) = ty.required() else {
            return quote!(compile_error!("parts of a text are a record"));
        };
        let fields = record.fields.iter().enumerate().map(|(place, one)| {
            let (name, place) = (field(&one.name), Literal::usize_unsuffixed(place));
            let unwrapped = (!one.ty.is_optional()).then(|| quote!(?));
            quote!(#name: parts.get(#place) #unwrapped)
        });
        let (text, program, name) = (self.value(text), &self.program, types::record_name(record));
        quote!(#program extractors[#at].extract(#text, |parts| Some(records::#name { #(#fields,)* })))
    }

    fn apply(&self, index: usize, arguments: &[Expr]) -> TokenStream {
        let (name, program) = (&self.functions[index], &self.program);
        let arguments = arguments.iter().map(|argument| self.value(argument));
        quote!(#program #name(#(#arguments),*)?)
    }

    fn attempt(&self, inner: &Expr) -> TokenStream {
        let value = self.value(inner);
        match (fallible(inner), inner.ty.is_optional()) {
            (false, true) => value,
            (false, false) => quote!(Some(#value)),
            (true, true) => quote!(p::attempt(|| Ok(#value)).flatten()),
            (true, false) => quote!(p::attempt(|| Ok(#value))),
        }
    }
}

/// The name of a record's field in Rust.
fn field_name(record: &Expr, index: usize) -> Option<proc_macro2::Ident> {
    let Type::Record(of) = record.ty.required() else { return None };
    of.fields.get(index).map(|one| field(&one.name))
}

/// Text or bytes by reference; through an option.
fn lend(path: &TokenStream, ty: &Type) -> TokenStream {
    let path = if simple(path) { path.clone() } else { quote!((#path)) };
    if ty.is_optional() { quote!(#path.as_deref()) } else { quote!(&*#path) }
}

/// A literal as the `Cow` that a value of text is.
fn owned_text(constant: TokenStream, ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(p::text(#constant)),
        Type::Bytes => quote!(p::bytes(#constant)),
        Type::Optional(inner) if **inner == Type::String => quote!(#constant.map(p::text)),
        Type::Optional(inner) if **inner == Type::Bytes => quote!(#constant.map(p::bytes)),
        _ => constant,
    }
}

/// A value beside an operator.
pub(super) fn bracketed(value: TokenStream) -> TokenStream {
    if simple(&value) { value } else { quote!((#value)) }
}

/// Whether tokens are a path, a call or a literal, which no operator beside them can tear apart.
fn simple(tokens: &TokenStream) -> bool {
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(expr) => matches!(
            expr,
            syn::Expr::Path(_)
                | syn::Expr::Field(_)
                | syn::Expr::Call(_)
                | syn::Expr::MethodCall(_)
                | syn::Expr::Macro(_)
                | syn::Expr::Paren(_)
                | syn::Expr::Index(_)
                | syn::Expr::Try(_)
                | syn::Expr::Lit(_)
        ),
        Err(_) => false,
    }
}
