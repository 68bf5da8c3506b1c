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
    "event_time",
    "header",
    "interface",
    "is",
    "layout",
    "letters",
    "main",
    "merge",
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
];

/// What generated functions call their own locals and arguments.
const RESERVED_LOCALS: &[&str] = &[
    "clock", "crate", "end", "fields", "input", "kept", "key", "line", "needle", "number", "payload",
    "program", "row", "self", "super",
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
    // The four words that cannot be raw, and a name that could be one of their replacements.
    let bare = name.trim_end_matches('_');
    if matches!(bare, "self" | "Self" | "super" | "crate" | "") {
        ident(&format!("{name}_"))
    } else {
        ident(name)
    }
}

/// An identifier, raw if it is a keyword.
pub(super) fn ident(name: &str) -> Ident {
    syn::parse_str::<Ident>(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()))
}

/// Whether a name can be a local as it stands: no keyword, and nothing that a pattern would take for a constant.
pub(super) fn is_plain(name: &str) -> bool {
    syn::parse_str::<Ident>(name).is_ok() && !name.trim_matches('_').is_empty()
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
