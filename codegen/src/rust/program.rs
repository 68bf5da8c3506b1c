//! The program: its params, what is settled at start, its layout, its doors.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::connectors::{End, SinkConnector, SourceConnector};
use streamwright_dsl::topology::{ExprKind, NodeId, NodeKind, Spout, Stream};
use streamwright_values::format::lines::Framing;
use streamwright_values::{Type, text};

use super::names::field;
use super::stages::bits;
use super::start::Setting;
use super::{Emit, list};
use super::{sinks, start, types};
use crate::plan::analysis::any;
use crate::plan::{Cut, Tags};

impl Emit<'_> {
    /// `main`, `run`, and what is known of the program before it starts.
    pub(super) fn entry_points(&self) -> TokenStream {
        let (name, docs) = (&self.plan.topology.name, self.plan.topology.docs.join("\n"));
        let params = self.plan.topology.params.iter().map(|param| {
            let (name, docs, ty) = (&param.name, param.docs.join("\n"), types::describe(&param.ty));
            let default = param.default.as_ref().map_or_else(
                || quote!(None),
                |default| {
                    let mut form = Vec::new();
                    text::write_value(&mut form, default);
                    let form = String::from_utf8_lossy(&form).into_owned();
                    quote!(Some(#form))
                },
            );
            quote!(p::ParamInterface { name: #name, docs: #docs, ty: #ty, default: #default })
        });
        quote! {
            static INTERFACE: p::Interface<'static> =
                p::Interface { name: #name, docs: #docs, params: &[#(#params),*] };

            /// Runs the program with the arguments of the process.
            #[allow(dead_code, reason = "a program that embeds the topology calls `run`")]
            pub fn main() -> std::process::ExitCode {
                p::main(&INTERFACE, |params| Ok(Box::new(Program::new(params)?)))
            }

            /// Runs the program with these arguments (without its name), and comes back.
            ///
            /// # Errors
            /// Arguments that do not fit, an input or output that cannot be used.
            #[allow(dead_code, reason = "a program of its own calls `main`")]
            pub fn run<A: Into<std::ffi::OsString>>(
                arguments: impl IntoIterator<Item = A>,
            ) -> Result<p::Summary, p::Error> {
                let arguments = arguments.into_iter().map(Into::into).collect();
                p::run(&INTERFACE, arguments, |params| Ok(Box::new(Program::new(params)?)))
            }
        }
    }

    /// The params, the settings, and how they are made.
    pub(super) fn program(&self) -> TokenStream {
        let params = &self.plan.topology.params;
        let names: Vec<_> = params.iter().map(|param| field(&param.name)).collect();
        let kinds = params.iter().map(|param| types::owned(&param.ty));
        let values = params.iter().enumerate().map(|(index, param)| {
            let (access, index) = (accessor(&param.ty), Literal::usize_unsuffixed(index));
            quote!(params.#access(#index))
        });
        let settings = self.settings();
        let (setting_names, setting_types): (Vec<_>, Vec<_>) =
            settings.iter().filter_map(|setting| setting.kept.as_ref()).map(|(name, ty)| (name, ty)).unzip();
        let settled = settings.iter().map(|Setting { kept, value }| match kept {
            Some((name, _)) => quote!(let #name = #value;),
            None => value.clone(),
        });
        let prepared = self.prepared_constants();
        let (prepared_names, prepared_types): (Vec<_>, Vec<_>) =
            prepared.iter().map(|(name, ty, _)| (name, ty)).unzip();
        let prepared_values = prepared.iter().map(|(name, _, value)| quote!(let #name = #value;));
        let params_struct = (!params.is_empty()).then(|| {
            quote! {
                /// What the program is given when it starts.
                #[allow(dead_code, reason = "a param may be declared and not used")]
                struct Params { #(#names: #kinds,)* }
            }
        });
        let params_value =
            (!params.is_empty()).then(|| quote!(let params = Params { #(#names: #values,)* };));
        let kept = self.plan.expressions().any(|expr| any(expr, &|kind| matches!(kind, ExprKind::Param(_))));
        let params_field = kept.then(|| quote!(params: Params,));
        let params_name = kept.then(|| quote!(params,));
        let given = if params.is_empty() { quote!(_) } else { quote!(params) };
        quote! {
            #params_struct

            /// What is settled before input is read.
            struct Program {
                #params_field
                #(#prepared_names: #prepared_types,)*
                #(#setting_names: #setting_types,)*
            }

            impl Program {
                fn new(#given: &p::Params) -> Result<Program, String> {
                    #params_value
                    #(#prepared_values)*
                    #(#settled)*
                    Ok(Program { #params_name #(#prepared_names,)* #(#setting_names,)* })
                }
            }
        }
    }

    /// What the runtime asks of the program.
    pub(super) fn topology_impl(&self) -> TokenStream {
        let layout = self.layout();
        let worker = self.new_worker();
        let header = self.header_method();
        let merger = self.merger_method();
        let tables = self.tables_method();
        quote! {
            impl p::Topology for Program {
                fn layout(&self) -> p::Layout {
                    #layout
                }
                fn worker(&self) -> Box<dyn p::Worker + '_> {
                    #worker
                }
                #header
                #merger
                #tables
            }
        }
    }

    fn layout(&self) -> TokenStream {
        let plan = self.plan;
        let spouts = plan.spouts.iter().enumerate().map(|(index, id)| self.spout_layout(index, *id));
        let stages = plan.keyed.iter().map(|keyed| {
            let name = &plan.topology.node(keyed.node).name;
            let class = Literal::usize_unsuffixed(keyed.class);
            quote!(p::StageLayout { name: #name, class: #class })
        });
        let exchanges = plan.exchanges.iter().map(|exchange| {
            let to = Literal::usize_unsuffixed(exchange.to - 1);
            let from = exchange.from.checked_sub(1).map_or_else(
                || quote!(None),
                |from| {
                    let from = Literal::usize_unsuffixed(from);
                    quote!(Some(#from))
                },
            );
            let tagged = tagged(plan.node(plan.keyed[exchange.to - 1].node).tags);
            quote!(p::ExchangeLayout { from: #from, to: #to, tagged: #tagged })
        });
        let sinks = plan.sinks.iter().map(|id| self.sink_layout(*id));
        let nodes = plan.topology.order.iter().map(|id| {
            let node = plan.topology.node(*id);
            let (name, spout) = (&node.name, matches!(node.kind, NodeKind::Spout(_)));
            quote!(p::NodeLayout { name: #name, spout: #spout })
        });
        let (spouts, stages, exchanges) = (list(spouts), list(stages), list(exchanges));
        let (sinks, nodes) = (list(sinks), list(nodes));
        quote! {
            p::Layout {
                spouts: #spouts,
                stages: #stages,
                exchanges: #exchanges,
                sinks: #sinks,
                nodes: #nodes,
            }
        }
    }

    fn spout_layout(&self, index: usize, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let NodeKind::Spout(spout) = &node.kind else { return TokenStream::new() };
        let name = &node.name;
        let (count, rate) = (self.setting(id, "count"), self.setting(id, "rate"));
        let source = match &spout.source {
            SourceConnector::Bytes { end, .. } => {
                let opened = self.opened_by(id, end);
                quote!(p::Source::Bytes #opened)
            }
            SourceConnector::Generate(_) => {
                quote!(p::Source::Generate { count: self.#count, rate: self.#rate })
            }
            SourceConnector::Own { run, .. } => self.own_source(id, run),
        };
        let (framing, header) = framing(spout);
        let timed = spout.time.is_some();
        let late_by = self.setting(id, "late_by");
        let late_by = if timed { quote!(self.#late_by) } else { quote!(0) };
        let idle_after = match spout.time.as_ref().and_then(|time| time.idle_after.as_ref()) {
            Some(_) => {
                let idle_after = self.setting(id, "idle_after");
                quote!(Some(self.#idle_after))
            }
            None => quote!(None),
        };
        let cuts = list(self.plan.cuts[index].iter().flat_map(|cut| self.cuts(cut)));
        quote! {
            p::SpoutLayout {
                name: #name,
                source: #source,
                framing: #framing,
                header: #header,
                timed: #timed,
                late_by: #late_by,
                idle_after: #idle_after,
                cuts: #cuts,
            }
        }
    }

    /// What is opened, and by which operand.
    fn opened_by(&self, id: NodeId, end: &End) -> TokenStream {
        let (connector, operand) = (format_ident!("{}", end.connector.name), self.setting(id, "operand"));
        let operand = match end.operand {
            Some(_) => quote!(self.#operand.clone()),
            None => quote!(String::new()),
        };
        quote!({ connector: &p::connectors::#connector::CONNECTOR, operand: #operand })
    }

    /// Where roots are cut for a node with state.
    fn cuts(&self, cut: &Cut) -> Vec<TokenStream> {
        let Some(k) = self.keyed(cut.keyed) else { return Vec::new() };
        let held = self.setting(k.id, "held");
        let classes = bits(cut.classes.iter().copied());
        let cut = |boundary: TokenStream| {
            let boundary =
                if self.is_held_back(k.id) { quote!(p::behind(#boundary, self.#held)) } else { boundary };
            quote!(p::Cut { boundary: #boundary, classes: #classes })
        };
        k.state.boundaries(self, k.id).into_iter().map(cut).collect()
    }

    fn sink_layout(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let NodeKind::Sink(sink) = &node.kind else { return TokenStream::new() };
        let name = &node.name;
        let target = match sink {
            SinkConnector::Bytes { end, .. } => {
                let opened = self.opened_by(id, end);
                quote!(p::Target::Bytes #opened)
            }
            SinkConnector::Own(own) => self.own_sink(id, own),
        };
        let header = sinks::head(sink, node.exit());
        let header = if header.is_empty() {
            quote!(Vec::new())
        } else {
            let header = Literal::byte_string(&header);
            quote!(#header.to_vec())
        };
        let tagged = tagged(self.plan.node(id).tags);
        let letters = node.inputs.iter().any(|input| input.stream == Stream::DeadLetters);
        quote! {
            p::SinkLayout { name: #name, target: #target, header: #header, tagged: #tagged, dead_letters: #letters }
        }
    }

    /// Inputs whose first record is a header.
    fn header_method(&self) -> Option<TokenStream> {
        let arms: Vec<TokenStream> =
            self.plan.spouts.iter().enumerate().filter_map(|(at, id)| self.header_of(at, *id)).collect();
        (!arms.is_empty()).then(|| {
            quote! {
                fn header(&mut self, spout: usize, record: &[u8]) -> Result<(), String> {
                    match spout {
                        #(#arms)*
                        _ => Ok(()),
                    }
                }
            }
        })
    }

    fn header_of(&self, at: usize, id: NodeId) -> Option<TokenStream> {
        let node = self.plan.topology.node(id);
        let NodeKind::Spout(spout) = &node.kind else { return None };
        let SourceConnector::Bytes { format, .. } = &spout.source else { return None };
        let (at, name) = (Literal::usize_unsuffixed(at), &node.name);
        let (reader, fields) = (self.setting(id, "format"), self.setting(id, "fields"));
        start::has_header(format)
            .then(|| quote!(#at => p::header(#name, &mut self.#reader, record, &self.#fields),))
    }
}

/// How the runtime hands out a param.
fn accessor(ty: &Type) -> proc_macro2::Ident {
    format_ident!("{}", ty.required().to_string())
}

fn tagged(tags: Tags) -> TokenStream {
    match tags {
        Tags::Never => quote!(p::Tagged::Never),
        Tags::WithWorkers => quote!(p::Tagged::WithWorkers),
        Tags::Always => quote!(p::Tagged::Always),
    }
}

/// How bytes are cut into tuples, and whether the first one is a header.
fn framing(spout: &Spout) -> (TokenStream, bool) {
    if let SourceConnector::Own { .. } = spout.source {
        return (quote!(p::Framing::Lengths), false);
    }
    let SourceConnector::Bytes { format, .. } = &spout.source else {
        return (quote!(p::Framing::Lines { keep_blank: true }), false);
    };
    let framing = match format.reader(&[]).framing() {
        Framing::Lines { keep_blank } => quote!(p::Framing::Lines { keep_blank: #keep_blank }),
        Framing::Csv { delimiter } => {
            let delimiter = Literal::byte_character(delimiter);
            quote!(p::Framing::Csv { delimiter: #delimiter })
        }
        Framing::Lengths => quote!(p::Framing::Lengths),
    };
    (framing, start::has_header(format))
}
