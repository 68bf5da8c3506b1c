//! Expressions: each in the order and with the faults that the language defines.

mod calls;
mod operators;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use streamwright_dsl::topology::{Expr, ExprKind};
use streamwright_values::Type;
use streamwright_values::functions::Preparation;

use super::names::field;
use super::place::Place;
use super::types;
use crate::plan::Prepared;
use crate::plan::analysis::any;

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

/// What a literal or a call gives as the `Cow` that a value of text is.
fn owned_text(given: TokenStream, ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(p::text(#given)),
        Type::Bytes => quote!(p::bytes(#given)),
        Type::Optional(inner) if **inner == Type::String => quote!(#given.map(p::text)),
        Type::Optional(inner) if **inner == Type::Bytes => quote!(#given.map(p::bytes)),
        _ => given,
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
