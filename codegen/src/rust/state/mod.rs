//! The kinds of state, a file each: what a row brings to it, what it does with a row, what it releases.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{self, Column, Expr, Node, NodeId, Stream, Window, WindowKind};

use super::Emit;
use super::keyed::{Brought, Keyed};
use super::names::Names;
use super::place::Place;
use super::start::Setting;
use super::steps::Steps;
use crate::plan::KeyedPlan;

mod aggregates;
mod by_tuple;
mod contents;
mod distinct;
mod ending;
mod join;
mod keep;
mod latest;
pub(super) mod panes;
mod ranking;
pub(super) mod run;
mod sides;
mod top;

/// What is printed for one kind of state.
///
/// In the worker's methods `self` is the worker, `out` its outbox; rows are handed on with [`Emit::hand_on`].
pub(super) trait State<'p> {
    /// What a row brings along beside its keys and the columns that cross as they are.
    fn brought(&self) -> Vec<Brought> {
        Vec::new()
    }

    /// Computes that, field by field in the same order, on the sending side.
    fn bring(&self, _emit: &Emit<'p>, _k: &Keyed<'p>, _steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        Vec::new()
    }

    /// A statement over `at` that fails for a row that this state can never take in.
    fn guard(&self, _emit: &Emit<'p>, _k: &Keyed<'p>) -> Option<TokenStream> {
        None
    }

    /// Its own items.
    fn types(&self, _emit: &Emit<'p>, _k: &Keyed<'p>) -> TokenStream {
        TokenStream::new()
    }

    /// Methods of the program: what is computed behind the state.
    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream;

    /// What is settled when the program starts.
    fn settings(&self, _emit: &Emit<'p>, _id: NodeId, _node: &Node) -> Vec<Setting> {
        Vec::new()
    }

    /// The boundaries at which it is cut, in the `layout` method of the program; dense where nothing else is said.
    fn boundaries(&self, _emit: &Emit<'p>, _id: NodeId) -> Vec<TokenStream> {
        vec![quote!(p::Boundary { step: 1, offset: 0 })]
    }

    /// What the worker keeps.
    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept>;

    /// The worker takes in `add`, whose key is `by`, with `tag` (and `at`, where the node takes time).
    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream;

    /// The worker takes in `right`, a row of the partner whose key is `by`, with `tag` (and `at`).
    fn meet(&self, _emit: &Emit<'p>, _k: &Keyed<'p>) -> TokenStream {
        TokenStream::new()
    }

    /// The worker releases what is due at `watermark`, moved by `item`; nothing where nothing ever is.
    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream>;
}

/// A field of the worker.
pub(super) struct Kept {
    pub(super) name: Ident,
    pub(super) ty: TokenStream,
    /// How it begins; `self` is the program.
    pub(super) value: TokenStream,
}

/// What prints the state of a node. `taken` hands out its fields' names.
pub(super) fn of<'p>(
    node: &'p Node,
    plan: &'p KeyedPlan,
    taken: &mut Names,
) -> Option<Box<dyn State<'p> + 'p>> {
    let (_, state) = node.state()?;
    Some(match state {
        topology::State::Join(join) => Box::new(join::Joins::new(join, taken)),
        topology::State::Latest(latest) => Box::new(latest::Lookups::new(latest)),
        topology::State::Window(window) => of_window(node, plan, window, taken),
        topology::State::Top(found) => Box::new(top::Tops::new(found, taken)),
        topology::State::Run(run) => Box::new(run::Own { run }),
        topology::State::Distinct(distinct) => Box::new(distinct::Seen::new(distinct)),
        topology::State::Keep(keep) => Box::new(keep::Keeps::new(node, plan, keep, taken)),
    })
}

fn of_window<'p>(
    node: &'p Node,
    plan: &'p KeyedPlan,
    window: &'p Window,
    taken: &mut Names,
) -> Box<dyn State<'p> + 'p> {
    let on_a_grid =
        matches!(window.kind, WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } | WindowKind::All);
    if window.kind.is_a_row_a_tuple() {
        Box::new(by_tuple::ByTuple::new(node, plan, window, taken))
    } else if on_a_grid && window.top.is_none() && !window.is_revised() {
        Box::new(panes::Panes::new(node, plan, window, taken))
    } else {
        Box::new(ending::Ending::new(node, plan, window, taken))
    }
}

impl<'p> Emit<'p> {
    /// A row that is released, to those who read the node: `outcome` is its function's; `at` is its event time.
    fn released(&self, k: &Keyed<'_>, outcome: &TokenStream, at: &TokenStream) -> TokenStream {
        let rank = self.rank(k.id);
        let handed = self.hand_on(Stream::Main(k.id), &quote!(&row), &quote!(tag));
        let at = self.hands_time_on(Stream::Main(k.id)).then(|| quote!(let at = #at;));
        quote! {
            match #outcome {
                Ok(Some(row)) => {
                    #at
                    #handed
                }
                Ok(None) => out.filtered(1),
                Err(failed) => out.released_letter(tag, #rank, failed.fault, failed.input),
            }
        }
    }

    /// A row that leaves with the one that came, to those who read the node: `outcome` is its function's; its time is `at`.
    fn passed_on(&self, k: &Keyed<'_>, outcome: &TokenStream) -> TokenStream {
        let rank = self.rank(k.id);
        let handed = self.hand_on(Stream::Main(k.id), &quote!(&row), &quote!(tag));
        quote! {
            match #outcome {
                Ok(Some(row)) => { #handed }
                Ok(None) => out.filtered(1),
                Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
            }
        }
    }

    /// The function of a node behind its state: from `parameters`, in which `steps` has the columns that the state leaves,
    /// through the rest of the node's steps.
    fn after_function(
        &self,
        k: &Keyed<'p>,
        part: &str,
        parameters: &TokenStream,
        mut steps: Steps<'_, 'p>,
    ) -> TokenStream {
        let doc = self.from(&format!("`{}` {part}", k.node.name), k.step.span);
        steps.keep(&self.plan.node(k.id).live[k.plan.step + 1]);
        steps.run(k.id, k.plan.step + 1..k.node.steps.len());
        let built = steps.build(&self.type_name(k.id, ""), k.node.exit());
        let statements = &steps.statements;
        let (name, row) = (self.function(k.id, "after"), self.stream_type(Stream::Main(k.id), &quote!('a)));
        quote! {
            #doc
            fn #name<'a>(&'a self, #parameters) -> Result<Option<#row>, p::Failed> {
                #(#statements)*
                Ok(Some(#built))
            }
        }
    }

    /// Where the columns before the step are that cross as they are.
    fn carried_places(&self, k: &Keyed<'_>) -> Vec<Option<Place>> {
        let place = |(column, known): (usize, &Column)| {
            k.plan.carried.contains(&column).then(|| Place::lent(k.in_add(column), &known.ty))
        };
        k.before.iter().enumerate().map(place).collect()
    }

    /// How long state lasts, in nanoseconds.
    fn period(&self, id: NodeId, node: &Node, what: &str, clause: &str, written: &Expr) -> Setting {
        let (name, by) = (&node.name, self.constant(node, written));
        let value = quote!(p::in_range(#name, p::dataflow::positive(#clause, #by))?);
        self.one(id, what, quote!(i64), value)
    }

    /// The tag of a released row, by `end` and `key`.
    fn released_tag(&self, k: &Keyed<'_>) -> TokenStream {
        let task = k.task.as_ref().map_or_else(|| quote!(0), |task| quote!(key.#task));
        quote!(&p::Tag::Released { item, end, key, task: #task })
    }
}
