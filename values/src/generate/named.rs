//! Generators of whole events: workloads that the field compares systems by, each a file and a line in [`GENERATORS`].
//!
//! An event is one of several *parts*, `person`, `auction` or `bid`; the record that is declared for it has an optional
//! field for each part that it wants, and each part's record the fields that it wants, under their wire names.

use std::fmt;

use super::nexmark;
use crate::option::DeclaredOption;
use crate::{Fault, Type, Value};

/// All of them.
pub static GENERATORS: &[&Generator] = &[&nexmark::GENERATOR];

/// A generator of whole events.
pub struct Generator {
    /// What the language calls it.
    pub name: &'static str,
    /// What the struct that makes its events is called in Rust. Its `new` takes the seed and the options' values, its
    /// `event` the number; an event has a method for each part, and a part one for each field, in snake case.
    pub rust: &'static str,
    /// What it makes, and where that comes from.
    pub docs: &'static str,
    /// What may be set beside `count`, `rate` and `seed`.
    pub options: &'static [DeclaredOption],
    /// What an event may be.
    pub parts: &'static [Part],
    /// The same events for who learns the fields at run time.
    pub dynamic: New,
}

/// Makes a generator of the seed and the options' values.
pub type New = fn(u64, &[Value]) -> Result<Box<dyn Makes>, String>;

/// What an event may be: an optional record.
#[derive(Debug)]
pub struct Part {
    /// The name of the field that holds it.
    pub name: &'static str,
    /// Its fields by their wire names.
    pub fields: &'static [(&'static str, Type)],
}

/// Makes events.
pub trait Makes: fmt::Debug + Send + Sync {
    /// These fields of a part of event `number`; none where the event is another part.
    ///
    /// # Errors
    /// `overflow` where the event's time leaves the range of timestamps.
    fn part(&self, number: u64, part: &str, fields: &[&str]) -> Result<Option<Vec<Value>>, Fault>;
}

impl Generator {
    /// The generator of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Generator> {
        GENERATORS.iter().copied().find(|generator| generator.name == name)
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Generator").field(&self.name).finish()
    }
}

/// Whether the options' values are in their ranges, each in its place.
///
/// # Errors
/// A sentence about the first that is not.
pub(super) fn in_range(generator: &Generator, options: &[Value]) -> Result<(), String> {
    generator.options.iter().zip(options).try_for_each(|(option, value)| (option.check)(value))
}

/// A part of an event: its fields' names and types, and each by its name. The methods are written beside it.
macro_rules! part {
    ($part:ident $fields:ident { $($wire:literal $method:ident: $ty:ident,)* }) => {
        static $fields: &[(&str, $crate::Type)] = &[$(($wire, $crate::Type::$ty)),*];

        impl $part<'_> {
            fn field(&self, name: &str) -> $crate::Value {
                match name {
                    $($wire => self.$method().into(),)*
                    _ => $crate::Value::None,
                }
            }
        }
    };
}
pub(super) use part;
