//! The files that a topology inside a Rust program imports.

use std::collections::BTreeMap;

use streamwright_dsl::ast;
use streamwright_dsl::import::Loaded;
use streamwright_dsl::source::{FileId, Source, Sources, Span};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it is: what is the same for every name of it, and what `include_bytes!` takes.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Reads the file that another one names, relative to that one; the invocation itself has no path.
///
/// # Errors
/// Why it cannot, for people.
pub type Read<'r> = dyn FnMut(Option<&str>, &str) -> Result<File, String> + 'r;

/// Which import brought a file in.
pub(super) struct Imports {
    own: FileId,
    /// The imports of the invocation itself, by what they name.
    written: BTreeMap<String, Span>,
    /// For each file the place in the invocation where it comes in, and its path.
    files: BTreeMap<FileId, (Option<Span>, String)>,
}

impl Imports {
    pub(super) fn new(file: &ast::File, own: FileId) -> Imports {
        let written = file.imports.iter().map(|one| (one.path.value.clone(), one.path.span)).collect();
        Imports { own, written, files: BTreeMap::new() }
    }

    pub(super) fn load(
        &mut self,
        sources: &mut Sources,
        name: &str,
        from: FileId,
        read: &mut Read<'_>,
    ) -> Result<Loaded, String> {
        let importer = self.files.get(&from);
        let file = read(importer.map(|(_, path)| path.as_str()), name)?;
        let brought = match importer {
            Some((brought, _)) => *brought,
            None => self.written.get(name).copied(),
        };
        let id = sources.add(Source::new(name, file.text.clone()));
        self.files.insert(id, (brought, file.path.clone()));
        Ok(Loaded { file: id, text: file.text, identity: file.path })
    }

    /// The place in the invocation that a mistake is told at.
    pub(super) fn guilty(&self, span: Span) -> Span {
        let brought = self.files.get(&span.file).and_then(|(brought, _)| *brought);
        brought.unwrap_or(if span.file == self.own { span } else { Span { file: self.own, ..span } })
    }

    /// The files, each once.
    pub(super) fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.files.values().map(|(_, path)| path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}
