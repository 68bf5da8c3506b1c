//! Functions that the topology declares: their signatures, then their bodies, which may call any of them.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;

use crate::ast;
use crate::check::columns::Columns;
use crate::check::context::{Context, Signature};
use crate::check::names::duplicate;
use crate::check::records::type_of;
use crate::check::{expr, own};
use crate::diagnostic::{Code, Diagnostic};
use crate::functions;
use crate::source::Span;
use crate::topology::{Body, Column, ExprKind};

/// How deep functions may call each other: an interpreter's stack has a bound.
const DEPTH_MAX: usize = 64;

pub(super) fn check(context: &mut Context<'_>) {
    for index in 0..context.functions.len() {
        name(context, index);
        context.functions[index].signature = signature(context, index);
    }
    for index in 0..context.functions.len() {
        let Some(Signature { parameters, result }) = context.functions[index].signature.clone() else {
            continue;
        };
        context.functions[index].body = match &context.functions[index].ast.body {
            ast::Body::Expr(body) => {
                expr::body(context, &Columns::of(&parameters), body, &result).map(Body::Expr)
            }
            ast::Body::Rust(path) => {
                own::function(context, index, path);
                Some(Body::Rust(path.value.clone()))
            }
        };
    }
    calls(context);
}

/// A function may not have the name of one of the language's.
fn name(context: &mut Context<'_>, index: usize) {
    let name = &context.functions[index].ast.name;
    let own = name.value.rsplit("::").next().unwrap_or_default();
    if functions::lookup(own).next().is_some()
        || functions::aggregates::lookup(own).is_some()
        || own == "format"
    {
        let message = format!("`{own}` is a function of the language");
        context.error(Code::ReservedName, name.span, message, "give it another name");
    }
}

fn signature(context: &mut Context<'_>, index: usize) -> Option<Signature> {
    let ast = context.functions[index].ast;
    for (at, parameter) in ast.parameters.iter().enumerate() {
        let alike = |other: &&ast::Parameter| other.name.value == parameter.name.value;
        if let Some(first) = ast.parameters[..at].iter().find(alike) {
            let what = format!("a parameter `{}`", parameter.name.value);
            context.report(duplicate(&parameter.name, first.name.span, &what));
        }
    }
    let parameters: Vec<Option<Column>> = ast
        .parameters
        .iter()
        .map(|parameter| {
            Some(Column { name: parameter.name.value.clone(), ty: type_of(context, &parameter.ty)? })
        })
        .collect();
    let result = type_of(context, &ast.result);
    Some(Signature { parameters: parameters.into_iter().collect::<Option<_>>()?, result: result? })
}

/// No function calls itself, and the calls of calls have a bound.
fn calls(context: &mut Context<'_>) {
    let mut graph: DiGraph<usize, Span> = DiGraph::new();
    let vertices: Vec<_> = (0..context.functions.len()).map(|index| graph.add_node(index)).collect();
    for (function, vertex) in context.functions.iter().zip(&vertices) {
        for (callee, span) in function.body.iter().flat_map(applied) {
            graph.add_edge(*vertex, vertices[callee], span);
        }
    }
    let mut depths = vec![0; vertices.len()];
    // What is called comes before what calls it.
    for component in kosaraju_scc(&graph) {
        let Some(first) = component.iter().min().copied() else { continue };
        let inner = graph.edges(first).find(|edge| component.contains(&edge.target()));
        let name = &context.functions[graph[first]].ast.name;
        if let Some(edge) = inner {
            let callee = &context.functions[graph[edge.target()]].ast.name.value;
            let message = format!("`{}` calls itself, directly or through others", name.value);
            let finding = Diagnostic::new(Code::RecursiveFunction, *edge.weight(), message)
                .label(name.span, "declared here")
                .help(format!(
                    "write it without `{callee}`: a function has no end that the checker could see"
                ));
            context.report(finding);
        }
        let deepest = graph.edges(first).map(|edge| depths[edge.target().index()]).max().unwrap_or(0);
        depths[first.index()] = deepest + 1;
        if deepest == DEPTH_MAX {
            let message =
                format!("behind `{}` functions call each other more than {DEPTH_MAX} deep", name.value);
            context.error(Code::RecursiveFunction, name.span, message, "put some of them together");
        }
    }
}

/// The functions that a body calls, and where.
fn applied(body: &Body) -> Vec<(usize, Span)> {
    let mut found = Vec::new();
    let mut open = match body {
        Body::Expr(body) => vec![body],
        Body::Rust(_) => Vec::new(),
    };
    while let Some(expr) = open.pop() {
        if let ExprKind::Apply(callee, _) = expr.kind {
            found.push((callee, expr.span));
        }
        open.extend(expr.children());
    }
    found
}
