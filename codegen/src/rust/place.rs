//! Where the columns of a row are while it passes through a node.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use streamwright_values::Type;

use super::types;

/// Where a column is. As tokens it is the path to it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    at: At,
    /// Its type there.
    pub(super) ty: Type,
}

#[derive(Clone, Debug)]
enum At {
    /// In a local of the function that computes with it. Several columns may share one.
    Local(Ident),
    /// In something that lives longer than the function.
    Lent(TokenStream),
}

impl Place {
    /// In a local.
    pub(super) fn local(name: &Ident, ty: &Type) -> Place {
        Place { at: At::Local(name.clone()), ty: ty.clone() }
    }

    /// At a path into what the function was lent.
    pub(super) fn lent(path: TokenStream, ty: &Type) -> Place {
        Place { at: At::Lent(path), ty: ty.clone() }
    }

    /// A value of its own, where the column is wanted again.
    pub(super) fn copied(&self) -> TokenStream {
        match &self.at {
            At::Lent(path) if types::moves(&self.ty) => quote!(p::lend(&#path)),
            At::Local(name) if types::moves(&self.ty) => quote!(#name.clone()),
            _ => self.to_token_stream(),
        }
    }

    /// The value, where only these are still wanted: text leaves a local that none of them shares.
    pub(super) fn taken<'o>(&self, wanted: impl IntoIterator<Item = &'o Place>) -> TokenStream {
        match &self.at {
            At::Local(_) if !wanted.into_iter().any(|other| other.shares(self)) => self.to_token_stream(),
            _ => self.copied(),
        }
    }

    /// The same, where it must not be moved.
    pub(super) fn outside(&self) -> Place {
        Place::lent(self.to_token_stream(), &self.ty)
    }

    /// Whether it is in a local.
    pub(super) fn is_local(&self) -> bool {
        matches!(self.at, At::Local(_))
    }

    fn shares(&self, other: &Place) -> bool {
        matches!((&self.at, &other.at), (At::Local(left), At::Local(right)) if left == right)
    }
}

impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.at {
            At::Local(name) => name.to_tokens(tokens),
            At::Lent(path) => path.to_tokens(tokens),
        }
    }
}

/// The fields of a struct, each with the column that it takes over, in the order in which they are evaluated.
pub(super) fn fields(columns: &[(Ident, Place)]) -> Vec<TokenStream> {
    let field = |(at, (name, place)): (usize, &(Ident, Place))| {
        let value = place.taken(columns[at + 1..].iter().map(|(_, place)| place));
        match &place.at {
            At::Local(local) if local == name && value.clone().into_iter().count() == 1 => quote!(#name),
            _ => quote!(#name: #value),
        }
    };
    columns.iter().enumerate().map(field).collect()
}
