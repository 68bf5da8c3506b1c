//! Own Rust: the files that a topology names, and whether what it calls is in them. Types are compared as they are written:
//! a path counts by its last name, lifetimes not at all.

use streamwright_values::Type;

use crate::ast::{self, Item};
use crate::check::context::{Context, RustMod, Signature};
use crate::check::names::duplicate;
use crate::diagnostic::{Code, Diagnostic};
use crate::own::{RustFile, RustFunction};
use crate::source::{Name, Spanned};
use crate::topology;

/// Where the structs of records are.
pub(super) const RECORDS: &str = "crate::records::";

/// Where the structs of what is run are.
pub(super) const BOLTS: &str = "crate::bolts::";

/// Names that a crate of the program cannot have: they are its own.
const OWN_CRATES: [&str; 5] = ["streamwright", "std", "core", "alloc", "self"];

/// The modules and crates: which there are, and which are named twice.
pub(super) fn modules(context: &mut Context<'_>) {
    let mut dependencies: Vec<&ast::RustDep> = Vec::new();
    for item in &context.file.items {
        let span = match item {
            Item::RustMod(module) => {
                add_module(context, module);
                module.path.span
            }
            Item::RustDep(dependency) => {
                add_dependency(context, dependency, &mut dependencies);
                dependency.name.span
            }
            _ => continue,
        };
        if context.file.embedded {
            let help = "leave it out, and write paths of that program: `rust geo::country`";
            let message = "the program round `topology!` has modules and crates of its own";
            context.error(Code::BadRustFile, span, message, help);
        }
    }
}

fn add_module<'a>(context: &mut Context<'a>, module: &'a ast::RustMod) {
    let path = &module.path.value;
    let Some(name) = stem(path).filter(|name| is_identifier(name)) else {
        let message = format!("`{path}` does not give a module its name");
        let help = "a file of Rust is called like an identifier: \"geo.rs\"";
        return context.error(Code::BadRustFile, module.path.span, message, help);
    };
    let same = |known: &&RustMod<'_>| known.name == name;
    let Some(first) = context.rust_mods.iter().find(same).map(|known| known.ast) else {
        return context.rust_mods.push(RustMod { ast: module, name: name.to_owned() });
    };
    let place = |module: &ast::RustMod| module.file.as_ref().map(|file| file.path.clone());
    if first.span.file == module.span.file || place(first) != place(module) {
        let name = Spanned { value: name.to_owned(), span: module.path.span };
        context.report(duplicate(&name, first.path.span, &format!("a Rust module `{}`", name.value)));
    }
}

fn add_dependency<'a>(
    context: &mut Context<'_>,
    written: &'a ast::RustDep,
    known: &mut Vec<&'a ast::RustDep>,
) {
    let name = &written.name;
    let characters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let named = name.value.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.value.bytes().all(characters);
    if !named || OWN_CRATES.contains(&name.value.as_str()) {
        let message = format!("`{}` is no crate that a program can name", name.value);
        context.error(Code::BadRustFile, name.span, message, "write the name that crates.io has it by");
    }
    if written.version.value.trim().is_empty() {
        context.error(
            Code::BadRustFile,
            written.version.span,
            "no version of the crate is given",
            "write \"1.2\", or \"*\"",
        );
    }
    match known.iter().find(|other| other.name.value == name.value) {
        None => known.push(written),
        Some(first)
            if first.version.value == written.version.value && first.span.file != written.span.file => {}
        Some(first) => context.report(duplicate(name, first.name.span, &format!("a crate `{}`", name.value))),
    }
}

/// `geo` of `lib/geo.rs`
fn stem(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).next()?.strip_suffix(".rs")
}

fn is_identifier(name: &str) -> bool {
    const KEYWORDS: [&str; 9] = ["bolts", "crate", "main", "mod", "records", "self", "Self", "super", "r#"];
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(word)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !KEYWORDS.contains(&name)
}

