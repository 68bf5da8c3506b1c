//! What operators become.

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::ast::BinaryOp;
use streamwright_dsl::topology::Expr;
use streamwright_values::Type;
use streamwright_values::ops::{self, Operator};

use super::{Scope, bracketed, lend, types};

impl Scope<'_> {
    pub(super) fn negate(&self, inner: &Expr) -> TokenStream {
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

    pub(super) fn coalesce(&self, left: &Expr, right: &Expr) -> TokenStream {
        let (value, other) = (self.value(left), self.value(right));
        if !left.ty.is_optional() {
            return value;
        }
        let found = if right.ty.is_optional() { quote!(Some(text)) } else { quote!(text) };
        quote!(match #value { Some(text) => #found, None => #other })
    }

    pub(super) fn compare(&self, op: BinaryOp, left: &Expr, right: &Expr) -> TokenStream {
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

    pub(super) fn arithmetic(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: &Type) -> TokenStream {
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
            return quote!(p::text(p::ops::concat(#left, #right)?));
        }
        let (left, right) = (self.value(left), self.value(right));
        quote!(p::ops::#name(#left, #right)?)
    }

    /// Items are compared left to right, and none is evaluated behind one that is equal.
    pub(super) fn in_list(&self, value: &Expr, items: &[Expr]) -> TokenStream {
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
}
