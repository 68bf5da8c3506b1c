//! Identifiers: the names of the language where Rust allows them, and never two alike.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};
use streamwright_dsl::topology::{Aggregate, Expr, ExprKind, Node, Step, StepKind};

/// Hands out identifiers for things of one namespace; the same thing gets the same one again.
#[derive(Clone, Debug)]
pub(super) struct Names {
    given: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

/// What the items of generated code are called, and the methods that traits ask of them.
const RESERVED_ITEMS: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Eq",
    "Err",
    "Hash",
    "INTERFACE",
    "Merger",
    "None",
    "Ok",
    "Option",
    "Ord",
    "Params",
    "PartialEq",
    "PartialOrd",
    "Program",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
    "Worker",
    "add",
    "combine",
    "crate",
    "encode",
    "extractors",
    "header",
    "interface",
    "is",
    "layout",
    "letters",
    "main",
    "merge",
    "merger",
    "moved",
    "new",
    "p",
    "params",
    "patterns",
    "program",
    "put",
    "run",
    "self",
    "settle",
    "source",
    "stage",
    "std",
    "streamwright",
    "super",
    "take",
    "zones",
];

/// All that generated functions bind themselves where columns are locals too; a column of such a name gets another one. A
/// test below holds this list against what is generated.
const RESERVED_LOCALS: &[&str] = &[
    "absent",
    "add",
    "around",
    "at",
    "clock",
    "crate",
    "each",
    "element",
    "end",
    "event",
    "fault",
    "field",
    "fields",
    "hit",
    "inner",
    "input",
    "kept",
    "key",
    "keys",
    "line",
    "moved",
    "needle",
    "number",
    "order",
    "part",
    "parts",
    "payload",
    "rank",
    "reach",
    "read",
    "reader",
    "revision",
    "right",
    "row",
    "rows",
    "self",
    "slot",
    "sought",
    "specs",
    "start",
    "super",
    "task",
    "text",
    "usual",
    "value",
    "watermark",
];

