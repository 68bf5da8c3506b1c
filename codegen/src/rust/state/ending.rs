//! Windows that end, but for aggregates on a grid: sessions, `until`, windows by rows, those that leave more than once,
//! and all of which `top` lets the first rows leave.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Expr, Node, NodeId, Stream, Window, WindowKind};
use streamwright_values::Type;

use super::contents::Contents;
use super::{Kept, State, panes};
use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;
use crate::rust::types;

/// A window that ends.
pub(super) struct Ending<'p> {
    window: &'p Window,
    contents: Contents<'p>,
    /// The field of what `until` says.
    until: Option<Ident>,
}

impl<'p> Ending<'p> {
    pub(super) fn new(node: &Node, plan: &KeyedPlan, window: &'p Window, taken: &mut Names) -> Ending<'p> {
        let until =
            matches!(window.kind, WindowKind::Until(_)).then(|| taken.give("what until says", "until"));
        Ending { window, contents: Contents::new(node, plan, window, taken), until }
    }

    fn on_a_grid(&self) -> bool {
        matches!(self.window.kind, WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } | WindowKind::All)
    }

    /// The window's own columns; what the function behind it is given for them; and what it is called with, where the
    /// window is known by `start` and `end` or, where it leaves more than once, by `revision`.
    fn own(&self) -> (Vec<Place>, TokenStream, TokenStream) {
        let place = |path: TokenStream, ty: Type| Place::lent(path, &ty);
        if self.window.is_revised() {
            let bounds = [quote!(p::Timestamp(revision.start)), quote!(p::Timestamp(revision.end))];
            let bounds = bounds.into_iter().filter(|_| self.window.kind.has_bounds());
            let mut own: Vec<Place> = bounds.map(|bound| place(bound, Type::Timestamp)).collect();
            own.push(place(quote!(revision.number), Type::Int));
            own.push(place(quote!(revision.is_final), Type::Bool));
            (own, quote!(revision: p::Revision,), quote!(revision,))
        } else if self.window.kind.has_bounds() {
            let own = [quote!(p::Timestamp(start)), quote!(p::Timestamp(end))];
            let own = own.map(|bound| place(bound, Type::Timestamp)).to_vec();
            (own, quote!(start: i64, end: i64,), quote!(start, end,))
        } else {
            (Vec::new(), TokenStream::new(), TokenStream::new())
        }
    }

