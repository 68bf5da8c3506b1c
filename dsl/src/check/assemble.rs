//! The finished topology: nodes that run, renumbered, with their graph.

use petgraph::graph::{DiGraph, NodeIndex};

use crate::check::chains::{self, Place};
use crate::check::context::{self, Context, Signature};
use crate::check::{liveness, names, own, unused};
use crate::topology::{
    DeclaredFunction, Given, Node, NodeId, NodeKind, Param, Record, StepKind, Stream, Table, Test, Topology,
};

/// Puts together what the passes found. There is always something, for a check without errors.
pub(super) fn topology(mut context: Context<'_>, order: &[usize]) -> Option<Topology> {
    let live = unused::live(&context);
    let places = places(&context, &live)?;
    let table_numbers = table_numbers(&context, &live);
    let (records, record_numbers) = records(&context, &live, &table_numbers)?;
    let tables = tables(&context, &table_numbers, &record_numbers)?;
    let mut nodes = Vec::new();
    for (index, place) in places.iter().enumerate() {
        if let Some(place) = place {
            let node = renumber(context.checked[index].take()?, &places, &record_numbers, &table_numbers)?;
            let timed = enters_timed(&context, &node, &context.inputs[index]);
            nodes.extend(chains::cut(node, place.first, timed));
        }
    }
    late_read(&mut nodes);
    let params = context.params.into_iter().map(|param| {
        Some(Param {
            name: names::outer(&param.ast.name.value),
            docs: param.ast.docs.clone(),
            ty: param.ty?,
            default: param.default,
            span: param.ast.span,
        })
    });
    let functions = context.functions.into_iter().map(|function| {
        let Signature { parameters, result } = function.signature?;
        Some(DeclaredFunction {
            name: names::outer(&function.ast.name.value),
            docs: function.ast.docs.clone(),
            parameters,
            result,
            body: function.body?,
            span: function.ast.span,
        })
    });
    let tests = std::mem::take(&mut context.tests);
    let tests = tests.into_iter().filter_map(|test| renumbered(test, &places, &table_numbers)).collect();
    let order = order.iter().filter_map(|node| places[*node]).flat_map(Place::ids).collect();
    let mut topology = Topology {
        name: context.file.topology.as_ref()?.value.clone(),
        docs: context.file.docs.clone(),
        params: params.collect::<Option<Vec<Param>>>()?,
        rust_mods: own::used(&context.rust_mods),
        rust_deps: own::dependencies(context.file),
        functions: functions.collect::<Option<Vec<DeclaredFunction>>>()?,
        records,
        tables,
        tests,
        graph: graph(&nodes),
        nodes,
        order,
    };
    liveness::fill(&mut topology);
    Some(topology)
}

/// Where each node that runs will stand, by its index in the file.
fn places(context: &Context<'_>, live: &[bool]) -> Option<Vec<Option<Place>>> {
    let mut places = Vec::new();
    let mut count = 0;
    for (node, live) in context.checked.iter().zip(live) {
        let place = if *live { Some(Place::of(node.as_ref()?, count)) } else { None };
        count += place.map_or(0, |place| place.parts);
        places.push(place);
    }
    Some(places)
}

/// Whether the rows that enter a node have an event time. Those of its partners, which come last, do not enter.
fn enters_timed(context: &Context<'_>, node: &Node, inputs: &[context::Input<'_>]) -> bool {
    let partners =
        node.steps.iter().filter(|step| step.kind.state().is_some_and(|state| state.partner().is_some()));
    let own = inputs.len() - partners.count();
    inputs[..own].iter().all(|input| match input.stream {
        Some(Stream::Main(id) | Stream::Named(id, _)) => context.exits[id.0].time.known,
        Some(Stream::Late(_)) => true,
        Some(Stream::DeadLetters) | None => false,
    })
}

/// The records of spouts that run, and the new number of each.
fn records(
    context: &Context<'_>,
    live: &[bool],
    tables: &[Option<usize>],
) -> Option<(Vec<Record>, Vec<usize>)> {
    let mut used = vec![false; context.records.len()];
    for (node, _) in context.checked.iter().zip(live).filter(|(_, live)| **live) {
        if let NodeKind::Spout(spout) = &node.as_ref()?.kind {
            used[spout.record] = true;
        }
    }
    for (table, _) in context.tables.iter().zip(tables).filter(|(_, number)| number.is_some()) {
        used[table.record?] = true;
    }
    let mut records = Vec::new();
    let mut numbers = Vec::new();
    for (record, used) in context.records.iter().zip(used) {
        numbers.push(records.len());
        if used {
            records.push(Record {
                name: names::outer(&record.ast.name.value),
                docs: record.ast.docs.clone(),
                fields: record.fields.iter().cloned().collect::<Option<Vec<_>>>()?,
                span: record.ast.span,
            });
        }
    }
    Some((records, numbers))
}

