//! The built-in functions: one table that checking, documentation, interpreter and code generation share.
//!
//! A function is one item in the file of its subject: its documentation, what the language calls it, an example, and
//! the typed Rust function that compiled programs call. `functions!` makes its line in the table from that.

#![allow(
    clippy::extra_unused_lifetimes,
    reason = "the lint does not see lifetimes through `functions!`, whose table declares one a line"
)]

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{Duration, Fault, FaultCode, List, Timestamp, Type, Value};

#[macro_use]
mod declare;

pub mod bytes;
pub mod convert;
pub mod digest;
pub mod document;
pub mod list;
pub mod network;
pub mod number;
pub mod pieces;
pub mod string;
pub mod time;
pub mod url;

mod prepared;
#[cfg(feature = "regex")]
pub mod regexes;
#[cfg(feature = "zones")]
pub mod zones;
pub use prepared::{Given, Preparation, Prepared, Store};
#[cfg(feature = "regex")]
pub use regexes::Regex;
#[cfg(feature = "zones")]
pub use zones::Zone;

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
    /// Parameters that may make it fail by themselves.
    pub decided_by: &'static [Probe],
    /// What it does: the first paragraph is one sentence.
    pub docs: &'static str,
    /// A call and what it gives, in the language: `lower("GET") == "get"`. Tested.
    pub example: &'static str,
    /// The same function over dynamic values; [`Store::call`] prepares its constants.
    pub call: for<'v> fn(&[Given<'v>]) -> Result<Value, Fault>,
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

/// Some parameters of a function that may make it fail whatever the others are: a pattern, a network, a divisor. So a
/// constant for them can be looked at before any tuple comes.
pub struct Probe {
    /// Their names, in the order of the function's parameters.
    pub parameters: &'static [&'static str],
    /// Fails for values of these parameters with which the function fails.
    pub call: fn(&[Value]) -> Result<(), Fault>,
}

/// How a Rust function takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// By value: numbers, times, addresses; `Cow<'a, str>` where the result may borrow from it.
    Value,
    /// By reference: `&str`, `&[u8]`, `&[T]`.
    Reference,
    /// By reference to what was made, once, of a text that is a constant: `&Regex`, `&Zone`.
    Prepared(Preparation),
    /// By reference to the value itself: `&T`, where the function takes any.
    Whole,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.rust)
    }
}

/// Every overload: the title of each subject, and its functions in the order of their file.
pub static TABLE: &[(&str, &[Function])] = &[
    ("Text", string::FUNCTIONS),
    #[cfg(feature = "regex")]
    ("Regular expressions", regexes::FUNCTIONS),
    ("Lists", list::FUNCTIONS),
    ("Lists of anything", list::OF_ANY),
    ("Numbers", number::FUNCTIONS),
    ("Times", time::FUNCTIONS),
    #[cfg(feature = "zones")]
    ("Times by the clocks of a place", zones::FUNCTIONS),
    ("Addresses", network::FUNCTIONS),
    ("URLs", url::FUNCTIONS),
    ("JSON in text", document::FUNCTIONS),
    ("Hashes", digest::FUNCTIONS),
    ("Bytes", bytes::FUNCTIONS),
    ("Conversions", convert::FUNCTIONS),
];

/// All functions, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLE.iter().flat_map(|(_, functions)| functions.iter())
}

/// The overloads of a name.
pub fn lookup(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}

impl Function {
    /// The type that its list holds where it is called with arguments of these types; none for a function of no list, or
    /// one that is given none.
    #[must_use]
    pub fn element(&self, arguments: &[Type]) -> Option<Type> {
        let pairs = self.parameters.iter().zip(arguments);
        pairs.filter_map(|(parameter, given)| (parameter.ty)().element_of(given)).next()
    }
}

/// The longest text that an expression makes of others, in bytes: input must not be able to ask for any amount of memory,
/// at once by a number, or from row to row by what a bolt keeps.
pub const LONGEST_TEXT: usize = 1 << 20;

#[cold]
fn out_of_range(message: impl Into<Box<str>>) -> Fault {
    Fault::new(FaultCode::OutOfRange, message)
}

/// Whether a text of this length may be made.
pub(crate) fn fits(length: usize) -> Result<(), Fault> {
    if length > LONGEST_TEXT { Err(too_long()) } else { Ok(()) }
}

/// What a function says when its result would be longer than [`LONGEST_TEXT`].
#[cold]
fn too_long() -> Fault {
    out_of_range(format!("the result is longer than {LONGEST_TEXT} bytes"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn signature(function: &Function) -> (&'static str, Vec<Type>) {
        (function.name, function.parameters.iter().map(|parameter| (parameter.ty)()).collect())
    }

    #[test]
    fn no_two_overloads_take_the_same() {
        let mut seen = HashSet::new();
        for function in all() {
            assert!(seen.insert(signature(function)), "{function:?}");
        }
        let names: HashSet<_> = all().map(|function| function.name).collect();
        assert!(names.len() >= 90, "{}", names.len());
    }

    #[test]
    fn the_table_says_what_the_rust_functions_are() {
        let [function] = lookup("split_part").collect::<Vec<_>>()[..] else {
            panic!("split_part has one overload");
        };
        assert_eq!(function.rust, "string::split_part");
        assert!(function.fallible);
        assert_eq!((function.result)(), Type::String.optional());
        let parameters: Vec<_> = function
            .parameters
            .iter()
            .map(|parameter| (parameter.name, (parameter.ty)(), parameter.pass))
            .collect();
        let expected = [
            ("text", Type::String, Pass::Value),
            ("delimiter", Type::String, Pass::Reference),
            ("index", Type::Int, Pass::Value),
        ];
        assert_eq!(parameters, expected);
    }

    #[test]
    fn deciding_parameters_are_parameters() {
        for function in all() {
            let names: Vec<_> = function.parameters.iter().map(|parameter| parameter.name).collect();
            for probe in function.decided_by {
                assert!(function.fallible, "{function:?}");
                assert!(probe.parameters.iter().all(|name| names.contains(name)), "{function:?}");
            }
        }
    }

    #[test]
    fn documentation_begins_with_one_sentence() {
        for function in all() {
            let first = function.docs.split("\n\n").next().unwrap_or_default();
            assert!(
                first.ends_with('.') && first.starts_with(|first: char| !first.is_whitespace()),
                "{function:?}"
            );
        }
    }

    #[test]
    fn a_dynamic_call_is_the_typed_one() {
        let call = |name: &str, arguments: &[Value]| {
            let types: Vec<_> = arguments.iter().map(Value::type_of).collect();
            let function = lookup(name).find(|function| signature(function).1 == types).unwrap();
            Store::default().call(function, arguments)
        };
        assert_eq!(call("lower", &["GET".into()]), Ok("get".into()));
        assert_eq!(call("abs", &[Value::Float(-1.5)]), Ok(Value::Float(1.5)));
        assert_eq!(call("index_of", &["abc".into(), "x".into()]), Ok(Value::None));
        assert_eq!(call("int", &["x".into()]).unwrap_err().code, FaultCode::BadCast);
        let missing = Store::default().call(lookup("lower").next().unwrap(), &[]);
        assert_eq!(missing.unwrap_err().code, FaultCode::WrongType);
    }
}
