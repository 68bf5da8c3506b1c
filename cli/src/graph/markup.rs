//! Drawings that another program lays out.

use std::fmt::Write as _;

use super::{Drawing, Vertex};

/// Graphviz.
pub(crate) fn dot(drawing: &Drawing) -> String {
    let mut out = format!(
        "digraph {} {{\n    rankdir=TB;\n    node [fontname=\"sans-serif\"];\n",
        quoted(&drawing.name)
    );
    for (at, vertex) in drawing.vertices.iter().enumerate() {
        let shape = match vertex.kind {
            "spout" => "invhouse",
            "sink" => "house",
            "stream" => "note",
            _ => "box",
        };
        let label = lines(vertex).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\\n");
        let _ = writeln!(out, "    n{at} [shape={shape}, label=\"{label}\"];");
    }
    for edge in &drawing.edges {
        let label =
            if edge.label.is_empty() { String::new() } else { format!(" [label={}]", quoted(&edge.label)) };
        let _ = writeln!(out, "    n{} -> n{}{label};", edge.from, edge.to);
    }
    out + "}\n"
}

/// Mermaid, as GitHub shows it.
pub(crate) fn mermaid(drawing: &Drawing) -> String {
    let mut out = String::from("flowchart TD\n");
    for (at, vertex) in drawing.vertices.iter().enumerate() {
        let (open, close) = match vertex.kind {
            "spout" => ("([", "])"),
            "sink" => ("[/", "/]"),
            "stream" => ("{{", "}}"),
            _ => ("[", "]"),
        };
        let label = lines(vertex).iter().map(|line| entities(line)).collect::<Vec<_>>().join("<br/>");
        let _ = writeln!(out, "    n{at}{open}\"{label}\"{close}");
    }
    for edge in &drawing.edges {
        let label =
            if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", entities(&edge.label)) };
        let _ = writeln!(out, "    n{} -->{label} n{}", edge.from, edge.to);
    }
    out
}

fn lines(vertex: &Vertex) -> Vec<String> {
    let title = format!("{} {}", vertex.kind, vertex.name);
    if vertex.detail.is_empty() { vec![title] } else { vec![title, vertex.detail.clone()] }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// What would end a label, or begin a tag in it, as an entity.
pub(super) fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