/// Checks that the Rust behind a function is there, and takes and gives what its declaration says.
pub(super) fn function(context: &mut Context<'_>, index: usize, path: &Name) {
    let declared = context.functions[index].ast;
    let Some(Signature { parameters, result }) = context.functions[index].signature.clone() else { return };
    let types: Vec<Type> = parameters.iter().map(|parameter| parameter.ty.clone()).collect();
    let Some((module, file, inner)) = item(context, path) else { return };
    let names: Vec<String> = parameters
        .iter()
        .zip(&types)
        .map(|(parameter, ty)| format!("{}: {}", parameter.name, passed(ty)))
        .collect();
    let name = inner.rsplit("::").next().unwrap_or_default();
    let wanted = format!("`pub fn {name}({}) -> {}`", names.join(", "), given(&result));
    let Some(found) = file.functions.iter().find(|function| function.name == inner) else {
        let known: Vec<String> = file.functions.iter().map(|one| format!("{module}::{}", one.name)).collect();
        let message = format!("there is no function `{}`", path.value);
        let finding = Diagnostic::new(Code::UnknownRust, path.span, message)
            .help(format!("write {wanted}"))
            .did_you_mean(&path.value, known.iter().map(String::as_str));
        return context.report(finding);
    };
    if !found.public {
        let message = format!("`{}` is not `pub`", path.value);
        return context.error(Code::UnknownRust, path.span, message, format!("write {wanted}"));
    }
    let expected: Vec<String> = types.iter().map(|ty| bare(&passed(ty))).collect();
    let difference = match found.qualifier {
        Some(qualifier) => Some(format!("it is {qualifier}")),
        None => difference(found, &expected, &bare(&given(&result))),
    };
    if let Some(difference) = difference {
        let message =
            format!("`{}` is not what `{}` declares: {difference}", path.value, declared.name.value);
        let finding = Diagnostic::new(Code::RustSignature, path.span, message)
            .label(declared.name.span, format!("the Rust is in line {}", found.line))
            .help(format!("write {wanted}, or a `Result` of that"));
        context.report(finding);
    }
}

/// A type as [`RustFunction`] has it.
fn bare(ty: &str) -> String {
    let mut bare = ty.to_owned();
    for part in [RECORDS, BOLTS, "<'a>", "<'static>", " "] {
        bare = bare.replace(part, "");
    }
    bare
}

/// How a Rust function differs from what is expected, in a few words.
fn difference(found: &RustFunction, parameters: &[String], result: &str) -> Option<String> {
    if found.parameters.len() != parameters.len() {
        return Some(format!("it takes {} arguments, not {}", found.parameters.len(), parameters.len()));
    }
    let differs = found.parameters.iter().zip(parameters).find(|(found, wanted)| found != wanted);
    if let Some((found, wanted)) = differs {
        return Some(format!("it takes `{found}` where `{wanted}` is passed"));
    }
    (found.result != result).then(|| format!("it gives `{}`, not `{result}`", found.result))
}

/// Checks that the Rust type of a `run` is there and is what is run: that it has the trait, with these types in it.
pub(super) fn runs(context: &mut Context<'_>, path: &Name, word: &str, types: &[(&str, String)]) {
    let Some((module, file, inner)) = item(context, path) else { return };
    let short = inner.rsplit("::").next().unwrap_or_default();
    let wanted = format!("write `pub struct {short}`, and `impl streamwright::{word} for {short}`");
    let Some((_, public)) = file.types.iter().find(|(name, _)| *name == inner) else {
        let known: Vec<String> = file.types.iter().map(|(name, _)| format!("{module}::{name}")).collect();
        let finding =
            Diagnostic::new(Code::UnknownRust, path.span, format!("there is no type `{}`", path.value))
                .help(wanted)
                .did_you_mean(&path.value, known.iter().map(String::as_str));
        return context.report(finding);
    };
    if !public {
        return context.error(Code::UnknownRust, path.span, format!("`{}` is not `pub`", path.value), wanted);
    }
    let Some(found) = file.impls.iter().find(|one| one.of == word && one.by == short) else {
        let message = format!("`{}` is no {word}", path.value);
        return context.error(Code::UnknownRust, path.span, message, wanted);
    };
    for (name, wanted) in types {
        let written = found
            .types
            .get(name.split('<').next().unwrap_or_default())
            .map(String::as_str)
            .unwrap_or_default();
        if written != bare(wanted) {
            let message = format!(
                "`{}` has another {name}: {}",
                path.value,
                if written.is_empty() { "none" } else { written }
            );
            let finding = Diagnostic::new(Code::RustSignature, path.span, message)
                .help(format!("write `type {name} = {wanted};` in line {} or below", found.line));
            context.report(finding);
        }
    }
}

