//! The plan as people read it: what `topo explain` prints.

use std::fmt::{self, Formatter};

use streamwright_dsl::topology::{Node, NodeId, NodeKind, Stream};

use super::{Combine, Plan, Routing, Tags, WindowPlan};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "topology {}", self.topology.name)?;
        for (index, stage) in self.stages.iter().enumerate() {
            match stage.window {
                None => writeln!(f, "\nstage {index}: reads the input")?,
                Some(window) => self.window(f, index, &self.windows[window])?,
            }
            for id in &stage.nodes {
                match self.window_of(*id) {
                    Some(own) if stage.window != Some(own) => {
                        writeln!(f, "  bolt {}, up to its window", self.topology.node(*id).name)?;
                    }
                    _ => self.member(f, *id)?,
                }
            }
        }
        self.firing(f)?;
        for reader in self.readers(Stream::DeadLetters) {
            writeln!(f, "dead letters go to {}", self.topology.node(reader.node).name)?;
        }
        Ok(())
    }
}

impl Plan {
    /// How rows come to a window's stage.
    fn window(&self, f: &mut Formatter<'_>, stage: usize, plan: &WindowPlan) -> fmt::Result {
        let node = self.topology.node(plan.node);
        let row = node.before(plan.step);
        let keys = node.window().map(|(_, window)| window.keys.as_slice()).unwrap_or_default();
        let keys: Vec<&str> = keys.iter().map(|key| row[*key].name.as_str()).collect();
        let senders: Vec<String> = self
            .exchanges
            .iter()
            .filter(|exchange| exchange.to == stage)
            .map(|exchange| exchange.from.to_string())
            .collect();
        let word = if senders.len() == 1 { "stage" } else { "stages" };
        let way = match plan.routing {
            Routing::Hash if node.tasks > 1 => format!("by the hash of {} and the task", list(&keys)),
            Routing::Hash => format!("by the hash of {}", list(&keys)),
            Routing::One => "all to one worker".to_owned(),
        };
        writeln!(f, "\nstage {stage}: keeps the windows of {}", node.name)?;
        writeln!(f, "  from {word} {}, {way}", senders.join(", "))?;
        match plan.combine {
            Combine::No(why) => writeln!(f, "  each row crosses: {why}"),
            Combine::Yes(why) => writeln!(f, "  partial aggregates cross: {why}"),
        }
    }

    /// A node in its stage.
    fn member(&self, f: &mut Formatter<'_>, id: NodeId) -> fmt::Result {
        let (node, plan) = (self.topology.node(id), self.node(id));
        let kind = match &node.kind {
            NodeKind::Spout(_) => "spout",
            NodeKind::Bolt => "bolt",
            NodeKind::Sink(_) => "sink",
        };
        let keeps = names(node, &plan.leaves);
        let keeps = match &node.kind {
            NodeKind::Sink(_) => String::new(),
            _ if keeps.is_empty() => ": no column is used behind it".to_owned(),
            _ => format!(": passes on {}", keeps.join(", ")),
        };
        let order = match plan.tags {
            Tags::Never => "",
            Tags::WithWorkers => "; with several workers, rows are put back in order by tags",
            Tags::Always => "; rows are put back in order by tags",
        };
        writeln!(f, "  {kind} {}{keeps}{order}", node.name)
    }

    /// Which watermark releases which windows.
    fn firing(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let fires = self.spouts.iter().zip(&self.boundaries).filter(|(_, windows)| !windows.is_empty());
        for (at, (spout, windows)) in fires.enumerate() {
            if at == 0 {
                writeln!(f)?;
            }
            let windows: Vec<&str> = windows
                .iter()
                .map(|window| self.topology.node(self.windows[*window].node).name.as_str())
                .collect();
            let spout = &self.topology.node(*spout).name;
            writeln!(f, "the watermark of {spout} releases the windows of {}", windows.join(", "))?;
        }
        Ok(())
    }
}

/// The columns of a node's last row that are materialised.
fn names<'p>(node: &'p Node, live: &[bool]) -> Vec<&'p str> {
    node.exit().iter().zip(live).filter(|(_, live)| **live).map(|(column, _)| column.name.as_str()).collect()
}

fn list(keys: &[&str]) -> String {
    if keys.is_empty() { "no key".to_owned() } else { keys.join(", ") }
}
