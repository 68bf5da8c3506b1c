//! Options, as generators and formats declare them.

use std::fmt;

use crate::Value;

/// What may be set in braces.
pub struct DeclaredOption {
    /// Its key.
    pub name: &'static str,
    /// Its value where it is not written, which is of its type.
    pub default: fn() -> Value,
    /// What it does.
    pub docs: &'static str,
    /// Whether a value is in its range; else a sentence.
    pub check: fn(&Value) -> Result<(), String>,
}

impl fmt::Debug for DeclaredOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeclaredOption").field(&self.name).finish()
    }
}
