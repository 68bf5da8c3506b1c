//! What a bolt or sink computes with a row: pure functions of the program.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{GroupingKind, NodeId, NodeKind, Stream};

use super::Emit;
use super::steps::Steps;

/// A call of a node's function.
pub(super) struct Call<'c> {
    pub(super) function: &'c Ident,
    pub(super) arguments: TokenStream,
    /// What its row is taken by.
    pub(super) pattern: TokenStream,
    /// What is done with it; `tag` is its tag.
    pub(super) then: TokenStream,
    /// What is done with `failed`.
    pub(super) failed: TokenStream,
}

impl Emit<'_> {
    /// The functions of all nodes.
    pub(super) fn nodes(&self) -> TokenStream {
        let functions = self.plan.topology.order.iter().map(|id| {
            let node = self.plan.topology.node(*id);
            match (&node.kind, self.plan.keyed_of(*id)) {
                (NodeKind::Spout(spout), _) => self.spout_function(*id, spout),
                (NodeKind::Bolt, Some(index)) => self.keyed_functions(index),
                (NodeKind::Bolt, None) => self.row_function(*id),
                (NodeKind::Sink(_), _) if node.steps.is_empty() => TokenStream::new(),
                (NodeKind::Sink(_), _) => self.row_function(*id),
            }
        });
        let tasks = self.plan.topology.order.iter().map(|id| self.task_functions(*id));
        let rows = self.table_functions();
        quote! {
            impl Program {
                #(#functions)*
                #rows
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
        let body = steps.body(&built, &self.stream_type(Stream::Main(id), &quote!('_)), &quote!(p::Failed));
        let name = self.function(id, "");
        let row = self.row_type(&entry, &quote!('a));
        let (each, result) = self.outcome(id, |lifetime| self.stream_type(Stream::Main(id), lifetime));
        quote! {
            #doc
            fn #name<'a>(&'a self, row: &'a #row #each) #result {
                #body
            }
        }
    }

    /// How a function of a node says what becomes of a row: by what it returns, or, where one row may become several, by
    /// what it calls for each.
    pub(super) fn outcome(
        &self,
        id: NodeId,
        ty: impl Fn(&TokenStream) -> TokenStream,
    ) -> (Option<TokenStream>, Option<TokenStream>) {
        if self.plan.topology.node(id).multiplies() {
            let ty = ty(&quote!('_));
            return (Some(quote!(, each: &mut impl FnMut(Result<Option<#ty>, p::Failed>))), None);
        }
        let ty = ty(&quote!('a));
        (None, Some(quote!(-> Result<Option<#ty>, p::Failed>)))
    }

    /// What the worker does with the outcome of such a function: `then` with `row` (by `pattern`), and counts or a letter
    /// otherwise.
    pub(super) fn with_outcome(&self, id: NodeId, call: &Call<'_>) -> TokenStream {
        let Call { function, arguments, pattern, then, failed } = call;
        let arms = quote! {
            Ok(Some(#pattern)) => { #then }
            Ok(None) => out.filtered(1),
            Err(failed) => #failed,
        };
        if !self.plan.topology.node(id).multiplies() {
            return quote!(match self.program.#function(#arguments) { #arms });
        }
        quote! {
            let program = self.program;
            let mut number = 0;
            program.#function(#arguments, &mut |outcome| {
                let tag = &p::Tag::Nth(tag, number);
                number += 1;
                match outcome { #arms }
            });
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
