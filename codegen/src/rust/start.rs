//! What is settled before input is read: constants of params, in their ranges; patterns; tables of generators.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::connectors::{
    Dialect, Distribution, End, Generate, SinkConnector, SourceConnector, Tuples,
};
use streamwright_dsl::topology::{
    Expr, ExprKind, Extraction, Field, Form, Node, NodeId, NodeKind, Spout, State,
};
use streamwright_values::format::FieldSpec;

use super::Emit;
use super::expr::{Scope, bracketed};
use super::types;
use crate::plan::Prepared;
use crate::plan::analysis::fallible;

/// Something that `Program::new` computes.
pub(super) struct Setting {
    /// The field of the program that keeps it, and its type; none where it is only checked.
    pub(super) kept: Option<(Ident, TokenStream)>,
    pub(super) value: TokenStream,
}

impl Emit<'_> {
    /// All settings, node by node in declaration order, which is the order in which they are checked.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut settings = Vec::new();
        for (index, node) in self.plan.topology.nodes.iter().enumerate() {
            let id = NodeId(index);
            match &node.kind {
                NodeKind::Spout(spout) => self.spout_settings(id, node, spout, &mut settings),
                NodeKind::Sink(SinkConnector::Bytes { end, format }) => {
                    settings.extend(self.operand(id, node, end));
                    settings.extend(format.iter().map(|format| self.writer(id, format)));
                }
                NodeKind::Sink(SinkConnector::Own(own)) => {
                    settings.extend(self.own_options(id, node, &own.name, &own.options));
                }
                NodeKind::Bolt => {}
            }
            if let Some(k) = self.plan.keyed_of(id).and_then(|index| self.keyed(index)) {
                settings.extend(k.state.settings(self, id, node));
            }
        }
        settings.extend(self.held_back());
        settings.extend(self.tables());
        settings
    }

    /// Whether rows of a `left join` come to a node: those that met none are behind the watermark.
    pub(super) fn is_held_back(&self, id: NodeId) -> bool {
        let inputs = &self.plan.topology.node(id).inputs;
        let mut sources = inputs.iter().filter_map(|input| input.stream.source());
        sources.any(|source| self.holds_back(source) || self.is_held_back(source))
    }

    fn holds_back(&self, id: NodeId) -> bool {
        let state = self.plan.topology.node(id).state();
        matches!(state, Some((_, State::Join(join))) if join.outer)
    }

    /// By how much a node's watermark stays behind that of its spouts, in topological order: each follows from those before.
    fn held_back(&self) -> Vec<Setting> {
        let held = self.plan.topology.order.iter().filter(|id| self.is_held_back(**id));
        let setting = |id: &NodeId| {
            let inputs = &self.plan.topology.node(*id).inputs;
            let by = inputs.iter().filter_map(|input| input.stream.source()).map(|source| {
                let (held, high) = (self.setting(source, "held"), self.setting(source, "high"));
                match (self.is_held_back(source), self.holds_back(source)) {
                    (true, true) => quote!(#held.saturating_add(p::hold(#high))),
                    (true, false) => quote!(#held),
                    (false, true) => quote!(p::hold(#high)),
                    (false, false) => quote!(0_i64),
                }
            });
            let most = by.reduce(|one, other| quote!(#one.max(#other))).unwrap_or_else(|| quote!(0_i64));
            self.one(*id, "held", quote!(i64), most)
        };
        held.map(setting).collect()
    }

    pub(super) fn one(&self, id: NodeId, what: &str, ty: TokenStream, value: TokenStream) -> Setting {
        Setting { kept: Some((self.setting(id, what), ty)), value }
    }

    /// What is made of constants, as fields of the program: their names, types and values.
    pub(super) fn prepared_constants(&self) -> Vec<(Ident, TokenStream, TokenStream)> {
        let Prepared { patterns, zones, extractions } = &self.prepared;
        let patterns = patterns.iter().map(|pattern| quote!(p::regex(#pattern)?)).collect();
        let zones = zones.iter().map(|zone| quote!(p::zone(#zone)?)).collect();
        let extractors = extractions.iter().map(|extraction| match extraction {
            Extraction::Forms(forms) => quote!(p::forms(&[#(#forms),*])?),
            Extraction::Groups(pattern) => quote!(p::groups(#pattern)?),
        });
        let lists: [(&str, TokenStream, Vec<TokenStream>); 3] = [
            ("patterns", quote!(p::Regex), patterns),
            ("zones", quote!(p::Zone), zones),
            ("extractors", quote!(p::Extractor), extractors.collect()),
        ];
        let used = lists.into_iter().filter(|(_, _, made)| !made.is_empty());
        let field = |(name, ty, made): (&str, TokenStream, Vec<TokenStream>)| {
            let count = Literal::usize_unsuffixed(made.len());
            (format_ident!("{name}"), quote!([#ty; #count]), quote!([#(#made),*]))
        };
        used.map(field).collect()
    }

    /// A constant expression of a node, computed at start.
    pub(super) fn constant(&self, node: &Node, expr: &Expr) -> TokenStream {
        self.constant_of(&node.name, expr)
    }

    /// A constant expression of whatever has this name.
    pub(super) fn constant_of(&self, name: &str, expr: &Expr) -> TokenStream {
        let scope = Scope {
            columns: Vec::new(),
            params: &self.plan.topology.params,
            prepared: &self.prepared,
            // Constants are made before there is a program: the checker takes no such call there.
            functions: Vec::new(),
            program: TokenStream::new(),
        };
        let value = scope.value(expr);
        if fallible(expr) || scope.unwraps(expr) { quote!(p::constant(#name, || Ok(#value))?) } else { value }
    }

    fn operand(&self, id: NodeId, node: &Node, end: &End) -> Option<Setting> {
        let operand = bracketed(self.constant(node, end.operand.as_ref()?));
        Some(self.one(id, "operand", quote!(String), quote!(#operand.into_owned())))
    }

    fn writer(&self, id: NodeId, format: &Dialect) -> Setting {
        let options = options(format);
        self.one(id, "format", format_type(format), quote!(p::writer(&[#options])))
    }

    fn spout_settings(&self, id: NodeId, node: &Node, spout: &Spout, settings: &mut Vec<Setting>) {
        let name = &node.name;
        if let SourceConnector::Bytes { end, .. } = &spout.source {
            settings.extend(self.operand(id, node, end));
        }
        if let Some(time) = &spout.time {
            let by = self.constant(node, &time.late_by);
            let value = quote!(p::in_range(#name, p::dataflow::tolerance("late by", #by))?);
            settings.push(self.one(id, "late_by", quote!(i64), value));
            if let Some(by) = &time.ahead_by {
                let by = self.constant(node, by);
                let value = quote!(p::Duration(p::in_range(#name, p::dataflow::tolerance("ahead by", #by))?));
                settings.push(self.one(id, "ahead_by", quote!(p::Duration), value));
            }
            if let Some(after) = &time.idle_after {
                let after = self.constant(node, after);
                let value = quote!(p::in_range(#name, p::dataflow::tolerance("idle after", #after))?);
                settings.push(self.one(id, "idle_after", quote!(i64), value));
            }
        }
        let fields = &self.plan.topology.records[spout.record].fields;
        match &spout.source {
            SourceConnector::Own { run, .. } => {
                settings.extend(self.own_options(id, node, &run.name, &run.options));
            }
            SourceConnector::Generate(generate) => {
                self.generator_settings(id, node, spout, generate, settings)
            }
            SourceConnector::Bytes { format, .. } => {
                self.format_settings(id, spout, format, fields, settings);
            }
        }
    }

    fn format_settings(
        &self,
        id: NodeId,
        spout: &Spout,
        format: &Dialect,
        fields: &[Field],
        settings: &mut Vec<Setting>,
    ) {
        let read: Vec<&Field> =
            fields.iter().zip(&spout.reads).filter(|(_, read)| **read).map(|(one, _)| one).collect();
        let count = Literal::usize_unsuffixed(read.len());
        let specs = read.iter().map(|one| spec(&FieldSpec::of(one)));
        if !read.is_empty() || has_header(format) {
            settings.push(self.one(id, "fields", quote!([p::FieldSpec; #count]), quote!([#(#specs),*])));
        }
        let wanted =
            wanted(fields.iter().zip(&spout.reads).map(|(one, read)| (one.wire_name.as_str(), *read)));
        let (operand, options) = (&format.operand, options(format));
        let value = quote!(p::reader(#operand, &[#options], &[#wanted]));
        settings.push(self.one(id, "format", format_type(format), value));
    }

    fn generator_settings(
        &self,
        id: NodeId,
        node: &Node,
        spout: &Spout,
        generate: &Generate,
        settings: &mut Vec<Setting>,
    ) {
        let name = &node.name;
        let count = generate.count.as_ref().map_or_else(
            || quote!(None),
            |count| {
                let count = self.constant(node, count);
                quote!(Some(p::in_range(#name, p::dataflow::generate_count(#count))?))
            },
        );
        settings.push(self.one(id, "count", quote!(Option<u64>), count));
        let rate = generate.rate.as_ref().map_or_else(
            || quote!(None),
            |rate| {
                let rate = self.constant(node, rate);
                quote!(Some(p::in_range(#name, p::dataflow::generate_rate(#rate))?))
            },
        );
        settings.push(self.one(id, "rate", quote!(Option<u64>), rate));
        let seed = bracketed(self.constant(node, &generate.seed));
        settings.push(self.one(id, "seed", quote!(u64), quote!(#seed as u64)));
        match &generate.tuples {
            Tuples::Fields(spreads) => self.spreads(id, node, spout, spreads, settings),
            Tuples::Events(generator, options) => {
                let ty = format_ident!("{}", generator.rust);
                let options = options.iter().map(|option| {
                    let value = self.constant(node, option);
                    quote!(p::Value::from(#value))
                });
                let seed = bracketed(self.constant(node, &generate.seed));
                let value = quote!(p::in_range(
                    #name,
                    p::generate::#ty::new(#seed as u64, &[#(#options),*]),
                )?);
                settings.push(self.one(id, "events", quote!(p::generate::#ty), value));
            }
        }
    }

    /// The distributions of the fields that are read; the others' arguments are checked.
    fn spreads(
        &self,
        id: NodeId,
        node: &Node,
        spout: &Spout,
        spreads: &[Distribution],
        settings: &mut Vec<Setting>,
    ) {
        let fields = &self.plan.topology.records[spout.record].fields;
        for ((field, spread), read) in fields.iter().zip(spreads).zip(&spout.reads) {
            let value = self.prepared(node, field, spread);
            let ty = types::owned(field.ty.required());
            let ty = quote!(p::generate::Prepared<#ty>);
            if *read {
                settings.push(self.one(id, &format!("of_{}", field.name), ty, value));
            } else if !is_constant(spread) {
                settings.push(Setting { kept: None, value: quote!({ let _: #ty = #value; }) });
            }
        }
    }

    /// The distribution of a generated field.
    fn prepared(&self, node: &Node, field: &Field, spread: &Distribution) -> TokenStream {
        let presence = spread.presence.as_ref().map_or_else(
            || quote!(None),
            |presence| {
                let presence = self.constant(node, presence);
                quote!(Some(#presence))
            },
        );
        let arguments = spread.arguments.iter().map(|argument| {
            let value = self.constant(node, argument);
            quote!(p::Value::from(#value))
        });
        let kind = format_ident!("{}", format!("{:?}", spread.kind));
        let (node, field) = (&node.name, &field.name);
        quote!(p::in_range(
            #node,
            p::generate::Prepared::new(
                #presence,
                p::generate::Kind::#kind,
                &[#(#arguments),*],
                #field,
            ),
        )?)
    }
}

/// Whether nothing of it is left to check when the program starts.
fn is_constant(spread: &Distribution) -> bool {
    let mut expressions = spread.presence.iter().chain(&spread.arguments);
    expressions.all(|expr| matches!(expr.kind, ExprKind::Constant(_)))
}

/// The type that reads or writes a format.
pub(super) fn format_type(format: &Dialect) -> TokenStream {
    below_format(format.format.rust)
}

/// A type of the module of formats.
pub(super) fn below_format(path: &str) -> TokenStream {
    let path = syn::parse_str::<syn::Path>(path);
    path.map_or_else(|_| quote!(compile_error!("a format without a type")), |path| quote!(p::format::#path))
}

/// The values of a format's options.
pub(super) fn options(format: &Dialect) -> TokenStream {
    let values = format.options.iter().map(|value| {
        let value = types::constant(value, &value.type_of());
        quote!(p::Value::from(#value))
    });
    quote!(#(#values),*)
}

/// The fields of a record by their wire names, each with its place among those that are read.
pub(super) fn wanted<'f>(fields: impl Iterator<Item = (&'f str, bool)>) -> TokenStream {
    let mut count = 0;
    let fields = fields.map(|(name, read)| {
        if !read {
            return quote!((#name, None));
        }
        let place = Literal::usize_unsuffixed(count);
        count += 1;
        quote!((#name, Some(#place)))
    });
    quote!(#(#fields),*)
}

/// Whether the first record of an input is its header.
pub(super) fn has_header(format: &Dialect) -> bool {
    format.reader(&[]).has_header()
}

/// How a field is read.
pub(super) fn spec(field: &FieldSpec) -> TokenStream {
    let (name, wire_name, optional) = (&field.name, &field.wire_name, field.optional);
    let inner: Vec<TokenStream> = field.inner.iter().map(spec).collect();
    let inner = if inner.is_empty() { quote!(Vec::new()) } else { quote!(vec![#(#inner),*]) };
    let form = match &field.form {
        Form::Plain => quote!(p::Form::Plain),
        Form::UnixSeconds => quote!(p::Form::UnixSeconds),
        Form::UnixMillis => quote!(p::Form::UnixMillis),
        Form::UnixMicros => quote!(p::Form::UnixMicros),
        Form::UnixNanos => quote!(p::Form::UnixNanos),
        Form::Strftime(pattern) => quote!(p::Form::Strftime(String::from(#pattern))),
    };
    let absent = field.absent.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(String::from(#text))));
    quote!(p::FieldSpec {
        name: String::from(#name),
        wire_name: String::from(#wire_name),
        form: #form,
        absent: #absent,
        optional: #optional,
        inner: #inner,
    })
}