/// The new number of each table in which a node that runs looks something up.
fn table_numbers(context: &Context<'_>, live: &[bool]) -> Vec<Option<usize>> {
    let mut used = vec![false; context.tables.len()];
    let nodes = context.checked.iter().zip(live).filter(|(_, live)| **live);
    for step in nodes.filter_map(|(node, _)| node.as_ref()).flat_map(|node| &node.steps) {
        if let StepKind::Lookup(lookup) = &step.kind {
            used[lookup.table] = true;
        }
    }
    let mut count = 0..;
    used.into_iter().map(|used| if used { count.next() } else { None }).collect()
}

fn tables(context: &Context<'_>, numbers: &[Option<usize>], records: &[usize]) -> Option<Vec<Table>> {
    let used = context.tables.iter().zip(numbers).filter(|(_, number)| number.is_some());
    used.map(|(table, _)| {
        let (path, format) = table.file.clone()?;
        Some(Table {
            name: names::outer(&table.ast.name.value),
            docs: table.ast.docs.clone(),
            record: records[table.record?],
            path,
            format,
            keys: table.keys.clone()?,
            span: table.ast.name.span,
        })
    })
    .collect()
}

fn renumber(
    mut node: Node,
    places: &[Option<Place>],
    records: &[usize],
    tables: &[Option<usize>],
) -> Option<Node> {
    for step in &mut node.steps {
        if let StepKind::Lookup(lookup) = &mut step.kind {
            lookup.table = tables[lookup.table]?;
        }
    }
    for input in &mut node.inputs {
        input.stream = stream(input.stream, places)?;
    }
    for spout in &mut node.spouts {
        *spout = places[spout.0]?.main();
    }
    if let NodeKind::Spout(spout) = &mut node.kind {
        spout.record = records[spout.record];
    }
    Some(node)
}

fn stream(stream: Stream, places: &[Option<Place>]) -> Option<Stream> {
    Some(match stream {
        Stream::Main(id) => Stream::Main(places[id.0]?.main()),
        Stream::Late(id) => Stream::Late(places[id.0]?.late()),
        Stream::Named(id, arm) => Stream::Named(places[id.0]?.main(), arm),
        Stream::DeadLetters => Stream::DeadLetters,
    })
}

/// A test of what runs: what other spouts and tables are given makes no difference.
fn renumbered(mut test: Test, places: &[Option<Place>], tables: &[Option<usize>]) -> Option<Test> {
    let given = test.given.into_iter().filter_map(|given| {
        let spout = places[given.spout.0]?.main();
        Some(Given { spout, ..given })
    });
    test.given = given.collect();
    let rows = test.tables.into_iter().zip(tables);
    test.tables = rows.filter(|(_, number)| number.is_some()).map(|(rows, _)| rows).collect();
    for expect in &mut test.expects {
        expect.stream = stream(expect.stream, places)?;
    }
    Some(test)
}

fn late_read(nodes: &mut [Node]) {
    let streams: std::collections::HashSet<Stream> =
        nodes.iter().flat_map(|node| node.inputs.iter().map(|input| input.stream)).collect();
    for (index, node) in nodes.iter_mut().enumerate() {
        for step in &mut node.steps {
            if let StepKind::Window(window) = &mut step.kind {
                window.late_read = streams.contains(&Stream::Late(NodeId(index)));
            }
        }
    }
}

fn graph(nodes: &[Node]) -> DiGraph<NodeId, usize> {
    let mut graph = DiGraph::new();
    for index in 0..nodes.len() {
        graph.add_node(NodeId(index));
    }
    for (reader, node) in nodes.iter().enumerate() {
        for (position, input) in node.inputs.iter().enumerate() {
            if let Some(source) = input.stream.source() {
                graph.add_edge(NodeIndex::new(source.0), NodeIndex::new(reader), position);
            }
        }
    }
    graph
}
