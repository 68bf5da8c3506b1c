//! The body of `topology!` as an ordinary function: tokens to text, then the passes that a file goes through. A finding
//! becomes a compile error at the very tokens that it is about.

mod imports;
mod text;

use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{Diagnostic, Severity};
use streamwright_dsl::import;
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Name, Sources};

pub use imports::{File, Read};
pub use text::Text;

use imports::Imports;

use crate::{plan, rust};

/// What `topology! { … }` becomes: a module of the topology's name with `main` and `run`, or one compile error a mistake.
/// Warnings have no door on stable Rust: `topo check` shows them for files. Files that it imports are read by `read`.
#[must_use]
pub fn expand(tokens: TokenStream, read: &mut Read<'_>) -> TokenStream {
    let text = Text::new(tokens);
    let mut sources = Sources::default();
    let file = sources.add(text.source.clone());
    let (mut ast, mut found) = parse(file, &text.source.text);
    let mut imports = Imports::new(&ast, file);
    import::resolve(&mut ast, "", &mut |path, from| imports.load(&mut sources, path, from, read), &mut found);
    ast.embedded = true;
    let broken = found.has_errors();
    let checked = check(&ast, file, &mut found).filter(|_| !broken);
    let expanded = match checked {
        Some(topology) => {
            let items = rust::items(&plan::plan(&topology), &sources);
            module(&topology.name, &topology.docs.join("\n"), &items)
        }
        None => {
            let found = found.into_sorted();
            let errors = found.iter().filter(|one| one.code.severity() == Severity::Error);
            let errors = errors.map(|one| compile_error(one, &text, &sources, &imports));
            errors.chain(ast.topology.as_ref().map(placeholder)).collect()
        }
    };
    // What rustc has to look at again when it changes.
    let watched = imports.paths();
    quote! {
        #expanded
        #(const _: &[u8] = ::core::include_bytes!(#watched);)*
    }
}

fn module(name: &str, docs: &str, items: &TokenStream) -> TokenStream {
    let name = Ident::new_raw(name, Span::call_site());
    quote! {
        #[doc = #docs]
        pub mod #name { #items }
    }
}

/// A module that can be named, so that the uses of a faulty topology are not mistakes too.
fn placeholder(name: &Name) -> TokenStream {
    let never = quote! { ::core::unreachable!("this program does not compile") };
    let items = quote! {
        pub fn main() -> ::std::process::ExitCode { #never }
        pub fn run<A: ::core::convert::Into<::std::ffi::OsString>>(
            _: impl ::core::iter::IntoIterator<Item = A>,
        ) -> ::core::result::Result<::streamwright::Summary, ::streamwright::Error> { #never }
    };
    module(&name.value, "", &items)
}

/// `compile_error!` whose first token stands at the first guilty one and whose last at the last: so rustc underlines
/// both and all between. A mistake in an imported file is told at the import.
fn compile_error(found: &Diagnostic, text: &Text, sources: &Sources, imports: &Imports) -> TokenStream {
    let mut message = format!("{} [{} {}]", found.message, found.code.id(), found.code.name());
    let guilty = imports.guilty(found.span);
    let place = |span: streamwright_dsl::source::Span| {
        let source = sources.get(span.file);
        let (line, column) = source.line_column(span.lo);
        (&source.path, line, column)
    };
    if guilty != found.span {
        let (path, line, column) = place(found.span);
        message = format!("{path}:{line}:{column}: {message}");
    }
    let (first, last) = text.ends(guilty.lo, guilty.hi);
    for label in &found.labels {
        let (path, line, _) = place(label.span);
        let whose =
            if imports.guilty(label.span) == label.span { String::new() } else { format!("{path}, ") };
        message += &format!("\nnote: {whose}line {line}: {}", label.text);
    }
    if let Some(help) = &found.help {
        message += &format!("\nhelp: {help}");
    }
    let path = quote! { ::core::compile_error };
    let bang: TokenTree = Punct::new('!', Spacing::Alone).into();
    let body: TokenTree = Group::new(proc_macro2::Delimiter::Brace, message.to_token_stream()).into();
    let head = path.into_iter().chain([bang]).map(|token| at(token, first));
    head.chain([at(respan(body, last), last)]).collect()
}

fn at(mut token: TokenTree, span: Span) -> TokenTree {
    token.set_span(span);
    token
}

/// A group whose content stands where it does.
fn respan(token: TokenTree, span: Span) -> TokenTree {
    match token {
        TokenTree::Group(group) => {
            let content = group.stream().into_iter().map(|inner| at(inner, span)).collect();
            Group::new(group.delimiter(), content).into()
        }
        other => other,
    }
}
