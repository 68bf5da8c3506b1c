//! `import`: the declarations of other files, as if they stood in this one.
//!
//! Each import of a file has a [`FileId`] of its own, so that a name's span says which names it may mean: those of its own
//! file, with the prefix that the file was imported under.

use std::collections::BTreeSet;

use crate::ast::{ClauseKind, File, Import, Item, TypeName};
use crate::check::DEAD_LETTERS;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::parse;
use crate::source::{FileId, Name};

/// How many files a topology may consist of, each counted as often as it is imported.
const FILES_MAX: usize = 1_000;

/// How many imports may lie between the topology and a file.
const DEPTH_MAX: usize = 32;

/// A file that was read for an import.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its place among the sources: a new one for every import.
    pub file: FileId,
    /// Its text.
    pub text: String,
    /// What is the same for the same file, however it is named.
    pub identity: String,
}

/// Reads the file that an import of another file (by its id) names, relative to that file; or says why it cannot.
pub type Loader<'l> = dyn FnMut(&str, FileId) -> Result<Loaded, String> + 'l;

/// Puts the declarations of all imported files behind those of `file`, in the order of the imports. Those of a file that is
/// imported `as c` are called `c::NAME`. A file that is imported twice under one prefix is there once.
pub fn resolve(file: &mut File, identity: &str, load: &mut Loader<'_>, found: &mut Diagnostics) {
    let imports = std::mem::take(&mut file.imports);
    let mut resolver =
        Resolver { load, found, items: Vec::new(), seen: BTreeSet::new(), files: 1, scopes: Vec::new() };
    resolver.seen.insert((identity.to_owned(), String::new()));
    resolver.imports(imports, "", &[identity.to_owned()]);
    file.items.append(&mut resolver.items);
    file.scopes = resolver.scopes;
    for item in &mut file.items {
        let own = |(id, _): &&(FileId, String)| *id == item.span().file;
        if let Some((_, prefix)) = file.scopes.iter().find(own).filter(|(_, prefix)| !prefix.is_empty()) {
            rename(item, prefix);
        }
    }
}

struct Resolver<'r, 'l> {
    load: &'r mut Loader<'l>,
    found: &'r mut Diagnostics,
    items: Vec<Item>,
    /// Files by identity, and the prefix of their names.
    seen: BTreeSet<(String, String)>,
    files: usize,
    scopes: Vec<(FileId, String)>,
}

impl Resolver<'_, '_> {
    fn imports(&mut self, imports: Vec<Import>, prefix: &str, chain: &[String]) {
        for import in imports {
            let prefix = match &import.alias {
                Some(alias) => format!("{prefix}{}::", alias.value),
                None => prefix.to_owned(),
            };
            self.import(&import, &prefix, chain);
        }
    }

    fn import(&mut self, import: &Import, prefix: &str, chain: &[String]) {
        self.files += 1;
        if self.files > FILES_MAX || chain.len() > DEPTH_MAX {
            let message =
                format!("there are more than {FILES_MAX} imports, or {DEPTH_MAX} behind one another");
            return self.bad(import, &message, "put what belongs together into one file");
        }
        let loaded = match (self.load)(&import.path.value, import.path.span.file) {
            Ok(loaded) => loaded,
            Err(why) => return self.bad(import, &why, "the path is relative to this file"),
        };
        if chain.contains(&loaded.identity) {
            let help = "put what both files need into a third one";
            return self.bad(import, "this file imports itself, directly or through others", help);
        }
        if !self.seen.insert((loaded.identity.clone(), prefix.to_owned())) {
            return;
        }
        let (mut file, found) = parse(loaded.file, &loaded.text);
        self.found.append(found);
        if let Some(name) = &file.topology {
            let message =
                format!("this file is the topology `{}`, and only libraries are imported", name.value);
            self.bad(
                import,
                &message,
                "take its `topology` line out, or move what is shared into another file",
            );
        }
        self.scopes.push((loaded.file, prefix.to_owned()));
        self.items.extend(file.items.drain(..).filter(|item| !matches!(item, Item::Test(_))));
        let chain: Vec<String> = chain.iter().cloned().chain([loaded.identity]).collect();
        self.imports(file.imports, prefix, &chain);
    }

    fn bad(&mut self, import: &Import, message: &str, help: &str) {
        self.found.push(Diagnostic::new(Code::BadImport, import.path.span, message).help(help));
    }
}

