//! What is larger than a topology may be. Behind these limits the checks may take their time over each pair of columns,
//! and a node's rank fits what the runtime keeps it in.

use crate::ast::{ClauseKind, File, Item, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// How many nodes a topology may have.
const MOST_NODES: usize = 65_535;
/// How many of a kind there may be in one declaration: fields, clauses, inputs, columns, keys.
const MOST_PARTS: usize = 2_048;

/// Whether the file keeps to the limits; findings say where it does not.
pub(super) fn check(file: &File, diagnostics: &mut Diagnostics) -> bool {
    let mut found = Vec::new();
    let mut nodes = 0;
    for item in &file.items {
        match item {
            Item::Param(_) | Item::Table(_) | Item::RustMod(_) | Item::RustDep(_) | Item::Test(_) => {}
            Item::Function(function) => {
                found.extend(parts(function.name.span, function.parameters.len(), "parameters"));
            }
            Item::Record(record) => found.extend(parts(record.name.span, record.fields.len(), "fields")),
            Item::Node(node) => {
                nodes += 1;
                if nodes == MOST_NODES + 1 {
                    found.push(too_large(node.name.span, &format!("more than {MOST_NODES} nodes")));
                }
                found.extend(in_node(node));
            }
        }
    }
    let keeps = found.is_empty();
    diagnostics.extend(found);
    keeps
}

fn in_node(node: &Node) -> impl Iterator<Item = Diagnostic> {
    let clauses = node.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::From(inputs) => parts(clause.head, inputs.len(), "inputs"),
        ClauseKind::Select(items) => parts(clause.head, items.len(), "columns"),
        ClauseKind::Split(arms) => parts(clause.head, arms.len(), "arms"),
        ClauseKind::GroupBy(keys) | ClauseKind::Distinct(keys, _) => parts(clause.head, keys.len(), "keys"),
        _ => None,
    });
    clauses.chain(parts(node.name.span, node.clauses.len(), "clauses"))
}

fn parts(span: Span, count: usize, what: &str) -> Option<Diagnostic> {
    (count > MOST_PARTS).then(|| too_large(span, &format!("{count} {what}, more than {MOST_PARTS}")))
}

fn too_large(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(Code::TooLarge, span, message).help("split it by what it reads or writes")
}

#[cfg(test)]
mod tests {
    use super::Code;
    use crate::source::FileId;

    fn codes(text: &str) -> Vec<Code> {
        let (ast, mut found) = crate::parse::parse(FileId(0), text);
        let topology = crate::check::check(&ast, FileId(0), &mut found);
        assert_eq!(topology.is_some(), !found.has_errors());
        found.into_sorted().iter().map(|found| found.code).collect()
    }

    fn topology(record: &str, nodes: &str) -> String {
        format!("topology t record R {{ {record} }} spout s: R {{ read stdin as json }} {nodes}")
    }

    #[test]
    fn what_is_too_large_is_a_finding() {
        let many = |part: &dyn Fn(usize) -> String| (0..3_000).map(part).collect::<Vec<String>>().join(", ");
        let sink = "sink o { from b write discard }";
        let fields = many(&|index| format!("f{index}: int"));
        let columns = many(&|index| format!("c{index} = a"));
        let inputs = many(&|index| format!("s as s{index}"));
        for (record, nodes) in [
            (fields.as_str(), "sink o { from s write discard }".to_owned()),
            ("a: int", format!("bolt b {{ from s select {columns} }} {sink}")),
            ("a: int", format!("bolt b {{ from {inputs} }} {sink}")),
            ("a: int", format!("bolt b {{ from s {} }} {sink}", "where a > 1 ".repeat(3_000))),
        ] {
            assert_eq!(codes(&topology(record, &nodes)), [Code::TooLarge]);
        }
    }

    #[test]
    fn the_number_of_nodes_is_bounded() {
        let (mut ast, mut found) = crate::parse::parse(FileId(0), "sink o { from s write discard }");
        let sink = ast.items[0].clone();
        ast.items = vec![sink; super::MOST_NODES + 1];
        assert!(crate::check::check(&ast, FileId(0), &mut found).is_none());
        assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::TooLarge]);
    }
}
