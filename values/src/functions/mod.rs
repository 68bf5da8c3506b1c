//! The built-in functions: one table that checking, documentation, interpreter and code generation share.

use crate::{Fault, Type, Value};

/// One overload of a built-in function.
pub struct Function {
    /// What the language calls it. Overloads share it.
    pub name: &'static str,
    /// The Rust function, as a path below `streamwright_values::functions`: `string::lower`.
    pub rust: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Its result's type.
    pub result: fn() -> Type,
    /// Whether the Rust function returns a `Result<_, Fault>`.
    pub fallible: bool,
    /// What it does: the first paragraph is one sentence.
    pub docs: &'static str,
    /// A call and what it gives, in the language: `lower("GET") == "get"`. Tested.
    pub example: &'static str,
    /// The same function over dynamic values, for the interpreter.
    pub call: fn(&[Value]) -> Result<Value, Fault>,
}

/// A parameter of a built-in function.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: fn() -> Type,
    /// How the Rust function takes it.
    pub pass: Pass,
}

/// How a Rust function takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// By value: numbers, times, addresses; `Cow<'a, str>` where the result may borrow from it.
    Value,
    /// By reference: `&str`, `&[u8]`.
    Reference,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.rust)
    }
}

/// Every overload, by file and then in the order written there.
pub static TABLE: &[&[Function]] = &[];

/// All functions, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLE.iter().flat_map(|file| file.iter())
}

/// The overloads of a name.
pub fn lookup(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}
