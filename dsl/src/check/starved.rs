//! Spouts whose turn never comes: those without `time` are read first, each whole, in the order of their declaration, so
//! behind one of them that is endless nothing is read.

use crate::check::context::Context;
use crate::check::unused;
use crate::connectors::SourceConnector;
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::{Node, NodeKind, Spout};

pub(super) fn check(context: &mut Context<'_>) {
    let live = unused::live(context);
    let running = context.checked.iter().zip(live).filter(|(_, live)| *live);
    let mut spouts: Vec<(&Node, &Spout)> = running
        .filter_map(|(node, _)| {
            let node = node.as_ref()?;
            if let NodeKind::Spout(spout) = &node.kind { Some((node, spout)) } else { None }
        })
        .collect();
    // Stable: in the order in which they are read.
    spouts.sort_by_key(|(_, spout)| spout.time.is_some());
    let Some(first) = spouts.iter().position(|(_, spout)| spout.time.is_none() && endless(spout)) else {
        return;
    };
    if let [(endless, _), (starved, _), ..] = &spouts[first..] {
        let (name, other) = (&endless.name, &starved.name);
        let message = format!("`{name}` has neither `time` nor an end, so `{other}` is never read");
        let help = format!("give `{name}` a `count`, or both a `time` by which they are merged");
        let finding = Diagnostic::new(Code::StarvedSpout, endless.span, message)
            .label(starved.span, "its turn would be behind it")
            .help(help);
        context.report(finding);
    }
}

/// Files and pipes may end; what is generated without a count does not.
fn endless(spout: &Spout) -> bool {
    matches!(&spout.source, SourceConnector::Generate(generate) if generate.count.is_none())
}
