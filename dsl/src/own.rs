//! Own Rust: what the checker knows of the files that `rust mod` names. Whoever reads them says what is in them; this crate
//! knows Rust's types by how they are written, and nothing else of it.

use std::collections::BTreeMap;

use crate::ast::{File, Item};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::FileId;

/// A file of Rust, as far as a topology can use it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RustFile {
    /// Where it lies: what rustc is given. The same for the same file, however it is named.
    pub path: String,
    /// The functions at its top and in its modules.
    pub functions: Vec<RustFunction>,
    /// The structs and enums there, by name with the modules round it, and whether they are `pub`.
    pub types: Vec<(String, bool)>,
    /// What types do with traits.
    pub impls: Vec<RustImpl>,
}

/// `impl Bolt for Scorer { type Output = Score; … }`
#[derive(Clone, Debug, PartialEq)]
pub struct RustImpl {
    /// The trait's last name.
    pub of: String,
    /// The type's last name.
    pub by: String,
    /// The types that it sets, each as [`RustFunction::result`].
    pub types: BTreeMap<String, String>,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// A function in a file of Rust.
#[derive(Clone, Debug, PartialEq)]
pub struct RustFunction {
    /// Its name in the file, with the modules round it: `inner::country`.
    pub name: String,
    /// Whether it, and the modules round it, are `pub`.
    pub public: bool,
    /// What keeps it from being called plainly: `async`, `unsafe`, `generic`.
    pub qualifier: Option<&'static str>,
    /// The types of its parameters, each as [`RustFunction::result`].
    pub parameters: Vec<String>,
    /// What it gives, without a `Result` round it: a type without lifetimes and without spaces, of paths the last names only.
    pub result: String,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// What the structs of a node that runs own Rust are called after: `per_client` is `PerClient`.
#[must_use]
pub fn struct_name(node: &str) -> String {
    let words = node.split('_').filter(|word| !word.is_empty());
    let camel: String = words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    if camel.starts_with(|first: char| first.is_ascii_alphabetic()) { camel } else { format!("N{camel}") }
}

/// Reads the file that a `rust mod` of another file (by its id) names, relative to that file; or says why it cannot.
pub type Loader<'l> = dyn FnMut(&str, FileId) -> Result<RustFile, String> + 'l;

/// Fills in what the files of Rust hold, behind [`crate::import::resolve`]. Those that cannot be read are findings.
pub fn read(file: &mut File, load: &mut Loader<'_>, found: &mut Diagnostics) {
    for item in &mut file.items {
        let Item::RustMod(module) = item else { continue };
        match load(&module.path.value, module.path.span.file) {
            Ok(rust) => module.file = Some(rust),
            Err(why) => found.push(
                Diagnostic::new(Code::BadRustFile, module.path.span, why)
                    .help("mend the file; its path is relative to this one"),
            ),
        }
    }
}
