//! What is in a file of own Rust, for the checker: it compares types as they are written.

use quote::ToTokens;
use streamwright_dsl::own::{RustFile, RustFunction, RustImpl};
use syn::{
    FnArg, GenericArgument, ImplItem, Item, ItemFn, ItemImpl, PathArguments, ReturnType, Safety, Type,
    Visibility,
};

/// Reads a file of this text that lies at `path`.
///
/// # Errors
/// What keeps it from being Rust, with the line.
pub fn read(path: &str, text: &str) -> Result<RustFile, String> {
    let file = syn::parse_file(text)
        .map_err(|error| format!("line {} is not Rust: {error}", error.span().start().line))?;
    let mut found = RustFile { path: path.to_owned(), ..RustFile::default() };
    items(&file.items, "", true, &mut found);
    Ok(found)
}

/// The items of a module, whose names begin with `prefix`.
fn items(of: &[Item], prefix: &str, visible: bool, found: &mut RustFile) {
    for item in of {
        match item {
            Item::Fn(function) => found.functions.push(self::function(function, prefix, visible)),
            Item::Struct(item) => {
                found.types.push((format!("{prefix}{}", item.ident), visible && is_public(&item.vis)))
            }
            Item::Enum(item) => {
                found.types.push((format!("{prefix}{}", item.ident), visible && is_public(&item.vis)))
            }
            Item::Impl(item) => found.impls.extend(implementation(item)),
            Item::Mod(module) => {
                let visible = visible && is_public(&module.vis);
                let prefix = format!("{prefix}{}::", module.ident);
                let inner = module.content.as_ref().map(|(_, inner)| inner.as_slice());
                items(inner.unwrap_or_default(), &prefix, visible, found);
            }
            _ => {}
        }
    }
}

fn function(function: &ItemFn, prefix: &str, visible: bool) -> RustFunction {
    let signature = &function.sig;
    let generic = signature.generics.type_params().next().is_some()
        || signature.generics.const_params().next().is_some();
    let qualifier = [
        (signature.asyncness.is_some(), "async"),
        (matches!(signature.safety, Safety::Unsafe(_)), "unsafe"),
        (generic, "generic"),
    ];
    RustFunction {
        name: format!("{prefix}{}", signature.ident),
        public: visible && is_public(&function.vis),
        qualifier: qualifier.into_iter().find_map(|(is, word)| is.then_some(word)),
        parameters: signature.inputs.iter().map(parameter).collect(),
        result: result(&signature.output),
        line: signature.ident.span().start().line,
    }
}

/// What a type does with a trait.
fn implementation(item: &ItemImpl) -> Option<RustImpl> {
    let of = item.trait_.as_ref()?.0.segments.last()?.ident.to_string();
    let types = item.items.iter().filter_map(|item| match item {
        ImplItem::Type(ty) => Some((ty.ident.to_string(), written(&ty.ty))),
        _ => None,
    });
    let line = item.impl_token.span.start().line;
    Some(RustImpl { of, by: written(&item.self_ty), types: types.collect(), line })
}

/// `pub`, or for the whole crate.
fn is_public(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

fn parameter(parameter: &FnArg) -> String {
    match parameter {
        FnArg::Receiver(_) => "self".to_owned(),
        FnArg::Typed(typed) => written(&typed.ty),
    }
}

/// What a function gives, without a `Result` round it.
fn result(output: &ReturnType) -> String {
    let ReturnType::Type(_, ty) = output else { return "()".to_owned() };
    if let Type::Path(path) = &**ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return written(inner);
    }
    written(ty)
}

/// A type without lifetimes and spaces, of paths the last names only.
fn written(ty: &Type) -> String {
    match ty {
        Type::Paren(inner) => written(&inner.elem),
        Type::Group(inner) => written(&inner.elem),
        Type::Reference(reference) => {
            format!(
                "&{}{}",
                if reference.mutability.is_some() { "mut " } else { "" },
                written(&reference.elem)
            )
        }
        Type::Slice(slice) => format!("[{}]", written(&slice.elem)),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return String::new() };
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return last.ident.to_string();
            };
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(written(ty)),
                _ => None,
            });
            let types: Vec<String> = types.collect();
            if types.is_empty() {
                last.ident.to_string()
            } else {
                format!("{}<{}>", last.ident, types.join(","))
            }
        }
        other => other.to_token_stream().to_string().replace(' ', ""),
    }
}
