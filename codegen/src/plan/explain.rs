//! The plan as people read it.

use std::fmt;

use streamwright_dsl::connectors::{Generate, SourceConnector, Tuples};
use streamwright_dsl::topology::{GroupingKind, Input, Node, NodeId, NodeKind, Row, Spout, Stream};
use streamwright_values::Type;

use super::{Combine, Exchange, KeyedPlan, Plan, Routing, Tags, state};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stages = counted(self.stages.len(), "stage");
        let exchanges = counted(self.exchanges.len(), "exchange");
        writeln!(f, "topology {}: {stages}, {exchanges}", self.topology.name)?;
        for stage in 0..self.stages.len() {
            self.explain_stage(stage, f)?;
        }
        for exchange in &self.exchanges {
            self.explain_exchange(*exchange, f)?;
        }
        let letters = self.readers(Stream::DeadLetters);
        if !letters.is_empty() {
            let sinks: Vec<&str> = letters.iter().map(|reader| self.name(reader.node)).collect();
            writeln!(f, "\ndead letters, in the order of the input, to {}", sinks.join(", "))?;
        }
        Ok(())
    }
}

impl Plan {
    fn name(&self, id: NodeId) -> &str {
        &self.topology.node(id).name
    }

    /// `the source stage`, `stage 1`
    fn stage_name(&self, stage: usize) -> String {
        match self.stages[stage].keyed {
            None => "the source stage".to_owned(),
            Some(keyed) => format!("stage {stage} ({})", self.name(self.keyed[keyed].node)),
        }
    }

    fn explain_stage(&self, stage: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.stages[stage].keyed.map(|keyed| &self.keyed[keyed]);
        writeln!(f, "\n{}", self.stage_name(stage))?;
        if let Some(window) = own {
            let keys = match window.routing {
                Routing::One => "all rows on the first worker".to_owned(),
                Routing::Hash => format!("rows by the hash of {}", self.hashed(window)),
            };
            writeln!(f, "  state: {keys}")?;
        }
        for id in &self.stages[stage].nodes {
            self.explain_node(*id, own.is_some_and(|window| window.node == *id), f)?;
        }
        Ok(())
    }

    fn hashed(&self, keyed: &KeyedPlan) -> String {
        let node = self.topology.node(keyed.node);
        let mut parts: Vec<&str> =
            keyed.keys.iter().map(|key| node.before(keyed.step)[*key].name.as_str()).collect();
        if node.tasks > 1 {
            parts.push("the task");
        }
        parts.join(", ")
    }

    fn explain_node(&self, id: NodeId, behind: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.topology.node(id);
        match &node.kind {
            NodeKind::Spout(spout) => {
                writeln!(f, "  spout {}", node.name)?;
                self.explain_reads(spout, f)?;
                self.explain_pieces(id, f)?;
                self.explain_leaves(id, node, f)?;
                self.explain_cuts(id, f)
            }
            NodeKind::Bolt if self.keyed_of(id).is_some() && !behind => {
                writeln!(f, "  bolt {}, up to its {}", node.name, kind(node))?;
                self.explain_pieces(id, f)
            }
            NodeKind::Bolt => {
                let part = if behind { format!(", behind its {}", kind(node)) } else { String::new() };
                writeln!(f, "  bolt {}{part}", node.name)?;
                self.explain_pieces(id, f)?;
                self.explain_leaves(id, node, f)
            }
            NodeKind::Sink(_) => {
                writeln!(f, "  sink {}", node.name)?;
                writeln!(f, "    order: {}", order(self.node(id).tags))
            }
        }
    }

    fn explain_pieces(&self, id: NodeId, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = self.node(id).pieces.iter().flatten().count();
        if lists == 0 {
            Ok(())
        } else {
            writeln!(f, "    unnested piece by piece: {}", counted(lists, "list"))
        }
    }

    fn explain_reads(&self, spout: &Spout, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = &self.topology.records[spout.record].fields;
        let named = |wanted: bool| {
            let chosen = fields.iter().zip(&spout.reads).filter(move |(_, read)| **read == wanted);
            list(chosen.map(|(field, _)| field.name.as_str()))
        };
        if let SourceConnector::Own { run, .. } = &spout.source {
            writeln!(f, "    given by {}, on a thread of its own", run.path)?;
        }
        writeln!(f, "    reads: {}", named(true))?;
        if spout.reads.contains(&false) {
            writeln!(f, "    not read: {}", named(false))?;
        }
        match &spout.source {
            SourceConnector::Generate(Generate { tuples: Tuples::Events(..), .. }) => {
                self.explain_members(spout, f)
            }
            _ => Ok(()),
        }
    }

    /// What is made of an event's parts.
    fn explain_members(&self, spout: &Spout, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.topology.records[spout.record].fields {
            let Type::Record(record) = part.ty.required() else { continue };
            let made = record.fields.iter().enumerate();
            let made = made.filter(|(index, _)| self.members.reads(&record.name, *index));
            writeln!(f, "    made of {}: {}", part.name, list(made.map(|(_, field)| field.name.as_str())))?;
        }
        Ok(())
    }