    /// The type of what holds the windows, and how it begins.
    fn windows(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> (TokenStream, TokenStream) {
        let (key, kept) = (emit.type_name(k.id, "Key"), self.contents.ty(emit, k));
        let setting = emit.setting(k.id, "windows");
        let late = emit.setting(k.id, "revisions");
        match &self.window.kind {
            WindowKind::Session { .. } => {
                let every = if self.window.is_revised() { quote!(self.#late.1) } else { quote!(None) };
                let new = quote!(p::Sessions::new(self.#setting.0, self.#setting.1, #every));
                (quote!(p::Sessions<#key, #kept>), new)
            }
            _ if self.window.is_revised() => {
                (quote!(p::Revisions<#key, #kept>), quote!(p::Revisions::new(self.#late.0, self.#late.1)))
            }
            WindowKind::Until(_) => (quote!(p::Ends<#key, #kept>), quote!(p::Ends::new())),
            WindowKind::Rows(_) => {
                (quote!(p::Batches<#key, #kept>), quote!(p::Batches::new(self.#setting as u64)))
            }
            _ => (quote!(p::Panes<#key, #kept>), quote!(p::Panes::new(self.#setting))),
        }
    }

    /// Whether rows leave with the one that came, while the windows are held.
    fn passes_on(&self) -> bool {
        match self.window.kind {
            WindowKind::Session { .. } => false,
            WindowKind::Rows(_) => true,
            _ => self.window.is_revised(),
        }
    }

    /// A row into its window, or windows; `missed` counts those that it was too late for, `late` lists their bounds.
    fn add(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let update = self.contents.update(emit, k);
        let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        let setting = emit.setting(k.id, "windows");
        let until = &self.until;
        let (_, _, arguments) = self.own();
        let passed = |at: TokenStream| {
            self.contents.leave(emit, k, &arguments, |outcome| self.passed(emit, k, outcome, &at))
        };
        if self.passes_on() && !matches!(self.window.kind, WindowKind::Rows(_)) {
            let passed = passed(quote!(revision.end.saturating_sub(1)));
            let bounds = match (until, &self.window.kind) {
                (Some(until), _) => quote!([(at, add.#until.0)]),
                (None, WindowKind::All) => quote!([(at, i64::MAX)]),
                (None, _) => quote!(program.#setting.windows(at)),
            };
            return quote! {
                for (start, end) in #bounds {
                    let again = |revision: p::Revision, key: &_, kept: &_| {
                        let tag = &p::Tag::Late(tag, end);
                        #passed
                    };
                    if windows.add(by, (start, end), #update, again) > 0 {
                        missed += 1;
                        late.push((start, end));
                    }
                }
            };
        }
        match &self.window.kind {
            WindowKind::Session { .. } => {
                quote!(missed += windows.add(by, at, #update, |start, end| late.push((start, end)));)
            }
            WindowKind::Until(_) => quote! {
                missed += windows.add(by, (at, add.#until.0), #update, |start, end| late.push((start, end)));
            },
            WindowKind::Rows(_) => {
                let passed = passed(quote!(at));
                quote!(windows.add(by, #at, #update, |key, kept| { #passed });)
            }
            _ => quote! {
                missed += windows.add(by, #at, #update, |end| {
                    late.push((p::window_start(&program.#setting, end).0, end));
                });
            },
        }
    }

    /// A row that leaves at once, of the event time `at`.
    fn passed(&self, emit: &Emit<'p>, k: &Keyed<'p>, outcome: &TokenStream, at: &TokenStream) -> TokenStream {
        let at = emit.hands_time_on(Stream::Main(k.id)).then(|| quote!(let at = #at;));
        let passed = emit.passed_on(k, outcome);
        quote! {
            #at
            #passed
        }
    }
}

impl<'p> State<'p> for Ending<'p> {
    fn brought(&self) -> Vec<Brought> {
        let mut brought = self.contents.brought();
        brought.extend(self.until.iter().map(|name| Brought {
            name: name.clone(),
            ty: types::column(&Type::Timestamp),
            borrows: false,
        }));
        brought
    }

    fn bring(&self, _: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        let mut brought = self.contents.bring(k, steps);
        if let (Some(name), WindowKind::Until(end)) = (&self.until, &self.window.kind) {
            let value = steps.checked(end, &k.before.to_vec());
            steps.statements.push(quote!(let end: p::Timestamp = #value;));
            brought.push((name.clone(), Place::local(&format_ident!("end"), &Type::Timestamp)));
        }
        brought
    }

    fn guard(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let windows = emit.setting(k.id, "windows");
        match &self.window.kind {
            WindowKind::Session { .. } => {
                Some(quote!(p::check_fits(at.checked_add(self.#windows.0).is_some(), at)?;))
            }
            WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } => {
                Some(quote!(p::check_windows(&self.#windows, at)?;))
            }
            _ => None,
        }
    }

    fn types(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.contents.types(emit, k)
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (own, parameters, _) = self.own();
        let after = self.contents.function(emit, k, &own, &parameters);
        let late = (!emit.plan.node(k.id).late_readers.is_empty()).then(|| panes::late_function(emit, k));
        quote!(#after #late)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let name = &node.name;
        let mut settings = Vec::new();
        match &self.window.kind {
            WindowKind::Session { gap, longest } => {
                let gap = emit.constant(node, gap);
                let longest = match longest {
                    Some(longest) => {
                        let longest = emit.constant(node, longest);
                        quote!(Some(#longest))
                    }
                    None => quote!(None),
                };
                let value = quote!(p::in_range(#name, p::session(#gap, #longest))?);
                settings.push(emit.one(id, "windows", quote!((i64, i64)), value));
            }
            WindowKind::Rows(rows) => {
                let rows = emit.constant(node, rows);
                let value = quote!(p::in_range(#name, p::dataflow::window_rows(#rows))?);
                settings.push(emit.one(id, "windows", quote!(i64), value));
            }
            kind if self.on_a_grid() => {
                settings.push(emit.one(id, "windows", quote!(p::Shape), panes::shape(emit, node, kind)));
            }
            _ => {}
        }
        if self.window.is_revised() {
            let period = |clause: &str, written: &Option<Expr>| {
                written.as_ref().map(|written| {
                    let by = emit.constant(node, written);
                    quote!(p::in_range(#name, p::dataflow::positive(#clause, #by))?)
                })
            };
            let late = period("allow late", &self.window.allow_late).unwrap_or_else(|| quote!(0));
            let every = period("emit every", &self.window.emit_every)
                .map_or_else(|| quote!(None), |every| quote!(Some(#every)));
            settings.push(emit.one(id, "revisions", quote!((i64, Option<i64>)), quote!((#late, #every))));
        }
        settings.extend(self.contents.setting(emit, id, node));
        settings
    }

    fn boundaries(&self, emit: &Emit<'p>, id: NodeId) -> Vec<TokenStream> {
        if !self.on_a_grid() {
            return vec![quote!(p::Boundary { step: 1, offset: 0 })];
        }
        let (windows, revisions) = (emit.setting(id, "windows"), emit.setting(id, "revisions"));
        let ends = quote!(p::boundary(&self.#windows));
        // Until when a window is kept, and when it is time for early rows.
        let late = self.window.allow_late.iter().map(|_| quote!(p::behind(#ends, self.#revisions.0)));
        let every = self.window.emit_every.iter().map(|_| quote!(p::every(self.#revisions.1)));
        [ends.clone()].into_iter().chain(late).chain(every).collect()
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (ty, value) = self.windows(emit, k);
        vec![Kept { name: emit.setting(k.id, "windows"), ty, value }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let windows = emit.setting(k.id, "windows");
        let added = self.add(emit, k);
        let late = if emit.plan.node(k.id).late_readers.is_empty() {
            None
        } else {
            let late_row = emit.function(k.id, "late_row");
            let handed = emit.hand_on(Stream::Late(k.id), &quote!(&row), &quote!(&p::Tag::Late(tag, end)));
            Some(quote! {
                for (start, end) in late {
                    let row = self.program.#late_row(add, start, end);
                    #handed
                }
            })
        };
        // On a grid the runtime counts in any case: of `window all` no row is ever late.
        let missed = (self.window.kind.has_late() || self.on_a_grid()).then(|| {
            quote! {
                let mut missed = 0;
                let mut late: Vec<(i64, i64)> = Vec::new();
            }
        });
        let counted = missed.as_ref().map(|_| quote!(out.late(missed);));
        let (taken, back) = if self.passes_on() {
            (quote!(let mut windows = self.#windows.take();), Some(quote!(self.#windows = windows;)))
        } else {
            (quote!(let windows = &mut self.#windows;), None)
        };
        quote! {
            let program = self.program;
            #missed
            #taken
            #added
            #back
            #counted
            #late
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let windows = emit.setting(k.id, "windows");
        let tag = emit.released_tag(k);
        let (_, _, arguments) = self.own();
        let released = |at: TokenStream| {
            self.contents.leave(emit, k, &arguments, |outcome| emit.released(k, outcome, &at))
        };
        let before_end = || quote!(end.saturating_sub(1));
        let (known, released) = match &self.window.kind {
            WindowKind::Session { .. } => {
                let released = released(before_end());
                let known = quote!(let (start, end) = (revision.start, revision.end); let tag = #tag;);
                (quote!(revision, key, kept), quote!(#known #released))
            }
            _ if self.window.is_revised() => {
                let all = matches!(self.window.kind, WindowKind::All);
                let released = released(if all { quote!(p::NO_TIME) } else { before_end() });
                (quote!(revision, key, kept), quote!(let end = revision.end; let tag = #tag; #released))
            }
            WindowKind::Until(_) => {
                let released = released(before_end());
                (quote!(start, end, key, kept), quote!(let tag = #tag; #released))
            }
            WindowKind::Rows(_) => {
                let released = released(quote!(at));
                (quote!(at, key, kept), quote!(let end = i64::MAX; let tag = #tag; #released))
            }
            kind => {
                let at = if matches!(kind, WindowKind::All) { quote!(p::NO_TIME) } else { before_end() };
                let released = released(at);
                let start = quote!(p::window_start(&self.program.#windows, end).0);
                (quote!(end, key, kept), quote!(let start = #start; let tag = #tag; #released))
            }
        };
        Some(quote! {
            let mut windows = self.#windows.take();
            windows.release(watermark, |#known| { #released });
            self.#windows = windows;
        })
    }
}