/// The module, its file and the item in it that a path names; nothing where nobody has read the file.
fn item<'a>(context: &mut Context<'a>, path: &Name) -> Option<(String, &'a RustFile, String)> {
    if context.file.embedded {
        return None;
    }
    let (first, inner) = path.value.split_once("::").unwrap_or((&path.value, ""));
    let Some(module) = context.rust_mods.iter().find(|module| module.name == first) else {
        let known: Vec<String> = context.rust_mods.iter().map(|module| module.name.clone()).collect();
        let message = format!("there is no Rust module `{first}`");
        let finding = Diagnostic::new(Code::UnknownRust, path.span, message)
            .help(format!("name its file: `rust mod \"{first}.rs\"`"))
            .did_you_mean(first, known.iter().map(String::as_str));
        context.report(finding);
        return None;
    };
    let (name, file) = (module.name.clone(), module.ast.file.as_ref());
    if inner.is_empty() {
        let message = format!("`{first}` is a module");
        context.error(Code::UnknownRust, path.span, message, format!("name an item in it: `{first}::NAME`"));
        return None;
    }
    Some((name, file?, inner.to_owned()))
}

/// A type as a Rust function is given it.
fn passed(ty: &Type) -> String {
    match ty {
        Type::Optional(inner) => format!("Option<{}>", passed(inner)),
        Type::String => "&str".to_owned(),
        Type::Bytes => "&[u8]".to_owned(),
        Type::List(element) => format!("&[{}]", held(element)),
        Type::Record(record) => format!("&{RECORDS}{}", record.name),
        plain => scalar(plain).to_owned(),
    }
}

/// A type within a list that is passed.
fn held(ty: &Type) -> String {
    match ty {
        Type::Optional(inner) => format!("Option<{}>", held(inner)),
        Type::String => "Cow<str>".to_owned(),
        Type::Bytes => "Cow<[u8]>".to_owned(),
        Type::List(element) => format!("List<{}>", held(element)),
        Type::Record(record) => format!("{RECORDS}{}", record.name),
        plain => scalar(plain).to_owned(),
    }
}

/// A type as a Rust function gives it.
fn given(ty: &Type) -> String {
    match ty {
        Type::Optional(inner) => format!("Option<{}>", given(inner)),
        Type::String => "String".to_owned(),
        Type::Bytes => "Vec<u8>".to_owned(),
        Type::List(element) => format!("Vec<{}>", given(element)),
        Type::Record(record) => format!("{RECORDS}{}", record.name),
        plain => scalar(plain).to_owned(),
    }
}

fn scalar(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int => "i64",
        Type::Float => "f64",
        Type::Timestamp => "Timestamp",
        Type::Duration => "Duration",
        Type::Ip => "IpAddr",
        _ => "()",
    }
}

/// The modules of the program.
pub(super) fn used(modules: &[RustMod<'_>]) -> Vec<topology::RustMod> {
    let module = |module: &RustMod<'_>| topology::RustMod {
        name: module.name.clone(),
        path: module
            .ast
            .file
            .as_ref()
            .map_or_else(|| module.ast.path.value.clone(), |file| file.path.clone()),
    };
    modules.iter().map(module).collect()
}

/// The crates of the program, each once.
pub(super) fn dependencies(file: &ast::File) -> Vec<topology::RustDep> {
    let mut found: Vec<topology::RustDep> = Vec::new();
    for item in &file.items {
        if let Item::RustDep(ast::RustDep { name, version, .. }) = item
            && !found.iter().any(|known| known.name == name.value)
        {
            found.push(topology::RustDep { name: name.value.clone(), version: version.value.clone() });
        }
    }
    found
}