impl Names {
    /// For items and methods.
    pub(super) fn items() -> Names {
        Names {
            given: BTreeMap::new(),
            taken: RESERVED_ITEMS.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    /// For what is local to a function.
    pub(super) fn locals() -> Names {
        Names {
            given: BTreeMap::new(),
            taken: RESERVED_LOCALS.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    /// For the fields of what a row adds to a window, and of what the window keeps.
    pub(super) fn fields() -> Names {
        let taken = ["by", "rows_taken_in", "self", "Self", "super", "crate"];
        Names { given: BTreeMap::new(), taken: taken.iter().map(|word| (*word).to_owned()).collect() }
    }

    /// The identifier of `thing`, as close to `wish` as can be.
    pub(super) fn give(&mut self, thing: &str, wish: &str) -> Ident {
        if let Some(name) = self.given.get(thing) {
            return ident(name);
        }
        // A lone underscore is no identifier of Rust.
        let wish = if wish == "_" { "__" } else { &word(wish) };
        let mut name = wish.to_owned();
        let mut number = 2;
        while self.taken.contains(&name) {
            // `Worker2` is a type, `worker_2` a function.
            let between = if wish.starts_with(|first: char| first.is_ascii_uppercase()) { "" } else { "_" };
            name = format!("{wish}{between}{number}");
            number += 1;
        }
        self.taken.insert(name.clone());
        self.given.insert(thing.to_owned(), name.clone());
        ident(&name)
    }
}

/// `per_client` as `PerClient`.
pub(super) fn camel(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let camel: String = words.map(capitalised).collect();
    if camel.starts_with(|first: char| first.is_ascii_alphabetic()) { camel } else { format!("N{camel}") }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A field of a struct: these need to differ from each other only, which the names of a row's columns do.
pub(super) fn field(name: &str) -> Ident {
    let name = &word(name);
    // The four words that cannot be raw, and a name that could be one of their replacements.
    let bare = name.trim_end_matches('_');
    if matches!(bare, "self" | "Self" | "super" | "crate" | "") {
        ident(&format!("{name}_"))
    } else {
        ident(name)
    }
}

/// A column of a join that has its input's name before it, `b.id`, and what a tuple found in a `keep`, `before(n)`, as one
/// word that nobody else can write.
fn word(name: &str) -> String {
    name.replace(['.', '('], "·").replace(')', "")
}

/// An identifier, raw if it is a keyword.
pub(super) fn ident(name: &str) -> Ident {
    plain(name).unwrap_or_else(|| Ident::new_raw(name, Span::call_site()))
}

/// The identifier that a name is as it stands. Programs are of edition 2024, which syn's list of keywords is not.
fn plain(name: &str) -> Option<Ident> {
    syn::parse_str(name).ok().filter(|_| name != "gen")
}

/// A name as a local: no keyword, and nothing that a pattern would take for a constant.
pub(super) fn of_local(name: &str) -> String {
    let lower = word(name).to_ascii_lowercase();
    let plain = plain(&lower).is_some() && !lower.trim_matches('_').is_empty();
    if plain { lower } else { format!("{lower}_") }
}

/// What an aggregate's field is called: the column that it becomes, or its function and argument.
pub(super) fn of_aggregate(node: &Node, step: usize, column: usize, aggregate: &Aggregate) -> String {
    if let Some(Step { kind: StepKind::Select(values), row, .. }) = node.steps.get(step + 1) {
        let is_it = |value: &Expr| matches!(value.kind, ExprKind::Column(read) if read == column);
        if let Some(found) = values.iter().position(is_it) {
            return row[found].name.clone();
        }
    }
    aggregate.function.name.to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by a panic")]
mod tests {
    use std::collections::BTreeSet;

    use streamwright_dsl::check::check;
    use streamwright_dsl::parse::parse;
    use streamwright_dsl::source::{Source, Sources};
    use syn::visit::{self, Visit};

    use super::RESERVED_LOCALS;
    use crate::plan;

    /// Whatever its author names begins with `zz`, and it has a bit of everything that binds a name.
    const EVERYTHING: &str = include_str!("../../tests/everything.topo");

    /// The names that functions of the program bind.
    #[derive(Default)]
    struct Bound(BTreeSet<String>);

    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            // `None` in a pattern is no binding.
            self.0.extend(Some(pattern.ident.to_string()).filter(|name| name != "None"));
            visit::visit_pat_ident(self, pattern);
        }

        fn visit_item_fn(&mut self, _: &'ast syn::ItemFn) {}

        /// Only what computes with columns has columns for locals.
        fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
            let of_program = matches!(&*item.self_ty, syn::Type::Path(ty) if ty.path.is_ident("Program"));
            if of_program && item.trait_.is_none() {
                visit::visit_item_impl(self, item);
            }
        }

        /// What is settled at the start has names of its own.
        fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
            if function.sig.ident != "new" {
                visit::visit_impl_item_fn(self, function);
            }
        }
    }

    #[test]
    fn no_column_is_called_what_a_function_binds_itself() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("everything.topo", EVERYTHING));
        let (ast, mut found) = parse(file, EVERYTHING);
        let topology = check(&ast, file, &mut found).unwrap_or_else(|| panic!("{:?}", found.into_sorted()));
        let program = crate::rust::items(&plan::plan(&topology), &sources);
        let mut bound = Bound::default();
        bound.visit_file(&syn::parse2(program).unwrap());
        bound.0.retain(|name| !name.starts_with("zz"));
        let no_names = ["crate", "self", "super"];
        let reserved = RESERVED_LOCALS.iter().filter(|name| !no_names.contains(name));
        let reserved: BTreeSet<String> = reserved.map(|name| (*name).to_owned()).collect();
        assert_eq!(bound.0, reserved);
    }
}
