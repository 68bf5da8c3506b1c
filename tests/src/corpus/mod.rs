//! Random valid topologies, random input for each, and what the interpreter makes of it: the corpus with which compiled
//! programs are compared.

mod builder;
mod expression;
mod features;
mod input;
mod interpret;
mod join;
mod nested;
mod node;
mod passing;
mod random;
mod split;
mod spout;
mod table;
mod windowed;
mod windows;

use std::fmt::Write as _;

use builder::{Builder, Library};
use random::Random;

pub use features::features;
pub use input::{Inputs, inputs};
pub use interpret::{check, check_case, interpret};
pub use spout::{FieldShape, SpoutShape, Wire};

/// A topology, and what it is started with.
#[derive(Clone, Debug)]
pub struct Case {
    /// The topology's name: a Rust identifier.
    pub name: String,
    /// The text of its file.
    pub text: String,
    /// The text of `records.topo`, if it imports that.
    pub library: Option<String>,
    /// A value in its text form for each param that is no path.
    pub params: Vec<(String, String)>,
    /// Its spouts in declaration order. One that reads a file has a `string` param `in_NAME` for its path.
    pub spouts: Vec<SpoutShape>,
    /// Its tables in declaration order; the param `in_NAME` is a table's path.
    pub tables: Vec<SpoutShape>,
    /// Its sinks in declaration order. One that writes a file has a `string` param `out_NAME` for its path.
    pub sinks: Vec<String>,
    /// The sink that writes standard output, if one does.
    pub stdout: Option<String>,
}

impl Case {
    /// Whether its program reads standard input or writes standard output, and so needs a process of its own.
    #[must_use]
    pub fn is_piped(&self) -> bool {
        self.stdout.is_some() || self.spouts.iter().any(|spout| spout.stdin)
    }
}

/// The clock's reading in every run: `--clock` of a compiled program.
pub const CLOCK: &str = "2026-01-05T00:05:00Z";

/// The first `count` topologies of a seed.
#[must_use]
pub fn topologies(seed: u64, count: usize) -> Vec<Case> {
    (0..count).map(|number| topology(seed, number)).collect()
}

/// Topology number `number` of a seed.
#[must_use]
pub fn topology(seed: u64, number: usize) -> Case {
    let mut random = Random::new(seed, number as u64);
    let mut builder = Builder::new(&mut random);
    for _ in 0..*builder.random.choose(&[1, 1, 1, 1, 2, 2, 3]) {
        spout::add(&mut builder);
    }
    for _ in 0..1 + builder.random.below(6) {
        node::add_bolt(&mut builder);
    }
    node::add_sinks(&mut builder);
    let name = format!("corpus_{number}");
    let mut text = format!("//! Case {number} of seed {seed}.\ntopology {name}\n\n");
    let library = match builder.library {
        Library::None => {
            builder.text.insert_str(0, &builder.records);
            None
        }
        Library::Flat | Library::Named => Some(builder.records),
    };
    match builder.library {
        Library::None => {}
        Library::Flat => text.push_str("import \"records.topo\"\n\n"),
        Library::Named => text.push_str("import \"records.topo\" as c\n\n"),
    }
    // What no expression took up is left out.
    let mut body = std::mem::take(&mut builder.text);
    for (function, text) in builder.functions.iter().rev() {
        if body.contains(&function.name) {
            body.push_str(text);
        }
    }
    builder.params.retain(|((param, _), _)| body.contains(param.as_str()));
    for ((param, ty), value) in &builder.params {
        let _ = writeln!(text, "/// This case gives it {value:?}.\nparam {param}: {ty}");
    }
    for path in &builder.paths {
        let _ = writeln!(text, "param {path}: string");
    }
    let _ = write!(text, "\n{}", body.trim_end());
    text.push('\n');
    Case {
        name,
        text,
        library,
        params: builder.params.into_iter().map(|((param, _), value)| (param, value)).collect(),
        spouts: builder.spouts,
        tables: builder.tables,
        sinks: builder.sinks,
        stdout: builder.stdout,
    }
}
