//! Windows in a few words.

use streamwright_dsl::topology::{Expr, ExprKind, Top, Topology, Window, WindowKind};
use streamwright_values::Value;

/// A window as it is written, as far as its parts are constants or params.
pub(super) fn shown(window: &Window, topology: &Topology) -> String {
    let one = |expr: &Expr| constant(expr, topology);
    let part = |word: &str, expr: &Option<Expr>| {
        expr.as_ref().map_or_else(String::new, |expr| format!(" {word} {}", one(expr)))
    };
    let kind = match &window.kind {
        WindowKind::Tumbling { size, .. } => format!("tumbling {}", one(size)),
        WindowKind::Hopping { size, every, .. } => format!("hopping {} every {}", one(size), one(every)),
        WindowKind::Session { gap, longest } => format!("session {}{}", one(gap), part("max", longest)),
        WindowKind::Until(_) => "until …".to_owned(),
        WindowKind::Rows(rows) => format!("tumbling {} rows", one(rows)),
        WindowKind::Trailing(size) => format!("trailing {}", one(size)),
        WindowKind::TrailingRows(rows) => format!("trailing {} rows", one(rows)),
        WindowKind::Running { lasts } => format!("running{}", part("for", lasts)),
        WindowKind::All => "all".to_owned(),
    };
    let late = part("allow late", &window.allow_late);
    let every = part("emit every", &window.emit_every);
    let top = window.top.as_ref().map_or_else(String::new, |found| format!(", {}", top(found, topology)));
    format!("{kind}{late}{every}{top}")
}

/// A `top` without what it goes by.
pub(super) fn top(top: &Top, topology: &Topology) -> String {
    format!("top {}", constant(&top.count, topology))
}

/// A constant or param as it is written.
pub(super) fn constant(expr: &Expr, topology: &Topology) -> String {
    match &expr.kind {
        ExprKind::Constant(Value::Duration(duration)) => duration.to_string(),
        ExprKind::Constant(Value::Int(int)) => int.to_string(),
        ExprKind::Param(index) => topology.params[*index].name.clone(),
        _ => "…".to_owned(),
    }
}
