//! From a file's name to a checked topology, with its findings printed on the way.

use std::io;
use std::path::Path;

use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{self, Code, Diagnostic, Diagnostics, Severity};
use streamwright_dsl::import::{self, Loaded};
use streamwright_dsl::own::{self, RustFile};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{FileId, Sources};
use streamwright_dsl::topology::Topology;

use crate::fault::Fault;
use crate::{input, output};

/// A checked topology and the text it came from.
pub(crate) struct Checked {
    pub(crate) topology: Topology,
    pub(crate) sources: Sources,
}

/// Reads and checks a topology; findings go to standard error. None where an error is among them.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn load(name: &str) -> Result<Option<Checked>, Fault> {
    let mut sources = Sources::default();
    let file = sources.add(input::read(name)?);
    let mut found = Diagnostics::new();
    let topology = findings(&mut sources, file, &mut found);
    let found = found.into_sorted();
    tell(&found, &sources);
    Ok(topology.map(|topology| Checked { topology, sources }))
}

/// Checks one of the files. None where it has errors.
pub(crate) fn findings(sources: &mut Sources, file: FileId, found: &mut Diagnostics) -> Option<Topology> {
    let (mut ast, mut syntax) = parse(file, &sources.get(file).text);
    let path = sources.get(file).path.clone();
    if !ast.imports.is_empty() && Path::new(&path).is_file() {
        let identity = identity(Path::new(&path));
        let mut load = |name: &str, from: FileId| imported(sources, name, from);
        import::resolve(&mut ast, &identity, &mut load, &mut syntax);
    }
    own::read(&mut ast, &mut |name, from| own_rust(sources, name, from), &mut syntax);
    let broken = syntax.has_errors();
    found.append(syntax);
    // A file that cannot be read whole is checked all the same: mistakes in its sound parts are shown in the same run.
    check(&ast, file, found).filter(|_| !broken)
}

/// Reads a file that another one imports.
fn imported(sources: &mut Sources, name: &str, from: FileId) -> Result<Loaded, String> {
    let folder = Path::new(&sources.get(from).path).parent().unwrap_or(Path::new(""));
    // `-` alone would be standard input.
    let path = if name == "-" { folder.join("./-") } else { folder.join(name) };
    let source = input::read(&path.to_string_lossy()).map_err(|fault| fault.to_string())?;
    let text = source.text.clone();
    Ok(Loaded { file: sources.add(source), text, identity: identity(&path) })
}

/// Reads a file of Rust that a topology names.
fn own_rust(sources: &Sources, name: &str, from: FileId) -> Result<RustFile, String> {
    let folder = Path::new(&sources.get(from).path).parent().unwrap_or(Path::new(""));
    let path = folder.join(name);
    let source = input::read(&path.to_string_lossy()).map_err(|fault| fault.to_string())?;
    streamwright_codegen::own::read(&identity(&path), &source.text)
}

/// What is the same for every name of a file.
fn identity(path: &Path) -> String {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// Whether nothing keeps the interpreter from running a topology; what does is a finding.
pub(crate) fn can_be_interpreted(checked: &Checked) -> bool {
    let own = checked.topology.own_rust().into_iter();
    let found: Vec<Diagnostic> = own
        .map(|(name, span)| {
            let message = format!("`{name}` is own Rust, which the interpreter cannot run");
            Diagnostic::new(Code::NeedsCompiler, span, message)
                .help("run it without `--interpret`, where cargo is installed")
        })
        .collect();
    tell(&found, &checked.sources);
    found.is_empty()
}

/// Nobody reads more; the rest are counted.
const SHOWN: usize = 200;

/// Shows findings to people, on standard error.
pub(crate) fn tell(found: &[Diagnostic], sources: &Sources) {
    let shown = &found[..found.len().min(SHOWN)];
    output::say(&diagnostic::human(shown, sources, output::colour(&io::stderr())));
    if shown.len() < found.len() {
        output::say(&format!("and {} more\n\n", found.len() - shown.len()));
    }
    output::say(&summary(found));
}

/// `2 errors, 1 warning`
fn summary(found: &[Diagnostic]) -> String {
    let count = |severity: Severity| found.iter().filter(|one| one.code.severity() == severity).count();
    let phrase = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let parts = [phrase(count(Severity::Error), "error"), phrase(count(Severity::Warning), "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { parts.join(", ") + "\n" }
}