/// Gives the names that an item declares, and those of declarations that it uses, the prefix of its file. Names in
/// expressions are the checker's: they may be columns.
fn rename(item: &mut Item, prefix: &str) {
    match item {
        Item::Param(param) => {
            prefixed(&mut param.name, prefix);
            type_name(&mut param.ty, prefix);
        }
        Item::Function(function) => {
            prefixed(&mut function.name, prefix);
            function.parameters.iter_mut().for_each(|parameter| type_name(&mut parameter.ty, prefix));
            type_name(&mut function.result, prefix);
        }
        // Those of an imported file are left out.
        Item::Test(_) => {}
        // The modules of a program have one name each, whatever file names them.
        Item::RustMod(_) | Item::RustDep(_) => {}
        Item::Record(record) => {
            prefixed(&mut record.name, prefix);
            record.fields.iter_mut().for_each(|field| type_name(&mut field.ty, prefix));
        }
        Item::Table(table) => {
            prefixed(&mut table.name, prefix);
            prefixed(&mut table.record, prefix);
        }
        Item::Node(node) => {
            prefixed(&mut node.name, prefix);
            node.record.iter_mut().for_each(|record| prefixed(record, prefix));
            for clause in &mut node.clauses {
                let inputs = match &mut clause.kind {
                    ClauseKind::From(inputs) => inputs.as_mut_slice(),
                    ClauseKind::Join(partner) | ClauseKind::Lookup(partner) => {
                        std::slice::from_mut(&mut partner.input)
                    }
                    _ => continue,
                };
                let inputs = inputs.iter_mut().filter(|input| input.node.value != DEAD_LETTERS);
                inputs.for_each(|input| prefixed(&mut input.node, prefix));
            }
        }
    }
}

fn prefixed(name: &mut Name, prefix: &str) {
    name.value.insert_str(0, prefix);
}

/// A type that is a record's.
fn type_name(ty: &mut TypeName, prefix: &str) {
    match &mut ty.argument {
        Some(argument) => type_name(argument, prefix),
        None if crate::check::types().iter().any(|known| known.name == ty.name.value) => {}
        None => prefixed(&mut ty.name, prefix),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by a panic")]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::topology::Topology;

    /// Checks the first of these files, which may import the others by their names.
    fn checked(files: &[(&str, &str)]) -> (Option<Topology>, Vec<String>) {
        let (mut ast, mut found) = parse(FileId(0), files[0].1);
        let mut next = 1;
        let mut load = |path: &str, _: FileId| {
            let (name, text) = files.iter().find(|(name, _)| *name == path).ok_or("it is not there")?;
            next += 1;
            Ok(Loaded { file: FileId(next - 1), text: (*text).to_owned(), identity: (*name).to_owned() })
        };
        resolve(&mut ast, files[0].0, &mut load, &mut found);
        let topology = check(&ast, FileId(0), &mut found).filter(|_| !found.has_errors());
        (topology, found.into_sorted().into_iter().map(|one| one.message).collect())
    }

    const MAIN: &str = "topology t
        import \"a.topo\"
        import \"b.topo\" as b
        param limit: int = 1
        bolt all { from b::rows as r  where n > limit + b::limit + shared && b::same(inner) != none  select n = r.n, inner }
        sink out { from all  write stdout as json }";

    #[test]
    fn names_of_a_file_are_its_own_or_have_its_prefix() {
        let library = "import \"a.topo\"
            param limit: int = 2
            record Inner { limit: int }
            fn same(inner: Inner?) -> Inner? = again(inner, limit)
            fn again(inner: Inner?, _n: int) -> Inner? = inner
            record Row { n: int, inner: Inner? }
            spout lines: Row { read stdin as json  where n > limit }
            bolt rows { from lines  where lines.n > shared  select n, inner = same(inner) }
            bolt unused { from lines }";
        let (topology, found) =
            checked(&[("main.topo", MAIN), ("a.topo", "param shared: int = 5"), ("b.topo", library)]);
        assert_eq!(found, Vec::<String>::new());
        let topology = topology.unwrap();
        let nodes: Vec<&str> = topology.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(nodes, ["all", "out", "b_lines", "b_rows"]);
        let params: Vec<&str> = topology.params.iter().map(|param| param.name.as_str()).collect();
        assert_eq!(params, ["limit", "shared", "b_limit", "b_shared"]);
        assert_eq!(
            topology.row(crate::topology::Stream::Main(crate::topology::NodeId(0)))[1].ty.to_string(),
            "b_Inner?"
        );
    }

    #[test]
    fn what_cannot_be_imported_is_a_finding() {
        let found = |files: &[(&str, &str)]| checked(files).1;
        let nothing = "record R { a: int }";
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[("m", "topology t import \"x\"")], "it is not there"),
            (&[("m", "topology t import \"x\""), ("x", "topology u")], "this file is the topology `u`"),
            (&[("m", "topology t import \"x\""), ("x", "import \"m\"")], "this file imports itself"),
            (
                &[("m", "topology t import \"x\" record R { b: int }"), ("x", nothing)],
                "there is a record `R` already",
            ),
            (&[("m", "topology t import \"x\""), ("x", "record R { a int }")], "expected `:`, found `int`"),
        ];
        for (files, expected) in cases {
            let found = found(files);
            assert!(found.iter().any(|message| message.starts_with(expected)), "{expected}: {found:?}");
        }
    }
}
