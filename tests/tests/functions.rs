//! Every example of the table of functions is true, and `docs/functions.md` says what the tables say
//! (`DOCS_BLESS=1` writes it anew).

// The helpers of a test panic as the test itself does.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use streamwright_dsl::functions::{self, AGGREGATES, Algebra, Function};
use streamwright_interpreter::Program;
use streamwright_tests::corpus::check;
use streamwright_values::Timestamp;

#[test]
fn every_example_of_a_function_is_true() {
    let mut steps = String::new();
    for (number, function) in functions::all().enumerate() {
        writeln!(steps, "    let is_{number} = {}", function.example).unwrap();
    }
    let text = format!(
        "topology examples\nrecord Line {{ line: string }}\nspout lines: Line {{ read stdin as text }}\n\
         bolt examples {{\n    from lines\n{steps}}}\nsink out {{ from examples  write stdout as json }}\n"
    );
    let topology = check(&text).unwrap_or_else(|findings| panic!("{findings}"));
    let program = Program::new(&topology, Vec::new()).unwrap();
    let inputs = BTreeMap::from([("lines".to_owned(), b"x\n".to_vec())]);
    let done = program.run_in_memory(&inputs, Timestamp(0)).unwrap();
    assert_eq!(done.unread, [], "an example fails");
    let row: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&done.sinks["out"]).unwrap();
    for (number, function) in functions::all().enumerate() {
        assert_eq!(row[&format!("is_{number}")], true, "{}", function.example);
    }
}

#[test]
fn every_example_of_an_aggregate_is_accepted() {
    let items: Vec<String> = AGGREGATES
        .iter()
        .enumerate()
        .map(|(number, function)| format!("a{number} = {}", function.example))
        .collect();
    let text = format!(
        "topology examples\nrecord Request {{ at: timestamp, status: int, bytes: int?, path: string }}\n\
         spout requests: Request {{ read stdin as json  time at }}\n\
         bolt examples {{ from requests  window all  select {} }}\nsink out {{ from examples  write stdout as json }}\n",
        items.join(", ")
    );
    check(&text).unwrap_or_else(|findings| panic!("{findings}"));
}

#[test]
fn the_page_of_functions_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md");
    let page = page();
    if std::env::var_os("DOCS_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    } else {
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(kept == page, "docs/functions.md is not what the tables say: DOCS_BLESS=1 writes it anew");
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Functions and aggregates\n\n<!-- Written from the tables by tests/tests/functions.rs; do not edit. -->\n\n\
         Each example is true. `try(f(x))` turns a fault of any function into `none`.\n",
    );
    for (title, functions) in functions::TABLE {
        write!(page, "\n## {title}\n").unwrap();
        let mut last = "";
        for function in *functions {
            if function.name != last {
                write!(page, "\n### `{}`\n", function.name).unwrap();
            }
            last = function.name;
            entry(&mut page, function);
        }
    }
    page.push_str(
        "\n## Aggregates\n\nThey stand in the `select` behind a `window`. Each may have a filter, \
         `count(where status >= 400)` or `sum(bytes where ok)`; behind a filter, those that have no result \
         without rows are optional.\n",
    );
    for aggregate in AGGREGATES {
        let algebra = match aggregate.algebra {
            Algebra::Commutative => "The order of the rows does not show.",
            Algebra::Ordered => "The order of the rows decides between equals.",
        };
        let (name, docs, example) = (aggregate.name, aggregate.docs, aggregate.example);
        write!(page, "\n### `{name}`\n\n{docs} {algebra}\n\n`{example}`\n").unwrap();
    }
    page
}

fn entry(page: &mut String, function: &Function) {
    let parameter = |parameter: &functions::Parameter| format!("{}: {}", parameter.name, (parameter.ty)());
    let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
    let result = (function.result)();
    let docs: Vec<&str> = function.docs.lines().map(str::trim).collect();
    let docs = docs.join("\n");
    writeln!(page, "\n`{}({}) -> {result}`", function.name, parameters.join(", ")).unwrap();
    write!(page, "\n{}\n", docs.trim()).unwrap();
    if function.fallible {
        page.push_str("It may fail, which makes a dead letter.\n");
    }
    write!(page, "\n```topo\n{}\n```\n", function.example).unwrap();
}
