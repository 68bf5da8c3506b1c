//! What a bolt or sink computes with a row: pure functions of the program.

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::topology::{GroupingKind, NodeId, NodeKind, Stream};

use super::Emit;
use super::steps::Steps;

impl Emit<'_> {
    /// The functions of all nodes.
    pub(super) fn nodes(&self) -> TokenStream {
        let functions = self.plan.topology.order.iter().map(|id| {
            let node = self.plan.topology.node(*id);
            match (&node.kind, self.plan.window_of(*id)) {
                (NodeKind::Spout(spout), _) => self.spout_function(*id, spout),
                (NodeKind::Bolt, Some(window)) => self.window_functions(*id, window),
                (NodeKind::Bolt, None) => self.row_function(*id),
                (NodeKind::Sink(_), _) if node.steps.is_empty() => TokenStream::new(),
                (NodeKind::Sink(_), _) => self.row_function(*id),
            }
        });
        let tasks = self.plan.topology.order.iter().map(|id| self.task_functions(*id));
        quote! {
            impl Program {
                #(#functions)*
                #(#tasks)*
            }
        }
    }

    /// A stateless bolt, or the steps of a sink.
    fn row_function(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let doc = self.from(&format!("`{}`", node.name), node.span);
        let entry = self.entry(id);
        let mut steps = Steps::new(self, self.places(&quote!(row), &node.entry, &self.plan.node(id).live[0]));
        steps.run(id, 0..node.steps.len());
        let built = steps.build(&self.type_name(id, ""), node.exit());
        let statements = &steps.statements;
        let name = self.function(id, "");
        let (row, result) =
            (self.row_type(&entry, &quote!('a)), self.stream_type(Stream::Main(id), &quote!('a)));
        quote! {
            #doc
            fn #name<'a>(&'a self, row: &'a #row) -> Result<Option<#result>, p::Failed> {
                #(#statements)*
                Ok(Some(#built))
            }
        }
    }

    /// For each `by direct(E)`, which task a row goes to.
    fn task_functions(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let functions = node.inputs.iter().enumerate().filter_map(|(input, read)| {
            let GroupingKind::Direct(task) = &read.grouping.kind else { return None };
            let doc = self.from(&format!("The task of `{}` that a row goes to", node.name), task.span);
            let row = self.row_type(&self.entry(id), &quote!('_));
            let steps = Steps::new(self, self.places(&quote!(row), &node.entry, &self.plan.node(id).live[0]));
            let (value, mentions) = (steps.scope().value(task), steps.mentioned(task, &node.entry));
            let (name, tasks) = (self.function(id, &format!("task_{input}")), node.tasks);
            Some(quote! {
                #doc
                fn #name(&self, row: &#row) -> Result<u32, p::Failed> {
                    p::clause(|| p::direct_task(#value, #tasks), |input| { #mentions })
                }
            })
        });
        quote!(#(#functions)*)
    }
}