    fn explain_leaves(&self, id: NodeId, node: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let live = &self.node(id).leaves;
        let chosen = |row: &Row, wanted: bool| {
            let columns = row.iter().zip(live).filter(|(_, live)| **live == wanted);
            list(columns.map(|(column, _)| column.name.as_str()))
        };
        writeln!(f, "    rows: {}", chosen(node.exit(), true))?;
        if live.contains(&false) {
            writeln!(f, "    pruned: {}", chosen(node.exit(), false))?;
        }
        Ok(())
    }

    /// Where roots of a spout are cut into segments.
    fn explain_cuts(&self, id: NodeId, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spout = self.spouts.iter().position(|spout| *spout == id).unwrap_or_default();
        let keyed = &self.cuts[spout];
        if keyed.is_empty() {
            return Ok(());
        }
        let names = list(keyed.iter().map(|cut| self.name(self.keyed[cut.keyed].node)));
        writeln!(f, "    cut where its watermark may fire: {names}")
    }

    fn explain_exchange(&self, exchange: Exchange, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(keyed) = self.stages[exchange.to].keyed.map(|keyed| &self.keyed[keyed]) else {
            return Ok(());
        };
        let node = self.topology.node(keyed.node);
        let (from, to) = (self.stage_name(exchange.from), self.stage_name(exchange.to));
        writeln!(f, "\nexchange from {from} to {to}")?;
        for input in &node.inputs {
            writeln!(f, "  {} {}", self.stream_name(input.stream), grouping(node, input))?;
        }
        writeln!(f, "  crosses: {}", self.crossing(keyed))?;
        let combined = match keyed.combine {
            Combine::Yes(why) => format!("yes, {why}"),
            Combine::No(why) => format!("no, {why}"),
        };
        writeln!(f, "  combined before it: {combined}")?;
        if keyed.waits {
            writeln!(f, "  with one worker: rows look for their keys a few at a time")?;
        }
        writeln!(f, "  order: {}", order(self.node(keyed.node).tags))
    }

    fn stream_name(&self, stream: Stream) -> String {
        match stream {
            Stream::Main(id) => self.name(id).to_owned(),
            Stream::Late(id) => format!("{}.late", self.name(id)),
            Stream::Named(id, arm) => {
                format!("{}.{}", self.name(id), self.topology.node(id).arms()[arm].name)
            }
            Stream::DeadLetters => "dead_letters".to_owned(),
        }
    }

    /// What a row or a partial aggregate consists of on its way.
    fn crossing(&self, keyed: &KeyedPlan) -> String {
        let node = self.topology.node(keyed.node);
        let before = node.before(keyed.step);
        let mut parts: Vec<String> = keyed.keys.iter().map(|key| before[*key].name.clone()).collect();
        if matches!(keyed.combine, Combine::Yes(_)) {
            parts.push("the pane".to_owned());
            parts.push("what was aggregated".to_owned());
            return parts.join(", ");
        }
        if self.node(keyed.node).takes_time {
            parts.push("event time".to_owned());
        }
        let aggregates = node.window().map_or(&[][..], |(_, window)| &window.aggregates);
        match aggregates.iter().filter(|one| one.expressions().next().is_some()).count() {
            0 => {}
            number => parts.push(counted(number, "argument")),
        }
        let why = if node.window().is_some() { " (for .late)" } else { "" };
        let carried = keyed.carried.iter().filter(|column| !keyed.keys.contains(column));
        parts.extend(carried.map(|column| format!("{}{why}", before[*column].name)));
        if parts.is_empty() { "that there was a row".to_owned() } else { parts.join(", ") }
    }
}

/// What people call the stateful step of a node.
fn kind(node: &Node) -> &'static str {
    state::name(node).unwrap_or("state")
}

/// `by fields(ip), inferred`
fn grouping(node: &Node, input: &Input) -> String {
    let row = node.grouped_row(input);
    let columns = |columns: &[usize]| list(columns.iter().map(|column| row[*column].name.as_str()));
    let kind = match &input.grouping.kind {
        GroupingKind::Fields(keys) => format!("by fields({})", columns(keys)),
        GroupingKind::Partial(keys) => format!("by partial({})", columns(keys)),
        GroupingKind::Shuffle => "by shuffle".to_owned(),
        GroupingKind::Local => "by local".to_owned(),
        GroupingKind::Global => "by global".to_owned(),
        GroupingKind::All => "by all".to_owned(),
        GroupingKind::Direct(_) => "by direct".to_owned(),
    };
    if input.grouping.inferred { format!("{kind}, inferred") } else { kind }
}

fn order(tags: Tags) -> &'static str {
    match tags {
        Tags::Never => "rows need no tags",
        Tags::WithWorkers => "rows carry tags where there are several workers",
        Tags::Always => "rows carry tags, as they come on several ways",
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
